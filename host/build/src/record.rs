//! What a component was made of, so that it need not be made again. It builds nothing.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The component of one source, and the list of its inputs beside it.
#[derive(Debug)]
pub(crate) struct Record {
    /// Where the component lies, absolute.
    pub(crate) component: PathBuf,
    list: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct List {
    /// What it was made with: the SDK's release, and whatever else is no file of the site.
    with: String,
    /// The digest of each file, by its path relative to the site.
    inputs: BTreeMap<PathBuf, String>,
}

impl Record {
    /// The record of `source`, whether there is one on disk or not.
    pub(crate) fn of(folder: &Path, source: &Path) -> Self {
        let name = digest(source.to_string_lossy().as_bytes());
        Self { component: folder.join(&name).with_extension("wasm"), list: folder.join(&name).with_extension("json") }
    }

    /// What the component was made of, if all of that is as it was, and it was made with `with`.
    pub(crate) fn current(&self, site: &Path, with: &str) -> Option<Vec<PathBuf>> {
        let list: List = serde_json::from_slice(&fs::read(&self.list).ok()?).ok()?;
        let unchanged = |(input, before): (&PathBuf, &String)| digest_of(&site.join(input)).as_ref() == Some(before);
        let current = list.with == with && self.component.is_file() && list.inputs.iter().all(unchanged);
        current.then(|| list.inputs.into_keys().collect())
    }

    /// Notes what the component has just been made of and with, and returns what it was made of.
    /// Without the note it is made again.
    pub(crate) fn write(&self, site: &Path, with: &str, inputs: &[PathBuf]) -> Vec<PathBuf> {
        let digests = inputs.iter().filter_map(|input| Some((input.clone(), digest_of(&site.join(input))?)));
        let list = List { with: with.to_owned(), inputs: digests.collect() };
        if let Ok(text) = serde_json::to_vec(&list) {
            let _ = fs::write(&self.list, text);
        }
        list.inputs.into_keys().collect()
    }
}

/// The digest of a file; `None` where it cannot be read.
pub(crate) fn digest_of(file: &Path) -> Option<String> {
    Some(digest(&fs::read(file).ok()?))
}

/// SHA-256, in hexadecimal digits.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").expect("a String takes everything");
    }
    text
}
