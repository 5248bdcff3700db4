//! Follows orders on a target where nbn acts by itself.
//!
//! What happened to an order in the meantime its history tells: every entry that is new is an event
//! that the model lets happen at that entry's moment, or a call that was made here. An entry that the
//! truth table does not allow is a failure; after the last the order must be as modelled, whole. Before
//! anything is read, an order may be in any of the states that nbn could have moved it to, and every
//! answer must be explained by one of them: that is the [oracle](crate::oracle).
//!
//! Reads may be repeated while the target becomes consistent; writes never are.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, sleep};

use crate::caller::Provider;
use crate::exchange::Exchange;
use crate::failure::Rule;
use crate::forms::{Request, Rotation};
use crate::machine::calls::{Trouble, checked};
use crate::machine::expectation::{has_status, is_refused};
use crate::machine::runner::Runner;
use crate::machine::send::send;
use crate::model::{Expected, World};
use crate::oracle::Possible;
use crate::rules::naming::of_refusal;
use crate::session::Session;
use crate::skew;
use crate::step::{By, Details, Step};
use crate::truth_table::State;

mod guarded;
mod history;
mod list;
mod making;

/// How long to wait before a read is repeated.
const AGAIN: Duration = Duration::from_millis(50);

/// Orders of this run on a target that others share.
pub struct Follower<'a> {
    runner: Runner<'a>,
    possible: Vec<Possible>,
    window: Duration,
    rotation: Rotation<'a>,
    /// The details that the next requests are to have, if they are not to take turns.
    given: Option<VecDeque<Details>>,
    /// The details that requests were given, since somebody took them from here.
    pub said: Vec<Details>,
    /// What was sent to do something, and answered, since somebody took it from here.
    pub exchanges: Vec<Exchange>,
}

impl<'a> Follower<'a> {
    /// Follows orders over a session. A read that is not as expected is repeated for so long; where the
    /// details of requests begin to take turns, the seed says.
    pub fn new(session: &'a Session, window: Duration, seed: u64) -> Self {
        let runner = Runner::unsteered(session, SystemTime::now().into());
        let rotation = Rotation::new(session.judge().forms(), seed);
        let (possible, said, exchanges) = (Vec::new(), Vec::new(), Vec::new());
        Self { runner, possible, window, rotation, given: None, said, exchanges }
    }

    /// From now on requests have these details and, once they are used up, none.
    pub fn say(&mut self, details: Vec<Details>) {
        self.given = Some(details.into());
    }

    /// The details of the next request.
    fn next_details(&mut self, request: Request, accepted: bool) -> Details {
        let details = match &mut self.given {
            Some(given) => given.pop_front().unwrap_or_default(),
            None => self.rotation.next(request, accepted),
        };
        self.said.push(details.clone());
        details
    }

    /// The state an order was in when it was last seen.
    pub fn state(&self, order: usize) -> State {
        self.runner.world.orders[order].status
    }

    /// Whether nothing more can happen to an order.
    pub fn is_closed(&self, order: usize) -> bool {
        self.runner.world.orders[order].is_closed()
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

    /// The index of the last qualification.
    pub fn qualification(&self) -> usize {
        self.runner.world.qualifications.len().saturating_sub(1)
    }

    /// The id that can be ordered with once, of a qualification.
    pub fn remote_order_id(&self, qualification: usize) -> Option<&str> {
        let ids = self.runner.world.qualifications.get(qualification)?.ids.as_ref()?;
        Some(&ids.remote_order_id)
    }

    /// The session that they are followed over.
    pub(crate) fn session(&self) -> &'a Session {
        self.runner.session
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

    /// The other provider reads and withdraws an order, which does not exist for it.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn stranger(&mut self, order: usize) -> Result<(), Trouble> {
        let rule = Rule::OthersSeeNothing;
        let exchange = self.detail(order, By::Stranger).await?;
        is_refused(rule, self.judge(), &exchange, "OrderNotFound", Default::default())?;
        let step = Step::Withdraw { by: By::Stranger, order, details: Details::default() };
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

    /// Sends a step that changes something, and lets the model do the same.
    async fn write(&mut self, step: &Step) -> Result<(Exchange, Expected), Trouble> {
        let before: World = self.runner.world.clone();
        let mut step = step.clone();
        self.dress(&mut step);
        let exchange = send(&self.runner, &step, &before).await?;
        self.note(&exchange);
        if let Some(now) = skew::date(&exchange.headers) {
            self.runner.world.now = now;
        }
        Ok((exchange, self.runner.world.perform(&step)))
    }

    /// Gives a step its details. Whether it will be accepted only the target knows for sure.
    fn dress(&mut self, step: &mut Step) {
        let accepted = !self.runner.world.clone().perform(step).is_refusal();
        let plain = step.details_mut().filter(|(_, details)| details.is_plain());
        if let Some(request) = plain.map(|(request, _)| request) {
            let next = self.next_details(request, accepted);
            if let Some((_, details)) = step.details_mut() {
                *details = next;
            }
        }
    }

    fn note(&mut self, exchange: &Exchange) {
        if let Some(operation) = &exchange.operation {
            let accepted = exchange.status < 400;
            self.runner.session.log().cover(|coverage| coverage.called(operation, accepted));
        }
        self.exchanges.push(exchange.clone());
        self.runner.session.log().take_exchanges();
    }

    async fn detail(&self, order: usize, by: By) -> Result<Exchange, Trouble> {
        let session = self.runner.session;
        let client = session.client(self.runner.world.caller(by, order));
        checked(session, client.get_nbn_order().order_id(self.number(order)).send().await)
    }

    fn judge(&self) -> &'a crate::judge::Judge {
        self.runner.session.judge()
    }
}
