//! What the client generator panics on, generates wrongly or silently drops.
//!
//! progenitor says it with a panic that names no line, with Rust that does not compile, or not at
//! all; here it is said in sentences. The rules were measured with the version this workspace uses;
//! a rule that a newer one makes needless can go.

use super::{Context, Findings};

mod bodies;
mod enums;
mod names;
mod parameters;
mod schemas;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    bodies::check(context, findings);
    parameters::check(context, findings);
    names::check(context, findings);
    schemas::check(context, findings);
    enums::check(context, findings);
}
