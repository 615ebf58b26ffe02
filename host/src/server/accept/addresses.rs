//! How many connections each client address holds. It knows no sockets.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::config::TrustedProxies;

/// The bits of an IPv6 address that one customer is given (RFC 6177); the others are theirs to choose.
const NETWORK_BITS: u32 = 64;

type Counts = HashMap<IpAddr, usize>;

/// The connections of each address; no entry outlives its last connection. Proxies that are trusted
/// stand for many clients and are not counted.
#[derive(Debug)]
pub(super) struct Addresses {
    held: Arc<Mutex<Counts>>,
    max: usize,
    proxies: TrustedProxies,
}

/// One connection of an address.
#[derive(Debug)]
pub(super) struct AddressSeat {
    counted: Option<(IpAddr, Arc<Mutex<Counts>>)>,
}

impl Addresses {
    pub(super) fn new(max: usize, proxies: TrustedProxies) -> Self {
        Self { held: Arc::default(), max, proxies }
    }

    /// One more connection of that address, unless it holds its share already.
    pub(super) fn seat(&self, address: IpAddr) -> Option<AddressSeat> {
        if self.proxies.trusts(address) {
            return Some(AddressSeat { counted: None });
        }
        let client = client(address);
        let mut held = lock(&self.held);
        let count = held.entry(client).or_default();
        if *count >= self.max {
            return None;
        }
        *count += 1;
        Some(AddressSeat { counted: Some((client, self.held.clone())) })
    }
}

impl Drop for AddressSeat {
    fn drop(&mut self) {
        let Some((client, held)) = &self.counted else { return };
        let mut held = lock(held);
        if let Some(count) = held.get_mut(client) {
            *count -= 1;
            if *count == 0 {
                held.remove(client);
            }
        }
    }
}

fn lock(held: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whom an address stands for: itself, or with IPv6 its network.
fn client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let host_bits = 128 - NETWORK_BITS;
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> host_bits << host_bits))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_holds_its_share_and_no_more() {
        let proxies = TrustedProxies::parse(["198.51.100.7"]).expect("an address");
        let addresses = Addresses::new(2, proxies);
        let one = addresses.seat(address("192.0.2.1"));
        let two = addresses.seat(address("192.0.2.1"));
        assert!(one.is_some() && two.is_some());
        assert!(addresses.seat(address("192.0.2.1")).is_none());
        assert!(addresses.seat(address("192.0.2.2")).is_some(), "others are not concerned");
        let proxied = [(); 5].map(|()| addresses.seat(address("198.51.100.7")));
        assert!(proxied.iter().all(Option::is_some), "a trusted proxy stands for many");
        drop(one);
        assert!(addresses.seat(address("192.0.2.1")).is_some());
        drop(two);
        assert!(lock(&addresses.held).is_empty(), "no entry outlives its connections");
    }

    #[test]
    fn other_spellings_of_an_address_are_the_same_client() {
        for (one, other, same) in [
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
        ] {
            assert_eq!(client(address(one)) == client(address(other)), same, "{one} and {other}");
        }
    }
}
