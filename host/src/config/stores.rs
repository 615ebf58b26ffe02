//! Where key-value stores are kept. It opens nothing and connects to nothing.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use crate::policy::wrong::Wrong;

/// Where key-value stores are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StoresSource {
    /// Nowhere: a site that grants a store does not load.
    #[default]
    Nowhere,
    /// In files of this directory, which one server at a time may use.
    Directory(PathBuf),
    /// In a server that speaks the protocol of Redis, which several servers may share.
    Redis(RedisUrl),
}

/// `redis://HOST:PORT/DB`, with name and password where the server wants them. Printing it shows
/// neither.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl(String);

const REDIS: &str = "redis://";
const EMBEDDED: &str = "redb:";

impl RedisUrl {
    /// The whole of it, password included; for connecting, never for showing.
    pub(crate) fn revealed(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = &self.0[REDIS.len()..];
        write!(f, "{REDIS}{}", rest.rsplit_once('@').map_or(rest, |(_, place)| place))
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StoresSource {
    /// Reads `redb:PATH` or `redis://HOST:PORT/DB`; `place` makes a path of what follows `redb:`.
    /// What is wrong is told without the text, which may hold a password.
    pub(super) fn parse(text: &str, place: impl FnOnce(&str) -> PathBuf) -> Result<Self, Wrong> {
        if let Some(path) = text.strip_prefix(EMBEDDED).filter(|path| !path.is_empty()) {
            return Ok(Self::Directory(place(path)));
        }
        match text.strip_prefix(REDIS) {
            Some(rest) if names_a_server(rest) => Ok(Self::Redis(RedisUrl(text.to_owned()))),
            _ => Err(Wrong::new("a kv.url of another form")
                .expected("\"redb:PATH\" with the path of a directory, or \"redis://HOST:PORT/DB\"")
                .way_out("correct the value or remove the key")),
        }
    }

    /// Where the stores of a site are when nobody says it: in the state directory that systemd hands
    /// over, else in a directory of the user's own data, named for the site's path. Never in the site,
    /// which may be read-only, is replaced by every build and is served.
    pub(super) fn by_default(site: &Path, variables: &BTreeMap<String, String>) -> Self {
        let absolute = |path: &String| Some(PathBuf::from(path)).filter(|path| path.is_absolute());
        let variable = |name: &str| variables.get(name).and_then(absolute);
        // systemd separates several directories with colons.
        let state = variables.get("STATE_DIRECTORY").and_then(|all| absolute(&all.split(':').next()?.to_owned()));
        if let Some(state) = state {
            return Self::Directory(state.join("kv"));
        }
        let below_home = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/share" };
        let home = variable("XDG_DATA_HOME")
            .or_else(|| variable("LOCALAPPDATA"))
            .or_else(|| variable("HOME").map(|home| home.join(below_home)));
        home.map_or(Self::Nowhere, |home| Self::Directory(home.join("routelet/kv").join(site_name(site))))
    }
}

fn names_a_server(rest: &str) -> bool {
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    let host = place.split(['/', ':']).next().unwrap_or_default();
    (!host.is_empty() || place.starts_with('[')) && !rest.contains(char::is_whitespace)
}

/// The site's folder, and enough of its path's digest to tell two of that name apart. Links are not
/// followed: a site that is switched over by a link keeps its stores.
fn site_name(site: &Path) -> String {
    let path = std::path::absolute(site).unwrap_or_else(|_| site.to_owned());
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let digest: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{name}-{digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<StoresSource> {
        StoresSource::parse(text, |path| Path::new("/site").join(path)).ok()
    }

    #[test]
    fn a_url_names_a_directory_or_a_server() {
        let directory = |path: &str| Some(StoresSource::Directory(PathBuf::from(path)));
        let redis = |url: &str| Some(StoresSource::Redis(RedisUrl(url.to_owned())));
        for (text, source) in [
            ("redb:kv", directory("/site/kv")),
            ("redb:/var/lib/kv", directory("/var/lib/kv")),
            ("redis://127.0.0.1", redis("redis://127.0.0.1")),
            ("redis://me:secret@[::1]:7000/3", redis("redis://me:secret@[::1]:7000/3")),
            ("redb:", None),
            ("redb", None),
            ("redis://", None),
            ("redis://me:secret@", None),
            ("redis://a b", None),
            ("rediss://a", None),
            ("/var/lib/kv", None),
            ("", None),
        ] {
            assert_eq!(parse(text), source, "{text}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let source = parse("redis://me:p@ss@host:7000/3").expect("a server");
        assert_eq!(format!("{source:?}"), "Redis(redis://host:7000/3)");
        let wrong = StoresSource::parse("rediss://me:pass@host", |path| PathBuf::from(path)).expect_err("no such form");
        assert!(!format!("{wrong:?}").contains("pass"), "{wrong:?}");
    }

    #[test]
    fn by_default_stores_are_where_the_system_keeps_data() {
        let default = |variables: &[(&str, &str)]| {
            let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            match StoresSource::by_default(Path::new("/srv/shop"), &owned.collect()) {
                StoresSource::Directory(path) => path.display().to_string(),
                StoresSource::Nowhere | StoresSource::Redis(_) => "nowhere".to_owned(),
            }
        };
        let named = site_name(Path::new("/srv/shop"));
        assert!(named.starts_with("shop-") && named.len() == "shop-".len() + 12, "{named}");
        assert_ne!(named, site_name(Path::new("/srv/other/shop")));
        for (variables, path) in [
            (&[][..], "nowhere".to_owned()),
            (&[("HOME", "relative")], "nowhere".to_owned()),
            (&[("STATE_DIRECTORY", "/var/lib/a:/var/lib/b"), ("HOME", "/root")], "/var/lib/a/kv".to_owned()),
            (&[("XDG_DATA_HOME", "/data"), ("HOME", "/root")], format!("/data/routelet/kv/{named}")),
        ] {
            assert_eq!(default(variables), path, "{variables:?}");
        }
    }
}
