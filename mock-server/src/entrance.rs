//! Where every request comes in: to which world, and to which of the two contracts.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use tower::ServiceExt as _;

use crate::handlers::{About, Control, Orders, Steered};
use crate::http::Api;
use crate::worlds::{self, Worlds};

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
        let Some(world) = self.worlds.get(&name) else {
            let now = self.worlds.default_world().now();
            return match &self.control {
                Some(control) if is_control_path(request.uri().path()) => {
                    control.no_world(&name, now)
                }
                Some(_) | None => self.orders.no_world(&name, now),
            };
        };
        if self.control.is_some() {
            let (worlds, about) = (Arc::clone(&self.worlds), Arc::clone(&self.about));
            let steered = Steered { worlds, world: Arc::clone(&world), about };
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
