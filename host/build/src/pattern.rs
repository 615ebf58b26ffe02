//! A URL pattern as a person types it, turned into the directories that mean it. It never looks at a
//! disk.

use std::path::{Path, PathBuf};

/// The directories of a route, and what its pattern captures.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// The directories below `app/`.
    pub(crate) directory: PathBuf,
    pub(crate) params: Vec<Param>,
}

/// One captured piece of a URL.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) takes: Takes,
}

/// How much of the path a param captures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// `[id]`
    One,
    /// `[...rest]`
    OneOrMore,
    /// `[[...rest]]`
    ZeroOrMore,
}

/// What is wrong with a pattern, and what to write instead.
pub(crate) type Wrong = (String, &'static str);

impl Pattern {
    /// Reads `/users/[id]`; every rule for names of directories that a site's load enforces holds
    /// here too.
    pub(crate) fn parse(text: &str) -> Result<Self, Wrong> {
        let Some(path) = text.strip_prefix('/') else {
            return Err(("it does not start with `/`".into(), "write the path of the URL, as in `/users/[id]`"));
        };
        let mut pattern = Self { directory: PathBuf::new(), params: Vec::new() };
        for piece in path.split('/').filter(|_| !path.is_empty()) {
            let (directory, param) = read_piece(piece)?;
            pattern.directory.push(directory);
            pattern.refuse_after_catch_all(piece)?;
            pattern.params.extend(param);
        }
        pattern.refuse_repeated_names()?;
        Ok(pattern)
    }
}

/// What the directories of a route source mean: the URL, decoded and without groups, and its params.
/// There is nothing where a directory means nothing, which the host tells when it loads the site.
pub(crate) fn of_source(source: &Path) -> Option<(String, Vec<Param>)> {
    let directory = source.parent()?.strip_prefix("app").ok()?;
    let directory = directory.to_str()?.replace('\\', "/");
    let params = directory.split('/').filter(|piece| piece.starts_with('[')).map(read_param);
    let params = params.collect::<Result<_, _>>().ok()?;
    Some((url_of(&directory), params))
}

/// The URL that a pattern stands for, decoded and without groups and slots, which are no part of it.
pub(crate) fn url_of(pattern: &str) -> String {
    let is_part = |piece: &&str| !piece.is_empty() && !piece.starts_with('@') && !is_group(piece);
    let url: String = pattern.split('/').filter(is_part).map(|piece| format!("/{}", decoded(piece))).collect();
    if url.is_empty() { "/".to_owned() } else { url }
}

fn decoded(piece: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = piece.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escape = (first == b'%').then(|| after.get(..2)).flatten();
        let escape = escape.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(escape.unwrap_or(first));
        rest = if escape.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| piece.to_owned())
}

fn read_piece(piece: &str) -> Result<(String, Option<Param>), Wrong> {
    let unusable = |letter: char| letter.is_control() || matches!(letter, '\\' | '?' | '#');
    if piece.is_empty() || piece == "." || piece == ".." {
        return Err((format!("`{piece}` is no piece of a path"), "name every directory between the slashes"));
    }
    if piece.contains(unusable) {
        return Err((
            format!("`{}` has a character that no path has", piece.escape_debug()),
            "leave the query out, and escape the character as in %3F",
        ));
    }
    if piece.contains(['[', ']']) {
        let param = read_param(piece)?;
        return Ok((piece.to_owned(), Some(param)));
    }
    Ok((directory_of(piece)?, None))
}

fn read_param(piece: &str) -> Result<Param, Wrong> {
    let inside = |text: &'_ str| -> Option<String> {
        let inner = text.strip_prefix('[')?.strip_suffix(']')?;
        Some(inner.to_owned())
    };
    let once = inside(piece);
    let twice = once.as_deref().and_then(inside);
    let read = match (once, twice) {
        (_, Some(inner)) => inner.strip_prefix("...").map(|name| (name.to_owned(), Takes::ZeroOrMore)),
        (Some(inner), None) => Some(match inner.strip_prefix("...") {
            Some(name) => (name.to_owned(), Takes::OneOrMore),
            None => (inner, Takes::One),
        }),
        (None, None) => None,
    };
    match read {
        Some((name, takes)) if !name.is_empty() && !name.starts_with('.') && !name.contains(['[', ']', '…']) => {
            Ok(Param { name, takes })
        }
        Some(_) | None => Err((
            format!("`{piece}` has brackets that do not read as one param"),
            "write `[id]`, `[...rest]` or `[[...rest]]`, or %5B and %5D for literal brackets",
        )),
    }
}

