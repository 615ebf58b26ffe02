//! What a scan can find wrong, in words. It looks at nothing itself.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    Fault,
    routing::{PatternError, SegmentError},
};

pub(super) fn missing(site: &Path, error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::NotFound => Fault::new(site, "no such directory")
            .expected("the directory of a site")
            .way_out("check the path, or create one with `routelet new`"),
        _ => unreadable(site, error),
    }
}

pub(super) fn no_directory(site: &Path) -> Fault {
    let fault = Fault::new(site, "is no directory").expected("the directory of a site");
    fault.way_out("name the directory that holds `app`")
}

pub(super) fn unreadable(file: &Path, error: &io::Error) -> Fault {
    Fault::new(file, format!("cannot be read: {error}")).way_out("let the user of this process read it")
}

pub(super) fn symbolic_link(file: &Path) -> Fault {
    let fault = Fault::new(file, "is a symbolic link").expected("a file or folder of the site itself");
    fault.way_out("replace it by a copy of what it points to")
}

/// The file is named as well as it can be, so that every fault can be printed and serialised.
pub(super) fn not_utf8(file: &Path) -> Fault {
    let shown = PathBuf::from(file.to_string_lossy().into_owned());
    Fault::new(shown, "has a name that is not UTF-8").way_out("rename it")
}

pub(super) fn irregular(file: &Path) -> Fault {
    let fault = Fault::new(file, "is neither a file nor a folder").expected("a regular file");
    fault.way_out("replace it by one, or remove it")
}

pub(super) fn machine_code(file: &Path) -> Fault {
    Fault::new(file, "is precompiled machine code, which no sandbox checks")
        .expected("a component")
        .way_out("put `route.wasm` there instead; it is compiled and cached by the host")
}

pub(super) fn source(file: &Path, site: &Path) -> Fault {
    let (site, built) = (site.display(), site.join("dist"));
    Fault::new(file, "is source")
        .expected("a built component, `route.wasm`")
        .way_out(format!("run `routelet build {site}`, then serve `{}`", built.display()))
}

pub(super) fn second_route(file: &Path, first: &Path) -> Fault {
    Fault::new(file, format!("lies beside {}", first.display()))
        .expected("one `route` file in a folder")
        .way_out("keep one of them")
}

pub(super) fn folder(file: &Path, error: &SegmentError) -> Fault {
    Fault::new(file, error.found()).way_out(error.way_out())
}

pub(super) fn pattern(file: &Path, error: &PatternError) -> Fault {
    Fault::new(file, error.found()).way_out(error.way_out())
}

pub(super) fn too_large(file: &Path, bytes_max: u64) -> Fault {
    let way_out = match file.extension() {
        Some(extension) if extension == "wasm" => "make it smaller, or raise the limit `component-size`",
        _ => "make it smaller",
    };
    Fault::new(file, format!("has more than {bytes_max} bytes")).way_out(way_out)
}

pub(super) fn too_deep(file: &Path, bound: usize) -> Fault {
    Fault::new(file, format!("lies more than {bound} folders deep"))
        .expected(format!("at most {bound}, as many as a request path can have"))
        .way_out("move it up")
}

/// The folder with the most of what is too much is left out, not the one that was looked at last.
pub(super) fn too_many_routes(share: &Path, bound: usize) -> Fault {
    Fault::new(share, format!("has the most of more than the {bound} routes a site can have"))
        .way_out("split the site, or let a parameter answer for many")
}

pub(super) fn too_many_entries(share: &Path, bound: usize) -> Fault {
    Fault::new(share, format!("holds the most of more than {bound} files and folders"))
        .expected("the directory of a site")
        .way_out("keep other files out of it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_that_cannot_be_opened_says_the_way_out() {
        let rows = [
            (
                io::ErrorKind::NotFound,
                "my-site: no such directory; expected the directory of a site; \
                 check the path, or create one with `routelet new`",
            ),
            (
                io::ErrorKind::PermissionDenied,
                "my-site: cannot be read: permission denied; let the user of this process read it",
            ),
        ];
        for (kind, message) in rows {
            assert_eq!(missing(Path::new("my-site"), &kind.into()).to_string(), message);
        }
    }
}
