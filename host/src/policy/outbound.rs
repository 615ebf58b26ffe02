//! Where outbound requests may go: one entry of a grant or a ceiling, and what it allows. It
//! resolves no names and opens no connections.

use std::net::IpAddr;

use ipnet::IpNet;

/// One entry: a scheme, a host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundRule {
    scheme: Scheme,
    host: Host,
    port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    /// This name.
    Name(String),
    /// Every name below this one, not the name itself.
    Below(String),
    /// Every address of this network, which may be a single one.
    Network(IpNet),
}

impl OutboundRule {
    /// Whether a request to this scheme, host and port may be sent. The host is what the guest
    /// wrote, a name or a literal address (IPv6 with or without brackets), never a resolved one.
    pub fn allows(&self, scheme: &str, host: &str, port: u16) -> bool {
        self.scheme.as_str().eq_ignore_ascii_case(scheme)
            && self.port == port
            && self.host.holds(host)
    }

    /// Whether this entry names the address itself, as a literal or in a network. Only then may a
    /// connection go to an address that is not public.
    pub fn grants_address(&self, scheme: &str, address: IpAddr, port: u16) -> bool {
        self.scheme.as_str().eq_ignore_ascii_case(scheme)
            && self.port == port
            && matches!(&self.host, Host::Network(network) if network.contains(&address.to_canonical()))
    }
}

impl Scheme {
    fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

impl Host {
    fn holds(&self, host: &str) -> bool {
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        match (self, bare.parse::<IpAddr>()) {
            (Self::Network(network), Ok(address)) => network.contains(&address.to_canonical()),
            (Self::Network(_), Err(_)) | (Self::Name(_) | Self::Below(_), Ok(_)) => false,
            (Self::Name(name), Err(_)) => name.eq_ignore_ascii_case(host),
            (Self::Below(parent), Err(_)) => is_below(&host.to_ascii_lowercase(), parent),
        }
    }
}

fn is_below(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent)
        .and_then(|rest| rest.strip_suffix('.'))
        .is_some_and(|labels| !labels.is_empty())
}
