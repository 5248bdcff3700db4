//! Credentials that are nearly right: they must be right as a whole.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::{AUTHORIZATION, HeaderValue};

use super::{Case, Refusal};
use crate::caller::{Accounts, Caller, Provider};
use crate::exchange::RawRequest;

/// A valid request with whatever is nearly right. That each operation wants credentials at all, the
/// cases of the protocol try.
pub(super) fn cases(accounts: &Accounts, operation: &str, request: &RawRequest) -> Vec<Case> {
    let nobody = RawRequest { caller: Caller::Nobody, ..request.clone() };
    let nearly = nearly_right(accounts).into_iter();
    nearly
        .map(|(about, sent)| refused(format!("{operation}: {about}"), with(&nobody, sent)))
        .collect()
}

/// Requests whose credentials are right, if in an unusual way.
pub(super) fn valid(accounts: &Accounts, request: &RawRequest) -> Vec<(String, RawRequest)> {
    let nobody = RawRequest { caller: Caller::Nobody, ..request.clone() };
    let (user, password) = accounts.of(Provider::A).pair();
    let usual = basic(&user, &password);
    let small = usual.to_str().unwrap_or_default().replacen("Basic", "basic", 1);
    // The scheme has no case: RFC 9110, section 11.1.
    vec![("the scheme `basic` in small letters".to_owned(), with(&nobody, [header(&small)]))]
}

fn nearly_right(accounts: &Accounts) -> Vec<(&'static str, Vec<HeaderValue>)> {
    let (user, password) = accounts.of(Provider::A).pair();
    let (other, other_password) = accounts.of(Provider::B).pair();
    let right = || basic(&user, &password);
    let wrong = || basic(&user, "nothing");
    vec![
        ("a wrong password", vec![wrong()]),
        ("an empty password", vec![basic(&user, "")]),
        ("the other provider's password", vec![basic(&user, &other_password)]),
        ("the password with a blank behind it", vec![basic(&user, &format!("{password} "))]),
        ("the password in capitals", vec![basic(&user, &password.to_uppercase())]),
        ("the user name in capitals", vec![basic(&user.to_uppercase(), &password)]),
        ("wrong credentials before right ones", vec![wrong(), right()]),
        ("right credentials before wrong ones", vec![right(), wrong()]),
        ("the credentials of both providers", vec![right(), basic(&other, &other_password)]),
    ]
}

fn refused(about: String, request: RawRequest) -> Case {
    let operation = about.split(':').next().unwrap_or_default();
    let (operation, refusal) = (operation.to_owned(), Refusal::plain(401, "Unauthenticated"));
    Case { operation, about, request, refusal, rule: None, valid: None }
}

fn with(request: &RawRequest, values: impl IntoIterator<Item = HeaderValue>) -> RawRequest {
    let add = |request: RawRequest, value| request.header(AUTHORIZATION, value);
    values.into_iter().fold(request.clone(), add)
}

fn basic(user: &str, password: &str) -> HeaderValue {
    header(&format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

fn header(text: &str) -> HeaderValue {
    let mut value = HeaderValue::try_from(text).expect("base64 is ASCII");
    value.set_sensitive(true);
    value
}
