//! What the typed client adds to a raw reqwest call of the same request.
//!
//! ```text
//! cargo bench --bench overhead
//! ```
//!
//! Both call the same server on this machine over the same connection, in turn and in one run, so
//! that whatever else the machine does happens to both. (With a connection each, the one whose server
//! thread shares the caller's core is three times as fast.) Compared is each round with itself, and
//! told is the median. The raw call sends the same headers, with a timeout, reads the whole body, and
//! decodes it into the same type, since a program would; the time without decoding is shown too.
//!
//! Time is what a caller waits. Processor time is the client's own work, which no other program of
//! the machine and no wait for the server is part of, so it is the stricter number.
//!
//! No benchmark framework: they measure one function after the other, and on a shared machine the
//! difference between the two minutes is larger than the one looked for.
#![expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to tell")]

use std::{
    fs,
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
/// How often every kind of call has its turn.
const ROUNDS: usize = 1000;
/// How many calls a turn is. Few, so that raw and typed calls meet the same moment.
const CALLS: u32 = 20;

/// Answers of the service, which the tests use too.
const EXAMPLES: &str = include_str!("../tests/it/examples.json");
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

fn main() {
    // `cargo test --benches` runs this too, to see that it can.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { ROUNDS } else { 1 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(measure(rounds));
}

async fn measure(rounds: usize) {
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

    let mut samples: Vec<[Cost; 5]> = Vec::new();
    let (mut order, mut random) = ([0, 1, 2, 3, 4], 1_u32);
    for _ in 0..rounds {
        shuffle(&mut order, &mut random);
        let mut round = [Cost::default(); 5];
        for which in order {
            let start = Moment::now();
            for _ in 0..CALLS {
                match which {
                    0 => raw_get_bytes().await,
                    1 => raw_get().await,
                    2 => typed_get().await,
                    3 => raw_post().await,
                    _ => typed_post().await,
                }
            }
            round[which] = start.elapsed();
        }
        samples.push(round);
    }
    // The first rounds fill the caches, and open the connection.
    let samples = &samples[rounds / 20..];
    println!("medians of {} rounds of {CALLS} calls each, over one connection", samples.len());
    println!("GET   raw, not decoded     {:>8.1} µs", median(samples, |round| round[0].time));
    report("GET ", samples, 1, 2);
    report("POST", samples, 3, 4);
}

/// What a call costs, in microseconds.
#[derive(Clone, Copy, Default)]
struct Cost {
    time: f64,
    /// Of this thread, in which the client does all of its work, and the server none. 0 where the
    /// system does not tell.
    processor: f64,
}

struct Moment {
    time: Instant,
    processor_ns: u64,
}

impl Moment {
    fn now() -> Self {
        Self { processor_ns: processor_ns(), time: Instant::now() }
    }

    /// The cost of each call since.
    fn elapsed(&self) -> Cost {
        let time = self.time.elapsed().as_secs_f64() * 1e6;
        let processor = Duration::from_nanos(processor_ns() - self.processor_ns);
        let calls = f64::from(CALLS);
        Cost { time: time / calls, processor: processor.as_secs_f64() * 1e6 / calls }
    }
}

/// How long this thread has been on a processor.
fn processor_ns() -> u64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// Every round in a new order, since the calls before leave their traces in the caches.
fn shuffle(order: &mut [usize; 5], random: &mut u32) {
    for place in (1..order.len()).rev() {
        // Xorshift: anything that does not repeat soon will do.
        *random ^= *random << 13;
        *random ^= *random >> 17;
        *random ^= *random << 5;
        order.swap(place, *random as usize % (place + 1));
    }
}

fn report(method: &str, rounds: &[[Cost; 5]], raw: usize, typed: usize) {
    let time = |which: usize| median(rounds, |round| round[which].time);
    // Of each round, because what disturbs a round disturbs both.
    let added = |cost: fn(Cost) -> f64| {
        median(rounds, |round| (cost(round[typed]) / cost(round[raw]) - 1.0) * 100.0)
    };
    let more = added(|cost| cost.time);
    let verdict = if more <= LIMIT { "within" } else { "BEYOND" };
    println!(
        "{method}  raw {:>8.1} µs  typed {:>8.1} µs  adds {more:>5.1} % of time, {verdict} {LIMIT} %; \
         {:>5.1} % of processor time",
        time(raw),
        time(typed),
        added(|cost| cost.processor)
    );
}

fn median(rounds: &[[Cost; 5]], of: impl Fn(&[Cost; 5]) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(of).collect();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
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
