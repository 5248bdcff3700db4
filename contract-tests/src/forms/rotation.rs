//! Gives each step of a verification other details than the one before it.
//!
//! A step that says what it says on purpose keeps its words. The others take turns, those that will be
//! accepted apart from those that will be refused: a value that a server cannot take shows only where
//! the request would succeed. Where the turns begin, the seed says; that they go all the way round in
//! every run is seen by the [goals](super::Goals).

use std::collections::BTreeMap;

use super::{Forms, Request};
use crate::machine::run::start;
use crate::model::World;
use crate::step::{Details, Step};

/// Whose turn it is.
#[derive(Debug, Clone)]
pub struct Rotation<'a> {
    forms: &'a Forms,
    seed: u64,
    turns: BTreeMap<(Request, bool), u64>,
}

impl<'a> Rotation<'a> {
    /// Begins where the seed says.
    pub fn new(forms: &'a Forms, seed: u64) -> Self {
        Self { forms, seed, turns: BTreeMap::new() }
    }

    /// The next details of a kind of request.
    pub fn next(&mut self, request: Request, accepted: bool) -> Details {
        let turn = self.turns.entry((request, accepted)).or_default();
        let now = *turn;
        *turn += 1;
        self.forms.get(request).map(|form| form.nth(self.seed, now)).unwrap_or_default()
    }

    /// Gives a plain step its details.
    pub fn dress(&mut self, step: &mut Step, accepted: bool) {
        if let Some((request, details)) = step.details_mut()
            && details.is_plain()
        {
            *details = self.next(request, accepted);
        }
    }

    /// Gives the plain steps of a sequence their details, going by what the model makes of it.
    pub fn dress_all(&mut self, steps: &mut [Step]) -> World {
        let mut world = World::at(start());
        for step in steps {
            let accepted = !world.perform(step).is_refusal();
            self.dress(step, accepted);
        }
        world
    }
}
