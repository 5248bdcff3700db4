//! What a tester does with an order, and sees of it.

use octane_mock_server::SeedOrder;

use super::page::{Page, Served};
use crate::support::HARBOUR;

/// The timeslot of which there is one place: Tuesday morning.
const LAST_PLACE: &str = "[data-timeslot='5d7996e867fc4c05']";

#[test]
fn an_order_is_driven_to_scheduled_and_withdrawn() {
    let served = Served::start();
    let Some(mut page) = Page::open(&served, "/_mock/") else { return };

    // Order it as the provider.
    page.press("main", "New order…");
    page.click("dialog input[value=order]");
    page.press("dialog", "Make it");
    page.see("main h1", "Order 1001");
    page.see(".standing", "Submitted");
    page.see(".standing", "can be withdrawn");

    // Play nbn.
    for (event, state) in [
        ("acknowledge", "Acknowledged"),
        ("accept", "Accepted"),
        ("requireAppointment", "AppointmentRequired"),
    ] {
        page.click(&format!("[data-trigger={event}]"));
        page.see(".standing", state);
        page.see(".node.current", state);
    }

    // Book the last place of a timeslot: nobody else finds it.
    page.click("[data-trigger=bookAppointment]");
    page.see(LAST_PLACE, "1 place free");
    page.click(&format!("{LAST_PLACE} button"));
    page.see(".standing", "Scheduled");
    page.wait(&format!("!document.querySelector(\"{LAST_PLACE}\")"));

    // Withdraw: nbn decides.
    page.click("[data-trigger=cancelNbnOrder]");
    page.fill("dialog select[name=reason]", "CustomerMoving");
    page.press("dialog", "Withdraw it");
    page.see("#results", "cancelNbnOrder answered 202");
    page.see(".standing", "PendingWithdrawal");
    page.see(
        ".lifecycle desc",
        "It has been Submitted, Acknowledged, Accepted, AppointmentRequired and Scheduled.",
    );
    page.see(".lifecycle desc", "confirmWithdrawal leads to Withdrawn");
    page.click("[data-trigger=confirmWithdrawal]");
    page.see(".standing", "Withdrawn");
    page.see(".standing", "cannot be withdrawn");
    page.wait("document.querySelectorAll('.movelist').length === 0");

    // The place is free again.
    page.press(".timeslots", "Ask again");
    page.see(LAST_PLACE, "1 place free");
    page.wait(&format!("document.querySelector(\"{LAST_PLACE} button\").disabled"));

    // It is where a link leads to, and a reload comes back to.
    page.evaluate("location.reload()");
    page.see(".standing", "Withdrawn");
    page.see(".timeline", "Withdrawn");
    page.screenshot("withdrawn");

    // The journal has what the provider asked, and not what nbn and the tester did.
    page.press("main", "Its journal");
    page.see("[data-operation=cancelNbnOrder]", "202");
    page.see("[data-operation=cancelNbnOrder]", "Scheduled → PendingWithdrawal");
    page.see("[data-operation=bookAppointment]", "AppointmentRequired → Scheduled");
    page.see("[data-operation=createNbnOrder]", "Submitted");
    assert_eq!(page.evaluate("document.querySelectorAll('[data-exchange]').length"), 3);
    page.press("nav", "Orders");
    page.see("[data-state=Withdrawn] .card", "1001");
    page.check_quiet(&[]);
}

#[test]
fn an_exchange_shows_what_was_wrong_and_never_the_credentials() {
    let served = Served::start();
    served.server.world().seed_order(&SeedOrder::in_state("Held")).unwrap();
    let Some(mut page) = Page::open(&served, "/_mock/#order/1001") else { return };
    page.click("[data-trigger=cancelNbnOrder]");
    page.fill("dialog select[name=reason]", "Other");
    page.press("dialog", "Withdraw it");
    page.see("#errors", "The request has 1 violation.");
    page.fill("dialog textarea", "Cable cut");
    page.press("dialog", "Withdraw it");
    page.see(".standing", "PendingWithdrawal");

    page.go("/_mock/#journal");
    page.see(".total", "2 exchanges");
    page.fill("select[name=valid]", "false");
    page.see(".total", "1 exchange");
    page.wait("location.hash === '#journal?valid=false'");
    page.click("[data-exchange] a");
    page.see("main h1", "Exchange 1");
    page.see(".violations", "/comment");
    page.see(".violations .rule", "#/components/schemas/WithdrawRequest");
    page.see(".headers", "authorization");
    page.go("/_mock/#journal/2");
    page.see("main pre", "Cable cut");
    page.see("main", "Held → PendingWithdrawal");
    let shown = page.evaluate("document.body.textContent");
    let secret = HARBOUR.trim_start_matches("Basic ");
    assert!(!shown.as_str().unwrap().contains(secret), "the credentials are shown");

    // What the tests have touched, and how it is forgotten.
    page.go("/_mock/#coverage");
    page.see("a[href='#journal?operation=cancelNbnOrder&status=202']", "1");
    page.see("[title='cancelNbnOrder in Held is legal']", "1");
    page.go("/_mock/#journal");
    page.press("main", "Empty the journal…");
    page.press("dialog", "Empty it");
    page.see("main", "Nothing yet.");
    page.check_quiet(&[400]);
}

