//! One fault rule: which calls, which of those, and what becomes of them.

use std::ops::RangeInclusive;

use chrono::TimeDelta;

/// Which calls go wrong, and how.
///
/// # Example
///
/// The third withdrawal that `harbour` asks for is answered 503:
///
/// ```
/// use octane_mock_server::{Effect, FaultRule, Pick, Stage};
///
/// let rule = FaultRule {
///     operations: vec!["cancelNbnOrder".to_owned()],
///     provider: Some("harbour".to_owned()),
///     pick: Pick::Nth(3),
///     ..FaultRule::new(Effect::Response {
///         stage: Stage::BeforeHandling,
///         status: 503,
///         example: None,
///         retry_after_seconds: Some(5),
///     })
/// };
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRule {
    /// The operationIds of the calls; of all operations if there is none.
    pub operations: Vec<String>,
    /// User name of the provider who calls; any without one.
    pub provider: Option<String>,
    /// Which of those calls.
    pub pick: Pick,
    /// How often the rule applies before it expires; for ever without one.
    pub times: Option<u64>,
    /// How long the rule lasts by the world's clock; for ever without one.
    pub lasts: Option<TimeDelta>,
    /// How many milliseconds of real time to wait at the effect's stage, before anything else.
    pub latency_ms: RangeInclusive<u32>,
    /// What becomes of the calls.
    pub effect: Effect,
}

/// Which of the calls a rule is for it applies to. They are counted from 1, since it was added.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pick {
    /// All.
    Each,
    /// Only this one.
    Nth(u64),
    /// Every so many: the first time when so many were made.
    Every(u64),
    /// Each with this probability, from 0 to 1.
    Probability(f64),
}

/// Whether an operation is carried out before things go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is not.
    BeforeHandling,
    /// It is; what goes wrong is the way back.
    AfterHandling,
}

/// What becomes of a call. What spoils an answer can only come after handling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// It is late by the rule's latency, and nothing else.
    Latency(Stage),
    /// A response that the contract documents is answered.
    Response {
        /// Whether the operation is carried out first.
        stage: Stage,
        /// The HTTP status.
        status: u16,
        /// Name of the response's example; the first without one.
        example: Option<String>,
        /// What the `Retry-After` header says, if the answer is to have one.
        retry_after_seconds: Option<u32>,
    },
    /// It is answered as if the provider had called too often.
    TooManyRequests {
        /// Whether the operation is carried out first.
        stage: Stage,
        /// What the `Retry-After` header says.
        retry_after_seconds: u32,
    },
    /// The connection is reset.
    Reset(Stage),
    /// No answer comes.
    Hang(Stage),
    /// The connection ends in the middle of the answer's body.
    Truncate {
        /// After how many bytes; after half of them without a number.
        bytes: Option<usize>,
    },
    /// The answer's body comes slowly.
    SlowBody {
        /// How many bytes a second, at least 1.
        bytes_per_second: u32,
    },
}

impl FaultRule {
    /// A rule for all calls and for ever, without latency.
    pub fn new(effect: Effect) -> Self {
        Self {
            operations: Vec::new(),
            provider: None,
            pick: Pick::Each,
            times: None,
            lasts: None,
            latency_ms: 0..=0,
            effect,
        }
    }

    /// Whether the rule is for a call of `operation` by `provider`.
    pub(super) fn is_for(&self, operation: &str, provider: &str) -> bool {
        (self.operations.is_empty() || self.operations.iter().any(|it| it == operation))
            && self.provider.as_ref().is_none_or(|it| it == provider)
    }
}

impl Effect {
    /// What the contract of the control plane calls it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Latency(_) => "Latency",
            Self::Response { .. } => "Response",
            Self::TooManyRequests { .. } => "TooManyRequests",
            Self::Reset(_) => "Reset",
            Self::Hang(_) => "Hang",
            Self::Truncate { .. } => "Truncate",
            Self::SlowBody { .. } => "SlowBody",
        }
    }

    /// Whether the operation is carried out first.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Latency(stage) | Self::Reset(stage) | Self::Hang(stage) => *stage,
            Self::Response { stage, .. } | Self::TooManyRequests { stage, .. } => *stage,
            Self::Truncate { .. } | Self::SlowBody { .. } => Stage::AfterHandling,
        }
    }
}
