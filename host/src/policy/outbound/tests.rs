use proptest::prelude::*;

use super::*;

fn rule(entry: &str) -> OutboundRule {
    OutboundRule::parse(entry).unwrap_or_else(|wrong| panic!("{entry}: {wrong:?}"))
}

#[test]
fn entries_print_as_they_are_best_written() {
    for (entry, printed) in [
        ("https://api.example.com", "https://api.example.com"),
        ("https://API.Example.com:443", "https://api.example.com"),
        ("http://api.example.com:80", "http://api.example.com"),
        ("http://api.example.com:443", "http://api.example.com:443"),
        ("https://*.example.org:8443", "https://*.example.org:8443"),
        ("https://a_b.example.org", "https://a_b.example.org"),
        ("http://intranet", "http://intranet"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("http://[::1]:9000", "http://[::1]:9000"),
        ("http://[0:0::1]", "http://[::1]"),
        ("http://10.0.0.0/8", "http://10.0.0.0/8"),
        ("http://10.0.0.0/8:9000", "http://10.0.0.0/8:9000"),
        ("http://10.1.2.3/32", "http://10.1.2.3"),
        ("http://[fd00::/8]:9000", "http://[fd00::/8]:9000"),
        ("http://0.0.0.0/0:1", "http://0.0.0.0/0:1"),
        ("https://x:65535", "https://x:65535"),
    ] {
        assert_eq!(rule(entry).to_string(), printed);
        assert_eq!(rule(printed), rule(entry));
    }
}

#[test]
fn entries_that_are_more_or_less_than_scheme_host_and_port_are_refused() {
    for (entry, way_out) in [
        ("", "put the scheme in front"),
        ("api.example.com", "put the scheme in front"),
        ("HTTPS://a.com", "no other scheme"),
        ("ftp://a.com", "no other scheme"),
        ("*://a.com", "no other scheme"),
        ("https://", "labels"),
        ("https://:443", "labels"),
        ("https://a.com/", "remove the path"),
        ("https://a.com/v1", "remove the path"),
        ("https://a.com:443/v1", "remove the path"),
        ("https://a.com?x", "remove the query"),
        ("https://a.com#x", "remove the query"),
        ("https://user@a.com", "remove the user"),
        ("https://a.com:80@b.com", "remove the user"),
        ("https://a.com:", "the port"),
        ("https://a.com:0", "the port"),
        ("https://a.com:65536", "the port"),
        ("https://a.com:+80", "the port"),
        ("https://a.com:*", "the port"),
        ("https://*", "a `*` stands alone"),
        ("https://*.", "labels"),
        ("https://a.*.com", "a `*` stands alone"),
        ("https://*.*.com", "a `*` stands alone"),
        ("https://*a.com", "a `*` stands alone"),
        ("https://a..com", "labels"),
        ("https://.a.com", "labels"),
        ("https://a.com.", "labels"),
        ("https://-a.com", "labels"),
        ("https://a-.com", "labels"),
        ("https://a b.com", "labels"),
        ("https://a%2eb.com", "labels"),
        ("https://a\\b.com", "labels"),
        ("https://bücher.example", "ASCII form"),
        ("https://①②⑦.0.0.1", "ASCII form"),
        ("http://2130706433", "four decimal numbers"),
        ("http://127.1", "four decimal numbers"),
        ("http://0x7f.1", "four decimal numbers"),
        ("http://127.0.0.0x1", "four decimal numbers"),
        ("http://017700000001", "four decimal numbers"),
        ("http://256.0.0.1", "four decimal numbers"),
        ("http://*.0.0.1", "four decimal numbers"),
        ("http://localhost:3000", "write 127.0.0.1"),
        ("http://app.localhost", "write 127.0.0.1"),
        ("http://10.0.0.1/8", "10.0.0.0/8"),
        ("http://10.0.0.0/33", "address/length"),
        ("http://10.0.0.0/", "address/length"),
        ("http://10.0.0.0/8/9", "address/length"),
        ("http://::1", "brackets"),
        ("http://[::1", "close the bracket"),
        ("http://[::1]x", "close the bracket"),
        ("http://[::1%eth0]", "zones"),
        ("http://[127.0.0.1]", "an IPv6 address"),
        ("http://[::ffff:127.0.0.1]", "127.0.0.1 instead"),
        ("http://[::ffff:0:0/96]", "instead"),
        ("http://[fd00::1/8]", "fd00::/8"),
        ("http://[fd00::]/8", "remove the path"),
    ] {
        let wrong = OutboundRule::parse(entry).expect_err(entry);
        assert!(wrong.way_out.contains(way_out), "{entry}: {wrong:?}");
        assert!(wrong.found.contains(&format!("{entry:?}")), "{wrong:?}");
    }
}

#[test]
fn names_are_limited_as_dns_limits_them() {
    let label = |length: usize| "a".repeat(length);
    let long = [label(63), label(63), label(63), label(61)].join(".");
    for (host, taken) in [(label(63), true), (label(64), false), (long.clone(), true), (format!("{long}a"), false)] {
        assert_eq!(OutboundRule::parse(&format!("https://{host}")).is_ok(), taken, "{host}");
    }
}

#[test]
fn an_entry_allows_its_own_scheme_host_and_port_only() {
    for (entry, scheme, host, port, allowed) in [
        ("https://a.com", "https", "a.com", 443, true),
        ("https://a.com", "HTTPS", "A.com", 443, true),
        ("https://a.com", "http", "a.com", 443, false),
        ("https://a.com", "https", "a.com", 8443, false),
        ("https://a.com", "https", "b.a.com", 443, false),
        ("https://a.com", "https", "a.com.", 443, false),
        ("https://a.com", "https", "a.com@b.com", 443, false),
        ("https://a.com", "https", "a.co", 443, false),
        ("https://*.a.com", "https", "b.a.com", 443, true),
        ("https://*.a.com", "https", "C.B.A.com", 443, true),
        ("https://*.a.com", "https", "a.com", 443, false),
        ("https://*.a.com", "https", ".a.com", 443, false),
        ("https://*.a.com", "https", "..a.com", 443, false),
        ("https://*.a.com", "https", "b..a.com", 443, false),
        ("https://*.a.com", "https", "evil.org/b.a.com", 443, false),
        ("https://*.a.com", "https", "evil.org\\.a.com", 443, false),
        ("https://*.a.com", "https", "u@b.a.com", 443, false),
        ("https://*.a.com", "https", "ba.com", 443, false),
        ("https://*.a.com", "https", "b.a.com.evil.org", 443, false),
        ("http://127.0.0.1:9000", "http", "127.0.0.1", 9000, true),
        ("http://127.0.0.1:9000", "http", "127.0.0.2", 9000, false),
        ("http://127.0.0.1:9000", "http", "127.1", 9000, false),
        ("http://127.0.0.1:9000", "http", "localhost", 9000, false),
        ("http://127.0.0.1:9000", "http", "[::ffff:127.0.0.1]", 9000, true),
        ("http://[::1]:9000", "http", "[::1]", 9000, true),
        ("http://[::1]:9000", "http", "::1", 9000, true),
        ("http://[::1]:9000", "http", "[::2]", 9000, false),
        ("http://10.0.0.0/8", "http", "10.255.255.255", 80, true),
        ("http://10.0.0.0/8", "http", "11.0.0.0", 80, false),
        ("http://10.0.0.0/8", "http", "9.255.255.255", 80, false),
        ("http://[fd00::/8]", "http", "[fdff::1]", 80, true),
        ("http://[fd00::/8]", "http", "[fe00::1]", 80, false),
        ("http://[::/0]", "http", "127.0.0.1", 80, false),
    ] {
        let answer = rule(entry).allows(scheme, host, port);
        assert_eq!(answer, allowed, "{entry}: {scheme}://{host}:{port}");
    }
}

#[test]
fn addresses_are_granted_only_by_entries_that_write_them_out() {
    for (entry, address, granted) in [
        ("http://127.0.0.1:9000", "127.0.0.1", true),
        ("http://127.0.0.1:9000", "::ffff:127.0.0.1", true),
        ("http://127.0.0.1:9000", "127.0.0.2", false),
        ("http://10.0.0.0/8:9000", "10.1.2.3", true),
        ("http://10.0.0.0/8:9000", "192.168.0.1", false),
        ("http://a.com:9000", "127.0.0.1", false),
        ("http://*.a.com:9000", "127.0.0.1", false),
    ] {
        let address = address.parse().expect("an address");
        let rule = rule(entry);
        assert_eq!(rule.grants_address("http", address, 9000), granted, "{entry}");
        assert!(!rule.grants_address("http", address, 9001), "{entry}");
        assert!(!rule.grants_address("https", address, 9000), "{entry}");
    }
}

#[test]
fn an_entry_covers_what_lies_within_it() {
    for (ceiling, entry, covered) in [
        ("https://a.com", "https://a.com", true),
        ("https://a.com", "http://a.com", false),
        ("https://a.com", "https://a.com:8443", false),
        ("https://a.com", "https://*.a.com", false),
        ("https://*.a.com", "https://a.com", false),
        ("https://*.a.com", "https://b.a.com", true),
        ("https://*.a.com", "https://*.a.com", true),
        ("https://*.a.com", "https://*.b.a.com", true),
        ("https://*.b.a.com", "https://*.a.com", false),
        ("https://*.a.com", "https://*.ba.com", false),
        ("http://10.0.0.0/8", "http://10.1.2.3", true),
        ("http://10.0.0.0/8", "http://10.1.0.0/16", true),
        ("http://10.1.0.0/16", "http://10.0.0.0/8", false),
        ("http://10.0.0.0/8", "http://11.0.0.0", false),
        ("http://0.0.0.0/0", "http://a.com", false),
        ("http://0.0.0.0/0", "http://*.a.com", false),
        ("http://0.0.0.0/0", "http://[::1]", false),
        ("http://a.com", "http://10.0.0.0", false),
        ("http://*.a.com", "http://10.0.0.0", false),
    ] {
        assert_eq!(rule(ceiling).covers(&rule(entry)), covered, "{ceiling} {entry}");
    }
}

fn entry() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        "([*][.])?([ab][.]){0,3}[ab]",
        "10[.][01][.]0[.][01]",
        Just("10.0.0.0/8".to_owned()),
        Just("10.1.0.0/16".to_owned()),
    ];
    (host, 1..3u16).prop_map(|(host, port)| format!("http://{host}:{port}"))
}

proptest! {
    #[test]
    fn whatever_a_covered_entry_allows_its_ceiling_allows(
        ceiling in entry(),
        entry in entry(),
        host in "(([ab][.]){0,4}[ab])|(10[.][01][.]0[.][01])",
        port in 1..3u16,
    ) {
        let (ceiling, entry) = (rule(&ceiling), rule(&entry));
        if ceiling.covers(&entry) && entry.allows("http", &host, port) {
            prop_assert!(ceiling.allows("http", &host, port));
        }
    }

    #[test]
    fn no_text_makes_parsing_panic(text in ".{0,40}") {
        let _ = OutboundRule::parse(&text);
        let _ = OutboundRule::parse(&format!("http://{text}"));
    }
}
