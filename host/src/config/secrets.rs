//! The server's secret source, and the secrets read from it. Values are never shown; only names are.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use super::document;
use crate::{
    fault::Fault,
    policy::{names, wrong::Wrong},
};

/// What Kubernetes allows for a whole secret; a key, a token or a certificate is far smaller.
pub const SECRET_BYTES_MAX: u64 = 1024 * 1024;
/// Far more than a site grants, and few enough to read at every load.
pub const SECRETS_MAX: usize = 1_024;

/// Where secrets come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SecretsSource {
    /// There are none.
    #[default]
    Nowhere,
    /// They are handed over by an embedder.
    Given(Secrets),
    /// They are the variables that begin with a prefix.
    Variables {
        /// What their names begin with.
        prefix: String,
        /// They themselves, by name without the prefix.
        found: Secrets,
    },
    /// A file of `KEY=VALUE` lines; empty lines and those that begin with `#` are skipped, a value
    /// is everything behind the first `=` as it stands.
    File(PathBuf),
    /// A directory with one file each, named like the secret, as Kubernetes mounts them: names
    /// with a leading dot are skipped, one line break at the end of a file is not part of the value.
    /// Where `..data` leads to the generation that counts, all secrets are read from that one.
    Dir(PathBuf),
}

impl SecretsSource {
    /// The variables that begin with `prefix`.
    pub fn from_variables(prefix: String, variables: &BTreeMap<String, String>) -> Self {
        let found = variables
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?.to_owned(), value.clone())))
            .filter(|(name, _)| names::is_name(name))
            .collect();
        Self::Variables { prefix, found }
    }

    /// What has to be watched to notice that they change.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) | Self::Dir(path) => Some(path),
            Self::Nowhere | Self::Given(_) | Self::Variables { .. } => None,
        }
    }

    /// Where a secret of this name comes from, if it is there.
    pub fn describe(&self, name: &str) -> String {
        match self {
            Self::Nowhere => format!("{name} in a source that [secrets] of routelet.toml names"),
            Self::Given(_) => format!("{name} among the secrets handed over"),
            Self::Variables { prefix, .. } => format!("the variable {prefix}{name}"),
            Self::File(path) => format!("a line {name}=... in {}", path.display()),
            Self::Dir(path) => format!("the file {}", path.join(name).display()),
        }
    }
}

/// Secrets by name. Printing them shows names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<String, String>);

impl Secrets {
    /// Reads all secrets of a source. Refused are sources that lie in what is served from `site`,
    /// that cannot be read, or that hold what cannot be a secret; no fault shows a value.
    pub fn open(site: &Path, source: &SecretsSource) -> Result<Self, Vec<Fault>> {
        if let Some(path) = source.path()
            && let Some(served) = served_around(path, site)
        {
            let wrong = Wrong::new(format!("secrets lie in {}, which is served", served.display()))
                .expected("a source outside app/ and public/")
                .way_out("move it and name its new place under [secrets]");
            return Err(vec![wrong.at(path, None)]);
        }
        match source {
            SecretsSource::Nowhere => Ok(Self::default()),
            SecretsSource::Given(secrets) | SecretsSource::Variables { found: secrets, .. } => Ok(secrets.clone()),
            SecretsSource::File(path) => read_file(path),
            SecretsSource::Dir(path) => read_dir(path),
        }
    }

    /// The value of a secret.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl FromIterator<(String, String)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The served directory that a path lies in, or will once it is made; links followed, if any.
pub(crate) fn served_around(path: &Path, site: &Path) -> Option<PathBuf> {
    let real = path.ancestors().find_map(|there| there.canonicalize().ok())?;
    let app = site.join("app");
    let tree = if app.is_dir() { app } else { site.to_owned() };
    [tree, site.join("public")]
        .into_iter()
        .find(|served| served.canonicalize().is_ok_and(|served| real.starts_with(served)))
}

fn read_file(path: &Path) -> Result<Secrets, Vec<Fault>> {
    let text = read_text(path).map_err(|wrong| vec![wrong.at(path, None)])?;
    let mut secrets = BTreeMap::new();
    let mut faults = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        match pair(line, &secrets) {
            Ok((name, value)) => drop(secrets.insert(name, value)),
            Err(wrong) => faults.push(wrong.at(path, Some(number))),
        }
    }
    ended(path, secrets, faults)
}

