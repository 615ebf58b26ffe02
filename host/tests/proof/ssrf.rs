//! Every way to spell or to name an address that a guest must not reach: no connection and no lookup
//! without a grant, none to a blocked address with one, as seen where all addresses end.

use std::net::IpAddr;

use routelet_tests::{Guest, SiteDir, TestSite};

use crate::{
    names::{Names, Record},
    network::{self, Sink},
    rounds::figure,
};

/// Hosts that lead inside, or look like a granted one, if any layer reads them in another way.
const SPELLINGS: &[&str] = &[
    "127.0.0.1",
    "127.0.0.2",
    "127.1",
    "127.0.1",
    "127.000.000.001",
    "0",
    "0.0.0.0",
    "00",
    "0x0",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0x7f.1",
    "0x7f000001",
    "0x7f.0x0.0x0.0x1",
    "0X7F000001",
    "127.0.0.1.",
    "1.2.3",
    "3232235521",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.254.43518",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::a00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fe80::1%lo]",
    "[::1%25lo]",
    "[fd00:ec2::254]",
    "[fc00::1]",
    "[ff02::1]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "localhost.test.evil",
    "localhost.localdomain",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "\u{2460}\u{2461}\u{2466}.0.0.1",
    "\u{ff11}27.0.0.1",
    "127\u{3002}0.0.1",
    "xn--127-0-0-1.evil",
    "user@127.0.0.1",
    "user:pw@127.0.0.1",
    "a.test:80@127.0.0.1",
    "127.0.0.1#@a.test",
    "127.0.0.1?@a.test",
    "127.0.0.1\\@a.test",
    "a.test#@127.0.0.1",
    "a.test%2f@127.0.0.1",
    "a.test%00.127.0.0.1",
    "127.0.0.1%00.a.test",
    "a.test\t127.0.0.1",
    "a.test,127.0.0.1",
    "evil",
    "a.test.evil",
    "test",
    "atest",
    ".test",
    "a..test",
];

/// What no name may lead to, whoever it belongs to.
const BLOCKED: &[&str] = &[
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.0.0.53",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::808:808",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fdff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
];

/// Neighbours of those, which a granted name may lead to: without them, a sink that sees nothing would
/// prove nothing.
const PUBLIC: &[&str] = &[
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.1",
    "100.63.255.255",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "172.32.0.1",
    "192.167.255.255",
    "198.20.0.1",
    "223.255.255.254",
    "::ffff:8.8.8.8",
    "2001:200::1",
    "2606:4700:4700::1111",
    "3fff:1000::1",
];

#[test]
fn no_spelling_and_no_name_leads_inside() {
    Guest::CallsOut.path();
    network::inside("ssrf::no_spelling_and_no_name_leads_inside", prove());
}

async fn prove() {
    let names = Names::serve(numbered).await;
    let sink = Sink::open().await;
    spelled(&names, &sink).await;
    named(&names, &sink).await;
    odd(&sink).await;
    own(&sink).await;
}

/// Nothing that is spelled is granted, so nothing is looked up either.
async fn spelled(names: &Names, sink: &Sink) {
    let port = sink.port();
    let few =
        format!("[grants]\noutbound = [\"http://a.test:{port}\", \"http://*.sub.test:{port}\", \"https://1.1.1.1\"]\n");
    for policy in ["", &few] {
        let site = SiteDir::of(Guest::CallsOut).policy(policy).load().await;
        for host in SPELLINGS {
            for url in [format!("http://{host}:{port}/"), format!("http://{host}/"), format!("https://{host}:{port}/")]
            {
                let told = fetch(&site, &url).await;
                assert!(told.is_err(), "{url} is answered: {told:?}");
            }
        }
    }
    assert_eq!((sink.reached(), names.packets()), (vec![], 0));
    figure("ssrf", format_args!("{} spellings: 0 connections, 0 lookups", SPELLINGS.len()));
}

