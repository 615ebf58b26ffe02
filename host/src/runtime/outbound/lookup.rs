//! From a name to its addresses, asked once for each request and bounded in number. Which of them may
//! be connected to is not decided here.

use std::{io, net::IpAddr, sync::Arc};

use futures_util::future::{BoxFuture, FutureExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime_wasi_http::Error;

use super::{
    error,
    target::{Host, Target},
};

/// Lookups of one route under way at a time; some names take the system's resolver long.
const ROUTE_LOOKUPS_MAX: usize = 8;
/// Lookups of all routes under way at a time. Each holds a thread that tokio keeps for blocking
/// work, and the others are for files and compilation.
const LOOKUPS_MAX: usize = 128;

/// Turns names into addresses.
pub(crate) trait Resolve: Send + Sync {
    /// All addresses of a name. A lookup may outlive its caller, who cannot stop the system's
    /// resolver; `place` is therefore given back by the lookup itself, when it ends.
    fn resolve(&self, name: &str, place: Place) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// Leave to look a name up: of the route, of the server.
pub(crate) struct Place {
    _permits: [OwnedSemaphorePermit; 2],
}

/// The places of one route.
pub(super) struct Places {
    route: Arc<Semaphore>,
    server: Arc<Semaphore>,
}

impl Places {
    /// The places all routes share.
    pub(super) fn of_server() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(LOOKUPS_MAX))
    }

    /// Places of a route's own among those of the server.
    pub(super) fn among(server: Arc<Semaphore>) -> Self {
        Self { route: Arc::new(Semaphore::new(ROUTE_LOOKUPS_MAX)), server }
    }

    async fn take(&self) -> Result<Place, Error> {
        let take = async |places: &Arc<Semaphore>| places.clone().acquire_owned().await.map_err(|_| Error::DnsTimeout);
        Ok(Place { _permits: [take(&self.route).await?, take(&self.server).await?] })
    }
}

/// The system's resolver.
pub(crate) struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: &str, place: Place) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let name = name.to_owned();
        let lookup = tokio::task::spawn_blocking(move || {
            let addresses = std::net::ToSocketAddrs::to_socket_addrs(&(name.as_str(), 0));
            drop(place);
            addresses.map(|addresses| addresses.map(|address| address.ip()).collect())
        });
        async { lookup.await.unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into())) }.boxed()
    }
}

/// All addresses of a target. A literal is its own address, and no resolver hears of it.
pub(super) async fn addresses(target: &Target, resolver: &dyn Resolve, places: &Places) -> Result<Vec<IpAddr>, Error> {
    let name = match &target.host {
        Host::Address(address) => return Ok(vec![*address]),
        Host::Name(name) => name,
    };
    let found = resolver.resolve(name, places.take().await?).await.map_err(|_| error::no_address())?;
    Ok(found.into_iter().map(|address| address.to_canonical()).collect())
}

#[cfg(test)]
mod tests {
    use super::super::address::is_public;
    use super::*;

    #[tokio::test]
    async fn the_systems_resolver_reads_numbers_as_addresses_and_gives_its_place_back() {
        let places = Places::among(Places::of_server());
        for name in ["127.0.0.1", "2130706433", "127.1", "0x7f.1", "017700000001"] {
            let place = places.take().await.expect("a place");
            let found = SystemResolver.resolve(name, place).await.expect("an address");
            assert!(found.contains(&IpAddr::from([127, 0, 0, 1])), "{name} is {found:?}");
            assert!(!found.iter().any(|address| is_public(*address)), "{name} is {found:?}");
        }
        let left = (places.route.available_permits(), places.server.available_permits());
        assert_eq!(left, (ROUTE_LOOKUPS_MAX, LOOKUPS_MAX));
    }

    #[tokio::test]
    async fn a_route_looks_up_a_few_names_at_a_time_and_the_server_counts_them() {
        let places = Places::among(Places::of_server());
        let mut taken = Vec::new();
        for _ in 0..ROUTE_LOOKUPS_MAX {
            taken.push(places.take().await);
        }
        assert_eq!(places.server.available_permits(), LOOKUPS_MAX - ROUTE_LOOKUPS_MAX);
        assert!(places.take().now_or_never().is_none());
        drop(taken);
        assert!(places.take().now_or_never().is_some());
    }
}
