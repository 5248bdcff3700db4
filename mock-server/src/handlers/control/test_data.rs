//! Tag `Server`: the test data.

use octane_client::control::types;

use super::{SUCCESS, Steered};
use crate::http::{Answer, Call, Rejection, success};
use crate::test_data::{Customer, Location, Provider};

pub(super) fn get_test_data(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    let data = steered.world.test_data();
    let scenario = |(name, description): (&str, &str)| types::TestScenario {
        name: name.to_owned(),
        description: description.to_owned(),
    };
    let envelope = types::TestDataEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::TestData {
            providers: data.providers().map(provider).collect(),
            locations: data.locations().map(location).collect(),
            scenarios: data.scenarios().map(scenario).collect(),
        },
    };
    Ok(success(200, &envelope))
}

fn provider(provider: &Provider) -> types::TestProvider {
    let customer =
        |it: &Customer| types::TestCustomer { cust_no: it.cust_no, name: it.name.clone() };
    types::TestProvider {
        username: provider.username.clone(),
        password: provider.password.clone(),
        name: provider.name.clone(),
        customers: provider.customers.iter().map(customer).collect(),
    }
}

fn location(location: &Location) -> types::TestLocation {
    types::TestLocation {
        location_id: location.id.clone(),
        address: location.address(),
        time_zone: location.time_zone.name().to_owned(),
        service_class: location.service_class.clone(),
        is_orderable: location.orderable,
        is_visit_required: location.visit_required,
        scenario: location.scenario.clone(),
    }
}
