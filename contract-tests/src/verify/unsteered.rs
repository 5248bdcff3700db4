//! A verification where nbn acts by itself: orders are made, followed, tried in the states they come
//! to, and put away at the end.
//!
//! Which states an order comes to is nbn's choice, so what is tried is a list of "once it is seen in
//! this state, do that". It is done at once, though the order may have moved on by then; the oracle
//! knows. What nobody came to is listed as not checked.
//!
//! The budget of requests holds here: what the next deed may take, and what it takes to put away what
//! was made, is kept back.

use tokio::time::{Instant, sleep};

use super::plans::{ALWAYS, Act, PLANS, refused};
use super::units::Work;
use super::{Run, VerifyError};
use crate::budget::Budget;
use crate::cleanup::{Cleaned, CleanupError, cleanup};
use crate::deeds::{Deed, Doer, Done, Undone, fewer, pause};
use crate::failure::Failure;
use crate::finding::Finding;
use crate::machine::calls::Trouble;
use crate::machine::follower::Follower;
use crate::negative::{self, BadCase, Negatives};
use crate::profile::Profile;
use crate::report::Tally;
use crate::rules::Evidence;
use crate::session::Session;
use crate::step::Place;
use crate::target::Target;
use crate::trial::Trial;
use crate::truth_table::State;

/// One order on its way.
struct Followed {
    index: usize,
    left: Vec<(State, Act)>,
}

/// Everything that is done, and what became of what was made.
pub(super) struct Unsteered {
    pub(super) work: Work,
    pub(super) cleaned: Cleaned,
}

struct Verification<'a> {
    run: &'a Run<'a>,
    session: &'a Session,
    doer: Doer<'a>,
    work: Work,
    /// The requests that were sent before the invalid ones, once those are begun.
    flows: Option<u64>,
    negatives: Negatives,
}

/// Verifies the target of a session, and puts away what was made.
pub(super) async fn verify(
    run: &Run<'_>,
    watched: &Target,
    session: &Session,
) -> Result<Unsteered, VerifyError> {
    let began = sent(session);
    let follower = Follower::new(session, run.effort.consistency_window, run.effort.seed);
    let doer = Doer::new(follower, run.ledger);
    let (work, negatives) = (Work::default(), Negatives::default());
    let mut verification = Verification { run, session, doer, work, flows: None, negatives };
    let tried = tokio::select! {
        biased;
        tried = verification.everything() => tried,
        () = watched.shut() => Ok(()),
    };
    let mut work = verification.settled(began)?;
    let tried = match tried {
        Err(VerifyError::Unreachable(problem)) => {
            work.lost = Some(problem);
            Ok(())
        }
        other => other,
    };
    run.progress.part("putting away");
    // Whatever came of it, what was made is put away first; whoever asked to stop waits for that.
    let closing = Session::open(run.target, &session.shared_judge(), session.accounts().clone())?;
    if session.log().keeps_requests() {
        closing.log().keep_requests();
    }
    let left_over = run.effort.budget.less(sent(session));
    let cleaned = cleanup(&closing, run.ledger, &left_over).await;
    session.log().absorb(closing.log());
    tried?;
    let cleaned = match cleaned {
        // What was seen is worth telling all the same; the ledger has the rest.
        Err(CleanupError::Unreachable(_))
            if run.interrupt.asked().is_some() || work.lost.is_some() =>
        {
            let outstanding = run.ledger.outstanding();
            let unasked = outstanding.orders.len() + outstanding.announced.len();
            Cleaned { unasked, ..Cleaned::default() }
        }
        other => other?,
    };
    let known = session.known();
    work.findings.retain(|(_, finding)| !known.accepts(&finding.failure));
    work.accepted = known.met();
    work.requests = vec![(0, session.log().take_requests())];
    work.coverage = session.log().coverage();
    Ok(Unsteered { work, cleaned })
}

