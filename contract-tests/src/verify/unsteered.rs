//! A verification where nbn acts by itself: orders are made, followed, tried in the states they come
//! to, and put away at the end.
//!
//! Which states an order comes to is nbn's choice, so what is tried is a list of "once it is seen in
//! this state, do that". It is done at once, though the order may have moved on by then; the oracle
//! knows. What nobody came to is listed as not checked.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::plans::{ALWAYS, Act, PLANS, refused};
use super::units::Work;
use super::{Run, VerifyError};
use crate::caller::Provider;
use crate::cleanup::cleanup;
use crate::finding::Finding;
use crate::ledger::{Entry, Ledger};
use crate::machine::calls::Trouble;
use crate::machine::follower::Follower;
use crate::negative::{self, Fixture};
use crate::profile::Profile;
use crate::report::Tally;
use crate::rules::Evidence;
use crate::session::Session;
use crate::step::Place;
use crate::truth_table::State;

/// One order on its way.
struct Followed {
    index: usize,
    left: Vec<(State, Act)>,
}

/// Everything that is done, and what was left behind.
pub(super) struct Unsteered {
    pub(super) work: Work,
    pub(super) left: Vec<String>,
}

struct Verification<'a> {
    run: &'a Run<'a>,
    session: &'a Session,
    ledger: &'a Ledger,
    work: Work,
}

/// Verifies the target of a session, and puts away what was made.
pub(super) async fn verify(
    run: &Run<'_>,
    session: &Session,
    ledger: &Ledger,
) -> Result<Unsteered, VerifyError> {
    let work = Work::default();
    let mut verification = Verification { run, session, ledger, work };
    let tried = verification.everything().await;
    run.progress.part("putting away");
    // Whatever came of it, what was made is put away first.
    let cleaned = cleanup(session, ledger).await;
    tried?;
    let cleaned = cleaned?;
    session.log().take_failures();
    let mut work = verification.work;
    work.requests = vec![(0, session.log().take_requests())];
    work.coverage = session.log().coverage();
    let left = cleaned.orders.into_iter().map(|(order, fate)| format!("order {order}: {fate}"));
    Ok(Unsteered { work, left: left.collect() })
}

