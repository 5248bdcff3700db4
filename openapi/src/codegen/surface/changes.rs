//! What a change of the contract means for callers, in sentences.
//!
//! Two surfaces are compared by name, so something that is renamed is removed and added. Who has to
//! change code is said where the surface tells it. It does not tell everything: whether a status or
//! a rule changed stands in the pages, and whether somebody reads a field only they know.

use std::{collections::BTreeSet, fmt};

use super::{ERROR_CODE, Family, Item, Key, Kind, Member, Surface};

/// One thing that is different for callers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// What became of it.
    pub kind: ChangeKind,
    /// What it is, as a noun or a sentence without its full stop.
    pub what: String,
    /// Whose code breaks by it; nobody's, as far as the surface tells, if there is nothing.
    pub breaks: Option<&'static str>,
}

/// What became of something. In the order in which changes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// It was there, and is another.
    Changed,
    /// It is not there any more.
    Removed,
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Removed => "Removed",
        })
    }
}

/// The sentence, with who it breaks.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match self.breaks {
            Some(whom) => write!(f, " [breaks {whom}]"),
            None => Ok(()),
        }
    }
}

impl Surface {
    /// What is different for callers since `old`: first what was added, then what changed, then what
    /// was removed, each in the order of the surface.
    pub fn changes_since(&self, old: &Self) -> Vec<Change> {
        let sent = self.sent();
        let mut changes = Vec::new();
        for (key, item) in &self.items {
            match old.items.get(key) {
                None => changes.push(change(ChangeKind::Added, item.describe(key), None)),
                Some(before) if before != item => {
                    let sent = sent.contains(key.name.as_str());
                    Comparison { key, before, now: item, sent }.tell(&mut changes);
                }
                Some(_) => {}
            }
        }
        let gone = old.items.iter().filter(|(key, _)| !self.items.contains_key(key));
        changes.extend(gone.map(|(key, item)| {
            let whom = match key.family {
                Family::Operation => "whoever calls it",
                Family::Type => "code that names it",
            };
            change(ChangeKind::Removed, format!("{} `{}`", item.noun(), key.name), Some(whom))
        }));
        changes.sort_by_key(|change| change.kind);
        changes
    }
}

fn change(kind: ChangeKind, what: String, breaks: Option<&'static str>) -> Change {
    Change { kind, what, breaks }
}

impl Item {
    fn noun(&self) -> &'static str {
        match self.kind {
            Kind::Operation => "operation",
            Kind::Struct | Kind::Tuple => "struct",
            Kind::ClosedEnum | Kind::OpenEnum => "enum",
            Kind::Alias => "type",
        }
    }

    /// An item that is new.
    fn describe(&self, key: &Key) -> String {
        let noun = self.noun();
        let name = &key.name;
        let members = listed(&self.members);
        match self.kind {
            Kind::Operation if members.is_empty() => {
                format!("{noun} `{name}`, which answers `{}`", self.holds)
            }
            Kind::Operation => {
                format!("{noun} `{name}`, which takes {members} and answers `{}`", self.holds)
            }
            Kind::Struct if members.is_empty() => format!("{noun} `{name}` without fields"),
            Kind::Struct => format!("{noun} `{name}` of {members}"),
            Kind::Tuple | Kind::Alias => format!("{noun} `{name}` of `{}`", self.holds),
            Kind::ClosedEnum | Kind::OpenEnum => format!("{noun} `{name}` of {members}"),
        }
    }
}

/// `a`, `b` and `c`.
fn listed(members: &[Member]) -> String {
    let names: Vec<String> = members.iter().map(|member| format!("`{}`", member.name)).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// An item before and now.
struct Comparison<'a> {
    key: &'a Key,
    before: &'a Item,
    now: &'a Item,
    /// Whether callers send it, and do not only receive it.
    sent: bool,
}

