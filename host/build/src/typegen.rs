//! Types of a site's own routes: for TypeScript the params of every directory and a check of every exported
//! method, for Python a module for each route (`python`). It never reads a source.

mod python;

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    Fault,
    pattern::{self, Param, Takes},
    sdk,
    sources::Sources,
};

/// Where the types lie, below the site.
const FOLDER: &str = ".routelet/types";
const WRITTEN: &str = "// Written by `routelet typegen`, `dev` and `build`.\n";

/// A route file in a language that has types for it.
struct Route<'a> {
    /// The source, relative to the site.
    source: &'a Path,
    /// `/users/[id]`: without groups.
    literal: String,
    params: Vec<Param>,
}

/// Writes the types of every route file of `site`, and unpacks the SDK's own, such as those of `next/server`.
/// Returns the files, relative to the site; Rust, C and Go need none, since their compilers and the build hold a
/// route against its directory.
///
/// # Errors
///
/// What keeps the files from being written, and what is wrong with the route tree.
pub fn typegen(site: &Path) -> Result<Vec<PathBuf>, Vec<Fault>> {
    let found = Sources::find(site);
    if !found.faults.is_empty() {
        return Err(found.faults);
    }
    if !found.routes.iter().any(|source| is_route_file(source) || python::is_route_file(source)) {
        return Ok(Vec::new());
    }
    sdk::unpack_if_stale(site, &mut |_| {}).map_err(|error| vec![error.into_fault(site)])?;
    write(site, &found.routes).map_err(|fault| vec![fault])
}

/// Writes the types of the route files among `sources`, touching only what differs.
pub(crate) fn write(site: &Path, sources: &[PathBuf]) -> Result<Vec<PathBuf>, Fault> {
    let of = |is_of: fn(&Path) -> bool| -> Vec<_> {
        sources.iter().filter(|source| is_of(source)).filter_map(|it| Route::of(it)).collect()
    };
    let (typescript, python) = (of(is_route_file), of(python::is_route_file));
    let mut files = Vec::new();
    if !typescript.is_empty() {
        let texts =
            [("routes.d.ts", params(&typescript)), ("validator.ts", validator(&typescript)), ("node.d.ts", node(site))];
        files.extend(texts.map(|(name, text)| (Path::new(FOLDER).join(name), text)));
    }
    files.extend(python::modules(&python));
    for (file, text) in &files {
        put(&site.join(file), text).map_err(|error| unwritable(file, &error))?;
    }
    let written: Vec<_> = files.into_iter().map(|(file, _)| file).collect();
    python::remove_others(site, &written).map_err(|error| unwritable(Path::new(python::FOLDER), &error))?;
    Ok(written)
}

fn unwritable(file: &Path, error: &io::Error) -> Fault {
    Fault::new(file, format!("cannot be written: {error}"), "", "make room, or give the user who builds access")
}

impl<'a> Route<'a> {
    fn of(source: &'a Path) -> Option<Self> {
        let (literal, params) = pattern::of_source(source)?;
        Some(Self { source, literal, params })
    }

    fn is_typed(&self) -> bool {
        self.source.extension().is_some_and(|end| end == "ts")
    }
}

/// A text as a literal of TypeScript.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn is_route_file(source: &Path) -> bool {
    source.extension().is_some_and(|end| end == "ts" || end == "js")
}

fn params(routes: &[Route<'_>]) -> String {
    let mut text = format!("{WRITTEN}\ninterface RouteParams {{\n");
    for route in routes {
        let fields: Vec<_> = route.params.iter().map(field).collect();
        let fields = if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join("; ")) };
        let _ = writeln!(text, "  {}: {fields}", quoted(&route.literal));
    }
    text.push_str(
        "}\n\ndeclare global {\n  /** What a handler gets beside the request, by the directory of its route. */\n  \
         interface RouteContext<Route extends keyof RouteParams> {\n    params: Promise<RouteParams[Route]>\n  }\n}\n\n\
         export type { RouteParams }\n",
    );
    text
}

