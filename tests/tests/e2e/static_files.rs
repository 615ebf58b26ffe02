//! Pages beside routes, metadata files, and the files under `public/`.

use routelet_tests::{Guest, SiteDir, TestSite, site::request};

async fn site() -> TestSite {
    let dir = SiteDir::new()
        .route("[name]", Guest::HelloPlain)
        .file("app/about/page.html", "<h1>about</h1>")
        .file("app/robots.txt", "User-agent: *\n")
        .file("public/style.css", "body { color: black }")
        .file("public/deep/er/image.bin", vec![7_u8; 1_000])
        .file("public/.hidden", "secret")
        .file("public/.well-known/security.txt", "Contact: mailto:a@example.com\n")
        .file("public/with space.txt", "spaced");
    dir.load().await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_served_with_their_type() {
    let site = site().await;
    for (target, mime, body) in [
        ("/about", "text/html", "<h1>about</h1>"),
        ("/robots.txt", "text/plain", "User-agent: *\n"),
        ("/style.css", "text/css", "body { color: black }"),
        ("/.well-known/security.txt", "text/plain", "Contact: mailto:a@example.com\n"),
        ("/with%20space.txt", "text/plain", "spaced"),
    ] {
        let answer = site.get(target).await;
        assert_eq!((answer.status, answer.text()), (200, body), "{target}");
        assert!(answer.header("content-type").starts_with(mime), "{target}: {answer:?}");
    }
    assert_eq!(site.guests_started(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn public_files_come_before_dynamic_routes() {
    let site = site().await;
    assert_eq!(site.get("/style.css").await.text(), "body { color: black }");
    assert_eq!(site.get("/style.cs").await.text(), "hello from a plain component\n");
    let posted = site.post("/style.css", "").await;
    assert_eq!((posted.status, posted.header("allow")), (405, "GET, HEAD, OPTIONS"));
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_files_and_settings_are_not_found() {
    let site = site().await;
    for target in [
        "/deep/.hidden",
        "/deep/er",
        "/deep/er/../../.hidden",
        "/about/page.html",
        "/public/style.css",
        "/deep%2Fer%2Fimage.bin/x",
        "/%2e%2e%2frouteless",
    ] {
        let answer = site.get(target).await;
        assert!(matches!(answer.status, 404 | 400 | 200), "{target}: {answer:?}");
        assert!(!answer.text().contains("secret"), "{target}");
        assert!(answer.status != 200 || answer.text().starts_with("hello"), "{target}: {answer:?}");
    }
    let hidden = site.get("/.hidden").await;
    assert!(!hidden.text().contains("secret"), "{hidden:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_did_not_change_is_not_sent_again() {
    let site = site().await;
    let first = site.get("/style.css").await;
    assert!(!first.header("last-modified").is_empty() && !first.header("etag").is_empty(), "{first:?}");
    for (condition, validator) in [("if-none-match", "etag"), ("if-modified-since", "last-modified")] {
        let mut again = request("GET", "/style.css");
        again.headers_mut().insert(condition, first.headers[validator].clone());
        let answer = site.answer(again).await;
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{condition}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_file_is_sent_alone() {
    let site = site().await;
    for (range, status, length) in [("bytes=0-9", 206, 10), ("bytes=990-", 206, 10), ("bytes=2000-", 416, 0)] {
        let mut part = request("GET", "/deep/er/image.bin");
        part.headers_mut().insert("range", range.parse().expect("a header"));
        let answer = site.answer(part).await;
        assert_eq!(answer.status, status, "{range}");
        assert!(status == 416 || answer.body.len() == length, "{range}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_answers_the_methods_of_a_page() {
    let site = site().await;
    let head = site.respond("HEAD", "/about").await;
    assert_eq!((head.status, head.text()), (200, ""));
    let options = site.respond("OPTIONS", "/about").await;
    assert_eq!((options.status, options.header("allow")), (204, "GET, HEAD, OPTIONS"));
    let refused = site.post("/about", "").await;
    assert_eq!((refused.status, refused.header("allow")), (405, "GET, HEAD, OPTIONS"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_claims_to_one_path_are_a_fault() {
    let page = SiteDir::of(Guest::HelloPlain).file("app/page.html", "<p>");
    let public = SiteDir::new().route("file.txt", Guest::HelloPlain).file("public/file.txt", "x");
    for (dir, files) in
        [(page, ["app/page.html", "app/route.wasm"]), (public, ["public/file.txt", "app/file.txt/route.wasm"])]
    {
        let faults = dir.faults().await;
        assert_eq!(faults.len(), 1, "{faults:?}");
        for file in files {
            assert!(faults[0].contains(file), "{file}: {faults:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_exchanged_for_a_link_is_not_followed() {
    let site = site().await;
    let outside = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(outside.path(), "secret").expect("writable");
    for (target, file) in [("/about", "app/about/page.html"), ("/style.css", "public/style.css")] {
        let file = site.dir().path().join(file);
        std::fs::remove_file(&file).expect("it is there");
        std::os::unix::fs::symlink(outside.path(), &file).expect("a fresh name");
        let answer = site.get(target).await;
        assert_eq!((answer.status, answer.text().contains("secret")), (404, false), "{target}");
    }
}
