//! Makes a lost race small: fewer columns, fewer calls, less before them.

use super::Race;
use crate::machine::minimise::{made_by, renumbered, without};

/// The races that are smaller by one deletion. A column of its own is never left: alone nobody races.
pub(super) fn smaller(race: &Race) -> Vec<Race> {
    let mut found = Vec::new();
    for at in (0..race.columns.len()).filter(|_| race.columns.len() > 2) {
        let mut fewer = race.clone();
        fewer.columns.remove(at);
        found.push(fewer);
    }
    for (at, column) in race.columns.iter().enumerate().filter(|(_, it)| it.len() > 1) {
        for call in 0..column.len() {
            let mut fewer = race.clone();
            fewer.columns[at].remove(call);
            found.push(fewer);
        }
    }
    for at in (0..race.before.len()).rev() {
        let made = made_by(&race.before, at);
        let column = |steps: &Vec<_>| -> Option<Vec<_>> {
            steps.iter().map(|step| renumbered(step, made)).collect()
        };
        // Whatever is raced for is not to be deleted.
        let columns: Option<Vec<_>> = race.columns.iter().map(column).collect();
        if let Some(columns) = columns {
            found.push(Race { before: without(&race.before, at), columns });
        }
    }
    found
}
