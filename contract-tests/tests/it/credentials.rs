//! A service that sends credentials back gets none of them into a report.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use octane_contract_tests::Target;
use octane_contract_tests::profile::Profile;
use octane_contract_tests::report::terminal::Terminal;
use octane_contract_tests::report::{Report, Strictness, github, html, json, junit};
use octane_contract_tests::reproduce;
use octane_contract_tests::verify::RequestLog;
use serde_json::{Value, json};

use crate::support::{judge, mock, verified};

/// A service for developers, which tells everybody who they are.
fn talkative() -> Router {
    let layer = from_fn(|request: Request, next: Next| async move {
        let sent = request.headers().get(header::AUTHORIZATION).cloned();
        let of_orders = request.uri().path().contains("/v1/");
        let (mut parts, body) = next.run(request).await.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let parsed = serde_json::from_slice::<Value>(&body).ok();
        let (Some(sent), Some(mut answer), true) = (sent, parsed, of_orders) else {
            return Response::from_parts(parts, Body::from(body));
        };
        let sent = sent.to_str().unwrap_or_default();
        let token = sent.split(' ').next_back().unwrap_or_default();
        let pair = STANDARD.decode(token).unwrap_or_default();
        let pair = String::from_utf8_lossy(&pair).into_owned();
        answer["debugAuth"] = json!(sent);
        answer["debugPair"] = json!(pair);
        answer["errorMessage"] = json!(format!("no luck for {pair}"));
        let at = HeaderValue::from_str(&format!("/x?auth={token}")).unwrap();
        parts.headers.insert(header::LOCATION, at);
        parts.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(parts, Body::from(answer.to_string()))
    });
    mock().router().layer(layer)
}

/// Everything that is written of a report.
fn written(report: &Report) -> String {
    let strictness = Strictness::Ci;
    let mut text = Terminal { report, strictness, replays: None }.to_string();
    text.push_str(&junit::junit(report, strictness).unwrap());
    text.push_str(&json::json(report, strictness).to_string());
    text.push_str(&html::html(report, strictness, &judge()));
    text.push_str(&github::annotations(report, strictness));
    for finding in &report.findings {
        text.push_str(&reproduce::commands(finding).join("\n"));
        text.push_str(&reproduce::test(finding, &report.contract));
        text.push_str(&finding.replay(&report.contract).text());
    }
    text.push_str(&report.requests.join("\n"));
    text
}

#[test]
fn a_service_that_sends_credentials_back_gets_none_of_them_into_a_report() {
    let effort = Profile::Smoke.effort(1);
    let report = verified(&Target::router(talkative()), &effort, RequestLog::Kept);
    let rules: Vec<&str> = report.findings.iter().map(|it| it.failure.rule.id()).collect();
    assert!(rules.contains(&"secrets-kept"), "it was heard: {rules:?}");
    let text = written(&report);
    assert!(
        text.contains("an answer without the password of an account"),
        "and what it said is told"
    );
    for secret in [
        "harbour-test-secret",
        "outback-test-secret",
        "HARBOUR-TEST-SECRET",
        "harbour",
        "outback",
        &STANDARD.encode("harbour:harbour-test-secret"),
        &STANDARD.encode("outback:outback-test-secret"),
        &STANDARD.encode("harbour:"),
    ] {
        let found = text.find(secret).map(|at| &text[at.saturating_sub(200)..at + secret.len()]);
        assert_eq!(found, None, "{secret}");
    }
}
