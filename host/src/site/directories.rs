//! Directories that a policy grants, opened for a route: what is not there, leads elsewhere, or
//! must not be given to a guest is a fault of the file that grants it.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    load::Parts,
    tree::{self, Refused},
};
use crate::{
    Fault,
    config::{Config, SETTINGS_FILE, StoresSource},
    policy::{
        FilesGrant, Policy,
        files::{self, Access},
        wrong::Wrong,
    },
    runtime::files::Found,
};

/// All directories of a policy, or everything that is wrong with them.
pub(super) fn open(parts: &Parts<'_>, policy: &Policy) -> Result<Vec<Found>, Vec<Fault>> {
    let mut opened: Vec<(PathBuf, Found)> = Vec::new();
    let mut faults = Vec::new();
    for grant in &policy.grants.files {
        let found = directory(parts, grant).and_then(|(real, found)| {
            let mut held = opened.iter();
            match held.find(|(other, _)| real.starts_with(other) || other.starts_with(&real)) {
                Some((_, other)) => Err(nested(&other.grant)),
                None => Ok((real, found)),
            }
        });
        match found {
            Ok(found) => opened.push(found),
            Err(wrong) => faults.push(at_grant(policy, grant, wrong)),
        }
    }
    if faults.is_empty() { Ok(opened.into_iter().map(|(_, found)| found).collect()) } else { Err(faults) }
}

/// The directory of one grant, and the path that leads to it without links.
fn directory(parts: &Parts<'_>, grant: &FilesGrant) -> Result<(PathBuf, Found), Wrong> {
    let from = grant.from.display().to_string();
    let (root, below) = match grant.from.strip_prefix("/") {
        Ok(below) => (Path::new("/"), below),
        Err(_) => (parts.dir, grant.from.as_path()),
    };
    let opened = tree::open_folder(root, below).map_err(|refused| not_opened(&from, refused))?;
    let unreadable = |error: io::Error| not_opened(&from, Refused::Io(error));
    let real = root.canonicalize().map_err(unreadable)?.join(below);
    if files::directory(&real.display().to_string()).is_err() {
        return Err(Wrong::new(format!("from = {from:?}, which is {}", real.display()))
            .expected("a directory outside /proc, /sys and /dev")
            .way_out("grant a directory of files"));
    }
    if let Some((place, why)) = kept(parts, grant.access).into_iter().find(|(place, _)| meets(&real, place)) {
        return Err(Wrong::new(format!("from = {from:?} meets {}, {why}", place.display()))
            .expected("a directory apart from it")
            .way_out("grant another directory, or keep that one elsewhere"));
    }
    Ok((real, Found::new(grant.clone(), opened).map_err(unreadable)?))
}

/// What no guest is given with this access, and why.
fn kept(parts: &Parts<'_>, access: Access) -> Vec<(PathBuf, &'static str)> {
    let Config { cache_dir, secrets, tls, kv, .. } = parts.config;
    let mut kept = vec![
        (cache_dir.clone(), "where compiled code is kept"),
        (secrets.path().map(Path::to_owned), "where secrets are kept"),
        (tls.key.clone(), "the key of the server's certificate"),
        (tls.cert.clone(), "the certificate of the server"),
        // They may hold the password of a store.
        (Some(parts.dir.join(SETTINGS_FILE)), "the settings of the server"),
    ];
    if let StoresSource::Directory(stores) = kv {
        kept.push((Some(stores.clone()), "where key-value stores are kept"));
    }
    if access == Access::ReadWrite {
        let app = parts.dir.join("app");
        let tree = if app.is_dir() { app } else { parts.dir.to_owned() };
        kept.push((Some(tree), "from which routes are served"));
        kept.push((Some(parts.dir.join("public")), "from which files are served"));
    }
    let named = kept.into_iter().filter_map(|(place, why)| Some((place?, why)));
    named.flat_map(|(place, why)| places(&place).map(move |place| (place, why))).collect()
}

/// Where a path leads, and where its last name stands, which may be a link that a guest could turn
/// elsewhere. What does not exist yet counts where it will be made.
fn places(path: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let name = path.file_name().zip(path.parent()).and_then(|(name, parent)| Some(real(parent)?.join(name)));
    real(path).into_iter().chain(name)
}

/// The path without links, as far as it exists.
fn real(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let there = path.ancestors().find_map(|there| Some((there.canonicalize().ok()?, path.strip_prefix(there).ok()?)));
    there.map(|(there, rest)| there.components().chain(rest.components()).collect())
}

/// Whether one of the two lies in the other.
fn meets(one: &Path, other: &Path) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

fn nested(other: &FilesGrant) -> Wrong {
    Wrong::new(format!("is the same place as {}, or one of the two lies in the other", other.from.display()))
        .expected("directories of which none holds another")
        .way_out("grant the outer one alone, or separate them")
}

fn not_opened(from: &str, refused: Refused) -> Wrong {
    let wrong = |what: &str| Wrong::new(format!("from = {from:?} {what}")).expected("a directory");
    match refused {
        Refused::Link => wrong("is no directory, or is reached through a symbolic link")
            .way_out("name the directory itself, from the site or from the root"),
        Refused::Irregular | Refused::TooLarge { .. } => wrong("is no directory").way_out("name a directory"),
        Refused::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            wrong("does not exist").way_out("create it, or correct the path: it is relative to the site")
        }
        Refused::Io(error) => {
            wrong(&format!("cannot be opened: {error}")).way_out("give the user who serves access to it")
        }
    }
}

fn at_grant(policy: &Policy, grant: &FilesGrant, wrong: Wrong) -> Fault {
    match policy.origin(&grant.key()) {
        Some(origin) => wrong.at(&origin.file, Some(origin.line)),
        None => wrong.at(&grant.from, None),
    }
}
