//! The servable tree that a build writes: file by file, atomically, touching only what differs. It
//! never overwrites or deletes a file that an earlier build did not write.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    process,
    time::UNIX_EPOCH,
};

use serde::{Deserialize, Serialize};

use crate::Fault;

/// Lists what builds have written, in the output itself.
const MARKER: &str = ".routelet-files.json";

/// One build's changes to an output directory.
#[derive(Debug)]
pub(crate) struct Output {
    root: PathBuf,
    /// What earlier builds wrote and this one does not hold any more.
    stale: BTreeMap<PathBuf, Stamp>,
    /// What this build holds.
    held: BTreeMap<PathBuf, Stamp>,
    changed: Vec<PathBuf>,
    marker_on_disk: Marker,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    files: BTreeMap<PathBuf, Stamp>,
}

/// Size and time of the file a copy was made from: where both are unchanged, so is the content,
/// and a large `public/` need not be read for every edit.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    bytes: u64,
    modified_ns: u64,
}

/// Whether a file of the output was touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    Written { bytes: u64 },
    Unchanged { bytes: u64 },
}

/// Why the output could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    #[error("it is not empty, and routelet did not write what is in it")]
    NotOurs(PathBuf),
    #[error("a file that routelet did not write is in the way")]
    Foreign(PathBuf),
    #[error("cannot be written: {source}")]
    Write { file: PathBuf, source: io::Error },
    #[error("cannot be read: {source}")]
    Read { file: PathBuf, source: io::Error },
    #[error("is not a list of written files: {source}")]
    Marker { file: PathBuf, source: serde_json::Error },
}

impl Output {
    /// Takes `root` for a build that will hold exactly `places`.
    ///
    /// The list of written files is on disk before the first of them is, so that a build that is
    /// killed leaves nothing behind that the next one takes for somebody else's.
    pub(crate) fn begin(root: &Path, places: &BTreeSet<PathBuf>) -> Result<Self, OutputError> {
        fs::create_dir_all(root).map_err(|source| write_error(root, source))?;
        let before = Marker::read(root)?;
        let foreign = places.iter().find(|place| !before.files.contains_key(*place) && root.join(place).exists());
        if let Some(place) = foreign {
            return Err(OutputError::Foreign(root.join(place)));
        }
        let mut stale = before.files.clone();
        let held = places.iter().map(|place| (place.clone(), stale.remove(place).unwrap_or_default())).collect();
        let mut output = Self { root: root.to_owned(), stale, held, changed: Vec::new(), marker_on_disk: before };
        output.write_marker()?;
        Ok(output)
    }

    /// Makes `place` a copy of `from`, unless it is one already.
    pub(crate) fn put(&mut self, place: &Path, from: &Path) -> Result<Put, OutputError> {
        let target = self.root.join(place);
        let stamp = Stamp::of(from).map_err(|source| read_error(from, source))?;
        let there = fs::metadata(&target).is_ok_and(|there| there.len() == stamp.bytes);
        let before = self.held.insert(place.to_owned(), stamp);
        let bytes = stamp.bytes;
        if there && (before == Some(stamp) || same_content(&target, from)?) {
            return Ok(Put::Unchanged { bytes });
        }
        self.copy(from, &target)?;
        self.changed.push(place.to_owned());
        Ok(Put::Written { bytes })
    }

    /// Makes `place` the text of `from` after an edit, unless it is that already.
    pub(crate) fn put_edited(
        &mut self,
        place: &Path,
        from: &Path,
        edit: impl FnOnce(&str) -> String,
    ) -> Result<Put, OutputError> {
        let text = fs::read_to_string(from).map_err(|source| read_error(from, source))?;
        let (text, target) = (edit(&text), self.root.join(place));
        let bytes = text.len() as u64;
        self.held.insert(place.to_owned(), Stamp { bytes, modified_ns: 0 });
        if fs::read(&target).is_ok_and(|there| there == text.as_bytes()) {
            return Ok(Put::Unchanged { bytes });
        }
        self.write_whole(&target, text.as_bytes())?;
        self.changed.push(place.to_owned());
        Ok(Put::Written { bytes })
    }

