//! A component that cargo-component made, the tool before `cargo build --target wasm32-wasip2` could make them.

use routelet::contract::{self, Kind};
use routelet_tests::{SiteDir, foreign::cargo_component};

#[tokio::test(flavor = "multi_thread")]
async fn what_cargo_component_made_answers() {
    let made = cargo_component();
    let read = contract::read(&made, false).expect("a component");
    assert_eq!(read.kind, Kind::Wasi02);
    for mixed in ["wasi:http/types@0.2.10", "wasi:io/streams@0.2.10", "wasi:cli/environment@0.2.3"] {
        assert!(read.imports.iter().any(|import| import == mixed), "{mixed}: {:?}", read.imports);
    }
    let site = SiteDir::new().component("made", &made).load().await;
    let answer = site.get("/made?with=it").await;
    assert_eq!((answer.status, answer.header("content-type"), answer.complete), (200, "text/plain", true));
    assert_eq!(answer.text(), "made by cargo-component, asked for /made?with=it\n");
}
