//! What the tests share. Here, a client whose transport is a closure: what it was sent is kept, what
//! it answers is given. In the modules, servers on real sockets.

pub(crate) mod clock;
pub(crate) mod faulty;
pub(crate) mod service;
pub(crate) mod wire;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use octane_client::{Client, Credentials, Error, types};
use reqwest::{Request, Response};
use serde_json::{Value, json};

/// Headers and body of an answer to come.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: Vec::new(), body: body.to_string() }
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self { status, headers: Vec::new(), body: body.to_owned() }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn into_response(self) -> Response {
        let mut response = http::Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(self.body).unwrap().into()
    }
}

/// The requests a client has sent.
pub(crate) type Sent = Arc<Mutex<Vec<Request>>>;

/// A client that always gets `answer`, and what it sends.
pub(crate) fn client(answer: Answer) -> (Client, Sent) {
    let sent = Sent::default();
    let seen = Arc::clone(&sent);
    let transport = move |request: Request| {
        seen.lock().unwrap().push(request);
        let response = answer.clone().into_response();
        async move { Ok(response) }
    };
    let client = Client::builder("http://octane.test/tiab/api/")
        .credentials(Credentials::new("harbour", "s3cret"))
        .transport(transport)
        .clock(clock::TestClock::new())
        .build()
        .unwrap();
    (client, sent)
}

/// A client that gets one answer after the other, and the last one from then on.
pub(crate) fn scripted(answers: impl IntoIterator<Item = Answer>) -> (Client, clock::TestClock) {
    let (client, clock, _) = scripted_and_sent(answers);
    (client, clock)
}

/// As [`scripted`], and what the client sends.
pub(crate) fn scripted_and_sent(
    answers: impl IntoIterator<Item = Answer>,
) -> (Client, clock::TestClock, Sent) {
    let (sent, clock) = (Sent::default(), clock::TestClock::new());
    let seen = Arc::clone(&sent);
    let answers = Mutex::new(answers.into_iter().collect::<VecDeque<_>>());
    let transport = move |request: Request| {
        seen.lock().unwrap().push(request);
        let mut answers = answers.lock().unwrap();
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        let response = next.unwrap().into_response();
        async move { Ok(response) }
    };
    let builder = Client::builder("http://octane.test").transport(transport);
    (builder.clock(clock.clone()).build().unwrap(), clock, sent)
}

/// A client of a server on a socket, and its clock.
pub(crate) fn socket_client(url: &str) -> (Client, clock::TestClock) {
    patient_client(url, Duration::from_secs(20))
}

/// A client of a server on a socket, of which an attempt takes no longer than this, and its clock.
pub(crate) fn patient_client(url: &str, attempt: Duration) -> (Client, clock::TestClock) {
    let clock = clock::TestClock::new();
    let builder = Client::builder(url)
        .credentials(Credentials::new("harbour", "s3cret"))
        .attempt_timeout(attempt)
        .clock(clock.clone());
    (builder.build().unwrap(), clock)
}

/// The only request that was sent.
#[track_caller]
pub(crate) fn only(sent: &Sent) -> Request {
    let mut sent = sent.lock().unwrap();
    assert_eq!(sent.len(), 1);
    sent.remove(0)
}

/// What reading order 1001 comes to when the service answers so.
pub(crate) async fn error_of(answer: Answer) -> Error {
    let (client, _) = client(answer);
    client.get_nbn_order().order_id(1001).send().await.map_err(Error::from).unwrap_err()
}

/// An activation of one location.
pub(crate) fn activation() -> types::ActivationRequest {
    let request = json!({
        "orderType": "New",
        "subOrderType": "New",
        "serviceClass": "2",
        "remoteQualificationSearchId": "6f1d2c1a-0c5b-4a53-9d0b-7a5a51e0d003",
        "qualificationSearchId": "6f1d2c1a-0c5b-4a53-9d0b-7a5a51e0d002",
        "remoteOrderId": "6f1d2c1a-0c5b-4a53-9d0b-7a5a51e0d001",
        "service": { "custNo": 100_001, "csn": "nbn-tc4" },
    });
    serde_json::from_value(request).unwrap()
}

/// A failure in the envelope.
pub(crate) fn failure(error_code: i64) -> Value {
    json!({ "success": false, "errorCode": error_code, "errorMessage": "for Jo Citizen" })
}

/// An order in the envelope, with this status and start of the booked timeslot.
pub(crate) fn order(status: &str, start: &str) -> Value {
    json!({
        "success": true,
        "errorCode": 0,
        "errorMessage": "Success",
        "response": {
            "orderId": 1001,
            "orderType": "New",
            "subOrderType": "New",
            "status": status,
            "isWithdrawable": true,
            "visitRequired": true,
            "locationId": "LOC000000000001",
            "serviceClass": "2",
            "service": { "custNo": 100_001, "csn": "nbn-tc4" },
            "createdAt": "2026-03-02T09:00:00+11:00",
            "updatedAt": "2026-03-02T09:00:00+11:00",
            "statusHistory": [
                { "status": status, "at": "2026-03-02T09:00:00+11:00", "cause": "createNbnOrder" }
            ],
            "appointment": {
                "appointmentId": "APT000000000001",
                "status": "Booked",
                "timeslotId": "4f2a90c1d3e85b67",
                "appointmentSlotType": "AM",
                "validFor": { "startDateTime": start, "endDateTime": "2026-03-05T12:00:00+10:00" },
                "history": [
                    { "action": "Booked", "timeslotId": "4f2a90c1d3e85b67", "at": "2026-03-02T11:30:00+11:00" }
                ]
            },
            "charges": []
        }
    })
}
