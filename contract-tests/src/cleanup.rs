//! Puts away what a verification made: withdraws orders, drops worlds.
//!
//! An order is asked what it is and withdrawn if it says that it can be. What cannot be withdrawn is
//! told, with the reason, and left as it is: nothing here works around the contract.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use octane_client::{Error, types};
use serde_json::Value;

use crate::budget::Budget;
use crate::caller::Provider;
use crate::ledger::{Entry, Ledger, LedgerError, Left, Outstanding};
use crate::machine::calls::typed;
use crate::own_world::{WorldError, dropped};
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
    /// The worlds that were not, and why.
    pub worlds_left: Vec<(String, String)>,
    /// How many were not asked about, since no more requests may be sent.
    pub unasked: usize,
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
        let away = |fate: &Fate| matches!(fate, Fate::Withdrawn | Fate::Closed(_));
        self.orders.values().all(away) && self.worlds_left.is_empty() && self.unasked == 0
    }

    /// What became of everything, a line each.
    pub fn lines(&self) -> Vec<String> {
        let dropped = self.worlds.iter().map(|world| format!("world {world}: dropped"));
        let kept =
            self.worlds_left.iter().map(|(world, why)| format!("world {world}: left: {why}"));
        let orders = self.orders.iter().map(|(order, fate)| format!("order {order}: {fate}"));
        dropped.chain(kept).chain(orders).collect()
    }

    /// Whether somebody has to look after something.
    pub fn left(&self) -> Left {
        if self.is_clean() { Left::Nothing } else { Left::Something }
    }
}

/// Puts away everything that a ledger says was made, and notes that in the ledger. More requests than
/// the budget has are not sent.
///
/// # Errors
/// If the target stops answering, or the ledger cannot be written.
pub async fn cleanup(
    session: &Session,
    ledger: &Ledger,
    budget: &Budget,
) -> Result<Cleaned, CleanupError> {
    /// What one order takes: it is read, and withdrawn.
    const OF_AN_ORDER: u64 = 2;
    let mut cleaned = Cleaned::default();
    let Outstanding { worlds, mut orders, announced } = ledger.outstanding();
    for world in worlds {
        if !budget.has(session, 1) {
            cleaned.unasked += 1;
            continue;
        }
        match dropped(session, &world).await {
            Ok(()) => {
                ledger.add(Entry::Dropped { name: world.clone() })?;
                cleaned.worlds.push(world);
            }
            Err(WorldError::Unreachable(problem)) => return Err(problem.into()),
            Err(other) => cleaned.worlds_left.push((world, other.to_string())),
        }
    }
    orders.extend(found(session, &announced, budget, &mut cleaned).await?);
    for (order, provider) in orders {
        if !budget.has(session, OF_AN_ORDER) {
            cleaned.unasked += 1;
            continue;
        }
        let fate = put_away(session, provider, order).await?;
        if matches!(fate, Fate::Withdrawn | Fate::Closed(_)) {
            ledger.add(Entry::PutAway { order_id: order })?;
        }
        cleaned.orders.insert(order, fate);
    }
    Ok(cleaned)
}

/// The numbers of orders that nobody wrote down: the providers' lists have those that were made.
async fn found(
    session: &Session,
    announced: &BTreeSet<(Provider, String)>,
    budget: &Budget,
    cleaned: &mut Cleaned,
) -> Result<BTreeMap<i64, Provider>, Unreachable> {
    let mut found = BTreeMap::new();
    for provider in Provider::ALL {
        if !announced.iter().any(|(whose, _)| *whose == provider) {
            continue;
        }
        let (listed, whole) = listed(session, provider, budget).await?;
        cleaned.unasked += usize::from(!whole);
        let ours = |remote: String| announced.contains(&(provider, remote));
        let numbers = listed.into_iter().filter_map(|(it, order)| ours(it).then_some(order));
        found.extend(numbers.map(|order| (order, provider)));
    }
    Ok(found)
}

/// Every order of a provider: the id that ordered it, and its number. And whether that is all of them.
async fn listed(
    session: &Session,
    provider: Provider,
    budget: &Budget,
) -> Result<(Vec<(String, i64)>, bool), Unreachable> {
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        if !budget.has(session, 1) {
            return Ok((found, false));
        }
        let mut call = session.client(provider).list_nbn_orders().limit(100);
        if let Some(cursor) = cursor.take() {
            call = call.cursor(cursor);
        }
        match call.send().await.map_err(Error::from) {
            Ok(_) => {}
            Err(Error::Transport { source, .. }) => return Err(Unreachable(source)),
            // Who is not told the list does not know what is on it.
            Err(_) => return Ok((found, false)),
        }
        let Some(exchange) = session.log().last() else { return Ok((found, false)) };
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
            None => return Ok((found, true)),
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
        for line in self.lines() {
            writeln!(f, "{line}")?;
        }
        if self.unasked > 0 {
            let unasked = self.unasked;
            writeln!(f, "{unasked} more could not be asked about; run this once more")?;
        }
        match (self.lines().is_empty(), self.is_clean()) {
            (true, true) => writeln!(f, "Nothing was left."),
            (false, true) => writeln!(f, "Nothing is left."),
            (_, false) => writeln!(f, "Somebody has to look after what is left."),
        }
    }
}
