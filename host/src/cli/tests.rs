//! Commands as they are typed, and everything they say.

use std::{fs, path::Path};

use super::*;

/// How a command ended and what it said.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    exit: Exit,
    results: String,
    people: String,
}

/// Types a command in which `DIR` stands for `folder`, as it does in what was said.
fn typed(folder: &Path, words: &[&str]) -> Ended {
    let folder = folder.to_str().unwrap();
    let words: Vec<String> = words.iter().map(|word| word.replace("DIR", folder)).collect();
    let command = parse(["routelet".to_owned()].into_iter().chain(words.clone()).map(OsString::from));
    let (mut results, mut people) = (Vec::new(), Vec::new());
    let Command::Brief(brief) = command.unwrap() else { panic!("{words:?} does not end by itself") };
    let mut screen = Screen::new(&mut results, &mut people);
    let ended = tokio::runtime::Runtime::new().unwrap().block_on(run(brief, &mut screen));
    let exit = ended.unwrap_or_else(|stop| {
        people.extend(stop.reasons.iter().flat_map(|reason| format!("{reason}\n").into_bytes()));
        stop.exit
    });
    let said = |bytes| String::from_utf8(bytes).unwrap().replace(folder, "DIR");
    Ended { exit, results: said(results), people: said(people) }
}

fn ended(exit: Exit, results: &str, people: &str) -> Ended {
    Ended { exit, results: results.to_owned(), people: people.to_owned() }
}

const COMPONENT: &str = r#"(component
    (import "wasi:io/poll@0.2.0" (instance))
    (import "wasi:http/types@0.2.0" (instance $types
        (export "incoming-request" (type (sub resource)))
        (export "response-outparam" (type (sub resource)))))
    (alias export $types "incoming-request" (type $request))
    (alias export $types "response-outparam" (type $out))
    (core module $code (func (export "f") (param i32 i32)))
    (core instance $core (instantiate $code))
    (func $f (param "request" (own $request)) (param "response-out" (own $out)) (canon lift (core func $core "f")))
    (instance $it (export "handle" (func $f)))
    (export "NAME" (instance $it)))"#;

/// A folder with `route.wasm` in it, which exports the interface `name`.
fn folder_with(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let bytes = wat::parse_str(COMPONENT.replace("NAME", name)).unwrap();
    fs::write(folder.path().join("route.wasm"), bytes).unwrap();
    folder
}

#[test]
fn inspect_shows_a_component() {
    let folder = folder_with("routelet:route/get@0.2.0");
    let shown = typed(folder.path(), &["inspect", "DIR/route.wasm"]);
    let bytes = fs::metadata(folder.path().join("route.wasm")).unwrap().len();
    assert_eq!((shown.exit, shown.people.as_str()), (Exit::Done, ""));
    let (before, after) = shown.results.split_once("sha256   ").unwrap();
    assert_eq!(before, format!("kind     route\nmethods  GET\nbytes    {bytes}\n"));
    let (sha256, after) = after.split_once('\n').unwrap();
    assert_eq!(sha256.len(), 64);
    assert_eq!(
        after,
        "section  none\nexports  routelet:route/get@0.2.0\nimports  wasi:io/poll@0.2.0\n         wasi:http/types@0.2.0\n"
    );
}

#[test]
fn inspect_gives_scripts_their_names() {
    let folder = folder_with("wasi:http/incoming-handler@0.2.3");
    typed(folder.path(), &["stamp", "DIR/route.wasm", "--methods", "PUT,GET"]);
    let shown = typed(folder.path(), &["inspect", "--json", "DIR/route.wasm"]);
    let found: serde_json::Value = serde_json::from_str(&shown.results).unwrap();
    assert_eq!(found["kind"], "wasi-0.2");
    assert_eq!(found["methods"], serde_json::json!(["GET", "PUT"]));
    assert_eq!(found["exports"], serde_json::json!(["wasi:http/incoming-handler@0.2.3"]));
    assert_eq!(found["imports"], serde_json::json!(["wasi:io/poll@0.2.0", "wasi:http/types@0.2.0"]));
    assert_eq!(found["section"], serde_json::json!({"version": 1, "methods": ["GET", "PUT"]}));
    assert_eq!(found["sha256"].as_str().unwrap().len(), 64);
    let bytes = fs::metadata(folder.path().join("route.wasm")).unwrap().len();
    assert_eq!(found["bytes"], bytes);
    assert_eq!(found.as_object().unwrap().len(), 7);
}

#[test]
fn stamp_writes_in_place_or_elsewhere() {
    let folder = folder_with("wasi:http/incoming-handler@0.2.3");
    let file = folder.path().join("route.wasm");
    let before = fs::read(&file).unwrap();
    let elsewhere = typed(folder.path(), &["stamp", "DIR/route.wasm", "--methods=POST", "--output=DIR/stamped.wasm"]);
    assert_eq!(elsewhere, ended(Exit::Done, "", "DIR/stamped.wasm: declares POST\n"));
    assert_eq!(fs::read(&file).unwrap(), before);
    let in_place = typed(folder.path(), &["stamp", "DIR/route.wasm", "--methods=POST"]);
    assert_eq!(in_place, ended(Exit::Done, "", "DIR/route.wasm: declares POST\n"));
    assert_eq!(fs::read(&file).unwrap(), fs::read(folder.path().join("stamped.wasm")).unwrap());
}

