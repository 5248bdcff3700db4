//! A business error, before anybody thinks of HTTP.

use std::borrow::Cow;

use octane_client::types::ErrorCode;

use super::{Order, OrderId, Touched};

/// Why a command was not carried out: one of the contract's `x-error-codes`, and what to say.
///
/// The number and the HTTP status of the error are looked up in the contract when it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Name of the error in `x-error-codes`.
    pub error: Cow<'static, str>,
    /// What was refused, for people.
    pub message: String,
    /// Whether the message also says why.
    pub wording: Wording,
    /// The order that stands in the way, where there is one.
    pub order_id: Option<OrderId>,
    /// The network events that would have been legal.
    pub legal_events: Option<Vec<String>>,
    /// The order that the command was about, if there was one.
    pub touched: Option<Box<Touched>>,
}

/// How much the message of a refusal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// All there is to say.
    Whole,
    /// Only what is the case; the meaning that the contract gives the error is to follow.
    NeedsMeaning,
}

impl Refusal {
    /// A refusal of the orders contract.
    pub fn new(error: ErrorCode, message: impl Into<String>) -> Self {
        Self::named(error.name(), message)
    }

    /// A refusal whose error the contract names: in its lifecycle, or in the control plane's contract.
    pub fn named(error: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        let (error, message) = (error.into(), message.into());
        Self {
            error,
            message,
            wording: Wording::Whole,
            order_id: None,
            legal_events: None,
            touched: None,
        }
    }

    /// A refusal by the lifecycle, which names the error and knows no more about it.
    pub fn by_lifecycle(error: &str, message: impl Into<String>) -> Self {
        Self { wording: Wording::NeedsMeaning, ..Self::named(error.to_owned(), message) }
    }

    /// Names the order that stands in the way.
    #[must_use]
    pub fn naming_order(self, order_id: OrderId) -> Self {
        Self { order_id: Some(order_id), ..self }
    }

    /// Lists the network events that would have been legal.
    #[must_use]
    pub fn with_legal_events(self, legal_events: Vec<String>) -> Self {
        Self { legal_events: Some(legal_events), ..self }
    }

    /// Says which order the command was about.
    #[must_use]
    pub fn about(self, order: &Order) -> Self {
        Self { touched: Some(Box::new(Touched::unchanged(order))), ..self }
    }

    /// Whether the lifecycle refuses, and not a rule around it.
    pub fn is_by_lifecycle(&self) -> bool {
        self.wording == Wording::NeedsMeaning || self.legal_events.is_some()
    }
}
