//! What goes to the log: one line for each failure with its cause, and what guests print, tagged and bounded.

use routelet_tests::{
    Guest, SiteDir,
    binary::{Program, Serving, Signal},
    client::Raw,
};
use serde_json::Value;

use crate::PROGRAM;

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// All lines a server that has ended wrote about guest output.
fn guest_lines(log: &[String]) -> Vec<Value> {
    log.iter().map(|line| parsed(line)).filter(|line| line["event"] == "guest").collect()
}

async fn log_after(server: Serving) -> Vec<String> {
    server.signal(Signal::TERM);
    server.ended_with_log().await.1
}

#[tokio::test(flavor = "multi_thread")]
async fn guest_output_is_tagged_with_its_route_and_request() {
    let site = SiteDir::new().route("users/[id]", Guest::PrintsStdoutStderr);
    let server = Program::at(PROGRAM).serve(site.path()).await;
    Raw::exchange(server.address, "/users/42?text=more").await;
    let log = log_after(server).await;
    let lines = guest_lines(&log);
    let told: Vec<_> = lines.iter().map(|line| (line["stream"].as_str(), line["text"].as_str())).collect();
    for expected in [("stdout", "a line for stdout"), ("stderr", "a line for stderr"), ("stdout", "more")] {
        assert!(told.contains(&(Some(expected.0), Some(expected.1))), "{expected:?}: {told:?}");
    }
    for line in &lines {
        assert_eq!(line["route"], "/users/[id]", "{line}");
        assert_eq!(line["request_id"], lines[0]["request_id"], "{line}");
        assert!(line["request_id"].is_string(), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guest_output_cannot_forge_a_line() {
    let site = SiteDir::of(Guest::PrintsStdoutStderr);
    let server = Program::at(PROGRAM).serve(site.path()).await;
    Raw::exchange(server.address, "/?text=%1b%5B31m%22%7D%0A%7B%22event%22:%22forged%22%7D").await;
    let log = log_after(server).await;
    for line in &log {
        assert_ne!(parsed(line)["event"], "forged", "{line}");
        assert!(!line.contains('\u{1b}'), "{line:?}");
    }
    assert!(guest_lines(&log).iter().any(|line| line["text"] == "{\"event\":\"forged\"}"), "{log:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn guest_output_is_bounded_by_line_and_by_request() {
    let policy = "[limits]\nlog-line = \"100B\"\nlog-request = \"2KiB\"\nlog-rate = 1000000\n";
    let site = SiteDir::of(Guest::FloodsStdout).policy(policy);
    let server = Program::at(PROGRAM).serve(site.path()).await;
    Raw::exchange(server.address, "/?lines=10000&width=1000").await;
    let log = log_after(server).await;
    let lines = guest_lines(&log);
    assert!(!lines.is_empty());
    let bytes: usize = lines.iter().filter_map(|line| line["text"].as_str()).map(str::len).sum();
    assert!(bytes <= 4 * 1024, "{bytes} bytes of guest output");
    for line in &lines {
        assert!(line["text"].as_str().is_some_and(|text| text.len() <= 120), "{line}");
    }
    let capped = log.iter().filter(|line| line.contains("guest_output_capped")).count();
    assert_eq!(capped, 1, "that something was left out is told once: {log:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_logged_once_with_its_cause_and_the_id_the_client_got() {
    for (guest, cause) in [
        (Guest::Traps, "unreachable"),
        (Guest::AnswersErrorCode, "canary-in-the-error-code"),
        (Guest::SpinsForever, "cpu"),
    ] {
        let site = SiteDir::of(guest).policy("[limits]\ncpu = \"100ms\"\n");
        let server = Program::at(PROGRAM).serve(site.path()).await;
        let answer = Raw::exchange(server.address, "/").await;
        let log = log_after(server).await;
        let failures: Vec<_> = log
            .iter()
            .map(|line| parsed(line))
            .filter(|line| line["event"] != "guest" && line["request_id"].is_string())
            .collect();
        assert_eq!(failures.len(), 1, "{guest:?}: {log:#?}");
        let line = &failures[0];
        assert!(line.to_string().to_lowercase().contains(cause), "{guest:?}: {line}");
        assert!(answer.contains(line["request_id"].as_str().expect("text")), "{guest:?}: {answer}");
        assert!(!answer.contains("canary"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_names_the_missing_grant() {
    let site = SiteDir::of(Guest::CallsOut);
    let server = Program::at(PROGRAM).serve(site.path()).await;
    let answer = Raw::exchange(server.address, "/?url=http://example.com:8080/path").await;
    assert!(answer.contains("HttpRequestDenied"), "{answer}");
    let log = log_after(server).await;
    let named: Vec<_> = log.iter().filter(|line| line.contains("http://example.com:8080")).collect();
    assert_eq!(named.len(), 1, "{log:#?}");
    assert!(named[0].contains("outbound"), "{named:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_in_no_output_of_the_host() {
    const CANARY: &str = "canary-secret-7b1f";
    let site = SiteDir::of(Guest::Traps)
        .policy("[grants]\nsecrets = [\"TOKEN\"]\nenv = { PLAIN = \"canary-env-2c9d\" }\n")
        .file("secrets.env", format!("TOKEN={CANARY}\n"))
        .file("routelet.toml", "access-log = true\n[secrets]\nfile = \"secrets.env\"\n");
    let dir = site.path().display().to_string();
    let server = Program::at(PROGRAM).serve(site.path()).await;
    let mut outputs = Raw::exchange(server.address, "/").await;
    outputs += &log_after(server).await.join("\n");
    for command in ["check", "routes"] {
        let ended = Program::at(PROGRAM).run([command, &dir]).await;
        outputs += &format!("{ended:?}");
    }
    let explained = Program::at(PROGRAM).run(["explain", "GET", "/", "--site", &dir, "--json"]).await;
    outputs += &format!("{explained:?}");
    assert!(!outputs.contains(CANARY), "{outputs}");
}
