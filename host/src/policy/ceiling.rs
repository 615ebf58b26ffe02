//! What the segments below a ceiling may grant themselves at most, and what they are told when
//! they ask for more. Ceilings intersect going down: each of those above must cover a grant.

use std::path::{Path, PathBuf};

use super::{
    FilesGrant, OutboundRule, Owners, Reuse, SecretCeiling, SecretGrant, SecretMode,
    change::{CeilingWritten, SegmentChange, Written},
    files::FilesMost,
    names::NamePattern,
    wrong::Wrong,
};

/// The ceilings of the segments above, the root's first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ceilings(Vec<Ceiling>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Ceiling {
    file: PathBuf,
    env: Written<Vec<NamePattern>>,
    secrets: Written<Vec<SecretCeiling>>,
    outbound: Written<Vec<OutboundRule>>,
    kv: Written<Vec<NamePattern>>,
    files: Written<Vec<FilesMost>>,
    reuse: Written<Reuse>,
}

/// Something a segment wants for itself.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wish<'a> {
    Env(&'a str),
    Secret(&'a SecretGrant),
    Outbound(&'a OutboundRule),
    Kv(&'a str),
    Files(&'a FilesGrant),
    Reuse(Reuse),
}

impl Ceilings {
    /// These ceilings with one more below them.
    pub(super) fn with(&self, file: &Path, written: Option<&CeilingWritten>) -> Self {
        let mut ceilings = self.0.clone();
        ceilings.extend(written.map(|written| Ceiling::new(file, written)));
        Self(ceilings)
    }

    /// Whether the segment of `change` may have its wish; a ceiling binds the segments below its
    /// own file only.
    pub(super) fn check(&self, owners: Owners, change: &SegmentChange, wish: Wish<'_>) -> Result<(), Wrong> {
        let mut above = self.0.iter().filter(|ceiling| ceiling.file != change.file);
        let asks_nothing = matches!(wish, Wish::Reuse(Reuse::Never));
        let needs_one = owners == Owners::Many && !change.at_root;
        if needs_one && !asks_nothing && above.clone().next().is_none() {
            return Err(wish.without_ceiling());
        }
        match above.find(|ceiling| !ceiling.covers(wish)) {
            Some(ceiling) => Err(wish.beyond(&ceiling.file, ceiling.line(wish))),
            None => Ok(()),
        }
    }
}

impl Ceiling {
    fn new(file: &Path, written: &CeilingWritten) -> Self {
        Self {
            file: file.to_owned(),
            env: or_empty(&written.env, written.line),
            secrets: or_empty(&written.secrets, written.line),
            outbound: or_empty(&written.outbound, written.line),
            kv: or_empty(&written.kv, written.line),
            files: or_empty(&written.files, written.line),
            reuse: or_empty(&written.reuse, written.line),
        }
    }

    fn covers(&self, wish: Wish<'_>) -> bool {
        match wish {
            Wish::Env(name) => self.env.value.iter().any(|pattern| pattern.covers(name)),
            Wish::Secret(grant) => self.secrets.value.iter().any(|most| most.covers(grant)),
            Wish::Outbound(rule) => self.outbound.value.iter().any(|most| most.covers(rule)),
            Wish::Kv(name) => self.kv.value.iter().any(|pattern| pattern.covers(name)),
            Wish::Files(grant) => self.files.value.iter().any(|most| most.covers(grant)),
            Wish::Reuse(reuse) => reuse <= self.reuse.value,
        }
    }

    fn line(&self, wish: Wish<'_>) -> u32 {
        match wish {
            Wish::Env(_) => self.env.line,
            Wish::Secret(_) => self.secrets.line,
            Wish::Outbound(_) => self.outbound.line,
            Wish::Kv(_) => self.kv.line,
            Wish::Files(_) => self.files.line,
            Wish::Reuse(_) => self.reuse.line,
        }
    }
}

/// What a ceiling writes for a kind, or nothing at the ceiling's own line.
fn or_empty<T: Clone + Default>(written: &Option<Written<T>>, line: u32) -> Written<T> {
    written.clone().unwrap_or_else(|| Written::new(T::default(), line))
}

impl Wish<'_> {
    fn beyond(self, file: &Path, line: u32) -> Wrong {
        let file = file.display();
        Wrong::new(format!("{} is beyond the ceiling at {file}:{line}", self.told()))
            .way_out(format!("remove it here, or add it to `{}` there", self.kind()))
    }

    fn without_ceiling(self) -> Wrong {
        Wrong::new(format!("{} has no ceiling above it", self.told()))
            .expected("a ceiling that covers it, since owners = \"many\"")
            .way_out(format!("write [ceiling] {} in a segment.toml above, or remove it here", self.kind()))
    }

    fn told(self) -> String {
        match self {
            Self::Env(name) => format!("grant of env {name}"),
            Self::Secret(grant) => match grant.mode {
                SecretMode::Value => format!("grant of secret {}", grant.name),
                SecretMode::Placeholder(_) => format!("grant of secret {} as {}", grant.name, grant.mode),
            },
            Self::Outbound(rule) => format!("grant of outbound {rule}"),
            Self::Kv(name) => format!("grant of kv {name}"),
            Self::Files(grant) => format!("grant of files {grant}"),
            Self::Reuse(reuse) => format!("reuse = {:?}", reuse.as_str()),
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Env(_) => "env",
            Self::Secret(_) => "secrets",
            Self::Outbound(_) => "outbound",
            Self::Kv(_) => "kv",
            Self::Files(_) => "files",
            Self::Reuse(_) => "reuse",
        }
    }
}
