//! A granted name whose owner changes its addresses between two lookups, or answers with several: no
//! connection ever goes to an address that was not vetted, as seen where all addresses end.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use routelet_tests::{Guest, SiteDir, TestSite};

use crate::{
    names::{Names, Record},
    network::{self, Sink},
    rounds::{figure, rounds},
};

const PUBLIC: &str = "93.184.216.34";
const PUBLIC_V6: &str = "2606:2800:21f:cb07::1";
/// Where an attacker wants to get: this machine, its network, its provider.
const INSIDE: &[&str] = &["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254", "::ffff:127.0.0.1"];

#[test]
fn a_name_that_changes_never_leads_inside() {
    Guest::CallsOut.path();
    network::inside("rebinding::a_name_that_changes_never_leads_inside", prove());
}

async fn prove() {
    let lookups = Arc::new(AtomicU64::new(0));
    let names = Names::serve(script(lookups)).await;
    let sink = Sink::open().await;
    let policy = format!("[grants]\noutbound = [\"http://*.test:{}\"]\n", sink.port());
    let site = SiteDir::of(Guest::CallsOut).policy(&policy).load().await;
    let tries = rounds(50, 1_000);
    let (mut answered, mut refused) = (0_u64, 0_u64);
    for turn in 0..tries {
        let name = ["flips", "mixed", "alias", "inside"][usize::try_from(turn % 4).expect("small")];
        match try_once(&site, name, sink.port()).await.as_str() {
            "in" => answered += 1,
            "ErrorCode::DestinationIpProhibited" => refused += 1,
            other => panic!("{name}: {other}"),
        }
    }
    let reached = sink.reached();
    let public: [IpAddr; 2] = [PUBLIC, PUBLIC_V6].map(|text| text.parse().expect("an address"));
    let blocked: Vec<_> = reached.iter().filter(|address| !public.contains(address)).collect();
    assert!(blocked.is_empty(), "{blocked:?}");
    assert!(answered > 0 && refused > 0, "{answered} {refused}");
    figure(
        "rebinding",
        format_args!(
            "{tries} tries, {} lookup packets, {answered} answered from {} connections to public addresses, \
             {refused} refused, {} connections to others",
            names.packets(),
            reached.len(),
            blocked.len()
        ),
    );
}

async fn try_once(site: &TestSite, name: &str, port: u16) -> String {
    let told = site.get(&format!("/?url=http://{name}.test:{port}/")).await.json();
    told["body"].as_str().or(told["error"].as_str()).expect("one of both").to_owned()
}

/// `flips` has a public address and one inside in turn, question by question; `mixed` has both at once;
/// `alias` is another name for an address inside; `inside` has one inside only.
fn script(questions: Arc<AtomicU64>) -> impl Fn(&str) -> Vec<Record> + Send + 'static {
    let address = |text: &str| Record::Address(text.parse().expect("an address"));
    let public = move || vec![address(PUBLIC), address(PUBLIC_V6)];
    move |name| {
        let turn = usize::try_from(questions.fetch_add(1, Ordering::Relaxed)).expect("few questions");
        let inside: Vec<_> = INSIDE.iter().cycle().skip(turn).take(3).map(|text| address(text)).collect();
        match name.split('.').next().unwrap_or_default() {
            "flips" if turn.is_multiple_of(2) => public(),
            "mixed" => [inside, public()].concat(),
            "alias" => [vec![Record::Alias("inside.test")], inside].concat(),
            _ => inside,
        }
    }
}
