//! The curl lines of a finding, pasted into a shell, show it again: over a socket, against a service
//! that has the fault.

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use octane_contract_tests::Target;
use octane_contract_tests::caller::Provider;
use octane_contract_tests::finding::Finding;
use octane_contract_tests::machine::Looks;
use octane_contract_tests::machine::run::Shrinking;
use octane_contract_tests::races::drawn;
use octane_contract_tests::reach::{Abstract, Outcome};
use octane_contract_tests::reproduce;
use octane_contract_tests::rules::Evidence;
use octane_contract_tests::step::{By, Details, Step};
use octane_contract_tests::trial::Trial;
use octane_contract_tests::truth_table::{State, Visit};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};

use crate::faults::{Answer, faulty_router};
use crate::support::{mock, runtime, session};

/// What a trial shows of a service in this process.
fn found(router: Router, trial: Trial) -> Finding {
    let session = session(&Target::router(router));
    let shown = runtime().block_on(trial.run(&session)).unwrap().expect("the fault shows");
    let part = trial.part();
    Finding::of_trial(part, "a trial".to_owned(), 1, trial, shown, &session)
}

/// What the finding's commands print, made against the service on a socket; nothing without curl.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn printed(router: Router, finding: &Finding) -> Option<String> {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no curl, so no command can be tried");
        return None;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(async move { axum::serve(listener, router).await });
    let output = Command::new("bash")
        .arg("-uc")
        .arg(reproduce::commands(finding).join("\n"))
        .env("OCTANE_URL", url)
        .env("OCTANE_USERNAME", "harbour")
        .env("OCTANE_PASSWORD", "harbour-test-secret")
        .env("OCTANE_OTHER_USERNAME", "outback")
        .env("OCTANE_OTHER_PASSWORD", "outback-test-secret")
        .output()
        .expect("there is a bash where there is a curl");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[track_caller]
fn check(spoil: fn(&mut Answer), trial: Trial, shown: &str) {
    let finding = found(faulty_router(spoil), trial);
    let Some(text) = printed(faulty_router(spoil), &finding) else { return };
    let last = text.rsplit("HTTP/1.1 ").take(3).any(|answer| answer.contains(shown));
    assert!(last, "{shown} is not among the last answers:\n{text}\n{finding:#?}");
    // The same commands against a service that is right show nothing of it.
    let right = printed(mock().router(), &finding).unwrap_or_default();
    assert!(!right.contains(shown), "{right}");
}

#[test]
fn steps_are_shown_again() {
    let state = Abstract {
        state: State::Held,
        origin: None,
        visit: Visit::Required,
        timeslot_held: false,
        outcome: Outcome::NeverAsked,
    };
    check(
        |answer| {
            if answer.path.ends_with("/cancel") && answer.status == StatusCode::ACCEPTED {
                answer.body["response"]["status"] = json!("Completed");
            }
        },
        Trial::Steps {
            looks: Looks::Everything,
            steps: vec![
                Step::Seed { provider: Provider::A, state },
                Step::Withdraw { by: By::Owner, order: 0, details: Details::default() },
            ],
        },
        r#""status":"Completed""#,
    );
}

#[test]
fn an_invalid_request_is_shown_again_with_the_order_it_is_about() {
    check(
        |answer| {
            let keyword = answer.body.pointer("/violations/0/keyword");
            if keyword.is_some_and(|it| it == "pattern") && answer.path.ends_with("/cancel") {
                answer.body["violations"][0]["keyword"] = json!("colour");
            }
        },
        Trial::Negatives { cases: vec!["cancelNbnOrder/body/comment/pattern".to_owned()] },
        r#""keyword":"colour""#,
    );
}

#[test]
fn a_body_that_is_no_text_is_shown_again() {
    check(
        |answer| {
            let keyword = answer.body.pointer("/violations/0/keyword");
            if keyword.is_some_and(|it| it == "syntax") && answer.path.ends_with("/cancel") {
                answer.body["errorCode"] = json!(4712);
            }
        },
        Trial::Negatives { cases: vec!["cancelNbnOrder/body/syntax-7".to_owned()] },
        r#""errorCode":4712"#,
    );
}

#[test]
fn a_header_that_matters_is_shown_again() {
    check(
        |answer| {
            if answer.status == StatusCode::NOT_ACCEPTABLE {
                answer.body["errorCode"] = json!(4711);
            }
        },
        Trial::Negatives { cases: vec!["cancelNbnOrder/406/Accept-text-html".to_owned()] },
        r#""errorCode":4711"#,
    );
}

