//! The Rust SDK that this program carries, the WIT in it, unpacked into a site. It never touches a site
//! that takes its SDK from elsewhere.

mod standalone;

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    process,
};

use sha2::{Digest, Sha256};
use toml_edit::{DocumentMut, Item};

use crate::{Fault, Progress, rust::MANIFEST};

/// The versions this release was tested with, for a new site to start from.
pub(crate) const LOCK: &str = include_str!("../../../Cargo.lock");

const FOLDER: &str = ".routelet/sdk";
const STAMP: &str = "stamp";
const ROOT_MANIFEST: &str = include_str!("../../../Cargo.toml");
/// Names relative to the folder of the SDK, and contents.
const CARRIED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/carried.rs"));

/// Why the SDK could not be unpacked.
#[derive(Debug, thiserror::Error)]
#[error("the SDK cannot be unpacked to {}: {source}", file.display())]
pub struct SdkError {
    file: PathBuf,
    source: io::Error,
}

impl SdkError {
    pub(crate) fn into_fault(self, site: &Path) -> Fault {
        let file = self.file.strip_prefix(site).unwrap_or(&self.file);
        Fault::new(file, self.to_string(), "", "make room, or give the user who builds access")
    }
}

/// Whether the site's manifest points to the SDK as it is unpacked.
pub(crate) fn is_wanted_by(site: &Path) -> bool {
    depends_on_unpacked(&fs::read_to_string(site.join(MANIFEST)).unwrap_or_default())
}

/// Unpacks the SDK where it is missing or another release's, as it is after a fresh clone.
pub(crate) fn unpack_if_stale(site: &Path, progress: Progress<'_>) -> Result<(), SdkError> {
    if is_unpacked(site) {
        return Ok(());
    }
    progress(&format!("unpacking the SDK to {FOLDER}"));
    unpack(site)
}

/// Where the SDK of a site lies.
pub(crate) fn folder(site: &Path) -> PathBuf {
    site.join(FOLDER)
}

/// Unpacks the SDK, replacing whatever release is there.
pub(crate) fn unpack(site: &Path) -> Result<(), SdkError> {
    let folder = site.join(FOLDER);
    let unfinished = site.join(format!("{FOLDER}-{}.part", process::id()));
    let written = write_all(&unfinished);
    let placed = written.and_then(|()| replace(&unfinished, &folder));
    placed.inspect_err(|_| {
        // Best effort: the error that matters is the one being reported.
        let _ = fs::remove_dir_all(&unfinished);
    })
}

fn write_all(folder: &Path) -> Result<(), SdkError> {
    for (name, content) in CARRIED {
        if name.ends_with(MANIFEST) {
            let depth = name.matches('/').count();
            let text = standalone::manifest(&text(content), ROOT_MANIFEST, depth);
            write(&folder.join(name), text.as_bytes())?;
        } else {
            write(&folder.join(name), content)?;
        }
    }
    write(&folder.join(STAMP), stamp().as_bytes())
}

fn replace(unfinished: &Path, folder: &Path) -> Result<(), SdkError> {
    let removed = match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    };
    let placed = removed.and_then(|()| fs::rename(unfinished, folder));
    placed.map_err(|source| SdkError { file: folder.to_owned(), source })
}

fn write(file: &Path, content: &[u8]) -> Result<(), SdkError> {
    let parent = file.parent().unwrap_or(file);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(file, content))
        .map_err(|source| SdkError { file: file.to_owned(), source })
}

fn is_unpacked(site: &Path) -> bool {
    fs::read_to_string(site.join(FOLDER).join(STAMP)).is_ok_and(|found| found == stamp())
}

/// Tells one release's SDK from another's, and one state of a checkout from the next.
pub(crate) fn stamp() -> String {
    let mut hash = Sha256::new();
    hash.update(ROOT_MANIFEST);
    for (name, content) in CARRIED {
        hash.update(name);
        hash.update(content);
    }
    let mut stamp = format!("routelet {} ", env!("CARGO_PKG_VERSION"));
    for byte in hash.finalize() {
        write!(stamp, "{byte:02x}").expect("a String takes everything");
    }
    stamp
}

fn depends_on_unpacked(manifest: &str) -> bool {
    let Ok(manifest) = manifest.parse::<DocumentMut>() else {
        return false;
    };
    let workspace = manifest.get("workspace").and_then(|item| item.get("dependencies"));
    let own = manifest.get("dependencies");
    let tables = own.into_iter().chain(workspace).filter_map(Item::as_table_like);
    let mut paths =
        tables.flat_map(|table| table.iter()).filter_map(|(_, dependency)| dependency.get("path")?.as_str());
    paths.any(|path| Path::new(path).starts_with(FOLDER))
}

fn text(content: &[u8]) -> String {
    String::from_utf8_lossy(content).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_carried_files_are_the_two_crates_and_the_wit() {
        let carries = |wanted: &str| CARRIED.iter().any(|(name, _)| *name == wanted);
        for name in [
            "guest-sdk/Cargo.toml",
            "guest-sdk/src/lib.rs",
            "guest-sdk/macros/Cargo.toml",
            "guest-sdk/macros/src/lib.rs",
            "guest-sdk/wit/route.wit",
        ] {
            assert!(carries(name), "{name} is not carried");
        }
        for (name, _) in CARRIED {
            assert!(!name.contains("/tests/"), "{name} is of no use to a site");
        }
    }

    #[test]
    fn unpacked_manifests_need_no_workspace() {
        let site = tempfile::tempdir().unwrap();
        unpack(site.path()).unwrap();
        for name in ["guest-sdk/Cargo.toml", "guest-sdk/macros/Cargo.toml"] {
            let text = fs::read_to_string(site.path().join(FOLDER).join(name)).unwrap();
            assert!(!text.contains("workspace"), "{name}:\n{text}");
        }
    }

    #[test]
    fn only_a_missing_or_foreign_sdk_is_unpacked() {
        let site = tempfile::tempdir().unwrap();
        let said = |expected: usize, when: &str| {
            let mut lines = Vec::new();
            unpack_if_stale(site.path(), &mut |line| lines.push(line.to_owned())).unwrap();
            assert_eq!(lines.len(), expected, "{when}: {lines:?}");
        };
        said(1, "missing");
        said(0, "there");
        fs::write(site.path().join(FOLDER).join(STAMP), "routelet 0.0.1").unwrap();
        said(1, "another release's");
        said(0, "there again");
    }

    #[test]
    fn a_site_with_an_sdk_of_its_own_wants_none() {
        let site = tempfile::tempdir().unwrap();
        assert!(!is_wanted_by(site.path()), "no manifest");
        for (dependency, expected) in [
            ("routelet-sdk = { path = \"../guest-sdk\" }", false),
            ("routelet-sdk.path = \".routelet/sdk/guest-sdk\"", true),
        ] {
            fs::write(site.path().join(MANIFEST), format!("[dependencies]\n{dependency}\n")).unwrap();
            assert_eq!(is_wanted_by(site.path()), expected, "{dependency}");
        }
    }
}
