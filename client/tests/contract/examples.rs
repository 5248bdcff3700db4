//! The answers that the tests without a contract make by hand.

use octane_openapi::{Contract, validation::Validators};
use serde_json::{Map, Value};

use crate::support;

#[test]
fn the_examples_are_answers_that_the_contract_allows() {
    let contract = Contract::orders().unwrap();
    let validators = Validators::new(&contract).unwrap();
    let examples: Map<String, Value> =
        serde_json::from_str(include_str!("../it/examples.json")).unwrap();
    for (operation, example) in examples {
        let violations = validators.response(&operation, 200, &example).unwrap();
        assert_eq!(violations, [], "{operation}");
    }
    let order = support::order("Scheduled", "2026-03-05T08:00:00+10:00");
    assert_eq!(validators.response("getNbnOrder", 200, &order).unwrap(), []);
    let failure = support::failure(3001);
    assert_eq!(validators.response("getNbnOrder", 404, &failure).unwrap(), []);
}
