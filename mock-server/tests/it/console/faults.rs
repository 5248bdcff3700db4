//! Making calls go wrong by hand.

use octane_mock_server::SeedOrder;

use super::page::{Page, Served};

#[test]
fn fault_rules_are_added_met_and_taken_back() {
    let served = Served::start();
    served.server.world().seed_order(&SeedOrder::in_state("Scheduled")).unwrap();
    let Some(mut page) = Page::open(&served, "/_mock/#faults") else { return };
    page.see("main", "No rule is in force");

    // One that applies once, is told of where it was met, and expires.
    page.click("input[value=cancelNbnOrder]");
    page.fill("input[name=status]", "503");
    page.fill("input[name=times]", "1");
    page.press("main", "Add the rule");
    page.see("[data-fault='1']", "Response for cancelNbnOrder, at the most 1 time: status 503, the operation is not carried out");
    page.go("/_mock/#order/1001");
    page.click("[data-trigger=cancelNbnOrder]");
    page.press("dialog", "Withdraw it");
    page.see("#errors", "503");
    page.see(".standing", "Scheduled");
    page.go("/_mock/#journal");
    page.see("[data-operation=cancelNbnOrder]", "fault 1");
    page.go("/_mock/#faults");
    page.see("main", "No rule is in force");

    // One that loses the answer once the operation is carried out. Not by a reset, after which a
    // browser sends its request a second time by itself.
    page.fill("select[name=effect]", "Truncate");
    page.fill("input[name=bytes]", "7");
    page.fill("select[name=pick]", "nth");
    page.fill("input[name=picked]", "1");
    page.fill("select[name=provider]", "harbour");
    page.press("main", "Add the rule");
    page.see(
        "[data-fault='2']",
        "Truncate for every operation, by harbour, on call 1: after 7 bytes",
    );
    page.go("/_mock/#order/1001");
    page.click("[data-trigger=cancelNbnOrder]");
    page.press("dialog", "Withdraw it");
    page.see("#errors", "The connection broke before the whole answer was there.");
    page.see(".standing", "PendingWithdrawal");
    page.wait("document.querySelector('#banner').hidden");
    page.go("/_mock/#faults");
    page.see("[data-fault='2'] .origin", "Applied 1 of 1 call.");
    page.press("[data-fault='2']", "Take back");
    page.see("main", "No rule is in force");
}

#[test]
fn a_rule_that_says_too_little_is_refused_with_what_is_missing() {
    let served = Served::start();
    let Some(mut page) = Page::open(&served, "/_mock/#faults") else { return };
    page.fill("select[name=effect]", "Latency");
    page.press("main", "Add the rule");
    page.see("#errors .violations", "/latencyMsMin");
    page.see("main", "No rule is in force");
    page.fill("input[name=latencyMsMin]", "1");
    page.fill("input[name=latencyMsMax]", "5");
    page.fill("select[name=pick]", "probability");
    page.fill("input[name=picked]", "0.25");
    page.press("main", "Add the rule");
    page.see("[data-fault]", "with probability 0.25: 1 to 5 ms late");
    page.press("main", "Take back all");
    page.see("main", "No rule is in force");
    page.fill("input[name=requestsPerSecond]", "5");
    page.press("main", "Set the limit");
    page.see("main", "5 in a second, 5 at once; more are answered 429.");
    page.fill("input[name=requestsPerSecond]", "0");
    page.press("main", "Set the limit");
    page.see("main", "There is none.");
    page.check_quiet(&[400]);
}
