//! Runs the steps of one case against a session, and holds every answer against the model.

use chrono::{DateTime, Utc};
use octane_client::control;
use serde_json::{Map, Value, json};

use super::MISSING;
use super::calls::{Control, Trouble, checked};
use super::expectation::{has_response, has_status, is_invalid, is_refused};
use super::send::send;
use super::views;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::model::order::Order;
use crate::model::timeslots::{Timeslot, Window};
use crate::model::{Expected, World};
use crate::reach::Trigger;
use crate::session::Session;
use crate::step::{By, Filter, Step, Why};
use crate::truth_table::{Event, Operation};

/// The number of an order that does not exist.
const NO_ORDER: i64 = 999_999_999;

/// One case on its way.
pub struct Runner<'a> {
    pub(super) session: &'a Session,
    /// The model of what was done so far.
    pub world: World,
}

impl<'a> Runner<'a> {
    /// Begins a case: an empty target whose clock stands still at `start`.
    ///
    /// # Errors
    /// If the target has no control plane that does this, or does not answer.
    pub async fn begin(session: &'a Session, start: DateTime<Utc>) -> Result<Self, Trouble> {
        session.log().take_exchanges();
        session.log().take_failures();
        let control = session.control();
        let reset = control.reset_world().send().await;
        has_status(&checked(session, Control(reset))?, 200)?;
        let clock = control::types::ClockRequest {
            mode: control::types::ClockMode::Fixed,
            now: Some(start.fixed_offset()),
            scale: None,
        };
        let set = control.set_clock().body(clock).send().await;
        has_status(&checked(session, Control(set))?, 200)?;
        Ok(Self { session, world: World::at(start) })
    }

    /// Goes on where a case stands, by the model's account of it.
    pub(crate) fn resume(session: &'a Session, world: World) -> Self {
        Self { session, world }
    }

