//! Directories that segments grant to guests, as far as a build has to carry them over. Whether a
//! grant is right is told by the host, which reads the same files.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use toml_edit::{DocumentMut, TableLike};

/// A directory of the site that some segment grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Granted {
    /// Its path, relative to the site.
    pub(crate) from: PathBuf,
    /// Whether guests write to it, so that its content in the output is theirs.
    pub(crate) is_written: bool,
}

impl Granted {
    /// What a `segment.toml` grants of the site. What is no grant, or no TOML, is left to the host.
    pub(crate) fn by(segment: &str) -> Vec<Self> {
        let Ok(segment) = segment.parse::<DocumentMut>() else { return Vec::new() };
        let files =
            segment.get("grants").and_then(|grants| grants.as_table_like()).and_then(|grants| grants.get("files"));
        let Some(files) = files else { return Vec::new() };
        if let Some(tables) = files.as_array_of_tables() {
            return tables.iter().filter_map(|table| Self::of(table)).collect();
        }
        let entries = files.as_array().into_iter().flatten();
        entries.filter_map(|entry| Self::of(entry.as_inline_table()?)).collect()
    }

    fn of(table: &dyn TableLike) -> Option<Self> {
        let from = Path::new(table.get("from")?.as_str()?);
        let names = from.components().filter(|part| *part != Component::CurDir);
        let names = names.map(|part| match part {
            Component::Normal(name) => Some(name),
            // Absolute: it is the same wherever the output lies.
            Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
        });
        let from: PathBuf = names.collect::<Option<_>>()?;
        let is_written = table.get("access").and_then(|access| access.as_str()) == Some("read-write");
        (!from.as_os_str().is_empty()).then_some(Self { from, is_written })
    }

    /// Makes the directory in `output`; where guests write, what the site has and the output has
    /// not is copied, and what guests left there stays.
    pub(crate) fn seed(&self, site: &Path, output: &Path) -> io::Result<()> {
        if self.is_written || site.join(&self.from).is_dir() {
            fs::create_dir_all(output.join(&self.from))?;
        }
        if self.is_written { seed(&site.join(&self.from), &output.join(&self.from)) } else { Ok(()) }
    }
}

fn seed(from: &Path, to: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let (kind, place) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            fs::create_dir_all(&place)?;
            seed(&entry.path(), &place)?;
        } else if kind.is_file() && !place.exists() {
            fs::copy(entry.path(), &place)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_grants_are_found_however_they_are_written() {
        let granted = |from: &str, is_written| Granted { from: from.into(), is_written };
        for (segment, found) in [
            ("", vec![]),
            ("[grants]\n", vec![]),
            ("not toml", vec![]),
            ("[grants]\nfiles = [{ from = \"data\", at = \"/d\" }]\n", vec![granted("data", false)]),
            ("[grants]\nfiles = [{ from = \"./a/b/\", access = \"read-write\" }]\n", vec![granted("a/b", true)]),
            ("grants = { files = [{ from = \"data\" }] }\n", vec![granted("data", false)]),
            (
                "[[grants.files]]\nfrom = \"a\"\n[[grants.files]]\nfrom = \"b\"\n",
                vec![granted("a", false), granted("b", false)],
            ),
            (
                "[grants]\nfiles = [{ from = \"/srv\" }, { from = \"../x\" }, { from = \".\" }, { from = 1 }, 1]\n",
                vec![],
            ),
            ("[ceiling]\nfiles = [{ from = \"data\" }]\n", vec![]),
        ] {
            assert_eq!(Granted::by(segment), found, "{segment}");
        }
    }
}
