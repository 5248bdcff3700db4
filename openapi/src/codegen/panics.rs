//! Turns a panic of a library into a sentence.
//!
//! progenitor meets what it cannot do with `todo!`, `unwrap` and `assert!`. Its panic must neither
//! end a build without naming the contract nor print a backtrace beside our own message, so the
//! panic hook is silenced, for the thread that is in here and for no other: a hook belongs to the
//! whole process, and tests run side by side.

use std::{any::Any, cell::Cell, panic, sync::Once};

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// The result of `work`, or what it said when it panicked.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                loud(info);
            }
        }));
    });

    let before = QUIET.replace(true);
    // Nothing that `work` has half changed is looked at again: callers pass owned state in.
    let outcome = panic::catch_unwind(panic::AssertUnwindSafe(work));
    QUIET.set(before);
    outcome.map_err(|payload| message(payload.as_ref()))
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given");
    // `{:#?}` of a whole schema is no help to a reader; the first line names the assumption.
    format!("progenitor panicked: {}", text.lines().next().unwrap_or_default())
}
