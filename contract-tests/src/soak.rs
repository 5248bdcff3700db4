//! The correct server, verified from seed after seed: whatever is found is a false alarm.
//!
//! The mock is in this process and each seed has a world of its own, so a thousand seeds are a matter
//! of minutes. Seeds are shared out among as many threads as there are processors.

use std::fmt;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use octane_mock_server::{Config, MockServer};

use crate::finding::Finding;
use crate::profile::Profile;
use crate::progress::Progress;
use crate::report::terminal::Written;
use crate::reproduce;
use crate::target::Target;
use crate::verify::{VerifyError, verified_here};

/// What verifying the correct server came to.
#[derive(Debug)]
pub struct Soaked {
    /// How many seeds were tried.
    pub seeds: u64,
    /// How many were asked for.
    pub asked: u64,
    /// How many requests that took.
    pub requests: u64,
    /// How long.
    pub elapsed: Duration,
    /// What was found, of each seed: the contract it is about, and what is wrong.
    pub found: Vec<(String, Finding)>,
}

/// Verifies the mock from so many seeds by the profile `default`, for no longer than `most`.
///
/// # Errors
/// If a verification cannot be run.
///
/// # Panics
/// If the mock's own contract cannot be served, which its tests rule out.
pub fn soak(
    from: u64,
    seeds: u64,
    most: Duration,
    progress: &dyn Progress,
) -> Result<Soaked, VerifyError> {
    let began = Instant::now();
    let next = AtomicU64::new(0);
    let soaked = Soaked { seeds: 0, asked: seeds, requests: 0, elapsed: most, found: Vec::new() };
    let soaked = Mutex::new(soaked);
    progress.part("seeds");
    progress.expect(seeds);
    let work = || -> Result<(), VerifyError> {
        let mock = MockServer::new(Config::default()).expect("the built-in contract is served");
        let target = Target::router(mock.router());
        loop {
            let number = next.fetch_add(1, Ordering::SeqCst);
            if number >= seeds || began.elapsed() >= most {
                return Ok(());
            }
            let effort = Profile::Default.effort(from.wrapping_add(number));
            let report = verified_here(&target, &effort)?;
            progress.done(1);
            let mut soaked = soaked.lock().unwrap_or_else(PoisonError::into_inner);
            soaked.seeds += 1;
            soaked.requests += report.coverage.requests;
            let contract = report.contract;
            soaked.found.extend(report.findings.into_iter().map(|it| (contract.clone(), it)));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let ended = started.into_iter().map(|it| it.join().expect("a verification does not panic"));
        ended.collect::<Result<(), _>>()
    })?;
    let soaked = soaked.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Soaked { elapsed: began.elapsed(), ..soaked })
}

impl Soaked {
    /// Whether nothing was found.
    pub fn passed(&self) -> bool {
        self.found.is_empty()
    }
}

impl fmt::Display for Soaked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (contract, finding) in &self.found {
            writeln!(f, "{}\n", Written { finding })?;
            writeln!(f, "{}", reproduce::test(finding, contract))?;
        }
        let Soaked { seeds, asked, requests, elapsed, found } = self;
        let seconds = elapsed.as_secs_f64();
        let rate = seconds_rate(*requests, seconds);
        writeln!(
            f,
            "{seeds} of {asked} seeds, {requests} requests in {seconds:.1} s ({rate:.0} a second), \
             {} false alarms.",
            found.len()
        )
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate that people read")]
fn seconds_rate(requests: u64, seconds: f64) -> f64 {
    requests as f64 / seconds.max(f64::EPSILON)
}
