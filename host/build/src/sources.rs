//! What a site consists of on disk: route sources, and files that are served as they are. It never
//! reads a file's content and never decides how a source is built.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{Fault, granted::Granted};

/// The settings of the server that serves the site.
pub(crate) const SETTINGS_FILE: &str = "routelet.toml";
/// The policy of a directory.
const SEGMENT_FILE: &str = "segment.toml";

/// The files of a site that a build looks at, paths relative to the site and sorted.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// `route.*` files that something has to turn into a component.
    pub(crate) routes: Vec<PathBuf>,
    /// Files that the output holds unchanged.
    pub(crate) files: Vec<PathBuf>,
    /// Directories that segments grant to guests.
    pub(crate) granted: Vec<Granted>,
    pub(crate) faults: Vec<Fault>,
}

impl Sources {
    /// Walks `app/`, `public/` and the directories that are granted for reading, below `site`.
    pub(crate) fn find(site: &Path) -> Self {
        let mut found = Self::default();
        if !site.join("app").is_dir() {
            found.faults.push(Fault::new(
                "app",
                "no such directory",
                "the route tree of a site",
                "run `routelet new` to start a site, or name the directory that holds app/",
            ));
            return found;
        }
        found.walk(site, Path::new("app"), Tree::App);
        found.walk(site, Path::new("public"), Tree::Public);
        found.granted(site);
        if site.join(SETTINGS_FILE).is_file() {
            found.files.push(SETTINGS_FILE.into());
        }
        found.routes.sort();
        found.files.sort();
        found.files.dedup();
        found.refuse_rivals();
        found
    }

    /// What lies in directories granted for reading is copied as `public/` is.
    fn granted(&mut self, site: &Path) {
        let segments = self.files.iter().filter(|file| name_of(file) == SEGMENT_FILE && file.starts_with("app"));
        let texts = segments.filter_map(|file| fs::read_to_string(site.join(file)).ok());
        self.granted = texts.flat_map(|text| Granted::by(&text)).collect();
        let written: Vec<_> = self.granted.iter().filter(|granted| granted.is_written).cloned().collect();
        for granted in self.granted.clone() {
            let is_written = written.iter().any(|written| granted.from.starts_with(&written.from));
            if !is_written && site.join(&granted.from).is_dir() {
                self.walk(site, &granted.from, Tree::Public);
            }
        }
    }

    fn walk(&mut self, site: &Path, directory: &Path, tree: Tree) {
        let entries = match fs::read_dir(site.join(directory)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return self.unreadable(directory, &error),
        };
        for entry in entries {
            match entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))) {
                Ok((name, kind)) => self.visit(site, &directory.join(name), kind, tree),
                Err(error) => self.unreadable(directory, &error),
            }
        }
    }

    fn visit(&mut self, site: &Path, path: &Path, kind: fs::FileType, tree: Tree) {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return self.faults.push(Fault::new(
                path,
                "the name is not UTF-8",
                "a name that a URL can spell",
                "rename it",
            ));
        };
        if kind.is_symlink() {
            self.faults.push(Fault::new(path, "a symbolic link", "a file or a directory", "put the file itself there"));
        } else if kind.is_dir() {
            if tree.enters(name) {
                self.walk(site, path, tree);
            }
        } else if kind.is_file() {
            match tree.duty(name) {
                Duty::Build => self.routes.push(path.to_owned()),
                Duty::Copy => self.files.push(path.to_owned()),
                Duty::Ignore => {}
            }
        }
    }

    /// A directory answers with one route: of several sources, or a source beside a finished
    /// component, none is built, so that nobody has to guess which one won.
    fn refuse_rivals(&mut self) {
        let mut rivals = self.routes.clone();
        rivals.extend(self.files.iter().filter(|file| is_component(file)).cloned());
        rivals.sort();
        for group in rivals.chunk_by(|one, other| one.parent() == other.parent()) {
            let [first, second, ..] = group else { continue };
            self.faults.push(Fault::new(
                first,
                format!("{} lies beside it", name_of(second)),
                "one route in a directory",
                "keep one of them",
            ));
            self.routes.retain(|route| !group.contains(route));
        }
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error) {
        self.faults.push(Fault::new(
            path,
            format!("cannot be read: {error}"),
            "",
            "give the user who builds access to it",
        ));
    }
}

/// Whether `file` is among those that a build copies as they are and no compiler reads.
pub(crate) fn is_copied(file: &Path) -> bool {
    let mut parts = file.components().map(|part| part.as_os_str());
    match parts.next().and_then(|first| first.to_str()) {
        Some("public") | Some("routelet.toml") => true,
        Some("app") => matches!(Tree::App.duty(&name_of(file)), Duty::Copy),
        _ => false,
    }
}

/// Whether `file` is one that editors write beside the file they save.
pub(crate) fn is_scratch(file: &Path) -> bool {
    let name = name_of(file);
    // 4913 is how vim tries whether it may write to a directory.
    let endings = ["~", ".swp", ".swx"];
    endings.iter().any(|ending| name.ends_with(ending)) || name.starts_with(".#") || name == "4913"
}

#[derive(Debug, Clone, Copy)]
enum Tree {
    App,
    Public,
}

enum Duty {
    Build,
    Copy,
    Ignore,
}

impl Tree {
    /// Private directories are never routed, whatever lies in them.
    fn enters(self, name: &str) -> bool {
        match self {
            Self::App => !name.starts_with('_'),
            Self::Public => true,
        }
    }

    fn duty(self, name: &str) -> Duty {
        match self {
            Self::Public => Duty::Copy,
            Self::App if is_served(name) => Duty::Copy,
            Self::App if is_route_source(name) => Duty::Build,
            Self::App => Duty::Ignore,
        }
    }
}

fn is_route_source(name: &str) -> bool {
    matches!(name.strip_prefix("route."), Some("rs" | "ts" | "js" | "py" | "c" | "go"))
}

/// Files of the route tree that the host serves or reads: finished components, policies, pages,
/// metadata files.
fn is_served(name: &str) -> bool {
    const WHOLE: [&str; 8] = [
        "route.wasm",
        "segment.toml",
        "page.html",
        "robots.txt",
        "sitemap.xml",
        "favicon.ico",
        "manifest.json",
        "manifest.webmanifest",
    ];
    const IMAGES: [&str; 4] = ["icon", "apple-icon", "opengraph-image", "twitter-image"];
    const EXTENSIONS: [&str; 6] = ["ico", "jpg", "jpeg", "png", "svg", "gif"];
    let image = name.split_once('.').is_some_and(|(stem, extension)| {
        let stem = stem.trim_end_matches(|last: char| last.is_ascii_digit());
        IMAGES.contains(&stem) && EXTENSIONS.contains(&extension)
    });
    image || WHOLE.contains(&name)
}

fn is_component(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == "route.wasm")
}

fn name_of(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
