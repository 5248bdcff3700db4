//! What the typed client adds to a raw reqwest call of the same request.
//!
//! ```text
//! cargo bench --bench overhead
//! ```
//!
//! Both call the same server on this machine over the same connection, in turn and in one run, so
//! that whatever else the machine does happens to both. (With a connection each, the one whose server
//! thread shares the caller's core is three times as fast.) Compared are medians. The raw call sends
//! the same headers, with a timeout, reads the whole body, and decodes it into the same type, since a
//! program would; the time without decoding is shown too.
//!
//! No benchmark framework: they measure one function after the other, and on a shared machine the
//! difference between the two minutes is larger than the one looked for.
#![expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to tell")]

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use octane_client::{Client, Credentials, types};
use reqwest::header::{ACCEPT, HeaderName};
use serde_json::Value;

/// The most the typed client may add, in percent.
const LIMIT: f64 = 5.0;
const WARM_UP: usize = 500;
const CALLS: usize = 10_000;

/// Answers of the service, which the tests use too.
const EXAMPLES: &str = include_str!("../tests/it/examples.json");
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

fn main() {
    // `cargo test --benches` runs this too, to see that it can.
    let calls = if std::env::args().any(|argument| argument == "--bench") { CALLS } else { 1 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(measure(calls));
}

async fn measure(calls: usize) {
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap();
    let base_url = serve(&examples["getNbnOrder"].to_string());
    let raw = reqwest::Client::new();
    let client = Client::builder(&base_url)
        .http_client(raw.clone())
        .credentials(Credentials::new("harbour", "secret"))
        .build()
        .unwrap();
    let order_id = types::OrderId(1001);
    let get_url = || format!("{base_url}/v1/order/nbn/{order_id}");
    let cancel_url = || format!("{base_url}/v1/order/nbn/{order_id}/cancel");
    let withdraw = types::WithdrawRequest {
        reason: types::WithdrawalReason::Other,
        comment: Some("The customer ordered twice by mistake.".parse().unwrap()),
    };

    let prepare = |request: reqwest::RequestBuilder| {
        request
            .header(ACCEPT, "application/json")
            .header(API_VERSION, "0.1.0")
            .basic_auth("harbour", Some("secret"))
            .timeout(Duration::from_secs(20))
    };
    let raw_get_bytes =
        async || drop(prepare(raw.get(get_url())).send().await.unwrap().bytes().await.unwrap());
    let raw_get = async || {
        let answer = prepare(raw.get(get_url())).send().await.unwrap();
        drop(answer.json::<types::OrderEnvelope>().await.unwrap());
    };
    let typed_get = async || drop(client.get_nbn_order().order_id(order_id).send().await.unwrap());
    let raw_post = async || {
        let answer = prepare(raw.post(cancel_url())).json(&withdraw).send().await.unwrap();
        drop(answer.json::<types::OrderEnvelope>().await.unwrap());
    };
    let typed_post = async || {
        let call = client.cancel_nbn_order().order_id(order_id).body(withdraw.clone());
        drop(call.send().await.unwrap());
    };

    let mut times: [Vec<Duration>; 5] = Default::default();
    let (mut order, mut random) = ([0, 1, 2, 3, 4], 1_u32);
    for call in 0..WARM_UP.min(calls) + calls {
        shuffle(&mut order, &mut random);
        for which in order {
            let start = Instant::now();
            match which {
                0 => raw_get_bytes().await,
                1 => raw_get().await,
                2 => typed_get().await,
                3 => raw_post().await,
                _ => typed_post().await,
            }
            if call >= WARM_UP.min(calls) {
                times[which].push(start.elapsed());
            }
        }
    }
    let [raw_get_bytes, raw_get, typed_get, raw_post, typed_post] = times.map(median);
    println!("medians of {calls} calls, in turn, over one connection");
    println!("GET   raw, not decoded {raw_get_bytes:>10.1?}");
    report("GET ", raw_get, typed_get);
    report("POST", raw_post, typed_post);
}

/// Each call in a new order, since the one before leaves its traces in the caches.
fn shuffle(order: &mut [usize; 5], random: &mut u32) {
    for place in (1..order.len()).rev() {
        // Xorshift: anything that does not repeat soon will do.
        *random ^= *random << 13;
        *random ^= *random >> 17;
        *random ^= *random << 5;
        order.swap(place, *random as usize % (place + 1));
    }
}

fn report(method: &str, raw: Duration, typed: Duration) {
    let added = (typed.as_secs_f64() / raw.as_secs_f64() - 1.0) * 100.0;
    let verdict = if added <= LIMIT { "within" } else { "BEYOND" };
    println!(
        "{method}  raw {raw:>10.1?}  typed {typed:>10.1?}  adds {added:>5.1} %, {verdict} {LIMIT} %"
    );
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A server that answers everything with `body`, as fast as it can.
fn serve(body: &str) -> String {
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let answer = answer.clone();
            thread::spawn(move || answer_all(socket.unwrap(), answer.as_bytes()));
        }
    });
    format!("http://{address}")
}

fn answer_all(mut socket: TcpStream, answer: &[u8]) {
    socket.set_nodelay(true).unwrap();
    let (mut received, mut chunk) = (Vec::new(), [0; 4096]);
    while let Ok(length @ 1..) = socket.read(&mut chunk) {
        received.extend_from_slice(&chunk[..length]);
        // A request is whole at the end of its head, or of the JSON object behind it.
        let head = received.windows(4).position(|window| window == b"\r\n\r\n");
        if head.is_some_and(|head| head + 4 == received.len() || received.ends_with(b"}")) {
            received.clear();
            socket.write_all(answer).unwrap();
        }
    }
}
