//! As much of the order service as it takes to order once and to withdraw: a few lines of state on a
//! real socket, whose connections break where a test says.
//!
//! Not the mock server: that one depends on this crate, and it keeps HTTP too well to stop after the
//! 113th byte of an answer. It is the judge of what is legal; this is only a wire with a memory.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::wire::{self, End, Framing, Received};

/// What nbn says of a withdrawal it is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nbn {
    /// The order is withdrawn at once, without asking nbn.
    NotAsked,
    /// It agrees, after this many looks at the order.
    Agrees(usize),
    /// It agrees after this many looks, too late to be free.
    AgreesLate(usize),
    /// It does not agree, after this many looks.
    Declines(usize),
    /// It cancels the order instead, after this many looks.
    Overtakes(usize),
}

/// The whole memory of the service.
#[derive(Debug)]
pub(crate) struct Orders {
    /// The orders that were made, as `remoteOrderId` and customer.
    pub(crate) made: Vec<Value>,
    pub(crate) status: &'static str,
    pub(crate) withdrawal: Option<Value>,
    pub(crate) charges: Vec<Value>,
    /// How often a withdrawal was taken on.
    pub(crate) withdrawals: usize,
    pub(crate) nbn: Nbn,
    /// What a withdrawal is refused with, if it is.
    pub(crate) refusal: Option<(u16, i64)>,
    looks: usize,
}

impl Orders {
    pub(crate) fn new(nbn: Nbn) -> Self {
        Self {
            made: Vec::new(),
            status: "Scheduled",
            withdrawal: None,
            charges: Vec::new(),
            withdrawals: 0,
            nbn,
            refusal: None,
            looks: 0,
        }
    }

    pub(crate) fn handle(&mut self, request: &Received) -> (u16, Value) {
        match (request.method.as_str(), request.target.as_str()) {
            ("GET", target) if target.starts_with("/v1/order/nbn/") => self.get(),
            ("POST", "/v1/order/nbn") => self.create(&request.body),
            ("POST", target) if target.ends_with("/cancel") => self.withdraw(&request.body),
            _ => panic!("{request:?}"),
        }
    }

    fn get(&mut self) -> (u16, Value) {
        self.looks += 1;
        if self.status == "PendingWithdrawal" {
            match self.nbn {
                Nbn::Agrees(looks) if self.looks >= looks => self.decide("Withdrawn", "Accepted"),
                Nbn::AgreesLate(looks) if self.looks >= looks => {
                    self.charges.push(json!({
                        "type": "LATE_WITHDRAWAL_FEE",
                        "chargeAmount": 90.0,
                        "chargedAt": "2026-03-04T20:00:00Z",
                    }));
                    self.decide("Withdrawn", "Accepted");
                }
                Nbn::Declines(looks) if self.looks >= looks => self.decide("Scheduled", "Refused"),
                Nbn::Overtakes(looks) if self.looks >= looks => {
                    self.decide("Cancelled", "Overtaken");
                }
                _ => {}
            }
        }
        (200, self.order())
    }

    fn create(&mut self, body: &str) -> (u16, Value) {
        let body: Value = serde_json::from_str(body).unwrap();
        if self.made.iter().any(|made| made["remoteOrderId"] == body["remoteOrderId"]) {
            let mut refusal = super::failure(3002);
            refusal["orderId"] = json!(1001);
            return (409, refusal);
        }
        self.made.push(body);
        self.status = "Submitted";
        (201, self.order())
    }

    fn withdraw(&mut self, body: &str) -> (u16, Value) {
        match (self.refusal, self.status) {
            (Some((status, code)), _) => (status, super::failure(code)),
            (None, "PendingWithdrawal") => (409, super::failure(3008)),
            (None, "Withdrawn" | "Cancelled") => (409, super::failure(3010)),
            (None, _) => {
                let body: Value = serde_json::from_str(body).unwrap();
                self.withdrawals += 1;
                self.looks = 0;
                self.withdrawal = Some(json!({
                    "reason": body["reason"],
                    "requestedAt": format!("2026-03-04T20:00:{:02}Z", self.withdrawals),
                    "outcome": "Pending",
                }));
                if self.nbn == Nbn::NotAsked {
                    self.decide("Withdrawn", "Accepted");
                    (200, self.order())
                } else {
                    self.status = "PendingWithdrawal";
                    (202, self.order())
                }
            }
        }
    }

