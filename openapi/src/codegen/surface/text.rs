//! A surface as text, and back.
//!
//! The text is committed, so it is also what the next surface is compared with. Reading it back is
//! therefore part of the format: every line is understood, or named.

use std::{fmt, str::FromStr};

use super::{Family, Item, Key, Kind, Member, Surface};

/// A line that is not part of a surface.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read line {line} as part of a client's surface: `{text}`")]
pub struct SurfaceTextError {
    /// The line, counted from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
}

impl fmt::Display for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, item)) in self.items.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            item.write(&key.name, f)?;
        }
        Ok(())
    }
}

impl Item {
    fn write(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Operation => write!(f, "fn {name}()")?,
            Kind::Struct => write!(f, "struct {name} {{")?,
            Kind::OpenEnum => write!(f, "#[non_exhaustive]\nenum {name} {{")?,
            Kind::ClosedEnum => write!(f, "enum {name} {{")?,
            Kind::Tuple if self.holds.is_empty() => return writeln!(f, "struct {name};"),
            Kind::Tuple => return writeln!(f, "struct {name}({});", self.holds),
            Kind::Alias => return writeln!(f, "type {name} = {};", self.holds),
        }
        for Member { name, ty, note } in &self.members {
            match self.kind {
                Kind::Operation => write!(f, "\n    .{name}({ty})")?,
                Kind::Struct => write!(f, "\n    {name}: {ty},")?,
                _ if ty.is_empty() => write!(f, "\n    {name},")?,
                _ => write!(f, "\n    {name}({ty}),")?,
            }
            if !note.is_empty() {
                write!(f, " // {note}")?;
            }
        }
        match self.kind {
            Kind::Operation => writeln!(f, "\n    -> {};", self.holds),
            _ => writeln!(f, "\n}}"),
        }
    }
}

impl FromStr for Surface {
    type Err = SurfaceTextError;

    /// Reads a text that a surface was written as. Comments before items and blank lines are skipped.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut surface = Self::default();
        let mut open = None;
        let mut non_exhaustive = false;
        for (index, line) in text.lines().enumerate() {
            let error = || SurfaceTextError { line: index + 1, text: line.to_owned() };
            if line == "#[non_exhaustive]" {
                non_exhaustive = true;
            } else if let Some(inside) = line.strip_prefix("    ") {
                let (_, item): &mut (Key, Item) = open.as_mut().ok_or_else(error)?;
                if let Some(answer) = inside.strip_prefix("-> ").and_then(|s| s.strip_suffix(';')) {
                    answer.clone_into(&mut item.holds);
                    surface.items.extend(open.take());
                } else {
                    item.members.push(member(item.kind, inside).ok_or_else(error)?);
                }
            } else if line == "}" {
                surface.items.extend([open.take().ok_or_else(error)?]);
            } else if !line.is_empty() && !line.starts_with("//") {
                let (key, item, complete) = head(line, non_exhaustive).ok_or_else(error)?;
                non_exhaustive = false;
                if open.is_some() {
                    return Err(error());
                }
                if complete {
                    surface.items.insert(key, item);
                } else {
                    open = Some((key, item));
                }
            }
        }
        match open {
            None => Ok(surface),
            Some(_) => Err(SurfaceTextError { line: text.lines().count(), text: String::new() }),
        }
    }
}

/// The first line of an item, and whether it is the last one too.
fn head(line: &str, non_exhaustive: bool) -> Option<(Key, Item, bool)> {
    let (keyword, rest) = line.split_once(' ')?;
    let (family, kind, name, holds) = match keyword {
        "fn" => (Family::Operation, Kind::Operation, rest.strip_suffix("()")?, None),
        "enum" => {
            let kind = if non_exhaustive { Kind::OpenEnum } else { Kind::ClosedEnum };
            (Family::Type, kind, rest.strip_suffix(" {")?, None)
        }
        "struct" => match rest.strip_suffix(" {") {
            Some(name) => (Family::Type, Kind::Struct, name, None),
            None => {
                let (name, holds) = parenthesised(rest.strip_suffix(';')?)?;
                (Family::Type, Kind::Tuple, name, Some(holds))
            }
        },
        "type" => {
            let (name, holds) = rest.strip_suffix(';')?.split_once(" = ")?;
            (Family::Type, Kind::Alias, name, Some(holds))
        }
        _ => return None,
    };
    let key = Key { family, name: name.to_owned() };
    let item = Item { kind, members: Vec::new(), holds: holds.unwrap_or_default().to_owned() };
    Some((key, item, holds.is_some()))
}

fn member(kind: Kind, line: &str) -> Option<Member> {
    let (line, note) = line.split_once(" // ").unwrap_or((line, ""));
    let (name, ty) = match kind {
        Kind::Operation => parenthesised(line.strip_prefix('.')?)?,
        Kind::Struct => line.strip_suffix(',')?.split_once(": ")?,
        _ => parenthesised(line.strip_suffix(',')?)?,
    };
    Some(Member { name: name.to_owned(), ty: ty.to_owned(), note: note.to_owned() })
}

/// `Name(Type)` or `Name`, taken apart.
fn parenthesised(text: &str) -> Option<(&str, &str)> {
    match text.split_once('(') {
        Some((name, ty)) => Some((name, ty.strip_suffix(')')?)),
        None => Some((text, "")),
    }
}
