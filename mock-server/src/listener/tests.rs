//! Clients that do not behave, and a server that stops. Each test waits for what the server does, and
//! never for time to pass.

use std::future::ready;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::*;
use crate::http::Delivery;

/// Far longer than anything here takes: what waits for so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: mock\r\n\r\n";

/// Limits that none of these tests reaches, but the one it sets.
fn generous() -> Limits {
    Limits {
        connections: 64,
        head_time: PATIENCE,
        body_time: PATIENCE,
        stall_time: PATIENCE,
        hang_time: PATIENCE,
        drain_time: PATIENCE,
        ..Limits::default()
    }
}

struct Running {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn run<A, F>(limits: Limits, answer: A) -> Running
where
    A: Fn(Request<Body>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, asked) = oneshot::channel();
    let shutdown = async { asked.await.unwrap_or(()) };
    let ended = tokio::spawn(serve(listener, limits, answer, shutdown));
    Running { address, stop, ended }
}

async fn hello(_: Request<Body>) -> Response<Body> {
    Response::new(Body::from("hello"))
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        stream
    }

    async fn check_serves_others(&self) {
        let mut stream = self.send(GET).await;
        assert!(read_some(&mut stream).await.starts_with("HTTP/1.1 200 OK\r\n"));
    }

    /// Asks the server to stop, and waits until it has.
    async fn stop(self) {
        self.stop.send(()).unwrap();
        within(self.ended).await.unwrap();
    }
}

#[track_caller]
fn within<T>(what: impl Future<Output = T>) -> impl Future<Output = T> {
    let place = std::panic::Location::caller();
    async move {
        let done = tokio::time::timeout(PATIENCE, what).await;
        done.unwrap_or_else(|_| panic!("nothing happened, at {place}"))
    }
}

/// What the server sends until it closes the connection, and how it does.
async fn read_all(stream: &mut TcpStream) -> (String, std::io::Result<()>) {
    let mut read = Vec::new();
    let ended = within(stream.read_to_end(&mut read)).await.map(drop);
    (String::from_utf8(read).unwrap(), ended)
}

/// The first of what the server sends.
async fn read_some(stream: &mut TcpStream) -> String {
    let mut read = vec![0; 64 * 1024];
    let length = within(stream.read(&mut read)).await.unwrap();
    String::from_utf8(read[..length].to_vec()).unwrap()
}

