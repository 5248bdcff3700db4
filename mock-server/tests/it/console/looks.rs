//! What the console looks like, to those who see it and to those who hear it.

use octane_mock_server::SeedOrder;
use serde_json::{Value, json};

use super::page::{Page, Served};
use crate::support::{get, post};

/// The places of the console, and a name for each picture.
const PLACES: [(&str, &str); 8] = [
    ("board", "/_mock/#board"),
    ("order", "/_mock/#order/1005"),
    ("journal", "/_mock/#journal"),
    ("exchange", "/_mock/#journal/1"),
    ("coverage", "/_mock/#coverage"),
    ("faults", "/_mock/#faults"),
    ("clock", "/_mock/#clock"),
    ("worlds", "/_mock/#worlds"),
];

/// The texts whose contrast with what lies behind them is below that of WCAG 2.2, level AA.
const PALE: &str = r"(() => {
  const parsed = (text) => {
    const numbers = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return text.startsWith('color(srgb') ? [...numbers.slice(0, 3).map((it) => it * 255), numbers[3] ?? 1] : [...numbers.slice(0, 3), numbers[3] ?? 1];
  };
  const behind = (it) => {
    for (; it; it = it.parentElement) {
      const colour = parsed(getComputedStyle(it).backgroundColor);
      if (colour[3] > 0) return colour;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
  };
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((it) => (it / 255 <= 0.03928 ? it / 255 / 12.92 : ((it / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const it = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text === '' || !it.checkVisibility() || it.closest('.hidden, .skip, noscript, option, title, desc, :disabled')) continue;
    const style = getComputedStyle(it);
    const drawn = it instanceof SVGElement;
    const [front, back] = drawn
      ? [parsed(style.fill), it.parentElement.querySelector('rect') ? parsed(getComputedStyle(it.parentElement.querySelector('rect')).fill) : behind(it.closest('div'))]
      : [parsed(style.color), behind(it)];
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) found.push(`${contrast.toFixed(2)}: ${text.slice(0, 40)} (${it.tagName} ${it.getAttribute('class')})`);
  }
  return found;
})()";

/// A server with something of everything.
fn furnished() -> Served {
    let served = Served::start();
    let world = served.server.world();
    for state in
        ["Submitted", "Acknowledged", "Accepted", "AppointmentRequired", "Scheduled", "Held"]
    {
        world.seed_order(&SeedOrder::in_state(state)).unwrap();
    }
    for state in ["InProgress", "Completed", "Rejected", "Withdrawn", "Cancelled"] {
        world.seed_order(&SeedOrder::in_state(state)).unwrap();
    }
    let through =
        SeedOrder { through: vec!["Scheduled".into()], ..SeedOrder::in_state("PendingWithdrawal") };
    world.seed_order(&through).unwrap();
    let router = served.server.router();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let typo = json!({"reason": "Other", "coment": "typo"});
        post("/v1/order/nbn/1001/cancel", &typo).to(&router).await;
        post("/v1/order/nbn/1008/cancel", &json!({"reason": "CostDeclined"})).to(&router).await;
        get("/v1/order/nbn/1005").to(&router).await;
        get("/v1/order/nbn/7").to(&router).await;
        let fault = json!({"operations": ["cancelNbnOrder"], "effect": "Response", "status": 503, "nth": 3});
        post("/_mock/faults", &fault).to(&router).await;
        post("/_mock/worlds", &json!({"name": "checkout-test"})).to(&router).await;
    });
    served
}

#[test]
fn every_view_can_be_read_in_light_and_dark_and_on_a_narrow_screen() {
    let served = furnished();
    let Some(mut page) = Page::open(&served, "/_mock/") else { return };
    for (name, place) in PLACES {
        for scheme in ["light", "dark"] {
            page.look(1280, 800, scheme);
            page.go(place);
            page.screenshot(&format!("{name}-{scheme}"));
            assert_eq!(page.evaluate(PALE), json!([]), "{name}, {scheme}");
        }
        page.look(400, 800, "light");
        page.wait("document.documentElement.scrollWidth <= 400");
        page.screenshot(&format!("{name}-narrow"));
    }
    page.check_quiet(&[]);
}

#[test]
fn whoever_hears_the_console_is_told_what_everything_is() {
    let served = furnished();
    let Some(mut page) = Page::open(&served, "/_mock/") else { return };
    for (name, place) in PLACES {
        page.go(place);
        // Also what is folded up.
        page.evaluate(
            "document.querySelectorAll('main details').forEach((it) => (it.open = true))",
        );
        check_named(&mut page, name);
        check_structure(&mut page, name);
    }
    page.go("/_mock/#board");
    page.press("main", "New order…");
    page.wait("document.querySelector('dialog[open]')");
    check_named(&mut page, "new order");
    page.screenshot("new-order");
    page.press("dialog", "Close");
    page.click("#help-button");
    page.wait("document.querySelector('dialog[open]')");
    check_named(&mut page, "help");
    page.screenshot("help");
}

#[track_caller]
fn check_named(page: &mut Page, view: &str) {
    const TOLD: [&str; 12] = [
        "button",
        "link",
        "textbox",
        "searchbox",
        "combobox",
        "checkbox",
        "radio",
        "spinbutton",
        "dialog",
        "image",
        "navigation",
        "meter",
    ];
    let nodes = page.accessible_nodes();
    let text = |node: &Value, key: &str| node[key]["value"].as_str().unwrap_or_default().to_owned();
    let mut told = 0;
    for node in nodes.iter().filter(|node| node["ignored"] != true) {
        if TOLD.contains(&text(node, "role").as_str()) {
            told += 1;
            assert!(!text(node, "name").trim().is_empty(), "{view}: {node:#}");
        }
    }
    assert!(told >= 3, "{view}: {told} nodes");
}

#[track_caller]
fn check_structure(page: &mut Page, view: &str) {
    let structure = page.evaluate(
        "(() => {
           const ids = [...document.querySelectorAll('[id]')].map((it) => it.id);
           return {
             twice: ids.filter((id, index) => ids.indexOf(id) !== index),
             headings: document.querySelectorAll('h1').length,
             landmarks: document.querySelectorAll('header.top, nav, main').length,
             here: document.querySelectorAll('nav [aria-current=page]').length,
             language: document.documentElement.lang,
             title: document.title.length > 10,
           };
         })()",
    );
    let expected = json!({"twice": [], "headings": 1, "landmarks": 3, "here": 1, "language": "en", "title": true});
    assert_eq!(structure, expected, "{view}");
}

#[test]
fn a_thousand_orders_stay_quick() {
    let served = Served::start();
    for _ in 0..1_200 {
        served.server.world().seed_order(&SeedOrder::in_state("Submitted")).unwrap();
    }
    let Some(mut page) = Page::open(&served, "/_mock/") else { return };
    page.see("[data-state=Submitted] .count", "1000");
    page.see(".total", "the newest 1000 orders");
    assert_eq!(page.evaluate("document.querySelectorAll('.card').length"), 12);
    page.press("[data-state=Submitted]", "Show 48 more");
    page.wait("document.querySelectorAll('.card').length === 60");
    page.press("main", "Read older orders");
    page.see("[data-state=Submitted] .count", "1200");
    page.see(".total", "1200 orders");
    page.wait("document.querySelector('.more').hidden");
    page.fill("main input[type=search]", "1001");
    page.see(".card", "1001");
    page.check_quiet(&[]);
}
