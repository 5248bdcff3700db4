//! The withdraw flow as one call.
//!
//! It looks at the order, asks for the withdrawal, and waits for nbn's decision where there is one
//! to wait for. Which state permits a withdrawal is not known here: the service is asked, and it
//! says why not.
//!
//! A request for withdrawal must not be sent blindly again: if the first was carried out and nbn
//! said no, the second would ask nbn anew. So whenever it is not known what became of a request,
//! the order is looked at, and the order tells. That makes the flow safe to call twice as well.

use std::time::Duration;

use chrono::{DateTime, FixedOffset};

use crate::{
    Client, Error, Wait, Waited, WithdrawOutcome, WithdrawRefusal,
    backoff::Backoff,
    types::{self, NbnOrder, OrderId, WithdrawalReason},
    wait::Patience,
    withdraw_outcome::{is_pending, is_withdrawn},
};

impl Client {
    /// Starts the withdrawal of an order. Nothing happens before [`Withdraw::send`].
    ///
    /// Unlike `cancel_nbn_order`, which is one request, this is the whole flow.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use octane_client::{Client, Error, types::WithdrawalReason};
    ///
    /// # async fn withdraw(client: &Client) -> Result<(), Error> {
    /// let outcome = client
    ///     .withdraw(1001, WithdrawalReason::Other)
    ///     .comment("The customer ordered twice by mistake.")
    ///     .timeout(Duration::from_secs(60))
    ///     .send()
    ///     .await?;
    /// println!("withdrawn: {}", outcome.is_withdrawn());
    /// # Ok(())
    /// # }
    /// ```
    pub fn withdraw(&self, order_id: impl Into<OrderId>, reason: WithdrawalReason) -> Withdraw<'_> {
        Withdraw {
            client: self,
            order_id: order_id.into(),
            reason,
            comment: None,
            patience: Patience::default(),
        }
    }
}

/// A withdrawal to be; see [`Client::withdraw`] for an example.
#[derive(Clone, Debug)]
#[must_use = "nothing is withdrawn before `send`"]
pub struct Withdraw<'a> {
    client: &'a Client,
    order_id: OrderId,
    reason: WithdrawalReason,
    comment: Option<String>,
    patience: Patience,
}

impl Withdraw<'_> {
    /// Why, in the provider's words: 1 to 1000 characters. The reason `Other` needs them.
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// How long to wait for nbn's decision; ten minutes unless said otherwise, and not at all with
    /// `Duration::ZERO`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.patience.timeout = timeout;
        self
    }

    /// How long to wait between looks at the order while nbn decides; as of [`Wait::poll`].
    pub fn poll(mut self, first: Duration, max: Duration) -> Self {
        self.patience.backoff = Backoff { first, max };
        self
    }

    /// Withdraws the order, and waits until that is decided or time runs out.
    ///
    /// Call it again after any failure, and after a crash: an order that is withdrawn, or about to
    /// be, is not asked about twice.
    ///
    /// # Errors
    ///
    /// If the order cannot be looked at, the request breaks the contract, or the service fails for
    /// longer than the client is patient. A withdrawal that is refused is no error but an outcome.
    pub async fn send(self) -> Result<WithdrawOutcome, Error> {
        let request = self.request()?;
        let link = &self.client.inner;
        let mut order = self.look().await?;
        let asked_before = asked_at(&order);

        for attempt in 1.. {
            match Standing::of(&order, asked_before) {
                Standing::Pending => return self.wait(order).await,
                Standing::Decided => return Ok(WithdrawOutcome::decided(order)),
                Standing::Open => {}
            }
            let call = self.client.cancel_nbn_order().order_id(self.order_id).body(request.clone());
            let error = match call.send().await.map_err(Error::from) {
                Ok(answer) => {
                    order = answer.into_inner().response;
                    break;
                }
                Err(error) => error,
            };
            let refusal = error.refusal();
            if refusal.is_none() && !is_unsettled(&error) {
                return Err(error);
            }
            order = self.look().await?;
            if Standing::of(&order, asked_before) == Standing::Open {
                if let Some(code) = refusal {
                    let why = WithdrawRefusal::Service(code);
                    return Ok(WithdrawOutcome::Refused { why, order: Box::new(order) });
                }
                if attempt >= link.retries.attempts_max() {
                    return Err(error);
                }
                let asked = error.retry_after().map(|asked| asked.delay(link.clock.date()));
                link.clock.sleep(link.retries.delay(attempt, asked, link.clock.chance())).await;
                // Time has passed, in which a request that was thought lost may have arrived.
                order = self.look().await?;
            }
        }
        self.wait(order).await
    }

    fn request(&self) -> Result<types::WithdrawRequest, Error> {
        let comment = self.comment.as_deref().map(str::parse).transpose();
        let comment = comment.map_err(|_| Error::InvalidRequest {
            reason: "`comment` must have 1 to 1000 characters and no control characters".to_owned(),
        })?;
        Ok(types::WithdrawRequest { reason: self.reason.clone(), comment })
    }

    async fn look(&self) -> Result<NbnOrder, Error> {
        let answer = self.client.get_nbn_order().order_id(self.order_id).send().await?;
        Ok(answer.into_inner().response)
    }

    /// Waits for the decision, if it is still to be made.
    async fn wait(&self, order: NbnOrder) -> Result<WithdrawOutcome, Error> {
        if !is_pending(&order) {
            return Ok(WithdrawOutcome::decided(order));
        }
        if self.patience.timeout.is_zero() {
            return Ok(WithdrawOutcome::StillPending { order: Box::new(order) });
        }
        let wait = Wait::new(self.client, self.order_id, self.patience);
        Ok(match wait.until_withdrawal_is_decided().await? {
            Waited::Reached(order) => WithdrawOutcome::decided(*order),
            Waited::DeadlinePassed(order) => WithdrawOutcome::StillPending { order },
        })
    }
}

/// How an order stands towards being withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// A withdrawal was asked for and is to be decided.
    Pending,
    /// It is withdrawn, or a withdrawal asked for since the first look was turned down.
    Decided,
    /// Nothing speaks against asking.
    Open,
}

impl Standing {
    /// How `order` stands now, if a withdrawal had been asked for at `asked_before` at first.
    fn of(order: &NbnOrder, asked_before: Option<DateTime<FixedOffset>>) -> Self {
        if is_pending(order) {
            Self::Pending
        } else if is_withdrawn(order) || asked_at(order) != asked_before {
            Self::Decided
        } else {
            Self::Open
        }
    }
}

/// When the latest withdrawal of an order was asked for.
fn asked_at(order: &NbnOrder) -> Option<DateTime<FixedOffset>> {
    order.withdrawal.as_ref().map(|withdrawal| withdrawal.requested_at)
}

/// Whether an error leaves open what became of the request.
fn is_unsettled(error: &Error) -> bool {
    error.is_transient() || matches!(error, Error::Undecodable { .. })
}
