//! Where every request comes in: to which world, and to which of the two contracts.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response};
use tower::ServiceExt as _;

use crate::arrival::{Arrival, Plane};
use crate::console::Console;
use crate::guard::Guard;
use crate::handlers::{About, Control, Orders, Steered, stream};
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
    guard: Arc<Guard>,
    router: Router,
}

impl Entrance {
    /// The way to these APIs.
    pub(crate) fn new(
        worlds: Arc<Worlds>,
        about: Arc<About>,
        orders: Arc<Api<Orders>>,
        control: Option<Arc<Api<Control>>>,
        guard: Guard,
    ) -> Self {
        let (of_orders, of_control) = (Arc::clone(&orders), control.clone());
        let mut router = orders.routes();
        if let Some(control) = &control {
            let stream = control.stream_route(stream::PATH, stream::follow_journal);
            router = router.merge(control.routes()).merge(stream);
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
        Self { worlds, about, orders, control, guard: Arc::new(guard), router }
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, mut request: Request<Body>) -> Response<Body> {
        let name = worlds::take_name(&mut request);
        let plane = match self.control.is_some() && is_control_path(request.uri().path()) {
            true => Plane::Control,
            false => Plane::Orders,
        };
        if let (Some(control), Plane::Control) = (&self.control, plane)
            && let Some(mut response) = self.answer_beside(control, &request)
        {
            let world = self.worlds.default_world();
            Arrival::of(&mut request, DEFAULT_WORLD, world, plane).answered(&mut response);
            return response;
        }
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

    /// The answer to a request for the control plane that is about no world: it may not come in, or
    /// wants a file of the console.
    fn answer_beside(
        &self,
        control: &Api<Control>,
        request: &Request<Body>,
    ) -> Option<Response<Body>> {
        let now = self.worlds.default_world().now();
        if let Some(reason) = self.guard.forbids(request.method(), request.headers()) {
            return Some(control.forbidden(reason, now));
        }
        let console = Console::at(request.uri().path())?;
        Some(match *request.method() {
            Method::GET | Method::HEAD => console.answer(request.headers(), now),
            _ => control.read_only(request.method().as_str(), now),
        })
    }

    async fn answer_in(&self, world: Arc<World>, mut request: Request<Body>) -> Response<Body> {
        if self.control.is_some() {
            let (worlds, about) = (Arc::clone(&self.worlds), Arc::clone(&self.about));
            let (world, guard) = (Arc::clone(&world), Arc::clone(&self.guard));
            let steered = Steered { worlds, world, about, guard };
            request.extensions_mut().insert(Arc::new(steered));
        }
        #[cfg(feature = "defects")]
        if let Some(race) = crate::defects::Race::of(&world, &request) {
            return race.run(self.router.clone(), &world, request).await;
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
