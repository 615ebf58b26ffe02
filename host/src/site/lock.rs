//! What every component of a site is and may do, as a file that is kept with the sources: so that a
//! new build that wants more is seen before it is served. It decides nothing about serving.

use std::{
    collections::BTreeSet,
    fmt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{ComponentRoute, Served, Site};
use crate::{
    Fault,
    policy::{SecretGrant, SecretMode, SecretTargets},
};

/// The name of the file, in the directory of the site.
pub const LOCK_FILE: &str = "routelet.lock";

/// Which form of the file this release writes and reads. The first did not say what a guest sees of a
/// secret, so nothing can be held against it.
const VERSION: u32 = 2;

const HEAD: &str = "# Written by `routelet lock`, compared by `routelet check --locked`.\n";

/// All components of a site, by file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    version: u32,
    #[serde(default)]
    component: Vec<Locked>,
}

/// What one component is, and what its policy grants it. Values of variables are not among it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Locked {
    file: PathBuf,
    sha256: String,
    kind: String,
    reuse: String,
    methods: Vec<String>,
    imports: Vec<String>,
    env: Vec<String>,
    secrets: Vec<String>,
    outbound: Vec<String>,
    files: Vec<String>,
    kv: Vec<String>,
}

/// How one component differs from what is locked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The component's file, relative to the site.
    pub file: PathBuf,
    /// In a word, what the difference is.
    pub change: Change,
    /// What it has and the lock does not allow: `method POST`, `import wasi:sockets/tcp@0.2.0`.
    pub more: Vec<String>,
    /// What the lock has and it does not.
    pub less: Vec<String>,
}

/// What kind of difference it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It has more than is locked.
    WantsMore,
    /// It has no more, and something less.
    WantsLess,
    /// It has the same, from other bytes.
    BytesOnly,
    /// It is not in the lock.
    New,
    /// It is in the lock only.
    Gone,
}

impl Site {
    /// What the components of this site are, and may do.
    pub fn lock(&self) -> Lock {
        let table = self.table();
        let components = table.routes.iter().filter_map(|route| match route.value {
            Served::Component(component) => Some(Locked::of(component)),
            Served::File(_) | Served::Faulty(_) => None,
        });
        let mut component: Vec<_> = components.collect();
        component.sort_by(|one, other| one.file.cmp(&other.file));
        component.dedup();
        Lock { version: VERSION, component }
    }
}

impl Locked {
    fn of(route: &ComponentRoute) -> Self {
        let grants = &route.policy.grants;
        Self {
            file: route.file.clone(),
            sha256: route.digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            kind: route.contract.kind.as_str().to_owned(),
            reuse: route.policy.reuse.as_str().to_owned(),
            methods: route.methods.methods.allowed().iter().map(|method| method.as_str().to_owned()).collect(),
            imports: route.contract.imports.clone(),
            env: grants.env.keys().cloned().collect(),
            secrets: grants.secrets.iter().flat_map(locked_secret).collect(),
            outbound: grants.outbound.iter().map(ToString::to_string).collect(),
            files: grants.files.iter().map(|grant| format!("{} = {grant}", grant.at)).collect(),
            kv: grants.kv.iter().map(|(name, namespace)| format!("{name} = {namespace}")).collect(),
        }
    }

    /// All that it is and may do, each in a few words. An import counts by its interface and the
    /// generation of WASI: another release of the same is no new wish.
    fn wishes(&self) -> BTreeSet<String> {
        let told = |kind: &'static str, names: &[String]| -> Vec<String> {
            names.iter().map(|name| format!("{kind} {name}")).collect()
        };
        let imports: Vec<_> = self.imports.iter().map(|import| generation(import)).collect();
        let reuse = match self.reuse.as_str() {
            "never" => Vec::new(),
            reuse => vec![format!("reuse {reuse}")],
        };
        let all = [
            vec![format!("kind {}", self.kind)],
            reuse,
            told("method", &self.methods),
            told("import", &imports),
            told("env", &self.env),
            told("secret", &self.secrets),
            told("outbound", &self.outbound),
            told("files", &self.files),
            told("kv", &self.kv),
        ];
        all.into_iter().flatten().collect()
    }

    /// How `now` differs from this.
    fn compare(&self, now: &Self) -> Option<Difference> {
        let (then, wishes) = (self.wishes(), now.wishes());
        let allowed = |wish: &String| allowed_by(wish).iter().any(|wider| then.contains(wider));
        let more: Vec<_> = wishes.iter().filter(|wish| !allowed(wish)).cloned().collect();
        let less: Vec<_> = then.difference(&wishes).cloned().collect();
        let change = match (more.is_empty(), less.is_empty()) {
            (false, _) => Change::WantsMore,
            (true, false) => Change::WantsLess,
            (true, true) if self.sha256 != now.sha256 => Change::BytesOnly,
            (true, true) => return None,
        };
        Some(Difference { file: now.file.clone(), change, more, less })
    }
}

