//! `serve DIR`: the phases of a server, each a step of `main`. It says what a server says and
//! leaves serving to the library.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use routelet::{
    BindError, Config, Drained, Fault, Server, Site,
    config::SETTINGS_FILE,
    site::{RouteListing, watch::Watch},
};
use tokio::task::JoinHandle;

use super::{Exit, Screen, ServeArgs, Signals, Stop, load, routes};

/// How long nothing may happen before a change is loaded: a tree is copied there in megabytes, file by
/// file, and half of it would be a fault.
const QUIET: Duration = Duration::from_millis(100);

/// Routes that are shown at the start: whoever reads the first line and no more, as scripts do, must not
/// hold up the server with a full pipe of 64 KiB.
const ROUTES_SHOWN_MAX: usize = 256;

/// What flags, environment and settings file decide.
pub(crate) async fn settle(args: &ServeArgs) -> Result<Config, Stop> {
    load::config(&args.dir, &args.settings).await
}

/// A site that follows the changes of its directory.
pub(crate) struct Followed {
    site: Site,
    /// Absent where changes cannot be watched.
    watch: Option<Watch>,
}

/// The whole site, or everything that is wrong with it. With several owners the faulty routes are
/// told, and the others served.
pub(crate) async fn load(args: &ServeArgs, config: &Config, screen: &mut Screen<'_>) -> Result<Followed, Stop> {
    // The watch begins before the load, so that no change falls between them.
    let watch = Watch::over(watched(&args.dir, config), QUIET);
    let watch = watch.inspect_err(|error| screen.tell(super::stop::chain(error))).ok();
    let loaded = Site::load(&args.dir, config.clone()).await;
    let site = loaded.map_err(|error| Stop::from(error.faults().to_vec()))?;
    site.open_stores().await.map_err(|error| Stop::from(error.faults().to_vec()))?;
    for fault in site.faults() {
        screen.tell(fault);
    }
    Ok(Followed { site, watch })
}

/// The address, and the word that it is taken: the line scripts wait for, then the route table.
pub(crate) async fn bind(site: &Site, screen: &mut Screen<'_>) -> Result<Server, Stop> {
    let listen = &site.config().listen;
    let server = Server::bind(listen.as_str(), site.clone()).await.map_err(|error| match error {
        BindError::Address(error) => refused(listen, &error),
        BindError::Tls(fault) => Stop::failed(fault),
    })?;
    announce(&server, site, screen)?;
    Ok(server)
}

impl Followed {
    /// The site as it is served.
    pub(crate) fn site(&self) -> &Site {
        &self.site
    }

    /// Serves until the first signal, follows changes of the directory meanwhile, then drains.
    pub(crate) async fn run(self, server: Server, signals: &Signals) -> Exit {
        let following = self.watch.map(|watch| tokio::spawn(follow(watch, self.site)));
        let drained = server.run(signals.first()).await;
        following.inspect(JoinHandle::abort);
        ending(drained)
    }
}

/// How a server ended, as the end of the program.
pub(super) fn ending(drained: Drained) -> Exit {
    match drained {
        Drained::Whole => Exit::Done,
        Drained::Cut => {
            tracing::warn!(event = "grace_exceeded");
            Exit::Failed
        }
    }
}

fn announce(server: &Server, site: &Site, screen: &mut Screen<'_>) -> io::Result<()> {
    screen.result(format_args!("listening on {}", server.url()))?;
    show_some(&site.routes(), screen)
}

fn show_some(all: &[RouteListing], screen: &mut Screen<'_>) -> io::Result<()> {
    let shown = &all[..all.len().min(ROUTES_SHOWN_MAX)];
    routes::show(shown, screen)?;
    if shown.len() < all.len() {
        screen.result(format_args!("and {} more; `routelet routes` lists all of them", all.len() - shown.len()))?;
    }
    Ok(())
}

