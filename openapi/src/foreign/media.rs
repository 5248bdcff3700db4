//! What can be made of a body by its media type.

/// How a body of some media type is read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// JSON: held against the schema.
    Json,
    /// `application/x-www-form-urlencoded`: read as an object, and held against the schema.
    Form,
    /// A text: held against the schema as one string.
    Text,
    /// Anything else passes as bytes.
    Opaque,
}

/// What can be made of `media_type`; parameters such as `charset` do not matter.
pub fn media_kind(media_type: &str) -> MediaKind {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.split_once('/') {
        Some((_, subtype)) if subtype == "json" || subtype.ends_with("+json") => MediaKind::Json,
        // A range of everything, or of everything JSON is one of.
        Some(("*" | "application", "*")) => MediaKind::Json,
        Some(("application", "x-www-form-urlencoded")) => MediaKind::Form,
        // XML is text, but no string of a schema's.
        Some(("text", "xml")) => MediaKind::Opaque,
        Some(("text", _)) => MediaKind::Text,
        Some(_) | None => MediaKind::Opaque,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_media_type_says_how_a_body_is_read() {
        assert_eq!(media_kind("application/json; charset=utf-8"), MediaKind::Json);
        assert_eq!(media_kind("application/vnd.shop+JSON"), MediaKind::Json);
        assert_eq!(media_kind("*/*"), MediaKind::Json);
        assert_eq!(media_kind("application/x-www-form-urlencoded"), MediaKind::Form);
        assert_eq!(media_kind("text/csv"), MediaKind::Text);
        assert_eq!(media_kind("text/xml"), MediaKind::Opaque);
        assert_eq!(media_kind("multipart/form-data"), MediaKind::Opaque);
        assert_eq!(media_kind("garbage"), MediaKind::Opaque);
    }
}
