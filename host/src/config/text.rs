//! The forms of single settings: addresses, authorities, paths. It resolves no names.

use std::net::Ipv6Addr;

use super::{proxies::TrustedProxies, setting::Setting};
use crate::{
    policy::{names, wrong::Wrong},
    routing::PathRules,
};

/// `host:port`, kept as it is written; a port of 0 takes a free one.
pub(super) fn listen(text: &str) -> Result<String, Wrong> {
    let host = text.rsplit_once(':').filter(|(_, port)| is_port(port));
    match host {
        Some((host, _)) if is_host(host) => Ok(text.to_owned()),
        _ => Err(Wrong::new(format!("listen = {text:?}"))
            .expected("an address and a port, such as \"127.0.0.1:8080\" or \"[::]:8080\"")
            .way_out("correct the address")),
    }
}

/// Authorities in lower case, each a host with or without a port.
pub(super) fn hosts(setting: &Setting) -> Result<Vec<String>, Wrong> {
    let hosts = setting.texts()?;
    if hosts.is_empty() {
        return Err(setting.unfit("at least one authority, such as \"example.com\""));
    }
    hosts.into_iter().map(authority).collect()
}

/// Addresses and networks.
pub(super) fn proxies(setting: &Setting) -> Result<TrustedProxies, Wrong> {
    TrustedProxies::parse(setting.texts()?)
        .map_err(|_| setting.unfit("addresses and networks, such as \"10.0.0.7\" or \"10.0.0.0/8\""))
}

fn authority(text: &str) -> Result<String, Wrong> {
    let with_port = text.rsplit_once(':').filter(|(_, port)| is_port(port));
    let host = with_port.map_or(text, |(host, _)| host);
    if is_host(host) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(Wrong::new(format!("host {text:?}"))
        .expected("an authority such as \"example.com\" or \"example.com:8080\"")
        .way_out("write it without scheme, path or `*`"))
}

/// Empty, or like `/base`; in the one spelling that requests are compared with.
pub(super) fn base_path(text: &str) -> Result<String, Wrong> {
    PathRules::new(text, false).map(|rules| rules.base_path()).map_err(|_| {
        Wrong::new(format!("base-path = {text:?}"))
            .expected("a path such as \"/base\", without a slash at its end")
            .way_out("correct it, or remove the key to serve at the root")
    })
}

/// The beginning of variables' names, at least a character: all variables are no secrets.
pub(super) fn prefix(text: &str) -> Result<String, Wrong> {
    names::name(text).map_err(|wrong| wrong.way_out("choose a prefix such as \"SECRET_\""))
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

fn is_host(host: &str) -> bool {
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some(address) = bracketed {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    !host.is_empty() && host.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listening_takes_a_host_and_a_port() {
        for text in ["127.0.0.1:8080", "0.0.0.0:0", "[::1]:65535", "localhost:80"] {
            assert_eq!(listen(text).expect(text), text);
        }
        for text in [
            "",
            "8080",
            ":8080",
            "127.0.0.1",
            "127.0.0.1:",
            "a:65536",
            "a:-1",
            "a:+1",
            "::1:80",
            "[::1]",
            "http://a:80",
            "a b:80",
        ] {
            let wrong = listen(text).expect_err(text);
            assert_eq!(wrong.found, format!("listen = {text:?}"));
        }
    }

    #[test]
    fn authorities_are_hosts_with_or_without_a_port() {
        for (text, kept) in [
            ("Example.COM", "example.com"),
            ("a.com:8080", "a.com:8080"),
            ("[::1]:80", "[::1]:80"),
            ("127.0.0.1", "127.0.0.1"),
        ] {
            assert_eq!(authority(text).expect(text), kept);
        }
        for text in ["", "*.a.com", "https://a.com", "a.com/", "a.com:x", "u@a.com", "::1"] {
            assert!(authority(text).is_err(), "{text}");
        }
    }

    #[test]
    fn base_paths_are_absolute_and_end_in_no_slash() {
        for (text, kept) in [("", ""), ("/base", "/base"), ("/a/b", "/a/b")] {
            assert_eq!(base_path(text).expect(text), kept);
        }
        for text in ["/", "base", "/base/", "//a", "/a//b", "/a/../b", "/a?b", "/%zz"] {
            assert!(base_path(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_prefix_is_not_empty() {
        assert_eq!(prefix("SECRET_").expect("a prefix"), "SECRET_");
        for text in ["", "A=", "A B"] {
            assert!(prefix(text).is_err(), "{text}");
        }
    }
}