impl Verification<'_> {
    async fn everything(&mut self) -> Result<(), VerifyError> {
        let effort = self.run.effort;
        self.run.progress.part(Evidence::Flows.name());
        let mut followed = self.orders().await?;
        let whole = followed.len() == effort.orders.min(PLANS.len());
        self.views(&followed, whole).await?;
        self.follow(&mut followed).await?;
        let sound = !followed.is_empty() && self.work.findings.is_empty();
        if sound {
            self.perform("the list of orders", Deed::List).await?;
        }
        self.negatives(&followed).await
    }

    /// Makes the orders.
    async fn orders(&mut self) -> Result<Vec<Followed>, VerifyError> {
        let mut followed = Vec::new();
        self.run.progress.expect(self.run.effort.orders as u64);
        for plan in PLANS.iter().take(self.run.effort.orders) {
            let qualify = Deed::Qualify { place: plan.place };
            // One more has to be put away.
            if !self.may_send(Self::OF_AN_ORDER)
                || !self.perform("a qualification", qualify).await?
                || !self.perform("a new order", Deed::Create).await?
            {
                continue;
            }
            let index = self.doer.follower.orders().len() - 1;
            let left = plan.acts.iter().chain(&ALWAYS).copied().collect();
            let mut order = Followed { index, left };
            // A new order does not stay new for long.
            if self.act(&mut order).await? {
                followed.push(order);
            }
            self.run.progress.done(1);
        }
        Ok(followed)
    }

    /// Looks at what needs no waiting.
    async fn views(&mut self, followed: &[Followed], whole: bool) -> Result<(), VerifyError> {
        let Some(order) = followed.first().filter(|_| whole).map(|first| first.index) else {
            return Ok(());
        };
        let qualify = |place| Deed::Qualify { place };
        if !self.perform("a qualification", qualify(Place::NotOrderable)).await? {
            return Ok(());
        }
        let not_orderable = self.doer.follower.qualification();
        if !self.perform("a qualification", qualify(Place::Visit)).await? {
            return Ok(());
        }
        let unused = self.doer.follower.qualification();
        self.perform("the same create again", Deed::CreateAgain { order }).await?;
        self.perform("another provider's order", Deed::Stranger { order }).await?;
        self.perform("the list of orders", Deed::List).await?;
        if self.run.effort.profile != Profile::Smoke {
            self.perform("lists that are narrowed", Deed::Narrowed).await?;
        }
        for step in refused(unused, not_orderable, order) {
            let deed = Deed::Refused { step };
            self.perform("what is refused whatever nbn does", deed).await?;
        }
        Ok(())
    }

    /// Follows the orders until nothing is left to try, or patience ends.
    async fn follow(&mut self, followed: &mut Vec<Followed>) -> Result<(), VerifyError> {
        let patience = self.run.effort.patience;
        let began = Instant::now();
        loop {
            let mut sound = Vec::new();
            for mut order in std::mem::take(followed) {
                let read = Deed::Read { order: order.index };
                if self.perform("an order as it is followed", read).await?
                    && self.act(&mut order).await?
                {
                    sound.push(order);
                }
            }
            *followed = sound;
            let follower = &self.doer.follower;
            let waits = followed.iter().any(|order| !follower.is_closed(order.index));
            if !waits || !self.may_send(0) || began.elapsed() >= patience {
                return Ok(());
            }
            sleep(pause(patience)).await;
        }
    }

    /// Does what the order's present state asks for. False if something is wrong, and the order is not
    /// to be followed any further.
    async fn act(&mut self, order: &mut Followed) -> Result<bool, VerifyError> {
        let index = order.index;
        loop {
            let once = self.doer.follower.state(index);
            let Some(next) = order.left.iter().position(|(wanted, _)| *wanted == once) else {
                return Ok(true);
            };
            let (_, act) = order.left.remove(next);
            let (about, deed) = match act {
                Act::Withdraw => ("a withdrawal", Deed::Withdraw { order: index, once }),
                Act::Invent => {
                    ("a booking of no timeslot", Deed::BookInvented { order: index, once })
                }
                Act::Book(nth) => ("a booking", Deed::Book { order: index, once, nth }),
            };
            let calls = self.session.log().coverage_of(|coverage| coverage.calls.clone());
            let sound = self.perform(&format!("{about} once {once}"), deed).await?;
            if act.asks_to_be_refused(once) {
                // As of the truth table, that says nothing about success.
                self.session.log().cover(|coverage| coverage.calls = calls);
            }
            if !sound {
                return Ok(false);
            }
        }
    }

    /// Sends requests that break one rule each, on the first order.
    async fn negatives(&mut self, followed: &[Followed]) -> Result<(), VerifyError> {
        let Some(order) = followed.first().map(|first| first.index) else { return Ok(()) };
        self.run.progress.part(Evidence::Negatives.name());
        self.flows = Some(sent(self.session));
        if !self.may_send(0) {
            return Ok(());
        }
        let fixture = match self.doer.fixture(order).await {
            Ok(fixture) => fixture,
            Err(undone) => {
                let exchanges = std::mem::take(&mut self.doer.follower.exchanges);
                let deed = Deed::Qualify { place: Place::Visit };
                self.doer.done.push(Done::of(deed, exchanges));
                self.note("a qualification", undone)?;
                return Ok(());
            }
        };
        let budget = self.budget();
        let (effort, progress, came) = (self.run.effort, self.run.progress, &mut self.negatives);
        let (choice, seed) = (effort.negatives, effort.seed);
        negative::on_order(self.session, &fixture, choice, seed, &budget, progress, came).await?;
        self.work.spent |= budget.is_spent(self.session);
        self.perform("an order after invalid requests", Deed::Read { order }).await?;
        Ok(())
    }

    /// Does a deed, if enough requests are left for it. False if a promise is broken, which is a
    /// finding.
    async fn perform(&mut self, about: &str, deed: Deed) -> Result<bool, VerifyError> {
        if !self.may_send(0) {
            return Ok(true);
        }
        match self.doer.perform(&deed).await {
            Ok(()) => Ok(true),
            Err(undone) => self.note(about, undone).map(|()| false),
        }
    }

    /// What came of the last deed: a finding.
    fn note(&mut self, about: &str, undone: Undone) -> Result<(), VerifyError> {
        match undone {
            Undone::Ledger(problem) => Err(problem.into()),
            Undone::Trouble(Trouble::Unreachable(problem)) => Err(problem.into()),
            Undone::Trouble(Trouble::Broken(failure)) => {
                self.session.log().take_failures();
                let done = fewer(&self.doer.done);
                let finding = self.finding(Evidence::Flows, about.to_owned(), *failure, done);
                self.work.findings.push((0, finding));
                Ok(())
            }
        }
    }

    fn finding(&self, part: Evidence, about: String, failure: Failure, done: Vec<Done>) -> Finding {
        let (mut deeds, mut said, mut exchanges) = (Vec::new(), Vec::new(), Vec::new());
        for it in done {
            deeds.push(it.deed);
            said.push(it.said);
            exchanges.extend(it.exchanges);
        }
        let trial = Trial::Followed { deeds, said };
        Finding {
            part,
            about,
            place: failure.place(self.session.judge()),
            failure,
            seed: self.run.effort.seed,
            steps: trial.sentences(),
            trial,
            known: self.session.known().take_passed(),
            tester: self.session.accounts().tester(),
            exchanges,
        }
    }

    /// Everything that was done until now, whole or not.
    fn settled(mut self, began: u64) -> Result<Work, VerifyError> {
        let flows = self.flows.unwrap_or_else(|| sent(self.session));
        let tally = Tally {
            tried: self.doer.follower.orders().len() as u64,
            steps: self.doer.done.len() as u64,
            requests: flows - began,
        };
        self.work.tallies.insert(Evidence::Flows, tally);
        let Negatives { tried, wrong, .. } = std::mem::take(&mut self.negatives);
        if self.flows.is_some() {
            let requests = sent(self.session) - flows;
            let tally = Tally { tried: tried as u64, steps: 0, requests };
            self.work.tallies.insert(Evidence::Negatives, tally);
        }
        for BadCase { cases, about, failure, exchanges } in wrong {
            exchanges.iter().try_for_each(|exchange| self.doer.made(exchange))?;
            // A file knows the requests by their ids, and its reader by their sentences.
            let step = Deed::Invalid { order: 0, cases: about.clone() }.to_string();
            let about = about.into_iter().next().unwrap_or_default();
            let mut done = self.doer.done.clone();
            done.push(Done::of(Deed::Invalid { order: 0, cases }, exchanges));
            let mut finding = self.finding(Evidence::Negatives, about, failure, fewer(&done));
            finding.steps.pop();
            finding.steps.push(step);
            self.work.findings.push((0, finding));
        }
        Ok(self.work)
    }

    /// The most requests that making an order adds to what has to be sent: it is qualified, made, and
    /// in the end read and withdrawn.
    const OF_AN_ORDER: u64 = 4;

    /// Whether a deed may be done that sends so many more requests than others.
    fn may_send(&mut self, more: u64) -> bool {
        /// The most that a deed takes, beside what a list takes for each order.
        const OF_A_DEED: u64 = 8;
        let may = self.budget().has(self.session, OF_A_DEED + more);
        self.work.spent |= !may;
        may
    }

    /// The budget without what it takes to put away what was made, and to read each order for a list.
    fn budget(&self) -> Budget {
        /// Of both providers, a page each.
        const LISTS: u64 = 2;
        let orders = self.run.ledger.outstanding().orders.len() as u64;
        self.run.effort.budget.less(3 * orders + LISTS)
    }
}

fn sent(session: &Session) -> u64 {
    session.log().coverage_of(|coverage| coverage.requests)
}
