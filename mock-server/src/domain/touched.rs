//! Which order a call was about, for whoever keeps record of calls.

use super::order::{Order, OrderId};

/// The order that a call was about, as the decision on the call saw it.
///
/// Taken under the world's lock with the decision: to look the order up again afterwards would show
/// what other calls have done in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The order's number.
    pub order_id: OrderId,
    /// The state it was in; none if the call made it.
    pub before: Option<String>,
    /// The state it was in afterwards.
    pub after: String,
}

impl Touched {
    /// The order was looked at, and nothing came of it.
    pub fn unchanged(order: &Order) -> Self {
        let status = &order.status;
        Self { order_id: order.id(), before: Some(status.clone()), after: status.clone() }
    }

    /// The order was made.
    pub fn made(order: &Order) -> Self {
        Self { order_id: order.id(), before: None, after: order.status.clone() }
    }
}
