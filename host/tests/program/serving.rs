//! A server as its operator sees it: what it prints, what it logs, what signals do.

use std::path::Path;

use routelet_tests::{
    Guest, SiteDir,
    binary::{Program, Serving, Signal},
    client::Raw,
    fixtures,
};
use serde_json::Value;

use crate::PROGRAM;

async fn serve(dir: &SiteDir, flags: &[&str]) -> Serving {
    let dir = dir.path().to_str().expect("a readable path");
    let words = [&["serve", dir, "--listen", "127.0.0.1:0"], flags].concat();
    Program::at(PROGRAM).start(words).await
}

/// A request whose guest waits for the rest of its body, after the first event has come.
async fn held_request(server: &Serving) -> Raw {
    let mut client = Raw::connect(server.address).await;
    client.send("POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n").await;
    client.until("data: 1\n").await;
    client
}

fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[tokio::test]
async fn the_address_comes_first_then_the_routes() {
    let dir = SiteDir::new().route("users/[id]", Guest::HelloNative).file("app/about/page.html", "about");
    let mut server = serve(&dir, &[]).await;
    assert_eq!(server.line().await, "/about       GET, HEAD, OPTIONS        page          5 B");
    let route = server.line().await;
    assert!(route.starts_with("/users/[id]  GET, HEAD, OPTIONS, POST  route "), "{route}");
    assert!(route.ends_with(" KiB"), "{route}");
    server.signal(Signal::TERM);
    assert_eq!(server.ended().await, 0);
}

#[tokio::test]
async fn the_first_signal_lets_requests_end() {
    for signal in [Signal::TERM, Signal::INT] {
        let dir = SiteDir::of(Guest::StreamsSlowly);
        let server = serve(&dir, &[]).await;
        let mut client = held_request(&server).await;
        server.signal(signal);
        client.send("2\r\ngo\r\n0\r\n\r\n").await;
        let rest = client.to_close().await;
        assert!(rest.ends_with("\r\n0\r\n\r\n"), "the body is whole: {rest:?}");
        assert_eq!(server.ended().await, 0);
    }
}

#[tokio::test]
async fn the_second_signal_does_not_wait() {
    let dir = SiteDir::of(Guest::StreamsSlowly);
    let server = serve(&dir, &["--grace", "1h"]).await;
    let mut client = held_request(&server).await;
    server.signal(Signal::TERM);
    // The socket is gone as soon as the first signal has been taken.
    while tokio::net::TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    server.signal(Signal::TERM);
    assert_eq!(server.ended().await, 130);
    client.to_close().await;
}