#[tokio::test]
async fn a_client_that_does_not_finish_its_head_is_let_go_and_others_are_served() {
    let limits = Limits { head_time: Duration::from_millis(100), ..generous() };
    let server = run(limits, hello).await;
    let mut silent = server.connect().await;
    let mut slow = server.send(b"GET / HTTP/1.1\r\nhost:").await;
    server.check_serves_others().await;
    assert_eq!(read_all(&mut silent).await.0, "");
    let (said, _) = read_all(&mut slow).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
    let mut idle = server.send(GET).await;
    assert!(read_all(&mut idle).await.0.ends_with("hello"), "closed once it has idled");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused_and_others_are_served() {
    let server = run(Limits { head_bytes: 8 * 1024, headers: 10, ..generous() }, hello).await;
    let long = format!("GET / HTTP/1.1\r\nhost: mock\r\nx: {}\r\n\r\n", "x".repeat(16 * 1024));
    let many = format!("GET / HTTP/1.1\r\nhost: mock\r\n{}\r\n", "x: y\r\n".repeat(20));
    for head in [long, many] {
        let (said, _) = read_all(&mut server.send(head.as_bytes()).await).await;
        assert!(said.starts_with("HTTP/1.1 431 "), "{said}");
    }
    server.check_serves_others().await;
}

#[tokio::test]
async fn a_connection_is_used_again_after_an_answer_that_did_not_wait_for_the_body() {
    let server = run(generous(), hello).await;
    let body = vec![b'x'; 8 * 1024 * 1024];
    let chunk = format!("{:x}\r\n", body.len());
    let length = format!("content-length: {}\r\n\r\n", body.len());
    let framed = [
        (length.as_bytes(), &b""[..]),
        (&[b"transfer-encoding: chunked\r\n\r\n", chunk.as_bytes()].concat(), b"\r\n0\r\n\r\n"),
    ];
    for (before, behind) in framed {
        let mut stream = server.send(b"POST / HTTP/1.1\r\nhost: mock\r\n").await;
        let sent = [before, &body, behind].concat();
        within(stream.write_all(&sent)).await.unwrap();
        let said = read_some(&mut stream).await;
        assert!(said.starts_with("HTTP/1.1 200 OK\r\n") && !said.contains("close"), "{said}");
        within(stream.write_all(GET)).await.unwrap();
        assert!(read_some(&mut stream).await.starts_with("HTTP/1.1 200 OK\r\n"));
    }
}

#[tokio::test]
async fn an_answer_that_leaves_a_body_unread_says_that_the_connection_closes() {
    let limits = Limits { body_time: Duration::from_millis(100), ..generous() };
    let server = run(limits, hello).await;
    let head = "POST / HTTP/1.1\r\nhost: mock\r\ncontent-length: 5\r\n";
    for request in [format!("{head}expect: 100-continue\r\n\r\n"), format!("{head}\r\nhel")] {
        let (said, ended) = read_all(&mut server.send(request.as_bytes()).await).await;
        assert!(said.starts_with("HTTP/1.1 200 OK\r\nconnection: close\r\n"), "{said}");
        ended.unwrap();
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_in_time_is_not_waited_for() {
    let answer = async |request: Request<Body>| {
        let whole = axum::body::to_bytes(request.into_body(), usize::MAX).await.is_ok();
        Response::new(Body::from(if whole { "whole" } else { "late" }))
    };
    let limits = Limits { body_time: Duration::from_millis(100), ..generous() };
    let server = run(limits, answer).await;
    let head = "POST / HTTP/1.1\r\nhost: mock\r\nconnection: close\r\ncontent-length: 5\r\n\r\n";
    let mut whole = server.send(format!("{head}hello").as_bytes()).await;
    let mut slow = server.send(format!("{head}hel").as_bytes()).await;
    assert!(read_all(&mut whole).await.0.ends_with("whole"));
    assert!(read_all(&mut slow).await.0.ends_with("late"), "and the client is told");
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_answer_is_let_go() {
    let (told, mut dropped) = mpsc::unbounded_channel();
    let answer = move |_| {
        let told = Told(told.clone());
        async move {
            // Endless, so that it fills every buffer on its way.
            let chunks = futures_util::stream::repeat_with(move || {
                let _held: &Told = &told;
                Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 64 * 1024]))
            });
            Response::new(Body::from_stream(chunks))
        }
    };
    let limits = Limits { stall_time: Duration::from_millis(100), ..generous() };
    let server = run(limits, answer).await;
    let _greedy = server.send(GET).await;
    within(dropped.recv()).await.expect("the answer is dropped with its connection");
}

/// Tells when it is dropped.
struct Told(mpsc::UnboundedSender<()>);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.send(()).ok();
    }
}

#[tokio::test]
async fn more_clients_than_there_are_places_wait_for_one() {
    let server = run(Limits { connections: 2, ..generous() }, hello).await;
    let mut first = server.send(GET).await;
    let mut second = server.send(GET).await;
    read_some(&mut first).await;
    read_some(&mut second).await;
    let mut third = server.send(GET).await;
    // Long enough for the third to be answered too, if it were served.
    first.write_all(GET).await.unwrap();
    read_some(&mut first).await;
    let mut byte = [0];
    assert!(third.try_read(&mut byte).is_err(), "there is no place for it yet");
    drop(first);
    assert!(read_some(&mut third).await.ends_with("hello"));
}

fn broken(delivery: Delivery, text: &'static str) -> Response<Body> {
    let mut response = Response::new(delivery.body(Bytes::from(text)));
    response.extensions_mut().insert(delivery);
    response
}

#[tokio::test]
async fn a_reset_is_one_on_the_wire_and_nothing_comes_before_it() {
    let server = run(generous(), |_| ready(broken(Delivery::Reset, "hello"))).await;
    let (said, ended) = read_all(&mut server.send(GET).await).await;
    assert_eq!(said, "");
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_truncated_answer_promises_more_than_it_sends() {
    for (bytes, left) in [(Some(0), ""), (Some(2), "he"), (None, "he"), (Some(5), "hello")] {
        let answer = move |_| ready(broken(Delivery::Truncated { bytes }, "hello"));
        let server = run(generous(), answer).await;
        let request = b"GET / HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n";
        let (said, ended) = read_all(&mut server.send(request).await).await;
        ended.unwrap();
        let (head, body) = said.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("content-length: 5"), "{head}");
        assert_eq!(body, left);
    }
}

