//! Cases that are wrong in different places, in one request.
//!
//! The contract promises every violation of a request at once. So a request may be wrong in all places
//! that do not depend on each other, one wrong value in each, and must be answered with all of these
//! violations and no other. A few dozen such requests hold every wrong value of every place, which one
//! by one would take many hundreds.
//!
//! What a case changes is read off its request and the valid one, so whoever thinks of a new way to be
//! wrong need not know of this. That the changes do not depend on each other is not assumed either: a
//! case is added only where the schemas find the violations of all of them.

use serde_json::Value;

use super::Case;
use super::parameter::with_query;
use super::violations::{Violations, escaped, of_request, taken_apart};
use crate::exchange::RawRequest;
use crate::judge::Judge;

/// One request, and all that is wrong with it.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// What is wrong with it: one case, or several that break different places of one valid request.
    pub cases: Vec<Case>,
    /// The request.
    pub request: RawRequest,
}

impl Attempt {
    /// A case by itself.
    pub fn alone(case: Case) -> Self {
        Self { request: case.request.clone(), cases: vec![case] }
    }

    /// The same without the case at this place.
    pub(super) fn without(&self, index: usize) -> Attempt {
        let mut cases = self.cases.clone();
        cases.remove(index);
        let valid = cases.first().and_then(|case| case.valid.as_ref());
        let request = match (valid, cases.as_slice()) {
            (Some(valid), [_, _, ..]) => {
                let changes = cases.iter().flat_map(|case| changes(valid, &case.request));
                applied(valid, changes.collect())
            }
            (_, [case]) => case.request.clone(),
            (..) => self.request.clone(),
        };
        Attempt { cases, request }
    }
}

/// The cases in as few requests as the first that has room for a case makes of them.
pub fn packed(judge: &Judge, cases: &[Case]) -> Vec<Attempt> {
    let mut packs: Vec<Pack<'_>> = Vec::new();
    for case in cases {
        let Some(valid) = &case.valid else { continue };
        let own =
            Own { changes: changes(valid, &case.request), wrong: of_request(judge, &case.request) };
        let room =
            packs.iter_mut().find_map(|pack| pack.with(judge, valid, &own).map(|it| (pack, it)));
        match room {
            Some((pack, request)) => {
                pack.request = request;
                pack.cases.push(case);
                pack.changes.extend(own.changes);
                pack.wrong.extend(own.wrong);
            }
            None => {
                let request = case.request.clone();
                let Own { changes, wrong } = own;
                packs.push(Pack { valid, cases: vec![case], request, changes, wrong });
            }
        }
    }
    let attempt = |pack: Pack<'_>| Attempt {
        cases: pack.cases.into_iter().cloned().collect(),
        request: pack.request,
    };
    packs.into_iter().map(attempt).collect()
}

/// What a case changes, and all that is wrong with it then.
struct Own {
    changes: Vec<Change>,
    wrong: Violations,
}

/// An attempt that is being made.
struct Pack<'a> {
    valid: &'a RawRequest,
    cases: Vec<&'a Case>,
    request: RawRequest,
    changes: Vec<Change>,
    wrong: Violations,
}

impl Pack<'_> {
    /// The request with what a case changes, if each change leaves the others as they are.
    fn with(&self, judge: &Judge, valid: &RawRequest, own: &Own) -> Option<RawRequest> {
        let free = |change: &Change| !self.changes.iter().any(|other| other.touches(change));
        if self.valid != valid || own.changes.is_empty() || !own.changes.iter().all(free) {
            return None;
        }
        let request = applied(valid, self.changes.iter().chain(&own.changes).cloned().collect());
        let mut wanted = self.wrong.clone();
        wanted.extend(own.wrong.clone());
        (of_request(judge, &request) == wanted).then_some(request)
    }
}

/// Where a request differs from a valid one, and how.
#[derive(Debug, Clone)]
enum Change {
    /// The segment of the path at this index.
    Segment(usize, String),
    /// The values of a query parameter.
    Query(String, Vec<String>),
    /// The value of the body at a pointer; none if it is left out.
    Body(String, Option<Value>),
}

