//! What users' files can get wrong: every fault of a load at once, each with its file, what was found and the way out.

use routelet_tests::{
    Guest, SiteDir,
    fixtures::{self, Route},
};

#[tokio::test(flavor = "multi_thread")]
async fn ten_different_faults_are_reported_together() {
    let dir = SiteDir::new()
        .component("core", &fixtures::core_module())
        .component("truncated", &fixtures::truncated())
        .component("unknown", &Route::plain("0.2.0").importing("acme:metrics/counter@1.0.0", "count").bytes())
        .component("nothing", &fixtures::no_handler())
        .component("later", &fixtures::wasi_0_3())
        .file("app/text/route.wasm", "this is no component")
        .file("app/native/route.cwasm", "compiled elsewhere")
        .file("app/source/route.rs", "fn main() {}")
        .route("typo", Guest::HelloPlain)
        .file("app/typo/segment.toml", "[limits]\nmemroy = \"1MiB\"\n")
        .route("a/[id]", Guest::HelloPlain)
        .route("a/[slug]", Guest::HelloPlain)
        .route("good", Guest::HelloPlain);
    let faults = dir.faults().await;
    for file in [
        "app/a/[",
        "app/core/route.wasm: ",
        "app/later/route.wasm: ",
        "app/native/route.cwasm: ",
        "app/nothing/route.wasm: ",
        "app/source/route.rs: ",
        "app/text/route.wasm: ",
        "app/truncated/route.wasm: ",
        "app/typo/segment.toml:2: ",
        "app/unknown/route.wasm: ",
    ] {
        let named = faults.iter().filter(|fault| fault.starts_with(file)).count();
        assert_eq!(named, 1, "{file}\n{}", faults.join("\n"));
    }
    assert_eq!(faults.len(), 10, "{}", faults.join("\n"));
}

async fn only_fault(dir: SiteDir) -> String {
    let mut faults = dir.faults().await;
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.remove(0)
}
