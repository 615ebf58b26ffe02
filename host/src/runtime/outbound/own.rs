//! Where this server itself listens, which guests reach only if a grant writes the address out. It
//! sends nothing.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    sync::{Arc, Mutex, PoisonError},
};

/// The addresses a server listens on, which may be public ones.
#[derive(Clone, Default)]
pub(crate) struct OwnAddresses(Arc<Mutex<Vec<SocketAddr>>>);

impl OwnAddresses {
    /// The server listens here too.
    pub(crate) fn add(&self, address: SocketAddr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(address);
    }

    /// Whether a connection to this address would come back to this server.
    pub(super) fn hold(&self, address: IpAddr, port: u16) -> bool {
        let own = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        own.iter().filter(|own| own.port() == port).any(|own| match own.ip().to_canonical() {
            ip if ip.is_unspecified() => is_of_this_machine(address),
            ip => ip == address,
        })
    }
}

/// Whether an address is one of this machine's: the system then sends from that very address. A
/// datagram socket learns this without sending anything.
fn is_of_this_machine(address: IpAddr) -> bool {
    let any: IpAddr = match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let source = UdpSocket::bind((any, 0)).and_then(|socket| {
        socket.connect((address, DISCARD))?;
        socket.local_addr()
    });
    source.is_ok_and(|source| source.ip() == address)
}

/// Any port would do; what is sent to this one is meant to be thrown away (RFC 863).
const DISCARD: u16 = 9;

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_is_own_by_address_and_port() {
        let own = OwnAddresses::default();
        assert!(!own.hold(ip("203.0.113.1"), 80));
        own.add(SocketAddr::new(ip("203.0.113.1"), 80));
        own.add(SocketAddr::new(ip("::ffff:203.0.113.2"), 81));
        for (address, port, held) in [
            ("203.0.113.1", 80, true),
            ("203.0.113.1", 81, false),
            ("203.0.113.2", 81, true),
            ("203.0.113.3", 80, false),
            ("::1", 80, false),
        ] {
            assert_eq!(own.hold(ip(address), port), held, "{address} {port}");
        }
    }

    #[test]
    fn a_server_that_listens_everywhere_has_every_address_of_its_machine() {
        for wildcard in ["0.0.0.0", "::"] {
            let own = OwnAddresses::default();
            own.add(SocketAddr::new(ip(wildcard), 80));
            assert!(own.hold(ip("127.0.0.1"), 80), "{wildcard}");
            assert!(!own.hold(ip("127.0.0.1"), 81), "{wildcard}");
            assert!(!own.hold(ip("192.0.2.1"), 80), "{wildcard}");
        }
    }
}
