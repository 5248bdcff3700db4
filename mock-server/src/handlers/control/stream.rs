//! The journal as it is written, as server-sent events.
//!
//! It is no operation of the contract: a typed client reads an answer to its end, and this one has
//! none. The contract describes it in the words of the tag `Journal`.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use axum::response::IntoResponse as _;
use axum::response::sse::{Event, KeepAlive, Sse};
use octane_openapi::{Violation, ViolationIn};
use serde_json::{Value, json};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::Steered;
use super::journal::{Detail, exchange};
use crate::http::Rejection;
use crate::journal::{Change, Following};
use crate::world::World;

/// Where it is served.
pub(crate) const PATH: &str = "/_mock/journal/stream";

/// By which a client that comes back says which exchange it saw last.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Where the contract describes the stream.
const DESCRIPTION: &str = "#/tags/4/description";

/// How often something is sent to a client to which nothing happens, so that neither side takes the
/// connection for dead. Said in the contract.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How often a follower looks at the world. Nothing runs in the background, so what nbn does by
/// itself happens when somebody looks.
const LOOK: Duration = Duration::from_secs(1);

struct Feed {
    following: Following,
    world: Arc<World>,
    look: Interval,
}

/// Follows the journal of a world, from the exchange the client saw last or from now on.
pub(crate) fn follow_journal(
    steered: &Steered,
    headers: &HeaderMap,
) -> Result<Response<Body>, Rejection> {
    let after = last_event_id(headers)?;
    let world = Arc::clone(&steered.world);
    let following = world.journal().follow(after);
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let now = world.now();
    let events = futures_util::stream::unfold(Feed { following, world, look }, |mut feed| async {
        Some((Ok::<_, Infallible>(feed.next().await?), feed))
    });
    let alive = KeepAlive::new().interval(HEARTBEAT);
    let mut response = Sse::new(events).keep_alive(alive).into_response();
    let date = HeaderValue::try_from(httpdate::fmt_http_date(now.into()));
    response.headers_mut().extend(date.ok().map(|date| (header::DATE, date)));
    Ok(response)
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, Rejection> {
    let Some(sent) = headers.get(LAST_EVENT_ID) else { return Ok(None) };
    let number = sent.to_str().ok().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| {
        Rejection::Invalid(Violation {
            location: ViolationIn::Header,
            pointer: "/Last-Event-ID".to_owned(),
            keyword: "type".to_owned(),
            message: "must be the number of an exchange".to_owned(),
            rule: DESCRIPTION.to_owned(),
        })
    })
}

impl Feed {
    async fn next(&mut self) -> Option<Event> {
        loop {
            tokio::select! {
                biased;
                change = self.following.next() => return change.map(|change| event(&change)),
                _ = self.look.tick() => {
                    self.world.now();
                }
            }
        }
    }
}

fn event(change: &Change) -> Event {
    let named = |name: &str, data: &Value| Event::default().event(name).data(data.to_string());
    match change {
        Change::Exchange(of) => {
            let data = serde_json::to_value(exchange(of, Detail::Summary))
                .expect("generated types are serialised to JSON");
            named("exchange", &data).id(of.id.to_string())
        }
        Change::Order { order_id, status } => {
            named("order", &json!({"orderId": order_id, "status": status}))
        }
        Change::World => named("world", &json!({})),
        Change::Lost(count) => named("dropped", &json!({"count": count})),
    }
}
