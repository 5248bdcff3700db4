//! What a foreign contract is answered with: examples, made data, and what the client prefers.

use octane_mock_server::{ControlPlane, ForeignConfig, ForeignServer, ResponseCheck};
use octane_openapi::{Direction, ViolationIn};
use serde_json::json;

use super::{LIBRARY, ORDERS, WEATHER, ask, config, contract, given, serve};
use crate::support::{Call, HARBOUR};

const ORDER: &str = "/shop/v1/orders/7d444840-9dc0-11d1-b245-5ffdce74fad2";
const FORECAST: &str = "/forecast/SYD?days=3";

fn order() -> Call {
    ask("GET", ORDER).by(HARBOUR)
}

#[test]
fn the_first_example_is_answered() {
    let given = given(order(), &serve(ORDERS));
    assert_eq!((given.status, &given.json()["status"]), (200, &json!("new")));
    assert_eq!(given.header("content-type"), "application/json");
    assert_eq!(given.header("date"), "Sun, 01 Mar 2026 22:00:00 GMT");
    assert_eq!(given.header("preference-applied"), "");
}

#[test]
fn a_code_and_an_example_can_be_preferred() {
    let router = serve(ORDERS);
    let prefer = |preference: &str| given(order().header("prefer", preference), &router);
    let unknown = prefer("code=404");
    assert_eq!((unknown.status, &unknown.json()["code"]), (404, &json!(17)));
    assert_eq!(unknown.header("preference-applied"), "code=404");
    let shipped = prefer("example=\"shipped\"");
    assert_eq!((shipped.status, &shipped.json()["status"]), (200, &json!("shipped")));
    assert_eq!(shipped.header("preference-applied"), "example=shipped");
    // A name that only another answer has means that answer.
    assert_eq!(prefer("example=unknown").status, 404);
    assert_eq!(prefer("wait=10").header("preference-applied"), "");
}

#[track_caller]
fn check_not_documented(preference: &str, expected: &str) {
    let given = given(order().header("prefer", preference), &serve(ORDERS));
    assert_eq!(given.status, 400);
    assert_eq!(given.json()["violations"][0]["message"], expected);
}

#[test]
fn what_is_preferred_and_not_documented_is_refused_with_what_is() {
    check_not_documented("code=418", "code `418` is not documented here; choose one of 200, 404");
    check_not_documented("code=gone", "code `gone` is not documented here; choose one of 200, 404");
    check_not_documented(
        "example=lost",
        "there is no example `lost`; choose one of `new`, `shipped`",
    );
    check_not_documented(
        "code=404, example=new",
        "there is no example `new`; choose one of `unknown`",
    );
}

#[test]
fn preferences_count_after_credentials_and_validation() {
    let router = serve(ORDERS);
    let preferring = |call: Call| call.header("prefer", "code=404");
    assert_eq!(given(preferring(ask("GET", ORDER)), &router).status, 401);
    let invalid = ask("GET", "/shop/v1/orders/7").by(HARBOUR);
    assert_eq!(given(preferring(invalid), &router).status, 400);
}

#[test]
fn a_range_and_the_default_stand_for_the_statuses_they_are_about() {
    let router = serve(LIBRARY);
    let prefer = |preference: &str| {
        given(ask("GET", "/live/api/media").header("prefer", preference), &router)
    };
    let teapot = prefer("code=418");
    assert_eq!((teapot.status, &teapot.json()["status"]), (418, &json!(418)));
    assert_eq!(prefer("code=503").status, 503);
    assert_eq!(prefer("code=503").header("content-type"), "application/json");
}

#[test]
fn without_an_example_the_answer_is_made_and_obeys_the_schema() {
    for (file, path) in
        [(WEATHER, FORECAST), (LIBRARY, "/live/api/members/1"), (LIBRARY, "/live/api/media")]
    {
        let contract = contract(file);
        let router = serve(file);
        let endpoint = contract.endpoints().iter().find(|it| {
            path.contains(it.path.split('{').next().unwrap()) && it.method.as_str() == "GET"
        });
        let (_, answer) = endpoint.unwrap().success().unwrap();
        let schema = answer.content["application/json"].schema.clone().unwrap();
        for prefer in ["", "dynamic=true"] {
            for _ in 0..20 {
                let call = ask("GET", path).header("accept", "application/json");
                let given = given(call.header("prefer", prefer), &router);
                assert_eq!(given.status, 200, "{}", given.text());
                let broken = contract.schemas().violations(
                    &schema,
                    Direction::Response,
                    ViolationIn::Body,
                    "",
                    &given.json(),
                );
                assert_eq!(broken, [], "{}", given.text());
            }
        }
    }
}

