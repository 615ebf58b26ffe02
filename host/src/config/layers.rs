//! The layers of settings, lowest first: `routelet.toml`, the environment, the flags. What a key
//! means is told by the keys.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use super::{
    Config, LogFormat,
    document::{self, Entry, Value},
    keys::{self, Key, VARIABLE_PREFIX},
    secrets::SecretsSource,
    setting::{Place, Raw, Setting},
    stores::StoresSource,
    unknown::Keys,
};
use crate::{fault::Fault, policy::wrong::Wrong};

/// The name of the settings file of a site.
pub const SETTINGS_FILE: &str = "routelet.toml";

/// The world a server is configured in, passed in by whoever starts it.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// The directory of the site.
    pub site: PathBuf,
    /// The variables of the process.
    pub variables: BTreeMap<String, String>,
    /// Whether the log goes to a terminal.
    pub is_terminal: bool,
}

/// Shows the names of variables only: their values may be secrets.
impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.variables.keys().collect();
        f.debug_struct("Surroundings")
            .field("site", &self.site)
            .field("variables", &names)
            .field("is_terminal", &self.is_terminal)
            .finish()
    }
}

/// A flag as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its name without the dashes in front.
    pub name: String,
    /// Its value; a switch without one is `true`.
    pub value: String,
}

/// What all layers decide together, and what is wrong with them: a flag wins over a variable, a
/// variable over the file, the file over the defaults. `file` is the text of the site's settings
/// file, if it has one. What is wrong decides nothing.
pub(super) fn settle(file: Option<&str>, flags: &[Flag], surroundings: &Surroundings) -> (Config, Vec<Fault>) {
    let mut settling = Settling { config: starting(surroundings), surroundings, faults: Vec::new() };
    settling.take_file(file.unwrap_or_default());
    settling.take_variables();
    settling.take_flags(flags);
    (settling.config, settling.faults)
}

/// The defaults, as far as they follow from the surroundings.
fn starting(surroundings: &Surroundings) -> Config {
    Config {
        log: match surroundings.is_terminal {
            true => LogFormat::Pretty,
            false => LogFormat::Json,
        },
        cache_dir: cache_dir(&surroundings.variables),
        kv: StoresSource::by_default(&surroundings.site, &surroundings.variables),
        ..Config::default()
    }
}

/// The user's cache folder: as the XDG base directory specification has it, or the system's own.
fn cache_dir(variables: &BTreeMap<String, String>) -> Option<PathBuf> {
    let absolute = |name: &str| {
        let path = PathBuf::from(variables.get(name)?);
        path.is_absolute().then_some(path)
    };
    let below_home = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    absolute("XDG_CACHE_HOME")
        .or_else(|| absolute("LOCALAPPDATA"))
        .or_else(|| absolute("HOME").map(|home| home.join(below_home)))
        .map(|cache| cache.join("routelet"))
}

struct Settling<'s> {
    config: Config,
    surroundings: &'s Surroundings,
    faults: Vec<Fault>,
}

