//! The test data set: providers with their customers, and locations. Read from one YAML file.

use chrono_tz::Tz;
use indexmap::IndexMap;
use octane_openapi::{Document, Lifecycle, ReadError};
use serde::Deserialize;

use crate::domain;
use crate::domain::create::LocationView;
use crate::scenario::{Scenario, ScenarioError};

/// Who may call, and what is where.
#[derive(Debug, Clone)]
pub struct TestData {
    providers: IndexMap<String, Provider>,
    locations: IndexMap<String, Location>,
    scenarios: IndexMap<String, Scenario>,
}

/// An internet provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Provider {
    /// User name, for HTTP Basic.
    pub username: String,
    /// Password, for HTTP Basic. Made up, and published with the test data.
    pub password: String,
    /// The company's name.
    pub name: String,
    /// Its customers.
    pub customers: Vec<Customer>,
}

/// A customer of a provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Customer {
    /// The customer's number.
    pub cust_no: i64,
    /// The customer's name.
    pub name: String,
}

/// A place that nbn serves, or will.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the contract's schema `Location`")]
pub struct Location {
    pub id: String,
    pub street_number: String,
    pub street: String,
    pub suburb: String,
    pub state: String,
    pub postcode: String,
    pub gps_latitude: String,
    pub gps_longitude: String,
    /// Name in the IANA time zone database.
    pub time_zone: Tz,
    pub technology_type: String,
    pub technology_type_description: String,
    pub service_class: String,
    pub service_class_description: String,
    /// Whether anything can be ordered there.
    pub orderable: bool,
    /// Whether an activation needs a technician's visit.
    pub visit_required: bool,
    pub region: String,
    pub service_area: ServiceArea,
    /// Ids of the devices there.
    pub infrastructures: Vec<String>,
    /// Name of the scenario by which nbn acts there; without one it never does by itself.
    pub scenario: Option<String>,
}

/// The point of interconnect that serves a location.
#[derive(Debug, Clone, Deserialize)]
#[expect(
    missing_docs,
    reason = "the fields are those of the contract's schema `LocationIdentifier`"
)]
pub struct ServiceArea {
    pub id: String,
    pub name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    providers: Vec<Provider>,
    locations: Vec<Location>,
    #[serde(default)]
    scenarios: IndexMap<String, Scenario>,
}

/// Why a test data file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TestDataError {
    /// It is not YAML.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It does not have the shape of `mock-server/test-data.yaml`.
    #[error("test data `{name}` does not have the shape of mock-server/test-data.yaml")]
    Shape {
        /// Label of the file.
        name: String,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// A location names a scenario that is not there.
    #[error(
        "location {location} names the scenario `{scenario}`, which test data `{name}` does not have"
    )]
    UnknownScenario {
        /// Label of the file.
        name: String,
        /// Id of the location.
        location: String,
        /// Name of the scenario.
        scenario: String,
    },
}

impl TestData {
    /// The data set that comes with the server, `mock-server/test-data.yaml`.
    pub fn built_in() -> Self {
        Self::parse("mock-server/test-data.yaml", include_str!("../test-data.yaml"))
            .expect("the built-in test data is read in a test")
    }

    /// Reads a data set.
    ///
    /// # Errors
    /// It is not YAML, or does not have the shape of the built-in one.
    pub fn parse(name: &str, text: &str) -> Result<Self, TestDataError> {
        let document = Document::parse(name, text)?;
        let File { providers, locations, scenarios } =
            serde_json::from_value(document.value().clone())
                .map_err(|source| TestDataError::Shape { name: name.to_owned(), source })?;
        for Location { id, scenario, .. } in &locations {
            if let Some(scenario) = scenario.as_ref().filter(|it| !scenarios.contains_key(*it)) {
                return Err(TestDataError::UnknownScenario {
                    name: name.to_owned(),
                    location: id.clone(),
                    scenario: scenario.clone(),
                });
            }
        }
        Ok(Self {
            scenarios,
            providers: providers.into_iter().map(|it| (it.username.clone(), it)).collect(),
            locations: locations.into_iter().map(|it| (it.id.clone(), it)).collect(),
        })
    }

    /// The provider with this user name.
    pub fn provider(&self, username: &str) -> Option<&Provider> {
        self.providers.get(username)
    }

    /// Checks that nbn may do at every location what its scenario has it do.
    pub(crate) fn check(&self, lifecycle: &Lifecycle) -> Result<(), ScenarioError> {
        for location in self.locations() {
            let scenario =
                location.scenario.as_ref().and_then(|it| self.scenarios.get_key_value(it));
            if let Some((name, scenario)) = scenario {
                scenario.check(name, lifecycle, |condition| {
                    domain::holds(condition, location.visit_required)
                })?;
            }
        }
        Ok(())
    }

    /// Every provider, in the order of the file.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.providers.values()
    }

    /// The location with this id.
    pub fn location(&self, id: &str) -> Option<&Location> {
        self.locations.get(id)
    }

    /// How nbn acts at the location with this id, if it acts by itself there.
    pub(crate) fn scenario_at(&self, location_id: &str) -> Option<&Scenario> {
        self.scenarios.get(self.location(location_id)?.scenario.as_ref()?)
    }

    /// Name and description of every scenario, in the order of the file.
    pub fn scenarios(&self) -> impl Iterator<Item = (&str, &str)> {
        self.scenarios.iter().map(|(name, it)| (name.as_str(), it.description.as_str()))
    }

    /// Every location, in the order of the file.
    pub fn locations(&self) -> impl Iterator<Item = &Location> {
        self.locations.values()
    }
}

impl Provider {
    /// Whether this is one of the provider's customers.
    pub fn has_customer(&self, cust_no: i64) -> bool {
        self.customers.iter().any(|it| it.cust_no == cust_no)
    }
}

impl Location {
    /// What deciding on an order needs to know of it.
    pub(crate) fn view(&self) -> LocationView {
        LocationView {
            id: self.id.clone(),
            service_class: self.service_class.clone(),
            is_orderable: self.orderable,
            visit_required: self.visit_required,
            service_area: self.service_area.id.clone(),
            time_zone: self.time_zone,
            infrastructures: self.infrastructures.clone(),
        }
    }

    /// The address in one line.
    pub(crate) fn address(&self) -> String {
        let Self { street_number, street, suburb, state, postcode, .. } = self;
        format!("{street_number} {street}, {suburb}, {state} {postcode}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_data_has_each_kind_of_location_and_two_providers() {
        let data = TestData::built_in();
        let has = |orderable, visit| {
            data.locations().any(|it| it.orderable == orderable && it.visit_required == visit)
        };
        assert!(has(true, true) && has(true, false) && has(false, true));
        assert_eq!(data.providers().count(), 2);
        let zones: std::collections::BTreeSet<_> =
            data.locations().map(|it| it.time_zone.name()).collect();
        assert!(zones.len() >= 2);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = TestData::parse("data.yaml", "providers: []\nlocation: []\n").unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains("location"), "{source}");
    }
}
