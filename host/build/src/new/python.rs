//! How a site and a route start in Python. It never writes a file.

use super::{
    method::{Method, allowed},
    names::{Spelling, variables},
    starter::{Starter, Wanted},
};
use crate::pattern::Takes;

pub(super) static PYTHON: Starter = Starter {
    extension: "py",
    route,
    hello: include_str!("../../templates/hello.py"),
    user: include_str!("../../templates/user.py"),
    // So that editors find the SDK.
    files: &[("pyrightconfig.json", include_str!("../../templates/pyrightconfig.json"))],
    manifest: None,
};

fn route(wanted: &Wanted<'_>) -> String {
    let Wanted { pattern, params, methods } = wanted;
    let taken = Params::of(wanted);
    let names: Vec<_> = methods.iter().map(|method| method.name()).collect();
    let mut text = format!(
        "\"\"\"{} on {}. Each function answers the method of its decorator.\"\"\"\n\nfrom routelet import {}\n",
        names.join(", "),
        pattern.replace('\\', "\\\\"),
        imported(methods, &taken).join(", ")
    );
    if !params.is_empty() {
        text.push_str("\n\n# Params arrive as the types asked for; what does not parse as one answers 400.\n");
    }
    for (index, method) in methods.iter().enumerate() {
        text.push_str(if index == 0 && !params.is_empty() { "" } else { "\n\n" });
        text.push_str(&function(*method, &taken, methods));
    }
    text
}

fn imported(methods: &[Method], params: &Params) -> Vec<String> {
    let reads = methods.iter().any(|method| matches!(method, Method::Post | Method::Put | Method::Patch));
    let makes = methods.iter().any(|method| match method {
        Method::Head | Method::Post | Method::Options => true,
        Method::Delete => params.arguments.is_empty(),
        Method::Get | Method::Put | Method::Patch => false,
    });
    let mut names = Vec::new();
    names.extend(reads.then(|| "Request".to_owned()));
    names.extend(makes.then(|| "Response".to_owned()));
    let mut decorators: Vec<_> = methods.iter().map(|method| method.name().to_ascii_lowercase()).collect();
    decorators.sort();
    names.extend(decorators);
    names
}

/// The params of a route, in the forms that a function needs them in.
struct Params {
    /// `id: str, rest: list[str]`.
    arguments: String,
    /// ` {id} {'/'.join(rest)}`: what stands for them in an f-string.
    places: String,
}

impl Params {
    fn of(wanted: &Wanted<'_>) -> Self {
        let variables = variables(wanted.params, Spelling::Snake, &TAKEN);
        let named = wanted.params.iter().zip(&variables);
        // An argument has the name of its param, or else all of them come together.
        let by_name = named.clone().all(|(param, variable)| spelled(&param.name) == *variable);
        let mut arguments = Vec::new();
        let mut places = String::new();
        for (param, variable) in named {
            let key = format!("params[{}]", quoted(&param.name));
            let value = match (by_name, param.takes) {
                (true, _) => variable.clone(),
                (false, Takes::One | Takes::OneOrMore) => key,
                (false, Takes::ZeroOrMore) => format!("params.get({}, [])", quoted(&param.name)),
            };
            let (kind, place) = match param.takes {
                Takes::One => ("str", value),
                Takes::OneOrMore | Takes::ZeroOrMore => ("list[str]", format!("'/'.join({value})")),
            };
            arguments.push(format!("{variable}: {kind}"));
            places.push_str(&format!(" {{{place}}}"));
        }
        let arguments = if by_name { arguments.join(", ") } else { "params: dict".to_owned() };
        Self { arguments, places }
    }

    fn reading(&self, decorator: &str, name: &str, word: &str) -> String {
        let (arguments, places) = (&self.arguments, &self.places);
        let f = if places.is_empty() { "" } else { "f" };
        format!("@{decorator}\nasync def {name}({arguments}):\n    return {f}\"{word}{places}\\n\"\n")
    }

    fn writing(&self, decorator: &str, name: &str, word: &str) -> String {
        let comma = if self.arguments.is_empty() { "" } else { ", " };
        let (arguments, places) = (&self.arguments, &self.places);
        let text = format!("f\"{word}{places} from {{len(body)}} bytes\\n\"");
        let answer = if decorator == "post" { format!("Response({text}, 201)") } else { text };
        format!(
            "@{decorator}\nasync def {name}(request: Request{comma}{arguments}):\n    \
             body = await request.body()\n    return {answer}\n"
        )
    }
}

fn function(method: Method, params: &Params, methods: &[Method]) -> String {
    match method {
        Method::Get => params.reading("get", "read", "read"),
        Method::Head => "# Without it the host runs GET and drops the body.\n\
             @head\nasync def look():\n    return Response()\n"
            .to_owned(),
        Method::Post => params.writing("post", "create", "created"),
        Method::Put => params.writing("put", "replace", "replaced"),
        Method::Patch => params.writing("patch", "change", "changed"),
        Method::Delete if params.arguments.is_empty() => {
            "@delete\nasync def remove():\n    return Response(status=204)\n".to_owned()
        }
        Method::Delete => params.reading("delete", "remove", "removed"),
        Method::Options => format!(
            "# Without it the host answers 204 with Allow and starts no instance.\n\
             @options\nasync def allow():\n    return Response(status=204, headers={{\"allow\": \"{}\"}})\n",
            allowed(methods)
        ),
    }
}

/// A param's name as an argument spells it.
fn spelled(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Words that the language keeps for itself, and the names that the starter uses.
const TAKEN: [&str; 40] = [
    "and", "as", "assert", "async", "await", "body", "break", "class", "continue", "def", "del", "elif", "else",
    "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "len", "nonlocal", "not", "or",
    "params", "pass", "raise", "request", "return", "try", "while", "with", "yield", "match", "case", "type", "print",
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
        let expected = r#""""GET, POST on /users/[id]. Each function answers the method of its decorator."""

from routelet import Request, Response, get, post


# Params arrive as the types asked for; what does not parse as one answers 400.
@get
async def read(id: str):
    return f"read {id}\n"


@post
async def create(request: Request, id: str):
    body = await request.body()
    return Response(f"created {id} from {len(body)} bytes\n", 201)
"#;
        assert_eq!(starter("/users/[id]", "post,GET,get"), expected);
    }

    #[test]
    fn params_are_read_by_their_names() {
        let rows = [
            ("/", "async def read():\n    return \"read\\n\""),
            ("/[a]/[b-c]", "async def read(a: str, b_c: str):\n    return f\"read {a} {b_c}\\n\""),
            ("/[a]/[...b]", "async def read(a: str, b: list[str]):\n    return f\"read {a} {'/'.join(b)}\\n\""),
            ("/[[...b]]", "async def read(b: list[str]):\n    return f\"read {'/'.join(b)}\\n\""),
            ("/[class]", "async def read(params: dict):\n    return f\"read {params['class']}\\n\""),
            ("/[Id]/[[...b]]", "{params['Id']} {'/'.join(params.get('b', []))}"),
        ];
        for (pattern, expected) in rows {
            let text = starter(pattern, "GET");
            assert!(text.contains(expected), "{pattern}:\n{text}");
        }
    }

    #[test]
    fn every_method_has_a_function() {
        let text = starter("/x", "GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS");
        let imports = "from routelet import Request, Response, delete, get, head, options, patch, post, put\n";
        assert!(text.contains(imports), "{text}");
        assert_eq!(text.matches("\n@").count(), 7, "{text}");
    }
}
