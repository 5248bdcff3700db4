//! Makes the qualifications and orders that are followed.

use chrono::TimeDelta;
use serde_json::json;

use super::Follower;
use crate::caller::Provider;
use crate::failure::Rule;
use crate::machine::calls::Trouble;
use crate::machine::expectation::{has_status, is_refused};
use crate::model::adopt::moment;
use crate::model::{Expected, World};
use crate::oracle::Possible;
use crate::rules::naming::of_refusal;
use crate::step::{Details, Place, Step, Twist};

impl Follower<'_> {
    /// Qualifies a location, and gives the id to order it with.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn qualify(&mut self, place: Place) -> Result<String, Trouble> {
        let step = Step::Qualify { provider: Provider::A, place, details: Details::default() };
        let (exchange, _) = self.write(&step).await?;
        let index = self.runner.world.qualifications.len() - 1;
        let now = self.runner.world.now;
        self.runner.world.qualifications[index].at = now;
        // The `Date` is written after the day was: at midnight they may be of two days.
        let before = self.runner.world.clone();
        if self.runner.qualified(index, &exchange).is_err() {
            self.runner.world = World { now: now - TimeDelta::hours(1), ..before };
            self.runner.qualified(index, &exchange)?;
            self.runner.world.now = now;
        }
        let ids = self.runner.world.qualifications[index].ids.clone();
        Ok(ids.map(|ids| ids.remote_order_id).unwrap_or_default())
    }

    /// Orders with the last qualification, and gives the order's index.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn create(&mut self) -> Result<usize, Trouble> {
        let qualification = self.runner.world.qualifications.len() - 1;
        let (exchange, expected) = self.write(&activation(qualification)).await?;
        let Expected::Created(order) = expected else {
            unreachable!("a qualification that was just made can be ordered with");
        };
        has_status(Rule::AnswerFollows, self.judge(), &exchange, 201)?;
        self.runner.learn_order(order, &exchange)?;
        let created = exchange.response().get("createdAt").and_then(moment);
        let created = created.unwrap_or(self.runner.world.now);
        let new = &mut self.runner.world.orders[order];
        (new.created_at, new.updated_at, new.history[0].at) = (created, created, created);
        self.possible.push(Possible::exactly(new.abstracted()));
        self.catch_up(order, &exchange, None)?;
        Ok(order)
    }

    /// Orders once more with the qualification of an order, which must be refused and name it.
    ///
    /// # Errors
    /// With the first promise that is not kept.
    pub async fn create_again(&mut self, order: usize) -> Result<(), Trouble> {
        let qualification = self.runner.world.orders[order].qualification.unwrap_or_default();
        let (exchange, _) = self.write(&activation(qualification)).await?;
        let details =
            serde_json::Map::from_iter([("orderId".to_owned(), json!(self.number(order)))]);
        let name = "DuplicateRemoteOrder";
        Ok(is_refused(of_refusal(name), self.judge(), &exchange, name, details)?)
    }
}

/// The plain order with a qualification.
fn activation(qualification: usize) -> Step {
    let (twist, details) = (Twist::None, Details::default());
    Step::Activate { provider: Provider::A, qualification, customer: 0, twist, details }
}
