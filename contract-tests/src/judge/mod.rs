//! Is this answer one that the contract documents?
//!
//! Every answer is judged as raw bytes, whoever asked for it and why. The checks are free functions
//! in [`checks`]; what happened before an answer plays no part here, that is the model's business.

use octane_openapi::{
    Contract, ErrorCode, Operation, ReadError, Response, ValidationBuildError, Validators,
};

use crate::exchange::Exchange;
use crate::failure::Failure;
use crate::forms::{Forms, Goals};

pub mod checks;
mod declared;
pub mod secrets;
mod words;

/// The prefix of the control plane, which has a contract of its own.
const CONTROL_PREFIX: &str = "/_mock/";

/// Both contracts, ready to judge by.
#[derive(Debug)]
pub struct Judge {
    orders: Book,
    control: Book,
    forms: Forms,
    goals: Goals,
}

/// One contract with its compiled schemas.
#[derive(Debug)]
pub struct Book {
    /// The contract.
    pub contract: Contract,
    /// Its schemas.
    pub validators: Validators,
}

/// Why nothing can be judged.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// A contract cannot be read.
    #[error("read the contract")]
    Read(#[from] ReadError),
    /// A schema cannot be compiled.
    #[error("compile the contract's schemas")]
    Compile(#[from] ValidationBuildError),
}

/// What a check looks at beside the exchange.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The contract that the path belongs to.
    pub book: &'a Book,
    /// The operation, if the contract has one under this method and path.
    pub operation: Option<&'a Operation>,
    /// What the contract documents of the answer's status: of the operation, else of the fallbacks.
    pub response: Option<&'a Response>,
}

impl Book {
    fn new(contract: Contract) -> Result<Self, JudgeError> {
        let validators = Validators::new(&contract)?;
        Ok(Self { contract, validators })
    }

    /// The operation under a method and path.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        self.contract
            .operations()
            .iter()
            .find(|operation| operation.method.as_str() == method && fits(&operation.path, path))
    }

    /// The path of the contract that a path is an instance of.
    pub fn template(&self, path: &str) -> Option<&str> {
        let found = self.contract.operations().iter().find(|it| fits(&it.path, path));
        found.map(|operation| operation.path.as_str())
    }

    /// The methods that a path takes.
    pub fn methods(&self, path: &str) -> impl Iterator<Item = &'static str> {
        let operations = self.contract.operations().iter();
        operations.filter(move |it| fits(&it.path, path)).map(|it| it.method.as_str())
    }

    /// The error code of this number.
    pub fn error_code(&self, number: i64) -> Option<&ErrorCode> {
        self.contract.error_codes().values().find(|code| code.error_code == number)
    }
}

impl Judge {
    /// Judges by the built-in contracts.
    ///
    /// # Errors
    /// If they cannot be read, which their lint rules out.
    pub fn new() -> Result<Self, JudgeError> {
        let contract = Contract::orders()?;
        Ok(Self {
            forms: Forms::of(&contract),
            goals: Goals::of(&contract),
            orders: Book::new(contract)?,
            control: Book::new(Contract::mock_control()?)?,
        })
    }

    /// The contract of the order endpoints.
    pub fn orders(&self) -> &Book {
        &self.orders
    }

    /// What valid requests of the order endpoints may say.
    pub fn forms(&self) -> &Forms {
        &self.forms
    }

    /// What of that is to be sent.
    pub fn goals(&self) -> &Goals {
        &self.goals
    }

    /// The contract of the control plane.
    pub fn control(&self) -> &Book {
        &self.control
    }

    /// The contract that a path belongs to.
    pub fn book(&self, path: &str) -> &Book {
        if is_control_path(path) { &self.control } else { &self.orders }
    }

    /// Everything that is wrong with an answer, whatever came before it.
    pub fn judge(&self, exchange: &Exchange) -> Vec<Failure> {
        let context = self.context(exchange);
        checks::ALL.iter().filter_map(|check| check(&context, exchange).err()).collect()
    }

    /// The schema, as a JSON pointer, that does not declare what is at this place of an answer's body;
    /// nothing if it is declared.
    pub fn undeclared(&self, exchange: &Exchange, place: &str) -> Option<String> {
        let context = self.context(exchange);
        let schema = context.response?.schema.as_deref()?;
        declared::undeclared(context.book.contract.document(), schema, place)
    }

    fn context(&self, exchange: &Exchange) -> Context<'_> {
        let book = self.book(exchange.bare_path());
        let operation = exchange.operation.as_deref().and_then(|id| book.contract.operation(id));
        let fallback = || book.contract.fallbacks().get(&exchange.status).map(|it| &it.response);
        let response = match operation {
            Some(operation) => operation.responses.get(&exchange.status),
            None => fallback(),
        };
        Context { book, operation, response }
    }
}

/// Whether a path is of the control plane.
pub(crate) fn is_control_path(path: &str) -> bool {
    path.starts_with(CONTROL_PREFIX)
}

/// Whether a path is an instance of a template such as `/v1/order/nbn/{orderId}`.
fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut got) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), got.next()) {
            (None, None) => return true,
            (Some(wanted), Some(got))
                if wanted == got || (wanted.starts_with('{') && !got.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_template_fits_paths_of_its_shape() {
        assert!(fits("/v1/order/nbn/{orderId}", "/v1/order/nbn/1001"));
        assert!(!fits("/v1/order/nbn/{orderId}", "/v1/order/nbn/"));
        assert!(!fits("/v1/order/nbn/{orderId}", "/v1/order/nbn/1001/cancel"));
        assert!(!fits("/v1/order/nbn", "/v1/order/nbx"));
    }
}
