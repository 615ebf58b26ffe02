//! What a bound is: an amount with a unit, a range it may lie in, and the text a person writes for
//! it. Which bounds exist is told by the structs that `bounds!` declares, not here.

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

/// The amounts a person may choose for one bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The least that makes sense.
    pub least: u64,
    /// The most the host ever allows.
    pub most: u64,
    /// Whether `"none"` may be written.
    pub unbounded: bool,
}

impl Range {
    /// From `least` to `most`, both included.
    pub const fn new(least: u64, most: u64) -> Self {
        Self {
            least,
            most,
            unbounded: false,
        }
    }

    /// The same range, or no bound.
    pub const fn or_none(self) -> Self {
        Self {
            unbounded: true,
            ..self
        }
    }
}

/// One entry of a struct of bounds: how it is written, what it may be, where it is kept.
#[derive(Debug)]
pub struct Bound<S: 'static> {
    /// Its key in a file.
    pub key: &'static str,
    /// How it is written.
    pub unit: Unit,
    /// What it may be.
    pub range: Range,
    /// Takes it out of the struct.
    pub read: fn(&S) -> Amount,
    /// Puts it into the struct; the amount lies within the range.
    pub write: fn(&mut S, Amount),
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
            $($(#[$doc:meta])* $field:ident: $type:ty = $default:expr, $key:literal $unit:ident $range:expr;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $Name {
            $($(#[$doc])* pub $field: $type,)*
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
                    unit: $crate::policy::bound::Unit::$unit,
                    range: $range,
                    read: |bounds| $crate::policy::bound::Held::amount(&bounds.$field),
                    write: |bounds, amount| $crate::policy::bound::Held::hold(&mut bounds.$field, amount),
                },)*
            ];
        }
    };
}
pub(crate) use bounds;

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "a size such as \"64MiB\"",
            Self::Time => "a time such as \"250ms\", \"1s\" or \"2m\"",
            Self::Count => "a whole number",
        })
    }
}
