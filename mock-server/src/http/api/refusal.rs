//! How requests are refused: the failure for each reason, and the one place that answers with it.

use axum::body::Body;
use axum::http::{HeaderName, Response};
use chrono::{DateTime, Utc};
use octane_openapi::{ErrorCode, Violation};

use super::{Api, Rejection, Surface};
use crate::domain::{Refusal, Wording};
use crate::http::answer::Answer;
use crate::http::delivery::Delivery;
use crate::http::failure::{Failure, shortened};
use crate::http::notes::Notes;
use crate::http::send::send;
use crate::journal::{Recording, Remarks};

impl<S: Surface> Api<S> {
    /// The failure that answers in place of an operation with this status.
    pub(super) fn failure(&self, status: u16, message: impl Into<String>) -> Failure<'_> {
        let error = self.contract.fallbacks().get(&status).map(|it| it.error_code.as_str());
        let error = error.and_then(|name| self.contract.error_codes().get(name));
        Failure::new(error.expect("checked at start-up"), message)
    }

    /// The failure that answers a provider who has called too often.
    pub(super) fn too_many_requests(&self, seconds: u64) -> Failure<'_> {
        let plural = if seconds == 1 { "" } else { "s" };
        self.failure(429, format!("Too many requests; try again in {seconds} second{plural}."))
            .with_header("retry-after", seconds.to_string())
    }

    pub(super) fn invalid(&self, violations: Vec<Violation>) -> Failure<'_> {
        let message = match violations.len() {
            1 => "The request has 1 violation.".to_owned(),
            count => format!("The request has {count} violations."),
        };
        Failure { violations, ..self.failure(400, message) }
    }

    pub(super) fn rejected(&self, rejection: Rejection) -> Failure<'_> {
        match rejection {
            Rejection::Invalid(violation) => self.invalid(vec![violation]),
            Rejection::Unfit => self.invalid(Vec::new()),
            Rejection::Refused(refusal) => {
                let Refusal { error, message, wording, order_id, legal_events, touched } = refusal;
                match self.contract.error_codes().get(error.as_ref()) {
                    Some(error) => {
                        let message = match wording {
                            Wording::Whole => message,
                            Wording::NeedsMeaning => format!("{message} {}", error.meaning),
                        };
                        let legal_events = legal_events.map(Vec::into_boxed_slice);
                        Failure { order_id, legal_events, touched, ..Failure::new(error, message) }
                    }
                    None => {
                        tracing::error!(%error, "the contract does not declare the error");
                        self.failure(500, format!("The contract does not declare `{error}`."))
                    }
                }
            }
        }
    }

    /// The one place where a failure becomes an answer.
    pub(super) fn refuse(&self, failure: Failure<'_>) -> Answer {
        let body = S::envelope(&failure);
        let Failure { error, violations, touched, headers, .. } = failure;
        let remarks = Remarks {
            touched,
            error_code: Some(error.error_code),
            is_invalid: self.is_for_invalid(error),
            violations,
        };
        let headers = headers.into_iter();
        let headers = headers.map(|(name, value)| (HeaderName::from_static(name), value)).collect();
        Answer { status: error.status, body, headers, remarks }
    }

    /// Whether this error is answered to requests that do not keep to the contract, and not by an
    /// operation or for want of the server.
    fn is_for_invalid(&self, error: &ErrorCode) -> bool {
        let is_fallback = self.contract.fallbacks().values().any(|it| it.error_code == error.name);
        is_fallback && error.status < 500 && error.status != 429
    }

    /// The answer to a request that may not reach the API at all.
    pub(crate) fn forbidden(&self, reason: &str, now: DateTime<Utc>) -> Response<Body> {
        let answer = self.refuse(self.failure(403, reason));
        send(answer, now, Delivery::Whole, Notes::new(Recording::default()))
    }

    /// The answer to a request that would change a page.
    pub(crate) fn read_only(&self, method: &str, now: DateTime<Utc>) -> Response<Body> {
        let message = format!("The path does not take {}.", shortened(method));
        let failure = self.failure(405, message).with_header("allow", "GET, HEAD".to_owned());
        let answer = self.refuse(failure);
        send(answer, now, Delivery::Whole, Notes::new(Recording::default()))
    }

    /// The answer to a request for a world that is not there.
    pub(crate) fn no_world(&self, name: &str, now: DateTime<Utc>) -> Response<Body> {
        let name = shortened(name);
        let message = format!("There is no world `{name}`; make it with POST /_mock/worlds.");
        let answer = self.refuse(self.failure(404, message));
        send(answer, now, Delivery::Whole, Notes::new(Recording::default()))
    }
}
