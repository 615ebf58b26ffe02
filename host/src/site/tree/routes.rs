//! The route tree: folders to patterns, files to what answers there. It compares no routes.

use std::{path::PathBuf, sync::Arc};

use super::{
    FileKind, RouteFile, SETTINGS_FILE, SettingsFile, faults,
    names::Role,
    walk::{Entry, Kind, Top, Walk},
};
use crate::routing::{Folder, Pattern, Segment};

/// What belongs to the site as a whole, and is no route where the site's directory is the tree.
const OF_THE_SITE: [&str; 5] = ["routelet.toml", "public", "dist", ".routelet", ".git"];

/// What a scan of the route tree finds.
pub(super) struct Routes<'w, 's> {
    walk: &'w mut Walk<'s>,
    pub(super) files: Vec<RouteFile>,
    pub(super) settings: Vec<SettingsFile>,
}

/// A folder of the route tree.
#[derive(Default)]
struct Place {
    file: PathBuf,
    depth: usize,
    /// Its URL so far.
    segments: Vec<Segment>,
    /// A name on the way here makes no sense: nothing answers below it, but faults are found.
    nowhere: bool,
    settings: Arc<[PathBuf]>,
}

impl<'w, 's> Routes<'w, 's> {
    pub(super) fn scan(walk: &'w mut Walk<'s>) -> Self {
        let top = match walk.top("app") {
            Top::Folder => Some("app"),
            Top::Absent => Some(""),
            Top::Refused => None,
        };
        let mut routes = Self { walk, files: Vec::new(), settings: Vec::new() };
        let place = |top: &str| Place { file: top.into(), ..Place::default() };
        let mut places: Vec<_> = top.map(place).into_iter().collect();
        while let Some(place) = places.pop() {
            let below = routes.place(place);
            places.extend(below.into_iter().rev());
        }
        let shares = &routes.walk.shares;
        routes.files.retain(|route| !shares.is_cut(&route.file));
        routes.settings.retain(|settings| !shares.is_cut(&settings.file));
        routes
    }

    /// Takes note of the files of a folder, gives the folders in it.
    fn place(&mut self, mut place: Place) -> Vec<Place> {
        if self.walk.shares.is_cut(&place.file) {
            return Vec::new();
        }
        let is_site = place.file.as_os_str().is_empty();
        let skip = |name: &str| is_site && OF_THE_SITE.contains(&name);
        let entries = self.walk.entries_of(&place.file, skip);
        let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.kind == Kind::Folder);
        self.own_settings(&mut place, &files);
        self.sources(&files);
        for file in files {
            self.file(&place, file);
        }
        folders.into_iter().filter_map(|folder| self.folder(&place, folder)).collect()
    }

    /// Settings that cannot be read are settings all the same: without them the segment would be
    /// less bounded than its owner wrote.
    fn own_settings(&mut self, place: &mut Place, files: &[Entry]) {
        let Some(own) = files.iter().find(|file| file.name == SETTINGS_FILE) else {
            return;
        };
        place.settings = place.settings.iter().chain([&own.file]).cloned().collect();
        let (file, absolute) = (own.file.clone(), self.walk.site.join(&own.file));
        self.settings.push(SettingsFile { at_root: place.depth == 0, file, absolute });
    }

    /// Sources are faults in a tree to be served; so is every `route.*` of a folder but one.
    fn sources(&mut self, files: &[Entry]) {
        let with =
            |role| files.iter().filter(move |file| file.kind == Kind::File && Role::of(&file.name, false) == role);
        let mut first = with(Role::Answers(FileKind::Component)).next();
        for source in with(Role::Source) {
            self.walk.fault(match first {
                Some(first) => faults::second_route(&source.file, &first.file),
                None => faults::source(&source.file, self.walk.site),
            });
            first = first.or(Some(source));
        }
    }

    fn file(&mut self, place: &Place, file: Entry) {
        let role = Role::of(&file.name, place.depth == 0);
        if file.kind == Kind::Odd && role != Role::Unknown {
            self.walk.fault(faults::irregular(&file.file));
        }
        match role {
            Role::Answers(_) if place.nowhere => {}
            Role::Answers(kind) => self.answers(place, file, kind),
            Role::MachineCode if file.kind == Kind::File => self.walk.fault(faults::machine_code(&file.file)),
            Role::Unknown | Role::MachineCode | Role::Settings | Role::Source => {}
        }
    }

    fn answers(&mut self, place: &Place, Entry { file, name, .. }: Entry, kind: FileKind) {
        if !self.walk.counts_route(&file) {
            return;
        }
        let mut segments = place.segments.clone();
        if kind == FileKind::Metadata {
            segments.push(Segment::Static(name));
        }
        match Pattern::new(segments) {
            Ok(pattern) => {
                let (absolute, settings) = (self.walk.site.join(&file), place.settings.clone());
                self.files.push(RouteFile { file, absolute, pattern, kind, settings });
            }
            Err(error) => self.walk.fault(faults::pattern(&file, &error)),
        }
    }

    /// A folder as a place, unless nothing below it is routed.
    fn folder(&mut self, above: &Place, folder: Entry) -> Option<Place> {
        let mut segments = above.segments.clone();
        let mut nowhere = above.nowhere;
        match Folder::parse(&folder.name) {
            Ok(Folder::Segment(segment)) => segments.push(segment),
            Ok(Folder::Group) => {}
            Ok(Folder::Private) => return None,
            Err(error) => {
                self.walk.fault(faults::folder(&folder.file, &error));
                nowhere = true;
            }
        }
        let depth = self.walk.one_deeper(above.depth, &folder)?;
        let settings = above.settings.clone();
        Some(Place { file: folder.file, depth, segments, nowhere, settings })
    }
}
