//! Bugs that a server of this kind may have, to be switched on one at a time.
//!
//! They are what a verifier is tested by, and the last resort for it: whatever a wrong contract, wrong
//! test data or a proxy in front of the server can do needs no bug in here. The seams are one line
//! each, and without the feature `defects` none of this is compiled.
//!
//! A handler does not wait, so two requests never get into each other's way on one thread. A
//! [`Race`] has a request read the world, lets the others run, and writes down only then what it
//! decided on what it read.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response};
use tower::ServiceExt as _;

use crate::MockServer;
use crate::world::World;

/// A bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// A timeslot has a place more than it offers.
    Overbooks,
    /// A place that an order of another location holds is free, though the area shares it.
    PlacesPerLocation,
    /// The place that an order holds is not free to it when it books the same timeslot again.
    OwnPlaceIsTaken,
    /// A reschedule that is refused has given back the place all the same.
    RefusedRescheduleLetsGo,
    /// A `remoteOrderId` orders as often as it is sent.
    OrdersTwice,
    /// A qualification expires a second early.
    ExpiresEarly,
    /// A modification `Shape` is taken while another order of the service is open.
    ShapesBesideAnother,
    /// A modification `Suspend` that is completed ends the service.
    SuspensionEndsService,
    /// A disconnection `Port Out` that is completed leaves the service active.
    PortOutKeepsService,
    /// Modifications and disconnections are withdrawn like activations.
    WithdrawsAnything,
    /// The next page begins with the orders made before the last one shown, by the clock.
    PagesByMoment,
    /// Of withdrawals at once, each is decided on the order as it was before the others.
    WithdrawalsRace,
    /// Of bookings at once, each is decided on the places as they were before the others.
    BookingsRace,
    /// Of creates at once, each is decided on the orders as they were before the others.
    CreatesRace,
    /// A withdrawal writes back the world as it read it, and with it what others wrote since.
    WithdrawalUndoesOthers,
    /// A booking writes back the world as it read it.
    BookingUndoesOthers,
    /// The parts of a withdrawal are written one after the other, for all to see.
    WithdrawalTears,
}

impl MockServer {
    /// The same server with a bug in its default world and in those that are made later. The first one
    /// stays.
    #[must_use]
    pub fn with_defect(self, defect: Defect) -> Self {
        self.world().get(defect);
        self
    }
}

/// How a request that others may overtake writes down what it decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Race {
    /// On top of what others wrote since, unchecked.
    OnTop,
    /// In place of everything others wrote since.
    InPlace,
    /// On top, piece by piece.
    Torn,
}

/// How often a request lets others run before it goes on.
const YIELDS: usize = 3;

impl Race {
    /// How this request gets into the way of others; not at all without a bug that is about it.
    pub(crate) fn of(world: &World, request: &Request<Body>) -> Option<Self> {
        // A fault that a copy met would still be in force in the world.
        if request.method() != Method::POST || !world.faults().is_empty() {
            return None;
        }
        let path = request.uri().path();
        let withdraws = path.starts_with("/v1/") && path.ends_with("/cancel");
        let race = match world.defect()? {
            Defect::WithdrawalsRace if withdraws => Self::OnTop,
            Defect::BookingsRace if path == "/v1/appointment/nbn" => Self::OnTop,
            Defect::CreatesRace if path == "/v1/order/nbn" => Self::OnTop,
            Defect::WithdrawalUndoesOthers if withdraws => Self::InPlace,
            Defect::BookingUndoesOthers if path == "/v1/appointment/nbn" => Self::InPlace,
            Defect::WithdrawalTears if withdraws => Self::Torn,
            _ => return None,
        };
        Some(race)
    }

    /// Answers a request on a copy of the world, lets the others run, and writes down what it did.
    pub(crate) async fn run(
        self,
        router: Router,
        world: &Arc<World>,
        mut request: Request<Body>,
    ) -> Response<Body> {
        let copy = Arc::new(world.copied());
        request.extensions_mut().insert(Arc::clone(&copy));
        let before = world.copied();
        let Ok(response) = router.oneshot(request).await;
        let pieces = match self {
            Self::InPlace => 0,
            Self::OnTop => 1,
            Self::Torn => copy.longest_news(&before),
        };
        if pieces == 0 {
            others_run().await;
            world.becomes(&copy);
        }
        for piece in 0..pieces {
            others_run().await;
            let whole = pieces == 1;
            world.takes_over(&before, &copy, (!whole).then_some(piece));
        }
        response
    }
}

async fn others_run() {
    for _ in 0..YIELDS {
        tokio::task::yield_now().await;
    }
}
