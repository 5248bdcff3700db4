//! Holds the answer to a step against what the model expects of it.

use serde_json::{Map, Value, json};

use super::calls::Trouble;
use super::expectation::{agrees, has_response, has_status, is_invalid, is_refused};
use super::runner::{Runner, trigger};
use super::views;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::model::order::Order;
use crate::model::timeslots::{Timeslot, Window};
use crate::model::{Expected, World};
use crate::rules::naming::{View, of_refusal};
use crate::rules::place;
use crate::step::Step;
use crate::truth_table::legal_events;

impl Runner<'_> {
    /// Holds an answer against what the model expects, and takes out of it what the server chose.
    pub(crate) async fn check(
        &mut self,
        step: &Step,
        before: &World,
        expected: &Expected,
        exchange: &Exchange,
    ) -> Result<(), Trouble> {
        let judge = self.session.judge();
        match expected {
            Expected::Qualified(index) => self.qualified(*index, exchange)?,
            Expected::Created(order) => {
                has_status(Rule::AnswerFollows, judge, exchange, 201)?;
                self.learn_order(*order, exchange)?;
                let path = format!("/v1/order/nbn/{}", self.number(*order));
                let location = exchange.headers.get("location").and_then(|it| it.to_str().ok());
                if location != Some(path.as_str()) {
                    let received = location.unwrap_or("none").to_owned();
                    let expected = format!("the header `Location: {path}`");
                    let rule = Rule::NewOrderLocated;
                    return Err(Failure::of(rule, exchange, expected, received).into());
                }
                let detail = self.detail(*order);
                has_response(Rule::AnswerFollows, View::Order, judge, exchange, 201, &detail)?;
            }
            Expected::Seeded(order) => {
                has_status(Rule::AnswerFollows, judge, exchange, 201)?;
                self.learn_order(*order, exchange)?;
                let (rule, state) = (Rule::Lifecycle, self.order_state(*order));
                has_response(rule, View::Whole(rule), judge, exchange, 201, &state)?;
                views::adopt(self, *order).await?;
            }
            Expected::Order(status, order) => {
                self.learn_appointment(*order, exchange);
                let detail = self.detail(*order);
                has_response(Rule::Lifecycle, View::Order, judge, exchange, *status, &detail)
                    .map_err(|failure| self.by_the_row(step, before, failure))?;
            }
            Expected::Moved(order) => {
                let (rule, state) = (Rule::Lifecycle, self.order_state(*order));
                has_response(rule, View::Whole(rule), judge, exchange, 200, &state)
                    .map_err(|failure| self.by_the_row(step, before, failure))?;
            }
            Expected::Refused(name, order) => {
                let rule = of_refusal(name);
                let mut details = Map::new();
                if let Some(order) = order {
                    details.insert("orderId".to_owned(), json!(self.number(*order)));
                }
                is_refused(rule, judge, exchange, name, details)
                    .map_err(|failure| self.by_the_row(step, before, failure))?;
            }
            Expected::NotLegal(events) => {
                let names: Vec<&str> = events.iter().map(|event| event.name()).collect();
                let mut details = Map::new();
                if !names.is_empty() {
                    details.insert("legalEvents".to_owned(), json!(names));
                }
                is_refused(Rule::Lifecycle, judge, exchange, "EventNotLegal", details)
                    .map_err(|failure| self.by_the_row(step, before, failure))?;
            }
            Expected::Invalid(pointer, keyword) => {
                is_invalid(judge, exchange, pointer, keyword)?;
            }
            Expected::Listed(orders) => {
                let Step::List { provider, filter, limit } = *step else { return Ok(()) };
                views::pages(self, exchange, orders, provider, &filter, limit).await?;
            }
            Expected::Offered(window) => self.offered(*window, exchange)?,
            Expected::Advanced => {
                let clock = json!({ "mode": "Fixed", "now": self.world.now.to_rfc3339() });
                let view = View::Whole(Rule::AnswerFollows);
                has_response(Rule::AnswerFollows, view, judge, exchange, 200, &clock)?;
            }
        }
        Ok(())
    }

    /// The failure, with the row of the lifecycle that decided about the step, if that is what it is
    /// about.
    fn by_the_row(&self, step: &Step, before: &World, failure: Failure) -> Failure {
        let asked =
            trigger(step).and_then(|(order, trigger)| Some((before.state(order)?, trigger)));
        match asked {
            Some((state, trigger)) if failure.rule == Rule::Lifecycle => {
                place::at_row(failure, self.session.judge(), state, trigger)
            }
            _ => failure,
        }
    }

    /// Holds the timeslots of a window against what the model says is free.
    pub(super) fn offered(&mut self, window: Window, exchange: &Exchange) -> Result<(), Failure> {
        let world = &mut self.world;
        let held: Vec<Timeslot> = world.orders.iter().filter_map(Order::held_timeslot).collect();
        let taken = |slot| held.iter().filter(|other| **other == slot).count();
        has_status(Rule::TimeslotsOffered, self.session.judge(), exchange, 200)?;
        let found = world.timeslots.compare(window, world.now, taken, exchange.response());
        agrees(View::Timeslots, exchange, found)
    }

    /// What the control plane says of an order.
    fn order_state(&self, order: usize) -> Value {
        let order = &self.world.orders[order];
        let legal = legal_events(order.status, order.visit);
        json!({
            "orderId": order.id,
            "status": order.status.name(),
            "isWithdrawable": order.is_withdrawable(),
            "legalEvents": legal.iter().map(|event| event.name()).collect::<Vec<_>>(),
        })
    }
}
