//! From a path to the operations it may mean.
//!
//! By hand, since axum's router takes neither two placeholders in one segment (`/{name}.{ext}`) nor
//! two names for one placeholder (`/pets/{id}` beside `/pets/{petId}`), and a foreign contract may
//! have both. A literal segment is preferred to one with a placeholder, from left to right, as
//! OpenAPI wants it.

use std::cmp::Reverse;
use std::collections::HashMap;

use octane_openapi::foreign::Endpoint;
use percent_encoding::percent_decode_str;

/// The paths of a contract, as a tree of segments.
#[derive(Debug, Default)]
pub(super) struct Routes {
    root: Branch,
}

#[derive(Debug, Default)]
struct Branch {
    literals: HashMap<String, Branch>,
    /// The segments with placeholders, the most literal ones first.
    templates: Vec<(Vec<Piece>, Branch)>,
    ends: Vec<End>,
}

/// A part of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Placeholder,
}

/// An operation whose path ends here.
#[derive(Debug)]
struct End {
    endpoint: usize,
    /// The names of its placeholders, from left to right.
    names: Vec<String>,
}

/// An operation that a path may mean.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its index in the contract.
    pub(super) endpoint: usize,
    /// What stands for each placeholder, still percent-encoded.
    pub(super) path: Vec<(String, String)>,
}

impl Routes {
    /// The routes of these operations, under each of their base paths.
    pub(super) fn new(endpoints: &[Endpoint]) -> Routes {
        let mut routes = Routes::default();
        for (index, endpoint) in endpoints.iter().enumerate() {
            for base in &endpoint.bases {
                routes.add(&format!("{base}{}", endpoint.path), index);
                if endpoint.path == "/" && !base.is_empty() {
                    routes.add(base, index);
                }
            }
        }
        routes.root.sort();
        routes
    }

    fn add(&mut self, path: &str, endpoint: usize) {
        let mut names = Vec::new();
        let mut branch = &mut self.root;
        for segment in path.split('/').skip(1) {
            let pieces = pieces(segment, &mut names);
            branch = match pieces.as_slice() {
                [] => branch.literals.entry(String::new()).or_default(),
                [Piece::Text(text)] => branch.literals.entry(text.clone()).or_default(),
                _ => {
                    let known = branch.templates.iter().position(|(known, _)| *known == pieces);
                    let at = known.unwrap_or_else(|| {
                        branch.templates.push((pieces, Branch::default()));
                        branch.templates.len() - 1
                    });
                    &mut branch.templates[at].1
                }
            };
        }
        branch.ends.push(End { endpoint, names });
    }

    /// The operations that `path` may mean, the best match first.
    pub(super) fn find(&self, path: &str) -> Vec<Found> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let mut found = Vec::new();
        self.root.find(&segments, &mut Vec::new(), &mut found);
        found
    }
}

impl Branch {
    fn sort(&mut self) {
        let literal = |pieces: &[Piece]| -> usize {
            let texts = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => text.len(),
                Piece::Placeholder => 0,
            });
            texts.sum()
        };
        self.templates.sort_by_key(|(pieces, _)| Reverse(literal(pieces)));
        self.literals.values_mut().for_each(Branch::sort);
        self.templates.iter_mut().for_each(|(_, branch)| branch.sort());
    }

    fn find<'p>(&self, segments: &[&'p str], taken: &mut Vec<&'p str>, found: &mut Vec<Found>) {
        let Some((segment, rest)) = segments.split_first() else {
            found.extend(self.ends.iter().map(|end| {
                Found {
                    endpoint: end.endpoint,
                    path: end
                        .names
                        .iter()
                        .zip(taken.iter())
                        .map(|(name, text)| (name.clone(), (*text).to_owned()))
                        .collect(),
                }
            }));
            return;
        };
        let text = percent_decode_str(segment).decode_utf8_lossy();
        if let Some(branch) = self.literals.get(text.as_ref()) {
            branch.find(rest, taken, found);
        }
        for (pieces, branch) in &self.templates {
            let before = taken.len();
            if matches(pieces, segment, taken) {
                branch.find(rest, taken, found);
            }
            taken.truncate(before);
        }
    }
}

