//! Who is let in: the security schemes of a contract, and which of them an operation asks for.

use indexmap::IndexMap;

use super::endpoint::Location;
use super::read::{Reading, entries};
use crate::node::Node;
use crate::pointer;

/// One way to be let in: what must be presented together. An empty one lets everybody in.
pub type Requirement = Vec<Scheme>;

/// What has to be presented.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// A key by its name.
    ApiKey {
        /// Where it is sent; never in the path.
        location: Location,
        /// The name of the header, parameter or cookie.
        name: String,
    },
    /// HTTP Basic, RFC 7617.
    Basic,
    /// A bearer token, RFC 6750: also what OAuth 2 and `OpenID` Connect end in.
    Bearer,
    /// Another scheme of the `Authorization` header, by its name.
    Http(String),
}

/// The schemes of `components.securitySchemes`; `None` for those nothing here can judge.
pub(super) fn read_schemes(
    root: &Node<'_>,
    reading: &mut Reading<'_>,
) -> IndexMap<String, Option<Scheme>> {
    let declared = root.get("components").and_then(|components| components.get("securitySchemes"));
    let mut schemes = IndexMap::new();
    for (name, node) in entries(declared.as_ref()) {
        let Some(node) = reading.followed(&node) else { continue };
        let scheme = read_scheme(&node);
        if scheme.is_none() {
            reading.warn(
                &node.pointer,
                format!("the security scheme `{name}` is of no known kind"),
                "whoever calls is taken to satisfy it",
            );
        }
        schemes.insert(name.to_owned(), scheme);
    }
    schemes
}

fn read_scheme(node: &Node<'_>) -> Option<Scheme> {
    let text = |key: &str| node.value.get(key)?.as_str();
    match text("type")? {
        "apiKey" => {
            let location = match text("in")? {
                "header" => Location::Header,
                "query" => Location::Query,
                "cookie" => Location::Cookie,
                _ => return None,
            };
            Some(Scheme::ApiKey { location, name: text("name")?.to_owned() })
        }
        "http" => Some(match text("scheme")?.to_ascii_lowercase().as_str() {
            "basic" => Scheme::Basic,
            "bearer" => Scheme::Bearer,
            other => Scheme::Http(other.to_owned()),
        }),
        "oauth2" | "openIdConnect" => Some(Scheme::Bearer),
        _ => None,
    }
}

/// The alternatives of a `security` list.
pub(super) fn read_security(
    list: &Node<'_>,
    schemes: &IndexMap<String, Option<Scheme>>,
    reading: &mut Reading<'_>,
) -> Vec<Requirement> {
    let Some(alternatives) = list.value.as_array() else {
        reading.warn(&list.pointer, "`security` is no list", "everybody is let in");
        return Vec::new();
    };
    let mut read = Vec::new();
    for (index, alternative) in alternatives.iter().enumerate() {
        let mut requirement = Requirement::new();
        for name in alternative.as_object().into_iter().flat_map(|it| it.keys()) {
            match schemes.get(name) {
                Some(scheme) => requirement.extend(scheme.clone()),
                None => {
                    let at = pointer::join(&pointer::join(&list.pointer, &index.to_string()), name);
                    reading.warn(
                        &at,
                        format!("there is no security scheme `{name}`"),
                        "whoever calls is taken to satisfy it",
                    );
                }
            }
        }
        read.push(requirement);
    }
    read
}
