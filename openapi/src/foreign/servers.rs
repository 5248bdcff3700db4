//! The base paths a contract is served under: the paths of its servers' URLs.
//!
//! Host and scheme are the real service's; a mock has its own.

use serde_json::Value;

use super::read::Reading;
use crate::node::Node;
use crate::pointer;

/// How many base paths the variables of one URL may make.
const BASES_MAX: usize = 16;

/// The base paths of the `servers` of `owner`; `None` if it has none of its own.
pub(super) fn read_bases(owner: &Node<'_>, reading: &mut Reading<'_>) -> Option<Vec<String>> {
    let servers = owner.get("servers")?;
    let mut bases: Vec<String> = Vec::new();
    for index in 0..servers.value.as_array().map_or(0, Vec::len) {
        let at = pointer::join(&servers.pointer, &index.to_string());
        let Some(url) = reading.document.at(&pointer::join(&at, "url")).and_then(Value::as_str)
        else {
            reading.warn(&at, "a server without a `url`", "it is left out");
            continue;
        };
        for url in expanded(url, &at, reading) {
            let base = path_of(&url);
            if !bases.contains(&base) {
                bases.push(base);
            }
        }
    }
    (!bases.is_empty()).then_some(bases)
}

/// The URL with each value its variables may have.
fn expanded(url: &str, at: &str, reading: &mut Reading<'_>) -> Vec<String> {
    let mut urls = vec![url.to_owned()];
    for _ in 0..url.matches('{').count() {
        let Some((name, _)) = urls[0].split_once('{').and_then(|(_, rest)| rest.split_once('}'))
        else {
            break;
        };
        let name = name.to_owned();
        let variable = pointer::join(&pointer::join(at, "variables"), &name);
        let declared = reading.document.at(&variable);
        let values = declared.and_then(|it| it.get("enum")?.as_array().cloned());
        let default = declared.and_then(|it| it.get("default").cloned());
        // The default first: it is the base path that is announced.
        let mut values: Vec<Value> =
            default.into_iter().chain(values.into_iter().flatten()).collect();
        values.dedup();
        if values.is_empty() {
            let problem = format!("the server variable `{name}` has no value");
            reading.warn(at, problem, "its name stands for it");
            values.push(Value::String(name.clone()));
        }
        let placeholder = format!("{{{name}}}");
        let mut filled = Vec::new();
        for value in &values {
            let value = super::scalar(value);
            filled.extend(urls.iter().map(|url| url.replace(&placeholder, &value)));
        }
        filled.truncate(BASES_MAX);
        urls = filled;
    }
    urls
}

/// The path of a URL, absolute or relative, without a trailing slash.
fn path_of(url: &str) -> String {
    let without_scheme = match url.split_once("://") {
        Some((_, rest)) => Some(rest),
        None => url.strip_prefix("//"),
    };
    let path = match without_scheme {
        Some(rest) => rest.find('/').map_or("", |slash| &rest[slash..]),
        None => url,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    if path.is_empty() { String::new() } else { format!("/{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_path_is_the_path_of_the_url() {
        assert_eq!(path_of("https://api.example.com/v1/"), "/v1");
        assert_eq!(path_of("https://api.example.com"), "");
        assert_eq!(path_of("//api.example.com/a/b?c#d"), "/a/b");
        assert_eq!(path_of("/v2"), "/v2");
        assert_eq!(path_of("v2"), "/v2");
        assert_eq!(path_of("/"), "");
    }
}
