//! What every exchange is called.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use serde_json::json;
use tower::ServiceExt as _;

use crate::support::{HARBOUR, get, post, server};

async fn ask(router: &Router, path: &str, own: Option<&str>) -> Response<Body> {
    let mut request = Request::builder().uri(path).header("authorization", HARBOUR);
    if let Some(own) = own {
        request = request.header("x-request-id", own);
    }
    router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn id_of(router: &Router, path: &str, own: Option<&str>) -> String {
    ask(router, path, own).await.headers()["x-request-id"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_answer_has_an_id_that_is_counted_in_its_world() {
    let router = server().router();
    assert_eq!(id_of(&router, "/v1/order/nbn", None).await, "default-1");
    assert_eq!(id_of(&router, "/v1/nowhere", None).await, "default-2");
    post("/_mock/worlds", &json!({"name": "a"})).to(&router).await.expect(201);
    assert_eq!(id_of(&router, "/worlds/a/_mock/health", None).await, "a.control-1");
    assert_eq!(id_of(&router, "/worlds/typo/v1/order/nbn", None).await, "default-3");
    assert_eq!(id_of(&router, "/worlds/a/v1/order/nbn", None).await, "a-1");
}

#[tokio::test]
async fn an_id_of_the_callers_is_kept_if_it_is_well_formed_and_counts_as_none() {
    let router = server().router();
    assert_eq!(id_of(&router, "/v1/order/nbn", Some("basket-7/retry.2")).await, "basket-7/retry.2");
    assert_eq!(id_of(&router, "/v1/order/nbn", Some("two words")).await, "default-1");
    assert_eq!(id_of(&router, "/v1/order/nbn", Some(&"x".repeat(129))).await, "default-2");
}

#[tokio::test]
async fn a_reset_counts_anew_so_that_the_same_requests_get_the_same_answers() {
    let router = server().router();
    assert_eq!(id_of(&router, "/v1/order/nbn", None).await, "default-1");
    post("/_mock/reset", &json!(null)).to(&router).await.expect(200);
    assert_eq!(id_of(&router, "/v1/order/nbn", None).await, "default-1");
    get("/v1/order/nbn").to(&router).await.expect(200);
}
