//! How closely the service is looked at while a sequence runs.
//!
//! Most faults do not show in the answer of the call that does the damage, so after every write there
//! is more to look at than was asked. Looking at everything every time is what finds most in the
//! fewest steps, and what costs most requests; damage that stays is also seen at the end.

use serde::{Deserialize, Serialize};

/// What is looked at after a write. At its end every sequence is looked at whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Looks {
    /// Every order in detail, every list, the timeslots, and the order touched as the other provider.
    Everything,
    /// The order touched unless the answer showed it whole, and one of the other views in turn.
    InTurn,
    /// Nothing until the end.
    AtEnd,
}
