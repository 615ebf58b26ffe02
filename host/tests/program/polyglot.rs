//! One site in six languages while it is written: each save is one language's business, and so is each
//! failure. It takes longer than other tests, since six toolchains work in it.

use std::{fs, time::SystemTime};

use routelet_tests::{
    binary::{Program, Serving},
    site::Answer,
};

use crate::{PROGRAM, developing::Draft, languages::send};

/// A route in one language: it answers GET with a sentence that begins with `one`, and fails on POST.
struct Route {
    target: &'static str,
    file: &'static str,
    text: &'static str,
    /// What makes no sense to its compiler when it is doubled.
    once: &'static str,
    /// How its tools say that they work.
    working: &'static [&'static str],
    /// Why POST fails, as the page of `dev` has it.
    failure: &'static str,
}

const SCRIPTS: &[&str] = &["building 1 route in TypeScript and JavaScript"];

const ROUTES: [Route; 6] = [
    Route {
        target: "/rs",
        file: "app/rs/route.rs",
        text: "use routelet_sdk::prelude::*;\n\n#[get]\nasync fn read() -> &'static str {\n    \"one from rust\"\n}\n\n\
               #[post]\nasync fn fail() -> &'static str {\n    panic!(\"<canary> of rust\")\n}\n",
        once: "fn read(",
        working: &["Compiling ", "Finished "],
        failure: "&lt;canary&gt; of rust",
    },
    Route {
        target: "/ts",
        file: "app/ts/route.ts",
        text: "export const GET = (): Response => new Response('one from typescript')\n\
               export const POST = () => ({ plain: 'object' }) as unknown as Response\n",
        once: "new Response(",
        working: SCRIPTS,
        failure: "POST returned a plain object; expected a Response",
    },
    Route {
        target: "/js",
        file: "app/js/route.js",
        text: "export const GET = () => new Response('one from javascript')\n\
               export const POST = () => { throw new Error('<canary> of javascript') }\n",
        once: "new Response(",
        working: SCRIPTS,
        failure: "Error: &lt;canary&gt; of javascript",
    },
    Route {
        target: "/py",
        file: "app/py/route.py",
        text: "from routelet import get, post\n\n\n@get\ndef read():\n    return 'one from python'\n\n\n\
               @post\ndef fail():\n    raise ValueError('<canary> of python')\n",
        once: "read(",
        working: &["building 1 route in Python"],
        failure: "ValueError: &lt;canary&gt; of python",
    },
    Route {
        target: "/c",
        file: "app/c/route.c",
        text: "#include <routelet.h>\n#include <stdio.h>\n#include <stdlib.h>\n\n\
               ROUTELET_GET(request, response) { routelet_sendf(response, \"one from c\"); }\n\
               ROUTELET_POST(request, response) { fprintf(stderr, \"<canary> of c\\n\"); abort(); }\n",
        once: "routelet_sendf(",
        working: &["building 1 route in C"],
        failure: "&lt;canary&gt; of c",
    },
    Route {
        target: "/go",
        file: "app/go/route.go",
        text: "package main\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n\n\troutelet \"github.com/routelet/routelet/guest-sdk/go\"\n)\n\n\
               func main() {\n\
               \troutelet.HandleGet(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, \"one from go\") })\n\
               \troutelet.HandlePost(func(w http.ResponseWriter, r *http.Request) { panic(\"<canary> of go\") })\n}\n",
        once: "fmt.Fprint(",
        working: &["building 1 route in Go"],
        failure: "&lt;canary&gt; of go",
    },
];

/// What every language's tools say when they work.
const WORKING: [&str; 3] = ["building ", "Compiling ", "Finished "];
const STANZA: &str = "[[example]]\nname = \"rs\"\ncrate-type = [\"cdylib\"]\npath = \"app/rs/route.rs\"\n";
const SEGMENT: &str = "[limits]\ncompile-time = \"10m\"\n";

fn draft() -> Draft {
    let draft = Draft::started("polyglot");
    fs::remove_dir_all(draft.path().join("app")).expect("it was started with one");
    for Route { file, text, .. } in &ROUTES {
        draft.write(file, text);
    }
    draft.write("app/segment.toml", SEGMENT);
    draft.write("lib/word.ts", "export const word: string = 'one of the library'\n");
    let manifest = fs::read_to_string(draft.path().join("Cargo.toml")).expect("it was started with one");
    let package = manifest.split("[[example]]").next().expect("there is always one");
    draft.write("Cargo.toml", &format!("{package}{STANZA}"));
    draft.build();
    draft
}

