//! How it is waited for nbn: time passes by itself, or is made to pass in a world of the mock.

use std::time::Duration;

use octane_client::control::types::AdvanceRequest;
use tokio::time::{Instant, sleep};

use crate::machine::calls::{Control, Trouble, checked};
use crate::machine::expectation::has_status;
use crate::rules::Rule;
use crate::session::Session;

/// How it is waited for nbn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// Time passes by itself. It is waited so long at the most.
    Patiently(Duration),
    /// The clock stands and is moved on, so that nbn does nothing while nobody looks, and the same each
    /// time.
    ByTheClock,
}

/// One time that it is waited.
#[derive(Debug)]
pub(super) struct Wait {
    waiting: Waiting,
    began: Instant,
    /// How far the clock was moved.
    moved: Duration,
}

impl Waiting {
    pub(super) fn begin(self) -> Wait {
        Wait { waiting: self, began: Instant::now(), moved: Duration::ZERO }
    }
}

impl Wait {
    /// Lets a little time pass. False if there was enough.
    pub(super) async fn goes_on(&mut self, session: &Session) -> Result<bool, Trouble> {
        /// Nothing that nbn does by the test data comes sooner than a minute after something else...
        const FINE: Duration = Duration::from_secs(30);
        /// ...and after this, not sooner than half an hour.
        const FINE_UNTIL: Duration = Duration::from_secs(15 * 60);
        const COARSE: Duration = Duration::from_secs(20 * 60);
        /// Longer than to the timeslots that are booked first, weekend included.
        const MOST: Duration = Duration::from_secs(5 * 24 * 3600);
        match self.waiting {
            Waiting::Patiently(patience) => {
                if self.began.elapsed() >= patience {
                    return Ok(false);
                }
                // A state that is waited for may be a short one.
                sleep(pause(patience) / 4).await;
            }
            Waiting::ByTheClock => {
                if self.moved >= MOST {
                    return Ok(false);
                }
                let on = if self.moved < FINE_UNTIL { FINE } else { COARSE };
                let seconds = i64::try_from(on.as_secs()).expect("it is a part of an hour");
                let advanced =
                    session.control().advance_clock().body(AdvanceRequest { seconds }).send().await;
                let exchange = checked(session, Control(advanced))?;
                has_status(Rule::AnswerFollows, session.judge(), &exchange, 200)?;
                self.moved += on;
            }
        }
        Ok(true)
    }
}

/// How long nbn is left to itself between two looks at everything.
pub(crate) fn pause(patience: Duration) -> Duration {
    /// How often an order is looked at, at the most.
    const LOOKS: u32 = 24;
    (patience / LOOKS).clamp(Duration::from_millis(10), Duration::from_secs(30))
}
