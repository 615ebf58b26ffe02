//! Components that the composer of the component model's own tools makes of others.

use routelet_tests::{Guest, SiteDir, foreign::plugged};

use super::send;

const NO_TOKEN: (&str, &str) = ("accept", "*/*");
const TOKEN: (&str, &str) = ("authorization", "Bearer open");

/// The guard imports minor 10 of the handler that the others export with minor 12.
fn guarded(inner: &[u8]) -> Vec<u8> {
    plugged(&Guest::GuardsAnother.bytes(), inner)
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_guard_composed_with_a_handler_lets_only_some_requests_through() {
    let hello = guarded(&Guest::HelloPlain.bytes());
    let site = SiteDir::new()
        .component("hello", &hello)
        .component("twice", &guarded(&hello))
        .component("shop/[[...path]]", &guarded(&Guest::ServesAxum.bytes()))
        .load()
        .await;
    for (target, text) in [
        ("/hello", "hello from a plain component\n"),
        ("/twice", "hello from a plain component\n"),
        ("/shop/items/7", "{\"id\":7,\"color\":\"\"}"),
    ] {
        let refused = send(&site, "GET", target, NO_TOKEN, "").await;
        assert_eq!((refused.status, refused.header("www-authenticate")), (401, "Bearer"), "{target}");
        let answer = send(&site, "GET", target, TOKEN, "").await;
        assert_eq!((answer.status, answer.text()), (200, text), "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_goes_through_both() {
    let site = SiteDir::new().component("", &guarded(&Guest::EchoesBody.bytes())).load().await;
    let body = "through both ".repeat(32 * 1024);
    assert_eq!(send(&site, "POST", "/", NO_TOKEN, &body).await.status, 401);
    let echoed = send(&site, "POST", "/", TOKEN, &body).await;
    assert!(echoed.complete && echoed.body == body.as_bytes(), "{} of {}", echoed.body.len(), body.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_that_is_not_composed_is_told_so_at_the_start() {
    let faults = SiteDir::of(Guest::GuardsAnother).faults().await;
    assert_eq!(faults.len(), 1, "{faults:?}");
    for said in ["imports wasi:http/incoming-handler@0.2.10", "has to be composed with it first"] {
        assert!(faults[0].contains(said), "{faults:?}");
    }
}
