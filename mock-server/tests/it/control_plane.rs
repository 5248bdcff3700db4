//! Who may steer the server.

use octane_mock_server::{Config, ControlPlane, ControlToken, MockServer};
use serde_json::json;
use tokio::net::TcpListener;

use crate::support::{Call, call, config, get, post, server};

const TOKEN: &str = "0123456789abcdef";

fn guarded() -> MockServer {
    let control_plane = ControlPlane::Guarded(ControlToken::new(TOKEN).unwrap());
    MockServer::new(Config { control_plane, ..config() }).unwrap()
}

fn seed() -> Call {
    post("/_mock/orders", &json!({"state": "Held"}))
}

#[tokio::test]
async fn with_a_token_the_control_plane_answers_to_whoever_has_it() {
    let server = guarded();
    let router = server.router();
    for wrong in [None, Some("Bearer fedcba9876543210"), Some("Basic MDEyMzQ1Njc4OWFiY2RlZg==")] {
        let reply = seed().with("authorization", wrong).to(&router).await;
        assert_eq!((reply.status, reply.error_code()), (401, 1002));
        assert_eq!(reply.headers["www-authenticate"], "Bearer realm=\"octane-mock\"");
        assert!(!reply.body.to_string().contains("fedcba"), "{}", reply.body);
    }
    assert_eq!(server.world().order_count(), 0);
    let with_token = seed().by(&format!("Bearer {TOKEN}")).header("host", "mock.test");
    with_token.to(&router).await.expect(201);
    // Providers go on as ever.
    get("/v1/order/nbn/1001").to(&router).await.expect(200);
    let elsewhere = call("GET", "/_mock/nowhere").with("authorization", None).to(&router).await;
    assert_eq!(elsewhere.status, 401, "what there is is told to nobody else");
}

#[tokio::test]
async fn without_a_token_it_answers_to_this_machine_and_to_no_page_of_another_origin() {
    let server = server();
    let router = server.router();
    for (name, value) in [
        ("host", "evil.example"),
        ("origin", "http://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let reply = seed().header(name, value).to(&router).await;
        assert_eq!((reply.status, reply.error_code()), (403, 9020), "{name}: {value}");
        let in_a_world = call("DELETE", "/worlds/a/_mock/faults").header(name, value);
        in_a_world.to(&router).await.expect(403);
    }
    assert_eq!(server.world().order_count(), 0);
    seed().header("host", "127.0.0.1:4010").to(&router).await.expect(201);
    // The order endpoints ask for credentials instead, and may be reached by any name.
    get("/v1/order/nbn").header("host", "mock.test").to(&router).await.expect(200);
}

#[tokio::test]
async fn without_a_token_it_is_not_served_beyond_loopback() {
    let everywhere = async || TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused = server().serve(everywhere().await, async {}).await.unwrap_err().to_string();
    assert!(refused.contains("would be open to whoever reaches `0.0.0.0:"), "{refused}");
    guarded().serve(everywhere().await, async {}).await.unwrap();
    let absent = Config { control_plane: ControlPlane::Absent, ..config() };
    MockServer::new(absent).unwrap().serve(everywhere().await, async {}).await.unwrap();
}
