//! What has happened to an order. Events are kept; an order is what its events make it.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::OrderId;
use super::order::ChargeKind;
use super::timeslot::Timeslot;

/// An event and its moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub event: Event,
}

/// What can happen to an order after its creation.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The order entered a state, which may be the one it was in.
    Moved {
        /// The state.
        to: String,
        /// The operation or network event that brought it about.
        cause: String,
        /// nbn's own words.
        note: Option<String>,
    },
    /// A place in a timeslot was taken; one taken before is given back.
    TimeslotBooked {
        /// The timeslot.
        timeslot: Timeslot,
        /// Whom the technician meets.
        contact: Option<Contact>,
    },
    /// The place in the timeslot was given back.
    TimeslotReleased,
    /// The provider asked to withdraw.
    WithdrawalRequested {
        /// One of the contract's reasons.
        reason: String,
        /// In the provider's words.
        comment: Option<String>,
    },
    /// The withdrawal has come to an end.
    WithdrawalDecided(WithdrawalOutcome),
    /// A charge was added.
    Charged {
        /// What for.
        kind: ChargeKind,
        /// How much, in Australian cents.
        amount_cents: u32,
    },
    /// nbn has planned when a shortfall will be remedied.
    RemediationPlanned {
        /// The day.
        by: NaiveDate,
    },
    /// There is no shortfall to remedy any more.
    RemediationEnded,
    /// The customer's service was activated, changed or ended, as the type of the order says.
    ServiceChanged,
}

/// How a withdrawal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawalOutcome {
    /// nbn has not decided.
    Pending,
    /// The order is withdrawn.
    Accepted,
    /// The order goes on.
    Refused,
    /// nbn cancelled the order instead.
    Overtaken,
}

/// What a provider ordered: everything about an order that never changes.
#[derive(Debug, Clone, PartialEq)]
pub struct NewOrder {
    /// The order's number.
    pub order_id: OrderId,
    /// User name of the provider whose order it is.
    pub provider: String,
    /// What the order is for.
    pub kind: OrderKind,
    /// The `subOrderType`, as sent.
    pub sub_order_type: String,
    /// Where.
    pub location_id: String,
    /// The location's service class.
    pub service_class: String,
    /// Whether a technician must visit.
    pub visit_required: bool,
    /// Where the technician's timeslots are taken from.
    pub service_area: String,
    /// The time zone of the location.
    pub time_zone: Tz,
    /// Whose service.
    pub customer_number: i64,
    /// Name of the carrier service.
    pub carrier_service_name: String,
    /// Number of the plan.
    pub plan_number: Option<i64>,
    /// The device to use.
    pub infrastructure_id: Option<String>,
    /// When the customer would like it done, as sent.
    pub requested_date: Option<DateTime<FixedOffset>>,
    /// The ids an activation carries over from its qualification.
    pub qualification: Option<QualificationIds>,
}

/// What an order is for; the contract's `orderType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderKind {
    /// `New`: a service is to become active.
    Activation,
    /// `Change`: an active service is to be changed.
    Modification,
    /// `Terminate`: an active service is to end.
    Disconnection,
}

/// The three ids that come from one qualification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QualificationIds {
    /// Id of the one order that may follow.
    pub remote_order_id: Uuid,
    /// Octane's id.
    pub qualification_search_id: Uuid,
    /// nbn's id.
    pub remote_qualification_search_id: Uuid,
}

/// Whom the technician meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Telephone number.
    pub phone: String,
    /// Anything else.
    pub notes: Option<String>,
}
