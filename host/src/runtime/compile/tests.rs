//! What a server makes of compilers that break, lie, or hang. Real ones are tested with the program.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use super::*;

const BOUNDS: CompileBounds = CompileBounds { time: Duration::from_mins(1), memory_bytes: 1 << 30 };

/// A program that does what the shell is told.
fn shell(dir: &Path, script: &str) -> PathBuf {
    let program = dir.join("compiler");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("writable");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("ours");
    program
}

async fn compiled(program: PathBuf, bounds: CompileBounds) -> Result<Made, CompileError> {
    let compile = move || {
        let order = Order { flavour: Flavour::Sync, component: &[0; 100_000], functions: Some(b"known"), bounds };
        Compiler::new(Some(program)).make(order)
    };
    tokio::task::spawn_blocking(compile).await.expect("no panic")
}

async fn message(program: PathBuf, bounds: CompileBounds) -> String {
    let error = compiled(program, bounds).await.expect_err("there is no code");
    error.fault(Path::new("route.wasm")).to_string()
}

#[tokio::test]
async fn an_answer_counts_only_if_it_is_whole_and_its_sender_ends_well() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    for (functions, expected) in [("", &b""[..]), (r"F\3\0\0\0\0\0\0\0new", &b"new"[..])] {
        let program = shell(dir.path(), &format!(r"cat > /dev/null; printf '{functions}C\4\0\0\0\0\0\0\0code'"));
        let made = compiled(program, BOUNDS).await.expect("a whole answer");
        assert_eq!((made.code.as_slice(), made.functions.as_slice()), (&b"code"[..], expected));
    }
    for (script, expected) in [
        (r"cat > /dev/null; printf 'C\4\0\0\0\0\0\0\0co'", "it ends too early"),
        ("exit 0", "it ends too early"),
        ("head -c 100000 /dev/zero", "it begins with the byte 0, which no message does"),
        (r"printf 'J\0\0\0\0\0\0\0\0'", "an order came back"),
        (r"cat > /dev/null; printf 'F\3\0\0\0\0\0\0\0new'", "it ends too early"),
        (r"printf 'F\0\0\0\0\0\0\0\0F\0\0\0\0\0\0\0\0'", "an order came back"),
        (r"cat > /dev/null; printf 'C\4\0\0\0\0\0\0\0code'; exit 3", "exit status: 3"),
        (r"cat > /dev/null; printf 'C\4\0\0\0\0\0\0\0code'; kill -9 $$", "signal: 9 (SIGKILL)"),
        ("echo 'thread main panicked' >&2; kill -6 $$", "signal: 6 (SIGABRT), after `thread main panicked`"),
        ("echo 'memory allocation of 9 bytes failed' >&2; kill -6 $$", "more than 1GiB of memory"),
        (
            "kill -XCPU $$",
            "takes more than 60s to compile; expected at most 60s; make it smaller, or raise `compile-time`",
        ),
        (r"printf 'C\0\0\0\0\1\0\0\0'; sleep 600", "at most 268435456 bytes, a quarter of `compile-memory`"),
        (r"cat > /dev/null; printf 'R\7\0\0\0\0\0\0\0no\n\033[2J'", "does not compile: no [2J"),
    ] {
        let told = message(shell(dir.path(), script), BOUNDS).await;
        assert!(told.starts_with("route.wasm: ") && told.contains(expected), "{script}: {told}");
    }
}

#[tokio::test]
async fn a_compiler_that_hangs_is_ended_with_its_time() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let pid = dir.path().join("pid");
    let program = shell(dir.path(), &format!("echo $$ > {}; exec sleep 600", pid.display()));
    let told = message(program, CompileBounds { time: Duration::from_secs(2), ..BOUNDS }).await;
    assert!(told.contains("takes more than 2s to compile"), "{told}");
    let pid = fs::read_to_string(pid).expect("it had started");
    let process = PathBuf::from(format!("/proc/{}/stat", pid.trim()));
    let runs = || fs::read_to_string(&process).is_ok_and(|stat| !stat.contains(") Z "));
    while runs() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_compiler_that_is_not_there_says_so() {
    let told = message(PathBuf::from("/nowhere/routelet"), BOUNDS).await;
    assert!(told.contains("has no compiler: /nowhere/routelet does not start: "), "{told}");
}
