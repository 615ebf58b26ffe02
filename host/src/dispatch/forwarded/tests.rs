use super::*;

fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
    let fields = fields.iter();
    fields.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
}

/// What is believed behind proxies of 10.0.0.0/8, as text.
fn believed(peer: &str, fields: &[(&'static str, &'static str)]) -> String {
    let proxies = TrustedProxies::parse(["10.0.0.0/8", "fd00::/8"]).expect("networks");
    let peer = peer.parse().expect("an address");
    let Believed { client, scheme, authority } = Believed::of(&headers(fields), Some(peer), &proxies);
    let client = client.map_or("hidden".to_owned(), |client| client.to_string());
    let scheme = scheme.map_or(String::new(), |scheme| format!(" {scheme}"));
    let authority = authority.map_or(String::new(), |authority| format!(" {authority}"));
    format!("{client}{scheme}{authority}")
}

const STRANGER: &str = "192.0.2.1";
const PROXY: &str = "10.0.0.1";

#[test]
fn a_stranger_is_believed_nothing() {
    for fields in [
        &[("forwarded", "for=198.51.100.7;proto=https;host=a")][..],
        &[("x-forwarded-for", "198.51.100.7"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "a")],
    ] {
        assert_eq!(believed(STRANGER, fields), STRANGER, "{fields:?}");
    }
}

#[test]
fn a_trusted_proxy_tells_the_rightmost_hop_that_is_not_trusted() {
    for (fields, expected) in [
        (&[][..], "10.0.0.1"),
        (&[("forwarded", "for=198.51.100.7")], "198.51.100.7"),
        (&[("forwarded", "For=198.51.100.7:4711;Proto=HTTPS;Host=\"a:443\"")], "198.51.100.7 https a:443"),
        (&[("forwarded", "for=\"[2001:db8::1]:4711\"")], "2001:db8::1"),
        (&[("forwarded", "for=\"[2001:db8::1]\"")], "2001:db8::1"),
        (&[("forwarded", "for=1.1.1.1;proto=https, for=198.51.100.7;proto=http")], "198.51.100.7 http"),
        (&[("forwarded", "for=1.1.1.1;host=x, for=198.51.100.7;host=a, for=10.0.0.2;host=b")], "198.51.100.7 a"),
        (&[("forwarded", "for=198.51.100.7"), ("forwarded", "for=10.0.0.2")], "198.51.100.7"),
        (&[("forwarded", "for=10.0.0.3, for=10.0.0.2")], "10.0.0.3"),
        (&[("forwarded", "for=1.1.1.1, for=unknown")], "hidden"),
        (&[("forwarded", "for=1.1.1.1, for=_gazonk;proto=https")], "hidden https"),
        (&[("forwarded", "for=\"1.1.1.1, for=198.51.100.7")], "10.0.0.1"),
        (&[("forwarded", "nonsense")], "10.0.0.1"),
        (&[("forwarded", "for=198.51.100.7;by=\"a,b;c\";proto=gopher")], "198.51.100.7"),
        (&[("forwarded", "for=198.51.100.7"), ("x-forwarded-for", "1.1.1.1")], "198.51.100.7"),
        (&[("x-forwarded-for", "198.51.100.7")], "198.51.100.7"),
        (&[("x-forwarded-for", "1.1.1.1, 198.51.100.7 ,10.0.0.2")], "198.51.100.7"),
        (&[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.7")], "198.51.100.7"),
        (&[("x-forwarded-for", "198.51.100.7:4711")], "198.51.100.7"),
        (&[("x-forwarded-for", "2001:db8::1")], "2001:db8::1"),
        (&[("x-forwarded-for", "::ffff:198.51.100.7")], "198.51.100.7"),
        (&[("x-forwarded-for", "fd00::1")], "fd00::1"),
        (&[("x-forwarded-for", "1.1.1.1, junk")], "hidden"),
        (&[("x-forwarded-for", "198.51.100.7, 10.0.0.2"), ("x-forwarded-proto", "https, http")], "198.51.100.7 https"),
        (&[("x-forwarded-for", "198.51.100.7, 10.0.0.2"), ("x-forwarded-proto", "https")], "198.51.100.7 https"),
        (&[("x-forwarded-for", "1.1.1.1, 198.51.100.7"), ("x-forwarded-host", "x, a")], "198.51.100.7 a"),
    ] {
        assert_eq!(believed(PROXY, fields), expected, "{fields:?}");
    }
}

#[test]
fn a_mapped_peer_is_the_same_peer() {
    assert_eq!(believed("::ffff:10.0.0.1", &[("x-forwarded-for", "198.51.100.7")]), "198.51.100.7");
}

#[test]
fn a_proxy_that_tells_only_the_scheme_keeps_its_own_address() {
    assert_eq!(believed(PROXY, &[("x-forwarded-proto", "https")]), "10.0.0.1 https");
}

#[test]
fn a_chain_without_end_is_not_followed() {
    let chain = vec!["10.0.0.1"; 10_000].join(", ");
    let mut headers = HeaderMap::new();
    headers.insert(FOR, HeaderValue::try_from(chain).expect("text"));
    let proxies = TrustedProxies::parse(["10.0.0.0/8"]).expect("a network");
    let believed = Believed::of(&headers, Some(IpAddr::from([10, 0, 0, 1])), &proxies);
    assert_eq!(believed.client, Some(IpAddr::from([10, 0, 0, 1])));
}

#[test]
fn a_guest_is_told_what_is_believed() {
    for (client, forwarded, shown) in [
        ("192.0.2.1", "for=192.0.2.1;host=\"a:80\";proto=https", "192.0.2.1"),
        ("2001:db8::1", "for=\"[2001:db8::1]\";host=\"a:80\";proto=https", "2001:db8::1"),
    ] {
        let believed = Believed { client: client.parse().ok(), scheme: None, authority: None };
        let mut told = HeaderMap::new();
        believed.tell(&mut told, &Scheme::HTTPS, "a:80");
        let told =
            ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"].map(|name| told[name].clone());
        assert_eq!(told, [forwarded, shown, "a:80", "https"]);
    }
}
