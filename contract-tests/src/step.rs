//! What can be done to a service, as data.
//!
//! A step names orders, qualifications and customers by their index, from few of each, so that a
//! shorter sequence still means something: shrinking needs that. A step can be made in every state
//! of the world. An index that names nothing is a number that does not exist, and the answer to that
//! is predicted too.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::caller::Provider;
use crate::reach::Abstract;
use crate::truth_table::{Event, State};

/// A test location, by what is special about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// Needs a technician's visit; service area 2SYD.
    Visit,
    /// Needs no visit; service area 2SYD.
    NoVisit,
    /// Needs a visit, in a time zone without daylight saving; service area 6PER.
    FarVisit,
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
    /// The qualified location's device is named, which is optional.
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

/// Why an order is withdrawn, and in what words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// `CustomerChangedMind`.
    ChangedMind,
    /// Another listed reason, with a comment.
    Commented(Reason),
    /// `Other`, with a comment.
    Other,
    /// `Other` without the comment it needs.
    OtherUnexplained,
}

/// A listed reason for a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract's, which describes them")]
pub enum Reason {
    DuplicateOrder,
    WrongAddress,
    LandlordDeclined,
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
    /// From so many seconds after the start of a timeslot, counted among those that have not
    /// started, to so many seconds after its start.
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
#[expect(missing_docs, reason = "the fields are what the variant names")]
pub enum Step {
    /// Qualifies a location.
    Qualify { provider: Provider, place: Place },
    /// Orders a service with the ids of a qualification.
    Activate { provider: Provider, qualification: usize, customer: usize, twist: Twist },
    /// Changes or ends an active service.
    Change { provider: Provider, customer: usize, change: Change },
    /// Has the control plane make an order that is in a state already.
    Seed { provider: Provider, state: Abstract },
    /// Lets nbn act on an order.
    Network { order: usize, event: Event, noted: bool },
    /// Reads an order.
    Get { by: By, order: usize },
    /// Withdraws an order.
    Withdraw { by: By, order: usize, why: Why },
    /// Books a timeslot, or another.
    Book { by: By, order: usize, pick: Pick, contact: bool },
    /// Reads the list of orders, page by page.
    List { provider: Provider, filter: Filter, limit: Option<u8> },
    /// Reads the free timeslots of a window.
    Timeslots { provider: Provider, place: Place, during: During },
    /// Moves the clock.
    Advance { span: Span },
}

impl Reason {
    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Reason::DuplicateOrder => "DuplicateOrder",
            Reason::WrongAddress => "WrongAddress",
            Reason::LandlordDeclined => "LandlordDeclined",
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

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Place::Visit => "a location that needs a visit",
            Place::NoVisit => "a location that needs no visit",
            Place::FarVisit => "a location in another time zone that needs a visit",
            Place::NotOrderable => "a location that cannot be ordered",
            Place::Unknown => "a location that does not exist",
        })
    }
}

/// A step as a sentence of a failure report.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Qualify { provider, place } => write!(f, "{provider} qualifies {place}"),
            Step::Activate { provider, qualification, customer, twist } => {
                write!(
                    f,
                    "{provider} orders for customer {customer} with qualification {qualification}"
                )?;
                f.write_str(match twist {
                    Twist::None => "",
                    Twist::Device => ", naming the device",
                    Twist::ForeignDevice => ", naming a device of another location",
                    Twist::MixedIds => ", with one id of no qualification",
                    Twist::UnknownQualification => ", with a qualification id that does not exist",
                    Twist::ServiceClass => ", with another service class",
                    Twist::ForeignCustomer => ", for the other provider's customer",
                })
            }
            Step::Change { provider, customer, change } => {
                let verb = match change {
                    Change::Modify => "modifies",
                    Change::Disconnect => "disconnects",
                };
                write!(f, "{provider} {verb} the service of customer {customer}")
            }
            Step::Seed { provider, state } => {
                write!(f, "{provider} has a new order that is {state}")
            }
            Step::Network { order, event, noted } => {
                write!(f, "nbn sends {event} to order {order}")?;
                f.write_str(if *noted { ", with a note" } else { "" })
            }
            Step::Get { by, order } => write!(f, "{by} reads order {order}"),
            Step::Withdraw { by, order, why } => {
                write!(f, "{by} withdraws order {order}")?;
                match why {
                    Why::ChangedMind => Ok(()),
                    Why::Commented(reason) => {
                        write!(f, ", reason {} with a comment", reason.name())
                    }
                    Why::Other => f.write_str(", reason Other with a comment"),
                    Why::OtherUnexplained => f.write_str(", reason Other without a comment"),
                }
            }
            Step::Book { by, order, pick, contact } => {
                write!(f, "{by} books ")?;
                match pick {
                    Pick::Nth(index) => write!(f, "timeslot {index} from now")?,
                    Pick::At(start) => write!(f, "the timeslot of {start}")?,
                    Pick::Same => f.write_str("the booked timeslot")?,
                    Pick::Elsewhere => f.write_str("a timeslot of another service area")?,
                    Pick::Passed => f.write_str("a timeslot that has started")?,
                    Pick::Invented => f.write_str("a timeslot that does not exist")?,
                }
                write!(f, " for order {order}")?;
                f.write_str(if *contact { ", with a contact" } else { "" })
            }
            Step::List { provider, filter, limit } => {
                write!(f, "{provider} lists orders")?;
                if let Some(status) = filter.status {
                    write!(f, ", status {status}")?;
                }
                if let Some(order_type) = filter.order_type {
                    write!(f, ", type {}", order_type.name())?;
                }
                if let Some(customer) = filter.customer {
                    write!(f, ", customer {customer}")?;
                }
                if let Some(order) = filter.created_from {
                    write!(f, ", created with order {order} or later")?;
                }
                if let Some(order) = filter.created_to {
                    write!(f, ", created before order {order}")?;
                }
                limit.map_or(Ok(()), |limit| write!(f, ", {limit} a page"))
            }
            Step::Timeslots { provider, place, during } => {
                write!(f, "{provider} asks for timeslots of {place}, ")?;
                match during {
                    During::Days(from, days) => write!(f, "{days} days from day {from}"),
                    During::Around(index, from, to) => {
                        write!(f, "{from} to {to} seconds after the start of timeslot {index}")
                    }
                }
            }
            Step::Advance { span } => match span {
                Span::Minutes(minutes) => write!(f, "{minutes} minutes pass"),
                Span::Days(days) => write!(f, "{days} days pass"),
                Span::FeeBoundary(order, after) => {
                    write!(f, "time passes to 24 hours before the timeslot of order {order}")?;
                    seconds_after(f, *after)
                }
                Span::TimeslotStart(order, after) => {
                    write!(f, "time passes to the start of the timeslot of order {order}")?;
                    seconds_after(f, *after)
                }
                Span::Expiry(qualification, after) => {
                    write!(f, "time passes to 30 days after qualification {qualification}")?;
                    seconds_after(f, *after)
                }
            },
        }
    }
}

fn seconds_after(f: &mut fmt::Formatter<'_>, after: i64) -> fmt::Result {
    match after {
        0 => Ok(()),
        after if after < 0 => write!(f, ", less {} seconds", -after),
        after => write!(f, ", and {after} seconds"),
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            By::Owner => "the owner",
            By::Stranger => "the other provider",
        })
    }
}