impl Verification<'_> {
    async fn everything(&mut self) -> Result<(), VerifyError> {
        let effort = self.run.effort;
        let began = self.sent();
        let mut follower = Follower::new(self.session, effort.consistency_window, effort.seed);
        self.run.progress.part(Evidence::Flows.name());
        let mut followed = self.orders(&mut follower).await?;
        let whole = followed.len() == effort.orders.min(PLANS.len());
        self.views(&mut follower, &followed, whole).await?;
        self.follow(&mut follower, &mut followed).await?;
        let sound = !followed.is_empty() && self.work.findings.is_empty();
        if sound {
            let listed = follower.list().await;
            self.note(&mut follower, "the list of orders", listed)?;
        }
        let steps = follower.done.len() as u64;
        let (tried, requests) = (follower.orders().len() as u64, self.sent() - began);
        self.work.tallies.insert(Evidence::Flows, Tally { tried, steps, requests });
        self.negatives(&mut follower, &followed).await
    }

    /// Makes the orders.
    async fn orders(&mut self, follower: &mut Follower<'_>) -> Result<Vec<Followed>, VerifyError> {
        let mut followed = Vec::new();
        self.run.progress.expect(self.run.effort.orders as u64);
        for plan in PLANS.iter().take(self.run.effort.orders) {
            let qualified = follower.qualify(plan.place).await;
            let Some(remote) = self.note(follower, "a qualification", qualified)? else { continue };
            let (provider, remote_order_id) = (Provider::A, remote);
            let creating = Entry::Creating { provider, remote_order_id: remote_order_id.clone() };
            self.ledger.add(creating)?;
            let created = follower.create().await;
            let Some(index) = self.note(follower, "a new order", created)? else { continue };
            let order_id = follower.number(index);
            self.ledger.add(Entry::Created { provider, remote_order_id, order_id })?;
            let left = plan.acts.iter().chain(&ALWAYS).copied().collect();
            let mut order = Followed { index, left };
            // A new order does not stay new for long.
            if self.act(follower, &mut order).await? {
                followed.push(order);
            }
            self.run.progress.done(1);
        }
        Ok(followed)
    }

    /// Looks at what needs no waiting.
    async fn views(
        &mut self,
        follower: &mut Follower<'_>,
        followed: &[Followed],
        whole: bool,
    ) -> Result<(), VerifyError> {
        let Some(first) = followed.first().filter(|_| whole) else { return Ok(()) };
        let Some(not_orderable) = self.qualified(follower, Place::NotOrderable).await? else {
            return Ok(());
        };
        let Some(unused) = self.qualified(follower, Place::Visit).await? else { return Ok(()) };
        let again = follower.create_again(first.index).await;
        self.note(follower, "the same create again", again)?;
        let stranger = follower.stranger(first.index).await;
        self.note(follower, "another provider's order", stranger)?;
        let listed = follower.list().await;
        self.note(follower, "the list of orders", listed)?;
        if self.run.effort.profile != Profile::Smoke {
            let narrowed = follower.narrowed().await;
            self.note(follower, "lists that are narrowed", narrowed)?;
        }
        for step in refused(unused, not_orderable, first.index) {
            let done = follower.refused(&step).await;
            self.note(follower, "what is refused whatever nbn does", done)?;
        }
        Ok(())
    }

    /// Qualifies a location to be refused with, and gives the qualification's index. A server that
    /// takes a wrong create for a good one makes an order of it, so it is written down.
    async fn qualified(
        &mut self,
        follower: &mut Follower<'_>,
        place: Place,
    ) -> Result<Option<usize>, VerifyError> {
        let qualified = follower.qualify(place).await;
        let Some(remote_order_id) = self.note(follower, "a qualification", qualified)? else {
            return Ok(None);
        };
        self.ledger.add(Entry::Creating { provider: Provider::A, remote_order_id })?;
        Ok(Some(follower.qualification()))
    }

    /// Follows the orders until nothing is left to try, or patience ends.
    async fn follow(
        &mut self,
        follower: &mut Follower<'_>,
        followed: &mut Vec<Followed>,
    ) -> Result<(), VerifyError> {
        /// How often each order is looked at, at the most.
        const LOOKS: u32 = 24;
        let patience = self.run.effort.patience;
        let pause = (patience / LOOKS).clamp(Duration::from_millis(10), Duration::from_secs(30));
        let began = Instant::now();
        loop {
            let mut sound = Vec::new();
            for mut order in std::mem::take(followed) {
                let read = follower.read(order.index).await;
                let read = self.note(follower, "an order as it is followed", read)?;
                if read.is_some() && self.act(follower, &mut order).await? {
                    sound.push(order);
                }
            }
            *followed = sound;
            let waits = |order: &Followed| {
                let closed =
                    [State::Completed, State::Rejected, State::Withdrawn, State::Cancelled];
                !closed.contains(&follower.state(order.index))
            };
            let spent = self.run.effort.budget.is_spent(self.session);
            if spent || began.elapsed() >= patience || !followed.iter().any(waits) {
                return Ok(());
            }
            sleep(pause).await;
        }
    }

    /// Does what the order's present state asks for. False if something is wrong, and the order is not
    /// to be followed any further.
    async fn act(
        &mut self,
        follower: &mut Follower<'_>,
        order: &mut Followed,
    ) -> Result<bool, VerifyError> {
        loop {
            let state = follower.state(order.index);
            let Some(next) = order.left.iter().position(|(wanted, _)| *wanted == state) else {
                return Ok(true);
            };
            let (_, act) = order.left.remove(next);
            let calls = self.session.log().coverage_of(|coverage| coverage.calls.clone());
            let (about, done) = match act {
                Act::Withdraw => {
                    (format!("a withdrawal once {state}"), follower.withdraw(order.index).await)
                }
                Act::Invent => (
                    format!("a booking of no timeslot once {state}"),
                    follower.book_invented(order.index).await,
                ),
                Act::Book(nth) => {
                    (format!("a booking once {state}"), follower.book(order.index, nth).await)
                }
            };
            if act.asks_to_be_refused(state) {
                // As of the truth table, that says nothing about success.
                self.session.log().cover(|coverage| coverage.calls = calls);
            }
            if self.note(follower, &about, done)?.is_none() {
                return Ok(false);
            }
        }
    }

    /// Sends requests that break one rule each, on the first order.
    async fn negatives(
        &mut self,
        follower: &mut Follower<'_>,
        followed: &[Followed],
    ) -> Result<(), VerifyError> {
        let Some(first) = followed.first() else { return Ok(()) };
        self.run.progress.part(Evidence::Negatives.name());
        let began = self.sent();
        if self.qualified(follower, Place::Visit).await?.is_none() {
            return Ok(());
        }
        let qualification = follower.exchanges.last().map(|it| it.response().clone());
        let qualification = qualification.unwrap_or(Value::Null);
        let timeslot = "0".to_owned();
        let fixture = Fixture::borrowed(follower.number(first.index), timeslot, qualification);
        let effort = self.run.effort;
        let (choice, seed, budget) = (effort.negatives, effort.seed, &effort.budget);
        let progress = self.run.progress;
        let came =
            negative::on_order(self.session, &fixture, choice, seed, budget, progress).await?;
        let judge = self.session.judge();
        for bad in came.wrong {
            let finding = Finding { trial: None, ..Finding::of_case(bad, seed, judge) };
            self.work.findings.push((0, finding));
        }
        let read = follower.read(first.index).await;
        self.note(follower, "an order after invalid requests", read)?;
        let (tried, requests) = (came.tried as u64, self.sent() - began);
        self.work.tallies.insert(Evidence::Negatives, Tally { tried, steps: 0, requests });
        Ok(())
    }

    /// What came of something: a finding if a promise is broken, and then nothing.
    fn note<T>(
        &mut self,
        follower: &mut Follower<'_>,
        about: &str,
        result: Result<T, Trouble>,
    ) -> Result<Option<T>, VerifyError> {
        let failure = match result {
            Ok(came) => return Ok(Some(came)),
            Err(Trouble::Unreachable(problem)) => return Err(problem.into()),
            Err(Trouble::Broken(failure)) => *failure,
        };
        self.session.log().take_failures();
        let exchange = failure.exchange.as_deref().cloned();
        let finding = Finding {
            part: Evidence::Flows,
            about: about.to_owned(),
            place: failure.place(self.session.judge()),
            failure,
            seed: self.run.effort.seed,
            steps: follower.done.clone(),
            trial: None,
            exchanges: follower.exchanges.iter().cloned().chain(exchange).collect(),
        };
        self.work.findings.push((0, finding));
        Ok(None)
    }

    fn sent(&self) -> u64 {
        self.session.log().coverage_of(|coverage| coverage.requests)
    }
}
