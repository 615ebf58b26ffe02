//! A site from what was typed: settings first, then everything below its directory.

use std::path::Path;

use routelet::Site;

use super::{Stop, settings::Settings};

/// The site in `dir`, or everything that is wrong with it.
pub(super) async fn site(dir: &Path, settings: &Settings) -> Result<Site, Stop> {
    let config = settings.settle(dir)?;
    Site::load(dir, config).await.map_err(|error| error.faults().to_vec().into())
}