#[test]
fn credentials_that_are_nearly_right_are_shown_again() {
    let case = "checkServiceQualification/401/the-password-in-capitals";
    check(
        |answer| {
            if answer.status == StatusCode::UNAUTHORIZED {
                answer.body["errorCode"] = json!(4711);
            }
        },
        Trial::Negatives { cases: vec![case.to_owned()] },
        r#""errorCode":4711"#,
    );
}

#[test]
fn a_probe_is_shown_again() {
    check(
        |answer| {
            let asked = answer.path.strip_prefix("/v1/order/nbn/");
            let there = asked.is_some_and(|number| number != "999999999");
            if answer.status == StatusCode::NOT_FOUND && there {
                answer.body["errorMessage"] = json!("This order is somebody else's.");
            }
        },
        Trial::Probe { id: "strangers-are-told-nothing".to_owned() },
        "somebody else's",
    );
}

#[test]
fn a_call_that_is_made_to_fail_is_shown_again() {
    check(
        |answer| {
            if answer.status == StatusCode::SERVICE_UNAVAILABLE {
                answer.status = StatusCode::BAD_GATEWAY;
            }
        },
        Trial::Faults { faults: vec![("getNbnOrder".to_owned(), 503)] },
        "502 Bad Gateway",
    );
}

/// A service that answers two withdrawals of one order that come together as if each were the only one.
/// The first waits for a second: so many turns of the others, or so long.
fn careless(turns: usize, most: Duration) -> Router {
    type Waiting =
        HashMap<String, (Arc<Notify>, oneshot::Sender<oneshot::Sender<(StatusCode, Value)>>)>;
    let waiting: Arc<Mutex<Waiting>> = Arc::default();
    let layer = from_fn(move |request: Request, next: Next| {
        let waiting = Arc::clone(&waiting);
        async move {
            let path = request.uri().path();
            if request.method() != Method::POST || !path.ends_with("/cancel") {
                return next.run(request).await;
            }
            // What one provider is answered is no answer for the other.
            let path = format!("{path} {:?}", request.headers().get(header::AUTHORIZATION));
            let first = waiting.lock().unwrap().remove(&path);
            if let Some((notify, ask)) = first {
                let (tell, told) = oneshot::channel();
                if ask.send(tell).is_ok() {
                    notify.notify_one();
                    if let Ok((status, body)) = told.await {
                        let json = [(header::CONTENT_TYPE, "application/json")];
                        return axum::response::IntoResponse::into_response((
                            status,
                            json,
                            body.to_string(),
                        ));
                    }
                }
                return next.run(request).await;
            }
            let notify = Arc::new(Notify::new());
            let (ask, mut asked) = oneshot::channel();
            waiting.lock().unwrap().insert(path.clone(), (Arc::clone(&notify), ask));
            if turns > 0 {
                for _ in 0..turns {
                    tokio::task::yield_now().await;
                }
            } else {
                drop(tokio::time::timeout(most, notify.notified()).await);
            }
            waiting.lock().unwrap().remove(&path);
            let (parts, body) = next.run(request).await.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            if let Ok(tell) = asked.try_recv() {
                let answer = serde_json::from_slice(&body).unwrap_or_default();
                drop(tell.send((parts.status, answer)));
            }
            Response::from_parts(parts, Body::from(body))
        }
    });
    mock().router().layer(layer)
}

#[test]
fn a_race_is_shown_again_by_commands_that_run_at_once() {
    let session = session(&Target::router(careless(40, Duration::ZERO)));
    let runtime = runtime();
    let mut races = (0..24).map(|number| drawn(&session, 1, number, Shrinking::None));
    let lost = races.find_map(|race| runtime.block_on(race).unwrap()).expect("one is lost");
    let finding = Finding::of_race("a race", lost, 1, &session);
    assert_eq!(finding.part, Evidence::Races);
    let lines = reproduce::commands(&finding);
    let at_once = lines.iter().find(|line| line.ends_with("& wait")).expect("a line of columns");
    assert!(at_once.starts_with("( curl "), "{at_once}");
    let Some(text) = printed(careless(0, Duration::from_secs(5)), &finding) else { return };
    let accepted = text.matches("HTTP/1.1 202").count() + text.matches("HTTP/1.1 200").count();
    let right = printed(mock().router(), &finding).unwrap_or_default();
    let of_right = right.matches("HTTP/1.1 202").count() + right.matches("HTTP/1.1 200").count();
    assert!(accepted > of_right, "{text}\n{finding:#?}");
}
