//! Servers with one bug each, by which the verifier itself is tested.
//!
//! A bug is put where it costs the server least: into the contract or the test data that the mock is
//! given while the verifier keeps the true ones; else into a proxy in front of a correct
//! mock; else into the mock, behind its feature `defects`. They are what goes wrong with servers of
//! this kind, and are not to be written with the verifier's rules in view, nor rules with these in
//! view: a suite that is tuned to its own list finds half of what is not on it.

use std::fmt;
use std::sync::Arc;

use octane_mock_server::defects::Defect as Seam;
use octane_mock_server::{Config, MockServer, TestData};
use octane_openapi::Contract;

use crate::target::Target;

mod asked;
mod authentication;
mod concurrency;
mod headers;
mod history;
mod identity;
mod lifecycle;
mod lists;
mod money;
mod odd;
mod proxy;
mod repetition;
mod requests;
mod responses;
mod run;
mod serve;
mod text;
mod time;
mod values;
mod views;

pub use serve::serve;

pub use run::{Caught, Depth, Examined, Matrix, Row, examine};

/// A server with a bug.
pub struct Defect {
    /// Its name, which does not change.
    pub name: &'static str,
    /// What kind of bug it is.
    pub class: Class,
    /// What goes wrong, in a sentence.
    pub about: &'static str,
    kind: Kind,
}

enum Kind {
    /// Texts of the contract, and what the server has there instead.
    Contract(&'static [(&'static str, &'static str)]),
    /// The same of the test data.
    TestData(&'static [(&'static str, &'static str)]),
    /// Something in front of the server.
    Proxy(fn() -> proxy::Spoil),
    /// Something in front of a server with a bug, which keeps some of it from showing.
    Narrowed(Seam, fn() -> proxy::Spoil),
    /// A bug of the server.
    Seam(Seam),
}

/// A kind of bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Class {
    UndocumentedStatus,
    ResponseBody,
    ContentType,
    RequestValidation,
    Authentication,
    SequentialState,
    Concurrency,
    Idempotency,
    OddInput,
    Headers,
    Time,
    PartialEffects,
    StaleViews,
    WrongCharges,
    WrongHistory,
    TimeZones,
    Paging,
    Filters,
    CaseAndUnicode,
    LostUpdates,
    DoubleBooking,
    Leaks,
}

/// Every defect, class by class.
pub fn all() -> Vec<Defect> {
    [
        responses::all(),
        requests::all(),
        values::all(),
        authentication::all(),
        headers::all(),
        odd::all(),
        lifecycle::all(),
        views::all(),
        history::all(),
        money::all(),
        time::all(),
        lists::all(),
        text::all(),
        repetition::all(),
        identity::all(),
        concurrency::all(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const CONTRACT: &str = include_str!("../../../openapi/octane-orders.yaml");
const TEST_DATA: &str = include_str!("../../../mock-server/test-data.yaml");

/// A correct server in this process.
///
/// # Panics
/// If the mock's own contract cannot be served, which its tests rule out.
pub fn correct() -> Target {
    Target::router(mock(Config::default()).router())
}

fn mock(config: Config) -> MockServer {
    MockServer::new(config).unwrap_or_else(|error| panic!("a defect leaves a server: {error}"))
}

impl Defect {
    /// The server that has it, in this process.
    ///
    /// # Panics
    /// If it does not fit the contract or test data any more: then it is to be written anew.
    pub fn target(&self) -> Target {
        match &self.kind {
            Kind::Contract(edits) => {
                let text = edited(self.name, CONTRACT, edits);
                let contract = Contract::parse("altered.yaml", &text)
                    .unwrap_or_else(|error| panic!("`{}` leaves a contract: {error}", self.name));
                // What nbn does by itself follows the lifecycle, and is not asked for here.
                let by_itself = TEST_DATA.lines().filter(|line| !line.starts_with("    scenario:"));
                let test_data = by_itself.collect::<Vec<_>>().join("\n");
                Target::router(mock(config(Some(contract), &test_data)).router())
            }
            Kind::TestData(edits) => {
                let text = edited(self.name, TEST_DATA, edits);
                Target::router(mock(config(None, &text)).router())
            }
            Kind::Proxy(spoil) => behind(correct(), spoil()),
            Kind::Narrowed(seam, spoil) => behind(with(*seam), spoil()),
            Kind::Seam(seam) => with(*seam),
        }
    }
}

fn with(seam: Seam) -> Target {
    Target::router(mock(Config::default()).with_defect(seam).router())
}

fn behind(server: Target, spoil: proxy::Spoil) -> Target {
    server.behind(|transport| Arc::new(proxy::Proxy::new(transport, spoil)))
}

fn config(contract: Option<Contract>, test_data: &str) -> Config {
    let test_data = TestData::parse("altered test data", test_data)
        .unwrap_or_else(|error| panic!("a defect leaves test data: {error}"));
    Config { contract, test_data, ..Config::default() }
}

fn edited(name: &str, text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (found, put)| {
        assert!(text.contains(found), "`{name}` alters `{found}`, which is not there any more");
        text.replace(found, put)
    })
}

const fn contract(
    class: Class,
    name: &'static str,
    about: &'static str,
    edits: &'static [(&'static str, &'static str)],
) -> Defect {
    Defect { name, class, about, kind: Kind::Contract(edits) }
}

const fn test_data(
    class: Class,
    name: &'static str,
    about: &'static str,
    edits: &'static [(&'static str, &'static str)],
) -> Defect {
    Defect { name, class, about, kind: Kind::TestData(edits) }
}

const fn proxied(
    class: Class,
    name: &'static str,
    about: &'static str,
    spoil: fn() -> proxy::Spoil,
) -> Defect {
    Defect { name, class, about, kind: Kind::Proxy(spoil) }
}

const fn narrowed(
    class: Class,
    name: &'static str,
    about: &'static str,
    seam: Seam,
    spoil: fn() -> proxy::Spoil,
) -> Defect {
    Defect { name, class, about, kind: Kind::Narrowed(seam, spoil) }
}

const fn seam(class: Class, name: &'static str, about: &'static str, seam: Seam) -> Defect {
    Defect { name, class, about, kind: Kind::Seam(seam) }
}

impl Class {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Class::UndocumentedStatus => "undocumented status",
            Class::ResponseBody => "response body",
            Class::ContentType => "content type",
            Class::RequestValidation => "request validation",
            Class::Authentication => "authentication",
            Class::SequentialState => "sequential state",
            Class::Concurrency => "concurrency",
            Class::Idempotency => "idempotency",
            Class::OddInput => "500 on odd input",
            Class::Headers => "headers",
            Class::Time => "time",
            Class::PartialEffects => "partial effects",
            Class::StaleViews => "stale views",
            Class::WrongCharges => "wrong charges",
            Class::WrongHistory => "wrong history",
            Class::TimeZones => "time zones and daylight saving",
            Class::Paging => "paging",
            Class::Filters => "filters",
            Class::CaseAndUnicode => "case and Unicode",
            Class::LostUpdates => "lost updates",
            Class::DoubleBooking => "double booking",
            Class::Leaks => "leaks across providers",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Defect").field("name", &self.name).finish_non_exhaustive()
    }
}
