//! What a client put into an order is shown, and never run.

use octane_mock_server::SeedOrder;
use serde_json::json;

use super::page::{Page, Served};
use crate::support::post;

/// A picture that runs a script if it becomes one.
const PICTURE: &str =
    "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";

/// Turns what follows it around, unless it is kept apart.
const RIGHT_TO_LEFT: &str = "\u{202e}drawn backwards\u{202c} \u{5e9}\u{5dc}\u{5d5}\u{5dd}";

#[test]
fn hostile_strings_are_shown_as_text() {
    let served = Served::start();
    served.server.world().seed_order(&SeedOrder::in_state("Scheduled")).unwrap();
    let long = "W".repeat(400);
    let comment = format!("{PICTURE} {RIGHT_TO_LEFT} {long}");
    let router = served.server.router();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let hold = json!({"event": "hold", "note": PICTURE});
        post("/_mock/orders/1001/events", &hold).to(&router).await.expect(200);
        let withdraw = json!({"reason": "Other", "comment": comment});
        post("/v1/order/nbn/1001/cancel", &withdraw).to(&router).await.expect(202);
        let broken = json!({"reason": "Other", PICTURE: PICTURE});
        post("/v1/order/nbn/1001/cancel", &broken).to(&router).await;
    });
    let Some(mut page) = Page::open(&served, "/_mock/#order/1001") else { return };
    page.see(".standing", "PendingWithdrawal");
    page.see(".timeline", PICTURE);
    page.press(".panel", "What its provider sees");
    page.press("main", "Ask getNbnOrder");
    page.see("main pre", "<img src=x onerror=");
    page.see("main pre", &long);
    // A line that is longer than the page does not make the page wider.
    page.look(400, 800, "light");
    page.wait("document.documentElement.scrollWidth <= 400");
    page.screenshot("hostile");

    // In what is typed here too: an error quotes it.
    page.look(1280, 800, "light");
    page.go("/_mock/#order/1001");
    page.press("main", "Say more with the next event");
    page.fill("input[name=note]", PICTURE);
    page.click("[data-trigger=refuseWithdrawal]");
    page.see(".standing", "Held");
    page.go("/_mock/#journal?status=400");
    page.see("main", "2 violations");
    page.click("[data-exchange] a");
    page.see(".violations", "/<img src=x onerror=");
    assert_eq!(page.evaluate("document.querySelectorAll('img, main script').length"), 0);
    assert_ne!(page.evaluate("document.title"), "taken");
    page.check_quiet(&[]);
}
