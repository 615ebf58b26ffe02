//! Names of variables and secrets, and the patterns a ceiling writes for them. Values are not here.

use std::fmt;

use super::wrong::Wrong;

/// Longer than any variable a person chooses.
pub const NAME_BYTES_MAX: usize = 128;

/// Whether `name` can name a variable or a secret: letters, digits, `_`, `-` and `.`, as
/// Kubernetes allows for keys; `=` would end the name where programs read it.
pub fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.bytes().all(allowed)
}

/// The name itself, or what is wrong with it.
pub fn name(text: &str) -> Result<String, Wrong> {
    if is_name(text) {
        return Ok(text.to_owned());
    }
    Err(Wrong::new(format!("name {text:?}"))
        .expected(format!("1 to {NAME_BYTES_MAX} letters, digits, `_`, `-` or `.`"))
        .way_out("rename it"))
}

/// What a ceiling writes for names: one name, or the beginning of names before a final `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamePattern {
    /// This name.
    Name(String),
    /// Every name that begins so; empty for every name.
    Prefix(String),
}

impl NamePattern {
    /// Reads `NAME`, `PREFIX_*` or `*`.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        match text.strip_suffix('*') {
            Some("") => Ok(Self::Prefix(String::new())),
            Some(prefix) => {
                name(prefix).map(Self::Prefix).map_err(|wrong| wrong.way_out("a `*` stands at the end only"))
            }
            None => name(text).map(Self::Name),
        }
    }

    /// Whether it stands for `name`.
    pub fn covers(&self, name: &str) -> bool {
        match self {
            Self::Name(own) => own == name,
            Self::Prefix(prefix) => name.starts_with(prefix.as_str()),
        }
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Prefix(prefix) => write!(f, "{prefix}*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_programs_can_read() {
        let longest = "A".repeat(NAME_BYTES_MAX);
        let too_long = "A".repeat(NAME_BYTES_MAX + 1);
        for (text, taken) in [
            ("A", true),
            ("STRIPE_KEY", true),
            ("tls.crt", true),
            ("a-b", true),
            ("1", true),
            (longest.as_str(), true),
            (too_long.as_str(), false),
            ("", false),
            ("A=B", false),
            ("A B", false),
            ("A\0", false),
            ("É", false),
            ("A*", false),
            ("../A", false),
        ] {
            assert_eq!(is_name(text), taken, "{text:?}");
            assert_eq!(name(text).is_ok(), taken, "{text:?}");
        }
    }

    #[test]
    fn patterns_cover_one_name_or_all_that_begin_alike() {
        for (pattern, name, covered) in [
            ("A", "A", true),
            ("A", "AB", false),
            ("A", "a", false),
            ("A_*", "A_B", true),
            ("A_*", "A_", true),
            ("A_*", "AB", false),
            ("*", "ANY", true),
        ] {
            let read = NamePattern::parse(pattern).expect(pattern);
            assert_eq!(read.covers(name), covered, "{pattern} {name}");
            assert_eq!(read.to_string(), pattern);
        }
    }

    #[test]
    fn a_star_stands_at_the_end_only() {
        for pattern in ["", "*A", "A*B", "**", "A**", "A *"] {
            assert!(NamePattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
