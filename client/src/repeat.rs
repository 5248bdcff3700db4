//! Which requests may be sent twice. The only place that says so.
//!
//! A read may: HTTP says that `GET` and its like are safe. Of the others one may: a create that
//! carries a `remoteOrderId`, because the contract says that such an id orders once, and that the
//! refusal of the second create names the first order. Nothing else about operations is known here,
//! so a new operation is treated rightly by its method, or not repeated.

use reqwest::Request;
use serde::Deserialize;
use uuid::Uuid;

/// The operation whose `remoteOrderId` orders once.
const CREATE: &str = "create_nbn_order";

/// What a repetition of a request would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// The same as the request once.
    Safe,
    /// The same too, but the second answer is a refusal that names what the first one made.
    OrdersOnce,
    /// Perhaps something twice.
    Unsafe,
}

impl Repeat {
    pub(crate) fn of(operation: &str, request: &Request) -> Self {
        if request.method().is_safe() {
            Self::Safe
        } else if operation == CREATE && remote_order_id(request).is_some() {
            Self::OrdersOnce
        } else {
            Self::Unsafe
        }
    }
}

/// The `remoteOrderId` of a create; a modification or a disconnection has none.
fn remote_order_id(request: &Request) -> Option<Uuid> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Keyed {
        remote_order_id: Uuid,
    }
    let body = request.body()?.as_bytes()?;
    serde_json::from_slice::<Keyed>(body).ok().map(|keyed| keyed.remote_order_id)
}

#[cfg(test)]
mod tests {
    use reqwest::Method;

    use super::*;

    #[track_caller]
    fn check(operation: &str, method: Method, body: &'static str, expected: Repeat) {
        let url = "http://octane.test/v1/order/nbn".parse().expect("it is a URL");
        let mut request = Request::new(method, url);
        *request.body_mut() = Some(body.into());
        assert_eq!(Repeat::of(operation, &request), expected);
    }

    const ID: &str = r#"{"remoteOrderId":"6f1d2c1a-0c5b-4a53-9d0b-7a5a51e0d001"}"#;

    #[test]
    fn reads_are_safe_whatever_they_are_called() {
        check("get_nbn_order", Method::GET, "", Repeat::Safe);
        check("an_operation_of_tomorrow", Method::GET, "", Repeat::Safe);
    }

    #[test]
    fn a_create_is_safe_by_its_remote_order_id() {
        check("create_nbn_order", Method::POST, ID, Repeat::OrdersOnce);
        check("create_nbn_order", Method::POST, "{}", Repeat::Unsafe);
    }

    #[test]
    fn nothing_else_is() {
        check("cancel_nbn_order", Method::POST, "{}", Repeat::Unsafe);
        check("book_appointment", Method::POST, ID, Repeat::Unsafe);
        check("an_operation_of_tomorrow", Method::PUT, ID, Repeat::Unsafe);
    }
}
