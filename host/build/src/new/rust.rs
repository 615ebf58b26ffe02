//! How a site and a route start in Rust: a `route.rs`, and its stanza in the manifest. It never writes a
//! file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, Item};

use super::{
    NewError, io_error,
    method::{Method, allowed},
    names::{Spelling, variables},
    package_name,
    starter::{Manifest, Starter, Wanted},
};
use crate::{
    pattern::{Param, Takes},
    rust::{MANIFEST, Stanza, stanza},
    sdk,
};

pub(super) static RUST: Starter = Starter {
    extension: "rs",
    route,
    hello: include_str!("../../templates/hello.rs"),
    user: include_str!("../../templates/user.rs"),
    files: &[],
    manifest: Some(Manifest { file: MANIFEST, naming: manifest_with, first: &[("Cargo.lock", sdk::LOCK)] }),
};

fn route(wanted: &Wanted<'_>) -> String {
    let Wanted { pattern, params, methods } = wanted;
    let names: Vec<_> = methods.iter().map(|method| format!("`{}`", method.name())).collect();
    let arguments = Arguments::of(params);
    let mut text =
        format!("//! {} on `{pattern}`.\n\nuse routelet_sdk::prelude::*;\n{}", names.join(", "), arguments.declared);
    if !params.is_empty() {
        text.push_str("\n// Params arrive as the types asked for; what does not parse as one answers 400.");
    }
    for method in *methods {
        text.push('\n');
        text.push_str(&function(*method, &arguments, methods));
    }
    text
}

/// The params of a route, in the forms that a function needs them in.
#[derive(Default)]
struct Arguments {
    /// The struct that the extractor fills, where a tuple does not do.
    declared: String,
    /// `Path(id): Path<String>`, or nothing.
    extractor: String,
    /// ` {id} {}`: what stands for them in a format string.
    places: String,
    /// `, rest.join("/")`: the values of the places without a name.
    values: String,
}

impl Arguments {
    fn of(params: &[Param]) -> Self {
        let variables = variables(params, Spelling::Snake, &TAKEN);
        let names = variables.join(", ");
        let types: Vec<_> = params.iter().map(|param| param.takes.rust_type()).collect();
        let may_be_absent = params.iter().any(|param| param.takes == Takes::ZeroOrMore);
        let mut arguments = match params {
            [] => Self::default(),
            [_] => Self::taking(&format!("Path({names}): Path<{}>", types[0])),
            // A tuple wants every param to be there.
            _ if may_be_absent => Self {
                declared: declaration(params, &variables),
                ..Self::taking(&format!("Path(Params {{ {names} }}): Path<Params>"))
            },
            _ => Self::taking(&format!("Path(({names})): Path<({})>", types.join(", "))),
        };
        for (param, variable) in params.iter().zip(variables) {
            arguments.mention(param.takes, &variable);
        }
        arguments
    }

    fn taking(extractor: &str) -> Self {
        Self { extractor: extractor.to_owned(), ..Self::default() }
    }

    fn mention(&mut self, takes: Takes, variable: &str) {
        match takes {
            Takes::One => self.places.push_str(&format!(" {{{variable}}}")),
            Takes::OneOrMore | Takes::ZeroOrMore => {
                self.places.push_str(" {}");
                self.values.push_str(&format!(", {variable}.join(\"/\")"));
            }
        }
    }

    /// A `format!` of `word` and the params, with further places and values behind them.
    fn format(&self, word: &str, places: &str, values: &str) -> String {
        let (own, own_values) = (&self.places, &self.values);
        format!("format!(\"{word}{own}{places}\\n\"{own_values}{values})")
    }

    fn with_body(&self) -> String {
        match self.extractor.as_str() {
            "" => "body: String".to_owned(),
            extractor => format!("{extractor}, body: String"),
        }
    }
}

impl Takes {
    fn rust_type(self) -> &'static str {
        match self {
            Self::One => "String",
            Self::OneOrMore | Self::ZeroOrMore => "Vec<String>",
        }
    }
}

fn declaration(params: &[Param], variables: &[String]) -> String {
    let mut text = "use serde::Deserialize;\n\n#[derive(Deserialize)]\nstruct Params {\n".to_owned();
    for (param, variable) in params.iter().zip(variables) {
        if param.name != *variable {
            text.push_str(&format!("    #[serde(rename = {:?})]\n", param.name));
        }
        if param.takes == Takes::ZeroOrMore {
            text.push_str("    #[serde(default)]\n");
        }
        text.push_str(&format!("    {variable}: {},\n", param.takes.rust_type()));
    }
    text + "}\n"
}

