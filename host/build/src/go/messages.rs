//! What Go says of a package that does not build, told of the files that people wrote. It runs nothing.

use std::path::{Path, PathBuf};

use super::package::Package;
use crate::{Failure, Fault};

/// The first error, and all of them.
pub(super) fn failure(said: &str, source: &Path, package: &Package) -> Box<Failure> {
    let place = format!("{}/", package.directory.display());
    let said = said.replace(&format!("{}/", package.name), &place);
    let modules = package.modules.display().to_string();
    let said = said.replace(&modules, "go.mod");
    // A package is announced by a line of its own.
    let lines = said.lines().filter(|line| !line.starts_with("# "));
    let lines: Vec<_> = lines.map(|line| line.trim_start_matches("./")).collect();
    let rendered = lines.join("\n");
    let fault = match lines.iter().find_map(|line| error_in(line)) {
        Some((file, line, text)) => {
            Fault::new(file, format!("does not compile: {text}"), "", "correct it as Go says").at_line(Some(line))
        }
        None => Fault::new(source, format!("does not build: {}", rendered.trim()), "", "correct it as Go says"),
    };
    Box::new(Failure { fault, rendered })
}

/// `file:line:column: text`, the column being optional.
fn error_in(line: &str) -> Option<(PathBuf, u32, &str)> {
    let (file, rest) = line.split_once(".go:")?;
    let (number, rest) = rest.split_once(':')?;
    let text = match rest.split_once(": ") {
        Some((column, text)) if column.parse::<u32>().is_ok() => text,
        _ => rest.trim_start(),
    };
    Some((PathBuf::from(format!("{file}.go")), number.parse().ok()?, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> Package {
        Package {
            name: "routelet_0123456789ab".to_owned(),
            directory: "app/users/[id]".into(),
            overlay: "/tmp/overlay.json".into(),
            modules: "/site/.routelet/go/x/go.mod".into(),
        }
    }

    #[test]
    fn errors_are_told_of_the_file_that_was_written() {
        let rows = [
            (
                "# site/routelet_0123456789ab\nroutelet_0123456789ab/route.go:5:2: undefined: x\n",
                "app/users/[id]/route.go:5: does not compile: undefined: x; correct it as Go says",
            ),
            (
                "./routelet_0123456789ab/names.go:7: too many errors\n",
                "app/users/[id]/names.go:7: does not compile: too many errors; correct it as Go says",
            ),
            (
                "go: /site/.routelet/go/x/go.mod has no module line\n",
                "app/users/[id]/route.go: does not build: go: go.mod has no module line; correct it as Go says",
            ),
        ];
        for (said, expected) in rows {
            let failure = failure(said, Path::new("app/users/[id]/route.go"), &package());
            assert_eq!(failure.fault.to_string(), expected);
            assert!(!failure.rendered.contains("routelet_"), "{}", failure.rendered);
        }
    }
}
