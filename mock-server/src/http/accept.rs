//! Which media types does the client take? RFC 9110, section 12.5.1.

use axum::http::{HeaderMap, header};
use mime::Mime;

/// Whether the `Accept` headers let an answer be `application/json`.
pub(super) fn accepts_json(headers: &HeaderMap) -> bool {
    accepts(headers, &mime::APPLICATION_JSON)
}

/// Whether the `Accept` headers let an answer be of this media type.
pub(super) fn accepts(headers: &HeaderMap, media_type: &Mime) -> bool {
    weight_of(headers, media_type) > 0.0
}

/// How much the `Accept` headers want an answer to be of this media type, from 0, which excludes it,
/// to 1. The most specific range that matches decides. A range that cannot be read matches nothing.
///
/// Written by hand over `mime`: the crates for content negotiation are unmaintained.
pub(crate) fn weight_of(headers: &HeaderMap, media_type: &Mime) -> f32 {
    let mut ranges = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|range| !range.is_empty())
        .peekable();
    if ranges.peek().is_none() {
        // No `Accept` accepts everything; one that is not text accepts nothing we know of.
        let is_text = headers.get_all(header::ACCEPT).iter().all(|value| value.to_str().is_ok());
        return if is_text { 1.0 } else { 0.0 };
    }
    let most_specific = ranges
        .filter_map(|range| range.parse::<Mime>().ok())
        .filter_map(|range| Some((specificity(&range, media_type)?, weight(&range))))
        .max_by_key(|(specificity, _)| *specificity);
    most_specific.map_or(0.0, |(_, weight)| weight)
}

fn specificity(range: &Mime, media_type: &Mime) -> Option<u8> {
    if range.essence_str() == media_type.essence_str() {
        return Some(2);
    }
    match (range.type_(), range.subtype()) {
        (of, mime::STAR) if of == media_type.type_() => Some(1),
        (mime::STAR, mime::STAR) => Some(0),
        _ => None,
    }
}

fn weight(range: &Mime) -> f32 {
    range.get_param("q").map_or(1.0, |q| q.as_str().parse().unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, expected: bool) {
        let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]);
        assert_eq!(accepts_json(&headers), expected, "Accept: {accept}");
    }

    #[test]
    fn the_most_specific_range_decides() {
        check("*/*", true);
        check("application/json", true);
        check("application/*;q=0.1", true);
        check("text/html, application/xhtml+xml, */*;q=0.8", true);
        check("", true);
        check("text/html", false);
        check("application/json;q=0, */*", false);
        check("*/*;q=0", false);
        check("application/xml, application/*;q=0", false);
        check("garbage", false);
    }

    #[test]
    fn a_weight_says_which_of_several_is_wanted_more() {
        let accept = "text/csv;q=0.9, application/vnd.shop+json, text/*;q=0.2".parse().unwrap();
        let headers = HeaderMap::from_iter([(header::ACCEPT, accept)]);
        let weight = |media_type: &str| weight_of(&headers, &media_type.parse().unwrap());
        assert_eq!(weight("text/csv; header=present"), 0.9);
        assert_eq!(weight("text/plain"), 0.2);
        assert_eq!(weight("application/vnd.shop+json"), 1.0);
        assert_eq!(weight("application/json"), 0.0);
    }

    #[test]
    fn no_accept_header_accepts_everything() {
        assert!(accepts_json(&HeaderMap::new()));
    }
}
