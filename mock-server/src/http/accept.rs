//! Does the client take JSON? RFC 9110, section 12.5.1.

use axum::http::{HeaderMap, header};
use mime::Mime;

/// Whether the `Accept` headers let an answer be `application/json`.
pub(super) fn accepts_json(headers: &HeaderMap) -> bool {
    accepts(headers, &mime::APPLICATION_JSON)
}

/// Whether the `Accept` headers let an answer be of this media type: the most specific range that
/// matches decides, and a weight of 0 excludes. A range that cannot be read matches nothing.
///
/// Written by hand over `mime`: the crates for content negotiation are unmaintained.
pub(super) fn accepts(headers: &HeaderMap, media_type: &Mime) -> bool {
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
        return headers.get_all(header::ACCEPT).iter().all(|value| value.to_str().is_ok());
    }
    let most_specific = ranges
        .filter_map(|range| range.parse::<Mime>().ok())
        .filter_map(|range| Some((specificity(&range, media_type)?, weight(&range))))
        .max_by_key(|(specificity, _)| *specificity);
    most_specific.is_some_and(|(_, weight)| weight > 0.0)
}

fn specificity(range: &Mime, media_type: &Mime) -> Option<u8> {
    match (range.type_(), range.subtype()) {
        (mime::STAR, mime::STAR) => Some(0),
        (kind, mime::STAR) if kind == media_type.type_() => Some(1),
        (kind, subtype) if (kind, subtype) == (media_type.type_(), media_type.subtype()) => Some(2),
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
    fn no_accept_header_accepts_everything() {
        assert!(accepts_json(&HeaderMap::new()));
    }
}
