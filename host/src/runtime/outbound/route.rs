//! What all guests of one route share on their way out: the rules, the limits, the connections left,
//! and the resolver. It holds no state of a request.

use std::{net::IpAddr, sync::Arc};

use http::HeaderMap;
use rustix::process::{Resource, getrlimit};
use rustls::ClientConfig;
use tokio::sync::Semaphore;
use wasmtime_wasi_http::Error;

use crate::policy::{Limits, OutboundRule, Policy};

use super::{
    address,
    body::ResponseBounds,
    connect,
    lookup::{self, Places, Resolve, SystemResolver},
    own::OwnAddresses,
    placeholder::{HiddenSecret, Placeholders, reveal},
    target::Target,
};

/// What all routes of a server share on their way out.
#[derive(Clone)]
pub(crate) struct Outside {
    pub(super) resolver: Arc<dyn Resolve>,
    pub(super) tls: Arc<ClientConfig>,
    pub(super) connections: Arc<Semaphore>,
    pub(super) lookups: Arc<Semaphore>,
    pub(crate) placeholders: Placeholders,
    pub(crate) own: OwnAddresses,
}

impl Outside {
    /// The internet, by the system's resolver, with `connections` at a time but no more than a quarter
    /// of the descriptors this process may open: clients and files need theirs.
    pub(crate) fn new(connections: usize) -> Self {
        Self {
            resolver: Arc::new(SystemResolver),
            tls: Arc::new(connect::public_tls()),
            connections: Arc::new(Semaphore::new(at_most_a_quarter(connections, getrlimit(Resource::Nofile).current))),
            lookups: Places::of_server(),
            placeholders: Placeholders::default(),
            own: OwnAddresses::default(),
        }
    }
}

/// One route's way out.
pub(crate) struct OutboundRoute {
    pub(super) pattern: Arc<str>,
    policy: Arc<Policy>,
    pub(super) outside: Outside,
    pub(super) connections: Arc<Semaphore>,
    lookups: Places,
    hidden: Vec<HiddenSecret>,
}

impl OutboundRoute {
    /// What `policy` grants the route at `pattern`, through the way out that all routes share, with
    /// the secrets that only go this way.
    pub(crate) fn through(
        outside: &Outside,
        pattern: Arc<str>,
        policy: &Arc<Policy>,
        hidden: Vec<HiddenSecret>,
    ) -> Self {
        Self {
            hidden,
            pattern,
            connections: Arc::new(Semaphore::new(policy.limits.outbound_connections)),
            lookups: Places::among(outside.lookups.clone()),
            policy: policy.clone(),
            outside: outside.clone(),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.policy.limits
    }

    fn rules(&self) -> &[OutboundRule] {
        &self.policy.grants.outbound
    }

    /// All addresses of a target; only names that `allows` granted are resolved.
    pub(super) async fn resolve(&self, target: &Target) -> Result<Vec<IpAddr>, Error> {
        lookup::addresses(target, &*self.outside.resolver, &self.lookups).await
    }

    /// Whether a rule grants this target, as the guest wrote it.
    pub(super) fn allows(&self, target: &Target) -> bool {
        let host = target.host.to_string();
        self.rules().iter().any(|rule| rule.allows(target.scheme.as_str(), &host, target.port))
    }

    /// Whether a connection for this target may go to this address: it is public and not this
    /// server's own, or a rule names it.
    pub(super) fn reaches(&self, target: &Target, address: IpAddr) -> bool {
        let named = |rule: &OutboundRule| rule.grants_address(target.scheme.as_str(), address, target.port);
        let is_open = address::is_public(address) && !self.outside.own.hold(address, target.port);
        is_open || self.rules().iter().any(named)
    }

    /// Writes the secrets that may go to this target in the place of their placeholders.
    pub(super) fn reveal(&self, target: &Target, fields: &mut HeaderMap) -> Result<(), Error> {
        reveal(fields, &self.hidden, target, self.limits().fields_bytes)
    }

    /// What a response may be.
    pub(super) fn bounds(&self) -> ResponseBounds {
        ResponseBounds {
            head_bytes: self.limits().outbound_response_head_bytes,
            body_bytes: self.limits().outbound_response_body_bytes,
        }
    }
}

fn at_most_a_quarter(connections: usize, descriptors: Option<u64>) -> usize {
    let quarter = descriptors.map_or(usize::MAX, |most| usize::try_from(most / 4).unwrap_or(usize::MAX));
    connections.min(quarter).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_others() {
        for (connections, descriptors, most) in [
            (1024, None, 1024),
            (1024, Some(4096), 1024),
            (1024, Some(4092), 1023),
            (1024, Some(1024), 256),
            (8, Some(1024), 8),
            (8, Some(3), 1),
            (usize::MAX, Some(u64::MAX), usize::try_from(u64::MAX / 4).unwrap_or(usize::MAX)),
        ] {
            assert_eq!(at_most_a_quarter(connections, descriptors), most, "{connections} {descriptors:?}");
        }
    }
}
