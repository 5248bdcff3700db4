//! Parameters and bodies in the styles and media types that OpenAPI knows.

use serde_json::{Value, json};

use super::{LIBRARY, ODD, ask, given, serve};
use crate::support::Call;

/// Sends `call` and expects to be answered, or refused with these violations: `pointer keyword`.
#[track_caller]
fn check(file: (&str, &str), call: Call, expected: &[&str]) {
    // In any shape: the violations are what is of interest.
    let given = given(call.header("prefer", "handling=lenient"), &serve(file));
    assert!(given.status < 300, "{} {}", given.status, given.text());
    let found = given.header("octane-violations");
    let found: Vec<&str> = found.split(", ").filter(|it| !it.is_empty()).collect();
    assert_eq!(found, expected);
}

#[track_caller]
fn check_query(query: &str, expected: &[&str]) {
    check(LIBRARY, ask("GET", &format!("/live/api/media?{query}")), expected);
}

#[test]
fn a_deep_object_is_read_key_by_key() {
    check_query("filter[kind]=book&filter[year]=1965&filter%5Btags%5D=a&filter[tags]=b", &[]);
    check_query(
        "filter[kind]=opera&filter[yeer]=1965",
        &["query /filter/kind enum", "query /filter/yeer additionalProperties"],
    );
    check_query("filter[year]=1400", &["query /filter/year minimum"]);
    check_query(
        "filter[tags][]=a&filter[tags][]=b&filter[tags][]=c",
        &["query /filter/tags maxItems"],
    );
}

#[test]
fn lists_are_separated_as_their_style_says() {
    check_query("sort=title,year&shelves=1|2&shelves=3", &["query /shelves style"]);
    check_query("sort=title,year&shelves=1%7C2|3&rooms=1%202+3", &[]);
    check_query("sort=title,year,title", &["query /sort maxItems"]);
    check_query("sort=title%2Cyear", &["query /sort/0 enum"]);
    check_query("shelves=1|x&rooms=y", &["query /shelves/1 type", "query /rooms/0 type"]);
}

#[test]
fn a_parameter_may_be_json() {
    check_query("near=%7B%22lat%22%3A4%7D", &[]);
    check_query("near=%7B%22lat%22%3A95%7D", &["query /near/lat maximum"]);
    check_query("near=north", &["query /near style"]);
}

#[test]
fn headers_and_cookies_are_parameters_too() {
    let id = "7d444840-9dc0-11d1-b245-5ffdce74fad2";
    let media = || ask("GET", "/live/api/media");
    check(LIBRARY, media().header("x-request-ids", &format!("{id}, {id}")), &[]);
    check(
        LIBRARY,
        media().header("x-request-ids", id).header("x-request-ids", "x"),
        &["header /X-Request-Ids/1 format"],
    );
    check(LIBRARY, media().header("cookie", "a=b; session=abcd"), &[]);
    check(LIBRARY, media().header("cookie", "session=abc"), &["cookie /session minLength"]);
}

#[test]
fn paths_hold_lists_and_several_placeholders_in_a_segment() {
    check(LIBRARY, ask("GET", "/trial/api/members/1,2"), &[]);
    check(
        LIBRARY,
        ask("GET", "/live/api/members/1,x,3"),
        &["path /ids maxItems", "path /ids/1 type"],
    );
    check(LIBRARY, ask("GET", "/live/api/covers/dune.svg"), &[]);
    check(
        LIBRARY,
        ask("GET", "/live/api/covers/d.gif"),
        &["path /name minLength", "path /format enum"],
    );
}

#[test]
fn label_and_matrix_are_read() {
    // Whatever the answer would be, the request is judged.
    let found = |path: &str| {
        let call = ask("GET", &format!("/version/labels/{path}/any"));
        let given = given(call.header("prefer", "handling=lenient"), &serve(ODD));
        given.header("octane-violations").to_owned()
    };
    assert_eq!(found(".1.2/;matrix=3"), "");
    assert_eq!(found(".1.x.3/3"), "path /labels maxItems, path /labels/1 type, path /matrix style");
}

fn add(content_type: &str, body: &str) -> Call {
    let call = ask("POST", "/live/api/media").header("authorization", "Bearer t");
    call.header("content-type", content_type).body(body.to_owned())
}

#[test]
fn a_form_is_held_against_the_schema_as_an_object() {
    let form = "application/x-www-form-urlencoded";
    check(LIBRARY, add(form, "kind=book&title=Dune+1&pages=412&tags=a&tags=b"), &[]);
    check(
        LIBRARY,
        add(form, "kind=book&title=Dune&pages=many&tags=a&tags=a"),
        &["body /pages type", "body /tags uniqueItems"],
    );
    check(LIBRARY, add(form, "title=a&title=b"), &["body  syntax"]);
}

#[test]
fn a_text_is_held_against_the_schema_as_a_string_and_the_rest_passes() {
    check(LIBRARY, add("text/plain; charset=utf-8", "short"), &[]);
    check(LIBRARY, add("text/plain", "far longer than twenty characters"), &["body  maxLength"]);
    check(LIBRARY, add("application/pdf", "%PDF"), &[]);
}

#[test]
fn what_only_the_server_sends_is_not_required_of_callers() {
    let json = |body: &Value| add("application/json", &body.to_string());
    check(LIBRARY, json(&json!({ "kind": "film", "title": "M", "minutes": 111 })), &[]);
    check(
        LIBRARY,
        json(&json!({ "kind": "film", "title": "M", "minutes": 111, "addedAt": "now" })),
        &["body /addedAt format"],
    );
    // A person in a request has a pin, which answers do not.
    let lender = json!({ "kind": "book", "title": "M", "pages": 1, "lender": { "name": "A" } });
    check(LIBRARY, json(&lender), &["body /lender/pin required"]);
}

#[test]
fn the_discriminator_decides_what_a_body_is_held_against() {
    let json = |body: &Value| add("application/json", &body.to_string());
    check(LIBRARY, json(&json!({ "kind": "book", "title": "M" })), &["body /pages required"]);
    check(LIBRARY, json(&json!({ "kind": "opera", "title": "M" })), &["body /kind discriminator"]);
    check(LIBRARY, json(&json!({ "kind": "book", "title": "M", "pages": 1, "isbn": null })), &[]);
}
