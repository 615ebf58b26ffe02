//! The first text of a `route.rs`: working, idiomatic, to be changed. It never writes a file.

use super::{
    NewError,
    pattern::{Param, Takes},
};

/// A method that a route may export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

const METHODS: [Method; 7] =
    [Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch, Method::Delete, Method::Options];

impl Method {
    /// Reads `GET,POST`; as methods are usually typed, case does not matter here.
    pub(super) fn parse_all(words: &[String]) -> Result<Vec<Self>, NewError> {
        let parse = |word: &String| {
            let same = |method: &Self| method.name().eq_ignore_ascii_case(word);
            METHODS.into_iter().find(same).ok_or_else(|| NewError::Method { method: word.clone() })
        };
        let mut methods = words.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        methods.sort();
        methods.dedup();
        Ok(methods)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }
}

/// The text for a route of that pattern and those methods.
pub(super) fn rust(pattern: &str, params: &[Param], methods: &[Method]) -> String {
    let names: Vec<_> = methods.iter().map(|method| format!("`{}`", method.name())).collect();
    let arguments = Arguments::of(params);
    let mut text =
        format!("//! {} on `{pattern}`.\n\nuse routelet_sdk::prelude::*;\n{}", names.join(", "), arguments.declared);
    if !params.is_empty() {
        text.push_str("\n// Params arrive as the types asked for; what does not parse as one answers 400.");
    }
    for method in methods {
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
        let variables = variables(params);
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
            handler("options", "describe", "", &allowed(methods))
        ),
    }
}

fn handler(attribute: &str, name: &str, arguments: &str, answer: &str) -> String {
    format!("#[{attribute}]\nasync fn {name}({arguments}) -> impl IntoResponse {{\n    {answer}\n}}\n")
}

fn allowed(methods: &[Method]) -> String {
    let mut names: Vec<_> = methods.iter().map(|method| method.name()).collect();
    if names.contains(&"GET") && !names.contains(&"HEAD") {
        names.push("HEAD");
    }
    names.sort_unstable();
    format!("(StatusCode::NO_CONTENT, [(\"allow\", \"{}\")])", names.join(", "))
}

/// A variable for each param, no two alike.
fn variables(params: &[Param]) -> Vec<String> {
    let mut variables: Vec<String> = Vec::new();
    for param in params {
        let name = variable(param);
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        variables.extend(candidates.find(|candidate| !variables.contains(candidate)));
    }
    variables
}

/// The param's name as a variable of Rust.
fn variable(param: &Param) -> String {
    let letters = param.name.chars().map(|letter| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '_',
    });
    let name: String = letters.collect();
    let name = name.trim_matches('_');
    match name.chars().next() {
        None => "param".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("param_{name}"),
        Some(_) if is_taken(name) => format!("{name}_param"),
        Some(_) => name.to_owned(),
    }
}

/// Words that Rust keeps for itself, and the name the starter uses for the body.
fn is_taken(name: &str) -> bool {
    const WORDS: [&str; 43] = [
        "abstract", "as", "async", "await", "become", "body", "box", "break", "const", "continue", "crate", "do",
        "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
        "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct",
        "super", "trait", "true", "type",
    ];
    const MORE: [&str; 9] = ["try", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield"];
    WORDS.contains(&name) || MORE.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::{super::pattern::Pattern, *};

    fn starter(pattern: &str, methods: &str) -> String {
        let words: Vec<_> = methods.split(',').map(str::to_owned).collect();
        let params = Pattern::parse(pattern).unwrap().params;
        rust(pattern, &params, &Method::parse_all(&words).unwrap())
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
            ("/[a-b]/[a_b]", "read(Path((a_b, a_b_2)): Path<(String, String)>)"),
            ("/[type]", "read(Path(type_param): Path<String>)"),
            ("/[Über]", "read(Path(ber): Path<String>)"),
            ("/[2]", "read(Path(param_2): Path<String>)"),
        ];
        for (pattern, expected) in rows {
            let text = starter(pattern, "GET");
            assert!(text.contains(expected), "{pattern}:\n{text}");
        }
    }

    #[test]
    fn an_unknown_method_is_named() {
        let said = Method::parse_all(&["TRACE".to_owned()]).unwrap_err().to_string();
        assert!(said.starts_with("`TRACE` is no method of a route; expected some of GET"), "{said}");
    }
}
