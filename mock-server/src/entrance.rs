//! Where every request comes in: to which world, and to which of the two contracts.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use tower::ServiceExt as _;

use crate::arrival::{Arrival, Plane};
use crate::handlers::{About, Control, Orders, Steered};
use crate::http::Api;
use crate::world::World;
use crate::worlds::{self, DEFAULT_WORLD, Worlds};

/// Where the control plane lives: apart from every path of the contract.
const CONTROL_PREFIX: &str = "/_mock";

/// The way in.
pub(crate) struct Entrance {
    worlds: Arc<Worlds>,
    about: Arc<About>,
    orders: Arc<Api<Orders>>,
    control: Option<Arc<Api<Control>>>,
    router: Router,
}

impl Entrance {
    /// The way to these APIs.
    pub(crate) fn new(
        worlds: Arc<Worlds>,
        about: Arc<About>,
        orders: Arc<Api<Orders>>,
        control: Option<Arc<Api<Control>>>,
    ) -> Self {
        let (of_orders, of_control) = (Arc::clone(&orders), control.clone());
        let mut router = orders.routes();
        if let Some(control) = &control {
            router = router.merge(control.routes());
        }
        let router = router.fallback(move |request: Request<Body>| {
            let (orders, control) = (Arc::clone(&of_orders), of_control.clone());
            async move {
                match control.filter(|_| is_control_path(request.uri().path())) {
                    Some(control) => control.unrouted(request).await,
                    None => orders.unrouted(request).await,
                }
            }
        });
        Self { worlds, about, orders, control, router }
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, mut request: Request<Body>) -> Response<Body> {
        let name = worlds::take_name(&mut request);
        let plane = match self.control.is_some() && is_control_path(request.uri().path()) {
            true => Plane::Control,
            false => Plane::Orders,
        };
        let Some(world) = self.worlds.get(&name) else {
            let world = self.worlds.default_world();
            let arrival = Arrival::of(&mut request, DEFAULT_WORLD, world, plane);
            let mut response = match (&self.control, plane) {
                (Some(control), Plane::Control) => control.no_world(&name, world.now()),
                (_, _) => self.orders.no_world(&name, world.now()),
            };
            arrival.answered(&mut response);
            return response;
        };
        let arrival = Arrival::of(&mut request, &name, &world, plane);
        let mut response = self.answer_in(world, request).await;
        arrival.answered(&mut response);
        response
    }

    async fn answer_in(&self, world: Arc<World>, mut request: Request<Body>) -> Response<Body> {
        if self.control.is_some() {
            let (worlds, about) = (Arc::clone(&self.worlds), Arc::clone(&self.about));
            let steered = Steered { worlds, world: Arc::clone(&world), about };
            request.extensions_mut().insert(Arc::new(steered));
        }
        request.extensions_mut().insert(world);
        match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

fn is_control_path(path: &str) -> bool {
    path.strip_prefix(CONTROL_PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
