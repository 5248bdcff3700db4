//! What a provider was told of a location, and for how long it holds.

use chrono::{DateTime, TimeDelta, Utc};

use super::event::QualificationIds;

/// How long an activation may follow a qualification; operation `createNbnOrder` of the contract.
pub const VALID_FOR: TimeDelta = TimeDelta::days(30);

/// A qualification that was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Qualification {
    /// User name of the provider who asked.
    pub provider: String,
    /// Its three ids.
    pub ids: QualificationIds,
    /// The location.
    pub location_id: String,
    /// When it was answered.
    pub at: DateTime<Utc>,
}

impl Qualification {
    /// Whether it is too old at `now` to order with.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now - self.at > VALID_FOR
    }
}
