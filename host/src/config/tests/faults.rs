//! What is refused, each fault with the place it was written.

use super::*;

#[test]
fn faults_of_the_file_name_its_line() {
    for (text, message) in IN_THE_FILE {
        assert_eq!(faults(text, &[], &[]), [*message], "{text}");
    }
}

#[test]
fn faults_of_variables_and_flags_name_them() {
    for (variables, typed, message) in ELSEWHERE {
        assert_eq!(faults("", variables, typed), [*message]);
    }
}

#[test]
fn faults_of_all_layers_are_told_together() {
    let told =
        faults("owners = 1\ngrace = 1\n[x]\n", &[("ROUTELET_LISTEN", "x"), ("ROUTELET_Y", "")], &[("log", "loud")]);
    let places: Vec<_> = told.iter().map(|told| told.split(": ").next().expect("a place")).collect();
    assert_eq!(
        places,
        ["routelet.toml:3", "routelet.toml:1", "routelet.toml:2", "ROUTELET_LISTEN", "ROUTELET_Y", "--log"]
    );
}

const IN_THE_FILE: &[(&str, &str)] = &[
    ("lisen = \"a:1\"", "routelet.toml:1: unknown key `lisen` in routelet.toml; did you mean `listen`?"),
    ("\n[sever]\n", "routelet.toml:2: unknown key `sever` in routelet.toml; did you mean `server`?"),
    (
        "[server]\nconnection = 1\n",
        "routelet.toml:2: unknown key `connection` in [server] of routelet.toml; did you mean `connections`?",
    ),
    ("server = 1\n", "routelet.toml:1: server = 1; expected a table"),
    (
        "[secrets]\npath = \"x\"\n",
        "routelet.toml:2: unknown key `path` in [secrets] of routelet.toml; expected env-prefix, file, dir; remove it",
    ),
    ("compress = false", "routelet.toml:1: `compress` is not offered by this release yet; remove it"),
    (
        "trusted-proxies = [\"localhost\"]",
        "routelet.toml:1: trusted-proxies = a list; expected addresses and networks, such as \"10.0.0.7\" or \"10.0.0.0/8\"; correct the value or remove the key",
    ),
    ("[tls]\ncert = 1", "routelet.toml:2: tls.cert = 1; expected a string; correct the value or remove the key"),
    (
        "[kv]\nurl = \"x\"",
        "routelet.toml:2: a kv.url of another form; expected \"redb:PATH\" with the path of a directory, or \"redis://HOST:PORT/DB\"; correct the value or remove the key",
    ),
    (
        "owners = \"two\"",
        "routelet.toml:1: owners = \"two\"; expected \"one\", \"many\"; correct the value or remove the key",
    ),
    ("owners = 2", "routelet.toml:1: owners = 2; expected a string; correct the value or remove the key"),
    (
        "wasi-0-3 = \"true\"",
        "routelet.toml:1: wasi-0-3 = \"true\"; expected true or false; correct the value or remove the key",
    ),
    (
        "grace = 30",
        "routelet.toml:1: grace = 30; expected a time such as \"250ms\", \"1s\" or \"2m\" from 0s to 24h; add a unit: ms, s, m or h, in quotes",
    ),
    (
        "hosts = []",
        "routelet.toml:1: hosts = a list; expected at least one authority, such as \"example.com\"; correct the value or remove the key",
    ),
    (
        "hosts = \"a\"",
        "routelet.toml:1: hosts = \"a\"; expected a list of strings; correct the value or remove the key",
    ),
    ("hosts = [1]", "routelet.toml:1: hosts = a list; expected a list of strings; correct the value or remove the key"),
    (
        "base-path = \"/\"",
        "routelet.toml:1: base-path = \"/\"; expected a path such as \"/base\", without a slash at its end; correct it, or remove the key to serve at the root",
    ),
    ("cache-dir = \"\"", "routelet.toml:1: cache-dir = \"\"; expected a path; correct the value or remove the key"),
    (
        "[server]\nconnections = 0",
        "routelet.toml:2: connections = 0; expected a whole number from 1 to 1000000; correct the value or remove the key",
    ),
];

type Typed = &'static [(&'static str, &'static str)];

const ELSEWHERE: &[(Typed, Typed, &str)] = &[
    (
        &[("ROUTELET_GRACE", "soon")],
        &[],
        "ROUTELET_GRACE: grace = \"soon\"; expected a time such as \"250ms\", \"1s\" or \"2m\" from 0s to 24h; correct the value or remove the key",
    ),
    (
        &[("ROUTELET_ACCESS_LOG", "1")],
        &[],
        "ROUTELET_ACCESS_LOG: access-log = \"1\"; expected true or false; correct the value or remove the key",
    ),
    (
        &[("ROUTELET_LISTN", "x")],
        &[],
        "ROUTELET_LISTN: unknown key `ROUTELET_LISTN` in the variables that begin with ROUTELET_; did you mean `ROUTELET_LISTEN`?",
    ),
    (
        &[("ROUTELET_COMPRESS", "true")],
        &[],
        "ROUTELET_COMPRESS: `ROUTELET_COMPRESS` is not offered by this release yet; remove it",
    ),
    (
        &[],
        &[("server-connections", "many")],
        "--server-connections: connections = \"many\"; expected a whole number from 1 to 1000000; correct the value or remove the key",
    ),
    (&[], &[("compress", "true")], "--compress: `compress` is not offered by this release yet; remove it"),
    (&[], &[("lisen", "x")], "--lisen: unknown key `lisen` in the flags; did you mean `listen`?"),
];
