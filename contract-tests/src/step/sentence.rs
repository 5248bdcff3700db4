//! A step as a sentence, as failure reports and logs have it.

use std::fmt;

use super::{By, Change, During, Pick, Place, Span, Step, Twist, Wrong};

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Place::Visit => "a location that needs a visit",
            Place::NoVisit => "a location that needs no visit",
            Place::FarVisit => "a location in another time zone that needs a visit",
            Place::NorthVisit => "a location without daylight saving that needs a visit",
            Place::NotOrderable => "a location that cannot be ordered",
            Place::Unknown => "a location that does not exist",
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Qualify { provider, place, details } => {
                write!(f, "{provider} qualifies {place}{details}")
            }
            Step::Activate { provider, qualification, customer, twist, details } => {
                write!(
                    f,
                    "{provider} orders for customer {customer} with qualification {qualification}"
                )?;
                if let Twist::Both(one, other) = twist {
                    return write!(f, ", with {one} and {other}");
                }
                f.write_str(match twist {
                    Twist::None | Twist::Both(..) => "",
                    Twist::Device => ", naming the device",
                    Twist::ForeignDevice => ", naming a device of another location",
                    Twist::MixedIds => ", with one id of no qualification",
                    Twist::UnknownQualification => ", with a qualification id that does not exist",
                    Twist::ServiceClass => ", with another service class",
                    Twist::ForeignCustomer => ", for the other provider's customer",
                })?;
                write!(f, "{details}")
            }
            Step::Repeat { by, order } => write!(f, "{by} sends the create of order {order} again"),
            Step::Change { provider, customer, change, details } => {
                let verb = match change {
                    Change::Modify => "modifies",
                    Change::Disconnect => "disconnects",
                };
                write!(f, "{provider} {verb} the service of customer {customer}{details}")
            }
            Step::Seed { provider, state } => {
                write!(f, "{provider} has a new order that is {state}")
            }
            Step::Network { order, event, noted } => {
                write!(f, "nbn sends {event} to order {order}")?;
                f.write_str(if *noted { ", with a note" } else { "" })
            }
            Step::Get { by, order } => write!(f, "{by} reads order {order}"),
            Step::Withdraw { by, order, details } => {
                write!(f, "{by} withdraws order {order}{details}")
            }
            Step::Book { by, order, pick, details } => {
                write!(f, "{by} books ")?;
                match pick {
                    Pick::Nth(index) => write!(f, "timeslot {index} from now")?,
                    Pick::At(start) => write!(f, "the timeslot of {start}")?,
                    Pick::Same => f.write_str("the booked timeslot")?,
                    Pick::Elsewhere => f.write_str("a timeslot of another service area")?,
                    Pick::Passed => f.write_str("a timeslot that has started")?,
                    Pick::Invented => f.write_str("a timeslot that does not exist")?,
                }
                write!(f, " for order {order}{details}")
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
            Step::Timeslots { provider, place, during, details } => {
                write!(f, "{provider} asks for timeslots of {place}, ")?;
                match during {
                    During::Days(from, days) => write!(f, "{days} days from day {from}")?,
                    During::Around(index, from, to) => {
                        write!(f, "{from} to {to} ms after the start of timeslot {index}")?;
                    }
                }
                write!(f, "{details}")
            }
            Step::Advance { span } => match span {
                Span::Minutes(minutes) => write!(f, "{minutes} minutes pass"),
                Span::Days(days) => write!(f, "{days} days pass"),
                Span::Milliseconds(milliseconds) => write!(f, "{milliseconds} ms pass"),
                Span::Until(moment) => write!(f, "time passes to {moment}"),
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

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Wrong::Qualification => "a qualification id that does not exist",
            Wrong::NbnId => "an nbn search id of no qualification",
            Wrong::OrderId => "an order id of no qualification",
            Wrong::Class => "another service class",
            Wrong::PaddedClass => "a nought before the service class",
            Wrong::Device => "a device of another location",
            Wrong::Customer => "the other provider's customer",
        })
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