fn field(param: &Param) -> String {
    let name = if is_identifier(&param.name) { param.name.clone() } else { quoted(&param.name) };
    match param.takes {
        Takes::One => format!("{name}: string"),
        Takes::OneOrMore => format!("{name}: string[]"),
        Takes::ZeroOrMore => format!("{name}?: string[]"),
    }
}

fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// A check is a type parameter's bound, so that the error names the method and the types in full.
fn validator(routes: &[Route<'_>]) -> String {
    let mut text = format!(
        "{WRITTEN}// Compiles if every exported method takes and returns what a route handler does.\n\n\
         import type {{ NextRequest }} from 'next/server'\nimport type {{ RouteParams }} from './routes'\n\n\
         type Answer = Response | void | Promise<Response | void>\n\
         type Handler<Route extends keyof RouteParams> =\n  \
         (request: NextRequest, context: {{ params: Promise<RouteParams[Route]> }}) => Answer\n\
         interface Handlers<Route extends keyof RouteParams> {{\n"
    );
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let _ = writeln!(text, "  {method}?: Handler<Route>");
    }
    text.push_str(
        "}\n\ntype Checked<Route extends keyof RouteParams, Module extends Handlers<Route>> = [Route, Module]\n",
    );
    for (number, route) in routes.iter().filter(|route| route.is_typed()).enumerate() {
        let module = route.source.with_extension("js");
        let module = quoted(&format!("../../{}", module.to_string_lossy().replace('\\', "/")));
        let literal = quoted(&route.literal);
        let _ = write!(
            text,
            "\n// {}\nexport type Route{number} = Checked<{literal}, typeof import({module})>\n",
            route.source.display()
        );
    }
    text
}

/// The types of `process`, `Buffer` and `node:crypto`, unless the site has those of Node.js itself.
fn node(site: &Path) -> String {
    if site.join("node_modules/@types/node").is_dir() {
        return format!("{WRITTEN}// @types/node is installed.\nexport {{}}\n");
    }
    format!("{WRITTEN}/// <reference path=\"../sdk/guest-sdk/js/types/node.d.ts\" />\n")
}

/// A reader sees the old or the new, never half; an editor has nothing to read where nothing changed.
fn put(file: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(file).is_ok_and(|there| there == text) {
        return Ok(());
    }
    fs::create_dir_all(file.parent().unwrap_or(file))?;
    let unfinished = file.with_extension("part");
    fs::write(&unfinished, text)?;
    fs::rename(&unfinished, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_directory_has_its_literal_and_its_params() {
        let rows = [
            ("app/route.ts", "  '/': {}\n"),
            ("app/users/[id]/route.ts", "  '/users/[id]': { id: string }\n"),
            ("app/docs/[...path]/route.js", "  '/docs/[...path]': { path: string[] }\n"),
            ("app/shop/[[...slug]]/route.ts", "  '/shop/[[...slug]]': { slug?: string[] }\n"),
            ("app/(internal)/stats/[a-b]/[c]/route.ts", "  '/stats/[a-b]/[c]': { 'a-b': string; c: string }\n"),
            ("app/%5Fx/caf%C3%A9/route.ts", "  '/_x/café': {}\n"),
        ];
        for (source, expected) in rows {
            let route = Route::of(Path::new(source)).unwrap();
            let text = params(&[route]);
            assert!(text.contains(expected), "{source}:\n{text}");
        }
    }

    #[test]
    fn every_typescript_route_is_checked_by_its_own_literal() {
        let routes = ["app/(a)/x/route.ts", "app/y/route.js"].map(|source| Route::of(Path::new(source)).unwrap());
        let text = validator(&routes);
        assert!(text.contains("Checked<'/x', typeof import('../../app/(a)/x/route.js')>"), "{text}");
        assert!(!text.contains("app/y"), "JavaScript promises no types:\n{text}");
    }
}
