//! Which exchanges somebody wants to see, or to count.

use super::exchange::Exchange;
use crate::domain::OrderId;

/// Narrows a list of exchanges; each that is set does, and all together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// Only exchanges of this operation.
    pub operation: Option<String>,
    /// Only exchanges with this HTTP status.
    pub status: Option<u16>,
    /// Only exchanges about this order.
    pub order_id: Option<OrderId>,
    /// Only exchanges of this provider.
    pub provider: Option<String>,
    /// Only exchanges whose request kept to the contract, or did not.
    pub valid: Option<bool>,
}

impl CallFilter {
    /// Whether the exchange passes.
    pub fn admits(&self, exchange: &Exchange) -> bool {
        let Self { operation, status, order_id, provider, valid } = self;
        operation.as_ref().is_none_or(|it| Some(it) == exchange.operation.as_ref())
            && status.is_none_or(|it| it == exchange.status)
            && order_id.is_none_or(|it| Some(it) == exchange.order_id)
            && provider.as_ref().is_none_or(|it| Some(it) == exchange.provider.as_ref())
            && valid.is_none_or(|it| it == exchange.is_valid)
    }
}
