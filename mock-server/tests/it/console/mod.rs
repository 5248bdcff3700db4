//! The console: how its files are served, and what it does in a browser.

mod browser;
mod faults;
mod files;
mod hostile;
mod journey;
mod keyboard;
mod looks;
mod page;
mod trouble;

/// Tells whether the others were skipped: the one test of them whose output is always shown, see
/// `.config/nextest.toml`.
#[test]
fn there_is_a_browser_to_look_with() {
    drop(browser::Browser::start());
}
