//! Lets happen what an order's history tells.
//!
//! Nothing of it was seen when it happened, so every new entry is done again with the model, at its
//! own moment: an event of nbn, or the call that was just made here.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::Follower;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::machine::expectation::differs_nowhere;
use crate::model::Expected;
use crate::model::adopt::moment;
use crate::oracle::Possible;
use crate::rules::naming::View;
use crate::step::Step;
use crate::truth_table::{Event, Operation};

impl Follower<'_> {
    /// Lets happen what an order's history tells, and compares the rest with the model.
    pub(super) fn catch_up(
        &mut self,
        order: usize,
        exchange: &Exchange,
        own: Option<&Step>,
    ) -> Result<(), Failure> {
        let detail = exchange.response().clone();
        let told = detail["statusHistory"].as_array().cloned().unwrap_or_default();
        let known = self.runner.world.orders[order].history.len();
        for entry in told.iter().skip(known) {
            self.happened(order, entry, &detail, exchange, own)?;
        }
        self.runner.learn_appointment(order, exchange);
        let expected = self.runner.detail(order);
        differs_nowhere(View::Order, exchange, &expected, &detail)?;
        let state = self.runner.world.orders[order].abstracted();
        let later = match own {
            // The call was answered, and the order moved, in a way that was looked at already.
            Some(_) => Possible::exactly(state),
            None => self.possible[order].later(),
        };
        let Some(seen) = later.seen(state) else {
            let expected = later.described();
            let received = state.to_string();
            return Err(Failure::of(Rule::Lifecycle, exchange, expected, received));
        };
        self.possible[order] = seen;
        Ok(())
    }

    /// Lets happen one entry of a history.
    fn happened(
        &mut self,
        order: usize,
        entry: &Value,
        detail: &Value,
        exchange: &Exchange,
        own: Option<&Step>,
    ) -> Result<(), Failure> {
        let (cause, to) = (entry["cause"].as_str().unwrap_or_default(), &entry["status"]);
        let from = self.runner.world.orders[order].status;
        let Some(at) = moment(&entry["at"]).filter(|at| *at >= self.changed(order)) else {
            let rule = Rule::StatusHistoryComplete;
            let expected = format!("a moment not before {}", self.changed(order));
            return Err(Failure::of(rule, exchange, expected, entry["at"].to_string()));
        };
        self.runner.world.now = at;
        let step = match (Event::of_name(cause), own) {
            (Some(event), _) => Step::Network { order, event, noted: false },
            (None, Some(own)) if names(own) == Some(cause) => own.clone(),
            (None, _) => {
                let rule = Rule::StatusHistoryComplete;
                let expected = "an event of the network, or what was asked for here";
                return Err(Failure::of(rule, exchange, expected, cause));
            }
        };
        let expected = self.runner.world.perform(&step);
        let moved = match expected {
            Expected::Moved(_) => true,
            Expected::Order(status, _) => exchange.status == status,
            _ => false,
        };
        if !moved || *to != self.runner.world.orders[order].status.name() {
            let expected = format!("what {cause} does in {from}");
            let received = format!("{} after {from}, by {cause}, with {}", to, exchange.status);
            let failure = Failure::of(Rule::Lifecycle, exchange, expected, received);
            return Err(failure);
        }
        let entered = self.runner.world.orders[order].status;
        self.runner.session.log().cover(|coverage| coverage.moved(from, entered));
        let now = &mut self.runner.world.orders[order];
        if let (Some(change), Some(note)) = (now.history.last_mut(), entry["note"].as_str()) {
            change.note = Some(note.to_owned().into());
        }
        // How long nbn plans to take is nbn's choice.
        if now.remediation.is_some() {
            let day = detail["plannedRemediationDate"].as_str();
            now.remediation = day.and_then(|day| day.parse::<NaiveDate>().ok()).or(now.remediation);
        }
        Ok(())
    }

    /// When an order last changed.
    fn changed(&self, order: usize) -> DateTime<Utc> {
        self.runner.world.orders[order].updated_at
    }
}

/// The operation that a step calls, as a history names it.
fn names(step: &Step) -> Option<&'static str> {
    match step {
        Step::Withdraw { .. } => Some(Operation::Withdraw.name()),
        Step::Book { .. } => Some(Operation::Book.name()),
        _ => None,
    }
}
