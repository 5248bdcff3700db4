//! Every negative case, as data.

use super::body::breaches;
use super::{Case, Fixture, Refusal, credentials, identity, parameter, precedence, protocol};
use crate::caller::{Accounts, Caller, Provider};
use crate::exchange::RawRequest;
use crate::judge::Judge;

/// Every case that the contract gives rise to.
pub fn all(judge: &Judge, accounts: &Accounts, fixture: &Fixture) -> Vec<Case> {
    let contract = &judge.orders().contract;
    let mut cases = Vec::new();
    let mut protocol_done = Vec::new();
    for call in fixture.valid_calls() {
        let Some(body) = contract.operation(call.operation).and_then(|it| it.request_body.as_ref())
        else {
            continue;
        };
        let (schema, tag) = match &body.discriminator {
            None => (body.schema.as_str(), None),
            Some(discriminator) => {
                let tag = call.body[discriminator.property.as_str()].as_str().unwrap_or_default();
                let variant = discriminator.mapping.get(tag);
                (variant.unwrap_or(&body.schema).as_str(), Some(discriminator.property.as_str()))
            }
        };
        for broken in breaches(contract.document(), schema, &call.body, tag) {
            let about =
                format!("{}: `{}` broken at `{}`", call.operation, broken.keyword, broken.pointer);
            let request = RawRequest::new("POST", call.path.clone(), Caller::Provider(Provider::A));
            cases.push(Case {
                about,
                request: request.json(&broken.value),
                refusal: Refusal::invalid("body", broken.pointer, broken.keyword),
            });
        }
        if !protocol_done.contains(&call.operation) {
            protocol_done.push(call.operation);
            cases.extend(protocol::cases(&call));
        }
    }
    for read in fixture.valid_reads() {
        if let Some(operation) = contract.operation(read.operation) {
            cases.extend(parameter::cases(judge, operation, &read.path, &read.query));
        }
    }
    cases.extend(parameter::cursor_cases(&fixture.cursors));
    cases.extend(credentials::cases(accounts, &fixture.valid_requests()));
    cases.extend(identity::cases(&fixture.valid_calls(), &fixture.valid_reads()));
    let withdrawal = fixture.valid_calls().into_iter().find(|it| it.operation == "cancelNbnOrder");
    cases.extend(withdrawal.iter().flat_map(precedence::cases));
    cases
}
