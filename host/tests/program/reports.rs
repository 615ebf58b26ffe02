//! What the program tells about a directory without serving it. Field names are a contract.

use routelet_tests::{
    Guest, SiteDir,
    binary::{Finished, Program},
    fixtures,
};
use serde_json::{Value, json};

use crate::PROGRAM;

/// Runs a command in which `DIR` stands for the directory.
async fn run(dir: &SiteDir, words: &[&str]) -> Finished {
    let path = dir.path().to_str().expect("a readable path");
    Program::at(PROGRAM).run(words.iter().map(|word| word.replace("DIR", path))).await
}

async fn reported(dir: &SiteDir, words: &[&str]) -> Value {
    let finished = run(dir, words).await;
    serde_json::from_str(&finished.stdout).unwrap_or_else(|error| panic!("{error}: {finished:?}"))
}

fn varied() -> SiteDir {
    SiteDir::new()
        .route("(internal)/users/[id]", Guest::HelloNative)
        .route("any", Guest::HelloPlain)
        .file("app/about/page.html", "about")
        .file("app/robots.txt", "User-agent: *\n")
        .file("app/segment.toml", "[limits]\nmemory = \"32MiB\"\n[ceiling]\nenv = [\"GREETING\"]\n")
        .file("app/(internal)/segment.toml", "[grants]\nenv = { GREETING = \"hi\" }\n\n[limits]\nmemory = \"16MiB\"\n")
}

#[tokio::test]
async fn routes_gives_scripts_their_names() {
    let size = |guest: Guest| guest.bytes().len();
    let all = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
    assert_eq!(
        reported(&varied(), &["routes", "DIR", "--json"]).await,
        json!({"routes": [
            {"pattern": "/about", "methods": ["GET", "HEAD", "OPTIONS"], "kind": "page",
             "file": "app/about/page.html", "bytes": 5},
            {"pattern": "/any", "methods": all, "kind": "wasi-0.2",
             "file": "app/any/route.wasm", "bytes": size(Guest::HelloPlain)},
            {"pattern": "/robots.txt", "methods": ["GET", "HEAD", "OPTIONS"], "kind": "metadata",
             "file": "app/robots.txt", "bytes": 14},
            {"pattern": "/users/[id]", "methods": ["GET", "HEAD", "OPTIONS", "POST"], "kind": "route",
             "file": "app/(internal)/users/[id]/route.wasm", "bytes": size(Guest::HelloNative)},
        ]})
    );
}

#[tokio::test]
async fn explain_tells_where_each_value_comes_from() {
    let found = reported(&varied(), &["explain", "GET", "/users/42?x=1", "--site", "DIR", "--json"]).await;
    assert_eq!(found["pattern"], "/users/[id]");
    assert_eq!(found["params"], json!({"id": ["42"]}));
    assert_eq!(found["policy"]["memory"], json!({"value": "16MiB", "file": "app/(internal)/segment.toml", "line": 5}));
    assert_eq!(
        found["policy"]["env.GREETING"],
        json!({"value": "hi", "file": "app/(internal)/segment.toml", "line": 2})
    );
    assert_eq!(found["policy"]["wall"], json!({"value": "60s", "file": null, "line": null}));
    let imports = found["imports"].as_array().expect("a list");
    assert!(imports.iter().any(|name| name.as_str().is_some_and(|name| name.starts_with("wasi:http/types@0.2."))));
    assert!(found["steps"].as_array().is_some_and(|steps| steps.len() > 2), "{found}");
    let keys: Vec<_> = found.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["imports", "params", "pattern", "policy", "status", "steps"]);
}

#[tokio::test]
async fn explain_knows_what_the_host_answers_itself() {
    let dir = varied();
    let rows = [
        ("GET", "/nowhere", json!(404), Value::Null),
        ("GET", "http://localhost:8080/users/42/", json!(308), Value::Null),
        ("GET", "/%zz", json!(400), Value::Null),
        ("PUT", "/users/42", json!(405), json!("/users/[id]")),
        ("OPTIONS", "/users/42", json!(204), json!("/users/[id]")),
        ("OPTIONS", "/any", Value::Null, json!("/any")),
    ];
    for (method, url, status, pattern) in rows {
        let found = reported(&dir, &["explain", method, url, "--site", "DIR", "--json"]).await;
        assert_eq!((&found["status"], &found["pattern"]), (&status, &pattern), "{method} {url}: {found}");
    }
}

