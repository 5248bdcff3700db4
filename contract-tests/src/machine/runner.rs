//! Runs the steps of one case against a session, and holds every answer against the model.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Looks;
use super::MISSING;
use super::calls::{Control, Trouble, checked};
use super::expectation::has_status;
use super::send::{send, standing_at};
use super::views::{self, Shown};
use crate::coverage::Coverage;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::model::{Expected, World};
use crate::reach::Trigger;
use crate::rules::Evidence;
use crate::session::Session;
use crate::step::{By, Filter, Step};
use crate::truth_table::{Event, Operation};

/// The number of an order that does not exist.
const NO_ORDER: i64 = 999_999_999;

/// One case on its way.
pub struct Runner<'a> {
    pub(crate) session: &'a Session,
    /// The model of what was done so far.
    pub world: World,
    looks: Looks,
    /// How many writes were looked at, which decides which view comes next.
    pub(super) turn: usize,
    /// How many orders were looked at in detail, which decides whether a view comes next.
    pub(super) details: usize,
}

impl<'a> Runner<'a> {
    /// Begins a case: an empty target whose clock stands still at `start`.
    ///
    /// # Errors
    /// If the target has no control plane that does this, or does not answer.
    pub async fn begin(
        session: &'a Session,
        start: DateTime<Utc>,
        looks: Looks,
    ) -> Result<Self, Trouble> {
        session.log().take_exchanges();
        session.log().take_failures();
        let (control, judge) = (session.control(), session.judge());
        let reset = control.reset_world().send().await;
        has_status(Rule::AnswerFollows, judge, &checked(session, Control(reset))?, 200)?;
        let set = control.set_clock().body(standing_at(start)).send().await;
        has_status(Rule::AnswerFollows, judge, &checked(session, Control(set))?, 200)?;
        Ok(Self { session, world: World::at(start), looks, turn: 0, details: 0 })
    }

    /// Goes on where a case stands, by the model's account of it, looking at nothing unasked.
    pub(crate) fn resume(session: &'a Session, world: World) -> Self {
        Self { session, world, looks: Looks::AtEnd, turn: 0, details: 0 }
    }

    /// Begins on a target that is not empty and whose clock and network go their own way.
    pub(super) fn unsteered(session: &'a Session, now: DateTime<Utc>) -> Self {
        Self { session, world: World::at(now), looks: Looks::AtEnd, turn: 0, details: 0 }
    }

