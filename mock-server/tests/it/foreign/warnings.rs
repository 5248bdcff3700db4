//! What is unusual in a contract is said with its line, and the rest is served.

use octane_mock_server::ForeignServer;
use octane_openapi::foreign::ForeignContract;

use super::{LIBRARY, ODD, ORDERS, WEATHER, ask, config, contract, given, serve};

#[test]
fn every_odd_construct_is_warned_of_with_its_line() {
    let server = ForeignServer::new(config(contract(ODD)));
    let rehearsed = server.rehearse();
    let warnings = server.warnings().iter().chain(&rehearsed).map(ToString::to_string);
    insta::assert_snapshot!(warnings.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_contract_without_oddities_has_no_warnings() {
    for file in [ORDERS, WEATHER] {
        let server = ForeignServer::new(config(contract(file)));
        assert_eq!(server.warnings(), []);
        assert_eq!(server.rehearse(), []);
    }
}

#[test]
fn an_example_that_breaks_its_schema_is_named_with_its_line() {
    let server = ForeignServer::new(config(contract(LIBRARY)));
    assert_eq!(server.warnings(), []);
    let found: Vec<_> = server.rehearse().iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 1, "{found:#?}");
    let expected =
        "library.yaml:96: the example `example` breaks its schema: body `/addedAt` must be";
    assert!(found[0].starts_with(expected), "{}", found[0]);
}

#[test]
fn what_is_left_of_an_odd_contract_is_served() {
    let router = serve(ODD);
    let good = given(ask("GET", "/version/plain?limit=2&odd=x"), &router);
    assert_eq!((good.status, good.text()), (200, r#"{"id":5,"kind":"thing","count":11}"#));
    assert_eq!(given(ask("GET", "/version/plain?limit=0"), &router).status, 400);
    let named = given(ask("GET", "/version/plain").header("prefer", "example=broken"), &router);
    assert_eq!((named.status, named.text()), (200, r#"{"id":"zero"}"#));
    assert_eq!(given(ask("POST", "/version/plain"), &router).status, 501);
    assert_eq!(given(ask("PUT", "/version/plain"), &router).status, 501);
    assert_eq!(given(ask("GET", "/elsewhere"), &router).status, 404);
}

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let error = ForeignContract::parse("t.yaml", text).expect_err("a refusal");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn only_what_is_no_openapi_3_at_all_is_refused() {
    check_refused(
        "swagger: '2.0'\n",
        "t.yaml:1: Swagger `2.0` is not read; convert it to OpenAPI 3.0 first",
    );
    check_refused(
        "\nopenapi: 4.0.0\n",
        "t.yaml:2: OpenAPI `4.0.0` is not read; convert it to OpenAPI 3.0",
    );
    check_refused("info: {}\n", "t.yaml:1: the document has no `openapi`; add one");
    check_refused("", "t.yaml:1: the file is empty; write an OpenAPI document");
    let nothing = ForeignContract::parse("t.yaml", "openapi: 3.0.3\n").unwrap();
    let warnings: Vec<_> = nothing.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["t.yaml:1: the contract has no `paths`; there is nothing to serve"]);
}