#[test]
fn orders_are_seeded_into_any_state_and_found_on_the_board() {
    let served = Served::start();
    let Some(mut page) = Page::open(&served, "/_mock/") else { return };
    page.press("main", "New order…");
    page.fill("dialog select[name=state]", "PendingWithdrawal");
    page.fill("dialog input[name=through]", "Scheduled");
    page.fill("dialog input[name=many]", "3");
    page.fill("dialog select[name=provider]", "outback");
    page.press("dialog", "Make it");
    page.see("[data-state=PendingWithdrawal] .count", "3");
    page.see("[data-state=PendingWithdrawal] .card", "outback");
    page.fill("main input[type=search]", "1002");
    page.see(".total", "1 of 3 orders");
    page.wait("location.hash === '#board?filter=1002'");
    page.evaluate("location.reload()");
    page.see(".total", "1 of 3 orders");
    // No way leads to a visit where none is needed.
    page.press("main", "New order…");
    page.fill("dialog select[name=state]", "Scheduled");
    page.fill("dialog select[name=locationId]", "LOC000000000002");
    page.press("dialog", "Make it");
    page.see("#errors", "No way leads to Scheduled");
    page.see("#errors", "9005");
    page.check_quiet(&[422]);
}

#[test]
fn what_others_do_is_seen_as_it_happens() {
    let served = Served::start();
    let Some(mut page) = Page::open(&served, "/_mock/") else { return };
    page.see_stream();
    served.server.world().seed_order(&SeedOrder::in_state("Held")).unwrap();
    page.see("[data-state=Held] .card", "1001");
    page.press("#network", "auto");
    page.wait("document.querySelector('#network [aria-pressed=true]').textContent === 'auto'");
    page.go("/_mock/#order/1001");
    page.see_stream();
    let clock = served.server.world().advance_clock(chrono::TimeDelta::days(8));
    assert!(clock.is_ok());
    page.see(".timeline", "by resume");
    page.check_quiet(&[]);
}

#[test]
fn the_clock_is_stopped_set_moved_and_scaled() {
    let served = Served::start();
    let Some(mut page) = Page::open(&served, "/_mock/#clock") else { return };
    page.see(".face", "Mon, 2 Mar 2026, 09:00:00");
    page.see("#clock-chip", "stopped");
    page.press("main", "1 day");
    page.see(".face", "3 Mar 2026, 09:00:00");
    page.fill("input[name=now]", "2026-05-01T12:00:00Z");
    page.press("main", "Stand there");
    page.see(".origin", "2026-05-01T12:00:00.000Z");
    page.fill("input[name=scale]", "3600");
    page.press("main", "Run");
    page.see(".face", "running ×3600");
    page.wait("!document.querySelector('.origin').textContent.startsWith('2026-05-01T12')");
    page.press("main", "Stop it here");
    page.see(".face", "stopped");
    assert!(
        served.server.world().now()
            > "2026-05-01T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap()
    );
    page.fill("input[name=now]", "tomorrow");
    page.press("main", "Stand there");
    page.see("#errors .violations", "/now");
    page.check_quiet(&[400]);
}

#[test]
fn worlds_and_snapshots_are_made_chosen_restored_and_dropped() {
    let served = Served::start();
    let Some(mut page) = Page::open(&served, "/_mock/#worlds") else { return };
    page.fill("main form input[name=name]", "checkout");
    page.press("main", "Make a world");
    page.see("[data-world=checkout]", "checkout");
    page.click("[data-world=checkout] a");
    page.see("#world option:checked", "checkout");
    page.wait("location.pathname === '/worlds/checkout/_mock/'");
    let world = served.server.worlds().get("checkout").unwrap();
    world.seed_order(&SeedOrder::in_state("Held")).unwrap();
    page.go("/worlds/checkout/_mock/#worlds");
    page.fill("main section:nth-of-type(2) input[name=name]", "before");
    page.press("main", "Take a snapshot");
    page.see("[data-snapshot=before]", "before");
    page.press("main", "Forget all orders…");
    page.press("dialog", "Forget them");
    page.wait("document.querySelector('main').textContent.includes('0 orders')");
    page.press("[data-snapshot=before]", "Restore");
    page.see("#results", "as it was, with 1 order");
    assert_eq!(world.order_count(), 1);
    assert_eq!(served.server.world().order_count(), 0);
    page.press("[data-snapshot=before]", "Drop");
    page.see("main", "None yet.");
    page.press("#network", "auto");
    page.wait("document.querySelector('#network [aria-pressed=true]').textContent === 'auto'");
    page.press("[data-world=checkout]", "Drop…");
    page.press("dialog", "Drop it");
    page.see(".failure", "There is no world checkout");
    page.press(".failure", "To the default world");
    page.wait("location.pathname === '/_mock/'");
    page.see("[data-state=Submitted] .count", "0");
    page.check_quiet(&[404]);
}
