//! Which of the documented answers is given, and in which media type.

use axum::http::HeaderMap;
use mime::Mime;
use octane_openapi::foreign::{
    Answer, Endpoint, Example, ForeignContract, Media, MediaKind, media_kind,
};

use crate::http::accept;
use crate::http::preference::Preferences;
use crate::http::preferred::{no_code, no_example};

/// A documented answer, and everything about it that was to be chosen.
#[derive(Debug)]
pub(super) struct Choice<'c> {
    pub(super) status: u16,
    pub(super) answer: &'c Answer,
    pub(super) body: Option<ChosenBody<'c>>,
}

/// The body of an answer, in one media type.
#[derive(Debug)]
pub(super) struct ChosenBody<'c> {
    /// What is written to `Content-Type`.
    pub(super) media_type: &'c str,
    pub(super) media: &'c Media,
    /// The example the client asked for by its name.
    pub(super) example: Option<&'c Example>,
}

/// Why there is no answer to choose.
#[derive(Debug)]
pub(super) enum NoChoice {
    /// The contract documents none, or none that can be written.
    NothingToGive(String),
    /// The client accepts none of these media types.
    NotAcceptable(String),
    /// The client asked for what is not documented.
    NotDocumented(String),
}

/// The answer to a request with these preferences and this `Accept`.
pub(super) fn choose<'c>(
    contract: &ForeignContract,
    endpoint: &'c Endpoint,
    preferences: &Preferences,
    headers: &HeaderMap,
) -> Result<Choice<'c>, NoChoice> {
    let (status, answer) = answer(endpoint, preferences)?;
    if answer.content.is_empty() {
        return match &preferences.example {
            Some(name) => Err(NoChoice::NotDocumented(no_example(name, std::iter::empty()))),
            None => Ok(Choice { status, answer, body: None }),
        };
    }
    let mut offered: Vec<(&str, &Media)> = answer
        .content
        .iter()
        .filter(|(media_type, media)| contract.is_writable(media_type, media))
        .map(|(media_type, media)| (concrete(media_type), media))
        .collect();
    if offered.is_empty() {
        let place = contract.place(&answer.pointer);
        return Err(NoChoice::NothingToGive(format!(
            "The answer {} of `{}` is in a media type that cannot be made; give it an example that \
             is a text, at {place}.",
            answer.status, endpoint.id
        )));
    }
    if let Some(name) = &preferences.example {
        // The example decides the media type, as far as it can.
        let names: Vec<&str> = offered
            .iter()
            .flat_map(|(_, media)| media.examples.keys())
            .map(String::as_str)
            .collect();
        if !names.contains(&name.as_str()) {
            return Err(NoChoice::NotDocumented(no_example(name, names.into_iter())));
        }
        offered.retain(|(_, media)| media.examples.contains_key(name));
    }
    // JSON first where the client does not mind; otherwise in the order of the file.
    offered.sort_by_key(|(media_type, _)| media_kind(media_type) != MediaKind::Json);
    let weight = |media_type: &str| {
        let parsed: Option<Mime> = media_type.parse().ok();
        parsed.map_or(1.0, |media_type| accept::weight_of(headers, &media_type))
    };
    let mut best: Option<(f32, &str, &Media)> = None;
    for (media_type, media) in &offered {
        let weight = weight(media_type);
        if weight > best.map_or(0.0, |(best, ..)| best) {
            best = Some((weight, media_type, media));
        }
    }
    let Some((_, media_type, media)) = best else {
        let offered: Vec<&str> = offered.iter().map(|(media_type, _)| *media_type).collect();
        let message = format!("The answer is {}.", offered.join(" or "));
        return Err(NoChoice::NotAcceptable(message));
    };
    let example = preferences.example.as_ref().and_then(|name| media.examples.get(name));
    Ok(Choice { status, answer, body: Some(ChosenBody { media_type, media, example }) })
}

/// The answer with the status or the example that is asked for, or else the success.
fn answer<'c>(
    endpoint: &'c Endpoint,
    preferences: &Preferences,
) -> Result<(u16, &'c Answer), NoChoice> {
    if let Some(code) = &preferences.code {
        let status = code.parse().ok().filter(|status| (200..600).contains(status));
        let found = status.and_then(|status| Some((status, endpoint.answer(status)?)));
        return found.ok_or_else(|| {
            let documented = endpoint.answers.iter().map(|answer| answer.status.to_string());
            NoChoice::NotDocumented(no_code(code, documented))
        });
    }
    let success = endpoint.success().ok_or_else(|| {
        let message = format!("The operation `{}` documents no answer.", endpoint.id);
        NoChoice::NothingToGive(message)
    })?;
    let Some(name) = &preferences.example else { return Ok(success) };
    let has = |answer: &Answer| answer.content.values().any(|it| it.examples.contains_key(name));
    if has(success.1) {
        return Ok(success);
    }
    // A name says more than a status: `example=outOfStock` is the 409 that has it.
    let other = endpoint.answers.iter().find(|answer| has(answer));
    Ok(other.map_or(success, |answer| (answer.status.typical(), answer)))
}

/// A media type that stands for a range of them.
fn concrete(media_type: &str) -> &str {
    match media_type.split_once('/') {
        Some(("*" | "application", "*")) => "application/json",
        Some(("text", "*")) => "text/plain",
        Some((_, "*")) => "application/octet-stream",
        Some(_) | None => media_type,
    }
}
