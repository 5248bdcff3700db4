//! Tag `Journal`: what was asked and answered.

use octane_client::control::types;
use octane_openapi::{Violation, ViolationIn};
use serde::Deserialize;

use super::{SUCCESS, Steered};
use crate::domain::{OrderId, Refusal};
use crate::http::{Answer, Call, Rejection, success};
use crate::journal::{CallCount, CallFilter, Exchange, JournalPage, Message};

/// How many exchanges are listed if the call does not say: the contract's default of `limit`.
const EXCHANGES_DEFAULT: usize = 100;

/// How many exchanges a verification names.
const EXCHANGE_IDS_MAX: usize = 100;

/// How much of an exchange is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// All but headers and bodies.
    Summary,
    /// All.
    Whole,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListParameters {
    operation: Option<String>,
    status: Option<u16>,
    order_id: Option<OrderId>,
    provider: Option<String>,
    valid: Option<bool>,
    before: Option<u64>,
    limit: Option<usize>,
}

pub(super) fn list_exchanges(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let parameters: ListParameters = call.parameters();
    let ListParameters { operation, status, order_id, provider, valid, before, limit } = parameters;
    let filter = CallFilter { operation, status, order_id, provider, valid };
    let limit = limit.unwrap_or(EXCHANGES_DEFAULT);
    Ok(journal(&steered.world.journal().page(&filter, before, limit)))
}

pub(super) fn clear_journal(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    let of_world = steered.world.journal();
    of_world.clear();
    of_world.coverage().clear();
    // None: exchanges that have come since are not the answer to this.
    Ok(journal(&of_world.page(&CallFilter::default(), None, 0)))
}

fn journal(page: &JournalPage) -> Answer {
    let exchanges = page.exchanges.iter().map(|it| exchange(it, Detail::Summary)).collect();
    let envelope = types::JournalEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Journal {
            exchanges,
            dropped: number(page.dropped),
            capacity: i64::try_from(page.capacity).expect("a capacity is a number of the contract"),
        },
    };
    success(200, &envelope)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExchangeParameters {
    exchange_id: u64,
}

pub(super) fn get_exchange(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let ExchangeParameters { exchange_id } = call.parameters();
    let journal = steered.world.journal();
    let found = journal.exchange(exchange_id).ok_or_else(|| {
        let held = match journal.held() {
            Some((first, last)) => format!("The journal holds the exchanges {first} to {last}"),
            None => "The journal is empty".to_owned(),
        };
        let error = types::ErrorCode::ExchangeNotFound.name();
        Refusal::named(error, format!("{held}, and not {exchange_id}."))
    })?;
    let envelope = types::ExchangeEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: exchange(&found, Detail::Whole),
    };
    Ok(success(200, &envelope))
}

pub(super) fn verify_calls(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let request: types::VerifyRequest = call.body();
    let expected = expected(&request)?;
    let filter = CallFilter {
        operation: request.operation,
        status: request.status.map(|it| u16::try_from(it).expect("the contract bounds statuses")),
        order_id: request.order_id.map(|it| *it),
        provider: request.provider,
        valid: request.valid,
    };
    let verification = steered.world.journal().verify(&filter, &expected)?;
    let ids = verification.exchanges.iter().map(|it| number(it.id));
    let envelope = types::VerificationEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Verification {
            satisfied: verification.is_satisfied,
            count: i64::try_from(ids.len()).expect("no more than the journal holds"),
            message: verification.message,
            exchange_ids: ids.take(EXCHANGE_IDS_MAX).collect(),
        },
    };
    Ok(success(200, &envelope))
}

/// How many are expected: at least one, if the call does not say.
fn expected(request: &types::VerifyRequest) -> Result<CallCount, Rejection> {
    let types::VerifyRequest { exactly, at_least, at_most, .. } = request;
    let count = |number: i64| u64::try_from(number).expect("the contract bounds counts");
    let violation = |field: &str, keyword: &str, message: &str| {
        Rejection::Invalid(Violation {
            location: ViolationIn::Body,
            pointer: format!("/{field}"),
            keyword: keyword.to_owned(),
            message: message.to_owned(),
            rule: format!("#/components/schemas/VerifyRequest/properties/{field}"),
        })
    };
    match (*exactly, *at_least, *at_most) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
            Err(violation("exactly", "not", "cannot be beside `atLeast` or `atMost`"))
        }
        (_, Some(least), Some(most)) if least > most => {
            Err(violation("atMost", "minimum", "must not be less than `atLeast`"))
        }
        (Some(exactly), None, None) => Ok(CallCount::exactly(count(exactly))),
        (None, Some(least), Some(most)) => Ok(CallCount::between(count(least), count(most))),
        (None, Some(least), None) => Ok(CallCount::at_least(count(least))),
        (None, None, Some(most)) => Ok(CallCount::at_most(count(most))),
        (None, None, None) => Ok(CallCount::at_least(1)),
    }
}

/// An exchange as the contract's type.
pub(super) fn exchange(exchange: &Exchange, detail: Detail) -> types::Exchange {
    let whole = |it: &Message| (detail == Detail::Whole).then(|| message(it));
    types::Exchange {
        exchange_id: number(exchange.id),
        request_id: exchange.request_id.clone(),
        at: exchange.at.fixed_offset(),
        method: exchange.method.to_string(),
        path: exchange.path.clone(),
        operation: exchange.operation.clone(),
        provider: exchange.provider.clone(),
        status: i64::from(exchange.status),
        error_code: exchange.error_code,
        duration_microseconds: i64::try_from(exchange.duration.as_micros()).unwrap_or(i64::MAX),
        violations: crate::handlers::violations!(exchange, types),
        order_id: exchange.order_id.map(types::OrderId),
        status_before: exchange.status_before.clone(),
        status_after: exchange.status_after.clone(),
        fault_id: exchange.fault_id,
        request: whole(&exchange.request),
        response: whole(&exchange.response),
    }
}

fn message(message: &Message) -> types::Message {
    let field = |(name, value)| types::HeaderField { name, value };
    types::Message {
        headers: message.headers().into_iter().map(field).collect(),
        body: message.body(),
        body_is_cut: message.body_is_cut(),
    }
}

/// A count as the contract's integer.
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).expect("nothing is counted for so long")
}
