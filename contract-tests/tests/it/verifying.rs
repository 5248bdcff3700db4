//! A whole verification: what it tries, what it leaves alone, and that it can be repeated.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use octane_contract_tests::Target;
use octane_contract_tests::access::Remote;
use octane_contract_tests::caller::{Accounts, Provider};
use octane_contract_tests::coverage::CELLS;
use octane_contract_tests::interrupt::Interrupt;
use octane_contract_tests::ledger::Ledger;
use octane_contract_tests::machine::calls::typed;
use octane_contract_tests::profile::{Effort, Profile};
use octane_contract_tests::progress::Progress;
use octane_contract_tests::report::{End, Report, Strictness};
use octane_contract_tests::verify::{RequestLog, Run, verify};
use serde_json::json;

use crate::faults::spoilt;
use crate::support::{mock, runtime, session, verified};

fn mock_verified(effort: &Effort, log: RequestLog) -> Report {
    verified(&Target::router(mock().router()), effort, log)
}

#[test]
fn by_default_everything_that_the_mock_can_be_made_to_show_is_seen_in_2_000_requests() {
    for seed in 1..=2 {
        let report = mock_verified(&Profile::Default.effort(seed), RequestLog::Off);
        assert!(report.passed(Strictness::Ci), "{:?} {:?}", report.findings, report.gaps);
        assert_eq!(report.gaps, Vec::new(), "faults are asked for as well");
        assert_eq!(report.coverage.cells_covered(), CELLS);
        assert!(report.coverage.requests < 2_000, "{} requests", report.coverage.requests);
        let withdrawals = report.coverage.calls["cancelNbnOrder"];
        assert!(withdrawals.rate() >= 0.5, "{withdrawals:?}");
    }
}

#[test]
fn smoke_takes_less_than_300_requests() {
    for seed in 1..=4 {
        let report = mock_verified(&Profile::Smoke.effort(seed), RequestLog::Off);
        assert!(report.passed(Strictness::Lenient), "{:?}", report.findings);
        assert!(report.coverage.requests < 300, "{} requests", report.coverage.requests);
    }
}

#[test]
fn a_budget_is_kept_and_what_it_leaves_out_is_listed() {
    let mut effort = Profile::Default.effort(1);
    effort.budget.requests_max = Some(700);
    let report = mock_verified(&effort, RequestLog::Off);
    assert!(report.passed(Strictness::Lenient));
    let (sent, of_world) = (report.coverage.requests, 3);
    assert!((600..=700 - of_world).contains(&sent), "{sent} requests");
    assert_eq!(report.end, End::Spent);
    let unseen = |what: &str| report.unseen().any(|gap| gap.what == what);
    assert!(unseen("createNbnOrder (Change) with `subOrderType` Shape"), "{:?}", report.gaps);
    assert!(!report.passed(Strictness::Ci), "what was never sent is no pass");
}

#[test]
fn the_same_seed_sends_the_same_requests_to_the_byte() {
    let requests = |seed, jobs| {
        // A little of everything, to be quick.
        let smoke = Profile::Smoke.effort(seed);
        let effort = Effort { jobs, cases: 3, scenarios: 4, ..smoke };
        mock_verified(&effort, RequestLog::Kept).requests
    };
    let once = requests(3, 1);
    assert!(once.len() > 300);
    assert!(once == requests(3, 1));
    assert!(once == requests(3, 2), "however many work");
    assert!(once != requests(4, 1));
}

