//! Starts a route in a site: its source, and what its language wants beside it. It knows no language.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    NewError, io_error,
    method::Method,
    starter::{Manifest, Starter, Wanted},
    write_new, write_types,
};
use crate::{pattern::Pattern, rust::MANIFEST};

/// What a new route is to be.
#[derive(Debug, Clone)]
pub struct NewRoute {
    /// The URL pattern: `/users/[id]`.
    pub pattern: String,
    /// The extension of its source: `rs`; without it, the language that most routes of the site have.
    pub language: Option<String>,
    /// The methods it starts with; `GET` where none is named.
    pub methods: Vec<String>,
}

/// The site that `from` lies in: the nearest directory upwards that holds `app/` beside `Cargo.toml`,
/// `package.json` or `routelet.toml`.
pub fn find_site(from: &Path) -> Result<PathBuf, NewError> {
    let absolute = std::path::absolute(from).map_err(|source| io_error(from, source))?;
    let is_site = |directory: &&Path| {
        let has_file = |name| directory.join(name).is_file();
        directory.join("app").is_dir() && [MANIFEST, "package.json", "routelet.toml"].into_iter().any(has_file)
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
///     language: Some("rs".to_owned()),
///     methods: vec!["GET".to_owned(), "DELETE".to_owned()],
/// };
/// println!("wrote {}", new_route(&site, &route)?.display());
/// # Ok::<(), routelet_build::NewError>(())
/// ```
pub fn new_route(site: &Path, route: &NewRoute) -> Result<PathBuf, NewError> {
    let starter = match &route.language {
        Some(language) => Starter::of(language)?,
        None => Starter::usual_in(site),
    };
    let pattern = Pattern::parse(&route.pattern).map_err(|(found, way_out)| NewError::Pattern {
        pattern: route.pattern.clone(),
        found,
        way_out,
    })?;
    let methods = Method::parse_all(&route.methods)?;
    let source = Path::new("app").join(&pattern.directory).join(format!("route.{}", starter.extension));
    refuse_if_answered(site, &source)?;
    let naming = |manifest: &Manifest| (manifest.naming)(site, std::slice::from_ref(&source));
    let named = starter.manifest.as_ref().map(naming).transpose()?;
    let wanted = Wanted { pattern: &route.pattern, params: &pattern.params, methods: &methods };
    write_new(&site.join(&source), &(starter.route)(&wanted))?;
    for (file, text) in starter.files_missing_in(site) {
        write_new(&file, text)?;
    }
    if let (Some(manifest), Some(text)) = (&starter.manifest, named) {
        replace(&site.join(manifest.file), &text)?;
    }
    write_types(site)?;
    Ok(source)
}

fn refuse_if_answered(site: &Path, source: &Path) -> Result<(), NewError> {
    let directory = source.parent().unwrap_or(source);
    let names = ["rs", "ts", "js", "py", "c", "go", "wasm"].map(|end| format!("route.{end}"));
    let mut files = names.iter().map(String::as_str).chain(["page.html"]).map(|name| directory.join(name));
    match files.find(|file| site.join(file).symlink_metadata().is_ok()) {
        Some(file) => Err(NewError::Answered { file, new: source.to_owned() }),
        None => Ok(()),
    }
}

/// Whoever reads the file meanwhile, rust-analyzer for one, sees the old or the new, never half.
fn replace(file: &Path, text: &str) -> Result<(), NewError> {
    let unfinished = file.with_extension("toml.part");
    fs::write(&unfinished, text).and_then(|()| fs::rename(&unfinished, file)).map_err(|source| io_error(file, source))
}
