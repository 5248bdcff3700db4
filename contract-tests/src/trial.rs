//! Something that can be tried again, exactly.
//!
//! A trial is data and begins with an empty world, so it means the same wherever it is run; the one
//! exception are [deeds](crate::deeds) with orders that nbn moves by itself. What it must come to is not
//! in it: that is judged anew each time, by the model and the contract.

use serde::{Deserialize, Serialize};

use crate::deeds::Deed;
use crate::exchange::Exchange;
use crate::failure::Failure;
use crate::faulted::{self, Fault};
use crate::machine::Looks;
use crate::machine::calls::Trouble;
use crate::machine::run;
use crate::negative::{self, Shows};
use crate::probes;
use crate::races::{self, Race};
use crate::rules::Evidence;
use crate::session::{Session, Unreachable};
use crate::step::{Details, Step};

/// What is tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Trial {
    /// Steps, from an empty world.
    Steps {
        /// How closely the service is looked at meanwhile.
        looks: Looks,
        /// What is done.
        steps: Vec<Step>,
    },
    /// Calls that are made to fail.
    Faults {
        /// Operations, and the status that each is to fail with.
        faults: Vec<Fault>,
    },
    /// Invalid requests, by [their ids](crate::negative::known).
    Negatives {
        /// The ids.
        cases: Vec<String>,
    },
    /// A promise that is tried by itself, by [its id](crate::probes::of_id).
    Probe {
        /// The id.
        id: String,
    },
    /// Steps at once.
    Race(Race),
    /// Deeds with orders that nbn moves by itself. The only one that needs no empty world.
    Followed {
        /// The deeds.
        deeds: Vec<Deed>,
        /// The details of the requests of each, in the order they are sent.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        said: Vec<Vec<Details>>,
    },
}

/// A promise that a trial showed not to be kept.
#[derive(Debug)]
pub struct Shown {
    /// What is wrong.
    pub failure: Failure,
    /// What was sent and answered on the way, without the looks between.
    pub exchanges: Vec<Exchange>,
}

impl Shown {
    /// What one exchange shows, if any does.
    pub(crate) fn at_last(failure: Failure) -> Self {
        let exchanges = failure.exchange.iter().map(|it| (**it).clone()).collect();
        Self { failure, exchanges }
    }
}

impl Trial {
    /// The part of the verification that tries it.
    pub fn part(&self) -> Evidence {
        match self {
            Trial::Steps { .. } | Trial::Followed { .. } => Evidence::Flows,
            Trial::Negatives { .. } => Evidence::Negatives,
            Trial::Faults { .. } => Evidence::Faults,
            Trial::Probe { .. } => Evidence::Probes,
            Trial::Race(_) => Evidence::Races,
        }
    }

    /// Tries it, from an empty world. That it [fits](crate::fits) this program is known.
    ///
    /// # Errors
    /// If the target stops answering.
    ///
    /// # Panics
    /// If it names a probe that there is not.
    pub async fn run(&self, session: &Session) -> Result<Option<Shown>, Unreachable> {
        match self {
            Trial::Steps { looks, steps } => {
                let found = run::replay(session, steps, *looks).await?;
                Ok(found.map(|found| Shown { failure: found.failure, exchanges: found.exchanges }))
            }
            Trial::Negatives { cases } => {
                let Shows { result, sent } = negative::again(session, cases).await;
                shown(result, sent)
            }
            Trial::Faults { faults } => {
                let Shows { result, sent } = faulted::fail(session, faults).await;
                shown(result, sent)
            }
            Trial::Probe { id } => {
                let probe = probes::of_id(id).expect("whoever reads a trial looks that it fits");
                session.log().take_exchanges();
                let result = probe.run(session).await;
                shown(result, session.log().take_exchanges())
            }
            Trial::Race(race) => {
                let lost = races::again(session, race).await?;
                Ok(lost.map(|lost| Shown { exchanges: lost.exchanges(), failure: lost.failure }))
            }
            Trial::Followed { .. } => {
                unreachable!("deeds are done by `deeds::again`, which knows how long to wait")
            }
        }
    }

    /// What is done, a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        match self {
            Trial::Steps { steps, .. } => steps.iter().map(ToString::to_string).collect(),
            Trial::Followed { deeds, said } => {
                let said = |nth: usize| said.get(nth).into_iter().flatten();
                let sentence = |(nth, deed): (usize, &Deed)| {
                    let details: String = said(nth).map(ToString::to_string).collect();
                    match deed {
                        Deed::Narrowed => deed.to_string(),
                        _ => format!("{deed}{details}"),
                    }
                };
                deeds.iter().enumerate().map(sentence).collect()
            }
            Trial::Negatives { cases } => cases.clone(),
            Trial::Probe { id } => {
                let about = probes::of_id(id).map_or(id.as_str(), |probe| probe.about);
                vec![about.to_owned()]
            }
            Trial::Race(race) => race.sentences(),
            Trial::Faults { faults } => {
                let sentence =
                    |(operation, status): &Fault| format!("{operation} fails with {status}");
                faults.iter().map(sentence).collect()
            }
        }
    }
}

fn shown(
    result: Result<(), Trouble>,
    exchanges: Vec<Exchange>,
) -> Result<Option<Shown>, Unreachable> {
    match result {
        Ok(()) => Ok(None),
        Err(Trouble::Unreachable(problem)) => Err(problem),
        Err(Trouble::Broken(failure)) => Ok(Some(Shown { failure: *failure, exchanges })),
    }
}
