//! How a site and a route start in C. It never writes a file.

use super::{
    method::{Method, allowed},
    names::{Spelling, quoted, variables},
    starter::{Starter, Wanted},
};
use crate::pattern::Takes;

pub(super) static C: Starter = Starter {
    extension: "c",
    route,
    hello: include_str!("../../templates/hello.c"),
    user: include_str!("../../templates/user.c"),
    // So that clangd finds the SDK.
    files: &[("compile_flags.txt", include_str!("../../templates/compile_flags.txt"))],
    manifest: None,
};

fn route(wanted: &Wanted<'_>) -> String {
    let Wanted { pattern, params, methods } = wanted;
    let names: Vec<_> = methods.iter().map(|method| method.name()).collect();
    let joins =
        methods.iter().any(|method| answers_params(*method)) && params.iter().any(|param| takes_many(param.takes));
    let reads_body = methods.iter().any(|method| takes_body(*method));
    // Between `//` and the end of a line, no pattern means anything.
    let mut text = format!("// {} on {pattern}. Each macro declares the handler of its method.\n", names.join(", "));
    text.push_str(if reads_body { "#include <errno.h>\n" } else { "" });
    text.push_str("#include <routelet.h>\n");
    text.push_str(if joins { "#include <stdlib.h>\n#include <string.h>\n" } else { "" });
    text.push_str(if joins { JOINED } else { "" });
    text.push_str(if reads_body { READ_BODY } else { "" });
    if !params.is_empty() {
        text.push_str("\n// Params are text, decoded, and found by their names.");
    }
    let taken = Params::of(wanted);
    for method in *methods {
        text.push('\n');
        text.push_str(&function(*method, &taken, methods));
    }
    text
}

const JOINED: &str = r#"
// The pieces of a catch-all, which come one by one, with slashes between them.
static const char *joined(routelet_request *request, const char *name) {
    const char *piece;
    size_t length = 0;
    for (size_t at = 0; (piece = routelet_param_at(request, name, at)) != NULL; at++) length += strlen(piece) + 1;
    char *text = routelet_alloc(request, length + 1), *end = text;
    // Without memory there is no answer: the client gets 500.
    if (text == NULL) abort();
    *end = '\0';
    for (size_t at = 0; (piece = routelet_param_at(request, name, at)) != NULL; at++) {
        if (at > 0) *end++ = '/';
        end = stpcpy(end, piece);
    }
    return text;
}
"#;

const READ_BODY: &str = r"
// How long a body may be; a longer one is answered with 413.
#define BODY_BYTES_MAX (1024 * 1024)

// The whole body, or NULL once the answer says what is wrong with it.
static const char *read_body(routelet_request *request, routelet_response *response, size_t *length) {
    const char *body = routelet_body(request, BODY_BYTES_MAX, length);
    if (body == NULL) routelet_status(response, errno == EMSGSIZE ? 413 : 400);
    return body;
}
";

fn takes_many(takes: Takes) -> bool {
    match takes {
        Takes::One => false,
        Takes::OneOrMore | Takes::ZeroOrMore => true,
    }
}

fn takes_body(method: Method) -> bool {
    match method {
        Method::Post | Method::Put | Method::Patch => true,
        Method::Get | Method::Head | Method::Delete | Method::Options => false,
    }
}

fn answers_params(method: Method) -> bool {
    match method {
        Method::Get | Method::Post | Method::Put | Method::Patch | Method::Delete => true,
        Method::Head | Method::Options => false,
    }
}

/// The params of a route, in the forms that a function needs them in.
struct Params {
    /// The lines that read them.
    read: String,
    /// ` %s %s`: what stands for them in a format.
    places: String,
    /// `, id, rest`
    values: String,
}

impl Params {
    fn of(wanted: &Wanted<'_>) -> Self {
        let mut taken = Self { read: String::new(), places: String::new(), values: String::new() };
        for (param, variable) in wanted.params.iter().zip(variables(wanted.params, Spelling::Snake, &TAKEN)) {
            let reader = if takes_many(param.takes) { "joined" } else { "routelet_param" };
            let name = quoted(&param.name);
            taken.read.push_str(&format!("    const char *{variable} = {reader}(request, {name});\n"));
            taken.places.push_str(" %s");
            taken.values.push_str(&format!(", {variable}"));
        }
        taken
    }

    fn reading(&self, name: &str, word: &str) -> String {
        let Self { read, places, values } = self;
        handler(name, &format!("{read}    routelet_sendf(response, \"{word}{places}\\n\"{values});\n"))
    }

    fn writing(&self, name: &str, word: &str, status: &str) -> String {
        let Self { read, places, values } = self;
        handler(
            name,
            &format!(
                "{read}    size_t length;\n    const char *body = read_body(request, response, &length);\n    \
                 if (body == NULL) return;\n{status}    \
                 routelet_sendf(response, \"{word}{places} from %zu bytes\\n\"{values}, length);\n"
            ),
        )
    }
}

