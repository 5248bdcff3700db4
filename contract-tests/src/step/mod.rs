//! What can be done to a service, as data.
//!
//! A step names orders, qualifications and customers by their index, from few of each, so that a
//! shorter sequence still means something: shrinking needs that. A step can be made in every state
//! of the world. An index that names nothing is a number that does not exist, and the answer to that
//! is predicted too.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::caller::Provider;
use crate::forms::Request;
use crate::reach::Abstract;
use crate::truth_table::{Event, State};

mod details;
mod sentence;

pub use details::{Details, Said};

/// A test location, by what is special about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// Needs a technician's visit; service area 2SYD.
    Visit,
    /// Needs no visit; service area 2SYD.
    NoVisit,
    /// Needs a visit, in a time zone without daylight saving; service area 6PER.
    FarVisit,
    /// Needs a visit, where clocks are an hour behind Sydney's for half the year; service area 4BNE.
    NorthVisit,
    /// Its service class cannot be ordered.
    NotOrderable,
    /// nbn knows no such location.
    Unknown,
}

/// What is wrong with an activation, if anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Twist {
    /// Nothing.
    None,
    /// Nothing; and the qualified location's device is named, which is optional.
    Device,
    /// A device of another location is named.
    ForeignDevice,
    /// One of the three ids is of no qualification.
    MixedIds,
    /// No qualification has the `qualificationSearchId`.
    UnknownQualification,
    /// The service class is not the qualified one.
    ServiceClass,
    /// The customer is the other provider's.
    ForeignCustomer,
    /// Two things at once, of which the one that the contract judges first is answered.
    Both(Wrong, Wrong),
}

/// One thing that is wrong with an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wrong {
    /// No qualification has the `qualificationSearchId`.
    Qualification,
    /// The `remoteQualificationSearchId` is of no qualification.
    NbnId,
    /// The `remoteOrderId` is of no qualification.
    OrderId,
    /// The service class is not the qualified one.
    Class,
    /// The service class is the qualified one with a nought before it.
    PaddedClass,
    /// A device of another location is named.
    Device,
    /// The customer is the other provider's.
    Customer,
}

/// What a modification or disconnection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Change {
    /// A modification, to another plan.
    Modify,
    /// A disconnection.
    Disconnect,
}

/// Whose credentials a call about an order carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum By {
    /// The provider whose order it is.
    Owner,
    /// The other one.
    Stranger,
}

/// What an order is for, as lists are narrowed to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract's, which describes them")]
pub enum Kind {
    New,
    Change,
    Terminate,
}

/// Which timeslot to book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pick {
    /// The one at this place among those that have not started.
    Nth(usize),
    /// The one that starts at this moment.
    At(DateTime<Utc>),
    /// The one that is booked.
    Same,
    /// One of another service area.
    Elsewhere,
    /// One that has started.
    Passed,
    /// One that does not exist.
    Invented,
}

/// How far the clock goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    /// So many minutes.
    Minutes(u32),
    /// So many days.
    Days(u32),
    /// So many thousandths of a second.
    Milliseconds(u32),
    /// To this moment.
    Until(DateTime<Utc>),
    /// To 24 hours before the booked timeslot of an order, and so many seconds after that.
    FeeBoundary(usize, i64),
    /// To the start of the booked timeslot of an order, and so many seconds after that.
    TimeslotStart(usize, i64),
    /// To 30 days after a qualification, and so many seconds after that.
    Expiry(usize, i64),
}

/// The window that timeslots are asked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum During {
    /// So many days, which begin so many days from now.
    Days(i64, i64),
    /// From so many thousandths of a second after the start of a timeslot, counted among those that
    /// have not started, to so many after its start.
    Around(usize, i64, i64),
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Filter {
    /// By status.
    pub status: Option<State>,
    /// By `orderType`.
    pub order_type: Option<Kind>,
    /// By customer.
    pub customer: Option<usize>,
    /// To those created when this order was, or later.
    pub created_from: Option<usize>,
    /// To those created before this order was.
    pub created_to: Option<usize>,
}