#[test]
fn no_credential_is_in_the_request_log() {
    let lines = mock_verified(&Profile::Smoke.effort(1), RequestLog::Kept).requests.join("\n");
    assert!(lines.contains("provider A"));
    for secret in ["harbour", "outback", "aGFyYm91cjpoYXJib3VyLXRlc3Qtc2VjcmV0", "authorization"] {
        assert!(!lines.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn what_is_in_other_worlds_stays_as_it_is_and_nothing_is_left_behind() {
    let target = Target::router(mock().router());
    let session = session(&target);
    let runtime = runtime();
    let order = runtime.block_on(async {
        let body: octane_client::control::types::SeedOrderRequest =
            typed(json!({ "state": "Scheduled" }));
        let seeded = session.control().seed_order().body(body).send().await.unwrap();
        let settings: octane_client::control::types::SettingsRequest =
            typed(json!({ "network": "Auto" }));
        session.control().change_settings().body(settings).send().await.unwrap();
        seeded.into_inner().response.order_id.0
    });
    let report = verified(&target, &Profile::Smoke.effort(1), RequestLog::Off);
    assert!(report.passed(Strictness::Lenient));
    runtime.block_on(async {
        let client = session.client(Provider::A);
        let detail = client.get_nbn_order().order_id(order).send().await.unwrap().into_inner();
        assert_eq!(detail.response.status.to_string(), "Scheduled");
        let settings = session.control().get_settings().send().await.unwrap().into_inner();
        assert_eq!(settings.response.network.to_string(), "Auto");
        let worlds = session.control().list_worlds().send().await.unwrap().into_inner();
        assert_eq!(worlds.response.worlds.len(), 1, "only the default world");
    });
}

#[test]
fn a_world_that_is_kept_is_told_of() {
    // Who asks for it to be dropped is told that it cannot be.
    let router = spoilt(mock().router(), |answer| {
        if answer.method == Method::DELETE && answer.path.starts_with("/_mock/worlds/") {
            answer.status = StatusCode::INTERNAL_SERVER_ERROR;
            answer.body = json!({ "success": false, "errorCode": 1000, "errorMessage": "No." });
        }
    });
    let report = verified(&Target::router(router), &Profile::Smoke.effort(1), RequestLog::Off);
    let [left] = &report.left[..] else { panic!("{:?}", report.left) };
    assert!(left.starts_with("world octane-contract-"), "{left}");
    assert!(left.contains(": left: failed to drop the world `octane-contract-"), "{left}");
}

/// Keeps the books of a bar.
#[derive(Default)]
struct Books(Mutex<(u64, u64, bool)>);

impl Progress for Books {
    fn part(&self, _: &'static str) {}

    fn expect(&self, more: u64) {
        self.0.lock().unwrap().0 += more;
    }

    fn done(&self, more: u64) {
        let mut books = self.0.lock().unwrap();
        books.1 += more;
        books.2 |= books.1 > books.0;
    }
}

#[test]
fn no_more_is_done_than_was_to_be_done_however_many_work() {
    for jobs in [1, 3] {
        let books = Books::default();
        let effort = Effort { jobs, ..Profile::Smoke.effort(1) };
        verify(&Run {
            target: &Target::router(mock().router()),
            accounts: &Accounts::published(),
            effort: &effort,
            log: RequestLog::Off,
            ledger: &Ledger::default(),
            remote: Remote::Refused,
            accepted: &[],
            progress: &books,
            interrupt: &Interrupt::default(),
        })
        .unwrap();
        let (expected, done, too_many) = *books.0.lock().unwrap();
        assert_eq!(done, expected, "with {jobs} at work");
        assert!(!too_many, "with {jobs} at work");
    }
}

#[test]
fn one_missing_header_is_one_finding_of_each_path() {
    let layer = from_fn(|request: Request, next: Next| async move {
        let mut response = next.run(request).await;
        response.headers_mut().remove(header::ALLOW);
        response
    });
    let target = Target::router(mock().router().layer(layer));
    let report = verified(&target, &Profile::Default.effort(1), RequestLog::Off);
    let groups = report.grouped();
    let subjects: Vec<&str> = groups.iter().map(|(it, _)| it.failure.subject.as_str()).collect();
    assert!(groups.len() <= 4, "{subjects:?}");
    assert!(subjects.contains(&"/v1/order/nbn/{orderId}/cancel"), "{subjects:?}");
}

/// The mock, which finds that every seventh request of a provider comes too fast.
fn in_a_hurry() -> Router {
    let accounts = Accounts::published();
    let known = Provider::ALL.map(|provider| accounts.of(provider).authorization.clone());
    let asked = Arc::new(AtomicUsize::new(0));
    let layer = from_fn(move |request: Request, next: Next| {
        let of_orders = request.uri().path().contains("/v1/");
        let known_here =
            request.headers().get(header::AUTHORIZATION).is_some_and(|it| known.contains(it));
        let limited = of_orders && known_here && asked.fetch_add(1, Ordering::SeqCst) % 7 == 6;
        async move {
            if !limited {
                return next.run(request).await;
            }
            let body = json!({ "success": false, "errorCode": 1008, "errorMessage": "Too many requests." });
            let headers = [(header::RETRY_AFTER, "0"), (header::CONTENT_TYPE, "application/json")];
            (StatusCode::TOO_MANY_REQUESTS, headers, body.to_string()).into_response()
        }
    });
    mock().router().layer(layer)
}

#[test]
fn a_request_that_came_too_fast_is_sent_again_when_the_answer_says_so() {
    let report =
        verified(&Target::router(in_a_hurry()), &Profile::Smoke.effort(1), RequestLog::Kept);
    assert!(report.passed(Strictness::Lenient), "{:?}", report.findings);
    let too_fast = |(_, status): &&(String, u16)| *status == 429;
    assert!(report.coverage.answers.keys().filter(too_fast).count() > 3);
    let undisturbed = mock_verified(&Profile::Smoke.effort(1), RequestLog::Kept);
    assert!(report.requests == undisturbed.requests, "each is in the log once");
}