fn function(method: Method, params: &Params, methods: &[Method]) -> String {
    match method {
        Method::Get => params.reading("GET", "read"),
        Method::Head => format!(
            "// Without it the host runs GET and drops the body.\n{}",
            handler("HEAD", "    routelet_status(response, 200);\n")
        ),
        Method::Post => params.writing("POST", "created", "    routelet_status(response, 201);\n"),
        Method::Put => params.writing("PUT", "replaced", ""),
        Method::Patch => params.writing("PATCH", "changed", ""),
        Method::Delete if params.values.is_empty() => handler("DELETE", "    routelet_status(response, 204);\n"),
        Method::Delete => params.reading("DELETE", "removed"),
        Method::Options => format!(
            "// Without it the host answers 204 with Allow and starts no instance.\n{}",
            handler(
                "OPTIONS",
                &format!(
                    "    routelet_set_header(response, \"allow\", \"{}\");\n    routelet_status(response, 204);\n",
                    allowed(methods)
                )
            )
        ),
    }
}

fn handler(method: &str, lines: &str) -> String {
    format!("ROUTELET_{method}(request, response) {{\n{lines}}}\n")
}

/// Words that the language keeps for itself, and the names that the starter uses.
const TAKEN: [&str; 57] = [
    "alignas",
    "alignof",
    "asm",
    "auto",
    "body",
    "bool",
    "break",
    "case",
    "char",
    "const",
    "constexpr",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "errno",
    "extern",
    "false",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "joined",
    "length",
    "long",
    "nullptr",
    "read_body",
    "register",
    "request",
    "response",
    "restrict",
    "return",
    "short",
    "signed",
    "size_t",
    "sizeof",
    "static",
    "static_assert",
    "struct",
    "switch",
    "thread_local",
    "true",
    "typedef",
    "typeof",
    "typeof_unqual",
    "union",
    "unix",
    "linux",
    "unsigned",
    "void",
    "volatile",
    "wasm",
    "while",
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
        let expected = r#"// GET, POST on /users/[id]. Each macro declares the handler of its method.
#include <errno.h>
#include <routelet.h>

// How long a body may be; a longer one is answered with 413.
#define BODY_BYTES_MAX (1024 * 1024)

// The whole body, or NULL once the answer says what is wrong with it.
static const char *read_body(routelet_request *request, routelet_response *response, size_t *length) {
    const char *body = routelet_body(request, BODY_BYTES_MAX, length);
    if (body == NULL) routelet_status(response, errno == EMSGSIZE ? 413 : 400);
    return body;
}

// Params are text, decoded, and found by their names.
ROUTELET_GET(request, response) {
    const char *id = routelet_param(request, "id");
    routelet_sendf(response, "read %s\n", id);
}

ROUTELET_POST(request, response) {
    const char *id = routelet_param(request, "id");
    size_t length;
    const char *body = read_body(request, response, &length);
    if (body == NULL) return;
    routelet_status(response, 201);
    routelet_sendf(response, "created %s from %zu bytes\n", id, length);
}
"#;
        assert_eq!(starter("/users/[id]", "post,GET,get"), expected);
    }

    #[test]
    fn params_are_read_by_their_names() {
        let rows = [
            ("/", "ROUTELET_GET(request, response) {\n    routelet_sendf(response, \"read\\n\");\n}\n"),
            ("/[a]/[b-c]", "    routelet_sendf(response, \"read %s %s\\n\", a, b_c);\n"),
            ("/[a]/[...b]", "    const char *b = joined(request, \"b\");\n"),
            ("/[[...b]]", "    const char *b = joined(request, \"b\");\n"),
            ("/[struct]", "    const char *struct_param = routelet_param(request, \"struct\");\n"),
            ("/[a\"b]", "    const char *a_b = routelet_param(request, \"a\\\"b\");\n"),
            ("/100%25/[id]", "    routelet_sendf(response, \"read %s\\n\", id);\n"),
        ];
        for (pattern, expected) in rows {
            let text = starter(pattern, "GET");
            assert!(text.contains(expected), "{pattern}:\n{text}");
        }
    }

    #[test]
    fn helpers_are_there_where_something_calls_them() {
        let rows = [
            ("/[...rest]", "GET", true, false),
            ("/[...rest]", "HEAD,OPTIONS", false, false),
            ("/[id]", "DELETE", false, false),
            ("/[id]", "PATCH", false, true),
        ];
        for (pattern, methods, joins, reads_body) in rows {
            let text = starter(pattern, methods);
            assert_eq!(text.contains("*joined("), joins, "{pattern} {methods}:\n{text}");
            assert_eq!(text.contains("*read_body("), reads_body, "{pattern} {methods}:\n{text}");
        }
    }

    #[test]
    fn every_method_has_a_handler() {
        let text = starter("/x", "GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS");
        assert_eq!(text.matches("\nROUTELET_").count(), 7, "{text}");
        assert!(text.contains("\"allow\", \"DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\""), "{text}");
    }
}
