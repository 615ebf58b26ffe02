//! The policy of every directory: each segment's file, narrowed down the tree. It grants nothing by itself.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use super::{
    settings::{RouteSettings, SegmentSettings},
    tree::{RouteFile, SettingsFile, Tree},
};
use crate::{
    Fault,
    policy::{Owners, Policy},
};

/// The policies of a tree, by the settings file that completes them.
pub(super) struct Policies {
    root: Policy,
    segments: HashMap<PathBuf, Segment>,
}

/// A settings file that was understood, or the faults that keep it and all below it from counting.
struct Segment {
    settings: SegmentSettings,
    policy: Result<Policy, Vec<Fault>>,
}

impl Policies {
    /// Reads every settings file of the site in `dir`.
    pub(super) fn read(dir: &Path, tree: &Tree, owners: Owners) -> Self {
        let mut policies = Self { root: Policy::root(owners), segments: HashMap::new() };
        for file in &tree.settings {
            let segment = policies.segment(dir, file);
            policies.segments.insert(file.file.clone(), segment);
        }
        policies
    }

    /// The policy of a route and the options of its own directory, or why there is none.
    pub(super) fn of(&self, route: &RouteFile) -> Result<(Policy, RouteSettings), Vec<Fault>> {
        let Some(last) = route.settings.last() else {
            return Ok((self.root.clone(), RouteSettings::default()));
        };
        let segment = &self.segments[last];
        let policy = segment.policy.clone()?;
        if last.parent() != route.file.parent() {
            return Ok((policy, RouteSettings::default()));
        }
        let policy = policy.for_own_route(&segment.settings.change)?;
        Ok((policy, segment.settings.route.clone()))
    }

    /// Everything wrong with the settings files themselves.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let faulty = self.segments.values().filter_map(|segment| segment.policy.as_ref().err());
        faulty.flatten().cloned().collect()
    }

    fn segment(&self, dir: &Path, file: &SettingsFile) -> Segment {
        match SegmentSettings::load(dir, &file.file, file.at_root) {
            Err(faults) => Segment { settings: SegmentSettings::default(), policy: Err(faults) },
            Ok(settings) => {
                let above = self.above(&file.file);
                Segment { policy: above.and_then(|above| above.narrowed(&settings.change)), settings }
            }
        }
    }

    /// The policy that holds above a settings file.
    fn above(&self, file: &Path) -> Result<Policy, Vec<Fault>> {
        let dirs = file.ancestors().skip(2);
        let nearest = dirs.filter_map(|dir| self.segments.get(&dir.join(super::tree::SETTINGS_FILE))).next();
        match nearest {
            None => Ok(self.root.clone()),
            Some(segment) => segment.policy.clone(),
        }
    }
}
