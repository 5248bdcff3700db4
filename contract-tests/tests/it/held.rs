//! A service that holds one request up, so that a test knows where in the middle a run is.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use tokio::sync::Notify;

/// Where a request is held up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// Before it is handled: it comes to nothing if its client goes away.
    Request,
    /// After it was handled.
    Answer,
}

/// The request that is held up.
pub(crate) struct Held {
    arrived: Receiver<()>,
    released: Arc<Notify>,
}

impl Held {
    /// Waits until there is one.
    pub(crate) fn arrived(&self) {
        let long = Duration::from_secs(60);
        self.arrived.recv_timeout(long).expect("it is sent before everything is done");
    }

    /// Lets it go on.
    pub(crate) fn release(&self) {
        self.released.notify_one();
    }
}

/// What is known when it is chosen: what was let through so far, by method, and the request.
pub(crate) struct Seen<'a> {
    pub(crate) before: &'a [(Method, String)],
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
}

impl Seen<'_> {
    /// How many orders were asked for before.
    pub(crate) fn creates(&self) -> usize {
        let creates = self.before.iter().filter(|(method, path)| is_create(method, path));
        creates.count()
    }

    pub(crate) fn is_create(&self) -> bool {
        is_create(self.method, self.path)
    }
}

fn is_create(method: &Method, path: &str) -> bool {
    method == Method::POST && path.ends_with("/v1/order/nbn")
}

struct Watch {
    seen: Vec<(Method, String)>,
    arrived: Option<Sender<()>>,
}

/// A router that holds up the first request that is chosen.
pub(crate) fn held(
    router: Router,
    hold: Hold,
    choose: impl Fn(&Seen<'_>) -> bool + Send + Sync + 'static,
) -> (Router, Held) {
    let (tell, arrived) = channel();
    let released = Arc::new(Notify::new());
    let watch = Arc::new(Mutex::new(Watch { seen: Vec::new(), arrived: Some(tell) }));
    let (choose, until) = (Arc::new(choose), Arc::clone(&released));
    let layer = from_fn(move |request: Request, next: Next| {
        let (watch, choose, until) = (Arc::clone(&watch), Arc::clone(&choose), Arc::clone(&until));
        async move {
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            let chosen = {
                let mut watch = watch.lock().unwrap();
                let seen = Seen { before: &watch.seen, method: &method, path: &path };
                let chosen = watch.arrived.is_some() && choose(&seen);
                watch.seen.push((method, path));
                if chosen { watch.arrived.take() } else { None }
            };
            let Some(tell) = chosen else { return next.run(request).await };
            if hold == Hold::Request {
                tell.send(()).unwrap();
                until.notified().await;
                return next.run(request).await;
            }
            let response = next.run(request).await;
            tell.send(()).unwrap();
            until.notified().await;
            response
        }
    });
    (router.layer(layer), Held { arrived, released })
}
