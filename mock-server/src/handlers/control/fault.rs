//! Tag `Fault`: what goes wrong, and when.

use octane_client::control::types;
use serde::Deserialize;

use super::fault_rule::{fault, rule, status_code};
use super::{SUCCESS, Steered};
use crate::domain::Refusal;
use crate::http::{Answer, Call, Rejection, documented, success};

pub(super) fn list_faults(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    Ok(faults(steered))
}

pub(super) fn add_fault(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let request: types::FaultRequest = call.body();
    check_operations(steered, &request)?;
    check_provider(steered, &request)?;
    check_response(steered, &request)?;
    let rule = rule(request).map_err(|contradiction| {
        Refusal::named(types::ErrorCode::FaultContradictory.name(), contradiction)
    })?;
    let in_force = steered.world.add_fault(rule)?;
    let envelope = types::FaultEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: fault(&in_force),
    };
    Ok(success(201, &envelope))
}

pub(super) fn clear_faults(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    steered.world.clear_faults();
    Ok(faults(steered))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FaultParameters {
    fault_id: u64,
}

pub(super) fn remove_fault(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let FaultParameters { fault_id } = call.parameters();
    steered.world.remove_fault(fault_id)?;
    Ok(faults(steered))
}

fn faults(steered: &Steered) -> Answer {
    let envelope = types::FaultsEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Faults { faults: steered.world.faults().iter().map(fault).collect() },
    };
    success(200, &envelope)
}

fn check_operations(steered: &Steered, request: &types::FaultRequest) -> Result<(), Refusal> {
    let contract = &steered.about.contract;
    match request.operations.iter().find(|it| contract.operation(it).is_none()) {
        None => Ok(()),
        Some(unknown) => Err(Refusal::named(
            types::ErrorCode::OperationNotFound.name(),
            format!("The contract has no operation `{unknown}`."),
        )),
    }
}

fn check_provider(steered: &Steered, request: &types::FaultRequest) -> Result<(), Refusal> {
    match &request.provider {
        Some(provider) if steered.world.test_data().provider(provider).is_none() => {
            Err(Refusal::named(
                types::ErrorCode::ProviderNotFound.name(),
                format!("The test data has no provider `{provider}`."),
            ))
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether every operation of the rule documents the response that is to be answered.
fn check_response(steered: &Steered, request: &types::FaultRequest) -> Result<(), Refusal> {
    let (types::FaultEffect::Response, Some(status)) = (request.effect, request.status) else {
        return Ok(());
    };
    let contract = &steered.about.contract;
    let concerned = contract.operations().iter().filter(|operation| {
        request.operations.is_empty() || request.operations.contains(&operation.id)
    });
    for operation in concerned {
        let (status, example) = (status_code(status), request.example.as_deref());
        documented(contract, operation, status, example, None).map_err(|undocumented| {
            Refusal::named(types::ErrorCode::ResponseNotDocumented.name(), undocumented.to_string())
        })?;
    }
    Ok(())
}
