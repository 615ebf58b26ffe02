//! Amounts and the text a person writes for them: sizes, times and counts. Which amounts are
//! allowed where is told by the bounds, not here.

use std::{fmt, time::Duration};

/// How much: a number in the unit of its bound, or no bound at all.
///
/// Ordered: everything is less than `Unbounded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Amount {
    /// This many bytes, milliseconds or things.
    Exactly(u64),
    /// Written `"none"`.
    Unbounded,
}

/// What an amount counts, and so how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Written `"64MiB"`; counted in bytes.
    Bytes,
    /// Written `"250ms"`, `"1s"`; counted in milliseconds.
    Time,
    /// Written as an integer.
    Count,
}

/// The word for no bound.
pub const UNBOUNDED: &str = "none";

/// In the order of printing, which takes the first that divides: minutes are read, but a minute
/// prints as the "60s" that people write.
const SIZES: &[(&str, u64)] = &[("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];
const TIMES: &[(&str, u64)] = &[("h", 3_600_000), ("s", 1_000), ("ms", 1), ("m", 60_000)];
const COUNTS: &[(&str, u64)] = &[("", 1)];

impl Unit {
    /// The number a text such as `64MiB` stands for: digits, then a suffix of this unit, nothing
    /// between them. `None` for any other text, and for what no 64 bits hold.
    ///
    /// ```
    /// use routelet::policy::units::Unit;
    ///
    /// assert_eq!(Unit::Time.parse("2m"), Some(120_000));
    /// assert_eq!(Unit::Bytes.parse("64MB"), None);
    /// ```
    pub fn parse(self, text: &str) -> Option<u64> {
        let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
        let (number, suffix) = text.split_at(digits);
        let (_, factor) = self.suffixes().iter().find(|(known, _)| *known == suffix)?;
        number.parse::<u64>().ok()?.checked_mul(*factor)
    }

    /// The shortest text that [`Unit::parse`] reads back as this number.
    pub fn text(self, number: u64) -> String {
        let (suffix, factor) = self
            .suffixes()
            .iter()
            .find(|(_, factor)| number != 0 && number.is_multiple_of(*factor))
            .copied()
            .unwrap_or((self.zero_suffix(), 1));
        format!("{}{suffix}", number / factor)
    }

    /// The text of an amount, `none` included.
    pub fn amount_text(self, amount: Amount) -> String {
        match amount {
            Amount::Exactly(number) => self.text(number),
            Amount::Unbounded => UNBOUNDED.to_owned(),
        }
    }

    /// An amount as it stands in a file: integers bare, all else in quotes.
    pub fn written(self, amount: Amount) -> String {
        match (self, amount) {
            (Self::Count, Amount::Exactly(number)) => number.to_string(),
            _ => format!("{:?}", self.amount_text(amount)),
        }
    }

    fn zero_suffix(self) -> &'static str {
        match self {
            Self::Bytes => "B",
            Self::Time => "s",
            Self::Count => "",
        }
    }

    fn suffixes(self) -> &'static [(&'static str, u64)] {
        match self {
            Self::Bytes => SIZES,
            Self::Time => TIMES,
            Self::Count => COUNTS,
        }
    }
}

/// What a person is asked for: `a size`, `a time`, `a whole number`.
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "a size such as \"64MiB\"",
            Self::Time => "a time such as \"250ms\", \"1s\" or \"2m\"",
            Self::Count => "a whole number",
        })
    }
}

/// A time as a person writes it.
pub fn time_text(time: Duration) -> String {
    Unit::Time.text(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_times_and_counts_are_read_as_a_person_writes_them() {
        for (unit, text, number) in [
            (Unit::Bytes, "0B", Some(0)),
            (Unit::Bytes, "1B", Some(1)),
            (Unit::Bytes, "64KiB", Some(65_536)),
            (Unit::Bytes, "64MiB", Some(67_108_864)),
            (Unit::Bytes, "1GiB", Some(1 << 30)),
            (Unit::Bytes, "16777215TiB", Some(16_777_215 << 40)),
            (Unit::Bytes, "16777216TiB", None),
            (Unit::Bytes, "18446744073709551616B", None),
            (Unit::Bytes, "64", None),
            (Unit::Bytes, "64MB", None),
            (Unit::Bytes, "64mib", None),
            (Unit::Bytes, "64 MiB", None),
            (Unit::Bytes, " 64MiB", None),
            (Unit::Bytes, "+64MiB", None),
            (Unit::Bytes, "-1B", None),
            (Unit::Bytes, "1.5MiB", None),
            (Unit::Bytes, "MiB", None),
            (Unit::Bytes, "", None),
            (Unit::Bytes, "1s", None),
            (Unit::Time, "250ms", Some(250)),
            (Unit::Time, "1s", Some(1_000)),
            (Unit::Time, "2m", Some(120_000)),
            (Unit::Time, "1h", Some(3_600_000)),
            (Unit::Time, "1", None),
            (Unit::Time, "1 s", None),
            (Unit::Time, "1sec", None),
            (Unit::Time, "1MiB", None),
            (Unit::Count, "64", Some(64)),
            (Unit::Count, "64x", None),
            (Unit::Count, "", None),
            (Unit::Count, "٣", None),
        ] {
            assert_eq!(unit.parse(text), number, "{unit:?} {text:?}");
        }
    }

    #[test]
    fn amounts_print_in_their_largest_whole_unit() {
        for (unit, number, text) in [
            (Unit::Bytes, 0, "0B"),
            (Unit::Bytes, 1_023, "1023B"),
            (Unit::Bytes, 1_024, "1KiB"),
            (Unit::Bytes, 1_536, "1536B"),
            (Unit::Bytes, 64 << 20, "64MiB"),
            (Unit::Time, 0, "0s"),
            (Unit::Time, 250, "250ms"),
            (Unit::Time, 90_000, "90s"),
            (Unit::Time, 60_000, "60s"),
            (Unit::Time, 7_200_000, "2h"),
            (Unit::Count, 0, "0"),
            (Unit::Count, 64, "64"),
        ] {
            assert_eq!(unit.text(number), text);
        }
    }

    #[test]
    fn no_bound_is_more_than_any_and_files_quote_all_but_integers() {
        assert!(Amount::Exactly(u64::MAX) < Amount::Unbounded);
        assert_eq!(Unit::Time.written(Amount::Unbounded), "\"none\"");
        assert_eq!(Unit::Time.written(Amount::Exactly(1_000)), "\"1s\"");
        assert_eq!(Unit::Count.written(Amount::Exactly(8)), "8");
        assert_eq!(time_text(Duration::from_secs(30)), "30s");
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(number: u64, kind in 0..3usize) {
            let unit = [Unit::Bytes, Unit::Time, Unit::Count][kind];
            prop_assert_eq!(unit.parse(&unit.text(number)), Some(number));
        }
    }
}
