//! JSON pointers and the local references made of them.
//!
//! Everywhere in this crate a *pointer* is a bare JSON pointer (`/components/schemas/Order`) and a
//! *reference* is what a contract writes (`#/components/schemas/Order`).

use percent_encoding::percent_decode_str;

/// `pointer` extended by one key or index.
pub(crate) fn join(pointer: &str, segment: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + segment.len() + 1);
    joined.push_str(pointer);
    push(&mut joined, segment);
    joined
}

/// Extends `pointer` in place by one key or index.
pub(crate) fn push(pointer: &mut String, segment: &str) {
    pointer.push('/');
    for character in segment.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// One segment of a pointer as the key it stands for.
pub(crate) fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// The pointer of the containing node and the last key or index; `None` at the root.
pub(crate) fn split_last(pointer: &str) -> Option<(&str, String)> {
    pointer.rsplit_once('/').map(|(parent, last)| (parent, unescape(last)))
}

/// The last key or index of a pointer: the name of a component.
pub(crate) fn last(pointer: &str) -> String {
    split_last(pointer).map(|(_, last)| last).unwrap_or_default()
}

/// The pointer a local reference stands for; `None` for one into another file.
pub(crate) fn of_reference(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    // A reference is a URI fragment, where the braces of a path are written `%7B` and `%7D`.
    let pointer = percent_decode_str(fragment).decode_utf8().ok()?;
    (pointer.is_empty() || pointer.starts_with('/')).then(|| pointer.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_escaped_segment() {
        assert_eq!(join("/paths", "/v1/order/{id}~x"), "/paths/~1v1~1order~1{id}~0x");
        let (parent, last) = split_last("/paths/~1v1~1order").unwrap();
        assert_eq!((parent, last.as_str()), ("/paths", "/v1/order"));
    }

    #[test]
    fn a_reference_is_a_percent_decoded_fragment_of_the_same_file() {
        assert_eq!(of_reference("#/paths/~1a~1%7Bid%7D").as_deref(), Some("/paths/~1a~1{id}"));
        assert_eq!(of_reference("#").as_deref(), Some(""));
        assert_eq!(of_reference("other.yaml#/components"), None);
        assert_eq!(of_reference("#components"), None);
    }
}
