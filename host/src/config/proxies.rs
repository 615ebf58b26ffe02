//! The proxies in front of a server whose word about a client is believed. It resolves no names.

use std::net::IpAddr;

use ipnet::IpNet;

/// Addresses of proxies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// A text that is neither an address nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an address nor a network; expected one such as \"10.0.0.7\" or \"10.0.0.0/8\"; write it so")]
pub struct NotANetwork(String);

impl TrustedProxies {
    /// Reads addresses and networks.
    ///
    /// ```
    /// use routelet::config::TrustedProxies;
    ///
    /// let proxies = TrustedProxies::parse(["10.0.0.0/8", "::1"]).expect("a network and an address");
    /// assert!(proxies.trusts("10.1.2.3".parse().expect("an address")));
    /// assert!(!proxies.trusts("192.0.2.1".parse().expect("an address")));
    /// ```
    ///
    /// # Errors
    ///
    /// One of them is neither.
    pub fn parse<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, NotANetwork> {
        let networks = texts.into_iter().map(|text| network(text).ok_or_else(|| NotANetwork(text.to_owned())));
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Whether what this address says of others is believed. An IPv4 address is the same one where
    /// it is mapped into IPv6.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn network(text: &str) -> Option<IpNet> {
    match text.parse::<IpAddr>() {
        Ok(address) => Some(address.to_canonical().into()),
        Err(_) => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_are_trusted_and_nobody_else() {
        let proxies = TrustedProxies::parse(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32", "::ffff:192.0.2.1"]);
        let proxies = proxies.expect("addresses and networks");
        for (address, trusted) in [
            ("127.0.0.1", true),
            ("127.0.0.2", false),
            ("10.255.0.1", true),
            ("::ffff:10.0.0.1", true),
            ("11.0.0.1", false),
            ("2001:db8::1", true),
            ("2001:db9::1", false),
            ("192.0.2.1", true),
            ("::1", false),
        ] {
            assert_eq!(proxies.trusts(address.parse().expect("an address")), trusted, "{address}");
        }
        assert!(!TrustedProxies::default().trusts(IpAddr::from([127, 0, 0, 1])));
    }

    #[test]
    fn a_name_is_no_network() {
        for text in ["", "localhost", "10.0.0.0/33", "10.0.0", "*", "10.0.0.1:80", "[::1]"] {
            assert_eq!(TrustedProxies::parse([text]), Err(NotANetwork(text.to_owned())), "{text}");
        }
    }
}
