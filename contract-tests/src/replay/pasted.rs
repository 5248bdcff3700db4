//! Tests that were pasted from a report.

use std::time::Duration;

use super::{Outcome, PATIENCE, Replay, Retry};
use crate::access::Access;
use crate::caller::Accounts;
use crate::credentials::{Unset, accounts};
use crate::interrupt::Interrupt;
use crate::judge::Judge;
use crate::ledger::Ledger;
use crate::target::Target;
use crate::trust;

/// Tries a replay, for a test that was pasted from a report: against the URL in `OCTANE_URL`, or the
/// mock in this process. A URL of another machine needs `OCTANE_ALLOW_REMOTE` to be set as well. Which
/// of them it is, is printed; `cargo test` shows it of a test that fails, and with `-- --nocapture` of
/// every one.
///
/// # Panics
/// If the promise is still broken, with the finding; or if the replay cannot be run.
#[track_caller]
#[expect(clippy::print_stderr, reason = "a test speaks to who runs it")]
pub fn check(text: &str) {
    let (target, accounts, place) = pasted().unwrap_or_else(|error| panic!("failed to {error:#}"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime needs no more than memory");
    let replay = Replay::parse(text).unwrap_or_else(|error| panic!("failed to {error}"));
    let judge = Judge::new().unwrap_or_else(|error| panic!("failed to {error}"));
    let notes = replay.fits(&judge, &accounts).unwrap_or_else(|error| panic!("failed to {error}"));
    eprintln!("tried against {place}");
    for note in notes {
        eprintln!("{note}");
    }
    let (ledger, interrupt) = (Ledger::temporary("".as_ref()), Interrupt::default());
    let (patience, consistency_window) = (PATIENCE, Duration::ZERO);
    let retry = Retry { patience, consistency_window, ledger: &ledger, interrupt: &interrupt };
    let replayed = runtime.block_on(replay.run(&target, &accounts, &retry));
    match replayed.unwrap_or_else(|error| panic!("failed to {error}")).outcome {
        Outcome::Kept => {}
        Outcome::Broken(finding) => panic!("against {place}:\n{}", finding.failure),
        Outcome::NotReached(why) => panic!("failed to {why}"),
        Outcome::Interrupted(_) => unreachable!("nobody can ask to"),
    }
}

/// What a test that was pasted is run against, by the environment alone.
fn pasted() -> anyhow::Result<(Target, Accounts, String)> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let target = match set("OCTANE_URL") {
        Some(url) => {
            let place = format!("{url}, which OCTANE_URL names");
            let access = Access {
                base_url: url,
                allow_remote: set("OCTANE_ALLOW_REMOTE").is_some(),
                ca_certificate: set(trust::VARIABLE).map(Into::into),
                credentials: None,
                max_rate: None,
            };
            let (target, accounts) = access.open()?;
            return Ok((target, accounts, place));
        }
        None => {
            let config = octane_mock_server::Config::default();
            let mock = octane_mock_server::MockServer::new(config)
                .expect("the built-in contract is served");
            Target::router(mock.router())
        }
    };
    let accounts = accounts(set, &Unset::for_target(&target))?;
    let place = "the mock in this process; set OCTANE_URL to try it elsewhere";
    Ok((target, accounts, place.to_owned()))
}
