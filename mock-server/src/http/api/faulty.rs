//! A call, carried out as the fault rule it meets says.

use axum::body::Body;
use axum::http::request::Parts;
use octane_openapi::Operation;

use super::{Api, Surface};
use crate::faults::{Effect, FaultMet, Stage};
use crate::http::answer::Answer;
use crate::http::delivery::Delivery;
use crate::http::documented;
use crate::http::notes::Notes;

impl<S: Surface> Api<S> {
    /// The answer to a call, if there is one, and how it is to travel.
    pub(super) async fn carry_out(
        &self,
        context: &S::Context,
        (provider, operation, parts, body): (String, &Operation, Parts, Body),
        fault: Option<&FaultMet>,
        notes: &mut Notes<'_>,
    ) -> (Option<Answer>, Delivery) {
        let Some(fault) = fault else {
            let answer = self.call(context, provider, operation, parts, body, notes).await;
            return (Some(answer.unwrap_or_else(|it| self.refuse(it))), Delivery::Whole);
        };
        let (effect, delivery) = (&fault.rule.effect, Delivery::of(&fault.rule.effect));
        let waits = !fault.latency.is_zero();
        if effect.stage() == Stage::BeforeHandling {
            if waits {
                tokio::time::sleep(fault.latency).await;
            }
            if delivery != Delivery::Whole {
                return (None, delivery);
            }
            if let Some(answer) = self.in_place(effect, operation) {
                return (Some(answer), delivery);
            }
        }
        let answer = self.call(context, provider, operation, parts, body, notes).await;
        let mut answer = answer.unwrap_or_else(|it| self.refuse(it));
        if effect.stage() == Stage::AfterHandling {
            notes.handled(&answer);
            if waits {
                tokio::time::sleep(fault.latency).await;
            }
            if let Some(mut other) = self.in_place(effect, operation) {
                other.remarks.touched = answer.remarks.touched;
                answer = other;
            }
        }
        (Some(answer), delivery)
    }

    /// What an effect answers in place of the operation, if it answers anything.
    fn in_place(&self, effect: &Effect, operation: &Operation) -> Option<Answer> {
        match effect {
            Effect::Response { status, example, retry_after_seconds, .. } => {
                let example = example.as_deref();
                let (status, retry_after) = (*status, *retry_after_seconds);
                let contract = self.contract();
                let answer =
                    documented::documented(contract, operation, status, example, retry_after);
                Some(answer.unwrap_or_else(|undocumented| {
                    self.refuse(self.failure(500, undocumented.to_string()))
                }))
            }
            Effect::TooManyRequests { retry_after_seconds, .. } => {
                Some(self.refuse(self.too_many_requests(u64::from(*retry_after_seconds))))
            }
            Effect::Latency(_)
            | Effect::Reset(_)
            | Effect::Hang(_)
            | Effect::Truncate { .. }
            | Effect::SlowBody { .. } => None,
        }
    }
}
