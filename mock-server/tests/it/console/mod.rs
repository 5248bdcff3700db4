//! The console: how its files are served, and what it does in a browser.

mod browser;
mod files;
mod hostile;
mod journey;
mod keyboard;
mod looks;
mod page;
mod trouble;
