//! Reads where a guest wants its request to go: scheme, host and port. It is read once, so that the
//! rules judge exactly what is connected to. It resolves nothing.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use http::{HeaderValue, Uri, uri};
use wasmtime_wasi_http::Error;

/// RFC 1035 section 2.3.4, as text without the last dot.
const NAME_BYTES_MAX: usize = 253;
/// RFC 1035 section 2.3.4.
const LABEL_BYTES_MAX: usize = 63;

/// Where a request goes. `Display` writes it as an outbound grant would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) scheme: Scheme,
    pub(super) host: Host,
    pub(super) port: u16,
}

/// How a request travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Http,
    Https,
}

/// Who a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    /// In lower case, without the dot of the root.
    Name(String),
    /// A literal, or the address that `localhost` stands for. V4-mapped addresses are written as the
    /// IPv4 address they stand for.
    Address(IpAddr),
}

impl Target {
    /// Reads the target of an absolute URI. Refused are user info, port 0, ports that are no
    /// number, names that a resolver might take for an address (`127.1`, `0x7f.1`, `2130706433`),
    /// and whatever is neither a DNS name nor an address.
    pub(super) fn read(uri: &Uri) -> Result<Self, Error> {
        let scheme = Scheme::read(uri.scheme()).ok_or(Error::HttpProtocolError)?;
        let authority = uri.authority().ok_or(Error::HttpRequestUriInvalid)?;
        let (host, port) = split(authority.as_str());
        let host = Host::read(host).ok_or(Error::HttpRequestUriInvalid)?;
        let port = match port {
            Some(digits) => read_port(digits).ok_or(Error::HttpRequestUriInvalid)?,
            None => scheme.usual_port(),
        };
        Ok(Self { scheme, host, port })
    }

    /// The same target at one of its addresses.
    pub(super) fn at(&self, address: IpAddr) -> Self {
        Self { host: Host::Address(address), ..self.clone() }
    }