impl Settling<'_> {
    fn take_file(&mut self, text: &str) {
        let file = Path::new(SETTINGS_FILE);
        let entries = document::read(file, text).unwrap_or_else(|faults| {
            self.faults.extend(faults);
            Vec::new()
        });
        let layer = self.file_settings(file, entries);
        self.take(layer);
    }

    fn file_settings(&mut self, file: &Path, entries: Vec<Entry>) -> Vec<(Key, Setting)> {
        let mut layer = Vec::new();
        for entry in entries {
            let is_table = keys::all().any(|key| key.table == Some(&entry.key));
            match entry.value {
                Value::Table(inner) if is_table => {
                    let table = Some(entry.key.as_str());
                    layer.extend(inner.into_iter().filter_map(|entry| self.known(file, table, entry)));
                }
                _ => layer.extend(self.known(file, None, entry)),
            }
        }
        layer
    }

    /// The setting an entry is, if its key is one of ours.
    fn known(&mut self, file: &Path, table: Option<&str>, entry: Entry) -> Option<(Key, Setting)> {
        let line = entry.line;
        let place = Place::File { file: file.to_owned(), line };
        let found = keys::all().find(|key| key.table == table && key.name == entry.key);
        if found.is_none() {
            self.faults.push(place.fault(unknown_entry(table, &entry)));
        }
        let key = found?;
        let raw = Raw::Typed(entry.value);
        Some((key, Setting { key: key.dotted(), raw, place }))
    }

    fn take_variables(&mut self) {
        let mut layer = Vec::new();
        let mut unknown = Vec::new();
        for (name, value) in &self.surroundings.variables {
            if !name.starts_with(VARIABLE_PREFIX) {
                continue;
            }
            let place = Place::Variable(name.clone());
            match keys::all().find(|key| key.variable() == *name) {
                Some(key) => layer.push((key, plain(key, value, place))),
                None => unknown.push((name, value)),
            }
        }
        self.take(layer);
        for (name, value) in unknown {
            if !self.belongs_to_others(name, value) {
                let wrong = unknown_variable(name);
                self.faults.push(Place::Variable(name.clone()).fault(wrong));
            }
        }
    }

    /// Whether a variable that looks like ours is none: a secret, or one of those that Kubernetes
    /// gives every container for a service that is named `routelet`.
    fn belongs_to_others(&self, name: &str, value: &str) -> bool {
        let is_secret = match &self.config.secrets {
            SecretsSource::Variables { prefix, .. } => name.starts_with(prefix.as_str()),
            SecretsSource::Nowhere | SecretsSource::Given(_) | SecretsSource::File(_) | SecretsSource::Dir(_) => false,
        };
        let is_service = name.contains("_SERVICE_HOST")
            || name.contains("_SERVICE_PORT")
            || name.contains("_PORT_")
            || (name.ends_with("_PORT") && value.contains("://"));
        is_secret || is_service
    }

    fn take_flags(&mut self, flags: &[Flag]) {
        let mut layer = Vec::new();
        for Flag { name, value } in flags {
            let place = Place::Flag(format!("--{name}"));
            match keys::all().find(|key| key.flag() == *name) {
                Some(key) => layer.push((key, plain(key, value, place))),
                None => self.faults.push(place.fault(unknown_flag(name))),
            }
        }
        self.take(layer);
    }

    /// Lets a layer decide, over what lower ones decided.
    fn take(&mut self, layer: Vec<(Key, Setting)>) {
        let mut secrets: Option<&Setting> = None;
        for (key, setting) in &layer {
            if key.table == Some(keys::SECRETS) {
                if let Some(first) = secrets {
                    self.faults.push(setting.place.fault(second_source(setting, first)));
                }
                secrets = Some(setting);
            }
            let settled = keys::settle(&mut self.config, *key, setting, self.surroundings);
            self.faults.extend(settled.err().map(|wrong| setting.place.fault(wrong)));
        }
    }
}

fn plain(key: Key, value: &str, place: Place) -> Setting {
    Setting { key: key.dotted(), raw: Raw::Plain(value.to_owned()), place }
}

fn second_source(second: &Setting, first: &Setting) -> Wrong {
    Wrong::new(format!("{} beside {} at {}", second.key, first.key, first.place))
        .expected("one source of secrets")
        .way_out("remove one of them")
}

fn unknown_entry(table: Option<&str>, entry: &Entry) -> Wrong {
    let mut known: Vec<_> = keys::all().filter(|key| key.table == table).map(|key| key.name).collect();
    let tables: Vec<_> = keys::all().filter_map(|key| key.table).collect();
    if table.is_none() {
        known.extend(tables.iter().copied());
        known.dedup();
        if tables.contains(&entry.key.as_str()) {
            return Wrong::new(format!("{} = {}", entry.key, entry.value)).expected("a table");
        }
    }
    let (shown, later) = match table {
        Some(table) => (format!("[{table}] of {SETTINGS_FILE}"), &[][..]),
        None => (SETTINGS_FILE.to_owned(), keys::LATER),
    };
    let keys = Keys { table: &shown, known: &known, later };
    keys.unknown(&entry.key)
}

fn unknown_flag(name: &str) -> Wrong {
    let known: Vec<_> = keys::all().map(|key| key.flag()).collect();
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    let keys = Keys { table: "the flags", known: &known, later: keys::LATER_FLAGS };
    keys.unknown(name)
}

fn unknown_variable(name: &str) -> Wrong {
    let known: Vec<_> = keys::all().map(|key| key.variable()).collect();
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    let later: Vec<_> = keys::LATER_FLAGS.iter().map(|flag| keys::variable(flag)).collect();
    let later: Vec<_> = later.iter().map(String::as_str).collect();
    let keys = Keys { table: "the variables that begin with ROUTELET_", known: &known, later: &later };
    keys.unknown(name)
}
