//! Types of a site's routes for Python: a module for each, with what its directory captures as a `TypedDict`, and a
//! `Request` that has it. The build takes the module of a route that imports it into the component.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::Route;
use crate::pattern::{Param, Takes};

/// Where the package lies, below the site: the directory above it is for the paths of editors and checkers.
pub(super) const FOLDER: &str = ".routelet/types/python/routelet_types";
const INIT: &str = "__init__";

pub(super) fn is_route_file(source: &Path) -> bool {
    source.extension().is_some_and(|end| end == "py")
}

/// Each module's file, relative to the site, and its text.
pub(super) fn modules(routes: &[Route<'_>]) -> Vec<(PathBuf, String)> {
    let about = "\"\"\"What the routes of this site capture. Written by `routelet typegen`, `dev` and `build`.\"\"\"\n";
    let mut modules = BTreeMap::from([(INIT.to_owned(), about.to_owned())]);
    for route in routes {
        let name = name_of(&route.literal);
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let free = [name.clone()].into_iter().chain(numbered).find(|name| !modules.contains_key(name));
        modules.extend(free.map(|name| (name, module(route))));
    }
    if routes.is_empty() {
        return Vec::new();
    }
    modules.into_iter().map(|(name, text)| (Path::new(FOLDER).join(name).with_extension("py"), text)).collect()
}

/// Removes the modules of routes that are gone, so that nobody goes on importing them.
pub(super) fn remove_others(site: &Path, written: &[PathBuf]) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(site.join(FOLDER)) else { return Ok(()) };
    for entry in entries {
        let name = entry?.file_name();
        let file = Path::new(FOLDER).join(&name);
        if file.extension().is_some_and(|end| end == "py") && !written.contains(&file) {
            fs::remove_file(site.join(file))?;
        }
    }
    Ok(())
}

/// `users_id` for `/users/[id]`: a name that an import may have, on file systems that tell no case apart too.
fn name_of(literal: &str) -> String {
    let letters = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' };
    let spaced: String = literal.chars().map(letters).collect();
    let name = spaced.split_whitespace().collect::<Vec<_>>().join("_");
    match name.chars().next() {
        None => "index".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        Some(_) if KEYWORDS.contains(&name.as_str()) => format!("{name}_"),
        Some(_) => name,
    }
}

fn module(route: &Route<'_>) -> String {
    let fields: Vec<_> = route.params.iter().map(field).collect();
    let is_one_optional = route.params.iter().any(|param| param.takes == Takes::ZeroOrMore);
    let (typing, not_required) = if is_one_optional { ("TYPE_CHECKING, Final", NOT_REQUIRED) } else { ("Final", "") };
    format!(
        "\"\"\"What one route captures. Written by `routelet typegen`, `dev` and `build`.\"\"\"\n\n\
         from typing import {typing}, TypedDict\n\nimport routelet\n\n{not_required}\
         PATTERN: Final = {}\n\n\
         Params = TypedDict(\"Params\", {{{}}})\n\n\
         #: A request to this route.\nRequest = routelet.Request[Params]\n",
        quoted(&route.literal),
        fields.join(", ")
    )
}

/// It came to `typing` with 3.11; components have 3.14, and whoever checks types knows `typing_extensions`.
const NOT_REQUIRED: &str = "if TYPE_CHECKING:\n    from typing_extensions import NotRequired\n\
                            else:\n    from typing import NotRequired\n\n";

fn field(param: &Param) -> String {
    let kind = match param.takes {
        Takes::One => "str",
        Takes::OneOrMore => "list[str]",
        Takes::ZeroOrMore => "NotRequired[list[str]]",
    };
    format!("{}: {kind}", quoted(&param.name))
}

/// A text as a literal, which Python reads as JSON does.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Words in lower case that name no module.
const KEYWORDS: [&str; 32] = [
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "try", "while", "with", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn named(sources: &[&str]) -> Vec<(String, String)> {
        let routes: Vec<_> = sources.iter().filter_map(|source| Route::of(Path::new(source))).collect();
        let name = |file: PathBuf| file.file_stem().expect("a name").to_string_lossy().into_owned();
        modules(&routes).into_iter().map(|(file, text)| (name(file), text)).collect()
    }

    #[test]
    fn each_route_has_a_module_with_its_params() {
        let rows = [
            ("app/route.py", "index", "TypedDict(\"Params\", {})"),
            ("app/users/[id]/route.py", "users_id", "TypedDict(\"Params\", {\"id\": str})"),
            ("app/docs/[...path]/route.py", "docs_path", "{\"path\": list[str]})"),
            ("app/(a)/[A-b]/[[...c]]/route.py", "a_b_c", "{\"A-b\": str, \"c\": NotRequired[list[str]]})"),
            ("app/class/route.py", "class_", "PATTERN: Final = \"/class\""),
            ("app/2026/route.py", "_2026", "PATTERN: Final = \"/2026\""),
            ("app/%5F_init__/route.py", "init", "PATTERN: Final = \"/__init__\""),
            ("app/%22%0A%5C/route.py", "index", "PATTERN: Final = \"/\\\"\\n\\\\\""),
        ];
        for (source, name, expected) in rows {
            let modules = named(&[source]);
            assert_eq!(modules.len(), 2, "{source}: itself and the package's own");
            let found = modules.iter().find(|(found, _)| found == name);
            assert!(found.is_some_and(|(_, text)| text.contains(expected)), "{source}:\n{modules:#?}");
        }
    }

    #[test]
    fn names_of_modules_stay_apart() {
        let modules = named(&["app/users/[id]/route.py", "app/users/id/route.py", "app/Users-Id/route.py"]);
        let names: Vec<_> = modules.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["__init__", "users_id", "users_id_2", "users_id_3"]);
    }
}
