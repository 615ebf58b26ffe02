//! A directory to the files in it that want to be routed, and to everything wrong with them. It
//! compiles nothing, and opens no file while it looks.

mod contention;
mod faults;
mod names;
mod open;
mod public;
mod routes;
mod shares;
mod walk;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

pub(super) use self::contention::Contention;
pub(super) use self::open::{Refused, open_folder, read_whole};
pub use self::open::{open, read};
pub(super) use self::shares::share_of;
use self::{routes::Routes, walk::Walk};
use crate::{Fault, routing::Pattern};

/// The most routes of a site; beyond it the tree is a mistake or an attack, not a site.
pub const ROUTES_MAX: usize = 131_072;

/// The most folders below one another, groups included: as deep as a request path can be.
pub const DEPTH_MAX: usize = 64;

/// The most files and folders a scan looks at, so that it ends soon in any directory.
pub const ENTRIES_MAX: usize = 1_048_576;

/// The file that holds a segment's policy.
pub const SETTINGS_FILE: &str = "segment.toml";

/// How much a scan takes in.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    routes: usize,
    depth: usize,
    entries: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { routes: ROUTES_MAX, depth: DEPTH_MAX, entries: ENTRIES_MAX }
    }
}

/// What a site's directory holds, sorted, and every fault of it together.
///
/// The routes lie in `app` where there is one, else in the directory itself, which then is a tree
/// of routes but for what belongs to the site as a whole (`routelet.toml`, `public`, `dist`,
/// `.routelet`). Private folders are not looked into. Symbolic links are faults wherever they
/// are, so nothing outside the directory is ever reached through it.
#[derive(Debug, Default)]
pub struct Tree {
    /// The files that answer requests, by pattern. Those that contend with another, and those that
    /// cannot be read, are among them: that is a fault already.
    pub routes: Vec<RouteFile>,
    /// The segments' policies, each before those of the folders below it.
    pub settings: Vec<SettingsFile>,
    /// The files served as they are, by path.
    pub public: Vec<PublicFile>,
    /// Everything wrong with the tree, by file.
    pub faults: Vec<Fault>,
}

/// A file that answers requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteFile {
    /// Its path below the site's directory.
    pub file: PathBuf,
    /// Where to open it.
    pub absolute: PathBuf,
    /// What it answers.
    pub pattern: Pattern,
    /// What it is.
    pub kind: FileKind,
    /// The settings files that apply to it, outermost first, as [`SettingsFile::file`] names them.
    pub settings: Arc<[PathBuf]>,
}

/// What answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// `route.wasm`: a component.
    Component,
    /// `page.html`: a static page.
    Page,
    /// `robots.txt`, `icon.png` and the like, at the URL of their own name.
    Metadata,
}

/// A `segment.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    /// Whether it lies at the root of the route tree, and so holds for all of it.
    pub at_root: bool,
    /// Its path below the site's directory.
    pub file: PathBuf,
    /// Where to open it.
    pub absolute: PathBuf,
}

/// A file under `public`, which is served as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicFile {
    /// Its path below the site's directory.
    pub file: PathBuf,
    /// Where to open it.
    pub absolute: PathBuf,
    /// The segments of the one request path it answers; its name is not decoded.
    pub segments: Vec<String>,
}

impl Tree {
    /// Looks through a site's directory.
    ///
    /// It always ends with what it found, so that all faults of a load are reported together;
    /// a tree with faults is the caller's to refuse.
    pub fn scan(site: &Path) -> Self {
        Self::within(site, Bounds::default())
    }

    fn within(site: &Path, bounds: Bounds) -> Self {
        let mut tree = Self::look(site, bounds);
        tree.faults.extend(tree.contention(|_| false).faults());
        tree.faults.sort_by(|one, other| (&one.file, &one.found).cmp(&(&other.file, &other.found)));
        tree
    }

    /// A scan that does not compare routes with one another yet.
    pub(super) fn uncompared(site: &Path) -> Self {
        Self::look(site, Bounds::default())
    }

    fn look(site: &Path, bounds: Bounds) -> Self {
        match fs::metadata(site) {
            Ok(found) if found.is_dir() => Self::found(Walk::new(site, bounds)),
            Ok(_) => Self::faulty(faults::no_directory(site)),
            Err(error) => Self::faulty(faults::missing(site, &error)),
        }
    }

    fn found(mut walk: Walk<'_>) -> Self {
        let Routes { files: mut routes, settings, .. } = Routes::scan(&mut walk);
        routes.sort_by(|one, other| (&one.pattern, &one.file).cmp(&(&other.pattern, &other.file)));
        let mut public = public::scan(&mut walk);
        public.sort_by(|one, other| one.segments.cmp(&other.segments));
        Self { routes, settings, public, faults: walk.faults }
    }

    fn faulty(fault: Fault) -> Self {
        Self { faults: vec![fault], ..Self::default() }
    }
}

#[cfg(test)]
mod tests;
