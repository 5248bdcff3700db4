//! The files of the console, without a browser.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use octane_mock_server::{Config, ControlPlane, MockServer};
use octane_openapi::Contract;
use tower::ServiceExt as _;

use crate::support::{call, config, get, server};

/// Asks for a file, and gives status, headers and text.
async fn ask(router: &Router, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, String) {
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("console")
}

/// The files of the folder that the page is made of, with their text.
fn files() -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".sh"))
        .map(|name| (name.clone(), std::fs::read_to_string(folder().join(name)).unwrap()))
        .collect();
    files.sort();
    files
}

/// The texts between `before` and the next quotation mark.
fn quoted<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).map(|rest| rest.split('"').next().unwrap())
}

#[tokio::test]
async fn every_file_of_the_folder_is_served_with_its_type() {
    let router = server().router();
    for (name, text) in files() {
        let path = match name.as_str() {
            "index.html" => "/_mock/".to_owned(),
            name => format!("/_mock/console/{name}"),
        };
        let (status, headers, body) = ask(&router, &path, &[]).await;
        assert_eq!((status, body.as_str()), (200, text.as_str()), "{path}");
        let media_type = match name.rsplit('.').next().unwrap() {
            "html" => "text/html; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            other => panic!("what type has `.{other}`?"),
        };
        assert_eq!(headers["content-type"], media_type, "{path}");
    }
}

#[tokio::test]
async fn the_page_forbids_what_it_does_not_need() {
    let (_, headers, _) = ask(&server().router(), "/_mock/", &[]).await;
    assert_eq!(headers["cache-control"], "no-cache");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert_eq!(headers["date"], "Sun, 01 Mar 2026 22:00:00 GMT");
    let policy = headers["content-security-policy"].to_str().unwrap();
    for part in
        ["default-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn a_file_that_has_not_changed_is_not_sent_again() {
    let router = server().router();
    let (_, headers, _) = ask(&router, "/_mock/console/app.js", &[]).await;
    let tag = headers["etag"].to_str().unwrap();
    for known in [tag, &format!("W/{tag}"), &format!("\"other\", {tag}"), "*"] {
        let (status, again, body) =
            ask(&router, "/_mock/console/app.js", &[("if-none-match", known)]).await;
        assert_eq!((status, body.as_str()), (304, ""), "{known}");
        assert_eq!(again["etag"], tag);
    }
    let (status, ..) = ask(&router, "/_mock/console/dom.js", &[("if-none-match", tag)]).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn the_page_is_served_in_every_world_and_tells_of_one_that_is_gone() {
    let router = server().router();
    for path in ["/_mock/", "/worlds/made/_mock/", "/worlds/made/_mock/console/app.js"] {
        assert_eq!(ask(&router, path, &[]).await.0, 200, "{path}");
    }
    for path in ["/_mock", "/worlds/made/_mock"] {
        let (status, headers, _) = ask(&router, path, &[]).await;
        assert_eq!((status, headers["location"].to_str().unwrap()), (307, "_mock/"), "{path}");
    }
}

#[tokio::test]
async fn only_what_is_there_is_served_and_only_to_be_read() {
    let router = server().router();
    for path in ["/_mock/console/", "/_mock/console/none.js", "/_mock/console/../Cargo.toml"] {
        let reply = get(path).to(&router).await;
        assert_eq!((reply.status, reply.error_code()), (404, 1003), "{path}");
    }
    let reply = call("POST", "/_mock/").to(&router).await;
    assert_eq!((reply.status, reply.error_code()), (405, 1004));
    assert_eq!(reply.headers["allow"], "GET, HEAD");
    assert_eq!(ask(&router, "/_mock/", &[]).await.0, 200);
}

#[tokio::test]
async fn without_the_control_plane_there_is_no_console() {
    let config = Config { control_plane: ControlPlane::Absent, ..config() };
    let router = MockServer::new(config).unwrap().router();
    for path in ["/_mock/", "/_mock", "/_mock/console/app.js"] {
        assert_eq!(get(path).to(&router).await.status, 404, "{path}");
    }
}

#[test]
fn the_files_refer_to_one_another_and_to_nothing_else() {
    let files = files();
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let mut used = vec!["index.html"];
    for (name, text) in &files {
        let (is_page, is_script) = (name == "index.html", name.ends_with(".js"));
        for scheme in ["http://", "https://", "url(h", "url(/", "@import"] {
            // The namespace of SVG is a name, not a place.
            let text = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains(scheme), "{name} refers to {scheme}");
        }
        for sink in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ] {
            assert!(!text.contains(sink), "{name} uses {sink}");
        }
        if is_script {
            for target in quoted(text, "from \"./") {
                let found = names.iter().find(|it| **it == target);
                used.push(found.unwrap_or_else(|| panic!("{name} imports `{target}`")));
            }
        }
        if is_page {
            for target in quoted(text, "href=\"console/").chain(quoted(text, "src=\"console/")) {
                let found = names.iter().find(|it| **it == target);
                used.push(found.unwrap_or_else(|| panic!("the page refers to `{target}`")));
            }
            assert!(!text.contains("style="), "the policy forbids styles in the page");
        }
    }
    let unused: Vec<_> = names.iter().filter(|name| !used.contains(name)).collect();
    assert!(unused.is_empty(), "nothing refers to {unused:?}");
}

/// The values that a schema of a contract allows.
fn values(contract: &Contract, schema: &str) -> Vec<String> {
    let listed = &contract.document().value()["components"]["schemas"][schema]["enum"];
    listed.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_words_that_stand_in_the_console_are_the_contracts() {
    let script = |name: &str| std::fs::read_to_string(folder().join(name)).unwrap();
    let between = |text: &str, start: &str, end: &str| -> String {
        text.split(start).nth(1).unwrap().split(end).next().unwrap().to_owned()
    };
    let (orders, control) = (Contract::orders().unwrap(), Contract::mock_control().unwrap());
    let words = script("contract.js");
    let reasons = between(&words, "WITHDRAWAL_REASONS = [", "]");
    let reasons: Vec<&str> = reasons.split('"').skip(1).step_by(2).collect();
    assert_eq!(reasons, values(&orders, "WithdrawalReason"));
    let demand = between(&words, "DEMAND_TYPE = \"", "\"");
    assert_eq!(demand, values(&orders, "DemandType")[0]);
    let effects = between(&script("faults.js"), "const EFFECTS = {", "\n};");
    let mut effects: Vec<&str> =
        effects.lines().filter_map(|it| it.trim().split_once(": {")).map(|it| it.0).collect();
    let mut known = values(&control, "FaultEffect");
    effects.sort_unstable();
    known.sort_unstable();
    assert_eq!(effects, known);
}
