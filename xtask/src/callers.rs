//! What changed for callers since the surface that is committed.

use std::fmt::Write as _;
use std::path::Path;

use octane_openapi::codegen::{Change, ChangeKind, Surface};

use crate::derived::Client;
use crate::store;

/// What is said of all clients, ready to be printed; nothing where there is nothing to say.
pub(crate) fn report(root: &Path, clients: &[Client]) -> anyhow::Result<String> {
    let mut text = String::new();
    for client in clients {
        let file = client.surface_file();
        let Some(committed) = store::read(root, &file.path)? else {
            writeln!(text, "\n`{}` is new: `{}` shows all of it", client.name, file.path)?;
            continue;
        };
        match committed.parse::<Surface>() {
            Ok(before) => text += &describe(client.name, &client.surface.changes_since(&before)),
            // A merge that is not finished, perhaps. The file is made anew all the same.
            Err(error) => writeln!(
                text,
                "\nwhat changed for callers of `{}` cannot be told, since `{}:{}` is no line of it",
                client.name, file.path, error.line
            )?,
        }
    }
    Ok(text)
}

/// The changes of one client, grouped by what became of things.
fn describe(client: &str, changes: &[Change]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut text = format!("\nWhat changed for callers of `{client}`\n");
    for kind in [ChangeKind::Added, ChangeKind::Changed, ChangeKind::Removed] {
        let mut group = changes.iter().filter(|change| change.kind == kind).peekable();
        if group.peek().is_some() {
            text += &format!("\n  {kind}\n");
        }
        for change in group {
            text += &format!("    {change}\n");
        }
    }
    let breaking = changes.iter().filter(|change| change.breaks.is_some()).count();
    let all = changes.len();
    text + &match breaking {
        0 => "\n  None of this breaks code that calls it.\n".to_owned(),
        _ => format!("\n  {breaking} of {all} changes can break code that calls it.\n"),
    }
}
