//! Does deeds, one after the other, and writes down what they make.
//!
//! What a deed may make is in the ledger before the deed is done, and what it made is there before the
//! next: also what a service that is wrong made of a request that it should have refused.

use super::{Deed, Done};
use crate::caller::{Caller, Provider};
use crate::exchange::Exchange;
use crate::ledger::{Entry, Ledger, LedgerError};
use crate::machine::calls::Trouble;
use crate::machine::follower::Follower;
use crate::negative::{self, Fixture};
use crate::step::{Place, Step};

/// Does deeds with orders that it follows.
pub struct Doer<'a> {
    /// Who follows the orders.
    pub follower: Follower<'a>,
    /// What was done so far.
    pub done: Vec<Done>,
    ledger: &'a Ledger,
}

/// Why a deed came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Undone {
    /// A promise was broken, or the target does not answer.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// It cannot be written down what is made.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Done {
    /// A deed for which this was sent, and answered.
    pub fn of(deed: Deed, exchanges: Vec<Exchange>) -> Self {
        let accepted = exchanges.iter().any(|it| it.method != "GET" && it.status < 400);
        Self { deed, said: Vec::new(), exchanges, accepted }
    }
}

impl<'a> Doer<'a> {
    /// Nothing is done yet.
    pub fn new(follower: Follower<'a>, ledger: &'a Ledger) -> Self {
        Self { follower, done: Vec::new(), ledger }
    }

    /// Does it.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn perform(&mut self, deed: &Deed) -> Result<(), Undone> {
        let performed = self.performed(deed).await;
        let mut exchanges = std::mem::take(&mut self.follower.exchanges);
        if let Err(Undone::Trouble(Trouble::Broken(failure))) = &performed {
            let shown = failure.exchange.as_deref();
            let known = shown.is_none_or(|shown| {
                exchanges.iter().any(|it| (&it.method, &it.path) == (&shown.method, &shown.path))
            });
            exchanges.extend(shown.filter(|_| !known).cloned());
        }
        let made = exchanges.iter().try_for_each(|exchange| self.made(exchange));
        let said = std::mem::take(&mut self.follower.said);
        self.done.push(Done { said, ..Done::of(deed.clone(), exchanges) });
        made?;
        performed
    }

    async fn performed(&mut self, deed: &Deed) -> Result<(), Undone> {
        let follower = &mut self.follower;
        match deed {
            Deed::Qualify { place } => self.qualify(*place).await?,
            Deed::Create => drop(follower.create().await?),
            Deed::CreateAgain { order } => follower.create_again(*order).await?,
            Deed::Stranger { order } => follower.stranger(*order).await?,
            Deed::List => follower.list().await?,
            Deed::Narrowed => follower.narrowed().await?,
            Deed::Refused { step } => {
                if let Step::Activate { provider, qualification, .. } = *step {
                    self.announce(provider, qualification)?;
                }
                self.follower.refused(step).await?;
            }
            Deed::Read { order } => follower.read(*order).await?,
            Deed::Withdraw { order, .. } => follower.withdraw(*order).await?,
            Deed::Book { order, nth, .. } => follower.book(*order, *nth).await?,
            Deed::BookInvented { order, .. } => follower.book_invented(*order).await?,
            Deed::Invalid { order, cases } => {
                let fixture = self.fixture(*order).await?;
                let session = self.follower.session();
                negative::again_on_order(session, &fixture, cases).await?;
            }
        }
        Ok(())
    }

    /// What invalid requests about an order are made of: the order, and a qualification of their own.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn fixture(&mut self, order: usize) -> Result<Fixture, Undone> {
        self.qualify(Place::Visit).await?;
        // The other provider tries to order with it too.
        self.announce(Provider::B, self.follower.qualification())?;
        let qualification = self.follower.exchanges.last().map(|it| it.response().clone());
        let qualification = qualification.unwrap_or_default();
        Ok(Fixture::borrowed(self.follower.number(order), "0".to_owned(), qualification))
    }

    /// What was qualified can be ordered with.
    async fn qualify(&mut self, place: Place) -> Result<(), Undone> {
        self.follower.qualify(place).await?;
        Ok(self.announce(Provider::A, self.follower.qualification())?)
    }

    /// Writes down that a qualification may be ordered with: on a service that is wrong, by whoever
    /// tries, and whatever else is amiss.
    fn announce(&self, provider: Provider, qualification: usize) -> Result<(), LedgerError> {
        match self.follower.remote_order_id(qualification) {
            None => Ok(()),
            Some(remote_order_id) => {
                let remote_order_id = remote_order_id.to_owned();
                self.ledger.add(Entry::Creating { provider, remote_order_id })
            }
        }
    }

    /// Writes down the order that an answer says was made.
    ///
    /// # Errors
    /// If that is not possible.
    pub fn made(&self, exchange: &Exchange) -> Result<(), LedgerError> {
        let created = exchange.operation.as_deref() == Some("createNbnOrder");
        let order = exchange.response();
        let (Some(order_id), 201, true) = (order["orderId"].as_i64(), exchange.status, created)
        else {
            return Ok(());
        };
        let provider = match exchange.caller {
            Caller::Provider(provider) => provider,
            Caller::Tester | Caller::Nobody => Provider::A,
        };
        let remote_order_id = order["remoteOrderId"].as_str().unwrap_or_default().to_owned();
        self.ledger.add(Entry::Created { provider, remote_order_id, order_id })
    }
}
