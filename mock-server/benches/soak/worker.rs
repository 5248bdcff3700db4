//! One connection with a world of its own: it orders, looks, books and withdraws, over and over, and
//! knows what has to become of each call.

use std::time::Duration;
use std::{fmt, io};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};

use crate::connection::{Connection, Ended};

/// How long an answer may take that has to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a call that hangs is waited for once the server tells that it does.
const HANG_PATIENCE: Duration = Duration::from_millis(50);

/// After how many cycles a world goes back to its snapshot.
const CYCLES_TO_RESTORE: u64 = 100;

/// An operation, and which of its calls goes wrong how: every so many, as the rule says.
struct Broken {
    operation: &'static str,
    every: u64,
    effect: Effect,
}

#[derive(Clone, Copy, PartialEq)]
enum Effect {
    Reset,
    Truncate,
    Unavailable,
    TooMany,
    Latency,
    SlowBody,
    Hang,
}

/// How many bytes of a truncated body come.
const TRUNCATED_BYTES: usize = 20;

/// Each operation has one rule, so that the calls of the one do not count for the other.
const BROKEN: [Broken; 7] = [
    Broken { operation: "getNbnOrder", every: 50, effect: Effect::Reset },
    Broken { operation: "listNbnOrders", every: 40, effect: Effect::Truncate },
    Broken { operation: "queryAppointmentTimeslots", every: 10, effect: Effect::Unavailable },
    Broken { operation: "checkServiceQualification", every: 15, effect: Effect::TooMany },
    Broken { operation: "createNbnOrder", every: 20, effect: Effect::Latency },
    Broken { operation: "cancelNbnOrder", every: 30, effect: Effect::SlowBody },
    Broken { operation: "bookAppointment", every: 60, effect: Effect::Hang },
];

impl Broken {
    fn rule(&self) -> Value {
        let mut rule = match self.effect {
            Effect::Reset => json!({"effect": "Reset"}),
            Effect::Truncate => json!({"effect": "Truncate", "bytes": TRUNCATED_BYTES}),
            Effect::Unavailable => json!({"effect": "Response", "status": 503}),
            Effect::TooMany => json!({"effect": "TooManyRequests"}),
            Effect::Latency => json!({"effect": "Latency", "latencyMsMin": 1, "latencyMsMax": 5}),
            Effect::SlowBody => json!({"effect": "SlowBody", "bytesPerSecond": 100_000}),
            Effect::Hang => json!({"effect": "Hang"}),
        };
        rule["operations"] = json!([self.operation]);
        rule["every"] = json!(self.every);
        rule
    }
}

/// How the calls ended.
#[derive(Default)]
pub(crate) struct Tally {
    answered: u64,
    refused: u64,
    reset: u64,
    truncated: u64,
    hung: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.answered += other.answered;
        self.refused += other.refused;
        self.reset += other.reset;
        self.truncated += other.truncated;
        self.hung += other.hung;
    }

    /// Whether everything was met that is to be met, so that the run proves something.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let all = [self.answered, self.refused, self.reset, self.truncated, self.hung];
        ensure!(all.iter().all(|it| *it > 0), "some fault was never met; make more requests");
        Ok(())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { answered, refused, reset, truncated, hung } = self;
        write!(
            f,
            "answered {answered}, refused by rule {refused}, and as the rules say: reset {reset}, \
             truncated {truncated}, left hanging {hung}"
        )
    }
}

/// A connection and its world.
pub(crate) struct Worker {
    connection: Connection,
    /// To ask while the first one waits.
    second: Connection,
    world: String,
    /// How many calls each of [`BROKEN`] has had since the snapshot.
    calls: [u64; BROKEN.len()],
    cycles: u64,
    made: u64,
    tally: Tally,
}

impl Worker {
    /// Makes a world, its fault rules and its snapshot.
    pub(crate) async fn start(number: usize, address: &str) -> anyhow::Result<Self> {
        let (connection, second) = (Connection::to(address), Connection::to(address));
        let world = format!("/worlds/soak-{number}");
        let (calls, cycles, made) = ([0; BROKEN.len()], 0, 0);
        let mut worker =
            Self { connection, second, world, calls, cycles, made, tally: Tally::default() };
        let (name, seed) = (format!("soak-{number}"), number);
        let mut connection = Connection::to(address);
        let made = json!({"name": name, "seed": seed});
        let made = connection.exchange("POST", "/_mock/worlds", Some(&made), PATIENCE).await?;
        ensure!(matches!(made, Ended::Answered { status: 201, .. }), "no world: {made:?}");
        for broken in &BROKEN {
            worker.steer("POST", "faults", Some(&broken.rule()), 201).await?;
        }
        worker.steer("PUT", "snapshots/start", None, 200).await?;
        Ok(worker)
    }

    /// How the calls so far ended.
    pub(crate) fn tally(self) -> Tally {
        self.tally
    }

