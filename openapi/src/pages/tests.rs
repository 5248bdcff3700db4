//! What the pages promise, on a contract small enough to be read here, and on the real ones.

use std::collections::BTreeSet;

use super::*;

const SHOP: &str = r##"
openapi: 3.0.3
info: { title: Shop, version: 1.2.0, description: Sells things. }
security: [{ basic: [] }]
tags:
  - { name: Buying, description: What customers do. }
paths:
  /orders:
    post:
      operationId: createOrder
      tags: [Buying]
      summary: Create an order
      description: A thing is sold once.
      x-provenance: designed
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: '#/components/schemas/OrderRequest' }
            examples: { one: { value: { name: a|b, gift: { text: hi } } } }
      responses:
        '201':
          description: The order was made.
          headers: { Location: { required: true, description: Its path., schema: { type: string } } }
          content:
            application/json:
              schema: { $ref: '#/components/schemas/OrderEnvelope' }
              examples: { made: { value: { success: true, response: { status: Open } } } }
        '401': { $ref: '#/components/responses/Unauthenticated' }
  /orders/{id}/close:
    parameters:
      - { name: id, in: path, required: true, description: Its number., example: 7, schema: { type: integer } }
      - { name: note, in: query, example: 'a b', schema: { type: string, minLength: 1, maxLength: 9 } }
    post:
      operationId: closeOrder
      tags: [Buying]
      summary: Close an order
      x-provenance: inferred
      x-refusals: [OrderClosed]
      responses:
        '200':
          description: The order is closed.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/OrderEnvelope' }
x-error-codes:
  Unauthenticated: { errorCode: 1, status: 401, meaning: Who are you?, action: Say so. }
  OrderClosed: { errorCode: 2, status: 409, meaning: It is closed., action: Make another. }
x-fallback-responses:
  '401': { errorCode: Unauthenticated, response: '#/components/responses/Unauthenticated' }
x-lifecycles:
  order:
    description: The life of an order.
    schema: '#/components/schemas/OrderStatus'
    guards: [closeOrder]
    states:
      Open: { initial: true, holdsTimeslot: true, description: Being worked on. }
      Halted: { description: Waits. }
      Closed: { terminal: true, description: Done with. }
    events:
      halt: { description: Work stops. }
      resume: { description: Work goes on. }
    conditions:
      large: { description: More than ten things. }
      small: { description: At most ten things., excludes: large }
    effects:
      bill: { description: Sends the bill. }
    transitions:
      - { trigger: closeOrder, from: [Open], when: small, to: Closed, status: 200, effects: [bill] }
      - { trigger: halt, from: [Open], when: large, to: Halted }
      - { trigger: resume, from: [Halted], to: $previous }
    refusals:
      - { trigger: closeOrder, from: [Open, Halted, Closed], refusal: OrderClosed }
components:
  securitySchemes: { basic: { type: http, scheme: basic, description: Name and password. } }
  responses:
    Unauthenticated:
      description: Nobody was named.
      content:
        application/json:
          schema: { $ref: '#/components/schemas/Failure' }
          examples: { nobody: { value: { success: false } } }
  schemas:
    OrderRequest:
      type: object
      additionalProperties: false
      required: [name]
      x-required-when: { note: { name: [Other] } }
      properties:
        name: { $ref: '#/components/schemas/Name' }
        note: { type: string, description: More about it., x-provenance: documented }
        gift:
          type: object
          required: [text]
          properties: { text: { type: string, enum: [hi] } }
    Name: { type: string, pattern: '^[a|b]+$', description: What it is called. }
    OrderEnvelope:
      type: object
      required: [success, response]
      properties:
        success: { type: boolean, enum: [true] }
        response: { $ref: '#/components/schemas/Order' }
    Order:
      type: object
      required: [status]
      properties:
        status: { $ref: '#/components/schemas/OrderStatus' }
        lines: { type: array, maxItems: 3, items: { $ref: '#/components/schemas/Name' } }
    OrderStatus: { type: string, enum: [Open, Halted, Closed], x-extensible-enum: true }
    Failure:
      type: object
      properties: { success: { type: boolean, enum: [false] } }
