//! Tag `Journal`: what the tests have touched.

use octane_client::control::types;

use super::inspection::trigger_kind;
use super::journal::number;
use super::{SUCCESS, Steered};
use crate::coverage::{CellCoverage, OperationCoverage};
use crate::http::{Answer, Call, Rejection, success};

pub(super) fn get_coverage(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    let coverage = steered.world.journal().coverage();
    let envelope = types::CoverageEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Coverage {
            operations: coverage.operations().into_iter().map(operation).collect(),
            lifecycle: coverage.cells().iter().map(cell).collect(),
        },
    };
    Ok(success(200, &envelope))
}

fn operation(of: OperationCoverage<'_>) -> types::OperationCoverage {
    let status =
        |(status, count)| types::StatusCoverage { status: i64::from(status), count: number(count) };
    types::OperationCoverage {
        operation: of.operation.to_owned(),
        statuses: of.statuses.into_iter().map(status).collect(),
    }
}

fn cell(of: &CellCoverage<'_>) -> types::CellCoverage {
    types::CellCoverage {
        state: of.state.to_owned(),
        trigger: of.trigger.to_owned(),
        kind: trigger_kind(of.kind),
        is_legal: of.is_legal,
        count: number(of.count),
    }
}
