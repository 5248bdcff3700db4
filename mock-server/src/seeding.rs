//! Planning an order in a given state: who orders what where, and which triggers lead there.

use std::fmt;

use octane_client::control::types::ErrorCode as ControlErrorCode;
use octane_client::types::ErrorCode;
use octane_openapi::Lifecycle;

use crate::domain::Refusal;
use crate::domain::create::{Activation, Requested};
use crate::domain::decide::{self, Withdraw};
use crate::domain::event::QualificationIds;
use crate::test_data::{Location, Provider, TestData};
use crate::world::CreateOrder;

/// An order wanted in some state. What is left out is taken from the test data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeedOrder {
    /// The state to end in.
    pub state: String,
    /// States to pass on the way, in this order.
    pub through: Vec<String>,
    /// User name of the provider; the first without one.
    pub provider: Option<String>,
    /// Number of the customer; the provider's first without one.
    pub customer_number: Option<i64>,
    /// Where; without one, the first location that needs a technician's visit.
    pub location_id: Option<String>,
}

/// How to come by the order.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) location: &'a Location,
    pub(crate) triggers: Vec<&'a str>,
    customer_number: i64,
}

impl SeedOrder {
    /// An order in a state, by its name or as the client's `OrderStatus`; all else is taken from the
    /// test data.
    pub fn in_state(state: impl fmt::Display) -> Self {
        Self { state: state.to_string(), ..Self::default() }
    }

    /// The same, which passes this state on the way, after those named before.
    #[must_use]
    pub fn through(mut self, state: impl fmt::Display) -> Self {
        self.through.push(state.to_string());
        self
    }

    /// The same, of this provider.
    #[must_use]
    pub fn provider(self, username: impl Into<String>) -> Self {
        Self { provider: Some(username.into()), ..self }
    }

    /// The same, of this customer of the provider.
    #[must_use]
    pub fn customer(self, number: i64) -> Self {
        Self { customer_number: Some(number), ..self }
    }

    /// The same, at this location.
    #[must_use]
    pub fn location(self, id: impl Into<String>) -> Self {
        Self { location_id: Some(id.into()), ..self }
    }

    /// Finds out how to come by the order.
    pub(crate) fn plan<'a>(
        &self,
        test_data: &'a TestData,
        lifecycle: &'a Lifecycle,
    ) -> Result<Plan<'a>, Refusal> {
        let provider = self.find_provider(test_data)?;
        let customer_number = self.find_customer(provider)?;
        let location = self.find_location(test_data)?;
        let through: Vec<&str> = self.through.iter().map(String::as_str).collect();
        let triggers = decide::route(lifecycle, &self.state, &through, location.visit_required)
            .ok_or_else(|| {
                let visit = if location.visit_required { "with" } else { "without" };
                let way: Vec<_> = through.iter().chain([&self.state.as_str()]).copied().collect();
                Refusal::named(
                    ControlErrorCode::StateNotReachable.name(),
                    format!(
                        "No way leads to `{}` for an order {visit} a technician's visit.",
                        way.join("` → `")
                    ),
                )
            })?;
        Ok(Plan { provider, location, triggers, customer_number })
    }

    fn find_provider<'a>(&self, test_data: &'a TestData) -> Result<&'a Provider, Refusal> {
        let found = match &self.provider {
            Some(username) => test_data.provider(username),
            None => test_data.providers().next(),
        };
        found.ok_or_else(|| {
            let known: Vec<_> = test_data.providers().map(|it| it.username.as_str()).collect();
            let username = self.provider.as_deref().unwrap_or_default();
            Refusal::named(
                ControlErrorCode::ProviderNotFound.name(),
                format!("There is no provider `{username}`; known are `{}`.", known.join("`, `")),
            )
        })
    }

    fn find_customer(&self, provider: &Provider) -> Result<i64, Refusal> {
        let found = match self.customer_number {
            Some(number) => provider.has_customer(number).then_some(number),
            None => provider.customers.first().map(|it| it.cust_no),
        };
        found.ok_or_else(|| {
            let number = self.customer_number.unwrap_or_default();
            Refusal::new(
                ErrorCode::CustomerNotFound,
                format!("Provider `{}` has no customer {number}.", provider.username),
            )
        })
    }

    fn find_location<'a>(&self, test_data: &'a TestData) -> Result<&'a Location, Refusal> {
        let found = match &self.location_id {
            Some(id) => test_data.location(id),
            None => test_data.locations().find(|it| it.orderable && it.visit_required),
        };
        let location = found.ok_or_else(|| {
            let id = self.location_id.as_deref().unwrap_or_default();
            let message = format!("There is no location `{id}` in the test data.");
            Refusal::new(ErrorCode::LocationNotFound, message)
        })?;
        if !location.orderable {
            let Location { id, service_class, .. } = location;
            return Err(Refusal::new(
                ErrorCode::ServiceClassNotOrderable,
                format!("Service class {service_class} of location {id} cannot be ordered."),
            ));
        }
        Ok(location)
    }
}

impl Plan<'_> {
    /// Whether a timeslot is booked on the way.
    pub(crate) fn books(&self) -> bool {
        self.triggers.contains(&decide::BOOK)
    }

    /// The request that makes the order.
    pub(crate) fn create(&self, ids: QualificationIds) -> CreateOrder {
        let requested = Requested {
            sub_order_type: "New".to_owned(),
            customer_number: self.customer_number,
            carrier_service_name: "nbn-tc4".to_owned(),
            plan_number: None,
            requested_date: None,
        };
        let service_class = self.location.service_class.clone();
        CreateOrder::Activation(
            requested,
            Activation { ids, service_class, infrastructure_id: None },
        )
    }

    /// The withdrawal on the way, where there is one.
    pub(crate) fn withdrawal(&self) -> Withdraw {
        Withdraw { reason: "CustomerChangedMind".to_owned(), comment: None }
    }
}