/// The parts of a segment of a template; the names of its placeholders are added to `names`.
fn pieces(segment: &str, names: &mut Vec<String>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let text = |text: &str, pieces: &mut Vec<Piece>| {
        if !text.is_empty() {
            let text = percent_decode_str(text).decode_utf8_lossy().into_owned();
            pieces.push(Piece::Text(text));
        }
    };
    let mut rest = segment;
    while let Some((before, name, after)) = rest.split_once('{').and_then(|(before, inside)| {
        let (name, after) = inside.split_once('}')?;
        Some((before, name, after))
    }) {
        text(before, &mut pieces);
        pieces.push(Piece::Placeholder);
        names.push(name.to_owned());
        rest = after;
    }
    text(rest, &mut pieces);
    pieces
}

/// Whether a segment is made of these pieces. What stands for the placeholders is added to `taken`;
/// of several ways, the one in which the first placeholders take the most.
fn matches<'p>(pieces: &[Piece], segment: &'p str, taken: &mut Vec<&'p str>) -> bool {
    match pieces {
        [] => segment.is_empty(),
        [Piece::Placeholder] => {
            taken.push(segment);
            !segment.is_empty()
        }
        [Piece::Text(text), rest @ ..] => {
            segment.strip_prefix(text.as_str()).is_some_and(|segment| matches(rest, segment, taken))
        }
        [Piece::Placeholder, rest @ ..] => {
            let before = taken.len();
            let ends = segment.char_indices().map(|(at, _)| at).skip(1);
            for end in ends.collect::<Vec<_>>().into_iter().rev() {
                taken.push(&segment[..end]);
                if matches(rest, &segment[end..], taken) {
                    return true;
                }
                taken.truncate(before);
            }
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use octane_openapi::foreign::ForeignContract;

    use super::*;

    /// What of `paths` the path means first, and what stands for its placeholders.
    #[track_caller]
    fn check(paths: &[&str], path: &str, expected: Option<(usize, &str)>) {
        let paths: String = paths
            .iter()
            .map(|path| format!("  {path}: {{ get: {{ responses: {{ default: {{}} }} }} }}\n"))
            .collect();
        let text = format!("openapi: 3.0.0\npaths:\n{paths}");
        let contract = ForeignContract::parse("t.yaml", &text).unwrap();
        let found = Routes::new(contract.endpoints()).find(path).into_iter().next();
        let found = found.map(|found| {
            let texts: Vec<_> =
                found.path.iter().map(|(name, text)| format!("{name}={text}")).collect();
            (found.endpoint, texts.join(" "))
        });
        assert_eq!(found, expected.map(|(index, texts)| (index, texts.to_owned())));
    }

    #[test]
    fn a_literal_is_preferred_from_left_to_right() {
        let paths = ["/pets/{petId}", "/pets/mine", "/{kind}/mine", "/{kind}/{id}"];
        check(&paths, "/pets/mine", Some((1, "")));
        check(&paths, "/pets/7", Some((0, "petId=7")));
        check(&paths, "/cars/mine", Some((2, "kind=cars")));
        check(&paths, "/cars/7", Some((3, "kind=cars id=7")));
        check(&paths, "/pets", None);
        check(&paths, "/pets/", None);
        check(&paths, "/pets/7/", None);
    }

    #[test]
    fn a_dead_end_is_left_again() {
        let paths = ["/a/b/c", "/a/{x}/d"];
        check(&paths, "/a/b/d", Some((1, "x=b")));
    }

    #[test]
    fn a_segment_may_hold_several_placeholders() {
        let paths = ["/files/{name}.{ext}", "/files/{name}", "/files/{id}:archive"];
        check(&paths, "/files/a.tar.gz", Some((0, "name=a.tar ext=gz")));
        check(&paths, "/files/a", Some((1, "name=a")));
        check(&paths, "/files/7:archive", Some((2, "id=7")));
        check(&paths, "/files/.gz", Some((1, "name=.gz")));
    }

    #[test]
    fn paths_are_compared_decoded_and_kept_encoded() {
        check(&["/a b/{x}"], "/a%20b/c%2Fd", Some((0, "x=c%2Fd")));
    }
}
