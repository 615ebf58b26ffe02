//! Components that no tool of ours has made: of any minor of WASI 0.2, of several at once, composed, and with a
//! declaration of their methods where they have one.

use routelet::{routing::Method, section};
use routelet_tests::{
    SiteDir,
    fixtures::{Minors, Written, composed},
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