    /// Removes what earlier builds wrote and this one does not hold. Returns every path that was
    /// written or removed.
    pub(crate) fn finish(mut self) -> Result<Vec<PathBuf>, OutputError> {
        for place in std::mem::take(&mut self.stale).into_keys() {
            let file = self.root.join(&place);
            match fs::remove_file(&file) {
                Ok(()) => self.changed.push(place),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(write_error(&file, source)),
            }
            self.remove_empty_parents(&file);
        }
        self.write_marker()?;
        self.changed.sort();
        Ok(self.changed)
    }

    /// A reader of `target` sees the old file or the whole new one, never a part.
    fn copy(&self, from: &Path, target: &Path) -> Result<(), OutputError> {
        let parent = target.parent().unwrap_or(&self.root);
        fs::create_dir_all(parent).map_err(|source| write_error(parent, source))?;
        let content = fs::read(from).map_err(|source| read_error(from, source))?;
        self.write_whole(target, &content)
    }

    fn write_whole(&self, target: &Path, content: &[u8]) -> Result<(), OutputError> {
        let unfinished = self.root.join(format!(".routelet-{}.part", process::id()));
        fs::write(&unfinished, content).and_then(|()| fs::rename(&unfinished, target)).map_err(|source| {
            // Best effort: the error that matters is the one being reported.
            let _ = fs::remove_file(&unfinished);
            write_error(target, source)
        })
    }

    fn write_marker(&mut self) -> Result<(), OutputError> {
        let mut files = self.held.clone();
        files.extend(self.stale.clone());
        let marker = Marker { files };
        if marker == self.marker_on_disk && self.root.join(MARKER).exists() {
            return Ok(());
        }
        let file = self.root.join(MARKER);
        let text = serde_json::to_vec(&marker).map_err(|source| OutputError::Marker { file: file.clone(), source })?;
        self.write_whole(&file, &text)?;
        self.marker_on_disk = marker;
        Ok(())
    }

    fn remove_empty_parents(&self, file: &Path) {
        let parents = file.ancestors().skip(1);
        for parent in parents.take_while(|parent| *parent != self.root) {
            // Refused where something is left in it, which is just what is wanted.
            if fs::remove_dir(parent).is_err() {
                break;
            }
        }
    }
}

impl Marker {
    fn read(root: &Path) -> Result<Self, OutputError> {
        let file = root.join(MARKER);
        match fs::read(&file) {
            Ok(text) => serde_json::from_slice(&text).map_err(|source| OutputError::Marker { file, source }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::of_empty(root),
            Err(source) => Err(read_error(&file, source)),
        }
    }

    fn of_empty(root: &Path) -> Result<Self, OutputError> {
        let mut entries = fs::read_dir(root).map_err(|source| read_error(root, source))?;
        match entries.next() {
            Some(_) => Err(OutputError::NotOurs(root.to_owned())),
            None => Ok(Self::default()),
        }
    }
}

impl Stamp {
    fn of(file: &Path) -> io::Result<Self> {
        let found = fs::metadata(file)?;
        let modified = found.modified()?.duration_since(UNIX_EPOCH);
        Ok(Self { bytes: found.len(), modified_ns: modified.map_or(0, |age| age.as_nanos() as u64) })
    }
}

impl OutputError {
    pub(crate) fn into_fault(self, site: &Path) -> Fault {
        let found = self.to_string();
        let (file, expected, way_out) = match self {
            Self::NotOurs(file) => {
                (file, "a directory that a build may write", "move it away or build to another directory")
            }
            Self::Foreign(file) => (file, "", "move it away"),
            Self::Write { file, .. } => (file, "", "make room, or give the user who builds access"),
            Self::Read { file, .. } => (file, "", "give the user who builds access to it"),
            Self::Marker { file, .. } => {
                (file, "the list that the last build wrote", "remove the directory that holds it and build again")
            }
        };
        let file = file.strip_prefix(site).map(Path::to_owned).unwrap_or(file);
        Fault::new(file, found, expected, way_out)
    }
}

fn same_content(one: &Path, other: &Path) -> Result<bool, OutputError> {
    let read = |file: &Path| fs::read(file).map_err(|source| read_error(file, source));
    Ok(read(one)? == read(other)?)
}

fn write_error(file: &Path, source: io::Error) -> OutputError {
    OutputError::Write { file: file.to_owned(), source }
}

fn read_error(file: &Path, source: io::Error) -> OutputError {
    OutputError::Read { file: file.to_owned(), source }
}
