//! Follows orders on a target where nbn acts by itself.
//!
//! What happened to an order in the meantime its history tells: every entry that is new is an event
//! that the model lets happen at that entry's moment, or a call that was made here. An entry that the
//! truth table does not allow is a failure; after the last the order must be as modelled, whole. Before
//! anything is read, an order may be in any of the states that nbn could have moved it to, and every
//! answer must be explained by one of them: that is the [oracle](crate::oracle).
//!
//! Reads may be repeated while the target becomes consistent; writes never are.

use std::time::{Duration, SystemTime};

use chrono::TimeDelta;
use octane_client::types;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::calls::{Trouble, checked};
use super::expectation::{described, differs_nowhere, has_status, is_refused};
use super::runner::Runner;
use super::send::send;
use crate::caller::Provider;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::model::adopt::moment;
use crate::model::timeslots::{Timeslot, Window};
use crate::model::{Expected, World, facts};
use crate::oracle::{Possible, Reply};
use crate::reach::Trigger;
use crate::rules::naming::{View, of_refusal};
use crate::rules::place;
use crate::session::Session;
use crate::skew;
use crate::step::{By, Pick, Place, Step, Twist, Why};
use crate::truth_table::{Operation, State};

/// How long to wait before a read is repeated.
const AGAIN: Duration = Duration::from_millis(50);

/// How many pages of a list are followed: other orders may be there as well.
const PAGES_MAX: usize = 5;

/// Orders of this run on a target that others share.
pub struct Follower<'a> {
    pub(super) runner: Runner<'a>,
    pub(super) possible: Vec<Possible>,
    window: Duration,
    /// What was done so far, a sentence each.
    pub done: Vec<String>,
    /// What was sent to do it, and answered.
    pub exchanges: Vec<Exchange>,
}

impl<'a> Follower<'a> {
    /// Follows orders over a session. A read that is not as expected is repeated for so long.
    pub fn new(session: &'a Session, window: Duration) -> Self {
        let runner = Runner::unsteered(session, SystemTime::now().into());
        let (done, exchanges) = (Vec::new(), Vec::new());
        Self { runner, possible: Vec::new(), window, done, exchanges }
    }

    /// The state an order was in when it was last seen.
    pub fn state(&self, order: usize) -> State {
        self.runner.world.orders[order].status
    }

    /// The number of an order.
    pub fn number(&self, order: usize) -> i64 {
        self.runner.number(order)
    }

    /// Every order made so far: whose it is, and its number.
    pub fn orders(&self) -> Vec<(Provider, i64)> {
        let orders = self.runner.world.orders.iter();
        orders.filter_map(|order| Some((order.provider, order.id?))).collect()
    }

