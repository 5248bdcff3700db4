//! The test data the model counts on, written out: what is where, and whose customers are whose.
//!
//! A target has to have it. The mock has it built in and publishes it; a staging target needs the
//! same kinds of location and customer under the same ids.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::caller::Provider;
use crate::step::Place;
use crate::truth_table::Visit;

/// What the model knows of a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// Its id.
    pub id: &'static str,
    /// Its service area.
    pub area: Area,
    /// Its service class.
    pub service_class: &'static str,
    /// Whether the class can be ordered.
    pub orderable: bool,
    /// Whether an activation needs a visit.
    pub visit: Visit,
    /// The device there, if there is one.
    pub device: Option<&'static str>,
}

/// A service area, whose locations share the places of its timeslots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// 2SYD.
    Sydney,
    /// 2PAR.
    Parramatta,
    /// 6PER.
    Perth,
    /// 4BNE.
    Brisbane,
}

const VISIT: Location = Location {
    id: "LOC000000000001",
    area: Area::Sydney,
    service_class: "2",
    orderable: true,
    visit: Visit::Required,
    device: Some("NTD000000000001"),
};

const NO_VISIT: Location = Location {
    id: "LOC000000000002",
    area: Area::Sydney,
    service_class: "3",
    orderable: true,
    visit: Visit::NotRequired,
    device: Some("NTD000000000002"),
};

const NOT_ORDERABLE: Location = Location {
    id: "LOC000000000003",
    area: Area::Parramatta,
    service_class: "0",
    orderable: false,
    visit: Visit::Required,
    device: None,
};

const FAR_VISIT: Location = Location {
    id: "LOC000000000004",
    area: Area::Perth,
    service_class: "1",
    orderable: true,
    visit: Visit::Required,
    device: None,
};

const NORTH_VISIT: Location = Location {
    id: "LOC000000000006",
    area: Area::Brisbane,
    service_class: "2",
    orderable: true,
    visit: Visit::Required,
    device: Some("NTD000000000006"),
};

/// The id of a location that does not exist.
pub const UNKNOWN_LOCATION: &str = "LOC999999999999";

/// A device that is at no location.
pub const FOREIGN_DEVICE: &str = "NTD999999999999";

/// A device that is at another location.
pub fn device_elsewhere(location: &Location) -> &'static str {
    let elsewhere = if location.id == NO_VISIT.id { VISIT.device } else { NO_VISIT.device };
    elsewhere.unwrap_or(FOREIGN_DEVICE)
}

/// What is known of a location; nothing of one that does not exist.
pub fn location(place: Place) -> Option<Location> {
    match place {
        Place::Visit => Some(VISIT),
        Place::NoVisit => Some(NO_VISIT),
        Place::FarVisit => Some(FAR_VISIT),
        Place::NorthVisit => Some(NORTH_VISIT),
        Place::NotOrderable => Some(NOT_ORDERABLE),
        Place::Unknown => None,
    }
}

/// The day it is at a location.
pub fn today(location: &str, now: DateTime<Utc>) -> NaiveDate {
    let area = Area::of(location).unwrap_or(Area::Sydney);
    now.with_timezone(&area.zone()).date_naive()
}

/// A provider's customers.
pub fn customers(provider: Provider) -> &'static [i64] {
    match provider {
        Provider::A => &[100_001, 100_002, 100_003],
        Provider::B => &[200_001, 200_002],
    }
}

/// The customer at an index; the indices go round.
pub fn customer(provider: Provider, index: usize) -> i64 {
    let customers = customers(provider);
    customers[index % customers.len()]
}

impl Area {
    /// Every area that timeslots are compared in.
    pub const ALL: [Area; 4] = [Area::Sydney, Area::Parramatta, Area::Perth, Area::Brisbane];

    /// The area that a location is in, if it is known.
    pub fn of(location: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.holds(location))
    }

    /// The id of its point of interconnect.
    pub fn id(self) -> &'static str {
        match self {
            Area::Sydney => "2SYD",
            Area::Parramatta => "2PAR",
            Area::Perth => "6PER",
            Area::Brisbane => "4BNE",
        }
    }

    /// Its time zone.
    pub fn zone(self) -> Tz {
        match self {
            Area::Sydney | Area::Parramatta => Tz::Australia__Sydney,
            Area::Perth => Tz::Australia__Perth,
            Area::Brisbane => Tz::Australia__Brisbane,
        }
    }

    /// A location in it.
    pub fn location(self) -> &'static str {
        match self {
            Area::Sydney => VISIT.id,
            Area::Parramatta => NOT_ORDERABLE.id,
            Area::Perth => FAR_VISIT.id,
            Area::Brisbane => NORTH_VISIT.id,
        }
    }

    /// Another location in it, where there are two: they share the places.
    pub fn other_location(self) -> &'static str {
        match self {
            Area::Sydney => NO_VISIT.id,
            Area::Parramatta | Area::Perth | Area::Brisbane => self.location(),
        }
    }
}

impl Area {
    /// Whether a location is in it.
    pub fn holds(self, location: &str) -> bool {
        [VISIT, NO_VISIT, FAR_VISIT, NOT_ORDERABLE, NORTH_VISIT]
            .iter()
            .any(|it| it.id == location && it.area == self)
    }

    /// A different one.
    pub fn another(self) -> Area {
        match self {
            Area::Sydney | Area::Parramatta => Area::Perth,
            Area::Perth | Area::Brisbane => Area::Sydney,
        }
    }
}
