//! Makes a lost race small: fewer columns, fewer calls, less before them, and all of them plainer.

use super::Race;
use crate::machine::minimise::without;
use crate::step::Step;

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
        let (before, gone) = without(&race.before, at..at + 1);
        let column = |steps: &Vec<_>| -> Option<Vec<_>> {
            steps.iter().map(|step| gone.renumbered(step)).collect()
        };
        // Whatever is raced for is not to be deleted.
        let columns: Option<Vec<_>> = race.columns.iter().map(column).collect();
        found.extend(columns.map(|columns| Race { before, columns }));
    }
    found.extend(plainer(race));
    found
}

/// The race without any details, and with those of one call less.
fn plainer(race: &Race) -> Vec<Race> {
    let plain = |step: &Step| step.plainer_details().into_iter().next();
    let mut all = race.clone();
    for step in all.before.iter_mut().chain(all.columns.iter_mut().flatten()) {
        *step = plain(step).unwrap_or_else(|| step.clone());
    }
    let mut found = vec![all];
    for (at, column) in race.columns.iter().enumerate() {
        for (call, step) in column.iter().enumerate() {
            for plain in step.plainer_details() {
                let mut plainer = race.clone();
                plainer.columns[at][call] = plain;
                found.push(plainer);
            }
        }
    }
    found.retain(|plainer| plainer != race);
    found
}
