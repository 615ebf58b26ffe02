//! Tells when files have changed, once they are quiet. It reads no file and decides nothing about
//! what changed.

use std::{
    collections::BTreeSet,
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{sync::Notify, time};

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
    quiet: Duration,
    watcher: Box<dyn Watcher + Send>,
    armed: BTreeSet<(PathBuf, bool)>,
    seen: Arc<Seen>,
}

/// Why files cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("changes of files cannot be watched; reload by hand or raise the system's limit of watches")]
pub struct WatchError(#[from] notify::Error);

impl Watch {
    /// Watches these paths, made absolute, from now on. A change is told once nothing has happened for
    /// as long as `quiet`: an editor's save and a copy of some megabytes come as many events.
    ///
    /// Where the system cannot tell of changes, or not of so many, files are compared every second.
    ///
    /// # Errors
    ///
    /// Neither works.
    pub fn over(paths: impl IntoIterator<Item = PathBuf>, quiet: Duration) -> Result<Self, WatchError> {
        let roots = absolute(paths);
        let told = Self::with(&roots, quiet, |seen| {
            let watcher = RecommendedWatcher::new(move |event| seen.take(event), Config::default())?;
            Ok(Box::new(watcher))
        });
        told.or_else(|reason| {
            tracing::warn!(event = "watch_by_comparing", reason = %reason);
            Self::with(&roots, quiet, |seen| {
                let config = Config::default().with_poll_interval(POLL_INTERVAL);
                Ok(Box::new(PollWatcher::new(move |event| seen.take(event), config)?))
            })
        })
    }

    fn with(
        roots: &[PathBuf],
        quiet: Duration,
        start: impl FnOnce(Arc<Seen>) -> notify::Result<Box<dyn Watcher + Send>>,
    ) -> Result<Self, WatchError> {
        let seen = Arc::new(Seen::over(roots.to_vec()));
        let watcher = start(seen.clone())?;
        let mut watch = Self { quiet, watcher, armed: BTreeSet::new(), seen };
        watch.arm()?;
        Ok(watch)
    }

    /// Watches these paths from now on, and no others. A file that was not watched before, and was
    /// written at `since` or later, has changed: nobody can know which of its states was read.
    pub fn renew(&mut self, paths: impl IntoIterator<Item = PathBuf>, since: SystemTime) {
        let roots = absolute(paths);
        let before = std::mem::replace(&mut self.seen.lock().roots, roots.clone());
        self.arm_or_warn();
        let is_new = |root: &&PathBuf| !before.iter().any(|known| root.starts_with(known));
        let missed = roots.iter().filter(is_new).filter(|root| is_file_written(root, since));
        self.seen.note(missed.cloned().collect());
    }

    /// Waits for the next change: the paths that changed, absolute and sorted, after they have come
    /// to rest. Where too much changed to tell, the watched paths themselves.
    ///
    /// Nothing is lost between two calls, nor when one is dropped before it ends.
    pub async fn changed(&mut self) -> Vec<PathBuf> {
        loop {
            self.seen.wake.notified().await;
            self.seen.settle(self.quiet).await;
            // A folder that has just appeared is watched before its files are told of.
            self.arm_or_warn();
            let changed = std::mem::take(&mut self.seen.lock().paths);
            if !changed.is_empty() {
                return changed.into_iter().collect();
            }
        }
    }

    fn arm_or_warn(&mut self) {
        if let Err(reason) = self.arm() {
            tracing::warn!(event = "watch_incomplete", reason = %reason);
        }
    }

    /// Watches what is not watched yet. A file is watched through its folder: to replace it, which
    /// is how editors write, ends a watch on the file itself.
    fn arm(&mut self) -> notify::Result<()> {
        let roots = self.seen.lock().roots.clone();
        for root in roots {
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
        f.debug_struct("Watch").field("armed", &self.armed).finish_non_exhaustive()
    }
}

fn absolute(paths: impl IntoIterator<Item = PathBuf>) -> Vec<PathBuf> {
    paths.into_iter().map(|path| std::path::absolute(&path).unwrap_or(path)).collect()
}

fn is_file_written(path: &Path, since: SystemTime) -> bool {
    let written = |found: std::fs::Metadata| found.is_file() && found.modified().is_ok_and(|at| at >= since);
    path.metadata().is_ok_and(written)
}

fn nearest_folder(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).find(|folder| folder.is_dir())
}

/// What the watcher's own thread has seen.
#[derive(Debug, Default)]
struct Seen {
    unrest: Mutex<Unrest>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Unrest {
    roots: Vec<PathBuf>,
    paths: BTreeSet<PathBuf>,
    last: Option<Instant>,
}

impl Seen {
    fn over(roots: Vec<PathBuf>) -> Self {
        Self { unrest: Mutex::new(Unrest { roots, ..Unrest::default() }), wake: Notify::new() }
    }

    fn take(&self, event: notify::Result<Event>) {
        match event {
            Ok(event) if event.need_rescan() => self.note_all(),
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
            Ok(event) => self.note(event.paths),
            // What was missed is unknown.
            Err(_) => self.note_all(),
        }
    }

    fn note_all(&self) {
        let roots = self.lock().roots.clone();
        self.note(roots);
    }

    fn note(&self, paths: Vec<PathBuf>) {
        let mut unrest = self.lock();
        let ours: Vec<PathBuf> = paths.into_iter().filter(|path| unrest.concerns(path)).collect();
        if ours.is_empty() {
            return;
        }
        unrest.paths.extend(ours);
        if unrest.paths.len() > PATHS_MAX {
            unrest.paths = unrest.roots.iter().cloned().collect();
        }
        unrest.last = Some(Instant::now());
        drop(unrest);
        self.wake.notify_one();
    }

    /// Waits until nothing more happens.
    async fn settle(&self, quiet: Duration) {
        let first = Instant::now();
        loop {
            let quiet_until = self.lock().last.unwrap_or(first) + quiet;
            if quiet_until <= Instant::now() || first.elapsed() >= UNREST_MAX {
                return;
            }
            time::sleep_until(quiet_until.into()).await;
        }
    }

    /// A holder that panicked leaves a set of paths that is still whole.
    fn lock(&self) -> MutexGuard<'_, Unrest> {
        self.unrest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unrest {
    /// Whether a path lies in a watched one; or above one, so that its coming and going counts.
    fn concerns(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| path.starts_with(root) || root.starts_with(path))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const QUIET: Duration = Duration::from_millis(100);

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
        let mut watch = Watch::over([folder.join("app")], QUIET).unwrap();
        for round in 0..50 {
            fs::write(folder.join("app/users/route.wasm"), format!("{round}")).unwrap();
        }
        fs::write(folder.join("app/page.html"), "x").unwrap();
        assert_eq!(next(&mut watch).await, [folder.join("app/page.html"), folder.join("app/users/route.wasm")]);
    }

    #[tokio::test]
    async fn what_does_not_exist_yet_is_watched_once_it_does() {
        let (_guard, folder) = folder();
        let mut watch = Watch::over([folder.join("public")], QUIET).unwrap();
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
        let mut watch = Watch::over([file.clone()], QUIET).unwrap();
        for round in 0..2 {
            fs::write(folder.join("draft"), format!("{round}")).unwrap();
            fs::rename(folder.join("draft"), &file).unwrap();
            assert_eq!(next(&mut watch).await, std::slice::from_ref(&file));
        }
    }

    #[tokio::test]
    async fn a_renewed_watch_tells_of_what_it_is_over_now() {
        let (_guard, folder) = folder();
        fs::create_dir_all(folder.join("lib")).unwrap();
        fs::create_dir_all(folder.join("app")).unwrap();
        for file in ["lib/x.ts", "lib/y.ts", "app/route.ts"] {
            fs::write(folder.join(file), "old").unwrap();
        }
        let mut watch = Watch::over([folder.join("app")], QUIET).unwrap();
        let later = SystemTime::now() + Duration::from_secs(3_600);
        watch.renew([folder.join("app"), folder.join("lib/x.ts")], later);
        fs::write(folder.join("lib/y.ts"), "new").unwrap();
        fs::write(folder.join("lib/x.ts"), "new").unwrap();
        assert_eq!(next(&mut watch).await, [folder.join("lib/x.ts")]);
        watch.renew([folder.join("lib/y.ts")], later);
        fs::write(folder.join("app/route.ts"), "new").unwrap();
        fs::write(folder.join("lib/y.ts"), "newer").unwrap();
        assert_eq!(next(&mut watch).await, [folder.join("lib/y.ts")]);
    }

    #[tokio::test]
    async fn a_file_that_was_written_before_it_was_watched_has_changed() {
        let (_guard, folder) = folder();
        fs::create_dir_all(folder.join("lib")).unwrap();
        let mut watch = Watch::over([folder.join("app")], QUIET).unwrap();
        let began = SystemTime::now() - Duration::from_secs(1);
        fs::write(folder.join("lib/x.ts"), "while a build ran").unwrap();
        watch.renew([folder.join("app"), folder.join("lib/x.ts")], began);
        assert_eq!(next(&mut watch).await, [folder.join("lib/x.ts")]);
    }

    #[test]
    fn an_overflow_is_a_change_of_everything() {
        let roots = vec![PathBuf::from("/site/app"), PathBuf::from("/site/public")];
        let overflown = Seen::over(roots.clone());
        overflown.take(Ok(Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan)));
        assert_eq!(overflown.lock().paths, roots.iter().cloned().collect());
        let flooded = Seen::over(roots.clone());
        flooded.note((0..=PATHS_MAX).map(|number| format!("/site/app/{number}").into()).collect());
        assert_eq!(flooded.lock().paths, roots.into_iter().collect());
    }
}
