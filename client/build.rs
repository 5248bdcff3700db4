//! Generates the clients of both contracts into `OUT_DIR`.
//!
//! All knowledge is in `octane_openapi::codegen`; this only says which contracts, and where to. A
//! contract that no client can be generated from is a mistake of whoever edits it, so it ends in
//! one line that begins with `file:line`, and not in a panic.
#![expect(clippy::print_stderr, reason = "printing is how a build script talks to people")]

use std::{env, error::Error, fs, path::PathBuf, process::ExitCode};

use octane_openapi::{Contract, codegen};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            let mut source = error.source();
            while let Some(error) = source {
                eprintln!("  because: {error}");
                source = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    // The contracts are part of `octane-openapi`, so that a change of them rebuilds this script.
    // Saying so again keeps cargo from also watching every other file of the package.
    println!("cargo::rerun-if-changed=../openapi/octane-orders.yaml");
    println!("cargo::rerun-if-changed=../openapi/mock-control.yaml");

    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("orders.rs"), codegen::generate(&Contract::orders()?, "octane_client")?)?;
    if env::var_os("CARGO_FEATURE_CONTROL").is_some() {
        let control = codegen::generate(&Contract::mock_control()?, "octane_client::control")?;
        fs::write(out.join("control.rs"), control)?;
    }
    Ok(())
}
