//! The words of the lifecycle: states, events, guarded operations, and whether there is a visit.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An enum whose variants are words of the contract, each with the name it has there.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "the names are the contract's, which describes them")]
        pub enum $name { $($variant,)* }

        impl $name {
            /// All of them, in the contract's order.
            pub const ALL: [Self; [$($word,)*].len()] = [$(Self::$variant,)*];

            /// The name in the contract.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The one of this name.
            pub fn of_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|it| it.name() == name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

words! {
    /// A state of an order.
    State {
        Submitted = "Submitted",
        Acknowledged = "Acknowledged",
        Accepted = "Accepted",
        AppointmentRequired = "AppointmentRequired",
        Scheduled = "Scheduled",
        Held = "Held",
        PendingWithdrawal = "PendingWithdrawal",
        InProgress = "InProgress",
        Completed = "Completed",
        Rejected = "Rejected",
        Withdrawn = "Withdrawn",
        Cancelled = "Cancelled",
    }
}

words! {
    /// Something nbn does to an order.
    Event {
        Acknowledge = "acknowledge",
        Reject = "reject",
        Accept = "accept",
        RequireAppointment = "requireAppointment",
        RequireReschedule = "requireReschedule",
        Hold = "hold",
        Resume = "resume",
        Start = "start",
        Complete = "complete",
        ConfirmWithdrawal = "confirmWithdrawal",
        RefuseWithdrawal = "refuseWithdrawal",
        CancelByNetwork = "cancelByNetwork",
    }
}

/// A call of the provider that the state of the order decides about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Operation {
    /// `cancelNbnOrder`.
    Withdraw,
    /// `bookAppointment`.
    Book,
}

impl Operation {
    /// Both of them.
    pub const ALL: [Operation; 2] = [Operation::Withdraw, Operation::Book];

    /// The `operationId` in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Operation::Withdraw => "cancelNbnOrder",
            Operation::Book => "bookAppointment",
        }
    }
}

/// Whether an order needs a technician's visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Visit {
    /// It does.
    Required,
    /// It does not.
    NotRequired,
}

impl Visit {
    /// Both possibilities.
    pub const ALL: [Visit; 2] = [Visit::Required, Visit::NotRequired];

    /// Whether this is [`Visit::Required`].
    pub fn is_required(self) -> bool {
        self == Visit::Required
    }
}
