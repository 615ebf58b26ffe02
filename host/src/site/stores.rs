//! The key-value stores of a site: that there is a place for those it grants, and that it is theirs
//! alone. It keeps nothing in them.

use std::path::Path;

use super::{LoadError, Served, Site, tree::RouteFile};
use crate::{
    Fault,
    config::{self, Config, StoresSource},
    policy::Policy,
    runtime::kv::Stores,
};

impl Site {
    /// Takes possession of the key-value stores that the site grants, if it grants any, instead of
    /// leaving it to the first request. A server calls this before it listens.
    ///
    /// # Errors
    ///
    /// Where the stores are, and why they cannot be used: another server has them, or the disk refuses.
    pub async fn open_stores(&self) -> Result<(), LoadError> {
        if self.grants_stores() {
            self.0.host.stores().open().await.map_err(|error| vec![error.fault()])?;
        }
        Ok(())
    }

    fn grants_stores(&self) -> bool {
        self.table().routes.iter().any(|route| match route.value {
            Served::Component(component) => !component.policy.grants.kv.is_empty(),
            Served::File(_) | Served::Faulty(_) => false,
        })
    }
}

/// The stores at the place the settings name, which must not be served.
pub(super) fn at(dir: &Path, source: &StoresSource) -> Result<Stores, LoadError> {
    if let StoresSource::Directory(path) = source
        && let Some(served) = config::served_around(path, dir)
    {
        let found = format!("is to hold key-value stores in {}, which is served", served.display());
        let fault = Fault::new(path, found)
            .expected("a directory outside app/ and public/")
            .way_out("name another place by [kv] url");
        return Err(vec![fault].into());
    }
    Ok(Stores::at(source).map_err(|error| vec![Fault::new(config::SETTINGS_FILE, error.to_string())])?)
}

/// A policy grants stores only where there is a place for them.
pub(super) fn have_a_place(config: &Config, file: &RouteFile, policy: &Policy) -> Result<(), Vec<Fault>> {
    let Some(name) = policy.grants.kv.keys().next().filter(|_| config.kv == StoresSource::Nowhere) else {
        return Ok(());
    };
    let origin = policy.origin(&format!("kv.{name}"));
    let place = origin.map_or(&file.file, |origin| &origin.file);
    let fault = Fault::new(place, format!("grants the store `{name}`, and no place for stores is set"))
        .expected("[kv] url in routelet.toml, since this system names no folder for data")
        .way_out("write url = \"redb:PATH\" or url = \"redis://HOST:PORT/DB\" there");
    Err(vec![Fault { line: origin.map(|origin| origin.line), ..fault }])
}
