//! How a site and a route start in TypeScript and JavaScript: the route file that Next.js knows. It never
//! writes a file.

use super::{
    method::{Method, allowed},
    names::{Spelling, variables},
    starter::{Starter, Wanted},
};
use crate::{
    pattern::{Takes, url_of},
    typegen::quoted,
};

pub(super) static TYPESCRIPT: Starter = Starter {
    extension: "ts",
    route: |wanted| route(wanted, true),
    hello: include_str!("../../templates/hello.js"),
    user: include_str!("../../templates/user.ts"),
    files: &[("tsconfig.json", include_str!("../../templates/tsconfig.json"))],
    manifest: None,
};

pub(super) static JAVASCRIPT: Starter = Starter {
    extension: "js",
    route: |wanted| route(wanted, false),
    hello: include_str!("../../templates/hello.js"),
    user: include_str!("../../templates/user.js"),
    files: &[("jsconfig.json", include_str!("../../templates/tsconfig.json"))],
    manifest: None,
};

fn route(wanted: &Wanted<'_>, is_typed: bool) -> String {
    let Wanted { pattern, params, methods } = wanted;
    let names: Vec<_> = methods.iter().map(|method| method.name()).collect();
    let taken = Params::of(wanted, is_typed);
    let mut text =
        format!("// {} on {pattern}. Each exported function answers the method of its name.\n", names.join(", "));
    if is_typed && taken.uses_request(methods) {
        text.push_str("import type { NextRequest } from 'next/server'\n");
    }
    if !params.is_empty() {
        text.push_str("\n// Params arrive as text, decoded; there is a promise of them, as Next.js has it.");
    }
    for method in *methods {
        text.push('\n');
        text.push_str(&function(*method, &taken, methods));
    }
    text
}

/// The params of a route, in the forms that a function needs them in.
struct Params {
    is_typed: bool,
    /// `RouteContext<'/users/[id]'>`.
    context: String,
    /// `{ id, rest = [] }`, or nothing.
    pattern: String,
    /// ` ${id} ${rest.join('/')}`: what stands for them in a template literal.
    places: String,
}

impl Params {
    fn of(wanted: &Wanted<'_>, is_typed: bool) -> Self {
        let variables = variables(wanted.params, Spelling::Camel, &TAKEN);
        let mut taken = Vec::new();
        let mut places = String::new();
        for (param, variable) in wanted.params.iter().zip(&variables) {
            let name = if param.name == *variable { String::new() } else { format!("{}: ", quoted(&param.name)) };
            let absent = if param.takes == Takes::ZeroOrMore { " = []" } else { "" };
            taken.push(format!("{name}{variable}{absent}"));
            places.push_str(&match param.takes {
                Takes::One => format!(" ${{{variable}}}"),
                Takes::OneOrMore | Takes::ZeroOrMore => format!(" ${{{variable}.join('/')}}"),
            });
        }
        let pattern = if taken.is_empty() { String::new() } else { format!("{{ {} }}", taken.join(", ")) };
        let context = format!("RouteContext<{}>", quoted(&url_of(wanted.pattern)));
        Self { is_typed, context, pattern, places }
    }

    fn uses_request(&self, methods: &[Method]) -> bool {
        methods.iter().any(|method| match method {
            Method::Get | Method::Delete => !self.pattern.is_empty(),
            Method::Post | Method::Put | Method::Patch => true,
            Method::Head | Method::Options => false,
        })
    }

    /// What a function takes that reads the params, the body or both.
    fn arguments(&self) -> String {
        let (request, context) =
            if self.is_typed { (": NextRequest", format!(": {}", self.context)) } else { ("", String::new()) };
        if self.pattern.is_empty() {
            return format!("request{request}");
        }
        format!("request{request}, {{ params }}{context}")
    }

    /// The line that reads them, where there are any.
    fn read(&self) -> String {
        if self.pattern.is_empty() { String::new() } else { format!("  const {} = await params\n", self.pattern) }
    }

