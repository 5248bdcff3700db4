//! Ids in another spelling: a UUID has no case (RFC 9562, section 4).

use serde_json::{Map, Value, json};

use super::after;
use crate::caller::{Caller, Provider::A};
use crate::exchange::RawRequest;
use crate::failure::Rule;
use crate::machine::calls::{Trouble, checked_raw};
use crate::machine::expectation::{has_status, is_refused};
use crate::session::Session;
use crate::step::{Details, Place, Step, Twist};

/// Orders with ids in capitals, and again with the ids as they were told.
pub(super) async fn ids_in_capitals(session: &Session) -> Result<(), Trouble> {
    let runner = after(
        session,
        &[Step::Qualify { provider: A, place: Place::Visit, details: Details::default() }],
    )
    .await?;
    let told = runner.world.activation(A, 0, 0, Twist::None, &Details::default());
    let mut spelt = told.clone();
    for id in ["remoteOrderId", "qualificationSearchId", "remoteQualificationSearchId"] {
        if let Value::String(text) = &mut spelt[id] {
            *text = text.to_uppercase();
        }
    }
    let create =
        |body: &Value| RawRequest::new("POST", "/v1/order/nbn", Caller::Provider(A)).json(body);
    let made = checked_raw(session, session.send(&create(&spelt)).await?)?;
    has_status(Rule::QualificationBindsOrder, session.judge(), &made, 201)?;
    let again = checked_raw(session, session.send(&create(&told)).await?)?;
    let named = Map::from_iter([("orderId".to_owned(), json!(made.response()["orderId"]))]);
    let judge = session.judge();
    is_refused(Rule::OrderedOnce, judge, &again, "DuplicateRemoteOrder", named)?;
    Ok(())
}
