//! Where outbound requests may go: one entry of a grant or a ceiling, and what it allows. It
//! resolves no names and opens no connections.

use std::{fmt, net::IpAddr};

use ipnet::IpNet;

use super::wrong::Wrong;

mod parse;

/// One entry: a scheme, a host and a port.
///
/// | entry | allows |
/// |---|---|
/// | `https://api.example.com` | that name on port 443 |
/// | `http://api.example.com:8080` | that name on that port |
/// | `https://*.example.com` | every name below `example.com`, not `example.com` |
/// | `http://127.0.0.1:9000`, `http://[::1]:9000` | that address |
/// | `http://10.0.0.0/8:9000`, `http://[fd00::/8]:9000` | every address of that network |
///
/// An entry without a port allows the port of its scheme only. A name never leads to an address
/// that is not public; entries that write an address or a network out do.
///
/// ```
/// use routelet::policy::OutboundRule;
///
/// let rule = OutboundRule::parse("https://*.example.com").expect("an entry");
/// assert!(rule.allows("https", "api.example.com", 443));
/// assert!(!rule.allows("https", "example.com", 443));
/// ```
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
    /// This name, in lower case.
    Name(String),
    /// Every name below this one, not the name itself; in lower case.
    Below(String),
    /// Every address of this network, which may be a single one.
    Network(IpNet),
}

impl OutboundRule {
    /// Reads one entry; everything but scheme, host and port is refused.
    pub fn parse(entry: &str) -> Result<Self, Wrong> {
        parse::rule(entry)
    }

    /// Whether a request to this scheme, host and port may be sent. The host is what the guest
    /// wrote, a name or a literal address (IPv6 with or without brackets), never a resolved one.
    pub fn allows(&self, scheme: &str, host: &str, port: u16) -> bool {
        self.serves(scheme, port) && self.host.holds(host)
    }

    /// Whether this entry writes the address out, as a literal or in a network. Only then may a
    /// connection go to an address that is not public.
    pub fn grants_address(&self, scheme: &str, address: IpAddr, port: u16) -> bool {
        self.serves(scheme, port)
            && matches!(&self.host, Host::Network(network) if network.contains(&address.to_canonical()))
    }

    /// Whether everything that `other` allows is allowed by this entry too.
    pub fn covers(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.port == other.port && self.host.covers(&other.host)
    }

    fn serves(&self, scheme: &str, port: u16) -> bool {
        self.scheme.as_str().eq_ignore_ascii_case(scheme) && self.port == port
    }
}

/// The entry as it is written, the port left out where it is the scheme's own.
impl fmt::Display for OutboundRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host)?;
        if self.port != self.scheme.port() {
            write!(f, ":{}", self.port)?;
        }
        Ok(())
    }
}

impl Scheme {
    fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl Host {
    fn holds(&self, host: &str) -> bool {
        match (self, literal(host)) {
            (Self::Network(network), Some(address)) => network.contains(&address),
            (Self::Name(name), None) => name.eq_ignore_ascii_case(host),
            (Self::Below(parent), None) => is_below(&host.to_ascii_lowercase(), parent),
            (Self::Network(_), None) | (Self::Name(_) | Self::Below(_), Some(_)) => false,
        }
    }

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(name), Self::Name(other)) => name == other,
            (Self::Below(parent), Self::Name(name)) => is_below(name, parent),
            (Self::Below(parent), Self::Below(other)) => parent == other || is_below(other, parent),
            (Self::Network(network), Self::Network(other)) => network.contains(other),
            (Self::Name(_), Self::Below(_) | Self::Network(_))
            | (Self::Below(_), Self::Network(_))
            | (Self::Network(_), Self::Name(_) | Self::Below(_)) => false,
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Below(parent) => write!(f, "*.{parent}"),
            Self::Network(network) => {
                let single = network.prefix_len() == network.max_prefix_len();
                match (network.addr(), single) {
                    (IpAddr::V4(address), true) => write!(f, "{address}"),
                    (IpAddr::V4(_), false) => write!(f, "{network}"),
                    (IpAddr::V6(address), true) => write!(f, "[{address}]"),
                    (IpAddr::V6(_), false) => write!(f, "[{network}]"),
                }
            }
        }
    }
}

/// The address that a host spells, an IPv4 address mapped into IPv6 as the former.
fn literal(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    Some(bare.parse::<IpAddr>().ok()?.to_canonical())
}

/// Whether `name` has one or more labels in front of `parent`, and nothing else.
fn is_below(name: &str, parent: &str) -> bool {
    let labels = name.strip_suffix(parent).and_then(|front| front.strip_suffix('.'));
    labels.is_some_and(|labels| labels.split('.').all(parse::is_label))
}

#[cfg(test)]
mod tests;
