//! Who is told how far a verification has come.

use std::io::{IsTerminal as _, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Hears what is being done. Several workers tell one, each of its own share.
pub trait Progress: Sync {
    /// Somebody begins another part.
    fn part(&self, name: &'static str);
    /// So many more things are to be done, before any of them is.
    fn expect(&self, more: u64);
    /// So many of them are done.
    fn done(&self, more: u64);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy)]
pub struct Quiet;

impl Progress for Quiet {
    fn part(&self, _: &'static str) {}
    fn expect(&self, _: u64) {}
    fn done(&self, _: u64) {}
}

/// A bar on standard error, if that is a terminal. It is gone when the verification ends.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar; an invisible one where standard error is no terminal.
    pub fn on_terminal() -> Self {
        if !stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(0);
        let template = "{spinner} {msg:<14} {wide_bar} {pos}/{len} {elapsed}";
        bar.set_style(ProgressStyle::with_template(template).expect("the template is one"));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }
}

impl Progress for Bar {
    fn part(&self, name: &'static str) {
        // The length is everybody's: another worker is in another part.
        self.0.set_message(name);
    }

    fn expect(&self, more: u64) {
        self.0.inc_length(more);
    }

    fn done(&self, more: u64) {
        self.0.inc(more);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