fn refused(listen: &str, error: &io::Error) -> Stop {
    let fault =
        |found: &str, way_out: &str| Fault::new(listen, found).expected("an address to listen on").way_out(way_out);
    Stop::failed(match error.kind() {
        io::ErrorKind::AddrInUse => fault("is in use", "stop what listens there, or choose another with --listen"),
        io::ErrorKind::AddrNotAvailable => fault("is no address of this machine", "choose another with --listen"),
        io::ErrorKind::PermissionDenied => {
            fault("may not be taken by this user", "choose a port above 1023 with --listen")
        }
        _ => fault(&format!("cannot be taken: {error}"), "choose another with --listen"),
    })
}

/// Reloads the site whenever its directory has changed and come to rest.
async fn follow(mut watch: Watch, site: Site) {
    loop {
        let changed = watch.changed().await;
        let is_settings = |path: &PathBuf| path.file_name().is_some_and(|name| name == SETTINGS_FILE);
        if changed.iter().any(is_settings) {
            tracing::warn!(event = "settings_changed", reason = "routelet.toml takes effect at the next start");
        }
        if changed.iter().all(is_settings) {
            continue;
        }
        tell_reload(&site.reload().await.map_err(|error| error.faults().to_vec()), &site);
    }
}

/// What of a directory is served, the tree below `app` and the public files, or all of it; the
/// settings, to say that they changed; and the secrets, which are rotated while the server runs.
fn watched(dir: &Path, config: &Config) -> Vec<PathBuf> {
    let has_app = dir.join("app").is_dir();
    let mut paths =
        if has_app { vec![dir.join("app"), dir.join("public"), dir.join(SETTINGS_FILE)] } else { vec![dir.to_owned()] };
    paths.extend(config.secrets.path().map(Path::to_owned));
    paths
}

/// One line for the new state or for the one that stays, and one for each fault.
fn tell_reload(outcome: &Result<(), Vec<Fault>>, site: &Site) {
    let faults = match outcome {
        Ok(()) => {
            tracing::info!(event = "reloaded", routes = site.routes().len());
            site.faults()
        }
        Err(faults) => {
            tracing::error!(event = "reload_failed", reason = "the state before it stays", faults = faults.len());
            faults.clone()
        }
    };
    for fault in faults {
        tracing::error!(event = "fault", reason = %fault);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_site_is_shown_in_part() {
        let route = |number: usize| RouteListing {
            pattern: format!("/{number}"),
            methods: vec!["GET"],
            kind: "route",
            file: "app/route.wasm".into(),
            bytes: 7,
        };
        for (routes, lines, last) in [(256, 256, "/255"), (257, 257, "and 1 more; `routelet routes` lists all of them")]
        {
            let routes: Vec<_> = (0..routes).map(route).collect();
            let (mut results, mut people) = (Vec::new(), Vec::new());
            show_some(&routes, &mut Screen::new(&mut results, &mut people)).expect("memory takes it");
            let shown = String::from_utf8(results).expect("text");
            assert_eq!(shown.lines().count(), lines);
            assert!(shown.lines().last().is_some_and(|line| line.starts_with(last)), "{shown}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_taken_says_the_way_out() {
        let rows = [
            (
                io::ErrorKind::AddrInUse,
                "127.0.0.1:80: is in use; expected an address to listen on; \
                 stop what listens there, or choose another with --listen",
            ),
            (
                io::ErrorKind::PermissionDenied,
                "127.0.0.1:80: may not be taken by this user; expected an address to listen on; \
                 choose a port above 1023 with --listen",
            ),
            (
                io::ErrorKind::AddrNotAvailable,
                "127.0.0.1:80: is no address of this machine; expected an address to listen on; \
                 choose another with --listen",
            ),
        ];
        for (kind, message) in rows {
            let stop = refused("127.0.0.1:80", &kind.into());
            assert_eq!((stop.exit, stop.reasons), (Exit::Failed, vec![message.to_owned()]));
        }
    }
}
