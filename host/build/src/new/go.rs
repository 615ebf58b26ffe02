//! How a site and a route start in Go. It never writes a file.

use super::{
    method::{Method, allowed},
    names::quoted,
    starter::{Starter, Wanted},
};
use crate::pattern::Takes;

pub(super) static GO: Starter = Starter {
    extension: "go",
    route,
    hello: include_str!("../../templates/hello.go"),
    user: include_str!("../../templates/user.go"),
    // So that gopls finds the SDK, and routes the packages of the site.
    files: &[("go.mod", include_str!("../../templates/module.txt"))],
    manifest: None,
};

fn route(wanted: &Wanted<'_>) -> String {
    let Wanted { pattern, methods, .. } = wanted;
    let names: Vec<_> = methods.iter().map(|method| method.name()).collect();
    let taken = Params::of(wanted);
    let mut text = format!(
        "// {} on {pattern}. Each handler answers the method it is set for.\npackage main\n\nimport (\n",
        names.join(", ")
    );
    for package in imported(methods, &taken) {
        text.push_str(&format!("\t\"{package}\"\n"));
    }
    text.push_str("\n\troutelet \"github.com/routelet/routelet/guest-sdk/go\"\n)\n\n");
    text.push_str("// main runs before the first request and only sets the handlers.\nfunc main() {\n");
    for method in *methods {
        text.push_str(&format!("\troutelet.Handle{}({})\n", titled(*method), named(*method)));
    }
    text.push_str("}\n");
    text.push_str(taken.comment);
    for method in *methods {
        text.push('\n');
        text.push_str(&function(*method, &taken, methods));
    }
    text
}

fn imported(methods: &[Method], params: &Params) -> Vec<&'static str> {
    let writes = methods.iter().any(|method| matches!(method, Method::Post | Method::Put | Method::Patch));
    let prints = methods.iter().any(|method| match method {
        Method::Get | Method::Post | Method::Put | Method::Patch => true,
        Method::Delete => !params.values.is_empty(),
        Method::Head | Method::Options => false,
    });
    let mut packages = Vec::new();
    packages.extend(prints.then_some("fmt"));
    packages.extend(writes.then_some("io"));
    packages.push("net/http");
    packages
}

/// The params of a route, in the forms that a function needs them in.
struct Params {
    /// How they are read, where there are any.
    comment: &'static str,
    /// ` %s %s`: what stands for them in a format.
    places: String,
    /// `, r.PathValue("id"), r.PathValue("rest")`
    values: String,
}

impl Params {
    fn of(wanted: &Wanted<'_>) -> Self {
        let takes_many = wanted.params.iter().any(|param| param.takes != Takes::One);
        let comment = match (wanted.params.is_empty(), takes_many) {
            (true, _) => "",
            (false, false) => "\n// Params are text, decoded.",
            (false, true) => {
                "\n// Params are text, decoded. The pieces of a catch-all are joined by slashes; routelet.Params has them\n\
                 // one by one."
            }
        };
        let value = |name: &str| format!(", r.PathValue({})", quoted(name));
        Self {
            comment,
            places: " %s".repeat(wanted.params.len()),
            values: wanted.params.iter().map(|param| value(&param.name)).collect(),
        }
    }

    fn reading(&self, method: Method, word: &str) -> String {
        let Self { places, values, .. } = self;
        let line = match values.is_empty() {
            true => format!("\tfmt.Fprint(w, \"{word}\\n\")\n"),
            false => format!("\tfmt.Fprintf(w, \"{word}{places}\\n\"{values})\n"),
        };
        handler(method, &line)
    }

    fn writing(&self, method: Method, word: &str, status: &str) -> String {
        let Self { places, values, .. } = self;
        handler(
            method,
            &format!(
                "\tbody, err := io.ReadAll(r.Body)\n\tif err != nil {{\n\t\t\
                 http.Error(w, \"the body broke off\", http.StatusBadRequest)\n\t\treturn\n\t}}\n{status}\t\
                 fmt.Fprintf(w, \"{word}{places} from %d bytes\\n\"{values}, len(body))\n"
            ),
        )
    }
}

