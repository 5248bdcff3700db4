//! Qualifying a location, and the three ways to make an order.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::facts::{self, FOREIGN_DEVICE, location};
use super::order::{Asked, Order, StatusChange};
use super::{Expected, Ids, Qualification, World};
use crate::caller::Provider;
use crate::step::{By, Change, Details, Place, Twist, Wrong};
use crate::truth_table::{State, Visit};

/// An id that no server hands out.
const NO_ID: &str = "00000000-0000-4000-8000-000000000000";

/// When the customer would like a change done, unless details say otherwise.
const REQUESTED: &str = "2026-03-09T09:00:00+11:00";

impl World {
    /// The body that qualifies a location.
    pub fn qualification(location: &str, details: &Details) -> Value {
        let mut body = json!({ "productSelection": "nbn", "locationId": location });
        details.fill(&mut body);
        body
    }

    pub(super) fn qualify(&mut self, provider: Provider, place: Place) -> Expected {
        let Some(location) = location(place) else {
            return Expected::Refused("LocationNotFound", None);
        };
        self.qualifications.push(Qualification { provider, location, at: self.now, ids: None });
        Expected::Qualified(self.qualifications.len() - 1)
    }

    /// The body that orders a service, or nothing if there is no such qualification to name.
    pub fn activation(
        &self,
        provider: Provider,
        qualification: usize,
        customer: usize,
        twist: Twist,
        details: &Details,
    ) -> Value {
        let known = self.qualifications.get(qualification);
        let location = known.map_or(facts::location(Place::Visit), |known| Some(known.location));
        let location = location.expect("the location that needs a visit is known");
        let ids = known.and_then(|known| known.ids.clone()).unwrap_or_else(|| Ids {
            remote_order_id: NO_ID.to_owned(),
            qualification_search_id: NO_ID.to_owned(),
            remote_qualification_search_id: NO_ID.to_owned(),
        });
        let owner = if twist.is(Wrong::Customer) { provider.other() } else { provider };
        let customer = facts::customer(owner, customer);
        let mut body = json!({
            "orderType": "New",
            "subOrderType": "New",
            "serviceClass": location.service_class,
            "remoteQualificationSearchId": ids.remote_qualification_search_id,
            "qualificationSearchId": ids.qualification_search_id,
            "remoteOrderId": ids.remote_order_id,
            "service": { "custNo": customer, "csn": "nbn-tc4" },
        });
        details.fill(&mut body);
        if twist == Twist::Device {
            if let Some(device) = location.device {
                body["infrastructureOption"] = json!({ "infrastructureId": device });
            }
            body["custReqDate"] = json!(REQUESTED);
        }
        if twist.is(Wrong::Device) {
            let known = match twist {
                Twist::Both(..) => facts::device_elsewhere(&location),
                _ => FOREIGN_DEVICE,
            };
            body["infrastructureOption"] = json!({ "infrastructureId": known });
        }
        for (wrong, name) in [
            (Wrong::NbnId, "remoteQualificationSearchId"),
            (Wrong::Qualification, "qualificationSearchId"),
            (Wrong::OrderId, "remoteOrderId"),
        ] {
            if twist.is(wrong) {
                body[name] = json!(NO_ID);
            }
        }
        if twist.is(Wrong::Class) {
            // An orderable class that none of the test locations has.
            body["serviceClass"] = json!("13");
        }
        if twist.is(Wrong::PaddedClass) {
            body["serviceClass"] = json!(format!("0{}", location.service_class));
        }
        body
    }

    pub(super) fn activate(
        &mut self,
        provider: Provider,
        index: usize,
        customer: usize,
        twist: Twist,
        details: &Details,
    ) -> Expected {
        let refused = |name| Expected::Refused(name, None);
        let request = self.activation(provider, index, customer, twist, details);
        let known = self.qualifications.get(index);
        let Some(made) = known.filter(|made| made.provider == provider) else {
            return refused("QualificationNotFound");
        };
        let existing = self.orders.iter().position(|order| order.qualification == Some(index));
        if existing.is_some() && !twist.is(Wrong::OrderId) {
            return Expected::Refused("DuplicateRemoteOrder", existing);
        }
        let location = made.location;
        let expired = self.now - made.at > TimeDelta::days(30);
        let mixed = twist.is(Wrong::NbnId) || twist.is(Wrong::OrderId);
        let other_class = twist.is(Wrong::Class) || twist.is(Wrong::PaddedClass);
        let judged = [
            (twist.is(Wrong::Qualification), "QualificationNotFound"),
            (mixed, "QualificationMismatch"),
            (expired, "QualificationExpired"),
            (!location.orderable, "ServiceClassNotOrderable"),
            (other_class, "ServiceClassMismatch"),
            (twist.is(Wrong::Device), "InfrastructureMismatch"),
            (twist.is(Wrong::Customer), "CustomerNotFound"),
        ];
        if let Some((_, name)) = judged.into_iter().find(|(wrong, _)| *wrong) {
            return refused(name);
        }
        let asked = Asked {
            request,
            location: location.id,
            service_class: location.service_class,
            customer: facts::customer(provider, customer),
        };
        self.submit(provider, asked, location.visit, Some(index))
    }

