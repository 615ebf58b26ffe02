//! The package of one route as Go gets to see it: under a name that an import path may have, with the
//! functions that the host calls beside it. The files of the site stay where they are.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use super::source::{Declared, declared};
use crate::{Failure, Fault, component::export_of, record::digest, sdk, singly::unwritable};

/// The SDK's module.
const SDK: &str = "github.com/routelet/routelet/guest-sdk/go";
const GENERATED: &str = "zz_routelet.go";
/// Folders in which no package of the site lies.
const NO_SOURCES: [&str; 4] = ["dist", "node_modules", "public", "target"];

/// One route, ready for a call of Go.
#[derive(Debug)]
pub(super) struct Package {
    /// The directory that Go is told of, below the site; it is on no disk.
    pub(super) name: String,
    /// The directory the files are in, relative to the site.
    pub(super) directory: PathBuf,
    pub(super) overlay: PathBuf,
    pub(super) modules: PathBuf,
}

impl Package {
    /// Reads what the source declares, and writes what Go needs beside it to `scratch`.
    pub(super) fn of(source: &Path, site: &Path, scratch: &Path) -> Result<Self, Box<Failure>> {
        let directory = source.parent().unwrap_or(source).to_owned();
        let name = format!("routelet_{}", &digest(source.to_string_lossy().as_bytes())[..12]);
        let files = files_in(&site.join(&directory)).map_err(|error| unwritable(&directory, &error))?;
        let declared = declared_by(source, site, &files)?;
        let write = |name: &str, text: String| {
            let file = scratch.join(name);
            fs::write(&file, text).map_err(|error| unwritable(&file, &error)).map(|()| file)
        };
        let generated = write(GENERATED, generated(&declared, &name, &directory))?;
        let modules = write("go.mod", modules(site))?;
        let _ = fs::copy(site.join("go.sum"), scratch.join("go.sum"));
        let mut replaced: BTreeMap<_, _> =
            files.iter().filter_map(|file| Some((site.join(&name).join(file.file_name()?), file.clone()))).collect();
        replaced.insert(site.join(&name).join(GENERATED), generated);
        replaced.insert(site.join("go.mod"), modules.clone());
        let overlay = write("overlay.json", serde_json::json!({ "Replace": replaced }).to_string())?;
        Ok(Self { name, directory, overlay, modules })
    }
}

/// What lies beside the route: Go sources, and what they may embed.
fn files_in(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    Ok(files)
}

fn declared_by(source: &Path, site: &Path, files: &[PathBuf]) -> Result<Declared, Box<Failure>> {
    let is_code = |file: &&PathBuf| {
        let name = file.to_string_lossy();
        name.ends_with(".go") && !name.ends_with("_test.go")
    };
    let texts: Vec<_> = files.iter().filter(is_code).filter_map(|file| fs::read_to_string(file).ok()).collect();
    let found = declared(texts.iter().map(String::as_str));
    let expected = "`func main() { routelet.HandleGet(...) }` in it, or in a file beside it";
    if site.join(source).is_file() && found.has_main && !found.methods.is_empty() {
        return Ok(found);
    }
    let (what, way_out) = match found.has_main {
        true => ("it answers no method", "set the handler of each method it answers"),
        false => ("it has no `func main()`", "write one, which runs before the first request"),
    };
    Err(Fault::new(source, what, expected, way_out).into())
}

/// The functions that the host calls. Go runs no `main` of a library by itself.
fn generated(declared: &Declared, name: &str, directory: &Path) -> String {
    let mut text = format!(
        "package main\n\nimport routelet \"{SDK}\"\n\n\
         func init() {{\n\troutelet.Sources({name:?}, {:?})\n\tmain()\n}}\n",
        directory.to_string_lossy()
    );
    for method in &declared.methods {
        let upper = method.to_ascii_uppercase();
        text.push_str(&format!(
            "\n//go:wasmexport {}\nfunc routelet{upper}(request, out int32) {{ \
             routelet.Answer(\"{upper}\", request, out) }}\n",
            export_of(method)
        ));
    }
    text
}

/// The site's own `go.mod`, if it has one, with the SDK where it lies.
fn modules(site: &Path) -> String {
    let own = fs::read_to_string(site.join("go.mod")).unwrap_or_else(|_| "module site\n\ngo 1.24\n".to_owned());
    if own.contains(SDK) {
        return own;
    }
    let place = sdk::folder(site).join("guest-sdk/go");
    format!("{own}\nrequire {SDK} v0.0.0\n\nreplace {SDK} => {:?}\n", place.to_string_lossy())
}

/// The files of the route's package, and every Go source of the site that belongs to no other route:
/// which of them are imported is left to Go, which compiles what has changed. Relative to the site.
pub(super) fn inputs(site: &Path, source: &Path) -> BTreeSet<PathBuf> {
    let directory = source.parent().unwrap_or(source);
    let mut found = BTreeSet::new();
    let mut directories = vec![PathBuf::new()];
    while let Some(each) = directories.pop() {
        let entries: Vec<_> = fs::read_dir(site.join(&each)).into_iter().flatten().flatten().collect();
        let is_other = each != directory && entries.iter().any(|entry| entry.file_name() == "route.go");
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = each.join(&name);
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !name.starts_with('.') && !NO_SOURCES.contains(&name.as_str()) => {
                    directories.push(path);
                }
                Ok(kind) if kind.is_file() => {
                    let is_go = name.ends_with(".go") || name == "go.mod" || name == "go.sum";
                    if each == directory || (is_go && !is_other) {
                        found.insert(path);
                    }
                }
                _ => {}
            }
        }
    }
    found
}
