//! What a withdrawal came to.

use std::fmt;

use crate::types::{Charge, ErrorCode, NbnOrder, OrderStatus, WithdrawalOutcome};

/// What [`Withdraw::send`](crate::Withdraw::send) came to.
///
/// # Example
///
/// ```no_run
/// use octane_client::{Client, Error, WithdrawOutcome, types::WithdrawalReason};
///
/// # async fn withdraw(client: &Client) -> Result<(), Error> {
/// let reason = WithdrawalReason::CustomerChangedMind;
/// match client.withdraw(1001, reason).send().await? {
///     WithdrawOutcome::Withdrawn { .. } => println!("withdrawn, for free"),
///     WithdrawOutcome::WithdrawnWithCharge { charges, .. } => {
///         let dollars: f64 = charges.iter().map(|charge| charge.charge_amount.0).sum();
///         println!("withdrawn, for {dollars:.2} AUD");
///     }
///     WithdrawOutcome::Refused { why, .. } => println!("{why}"),
///     WithdrawOutcome::StillPending { order } => println!("ask again about {}", order.order_id),
///     _ => println!("look at the order"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum WithdrawOutcome {
    /// The order is withdrawn, and nothing is charged. Perhaps it was before.
    Withdrawn {
        /// The order as it stands.
        order: Box<NbnOrder>,
    },
    /// The order is withdrawn, and has been charged for.
    WithdrawnWithCharge {
        /// The order as it stands.
        order: Box<NbnOrder>,
        /// Every charge of the order, in Australian dollars with GST; at least one.
        charges: Vec<Charge>,
    },
    /// The order goes on, or has ended in another way.
    Refused {
        /// Who did not agree, and why.
        why: WithdrawRefusal,
        /// The order as it was seen last.
        order: Box<NbnOrder>,
    },
    /// nbn had not decided when time ran out. To call again is to go on waiting.
    StillPending {
        /// The order as it was seen last.
        order: Box<NbnOrder>,
    },
}

/// Why an order is not withdrawn.
///
/// # Example
///
/// ```
/// use octane_client::{WithdrawRefusal, types::ErrorCode};
///
/// let why = WithdrawRefusal::Service(ErrorCode::OrderNotActivation);
/// assert!(why.to_string().starts_with("the service refused, OrderNotActivation (3007): "));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WithdrawRefusal {
    /// The service did not take the request: the state of the order forbids it, or its kind.
    Service(ErrorCode),
    /// nbn did not agree, and the order goes on as before.
    Network,
    /// nbn ended the order before it decided.
    Overtaken,
}

impl WithdrawOutcome {
    /// The order as it was seen last.
    pub fn order(&self) -> &NbnOrder {
        match self {
            Self::Withdrawn { order }
            | Self::WithdrawnWithCharge { order, .. }
            | Self::Refused { order, .. }
            | Self::StillPending { order } => order,
        }
    }

    /// Whether the order is withdrawn, charged for or not.
    pub fn is_withdrawn(&self) -> bool {
        matches!(self, Self::Withdrawn { .. } | Self::WithdrawnWithCharge { .. })
    }

    /// An order that is withdrawn.
    pub(crate) fn withdrawn(order: NbnOrder) -> Self {
        let (charges, order) = (order.charges.clone(), Box::new(order));
        if charges.is_empty() {
            Self::Withdrawn { order }
        } else {
            Self::WithdrawnWithCharge { order, charges }
        }
    }

    /// An order whose withdrawal is decided, one way or the other.
    pub(crate) fn decided(order: NbnOrder) -> Self {
        if is_withdrawn(&order) {
            return Self::withdrawn(order);
        }
        let why = match decision(&order) {
            Some(WithdrawalOutcome::Overtaken) => WithdrawRefusal::Overtaken,
            // The order is not withdrawn and not pending, so whatever else is said of it, it goes on.
            _ => WithdrawRefusal::Network,
        };
        Self::Refused { why, order: Box::new(order) }
    }
}

/// Whether an order waits for nbn's decision about its withdrawal.
///
/// The withdrawal says so too, which counts where the status is one this version does not know.
pub(crate) fn is_pending(order: &NbnOrder) -> bool {
    order.status == OrderStatus::PendingWithdrawal
        || decision(order) == Some(&WithdrawalOutcome::Pending)
}

/// Whether an order is withdrawn.
pub(crate) fn is_withdrawn(order: &NbnOrder) -> bool {
    order.status == OrderStatus::Withdrawn || decision(order) == Some(&WithdrawalOutcome::Accepted)
}

fn decision(order: &NbnOrder) -> Option<&WithdrawalOutcome> {
    order.withdrawal.as_ref().map(|withdrawal| &withdrawal.outcome)
}

/// A sentence for people.
impl fmt::Display for WithdrawRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(code) => {
                write!(f, "the service refused, {code}")?;
                match code.meaning().zip(code.action()) {
                    Some((meaning, action)) => write!(f, ": {meaning} {action}"),
                    None => Ok(()),
                }
            }
            Self::Network => f.write_str("nbn did not agree to the withdrawal"),
            Self::Overtaken => f.write_str("nbn ended the order before it decided"),
        }
    }
}
