//! How long the failures of one owner may hold up a load that others wait for. It measures nothing by
//! itself, and remembers nothing from load to load.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::super::tree::share_of;
use crate::Fault;

/// What components that came to nothing took in one load, by the folder of their owner.
#[derive(Debug, Default)]
pub(super) struct Patience(Mutex<HashMap<PathBuf, Duration>>);

impl Patience {
    /// Refuses to compile another component of an owner whose failures took as long already as this
    /// component alone may.
    pub(super) fn left_for(&self, file: &Path, compile_time: Duration) -> Result<(), Fault> {
        let owner = share_of(file);
        let spent = self.spent().get(&owner).copied().unwrap_or_default();
        if spent < compile_time {
            return Ok(());
        }
        let found = format!(
            "is not compiled yet, since other components in {} took {spent:.1?} of this load in vain",
            owner.display()
        );
        Err(Fault::new(file, found)
            .expected(format!("less than {compile_time:?}, its own `compile-time`"))
            .way_out("mend those, then the next reload compiles this one"))
    }

    /// A component came to nothing, and took so long.
    pub(super) fn is_tried_by(&self, file: &Path, took: Duration) {
        *self.spent().entry(share_of(file)).or_default() += took;
    }

    fn spent(&self) -> MutexGuard<'_, HashMap<PathBuf, Duration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn an_owner_fails_as_long_as_one_component_may_and_others_are_not_charged() {
        let patience = Patience::default();
        for (took, seconds, file, left) in [
            ("app/a/one/route.wasm", 59, "app/a/route.wasm", true),
            ("app/b/route.wasm", 1, "app/a/route.wasm", true),
            ("app/a/two/route.wasm", 1, "app/a/route.wasm", false),
            ("app/b/route.wasm", 1, "app/b/route.wasm", true),
        ] {
            patience.is_tried_by(Path::new(took), Duration::from_secs(seconds));
            assert_eq!(patience.left_for(Path::new(file), MINUTE).is_ok(), left, "{took}, {file}");
        }
        assert!(patience.left_for(Path::new("app/a/route.wasm"), 2 * MINUTE).is_ok(), "it may take longer itself");
        let told = patience.left_for(Path::new("app/a/x/route.wasm"), MINUTE).expect_err("it is over").to_string();
        assert_eq!(
            told,
            "app/a/x/route.wasm: is not compiled yet, since other components in app/a took 60.0s of this load in vain; \
             expected less than 60s, its own `compile-time`; mend those, then the next reload compiles this one"
        );
    }
}