    fn reading(&self, name: &str, word: &str) -> String {
        if self.pattern.is_empty() {
            return format!("export async function {name}() {{\n  return new Response('{word}\\n')\n}}\n");
        }
        let (arguments, read, places) = (self.arguments(), self.read(), &self.places);
        format!("export async function {name}({arguments}) {{\n{read}  return new Response(`{word}{places}\\n`)\n}}\n")
    }

    fn writing(&self, name: &str, word: &str, options: &str) -> String {
        let (arguments, read, places) = (self.arguments(), self.read(), &self.places);
        format!(
            "export async function {name}({arguments}) {{\n{read}  const body = await request.arrayBuffer()\n  \
             return new Response(`{word}{places} from ${{body.byteLength}} bytes\\n`{options})\n}}\n"
        )
    }
}

fn function(method: Method, params: &Params, methods: &[Method]) -> String {
    match method {
        Method::Get => params.reading("GET", "read"),
        Method::Head => "// Without it the host runs GET and drops the body.\n\
             export async function HEAD() {\n  return new Response(null)\n}\n"
            .to_owned(),
        Method::Post => params.writing("POST", "created", ", { status: 201 }"),
        Method::Put => params.writing("PUT", "replaced", ""),
        Method::Patch => params.writing("PATCH", "changed", ""),
        Method::Delete if params.pattern.is_empty() => {
            "export async function DELETE() {\n  return new Response(null, { status: 204 })\n}\n".to_owned()
        }
        Method::Delete => params.reading("DELETE", "removed"),
        Method::Options => format!(
            "// Without it the host answers 204 with Allow and starts no instance.\n\
             export async function OPTIONS() {{\n  \
             return new Response(null, {{ status: 204, headers: {{ allow: '{}' }} }})\n}}\n",
            allowed(methods)
        ),
    }
}

/// Words that the language keeps for itself in a module, and the names that the starter uses.
const TAKEN: [&str; 53] = [
    "arguments",
    "await",
    "body",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "params",
    "private",
    "protected",
    "public",
    "request",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "yield",
    "async",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    fn starter(pattern: &str, methods: &str, is_typed: bool) -> String {
        let words: Vec<_> = methods.split(',').map(str::to_owned).collect();
        let params = Pattern::parse(pattern).unwrap().params;
        let methods = Method::parse_all(&words).unwrap();
        route(&Wanted { pattern, params: &params, methods: &methods }, is_typed)
    }

    #[test]
    fn a_starter_reads_as_a_person_would_write_it() {
        let expected = r"// GET, POST on /users/[id]. Each exported function answers the method of its name.
import type { NextRequest } from 'next/server'

// Params arrive as text, decoded; there is a promise of them, as Next.js has it.
export async function GET(request: NextRequest, { params }: RouteContext<'/users/[id]'>) {
  const { id } = await params
  return new Response(`read ${id}\n`)
}

export async function POST(request: NextRequest, { params }: RouteContext<'/users/[id]'>) {
  const { id } = await params
  const body = await request.arrayBuffer()
  return new Response(`created ${id} from ${body.byteLength} bytes\n`, { status: 201 })
}
";
        assert_eq!(starter("/users/[id]", "post,GET,get", true), expected);
    }

    #[test]
    fn params_are_read_by_their_names() {
        let rows = [
            ("/", "export async function GET() {"),
            ("/[a]/[b-c]", "const { a, 'b-c': bC } = await params"),
            ("/[a]/[...b]", "`read ${a} ${b.join('/')}\\n`"),
            ("/[[...b]]", "const { b = [] } = await params"),
            ("/[class]", "const { 'class': classParam } = await params"),
            ("/[it's]", "const { 'it\\'s': itS } = await params"),
        ];
        for (pattern, expected) in rows {
            let text = starter(pattern, "GET", false);
            assert!(text.contains(expected), "{pattern}:\n{text}");
        }
        assert!(starter("/(a)/_b/[id]", "GET", true).contains("RouteContext<'/_b/[id]'>"), "the URL, without groups");
    }
}
