//! The keys of a server's settings and what each decides. Where values come from, and which of
//! several wins, is told by the layers.

use std::{path::PathBuf, time::Duration};

use super::{
    Config, LogFormat, Surroundings,
    secrets::SecretsSource,
    server_limits::ServerLimits,
    setting::{Place, Setting},
    stores::StoresSource,
    text,
};
use crate::policy::{
    Owners,
    bound::{Bound, Held, Range},
    limits::TIME_MAX,
    units::Unit,
    wrong::Wrong,
};

/// A key that people may write, for help texts and flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The table it stands in, if any.
    pub table: Option<&'static str>,
    /// The key in that table.
    pub name: &'static str,
    /// What it decides, its default and its unit.
    pub about: &'static str,
    /// Whether it is true or false, so that a flag alone means true.
    pub is_switch: bool,
}

impl Key {
    /// How it stands in the settings: `base-path`, `server.connections`.
    pub fn dotted(&self) -> String {
        self.joined(".")
    }

    /// How it is spelt as a flag, without the dashes in front: `base-path`, `server-connections`.
    pub fn flag(&self) -> String {
        self.joined("-")
    }

    /// The variable that sets it: `ROUTELET_BASE_PATH`.
    pub fn variable(&self) -> String {
        variable(&self.flag())
    }

    fn joined(&self, joint: &str) -> String {
        match self.table {
            Some(table) => format!("{table}{joint}{}", self.name),
            None => self.name.to_owned(),
        }
    }
}

/// What every variable of ours begins with.
pub const VARIABLE_PREFIX: &str = "ROUTELET_";

/// The variable that says what this flag says.
pub(super) fn variable(flag: &str) -> String {
    let name = flag.to_ascii_uppercase().replace('-', "_");
    format!("{VARIABLE_PREFIX}{name}")
}

/// Every key, in the order a person reads them.
pub fn all() -> impl Iterator<Item = Key> {
    let decisions = DECISIONS.iter().map(|decision| decision.key);
    decisions.chain(ServerLimits::BOUNDS.iter().map(|bound| Key {
        table: Some(SERVER),
        name: bound.key,
        about: bound.about,
        is_switch: false,
    }))
}

/// Keys that have their place in the format, but whose meaning a later release brings.
pub(super) const LATER: &[&str] = &["compress"];

/// Keys of later tables, as variables and flags spell them.
pub(super) const LATER_FLAGS: &[&str] = &["compress"];

pub(super) const SERVER: &str = "server";
const TLS: &str = "tls";
pub(super) const SECRETS: &str = "secrets";
const KV: &str = "kv";

/// Lets a setting decide; the key is one of [`all`].
pub(super) fn settle(
    config: &mut Config,
    key: Key,
    setting: &Setting,
    surroundings: &Surroundings,
) -> Result<(), Wrong> {
    if key.table == Some(SERVER) {
        let bound = ServerLimits::bound(key.name).expect("server keys are made from the bounds");
        let amount = setting.amount(bound)?;
        (bound.write)(&mut config.server, amount);
        return Ok(());
    }
    let decision = DECISIONS.iter().find(|decision| decision.key == key);
    let decision = decision.expect("all other keys are made from the decisions");
    (decision.settle)(config, setting, surroundings)
}

struct Decision {
    key: Key,
    settle: fn(&mut Config, &Setting, &Surroundings) -> Result<(), Wrong>,
}

const fn key(name: &'static str, about: &'static str) -> Key {
    Key { table: None, name, about, is_switch: false }
}

const fn switch(name: &'static str, about: &'static str) -> Key {
    Key { is_switch: true, ..key(name, about) }
}

const fn tls(name: &'static str, about: &'static str) -> Key {
    Key { table: Some(TLS), ..key(name, about) }
}

const fn secrets(name: &'static str, about: &'static str) -> Key {
    Key { table: Some(SECRETS), ..key(name, about) }
}

