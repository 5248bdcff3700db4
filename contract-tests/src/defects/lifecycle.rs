//! A server that goes by another lifecycle.

use octane_mock_server::defects::Defect as Seam;
use serde_json::json;

use super::Class::{PartialEffects, SequentialState};
use super::proxy::orders;
use super::{Defect, contract, proxied, seam};

pub(super) fn all() -> Vec<Defect> {
    vec![
        contract(
            SequentialState,
            "withdraws-too-late",
            "an order in progress can be withdrawn",
            &[
                (
                    "from: [Accepted, AppointmentRequired, Scheduled, Held], to: PendingWithdrawal",
                    "from: [Accepted, AppointmentRequired, Scheduled, Held, InProgress], to: PendingWithdrawal",
                ),
                (
                    "      - { trigger: cancelNbnOrder, from: [InProgress], refusal: PastPointOfNoReturn }\n",
                    "",
                ),
            ],
        ),
        contract(
            SequentialState,
            "held-cannot-be-withdrawn",
            "an order that is held cannot be withdrawn",
            &[
                (
                    "from: [Accepted, AppointmentRequired, Scheduled, Held], to: PendingWithdrawal",
                    "from: [Accepted, AppointmentRequired, Scheduled], to: PendingWithdrawal",
                ),
                (
                    "cancelNbnOrder, from: [InProgress], refusal",
                    "cancelNbnOrder, from: [InProgress, Held], refusal",
                ),
            ],
        ),
        contract(
            SequentialState,
            "accepted-is-withdrawn-at-once",
            "an order that nbn has accepted is withdrawn without asking nbn",
            &[
                (
                    "from: [Submitted, Acknowledged], to: Withdrawn",
                    "from: [Submitted, Acknowledged, Accepted], to: Withdrawn",
                ),
                (
                    "from: [Accepted, AppointmentRequired, Scheduled, Held], to: P",
                    "from: [AppointmentRequired, Scheduled, Held], to: P",
                ),
            ],
        ),
        contract(
            SequentialState,
            "pending-is-done",
            "a withdrawal that nbn must decide is answered 200",
            &[("to: PendingWithdrawal, status: 202", "to: PendingWithdrawal, status: 200")],
        ),
        contract(
            SequentialState,
            "refused-withdrawal-forgets",
            "an order whose withdrawal was refused is Accepted, wherever it came from",
            &[(
                "from: [PendingWithdrawal], to: $previous",
                "from: [PendingWithdrawal], to: Accepted",
            )],
        ),
        contract(
            SequentialState,
            "closed-for-pending",
            "a second withdrawal is told that the order is closed",
            &[(
                "[PendingWithdrawal], refusal: WithdrawalAlreadyPending }\n      - { trigger: cancelNbnOrder, from: [InProgress]",
                "[PendingWithdrawal], refusal: OrderClosed }\n      - { trigger: cancelNbnOrder, from: [InProgress]",
            )],
        ),
        contract(
            SequentialState,
            "books-too-early",
            "an appointment can be booked before nbn asks for one",
            &[
                (
                    "bookAppointment, from: [AppointmentRequired, Scheduled]",
                    "bookAppointment, from: [Accepted, AppointmentRequired, Scheduled]",
                ),
                (
                    "from: [Submitted, Acknowledged, Accepted, Held], refusal: App",
                    "from: [Submitted, Acknowledged, Held], refusal: App",
                ),
            ],
        ),
        contract(
            SequentialState,
            "books-while-withdrawing",
            "an appointment can be booked while nbn decides on the withdrawal",
            &[
                (
                    "bookAppointment, from: [AppointmentRequired, Scheduled]",
                    "bookAppointment, from: [AppointmentRequired, Scheduled, PendingWithdrawal]",
                ),
                (
                    "      - { trigger: bookAppointment, from: [PendingWithdrawal], refusal: WithdrawalAlreadyPending }\n",
                    "",
                ),
            ],
        ),
        contract(
            SequentialState,
            "no-rescheduling",
            "a booked appointment cannot be booked again",
            &[
                (
                    "bookAppointment, from: [AppointmentRequired, Scheduled]",
                    "bookAppointment, from: [AppointmentRequired]",
                ),
                (
                    "from: [Submitted, Acknowledged, Accepted, Held], refusal: App",
                    "from: [Submitted, Acknowledged, Accepted, Held, Scheduled], refusal: App",
                ),
            ],
        ),
        contract(
            SequentialState,
            "starts-without-visit-booked",
            "work begins on an order that waits for an appointment",
            &[(
                "trigger: start, from: [Scheduled]",
                "trigger: start, from: [AppointmentRequired, Scheduled]",
            )],
        ),
        contract(
            SequentialState,
            "cancelled-while-submitted",
            "nbn cancels an order that it does not know yet",
            &[(
                "cancelByNetwork, from: [Accepted, App",
                "cancelByNetwork, from: [Submitted, Accepted, App",
            )],
        ),
        contract(
            SequentialState,
            "held-keeps-the-place",
            "an order that is held keeps its place in the timeslot",
            &[("Held: { description", "Held: { holdsTimeslot: true, description")],
        ),
        contract(
            SequentialState,
            "place-lost-while-pending",
            "asking to withdraw gives the place back before nbn has decided",
            &[("PendingWithdrawal: { holdsTimeslot: true, ", "PendingWithdrawal: { ")],
        ),
        contract(
            SequentialState,
            "resumes-where-it-was",
            "an order that was held goes back to where it was held",
            &[(
                "trigger: resume, from: [Held], to: Accepted",
                "trigger: resume, from: [Held], to: $previous",
            )],
        ),
        seam(
            SequentialState,
            "withdraws-modifications",
            "a modification can be withdrawn",
            Seam::WithdrawsAnything,
        ),
        seam(
            SequentialState,
            "changes-beside-another",
            "a modification `Shape` is taken while another order of the service is open",
            Seam::ShapesBesideAnother,
        ),
        contract(
            PartialEffects,
            "decision-not-recorded",
            "a withdrawal stays pending though the order is withdrawn",
            &[(
                "effects: [acceptWithdrawal, chargeLateWithdrawal, endRemediation]",
                "effects: [chargeLateWithdrawal, endRemediation]",
            )],
        ),
        contract(
            PartialEffects,
            "overtaken-not-recorded",
            "a withdrawal stays pending though nbn cancelled the order",
            &[("effects: [overtakeWithdrawal, endRemediation]", "effects: [endRemediation]")],
        ),
        contract(
            PartialEffects,
            "remediation-goes-on",
            "a planned remediation date stays when the order resumes",
            &[("to: Accepted, effects: [endRemediation]", "to: Accepted")],
        ),
        contract(
            PartialEffects,
            "service-stays-active",
            "completing an order does nothing to the customer's service",
            &[("to: Completed, effects: [changeService]", "to: Completed")],
        ),
        seam(
            PartialEffects,
            "suspension-ends-service",
            "a modification `Suspend` that is completed ends the service",
            Seam::SuspensionEndsService,
        ),
        seam(
            PartialEffects,
            "port-out-keeps-service",
            "a disconnection `Port Out` that is completed leaves the service active",
            Seam::PortOutKeepsService,
        ),
        seam(
            PartialEffects,
            "refused-reschedule-lets-go",
            "a reschedule that is refused has given back the place all the same",
            Seam::RefusedRescheduleLetsGo,
        ),
        proxied(
            PartialEffects,
            "contact-is-lost",
            "a reschedule without a contact forgets the one named before",
            || {
                orders(|order| {
                    let moved = |it: &serde_json::Value| it["action"] == json!("Rescheduled");
                    let history = order["appointment"]["history"].as_array();
                    if history.is_some_and(|history| history.last().is_some_and(moved)) {
                        order["appointment"].as_object_mut().map(|it| it.remove("contact"));
                    }
                })
            },
        ),
    ]
}
