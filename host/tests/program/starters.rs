//! What `routelet new` writes, in each language: a site and further routes, built by the language's own tools,
//! served, and asked for every method. The starters of all languages answer alike, so one table asks them all.

use std::{fs, path::Path};

use routelet_tests::binary::{Program, Serving};

use crate::{
    PROGRAM,
    developing::{Draft, routelet},
    languages::{PATIENT, has_node, keep_toolchains, send},
};

/// A route that is started, and how it is asked.
struct Started {
    pattern: &'static str,
    methods: &'static [&'static str],
    /// URLs, and what stands for the params in an answer.
    targets: &'static [(&'static str, &'static str)],
}

const USER: Started = Started {
    pattern: "/users/[id]",
    methods: &["GET", "POST", "DELETE"],
    targets: &[("/users/42", " 42"), ("/users/a%20b", " a b")],
};

const DOCS: Started = Started {
    pattern: "/docs/[...path]",
    methods: &["GET", "HEAD", "PUT", "PATCH"],
    targets: &[("/docs/x", " x"), ("/docs/x/y%2Fz", " x/y/z")],
};

const SHOP: Started = Started {
    pattern: "/shop/[[...slug]]",
    methods: &["GET", "OPTIONS"],
    targets: &[("/shop", " "), ("/shop/lamps/desk", " lamps/desk")],
};

const PLAIN: Started = Started { pattern: "/plain", methods: &ALL, targets: &[("/plain", "")] };

/// Everything at once, for languages whose components take many seconds each.
const WHOLE: Started = Started {
    pattern: "/wiki/[page-name]/[[...rest]]",
    methods: &ALL,
    targets: &[("/wiki/a%20b", " a b "), ("/wiki/x/y/z", " x y/z")],
};

const ALL: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

#[tokio::test]
async fn what_is_started_in_rust_answers() {
    let draft = Draft::started("starters");
    answer_all(draft.path(), "rs", &[USER, DOCS, SHOP, PLAIN, WHOLE]).await;
}

#[tokio::test]
async fn what_is_started_in_typescript_answers() {
    if !has_node("starters in TypeScript") {
        return;
    }
    answer_from_anew("ts", &[USER, DOCS]).await;
}

#[tokio::test]
async fn what_is_started_in_javascript_answers() {
    if !has_node("starters in JavaScript") {
        return;
    }
    answer_from_anew("js", &[SHOP, WHOLE]).await;
}

#[tokio::test]
async fn what_is_started_in_python_answers() {
    answer_from_anew("py", &[WHOLE]).await;
}

#[tokio::test]
async fn what_is_started_in_c_answers() {
    answer_from_anew("c", &[USER, DOCS, SHOP, PLAIN, WHOLE]).await;
}

#[tokio::test]
async fn what_is_started_in_go_answers() {
    answer_from_anew("go", &[WHOLE]).await;
}

async fn answer_from_anew(language: &str, routes: &[Started]) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let site = directory.path().join("site");
    routelet(directory.path(), &["new", "site", "--lang", language]);
    keep_toolchains(&site);
    answer_all(&site, language, routes).await;
}

/// Adds the routes to a new site, builds it without a skipped route or a warning, and asks everything.
async fn answer_all(site: &Path, language: &str, routes: &[Started]) {
    for (index, route) in routes.iter().enumerate() {
        let methods = route.methods.join(",");
        let words = ["new", "route", route.pattern, "--methods", &methods, "--lang", language];
        // One that is told none is in the language of the others.
        routelet(site, if index == 1 { &words[..5] } else { &words });
        assert!(site.join(format!("app{}/route.{language}", route.pattern)).is_file(), "{}", route.pattern);
    }
    fs::write(site.join(PATIENT.0), PATIENT.1).expect("writable");
    let program = Program::at(PROGRAM);
    let built = program.run(["build".as_ref(), site.as_os_str(), "--strict".as_ref()]).await;
    assert_eq!(built.code, 0, "{}", built.stderr);
    assert!(!built.stderr.contains("warning"), "{}", built.stderr);
    let server = program.serve(&site.join("dist")).await;
    the_first_routes_answer(&server).await;
    for route in routes {
        for (target, params) in route.targets {
            for method in ALL {
                answers(&server, route, method, target, params).await;
            }
        }
    }
}

async fn the_first_routes_answer(server: &Serving) {
    let rows = [
        ("GET", "/", 200, "Hello, World!"),
        ("GET", "/api/users/1", 200, r#"{"id":1,"name":"Ada"}"#),
        ("GET", "/api/users/2", 200, r#"{"id":2,"name":"Grace"}"#),
        ("DELETE", "/api/users/2", 204, ""),
    ];
    for (method, target, status, text) in rows {
        let answer = send(server, method, target, &[], "").await;
        assert_eq!((answer.status, answer.text().trim_end()), (status, text), "{method} {target}: {answer:?}");
    }
    for method in ["GET", "DELETE"] {
        let missing = send(server, method, "/api/users/3", &[], "").await;
        assert_eq!(missing.status, 404, "{method}: {missing:?}");
    }
    let user = send(server, "GET", "/api/users/1", &[], "").await;
    assert!(user.header("content-type").starts_with("application/json"), "{user:?}");
}

/// Whether a method is answered as starters answer it, or refused where the route was not to have it.
async fn answers(server: &Serving, route: &Started, method: &str, target: &str, params: &str) {
    let is_told = |method: &str| route.methods.contains(&method);
    let body = if ["POST", "PUT", "PATCH"].contains(&method) { "ten letters" } else { "" };
    let answer = send(server, method, target, &[], body).await;
    let from_body = format!("{params} from {} bytes\n", body.len());
    let (status, text) = match method {
        "HEAD" if is_told("HEAD") || is_told("GET") => (200, String::new()),
        "OPTIONS" => (204, String::new()),
        _ if !is_told(method) => (405, answer.text().to_owned()),
        "GET" => (200, format!("read{params}\n")),
        "POST" => (201, format!("created{from_body}")),
        "PUT" => (200, format!("replaced{from_body}")),
        "PATCH" => (200, format!("changed{from_body}")),
        "DELETE" if params.is_empty() => (204, String::new()),
        "DELETE" => (200, format!("removed{params}\n")),
        _ => (405, String::new()),
    };
    assert_eq!((answer.status, answer.text()), (status, text.as_str()), "{method} {target}: {answer:?}");
    if method == "OPTIONS" || status == 405 {
        assert_eq!(answer.header("allow"), allowed(route.methods), "{method} {target}: {answer:?}");
    }
}

/// HEAD comes with GET, and OPTIONS with anything.
fn allowed(told: &[&str]) -> String {
    let mut methods = told.to_vec();
    methods.extend(told.contains(&"GET").then_some("HEAD"));
    methods.push("OPTIONS");
    methods.sort_unstable();
    methods.dedup();
    methods.join(", ")
}