"##;

fn shop() -> Contract {
    Contract::parse("shop.yaml", SHOP).unwrap()
}

/// The text of `page` from the heading `heading` to the next of the same or a higher level.
#[track_caller]
fn section<'p>(page: &'p str, heading: &str) -> &'p str {
    let start = page.find(&format!("\n{heading}\n")).expect("the page has the heading") + 1;
    let marks = heading.split(' ').next().unwrap_or_default();
    let rest = &page[start + heading.len()..];
    let end = (1..=marks.len()).filter_map(|level| rest.find(&format!("\n{} ", "#".repeat(level))));
    &page[start..start + heading.len() + end.min().unwrap_or(rest.len())]
}

#[track_caller]
fn has(text: &str, line: &str) {
    assert!(text.lines().any(|other| other == line), "no line\n{line}\nin\n{text}");
}

#[test]
fn the_first_line_says_what_the_page_was_made_from() {
    let notice = "<!-- generated by `cargo xtask gen` from shop.yaml; do not edit -->\n\n# Shop";
    assert!(api_page(&shop()).starts_with(notice));
    assert!(lifecycle_page(&shop()).starts_with(notice));
}

#[test]
fn the_overview_groups_the_operations_by_tag() {
    let page = api_page(&shop());
    has(&page, "**Buying.** What customers do.");
    has(&page, "| [createOrder](#createorder) | `POST /orders` | Create an order | designed |");
}

#[test]
fn an_operation_shows_every_rule_of_its_body_in_one_table() {
    let page = api_page(&shop());
    let text = section(&page, "### createOrder");
    has(text, "**Create an order** · `POST /orders` · *designed*");
    has(text, "A thing is sold once.");
    has(
        text,
        "**Request body**: required, `application/json`, `OrderRequest`. Other properties are refused.",
    );
    has(text, "| `name` | [Name](#name) | yes | matches `^[a\\|b]+$` | What it is called. |");
    has(text, "| `note` | string | when `name` is `Other` |  | More about it. *(documented)* |");
    has(text, "| `gift` | object |  |  |  |");
    has(text, "| `gift.text` | string | yes | always `hi` |  |");
}

#[test]
fn answers_of_any_request_are_not_repeated_below_an_operation() {
    let page = api_page(&shop());
    let text = section(&page, "### createOrder");
    has(
        text,
        "| 201 | The order was made. | [OrderEnvelope](#orderenvelope) of [Order](#order) | `Location`: Its path. |",
    );
    has(text, "Like [any request](#any-request) also 401.");
    assert!(!text.contains("Nobody was named."), "{text}");
    has(
        section(&page, "## Any request"),
        "| 401 | Nobody was named. | [Unauthenticated](#unauthenticated) |",
    );
}

#[test]
fn request_examples_are_requests() {
    let page = api_page(&shop());
    let body = r#"{ "name": "a|b", "gift": { "text": "hi" } }"#;
    let request = format!("```http\nPOST /orders\nContent-Type: application/json\n\n{body}\n```");
    assert!(section(&page, "### createOrder").contains(&request), "{page}");
    assert!(
        section(&page, "### closeOrder").contains("```http\nPOST /orders/7/close?note=a%20b\n")
    );
}

#[test]
fn a_refusal_says_what_it_means_and_what_to_do() {
    let page = api_page(&shop());
    let text = section(&page, "### closeOrder");
    has(text, "| 2 | [OrderClosed](#orderclosed) | 409 | It is closed. | Make another. |");
    has(text, "What it does in each state of an order: [lifecycle](lifecycle.md#closeorder).");
    has(
        section(&page, "## Error codes"),
        "| 2 | <a id=\"orderclosed\"></a>`OrderClosed` | 409 | It is closed. | Make another. | [closeOrder](#closeorder) |",
    );
}

