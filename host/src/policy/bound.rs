//! One bound of a struct of bounds: its key, its unit, its range, its place in the struct. Which
//! bounds exist is told by the structs that `bounds!` declares, not here.

use std::{fmt, time::Duration};

use super::{
    units::{Amount, UNBOUNDED, Unit},
    wrong::Wrong,
};

/// The amounts a person may choose for one bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The least that makes sense.
    pub least: u64,
    /// The most the host ever allows.
    pub most: u64,
    /// Whether `"none"` may be written.
    pub unbounded: bool,
    /// On which side of an amount the looser ones lie.
    pub edge: Edge,
}

/// What an amount says of what it bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// So much and no more; a larger amount is looser.
    Most,
    /// So much and no less; a smaller amount is looser.
    Least,
}

impl Edge {
    /// What a looser amount is.
    pub fn beyond(self) -> &'static str {
        match self {
            Self::Most => "more",
            Self::Least => "less",
        }
    }

    /// How an amount is made looser.
    pub fn loosen(self) -> &'static str {
        match self {
            Self::Most => "raise",
            Self::Least => "lower",
        }
    }
}

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Most => "at most",
            Self::Least => "at least",
        })
    }
}

impl Range {
    /// From `least` to `most`, both included, for a bound that says how much at most.
    pub const fn new(least: u64, most: u64) -> Self {
        Self { least, most, unbounded: false, edge: Edge::Most }
    }

    /// The same range, for a bound that says how much at least.
    pub const fn of_least(self) -> Self {
        Self { edge: Edge::Least, ..self }
    }

    /// The same range, or no bound.
    pub const fn or_none(self) -> Self {
        Self { unbounded: true, ..self }
    }

    fn holds(self, amount: Amount) -> bool {
        match amount {
            Amount::Exactly(number) => (self.least..=self.most).contains(&number),
            Amount::Unbounded => self.unbounded,
        }
    }
}

/// A value as somebody wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed<'a> {
    /// A string in a file.
    Quoted(&'a str),
    /// An integer in a file.
    Number(i64),
    /// The text of a variable or a flag, which cannot say whether it is a number.
    Plain(&'a str),
    /// Anything else in a file, by the name of its type.
    Neither(&'static str),
}

impl fmt::Display for Typed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quoted(text) | Self::Plain(text) => write!(f, "{text:?}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Neither(kind) => write!(f, "{kind}"),
        }
    }
}

/// One entry of a struct of bounds: how it is written, what it may be, where it is kept.
#[derive(Debug)]
pub struct Bound<S: 'static> {
    /// Its key in a file.
    pub key: &'static str,
    /// What it bounds, for people.
    pub about: &'static str,
    /// How it is written.
    pub unit: Unit,
    /// What it may be.
    pub range: Range,
    /// Takes it out of the struct.
    pub read: fn(&S) -> Amount,
    /// Puts it into the struct; the amount lies within the range.
    pub write: fn(&mut S, Amount),
}

impl<S> Bound<S> {
    /// The amount that was written, if it is one of this unit within this range.
    pub fn settle(&self, typed: Typed<'_>) -> Result<Amount, Wrong> {
        self.amount(typed).filter(|amount| self.range.holds(*amount)).ok_or_else(|| self.wrong(typed))
    }

    /// Whether `amount` allows what `other` does not. Nothing is looser than no bound.
    pub fn is_looser(&self, amount: Amount, other: Amount) -> bool {
        match (self.range.edge, amount, other) {
            (Edge::Least, Amount::Exactly(amount), Amount::Exactly(other)) => amount < other,
            _ => amount > other,
        }
    }

    /// The text of this bound's amount in `bounds`, as explained to a person.
    pub fn text(&self, bounds: &S) -> String {
        self.unit.amount_text((self.read)(bounds))
    }

    fn amount(&self, typed: Typed<'_>) -> Option<Amount> {
        match (self.unit, typed) {
            (_, Typed::Quoted(UNBOUNDED) | Typed::Plain(UNBOUNDED)) => Some(Amount::Unbounded),
            (Unit::Count, Typed::Number(number)) => u64::try_from(number).ok().map(Amount::Exactly),
            (Unit::Count, Typed::Quoted(_)) => None,
            (_, Typed::Quoted(text) | Typed::Plain(text)) => self.unit.parse(text).map(Amount::Exactly),
            (_, Typed::Number(_) | Typed::Neither(_)) => None,
        }
    }

