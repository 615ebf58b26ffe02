//! Which methods a route answers, and what a client is told about the others before any guest starts.

use http::Method;
use routelet_tests::{
    Guest, SiteDir,
    client::Raw,
    fixtures::{Route, stamped},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_is_not_exported_is_refused_with_those_that_are() {
    let site = SiteDir::of(Guest::HelloNative).load().await;
    for method in ["PUT", "PATCH", "DELETE", "TRACE", "get", "FOO", "A-TOKEN-OF-EXACTLY-32-BYTES-XXX"] {
        let answer = site.respond(method, "/").await;
        assert_eq!(answer.status, 405, "{method}: {answer:?}");
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS, POST", "{method}");
    }
    for method in ["FOO", "PUT", "OPTIONS"] {
        assert_eq!(site.respond(method, "/nowhere").await.status, 404, "{method}");
    }
    let long = "M".repeat(33);
    assert_eq!(site.respond(&long, "/").await.status, 400);
    assert_eq!(site.guests_started(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn options_without_an_export_is_answered_without_a_guest() {
    let site = SiteDir::of(Guest::HelloNative).load().await;
    let answer = site.respond("OPTIONS", "/").await;
    assert_eq!((answer.status, answer.text()), (204, ""));
    assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS, POST");
    assert_eq!(site.guests_started(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn head_without_an_export_runs_get_and_drops_the_body() {
    let site = SiteDir::of(Guest::HelloNative).load().await;
    let answer = site.respond("HEAD", "/").await;
    assert_eq!((answer.status, answer.text()), (200, ""));
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(site.guests_started(), 1);
    let only_post = SiteDir::new().component("", &Route::answering(&["post"]).bytes()).load().await;
    let answer = only_post.respond("HEAD", "/").await;
    assert_eq!((answer.status, answer.header("allow")), (405, "OPTIONS, POST"));
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn each_exported_method_runs_its_own_export() {
    let site = SiteDir::of(Guest::NamesItsMethod).load().await;
    for method in ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"] {
        let answer = site.respond(method, "/").await;
        assert_eq!(answer.status, 200, "{method}");
        assert_eq!(answer.header("x-export"), method.to_lowercase());
        let seen = answer.header("x-seen").to_uppercase();
        assert_eq!(seen, format!("METHOD::{method}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_plain_component_that_declares_nothing_sees_all_seven() {
    let site = SiteDir::of(Guest::EchoesRequest).load().await;
    for method in ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"] {
        let answer = site.respond(method, "/").await;
        assert_eq!(answer.json()["method"], method, "{answer:?}");
    }
    assert_eq!(site.respond("HEAD", "/").await.status, 200);
    assert_eq!(site.respond("TRACE", "/").await.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_component_answers_what_its_section_or_its_settings_declare() {
    let section = stamped(Guest::HelloPlain.bytes(), r#"{"version":1,"methods":["GET","PUT"],"later":1}"#);
    let dir = SiteDir::new().component("section", &section).component("both", &section);
    let dir = dir.file("app/both/segment.toml", "[route]\nmethods = [\"POST\"]\n");
    let dir = dir.route("settings", Guest::HelloPlain);
    let dir = dir.file("app/settings/segment.toml", "[route]\nmethods = [\"DELETE\"]\n");
    let site = dir.load().await;
    for (target, allow) in
        [("/section", "GET, HEAD, OPTIONS, PUT"), ("/both", "OPTIONS, POST"), ("/settings", "DELETE, OPTIONS")]
    {
        let answer = site.respond("PATCH", target).await;
        assert_eq!((answer.status, answer.header("allow")), (405, allow), "{target}");
    }
    assert_eq!(site.post("/both", "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_may_only_narrow_a_native_component() {
    let narrowed = SiteDir::of(Guest::HelloNative).policy("[route]\nmethods = [\"POST\"]\n");
    let site = narrowed.load().await;
    assert_eq!(site.get("/").await.header("allow"), "OPTIONS, POST");
    let widened = SiteDir::of(Guest::HelloNative).policy("[route]\nmethods = [\"POST\", \"PUT\"]\n");
    let faults = widened.faults().await;
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains("PUT"), "{faults:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sections_are_a_fault() {
    let section = r#"{"version":1,"methods":["GET"]}"#;
    let twice = stamped(stamped(Guest::HelloPlain.bytes(), section), section);
    let faults = SiteDir::new().component("", &twice).faults().await;
    assert!(faults.len() == 1 && faults[0].starts_with("app/route.wasm: "), "{faults:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_are_the_same_over_a_socket() {
    let site = SiteDir::of(Guest::HelloNative).load().await;
    let server = site.serve().await;
    for (method, status) in [(Method::PUT, 405), (Method::OPTIONS, 204), (Method::HEAD, 200)] {
        let mut client = Raw::connect(server.address).await;
        client.send(&format!("{method} / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).await;
        let answer = client.to_close().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{method}: {answer}");
        if status != 200 {
            assert!(answer.contains("allow: GET, HEAD, OPTIONS, POST"), "{method}: {answer}");
        }
    }
    server.stop().await;
}
