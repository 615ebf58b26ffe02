//! Who of those who share a tree takes how much of it, so that the one with the most is cut off and
//! not whoever comes last. It looks at no file.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

/// What the folders directly below the top of a tree have taken, each counted as one owner's.
#[derive(Debug, Default)]
pub(super) struct Shares {
    taken: HashMap<PathBuf, Taken>,
    total: Taken,
    cut: HashSet<PathBuf>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Entry,
    Route,
}

#[derive(Debug, Clone, Copy, Default)]
struct Taken {
    entries: usize,
    routes: usize,
}

impl Taken {
    fn of(&mut self, counted: Counted) -> &mut usize {
        match counted {
            Counted::Entry => &mut self.entries,
            Counted::Route => &mut self.routes,
        }
    }
}

impl Shares {
    /// Counts one thing of the share that `file` is in. If there are more than `most` of all, the
    /// share with the most of them is cut off, gives back what it took, and is returned.
    pub(super) fn count(&mut self, counted: Counted, file: &Path, most: usize) -> Option<PathBuf> {
        let share = share_of(file);
        *self.taken.entry(share.clone()).or_default().of(counted) += 1;
        *self.total.of(counted) += 1;
        (*self.total.of(counted) > most).then(|| self.cut_largest(counted, share))
    }

    /// Whether a file or folder belongs to a share that was cut off.
    pub(super) fn is_cut(&self, file: &Path) -> bool {
        !self.cut.is_empty() && self.cut.contains(&share_of(file))
    }

    /// Of two that have as much, the one that was just taking more.
    fn cut_largest(&mut self, counted: Counted, current: PathBuf) -> PathBuf {
        let size = |taken: &Taken| *taken.clone().of(counted);
        let largest = self.taken.iter().max_by_key(|(share, taken)| (size(taken), **share == current));
        let largest = largest.map_or(current, |(share, _)| share.clone());
        let taken = self.taken.remove(&largest).unwrap_or_default();
        self.total.entries -= taken.entries;
        self.total.routes -= taken.routes;
        self.cut.insert(largest.clone());
        largest
    }
}

/// The folder below the top that a file is in; what lies at the top itself is the operator's.
pub(in crate::site) fn share_of(file: &Path) -> PathBuf {
    let levels = if file.starts_with("app") { 2 } else { 1 };
    file.iter().take(levels).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_share_is_cut_off_whoever_comes_last() {
        let mut shares = Shares::default();
        let mut count = |file: &str| {
            let cut = shares.count(Counted::Route, Path::new(file), 4);
            (cut.map(|share| share.display().to_string()), shares.is_cut(Path::new(file)))
        };
        let kept = (None, false);
        for file in ["app/big/1", "app/big/2", "app/big/3", "app/small/route.wasm"] {
            assert_eq!(count(file), kept, "{file}");
        }
        assert_eq!(count("app/other/x"), (Some("app/big".into()), false), "the one that has most goes");
        assert_eq!(count("app/other/y"), kept, "its room is free again");
        assert_eq!(count("app/other/z"), kept);
        assert_eq!(count("app/other/w"), (Some("app/other".into()), true), "now this one has most");
    }

    #[test]
    fn a_share_is_a_folder_below_the_top() {
        for (file, share) in [
            ("app/team/a/b/route.wasm", "app/team"),
            ("app/route.wasm", "app/route.wasm"),
            ("app", "app"),
            ("team/a/route.wasm", "team"),
            ("public/a/b.css", "public"),
        ] {
            assert_eq!(share_of(Path::new(file)), Path::new(share), "{file}");
        }
    }
}
