//! Building a client: what is refused before anything is sent, and what is never shown.

use octane_client::{BuildError, Client, Credentials};

#[track_caller]
fn refused(base_url: &str) -> BuildError {
    Client::builder(base_url).build().unwrap_err()
}

#[test]
fn debug_never_shows_the_secret() {
    let builder =
        Client::builder("http://octane.test").credentials(Credentials::new("harbour", "s3cret"));
    let before = format!("{builder:?} {builder:#?}");
    let client = builder.build().unwrap();
    let call = client.get_nbn_order().order_id(1);
    let shown = format!("{before} {client:?} {client:#?} {call:?}");
    assert!(shown.contains("harbour"));
    for secret in ["s3cret", "aGFyYm91cjpzM2NyZXQ="] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_base_url_must_be_a_url_of_http() {
    assert!(matches!(refused("octane.test"), BuildError::BaseUrl { .. }));
    assert!(matches!(refused("ftp://octane.test"), BuildError::Scheme { .. }));
}

#[test]
fn a_base_url_with_a_password_is_refused_without_showing_it() {
    let error = refused("https://harbour:s3cret@octane.test");
    assert!(matches!(error, BuildError::CredentialsInBaseUrl));
    assert!(!format!("{error} {error:?}").contains("s3cret"));
}

#[test]
fn credentials_that_basic_cannot_carry_are_refused() {
    for (username, password) in [("har:bour", "s3cret"), ("harbour", "s3\ncret")] {
        let error = Client::builder("http://octane.test")
            .credentials(Credentials::new(username, password))
            .build()
            .unwrap_err();
        assert!(matches!(error, BuildError::Credentials));
        assert!(!format!("{error} {error:?}").contains("cret"));
    }
}

#[test]
fn https_needs_tls_or_a_transport() {
    let built = Client::builder("https://octane.test").build();
    if cfg!(feature = "rustls") {
        built.unwrap();
    } else {
        assert!(matches!(built.unwrap_err(), BuildError::NoTls));
    }
}

#[test]
fn a_base_url_ends_with_its_path() {
    assert!(matches!(refused("http://octane.test/?x=1"), BuildError::QueryInBaseUrl));
    assert!(matches!(refused("http://octane.test/#x"), BuildError::QueryInBaseUrl));
}

#[test]
fn a_user_agent_must_be_a_header() {
    let builder = Client::builder("http://octane.test").user_agent("harbour\nportal");
    assert!(matches!(builder.build().unwrap_err(), BuildError::UserAgent));
}