#[tokio::test]
async fn a_site_in_six_languages_is_written_side_by_side() {
    let draft = draft();
    let server = draft.dev().await;
    for route in &ROUTES {
        assert!(get(&server, route).await.text().starts_with("one from "), "{}", route.file);
        fails_with_its_reason(&server, route).await;
    }
    for route in &ROUTES {
        a_save_is_its_own_business(&draft, &server, route).await;
    }
    what_is_imported_later_is_watched(&draft, &server).await;
    drop(server);
    nothing_is_shown_where_it_is_served(&draft).await;
}

async fn get(server: &Serving, route: &Route) -> Answer {
    send(server, "GET", route.target, &[], "").await
}

async fn fails_with_its_reason(server: &Serving, route: &Route) {
    let page = send(server, "POST", route.target, &[("accept", "text/html")], "").await;
    assert_eq!((page.status, page.header("content-type")), (500, "text/html; charset=utf-8"), "{page:?}");
    assert!(page.text().contains(route.failure), "{}: {}", route.file, page.text());
    let folder = route.file.rsplit_once('/').expect("a path").0;
    assert!(page.text().contains(&format!("POST {} in {folder}<", route.target)), "{}", page.text());
}

/// Broken, it is out of service alone; mended, it answers anew, and no other route was touched.
async fn a_save_is_its_own_business(draft: &Draft, server: &Serving, route: &Route) {
    let before = components(draft);
    let seen = server.log().len();
    draft.edit(route.file, route.once, &route.once.repeat(2));
    server.logged_after(seen, "reloaded in ").await;
    let broken = send(server, "GET", route.target, &[("accept", "text/html")], "").await;
    assert_eq!(broken.status, 503, "{broken:?}");
    assert!(broken.text().contains(route.file), "{}", broken.text());
    for other in ROUTES.iter().filter(|other| other.file != route.file) {
        assert_eq!(get(server, other).await.status, 200, "{} while {} is broken", other.file, route.file);
    }
    let seen = server.log().len();
    draft.edit_all(route.file, &[(&route.once.repeat(2), route.once), ("one from", "two from")]);
    server.logged_after(seen, "reloaded in ").await;
    assert!(get(server, route).await.text().starts_with("two from "), "{}", route.file);
    for (file, (old, new)) in ROUTES.iter().map(|it| it.file).zip(before.iter().zip(components(draft))) {
        assert_eq!(*old != new, file == route.file, "{file} after a save of {}", route.file);
    }
    let log = server.log().split_off(seen);
    let working: Vec<_> = log.iter().filter(|line| WORKING.iter().any(|word| line.contains(word))).collect();
    let is_its_own = |line: &&String| route.working.iter().any(|word| line.contains(word));
    assert!(!working.is_empty() && working.iter().all(is_its_own), "{}: {working:#?}", route.file);
}

/// When each component was last written.
fn components(draft: &Draft) -> Vec<SystemTime> {
    let component = |route: &Route| draft.path().join(".routelet/dev").join(route.file).with_extension("wasm");
    let written = |file| fs::metadata(file).expect("it was built").modified().expect("Linux knows");
    ROUTES.iter().map(component).map(written).collect()
}

async fn what_is_imported_later_is_watched(draft: &Draft, server: &Serving) {
    let saved = async |save: &dyn Fn()| {
        let seen = server.log().len();
        save();
        server.logged_after(seen, "reloaded in ").await;
        send(server, "GET", "/ts", &[], "").await
    };
    let import = "import { word } from '../../lib/word'\nexport const GET = () => new Response(word)\n";
    assert_eq!(saved(&|| draft.write("app/ts/route.ts", import)).await.text(), "one of the library");
    assert_eq!(saved(&|| draft.edit("lib/word.ts", "one", "two")).await.text(), "two of the library");
    let broken = saved(&|| draft.edit("lib/word.ts", "const word", "const word word")).await;
    assert!(broken.status == 503 && broken.text().contains("lib/word.ts"), "{broken:?}");
    assert_eq!(saved(&|| draft.edit("lib/word.ts", "word word", "word")).await.text(), "two of the library");
    let other = import.replace("lib/word", "lib/later");
    assert_eq!(saved(&|| draft.write("app/ts/route.ts", &other)).await.status, 503, "it is not there yet");
    let later = "export const word = 'three of the library'\n";
    assert_eq!(saved(&|| draft.write("lib/later.ts", later)).await.text(), "three of the library");
}

async fn nothing_is_shown_where_it_is_served(draft: &Draft) {
    let server = Program::at(PROGRAM).serve(&draft.path().join(".routelet/dev")).await;
    for route in ROUTES.iter().filter(|route| route.target != "/ts") {
        let answer = send(&server, "POST", route.target, &[("accept", "text/html")], "").await;
        assert_eq!(answer.status, 500, "{}: {answer:?}", route.file);
        assert!(!answer.text().contains("canary") && !answer.text().contains("<h1>"), "{}: {answer:?}", route.file);
    }
}
