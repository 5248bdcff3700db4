//! The business errors of a contract, as tables.

use super::markdown::{Page, Table, code, link, mark};
use crate::{Contract, ErrorCode};

/// Heading of the answers that no operation has to itself.
pub(super) const ANY_REQUEST: &str = "Any request";

/// Adds the section with every error code, if there are any.
pub(super) fn section(page: &mut Page, contract: &Contract) {
    if contract.error_codes().is_empty() {
        return;
    }
    page.heading(2, "Error codes");
    let mut table =
        Table::new(["errorCode", "name", "status", "meaning", "what to do", "given by"]);
    for code in contract.error_codes().values() {
        let [number, _, status, meaning, action] = cells(code);
        let name = format!("{}{}", mark(&code.name), self::code(&code.name));
        table.row([number, name, status, meaning, action, givers(contract, &code.name)]);
    }
    page.block(&table.render());
}

/// The refusals of one operation, in order of precedence. Names the contract does not explain, which
/// the lint reports, are left out.
pub(super) fn refusals(contract: &Contract, names: &[String]) -> String {
    let mut table = Table::new(["errorCode", "name", "status", "meaning", "what to do"]);
    for code in names.iter().filter_map(|name| contract.error_codes().get(name)) {
        table.row(cells(code));
    }
    table.render()
}

fn cells(code: &ErrorCode) -> [String; 5] {
    [
        code.error_code.to_string(),
        link(&code.name),
        code.status.to_string(),
        code.meaning.clone(),
        code.action.clone(),
    ]
}

/// Links to whatever may answer with the error code `name`.
fn givers(contract: &Contract, name: &str) -> String {
    let operations = contract.operations().iter();
    let mut givers: Vec<String> = operations
        .filter(|operation| operation.refusals.iter().any(|refusal| refusal == name))
        .map(|operation| link(&operation.id))
        .collect();
    if contract.fallbacks().values().any(|fallback| fallback.error_code == name) {
        givers.push(link(ANY_REQUEST));
    }
    givers.join(", ")
}
