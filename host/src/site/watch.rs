//! Tells when files have changed, once they are quiet. It reads no file and decides nothing about
//! what changed.

use std::{
    collections::BTreeSet,
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{sync::Notify, time};

/// How long nothing may happen before a change is told: an editor's save and a copy of some
/// megabytes come as many events.
const QUIET: Duration = Duration::from_millis(100);
/// A change is told at the latest after this, even if files never come to rest.
const UNREST_MAX: Duration = Duration::from_secs(2);
/// How often files are compared where the system does not tell of changes.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Paths that are told one by one; beyond that it is everything that changed.
const PATHS_MAX: usize = 4_096;

/// Watches files, and directories with everything below them. Some may not exist yet.
///
/// Watching ends when it is dropped.
pub struct Watch {
    roots: Vec<PathBuf>,
    watcher: Box<dyn Watcher + Send>,
    armed: BTreeSet<(PathBuf, bool)>,
    seen: Arc<Seen>,
}

/// Why files cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("changes of files cannot be watched; reload by hand or raise the system's limit of watches")]
pub struct WatchError(#[from] notify::Error);

impl Watch {
    /// Watches these paths, made absolute, from now on.
    ///
    /// Where the system cannot tell of changes, or not of so many, files are compared every second.
    ///
    /// # Errors
    ///
    /// Neither works.
    pub fn over(paths: impl IntoIterator<Item = PathBuf>) -> Result<Self, WatchError> {
        let roots: Vec<PathBuf> = paths.into_iter().map(|path| std::path::absolute(&path).unwrap_or(path)).collect();
        let told = Self::with(&roots, |seen| {
            let watcher = RecommendedWatcher::new(move |event| seen.take(event), Config::default())?;
            Ok(Box::new(watcher))
        });
        told.or_else(|reason| {
            tracing::warn!(event = "watch_by_comparing", reason = %reason);
            Self::with(&roots, |seen| {
                let config = Config::default().with_poll_interval(POLL_INTERVAL);
                Ok(Box::new(PollWatcher::new(move |event| seen.take(event), config)?))
            })
        })
    }

    fn with(
        roots: &[PathBuf],
        start: impl FnOnce(Arc<Seen>) -> notify::Result<Box<dyn Watcher + Send>>,
    ) -> Result<Self, WatchError> {
        let seen = Arc::new(Seen { roots: roots.to_vec(), ..Seen::default() });
        let watcher = start(seen.clone())?;
        let mut watch = Self { roots: roots.to_vec(), watcher, armed: BTreeSet::new(), seen };
        watch.arm()?;
        Ok(watch)
    }

    /// Waits for the next change: the paths that changed, absolute and sorted, after they have come
    /// to rest. Where too much changed to tell, the watched paths themselves.
    ///
    /// Nothing is lost between two calls, nor when one is dropped before it ends.
    pub async fn changed(&mut self) -> Vec<PathBuf> {
        loop {
            self.seen.wake.notified().await;
            self.seen.settle().await;
            // A folder that has just appeared is watched before its files are told of.
            if let Err(reason) = self.arm() {
                tracing::warn!(event = "watch_incomplete", reason = %reason);
            }
            let changed = std::mem::take(&mut self.seen.lock().paths);
            if !changed.is_empty() {
                return changed.into_iter().collect();
            }
        }
    }

    /// Watches what is not watched yet. A file is watched through its folder: to replace it, which
    /// is how editors write, ends a watch on the file itself.
    fn arm(&mut self) -> notify::Result<()> {
        for root in self.roots.clone() {
            if root.is_dir() {
                self.arm_one(&root, RecursiveMode::Recursive)?;
            }
            if let Some(parent) = nearest_folder(&root) {
                self.arm_one(parent, RecursiveMode::NonRecursive)?;
            }
        }
        Ok(())
    }

    fn arm_one(&mut self, folder: &Path, mode: RecursiveMode) -> notify::Result<()> {
        let recursive = mode == RecursiveMode::Recursive;
        let covered = |armed: &(PathBuf, bool)| armed.1 && folder.starts_with(&armed.0);
        if self.armed.contains(&(folder.to_owned(), recursive)) || (!recursive && self.armed.iter().any(covered)) {
            return Ok(());
        }
        self.watcher.watch(folder, mode)?;
        self.armed.insert((folder.to_owned(), recursive));
        Ok(())
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("roots", &self.roots).finish_non_exhaustive()
    }
}

fn nearest_folder(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).find(|folder| folder.is_dir())
}

/// What the watcher's own thread has seen.
#[derive(Debug, Default)]
struct Seen {
    roots: Vec<PathBuf>,
    unrest: Mutex<Unrest>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Unrest {
    paths: BTreeSet<PathBuf>,
    last: Option<Instant>,
}

impl Seen {
    fn take(&self, event: notify::Result<Event>) {
        match event {
            Ok(event) if event.need_rescan() => self.note(self.roots.clone()),
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
            Ok(event) => self.note(event.paths),
            // What was missed is unknown.
            Err(_) => self.note(self.roots.clone()),
        }
    }

    fn note(&self, paths: Vec<PathBuf>) {
        let ours: Vec<PathBuf> = paths.into_iter().filter(|path| self.concerns(path)).collect();
        if ours.is_empty() {
            return;
        }
        let mut unrest = self.lock();
        unrest.paths.extend(ours);
        if unrest.paths.len() > PATHS_MAX {
            unrest.paths = self.roots.iter().cloned().collect();
        }
        unrest.last = Some(Instant::now());
        drop(unrest);
        self.wake.notify_one();
    }

    /// Waits until nothing more happens.
    async fn settle(&self) {
        let first = Instant::now();
        loop {
            let quiet_until = self.lock().last.unwrap_or(first) + QUIET;
            if quiet_until <= Instant::now() || first.elapsed() >= UNREST_MAX {
                return;
            }
            time::sleep_until(quiet_until.into()).await;
        }
    }

    /// Whether a path lies in a watched one; or above one, so that its coming and going counts.
    fn concerns(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| path.starts_with(root) || root.starts_with(path))
    }

    /// A holder that panicked leaves a set of paths that is still whole.
    fn lock(&self) -> MutexGuard<'_, Unrest> {
        self.unrest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The next change of `watch`, or nothing after `QUIET` twice over.
    async fn next(watch: &mut Watch) -> Vec<PathBuf> {
        time::timeout(Duration::from_secs(10), watch.changed()).await.expect("a change is told")
    }

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        (folder, path)
    }

    #[tokio::test]
    async fn a_burst_of_changes_is_told_once() {
        let (_guard, folder) = folder();
        fs::create_dir_all(folder.join("app/users")).unwrap();
        let mut watch = Watch::over([folder.join("app")]).unwrap();
        for round in 0..50 {
            fs::write(folder.join("app/users/route.wasm"), format!("{round}")).unwrap();
        }
        fs::write(folder.join("app/page.html"), "x").unwrap();
        assert_eq!(next(&mut watch).await, [folder.join("app/page.html"), folder.join("app/users/route.wasm")]);
    }

    #[tokio::test]
    async fn what_does_not_exist_yet_is_watched_once_it_does() {
        let (_guard, folder) = folder();
        let mut watch = Watch::over([folder.join("public")]).unwrap();
        fs::write(folder.join("elsewhere.txt"), "not watched").unwrap();
        fs::create_dir(folder.join("public")).unwrap();
        assert_eq!(next(&mut watch).await, [folder.join("public")]);
        fs::write(folder.join("public/a.css"), "x").unwrap();
        assert_eq!(next(&mut watch).await, [folder.join("public/a.css")]);
    }

    #[tokio::test]
    async fn a_replaced_file_is_still_watched() {
        let (_guard, folder) = folder();
        let file = folder.join("routelet.toml");
        fs::write(&file, "old").unwrap();
        let mut watch = Watch::over([file.clone()]).unwrap();
        for round in 0..2 {
            fs::write(folder.join("draft"), format!("{round}")).unwrap();
            fs::rename(folder.join("draft"), &file).unwrap();
            assert_eq!(next(&mut watch).await, std::slice::from_ref(&file));
        }
    }

    #[test]
    fn an_overflow_is_a_change_of_everything() {
        let roots = vec![PathBuf::from("/site/app"), PathBuf::from("/site/public")];
        let overflown = Seen { roots: roots.clone(), ..Seen::default() };
        overflown.take(Ok(Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan)));
        assert_eq!(overflown.lock().paths, roots.iter().cloned().collect());
        let flooded = Seen { roots: roots.clone(), ..Seen::default() };
        flooded.note((0..=PATHS_MAX).map(|number| format!("/site/app/{number}").into()).collect());
        assert_eq!(flooded.lock().paths, roots.into_iter().collect());
    }
}