    /// Orders, looks, tries to book, and withdraws. How many requests that took.
    pub(crate) async fn cycle(&mut self) -> anyhow::Result<u64> {
        let before = self.made;
        if self.cycles == CYCLES_TO_RESTORE {
            self.steer("POST", "snapshots/start/restore", None, 200).await?;
            (self.cycles, self.calls) = (0, [0; BROKEN.len()]);
        }
        self.cycles += 1;
        let location = json!({"productSelection": "nbn", "locationId": "LOC000000000001"});
        let qualified = loop {
            let path = "/v1/qualification/check";
            let call = self.call("checkServiceQualification", "POST", path, Some(&location), 200);
            if let Some(qualified) = call.await? {
                break qualified;
            }
        };
        let mut order = json!({
            "orderType": "New",
            "subOrderType": "New",
            "serviceClass": qualified["location"]["serviceClass"],
            "service": {"custNo": 100_001, "csn": "nbn-tc4"},
        });
        for id in ["remoteOrderId", "qualificationSearchId", "remoteQualificationSearchId"] {
            order[id] = qualified[id].clone();
        }
        let made = self.call("createNbnOrder", "POST", "/v1/order/nbn", Some(&order), 201).await?;
        let order_id = made.context("an order that is late is made")?["orderId"].clone();
        let path = format!("/v1/order/nbn/{order_id}");
        for _ in 0..5 {
            self.call("getNbnOrder", "GET", &path, None, 200).await?;
        }
        for _ in 0..2 {
            self.call("listNbnOrders", "GET", "/v1/order/nbn?limit=5", None, 200).await?;
        }
        let timeslots = "/v1/appointment/nbn/timeslot?locationId=LOC000000000001\
                         &startDateTime=2026-03-02T00:00:00Z&endDateTime=2026-03-06T06:00:00Z\
                         &demandType=Standard%20Install";
        self.call("queryAppointmentTimeslots", "GET", timeslots, None, 200).await?;
        // nbn has not asked for an appointment yet.
        let booking = json!({"orderId": order_id, "timeslotId": "0000000000000000"});
        self.call("bookAppointment", "POST", "/v1/appointment/nbn", Some(&booking), 409).await?;
        let reason = json!({"reason": "DuplicateOrder"});
        self.call("cancelNbnOrder", "POST", &format!("{path}/cancel"), Some(&reason), 200).await?;
        Ok(self.made - before)
    }

    /// Makes a call and holds its end against the rules. What it answered, if it answered `status`.
    async fn call(
        &mut self,
        operation: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
        status: u16,
    ) -> anyhow::Result<Option<Value>> {
        let number = BROKEN.iter().position(|it| it.operation == operation);
        let number = number.with_context(|| format!("`{operation}` has no rule"))?;
        self.calls[number] += 1;
        self.made += 1;
        let broken = &BROKEN[number];
        let effect = self.calls[number].is_multiple_of(broken.every).then_some(broken.effect);
        let path = format!("{}{path}", self.world);
        let times = self.calls[number] / broken.every;
        let exchange = self.connection.exchange(method, &path, body, PATIENCE);
        let ended = match effect {
            // A client that gives up before the server has read its call has not made it.
            Some(Effect::Hang) => tokio::select! {
                ended = exchange => ended,
                applied = applied(&mut self.second, &self.world, number, times) => {
                    applied.map(|()| Ended::Silent)
                }
            },
            Some(_) | None => exchange.await,
        };
        let ended = ended.with_context(|| format!("{method} {path} was not answered"))?;
        let expected = match effect {
            Some(Effect::Unavailable) => 503,
            Some(Effect::TooMany) => 429,
            Some(_) | None => status,
        };
        match (ended, effect) {
            (Ended::Reset, Some(Effect::Reset)) => self.tally.reset += 1,
            (Ended::Cut { received: TRUNCATED_BYTES }, Some(Effect::Truncate)) => {
                self.tally.truncated += 1;
            }
            (Ended::Silent, Some(Effect::Hang)) => self.tally.hung += 1,
            (
                Ended::Answered { status: answered, mut body },
                None
                | Some(Effect::Unavailable | Effect::TooMany | Effect::Latency | Effect::SlowBody),
            ) if answered == expected => {
                if expected != status {
                    self.tally.refused += 1;
                    return Ok(None);
                }
                self.tally.answered += 1;
                return Ok(Some(body["response"].take()));
            }
            (ended, effect) => {
                let by_rule = if effect.is_some() { "a" } else { "no" };
                bail!("{method} {path} met {by_rule} fault and ended so: {ended:?}");
            }
        }
        Ok(None)
    }

    /// Steers the world.
    async fn steer(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        status: u16,
    ) -> anyhow::Result<()> {
        let path = format!("{}/_mock/{path}", self.world);
        let ended = self.connection.exchange(method, &path, body, PATIENCE).await?;
        match ended {
            Ended::Answered { status: answered, .. } if answered == status => Ok(()),
            ended => bail!("{method} {path} ended so: {ended:?}"),
        }
    }
}

/// Done a moment after the rule of this number has applied so often.
async fn applied(
    connection: &mut Connection,
    world: &str,
    number: usize,
    times: u64,
) -> io::Result<()> {
    let path = format!("{world}/_mock/faults");
    loop {
        let ended = connection.exchange("GET", &path, None, PATIENCE).await?;
        let Ended::Answered { status: 200, body } = ended else {
            return Err(io::Error::other(format!("GET {path} ended so: {ended:?}")));
        };
        if body["response"]["faults"][number]["applied"] == times {
            tokio::time::sleep(HANG_PATIENCE).await;
            return Ok(());
        }
    }
}
