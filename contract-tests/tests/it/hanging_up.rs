//! Services that do not answer everything: what of that is a finding, and what is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use octane_contract_tests::Target;
use octane_contract_tests::profile::Profile;
use octane_contract_tests::report::{End, Report, Strictness};
use octane_contract_tests::rules::Rule;
use octane_contract_tests::verify::RequestLog;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use crate::support::{mock, verified};

/// A router on a socket, served as most services in Rust are.
fn serve(runtime: &Runtime, router: Router) -> Target {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("the listener is bound");
    runtime.spawn(async { axum::serve(listener, router).await });
    Target::url(&format!("http://{address}")).expect("a base URL")
}

/// Verifies such a service.
fn verified_served(router: Router) -> Report {
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let target = serve(&runtime, router);
    let report = verified(&target, &Profile::Default.effort(1), RequestLog::Off);
    runtime.shutdown_background();
    report
}

/// Closes the connection in the place of an answer to a list of one status.
async fn without_filters(request: Request, next: Next) -> Response {
    if request.uri().query().is_some_and(|query| query.starts_with("status=")) {
        std::panic::resume_unwind(Box::new("hangs up"));
    }
    next.run(request).await
}

#[test]
fn a_request_that_is_hung_up_on_is_a_finding_and_keeps_nothing_else_from_being_verified() {
    let report = verified_served(mock().router().layer(from_fn(without_filters)));
    let found: Vec<_> = report.grouped().into_iter().map(|(finding, _)| finding).collect();
    let [finding] = found[..] else { panic!("{:?}", report.findings) };
    let failure = &finding.failure;
    assert_eq!((failure.rule, &*failure.subject), (Rule::RequestAnswered, "listNbnOrders"));
    assert!(failure.received.starts_with("none: connection closed"), "{}", failure.received);
    let last = finding.exchanges.last().unwrap();
    assert!(last.to_string().ends_with("→ no answer"), "{last}");
    let line = octane_contract_tests::shell::curl(last);
    assert!(line.contains("/v1/order/nbn?status="), "{line}");
    assert!(report.coverage.answers.contains_key(&("cancelNbnOrder".to_owned(), 202)));
    assert!(!report.passed(Strictness::Lenient));
}

#[test]
fn what_was_found_before_the_service_died_is_reported() {
    let (dies, died) = std::sync::mpsc::channel();
    let asked = Arc::new(AtomicUsize::new(0));
    let kill = move |request: Request, next: Next| {
        let (dies, asked) = (dies.clone(), Arc::clone(&asked));
        async move {
            if request.uri().query().is_some_and(|query| query.starts_with("status=")) {
                if asked.fetch_add(1, Ordering::SeqCst) == 0 {
                    std::panic::resume_unwind(Box::new("hangs up"));
                }
                dies.send(()).expect("the service is still waited for");
                std::future::pending::<()>().await;
            }
            next.run(request).await
        }
    };
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let target = serve(&runtime, mock().router().layer(from_fn(kill)));
    std::thread::spawn(move || {
        died.recv().expect("it is killed once");
        runtime.shutdown_background();
    });
    let report = verified(&target, &Profile::Default.effort(1), RequestLog::Off);
    let End::Lost(why) = &report.end else { panic!("{:?}", report.end) };
    assert!(why.contains("refused"), "{why}");
    let found: Vec<_> = report.findings.iter().map(|it| it.failure.rule).collect();
    assert!(found.contains(&Rule::RequestAnswered), "{found:?}");
    assert!(!report.passed(Strictness::Lenient));
}

#[test]
fn a_service_that_leaves_large_bodies_unread_and_closes_the_connection_is_no_false_alarm() {
    let report = verified_served(mock().router());
    assert!(report.passed(Strictness::Lenient), "{:?}", report.findings);
}
