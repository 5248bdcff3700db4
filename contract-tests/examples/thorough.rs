//! How fast the profile `thorough` is without sockets.
//!
//! ```sh
//! cargo run --release -p octane-contract-tests --example thorough -- 200
//! ```

#![expect(clippy::print_stdout, reason = "an example speaks to its user")]

use octane_contract_tests::Target;
use octane_contract_tests::profile::{Effort, Profile};
use octane_contract_tests::report::Strictness;
use octane_contract_tests::report::terminal::Terminal;
use octane_contract_tests::verify::verified_here;
use octane_mock_server::{Config, MockServer};

/// That of `octane-contract`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cases = std::env::args().nth(1).map_or(Ok(200), |text| text.parse())?;
    let target = Target::router(MockServer::new(Config::default())?.router());
    let effort = Effort { cases, ..Profile::Thorough.effort(1) };
    let report = verified_here(&target, &effort)?;
    println!("{}", Terminal { report: &report, strictness: Strictness::Ci, replays: None });
    Ok(())
}