impl Change {
    /// Whether both are about one place, or one is within the other.
    fn touches(&self, other: &Change) -> bool {
        let within = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match (self, other) {
            (Change::Segment(one, _), Change::Segment(two, _)) => one == two,
            (Change::Query(one, _), Change::Query(two, _)) => one == two,
            (Change::Body(one, _), Change::Body(two, _)) => within(one, two) || within(two, one),
            _ => false,
        }
    }
}

/// What makes a broken request of a valid one; nothing if it is more than path, query and body.
fn changes(valid: &RawRequest, broken: &RawRequest) -> Vec<Change> {
    let frame = |request: &RawRequest| (request.method.clone(), request.headers.clone());
    let ((path, query), (new_path, new_query)) =
        (taken_apart(&valid.path), taken_apart(&broken.path));
    let segments = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (segments, new_segments) = (segments(&path), segments(&new_path));
    let read = |request: &RawRequest| -> Option<Option<Value>> {
        let read = |bytes: &Vec<u8>| serde_json::from_slice(bytes).ok();
        request.body.as_ref().map_or(Some(None), |bytes| read(bytes).map(Some))
    };
    let (Some(body), Some(new_body)) = (read(valid), read(broken)) else { return Vec::new() };
    if frame(valid) != frame(broken)
        || valid.caller != broken.caller
        || segments.len() != new_segments.len()
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (index, (old, new)) in segments.iter().zip(new_segments).enumerate() {
        if *old != new {
            found.push(Change::Segment(index, new));
        }
    }
    let texts = |query: &[(String, String)], name: &str| -> Vec<String> {
        query.iter().filter(|(other, _)| other == name).map(|(_, text)| text.clone()).collect()
    };
    let mut seen: Vec<&str> = Vec::new();
    for (name, _) in query.iter().chain(&new_query) {
        let new = texts(&new_query, name);
        if !seen.contains(&name.as_str()) && texts(&query, name) != new {
            found.push(Change::Query(name.clone(), new));
        }
        seen.push(name);
    }
    match (body, new_body) {
        (Some(old), Some(new)) => in_body(&old, &new, "", &mut found),
        (None, None) => {}
        _ => return Vec::new(),
    }
    found
}

fn in_body(old: &Value, new: &Value, at: &str, found: &mut Vec<Change>) {
    let (Value::Object(before), Value::Object(after)) = (old, new) else {
        if old != new {
            found.push(Change::Body(at.to_owned(), Some(new.clone())));
        }
        return;
    };
    if after.is_empty() && !before.is_empty() {
        // An object without members is a value of its own: with another change in it, it is none.
        found.push(Change::Body(at.to_owned(), Some(new.clone())));
        return;
    }
    let place = |name: &str| format!("{at}/{}", escaped(name));
    for (name, value) in before {
        match after.get(name) {
            Some(other) => in_body(value, other, &place(name), found),
            None => found.push(Change::Body(place(name), None)),
        }
    }
    for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        found.push(Change::Body(place(name), Some(value.clone())));
    }
}

/// A valid request with these changes.
fn applied(valid: &RawRequest, changes: Vec<Change>) -> RawRequest {
    let (path, mut query) = taken_apart(&valid.path);
    let mut segments: Vec<String> = path.split('/').map(str::to_owned).collect();
    let mut body: Option<Value> =
        valid.body.as_ref().and_then(|bytes| serde_json::from_slice(bytes).ok());
    for change in changes {
        match (change, &mut body) {
            (Change::Segment(index, text), _) => segments[index] = text,
            (Change::Query(name, texts), _) => {
                query.retain(|(other, _)| *other != name);
                query.extend(texts.into_iter().map(|text| (name.clone(), text)));
            }
            (Change::Body(pointer, value), Some(body)) => put(body, &pointer, value),
            (Change::Body(..), None) => {}
        }
    }
    let query: Vec<(&str, String)> =
        query.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    let path = with_query(&segments.join("/"), &query);
    let body = body.map(|body| body.to_string().into_bytes());
    RawRequest { path, body, ..valid.clone() }
}

