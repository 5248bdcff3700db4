//! Markdown, as far as the pages need it.
//!
//! A [`Page`] is a list of blocks with one blank line between them; a [`Table`] leaves out the columns
//! that nothing was put into, so that writers need not know beforehand what a contract has. Tables
//! are not padded: one long cell would change every line of the next review.

use std::fmt::Write;

use super::notice;
use crate::Contract;

/// A page in the making.
pub(super) struct Page(String);

impl Page {
    /// A page that says in its first line what it was made from.
    pub(super) fn of(contract: &Contract) -> Page {
        Page(format!("<!-- {} -->\n", notice(contract)))
    }

    /// Adds a block: a paragraph, a list, a table. Nothing is added for an empty text.
    pub(super) fn block(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            write!(self.0, "\n{text}\n").expect("a String takes any text");
        }
    }

    /// Adds a heading; level 1 is the page's title.
    pub(super) fn heading(&mut self, level: usize, text: &str) {
        self.block(&format!("{} {text}", "#".repeat(level)));
    }

    /// Adds a block of code.
    pub(super) fn fence(&mut self, language: &str, text: &str) {
        self.block(&fence(language, text));
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// A table in the making.
pub(super) struct Table<const N: usize> {
    head: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(super) fn new(head: [&'static str; N]) -> Table<N> {
        Table { head, rows: Vec::new() }
    }

    /// Adds a row; each cell is brought onto one line.
    pub(super) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|text| cell(&text)));
    }

    /// The table, or nothing if it has no rows.
    pub(super) fn render(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let used = |column: &usize| self.rows.iter().any(|row| !row[*column].is_empty());
        let columns: Vec<usize> = (0..N).filter(used).collect();
        let line = |cells: &[&str]| format!("| {} |\n", cells.join(" | "));
        let pick = |cells: &[&str; N]| line(&columns.iter().map(|c| cells[*c]).collect::<Vec<_>>());

        let mut text = pick(&self.head);
        text.push_str(&line(&vec!["---"; columns.len()]));
        for row in &self.rows {
            text.push_str(&pick(&row.each_ref().map(String::as_str)));
        }
        text
    }
}

/// `text` on one line, with its bars escaped.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// `text` as code.
pub(super) fn code(text: &str) -> String {
    // A pattern may hold backticks, and is then put between longer runs of them.
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    match longest {
        0 => format!("`{text}`"),
        _ => {
            let marks = "`".repeat(longest + 1);
            format!("{marks} {text} {marks}")
        }
    }
}

/// A block of code.
pub(super) fn fence(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```\n", text.trim_end())
}

/// A link to the heading or [`mark`] of this name on the same page.
pub(super) fn link(name: &str) -> String {
    format!("[{name}](#{})", anchor(name))
}

/// An invisible target of links to `name`, for where there is no heading.
pub(super) fn mark(name: &str) -> String {
    format!("<a id=\"{}\"></a>", anchor(name))
}

/// The anchor that Markdown renderers give a heading.
pub(super) fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn enumerate(items: &[String], conjunction: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_leaves_out_columns_without_content() {
        let mut table = Table::new(["a", "b", "c"]);
        table.row(["1".into(), String::new(), "x|y\nz".into()]);
        table.row(["2".into(), String::new(), String::new()]);
        assert_eq!(table.render(), "| a | c |\n| --- | --- |\n| 1 | x\\|y z |\n| 2 |  |\n");
        assert_eq!(Table::new(["a"]).render(), "");
    }

    #[test]
    fn code_with_backticks_is_put_between_more_of_them() {
        assert_eq!(code("^a$"), "`^a$`");
        assert_eq!(code("a`b"), "`` a`b ``");
    }

    #[test]
    fn an_anchor_is_what_a_heading_gets() {
        assert_eq!(anchor("Any request"), "any-request");
        assert_eq!(anchor("`nbnOrder` (v1)"), "nbnorder-v1");
    }

    #[test]
    fn enumerations_read_like_sentences() {
        let all: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        assert_eq!(enumerate(&all, "or"), "a, b or c");
        assert_eq!(enumerate(&all[..1], "or"), "a");
    }
}