#[tokio::test]
async fn explain_is_readable() {
    let told = run(&varied(), &["explain", "PUT", "/users/42", "--site", "DIR"]).await;
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    for line in ["1. the path is /users/42\n", "\nstatus   405\n", "\npattern  /users/[id]\n", "\nparam    id = 42\n"] {
        assert!(told.stdout.contains(line), "{line:?} in\n{}", told.stdout);
    }
    assert!(told.stdout.contains("  16MiB  (app/(internal)/segment.toml:5)\n"), "{}", told.stdout);
}

#[tokio::test]
async fn check_is_content_with_a_good_directory() {
    let dir = SiteDir::new().file("app/about/page.html", "about");
    let content = run(&dir, &["check", "DIR"]).await;
    assert_eq!((content.code, content.stdout.as_str(), content.stderr.as_str()), (0, "", ""));
    let found = reported(&dir, &["check", "DIR", "--json"]).await;
    assert_eq!(found, json!({"faults": [], "ungranted": []}));
}

#[tokio::test]
async fn check_reports_every_fault_of_settings_and_tree() {
    let dir = SiteDir::new()
        .component("core", &fixtures::core_module())
        .file("app/typo/segment.toml", "[limits]\nmemroy = \"1MiB\"\n")
        .route("typo", Guest::HelloPlain)
        .file("routelet.toml", "wasi-0-3 = 1\n");
    let told = run(&dir, &["check", "DIR"]).await;
    assert_eq!((told.code, told.stderr.as_str()), (1, ""));
    assert_eq!(told.stdout.lines().count(), 3, "{}", told.stdout);
    let found = reported(&dir, &["check", "DIR", "--json"]).await;
    let faults = found["faults"].as_array().expect("a list");
    let places: Vec<_> = faults.iter().map(|fault| (fault["file"].clone(), fault["line"].clone())).collect();
    assert_eq!(
        places,
        [
            (json!("routelet.toml"), json!(1)),
            (json!("app/core/route.wasm"), Value::Null),
            (json!("app/typo/segment.toml"), json!(2)),
        ]
    );
    for fault in faults {
        let keys: Vec<_> = fault.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["expected", "file", "found", "line", "way_out"]);
    }
}

#[tokio::test]
async fn check_lists_what_is_imported_and_not_granted() {
    let dir = SiteDir::of(Guest::CallsOut)
        .route("granted", Guest::CallsOut)
        .file("app/granted/segment.toml", "[grants]\noutbound = [\"https://api.example.com\"]\n");
    let found = reported(&dir, &["check", "DIR", "--json"]).await;
    assert_eq!(found["faults"], json!([]));
    let ungranted = found["ungranted"].as_array().expect("a list");
    assert_eq!(ungranted.len(), 1, "{found}");
    assert_eq!(ungranted[0]["file"], "app/route.wasm");
    let imports = ungranted[0]["imports"].to_string();
    assert!(imports.starts_with("[\"wasi:http/outgoing-handler@0.2."), "{imports}");
}

#[tokio::test]
async fn a_missing_directory_is_one_message() {
    let dir = SiteDir::new();
    for words in [
        &["serve", "DIR/none"] as &[&str],
        &["routes", "DIR/none"],
        &["check", "DIR/none"],
        &["check", "DIR/none", "--json"],
        &["explain", "GET", "/", "--site", "DIR/none"],
        &["dev", "DIR/none"],
        &["build", "DIR/none"],
    ] {
        let refused = run(&dir, words).await;
        assert_eq!((refused.code, refused.stdout.as_str()), (1, ""), "{words:?}");
        let message = refused.stderr.replace(dir.path().to_str().expect("a readable path"), "DIR");
        assert_eq!(message, "DIR/none: does not exist; expected a directory; check the path\n", "{words:?}");
    }
}

#[tokio::test]
async fn a_method_that_is_not_exported_is_a_fault_where_it_is_declared() {
    let dir = SiteDir::of(Guest::HelloNative).policy("[route]\nmethods = [\"GET\", \"PUT\"]\n");
    let told = run(&dir, &["check", "DIR"]).await;
    assert_eq!(
        told.stdout,
        "app/segment.toml:2: declares the method PUT, which the component does not export; \
         expected some of GET, POST; remove the method, or export its interface from the component\n"
    );
    let narrowed = SiteDir::of(Guest::HelloNative).policy("[route]\nmethods = [\"POST\"]\n");
    let routes = reported(&narrowed, &["routes", "DIR", "--json"]).await;
    assert_eq!(routes["routes"][0]["methods"], json!(["OPTIONS", "POST"]));
}

