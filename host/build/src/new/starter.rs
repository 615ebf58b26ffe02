//! What `routelet new` asks of a language, and the list of those that have it: a further language is
//! one module with one [`Starter`], and one line in [`STARTERS`]. It never writes a file.

use std::path::{Path, PathBuf};

use super::{NewError, c, go, javascript, method::Method, python, rust};
use crate::{pattern::Param, sources::Sources};

/// How a site and a route start in one language.
pub(super) struct Starter {
    /// The extension of its sources, which is also what `--lang` calls it.
    pub(super) extension: &'static str,
    /// The text of a route: commented, as people write it, and answering what [`Wanted`] says.
    pub(super) route: fn(&Wanted<'_>) -> String,
    /// `GET /` of a new site, which answers `Hello, World!` and a line feed.
    pub(super) hello: &'static str,
    /// `GET` and `DELETE /api/users/[id]` of a new site: `{"id":1,"name":"Ada"}` for 1, Grace for 2,
    /// 404 for others; 204 for a deleted one. A line feed may follow the JSON.
    pub(super) user: &'static str,
    /// Files that a site with such routes has, and what they hold; one that exists stays as it is.
    pub(super) files: Files,
    /// The file that has to name a source, where the language's tools do not find it by itself.
    pub(super) manifest: Option<Manifest>,
}

/// Names relative to the site, and texts.
pub(super) type Files = &'static [(&'static str, &'static str)];

/// A file of the site that names its sources.
pub(super) struct Manifest {
    pub(super) file: &'static str,
    /// Its text with these sources in it, as it is to be in that site.
    pub(super) naming: fn(&Path, &[PathBuf]) -> Result<String, NewError>,
    /// What comes with a manifest that was not there.
    pub(super) first: Files,
}

/// What a route is to answer. The starters of all languages answer alike, so that one test asks them all:
///
/// | method | status | body |
/// |---|---|---|
/// | GET | 200 | `read PARAMS` |
/// | HEAD | 200 | |
/// | POST | 201 | `created PARAMS from N bytes` |
/// | PUT | 200 | `replaced PARAMS from N bytes` |
/// | PATCH | 200 | `changed PARAMS from N bytes` |
/// | DELETE | 200, without params 204 | `removed PARAMS`, without params nothing |
/// | OPTIONS | 204, and `allow` as [`super::method::allowed`] says | |
///
/// with ` PARAMS` being a space and the value of each param, the pieces of a catch-all joined by `/`,
/// and a line feed at the end.
pub(super) struct Wanted<'a> {
    /// The pattern as it was typed.
    pub(super) pattern: &'a str,
    /// Its params, by their names and by how much they take.
    pub(super) params: &'a [Param],
    /// Those asked for and no others, sorted, at least one.
    pub(super) methods: &'a [Method],
}

/// Every language that a route can be started in; the first is the one of a site that says nothing.
static STARTERS: [&Starter; 6] =
    [&rust::RUST, &javascript::TYPESCRIPT, &javascript::JAVASCRIPT, &python::PYTHON, &c::C, &go::GO];

/// What each language that a route can be started in is called: the extension of its sources.
pub fn languages() -> impl Iterator<Item = &'static str> {
    STARTERS.into_iter().map(|starter| starter.extension)
}

impl Starter {
    /// The language of that extension.
    pub(super) fn of(language: &str) -> Result<&'static Self, NewError> {
        let found = STARTERS.into_iter().find(|starter| starter.extension == language);
        found.ok_or_else(|| NewError::Language { language: language.to_owned() })
    }

    /// Every file that a new site has for the language's sake, beside the sources and the manifest.
    pub(super) fn files_of_site(&self) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
        self.files.iter().chain(self.manifest.iter().flat_map(|manifest| manifest.first))
    }

    /// Those of them that a new route brings into a site as it is.
    pub(super) fn files_missing_in(&self, site: &Path) -> Vec<(PathBuf, &'static str)> {
        let is_new = |manifest: &&Manifest| !site.join(manifest.file).exists();
        let first = self.manifest.iter().filter(is_new).flat_map(|manifest| manifest.first);
        let files = self.files.iter().chain(first).map(|(file, text)| (site.join(file), *text));
        files.filter(|(file, _)| file.symlink_metadata().is_err()).collect()
    }

    /// The language that most routes of the site are written in.
    pub(super) fn usual_in(site: &Path) -> &'static Self {
        let routes = Sources::find(site).routes;
        let written_in = |starter: &&Starter| {
            routes.iter().filter(|route| route.extension().is_some_and(|end| end == starter.extension)).count()
        };
        // The last of equals would win.
        STARTERS.into_iter().rev().max_by_key(written_in).unwrap_or(STARTERS[0])
    }
}

/// The extensions of all, for a message.
pub(super) fn offered() -> String {
    let names: Vec<_> = languages().map(|language| format!("`{language}`")).collect();
    names.join(", ")
}
