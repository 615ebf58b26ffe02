//! Secrets: who sees them, who only sends them, and what a rotation does.

use std::path::Path;

use routelet_tests::{Guest, SiteDir, TestSite, origin::Origin};
use serde_json::Value;

const SETTINGS: &str = "[secrets]\ndir = \"secrets\"\n";

/// A guest at `/` that sends what it knows of `TOKEN`, and the value of `TOKEN`.
fn sending(grants: &str, token: &str) -> SiteDir {
    let policy = format!("[grants]\n{grants}\n");
    SiteDir::of(Guest::SendsSecrets)
        .policy(&policy)
        .file("routelet.toml", SETTINGS)
        .file("secrets/TOKEN", format!("{token}\n"))
}

/// What the guest told, and the head that reached the origin.
async fn sent(site: &TestSite, origin: &Origin) -> (Value, String) {
    let target = format!("/?authority={}", origin.address());
    let (answer, head) = tokio::join!(site.get(&target), async {
        let call = origin.call().await;
        let head = call.head.clone();
        call.answer("thanks").await;
        head
    });
    (answer.json(), head)
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_placeholder_is_replaced_in_header_fields_and_nowhere_else() {
    let origin = Origin::start().await;
    let grants =
        format!("secrets = [{{ name = \"TOKEN\", mode = \"placeholder\" }}]\noutbound = [\"{}\"]", origin.url(""));
    let site = sending(&grants, "s3cret").load().await;
    let (told, head) = sent(&site, &origin).await;
    let placeholder = told["env"].as_str().expect("a text");
    assert_eq!(told["config"], placeholder, "one shape wherever it is read");
    assert_eq!(told["sent"]["body"], "thanks", "{told}");
    assert!(placeholder.starts_with("secret-placeholder-"), "{told}");
    for (field, there) in [
        ("\r\nx-bearer: Bearer s3cret\r\n", true),
        ("\r\nx-twice: s3cret,s3cret\r\n", true),
        ("\r\nauthorization: Basic dXNlcjpzM2NyZXQ=\r\n", true),
        (&format!("POST /{placeholder}?{placeholder} HTTP/1.1\r\n"), true),
        ("x-encoded: dXNlcjpzM2NyZXQ=", false),
    ] {
        assert_eq!(head.contains(field), there, "{field:?} in {head}");
    }
    assert!(!told.to_string().contains("s3cret"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_placeholder_stays_one_where_its_secret_may_not_go() {
    let origin = Origin::start().await;
    let grants = format!(
        "secrets = [{{ name = \"TOKEN\", mode = \"placeholder\", for = [\"https://api.example.com\"] }}]\n\
         outbound = [\"{}\"]",
        origin.url("")
    );
    let site = sending(&grants, "s3cret").load().await;
    let (told, head) = sent(&site, &origin).await;
    assert!(!head.contains("s3cret"), "{head}");
    assert!(head.contains(told["env"].as_str().expect("a text")), "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_route_has_a_placeholder_of_its_own_that_outlives_a_reload() {
    let dir = sending("secrets = [{ name = \"TOKEN\", mode = \"placeholder\" }]", "s3cret")
        .route("other", Guest::SendsSecrets);
    let site = dir.load().await;
    let told = async |target: &str| site.get(target).await.json()["env"].clone();
    let (own, other) = (told("/").await, told("/other").await);
    assert_ne!(own, other);
    site.dir().write("secrets/TOKEN", "rotated");
    site.reload().await.expect("the new state is faultless");
    assert_eq!((told("/").await, told("/other").await), (own, other));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_secret_counts_from_the_next_reload() {
    let site = sending("secrets = [\"TOKEN\"]", "old").load().await;
    let told = async || site.get("/").await.json()["env"].clone();
    assert_eq!(told().await, "old");
    site.dir().write("secrets/TOKEN", "new");
    assert_eq!(told().await, "old");
    site.reload().await.expect("the new state is faultless");
    assert_eq!(told().await, "new");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_gone_keeps_the_state_before_it() {
    let site = sending("secrets = [\"TOKEN\"]", "kept").load().await;
    std::fs::remove_file(site.dir().path().join("secrets/TOKEN")).expect("it is there");
    let faults = site.reload().await.expect_err("a secret is missing");
    assert_eq!(faults.len(), 1, "{faults:?}");
    let place = Path::new("secrets").join("TOKEN").display().to_string();
    assert!(faults[0].starts_with("app/segment.toml:2: grants the secret `TOKEN`, which the"), "{faults:?}");
    assert!(faults[0].contains(&place), "{faults:?}");
    assert_eq!(site.get("/").await.json()["env"], "kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_no_header_can_hold_is_no_placeholder() {
    let dir = sending("secrets = [{ name = \"TOKEN\", mode = \"placeholder\" }]", "two\nlines");
    assert_eq!(
        dir.faults().await,
        [
            "app/segment.toml:2: the value of the secret `TOKEN` cannot stand in a header field; expected one line without control characters, since its mode is \"placeholder\"; change the value, or the mode"
        ]
    );
    assert!(sending("secrets = [\"TOKEN\"]", "two\nlines").try_load().await.is_ok());
}
