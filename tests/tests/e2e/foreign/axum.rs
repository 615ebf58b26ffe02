//! Applications of axum, as wstd brings it to WASI 0.2: a router of their own below one path of the site.

use routelet_tests::{Guest, SiteDir, TestSite};

use super::send;

const JSON: (&str, &str) = ("content-type", "application/json");

async fn shop() -> TestSite {
    SiteDir::new().route("shop/[[...path]]", Guest::ServesAxum).load().await
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn an_application_of_axum_answers_by_its_own_routes() {
    let site = shop().await;
    assert_eq!(site.get("/shop").await.text(), "the shop\n");
    let item = send(&site, "GET", "/shop/items/42?color=dark%20red", ("user-agent", "tester"), "").await;
    assert_eq!((item.status, item.header("x-agent")), (200, "tester"));
    assert_eq!(item.text(), r#"{"id":42,"color":"dark red"}"#);
    assert_eq!(site.respond("DELETE", "/shop/items/42").await.status, 204);
    let refused = site.respond("PUT", "/shop/items/42").await;
    assert_eq!((refused.status, refused.header("allow")), (405, "GET,HEAD,DELETE"), "its own answer, unchanged");
    let head = site.respond("HEAD", "/shop/items/42").await;
    assert_eq!((head.status, head.header("content-length"), head.text()), (200, "20", ""));
    let (bad, nowhere) = (site.get("/shop/items/first").await, site.get("/shop/nowhere/at/all").await);
    assert_eq!((bad.status, nowhere.status, nowhere.text()), (400, 404, "nothing in the shop\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_axum_are_read_and_streamed() {
    let site = shop().await;
    let made = send(&site, "POST", "/shop/items", JSON, r#"{"id":7,"color":"blue"}"#).await;
    assert_eq!(
        (made.status, made.header("location"), made.text()),
        (201, "/shop/items/7", r#"{"id":7,"color":"blue"}"#)
    );
    for (body, status) in [("{", 400), (r#"{"id":"seven"}"#, 422)] {
        assert_eq!(send(&site, "POST", "/shop/items", JSON, body).await.status, status, "{body}");
    }
    let long = "streamed through ".repeat(64 * 1024);
    let echoed = site.post("/shop/echo", long.clone()).await;
    assert!(echoed.complete && echoed.body == long.as_bytes(), "{} of {}", echoed.body.len(), long.len());
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn it_answers_behind_native_interfaces_too() {
    let site = SiteDir::new().route("notes/[note]", Guest::ServesAxumNatively).load().await;
    assert_eq!(site.get("/notes/first").await.text(), "read first\n");
    assert_eq!(site.post("/notes/first", "words").await.text(), "wrote words to first\n");
    let refused = site.respond("DELETE", "/notes/first").await;
    assert_eq!((refused.status, refused.header("allow")), (405, "GET, HEAD, OPTIONS, POST"), "the host's own answer");
}
