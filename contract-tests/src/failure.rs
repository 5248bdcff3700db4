//! A broken promise: which, where, what was expected and what came.
//!
//! Every check names the promise it keeps by a [`Rule`], so that shrinking can hold on to the failure
//! it began with, and reports can be grouped.

use std::fmt;

use crate::exchange::Exchange;

/// A promise of the contract, or of this crate's model of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Every status is documented for its operation.
    StatusDocumented,
    /// Every answer says it is JSON, and is.
    ContentIsJson,
    /// The headers that the contract requires are there.
    RequiredHeaders,
    /// Every body is what its schema says.
    BodyMatchesSchema,
    /// `success` and `errorCode` agree with the status.
    EnvelopeConsistent,
    /// An error code is one that the operation may answer, with its own status.
    ErrorCodeDeclared,
    /// The typed client reads every answer.
    ClientDecodes,
    /// The typed client keeps everything it reads.
    ClientKeepsEverything,
    /// The state of an order decides what a call or an event does.
    Lifecycle,
    /// An answer is the one the model expects.
    AnswerAsModelled,
    /// The detail of every order is what the model says.
    DetailAsModelled,
    /// The list of orders is what the model says.
    ListAsModelled,
    /// The free timeslots are what the model says.
    TimeslotsAsModelled,
    /// Another provider's order does not exist.
    OthersSeeNothing,
    /// An invalid request is refused, with every violation.
    BadInputRefused,
    /// A refused request changes nothing.
    RefusalChangesNothing,
    /// Calls made at once are answered as if one came after the other.
    Linearizable,
}

impl Rule {
    /// A short name that does not change.
    pub fn id(self) -> &'static str {
        match self {
            Rule::StatusDocumented => "status-documented",
            Rule::ContentIsJson => "content-is-json",
            Rule::RequiredHeaders => "required-headers",
            Rule::BodyMatchesSchema => "body-matches-schema",
            Rule::EnvelopeConsistent => "envelope-consistent",
            Rule::ErrorCodeDeclared => "error-code-declared",
            Rule::ClientDecodes => "client-decodes",
            Rule::ClientKeepsEverything => "client-keeps-everything",
            Rule::Lifecycle => "lifecycle",
            Rule::AnswerAsModelled => "answer-as-modelled",
            Rule::DetailAsModelled => "detail-as-modelled",
            Rule::ListAsModelled => "list-as-modelled",
            Rule::TimeslotsAsModelled => "timeslots-as-modelled",
            Rule::OthersSeeNothing => "others-see-nothing",
            Rule::BadInputRefused => "bad-input-refused",
            Rule::RefusalChangesNothing => "refusal-changes-nothing",
            Rule::Linearizable => "linearizable",
        }
    }

    /// What is promised, in a sentence.
    pub fn promise(self) -> &'static str {
        match self {
            Rule::StatusDocumented => "Every status is documented for its operation.",
            Rule::ContentIsJson => "Every answer says it is application/json, and is.",
            Rule::RequiredHeaders => "The headers that the contract requires are there.",
            Rule::BodyMatchesSchema => "Every body is what its schema says.",
            Rule::EnvelopeConsistent => "`success` and `errorCode` agree with the status.",
            Rule::ErrorCodeDeclared => {
                "An error code is one that the operation may answer, with its own status."
            }
            Rule::ClientDecodes => "The typed client reads every answer.",
            Rule::ClientKeepsEverything => "The typed client keeps everything it reads.",
            Rule::Lifecycle => "The state of an order decides what a call or an event does.",
            Rule::AnswerAsModelled => "An answer follows from what happened before.",
            Rule::DetailAsModelled => "The detail of an order follows from what happened before.",
            Rule::ListAsModelled => "The list of orders follows from what happened before.",
            Rule::TimeslotsAsModelled => "The free timeslots follow from what happened before.",
            Rule::OthersSeeNothing => "Another provider's order does not exist.",
            Rule::BadInputRefused => "An invalid request is refused, with every violation.",
            Rule::RefusalChangesNothing => "A refused request changes nothing.",
            Rule::Linearizable => {
                "Calls made at once are answered as if one came after the other."
            },
        }
    }
}

/// A promise that was not kept.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The promise.
    pub rule: Rule,
    /// The operation, or what else was asked.
    pub subject: String,
    /// What the contract or the model says.
    pub expected: String,
    /// What came instead.
    pub received: String,
    /// The request and answer that show it.
    pub exchange: Option<Box<Exchange>>,
}

/// What two failures have in common if one is a smaller case of the other.
pub type FailureClass = (Rule, String);

impl Failure {
    /// A failure that this exchange shows.
    pub fn of(
        rule: Rule,
        exchange: &Exchange,
        expected: impl Into<String>,
        received: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            subject: exchange.subject(),
            expected: expected.into(),
            received: received.into(),
            exchange: Some(Box::new(exchange.clone())),
        }
    }

    /// The failure's class.
    pub fn class(&self) -> FailureClass {
        (self.rule, self.subject.clone())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} [{}]", self.rule.promise(), self.rule.id())?;
        writeln!(f, "  operation: {}", self.subject)?;
        writeln!(f, "  expected:  {}", self.expected)?;
        write!(f, "  received:  {}", self.received)?;
        if let Some(exchange) = &self.exchange {
            write!(f, "\n  exchange:  {exchange}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