const DECISIONS: &[Decision] = &[
    Decision {
        key: key("listen", "Where to listen, host:port, 127.0.0.1:8080 by default; port 0 takes a free one."),
        settle: |config, setting, _| {
            config.listen = text::listen(setting.text()?)?;
            Ok(())
        },
    },
    Decision {
        key: key("owners", "Whose tree it is: `one` (default), or `many` who do not trust each other."),
        settle: |config, setting, _| {
            config.owners = setting.word(&[("one", Owners::One), ("many", Owners::Many)])?;
            Ok(())
        },
    },
    Decision {
        key: switch("wasi-0-3", "Serve WASI 0.3 components, which get no security patches upstream; off by default."),
        settle: |config, setting, _| {
            config.wasi_0_3 = setting.boolean()?;
            Ok(())
        },
    },
    Decision {
        key: key("grace", "How long running requests may go on after the signal to stop, 30s by default."),
        settle: |config, setting, _| {
            let amount = setting.amount(&GRACE)?;
            (GRACE.write)(&mut config.grace, amount);
            Ok(())
        },
    },
    Decision {
        key: key("hosts", "The authorities answered, others get 421; all by default."),
        settle: |config, setting, _| {
            config.hosts = text::hosts(setting)?;
            Ok(())
        },
    },
    Decision {
        key: key(
            "trusted-proxies",
            "Addresses and networks of proxies that are believed about the client; none by default.",
        ),
        settle: |config, setting, _| {
            config.trusted_proxies = text::proxies(setting)?;
            Ok(())
        },
    },
    Decision {
        key: key("base-path", "The path everything lies under, such as /base; none by default."),
        settle: |config, setting, _| {
            config.base_path = text::base_path(setting.text()?)?;
            Ok(())
        },
    },
    Decision {
        key: switch("trailing-slash", "Whether clean paths end in a slash; off by default."),
        settle: |config, setting, _| {
            config.trailing_slash = setting.boolean()?;
            Ok(())
        },
    },
    Decision {
        key: switch("access-log", "Write a log line for every request; off by default."),
        settle: |config, setting, _| {
            config.access_log = setting.boolean()?;
            Ok(())
        },
    },
    Decision {
        key: key("log", "How log lines are written: `pretty` (default at a terminal) or `json`."),
        settle: |config, setting, _| {
            config.log = setting.word(&[("pretty", LogFormat::Pretty), ("json", LogFormat::Json)])?;
            Ok(())
        },
    },
    Decision {
        key: key("cache-dir", "Where compiled components are kept; the user's cache folder by default."),
        settle: |config, setting, surroundings| {
            config.cache_dir = Some(path(setting, surroundings)?);
            Ok(())
        },
    },
    Decision {
        key: tls("cert", "The PEM file of the certificate to serve with, followed by those that signed it."),
        settle: |config, setting, surroundings| {
            config.tls.cert = Some(path(setting, surroundings)?);
            Ok(())
        },
    },
    Decision {
        key: tls("key", "The PEM file of the certificate's private key."),
        settle: |config, setting, surroundings| {
            config.tls.key = Some(path(setting, surroundings)?);
            Ok(())
        },
    },
    Decision {
        key: secrets("env-prefix", "Secrets are the variables that begin so: K is read from PREFIX + K."),
        settle: |config, setting, surroundings| {
            let prefix = text::prefix(setting.text()?)?;
            config.secrets = SecretsSource::from_variables(prefix, &surroundings.variables);
            Ok(())
        },
    },
    Decision {
        key: secrets("file", "Secrets are the KEY=VALUE lines of this file."),
        settle: |config, setting, surroundings| {
            config.secrets = SecretsSource::File(path(setting, surroundings)?);
            Ok(())
        },
    },
    Decision {
        key: secrets("dir", "Secrets are the files of this directory, one each."),
        settle: |config, setting, surroundings| {
            config.secrets = SecretsSource::Dir(path(setting, surroundings)?);
            Ok(())
        },
    },
    Decision {
        key: Key {
            table: Some(KV),
            ..key(
                "url",
                "Where key-value stores are: redb:PATH (the user's data folder by default) or redis://HOST:PORT/DB.",
            )
        },
        settle: |config, setting, surroundings| {
            config.kv = StoresSource::parse(setting.text()?, |path| below(setting, surroundings, path))?;
            Ok(())
        },
    },
];

const GRACE: Bound<Duration> = Bound {
    key: "grace",
    about: "Time that running requests have after the signal to stop.",
    unit: Unit::Time,
    range: Range::new(0, TIME_MAX.as_millis() as u64),
    read: Held::amount,
    write: Held::hold,
};

/// A path: below the site where the site's own file says it, below the current directory where a
/// variable or a flag does.
fn path(setting: &Setting, surroundings: &Surroundings) -> Result<PathBuf, Wrong> {
    let text = setting.text()?;
    if text.is_empty() {
        return Err(setting.unfit("a path"));
    }
    Ok(below(setting, surroundings, text))
}

fn below(setting: &Setting, surroundings: &Surroundings, path: &str) -> PathBuf {
    match &setting.place {
        Place::File { .. } => surroundings.site.join(path),
        Place::Variable(_) | Place::Flag(_) => PathBuf::from(path),
    }
}