/// What a guest sees of a secret; one that is only sent has a line for each target it is sent to.
fn locked_secret(secret: &SecretGrant) -> Vec<String> {
    let name = &secret.name;
    match &secret.mode {
        SecretMode::Value => vec![format!("{name} = value")],
        SecretMode::Placeholder(SecretTargets::Granted) => vec![format!("{name} = placeholder")],
        SecretMode::Placeholder(SecretTargets::Only(rules)) => {
            let lines: BTreeSet<_> = rules.iter().map(|rule| format!("{name} = placeholder for {rule}")).collect();
            lines.into_iter().collect()
        }
    }
}

/// The wish itself, and those that ask for all of it and more: who sees a secret may send it, who sends it
/// anywhere may send it there, and who writes files reads them.
fn allowed_by(wish: &str) -> Vec<String> {
    let mut wider = vec![wish.to_owned()];
    if wish.starts_with("secret ")
        && let Some((secret, _)) = wish.split_once(" = placeholder")
    {
        wider.extend([format!("{secret} = value"), format!("{secret} = placeholder")]);
    }
    if wish.starts_with("files ")
        && let Some(directory) = wish.strip_suffix(" (read)")
    {
        wider.push(format!("{directory} (read-write)"));
    }
    wider
}

/// An interface with the first two numbers of its version.
fn generation(import: &str) -> String {
    let Some((interface, version)) = import.split_once('@') else {
        return import.to_owned();
    };
    let numbers: Vec<_> = version.split('.').take(2).collect();
    format!("{interface}@{}", numbers.join("."))
}

impl Lock {
    /// Reads what [`Lock`] is written as; `file` is where it was found.
    ///
    /// # Errors
    ///
    /// It is no lock file, or one of another release.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Fault> {
        let way_out = "write it anew with `routelet lock`";
        let lock: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let fault = Fault::new(file, format!("is no lock file: {}", error.message())).way_out(way_out);
            fault.at_line(u32::try_from(line).unwrap_or(u32::MAX))
        })?;
        if lock.version != VERSION {
            return Err(Fault::new(file, format!("has version {}", lock.version))
                .expected(format!("version {VERSION}"))
                .way_out(way_out));
        }
        Ok(lock)
    }

    /// How many components it holds.
    pub fn len(&self) -> usize {
        self.component.len()
    }

    /// Whether it holds no component.
    pub fn is_empty(&self) -> bool {
        self.component.is_empty()
    }

    /// How `now` differs from this, component by component.
    pub fn compare(&self, now: &Self) -> Vec<Difference> {
        let whole = |locked: &Locked, change| Difference {
            file: locked.file.clone(),
            change,
            more: if change == Change::New { locked.wishes().into_iter().collect() } else { Vec::new() },
            less: Vec::new(),
        };
        let mut differences: Vec<_> = now
            .component
            .iter()
            .filter_map(|new| match self.component.iter().find(|old| old.file == new.file) {
                Some(old) => old.compare(new),
                None => Some(whole(new, Change::New)),
            })
            .collect();
        let is_gone = |old: &&Locked| !now.component.iter().any(|new| new.file == old.file);
        differences.extend(self.component.iter().filter(is_gone).map(|old| whole(old, Change::Gone)));
        differences.sort_by(|one, other| one.file.cmp(&other.file));
        differences
    }
}

/// The text of the file.
impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = toml::to_string_pretty(self).map_err(|_| fmt::Error)?;
        write!(f, "{HEAD}{text}")
    }
}

/// A line for what it is, and one for each thing that differs.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.change {
            Change::WantsMore => "wants more than is locked",
            Change::WantsLess => "wants less than is locked",
            Change::BytesOnly => "differs in its bytes only; it wants nothing more",
            Change::New => "is not locked yet",
            Change::Gone => "is locked, but is not there",
        };
        write!(f, "{}: {what}", self.file.display())?;
        for more in &self.more {
            write!(f, "\n  + {more}")?;
        }
        for less in &self.less {
            write!(f, "\n  - {less}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
