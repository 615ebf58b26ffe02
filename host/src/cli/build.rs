//! `build SITE`: words for what `routelet-build` does.

use std::{fmt::Display, path::Path};

use routelet_build::{Environment, Options, Outcome, Report};

use super::{BuildArgs, Exit, Screen, Stop, files};

/// Builds a site and lists its components.
pub(super) fn build(args: &BuildArgs, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    files::directory(&args.site)?;
    let options = Options { offline: args.offline, ..Options::dist(Environment::of_process()) };
    let report = routelet_build::build(&args.site, options, &mut |line| screen.tell(line));
    list(&report, screen)?;
    tell(&report, screen);
    screen.tell(summary(&report));
    Ok(ending(&report, args.strict))
}

/// What is wrong and what was left out, each with what the compiler said about it.
pub(super) fn tell(report: &Report, screen: &mut Screen<'_>) {
    for warning in &report.warnings {
        screen.tell(warning.trim_end());
    }
    for skipped in &report.skipped {
        screen.tell(skipped);
    }
    for diagnostic in report.diagnostics() {
        screen.tell(diagnostic.trim_end());
    }
    for fault in report.faults() {
        screen.tell(fault);
    }
}

fn list(report: &Report, screen: &mut Screen<'_>) -> Result<(), Stop> {
    for route in &report.routes {
        let component = report.output.join(&route.component);
        match &route.outcome {
            Outcome::Built { bytes } => row(screen, "built", &component, bytes)?,
            Outcome::Unchanged { bytes } => row(screen, "unchanged", &component, bytes)?,
            Outcome::Failed(_) => row(screen, "failed", &component, "-")?,
        }
    }
    Ok(())
}

fn row(screen: &mut Screen<'_>, outcome: &str, component: &Path, bytes: impl Display) -> Result<(), Stop> {
    screen.result(format_args!("{outcome:<9} {bytes:>9} {}", component.display()))?;
    Ok(())
}

fn summary(report: &Report) -> String {
    format!(
        "{} routes, {} faults, {} skipped in {:.1} s: {}",
        report.routes.len(),
        report.faults().len(),
        report.skipped.len(),
        report.elapsed.as_secs_f64(),
        report.output.display()
    )
}

fn ending(report: &Report, strict: bool) -> Exit {
    if report.succeeded() && (!strict || report.skipped.is_empty()) { Exit::Done } else { Exit::Failed }
}
