//! What the wording of a refusal gives away.

use serde_json::{Value, json};

use super::after;
use crate::caller::{Caller, Provider};
use crate::difference::difference;
use crate::exchange::{Exchange, RawRequest};
use crate::failure::{Failure, Rule};
use crate::machine::calls::{Trouble, checked_raw};
use crate::machine::expectation::has_response;
use crate::model::facts;
use crate::rules::naming::View;
use crate::session::Session;
use crate::step::{Details, Place, Step, Twist};

/// A number as long as that of an order, which none has.
const NO_ORDER: i64 = 999_999_999;

/// Asks for another provider's order and for one that does not exist, in every way an order is named.
pub(super) async fn are_told_nothing(session: &Session) -> Result<(), Trouble> {
    let provider = Provider::A;
    let activate = Step::Activate {
        provider,
        qualification: 0,
        customer: 0,
        twist: Twist::None,
        details: Details::default(),
    };
    let runner = after(
        session,
        &[Step::Qualify { provider, place: Place::Visit, details: Details::default() }, activate],
    )
    .await?;
    let order = runner.world.orders[0].id.unwrap_or_default();
    for ask in [read, withdraw, book] {
        let of_other = checked_raw(session, session.send(&ask(order)).await?)?;
        let of_none = checked_raw(session, session.send(&ask(NO_ORDER)).await?)?;
        let (told, known) = (heard(&of_other, order), heard(&of_none, NO_ORDER));
        if let Some(found) = difference(&known, &told) {
            let expected = format!("{} at `{}`, as for no order", found.expected, found.pointer);
            let rule = Rule::OthersSeeNothing;
            return Err(Failure::of(rule, &of_other, expected, found.received).into());
        }
    }
    // A customer that the stranger does not have has no orders, like one that nobody has.
    let customer = facts::customer(provider, 0);
    let path = format!("/v1/order/nbn?custNo={customer}");
    let list = RawRequest::new("GET", path, Caller::Provider(provider.other()));
    let listed = checked_raw(session, session.send(&list).await?)?;
    let view = View::Whole(Rule::OthersSeeNothing);
    let none = json!({ "orders": [] });
    has_response(Rule::OthersSeeNothing, view, session.judge(), &listed, 200, &none)?;
    Ok(())
}

/// What somebody hears who does not look at the number.
fn heard(exchange: &Exchange, order: i64) -> Value {
    let text = String::from_utf8_lossy(&exchange.body).replace(&order.to_string(), "0");
    json!({ "status": exchange.status, "body": text })
}

fn read(order: i64) -> RawRequest {
    RawRequest::new("GET", format!("/v1/order/nbn/{order}"), Caller::Provider(Provider::B))
}

fn withdraw(order: i64) -> RawRequest {
    let path = format!("/v1/order/nbn/{order}/cancel");
    let body = json!({ "reason": "CustomerChangedMind" });
    RawRequest::new("POST", path, Caller::Provider(Provider::B)).json(&body)
}

fn book(order: i64) -> RawRequest {
    let body = json!({ "orderId": order, "timeslotId": "0" });
    RawRequest::new("POST", "/v1/appointment/nbn", Caller::Provider(Provider::B)).json(&body)
}
