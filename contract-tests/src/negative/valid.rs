//! The requests that a fixture makes possible, each of which would succeed as it is.

use serde_json::{Value, json};

use super::Fixture;
use super::parameter::with_query;
use crate::caller::{Caller, Provider};
use crate::exchange::RawRequest;

/// A valid call whose body is to be broken.
#[derive(Debug, Clone)]
pub struct ValidCall {
    /// The operation.
    pub operation: &'static str,
    /// The path, with everything filled in.
    pub path: String,
    /// The body.
    pub body: Value,
}

/// A valid read whose parameters are to be broken.
#[derive(Debug, Clone)]
pub struct ValidRead {
    /// The operation.
    pub operation: &'static str,
    /// The path, with everything filled in.
    pub path: String,
    /// The query.
    pub query: Vec<(&'static str, String)>,
}

impl ValidRead {
    /// The path with the query.
    pub fn whole_path(&self) -> String {
        with_query(&self.path, &self.query)
    }
}

impl Fixture {
    /// The calls with a body, each of which would succeed as it is.
    pub fn valid_calls(&self) -> Vec<ValidCall> {
        let call =
            |operation, path: &str, body| ValidCall { operation, path: path.to_owned(), body };
        let made = &self.qualification;
        let service = json!({ "custNo": 100_001, "csn": "nbn-tc4", "planNo": 501 });
        let requested = "2026-03-09T09:00:00+11:00";
        let change = |order_type, sub_order_type| {
            let body = json!({
                "orderType": order_type,
                "subOrderType": sub_order_type,
                "service": service,
                "custReqDate": requested,
            });
            call("createNbnOrder", "/v1/order/nbn", body)
        };
        vec![
            call(
                "checkServiceQualification",
                "/v1/qualification/check",
                json!({
                    "productSelection": "nbn",
                    "locationId": made["location"]["id"],
                    "csn": "nbn-tc4",
                    "pri": "PRI000000000001",
                    "sqType": "NFAS",
                }),
            ),
            call(
                "createNbnOrder",
                "/v1/order/nbn",
                json!({
                    "orderType": "New",
                    "subOrderType": "New",
                    "serviceClass": made["location"]["serviceClass"],
                    "remoteQualificationSearchId": made["remoteQualificationSearchId"],
                    "qualificationSearchId": made["qualificationSearchId"],
                    "remoteOrderId": made["remoteOrderId"],
                    "infrastructureOption": { "infrastructureId": made["infrastructures"][0]["id"] },
                    "service": service,
                    "custReqDate": requested,
                }),
            ),
            change("Change", "PlanChange"),
            change("Terminate", "Disconnect"),
            call(
                "cancelNbnOrder",
                &format!("/v1/order/nbn/{}/cancel", self.withdrawable),
                json!({ "reason": "WrongAddress", "comment": "Wrong street, and a 𝄞 in its name." }),
            ),
            call(
                "bookAppointment",
                "/v1/appointment/nbn",
                json!({
                    "orderId": self.bookable,
                    "timeslotId": self.timeslot,
                    "contact": { "name": "Jo Citizen", "phone": "+61 2 5550 0100", "notes": "Ring twice" },
                }),
            ),
        ]
    }

    /// The calls without a body, with every parameter they take.
    pub fn valid_reads(&self) -> Vec<ValidRead> {
        let text = str::to_owned;
        vec![
            ValidRead {
                operation: "getNbnOrder",
                path: format!("/v1/order/nbn/{}", self.withdrawable),
                query: Vec::new(),
            },
            ValidRead {
                operation: "listNbnOrders",
                path: text("/v1/order/nbn"),
                query: vec![
                    ("status", text("Accepted")),
                    ("orderType", text("New")),
                    ("custNo", text("100001")),
                    ("createdFrom", text("2026-03-01T00:00:00+11:00")),
                    ("createdTo", text("2026-04-01T00:00:00+11:00")),
                    ("limit", text("50")),
                ],
            },
            ValidRead {
                operation: "queryAppointmentTimeslots",
                path: text("/v1/appointment/nbn/timeslot"),
                query: vec![
                    ("locationId", text("LOC000000000001")),
                    ("startDateTime", text("2026-03-02T00:00:00+11:00")),
                    ("endDateTime", text("2026-03-16T00:00:00+11:00")),
                    ("demandType", text("Standard Install")),
                ],
            },
        ]
    }

    /// Requests that must succeed one after the other, after all that was refused.
    pub(super) fn valid_requests(&self) -> Vec<(String, RawRequest)> {
        let caller = Caller::Provider(Provider::A);
        let mut requests = Vec::new();
        for mut call in self.valid_calls() {
            // A disconnection would find the modification of the same service open.
            if call.body["orderType"] != "Terminate" {
                // The longest comment there is, counted in characters and not in bytes.
                if call.body.get("comment").is_some() {
                    call.body["comment"] = Value::String("𝄞\t\r\n".repeat(250));
                }
                let request = RawRequest::new("POST", call.path, caller).json(&call.body);
                requests.push((format!("{}: a valid request", call.operation), request));
            }
        }
        for read in self.valid_reads() {
            let path = with_query(&read.path, &read.query);
            let about = format!("{}: a valid request", read.operation);
            requests.push((about, RawRequest::new("GET", path, caller)));
        }
        let query = [("cursor", self.cursors.own.clone()), ("limit", "2".to_owned())];
        let path = with_query("/v1/order/nbn", &query);
        requests.push((
            "listNbnOrders: a cursor with another limit".to_owned(),
            RawRequest::new("GET", path, caller),
        ));
        requests
    }
}
