//! The lists of dependencies that compilers write for make. It knows no compiler.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What such a list names below the site and not in our own folder, relative to the site; nothing
/// where there is no list.
pub(crate) fn files_of_site(list: &Path, site: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(list).unwrap_or_default();
    dependencies(&text)
        .into_iter()
        .filter_map(|file| {
            let absolute = fs::canonicalize(site.join(file)).ok()?;
            let inside = absolute.strip_prefix(site).ok()?;
            (!inside.starts_with(".routelet")).then(|| inside.to_owned())
        })
        .collect()
}

/// The files behind the colon of a rule of make: `route.o: route.c \` and so on; a space in a name is
/// escaped.
fn dependencies(rule: &str) -> Vec<PathBuf> {
    let (_, list) = rule.split_once(": ").unwrap_or_default();
    let mut files = vec![String::new()];
    let mut letters = list.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('\n') | None => files.push(String::new()),
                Some(escaped) => files.last_mut().expect("it starts with one").push(escaped),
            },
            letter if letter.is_whitespace() => files.push(String::new()),
            letter => files.last_mut().expect("it starts with one").push(letter),
        }
    }
    files.into_iter().filter(|file| !file.is_empty()).map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_dependencies_are_read_as_make_would() {
        let read = |text: &str| dependencies(text).iter().map(|file| file.display().to_string()).collect::<Vec<_>>();
        assert_eq!(
            read("0.o: app/[id]/route.c \\\n  app/a\\ b.h src/x.h\n"),
            ["app/[id]/route.c", "app/a b.h", "src/x.h"]
        );
        assert_eq!(read("0.o: \\\n"), [""; 0]);
    }
}
