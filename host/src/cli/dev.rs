//! `dev SITE`: build, serve, watch, rebuild what changed, reload. It compiles and serves nothing
//! itself.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use routelet::{
    Config, Fault, Server, Site,
    config::SETTINGS_FILE,
    site::{Diagnosis, watch::Watch},
};
use routelet_build::{Builder, Environment, Options, Outcome, Report};
use tokio::sync::mpsc;

use super::{DevArgs, Exit, Screen, Signals, Stop, build, serve};

/// How long nothing may happen before a change is built. It only gathers the files of one save: where
/// some come later, or in parts, they are built then.
const QUIET: Duration = Duration::from_millis(20);
/// Lines of a build that may wait to be shown.
const LINES_WAITING_MAX: usize = 64;

/// A site whose sources are being written.
pub(crate) struct Workshop {
    builder: Builder,
    watch: Watch,
    site: Site,
}

/// What flags, environment and settings file decide.
pub(crate) fn settle(args: &DevArgs) -> Result<Config, Stop> {
    let (config, faults) = args.settings.settle(&args.site)?;
    if faults.is_empty() { Ok(config) } else { Err(faults.into()) }
}

/// Builds the site and loads what came of it. A route that does not build answers with its
/// diagnosis.
pub(crate) async fn load(args: &DevArgs, config: &Config, screen: &mut Screen<'_>) -> Result<Workshop, Stop> {
    let options = Options { offline: args.offline, ..Options::dev(Environment::of_process()) };
    let builder = Builder::new(&args.site, options);
    // The watch begins before the build, so that no change falls between them.
    let mut watch = Watch::over(builder.watch_paths(), QUIET).map_err(Stop::failed)?;
    let began = SystemTime::now();
    let (builder, report) = work(builder, screen, |builder, progress| builder.build(progress)).await;
    build::tell(&report, screen);
    watch.renew(builder.watch_paths(), began);
    let loaded = Site::load_diagnosing(builder.output(), config.clone(), diagnoses(&report)).await;
    let site = loaded.map_err(|error| Stop::from(error.faults().to_vec()))?;
    tell_faults(&report, &site, screen);
    Ok(Workshop { builder, watch, site })
}

impl Workshop {
    /// The site as it is served.
    pub(crate) fn site(&self) -> &Site {
        &self.site
    }

    /// Serves until the first signal, follows changes of the sources meanwhile, then drains.
    pub(crate) async fn run(self, server: Server, signals: &Signals, screen: &mut Screen<'_>) -> Exit {
        let mut serving = std::pin::pin!(server.run(signals.first()));
        let following = self.follow(signals, screen);
        tokio::select! {
            drained = &mut serving => return serve::ending(drained),
            () = following => {}
        }
        serve::ending(serving.await)
    }

    /// Rebuilds and reloads until the first signal.
    async fn follow(mut self, signals: &Signals, screen: &mut Screen<'_>) {
        let mut first = std::pin::pin!(signals.first());
        loop {
            let changed = tokio::select! {
                () = &mut first => return,
                changed = self.watch.changed() => changed,
            };
            self = self.rebuild(changed, screen).await;
        }
    }

    async fn rebuild(self, changed: Vec<PathBuf>, screen: &mut Screen<'_>) -> Self {
        if changed.iter().any(|path| path.ends_with(SETTINGS_FILE)) {
            screen.tell(format_args!("{SETTINGS_FILE}: changed; start `routelet dev` again for it to count"));
        }
        let Self { builder, mut watch, site } = self;
        let (began, started) = (SystemTime::now(), Instant::now());
        let (builder, report) =
            work(builder, screen, move |builder, progress| builder.rebuild(&changed, progress)).await;
        build::tell(&report, screen);
        watch.renew(builder.watch_paths(), began);
        match site.reload_diagnosing(diagnoses(&report)).await {
            Ok(()) => {
                tell_faults(&report, &site, screen);
                screen.tell(told(&report, &site, started.elapsed()));
            }
            Err(error) => screen.tell(error),
        }
        Self { builder, watch, site }
    }
}

/// Lets a build run beside the server, and shows what it says as it says it.
async fn work(
    mut builder: Builder,
    screen: &mut Screen<'_>,
    order: impl FnOnce(&mut Builder, &mut dyn FnMut(&str)) -> Report + Send + 'static,
) -> (Builder, Report) {
    let (lines, mut said) = mpsc::channel::<String>(LINES_WAITING_MAX);
    let working = tokio::task::spawn_blocking(move || {
        // Nobody listens any more only when the program is about to end.
        let report = order(&mut builder, &mut |line| drop(lines.blocking_send(line.to_owned())));
        (builder, report)
    });
    while let Some(line) = said.recv().await {
        screen.tell(line);
    }
    match working.await {
        Ok(done) => done,
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}

/// Routes without a component of their present source, each at that source.
fn diagnoses(report: &Report) -> Vec<Diagnosis> {
    let failed = report.routes.iter().filter_map(|route| match &route.outcome {
        Outcome::Failed(failure) => {
            Some(Diagnosis { fault: fault(&route.source, &failure.fault), text: failure.rendered.clone() })
        }
        Outcome::Built { .. } | Outcome::Unchanged { .. } => None,
    });
    let skipped = report.skipped.iter().map(|skipped| Diagnosis {
        fault: Fault::new(&skipped.source, format!("is not built: {}", skipped.reason)),
        text: skipped.to_string(),
    });
    failed.chain(skipped).collect()
}

/// The fault of a route whose source does not build: at that source, even where another file that
/// it uses is to blame.
fn fault(source: &Path, cause: &routelet_build::Fault) -> Fault {
    if cause.file == source {
        return Fault {
            file: cause.file.clone(),
            line: cause.line,
            found: cause.found.clone(),
            expected: cause.expected.clone(),
            way_out: cause.way_out.clone(),
        };
    }
    Fault::new(source, format!("is not built: {cause}"))
}

/// What is wrong with the site beside what the build has told already.
fn tell_faults(report: &Report, site: &Site, screen: &mut Screen<'_>) {
    let is_told = |fault: &Fault| {
        let mut sources = report.routes.iter().filter(|route| route.source == fault.file);
        let failed = sources.any(|route| matches!(route.outcome, Outcome::Failed(_)));
        failed || report.skipped.iter().any(|skipped| skipped.source == fault.file)
    };
    for fault in site.faults().iter().filter(|fault| !is_told(fault)) {
        screen.tell(fault);
    }
}

/// What a rebuild came to, in a line.
fn told(report: &Report, site: &Site, elapsed: Duration) -> String {
    let built = report.routes.iter().filter(|route| matches!(route.outcome, Outcome::Built { .. })).count();
    format!(
        "reloaded in {:.2} s, {:.2} s of it in tools: {built} rebuilt, {} routes, {} faults",
        elapsed.as_secs_f64(),
        report.elapsed_in_tools.as_secs_f64(),
        site.routes().len(),
        site.faults().len()
    )
}
