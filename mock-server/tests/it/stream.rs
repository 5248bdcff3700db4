//! The journal as it is written: server-sent events.

use std::io::{Read as _, Write as _};
use std::sync::LazyLock;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use octane_mock_server::{Clock, Config, MockServer, Network, SeedOrder};
use octane_openapi::{Contract, Validators};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{MONDAY, call, config, get, post, server};

const STREAM: &str = "/_mock/journal/stream";

static VALIDATORS: LazyLock<Validators> =
    LazyLock::new(|| Validators::new(&Contract::mock_control().unwrap()).unwrap());

/// One event.
#[derive(Debug, PartialEq)]
struct Event {
    name: String,
    id: Option<String>,
    data: Value,
}

/// A stream that is being read.
struct Stream {
    body: Body,
    text: String,
}

impl Stream {
    async fn open(router: &Router, last_event_id: Option<&str>) -> Self {
        let mut request = Request::get(STREAM).header("accept", "text/event-stream");
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// The next event; none if the stream has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                if !event.starts_with(':') {
                    return Some(parse(&event));
                }
                continue;
            }
            let frame = tokio::time::timeout(Duration::from_secs(30), self.body.frame()).await;
            let data = frame.expect("an event comes").transpose().unwrap()?.into_data().unwrap();
            self.text.push_str(std::str::from_utf8(&data).unwrap());
        }
    }

    /// The next event, which is called `name`; an exchange has the shape the contract gives it.
    async fn expect(&mut self, name: &str) -> Event {
        let event = self.next().await.expect("the stream goes on");
        assert_eq!(event.name, name, "{event:?}");
        if name == "exchange" {
            let envelope = json!({
                "success": true,
                "errorCode": 0,
                "errorMessage": "Success",
                "response": event.data,
            });
            assert_eq!(VALIDATORS.response("getExchange", 200, &envelope).unwrap(), []);
            assert_eq!(event.id, Some(event.data["exchangeId"].to_string()));
        } else {
            assert_eq!(event.id, None, "only exchanges can be come back to");
        }
        event
    }
}

fn parse(text: &str) -> Event {
    let field = |name: &str| {
        let mut values = text.lines().filter_map(|line| line.strip_prefix(name));
        values.next().map(|value| value.trim_start_matches([':', ' ']).to_owned())
    };
    Event {
        name: field("event").unwrap(),
        id: field("id"),
        data: serde_json::from_str(&field("data").unwrap()).unwrap(),
    }
}

#[tokio::test]
async fn exchanges_are_told_as_they_happen_with_their_number() {
    let server = server();
    let router = server.router();
    get("/v1/order/nbn").to(&router).await.expect(200);
    let mut stream = Stream::open(&router, None).await;
    get("/v1/order/nbn/1999").to(&router).await.expect(404);
    let event = stream.expect("exchange").await;
    assert_eq!(event.id.as_deref(), Some("2"), "what was before is not told");
    assert_eq!(
        (&event.data["path"], &event.data["status"]),
        (&json!("/v1/order/nbn/1999"), &json!(404))
    );
    assert_eq!(event.data["request"], Value::Null);
}

