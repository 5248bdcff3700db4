//! Tables for people: columns in line, two spaces between, nothing to get in the way of `cut`.

/// A table, each row on a line; without rows only what `empty` says.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]], empty: &str) -> String {
    if rows.is_empty() {
        return format!("{empty}\n");
    }
    let head = head.map(str::to_owned);
    let width = |column: usize| {
        let cells = rows.iter().chain([&head]).map(|row| row[column].chars().count());
        cells.max().unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in [&head].into_iter().chain(rows) {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

/// Names and values, one pair on a line; pairs without a value are left out.
pub(crate) fn pairs<const N: usize>(pairs: &[(&str, Option<String>); N]) -> String {
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let shown = pairs.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    shown.map(|(name, value)| format!("{name:<width$}  {value}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_in_line_and_nothing_trails() {
        let rows = [["1".to_owned(), "Zoë".to_owned()], ["1001".to_owned(), String::new()]];
        assert_eq!(table(["ID", "NAME"], &rows, "none"), "ID    NAME\n1     Zoë\n1001\n");
        assert_eq!(table(["ID", "NAME"], &[], "none"), "none\n");
    }

    #[test]
    fn a_pair_without_a_value_is_left_out() {
        let shown = pairs(&[("a", Some("1".to_owned())), ("bc", None)]);
        assert_eq!(shown, "a   1\n");
    }
}
