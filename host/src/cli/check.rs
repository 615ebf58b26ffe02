//! `check DIR`: everything that is wrong with a directory, without serving it.

use routelet::{Fault, Site};
use serde::Serialize;

use super::{CheckArgs, Exit, Screen, Stop};

/// The result, whose field names scripts depend on.
#[derive(Debug, Serialize)]
struct Faults {
    faults: Vec<Fault>,
}

/// Loads a site and reports what is wrong.
pub(super) async fn check(args: &CheckArgs, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    let config = args.settings.settle(&args.dir)?;
    let faults = match Site::load(&args.dir, config).await {
        Ok(site) => site.faults(),
        Err(error) => error.faults().to_vec(),
    };
    let exit = if faults.is_empty() { Exit::Done } else { Exit::Failed };
    if args.json {
        screen.json(&Faults { faults })?;
    } else {
        for fault in &faults {
            screen.result(fault)?;
        }
    }
    Ok(exit)
}
