//! What goes wrong only when two call at once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use octane_mock_server::defects::Defect as Seam;
use tokio::sync::Mutex as Turn;

use super::Class::{Concurrency, DoubleBooking, LostUpdates};
use super::proxy::{Answer, requests};
use super::{Defect, narrowed, proxied, seam};

pub(super) fn all() -> Vec<Defect> {
    vec![
        seam(
            Concurrency,
            "withdrawals-race",
            "of two withdrawals at once both are accepted",
            Seam::WithdrawalsRace,
        ),
        seam(
            Concurrency,
            "creates-race",
            "of two creates with one `remoteOrderId` at once both make an order",
            Seam::CreatesRace,
        ),
        seam(
            Concurrency,
            "half-a-withdrawal-shows",
            "a read during a withdrawal sees its status and not its reason",
            Seam::WithdrawalTears,
        ),
        proxied(Concurrency, "busy-is-500", "a second write while one is on its way fails", || {
            let writing = Arc::new(AtomicUsize::new(0));
            requests(move |asked, server| {
                let writing = Arc::clone(&writing);
                async move {
                    if asked.method != "POST" {
                        return server.answer(asked).await;
                    }
                    let others = writing.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    let answer = server.answer(asked).await;
                    writing.fetch_sub(1, Ordering::SeqCst);
                    if others > 0 {
                        return Ok(Answer::failure(500, 1009, "Deadlock found."));
                    }
                    answer
                }
            })
        }),
        seam(
            DoubleBooking,
            "bookings-race",
            "of two bookings of a last place at once both get it",
            Seam::BookingsRace,
        ),
        narrowed(
            DoubleBooking,
            "bookings-of-providers-race",
            "a provider's bookings wait for each other but not for another's, and two get a last place",
            Seam::BookingsRace,
            || {
                let turns: Arc<Mutex<BTreeMap<String, Arc<Turn<()>>>>> = Arc::default();
                requests(move |asked, server| {
                    let turns = Arc::clone(&turns);
                    async move {
                        if !asked.books() {
                            return server.answer(asked).await;
                        }
                        let turn = format!("{} {:?}", asked.world(), asked.provider());
                        let turn = turns
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .entry(turn)
                            .or_default()
                            .clone();
                        let _taken = turn.lock().await;
                        server.answer(asked).await
                    }
                })
            },
        ),
        seam(
            LostUpdates,
            "withdrawal-undoes-others",
            "a withdrawal writes back what it read, and what happened meanwhile is lost",
            Seam::WithdrawalUndoesOthers,
        ),
        seam(
            LostUpdates,
            "booking-undoes-others",
            "a booking writes back what it read, and what happened meanwhile is lost",
            Seam::BookingUndoesOthers,
        ),
    ]
}
