//! Withdraws an order, and waits a minute for nbn's decision where there is one to make.
//!
//! ```text
//! cargo run --example withdraw -- 1001
//! ```
//!
//! The service and the credentials come from `OCTANE_BASE_URL` (the local mock without it),
//! `OCTANE_USERNAME` and `OCTANE_PASSWORD`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to people")]

use std::{env, process::ExitCode, time::Duration};

use anyhow::Context as _;
use octane_client::{Client, Credentials, WithdrawOutcome, types::WithdrawalReason};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(outcome) if outcome.is_withdrawn() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(3),
        Err(error) => {
            eprintln!("failed to {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<WithdrawOutcome> {
    let order_id: i64 = env::args()
        .nth(1)
        .context("find an order id; call it as `withdraw <order id>`")?
        .parse()
        .context("read the order id; it is a whole number")?;
    let base_url =
        env::var("OCTANE_BASE_URL").unwrap_or_else(|_| "http://127.0.0.1:4010".to_owned());
    let credentials = Credentials::from_env().context("find the credentials")?;
    let client =
        Client::builder(base_url).credentials(credentials).build().context("build the client")?;

    // Looks at the order, asks for the withdrawal, and waits. Run it again after any failure: an
    // order that is withdrawn, or about to be, is not asked about twice.
    let outcome = client
        .withdraw(order_id, WithdrawalReason::CustomerChangedMind)
        .timeout(Duration::from_secs(60))
        .send()
        .await
        .with_context(|| format!("withdraw order {order_id}"))?;

    match &outcome {
        WithdrawOutcome::Withdrawn { .. } => println!("order {order_id} is withdrawn"),
        WithdrawOutcome::WithdrawnWithCharge { charges, .. } => {
            println!("order {order_id} is withdrawn, and charged for:");
            for charge in charges {
                println!("  {} {:.2} AUD", charge.type_, charge.charge_amount.0);
            }
        }
        WithdrawOutcome::Refused { why, order } => {
            println!("order {order_id} is {}: {why}", order.status);
        }
        WithdrawOutcome::StillPending { .. } => {
            println!("nbn has not decided yet; run this again to go on waiting");
        }
        other => println!("order {order_id} is {}", other.order().status),
    }
    Ok(outcome)
}