/// One thing that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are what the variant names")]
pub enum Step {
    /// Qualifies a location.
    Qualify {
        provider: Provider,
        place: Place,
        #[serde(default, skip_serializing_if = "Details::is_plain")]
        details: Details,
    },
    /// Orders a service with the ids of a qualification.
    Activate {
        provider: Provider,
        qualification: usize,
        customer: usize,
        twist: Twist,
        #[serde(default, skip_serializing_if = "Details::is_plain")]
        details: Details,
    },
    /// Sends the request that made an order once more.
    Repeat { by: By, order: usize },
    /// Changes or ends an active service.
    Change {
        provider: Provider,
        customer: usize,
        change: Change,
        #[serde(default, skip_serializing_if = "Details::is_plain")]
        details: Details,
    },
    /// Has the control plane make an order that is in a state already.
    Seed { provider: Provider, state: Abstract },
    /// Lets nbn act on an order.
    Network { order: usize, event: Event, noted: bool },
    /// Reads an order.
    Get { by: By, order: usize },
    /// Withdraws an order.
    Withdraw {
        by: By,
        order: usize,
        #[serde(default, skip_serializing_if = "Details::is_plain")]
        details: Details,
    },
    /// Books a timeslot, or another.
    Book {
        by: By,
        order: usize,
        pick: Pick,
        #[serde(default, skip_serializing_if = "Details::is_plain")]
        details: Details,
    },
    /// Reads the list of orders, page by page.
    List { provider: Provider, filter: Filter, limit: Option<u8> },
    /// Reads the free timeslots of a window.
    Timeslots {
        provider: Provider,
        place: Place,
        during: During,
        #[serde(default, skip_serializing_if = "Details::is_plain")]
        details: Details,
    },
    /// Moves the clock.
    Advance { span: Span },
}

impl Twist {
    /// Whether this is wrong.
    pub fn is(self, wrong: Wrong) -> bool {
        match self {
            Twist::None | Twist::Device => false,
            Twist::ForeignDevice => wrong == Wrong::Device,
            Twist::MixedIds => wrong == Wrong::NbnId,
            Twist::UnknownQualification => wrong == Wrong::Qualification,
            Twist::ServiceClass => wrong == Wrong::Class,
            Twist::ForeignCustomer => wrong == Wrong::Customer,
            Twist::Both(one, other) => wrong == one || wrong == other,
        }
    }
}

impl Kind {
    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Kind::New => "New",
            Kind::Change => "Change",
            Kind::Terminate => "Terminate",
        }
    }
}

impl Step {
    /// The details that the step may carry, and of what kind of request they are.
    pub fn details_mut(&mut self) -> Option<(Request, &mut Details)> {
        let request = |operation, variant| Request { operation, variant };
        match self {
            Step::Qualify { details, .. } => {
                Some((request("checkServiceQualification", None), details))
            }
            Step::Activate { details, .. } => {
                Some((request("createNbnOrder", Some("New")), details))
            }
            Step::Change { change, details, .. } => {
                Some((request("createNbnOrder", Some(change.order_type())), details))
            }
            Step::Withdraw { details, .. } => Some((request("cancelNbnOrder", None), details)),
            Step::Book { details, .. } => Some((request("bookAppointment", None), details)),
            Step::Timeslots { details, .. } => {
                Some((request("queryAppointmentTimeslots", None), details))
            }
            Step::Repeat { .. }
            | Step::Seed { .. }
            | Step::Network { .. }
            | Step::Get { .. }
            | Step::List { .. }
            | Step::Advance { .. } => None,
        }
    }

    /// The same step with fewer details: without any, and without each of them.
    pub fn plainer_details(&self) -> Vec<Step> {
        let mut step = self.clone();
        let plainer = step.details_mut().map(|(_, details)| details.plainer()).unwrap_or_default();
        let with = |details: Details| {
            let mut step = self.clone();
            if let Some((_, place)) = step.details_mut() {
                *place = details;
            }
            step
        };
        plainer.into_iter().map(with).collect()
    }
}

impl Change {
    /// The `orderType` in the contract.
    pub fn order_type(self) -> &'static str {
        match self {
            Change::Modify => "Change",
            Change::Disconnect => "Terminate",
        }
    }
}