impl Comparison<'_> {
    fn tell(&self, changes: &mut Vec<Change>) {
        let name = &self.key.name;
        let (before, now) = (self.before, self.now);
        match (before.kind, now.kind) {
            (Kind::ClosedEnum, Kind::OpenEnum) => changes.push(change(
                ChangeKind::Changed,
                format!("enum `{name}` may grow from now on"),
                Some("a `match` that has no arm for what it does not know"),
            )),
            (Kind::OpenEnum, Kind::ClosedEnum) => changes.push(change(
                ChangeKind::Changed,
                format!("enum `{name}` does not grow any more"),
                None,
            )),
            (old, new) if old != new => {
                return changes.push(change(
                    ChangeKind::Changed,
                    format!("`{name}` is {}, before {}", now.shape(), before.shape()),
                    Some("code that uses it"),
                ));
            }
            _ => {}
        }
        if before.holds != now.holds {
            let (new, old) = (&now.holds, &before.holds);
            changes.push(if now.kind == Kind::Operation {
                let whom = Some("code that uses the answer");
                change(
                    ChangeKind::Changed,
                    format!("`{name}` answers `{new}`, before `{old}`"),
                    whom,
                )
            } else {
                let whom = Some("code that uses what it holds");
                change(ChangeKind::Changed, format!("`{name}` holds `{new}`, before `{old}`"), whom)
            });
        }
        for member in &now.members {
            match before.members.iter().find(|old| old.name == member.name) {
                None => changes.push(self.member_added(member)),
                Some(old) if old != member => changes.push(self.member_changed(old, member)),
                Some(_) => {}
            }
        }
        let names: BTreeSet<&str> = now.members.iter().map(|member| &*member.name).collect();
        let gone = before.members.iter().filter(|member| !names.contains(&*member.name));
        changes.extend(gone.map(|member| self.member_removed(member)));
    }

    fn member_added(&self, member: &Member) -> Change {
        let required = member.is_required();
        let breaks = match self.now.kind {
            Kind::Operation => required.then_some("every call, which fails until it is set"),
            Kind::Struct if self.sent && required => {
                Some("every request, which cannot be built without it")
            }
            // Who receives a struct does not write one.
            Kind::Struct => self.sent.then_some("code that writes out every field"),
            Kind::ClosedEnum => Some("a `match` that lists every variant"),
            Kind::OpenEnum | Kind::Tuple | Kind::Alias => None,
        };
        let optional = match self.now.kind {
            Kind::Operation | Kind::Struct if !required => ", optional",
            _ => "",
        };
        change(ChangeKind::Added, format!("{}{optional}", self.member(member)), breaks)
    }

    fn member_changed(&self, old: &Member, new: &Member) -> Change {
        let subject = self.member_name(new);
        if old.ty != new.ty {
            let breaks = match self.now.kind {
                Kind::Operation => "calls that set it",
                _ => "code that uses it",
            };
            let what = format!("{subject} is `{}`, before `{}`", new.ty, old.ty);
            return change(ChangeKind::Changed, what, Some(breaks));
        }
        if self.is_error_code() {
            let what = format!("{subject} is {}, before {}", new.note, old.note);
            let whom = Some("code that compares the number or the status");
            return change(ChangeKind::Changed, what, whom);
        }
        let (what, breaks) = match (self.now.kind, new.is_required()) {
            (Kind::Operation, true) => {
                (format!("{subject} is required now"), Some("calls without it"))
            }
            (_, true) => {
                (format!("{subject} is required now"), self.sent.then_some("requests without it"))
            }
            (_, false) => (format!("{subject} is optional now"), None),
        };
        change(ChangeKind::Changed, what, breaks)
    }

    fn member_removed(&self, member: &Member) -> Change {
        let breaks = match self.before.kind {
            Kind::Operation => "calls that set it",
            Kind::Struct => "code that reads or sets it",
            _ => "code that names it",
        };
        change(ChangeKind::Removed, self.member_name(member), Some(breaks))
    }

    fn is_error_code(&self) -> bool {
        self.key.name == ERROR_CODE && self.now.kind == Kind::OpenEnum
    }

    /// A member with what it takes or holds.
    fn member(&self, member: &Member) -> String {
        let name = self.member_name(member);
        match (member.ty.as_str(), self.is_error_code()) {
            ("", true) => format!("{name}, {}", member.note),
            ("", false) => name,
            (ty, _) => format!("{name}: `{ty}`"),
        }
    }

    fn member_name(&self, member: &Member) -> String {
        let (owner, name) = (&self.key.name, &member.name);
        match self.now.kind {
            Kind::Operation => format!("setter `{name}` of `{owner}`"),
            Kind::Struct | Kind::Tuple | Kind::Alias => format!("field `{name}` of `{owner}`"),
            Kind::ClosedEnum | Kind::OpenEnum if self.is_error_code() => {
                format!("error code `{name}`")
            }
            Kind::ClosedEnum | Kind::OpenEnum => format!("variant `{name}` of `{owner}`"),
        }
    }
}

impl Item {
    fn shape(&self) -> String {
        match self.kind {
            Kind::Operation => "an operation".to_owned(),
            Kind::Struct => "a struct with fields".to_owned(),
            Kind::Tuple => format!("a struct of `{}`", self.holds),
            Kind::ClosedEnum | Kind::OpenEnum => "an enum".to_owned(),
            Kind::Alias => format!("another name for `{}`", self.holds),
        }
    }
}
