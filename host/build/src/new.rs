//! Starts sites, and routes in them. It never overwrites a file.

mod c;
mod go;
mod javascript;
mod method;
mod names;
mod python;
mod route;
mod rust;
mod starter;

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

pub use route::{NewRoute, find_site, new_route};
pub use starter::languages;

use crate::{
    Fault,
    rust::MANIFEST,
    sdk::{self, SdkError},
    sources::Sources,
    typegen,
};
use starter::Starter;

/// Why a site or a route could not be started; each message says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// Files of that name exist.
    #[error(
        "{} {verb} there already, and `new` overwrites nothing; move {pronoun} away or choose another place",
        list(files),
        verb = if files.len() == 1 { "is" } else { "are" },
        pronoun = if files.len() == 1 { "it" } else { "them" }
    )]
    Exists {
        /// The files, as they would have been written.
        files: Vec<PathBuf>,
    },
    /// Another file answers the URL of the new route.
    #[error(
        "{} answers that URL already, beside the new {}; change it or choose another pattern",
        file.display(),
        name_of(new)
    )]
    Answered {
        /// The file, relative to the site.
        file: PathBuf,
        /// The source of the new route, relative to the site.
        new: PathBuf,
    },
    /// The directory belongs to no site.
    #[error(
        "{} is in no site; expected app/ beside Cargo.toml, package.json or routelet.toml here or further up; \
         go to a site or start one with `routelet new SITE`",
        from.display()
    )]
    NoSite {
        /// Where the search began.
        from: PathBuf,
    },
    /// The URL pattern means nothing.
    #[error("`{pattern}` is no URL pattern: {found}; {way_out}")]
    Pattern {
        /// What was given.
        pattern: String,
        /// What is wrong with it.
        found: String,
        /// What to write instead.
        way_out: &'static str,
    },
    /// There is no starter in that language.
    #[error("`{language}` is no language of a route; expected one of {}", starter::offered())]
    Language {
        /// What was given.
        language: String,
    },
    /// There is no such method.
    #[error("`{method}` is no method of a route; expected some of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")]
    Method {
        /// What was given.
        method: String,
    },
    /// The site's manifest takes no further example.
    #[error("{MANIFEST}: {found}; add by hand:\n{stanza}")]
    Manifest {
        /// What is wrong with it.
        found: String,
        /// The lines that are missing.
        stanza: String,
    },
    /// A file could not be read or written.
    #[error("{}: {source}; make room, or give the user who runs this access", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why the system refused.
        source: io::Error,
    },
    /// The types of the routes could not be written.
    #[error("{0}")]
    Types(Fault),
    /// The SDK could not be unpacked.
    #[error("{0}; make room, or give the user who runs this access")]
    Sdk(#[from] SdkError),
}

/// Starts a site in the directory `site`, which may exist as long as none of the files do; its routes
/// are in the language of that extension. Returns the files it wrote, relative to the site.
///
/// ```no_run
/// for file in routelet_build::new_site("my-site".as_ref(), "rs")? {
///     println!("{}", file.display());
/// }
/// # Ok::<(), routelet_build::NewError>(())
/// ```
pub fn new_site(site: &Path, language: &str) -> Result<Vec<PathBuf>, NewError> {
    let starter = Starter::of(language)?;
    let mut files = files(&package_name(site), starter);
    let manifest = starter.manifest.iter().map(|manifest| site.join(manifest.file));
    let planned = manifest.chain(files.iter().map(|(file, _)| site.join(file)));
    let existing: Vec<_> = planned.filter(|file| file.symlink_metadata().is_ok()).collect();
    if !existing.is_empty() {
        return Err(NewError::Exists { files: existing });
    }
    if let Some(manifest) = &starter.manifest {
        let sources = ROUTES.map(|directory| source(directory, starter));
        files.insert(0, (manifest.file.into(), (manifest.naming)(site, &sources)?));
    }
    for (file, text) in &files {
        write_new(&site.join(file), text)?;
    }
    sdk::unpack(site)?;
    write_types(site)?;
    Ok(files.into_iter().map(|(file, _)| file).collect())
}

/// The directories of the routes of a new site.
const ROUTES: [&str; 2] = ["app", "app/api/users/[id]"];

fn source(directory: &str, starter: &Starter) -> PathBuf {
    Path::new(directory).join(format!("route.{}", starter.extension))
}

fn files(name: &str, starter: &Starter) -> Vec<(PathBuf, String)> {
    let readme = include_str!("../templates/README.md").replace("NAME", name).replace("LANG", starter.extension);
    let own = starter.files_of_site().map(|(file, text)| (PathBuf::from(file), (*text).to_owned()));
    let [hello, user] = ROUTES.map(|directory| source(directory, starter));
    let all = [
        ("routelet.toml".into(), include_str!("../templates/routelet.toml").to_owned()),
        ("app/segment.toml".into(), include_str!("../templates/segment.toml").to_owned()),
        (hello, starter.hello.to_owned()),
        (user, starter.user.to_owned()),
        (".gitignore".into(), include_str!("../templates/gitignore").to_owned()),
        ("README.md".into(), readme),
    ];
    own.chain(all).collect()
}

/// A package name out of the directory's, which may hold anything.
fn package_name(site: &Path) -> String {
    let resolved = std::path::absolute(site).unwrap_or_else(|_| site.to_owned());
    let directory = resolved.file_name().unwrap_or_default().to_string_lossy();
    let letters = directory.chars().map(|letter| match letter.to_ascii_lowercase() {
        letter if letter.is_ascii_alphanumeric() || letter == '_' => letter,
        _ => '-',
    });
    let name: String = letters.collect();
    let name = name.trim_matches('-');
    match name.chars().next() {
        None => "site".to_owned(),
        Some(first) if first.is_ascii_alphabetic() && !means_something_else(name) => name.to_owned(),
        Some(_) => format!("site-{name}"),
    }
}

/// Names that cargo or the compiler keep for themselves, or that the site depends on.
fn means_something_else(name: &str) -> bool {
    const KEPT: [&str; 8] =
        ["alloc", "core", "proc_macro", "std", "test", "routelet-sdk", "routelet-sdk-macros", "serde"];
    KEPT.contains(&name)
}

/// So that an editor knows a new route before it is built. What is wrong with the site's other routes
/// is told by the next build.
fn write_types(site: &Path) -> Result<(), NewError> {
    typegen::write(site, &Sources::find(site).routes).map(drop).map_err(NewError::Types)
}

/// Writes a file that must not exist, and the directories it lies in.
fn write_new(file: &Path, text: &str) -> Result<(), NewError> {
    let parent = file.parent().unwrap_or(file);
    let created = fs::create_dir_all(parent).and_then(|()| OpenOptions::new().write(true).create_new(true).open(file));
    match created.and_then(|mut created| created.write_all(text.as_bytes())) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(NewError::Exists { files: vec![file.to_owned()] })
        }
        Err(error) => Err(io_error(file, error)),
    }
}

fn io_error(file: &Path, source: io::Error) -> NewError {
    NewError::Io { file: file.to_owned(), source }
}

fn list(files: &[PathBuf]) -> String {
    let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    names.join(", ")
}

fn name_of(file: &Path) -> std::borrow::Cow<'_, str> {
    file.file_name().unwrap_or_default().to_string_lossy()
}
