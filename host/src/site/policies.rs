//! The policy of every directory: each segment's file, narrowed down the tree. It grants nothing by itself.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    last_good::{GoodSettings, LastGood},
    settings::{RouteSettings, SegmentSettings},
    tree::{RouteFile, SettingsFile, Tree},
};
use crate::{
    Fault,
    policy::{Owners, Policy},
};

/// The policies of a tree, by the settings file that completes them.
pub(super) struct Policies {
    root: Arc<Policy>,
    segments: HashMap<PathBuf, Segment>,
}

/// What holds in a segment that has a settings file.
struct Segment {
    /// Nothing where neither the file nor its last good version can be in force.
    in_force: Option<InForce>,
    faults: Vec<Fault>,
}

#[derive(Clone)]
struct InForce {
    settings: SegmentSettings,
    policy: Arc<Policy>,
    /// With what holds for the directory's own route alone.
    own: Arc<Policy>,
}

impl Policies {
    /// Reads every settings file of the site in `dir`. In the place of a faulty one its last good
    /// version counts, as far as the segments above it still allow what that says.
    pub(super) fn read(dir: &Path, tree: &Tree, owners: Owners, last_good: &LastGood) -> Self {
        let mut policies = Self { root: Arc::new(Policy::root(owners)), segments: HashMap::new() };
        for file in &tree.settings {
            let segment = policies.segment(dir, file, last_good.settings(&file.file));
            policies.segments.insert(file.file.clone(), segment);
        }
        policies
    }

    /// The policy of a route and the options of its own directory, or why there is none.
    pub(super) fn of(&self, route: &RouteFile) -> Result<(Arc<Policy>, RouteSettings), Vec<Fault>> {
        let Some(last) = route.settings.last() else {
            return Ok((self.root.clone(), RouteSettings::default()));
        };
        let segment = &self.segments[last];
        let in_force = segment.in_force.as_ref().ok_or_else(|| segment.faults.clone())?;
        if last.parent() != route.file.parent() {
            return Ok((in_force.policy.clone(), RouteSettings::default()));
        }
        Ok((in_force.own.clone(), in_force.settings.route.clone()))
    }

    /// The policy of the root segment, which holds for what belongs to no other.
    pub(super) fn at_root(&self, tree: &Tree) -> &Policy {
        let root = tree.settings.iter().find(|file| file.at_root);
        let in_force = root.and_then(|file| self.segments[&file.file].in_force.as_ref());
        in_force.map_or(&self.root, |in_force| &in_force.policy)
    }

    /// Everything wrong with the settings files themselves.
    pub(super) fn faults(&self) -> Vec<Fault> {
        self.segments.values().flat_map(|segment| &segment.faults).cloned().collect()
    }

    /// What is in force now, for the next load to fall back on; what is not at the moment may be
    /// again once a segment above allows it.
    pub(super) fn good(&self, tree: &Tree, earlier: &LastGood) -> HashMap<PathBuf, GoodSettings> {
        let good = tree.settings.iter().filter_map(|file| {
            let in_force = self.segments[&file.file].in_force.as_ref().map(|in_force| in_force.settings.clone());
            let settings = in_force.or_else(|| earlier.settings(&file.file))?;
            Some((file.file.clone(), GoodSettings { file: file.clone(), settings }))
        });
        good.collect()
    }

    fn segment(&self, dir: &Path, file: &SettingsFile, last_good: Option<SegmentSettings>) -> Segment {
        let above = self.above(&file.file);
        let read = SegmentSettings::load(dir, &file.file, file.at_root);
        match read.and_then(|settings| InForce::under(above.as_ref().map_err(Clone::clone)?, settings)) {
            Ok(in_force) => Segment { in_force: Some(in_force), faults: Vec::new() },
            Err(faults) => {
                let good = last_good.zip(above.ok());
                let in_force = good.and_then(|(settings, above)| InForce::under(&above, settings).ok());
                Segment { in_force, faults }
            }
        }
    }

    /// The policy that holds above a settings file.
    fn above(&self, file: &Path) -> Result<Arc<Policy>, Vec<Fault>> {
        let dirs = file.ancestors().skip(2);
        let nearest = dirs.filter_map(|dir| self.segments.get(&dir.join(super::tree::SETTINGS_FILE))).next();
        match nearest {
            None => Ok(self.root.clone()),
            Some(segment) => match &segment.in_force {
                Some(in_force) => Ok(in_force.policy.clone()),
                None => Err(segment.faults.clone()),
            },
        }
    }
}

impl InForce {
    fn under(above: &Policy, settings: SegmentSettings) -> Result<Self, Vec<Fault>> {
        let policy = above.narrowed(&settings.change)?;
        let own = policy.for_own_route(&settings.change)?;
        let own = if own == policy { None } else { Some(Arc::new(own)) };
        let policy = Arc::new(policy);
        Ok(Self { settings, own: own.unwrap_or_else(|| policy.clone()), policy })
    }
}