#[test]
fn types_of_answers_have_an_entry_and_those_only_sent_have_none() {
    let page = api_page(&shop());
    let types = section(&page, "## Types");
    has(types, "| <a id=\"orderenvelope\"></a>`OrderEnvelope` | [Order](#order) |");
    has(types, "| `lines` | list of [Name](#name) |  | at most 3 elements |  |");
    has(
        types,
        "| <a id=\"orderstatus\"></a>`OrderStatus` | string | `Open`, `Halted` or `Closed`; may grow |  |",
    );
    assert!(!types.contains("OrderRequest"), "{types}");
}

#[test]
fn the_table_of_states_shows_moves_refusals_and_conditions() {
    let page = lifecycle_page(&shop());
    let text = section(&page, "### What each state allows");
    has(text, "| state | [closeOrder](api.md#closeorder) | network events |");
    has(
        text,
        "| Open | 200 → Closed, if small<br>refused: [OrderClosed](api.md#orderclosed) | halt → Halted, if large |",
    );
    has(
        text,
        "| Halted | refused: [OrderClosed](api.md#orderclosed) | resume → the state before |",
    );
    has(text, "| Closed | refused: [OrderClosed](api.md#orderclosed) | none |");
}

#[test]
fn triggers_are_shown_with_their_effects() {
    let page = lifecycle_page(&shop());
    let text = section(&page, "### closeOrder");
    has(text, "| Open | 200 | Closed | small | bill |");
    has(text, "| Open, Halted, Closed | 409 [OrderClosed](api.md#orderclosed) |  |  |  |");
    has(section(&page, "### Network events"), "| `halt` | Work stops. | Open | Halted | large |");
}

#[test]
fn states_that_hold_a_timeslot_are_named() {
    let page = lifecycle_page(&shop());
    let text = section(&page, "### States");
    has(text, "| Open | Being worked on. | initial | yes |");
    has(
        text,
        "A booked timeslot stays booked in Open, and is released on entering any other state.",
    );
}

#[test]
fn the_diagram_has_every_way_between_states() {
    let page = lifecycle_page(&shop());
    let diagram = "```mermaid\nstateDiagram-v2
    [*] --> Open
    Open --> Closed: closeOrder [small]
    Open --> Halted: halt [large]
    note right of Halted
        resume: back to the state before
    end note
    Closed --> [*]\n```";
    assert!(page.contains(diagram), "{page}");
}

/// Every anchor of a page; one that stands twice is an error.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter_map(|line| {
        let text = line.trim_start_matches('#');
        (text.len() < line.len()).then(|| text.strip_prefix(' ').map(markdown::anchor)).flatten()
    });
    let marks = page.split("<a id=\"").skip(1).map(|rest| rest.split('"').next().unwrap().into());
    let mut anchors = BTreeSet::new();
    for anchor in headings.chain(marks) {
        assert!(anchors.insert(anchor.clone()), "two things have the anchor `{anchor}`");
    }
    anchors
}

fn links<'p>(page: &'p str, file: &str) -> Vec<&'p str> {
    let prefix = format!("]({file}#");
    page.split(prefix.as_str()).skip(1).map(|rest| rest.split(')').next().unwrap()).collect()
}

#[test]
fn every_link_leads_somewhere() {
    for contract in [shop(), Contract::orders().unwrap(), Contract::mock_control().unwrap()] {
        let api = api_page(&contract);
        let lifecycle = lifecycle_page(&contract);
        let (api_anchors, lifecycle_anchors) = (anchors(&api), anchors(&lifecycle));
        for link in links(&api, "").into_iter().chain(links(&lifecycle, API_FILE)) {
            assert!(api_anchors.contains(link), "`#{link}` leads nowhere in {}", contract.title());
        }
        for link in links(&api, LIFECYCLE_FILE) {
            assert!(lifecycle_anchors.contains(link), "`#{link}` leads nowhere");
        }
    }
}
