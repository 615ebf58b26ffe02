//! The files under `public`, each with the one path it answers. It knows no routes.

use std::path::{Path, PathBuf};

use super::{
    PublicFile, faults,
    walk::{Kind, Top, Walk},
};

/// Every file under `public` that is ever served, unsorted.
pub(super) fn scan(walk: &mut Walk<'_>) -> Vec<PublicFile> {
    let mut files = Vec::new();
    let mut folders = Vec::new();
    if walk.top("public") == Top::Folder {
        folders.push((PathBuf::from("public"), 0));
    }
    while let Some((folder, depth)) = folders.pop() {
        for entry in walk.entries_of(&folder, |name| is_hidden(name, depth)) {
            match entry.kind {
                Kind::Folder => {
                    let below = walk.one_deeper(depth, &entry);
                    folders.extend(below.map(|depth| (entry.file, depth)));
                }
                Kind::File => files.push(public_file(walk.site, entry.file)),
                Kind::Link => {}
                Kind::Odd => walk.fault(faults::irregular(&entry.file)),
            }
        }
    }
    files.retain(|file| !walk.shares.is_cut(&file.file));
    files
}

/// Whether a name is never served: those with a dot in front, but for `/.well-known` (RFC 8615).
fn is_hidden(name: &str, depth: usize) -> bool {
    name.starts_with('.') && !(depth == 0 && name == ".well-known")
}

fn public_file(site: &Path, file: PathBuf) -> PublicFile {
    let segments = file.iter().skip(1).map(|name| name.to_string_lossy().into_owned()).collect();
    PublicFile { absolute: site.join(&file), segments, file }
}
