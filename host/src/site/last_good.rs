//! What a load keeps for the next one, so that a file that has become faulty costs no more than its
//! own change. It decides nothing about policies: what it gives back is narrowed anew.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    settings::SegmentSettings,
    tree::{self, RouteFile, SettingsFile, Tree},
};
use crate::Fault;

/// The files of a table, and the settings that were in force.
#[derive(Default)]
pub(crate) struct LastGood {
    pub(super) routes: Vec<RouteFile>,
    pub(super) settings: HashMap<PathBuf, GoodSettings>,
    /// The folders with a route below them that was served.
    pub(super) served: HashSet<PathBuf>,
}

/// A settings file as it was last in force.
#[derive(Clone)]
pub(super) struct GoodSettings {
    pub(super) file: SettingsFile,
    pub(super) settings: SegmentSettings,
}

impl LastGood {
    /// What a settings file said when it was last in force: nothing, where its folder was served
    /// without such a file.
    pub(super) fn settings(&self, file: &Path) -> Option<SegmentSettings> {
        let good = self.settings.get(file).map(|good| good.settings.clone());
        let was_served = file.parent().is_some_and(|folder| self.served.contains(folder));
        good.or_else(|| was_served.then(SegmentSettings::default))
    }

    /// Puts back into a tree what a fault of it hides, such as a folder that cannot be read any
    /// more, and gives the routes among that, each with the fault. What is gone without a fault
    /// was removed.
    pub(super) fn restore(&self, tree: &mut Tree) -> HashMap<PathBuf, Fault> {
        let faults: HashMap<_, _> = tree.faults.iter().map(|fault| (fault.file.clone(), fault.clone())).collect();
        if faults.is_empty() {
            return HashMap::new();
        }
        self.restore_settings(tree, &faults);
        self.restore_routes(tree, &faults)
    }

    fn restore_settings(&self, tree: &mut Tree, faults: &HashMap<PathBuf, Fault>) {
        let found: HashSet<_> = tree.settings.iter().map(|settings| settings.file.clone()).collect();
        let lost = self.settings.values().filter(|good| !found.contains(&good.file.file));
        let hidden = lost.filter(|good| hidden_by(&good.file.file, faults).is_some());
        tree.settings.extend(hidden.map(|good| good.file.clone()));
        // Each before those of the folders below it.
        tree.settings.sort_by_key(|settings| settings.file.components().count());
    }

    fn restore_routes(&self, tree: &mut Tree, faults: &HashMap<PathBuf, Fault>) -> HashMap<PathBuf, Fault> {
        let found: HashSet<_> = tree.routes.iter().map(|route| route.file.clone()).collect();
        let settings: HashSet<_> = tree.settings.iter().map(|settings| settings.file.clone()).collect();
        let mut hidden = HashMap::new();
        for route in self.routes.iter().filter(|route| !found.contains(&route.file)) {
            if let Some(fault) = hidden_by(&route.file, faults) {
                let settings = settings_above(&route.file, &settings);
                tree.routes.push(RouteFile { settings, ..route.clone() });
                hidden.insert(route.file.clone(), fault.clone());
            }
        }
        hidden
    }
}

fn hidden_by<'f>(file: &Path, faults: &'f HashMap<PathBuf, Fault>) -> Option<&'f Fault> {
    file.ancestors().find_map(|place| faults.get(place))
}

/// The settings that apply to a file, outermost first.
fn settings_above(file: &Path, known: &HashSet<PathBuf>) -> Arc<[PathBuf]> {
    let folders = file.ancestors().skip(1);
    let mut settings: Vec<_> = folders.filter_map(|folder| known.get(&folder.join(tree::SETTINGS_FILE))).collect();
    settings.reverse();
    settings.into_iter().cloned().collect()
}
