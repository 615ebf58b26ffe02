//! The policy of every directory: each segment's file, narrowed down the tree. It grants nothing by itself.

use std::{
    collections::HashMap,
    fs,
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

/// The most bytes a settings file may have: it is read whole.
const SETTINGS_BYTES_MAX: u64 = 1 << 20;

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
    /// Reads every settings file of a tree.
    pub(super) fn read(tree: &Tree, owners: Owners) -> Self {
        let mut policies = Self {
            root: Policy::root(owners),
            segments: HashMap::new(),
        };
        let tree_root = tree.settings.iter().map(|file| file.file.parent()).min_by_key(|dir| depth(*dir));
        for file in &tree.settings {
            let at_root = file.file.parent() == tree_root.flatten() && depth(file.file.parent()) <= 1;
            let segment = policies.segment(file, at_root);
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

    fn segment(&self, file: &SettingsFile, at_root: bool) -> Segment {
        let read = read(file).and_then(|text| SegmentSettings::parse(&file.file, &text, at_root));
        match read {
            Err(faults) => Segment {
                settings: SegmentSettings::default(),
                policy: Err(faults),
            },
            Ok(settings) => {
                let above = self.above(&file.file);
                Segment {
                    policy: above.and_then(|above| above.narrowed(&settings.change)),
                    settings,
                }
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

fn depth(dir: Option<&Path>) -> usize {
    dir.map_or(0, |dir| dir.components().count())
}

fn read(file: &SettingsFile) -> Result<String, Vec<Fault>> {
    let unreadable = |found: String| vec![Fault::new(&file.file, found)];
    let bytes = fs::metadata(&file.absolute).map_err(|error| unreadable(format!("cannot be read: {error}")))?.len();
    if bytes > SETTINGS_BYTES_MAX {
        let fault = Fault::new(&file.file, format!("{bytes} bytes")).expected(format!("at most {SETTINGS_BYTES_MAX}"));
        return Err(vec![fault]);
    }
    fs::read_to_string(&file.absolute).map_err(|error| unreadable(format!("cannot be read as text: {error}")))
}