    /// Does one step, checks its answer, and after a write looks around.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn step(&mut self, step: &Step) -> Result<(), Trouble> {
        match *step {
            Step::Book { order, pick, .. } => {
                if let Some(slot) = self.world.resolve(order, pick) {
                    views::learn(self, slot).await?;
                }
            }
            Step::Seed { state, .. } if state.timeslot_held => views::learn_free(self).await?,
            _ => {}
        }
        let before = self.world.clone();
        let expected = self.world.perform(step);
        let (exchange, known) = self.sent(send(self, step, &before).await)?;
        self.count(step, &before, &exchange);
        let checked = self.check(step, &before, &expected, &exchange).await;
        match (checked, known) {
            // What else is wrong with an answer that is known to be wrong may come of that.
            (Err(Trouble::Broken(_)), Some(known)) => return Err(known.into()),
            (checked, _) => self.passing(checked)?,
        }
        if is_read(step) {
            return Ok(());
        }
        let touched = touched(step, &expected);
        let looked = match self.looks {
            Looks::Everything => views::look(self, touched).await,
            Looks::InTurn => views::glance(self, touched, shown(&expected)).await,
            Looks::AtEnd => Ok(()),
        };
        match (looked, &expected) {
            (Err(Trouble::Broken(seen)), expected) if expected.is_refusal() => {
                Err(changed_by(&exchange, *seen).into())
            }
            (looked, _) => looked,
        }
    }

    /// The exchange, though something that is known is wrong with it.
    pub(super) fn sent(
        &self,
        sent: Result<Exchange, Trouble>,
    ) -> Result<(Exchange, Option<Failure>), Trouble> {
        match sent {
            Err(Trouble::Broken(failure)) if self.session.known().passes_over(&failure) => {
                match failure.exchange.as_deref().cloned() {
                    Some(exchange) => Ok((exchange, Some(*failure))),
                    None => Err(failure.into()),
                }
            }
            sent => Ok((sent?, None)),
        }
    }

    /// What was looked at is as it must be, or wrong in a way that is known.
    pub(crate) fn passing(&self, looked: Result<(), Trouble>) -> Result<(), Trouble> {
        match looked {
            Err(Trouble::Broken(failure)) if self.session.known().passes_over(&failure) => Ok(()),
            looked => looked,
        }
    }

    /// Looks at everything once more, after the last step.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn end(&mut self) -> Result<(), Trouble> {
        match self.looks {
            Looks::Everything => Ok(()),
            Looks::InTurn | Looks::AtEnd => views::look(self, MISSING).await,
        }
    }

    pub(super) fn detail(&self, order: usize) -> Value {
        self.world.orders[order].detail(&self.world.timeslots)
    }

    pub(super) fn number(&self, order: usize) -> i64 {
        self.world.orders.get(order).and_then(|order| order.id).unwrap_or(NO_ORDER)
    }

    /// Counts a trial of a cell of the lifecycle. What is refused for another reason than the state
    /// of the order is none.
    fn count(&self, step: &Step, before: &World, exchange: &Exchange) {
        let calls = |coverage: &mut Coverage| {
            let accepted = exchange.status < 400;
            exchange.operation.iter().for_each(|name| coverage.called(name, accepted));
        };
        self.session.log().cover(calls);
        let Some((order, trigger)) = trigger(step) else { return };
        let Some(known) = before.orders.get(order) else { return };
        if trigger == Trigger::Operation(Operation::Withdraw) && !known.is_activation() {
            return;
        }
        if trigger == Trigger::Event(Event::ConfirmWithdrawal) && known.held_timeslot().is_some() {
            let charged = self.world.orders[order].charged_at.len() > known.charged_at.len();
            let moment = if charged { "late withdrawal charged" } else { "booked withdrawal free" };
            self.session.log().cover(|coverage| coverage.happened(moment));
        }
        let answer = super::expectation::described(self.session.judge(), exchange);
        let answer = if exchange.status < 400 { exchange.status.to_string() } else { answer };
        self.session.log().cover(|coverage| coverage.tried(known.status, trigger, &answer));
    }
}

/// The order that a step tries to move, and by what.
pub(crate) fn trigger(step: &Step) -> Option<(usize, Trigger)> {
    match *step {
        Step::Withdraw { by: By::Owner, order, ref details } if World::is_explained(details) => {
            Some((order, Trigger::Operation(Operation::Withdraw)))
        }
        Step::Book { by: By::Owner, order, .. } => {
            Some((order, Trigger::Operation(Operation::Book)))
        }
        Step::Network { order, event, .. } => Some((order, Trigger::Event(event))),
        _ => None,
    }
}

fn is_read(step: &Step) -> bool {
    match step {
        Step::Get { .. } | Step::List { .. } | Step::Timeslots { .. } => true,
        Step::Qualify { .. }
        | Step::Activate { .. }
        | Step::Repeat { .. }
        | Step::Change { .. }
        | Step::Seed { .. }
        | Step::Network { .. }
        | Step::Withdraw { .. }
        | Step::Book { .. }
        | Step::Advance { .. } => false,
    }
}

/// What was seen after a refusal is the refused call's doing, if it is about the state of anything.
fn changed_by(refused: &Exchange, seen: Failure) -> Failure {
    let of_state = seen.rule.facts().evidence.iter().all(|it| *it >= Evidence::TruthTable);
    if !of_state || seen.rule == Rule::OthersSeeNothing {
        return seen;
    }
    let expected = format!("{}, as before, in {}", seen.expected, seen.subject);
    let subject = refused.subject();
    Failure { rule: Rule::RefusalChangesNothing, subject, expected, pointer: None, ..seen }
}

/// The order that a step is about.
fn touched(step: &Step, expected: &Expected) -> usize {
    match (expected, step) {
        (Expected::Created(order) | Expected::Seeded(order), _) => *order,
        (
            _,
            Step::Network { order, .. }
            | Step::Withdraw { order, .. }
            | Step::Book { order, .. }
            | Step::Repeat { order, .. },
        ) => *order,
        _ => MISSING,
    }
}

/// Whether the answer showed the order whole, and was compared.
fn shown(expected: &Expected) -> Shown {
    match expected {
        Expected::Created(_) | Expected::Order(..) => Shown::Whole,
        _ => Shown::Not,
    }
}

/// A filter that lets everything through.
pub(super) const UNFILTERED: Filter =
    Filter { status: None, order_type: None, customer: None, created_from: None, created_to: None };
