//! What is said of a change to a contract, and that a surface is read back as it was written.

use serde_json::{Value, json};

use super::Surface;
use crate::{Contract, codegen::generate};

/// A contract of notes, which can be listed and written.
fn notes() -> Value {
    let answer = |schema: &str| {
        json!({
            "description": "It.",
            "content": { "application/json": {
                "schema": { "$ref": format!("#/components/schemas/{schema}") },
            } },
        })
    };
    json!({
        "openapi": "3.0.3",
        "info": { "title": "notes", "version": "1" },
        "x-error-codes": {
            "TooLong": { "errorCode": 7, "status": 422, "meaning": "Long.", "action": "Cut it." },
            "Closed": { "errorCode": 8, "status": 409, "meaning": "Shut.", "action": "Wait." },
        },
        "paths": {
            "/notes": {
                "get": {
                    "operationId": "listNotes",
                    "parameters": [
                        { "name": "limit", "in": "query", "schema": { "type": "integer", "format": "int32" } },
                        { "name": "owner", "in": "query", "required": true, "schema": { "type": "string" } },
                    ],
                    "responses": { "200": answer("Notes") },
                },
                "post": {
                    "operationId": "writeNote",
                    "requestBody": { "required": true, "content": { "application/json": {
                        "schema": { "$ref": "#/components/schemas/NoteRequest" },
                    } } },
                    "responses": { "200": answer("Note") },
                },
            },
        },
        "components": { "schemas": {
            "Notes": {
                "type": "object",
                "required": ["notes"],
                "properties": { "notes": { "type": "array", "items": { "$ref": "#/components/schemas/Note" } } },
            },
            "Note": {
                "type": "object",
                "required": ["text", "state"],
                "properties": {
                    "text": { "type": "string" },
                    "state": { "$ref": "#/components/schemas/State" },
                },
            },
            "NoteRequest": {
                "type": "object",
                "required": ["text"],
                "properties": {
                    "text": { "type": "string" },
                    "colour": { "$ref": "#/components/schemas/Colour" },
                },
            },
            "State": { "type": "string", "enum": ["open", "shut"], "x-extensible-enum": true },
            "Colour": { "type": "string", "enum": ["red", "blue"] },
        } },
    })
}

fn surface(tree: &Value) -> Surface {
    let contract = Contract::parse("notes.yaml", &tree.to_string()).unwrap();
    Surface::of(&generate(&contract, "octane_client").unwrap()).unwrap()
}

/// Edits the contract, and compares what is said of that with `expected`.
#[track_caller]
fn check(edit: impl FnOnce(&mut Value), expected: &[&str]) {
    let before = notes();
    let mut after = before.clone();
    edit(&mut after);
    // What is compared with is what was committed.
    let committed: Surface = surface(&before).to_string().parse().unwrap();
    let changes = surface(&after).changes_since(&committed);
    let said: Vec<_> = changes.iter().map(|c| format!("{}: {c}", c.kind)).collect();
    assert_eq!(said, expected);
}

const LIMIT: &str = "/paths/~1notes/get/parameters/0";

fn schema<'a>(tree: &'a mut Value, name: &str) -> &'a mut Value {
    &mut tree["components"]["schemas"][name]
}

#[test]
fn a_surface_is_read_back_as_it_was_written() {
    for contract in [Contract::orders().unwrap(), Contract::mock_control().unwrap()] {
        let surface = Surface::of(&generate(&contract, "octane_client").unwrap()).unwrap();
        assert_eq!(surface.to_string().parse(), Ok(surface));
    }
}

#[test]
fn a_line_that_is_none_of_a_surface_is_named() {
    for (text, line) in [
        ("fn a()\n    -> B;\n<<<<<<< ours\n", 3),
        ("    .a(B)\n", 1),
        ("struct A {\n    b: C\n}\n", 2),
        ("struct A {\nstruct B(C);\n", 2),
        ("}\n", 1),
        ("struct A {\n", 1),
    ] {
        assert_eq!(text.parse::<Surface>().unwrap_err().line, line, "{text}");
    }
}

#[test]
fn nothing_is_said_where_callers_see_nothing() {
    check(|tree| tree["info"]["title"] = json!("remarks"), &[]);
    check(|tree| schema(tree, "Note")["description"] = json!("A note."), &[]);
    check(|tree| tree["x-error-codes"]["Closed"]["action"] = json!("Wait longer."), &[]);
}

#[test]
fn an_operation_is_added_and_removed() {
    let get = json!({
        "operationId": "getNote",
        "parameters": [{ "name": "noteId", "in": "path", "required": true, "schema": { "type": "string" } }],
        "responses": { "200": {
            "description": "It.",
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Note" } } },
        } },
    });
    check(
        |tree| tree["paths"]["/notes/{noteId}"] = json!({ "get": get }),
        &["Added: operation `get_note`, which takes `note_id` and answers `Note, or ()`"],
    );
    check(
        |tree| {
            tree["paths"]["/notes"].as_object_mut().unwrap().remove("get");
        },
        &["Removed: operation `list_notes` [breaks whoever calls it]"],
    );
}

