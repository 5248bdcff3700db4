//! Where the next page of a list starts, as an opaque text.
//!
//! A cursor names the last order shown and everything the list depends on. It is no secret and not
//! signed: whoever forges one reads nothing but their own orders.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::OrderId;

/// What a cursor says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cursor {
    /// User name of the provider it was issued to.
    pub(crate) provider: String,
    /// The filters of the list, as sent.
    pub(crate) filters: String,
    /// How often the world had been reset.
    pub(crate) generation: u64,
    /// The last order of the page before.
    pub(crate) before: OrderId,
}

/// Why a cursor cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CursorError {
    #[error("the cursor is not one of this server's; take it from `nextCursor`")]
    Malformed,
    #[error("the cursor was issued to another provider")]
    AnotherProvider,
    #[error("the cursor was issued for other filters; send those again, or start without a cursor")]
    OtherFilters,
    #[error("the server was reset since the cursor was issued; start without a cursor")]
    Stale,
}

impl Cursor {
    /// The cursor as it is sent.
    pub(crate) fn encode(&self) -> String {
        let json = serde_json::to_vec(self).expect("a struct of texts and numbers");
        URL_SAFE_NO_PAD.encode(json)
    }

    /// Where the page after `text` starts, if `text` was issued for what `expected` says.
    pub(crate) fn resume(text: &str, expected: &Self) -> Result<OrderId, CursorError> {
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError::Malformed)?;
        let cursor: Self = serde_json::from_slice(&json).map_err(|_| CursorError::Malformed)?;
        if cursor.provider != expected.provider {
            return Err(CursorError::AnotherProvider);
        }
        if cursor.generation != expected.generation {
            return Err(CursorError::Stale);
        }
        if cursor.filters != expected.filters {
            return Err(CursorError::OtherFilters);
        }
        Ok(cursor.before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor() -> Cursor {
        let filters = "status=Held".to_owned();
        Cursor { provider: "harbour".to_owned(), filters, generation: 3, before: 1007 }
    }

    #[track_caller]
    fn check(text: &str, expected: Result<OrderId, CursorError>) {
        assert_eq!(Cursor::resume(text, &cursor()), expected);
    }

    #[test]
    fn a_cursor_resumes_only_the_list_it_was_issued_for() {
        check(&cursor().encode(), Ok(1007));
        check(&Cursor { before: 7, ..cursor() }.encode(), Ok(7));
        let foreign = Cursor { provider: "outback".to_owned(), ..cursor() };
        check(&foreign.encode(), Err(CursorError::AnotherProvider));
        let other = Cursor { filters: String::new(), ..cursor() };
        check(&other.encode(), Err(CursorError::OtherFilters));
        let stale = Cursor { generation: 2, ..cursor() };
        check(&stale.encode(), Err(CursorError::Stale));
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in ["", "1007", "!", "e30", &cursor().encode()[1..]] {
            check(text, Err(CursorError::Malformed));
        }
    }
}
