//! What the console says when something goes wrong.

use octane_mock_server::{Config, ControlPlane, ControlToken, SeedOrder};

use super::page::{Page, Served};
use crate::support::config;

#[test]
fn a_refusal_is_told_with_every_violation() {
    let served = Served::start();
    served.server.world().seed_order(&SeedOrder::in_state("InProgress")).unwrap();
    served.server.world().seed_order(&SeedOrder::in_state("Held")).unwrap();
    let Some(mut page) = Page::open(&served, "/_mock/#order/1001") else { return };

    // Not possible, with the reason, and tried all the same.
    page.see("[data-try=cancelNbnOrder]", "Try all the same");
    page.see(".illegal", "refused with PastPointOfNoReturn: past point of no return.");
    page.press(".illegal", "Not possible now (2)");
    page.click("[data-try=cancelNbnOrder]");
    page.press("dialog", "Withdraw it");
    page.see("#errors", "409 · error 3009");
    page.press("dialog", "Close");
    page.press("#errors", "Close");
    page.wait("document.querySelector('#errors').childElementCount === 0");

    // A request that breaks the contract.
    page.go("/_mock/#order/1002");
    page.click("[data-trigger=cancelNbnOrder]");
    page.fill("dialog select[name=reason]", "Other");
    page.press("dialog", "Withdraw it");
    page.see("#errors", "The request has 1 violation.");
    page.see("#errors .violations", "/comment");
    page.see("#errors .rule", "#/components/schemas/WithdrawRequest");
    page.see(".standing", "Held");
    page.check_quiet(&[400, 409]);
}

#[test]
fn an_order_that_is_not_there_is_said_not_to_be() {
    let served = Served::start();
    let Some(mut page) = Page::open(&served, "/_mock/#order/7") else { return };
    page.see(".failure", "There is no order 7");
    page.press(".failure", "To the orders");
    page.see("main h1", "Orders");
    page.go("/_mock/#order/%3Cb%3E");
    page.see(".failure .violations", "/orderId");
}

#[test]
fn a_server_that_is_gone_is_told_and_found_again() {
    let served = Served::start();
    served.server.world().seed_order(&SeedOrder::in_state("Held")).unwrap();
    let Some(mut page) = Page::open(&served, "/_mock/") else { return };
    page.see("[data-state=Held] .card", "1001");
    let address = served.address;
    drop(served);
    page.see("#banner:not([hidden])", "The server does not answer.");
    let again = Served::on(config(), address);
    page.wait("document.querySelector('#banner').hidden");
    page.see("[data-state=Held] .count", "0");
    drop(again);
}

#[test]
fn a_token_is_asked_for_and_kept_for_the_tab() {
    let token = ControlToken::new("open-sesame-open-sesame").unwrap();
    let config = Config { control_plane: ControlPlane::Guarded(token), ..config() };
    let served = Served::on(config, "127.0.0.1:0".parse().unwrap());
    served.server.world().seed_order(&SeedOrder::in_state("Held")).unwrap();
    let Some(mut page) = Page::open(&served, "/_mock/") else { return };
    page.see("dialog h2", "The control plane asks for a token");
    page.press("dialog", "Close");
    page.see(".failure", "401 · error 1002");
    page.press(".failure", "Give a token…");
    page.fill("dialog input", "wrong");
    page.press("dialog", "Use it");
    page.wait("document.querySelector('dialog input')?.value === ''");
    page.fill("dialog input", "open-sesame-open-sesame");
    page.press("dialog", "Use it");
    page.see("[data-state=Held] .card", "1001");
    page.wait("!document.querySelector('.failure')");
    page.see_stream();
    page.evaluate("location.reload()");
    page.see("[data-state=Held] .card", "1001");
    // What a provider does is done with the provider's credentials, not with the token.
    page.go("/_mock/#order/1001");
    page.click("[data-trigger=cancelNbnOrder]");
    page.press("dialog", "Withdraw it");
    page.see(".standing", "PendingWithdrawal");
    page.check_quiet(&[401]);
}