#[tokio::test]
async fn a_truncated_answer_is_sent_up_to_its_cut_however_slowly_it_is_taken() {
    const SIZE: usize = 16 * 1024 * 1024;
    let text: &str = "x".repeat(SIZE).leak();
    let answer = move |_| ready(broken(Delivery::Truncated { bytes: None }, text));
    let server = run(generous(), answer).await;
    let (said, _) = read_all(&mut server.send(GET).await).await;
    assert_eq!(said.split_once("\r\n\r\n").unwrap().1.len(), SIZE / 2);
}

#[tokio::test]
async fn a_hang_ends_with_its_limit_and_says_nothing() {
    let limits = Limits { hang_time: Duration::from_millis(100), ..generous() };
    let server = run(limits, |_| ready(broken(Delivery::Hang, "hello"))).await;
    assert_eq!(read_all(&mut server.send(GET).await).await.0, "");
}

#[tokio::test]
async fn a_server_that_stops_finishes_what_runs_and_takes_nothing_more() {
    let (reached, mut is_reached) = mpsc::unbounded_channel();
    let (go_on, gate) = watch::channel(false);
    let answer = move |_| {
        let (reached, mut gate) = (reached.clone(), gate.clone());
        async move {
            reached.send(()).unwrap();
            gate.wait_for(|it| *it).await.unwrap();
            Response::new(Body::from("hello"))
        }
    };
    let server = run(generous(), answer).await;
    let mut idle = server.connect().await;
    let mut running = server.send(GET).await;
    within(is_reached.recv()).await.unwrap();
    let address = server.address;
    let stopped = tokio::spawn(server.stop());
    assert_eq!(read_all(&mut idle).await.0, "", "an idle connection is closed at once");
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    go_on.send_replace(true);
    let (said, ended) = read_all(&mut running).await;
    ended.unwrap();
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n") && said.ends_with("hello"), "{said}");
    assert!(said.contains("connection: close"), "{said}");
    within(stopped).await.unwrap();
}

#[tokio::test]
async fn a_server_that_stops_waits_neither_for_hung_requests_nor_for_streams_without_end() {
    let hung = run(generous(), |_| ready(broken(Delivery::Hang, "hello"))).await;
    let endless = async |_| {
        let first = futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from("first"))]);
        let never = futures_util::stream::pending();
        Response::new(Body::from_stream(first.chain(never)))
    };
    let streaming = run(generous(), endless).await;
    let mut waiting = hung.send(GET).await;
    let mut listening = streaming.send(GET).await;
    assert!(read_some(&mut listening).await.contains("200 OK"));
    streaming.stop().await;
    assert!(read_all(&mut listening).await.0.ends_with("0\r\n\r\n"), "the stream ends in order");
    hung.stop().await;
    assert_eq!(read_all(&mut waiting).await.0, "");
}

#[tokio::test]
async fn what_is_not_finished_in_time_is_broken_off() {
    let (reached, mut is_reached) = mpsc::unbounded_channel();
    let answer = move |_| {
        reached.send(()).unwrap();
        std::future::pending()
    };
    let limits = Limits { drain_time: Duration::from_millis(100), ..generous() };
    let server = run(limits, answer).await;
    let mut running = server.send(GET).await;
    within(is_reached.recv()).await.unwrap();
    server.stop().await;
    assert_eq!(read_all(&mut running).await.0, "");
}

#[tokio::test]
async fn a_panic_costs_its_connection_and_no_other() {
    let answer = async |request: Request<Body>| match request.uri().path() {
        "/" => Response::new(Body::from("hello")),
        path => panic!("no handler for {path}"),
    };
    let server = run(generous(), answer).await;
    let (said, _) =
        read_all(&mut server.send(b"GET /x HTTP/1.1\r\nhost: mock\r\n\r\n").await).await;
    assert_eq!(said, "");
    server.check_serves_others().await;
}
