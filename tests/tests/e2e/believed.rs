//! Whom a request is for and who sent it, over real sockets: the authority of HTTP/2 beside `Host`, and what proxies
//! tell of their clients.

use http::Request;
use routelet_tests::{
    Answer, Guest, SiteDir,
    client::{self, Http2},
    eventually,
    site::{RequestBody, full, request},
};
use serde_json::Value;

/// A site of one guest that tells what it was asked.
fn telling(settings: &str) -> SiteDir {
    SiteDir::of(Guest::EchoesRequest).file("routelet.toml", settings)
}

fn asked(target: &str, fields: &[(&str, &str)]) -> Request<RequestBody> {
    let request = Request::get(target);
    let request = fields.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(full("")).expect("the test spells a valid request")
}

/// Every value a guest found under a name.
fn found<'t>(told: &'t Value, name: &str) -> Vec<&'t str> {
    let fields = told["headers"].as_array().into_iter().flatten();
    fields.filter(|field| field[0] == name).filter_map(|field| field[1].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_names_one_authority_which_is_one_of_the_sites() {
    let site = telling("hosts = [\"a.example\", \"b.example\"]").load().await;
    let server = site.serve().await;
    let mut client = Http2::connect(server.address).await;
    for (target, hosts, expected) in [
        ("http://a.example/", &[][..], Ok("a.example")),
        ("http://a.example/", &["a.example"], Ok("a.example")),
        ("http://a.example/", &["A.EXAMPLE"], Ok("a.example")),
        ("http://a.example/", &["b.example"], Err(400)),
        ("http://a.example/", &["c.example"], Err(400)),
        ("http://a.example/", &["a.example", "a.example"], Err(400)),
        ("http://a.example:8080/", &["a.example"], Err(400)),
        ("http://c.example/", &[], Err(421)),
        ("http://c.example/", &["c.example"], Err(421)),
        ("/", &["b.example"], Ok("b.example")),
        ("/", &["c.example"], Err(421)),
        ("/", &["a.example, b.example"], Err(400)),
        ("/", &[], Err(400)),
    ] {
        let fields: Vec<_> = hosts.iter().map(|host| ("host", *host)).collect();
        let response = client.send(asked(target, &fields)).await;
        let answer = eventually("the whole answer", Answer::read(response)).await;
        let told = if answer.status == 200 { Ok(answer.json()["authority"].clone()) } else { Err(answer.status) };
        assert_eq!(told, expected.map(Value::from), "{target} {hosts:?}: {answer:?}");
    }
    server.stop().await;
}

const PROXY: [u8; 4] = [127, 0, 0, 2];
const STRANGER: [u8; 4] = [127, 0, 0, 3];

/// Fields of a request.
type Fields = &'static [(&'static str, &'static str)];

/// What a peer sends of its client, and what a guest is told: client, scheme and authority.
const TOLD: &[(Fields, [&str; 3])] = &[
    (&[], ["127.0.0.2", "http", "localhost"]),
    (&[("forwarded", "for=198.51.100.7;proto=https;host=a.example")], ["198.51.100.7", "https", "a.example"]),
    (
        &[
            ("x-forwarded-for", "198.51.100.7"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "a.example"),
            ("x-forwarded-port", "443"),
            ("x-real-ip", "203.0.113.9"),
        ],
        ["198.51.100.7", "https", "a.example"],
    ),
    (&[("x-forwarded-for", "203.0.113.9, 198.51.100.7")], ["198.51.100.7", "http", "localhost"]),
    (&[("x-forwarded-for", "198.51.100.7, 127.0.0.2")], ["198.51.100.7", "http", "localhost"]),
    (
        &[("forwarded", "for=\"[2001:db8::7]:4711\""), ("x-forwarded-for", "203.0.113.9")],
        ["2001:db8::7", "http", "localhost"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_told_what_a_trusted_proxy_says_and_nothing_that_others_say() {
    let settings = "trusted-proxies = [\"127.0.0.2\"]\nhosts = [\"localhost\", \"a.example\"]\n";
    let site = telling(settings).load().await;
    let server = site.serve().await;
    for (sent, believed) in TOLD {
        for (peer, expected) in [(PROXY, *believed), (STRANGER, ["127.0.0.3", "http", "localhost"])] {
            let [client, scheme, authority] = expected;
            let fields = [&[("routelet-client-address", "192.0.2.1")], *sent].concat();
            let told = client::ask_from(peer, server.address, asked("/", &fields)).await.json();
            let what = format!("{peer:?} {sent:?}: {told}");
            assert_eq!(told["authority"], authority, "{what}");
            assert!(told["scheme"].to_string().to_lowercase().contains(&format!("::{scheme}")), "{what}");
            for (name, value) in [
                ("routelet-client-address", client),
                ("x-forwarded-for", client),
                ("x-forwarded-proto", scheme),
                ("x-forwarded-host", authority),
            ] {
                assert_eq!(found(&told, name), [value], "{name} {what}");
            }
            let shown = if client.contains(':') { format!("\"[{client}]\"") } else { client.to_owned() };
            assert_eq!(
                found(&told, "forwarded"),
                [format!("for={shown};host=\"{authority}\";proto={scheme}")],
                "{what}"
            );
            for name in ["x-forwarded-port", "x-real-ip"] {
                assert!(found(&told, name).is_empty(), "{name} {what}");
            }
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_cannot_name_a_host_that_is_not_the_sites() {
    let settings = "trusted-proxies = [\"127.0.0.2\"]\nhosts = [\"localhost\"]\n";
    let site = telling(settings).load().await;
    let server = site.serve().await;
    for (host, status) in [("c.example", 421), ("a b", 400), ("localhost", 200)] {
        for field in ["x-forwarded-host", "forwarded"] {
            let value = if field == "forwarded" { format!("host=\"{host}\"") } else { host.to_owned() };
            let fields = [(field, value.as_str())];
            let by_proxy = client::ask_from(PROXY, server.address, asked("/", &fields)).await.status;
            let by_stranger = client::ask_from(STRANGER, server.address, asked("/", &fields)).await.status;
            assert_eq!((by_proxy, by_stranger), (status, 200), "{field}: {host}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_trusted_unless_the_settings_say_so() {
    let site = telling("").load().await;
    let server = site.serve().await;
    let mut sent = request("GET", "/");
    sent.headers_mut().insert("x-forwarded-for", "198.51.100.7".parse().expect("a value"));
    let told = client::ask(server.address, sent).await.json();
    assert_eq!(found(&told, "x-forwarded-for"), ["127.0.0.1"], "{told}");
    server.stop().await;
}