/// The secret of one line. What is wrong is told without the line, which may be a value.
fn pair(line: &str, earlier: &BTreeMap<String, String>) -> Result<(String, String), Wrong> {
    let unreadable = || {
        Wrong::new("a line that names no secret")
            .expected("KEY=VALUE, the key of letters, digits, `_`, `-` or `.`")
            .way_out("correct the line, or begin it with #")
    };
    let (name, value) = line.split_once('=').ok_or_else(unreadable)?;
    if !names::is_name(name) {
        return Err(unreadable());
    }
    if earlier.contains_key(name) {
        return Err(Wrong::new(format!("secret {name} for the second time")).way_out("remove one of the lines"));
    }
    no_nul(name, value)?;
    Ok((name.to_owned(), value.to_owned()))
}

fn read_dir(dir: &Path) -> Result<Secrets, Vec<Fault>> {
    let generation = generation(dir);
    let names = names_in(&generation).map_err(|error| vec![unread(&error).at(dir, None)])?;
    let mut secrets = BTreeMap::new();
    let mut faults = Vec::new();
    for name in names {
        let path = dir.join(&name);
        match secret_file(&generation.join(&name), &name) {
            Ok(Some(value)) => drop(secrets.insert(name, value)),
            Ok(None) => {}
            Err(wrong) => faults.push(wrong.at(&path, None)),
        }
    }
    ended(dir, secrets, faults)
}

/// Where the files of a directory really lie: Kubernetes replaces all of them at once by turning the
/// link `..data` to another directory, and secrets of two generations do not fit together.
fn generation(dir: &Path) -> PathBuf {
    dir.join("..data").canonicalize().unwrap_or_else(|_| dir.to_owned())
}

/// The names in a directory that may be secrets, sorted.
fn names_in(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        names.extend(name.to_str().filter(|name| !name.starts_with('.')).map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// The value in a file; `None` for what is no file, such as a directory.
fn secret_file(path: &Path, name: &str) -> Result<Option<String>, Wrong> {
    if !fs::metadata(path).map_err(|error| unread(&error))?.is_file() {
        return Ok(None);
    }
    names::name(name)?;
    let mut value = read_text(path)?;
    no_nul(name, &value)?;
    if value.ends_with('\n') {
        value.pop();
        if value.ends_with('\r') {
            value.pop();
        }
    }
    Ok(Some(value))
}

fn no_nul(name: &str, value: &str) -> Result<(), Wrong> {
    match value.contains('\0') {
        true => {
            Err(Wrong::new(format!("the value of secret {name} holds a NUL")).expected("text that programs can read"))
        }
        false => Ok(()),
    }
}

fn read_text(path: &Path) -> Result<String, Wrong> {
    let bytes = document::bytes(path, SECRET_BYTES_MAX)?
        .ok_or_else(|| Wrong::new("there is no such file").way_out("correct the path under [secrets]"))?;
    String::from_utf8(bytes)
        .map_err(|_| Wrong::new("a secret that is no UTF-8").way_out("encode it, in base64 for example"))
}

fn unread(error: &io::Error) -> Wrong {
    Wrong::new(format!("cannot be read: {error}")).way_out("correct the path or its permissions")
}

fn ended(path: &Path, secrets: BTreeMap<String, String>, mut faults: Vec<Fault>) -> Result<Secrets, Vec<Fault>> {
    if secrets.len() > SECRETS_MAX {
        let wrong = Wrong::new(format!("{} secrets", secrets.len()))
            .expected(format!("at most {SECRETS_MAX}"))
            .way_out("keep those of other servers elsewhere");
        faults.push(wrong.at(path, None));
    }
    match faults.is_empty() {
        true => Ok(Secrets(secrets)),
        false => Err(faults),
    }
}

#[cfg(test)]
mod tests;