#[tokio::test]
async fn what_nbn_and_testers_do_is_told() {
    let router = server().router();
    let mut stream = Stream::open(&router, None).await;
    post("/_mock/orders", &json!({"state": "Held"})).to(&router).await.expect(201);
    let seeded = stream.expect("order").await;
    assert_eq!(seeded.data, json!({"orderId": 1001, "status": "Held"}));
    let resume = post("/_mock/orders/1001/events", &json!({"event": "resume"}));
    resume.to(&router).await.expect(200);
    assert_eq!(stream.expect("order").await.data["status"], "Accepted");
    for change in [
        post("/_mock/clock/advance", &json!({"seconds": 60})),
        call("PUT", "/_mock/clock").json(r#"{"mode": "Fixed"}"#),
        call("PUT", "/_mock/settings").json(r#"{"network": "Manual"}"#),
        call("DELETE", "/_mock/faults"),
        post("/_mock/reset", &json!(null)),
    ] {
        change.to(&router).await.expect(200);
        stream.expect("world").await;
    }
    call("PUT", "/_mock/snapshots/s").to(&router).await.expect(200);
    call("POST", "/_mock/snapshots/s/restore").to(&router).await.expect(200);
    stream.expect("world").await;
}

#[tokio::test]
async fn a_world_that_is_followed_brings_itself_up_to_date() {
    // Half an hour of the world in a real second: nbn acknowledges within two seconds.
    let clock = Clock::running(MONDAY.parse().unwrap(), 1_800).unwrap();
    let config = Config { clock, network: Network::Auto, ..config() };
    let server = MockServer::new(config).unwrap();
    let mut stream = Stream::open(&server.router(), None).await;
    server.world().seed_order(&SeedOrder::in_state("Submitted")).unwrap();
    assert_eq!(stream.expect("order").await.data["status"], "Submitted");
    assert_eq!(stream.expect("order").await.data["status"], "Acknowledged");
}

#[tokio::test]
async fn who_comes_back_is_sent_what_was_missed() {
    let router = server().router();
    let list = || get("/v1/order/nbn");
    for _ in 0..3 {
        list().to(&router).await.expect(200);
    }
    let mut stream = Stream::open(&router, Some("1")).await;
    list().to(&router).await.expect(200);
    for expected in ["2", "3", "4"] {
        assert_eq!(stream.expect("exchange").await.id.as_deref(), Some(expected));
    }
    // A number of an earlier run, when there were more.
    let mut stream = Stream::open(&router, Some("99")).await;
    assert_eq!(stream.expect("exchange").await.id.as_deref(), Some("1"));
}

#[tokio::test]
async fn who_comes_back_too_late_is_told_how_much_is_gone() {
    let router = MockServer::new(Config { journal_capacity: 2, ..config() }).unwrap().router();
    for _ in 0..5 {
        get("/v1/order/nbn").to(&router).await.expect(200);
    }
    let mut stream = Stream::open(&router, Some("1")).await;
    assert_eq!(stream.expect("dropped").await.data, json!({"count": 2}));
    assert_eq!(stream.expect("exchange").await.id.as_deref(), Some("4"));
    call("DELETE", "/_mock/journal").to(&router).await.expect(200);
    let mut stream = Stream::open(&router, Some("4")).await;
    assert_eq!(stream.expect("dropped").await.data, json!({"count": 1}));
}

#[tokio::test]
async fn a_slow_reader_loses_the_oldest_and_is_told() {
    let router = server().router();
    let mut stream = Stream::open(&router, None).await;
    for _ in 0..300 {
        get("/v1/order/nbn").to(&router).await.expect(200);
    }
    assert_eq!(stream.expect("dropped").await.data, json!({"count": 300 - 256}));
    for expected in 300 - 256 + 1..=300 {
        assert_eq!(stream.expect("exchange").await.id, Some(expected.to_string()));
    }
}

#[tokio::test]
async fn it_ends_with_its_world() {
    let router = server().router();
    post("/_mock/worlds", &json!({"name": "a"})).to(&router).await.expect(201);
    let request = Request::get(format!("/worlds/a{STREAM}")).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let mut stream = Stream { body: response.into_body(), text: String::new() };
    get("/worlds/a/v1/order/nbn").to(&router).await.expect(200);
    stream.expect("exchange").await;
    call("DELETE", "/_mock/worlds/a").to(&router).await.expect(200);
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn it_does_not_hold_up_the_end_of_the_server() {
    let server = server();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(listener, async { stopped.await.unwrap() }));

    let client = tokio::task::spawn_blocking(move || {
        let mut connection = std::net::TcpStream::connect(address).unwrap();
        let request = format!("GET {STREAM} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        connection.write_all(request.as_bytes()).unwrap();
        let mut head = [0; 15];
        connection.read_exact(&mut head).unwrap();
        (connection, head)
    });
    let (_connection, head) = client.await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200 OK", "the head comes before the first event");
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(30), serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn it_is_judged_like_the_rest_of_the_control_plane() {
    let router = server().router();
    let reply = post(STREAM, &json!(null)).to(&router).await;
    assert_eq!((reply.status, reply.error_code()), (405, 1004));
    assert_eq!(reply.headers["allow"], "GET");
    let reply = get(STREAM).header("accept", "application/json").to(&router).await;
    assert_eq!((reply.status, reply.error_code()), (406, 1005));
    let reply = get(STREAM).header("last-event-id", "x").to(&router).await;
    let violation = &reply.body["violations"][0];
    assert_eq!((reply.status, &violation["in"]), (400, &json!("header")));
    let rule = violation["rule"].as_str().unwrap().strip_prefix('#').unwrap();
    let contract = Contract::mock_control().unwrap();
    let description = contract.document().at(rule).and_then(Value::as_str).unwrap();
    assert!(description.contains("Last-Event-ID") && description.contains(STREAM));
}