    /// Qualifies a location, and gives the id to order it with.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn qualify(&mut self, place: Place) -> Result<String, Trouble> {
        let step = Step::Qualify { provider: Provider::A, place };
        let (exchange, _) = self.write(&step).await?;
        let index = self.runner.world.qualifications.len() - 1;
        let now = self.runner.world.now;
        self.runner.world.qualifications[index].at = now;
        // The `Date` is written after the day was: at midnight they may be of two days.
        let before = self.runner.world.clone();
        if self.runner.qualified(index, &exchange).is_err() {
            self.runner.world = World { now: now - TimeDelta::hours(1), ..before };
            self.runner.qualified(index, &exchange)?;
            self.runner.world.now = now;
        }
        let ids = self.runner.world.qualifications[index].ids.clone();
        Ok(ids.map(|ids| ids.remote_order_id).unwrap_or_default())
    }

    /// Orders with the last qualification, and gives the order's index.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn create(&mut self) -> Result<usize, Trouble> {
        let qualification = self.runner.world.qualifications.len() - 1;
        let (provider, twist) = (Provider::A, Twist::None);
        let step = Step::Activate { provider, qualification, customer: 0, twist };
        let (exchange, expected) = self.write(&step).await?;
        let Expected::Created(order) = expected else {
            unreachable!("a qualification that was just made can be ordered with");
        };
        has_status(Rule::AnswerFollows, self.judge(), &exchange, 201)?;
        self.runner.learn_order(order, &exchange)?;
        let created = exchange.response().get("createdAt").and_then(moment);
        let created = created.unwrap_or(self.runner.world.now);
        let new = &mut self.runner.world.orders[order];
        (new.created_at, new.updated_at, new.history[0].at) = (created, created, created);
        self.possible.push(Possible::exactly(new.abstracted()));
        self.catch_up(order, &exchange, None)?;
        Ok(order)
    }

    /// Orders once more with the qualification of an order, which must be refused and name it.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn create_again(&mut self, order: usize) -> Result<(), Trouble> {
        let qualification = self.runner.world.orders[order].qualification.unwrap_or_default();
        let (provider, twist) = (Provider::A, Twist::None);
        let step = Step::Activate { provider, qualification, customer: 0, twist };
        let (exchange, _) = self.write(&step).await?;
        let details =
            serde_json::Map::from_iter([("orderId".to_owned(), json!(self.number(order)))]);
        let name = "DuplicateRemoteOrder";
        Ok(is_refused(of_refusal(name), self.judge(), &exchange, name, details)?)
    }

    /// Reads an order, which tells what happened to it.
    ///
    /// # Errors
    /// With the first promise that is not kept, once the target had time to become consistent.
    pub async fn read(&mut self, order: usize) -> Result<(), Trouble> {
        let began = Instant::now();
        let (world, possible) = (self.runner.world.clone(), self.possible.clone());
        loop {
            let exchange = self.detail(order, By::Owner).await?;
            let seen = has_status(Rule::AnswerFollows, self.judge(), &exchange, 200)
                .and_then(|()| self.catch_up(order, &exchange, None));
            match seen {
                Ok(()) => return Ok(()),
                Err(failure) if began.elapsed() >= self.window => return Err(failure.into()),
                Err(_) => {
                    self.runner.world.clone_from(&world);
                    self.possible.clone_from(&possible);
                    sleep(AGAIN).await;
                }
            }
        }
    }

    /// Withdraws an order, whatever state it is in.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn withdraw(&mut self, order: usize, why: Why) -> Result<(), Trouble> {
        let step = Step::Withdraw { by: By::Owner, order, why };
        self.operate(order, Operation::Withdraw, &step).await
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
        let step = Step::Book { by, order, pick, contact: false };
        self.operate(order, Operation::Book, &step).await
    }

    /// The other provider reads and withdraws an order, which does not exist for it.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn stranger(&mut self, order: usize) -> Result<(), Trouble> {
        let rule = Rule::OthersSeeNothing;
        let exchange = self.detail(order, By::Stranger).await?;
        is_refused(rule, self.judge(), &exchange, "OrderNotFound", Default::default())?;
        let step = Step::Withdraw { by: By::Stranger, order, why: Why::ChangedMind };
        let (exchange, _) = self.write(&step).await?;
        is_refused(rule, self.judge(), &exchange, "OrderNotFound", Default::default())?;
        self.read(order).await
    }

    /// Does something that is refused whatever nbn does.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn refused(&mut self, step: &Step) -> Result<(), Trouble> {
        let (exchange, expected) = self.write(step).await?;
        let Expected::Refused(name, _) = expected else {
            unreachable!("only what is refused is given, and this is not: {step}");
        };
        let nothing = serde_json::Map::default();
        Ok(is_refused(of_refusal(name), self.judge(), &exchange, name, nothing)?)
    }

    /// The index of the last qualification.
    pub fn qualification(&self) -> usize {
        self.runner.world.qualifications.len().saturating_sub(1)
    }

    /// Books a timeslot that does not exist, whatever state the order is in.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn book_invented(&mut self, order: usize) -> Result<(), Trouble> {
        let (by, pick) = (By::Owner, Pick::Invented);
        let step = Step::Book { by, order, pick, contact: false };
        self.operate(order, Operation::Book, &step).await
    }

    /// Every order of this run is in the provider's list, newest first, and each line says what the
    /// order said at some moment since it was last looked at.
    ///
    /// # Errors
    /// With the first promise that is not kept, once the target had time to become consistent.
    pub async fn list(&mut self) -> Result<(), Trouble> {
        let began = Instant::now();
        loop {
            match self.list_once().await {
                Err(Trouble::Broken(_)) if began.elapsed() < self.window => sleep(AGAIN).await,
                listed => return listed,
            }
        }
    }

    async fn list_once(&mut self) -> Result<(), Trouble> {
        let known: Vec<usize> =
            self.runner.world.orders.iter().map(|order| order.history.len()).collect();
        let (lines, exchange) = self.lines().await?;
        let created = |line: &Value| line.get("createdAt").and_then(moment);
        if !lines.is_sorted_by(|a, b| created(a) >= created(b)) {
            let received = "another order";
            return Err(Failure::of(Rule::ListComplete, &exchange, "newest first", received).into());
        }
        for (order, known) in known.into_iter().enumerate() {
            // The order may move between the two reads, so it is read last and tells both.
            self.read(order).await?;
            let number = self.number(order);
            let Some(line) = lines.iter().find(|line| line["orderId"] == number) else {
                let expected = format!("order {number} among the provider's orders");
                return Err(Failure::of(Rule::ListComplete, &exchange, expected, "none").into());
            };
            let moments = self.lines_since(order, known);
            if !moments.contains(line) {
                let now = moments.last().cloned().unwrap_or_default();
                return Err(differs_nowhere(
                    View::Whole(Rule::ListAgreesWithOrder),
                    &exchange,
                    &now,
                    line,
                )
                .err()
                .unwrap_or_else(|| {
                    let rule = Rule::ListAgreesWithOrder;
                    Failure::of(rule, &exchange, now.to_string(), line.to_string())
                })
                .into());
            }
        }
        Ok(())
    }

    /// The lines of the first pages of the list, since the first order of this run.
    async fn lines(&self) -> Result<(Vec<Value>, Exchange), Trouble> {
        let client = self.runner.session.client(Provider::A);
        let first = self.runner.world.orders.first();
        let first = first.map_or(self.runner.world.now, |order| order.created_at);
        let (mut lines, mut cursor) = (Vec::new(), None::<String>);
        for _ in 0..PAGES_MAX {
            let mut call = client.list_nbn_orders().limit(100).created_from(first.fixed_offset());
            if let Some(cursor) = cursor.take() {
                call = call.cursor(cursor);
            }
            let exchange = checked(self.runner.session, call.send().await)?;
            has_status(Rule::ListComplete, self.judge(), &exchange, 200)?;
            let page = exchange.response();
            lines.extend(page["orders"].as_array().cloned().unwrap_or_default());
            match page.get("nextCursor").and_then(Value::as_str) {
                Some(next) => cursor = Some(next.to_owned()),
                None => return Ok((lines, exchange)),
            }
        }
        let exchange = self.runner.session.log().last().expect("a page was asked for");
        Ok((lines, exchange))
    }

    /// The lines that an order had in a list since its history was so long.
    fn lines_since(&self, order: usize, known: usize) -> Vec<Value> {
        let order = &self.runner.world.orders[order];
        let since = order.history.iter().skip(known.saturating_sub(1));
        let line = |change: &crate::model::order::StatusChange| {
            let mut then = order.clone();
            (then.status, then.updated_at) = (change.status, change.at);
            then.summary()
        };
        since.map(line).collect()
    }

    /// The timeslots that are offered at a location in the next days.
    async fn offered(&mut self, location: &'static str) -> Result<Vec<Timeslot>, Trouble> {
        /// How many days are looked at.
        const DAYS: i64 = 14;
        let area = facts::Area::ALL.into_iter().find(|area| area.holds(location));
        let area = area.unwrap_or(facts::Area::Sydney);
        let from = self.runner.world.now;
        let window = Window { area, from, to: from + TimeDelta::days(DAYS) };
        let call = self
            .runner
            .session
            .client(Provider::B)
            .query_appointment_timeslots()
            .location_id(location)
            .start_date_time(window.from.fixed_offset())
            .end_date_time(window.to.fixed_offset())
            .demand_type(types::DemandType::StandardInstall);
        let exchange = checked(self.runner.session, call.send().await)?;
        has_status(Rule::TimeslotsOffered, self.judge(), &exchange, 200)?;
        // `Date` is a whole second; what is in it was so before that second ended.
        let at_last = skew::date(&exchange.headers).unwrap_or(from) + TimeDelta::seconds(1);
        let between = (from, at_last.max(from));
        let received = exchange.response();
        if let Some(found) = self.runner.world.timeslots.compare_shared(window, between, received) {
            let rule = View::Timeslots.rule_at(&found.pointer);
            let expected = format!("{} at `{}`", found.expected, found.pointer);
            return Err(Failure::of(rule, &exchange, expected, found.received).into());
        }
        let starts = received["timeslots"].as_array().cloned().unwrap_or_default();
        let starts =
            starts.iter().filter_map(|slot| moment(slot.pointer("/validFor/startDateTime")?));
        Ok(starts.map(|start| Timeslot { area, start }).collect())
    }

    /// Makes a guarded call. The state may be any that nbn could have moved the order to, and one of
    /// them must explain the answer; what is seen afterwards must follow from those that do.
    async fn operate(
        &mut self,
        order: usize,
        operation: Operation,
        step: &Step,
    ) -> Result<(), Trouble> {
        let (world, before) = (self.runner.world.clone(), self.possible[order].later());
        let exchange = send(&self.runner, step, &world).await?;
        self.note(step, &exchange);
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
            return Err(self.by_the_row(failure, before.state(), operation).into());
        };
        if let Reply::Accepted(_) = reply {
            self.catch_up(order, &exchange, Some(step))?;
        } else {
            self.possible[order] = left.clone();
        }
        self.count(&left, operation, reply, &exchange);
        self.read(order).await
    }

    /// Sends a step that changes something, and lets the model do the same.
    async fn write(&mut self, step: &Step) -> Result<(Exchange, Expected), Trouble> {
        let before: World = self.runner.world.clone();
        let exchange = send(&self.runner, step, &before).await?;
        self.note(step, &exchange);
        if let Some(now) = skew::date(&exchange.headers) {
            self.runner.world.now = now;
        }
        Ok((exchange, self.runner.world.perform(step)))
    }

    fn note(&mut self, step: &Step, exchange: &Exchange) {
        if let Some(operation) = &exchange.operation {
            let accepted = exchange.status < 400;
            self.runner.session.log().cover(|coverage| coverage.called(operation, accepted));
        }
        self.done.push(step.to_string());
        self.exchanges.push(exchange.clone());
        self.runner.session.log().take_exchanges();
    }

    async fn detail(&self, order: usize, by: By) -> Result<Exchange, Trouble> {
        let session = self.runner.session;
        let client = session.client(self.runner.world.caller(by, order));
        checked(session, client.get_nbn_order().order_id(self.number(order)).send().await)
    }

    fn by_the_row(&self, failure: Failure, state: Option<State>, operation: Operation) -> Failure {
        let lifecycle = self.judge().orders().contract.lifecycle(place::LIFECYCLE);
        match (lifecycle, state) {
            (Some(lifecycle), Some(state)) => {
                failure.at(place::row(lifecycle, state, Trigger::Operation(operation)))
            }
            _ => failure,
        }
    }

    pub(super) fn judge(&self) -> &'a crate::judge::Judge {
        self.runner.session.judge()
    }
}
