//! What a file in the route tree is, going by its name alone.

use super::{FileKind, SETTINGS_FILE};

/// What the name of a file means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It answers requests.
    Answers(FileKind),
    /// It holds its segment's policy.
    Settings,
    /// A route before it is built.
    Source,
    /// Machine code, which says itself what it is allowed to do.
    MachineCode,
    /// Nothing to us.
    Unknown,
}

impl Role {
    /// Reads a file's name; some names mean something at the top of the tree only.
    pub(super) fn of(name: &str, at_top: bool) -> Self {
        match name {
            "route.wasm" => Self::Answers(FileKind::Component),
            "page.html" => Self::Answers(FileKind::Page),
            SETTINGS_FILE => Self::Settings,
            _ if name.ends_with(".cwasm") => Self::MachineCode,
            _ if is_source(name) => Self::Source,
            _ if is_metadata(name, at_top) => Self::Answers(FileKind::Metadata),
            _ => Self::Unknown,
        }
    }
}

fn is_source(name: &str) -> bool {
    let language = name.strip_prefix("route.");
    language.is_some_and(|language| matches!(language, "rs" | "ts" | "js" | "py" | "c" | "go"))
}

fn is_metadata(name: &str, at_top: bool) -> bool {
    match name {
        "robots.txt" | "favicon.ico" | "manifest.webmanifest" | "manifest.json" => at_top,
        "sitemap.xml" => true,
        _ => is_image(name),
    }
}

/// The images a folder may have, each also numbered as in `icon2.png`.
fn is_image(name: &str) -> bool {
    let Some((stem, extension)) = name.split_once('.') else {
        return false;
    };
    match stem.trim_end_matches(|digit: char| digit.is_ascii_digit()) {
        "icon" => matches!(extension, "ico" | "jpg" | "jpeg" | "png" | "svg"),
        "apple-icon" => matches!(extension, "jpg" | "jpeg" | "png"),
        "opengraph-image" | "twitter-image" => matches!(extension, "jpg" | "jpeg" | "png" | "gif"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_files_are() {
        use FileKind::{Component, Metadata, Page};
        for (names, at_top, elsewhere) in [
            ("route.wasm", Role::Answers(Component), Role::Answers(Component)),
            ("page.html", Role::Answers(Page), Role::Answers(Page)),
            ("segment.toml", Role::Settings, Role::Settings),
            ("route.rs route.ts route.js route.py route.c route.go", Role::Source, Role::Source),
            ("route.cwasm x.cwasm .cwasm", Role::MachineCode, Role::MachineCode),
            ("robots.txt favicon.ico manifest.webmanifest manifest.json", Role::Answers(Metadata), Role::Unknown),
            (
                "sitemap.xml icon.png icon1.svg icon.ico apple-icon.jpg",
                Role::Answers(Metadata),
                Role::Answers(Metadata),
            ),
            ("opengraph-image.png twitter-image2.gif", Role::Answers(Metadata), Role::Answers(Metadata)),
            ("route route.wat Route.wasm route.wasm.bak my-route.rs route.tsx", Role::Unknown, Role::Unknown),
            ("page.htm index.html icon.gif apple-icon.svg icon icon.old.png", Role::Unknown, Role::Unknown),
            ("opengraph-image.alt.txt README.md other.wasm Segment.toml", Role::Unknown, Role::Unknown),
        ] {
            for name in names.split(' ') {
                assert_eq!((Role::of(name, true), Role::of(name, false)), (at_top, elsewhere), "{name}");
            }
        }
    }
}
