//! Creates and withdrawals whose connection breaks, at every byte of the request and of the answer,
//! over real sockets. Each must end right, with one order and one withdrawal.

use octane_client::{Client, WithdrawOutcome, types::WithdrawalReason};

use crate::support::{
    activation,
    service::{Break, Nbn, Orders, Service},
    socket_client,
    wire::{End, Framing},
};

/// Every how many bytes a connection breaks. The bytes differ with the rest of the case, so together
/// the cases come by nearly all of them.
const STEP: usize = 31;

/// Runs `case` for breaks of connection `number`, and of the one after it too.
async fn at_every_byte(
    number: usize,
    orders: fn() -> Orders,
    case: impl AsyncFn(&Client, &Service),
) {
    let service = Service::new().await;
    let (client, _) = socket_client(&service.url());
    let mut cases = 0;
    for (round, (end, times)) in
        [(End::Close, 1), (End::Reset, 1), (End::Close, 2), (End::Reset, 2)].into_iter().enumerate()
    {
        let run = async |broken: Break| {
            let breaks: Vec<_> = (number..number + times).map(|n| (n, broken, end)).collect();
            service.reset(orders(), &breaks);
            case(&client, &service).await;
        };
        for limit in (round..400).step_by(STEP) {
            run(Break::Request(limit)).await;
            cases += 1;
        }
        for framing in [Framing::Length, Framing::Chunks, Framing::Close] {
            for cut in (round * 5..).step_by(STEP) {
                run(Break::Answer(cut, framing)).await;
                cases += 1;
                if service.spared() {
                    break;
                }
            }
        }
    }
    assert!(cases > 250, "only {cases} cases: nothing was broken");
}

#[tokio::test]
async fn a_create_makes_one_order_wherever_the_connection_breaks() {
    at_every_byte(
        0,
        || Orders::new(Nbn::NotAsked),
        async |client, service| {
            let answer = client.create_nbn_order().body(activation()).send().await.unwrap();
            assert_eq!(answer.response.remote_order_id, Some(activation().remote_order_id));
            assert_eq!(service.orders.lock().unwrap().made.len(), 1);
        },
    )
    .await;
}

#[tokio::test]
async fn a_withdrawal_at_once_is_made_once_wherever_the_connection_breaks() {
    // Connection 0 is the first look.
    at_every_byte(
        1,
        || Orders::new(Nbn::NotAsked),
        async |client, service| {
            let call = client.withdraw(1001, WithdrawalReason::CustomerChangedMind);
            let outcome = call.send().await.unwrap();
            assert!(matches!(outcome, WithdrawOutcome::Withdrawn { .. }), "{outcome:?}");
            assert_eq!(service.orders.lock().unwrap().withdrawals, 1);
        },
    )
    .await;
}

#[tokio::test]
async fn a_withdrawal_that_nbn_declines_is_asked_for_once_wherever_the_connection_breaks() {
    // nbn is quick: the first look after the break already finds its answer.
    at_every_byte(
        1,
        || Orders::new(Nbn::Declines(1)),
        async |client, service| {
            let call = client.withdraw(1001, WithdrawalReason::CustomerChangedMind);
            let outcome = call.send().await.unwrap();
            assert!(matches!(outcome, WithdrawOutcome::Refused { .. }), "{outcome:?}");
            assert_eq!(service.orders.lock().unwrap().withdrawals, 1);
        },
    )
    .await;
}

#[tokio::test]
async fn a_pending_withdrawal_is_charged_once_wherever_a_look_breaks() {
    at_every_byte(
        2,
        || Orders::new(Nbn::AgreesLate(2)),
        async |client, service| {
            let call = client.withdraw(1001, WithdrawalReason::CustomerChangedMind);
            let outcome = call.send().await.unwrap();
            let WithdrawOutcome::WithdrawnWithCharge { charges, .. } = outcome else {
                panic!("{outcome:?}");
            };
            assert_eq!(charges.len(), 1);
            assert_eq!(service.orders.lock().unwrap().withdrawals, 1);
        },
    )
    .await;
}
