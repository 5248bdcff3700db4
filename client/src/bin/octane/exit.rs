//! What a command came to, as a number for scripts. The help of `octane` documents each.

use octane_client::Error;

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Done = 0,
    Local = 1,
    Usage = 2,
    Refused = 3,
    NotFound = 4,
    Credentials = 5,
    Invalid = 6,
    Unavailable = 7,
    Undecodable = 8,
    StillPending = 9,
}

impl Exit {
    /// The exit code of a failed call.
    pub(crate) fn of(error: &Error) -> Self {
        let status = error.status().map(|status| status.as_u16());
        match (error, status) {
            (Error::InvalidRequest { .. }, _) | (_, Some(400 | 406 | 413 | 415)) => Self::Invalid,
            (_, Some(401)) => Self::Credentials,
            // A path that does not exist is a wrong base URL, which is no answer of this API.
            (_, Some(404)) if error.error_code().is_some() => Self::NotFound,
            _ if error.refusal().is_some() => Self::Refused,
            _ if error.is_transient() => Self::Unavailable,
            _ => Self::Undecodable,
        }
    }

    /// The word for it in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Local => "local",
            Self::Usage => "usage",
            Self::Refused => "refused",
            Self::NotFound => "notFound",
            Self::Credentials => "credentials",
            Self::Invalid => "invalid",
            Self::Unavailable => "unavailable",
            Self::Undecodable => "undecodable",
            Self::StillPending => "stillPending",
        }
    }
}
