//! Why an answer could not be read, without quoting it.
//!
//! serde's own message quotes the value it stumbled over, which may be a customer's name, and an
//! error's source is printed wherever the error is. So only what comes from this crate's types is
//! kept of it: the place, what was expected there, and the name of a missing field.

use std::fmt;

/// An answer that is not what the contract says it is.
///
/// # Example
///
/// ```
/// # use octane_client::{Client, Error, Retries};
/// # use std::error::Error as _;
/// # let answer = |_: reqwest::Request| async {
/// #     let answer = http::Response::builder().status(404).body(r#"{"success": "Jo Citizen"}"#);
/// #     Ok(answer.expect("the parts are valid").into())
/// # };
/// # let client = Client::builder("http://in-process").transport(answer).build().unwrap();
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # let error = runtime.block_on(client.get_nbn_order().order_id(1).send());
/// # let error = error.map_err(Error::from).unwrap_err();
/// // The service answered `{"success": "Jo Citizen"}`.
/// let source = error.source().expect("it says where decoding stopped");
/// assert_eq!(source.to_string(), "expected a boolean, at line 1, column 24");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    line: usize,
    column: usize,
    cut_short: bool,
    problem: String,
}

impl DecodeError {
    /// The line of the answer, counted from 1; 0 if the problem is no single place.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The byte of the line, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// Whether the answer ended too early.
    pub fn is_cut_short(&self) -> bool {
        self.cut_short
    }
}

impl DecodeError {
    /// An answer that can be decoded, and contradicts what it answers.
    pub(crate) fn contradiction(problem: &str) -> Self {
        Self { line: 0, column: 0, cut_short: false, problem: problem.to_owned() }
    }
}

impl From<serde_json::Error> for DecodeError {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        // "invalid type: string "Jo", expected …", "missing field `…`", and " at line 1 column 2".
        let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(problem, _)| problem);
        let problem = if error.is_eof() {
            "the answer ends too early".to_owned()
        } else if error.is_syntax() {
            "the answer is not JSON".to_owned()
        } else if text.starts_with("missing field `") {
            text.to_owned()
        } else if let Some((_, expected)) = text.rsplit_once(", expected ") {
            format!("expected {expected}")
        } else {
            "a value is not allowed".to_owned()
        };
        Self { line: error.line(), column: error.column(), cut_short: error.is_eof(), problem }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)?;
        match (self.line, self.column) {
            (0, _) => Ok(()),
            (line, column) => write!(f, ", at line {line}, column {column}"),
        }
    }
}

impl std::error::Error for DecodeError {}
