//! `cargo xtask gen` after an edit of the contracts.

use crate::support::{Folder, copy, xtask};

const ORDERS: &str = "openapi/octane-orders.yaml";
const CONTROL: &str = "openapi/mock-control.yaml";
const SURFACE: &str = "docs/surface/orders.txt";

/// A copy whose contracts were edited in many ways that callers see.
fn edited() -> Folder {
    let copy = copy();
    let edits = [
        // A setter that takes something else, and one with another name.
        ("format: int32, minimum: 1, maximum: 100, default: 20", "format: int64, default: 20"),
        ("        - name: createdTo\n", "        - name: createdBefore\n"),
        // A field more in what is sent, and in what is received.
        (
            "        sqType:\n          description: Kind of",
            "        urgent: { type: boolean }\n        sqType:\n          description: Kind of",
        ),
        (
            "        decidedAt:\n          description: When it came to an end.",
            "        decidedBy: { type: string }\n        decidedAt:\n          description: When it came to an end.",
        ),
        // A field that need not be there any more, and an enum that has grown.
        ("required: [reason, requestedAt, outcome]", "required: [reason, requestedAt]"),
        ("        - Install - Deinstall\n", "        - Install - Deinstall\n        - Rewire\n"),
        // A business error with another number and a new name.
        ("  TimeslotFull:\n    errorCode: 4004", "  TimeslotTaken:\n    errorCode: 4104"),
        ("        - TimeslotFull\n", "        - TimeslotTaken\n"),
        ("errorCode: 4004\n", "errorCode: 4104\n"),
        ("    errorCode: 3010\n    status: 409", "    errorCode: 3011\n    status: 409"),
    ];
    for (replace, with) in edits {
        copy.edit(ORDERS, replace, with);
    }
    copy.edit(
        CONTROL,
        "      required: [seconds]\n      properties:\n",
        "      required: [seconds, why]\n      properties:\n        why: { type: string }\n",
    );
    // The examples of what was edited, which the lint holds against the schemas.
    copy.edit(CONTROL, "value: { seconds: 86400 }", "value: { seconds: 86400, why: tomorrow }");
    copy
}

#[test]
fn nothing_is_said_where_nothing_changed() {
    let copy = copy();
    let run = xtask(&copy, &["gen"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.lines().all(|line| line.starts_with("unchanged docs/")), "{}", run.stdout);
    let run = xtask(&copy, &["gen", "--check"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "everything derived is up to date\n"));
}

#[test]
fn an_edit_is_told_as_what_it_changes_for_callers() {
    let copy = edited();
    let run = xtask(&copy, &["gen"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    insta::assert_snapshot!(run.stdout);
    let again = xtask(&copy, &["gen"]);
    assert!(!again.stdout.contains("changed for callers"), "{}", again.stdout);
}

#[test]
fn check_shows_the_change_and_writes_nothing() {
    let copy = copy();
    copy.edit(ORDERS, "enum: [NFAS]", "enum: [NFAS, FAST]");
    let before = copy.read(SURFACE);
    let run = xtask(&copy, &["gen", "--check"]);
    assert_eq!(run.code, 4);
    insta::assert_snapshot!(format!("{}---\n{}", run.stdout, run.stderr));
    assert_eq!(copy.read(SURFACE), before);
}

#[test]
fn a_change_that_callers_do_not_see_is_written_without_a_word_about_them() {
    let copy = copy();
    copy.edit(ORDERS, "Kind of qualification.", "The kind of qualification.");
    let run = xtask(&copy, &["gen"]);
    assert!(run.stdout.starts_with("changed   docs/api.md\n"), "{}", run.stdout);
    assert!(!run.stdout.contains("callers"), "{}", run.stdout);
    assert!(copy.read("docs/api.md").contains("The kind of qualification."));
}

#[test]
fn a_surface_that_cannot_be_read_is_named_and_made_anew() {
    let copy = copy();
    let whole = copy.read(SURFACE);
    copy.edit(SURFACE, "fn book_appointment()", "<<<<<<< HEAD\nfn book_appointment()");
    let run = xtask(&copy, &["gen"]);
    assert_eq!(run.code, 0);
    assert!(
        run.stdout.contains("cannot be told, since `docs/surface/orders.txt:3`"),
        "{}",
        run.stdout
    );
    assert_eq!(copy.read(SURFACE), whole);
}

#[test]
fn a_contract_with_a_finding_is_no_source_of_anything() {
    let copy = copy();
    let before = copy.read(SURFACE);
    copy.edit(ORDERS, "operationId: getNbnOrder", "operationId: getNbnOrder\n      requried: true");
    let run = xtask(&copy, &["gen"]);
    assert_eq!(run.code, 100);
    assert!(
        run.stdout.contains("error[unknown-key]: an operation has no key `requried`"),
        "{}",
        run.stdout
    );
    assert!(run.stderr.contains("nothing was generated"), "{}", run.stderr);
    assert_eq!(copy.read(SURFACE), before);
}