fn function(method: Method, params: &Arguments, methods: &[Method]) -> String {
    let plain = params.extractor.as_str();
    let from_body = |word| params.format(word, " from {} bytes", ", body.len()");
    match method {
        Method::Get if plain.is_empty() => handler("get", "read", "", "\"read\\n\""),
        Method::Get => handler("get", "read", plain, &params.format("read", "", "")),
        Method::Head => format!(
            "// Without it the host runs `GET` and drops the body.\n{}",
            handler("head", "peek", "", "StatusCode::OK")
        ),
        Method::Post => {
            let answer = format!("(StatusCode::CREATED, {})", from_body("created"));
            handler("post", "create", &params.with_body(), &answer)
        }
        Method::Put => handler("put", "replace", &params.with_body(), &from_body("replaced")),
        Method::Patch => handler("patch", "change", &params.with_body(), &from_body("changed")),
        Method::Delete if plain.is_empty() => handler("delete", "remove", "", "StatusCode::NO_CONTENT"),
        Method::Delete => handler("delete", "remove", plain, &params.format("removed", "", "")),
        Method::Options => format!(
            "// Without it the host answers 204 with `Allow` and starts no instance.\n{}",
            handler(
                "options",
                "describe",
                "",
                &format!("(StatusCode::NO_CONTENT, [(\"allow\", \"{}\")])", allowed(methods))
            )
        ),
    }
}

fn handler(attribute: &str, name: &str, arguments: &str, answer: &str) -> String {
    format!("#[{attribute}]\nasync fn {name}({arguments}) -> impl IntoResponse {{\n    {answer}\n}}\n")
}

/// The manifest's text with the new routes in it; everything else stays to the letter.
fn manifest_with(site: &Path, sources: &[PathBuf]) -> Result<String, NewError> {
    let file = site.join(MANIFEST);
    let mut text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => manifest(&package_name(site)),
        Err(error) => return Err(io_error(&file, error)),
    };
    for source in sources {
        text = extended(text, source)?;
    }
    Ok(text)
}

fn extended(before: String, source: &Path) -> Result<String, NewError> {
    let parsed = before.parse::<DocumentMut>();
    let parsed = parsed.map_err(|error| cannot_extend(error.to_string().trim(), stanza::<&str>(source, &[])))?;
    let examples = Examples::of(&parsed);
    let stanza = stanza(source, &examples.names);
    if examples.paths.contains(&stanza.path) {
        return Ok(before);
    }
    // Appended as text: a header at the end of the file is right wherever the last table ended, and
    // a further `[[example]]` leaves nobody's order or comments changed.
    let after = format!("{}\n\n{}", before.trim_end(), stanza.text);
    match after.parse::<DocumentMut>() {
        Ok(_) => Ok(after),
        Err(_) => Err(cannot_extend("`example` is written in a form that takes no [[example]]", stanza)),
    }
}

/// The manifest of a site without routes.
fn manifest(name: &str) -> String {
    include_str!("../../templates/manifest.toml").replace("NAME", name)
}

fn cannot_extend(found: &str, stanza: Stanza) -> NewError {
    NewError::Manifest { found: found.to_owned(), stanza: stanza.text }
}

#[derive(Default)]
struct Examples {
    names: Vec<String>,
    paths: Vec<String>,
}

impl Examples {
    fn of(manifest: &DocumentMut) -> Self {
        let mut examples = Self::default();
        let tables = manifest.get("example").and_then(Item::as_array_of_tables);
        for table in tables.into_iter().flatten() {
            let text = |key| table.get(key).and_then(Item::as_str).map(str::to_owned);
            examples.names.extend(text("name"));
            examples.paths.extend(text("path"));
        }
        examples
    }
}

/// Words that Rust keeps for itself, and the name the starter uses for the body.
const TAKEN: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "body", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    fn starter(pattern: &str, methods: &str) -> String {
        let words: Vec<_> = methods.split(',').map(str::to_owned).collect();
        let params = Pattern::parse(pattern).unwrap().params;
        let methods = Method::parse_all(&words).unwrap();
        route(&Wanted { pattern, params: &params, methods: &methods })
    }

    #[test]
    fn a_starter_reads_as_a_person_would_write_it() {
        let expected = r#"//! `GET`, `POST` on `/users/[id]`.

use routelet_sdk::prelude::*;

// Params arrive as the types asked for; what does not parse as one answers 400.
#[get]
async fn read(Path(id): Path<String>) -> impl IntoResponse {
    format!("read {id}\n")
}

#[post]
async fn create(Path(id): Path<String>, body: String) -> impl IntoResponse {
    (StatusCode::CREATED, format!("created {id} from {} bytes\n", body.len()))
}
"#;
        assert_eq!(starter("/users/[id]", "post,GET,get"), expected);
    }

    #[test]
    fn params_are_typed_by_how_much_they_take() {
        let rows = [
            ("/", "async fn read() -> impl IntoResponse"),
            ("/[a]/[b-c]", "read(Path((a, b_c)): Path<(String, String)>)"),
            ("/[a]/[...b]", "read(Path((a, b)): Path<(String, Vec<String>)>)"),
            ("/[...b]", "read(Path(b): Path<Vec<String>>)"),
            ("/[[...b]]", "read(Path(b): Path<Vec<String>>)"),
            (
                "/[x-y]/[[...b]]",
                "#[serde(rename = \"x-y\")]\n    x_y: String,\n    #[serde(default)]\n    b: Vec<String>,\n",
            ),
            ("/[a]/[[...b]]", "read(Path(Params { a, b }): Path<Params>)"),
            ("/[type]", "read(Path(type_param): Path<String>)"),
        ];
        for (pattern, expected) in rows {
            let text = starter(pattern, "GET");
            assert!(text.contains(expected), "{pattern}:\n{text}");
        }
    }
}