fn function(method: Method, params: &Params, methods: &[Method]) -> String {
    let status = |name: &str| format!("\tw.WriteHeader(http.Status{name})\n");
    match method {
        Method::Get => params.reading(method, "read"),
        Method::Head => {
            format!("// Without it the host runs GET and drops the body.\n{}", handler(method, &status("OK")))
        }
        Method::Post => params.writing(method, "created", &status("Created")),
        Method::Put => params.writing(method, "replaced", ""),
        Method::Patch => params.writing(method, "changed", ""),
        Method::Delete if params.values.is_empty() => handler(method, &status("NoContent")),
        Method::Delete => params.reading(method, "removed"),
        Method::Options => format!(
            "// Without it the host answers 204 with Allow and starts no instance.\n{}",
            handler(method, &format!("\tw.Header().Set(\"Allow\", \"{}\")\n{}", allowed(methods), status("NoContent")))
        ),
    }
}

fn handler(method: Method, lines: &str) -> String {
    format!("func {}(w http.ResponseWriter, r *http.Request) {{\n{lines}}}\n", named(method))
}

/// What the starter calls the handler of a method.
fn named(method: Method) -> &'static str {
    match method {
        Method::Get => "read",
        Method::Head => "look",
        Method::Post => "create",
        Method::Put => "replace",
        Method::Patch => "change",
        Method::Delete => "remove",
        Method::Options => "allow",
    }
}

/// `Get`, as the SDK's functions spell it.
fn titled(method: Method) -> String {
    let (first, rest) = method.name().split_at(1);
    first.to_owned() + &rest.to_ascii_lowercase()
}

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
        let expected = r#"// GET, POST on /users/[id]. Each handler answers the method it is set for.
package main

import (
	"fmt"
	"io"
	"net/http"

	routelet "github.com/routelet/routelet/guest-sdk/go"
)

// main runs before the first request and only sets the handlers.
func main() {
	routelet.HandleGet(read)
	routelet.HandlePost(create)
}

// Params are text, decoded.
func read(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "read %s\n", r.PathValue("id"))
}

func create(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "the body broke off", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintf(w, "created %s from %d bytes\n", r.PathValue("id"), len(body))
}
"#;
        assert_eq!(starter("/users/[id]", "post,GET,get"), expected);
    }

    #[test]
    fn params_are_read_by_their_names() {
        let rows = [
            ("/", "\tfmt.Fprint(w, \"read\\n\")\n"),
            ("/[a]/[b-c]", "\"read %s %s\\n\", r.PathValue(\"a\"), r.PathValue(\"b-c\"))"),
            ("/[a]/[...b]", "// Params are text, decoded. The pieces of a catch-all are joined by slashes;"),
            ("/[[...b]]", "\"read %s\\n\", r.PathValue(\"b\"))"),
            ("/[a\"b]", "r.PathValue(\"a\\\"b\")"),
        ];
        for (pattern, expected) in rows {
            let text = starter(pattern, "GET");
            assert!(text.contains(expected), "{pattern}:\n{text}");
        }
    }

    #[test]
    fn what_is_imported_is_used() {
        let rows = [
            ("/", "GET", "\t\"fmt\"\n\t\"net/http\"\n"),
            ("/", "HEAD,DELETE", "import (\n\t\"net/http\"\n"),
            ("/[id]", "DELETE", "\t\"fmt\"\n\t\"net/http\"\n"),
            ("/", "PUT", "\t\"fmt\"\n\t\"io\"\n\t\"net/http\"\n"),
        ];
        for (pattern, methods, expected) in rows {
            let text = starter(pattern, methods);
            assert!(text.contains(expected), "{pattern} {methods}:\n{text}");
        }
    }

    #[test]
    fn every_method_has_a_handler() {
        let text = starter("/x", "GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS");
        assert_eq!(text.matches("\troutelet.Handle").count(), 7, "{text}");
        assert_eq!(text.matches("\nfunc ").count(), 8, "{text}");
        assert!(text.contains("\"Allow\", \"DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\""), "{text}");
    }
}