/// The directory of a fixed piece: where the plain text would mean something else on disk, its
/// escaped spelling.
fn directory_of(piece: &str) -> Result<String, Wrong> {
    if piece.starts_with('(') && !is_group(piece) {
        return Err((
            format!("`{piece}` has parentheses in a part of its name"),
            "write `(group)`, or %28 and %29 for literal parentheses",
        ));
    }
    if !escapes_are_whole(piece) {
        return Err((format!("`{piece}` has a malformed escape"), "write %25 for a literal percent sign"));
    }
    Ok(match piece.split_at_checked(1) {
        Some(("_", rest)) => format!("%5F{rest}"),
        Some(("@", rest)) => format!("%40{rest}"),
        _ => piece.to_owned(),
    })
}

fn is_group(piece: &str) -> bool {
    let is_enclosed = piece.starts_with('(') && piece.find(')') == Some(piece.len() - 1);
    piece.len() > 2 && is_enclosed && !piece.starts_with("(.")
}

fn escapes_are_whole(piece: &str) -> bool {
    piece.split('%').skip(1).all(|after| {
        let digits = after.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

impl Pattern {
    fn refuse_after_catch_all(&self, piece: &str) -> Result<(), Wrong> {
        match self.params.last() {
            Some(last) if last.takes != Takes::One => Err((
                format!("`{piece}` comes after the catch-all `{}`, which takes everything", last.name),
                "end the pattern with the catch-all",
            )),
            Some(_) | None => Ok(()),
        }
    }

    fn refuse_repeated_names(&self) -> Result<(), Wrong> {
        for (index, param) in self.params.iter().enumerate() {
            if self.params[..index].iter().any(|other| other.name == param.name) {
                return Err((format!("two params have the name `{}`", param.name), "name each by what it is"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_become_directories() {
        let rows = [
            ("/", "", ""),
            ("/users", "users", ""),
            ("/users/[id]", "users/[id]", "id:One"),
            ("/[org]/[repo]", "[org]/[repo]", "org:One repo:One"),
            ("/docs/[...path]", "docs/[...path]", "path:OneOrMore"),
            ("/shop/[[...slug]]", "shop/[[...slug]]", "slug:ZeroOrMore"),
            ("/(internal)/stats", "(internal)/stats", ""),
            ("/_x", "%5Fx", ""),
            ("/@me", "%40me", ""),
            ("/caf%C3%A9", "caf%C3%A9", ""),
            ("/feed.xml", "feed.xml", ""),
        ];
        for (text, directory, params) in rows {
            let pattern = Pattern::parse(text).unwrap();
            assert_eq!(pattern.directory, PathBuf::from(directory), "{text}");
            let found: Vec<_> =
                pattern.params.iter().map(|param| format!("{}:{:?}", param.name, param.takes)).collect();
            assert_eq!(found.join(" "), params, "{text}");
        }
    }

    #[test]
    fn patterns_that_mean_nothing_say_why() {
        let rows = [
            ("users", "does not start with `/`"),
            ("", "does not start with `/`"),
            ("/users/", "`` is no piece of a path"),
            ("/a//b", "`` is no piece of a path"),
            ("/../x", "`..` is no piece of a path"),
            ("/a\\b", "a character that no path has"),
            ("/a?b=c", "a character that no path has"),
            ("/pre-[id]", "do not read as one param"),
            ("/[id].json", "do not read as one param"),
            ("/[]", "do not read as one param"),
            ("/[[id]]", "do not read as one param"),
            ("/[..rest]", "do not read as one param"),
            ("/(.)photo", "parentheses in a part"),
            ("/100%", "malformed escape"),
            ("/[...rest]/x", "comes after the catch-all `rest`"),
            ("/[id]/x/[id]", "two params have the name `id`"),
        ];
        for (text, expected) in rows {
            let (said, _) = Pattern::parse(text).unwrap_err();
            assert!(said.contains(expected), "{text}: {said}");
        }
    }
}
