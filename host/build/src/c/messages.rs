//! What the compiler and the linker say, read for the file and the line it is about. It runs nothing.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{Failure, Fault};

/// The first error of a compiler's output, and all of it.
pub(super) fn of_compiler(said: &str, source: &Path) -> Box<Failure> {
    let first = said.lines().find_map(error_in);
    let fault = match first {
        Some((file, line, text)) => {
            Fault::new(file, format!("does not compile: {text}"), "", "correct it as the compiler says").at_line(line)
        }
        None => Fault::new(source, format!("does not compile: {}", said.trim()), "", ""),
    };
    Box::new(Failure { fault, rendered: said.trim_end().to_owned() })
}

/// `file:line:column: error: text`, as clang writes it.
fn error_in(line: &str) -> Option<(PathBuf, Option<u32>, &str)> {
    let (place, text) = line.split_once(": error: ").or_else(|| line.split_once(": fatal error: "))?;
    let mut parts = place.rsplitn(3, ':');
    let (_column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
    Some((PathBuf::from(file), line.parse().ok(), text))
}

/// Where the headers could lie that a compiler did not find: beside the source, or in a directory above it.
pub(super) fn missing_headers(said: &str, source: &Path) -> Vec<PathBuf> {
    let named = said.lines().filter_map(|line| {
        let (_, text) = line.split_once(": fatal error: '")?;
        text.strip_suffix("' file not found")
    });
    let above = |name| source.ancestors().skip(1).map(move |directory| directory.join(name));
    named.flat_map(above).collect()
}

/// The linker speaks of objects, which nobody wrote: what is missing is looked for in the sources.
pub(super) fn of_linker(said: &str, source: &Path, site: &Path, inputs: &BTreeSet<PathBuf>) -> Box<Failure> {
    let missing: Vec<_> = said.lines().filter_map(|line| line.split_once("undefined symbol: ")).collect();
    let Some((_, first)) = missing.first() else {
        let text = format!("does not link: {}", said.trim());
        return Fault::new(source, text, "", "correct it as the linker says").into();
    };
    let first = first.trim();
    let (file, line) = place_of(first, site, inputs).unwrap_or_else(|| (source.to_owned(), None));
    let fault = Fault::new(
        file,
        format!("`{first}` is declared and used, and no file defines it"),
        "a definition in this route, or in the .c file beside the header that declares it",
        format!("define `{first}`, or correct its name"),
    );
    Box::new(Failure { fault: fault.at_line(line), rendered: said.trim_end().to_owned() })
}

/// Where a name is last written, which is nearest to where it is used.
fn place_of(name: &str, site: &Path, inputs: &BTreeSet<PathBuf>) -> Option<(PathBuf, Option<u32>)> {
    let code = inputs.iter().filter(|file| file.extension().is_some_and(|end| end == "c"));
    code.filter_map(|file| {
        let text = fs::read_to_string(site.join(file)).ok()?;
        let line = text.lines().enumerate().filter(|(_, line)| has_word(line, name)).last()?.0;
        Some((file.clone(), u32::try_from(line + 1).ok()))
    })
    .next()
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|found| found == word)
}

/// Paths as people know them, relative to the site.
pub(super) fn in_site(said: &str, site: &Path) -> String {
    said.replace(&format!("{}/", site.display()), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_says_its_file_and_line() {
        let said = "app/a/route.c:3:5: warning: unused\napp/[id]/route.c:12:9: error: expected ';'\n   12 | x\n";
        let failure = of_compiler(said, Path::new("app/a/route.c"));
        assert_eq!(
            failure.fault.to_string(),
            "app/[id]/route.c:12: does not compile: expected ';'; correct it as the compiler says"
        );
        assert_eq!(failure.rendered, said.trim_end());
    }

    #[test]
    fn a_missing_header_is_looked_for_beside_the_source_and_above_it() {
        let said = "app/a/route.c:1:10: fatal error: 'lib/x.h' file not found\n    1 | #include \"lib/x.h\"\n";
        let places = ["app/a/lib/x.h", "app/lib/x.h", "lib/x.h"].map(PathBuf::from);
        assert_eq!(missing_headers(said, Path::new("app/a/route.c")), places);
        assert_eq!(
            missing_headers("app/a/route.c:1:1: error: no", Path::new("app/a/route.c")),
            [""; 0].map(PathBuf::from)
        );
    }

    #[test]
    fn a_missing_definition_is_found_where_it_is_used() {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join("route.c"), "int save(int);\nint keep;\nint b(void) { return save(1); }\n").unwrap();
        let inputs = BTreeSet::from([PathBuf::from("route.c")]);
        let failure =
            of_linker("wasm-ld: error: 0.o: undefined symbol: save\n", Path::new("route.c"), site.path(), &inputs);
        assert_eq!(
            (failure.fault.line, failure.fault.found.as_str()),
            (Some(3), "`save` is declared and used, and no file defines it")
        );
    }
}