    /// The body that changes or ends a service.
    pub fn change(
        &self,
        provider: Provider,
        customer: usize,
        change: Change,
        details: &Details,
    ) -> Value {
        let sub_order_type = match change {
            Change::Modify => "PlanChange",
            Change::Disconnect => "Disconnect",
        };
        let mut body = json!({
            "orderType": change.order_type(),
            "subOrderType": sub_order_type,
            "service": { "custNo": facts::customer(provider, customer), "csn": "nbn-tc4" },
            "custReqDate": REQUESTED,
        });
        details.fill(&mut body);
        body
    }

    pub(super) fn change_service(
        &mut self,
        provider: Provider,
        customer: usize,
        change: Change,
        details: &Details,
    ) -> Expected {
        let number = facts::customer(provider, customer);
        let request = self.change(provider, customer, change, details);
        self.change_as_asked(provider, number, request)
    }

    fn change_as_asked(&mut self, provider: Provider, number: i64, request: Value) -> Expected {
        let Some(service) = self.active_service(provider, number) else {
            return Expected::Refused("NoActiveService", None);
        };
        let open = self.orders.iter().position(|order| {
            order.provider == provider
                && order.asked.customer == number
                && !order.is_activation()
                && !order.is_closed()
        });
        if open.is_some() {
            return Expected::Refused("ServiceHasOpenOrder", open);
        }
        let activation = &self.orders[service].asked;
        let asked = Asked {
            request,
            location: activation.location,
            service_class: activation.service_class,
            customer: number,
        };
        self.submit(provider, asked, Visit::NotRequired, None)
    }

    /// The request that made an order, or one that would have.
    pub fn again(&self, index: usize) -> Value {
        let Some(order) = self.orders.get(index) else {
            return self.activation(Provider::A, index, 0, Twist::None, &Details::default());
        };
        let mut request = order.asked.request.clone();
        if order.is_activation() {
            request["serviceClass"] = json!(order.asked.service_class);
        }
        request
    }

    /// An activation is ordered once, whatever became of it; a change may be asked for again.
    pub(super) fn repeat(&mut self, by: By, index: usize) -> Expected {
        let Some(order) = self.orders.get(index) else {
            return Expected::Refused("QualificationNotFound", None);
        };
        match (by, order.is_activation()) {
            (By::Owner, true) => Expected::Refused("DuplicateRemoteOrder", Some(index)),
            (By::Stranger, true) => Expected::Refused("QualificationNotFound", None),
            (By::Stranger, false) => Expected::Refused("CustomerNotFound", None),
            (By::Owner, false) => {
                let (provider, customer) = (order.provider, order.asked.customer);
                self.change_as_asked(provider, customer, self.again(index))
            }
        }
    }

    /// The activation whose service is active. A customer has one service: that of the activation
    /// that was completed last, until a disconnection is.
    fn active_service(&self, provider: Provider, customer: i64) -> Option<usize> {
        let mut active = None;
        for index in &self.completed {
            let order = &self.orders[*index];
            if order.provider != provider || order.asked.customer != customer {
                continue;
            }
            match order.asked.request["orderType"].as_str() {
                Some("New") => active = Some(*index),
                Some("Terminate") => active = None,
                _ => {}
            }
        }
        active
    }

    fn submit(
        &mut self,
        provider: Provider,
        asked: Asked,
        visit: Visit,
        qualification: Option<usize>,
    ) -> Expected {
        self.orders.push(Order {
            qualification,
            history: vec![StatusChange {
                status: State::Submitted,
                at: self.now,
                cause: "createNbnOrder",
                note: None,
            }],
            ..Order::new(provider, asked, visit, self.now)
        });
        Expected::Created(self.orders.len() - 1)
    }
}
