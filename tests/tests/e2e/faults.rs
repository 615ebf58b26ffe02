//! What users' files can get wrong: every fault of a load at once, each with its file, what was found and the way out.

use routelet_tests::{
    Guest, SiteDir,
    fixtures::{self, Route},
};

fn ten_faults() -> SiteDir {
    SiteDir::new()
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
        .route("good", Guest::HelloPlain)
}

/// The messages, with what differs from run to run replaced by a word.
async fn messages(dir: SiteDir) -> Vec<String> {
    let path = dir.path().display().to_string();
    let faults = dir.faults().await.into_iter();
    faults.map(|fault| fault.replace(&path, "SITE")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_different_faults_are_reported_together() {
    let expected = [
        "app/a/[slug]/route.wasm: answers /a/[slug], as app/a/[id]/route.wasm does; expected one file for each path; \
         keep one, or move the other to a path of its own",
        "app/core/route.wasm: is a core WebAssembly module; expected a WebAssembly component; build it for \
         wasm32-wasip2, or turn it into a component with `wasm-tools component new`",
        "app/later/route.wasm: needs WASI 0.3 (wasi:http/handler@0.3.0), which is switched off; expected WASI 0.2; \
         build it for WASI 0.2, or switch 0.3 on with `wasi-0-3 = true` in routelet.toml or --wasi-0-3, knowing that \
         upstream gives WASI 0.3 no security patches on the long-term release",
        "app/native/route.cwasm: is precompiled machine code, which no sandbox checks; expected a component; put \
         `route.wasm` there instead; it is compiled and cached by the host",
        "app/nothing/route.wasm: exports no HTTP handler, only wasi:cli/run@0.2.0; expected \
         routelet:route/<method>@0.2.x, wasi:http/incoming-handler@0.2.x or wasi:http/handler@0.3.x; this is a \
         command; build a library (crate-type cdylib) that exports one of these",
        "app/source/route.rs: is source; expected a built component, `route.wasm`; run `routelet build SITE`, then \
         serve `SITE/dist`",
        "app/text/route.wasm: is not WebAssembly; expected a WebAssembly component; put a component here or rename \
         the file",
        "app/truncated/route.wasm: is cut off after 198 bytes; expected a whole component; copy the file again",
        "app/typo/segment.toml:2: unknown key `memroy` in [limits]; did you mean `memory`?",
        "app/unknown/route.wasm: imports acme:metrics/counter@1.0.0, which this server does not offer; expected \
         imports of WASI 0.2, wasi:config/store@0.2.0-rc.1 and routelet:route/context@0.2.x alone; remove the import \
         from the world it was built against, or compose it with a component that exports it",
    ];
    let found = messages(ten_faults()).await;
    assert_eq!(found, expected, "\n{}", found.join("\n"));
}

async fn assert_messages(rows: Vec<(SiteDir, &str)>) {
    for (dir, message) in rows {
        assert_eq!(messages(dir).await, [message]);
    }
}

fn hello() -> SiteDir {
    SiteDir::of(Guest::HelloPlain)
}

fn hello_at(paths: &[&str]) -> SiteDir {
    paths.iter().fold(SiteDir::new(), |dir, path| dir.route(path, Guest::HelloPlain))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_cannot_answer_says_why() {
    assert_messages(vec![
        (
            SiteDir::new().component("", &fixtures::empty()),
            "app/route.wasm: exports nothing, so no HTTP handler; expected routelet:route/<method>@0.2.x, \
             wasi:http/incoming-handler@0.2.x or wasi:http/handler@0.3.x; build it against the route world, or for \
             wasi:http",
        ),
        (
            SiteDir::new().file("app/route.wasm", ""),
            "app/route.wasm: is empty; expected a WebAssembly component; copy the whole file again",
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_cannot_be_used_says_why() {
    assert_messages(vec![
        (
            hello().policy("[limits]\nmemory = \"2GiB\"\n"),
            "app/segment.toml:2: memory = \"2GiB\"; expected a size such as \"64MiB\" from 64KiB to 1GiB; correct the \
             value or remove the key",
        ),
        (
            hello().policy("[limits]\nconcurrency = -1\n"),
            "app/segment.toml:2: concurrency = -1; expected a whole number from 1 to 1000000; correct the value or \
             remove the key",
        ),
        (hello().policy("[limits\n"), "app/segment.toml:1: not TOML: unclosed table, expected `]`; correct the line"),
        (
            hello().policy("[grants]\nsecrets = [\"ABSENT\"]\n"),
            "app/segment.toml:2: grants the secret `ABSENT`, which the secret source lacks; expected ABSENT in a source \
             that [secrets] of routelet.toml names; add it there, or take the grant away",
        ),
        (
            hello().policy("[grants]\noutbound = [\"http://user@example.com/path\"]\n"),
            "app/segment.toml:2: outbound entry \"http://user@example.com/path\"; expected a host and nothing behind it; \
             remove the user information",
        ),
        (
            hello().file("routelet.toml", "lisen = \"x\"\n"),
            "routelet.toml:1: unknown key `lisen` in routelet.toml; did you mean `listen`?",
        ),
        (
            hello_at(&["", "b"])
                .policy("[ceiling]\nenv = []\n")
                .file("app/b/segment.toml", "[grants]\nenv = { A = \"b\" }\n"),
            "app/b/segment.toml:2: grant of env A is beyond the ceiling at app/segment.toml:2; remove it here, or add \
             it to `env` there",
        ),
        (
            hello_at(&["", "b"])
                .policy("[limits]\nmemory = \"16MiB\"\n")
                .file("app/b/segment.toml", "[limits]\nmemory = \"32MiB\"\n"),
            "app/b/segment.toml:2: memory = \"32MiB\" is more than the \"16MiB\" at app/segment.toml:2; write at most \
             \"16MiB\" here, or raise it there",
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_makes_no_route_says_why() {
    assert_messages(vec![
        (
            hello_at(&["pre-[id]"]),
            "app/pre-[id]: `pre-[id]` has brackets in a part of its name; name the whole folder as in `[id]`, or write \
             %5B and %5D for literal brackets",
        ),
        (
            hello_at(&["(.)x"]),
            "app/(.)x: `(.)x` is an intercepting marker, which routes do not have; name the folder by the URL it \
             answers, or write %28 and %29 for literal parentheses",
        ),
        (
            hello_at(&["[...a]/b"]),
            "app/[...a]/b/route.wasm: `b` lies below the catch-all `[...a]`, which takes every path there; make \
             `[...a]` the last folder, or a parameter of one segment",
        ),
        (
            hello_at(&["[[...a]]", ""]),
            "app/[[...a]]/route.wasm: answers /, as app/route.wasm does, since `[[...a]]` matches nothing as well; \
             expected one file for each path; keep one, or write `[...a]` for one or more segments",
        ),
        (
            hello_at(&["(one)/x", "(two)/x"]),
            "app/(two)/x/route.wasm: answers /x, as app/(one)/x/route.wasm does; expected one file for each path; keep \
             one, or move the other to a path of its own",
        ),
        (
            hello_at(&["a/[id]/[id]"]),
            "app/a/[id]/[id]/route.wasm: two parameters of one path are named `id`; rename one of them",
        ),
        (
            hello_at(&["x"]).file("public/x", "x"),
            "public/x: answers /x, as app/x/route.wasm does; expected one file for each path; keep one, or move the \
             other to a path of its own",
        ),
    ])
    .await;
}

/// A native route whose core module is this, and the handler it needs.
fn with_core(core: &str) -> SiteDir {
    let core = format!("{core} (func (export \"handle\") (param i32 i32) unreachable)");
    SiteDir::new().component("", &Route::answering(&["get"]).with_core(&core).bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_of_webassembly_is_not_offered_says_so() {
    const WAY_OUT: &str = "; build it with a current toolchain, without features beyond WASI 0.2";
    let wide = "(func (result i64 i64) (i64.mul_wide_u (i64.const 1) (i64.const 1)))";
    for (core, says) in [
        ("(memory 1 1 shared)", "threads must be enabled for shared memories"),
        ("(memory i64 1)", "memory64 must be enabled for 64-bit memories"),
        ("(table i64 1 funcref)", "memory64 must be enabled for 64-bit tables"),
        ("(type (struct (field i32)))", "cannot define struct types when gc types are disabled"),
        ("(tag (param i32))", "exceptions proposal not enabled"),
        ("(type $f (func)) (type $c (cont $f))", "continuation types when stack switching is disabled"),
        ("(memory 1 (pagesize 1))", "the custom page sizes proposal must be enabled"),
        (wide, "wide arithmetic support is not enabled"),
    ] {
        let messages = messages(with_core(core)).await;
        let told = messages.len() == 1 && messages[0].contains(says) && messages[0].ends_with(WAY_OUT);
        assert!(told, "{core}: {messages:?}");
    }
    assert_messages(vec![(
        SiteDir::new().component("", &fixtures::async_native()),
        "app/route.wasm: exports routelet:route/get@0.2.0 without the function `handle` of that interface; expected the \
         function as the WIT of that version declares it; build it against the WIT of that interface",
    )])
    .await;
}
