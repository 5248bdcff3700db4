//! Waiting for an order to become what it is to be.
//!
//! The service sends no word of its own, so waiting is looking again: soon at first, then less and
//! less often. Looks that fail for a reason that may pass are part of waiting; the others end it.

use std::time::{Duration, Instant};

use crate::{
    Client, Error,
    backoff::Backoff,
    types::{NbnOrder, OrderId},
    withdraw_outcome::is_pending,
};

impl Client {
    /// Starts to wait for an order. Nothing happens before [`Wait::until`].
    ///
    /// # Example
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use octane_client::{Client, Error, Waited, types::OrderStatus};
    ///
    /// # async fn wait(client: &Client) -> Result<(), Error> {
    /// let waited = client
    ///     .wait_for(1001)
    ///     .timeout(Duration::from_secs(3600))
    ///     .until(|order| order.status == OrderStatus::AppointmentRequired)
    ///     .await?;
    /// match waited {
    ///     Waited::Reached(_) => println!("book an appointment"),
    ///     Waited::DeadlinePassed(order) => println!("still {}", order.status),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for(&self, order_id: impl Into<OrderId>) -> Wait<'_> {
        Wait { client: self, order_id: order_id.into(), patience: Patience::default() }
    }
}

/// How long to wait, and how often to look meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    pub(crate) timeout: Duration,
    pub(crate) backoff: Backoff,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(600),
            backoff: Backoff { first: Duration::from_secs(1), max: Duration::from_secs(30) },
        }
    }
}

/// A wait for an order; see [`Client::wait_for`].
///
/// # Example
///
/// ```no_run
/// use std::time::Duration;
/// use octane_client::{Client, Error};
///
/// # async fn wait(client: &Client) -> Result<(), Error> {
/// let wait = client
///     .wait_for(1001)
///     .timeout(Duration::from_secs(3600))
///     .poll(Duration::from_secs(10), Duration::from_secs(120));
/// let waited = wait.until(|order| !order.is_withdrawable).await?;
/// println!("order 1001 is {}", waited.order().status);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is waited for before `until`"]
pub struct Wait<'a> {
    client: &'a Client,
    order_id: OrderId,
    patience: Patience,
}

/// How a wait ended; see [`Client::wait_for`] for an example.
#[derive(Clone, Debug, PartialEq)]
pub enum Waited {
    /// The order is what was waited for.
    Reached(Box<NbnOrder>),
    /// Time ran out. The order as it was seen last.
    DeadlinePassed(Box<NbnOrder>),
}

impl Waited {
    /// The order as it was seen last.
    pub fn order(&self) -> &NbnOrder {
        match self {
            Self::Reached(order) | Self::DeadlinePassed(order) => order,
        }
    }
}

impl<'a> Wait<'a> {
    pub(crate) fn new(client: &'a Client, order_id: OrderId, patience: Patience) -> Self {
        Self { client, order_id, patience }
    }

    /// How long to wait; ten minutes unless said otherwise. Even without any time the order is
    /// looked at once.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.patience.timeout = timeout;
        self
    }

    /// How long to wait between looks: at first, which doubles with each look, and at the most; one
    /// second and half a minute unless said otherwise. Half of each wait is left to chance.
    pub fn poll(mut self, first: Duration, max: Duration) -> Self {
        self.patience.backoff = Backoff { first, max };
        self
    }

    /// Waits until `reached` says so of the order.
    ///
    /// # Errors
    ///
    /// As of `get_nbn_order`; what [is transient](Error::is_transient) only if the order was not
    /// seen even once before the deadline.
    pub async fn until(self, mut reached: impl FnMut(&NbnOrder) -> bool) -> Result<Waited, Error> {
        let clock = &self.client.inner.clock;
        let start = clock.now();
        let mut last = self.look(None).await;
        for looks in 1.. {
            match &last {
                Ok(order) if reached(order) => break,
                Err(error) if !error.is_transient() => break,
                Ok(_) | Err(_) => {}
            }
            let left = self.left(start);
            if left.is_zero() {
                return last.map(|order| Waited::DeadlinePassed(Box::new(order)));
            }
            let delay = self.patience.backoff.half_jitter(looks, clock.chance());
            // The last look is at the deadline, whatever the rhythm.
            clock.sleep(delay.min(left)).await;
            last = match (last, self.look(Some(start)).await) {
                (Ok(seen), Err(error)) if error.is_transient() => Ok(seen),
                (_, looked) => looked,
            };
        }
        last.map(|order| Waited::Reached(Box::new(order)))
    }

    /// Waits until nbn has decided about a withdrawal, or at once if none is pending.
    ///
    /// # Errors
    ///
    /// As of [`Wait::until`].
    ///
    /// # Example
    ///
    /// ```no_run
    /// use octane_client::{Client, Error};
    ///
    /// # async fn wait(client: &Client) -> Result<(), Error> {
    /// let waited = client.wait_for(1001).until_withdrawal_is_decided().await?;
    /// println!("the order is {}", waited.order().status);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn until_withdrawal_is_decided(self) -> Result<Waited, Error> {
        self.until(|order| !is_pending(order)).await
    }

    /// Looks at the order: at first for as long as a call may take, and then, `since` the wait
    /// began, not much longer than it may last. A look that hangs would outlast it.
    async fn look(&self, since: Option<Instant>) -> Result<NbnOrder, Error> {
        let call_max = self.client.inner.timeout;
        let limit = since.map_or(call_max, |since| self.left(since).max(LAST_LOOK).min(call_max));
        let client = self.client.with_timeout(limit);
        let answer = client.get_nbn_order().order_id(self.order_id).send().await?;
        Ok(answer.into_inner().response)
    }

    fn left(&self, start: Instant) -> Duration {
        let spent = self.client.inner.clock.now().saturating_duration_since(start);
        self.patience.timeout.saturating_sub(spent)
    }
}

/// What a look at the deadline may still take.
const LAST_LOOK: Duration = Duration::from_secs(5);