#[test]
fn the_same_seed_and_requests_give_the_same_bytes() {
    let run = |seed: u32| {
        let config = ForeignConfig { seed, ..config(contract(WEATHER)) };
        let router = ForeignServer::new(config).router();
        let calls = [
            ask("GET", FORECAST),
            ask("GET", FORECAST).header("prefer", "dynamic=true"),
            ask("GET", FORECAST).header("prefer", "dynamic=true"),
            ask("GET", "/forecast/PER?days=3"),
        ];
        calls.map(|call| given(call, &router))
    };
    let first = run(1);
    assert_eq!(first, run(1));
    assert_ne!(first, run(2));
    let bodies: Vec<_> = first.iter().map(|given| &given.bytes).collect();
    assert_ne!(bodies[1], bodies[2], "a dynamic answer is another each time");
    assert_ne!(bodies[0], bodies[3], "another place has another forecast");
    // What the bytes are is a promise: a change of the generator changes everybody's tests.
    insta::assert_snapshot!(first[0].text());
}

#[test]
fn dynamic_answers_are_made_even_where_there_is_an_example() {
    let router = serve(ORDERS);
    let made: Vec<_> = (0..5)
        .map(|_| given(order().header("prefer", "dynamic=true"), &router))
        .map(|given| (given.header("preference-applied").to_owned(), given.json()["id"].clone()))
        .collect();
    assert!(made.iter().all(|(applied, _)| applied == "dynamic=true"));
    let example = json!("7d444840-9dc0-11d1-b245-5ffdce74fad2");
    assert!(made.iter().all(|(_, id)| *id != example), "{made:?}");
}

#[test]
fn the_media_type_is_the_one_the_client_wants_most() {
    let router = serve(LIBRARY);
    let accepting = |accept: &str| {
        let given = given(ask("GET", "/live/api/media").header("accept", accept), &router);
        (given.status, given.header("content-type").to_owned())
    };
    let answered = |media_type: &str| (200, media_type.to_owned());
    assert_eq!(accepting("*/*"), answered("application/json"));
    assert_eq!(accepting("text/*"), answered("text/csv"));
    assert_eq!(accepting("application/json;q=0.1, application/xml"), answered("application/xml"));
    assert_eq!(accepting("text/html, */*;q=0.1"), answered("application/json"));
    assert_eq!(accepting("image/png"), (406, "application/problem+json".to_owned()));
    let csv = given(ask("GET", "/live/api/media").header("accept", "text/csv"), &router);
    assert_eq!(csv.text(), "title,year\nDune,1965\n");
}

#[test]
fn documented_headers_are_sent() {
    let router = serve(ORDERS);
    let list = given(ask("GET", "/shop/v1/orders").by(HARBOUR), &router);
    assert_eq!(list.header("x-total"), "2");
    let router = serve(LIBRARY);
    let newest = given(ask("GET", "/live/api/media/newest"), &router);
    assert_eq!((newest.status, newest.header("location")), (303, "/live/api/media/1"));
    let head = given(ask("HEAD", "/live/api/media/1"), &router);
    assert_eq!((head.status, head.header("x-shelf")), (200, "4"));
}

#[test]
fn an_example_that_breaks_its_schema_is_answered_only_if_it_is_asked_for() {
    let film = || ask("GET", "/live/api/media/1");
    let made = given(film(), &serve(LIBRARY));
    assert_ne!(made.json()["addedAt"], "2026-02-30T00:00:00Z");
    let named = given(film().header("prefer", "example=example"), &serve(LIBRARY));
    assert_eq!(named.json()["addedAt"], "2026-02-30T00:00:00Z");
    let config = ForeignConfig { response_check: ResponseCheck::Off, ..config(contract(LIBRARY)) };
    let unchecked = given(film(), &ForeignServer::new(config).router());
    assert_eq!(unchecked.json()["addedAt"], "2026-02-30T00:00:00Z");
}

#[test]
fn the_control_plane_tells_that_it_is_up_and_starts_afresh() {
    let router = serve(WEATHER);
    let health = given(ask("GET", "/_mock/health"), &router).json();
    assert_eq!(
        health["response"],
        json!({ "contractTitle": "Weather", "contractVersion": "0.9", "seed": 1, "orders": 0 })
    );
    let dynamic = || given(ask("GET", FORECAST).header("prefer", "dynamic=true"), &router);
    let (first, second) = (dynamic(), dynamic());
    assert_ne!(first, second);
    assert_eq!(given(ask("POST", "/_mock/reset"), &router).status, 200);
    assert_eq!(dynamic(), first);
    let get = given(ask("GET", "/_mock/reset"), &router);
    assert_eq!((get.status, get.header("allow")), (405, "POST"));
    assert_eq!(given(ask("GET", "/_mock/orders"), &router).status, 404);
    let config = ForeignConfig { control_plane: ControlPlane::Absent, ..config(contract(WEATHER)) };
    let absent = given(ask("GET", "/_mock/health"), &ForeignServer::new(config).router());
    assert_eq!(absent.json()["detail"], "There is no path `/_mock/health`.");
}
