//! The route tree: folders to patterns, files to what answers there. It compares no routes.

use std::{path::PathBuf, sync::Arc};

use super::{
    FileKind, RouteFile, SETTINGS_FILE, SettingsFile, faults,
    names::Role,
    walk::{Entry, Top, Walk},
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
        routes
    }

    /// Takes note of the files of a folder, gives the folders in it.
    fn place(&mut self, mut place: Place) -> Vec<Place> {
        if self.walk.is_over() {
            return Vec::new();
        }
        let is_site = place.file.as_os_str().is_empty();
        let skip = |name: &str| is_site && OF_THE_SITE.contains(&name);
        let entries = self.walk.entries_of(&place.file, skip);
        let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.kind.is_dir());
        self.own_settings(&mut place, &files);
        self.sources(&files);
        for file in files {
            self.file(&place, file);
        }
        folders.into_iter().filter_map(|folder| self.folder(&place, folder)).collect()
    }

    fn own_settings(&mut self, place: &mut Place, files: &[Entry]) {
        let own = |file: &&Entry| file.name == SETTINGS_FILE && file.kind.is_file();
        let Some(own) = files.iter().find(own) else {
            return;
        };
        place.settings = place.settings.iter().chain([&own.file]).cloned().collect();
        let (file, absolute) = (own.file.clone(), self.walk.site.join(&own.file));
        self.settings.push(SettingsFile { at_root: place.depth == 0, file, absolute });
    }

    /// Sources are faults in a tree to be served; so is every `route.*` of a folder but one.
    fn sources(&mut self, files: &[Entry]) {
        let with = |role| files.iter().filter(move |file| file.kind.is_file() && Role::of(&file.name, false) == role);
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
        match Role::of(&file.name, place.depth == 0) {
            Role::Unknown => {}
            _ if !file.kind.is_file() => self.walk.fault(faults::irregular(&file.file)),
            Role::Answers(_) if place.nowhere => {}
            Role::Answers(kind) => self.answers(place, file, kind),
            Role::MachineCode => self.walk.fault(faults::machine_code(&file.file)),
            Role::Settings | Role::Source => {}
        }
    }

    fn answers(&mut self, place: &Place, Entry { file, name, .. }: Entry, kind: FileKind) {
        let bound = self.walk.bounds.routes;
        if self.files.len() == bound {
            return self.walk.stop(faults::too_many_routes(&file, bound));
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