#[test]
fn what_an_operation_takes_and_answers_is_told() {
    check(
        |tree| {
            tree.pointer_mut("/paths/~1notes/get/parameters")
                .unwrap()
                .as_array_mut()
                .unwrap()
                .push(json!({ "name": "mood", "in": "query", "schema": { "type": "string" } }));
        },
        &["Added: setter `mood` of `list_notes`: `String`, optional"],
    );
    check(
        |tree| tree.pointer_mut(LIMIT).unwrap()["name"] = json!("size"),
        &[
            "Added: setter `size` of `list_notes`: `i32`, optional",
            "Removed: setter `limit` of `list_notes` [breaks calls that set it]",
        ],
    );
    check(
        |tree| tree.pointer_mut(LIMIT).unwrap()["required"] = json!(true),
        &["Changed: setter `limit` of `list_notes` is required now [breaks calls without it]"],
    );
    check(
        |tree| tree.pointer_mut(LIMIT).unwrap()["schema"]["format"] = json!("int64"),
        &[
            "Changed: setter `limit` of `list_notes` is `i64`, before `i32` [breaks calls that set it]",
        ],
    );
    check(
        |tree| {
            let content = "/paths/~1notes/get/responses/200/content/application~1json/schema/$ref";
            *tree.pointer_mut(content).unwrap() = json!("#/components/schemas/Note");
        },
        &["Changed: `list_notes` answers `Note, or ()`, before `Notes, or ()` \
           [breaks code that uses the answer]"],
    );
}

#[test]
fn a_field_breaks_requests_only_where_it_is_sent() {
    let text = || json!({ "type": "string" });
    check(
        |tree| schema(tree, "NoteRequest")["properties"]["title"] = text(),
        &["Added: field `title` of `NoteRequest`: `Option<String>`, optional \
           [breaks code that writes out every field]"],
    );
    check(
        |tree| {
            schema(tree, "NoteRequest")["properties"]["title"] = text();
            schema(tree, "NoteRequest")["required"] = json!(["text", "title"]);
        },
        &["Added: field `title` of `NoteRequest`: `String` \
           [breaks every request, which cannot be built without it]"],
    );
    check(
        |tree| {
            schema(tree, "Note")["properties"]["title"] = text();
            schema(tree, "Note")["required"] = json!(["text", "state", "title"]);
        },
        &["Added: field `title` of `Note`: `String`"],
    );
    check(
        |tree| schema(tree, "Note")["required"] = json!(["state"]),
        &["Changed: field `text` of `Note` is `Option<String>`, before `String` \
           [breaks code that uses it]"],
    );
    check(
        |tree| {
            schema(tree, "Note")["properties"].as_object_mut().unwrap().remove("text");
            schema(tree, "Note")["required"] = json!(["state"]);
        },
        &["Removed: field `text` of `Note` [breaks code that reads or sets it]"],
    );
}

#[test]
fn a_value_breaks_a_match_only_where_the_enum_is_closed() {
    check(
        |tree| schema(tree, "State")["enum"] = json!(["open", "shut", "lost"]),
        &["Added: variant `Lost` of `State`"],
    );
    check(
        |tree| schema(tree, "Colour")["enum"] = json!(["red", "blue", "green"]),
        &["Added: variant `Green` of `Colour` [breaks a `match` that lists every variant]"],
    );
    check(
        |tree| schema(tree, "Colour")["enum"] = json!(["red"]),
        &["Removed: variant `Blue` of `Colour` [breaks code that names it]"],
    );
    check(
        |tree| schema(tree, "Colour")["x-extensible-enum"] = json!(true),
        &[
            "Added: variant `Unknown` of `Colour`: `String`",
            "Changed: enum `Colour` may grow from now on \
             [breaks a `match` that has no arm for what it does not know]",
        ],
    );
}

#[test]
fn error_codes_are_told_with_their_numbers() {
    let code = |number: i64, status: u16| json!({ "errorCode": number, "status": status, "meaning": "No.", "action": "Stop." });
    check(
        |tree| tree["x-error-codes"]["Lost"] = code(9, 404),
        &["Added: error code `Lost`, 9, status 404"],
    );
    check(
        |tree| tree["x-error-codes"]["Closed"] = code(8, 422),
        &["Changed: error code `Closed` is 8, status 422, before 8, status 409 \
           [breaks code that compares the number or the status]"],
    );
    check(
        |tree| {
            tree["x-error-codes"].as_object_mut().unwrap().remove("Closed");
        },
        &["Removed: error code `Closed` [breaks code that names it]"],
    );
}

#[test]
fn a_type_that_becomes_another_is_one_change() {
    check(
        |tree| *schema(tree, "Colour") = json!({ "type": "string", "pattern": "^[a-z]+$" }),
        &["Changed: `Colour` is a struct of `String`, before an enum [breaks code that uses it]"],
    );
    check(
        |tree| {
            *schema(tree, "Colour") = json!({ "type": "string", "enum": ["red", "blue"] });
            schema(tree, "Mood")["type"] = json!("object");
            schema(tree, "Mood")["properties"] = json!({ "good": { "type": "boolean" } });
        },
        &["Added: struct `Mood` of `good`"],
    );
}
