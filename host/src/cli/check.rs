//! `check DIR`: everything that is wrong with a directory, without serving it.

use routelet::{Config, Fault, Site, site::Ungranted};
use serde::Serialize;

use super::{CheckArgs, Exit, Screen, Stop};

/// The result, whose field names scripts depend on.
#[derive(Debug, Default, Serialize)]
struct Findings {
    /// What keeps the directory, or a route of it, from being served.
    faults: Vec<Fault>,
    /// What components import and are refused when they call it. That is no fault: interpreters
    /// import files and sockets by habit.
    ungranted: Vec<Ungranted>,
}

/// Loads a site and reports what is wrong.
pub(super) async fn check(args: &CheckArgs, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    let (config, mut faults) = args.settings.settle(&args.dir)?;
    let mut findings = Findings::of(args, config).await;
    faults.append(&mut findings.faults);
    findings.faults = faults;
    let exit = if findings.faults.is_empty() { Exit::Done } else { Exit::Failed };
    if args.json {
        screen.json(&findings)?;
    } else {
        findings.show(screen)?;
    }
    Ok(exit)
}

impl Findings {
    async fn of(args: &CheckArgs, config: Config) -> Self {
        match Site::load(&args.dir, config).await {
            Ok(site) => Self { faults: site.faults(), ungranted: site.ungranted() },
            Err(error) => Self { faults: error.faults().to_vec(), ungranted: Vec::new() },
        }
    }

    fn show(&self, screen: &mut Screen<'_>) -> Result<(), Stop> {
        for fault in &self.faults {
            screen.result(fault)?;
        }
        for Ungranted { file, imports } in &self.ungranted {
            let imports = imports.join(", ");
            screen.tell(format_args!(
                "{}: imports {imports}, which its policy does not grant: calls are refused",
                file.display()
            ));
        }
        Ok(())
    }
}
