//! The settled settings of a server: what `routelet.toml`, the environment and the flags decided
//! together. It knows nothing of segments and starts nothing.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::fault::Fault;

pub(crate) mod document;
pub mod keys;
mod layers;
mod proxies;
pub mod secrets;
pub mod server_limits;
mod setting;
pub mod stores;
mod text;
mod tls;
pub(crate) mod unknown;

pub use crate::policy::Owners;
pub use layers::{Flag, SETTINGS_FILE, Surroundings};
pub use proxies::{NotANetwork, TrustedProxies};
pub(crate) use secrets::served_around;
pub use secrets::{Secrets, SecretsSource};
pub use server_limits::ServerLimits;
pub use stores::StoresSource;
pub use tls::TlsFiles;

/// Reached from this machine only, until its owner says otherwise.
pub const LISTEN: &str = "127.0.0.1:8080";
/// What Kubernetes waits before it kills, and longer than honest requests take to their end.
pub const GRACE: Duration = Duration::from_secs(30);

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people at a terminal.
    Pretty,
    /// One JSON object a line.
    #[default]
    Json,
}

/// Where components are compiled to native code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Compiler {
    /// In the serving process.
    ///
    /// This gives up the limits `compile-time` and `compile-memory`: a component made to be dear can
    /// hold a processor for hours, take all memory, or end the server through a fault of the
    /// compiler. It is for components one trusts, or compiles elsewhere first.
    #[default]
    InProcess,
    /// In a process of this program for each component, within the limits of its segment.
    ///
    /// The program is a `routelet` of this very version and build, or one that calls
    /// [`compile::answer`](crate::compile::answer) when its single argument is `compile`. What it
    /// returns is native code that runs with all rights of the serving process, so it has to be
    /// trusted as much as that.
    Child(PathBuf),
}

/// Every decision about a server, settled: no field means "undecided".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen, `host:port`; port 0 takes a free one.
    pub listen: String,
    /// Whose tree the site is.
    pub owners: Owners,
    /// Whether WASI 0.3 components are served.
    pub wasi_0_3: bool,
    /// How long running requests may go on after the signal to stop.
    pub grace: Duration,
    /// Authorities answered, in lower case; one without a port stands for every port, an empty list
    /// answers all.
    pub hosts: Vec<String>,
    /// The proxies whose word about a client is believed.
    pub trusted_proxies: TrustedProxies,
    /// The certificate to serve with, if any.
    pub tls: TlsFiles,
    /// The path everything lies under: empty, or `/base` without a slash at the end.
    pub base_path: String,
    /// Whether clean paths end in a slash.
    pub trailing_slash: bool,
    /// Whether every request writes a log line.
    pub access_log: bool,
    /// How log lines are written.
    pub log: LogFormat,
    /// Where compiled components are kept; `None` keeps none.
    pub cache_dir: Option<PathBuf>,
    /// Where components are compiled; the program `routelet` names itself here.
    pub compiler: Compiler,
    /// Where secrets come from.
    pub secrets: SecretsSource,
    /// Where key-value stores are kept.
    pub kv: StoresSource,
    /// Limits of the whole server.
    pub server: ServerLimits,
}

impl Config {
    /// Whether requests for this authority are answered: with its port, or by its host alone.
    pub(crate) fn answers(&self, authority: &http::uri::Authority) -> bool {
        let names = |host: &String| {
            host.eq_ignore_ascii_case(authority.as_str()) || host.eq_ignore_ascii_case(authority.host())
        };
        self.hosts.is_empty() || self.hosts.iter().any(names)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: LISTEN.to_owned(),
            owners: Owners::One,
            wasi_0_3: false,
            grace: GRACE,
            hosts: Vec::new(),
            trusted_proxies: TrustedProxies::default(),
            tls: TlsFiles::default(),
            base_path: String::new(),
            trailing_slash: false,
            access_log: false,
            log: LogFormat::Json,
            cache_dir: None,
            compiler: Compiler::InProcess,
            secrets: SecretsSource::Nowhere,
            kv: StoresSource::Nowhere,
            server: ServerLimits::default(),
        }
    }
}

impl Config {
    /// Settles what the settings file of the site, the variables and the flags say: a flag wins
    /// over a variable, a variable over the file, the file over the defaults. Everything wrong
    /// with any of them is reported together, each fault at its file and line, its variable or its
    /// flag.
    pub fn load(flags: &[Flag], surroundings: &Surroundings) -> Result<Self, Vec<Fault>> {
        whole(Self::load_in_part(flags, surroundings))
    }

    /// As [`Config::load`], with all that is right beside what is wrong: enough to look for further
    /// faults of a site, never to serve it.
    pub fn load_in_part(flags: &[Flag], surroundings: &Surroundings) -> (Self, Vec<Fault>) {
        match document::text(&surroundings.site.join(SETTINGS_FILE)) {
            Ok(file) => layers::settle(file.as_deref(), flags, surroundings),
            Err(wrong) => {
                let (config, mut faults) = layers::settle(None, flags, surroundings);
                faults.insert(0, wrong.at(Path::new(SETTINGS_FILE), None));
                (config, faults)
            }
        }
    }

    /// As [`Config::load`], with the text of the settings file passed in; `None` where there is none.
    ///
    /// ```
    /// use routelet::config::{Config, Surroundings};
    ///
    /// let mut surroundings = Surroundings::default();
    /// surroundings.variables.insert("ROUTELET_LISTEN".into(), "0.0.0.0:80".into());
    /// let config = Config::settle(Some("listen = \"[::1]:80\""), &[], &surroundings);
    /// assert_eq!(config.expect("no fault").listen, "0.0.0.0:80");
    /// ```
    pub fn settle(file: Option<&str>, flags: &[Flag], surroundings: &Surroundings) -> Result<Self, Vec<Fault>> {
        whole(layers::settle(file, flags, surroundings))
    }
}

fn whole((config, faults): (Config, Vec<Fault>)) -> Result<Config, Vec<Fault>> {
    if faults.is_empty() { Ok(config) } else { Err(faults) }
}

#[cfg(test)]
mod tests;