    fn wrong(&self, typed: Typed<'_>) -> Wrong {
        let Range { least, most, unbounded, edge: _ } = self.range;
        let or_none = if unbounded { ", or \"none\"" } else { "" };
        let (least, most) = (self.unit.text(least), self.unit.text(most));
        Wrong::new(format!("{} = {typed}", self.key))
            .expected(format!("{} from {least} to {most}{or_none}", self.unit))
            .way_out(self.way_out(typed))
    }

    fn way_out(&self, typed: Typed<'_>) -> &'static str {
        match (self.unit, typed) {
            (Unit::Bytes, Typed::Number(_)) => "add a unit: B, KiB, MiB or GiB, in quotes",
            (Unit::Time, Typed::Number(_)) => "add a unit: ms, s, m or h, in quotes",
            (Unit::Count, Typed::Quoted(text)) if self.unit.parse(text).is_some() => "write it without quotes",
            (_, Typed::Quoted(UNBOUNDED) | Typed::Plain(UNBOUNDED)) => "choose a bound: this one cannot be lifted",
            _ => "correct the value or remove the key",
        }
    }
}

/// A field that holds an amount.
pub trait Held {
    /// The amount held.
    fn amount(&self) -> Amount;
    /// Holds `amount` from now on. Only optional fields are ever asked to hold `Unbounded`, since
    /// only their ranges allow it.
    fn hold(&mut self, amount: Amount);
}

macro_rules! held_whole_number {
    ($($number:ty),*) => {$(
        impl Held for $number {
            fn amount(&self) -> Amount {
                Amount::Exactly(u64::try_from(*self).unwrap_or(u64::MAX))
            }

            fn hold(&mut self, amount: Amount) {
                *self = match amount {
                    Amount::Exactly(number) => Self::try_from(number).unwrap_or(Self::MAX),
                    Amount::Unbounded => Self::MAX,
                };
            }
        }
    )*};
}
held_whole_number!(u32, u64, usize);

impl Held for Duration {
    fn amount(&self) -> Amount {
        Amount::Exactly(u64::try_from(self.as_millis()).unwrap_or(u64::MAX))
    }

    fn hold(&mut self, amount: Amount) {
        *self = match amount {
            Amount::Exactly(milliseconds) => Self::from_millis(milliseconds),
            Amount::Unbounded => Self::MAX,
        };
    }
}

impl<T: Held + Default> Held for Option<T> {
    fn amount(&self) -> Amount {
        self.as_ref().map_or(Amount::Unbounded, Held::amount)
    }

    fn hold(&mut self, amount: Amount) {
        *self = match amount {
            Amount::Exactly(_) => {
                let mut held = T::default();
                held.hold(amount);
                Some(held)
            }
            Amount::Unbounded => None,
        };
    }
}

/// Declares a struct of bounds together with its table of [`Bound`]s, so that a field without a
/// key, a default or a range cannot exist.
macro_rules! bounds {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident {
            $($(#[doc = $about:literal])+ $field:ident: $type:ty = $default:expr, $key:literal $unit:ident $range:expr;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $Name {
            $($(#[doc = $about])+ pub $field: $type,)*
        }

        impl Default for $Name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl $Name {
            /// Every bound of this struct, in the order a person reads them.
            pub const BOUNDS: &'static [$crate::policy::bound::Bound<Self>] = &[
                $($crate::policy::bound::Bound {
                    key: $key,
                    about: concat!($($about),+).trim_ascii(),
                    unit: $crate::policy::units::Unit::$unit,
                    range: $range,
                    read: |bounds| $crate::policy::bound::Held::amount(&bounds.$field),
                    write: |bounds, amount| {
                        $crate::policy::bound::Held::hold(&mut bounds.$field, amount);
                    },
                },)*
            ];

            /// The bound with this key.
            pub fn bound(key: &str) -> Option<&'static $crate::policy::bound::Bound<Self>> {
                Self::BOUNDS.iter().find(|bound| bound.key == key)
            }
        }
    };
}
pub(crate) use bounds;

#[cfg(test)]
mod tests;
