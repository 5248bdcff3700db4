//! Puts away what a verification made: withdraws orders, drops worlds.
//!
//! An order is asked what it is and withdrawn if it says that it can be. What cannot be withdrawn is
//! told, with the reason, and left as it is: nothing here works around the contract.

use std::collections::BTreeMap;
use std::fmt;

use octane_client::{Error, control, types};
use serde_json::Value;

use crate::caller::Provider;
use crate::ledger::{Entry, Ledger, LedgerError};
use crate::machine::calls::typed;
use crate::session::{Session, Unreachable};

/// What became of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is withdrawn.
    Withdrawn,
    /// It was closed already, as this state.
    Closed(String),
    /// nbn has not decided about the withdrawal yet.
    Pending,
    /// It could not be withdrawn.
    Left(String),
}

/// What cleaning up came to.
#[derive(Debug, Default)]
pub struct Cleaned {
    /// Every order by its number.
    pub orders: BTreeMap<i64, Fate>,
    /// The worlds that were dropped.
    pub worlds: Vec<String>,
}

/// Why it could not be cleaned up.
#[derive(Debug, thiserror::Error)]
pub enum CleanupError {
    /// The target does not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Cleaned {
    /// Whether nothing is left that somebody has to look after.
    pub fn is_clean(&self) -> bool {
        self.orders.values().all(|fate| matches!(fate, Fate::Withdrawn | Fate::Closed(_)))
    }
}

/// Puts away everything that a ledger says was made, and notes that in the ledger.
///
/// # Errors
/// If the target stops answering, or the ledger cannot be written.
pub async fn cleanup(session: &Session, ledger: &Ledger) -> Result<Cleaned, CleanupError> {
    let mut cleaned = Cleaned::default();
    let entries = ledger.entries();
    for world in worlds(&entries) {
        let dropped = session.control().drop_world().world(world.as_str()).send().await;
        if let Err(Error::Transport { source, .. }) = dropped.map_err(control::Error::from) {
            return Err(Unreachable(source).into());
        }
        ledger.add(Entry::Dropped { name: world.clone() })?;
        cleaned.worlds.push(world);
    }
    for (provider, order) in orders(session, &entries).await? {
        let fate = put_away(session, provider, order).await?;
        if matches!(fate, Fate::Withdrawn | Fate::Closed(_)) {
            ledger.add(Entry::PutAway { order_id: order })?;
        }
        cleaned.orders.insert(order, fate);
    }
    Ok(cleaned)
}

/// The worlds that were made and not dropped.
fn worlds(entries: &[Entry]) -> Vec<String> {
    let dropped = |name: &str| {
        entries.iter().any(|entry| matches!(entry, Entry::Dropped { name: it } if it == name))
    };
    let made = entries.iter().filter_map(|entry| match entry {
        Entry::World { name } if !dropped(name) => Some(name.clone()),
        _ => None,
    });
    made.collect()
}

/// The orders that were made and not put away. Of those that were about to be made, and whose number
/// nobody wrote down, the provider's list knows whether they were.
async fn orders(session: &Session, entries: &[Entry]) -> Result<Vec<(Provider, i64)>, Unreachable> {
    let mut announced: BTreeMap<&str, Provider> = BTreeMap::new();
    let mut made: BTreeMap<i64, Provider> = BTreeMap::new();
    for entry in entries {
        match entry {
            Entry::Creating { provider, remote_order_id } => {
                announced.insert(remote_order_id, *provider);
            }
            Entry::Created { provider, remote_order_id, order_id } => {
                announced.remove(remote_order_id.as_str());
                made.insert(*order_id, *provider);
            }
            Entry::PutAway { order_id } => {
                made.remove(order_id);
            }
            Entry::Begun { .. } | Entry::World { .. } | Entry::Dropped { .. } => {}
        }
    }
    for provider in Provider::ALL {
        if announced.values().any(|it| *it == provider) {
            for (remote, order) in listed(session, provider).await? {
                if announced.get(remote.as_str()) == Some(&provider) {
                    made.insert(order, provider);
                }
            }
        }
    }
    Ok(made.into_iter().map(|(order, provider)| (provider, order)).collect())
}

/// Every order of a provider: the id that ordered it, and its number.
async fn listed(session: &Session, provider: Provider) -> Result<Vec<(String, i64)>, Unreachable> {
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut call = session.client(provider).list_nbn_orders().limit(100);
        if let Some(cursor) = cursor.take() {
            call = call.cursor(cursor);
        }
        if let Err(Error::Transport { source, .. }) = call.send().await.map_err(Error::from) {
            return Err(Unreachable(source));
        }
        let Some(exchange) = session.log().last() else { return Ok(found) };
        let page = exchange.response();
        for order in page["orders"].as_array().into_iter().flatten() {
            if let (Some(remote), Some(id)) =
                (order["remoteOrderId"].as_str(), order["orderId"].as_i64())
            {
                found.push((remote.to_owned(), id));
            }
        }
        match page.get("nextCursor").and_then(Value::as_str) {
            Some(next) => cursor = Some(next.to_owned()),
            None => return Ok(found),
        }
    }
}

/// Withdraws an order if it says that it can be.
///
/// # Errors
/// If the target stops answering.
async fn put_away(session: &Session, provider: Provider, order: i64) -> Result<Fate, Unreachable> {
    let client = session.client(provider);
    let detail = match client.get_nbn_order().order_id(order).send().await.map_err(Error::from) {
        Ok(detail) => detail.into_inner().response,
        Err(Error::Transport { source, .. }) => return Err(Unreachable(source)),
        Err(other) => return Ok(Fate::Left(other.to_string())),
    };
    let status = detail.status.to_string();
    if status == "PendingWithdrawal" {
        return Ok(Fate::Pending);
    }
    if !detail.is_withdrawable {
        let closed = ["Completed", "Rejected", "Withdrawn", "Cancelled"].contains(&status.as_str());
        return Ok(match (status.as_str(), closed) {
            ("Withdrawn", _) => Fate::Withdrawn,
            (_, true) => Fate::Closed(status),
            (_, false) => Fate::Left(format!("it is {status} and cannot be withdrawn")),
        });
    }
    let body: types::WithdrawRequest = typed(serde_json::json!({
        "reason": "Other",
        "comment": "Made by a verification of the contract, which is over.",
    }));
    let withdrawn = client.cancel_nbn_order().order_id(order).body(body).send().await;
    match withdrawn.map_err(Error::from) {
        Ok(answer) => Ok(match answer.into_inner().response.status.to_string().as_str() {
            "Withdrawn" => Fate::Withdrawn,
            _ => Fate::Pending,
        }),
        Err(Error::Transport { source, .. }) => Err(Unreachable(source)),
        Err(other) => Ok(Fate::Left(other.to_string())),
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fate::Withdrawn => f.write_str("withdrawn"),
            Fate::Closed(state) => write!(f, "closed: it is {state}"),
            Fate::Pending => f.write_str("asked to be withdrawn; nbn has not decided yet"),
            Fate::Left(why) => write!(f, "left: {why}"),
        }
    }
}

impl fmt::Display for Cleaned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for world in &self.worlds {
            writeln!(f, "world {world}: dropped")?;
        }
        for (order, fate) in &self.orders {
            writeln!(f, "order {order}: {fate}")?;
        }
        match (self.worlds.is_empty() && self.orders.is_empty(), self.is_clean()) {
            (true, _) => writeln!(f, "Nothing was left."),
            (false, true) => writeln!(f, "Nothing is left."),
            (false, false) => writeln!(f, "Somebody has to look after the orders that are left."),
        }
    }
}
