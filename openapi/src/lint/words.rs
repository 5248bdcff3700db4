//! Names as Rust will write them, and names that look alike.

/// The words of a name, at changes of case and at everything that is no letter or digit.
///
/// As the generator splits them, so that names that become one identifier are seen to.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let characters: Vec<char> = name.chars().collect();
    for (index, character) in characters.iter().copied().enumerate() {
        if !character.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = index.checked_sub(1).map(|index| characters[index]);
        let after = characters.get(index + 1);
        let begins = character.is_uppercase()
            && (before.is_some_and(char::is_lowercase)
                || before.is_some_and(char::is_uppercase)
                    && after.is_some_and(|after| after.is_lowercase()));
        if begins {
            words.push(String::new());
        }
        let last = words.last_mut().expect("the list begins with a word");
        last.extend(character.to_lowercase());
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The name of a field or function: `orderId` and `order-id` are both `order_id`.
pub(super) fn snake_case(name: &str) -> String {
    words(name).join("_")
}

/// The name of a type or variant: `port-out` and `Port Out` are both `PortOut`.
pub(super) fn pascal_case(name: &str) -> String {
    let capitalised = words(name).into_iter().map(|word| {
        let mut characters = word.chars();
        let first = characters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(characters).collect::<String>()
    });
    capitalised.collect()
}

/// The one of `known` that `name` is most likely a misspelling of.
pub(super) fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    let rated = known.into_iter().map(|known| (distance(name, known), known));
    rated.filter(|(distance, _)| *distance <= limit).min().map(|(_, known)| known)
}

/// "did you mean …?", or what else to do.
pub(super) fn suggestion<'k>(
    name: &str,
    known: impl IntoIterator<Item = &'k str>,
    otherwise: &str,
) -> String {
    match nearest(name, known) {
        Some(known) => format!("did you mean `{known}`?"),
        None => otherwise.to_owned(),
    }
}

/// How many characters to insert, drop, change or swap with their neighbour; case is ignored.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_at_case_and_punctuation() {
        for name in ["orderId", "order-id", "Order Id", "order_id", "OrderID"] {
            assert_eq!(snake_case(name), "order_id", "{name}");
            assert_eq!(pascal_case(name), "OrderId", "{name}");
        }
        assert_eq!(snake_case("HTTPServer"), "http_server");
        assert_ne!(pascal_case("ab"), pascal_case("a-b"));
    }

    #[test]
    fn a_misspelling_is_near_what_was_meant() {
        let known = ["required", "properties", "type"];
        assert_eq!(nearest("requried", known), Some("required"));
        assert_eq!(nearest("propertys", known), Some("properties"));
        assert_eq!(nearest("Type", known), Some("type"));
        assert_eq!(nearest("banana", known), None);
    }
}