#[tokio::test]
async fn a_lock_tells_what_a_new_build_wants() {
    let dir = SiteDir::new().route("a", Guest::HelloNative).route("b", Guest::HelloPlain);
    let checked = async || run(&dir, &["check", "DIR", "--locked"]).await;
    let missing = checked().await;
    assert_eq!(missing.code, 1);
    assert!(missing.stdout.contains("routelet.lock: does not exist"), "{missing:?}");
    assert!(missing.stdout.contains("write it with `routelet lock "), "{missing:?}");

    let locked = run(&dir, &["lock", "DIR"]).await;
    assert_eq!((locked.code, locked.stdout.starts_with("locked 2 components in ")), (0, true), "{locked:?}");
    let same = checked().await;
    assert_eq!((same.code, same.stdout.as_str()), (0, ""), "{same:?}");

    dir.write("app/a/route.wasm", Guest::CallsOut.bytes());
    dir.write("app/segment.toml", "[grants]\nenv = { SHOWN = \"canary\" }\noutbound = [\"https://a.com\"]\n");
    let more = checked().await;
    assert_eq!(more.code, 1);
    assert!(more.stdout.starts_with("app/a/route.wasm: wants more than is locked\n  + env SHOWN\n"), "{more:?}");
    assert!(more.stdout.contains("  + import wasi:http/outgoing-handler@0.2\n"), "{more:?}");
    assert!(
        more.stdout.contains("app/b/route.wasm: wants more than is locked\n  + env SHOWN\n  + outbound https://a.com")
    );
    assert!(more.stderr.contains("2 components are not as they are locked, 2 of them want more"), "{more:?}");

    let json = reported(&dir, &["check", "DIR", "--locked", "--json"]).await;
    assert_eq!(json["differences"][1]["file"], "app/b/route.wasm");
    assert_eq!(json["differences"][1]["change"], "wants-more");
    assert_eq!(json["differences"][1]["more"], json!(["env SHOWN", "outbound https://a.com"]));
    assert_eq!(reported(&dir, &["check", "DIR", "--json"]).await.get("differences"), None);

    assert_eq!(run(&dir, &["lock", "DIR", "--lock-file", "DIR/other.lock"]).await.code, 0);
    assert_eq!(run(&dir, &["check", "DIR", "--locked", "--lock-file", "DIR/other.lock"]).await.code, 0);
    let text = std::fs::read_to_string(dir.path().join("other.lock")).expect("it was written");
    assert!(text.contains("SHOWN") && !text.contains("canary"), "names, not values: {text}");
}

#[tokio::test]
async fn a_lock_tells_that_a_secret_is_shown_or_sent_to_more() {
    let granted = |secret: &str| format!("[grants]\nsecrets = [{secret}]\n");
    let hidden = |targets: &str| granted(&format!("{{ name = \"KEY\", mode = \"placeholder\", for = [{targets}] }}"));
    let dir = SiteDir::of(Guest::HelloPlain)
        .file("routelet.toml", "[secrets]\nfile = \"secrets\"\n")
        .file("secrets", "KEY=canary\n")
        .policy(&hidden("\"https://a.com\""));
    let locked = run(&dir, &["lock", "DIR"]).await;
    assert_eq!(locked.code, 0, "{locked:?}");
    for (policy, more) in [
        (hidden("\"https://a.com\", \"https://b.com\""), "KEY = placeholder for https://b.com"),
        (granted("\"KEY\""), "KEY = value"),
    ] {
        dir.write("app/segment.toml", policy);
        let told = run(&dir, &["check", "DIR", "--locked"]).await;
        assert_eq!(told.code, 1, "{told:?}");
        assert!(told.stdout.contains(&format!("wants more than is locked\n  + secret {more}\n")), "{told:?}");
        assert!(!told.stdout.contains("canary"), "{told:?}");
    }
}

#[tokio::test]
async fn explain_holds_the_authority_of_a_url_against_hosts() {
    let dir = varied().file("routelet.toml", "hosts = [\"example.com\"]\n");
    for (url, status) in [
        ("https://example.com/any", json!(null)),
        ("https://EXAMPLE.com:8443/any", json!(null)),
        ("https://other.com/any", json!(421)),
        ("https://a b/any", json!(400)),
        ("/any", json!(null)),
    ] {
        let told = reported(&dir, &["explain", "GET", url, "--site", "DIR", "--json"]).await;
        assert_eq!(told["status"], status, "{url}: {told}");
    }
}
