//! Calls that the state of the order decides about, while nobody knows that state for sure.

use chrono::TimeDelta;

use super::Follower;
use crate::caller::Provider;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::forms::Request;
use crate::machine::calls::Trouble;
use crate::machine::expectation::{agrees, described, has_status};
use crate::machine::requests;
use crate::machine::send::send;
use crate::model::adopt::moment;
use crate::model::facts::Area;
use crate::model::timeslots::{Timeslot, Window};
use crate::oracle::{Possible, Reply};
use crate::reach::Trigger;
use crate::rules::naming::{View, of_refusal};
use crate::rules::place;
use crate::skew;
use crate::step::{By, Details, Pick, Step};
use crate::truth_table::{Operation, State};

impl Follower<'_> {
    /// Withdraws an order, whatever state it is in.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn withdraw(&mut self, order: usize) -> Result<(), Trouble> {
        let step = Step::Withdraw { by: By::Owner, order, details: Details::default() };
        self.operate(order, Operation::Withdraw, step).await
    }

    /// Books a timeslot for an order, whatever state it is in: the one at this place among those that
    /// are offered.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn book(&mut self, order: usize, nth: usize) -> Result<(), Trouble> {
        let location = self.runner.world.orders[order].asked.location;
        let offered = self.offered(location).await?;
        let Some(slot) = offered.get(nth.min(offered.len().saturating_sub(1))) else {
            return Ok(());
        };
        let (by, pick) = (By::Owner, Pick::At(slot.start));
        let step = Step::Book { by, order, pick, details: Details::default() };
        self.operate(order, Operation::Book, step).await
    }

    /// Books a timeslot that does not exist, whatever state the order is in.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn book_invented(&mut self, order: usize) -> Result<(), Trouble> {
        let (by, pick) = (By::Owner, Pick::Invented);
        let step = Step::Book { by, order, pick, details: Details::default() };
        self.operate(order, Operation::Book, step).await
    }

    /// Makes a guarded call. The state may be any that nbn could have moved the order to, and one of
    /// them must explain the answer; what is seen afterwards must follow from those that do.
    async fn operate(
        &mut self,
        order: usize,
        operation: Operation,
        mut step: Step,
    ) -> Result<(), Trouble> {
        let (world, before) = (self.runner.world.clone(), self.possible[order].later());
        self.dress(&mut step);
        let exchange = send(&self.runner, &step, &world).await?;
        self.note(&exchange);
        let name = exchange.error_code().filter(|code| *code != 0);
        let name = name.and_then(|code| self.judge().orders().error_code(code));
        let name = name.map(|code| code.name.clone()).unwrap_or_default();
        let reply = match (exchange.status, of_refusal(&name)) {
            (status, _) if status < 400 => Reply::Accepted(status),
            // Not for the state: another took the place, or the timeslot has started meanwhile.
            (_, Rule::PlaceSoldOnce | Rule::TimeslotBookable) => Reply::LetThrough,
            (_, _) => Reply::Refused(&name),
        };
        let Some(left) = before.answered(operation, reply) else {
            let expected = before.expected(operation);
            let received = described(self.judge(), &exchange);
            let failure = Failure::of(Rule::Lifecycle, &exchange, expected, received);
            let trigger = Trigger::Operation(operation);
            return Err(match before.state() {
                Some(state) => place::at_row(failure, self.judge(), state, trigger).into(),
                None => failure.into(),
            });
        };
        if let Reply::Accepted(_) = reply {
            self.catch_up(order, &exchange, Some(&step))?;
        } else {
            self.possible[order] = left.clone();
        }
        self.count(&left, operation, reply, &exchange);
        self.read(order).await
    }

    /// The timeslots that are offered at a location in the next days.
    async fn offered(&mut self, location: &'static str) -> Result<Vec<Timeslot>, Trouble> {
        /// How many days are looked at.
        const DAYS: i64 = 14;
        let area = Area::of(location).unwrap_or(Area::Sydney);
        let from = self.runner.world.now;
        let window = Window { area, from, to: from + TimeDelta::days(DAYS) };
        let session = self.runner.session;
        let request = Request { operation: "queryAppointmentTimeslots", variant: None };
        let details = self.next_details(request, true);
        let between = (window.from, window.to);
        let asked = requests::timeslots(session, Provider::B, location, between, &details);
        let exchange = asked.await?;
        has_status(Rule::TimeslotsOffered, self.judge(), &exchange, 200)?;
        // `Date` is a whole second; what is in it was so before that second ended.
        let at_last = skew::date(&exchange.headers).unwrap_or(from) + TimeDelta::seconds(1);
        let between = (from, at_last.max(from));
        let received = exchange.response();
        let found = self.runner.world.timeslots.compare_shared(window, between, received);
        agrees(View::Timeslots, &exchange, found)?;
        let starts = received["timeslots"].as_array().cloned().unwrap_or_default();
        let starts =
            starts.iter().filter_map(|slot| moment(slot.pointer("/validFor/startDateTime")?));
        Ok(starts.map(|start| Timeslot { area, start }).collect())
    }

    /// Counts the cell of the lifecycle that a call was about, if it is known which that was.
    fn count(&self, left: &Possible, operation: Operation, reply: Reply<'_>, exchange: &Exchange) {
        let told = match reply {
            Reply::Accepted(status) => status.to_string(),
            Reply::Refused(_) | Reply::LetThrough => described(self.judge(), exchange),
        };
        let state = match reply {
            // The order has moved; its history says out of which state.
            Reply::Accepted(_) => {
                let history = exchange.response()["statusHistory"].as_array();
                history.and_then(|all| {
                    State::of_name(all.get(all.len().checked_sub(2)?)?["status"].as_str()?)
                })
            }
            Reply::Refused(_) | Reply::LetThrough => left.state(),
        };
        if let Some(state) = state {
            let trigger = Trigger::Operation(operation);
            self.runner.session.log().cover(|coverage| coverage.tried(state, trigger, &told));
        }
    }
}