    /// Does one step, checks its answer, and after a write everything that can be seen.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn step(&mut self, step: &Step) -> Result<(), Trouble> {
        let expected = self.step_unseen(step).await?;
        match *step {
            Step::Get { .. } | Step::List { .. } | Step::Timeslots { .. } => Ok(()),
            Step::Qualify { .. }
            | Step::Activate { .. }
            | Step::Change { .. }
            | Step::Network { .. }
            | Step::Withdraw { .. }
            | Step::Book { .. }
            | Step::Advance { .. } => views::look(self, touched(step, &expected)).await,
        }
    }

    /// Does one step and checks its answer alone.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub(crate) async fn step_unseen(&mut self, step: &Step) -> Result<Expected, Trouble> {
        if let Step::Book { order, pick, .. } = *step
            && let Some(slot) = self.world.resolve(order, pick)
        {
            views::learn(self, slot).await?;
        }
        let before = self.world.clone();
        let expected = self.world.perform(step);
        let exchange = send(self, step, &before).await?;
        self.count(step, &before, &exchange);
        self.check(step, &expected, &exchange).await?;
        Ok(expected)
    }

    /// Holds an answer against what the model expects, and takes out of it what the server chose.
    pub(crate) async fn check(
        &mut self,
        step: &Step,
        expected: &Expected,
        exchange: &Exchange,
    ) -> Result<(), Trouble> {
        let rule = Rule::AnswerAsModelled;
        match expected {
            Expected::Qualified(index) => self.qualified(*index, exchange)?,
            Expected::Created(order) => {
                has_status(exchange, 201)?;
                self.learn_order(*order, exchange)?;
                let path = format!("/v1/order/nbn/{}", self.number(*order));
                let location = exchange.headers.get("location").and_then(|it| it.to_str().ok());
                if location != Some(path.as_str()) {
                    let received = location.unwrap_or("none").to_owned();
                    let expected = format!("the header `Location: {path}`");
                    return Err(Failure::of(rule, exchange, expected, received).into());
                }
                has_response(rule, exchange, 201, &self.detail(*order))?;
            }
            Expected::Order(status, order) => {
                self.learn_appointment(*order, exchange);
                has_response(rule, exchange, *status, &self.detail(*order))?;
            }
            Expected::Moved(order) => {
                has_response(rule, exchange, 200, &self.order_state(*order))?;
            }
            Expected::Refused(name, order) => {
                let rule = if is_strange(step) { Rule::OthersSeeNothing } else { rule };
                let mut details = Map::new();
                if let Some(order) = order {
                    details.insert("orderId".to_owned(), json!(self.number(*order)));
                }
                is_refused(rule, self.session.judge(), exchange, name, details)?;
            }
            Expected::NotLegal(events) => {
                let names: Vec<&str> = events.iter().map(|event| event.name()).collect();
                let mut details = Map::new();
                if !names.is_empty() {
                    details.insert("legalEvents".to_owned(), json!(names));
                }
                is_refused(rule, self.session.judge(), exchange, "EventNotLegal", details)?;
            }
            Expected::Invalid(pointer, keyword) => {
                is_invalid(self.session.judge(), exchange, pointer, keyword)?;
            }
            Expected::Listed(orders) => {
                let Step::List { provider, filter, limit } = *step else { return Ok(()) };
                views::pages(self, exchange, orders, provider, &filter, limit).await?;
            }
            Expected::Offered(window) => self.offered(*window, exchange)?,
            Expected::Advanced => {
                let clock = json!({ "mode": "Fixed", "now": self.world.now.to_rfc3339() });
                has_response(rule, exchange, 200, &clock)?;
            }
        }
        Ok(())
    }

    pub(super) fn offered(&mut self, window: Window, exchange: &Exchange) -> Result<(), Failure> {
        let world = &mut self.world;
        let held: Vec<Timeslot> = world.orders.iter().filter_map(Order::held_timeslot).collect();
        let taken = |slot| held.iter().filter(|other| **other == slot).count();
        has_status(exchange, 200)?;
        match world.timeslots.compare(window, world.now, taken, exchange.response()) {
            None => Ok(()),
            Some(found) => Err(Failure::of(
                Rule::TimeslotsAsModelled,
                exchange,
                format!("{} at `{}`", found.expected, found.pointer),
                found.received,
            )),
        }
    }

    /// What the control plane says of an order.
    fn order_state(&self, order: usize) -> Value {
        let order = &self.world.orders[order];
        let legal = crate::truth_table::legal_events(order.status, order.visit);
        json!({
            "orderId": order.id,
            "status": order.status.name(),
            "isWithdrawable": order.is_withdrawable(),
            "legalEvents": legal.iter().map(|event| event.name()).collect::<Vec<_>>(),
        })
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
        let (order, trigger) = match *step {
            Step::Withdraw { by: By::Owner, order, why } if why != Why::OtherUnexplained => {
                (order, Trigger::Operation(Operation::Withdraw))
            }
            Step::Book { by: By::Owner, order, .. } => (order, Trigger::Operation(Operation::Book)),
            Step::Network { order, event, .. } => (order, Trigger::Event(event)),
            _ => return,
        };
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

/// Whether the step is made by the provider that must not see the order.
fn is_strange(step: &Step) -> bool {
    matches!(
        step,
        Step::Get { by: By::Stranger, .. }
            | Step::Withdraw { by: By::Stranger, .. }
            | Step::Book { by: By::Stranger, .. }
    )
}

/// The order that a step is about.
fn touched(step: &Step, expected: &Expected) -> usize {
    match (expected, step) {
        (Expected::Created(order), _) => *order,
        (
            _,
            Step::Network { order, .. } | Step::Withdraw { order, .. } | Step::Book { order, .. },
        ) => *order,
        _ => MISSING,
    }
}

/// A filter that lets everything through.
pub(super) const UNFILTERED: Filter =
    Filter { status: None, order_type: None, customer: None, created_from: None, created_to: None };
