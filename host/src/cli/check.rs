//! `check DIR`: everything that is wrong with a directory, without serving it, and with `--locked`
//! everything that is not as it was locked.

use routelet::{
    Config, Fault, Site,
    site::{
        Ungranted,
        lock::{Change, Difference},
    },
};
use serde::Serialize;

use super::{CheckArgs, Exit, Screen, Stop, lock};

/// The result, whose field names scripts depend on.
#[derive(Debug, Default, Serialize)]
struct Findings {
    /// What keeps the directory, or a route of it, from being served.
    faults: Vec<Fault>,
    /// What components import and are refused when they call it. That is no fault: interpreters
    /// import files and sockets by habit.
    ungranted: Vec<Ungranted>,
    /// How components differ from the lock; absent where it is not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<Vec<Difference>>,
}

/// Loads a site and reports what is wrong.
pub(super) async fn check(args: &CheckArgs, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    let (config, mut faults) = args.settings.settle(&args.dir)?;
    let mut findings = Findings::of(args, config).await;
    faults.append(&mut findings.faults);
    findings.faults = faults;
    if args.json {
        screen.json(&findings)?;
    } else {
        findings.show(screen)?;
    }
    Ok(if findings.are_none() { Exit::Done } else { Exit::Failed })
}

impl Findings {
    async fn of(args: &CheckArgs, config: Config) -> Self {
        match Site::load(&args.dir, config).await {
            Ok(site) => {
                Self { faults: site.faults(), ungranted: site.ungranted(), differences: None }.locked(args, &site)
            }
            Err(error) => Self { faults: error.faults().to_vec(), ..Self::default() },
        }
    }

    /// With how the site differs from its lock, where that is asked for.
    fn locked(mut self, args: &CheckArgs, site: &Site) -> Self {
        if args.locked {
            match lock::read(&args.dir, args.lock_file.as_deref()) {
                Ok(lock) => self.differences = Some(lock.compare(&site.lock())),
                Err(fault) => self.faults.push(fault),
            }
        }
        self
    }

    fn are_none(&self) -> bool {
        self.faults.is_empty() && self.differences.as_ref().is_none_or(Vec::is_empty)
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
        self.show_differences(screen)
    }

    fn show_differences(&self, screen: &mut Screen<'_>) -> Result<(), Stop> {
        let differences = self.differences.as_deref().unwrap_or_default();
        for difference in differences {
            screen.result(difference)?;
        }
        if !differences.is_empty() {
            let wants_more = |difference: &&Difference| matches!(difference.change, Change::WantsMore | Change::New);
            screen.tell(format_args!(
                "{} components are not as they are locked, {} of them want more; run `routelet lock` to accept them",
                differences.len(),
                differences.iter().filter(wants_more).count()
            ));
        }
        Ok(())
    }
}
