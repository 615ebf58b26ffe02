//! A Hono application, bundled and made a component by the tools of its own world, served as it is.

use routelet_tests::{SiteDir, TestSite, foreign::hono};

use super::send;

const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test(flavor = "multi_thread")]
async fn a_hono_application_answers_by_its_own_routes() {
    let Some(component) = hono() else { return };
    let dir = SiteDir::new().component("shop/[[...path]]", &component);
    // A whole JavaScript engine is compiled, and the machine of a test may be busy.
    let site = dir.policy("[limits]\ncompile-time = \"10m\"\n").load().await;
    answers_by_params(&site).await;
    reads_bodies(&site).await;
    sets_cookies_and_streams(&site).await;
}

/// The engine inside serves one request: it keeps hold of that, and refuses the next.
#[tokio::test(flavor = "multi_thread")]
async fn an_engine_made_for_one_request_is_given_no_other() {
    let Some(component) = hono() else { return };
    let dir = SiteDir::new().component("shop/[[...path]]", &component);
    let reused = dir.file("app/shop/[[...path]]/segment.toml", "[route]\nreuse = \"serial\"\n");
    let site = reused.policy("[limits]\ncompile-time = \"10m\"\n").load().await;
    for _ in 0..3 {
        assert_eq!(site.get("/shop").await.text(), "the shop");
        assert_eq!(send(&site, "POST", "/shop/items", JSON, r#"{"id":7}"#).await.status, 201);
    }
}

async fn answers_by_params(site: &TestSite) {
    let shop = site.get("/shop").await;
    assert_eq!((shop.text(), shop.header("x-served-by")), ("the shop", "hono"));
    let item = send(site, "GET", "/shop/items/a%20b?color=red+blue", ("user-agent", "tester"), "").await;
    assert_eq!((item.status, item.text()), (200, r#"{"id":"a b","color":"red blue","agent":"tester"}"#));
    assert_eq!(site.respond("DELETE", "/shop/items/1").await.status, 204);
    let (missing, nowhere) = (site.get("/shop/items/0").await, site.get("/shop/nowhere/at/all").await);
    assert_eq!((missing.status, missing.text()), (404, "no item 0"));
    assert_eq!((nowhere.status, nowhere.text()), (404, "nothing at /shop/nowhere/at/all"));
}

async fn reads_bodies(site: &TestSite) {
    let made = send(site, "POST", "/shop/items", JSON, r#"{"id":7}"#).await;
    assert_eq!((made.status, made.header("location"), made.text()), (201, "/shop/items/7", r#"{"id":7}"#));
    assert_eq!(send(site, "POST", "/shop/items", JSON, "{").await.status, 500);
    assert_eq!(send(site, "POST", "/shop/form", FORM, "name=Ada+L&age=36").await.text(), "Ada L is 36");
}

async fn sets_cookies_and_streams(site: &TestSite) {
    let second = send(site, "GET", "/shop/visits", ("cookie", "visits=1"), "").await;
    assert_eq!((second.text(), second.header("set-cookie")), ("2", "visits=2; Path=/shop; HttpOnly"));
    let counted = site.get("/shop/count").await;
    assert!(counted.complete, "{counted:?}");
    assert_eq!(counted.text(), "one\ntwo\nthree\n");
}
