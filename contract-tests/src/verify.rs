//! The whole verification of one target: the truth table, the negatives, the state machine.

use std::sync::Arc;
use std::time::Instant;

use octane_client::{BuildError, Error};
use reqwest::StatusCode;
use tokio::runtime::Runtime;

use crate::caller::{Accounts, Provider};
use crate::exchange::Exchange;
use crate::judge::{Judge, JudgeError};
use crate::machine::run::{Plan, known, run};
use crate::machine::scenarios;
use crate::negative::every_case;
use crate::report::{Finding, Part, Report};
use crate::session::{Session, Unreachable};
use crate::target::Target;
use crate::wire::every_cell;

/// How much to try.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// How many cases of the state machine.
    pub cases: u32,
    /// What they are drawn from.
    pub seed: u64,
}

/// Why a target could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The contracts cannot be used.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// The base URL or the credentials cannot be used.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The target does not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The target cannot be steered.
    #[error(
        "find the control plane: `GET {base_url}/_mock/health` answered {status}; \
         verification plays nbn and moves the clock, so the target must be octane-mock with its control plane on"
    )]
    NoControlPlane {
        /// The target.
        base_url: String,
        /// What was answered.
        status: StatusCode,
    },
    /// The target does not know a provider.
    #[error("log in as {provider}: the target refuses the credentials in `{variable}`")]
    Credentials {
        /// Which of the two.
        provider: Provider,
        /// Where the user name was taken from.
        variable: &'static str,
    },
}

/// Verifies a target. Everything on it is dropped, and its clock is left standing.
///
/// # Errors
/// If the target cannot be verified at all; a broken contract is a finding of the report.
pub fn verify(
    target: &Target,
    accounts: Accounts,
    effort: Effort,
    runtime: &Runtime,
) -> Result<Report, VerifyError> {
    let began = Instant::now();
    let session = Session::open(target, &Arc::new(Judge::new()?), accounts)?;
    runtime.block_on(find_control_plane(&session, target))?;
    runtime.block_on(log_in(&session))?;
    let mut findings = Vec::new();

    let table = runtime.block_on(every_cell(&session))?;
    let cells_tried = table.tried;
    findings.extend(table.wrong.into_iter().map(|bad| Finding {
        part: Part::TruthTable,
        about: format!("{} in {}", bad.trigger, bad.state),
        failure: bad.failure,
        steps: Vec::new(),
        reproduction: curl_lines(&bad.exchanges),
    }));

    let negatives = runtime.block_on(every_case(&session))?;
    let negatives_tried = negatives.tried;
    findings.extend(negatives.wrong.into_iter().map(|bad| Finding {
        part: Part::Negatives,
        about: bad.about,
        reproduction: bad.failure.exchange.iter().map(|exchange| exchange.curl()).collect(),
        failure: bad.failure,
        steps: Vec::new(),
    }));

    let scenarios = scenarios::all();
    for scenario in &scenarios {
        let found = known(&session, runtime, &scenario.steps)?;
        findings.extend(found.map(|found| Finding::of_steps(scenario.about.to_owned(), found)));
    }

    let outcome = run(&session, runtime, Plan::new(effort.cases, effort.seed))?;
    let about = format!("a case of seed {}", effort.seed);
    findings.extend(outcome.found.map(|found| Finding::of_steps(about, found)));

    let contract = &session.judge().orders().contract;
    Ok(Report {
        target: target.base_url().to_owned(),
        contract: format!("{} {}", contract.title(), contract.version()),
        refusals: contract.error_codes().keys().cloned().collect(),
        seed: effort.seed,
        cells_tried,
        negatives_tried,
        scenarios: scenarios.len(),
        cases: outcome.cases,
        steps: outcome.steps,
        elapsed: began.elapsed(),
        coverage: session.log().coverage(),
        findings,
    })
}

async fn find_control_plane(session: &Session, target: &Target) -> Result<(), VerifyError> {
    let answer = session.control().get_health().send().await;
    match answer.map_err(octane_client::control::Error::from) {
        Ok(_) => Ok(()),
        Err(Error::Transport { source, .. }) => Err(Unreachable(source).into()),
        Err(other) => Err(VerifyError::NoControlPlane {
            base_url: target.base_url().to_owned(),
            status: other.status().unwrap_or(StatusCode::OK),
        }),
    }
}

async fn log_in(session: &Session) -> Result<(), VerifyError> {
    for provider in Provider::ALL {
        let answer = session.client(provider).list_nbn_orders().limit(1).send().await;
        match answer.map_err(Error::from) {
            Err(Error::Transport { source, .. }) => return Err(Unreachable(source).into()),
            Err(other) if other.status() == Some(StatusCode::UNAUTHORIZED) => {
                let variable = match provider {
                    Provider::A => "OCTANE_USERNAME",
                    Provider::B => "OCTANE_OTHER_USERNAME",
                };
                return Err(VerifyError::Credentials { provider, variable });
            }
            // Anything else that is wrong will be found, and reported, on the way.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

fn curl_lines(exchanges: &[Exchange]) -> Vec<String> {
    exchanges.iter().map(Exchange::curl).collect()
}
