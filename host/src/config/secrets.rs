//! The server's secret source, and the secrets read from it. Values are never shown; only names are.

use std::{collections::BTreeMap, fmt, path::PathBuf};

/// Where secrets come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SecretsSource {
    /// There are none.
    #[default]
    Nowhere,
    /// They were handed over, by the variables with a prefix or by an embedder.
    Given(Secrets),
    /// A file of `KEY=VALUE` lines.
    File(PathBuf),
    /// A directory with one file for each.
    Dir(PathBuf),
}

/// Secrets by name. Printing them shows names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<String, String>);

impl Secrets {
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