    fn decide(&mut self, status: &'static str, outcome: &str) {
        self.status = status;
        if let Some(withdrawal) = &mut self.withdrawal {
            withdrawal["outcome"] = json!(outcome);
        }
    }

    fn order(&self) -> Value {
        let mut envelope = super::order(self.status, "2026-03-05T08:00:00+11:00");
        let order = &mut envelope["response"];
        if let Some(made) = self.made.last() {
            order["remoteOrderId"] = made["remoteOrderId"].clone();
            order["service"] = made["service"].clone();
        }
        order["charges"] = json!(self.charges);
        if let Some(withdrawal) = &self.withdrawal {
            order["withdrawal"] = withdrawal.clone();
        }
        envelope
    }
}

/// Where a connection breaks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Break {
    /// After this many bytes of the request: the service does not act.
    Request(usize),
    /// After this many bytes of the answer: the service has acted.
    Answer(usize, Framing),
}

/// The service on a socket. The connections that the plan names break; the others hold.
pub(crate) struct Service {
    address: SocketAddr,
    pub(crate) orders: Arc<Mutex<Orders>>,
    plan: Arc<Mutex<Plan>>,
}

#[derive(Default)]
struct Plan {
    connections: usize,
    breaks: Vec<(usize, Break, End)>,
    /// Whether an answer was shorter than its break, so that nothing broke.
    spared: bool,
}

impl Service {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = Self {
            address: listener.local_addr().unwrap(),
            orders: Arc::new(Mutex::new(Orders::new(Nbn::NotAsked))),
            plan: Arc::default(),
        };
        let (orders, plan) = (Arc::clone(&service.orders), Arc::clone(&service.plan));
        tokio::spawn(async move {
            loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                let (orders, plan) = (Arc::clone(&orders), Arc::clone(&plan));
                let broken = plan.lock().unwrap().next();
                tokio::spawn(async move {
                    let limit = match broken {
                        Some((Break::Request(limit), _)) => limit,
                        _ => usize::MAX,
                    };
                    let end = broken.map_or(End::Close, |(_, end)| end);
                    let Some(request) = wire::read(&mut socket, limit).await else {
                        return wire::send(socket, b"", end).await;
                    };
                    let (status, body) = orders.lock().unwrap().handle(&request);
                    let (cut, framing) = match broken {
                        Some((Break::Answer(cut, framing), _)) => (cut, framing),
                        _ => (usize::MAX, Framing::Length),
                    };
                    let answer = wire::answer(status, &[], &body.to_string(), framing);
                    plan.lock().unwrap().spared |= broken.is_some() && cut >= answer.len();
                    let cut = cut.min(answer.len());
                    wire::send(socket, &answer.as_bytes()[..cut], end).await;
                });
            }
        });
        service
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts again with these orders and breaks, each with the number of its connection from 0.
    pub(crate) fn reset(&self, orders: Orders, breaks: &[(usize, Break, End)]) {
        *self.orders.lock().unwrap() = orders;
        *self.plan.lock().unwrap() = Plan { breaks: breaks.to_vec(), ..Plan::default() };
    }

    /// Whether a break was planned behind the end of what was sent.
    pub(crate) fn spared(&self) -> bool {
        self.plan.lock().unwrap().spared
    }
}

impl Plan {
    fn next(&mut self) -> Option<(Break, End)> {
        let number = self.connections;
        self.connections += 1;
        let found = self.breaks.iter().find(|(at, ..)| *at == number);
        found.map(|(_, broken, end)| (*broken, *end))
    }
}
