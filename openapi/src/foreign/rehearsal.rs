//! Every documented answer of a contract, made once before anybody asks for it.
//!
//! What an author wants to know at once, and not when a test happens to get there: an example that
//! breaks its schema, a schema that no value obeys, a media type nothing here can write. It compiles
//! every rule of the contract, so on a big one it takes longer than starting does.

use std::collections::HashSet;

use serde_json::Value;

use super::{Endpoint, ForeignContract, Media, MediaKind, media_kind};
use crate::kind::{self, Kind};
use crate::place::Warning;
use crate::pointer;
use crate::sample::{Examples, Sampling, sample};
use crate::validation::{Direction, ViolationIn};

impl ForeignContract {
    /// What would go wrong with the documented answers, by line.
    pub fn rehearse(&self) -> Vec<Warning> {
        let mut rehearsal =
            Rehearsal { contract: self, warnings: Vec::new(), made: HashSet::new() };
        rehearsal.schemas();
        for endpoint in &self.endpoints {
            rehearsal.endpoint(endpoint);
        }
        let mut warnings = rehearsal.warnings;
        warnings.sort();
        warnings.dedup();
        warnings
    }

    /// Can a body in this media type be written? JSON and texts can; of anything else, what stands
    /// in the contract as a text, or is described as one.
    pub fn is_writable(&self, media_type: &str, media: &Media) -> bool {
        match media_kind(media_type) {
            MediaKind::Json | MediaKind::Text => true,
            MediaKind::Form | MediaKind::Opaque => {
                let schema = media.schema.as_deref().and_then(|it| self.schemas.document().at(it));
                let is_text = |schema: &Value| schema.get("type").is_some_and(|it| it == "string");
                media.examples.values().any(|example| example.value.is_string())
                    || schema.is_some_and(is_text)
            }
        }
    }
}

struct Rehearsal<'c> {
    contract: &'c ForeignContract,
    warnings: Vec<Warning>,
    /// The schemas that were made already: many answers share one.
    made: HashSet<String>,
}

impl Rehearsal<'_> {
    fn warn(&mut self, pointer: &str, problem: String, consequence: impl Into<String>) {
        self.warnings.push(Warning::new(self.contract.place(pointer), problem, consequence));
    }

    /// The examples that schemas give themselves.
    fn schemas(&mut self) {
        let contract = self.contract;
        let document = contract.schemas.document();
        for schema in kind::objects(document).iter().filter(|it| it.kind == Kind::Schema) {
            let Some(example) = schema.value.get("example").filter(|_| !schema.is_reference())
            else {
                continue;
            };
            if let Some(broken) = self.broken(&schema.pointer, example) {
                let at = pointer::join(&schema.pointer, "example");
                let problem = format!("the example breaks its schema: {broken}");
                self.warn(&at, problem, "a value is made instead");
            }
        }
    }

    fn endpoint(&mut self, endpoint: &Endpoint) {
        for answer in &endpoint.answers {
            let mut is_any_writable = answer.content.is_empty();
            for (media_type, media) in &answer.content {
                if self.contract.is_writable(media_type, media) {
                    is_any_writable = true;
                    self.media(media_type, media);
                }
            }
            if !is_any_writable {
                let media_types: Vec<_> = answer.content.keys().map(String::as_str).collect();
                self.warn(
                    &answer.pointer,
                    format!("no answer can be made in `{}`", media_types.join("`, `")),
                    "give it an example that is a text; until then it is answered with 501",
                );
            }
        }
    }

    fn media(&mut self, media_type: &str, media: &Media) {
        let Some(schema) = &media.schema else { return };
        // The value of a text or a stranger is the text itself, which only a schema of JSON judges.
        let is_judged = matches!(media_kind(media_type), MediaKind::Json | MediaKind::Text);
        for (name, example) in media.examples.iter().filter(|_| is_judged) {
            if let Some(broken) = self.broken(schema, &example.value) {
                let problem = format!("the example `{name}` breaks its schema: {broken}");
                let consequence = format!("it is answered only to `Prefer: example={name}`");
                self.warn(&example.pointer, problem, consequence);
            }
        }
        if !self.made.insert(schema.clone()) {
            return;
        }
        if let Some(defect) = self.contract.schemas.defect(schema, Direction::Response) {
            self.warn(schema, format!("the schema cannot be used: {defect}"), "nothing is checked");
        }
        let sampling =
            Sampling { seed: 1, direction: Direction::Response, examples: Examples::Used };
        let contract = self.contract;
        let made = sample(contract.schemas.document(), schema, sampling, |value| {
            contract.schemas.is_valid(schema, Direction::Response, value)
        });
        if made.is_err() {
            let problem = "no value was found that obeys this schema".to_owned();
            self.warn(schema, problem, "give it an `example`");
        }
    }

    /// The first rule that a value of the server's breaks.
    fn broken(&self, schema: &str, value: &Value) -> Option<String> {
        let (direction, location) = (Direction::Response, ViolationIn::Body);
        let broken = self.contract.schemas.violations(schema, direction, location, "", value);
        broken.first().map(ToString::to_string)
    }
}