#[test]
fn stamp_keeps_what_a_section_says_beside_methods() {
    let folder = folder_with("wasi:http/incoming-handler@0.2.3");
    let file = folder.path().join("route.wasm");
    let options = r#""dynamic":"force-static","maxDuration":30,"regions":["a",null]}"#;
    let contents = format!(r#"routelet{{"version":1,"methods":["GET"],{options}"#);
    let mut bytes = fs::read(&file).unwrap();
    bytes.extend_from_slice(&[0, u8::try_from(contents.len() + 1).unwrap(), 8]);
    bytes.extend_from_slice(contents.as_bytes());
    fs::write(&file, &bytes).unwrap();
    let shown = typed(folder.path(), &["inspect", "DIR/route.wasm"]).results;
    assert!(shown.contains(&format!(r#"section  {{"version":1,"methods":["GET"],{options}"#)), "{shown}");
    assert_eq!(typed(folder.path(), &["stamp", "DIR/route.wasm", "--methods", "POST"]).exit, Exit::Done);
    let shown = typed(folder.path(), &["inspect", "DIR/route.wasm"]).results;
    assert!(shown.contains(&format!(r#"section  {{"version":1,"methods":["POST"],{options}"#)), "{shown}");
}

#[test]
fn stamp_repairs_a_faulty_section() {
    let folder = folder_with("wasi:http/incoming-handler@0.2.3");
    let file = folder.path().join("route.wasm");
    let mut bytes = fs::read(&file).unwrap();
    bytes.extend_from_slice(b"\0\x0b\x08routelet{}");
    fs::write(&file, &bytes).unwrap();
    assert_eq!(
        typed(folder.path(), &["inspect", "DIR/route.wasm"]),
        ended(
            Exit::Failed,
            "",
            concat!(
                "DIR/route.wasm: has a custom section `routelet` that does not parse: ",
                "missing field `version` at line 1 column 2; expected one custom section `routelet`, ",
                r#"such as {"version":1,"methods":["GET"]}; "#,
                "write it again with `routelet stamp FILE.wasm --methods GET,POST`\n",
            )
        )
    );
    assert_eq!(typed(folder.path(), &["stamp", "DIR/route.wasm", "--methods", "GET"]).exit, Exit::Done);
    assert_eq!(typed(folder.path(), &["inspect", "DIR/route.wasm"]).exit, Exit::Done);
}

#[test]
fn stamp_refuses_methods_that_are_not_there() {
    let folder = folder_with("routelet:route/get@0.2.0");
    let file = folder.path().join("route.wasm");
    let before = fs::read(&file).unwrap();
    assert_eq!(
        typed(folder.path(), &["stamp", "DIR/route.wasm", "--methods", "GET,POST"]),
        ended(
            Exit::Failed,
            "",
            "DIR/route.wasm: declares the method POST, which the component does not export; \
             expected some of GET; remove the method, or export its interface from the component\n"
        )
    );
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_missing_file_is_one_message() {
    let folder = tempfile::tempdir().unwrap();
    for words in [&["inspect", "DIR/route.wasm"] as &[&str], &["stamp", "DIR/route.wasm", "--methods", "GET"]] {
        assert_eq!(
            typed(folder.path(), words),
            ended(Exit::Failed, "", "DIR/route.wasm: does not exist; expected a file to read; check the path\n")
        );
    }
    assert_eq!(
        typed(folder.path(), &["build", "DIR/site"]),
        ended(Exit::Failed, "", "DIR/site: does not exist; expected a directory; check the path\n")
    );
}

#[test]
fn what_makes_no_sense_is_misuse() {
    for words in [
        &[] as &[&str],
        &["serv"],
        &["inspect"],
        &["inspect", "a.wasm", "--jsn"],
        &["stamp", "a.wasm"],
        &["stamp", "a.wasm", "--methods", "FOO"],
        &["new"],
        &["new", "route"],
        &["new", "route", "/x", "--methods", ""],
    ] {
        let words = ["routelet"].iter().chain(words).map(OsString::from);
        assert!(parse(words).unwrap_err().use_stderr());
    }
    for words in [["routelet", "--help"], ["routelet", "--version"]] {
        assert!(!parse(words.map(OsString::from)).unwrap_err().use_stderr());
    }
}

#[test]
fn the_help_of_new_names_every_language_it_writes() {
    let mut typed = <Typed as clap::CommandFactory>::command();
    let new = typed.find_subcommand_mut("new").unwrap();
    let languages: Vec<_> = routelet_build::languages().collect();
    let (last, others) = languages.split_last().unwrap();
    let expected = format!("by its extension: {} or {last}", others.join(", "));
    for help in [new.render_long_help(), new.find_subcommand_mut("route").unwrap().render_long_help()] {
        let words: Vec<_> = help.to_string().split_whitespace().map(str::to_owned).collect();
        assert!(words.join(" ").contains(&expected), "{expected} in\n{help}");
    }
}

#[test]
fn every_argument_is_explained() {
    <Typed as clap::CommandFactory>::command().debug_assert();
}
