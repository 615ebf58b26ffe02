//! A site from what was typed: settings first, then everything below its directory. Whatever is
//! wrong with either is told together.

use std::path::Path;

use routelet::{Config, Fault, Site};

use super::{Stop, settings::Settings};

/// What the settings decide, or everything that is wrong with them and with the directory.
pub(super) async fn config(dir: &Path, settings: &Settings) -> Result<Config, Stop> {
    let (config, mut faults) = settings.settle(dir)?;
    if faults.is_empty() {
        return Ok(config);
    }
    faults.extend(further_faults(dir, config).await);
    Err(faults.into())
}

/// The site in `dir`, or everything that is wrong with it.
pub(super) async fn site(dir: &Path, settings: &Settings) -> Result<Site, Stop> {
    let config = config(dir, settings).await?;
    Site::load(dir, config).await.map_err(|error| error.faults().to_vec().into())
}

/// What is wrong with the tree of a site whose settings are not right either.
pub(super) async fn further_faults(dir: &Path, config: Config) -> Vec<Fault> {
    match Site::load(dir, config).await {
        Ok(site) => site.faults(),
        Err(error) => error.faults().to_vec(),
    }
}
