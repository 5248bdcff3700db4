//! Numbers that nothing has, as large and as small as the contract takes them.

use serde_json::json;

use super::after;
use crate::caller::{Caller, Provider::A};
use crate::exchange::RawRequest;
use crate::failure::Rule;
use crate::machine::calls::{Trouble, checked_raw};
use crate::machine::expectation::{has_response, is_refused};
use crate::rules::naming::View;
use crate::session::Session;
use crate::step::{Details, Place, Step, Twist};

/// The ends of what an `int64` holds, and what stands for "none" in many a database.
const NUMBERS: [i64; 4] = [i64::MIN, -1, 0, i64::MAX];

/// Asks for orders and customers of such numbers. The request is well-formed, so it is looked for, and
/// not there.
pub(super) async fn are_looked_for(session: &Session) -> Result<(), Trouble> {
    let qualify = Step::Qualify { provider: A, place: Place::Visit, details: Details::default() };
    let runner = after(session, &[qualify]).await?;
    let (judge, caller) = (session.judge(), Caller::Provider(A));
    let mut activation = runner.world.activation(A, 0, 0, Twist::None, &Details::default());
    for number in NUMBERS {
        let order = RawRequest::new("GET", format!("/v1/order/nbn/{number}"), caller);
        let order = checked_raw(session, session.send(&order).await?)?;
        is_refused(Rule::AnswerFollows, judge, &order, "OrderNotFound", Default::default())?;

        let list = RawRequest::new("GET", format!("/v1/order/nbn?custNo={number}"), caller);
        let list = checked_raw(session, session.send(&list).await?)?;
        let none = json!({ "orders": [] });
        has_response(Rule::ListComplete, View::List, judge, &list, 200, &none)?;

        activation["service"]["custNo"] = json!(number);
        let create = RawRequest::new("POST", "/v1/order/nbn", caller).json(&activation);
        let create = checked_raw(session, session.send(&create).await?)?;
        let (rule, details) = (Rule::QualificationBindsOrder, Default::default());
        is_refused(rule, judge, &create, "CustomerNotFound", details)?;
    }
    Ok(())
}
