//! A million requests over 64 connections with faults on: does the server answer all of them, break
//! those that a rule breaks and no other, and stay as large as it was?
//!
//! `cargo bench -p octane-mock-server --bench soak`, or with another number of requests behind `--`.
//! It is bounded, stays on loopback, and is no part of the tests.
//!
//! Each connection has a world to itself. So it knows what its world has been asked, and which call
//! meets which fault; anything else that happens to a call is a failure. Worlds grow with what is
//! asked of them, so each goes back to a snapshot now and then.

#![expect(clippy::print_stdout, reason = "the figures are this program's output")]

mod connection;
mod memory;
mod worker;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use tokio::task::JoinSet;

use crate::memory::Memory;
use crate::worker::Worker;

/// How many requests are made unless the command line says otherwise.
const REQUESTS: u64 = 1_000_000;

const CONNECTIONS: usize = 64;

/// How long all of it may take.
const TIME_MAX: Duration = Duration::from_secs(1_800);

/// How many exchanges the journal of each world holds: full long before the first figure counts.
const JOURNAL_CAPACITY: &str = "200";

/// With fewer requests the worlds have not been restored and the journals not filled when memory is
/// looked at.
const REQUESTS_TO_JUDGE: u64 = 500_000;

/// After how many of the requests memory has to be flat, and how often it is looked at, in percent.
const WARM_UP_PERCENT: u64 = 25;
const STEP_PERCENT: u64 = 5;

/// A running server that is stopped with this program, whatever becomes of it.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended on its own, and there is nobody left to tell.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn start() -> anyhow::Result<(Process, String)> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_octane-mock"))
        .args(["--listen", "127.0.0.1:0", "--fixed-time", "2026-03-02T09:00:00+11:00"])
        .args(["--journal-capacity", JOURNAL_CAPACITY])
        .env("RUST_LOG", "warn")
        .stdout(Stdio::piped())
        .spawn()
        .context("failed to start octane-mock")?;
    let stdout = child.stdout.take().context("failed to read what octane-mock prints")?;
    let process = Process(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let address = line.trim().strip_prefix("octane-mock listens on http://");
    Ok((process, address.context("octane-mock does not tell its address")?.to_owned()))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    // `cargo bench` adds an argument of its own.
    let wanted = std::env::args().skip(1).find(|it| !it.starts_with("--"));
    let wanted = wanted.map_or(Ok(REQUESTS), |it| it.parse());
    run(wanted.context("failed to read the number of requests")?).await
}

async fn run(wanted: u64) -> anyhow::Result<()> {
    let (server, address) = start()?;
    let memory = Memory::of(server.0.id());
    let made = Arc::new(AtomicU64::new(0));
    let mut ready = Vec::new();
    for number in 0..CONNECTIONS {
        ready.push(Worker::start(number, &address).await?);
    }
    let started = Instant::now();
    let mut workers = JoinSet::new();
    for mut worker in ready {
        let made = Arc::clone(&made);
        workers.spawn(async move {
            while made.load(Ordering::Relaxed) < wanted {
                made.fetch_add(worker.cycle().await?, Ordering::Relaxed);
            }
            anyhow::Ok(worker.tally())
        });
    }
    println!("requests   seconds  per second  resident MiB");
    let (mut figures, mut tally) = (Vec::new(), worker::Tally::default());
    for percent in (STEP_PERCENT..=100).step_by(usize::try_from(STEP_PERCENT)?) {
        let next = wanted * percent / 100;
        while made.load(Ordering::Relaxed) < next && !workers.is_empty() {
            if started.elapsed() > TIME_MAX {
                bail!("{} requests took longer than {TIME_MAX:?}", made.load(Ordering::Relaxed));
            }
            tokio::select! {
                ended = workers.join_next() => {
                    if let Some(ended) = ended {
                        tally.add(&ended??);
                    }
                }
                () = tokio::time::sleep(Duration::from_millis(100)) => {}
            }
        }
        let (requests, seconds) = (made.load(Ordering::Relaxed), started.elapsed().as_secs_f64());
        let resident = memory.resident()?;
        let rate = requests as f64 / seconds;
        let shown = resident.map_or("?".to_owned(), |it| format!("{:.1}", mebibytes(it)));
        println!("{requests:>8} {seconds:>9.1} {rate:>11.0} {shown:>13}");
        if percent >= WARM_UP_PERCENT {
            figures.extend(resident);
        }
    }
    while let Some(ended) = workers.join_next().await {
        tally.add(&ended??);
    }
    println!("\n{tally}");
    tally.check()?;
    match wanted < REQUESTS_TO_JUDGE {
        true => println!("SKIPPED: fewer than {REQUESTS_TO_JUDGE} requests do not warm it up"),
        false => check_flat(&figures)?,
    }
    Ok(())
}

/// Whether memory stays where it was after the warm-up, but for a tenth and what allocators keep.
fn check_flat(figures: &[u64]) -> anyhow::Result<()> {
    let (Some(first), Some(most)) = (figures.first(), figures.iter().max()) else {
        println!("SKIPPED: how large a process is can only be read on Linux");
        return Ok(());
    };
    let allowed = first + first / 10 + 4 * 1024 * 1024;
    let (first, most, allowed) = (mebibytes(*first), mebibytes(*most), mebibytes(allowed));
    println!("memory after the warm-up {first:.1} MiB, at the most {most:.1} MiB");
    ensure!(most <= allowed, "memory is not flat: more than {allowed:.1} MiB");
    Ok(())
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}
