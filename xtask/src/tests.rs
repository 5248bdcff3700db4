//! What the chores promise as a whole.

use clap::CommandFactory as _;

use super::*;

#[test]
fn the_help_lists_every_chore() {
    let help = Arguments::command().term_width(100).render_help().to_string();
    assert_eq!(help, include_str!("help.txt"), "update `xtask/src/help.txt`:\n{help}");
}

#[test]
fn arguments_of_other_programs_are_passed_on_untouched() {
    let typed = ["--help", "--listen", "127.0.0.1:0", "--", "-x"];
    let parsed = Arguments::try_parse_from(["xtask", "mock"].into_iter().chain(typed)).unwrap();
    let Chore::Mock(mock) = parsed.chore else { panic!("`mock` was asked for") };
    assert_eq!(mock.arguments, typed);
}
