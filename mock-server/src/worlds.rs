//! Many worlds in one server, so that tests that run at the same time do not meet.
//!
//! A request names its world by a prefix of the path, `/worlds/NAME/v1/…`, which makes a world a
//! base URL of its own, or by the header `octane-world`. One that names none goes to the default
//! world, which cannot be dropped. A world that was not made does not exist: a misspelt name is a
//! 404, not a new world.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{Request, Uri, uri};
use octane_client::control::types::ErrorCode;
use octane_openapi::Lifecycle;

use crate::clock::Clock;
use crate::coverage::{Coverable, Coverage};
use crate::domain::Refusal;
use crate::journal::Journal;
use crate::test_data::TestData;
use crate::world::{Network, World};

/// Name of the world that requests without one go to.
pub const DEFAULT_WORLD: &str = "default";

/// How many worlds there may be beside the default one.
const WORLDS_MAX: usize = 256;

/// What the path of a request begins with that names its world.
const PREFIX: &str = "/worlds/";

/// The header that names the world of a request.
const HEADER: &str = "octane-world";

/// The worlds of a server.
pub struct Worlds {
    lifecycle: Arc<Lifecycle>,
    test_data: Arc<TestData>,
    coverable: Arc<Coverable>,
    journal_capacity: usize,
    default: Arc<World>,
    /// A `std` mutex: a name is looked up, and never waited under.
    named: Mutex<BTreeMap<String, Arc<World>>>,
}

impl Worlds {
    /// A server's worlds, of which there is only the default one so far.
    pub(crate) fn new(
        lifecycle: Lifecycle,
        test_data: TestData,
        coverable: Coverable,
        journal_capacity: usize,
        seed: u32,
        clock: Clock,
        network: Network,
    ) -> Self {
        let (lifecycle, test_data) = (Arc::new(lifecycle), Arc::new(test_data));
        let coverable = Arc::new(coverable);
        let journal =
            Journal::new(DEFAULT_WORLD, journal_capacity, Coverage::new(Arc::clone(&coverable)));
        let (of_default, data) = (Arc::clone(&lifecycle), Arc::clone(&test_data));
        let default = Arc::new(World::new(of_default, data, seed, clock, network, journal));
        let named = Mutex::default();
        Self { lifecycle, test_data, coverable, journal_capacity, default, named }
    }

    /// The world that requests without one go to.
    pub fn default_world(&self) -> &Arc<World> {
        &self.default
    }

    /// The world of this name.
    pub fn get(&self, name: &str) -> Option<Arc<World>> {
        match name {
            DEFAULT_WORLD => Some(Arc::clone(&self.default)),
            name => self.named().get(name).cloned(),
        }
    }

    /// The names of all worlds, the default one first.
    pub fn names(&self) -> Vec<String> {
        let named = self.named();
        std::iter::once(DEFAULT_WORLD)
            .chain(named.keys().map(String::as_str))
            .map(str::to_owned)
            .collect()
    }

    /// Makes an empty world, in which providers may call as often as in the default one.
    ///
    /// # Errors
    /// `WorldExists`, or `TooManyWorlds`: 256 may be made.
    pub fn create(
        &self,
        name: &str,
        seed: u32,
        clock: Clock,
        network: Network,
    ) -> Result<Arc<World>, Refusal> {
        let mut named = self.named();
        if name == DEFAULT_WORLD || named.contains_key(name) {
            return Err(Refusal::named(
                ErrorCode::WorldExists.name(),
                format!("There is a world `{name}`."),
            ));
        }
        if named.len() >= WORLDS_MAX {
            return Err(Refusal::named(
                ErrorCode::TooManyWorlds.name(),
                format!("There are {WORLDS_MAX} worlds; drop one first."),
            ));
        }
        let (lifecycle, test_data) = (Arc::clone(&self.lifecycle), Arc::clone(&self.test_data));
        let coverage = Coverage::new(Arc::clone(&self.coverable));
        let journal = Journal::new(name, self.journal_capacity, coverage);
        let world = Arc::new(World::new(lifecycle, test_data, seed, clock, network, journal));
        world.set_rate_limit(self.default.rate_limit());
        #[cfg(feature = "defects")]
        world.inherit(&self.default);
        named.insert(name.to_owned(), Arc::clone(&world));
        Ok(world)
    }

    /// Drops a world with all that is in it. Requests that have reached it are still answered.
    ///
    /// # Errors
    /// `WorldNotFound`, also for the default world, which stays.
    pub fn remove(&self, name: &str) -> Result<(), Refusal> {
        match self.named().remove(name) {
            Some(world) => {
                world.journal().end();
                Ok(())
            }
            None => Err(Refusal::named(
                ErrorCode::WorldNotFound.name(),
                format!("There is no world `{name}` that could be dropped."),
            )),
        }
    }

    fn named(&self) -> MutexGuard<'_, BTreeMap<String, Arc<World>>> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the name of the world out of a request: from its path, which loses the prefix, or from the
/// header. The default world's if the request names none.
pub(crate) fn take_name<B>(request: &mut Request<B>) -> String {
    let in_path = request.uri().path().strip_prefix(PREFIX).and_then(|rest| {
        let (name, path) = rest.split_at(rest.find('/')?);
        Some((name.to_owned(), path.to_owned()))
    });
    if let Some((name, path)) = in_path {
        let query = request.uri().query().map(|it| format!("?{it}")).unwrap_or_default();
        let mut parts = std::mem::take(request.uri_mut()).into_parts();
        let rewritten = uri::PathAndQuery::try_from(format!("{path}{query}"));
        parts.path_and_query = Some(rewritten.expect("the end of a path that was one"));
        *request.uri_mut() = Uri::from_parts(parts).expect("only the path has changed");
        return name;
    }
    let header = request.headers().get(HEADER).and_then(|it| it.to_str().ok());
    header.unwrap_or(DEFAULT_WORLD).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uri: &str, header: Option<&str>, expected: (&str, &str)) {
        let mut request = Request::builder().uri(uri);
        if let Some(name) = header {
            request = request.header(HEADER, name);
        }
        let mut request = request.body(()).unwrap();
        let name = take_name(&mut request);
        assert_eq!((name.as_str(), request.uri().to_string().as_str()), expected);
    }

    #[test]
    fn the_path_names_the_world_before_the_header_does() {
        check("/v1/order/nbn?limit=1", None, ("default", "/v1/order/nbn?limit=1"));
        check("/v1/order/nbn", Some("a"), ("a", "/v1/order/nbn"));
        check("/worlds/b/v1/order/nbn?limit=1", Some("a"), ("b", "/v1/order/nbn?limit=1"));
        check("http://host:1/worlds/b/_mock/clock", None, ("b", "http://host:1/_mock/clock"));
        check("/worlds/b", None, ("default", "/worlds/b"));
        check("/worlds//v1", None, ("", "/v1"));
    }
}