#[tokio::test]
async fn a_grace_period_that_is_too_short_is_a_failure() {
    let dir = SiteDir::of(Guest::StreamsSlowly);
    let server = serve(&dir, &["--grace", "50ms"]).await;
    let _held = held_request(&server).await;
    server.signal(Signal::TERM);
    let (code, log) = server.ended_with_log().await;
    assert_eq!(code, 1);
    assert!(log.iter().any(|line| json(line)["event"] == "grace_exceeded"), "{log:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_small_address_space_is_served_without_a_pool() {
    // Room for some memories of 4 GiB each, and not for a pool of them.
    let address_space = format!("--as={}", 32_u64 << 30);
    let dir = SiteDir::of(Guest::HelloPlain);
    let site = dir.path().to_str().expect("a readable path");
    let words = [address_space.as_str(), PROGRAM, "serve", site, "--listen", "127.0.0.1:0"];
    let server = Program::at("prlimit").start(words).await;
    server.logged("on_demand_allocation").await;
    for _ in 0..3 {
        let answer = Raw::exchange(server.address, "/").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
}

#[tokio::test]
async fn an_address_in_use_is_one_message() {
    let dir = SiteDir::of(Guest::HelloPlain);
    let server = serve(&dir, &[]).await;
    let address = server.address.to_string();
    let words = ["serve", dir.path().to_str().expect("a readable path"), "--listen", &address];
    let refused = Program::at(PROGRAM).run(words).await;
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
    assert_eq!(
        refused.stderr,
        format!(
            "{address}: is in use; expected an address to listen on; \
             stop what listens there, or choose another with --listen\n"
        )
    );
}

#[tokio::test]
async fn a_site_that_does_not_load_is_never_bound() {
    let dir = SiteDir::new()
        .component("core", &fixtures::core_module())
        .file("app/text/route.wasm", "(component)")
        .file("routelet.toml", "grase = \"1s\"\n");
    let refused = Program::at(PROGRAM).run(["serve", dir.path().to_str().expect("a readable path")]).await;
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
    let lines: Vec<&str> = refused.stderr.lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[0].starts_with("routelet.toml:1: "), "{lines:?}");
    assert!(lines[1].starts_with("app/core/route.wasm: is a core WebAssembly module; expected "), "{lines:?}");
    assert!(lines[2].starts_with("app/text/route.wasm: is in the WebAssembly text format; expected "), "{lines:?}");
}

#[tokio::test]
async fn log_lines_are_json_where_nobody_watches() {
    let dir = SiteDir::of(Guest::PrintsStdoutStderr);
    let server = serve(&dir, &["--access-log"]).await;
    Raw::exchange(server.address, "/").await;
    let printed = json(&server.logged("a line for stderr").await);
    let request = json(&server.logged("\"event\":\"request\"").await);
    assert_eq!(printed["event"], "guest");
    assert_eq!(printed["stream"], "stderr");
    assert_eq!(printed["route"], "/");
    assert_eq!(printed["request_id"], request["request_id"]);
    assert_eq!(request["method"], "GET");
    assert_eq!(request["status"], 200);
    assert!(request["duration_ms"].is_u64(), "{request}");
    assert!(request["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{request}");
    assert_eq!(request["level"], "INFO");
}

#[tokio::test]
async fn log_lines_are_for_people_where_that_is_asked_for() {
    let dir = SiteDir::of(Guest::PrintsStdoutStderr);
    let server = serve(&dir, &["--log=pretty"]).await;
    Raw::exchange(server.address, "/").await;
    let printed = server.logged("a line for stdout").await;
    assert!(printed.contains(" INFO  guest GET / "), "{printed}");
    assert!(printed.ends_with(": a line for stdout"), "{printed}");
}

#[tokio::test]
async fn a_changed_directory_is_served_anew() {
    let dir = SiteDir::of(Guest::HelloPlain);
    let server = serve(&dir, &[]).await;
    dir.write("app/new/route.wasm", Guest::HelloNative.bytes());
    server.logged("\"event\":\"reloaded\"").await;
    let answer = Raw::exchange(server.address, "/new").await;
    assert!(answer.contains("hello from get\n"), "{answer}");
}

#[tokio::test]
async fn a_directory_that_became_faulty_is_served_as_it_was() {
    let dir = SiteDir::of(Guest::HelloPlain);
    let server = serve(&dir, &[]).await;
    dir.write("app/route.wasm", fixtures::core_module());
    server.logged("\"event\":\"reload_failed\"").await;
    let fault = json(&server.logged("\"event\":\"fault\"").await);
    let reason = fault["reason"].as_str().expect("a text");
    assert!(reason.starts_with("app/route.wasm: is a core WebAssembly module; expected "), "{reason}");
    let answer = Raw::exchange(server.address, "/").await;
    assert!(answer.contains("hello from a plain component\n"), "{answer}");
}

#[tokio::test]
async fn a_secret_that_kubernetes_rotates_counts_without_a_restart() {
    let dir = SiteDir::of(Guest::ReadsEnv)
        .policy("[grants]\nsecrets = [\"TOKEN\"]\n")
        .file("routelet.toml", "[secrets]\ndir = \"secrets\"\n")
        .file("secrets/..first/TOKEN", "first")
        .file("secrets/..second/TOKEN", "second");
    let secrets = dir.path().join("secrets");
    let link = |target: &str, name: &str| std::os::unix::fs::symlink(target, secrets.join(name)).expect("a fresh name");
    link("..first", "..data");
    link("..data/TOKEN", "TOKEN");
    let server = serve(&dir, &[]).await;
    assert!(Raw::exchange(server.address, "/").await.contains("\"first\""));
    link("..second", "..data_tmp");
    std::fs::rename(secrets.join("..data_tmp"), secrets.join("..data")).expect("one file system");
    server.logged("\"event\":\"reloaded\"").await;
    assert!(Raw::exchange(server.address, "/").await.contains("\"second\""));
}

#[tokio::test]
async fn a_certificate_makes_it_listen_on_https() {
    let tls = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/runtime/outbound/tests/tls");
    let site = SiteDir::of(Guest::HelloNative);
    let (cert, key) = (tls.join("origin.pem"), tls.join("origin.key.pem"));
    let arguments = |key: &Path| {
        let fixed = ["serve", &site.path().display().to_string(), "--listen", "127.0.0.1:0"].map(str::to_owned);
        let pair = [("--tls-cert", &*cert), ("--tls-key", key)];
        fixed.into_iter().chain(pair.map(|(flag, file)| format!("{flag}={}", file.display()))).collect::<Vec<_>>()
    };
    let serving = Program::at(PROGRAM).start(arguments(&key)).await;
    let mut plain = Raw::connect(serving.address).await;
    plain.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(!plain.to_close().await.contains("HTTP"), "nothing is answered without TLS");
    let refused = Program::at(PROGRAM).run(arguments(&cert)).await;
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
    assert!(refused.stderr.contains("holds no private key; expected a private key as PEM"), "{}", refused.stderr);
}
