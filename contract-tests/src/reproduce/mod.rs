//! A finding as something to paste: shell commands, or a Rust test.

use crate::finding::Finding;
use crate::own_world::seed_of_world;
use crate::shell;
use crate::trial::Trial;

mod learning;

/// The commands that send the same requests again: in a world that has the same numbers; or where nbn
/// acts by itself, with new orders, whose numbers are taken from the answers. The base URL and the
/// credentials are named and not shown.
pub fn commands(finding: &Finding) -> Vec<String> {
    if let Trial::Followed { .. } = finding.trial {
        return learning::commands(&finding.exchanges);
    }
    let sent = shell::commands(&finding.exchanges);
    let seed = seed_of_world(finding.seed);
    let world = r#"curl -iTESTER -X POST -H 'content-type: application/json' -d '{"name":"reproduce","network":"Manual","seed":SEED}' "$OCTANE_URL"/_mock/worlds"#;
    let world = world.replace("TESTER", finding.tester.curl_arguments());
    let mut lines = vec![
        world.replace("SEED", &seed.to_string()),
        r#"OCTANE_URL="$OCTANE_URL/worlds/reproduce""#.to_owned(),
    ];
    lines.extend(sent);
    lines
}

/// A test that tries the same again and judges anew.
pub fn test(finding: &Finding, contract: &str) -> String {
    let replay = finding.replay(contract).text();
    let name = snake(&finding.name());
    let mut text = format!(
        "/// {}\n///\n{DEPENDENCY}#[test]\nfn {name}() {{\n",
        finding.failure.rule.promise()
    );
    for (number, sentence) in finding.steps.iter().enumerate() {
        text.push_str(&format!("    // {}. {}\n", number + 1, one_line(sentence)));
    }
    // A raw string ends at a quote and as many hashes as it began with.
    let mut hashes = "#".to_owned();
    while replay.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    text.push_str("    octane_contract_tests::replay::check(\n");
    text.push_str(&format!("        r{hashes}\"{replay}\"{hashes},\n    );\n}}\n"));
    text
}

/// What whoever pastes a test has to know.
const DEPENDENCY: &str = "\
/// Needs `octane-contract-tests` among the dev-dependencies. `OCTANE_URL` says which service is tried;
/// without it, it is the mock in this process. The providers' credentials are in `OCTANE_USERNAME`,
/// `OCTANE_PASSWORD`, `OCTANE_OTHER_USERNAME` and `OCTANE_OTHER_PASSWORD`.
";

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// A name as Rust writes functions.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for character in name.chars() {
        match character {
            upper if upper.is_ascii_uppercase() => {
                if !text.ends_with('_') {
                    text.push('_');
                }
                text.push(upper.to_ascii_lowercase());
            }
            other if other.is_ascii_alphanumeric() => text.push(other),
            _ if text.ends_with('_') => {}
            _ => text.push('_'),
        }
    }
    text.trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn a_finding_is_named_as_rust_names_functions() {
        assert_eq!(snake("list-paged-listNbnOrders"), "list_paged_list_nbn_orders");
        assert_eq!(snake("no-server-error-GET--v1-x"), "no_server_error_g_e_t_v1_x");
    }
}