/// A granted name leads to public addresses and to no other, unless that is written out.
async fn named(names: &Names, sink: &Sink) {
    let port = sink.port();
    let policy = format!("[grants]\noutbound = [\"http://*.test:{port}\", \"http://10.9.8.7:{port}\"]\n");
    let site = SiteDir::of(Guest::CallsOut).policy(&policy).load().await;
    for (number, address) in BLOCKED.iter().enumerate() {
        let told = fetch(&site, &format!("http://blocked{number}.test:{port}/")).await;
        assert!(told.is_err(), "a name leads to {address}: {told:?}");
    }
    assert_eq!(sink.reached(), [] as [IpAddr; 0]);
    for (number, address) in PUBLIC.iter().enumerate() {
        let told = fetch(&site, &format!("http://public{number}.test:{port}/")).await;
        assert_eq!((told.as_deref(), sink.reached()), (Ok("in"), vec![ip(address).to_canonical()]), "{address}");
    }
    let literal = fetch(&site, &format!("http://10.9.8.7:{port}/")).await;
    assert_eq!((literal.as_deref(), sink.reached()), (Ok("in"), vec![ip("10.9.8.7")]));
    let (blocked, public, packets) = (BLOCKED.len(), PUBLIC.len(), names.packets());
    figure(
        "ssrf",
        format_args!(
            "names of {blocked} blocked addresses: 0 connections; of {public} public ones: {public}; {packets} lookup packets"
        ),
    );
}

/// Requests for a granted target that are no requests: nothing of them is sent.
async fn odd(sink: &Sink) {
    let port = sink.port();
    let policy = format!("[grants]\noutbound = [\"http://public0.test:{port}\", \"http://public0.test\"]\n");
    let site = SiteDir::of(Guest::CallsOut).policy(&policy).load().await;
    let rows = [
        "http://public0.test:PORT/\r\nx: y",
        "http://public0.test:PORT\r\n/",
        "http://public0.test:PORT/\0",
        "http://public0.test:PORT/a b",
        "http://public0.test:0/",
        "http://public0.test:99999/",
        "http://public0.test:+80/",
        "http://public0.test:PORT:PORT/",
        "http://user@public0.test:PORT/",
        "ftp://public0.test:PORT/",
        "ws://public0.test:PORT/",
        "https://public0.test:PORT/",
    ];
    for row in rows {
        let told = fetch(&site, &row.replace("PORT", &port.to_string())).await;
        assert!(told.is_err(), "{row:?} is answered: {told:?}");
    }
    assert_eq!(sink.reached(), [] as [IpAddr; 0]);
    let sound = fetch(&site, &format!("http://public0.test:{port}/")).await;
    assert_eq!((sound.as_deref(), sink.reached()), (Ok("in"), vec![ip(PUBLIC[0])]));
    figure("ssrf", format_args!("{} odd requests for a granted target: 0 connections", rows.len()));
}

/// A public address of this machine is reached on every port but the server's own.
async fn own(sink: &Sink) {
    let site = SiteDir::of(Guest::CallsOut).load().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = routelet::Server::bind("0.0.0.0:0", site.site().clone()).await.expect("a free port");
    let own = server.local_addr().port();
    let running = tokio::spawn(server.run(async { drop(stopped.await) }));
    let grants = |literal: &str| {
        format!("[grants]\noutbound = [\"http://*.test:{own}\", \"http://*.test:{}\"{literal}]\n", sink.port())
    };
    for (literal, expected) in
        [("", Err("ErrorCode::DestinationIpProhibited")), (&*format!(", \"http://1.1.1.1:{own}\""), Ok(()))]
    {
        site.dir().write("app/segment.toml", grants(literal));
        site.reload().await.expect("the new state is faultless");
        let told = fetch(&site, &format!("http://public0.test:{own}/?url=http://nowhere.invalid/")).await;
        assert_eq!(told.as_ref().map(drop).map_err(String::as_str), expected, "{told:?}");
        let elsewhere = fetch(&site, &format!("http://public0.test:{}/", sink.port())).await;
        assert_eq!(elsewhere.as_deref(), Ok("in"));
    }
    let _ = stop.send(());
    running.await.expect("a server does not panic");
    figure("ssrf", "the server's own public address: refused by name, reached by a grant that writes it out");
}

/// The body, or the error.
async fn fetch(site: &TestSite, url: &str) -> Result<String, String> {
    let escaped: String = url.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let told = site.get(&format!("/?url={escaped}")).await;
    if told.status != 200 {
        return Err(told.status.to_string());
    }
    let told = told.json();
    told["body"].as_str().map(str::to_owned).ok_or_else(|| told["error"].as_str().unwrap_or_default().to_owned())
}

/// `blocked3.test` has the third address of its table, counted from zero.
fn numbered(name: &str) -> Vec<Record> {
    let label = name.split('.').next().unwrap_or_default();
    let at = |table: &[&str], number: &str| Some(Record::Address(ip(table.get(number.parse::<usize>().ok()?)?)));
    let blocked = label.strip_prefix("blocked").and_then(|number| at(BLOCKED, number));
    let public = label.strip_prefix("public").and_then(|number| at(PUBLIC, number));
    blocked.or(public).into_iter().collect()
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("a row of the tables is an address")
}
