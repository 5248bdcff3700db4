//! Withdraws an order, if it still can be withdrawn.
//!
//! ```text
//! cargo run -p octane-client --example withdraw -- 1001
//! ```
//!
//! The service and the credentials come from `OCTANE_BASE_URL` (the local mock without it),
//! `OCTANE_USERNAME` and `OCTANE_PASSWORD`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to people")]

use std::{env, process::ExitCode};

use anyhow::{Context as _, bail};
use octane_client::{Client, Credentials, Error, types};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("failed to {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let order_id: i64 = env::args()
        .nth(1)
        .context("find an order id; call it as `withdraw <order id>`")?
        .parse()
        .context("read the order id; it is a whole number")?;
    let base_url =
        env::var("OCTANE_BASE_URL").unwrap_or_else(|_| "http://127.0.0.1:4010".to_owned());
    let username = env::var("OCTANE_USERNAME")
        .context("read `OCTANE_USERNAME`; set it to the provider's user name")?;
    let password = env::var("OCTANE_PASSWORD")
        .context("read `OCTANE_PASSWORD`; set it to the provider's password")?;

    let client = Client::builder(base_url)
        .credentials(Credentials::new(username, password))
        .build()
        .context("build the client")?;
    withdraw(&client, order_id).await
}

async fn withdraw(client: &Client, order_id: i64) -> anyhow::Result<()> {
    // 1. Look first: the order says whether a withdrawal would be accepted now.
    let order = client
        .get_nbn_order()
        .order_id(order_id)
        .send()
        .await
        .map_err(Error::from)
        .with_context(|| format!("look at order {order_id}"))?
        .into_inner()
        .response;
    if !order.is_withdrawable {
        bail!("withdraw order {order_id}: it is {}", order.status);
    }
    println!("order {order_id} is {}; withdrawing it", order.status);

    // 2. Withdraw. The order may have moved on since step 1, so the answer decides.
    let request = types::WithdrawRequest {
        reason: types::WithdrawalReason::CustomerChangedMind,
        comment: None,
    };
    let answer = client.cancel_nbn_order().order_id(order_id).body(request).send().await;
    match answer.map_err(Error::from) {
        Ok(answer) if answer.status().as_u16() == 202 => {
            println!("202: nbn will decide; until then the order is {}", answer.response.status);
        }
        Ok(answer) => {
            println!("{}: the order is {}", answer.status().as_u16(), answer.response.status);
            for charge in &answer.response.charges {
                println!("charged: {} {:.2}", charge.type_, charge.charge_amount.0);
            }
        }
        Err(error) => {
            let Some(code) = error.error_code() else {
                return Err(error).with_context(|| format!("withdraw order {order_id}"));
            };
            // 3. Refused. The contract knows what each code means and what to do about it.
            println!("refused: {}", error.message().unwrap_or_default());
            println!("what to do: {}", code.action().unwrap_or("Update octane-client."));
            bail!("withdraw order {order_id}: {code}");
        }
    }
    Ok(())
}
