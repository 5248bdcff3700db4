//! Takes what the server chose out of the first answer that shows it.

use serde_json::{Value, json};

use super::expectation::{differs_nowhere, has_status};
use super::runner::Runner;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::model::{Ids, facts};
use crate::rules::naming::View;

impl Runner<'_> {
    /// Takes the ids of a new qualification, which must be its own, and compares the rest of it.
    pub(super) fn qualified(&mut self, index: usize, exchange: &Exchange) -> Result<(), Failure> {
        has_status(Rule::QualificationAnswered, self.session.judge(), exchange, 200)?;
        let body = exchange.response();
        let text =
            |pointer: &str| body.pointer(pointer).and_then(Value::as_str).unwrap_or("").to_owned();
        let ids = Ids {
            remote_order_id: text("/remoteOrderId"),
            qualification_search_id: text("/qualificationSearchId"),
            remote_qualification_search_id: text("/remoteQualificationSearchId"),
        };
        if self.world.qualifications.iter().any(|known| known.ids.as_ref() == Some(&ids)) {
            let received = "those of an earlier qualification";
            return Err(Failure::of(Rule::IdsAreNew, exchange, "three ids of its own", received));
        }
        let qualification = &mut self.world.qualifications[index];
        qualification.ids = Some(ids);
        let location = qualification.location;
        let day = facts::today(location.id, self.world.now).format("%d-%m-%Y").to_string();
        let devices: Vec<&str> = location.device.into_iter().collect();
        let expected = json!({
            "productSelection": "nbn",
            "dateSubmitted": day,
            "locationId": location.id,
            "serviceClass": location.service_class,
            "productResult": if location.orderable { "Pass" } else { "Fail" },
            "hasReason": !location.orderable,
            "devices": devices,
            "serviceArea": location.area.id(),
        });
        let listed = body["infrastructures"].as_array().cloned().unwrap_or_default();
        let received = json!({
            "productSelection": body["productSelection"],
            "dateSubmitted": body["dateSubmitted"],
            "locationId": body["location"]["id"],
            "serviceClass": body["location"]["serviceClass"],
            "productResult": body["product"]["productResult"],
            "hasReason": body["product"].get("productResultReason").is_some(),
            "devices": listed.iter().map(|device| device["id"].clone()).collect::<Vec<_>>(),
            "serviceArea": body["location"]["locationIdentifiers"]["id"],
        });
        differs_nowhere(View::Whole(Rule::QualificationAnswered), exchange, &expected, &received)
    }

    /// Takes the number of a new order, which must be nobody else's.
    pub(super) fn learn_order(&mut self, order: usize, exchange: &Exchange) -> Result<(), Failure> {
        let id = exchange.response()["orderId"].as_i64();
        if self.world.orders.iter().any(|known| known.id.is_some() && known.id == id) {
            let received = "that of an earlier order";
            return Err(Failure::of(Rule::IdsAreNew, exchange, "a number of its own", received));
        }
        self.world.orders[order].id = id;
        Ok(())
    }

    /// Takes the id of an appointment the first time it is seen.
    pub(super) fn learn_appointment(&mut self, order: usize, exchange: &Exchange) {
        if let Some(appointment) = &mut self.world.orders[order].appointment {
            let id = exchange.response().pointer("/appointment/appointmentId");
            appointment.id = appointment.id.take().or_else(|| id?.as_str().map(str::to_owned));
        }
    }
}