/// Puts a value at a pointer, or takes what is there away.
fn put(body: &mut Value, pointer: &str, value: Option<Value>) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        *body = value.unwrap_or_default();
        return;
    };
    let name = name.replace("~1", "/").replace("~0", "~");
    if let Some(Value::Object(members)) = body.pointer_mut(parent) {
        match value {
            Some(value) => drop(members.insert(name, value)),
            None => drop(members.remove(&name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::caller::{Caller, Provider};
    use crate::negative::Refusal;

    fn withdrawal(order: &str, body: &Value) -> RawRequest {
        let path = format!("/v1/order/nbn/{order}/cancel");
        RawRequest::new("POST", path, Caller::Provider(Provider::A)).json(body)
    }

    fn valid() -> RawRequest {
        withdrawal("1001", &json!({ "reason": "Other", "comment": "Moved." }))
    }

    /// How many requests it takes for these, and which violations the first lists.
    #[track_caller]
    fn check(requests: &[RawRequest], packs: usize, listed: &[&str]) {
        let judge = Judge::new().expect("the contracts are linted");
        let case = |(number, request): (usize, &RawRequest)| Case {
            operation: "cancelNbnOrder".to_owned(),
            about: number.to_string(),
            request: request.clone(),
            refusal: Refusal::plain(400, "InvalidRequest"),
            rule: None,
            valid: Some(valid()),
        };
        let cases: Vec<Case> = requests.iter().enumerate().map(case).collect();
        let found = packed(&judge, &cases);
        assert_eq!(found.len(), packs);
        let wrong = of_request(&judge, &found[0].request);
        let wrong: Vec<String> =
            wrong.keys().map(|(part, at, keyword)| format!("{part} {at} {keyword}")).collect();
        assert_eq!(wrong, listed);
    }

    #[test]
    fn what_is_wrong_in_different_places_is_one_request() {
        let body = json!({ "reason": "Other", "comment": "Moved.", "a/b": 1 });
        check(
            &[
                withdrawal("1.5", &json!({ "reason": "Other", "comment": "Moved." })),
                withdrawal("1001", &json!({ "reason": "other", "comment": "Moved." })),
                withdrawal("1001", &json!({ "reason": "Other", "comment": "" })),
                withdrawal("1001", &body),
            ],
            1,
            &[
                "body /a~1b additionalProperties",
                "body /comment minLength",
                "body /reason enum",
                "path /orderId type",
            ],
        );
    }

    #[test]
    fn what_hides_or_mends_another_wrong_goes_by_itself() {
        let other = json!({ "reason": "Other", "comment": "Moved." });
        check(
            &[withdrawal("1001", &json!(7)), withdrawal("1001", &json!({ "reason": "Other" }))],
            2,
            &["body  type"],
        );
        // A reason that is none asks for no comment.
        check(
            &[
                withdrawal("1001", &json!({ "reason": "Other" })),
                withdrawal("1001", &json!({ "reason": "other", "comment": "Moved." })),
                withdrawal("1.5", &other),
            ],
            2,
            &["body /comment x-required-when", "path /orderId type"],
        );
    }

    #[test]
    fn an_object_that_is_left_empty_goes_by_itself() {
        check(
            &[
                withdrawal("1001", &json!({})),
                withdrawal("1001", &json!({ "reason": "Other", "comment": "Moved.", "why": 1 })),
                withdrawal("1.5", &json!({ "reason": "Other", "comment": "Moved." })),
            ],
            2,
            &["body /reason required", "path /orderId type"],
        );
    }

    #[test]
    fn without_one_of_its_cases_a_request_is_wrong_in_the_other_places() {
        let judge = Judge::new().expect("the contracts are linted");
        let bodies = [
            json!({ "reason": "other", "comment": "Moved." }),
            json!({ "reason": "Other", "comment": "" }),
            json!({ "reason": "Other", "comment": "Moved.", "why": 1 }),
        ];
        let case = |body: &Value| Case {
            operation: "cancelNbnOrder".to_owned(),
            about: body.to_string(),
            request: withdrawal("1001", body),
            refusal: Refusal::plain(400, "InvalidRequest"),
            rule: None,
            valid: Some(valid()),
        };
        let packs = packed(&judge, &bodies.iter().map(case).collect::<Vec<_>>());
        let sent = |attempt: &Attempt| -> Value {
            serde_json::from_slice(attempt.request.body.as_deref().unwrap()).unwrap()
        };
        let two = packs[0].without(1);
        assert_eq!(sent(&two), json!({ "reason": "other", "comment": "Moved.", "why": 1 }));
        assert_eq!(sent(&two.without(0)), bodies[2]);
    }
}
