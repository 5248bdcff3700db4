//! The console without a mouse.

use octane_mock_server::SeedOrder;

use super::page::{Page, Served};

/// What has the focus: its text, or its label.
const FOCUSED: &str = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()";

/// Goes on with Tab until what has the focus fits, which is to be seen at each step.
#[track_caller]
fn tab_to(page: &mut Page, selector: &str) {
    for _ in 0..80 {
        page.key("Tab");
        let seen = page.evaluate(
            "(() => {
               const it = document.activeElement;
               if (it === document.body || it === document.documentElement) return true;
               const style = getComputedStyle(it);
               const box = it.getBoundingClientRect();
               return style.outlineStyle !== 'none' && box.width > 0 && box.height > 0;
             })()",
        );
        let focused = page.evaluate(FOCUSED);
        assert_eq!(seen, true, "the focus is not seen on {focused}");
        if page.evaluate(&format!("document.activeElement.matches(\"{selector}\")")) == true {
            return;
        }
    }
    panic!("Tab does not come to {selector}");
}

#[test]
fn an_order_is_opened_moved_and_withdrawn_by_keyboard_alone() {
    let served = Served::start();
    for state in ["Submitted", "Submitted", "Held"] {
        served.server.world().seed_order(&SeedOrder::in_state(state)).unwrap();
    }
    let Some(mut page) = Page::open(&served, "/_mock/") else { return };

    // To the board, and on it by arrows: 1002 and 1001 are Submitted, 1003 is Held.
    tab_to(&mut page, ".card");
    for (key, order) in [
        ("ArrowDown", "1001"),
        ("ArrowDown", "1001"),
        ("ArrowRight", "1003"),
        ("ArrowRight", "1003"),
        ("ArrowLeft", "1002"),
        ("End", "1001"),
    ] {
        page.key(key);
        page.wait(&format!("document.activeElement.dataset.key === 'order-{order}'"));
    }
    page.key("Enter");
    page.see("main h1", "Order 1001");
    page.wait("document.activeElement.tagName === 'H1'");
    page.settle();

    // A move, after which the focus is not lost.
    tab_to(&mut page, "[data-trigger=acknowledge]");
    page.key("Enter");
    page.see(".standing", "Acknowledged");
    page.wait("!document.querySelector('[data-trigger=acknowledge]')");
    page.wait("document.activeElement.closest('.moves')");

    // A dialog holds the focus, closes by Escape and gives the focus back.
    page.evaluate("document.querySelector('main h1').focus()");
    tab_to(&mut page, "[data-trigger=cancelNbnOrder]");
    page.key(" ");
    page.wait("document.activeElement.name === 'reason'");
    page.key("Escape");
    page.wait("document.activeElement.dataset.trigger === 'cancelNbnOrder'");
    page.key("Enter");
    page.wait("document.activeElement.name === 'reason'");
    page.key("Tab");
    page.write("by keyboard");
    page.key("Tab");
    page.key("Enter");
    page.see(".standing", "Withdrawn");
    page.key("Escape");
    page.see("main h1", "Orders");

    // Single keys.
    for (key, heading) in [
        ("2", "Journal"),
        ("3", "Coverage"),
        ("4", "Faults"),
        ("5", "Clock"),
        ("6", "Worlds"),
        ("1", "Orders"),
    ] {
        page.key(key);
        page.see("main h1", heading);
    }
    page.key("/");
    page.wait("document.activeElement.type === 'search'");
    page.write("2");
    page.see(".total", "1 of 3 orders");
    page.key("Escape");
    page.key("?");
    page.see("dialog", "New order");
    page.key("Escape");
    page.wait("!document.querySelector('dialog')");
    page.key("n");
    page.wait("document.activeElement.name === 'state'");
    page.key("Escape");
    page.check_quiet(&[]);
}