    /// What stands in the `Host` field: the port only where it is not the usual one.
    pub(super) fn authority(&self) -> HeaderValue {
        let mut text = self.host.to_string();
        if self.port != self.scheme.usual_port() {
            text = format!("{text}:{}", self.port);
        }
        HeaderValue::try_from(text).expect("a host that was read holds no control characters")
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host)?;
        if self.port == self.scheme.usual_port() { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

impl Scheme {
    fn read(scheme: Option<&uri::Scheme>) -> Option<Self> {
        match scheme?.as_str() {
            "http" => Some(Self::Http),
            "https" => Some(Self::Https),
            _ => None,
        }
    }

    /// As it is written.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    fn usual_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl Host {
    fn read(text: &str) -> Option<Self> {
        if let Some(literal) = text.strip_prefix('[') {
            let address: Ipv6Addr = literal.strip_suffix(']')?.parse().ok()?;
            return Some(Self::Address(IpAddr::V6(address).to_canonical()));
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Some(Self::Address(IpAddr::V4(address)));
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if is_this_machine(&name) {
            return Some(Self::Address(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        }
        is_name(&name).then_some(Self::Name(name))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V4(address)) => address.fmt(f),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

/// Host and port of an authority. User info stays with the host, where no `@` can pass.
fn split(authority: &str) -> (&str, Option<&str>) {
    let end = authority.find(']').map_or(0, |bracket| bracket + 1);
    match authority[end..].split_once(':') {
        Some((name, port)) => (&authority[..end + name.len()], Some(port)),
        None => (authority, None),
    }
}

fn read_port(digits: &str) -> Option<u16> {
    let decimal = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|port| decimal && *port != 0)
}

fn is_name(name: &str) -> bool {
    name.len() <= NAME_BYTES_MAX && name.split('.').all(is_label) && !ends_in_a_number(name)
}

fn is_label(label: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let lengths = 1..=LABEL_BYTES_MAX;
    lengths.contains(&label.len()) && label.bytes().all(letters) && !label.starts_with('-') && !label.ends_with('-')
}

/// RFC 6761 section 6.3: these names mean loopback, and no resolver is asked. A grant has to write
/// the address out.
fn is_this_machine(name: &str) -> bool {
    name == "localhost" || (name.ends_with(".localhost") && is_name(name))
}

/// Resolvers read such names as IPv4 addresses in decimal, octal or hexadecimal, with parts left
/// out. No top-level domain is a number, so nothing is lost.
fn ends_in_a_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let hexadecimal = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    last.bytes().all(|byte| byte.is_ascii_digit()) || last.strip_prefix("0x").is_some_and(hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Target, Error> {
        Target::read(&text.parse().map_err(|_| Error::HttpRequestUriInvalid)?)
    }

    #[test]
    fn targets_are_read_in_one_spelling() {
        let rows = [
            ("http://example.com/x", "http://example.com", "example.com"),
            ("https://example.com/", "https://example.com", "example.com"),
            ("http://example.com:80/", "http://example.com", "example.com"),
            ("https://example.com:80/", "https://example.com:80", "example.com:80"),
            ("https://API.Example.COM./", "https://api.example.com", "api.example.com"),
            ("http://a_b-c.example:8080/", "http://a_b-c.example:8080", "a_b-c.example:8080"),
            ("http://127.0.0.1:9000/", "http://127.0.0.1:9000", "127.0.0.1:9000"),
            ("http://[::1]/", "http://[::1]", "[::1]"),
            ("http://[0:0::1]:9000/", "http://[::1]:9000", "[::1]:9000"),
            ("http://[::ffff:127.0.0.1]/", "http://127.0.0.1", "127.0.0.1"),
            ("http://host:65535/", "http://host:65535", "host:65535"),
            ("http://localhost:9000/", "http://127.0.0.1:9000", "127.0.0.1:9000"),
            ("http://LOCALHOST./", "http://127.0.0.1", "127.0.0.1"),
            ("http://api.localhost/", "http://127.0.0.1", "127.0.0.1"),
            ("http://notlocalhost/", "http://notlocalhost", "notlocalhost"),
            ("http://0x7f.example/", "http://0x7f.example", "0x7f.example"),
        ];
        for (text, grant, authority) in rows {
            let target = read(text).expect(text);
            assert_eq!(target.to_string(), grant);
            assert_eq!(target.authority(), authority);
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        let long_label = format!("http://{}.example/", "a".repeat(64));
        let long_name = format!("http://{}example/", "a.".repeat(124));
        let rows = [
            "http://user@example.com/",
            "http://user:secret@example.com/",
            "http://example.com:80@127.0.0.1/",
            "http://@example.com/",
            "http://user@[::1]/",
            "http://user:1@[::1]:80/",
            "http://[::1]@example.com/",
            "http://127.0.0.1@example.com/",
            "http://example.com:0/",
            "http://example.com:00/",
            "http://example.com:/",
            "http://example.com:+80/",
            "http://example.com:65536/",
            "http://example.com:99999/",
            "http://example.com:80:80/",
            "http://2130706433/",
            "http://127.1/",
            "http://127.0.1/",
            "http://0/",
            "http://0x7f.1/",
            "http://0x7f000001/",
            "http://0X7F.0.0.0x1/",
            "http://017700000001/",
            "http://0177.0.0.1/",
            "http://127.0.0.01/",
            "http://127.0.0.1./",
            "http://256.256.256.256/",
            "http://1.2.3.4.5/",
            "http://example.0x/",
            "http://example..com/",
            "http://.example.com/",
            "http://example.com../",
            "http://./",
            "http://exa%6dple.com/",
            "http://-example.com/",
            "http://example-.com/",
            "http://.localhost/",
            "http://a..localhost/",
            "http://127.0.0.1%2f.example/",
            "http://[::1%25eth0]/",
            "http://[fe80::1%eth0]/",
            "http://[::1]x/",
            "http://[::1]x:80/",
            "http://[127.0.0.1]/",
            "http://[]/",
            "http://a,b/",
            "http://$HOME/",
            "http://①②⑦.0.0.1/",
            "http://exämple.com/",
            "ftp://example.com/",
            "unix:/run/docker.sock",
            "//example.com/",
            "/path",
            "*",
            long_label.as_str(),
            long_name.as_str(),
        ];
        for row in rows {
            assert!(read(row).is_err(), "{row} is taken");
        }
    }
}
