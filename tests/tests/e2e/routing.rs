//! Which route a path reaches, asked through the whole line rather than of the table alone.

use routelet_tests::{Guest, SiteDir};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_path_reaches_the_most_specific_route() {
    let mut dir = SiteDir::new();
    for path in [
        "users/[id]",
        "users/me",
        "users/[id]/posts",
        "docs/[...path]",
        "docs/intro",
        "shop/[[...slug]]",
        "(internal)/stats",
        "%5Fliteral",
        "café",
        "feed.xml",
    ] {
        dir = dir.route(path, Guest::ReadsContext);
    }
    let site = dir.load().await;
    for (target, pattern, params) in [
        ("/users/42", "/users/[id]", json!([["id", ["42"]]])),
        ("/users/me", "/users/me", json!([])),
        ("/users/me/posts", "/users/[id]/posts", json!([["id", ["me"]]])),
        ("/users/a%2Fb", "/users/[id]", json!([["id", ["a/b"]]])),
        ("/users/%2525", "/users/[id]", json!([["id", ["%25"]]])),
        ("/docs/intro", "/docs/intro", json!([])),
        ("/docs/a/b%20c", "/docs/[...path]", json!([["path", ["a", "b c"]]])),
        ("/docs/intro/x", "/docs/[...path]", json!([["path", ["intro", "x"]]])),
        ("/shop", "/shop/[[...slug]]", json!([])),
        ("/shop/a/b", "/shop/[[...slug]]", json!([["slug", ["a", "b"]]])),
        ("/stats", "/stats", json!([])),
        ("/_literal", "/%5Fliteral", json!([])),
        ("/caf%C3%A9", "/café", json!([])),
        ("/feed.xml", "/feed.xml", json!([])),
        ("/x/../users/%2e/7", "/users/[id]", json!([["id", ["7"]]])),
    ] {
        let answer = site.get(target).await;
        assert_eq!(answer.status, 200, "{target}: {answer:?}");
        let seen = answer.json();
        assert_eq!((&seen["pattern"], &seen["params"]), (&json!(pattern), &params), "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_private_or_missing_is_not_found() {
    let dir = SiteDir::new().route("_lib/tool", Guest::HelloPlain).route("docs/[...path]", Guest::HelloPlain);
    let site = dir.route("(group)/here", Guest::HelloPlain).load().await;
    for target in ["/_lib/tool", "/lib/tool", "/docs", "/(group)/here", "/group/here", "/HERE"] {
        assert_eq!(site.get(target).await.status, 404, "{target}");
    }
    assert_eq!(site.get("/here").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_path_lies_before_every_route() {
    let dir = SiteDir::new().route("a", Guest::ReadsContext).file("routelet.toml", "base-path = \"/base\"\n");
    let site = dir.load().await;
    assert_eq!(site.get("/base/a").await.json()["pattern"], "/a");
    for target in ["/a", "/basement/a", "/base/base/a"] {
        assert_eq!(site.get(target).await.status, 404, "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_query_reaches_the_guest_unchanged() {
    let site = SiteDir::new().route("[id]", Guest::EchoesRequest).load().await;
    for target in ["/a?x=1&x=2", "/a?%zz", "/a?", "/a?a=b//../c\\", "/%61?q=%2F%00"] {
        let seen = site.get(target).await.json();
        let target_seen = seen["target"].as_str().expect("a target");
        let (_, query) = target.split_once('?').expect("the row has one");
        assert_eq!(target_seen.split_once('?').map_or("", |(_, query)| query), query, "{target}: {seen}");
    }
}
