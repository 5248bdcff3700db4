//! Holds the list of orders against the orders that are followed.

use chrono::TimeDelta;
use octane_client::types;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::{AGAIN, Follower};
use crate::caller::Provider;
use crate::difference::difference;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::forms::{Form, Request};
use crate::machine::calls::{Trouble, checked};
use crate::machine::expectation::{differs_nowhere, has_status};
use crate::model::adopt::moment;
use crate::model::facts;
use crate::model::order::StatusChange;
use crate::rules::naming::View;
use crate::step::Said;

/// How many pages of a list are followed: other orders may be there as well.
const PAGES_MAX: usize = 5;

impl Follower<'_> {
    /// Every order of this run is in the provider's list, newest first, and each line says what the
    /// order said at some moment since it was last looked at.
    ///
    /// # Errors
    /// With the first promise that is not kept, once the target had time to become consistent.
    pub async fn list(&mut self) -> Result<(), Trouble> {
        let began = Instant::now();
        loop {
            match self.list_once().await {
                Err(Trouble::Broken(_)) if began.elapsed() < self.window => sleep(AGAIN).await,
                listed => return listed,
            }
        }
    }

    async fn list_once(&mut self) -> Result<(), Trouble> {
        let known: Vec<usize> =
            self.runner.world.orders.iter().map(|order| order.history.len()).collect();
        let (lines, exchange) = self.lines().await?;
        let created = |line: &Value| line.get("createdAt").and_then(moment);
        if !lines.is_sorted_by(|a, b| created(a) >= created(b)) {
            let received = "another order";
            return Err(Failure::of(Rule::ListComplete, &exchange, "newest first", received).into());
        }
        for (order, known) in known.into_iter().enumerate() {
            // The order may move between the two reads, so it is read last and tells both.
            self.read(order).await?;
            let number = self.number(order);
            let Some(line) = lines.iter().find(|line| line["orderId"] == number) else {
                let expected = format!("order {number} among the provider's orders");
                return Err(Failure::of(Rule::ListComplete, &exchange, expected, "none").into());
            };
            let moments = self.lines_since(order, known);
            if moments.iter().all(|then| difference(then, line).is_some()) {
                let now = moments.last().cloned().unwrap_or_default();
                let view = View::Whole(Rule::ListAgreesWithOrder);
                differs_nowhere(view, &exchange, &now, line)?;
            }
        }
        Ok(())
    }

    /// The list is narrowed in every way that the contract has, and each line is one that was asked for.
    /// Which orders there are beside those of this run, nobody here knows.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn narrowed(&mut self) -> Result<(), Trouble> {
        let session = self.runner.session;
        let request = Request { operation: "listNbnOrders", variant: None };
        let turns = session.judge().forms().get(request).map_or(0, Form::len);
        let tomorrow = (self.runner.world.now + TimeDelta::days(1)).fixed_offset();
        let customer = facts::customer(Provider::A, 0);
        for turn in 0..turns {
            let details = self.next_details(request, true);
            let said = |name: &str| details.get(name).map(Said::text);
            let mut call = session.client(Provider::A).list_nbn_orders();
            if let Some(status) = said("status") {
                call = call.status(types::OrderStatus::from(status.as_str()));
            }
            if let Some(order_type) = said("orderType") {
                call = call.order_type(types::OrderType::from(order_type.as_str()));
            }
            if let Some(limit) = said("limit").and_then(|it| it.parse::<i32>().ok()) {
                call = call.limit(limit);
            }
            if turn % 2 == 1 {
                call = call.cust_no(customer).created_to(tomorrow);
            }
            let exchange = checked(session, call.send().await)?;
            has_status(Rule::ListComplete, session.judge(), &exchange, 200)?;
            let fits = |line: &Value| {
                ["status", "orderType"]
                    .iter()
                    .all(|name| said(name).is_none_or(|wanted| line[*name] == wanted))
                    && (turn % 2 == 0 || line["custNo"] == customer)
            };
            if let Some(line) = orders(&exchange).iter().find(|line| !fits(line)) {
                let expected = "orders that the filters leave";
                let received = line.to_string();
                return Err(Failure::of(Rule::ListComplete, &exchange, expected, received).into());
            }
        }
        let page = || session.client(Provider::A).list_nbn_orders().limit(1);
        let first = checked(session, page().send().await)?;
        has_status(Rule::ListPaged, session.judge(), &first, 200)?;
        if let Some(next) = first.response().get("nextCursor").and_then(Value::as_str) {
            let second = checked(session, page().cursor(next).send().await)?;
            has_status(Rule::ListPaged, session.judge(), &second, 200)?;
            if orders(&second) == orders(&first) {
                let (expected, received) = ("the orders behind the first page", "the first page");
                return Err(Failure::of(Rule::ListPaged, &second, expected, received).into());
            }
        }
        session.log().take_exchanges();
        Ok(())
    }

    /// The lines of the first pages of the list, since the first order of this run.
    async fn lines(&self) -> Result<(Vec<Value>, Exchange), Trouble> {
        let client = self.runner.session.client(Provider::A);
        let first = self.runner.world.orders.first();
        let first = first.map_or(self.runner.world.now, |order| order.created_at);
        let (mut lines, mut cursor) = (Vec::new(), None::<String>);
        for _ in 0..PAGES_MAX {
            let mut call = client.list_nbn_orders().limit(100).created_from(first.fixed_offset());
            if let Some(cursor) = cursor.take() {
                call = call.cursor(cursor);
            }
            let exchange = checked(self.runner.session, call.send().await)?;
            has_status(Rule::ListComplete, self.judge(), &exchange, 200)?;
            let page = exchange.response();
            lines.extend(orders(&exchange));
            match page.get("nextCursor").and_then(Value::as_str) {
                Some(next) => cursor = Some(next.to_owned()),
                None => return Ok((lines, exchange)),
            }
        }
        let exchange = self.runner.session.log().last().expect("a page was asked for");
        Ok((lines, exchange))
    }

    /// The lines that an order had in a list since its history was so long.
    fn lines_since(&self, order: usize, known: usize) -> Vec<Value> {
        let order = &self.runner.world.orders[order];
        let since = order.history.iter().skip(known.saturating_sub(1));
        let line = |change: &StatusChange| {
            let mut then = order.clone();
            (then.status, then.updated_at) = (change.status, change.at);
            then.summary()
        };
        since.map(line).collect()
    }
}

fn orders(exchange: &Exchange) -> Vec<Value> {
    exchange.response()["orders"].as_array().cloned().unwrap_or_default()
}
