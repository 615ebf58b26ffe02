//! Components that no tool of ours has made: of any minor of WASI 0.2, of several at once, composed, and with a
//! declaration of their methods where they have one; whole applications of frameworks among them.

pub(super) mod axum;
mod cargo_component;
pub(super) mod composed;
mod hono;

use http::{HeaderValue, Request};
use routelet::{routing::Method, section};
use routelet_tests::{
    Answer, Guest, SiteDir, TestSite,
    fixtures::{Minors, Route, Written, composed},
    foreign::of_minors,
    site::{full, request},
};

/// What tools in use have mixed: the first line is that of cargo-component, the last of components that were built
/// against a later WASI than ours.
const MIXED: [Minors; 6] = [
    Minors { handler: "0.2.0", types: "0.2.0", others: "0.2.3" },
    Minors { handler: "0.2.0", types: "0.2.4", others: "0.2.6" },
    Minors { handler: "0.2.10", types: "0.2.10", others: "0.2.10" },
    Minors { handler: "0.2.2", types: "0.2.9", others: "0.2.0" },
    Minors { handler: "0.2.12", types: "0.2.12", others: "0.2.12" },
    Minors { handler: "0.2.99", types: "0.2.99", others: "0.2.0" },
];

/// Every minor of WASI 0.2 so far.
const RELEASED: [&str; 13] = [
    "0.2.0", "0.2.1", "0.2.2", "0.2.3", "0.2.4", "0.2.5", "0.2.6", "0.2.7", "0.2.8", "0.2.9", "0.2.10", "0.2.11",
    "0.2.12",
];

#[tokio::test(flavor = "multi_thread")]
async fn handlers_of_any_minor_and_of_several_answer() {
    let mut dir = SiteDir::new();
    for (number, minors) in MIXED.into_iter().enumerate() {
        dir = dir.component(&format!("alone/{number}"), &Written::default().plain(minors));
        dir = dir.component(&format!("composed/{number}"), &composed(minors));
    }
    let site = dir.load().await;
    for (number, minors) in MIXED.into_iter().enumerate() {
        for (name, status) in [("alone", 200), ("composed", 201)] {
            let answer = site.get(&format!("/{name}/{number}")).await;
            assert_eq!(answer.status, status, "{name} {minors:?}: {answer:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_of_rustc_answers_with_every_minor_of_0_2() {
    let made = Guest::EchoesRequest.bytes();
    let alike = RELEASED.into_iter().map(|minor| Minors { handler: minor, types: minor, others: minor });
    let all: Vec<_> = alike.chain(MIXED).collect();
    let mut dir = SiteDir::new();
    for (number, minors) in all.iter().enumerate() {
        dir = dir.component(&number.to_string(), &of_minors(&made, *minors));
    }
    let site = dir.load().await;
    for (number, minors) in all.iter().enumerate() {
        let answer = site.get(&format!("/{number}?q")).await;
        assert_eq!(answer.status, 200, "{minors:?}: {answer:?}");
        assert_eq!(answer.json()["target"], format!("/{number}?q"), "{minors:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_no_minor_here_has_is_named_at_the_start() {
    let later = Route::plain("0.2.0").importing("wasi:random/random@0.2.99", "get-dice");
    let faults = SiteDir::new().component("", &later.bytes()).faults().await;
    assert_eq!(faults.len(), 1, "{faults:?}");
    let named = "imports `get-dice` of wasi:random/random@0.2.99, which this server does not have; expected the \
                 imports of WASI 0.2.12";
    assert!(faults[0].contains(named), "{faults:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_composed_component_answers_the_methods_it_is_stamped_with() {
    let declared = section::Section { methods: Some([Method::Post].into_iter().collect()), ..Default::default() };
    let stamped = section::stamp(&composed(MIXED[0]), &declared).expect("it has no section yet");
    let dir = SiteDir::new().component("stamped", &stamped).component("told", &composed(MIXED[1]));
    let site = dir.file("app/told/segment.toml", "[route]\nmethods = [\"PUT\"]\n").load().await;
    for (target, method, allow) in [("/stamped", "POST", "OPTIONS, POST"), ("/told", "PUT", "OPTIONS, PUT")] {
        assert_eq!(site.respond(method, target).await.status, 201, "{target}");
        let refused = site.respond("GET", target).await;
        assert_eq!((refused.status, refused.header("allow")), (405, allow), "{target}");
    }
}

/// The answer to a request with a header and a body.
async fn send(site: &TestSite, method: &str, target: &str, header: (&'static str, &'static str), body: &str) -> Answer {
    let mut request: Request<_> = request(method, target).map(|_| full(body.to_owned()));
    request.headers_mut().insert(header.0, HeaderValue::from_static(header.1));
    site.answer(request).await
}
