//! What a guest is told about its request: the context of the native contract, the headers of the plain one.

use routelet_tests::{Answer, Guest, SiteDir, site::request};
use serde_json::{Value, json};

/// What a header reads like to the guest that describes its request.
fn seen(answer: &Answer, name: &str) -> Option<String> {
    let told = answer.json();
    let headers = told["headers"].as_array().expect("a list");
    let pair = headers.iter().find(|pair| pair[0] == name)?;
    pair[1].as_str().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_native_guest_reads_its_context() {
    let site = SiteDir::new().route("users/[id]", Guest::ReadsContext).load().await;
    let one = site.get("/users/ann").await.json();
    let two = site.get("/users/ann").await.json();
    assert_eq!(one["pattern"], "/users/[id]");
    assert_eq!(one["params"], json!([["id", ["ann"]]]));
    assert!(one["request_id"].as_str().is_some_and(|id| !id.is_empty()));
    assert_ne!(one["request_id"], two["request_id"]);
    assert_eq!(one["client_address"], Value::Null, "no socket, no address");
    let server = site.serve().await;
    let answer = routelet_tests::client::Raw::exchange(server.address, "/users/ann").await;
    assert!(answer.contains("127.0.0.1"), "{answer}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_guest_reads_params_as_headers() {
    let dir = SiteDir::new().route("[id]/[...rest]", Guest::EchoesRequest);
    let site = dir.load().await;
    let answer = site.get("/a%20b/c/d%2Fe/%C3%A9").await;
    assert_eq!(seen(&answer, "routelet-pattern").as_deref(), Some("/[id]/[...rest]"));
    assert_eq!(seen(&answer, "routelet-param-id").as_deref(), Some("a%20b"));
    assert_eq!(seen(&answer, "routelet-param-rest").as_deref(), Some("c/d%2Fe/%C3%A9"));
    assert!(seen(&answer, "routelet-request-id").is_some_and(|id| !id.is_empty()));
    assert_eq!(seen(&answer, "routelet-client-address"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reserved_prefix_is_removed_from_what_clients_send() {
    let dir = SiteDir::new().route("plain/[[...id]]", Guest::EchoesRequest);
    let site = dir.load().await;
    let mut forged = request("GET", "/plain");
    for name in ["routelet-param-id", "routelet-pattern", "Routelet-Client-Address", "routelet-whatever"] {
        let name: http::HeaderName = name.parse().expect("a name");
        forged.headers_mut().append(name, "forged".parse().expect("a value"));
    }
    forged.headers_mut().insert("x-mine", "kept".parse().expect("a value"));
    let answer = site.answer(forged).await;
    assert!(!answer.text().contains("forged"), "{}", answer.text());
    assert_eq!(seen(&answer, "x-mine").as_deref(), Some("kept"));
    assert_eq!(seen(&answer, "routelet-param-id"), None, "the optional catch-all matched nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn forwarded_headers_of_a_stranger_are_removed() {
    let site = SiteDir::of(Guest::EchoesRequest).load().await;
    let mut forged = request("GET", "/");
    for name in ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded"] {
        let name: http::HeaderName = name.parse().expect("a name");
        forged.headers_mut().append(name, "for=forged".parse().expect("a value"));
    }
    let answer = site.answer(forged).await;
    assert!(!answer.text().contains("forged"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_sees_scheme_and_authority() {
    let site = SiteDir::of(Guest::EchoesRequest).load().await;
    let told = site.get("/x/../?q=1").await.json();
    assert_eq!(told["authority"], "localhost", "{told}");
    assert!(told["scheme"].as_str().is_some_and(|scheme| scheme.to_lowercase().contains("http")), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn the_environment_holds_what_is_granted_and_nothing_else() {
    let bare = SiteDir::of(Guest::ReadsEnv).load().await.get("/").await.json();
    assert_eq!(bare["env"], json!({}), "{bare}");
    let dir = SiteDir::of(Guest::ReadsEnv)
        .route("config", Guest::ReadsConfig)
        .policy("[grants]\nenv = { GREETING = \"hi\" }\nsecrets = [\"TOKEN\"]\n")
        .file("secrets.env", "TOKEN=s3cret\nOTHER=not granted\n")
        .file("routelet.toml", "[secrets]\nfile = \"secrets.env\"\n");
    let site = dir.load().await;
    let granted = json!({ "GREETING": "hi", "TOKEN": "s3cret" });
    assert_eq!(site.get("/").await.json()["env"], granted);
    assert_eq!(site.get("/config").await.json()["all"], granted);
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn the_config_store_is_empty_unless_granted() {
    let told = SiteDir::of(Guest::ReadsConfig).load().await.get("/").await.json();
    assert_eq!(told, json!({ "all": {}, "absent": null }));
}
