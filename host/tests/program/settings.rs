//! Settings from the file, the environment and the flags, and what is typed wrong.

use routelet_tests::{
    SiteDir,
    binary::{Finished, Program},
};

use crate::PROGRAM;

/// Where the settings come from for one run: the file, a variable, a flag.
#[derive(Debug, Default, Clone, Copy)]
struct Typed<'a> {
    file: &'a str,
    variable: Option<&'a str>,
    flag: Option<&'a str>,
}

/// What `explain` says about `/x` below each base path, which tells the base path that won.
async fn base_path(typed: Typed<'_>) -> &'static str {
    let dir = SiteDir::new().file("routelet.toml", typed.file).file("app/x/page.html", "x");
    for base in ["/file", "/variable", "/flag", ""] {
        let url = format!("{base}/x");
        let mut words = vec![PROGRAM, "explain", "GET", &url, "--json", "--site", dir.path().to_str().expect("a path")];
        words.extend(typed.flag);
        words.splice(0..0, typed.variable);
        // `env` sets the variable for one run.
        let told = Program::at("env").run(words).await;
        assert_eq!(told.code, 0, "{told:?}");
        if told.stdout.contains("\"pattern\": \"/x\"") {
            return base;
        }
    }
    panic!("no base path answers for {typed:?}");
}

#[tokio::test]
async fn flags_win_over_variables_and_those_over_the_file() {
    let file = "base-path = \"/file\"";
    let variable = Some("ROUTELET_BASE_PATH=/variable");
    let flag = Some("--base-path=/flag");
    assert_eq!(base_path(Typed::default()).await, "");
    assert_eq!(base_path(Typed { file, ..Typed::default() }).await, "/file");
    assert_eq!(base_path(Typed { file, variable, flag: None }).await, "/variable");
    assert_eq!(base_path(Typed { file, variable, flag }).await, "/flag");
}

async fn typed(words: &[&str]) -> Finished {
    Program::at(PROGRAM).run(words).await
}

#[tokio::test]
async fn what_makes_no_sense_is_misuse() {
    let dir = SiteDir::new();
    let path = dir.path().to_str().expect("a path");
    let rows: [(&[&str], &str); 6] = [
        (&[], "Usage: routelet <COMMAND>"),
        (&["sevre", path], "unrecognized subcommand 'sevre'"),
        (&["serve"], "<DIR>"),
        (&["serve", path, "--gracee", "1s"], "unexpected argument '--gracee'"),
        (&["serve", path, "--grace", "soon"], "--grace: grace = \"soon\"; expected "),
        (&["explain", "GET", "users", "--site", path], "users: is no URL; expected `/users/42`"),
    ];
    for (words, message) in rows {
        let refused = typed(words).await;
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{words:?}");
        assert!(refused.stderr.contains(message), "{words:?}: {}", refused.stderr);
    }
}

#[tokio::test]
async fn help_and_version_are_results() {
    let version = typed(&["--version"]).await;
    assert_eq!((version.code, version.stderr.as_str()), (0, ""));
    assert_eq!(version.stdout, format!("routelet {}\n", env!("CARGO_PKG_VERSION")));
    let help = typed(&["--help"]).await;
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    for command in ["new", "build", "dev", "serve", "routes", "explain", "inspect", "check", "stamp"] {
        assert!(help.stdout.contains(&format!("\n  {command} ")), "{command} in\n{}", help.stdout);
    }
    let serve = typed(&["serve", "--help"]).await;
    for flag in ["--listen", "--owners", "--wasi-0-3", "--secrets-env-prefix", "--server-connections"] {
        assert!(serve.stdout.contains(flag), "{flag} in\n{}", serve.stdout);
    }
}
