//! Starts a route in a site: its source, and the lines of the manifest that build it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, Item};

use super::{
    NewError, io_error, manifest, package_name,
    pattern::Pattern,
    starter::{self, Method},
    write_new,
};
use crate::rust::{MANIFEST, Stanza, stanza};

/// What a new route is to be.
#[derive(Debug, Clone)]
pub struct NewRoute {
    /// The URL pattern: `/users/[id]`.
    pub pattern: String,
    /// The extension of its source: `rs`.
    pub language: String,
    /// The methods it starts with; `GET` where none is named.
    pub methods: Vec<String>,
}

/// The site that `from` lies in: the nearest directory upwards that holds `app/` beside `Cargo.toml`
/// or `routelet.toml`.
pub fn find_site(from: &Path) -> Result<PathBuf, NewError> {
    let absolute = std::path::absolute(from).map_err(|source| io_error(from, source))?;
    let is_site = |directory: &&Path| {
        let has_file = |name| directory.join(name).is_file();
        directory.join("app").is_dir() && (has_file(MANIFEST) || has_file("routelet.toml"))
    };
    absolute.ancestors().find(is_site).map(Path::to_owned).ok_or(NewError::NoSite { from: absolute.clone() })
}

/// Starts a route in `site`. Returns its source, relative to the site.
///
/// ```no_run
/// use routelet_build::{NewRoute, find_site, new_route};
///
/// let site = find_site(".".as_ref())?;
/// let route = NewRoute {
///     pattern: "/users/[id]".to_owned(),
///     language: "rs".to_owned(),
///     methods: vec!["GET".to_owned(), "DELETE".to_owned()],
/// };
/// println!("wrote {}", new_route(&site, &route)?.display());
/// # Ok::<(), routelet_build::NewError>(())
/// ```
pub fn new_route(site: &Path, route: &NewRoute) -> Result<PathBuf, NewError> {
    if route.language != "rs" {
        return Err(NewError::Language { language: route.language.clone() });
    }
    let pattern = Pattern::parse(&route.pattern)?;
    let mut methods = Method::parse_all(&route.methods)?;
    if methods.is_empty() {
        methods.push(Method::Get);
    }
    let directory = Path::new("app").join(&pattern.directory);
    refuse_if_answered(site, &directory)?;
    let source = directory.join("route.rs");
    let manifest = manifest_with(site, &source)?;
    let text = starter::rust(&route.pattern, &pattern.params, &methods);
    write_new(&site.join(&source), &text)?;
    replace(&site.join(MANIFEST), &manifest)?;
    Ok(source)
}

fn refuse_if_answered(site: &Path, directory: &Path) -> Result<(), NewError> {
    let names = ["rs", "ts", "js", "py", "c", "go", "wasm"].map(|end| format!("route.{end}"));
    let mut files = names.iter().map(String::as_str).chain(["page.html"]).map(|name| directory.join(name));
    match files.find(|file| site.join(file).symlink_metadata().is_ok()) {
        Some(file) => Err(NewError::Answered { file }),
        None => Ok(()),
    }
}

/// The manifest's text with the new route in it; everything else stays to the letter.
fn manifest_with(site: &Path, source: &Path) -> Result<String, NewError> {
    let file = site.join(MANIFEST);
    let before = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => manifest(&package_name(site)),
        Err(error) => return Err(io_error(&file, error)),
    };
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

/// Whoever reads the manifest meanwhile, rust-analyzer for one, sees the old or the new, never half.
fn replace(file: &Path, text: &str) -> Result<(), NewError> {
    let unfinished = file.with_extension("toml.part");
    fs::write(&unfinished, text).and_then(|()| fs::rename(&unfinished, file)).map_err(|source| io_error(file, source))
}
