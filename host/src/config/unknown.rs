//! What a person is told about a key that nobody reads: it is misspelt, it comes later, or it is
//! not known at all.

use crate::policy::wrong::Wrong;

/// Longer lists are no help in a message.
const KEYS_TOLD_MAX: usize = 12;

/// The keys of one table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys<'a> {
    /// What the table is called in a message: `[limits]`, `routelet.toml`.
    pub(crate) table: &'a str,
    /// The keys that are read.
    pub(crate) known: &'a [&'a str],
    /// Keys that have their place in the format, but whose meaning a later release brings.
    pub(crate) later: &'a [&'a str],
}

impl Keys<'_> {
    /// What is wrong with a key that is not among the known ones.
    pub(crate) fn unknown(&self, key: &str) -> Wrong {
        if self.later.contains(&key) {
            return Wrong::new(format!("`{key}` is not offered by this release yet")).way_out("remove it");
        }
        let wrong = Wrong::new(format!("unknown key `{key}` in {}", self.table));
        match self.closest(key) {
            Some(meant) => wrong.way_out(format!("did you mean `{meant}`?")),
            None if self.known.len() <= KEYS_TOLD_MAX => wrong.expected(self.known.join(", ")).way_out("remove it"),
            None => wrong.way_out("remove it"),
        }
    }

    /// The known key that differs least, if a slip of the hand explains the difference.
    fn closest(&self, key: &str) -> Option<&str> {
        let slips = |known: &&str| distance(key, known);
        let closest = self.known.iter().copied().min_by_key(slips)?;
        let excused = 1 + closest.len() / 4;
        (slips(&closest) <= excused.min(3)).then_some(closest)
    }
}

/// How many characters must be added, removed, replaced or swapped with their neighbour to make
/// one word of the other (optimal string alignment).
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for row in 1..=one.len() {
        let mut current = vec![row];
        for column in 1..=other.len() {
            let differs = usize::from(one[row - 1] != other[column - 1]);
            let mut least = (last[column - 1] + differs).min(last[column] + 1).min(current[column - 1] + 1);
            let swapped =
                row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1];
            if swapped {
                least = least.min(before_last[column - 2] + 1);
            }
            current.push(least);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (one, other, slips) in [
            ("", "", 0),
            ("", "cpu", 3),
            ("cpu", "cpu", 0),
            ("memroy", "memory", 1),
            ("memori", "memory", 1),
            ("memor", "memory", 1),
            ("mmemory", "memory", 1),
            ("ca", "abc", 3),
            ("listen", "silent", 4),
        ] {
            assert_eq!(distance(one, other), slips, "{one} {other}");
            assert_eq!(distance(other, one), slips, "{other} {one}");
        }
    }

    #[test]
    fn a_key_nobody_reads_is_told_with_the_way_out() {
        let keys = Keys { table: "[grants]", known: &["env", "secrets", "outbound"], later: &["files"] };
        for (key, found, expected, way_out) in [
            ("files", "`files` is not offered by this release yet", "", "remove it"),
            ("outbuond", "unknown key `outbuond` in [grants]", "", "did you mean `outbound`?"),
            ("secret", "unknown key `secret` in [grants]", "", "did you mean `secrets`?"),
            ("stores", "unknown key `stores` in [grants]", "env, secrets, outbound", "remove it"),
        ] {
            let wrong = keys.unknown(key);
            assert_eq!(wrong.found, found);
            assert_eq!(wrong.expected, expected);
            assert_eq!(wrong.way_out, way_out);
        }
        let keys = Keys { table: "[limits]", known: &["first-byte"], later: &[] };
        assert_eq!(keys.unknown("first_byte").way_out, "did you mean `first-byte`?");
    }
}
