//! Holds answers against the contract before they leave.

use octane_openapi::{Operation, Violation};

use super::{Api, Surface};
use crate::http::answer::Answer;
use crate::journal::Remarks;

/// Whether answers are held against the contract before they leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResponseCheck {
    /// An answer that breaks the contract becomes a 500 and an error in the log.
    #[default]
    On,
    /// Answers leave as they are.
    Off,
}

impl<S: Surface> Api<S> {
    /// The answer, or a 500 if it breaks the contract.
    pub(super) fn held_against_contract(
        &self,
        operation: Option<&Operation>,
        answer: Answer,
    ) -> Answer {
        let Answer { status, body, .. } = &answer;
        let of_operation =
            operation.and_then(|it| self.validators.response(&it.id, *status, body).ok());
        let operation_id = operation.map(|it| it.id.as_str()).unwrap_or("none");
        let broken = match of_operation {
            Some(violations) => violations,
            None => match self.validators.fallback(*status, body) {
                Ok(violations) => violations,
                Err(undocumented) => {
                    tracing::error!(operation_id, %undocumented, "the answer breaks the contract");
                    return self.broken(answer.remarks);
                }
            },
        };
        let Some(first) = broken.first() else { return answer };
        let Violation { pointer, keyword, message, rule, .. } = first;
        let count = broken.len();
        tracing::error!(
            operation_id,
            status,
            pointer,
            keyword,
            message,
            rule,
            count,
            "the answer breaks the contract"
        );
        self.broken(answer.remarks)
    }

    /// The answer in the place of one that breaks the contract and was about what `remarks` say.
    fn broken(&self, remarks: Remarks) -> Answer {
        let message = "The server's own answer breaks the contract; see its log.";
        let mut answer = self.refuse(self.failure(500, message));
        answer.remarks = Remarks { error_code: answer.remarks.error_code, ..remarks };
        answer
    }
}
