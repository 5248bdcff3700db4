//! A fault rule between the wire and `faults`: what is written, and how it is understood.

use chrono::TimeDelta;
use octane_client::control::types;

use crate::faults::{Effect, FaultInForce, FaultRule, Pick, Stage};

/// How fast a slow body comes if the rule does not say: the contract's default.
const BYTES_PER_SECOND_DEFAULT: u32 = 100;

/// What `Retry-After` says if the rule does not: the contract's default.
const RETRY_AFTER_SECONDS_DEFAULT: u32 = 1;

/// The rule as it is written, or what in it contradicts itself.
pub(super) fn rule(request: types::FaultRequest) -> Result<FaultRule, String> {
    check_fields(&request)?;
    let least = request.latency_ms_min.map_or(0, bounded);
    let most = request.latency_ms_max.map_or(least, bounded);
    if most < least {
        return Err(format!("`latencyMsMin` {least} is above `latencyMsMax` {most}."));
    }
    Ok(FaultRule {
        pick: pick(&request)?,
        times: request.times.map(count),
        lasts: request.expires_in_seconds.map(TimeDelta::seconds),
        latency_ms: least..=most,
        effect: effect(&request)?,
        operations: request.operations,
        provider: request.provider,
    })
}

/// A field that the effect has no use for is a mistake, and not silently ignored.
fn check_fields(request: &types::FaultRequest) -> Result<(), String> {
    use types::FaultEffect::{Response, SlowBody, TooManyRequests, Truncate};
    let effect = request.effect;
    let fields = [
        ("status", request.status.is_some(), effect == Response),
        ("example", request.example.is_some(), effect == Response),
        (
            "retryAfterSeconds",
            request.retry_after_seconds.is_some(),
            matches!(effect, Response | TooManyRequests),
        ),
        ("bytes", request.bytes.is_some(), effect == Truncate),
        ("bytesPerSecond", request.bytes_per_second.is_some(), effect == SlowBody),
    ];
    match fields.into_iter().find(|(_, is_given, has_use)| *is_given && !*has_use) {
        None => Ok(()),
        Some((field, _, _)) => Err(format!("`{field}` has no use with the effect `{effect}`.")),
    }
}

fn pick(request: &types::FaultRequest) -> Result<Pick, String> {
    let picks = [
        request.nth.map(|nth| ("nth", Pick::Nth(count(nth)))),
        request.every.map(|every| ("every", Pick::Every(count(every)))),
        request.probability.map(|it| ("probability", Pick::Probability(it))),
    ];
    let mut picks = picks.into_iter().flatten();
    match (picks.next(), picks.next()) {
        (None, _) => Ok(Pick::Each),
        (Some((_, pick)), None) => Ok(pick),
        (Some((one, _)), Some((other, _))) => {
            Err(format!("`{one}` and `{other}` exclude each other."))
        }
    }
}

fn effect(request: &types::FaultRequest) -> Result<Effect, String> {
    let stage = request.stage.map(|stage| match stage {
        types::FaultStage::BeforeHandling => Stage::BeforeHandling,
        types::FaultStage::AfterHandling => Stage::AfterHandling,
    });
    let before = stage.unwrap_or(Stage::BeforeHandling);
    Ok(match request.effect {
        types::FaultEffect::Latency => Effect::Latency(stage.unwrap_or(Stage::AfterHandling)),
        types::FaultEffect::Response => Effect::Response {
            stage: before,
            status: status_code(request.status.expect("the contract asks for it")),
            example: request.example.clone(),
            retry_after_seconds: request.retry_after_seconds.map(bounded),
        },
        types::FaultEffect::TooManyRequests => Effect::TooManyRequests {
            stage: before,
            retry_after_seconds: request
                .retry_after_seconds
                .map_or(RETRY_AFTER_SECONDS_DEFAULT, bounded),
        },
        types::FaultEffect::Reset => Effect::Reset(before),
        types::FaultEffect::Hang => Effect::Hang(before),
        types::FaultEffect::Truncate | types::FaultEffect::SlowBody
            if stage == Some(Stage::BeforeHandling) =>
        {
            return Err(format!(
                "`{}` spoils an answer, and before handling there is none.",
                request.effect
            ));
        }
        types::FaultEffect::Truncate => Effect::Truncate {
            bytes: request.bytes.map(|it| usize::try_from(it).expect("the contract bounds it")),
        },
        types::FaultEffect::SlowBody => Effect::SlowBody {
            bytes_per_second: request.bytes_per_second.map_or(BYTES_PER_SECOND_DEFAULT, bounded),
        },
    })
}

/// A rule as it is understood, with what it did not say filled in.
pub(super) fn fault(in_force: &FaultInForce) -> types::Fault {
    let FaultInForce { id, rule, met, applied, expires_at } = in_force;
    let number = |it: u64| i64::try_from(it).expect("counted one by one");
    let (least, most) = (*rule.latency_ms.start(), *rule.latency_ms.end());
    let latency = |ms: u32| (most > 0).then(|| i64::from(ms));
    let mut told = types::FaultRequest {
        operations: rule.operations.clone(),
        provider: rule.provider.clone(),
        nth: None,
        every: None,
        probability: None,
        times: rule.times.map(number),
        expires_in_seconds: rule.lasts.map(|it| it.num_seconds()),
        effect: types::FaultEffect::Latency,
        stage: Some(match rule.effect.stage() {
            Stage::BeforeHandling => types::FaultStage::BeforeHandling,
            Stage::AfterHandling => types::FaultStage::AfterHandling,
        }),
        latency_ms_min: latency(least),
        latency_ms_max: latency(most),
        status: None,
        example: None,
        retry_after_seconds: None,
        bytes: None,
        bytes_per_second: None,
    };
    match rule.pick {
        Pick::Each => {}
        Pick::Nth(nth) => told.nth = Some(number(nth)),
        Pick::Every(every) => told.every = Some(number(every)),
        Pick::Probability(probability) => told.probability = Some(probability),
    }
    match &rule.effect {
        Effect::Latency(_) => told.latency_ms_min = Some(i64::from(least)),
        Effect::Response { status, example, retry_after_seconds, .. } => {
            told.effect = types::FaultEffect::Response;
            told.status = Some(i64::from(*status));
            told.example.clone_from(example);
            told.retry_after_seconds = retry_after_seconds.map(i64::from);
        }
        Effect::TooManyRequests { retry_after_seconds, .. } => {
            told.effect = types::FaultEffect::TooManyRequests;
            told.retry_after_seconds = Some(i64::from(*retry_after_seconds));
        }
        Effect::Reset(_) => told.effect = types::FaultEffect::Reset,
        Effect::Hang(_) => told.effect = types::FaultEffect::Hang,
        Effect::Truncate { bytes } => {
            told.effect = types::FaultEffect::Truncate;
            told.bytes = bytes.map(|it| i64::try_from(it).expect("within the bounds of a body"));
        }
        Effect::SlowBody { bytes_per_second } => {
            told.effect = types::FaultEffect::SlowBody;
            told.bytes_per_second = Some(i64::from(*bytes_per_second));
        }
    }
    types::Fault {
        fault_id: number(*id),
        rule: told,
        met: number(*met),
        applied: number(*applied),
        expires_at: expires_at.map(|it| it.fixed_offset()),
    }
}

pub(super) fn status_code(status: i64) -> u16 {
    u16::try_from(status).expect("the contract bounds statuses")
}

fn count(number: i64) -> u64 {
    u64::try_from(number).expect("the contract asks for at least 1")
}

fn bounded(number: i64) -> u32 {
    u32::try_from(number).expect("the contract bounds it far below")
}
