//! Named texts as a value of any type that serde knows: path parameters, queries and forms alike. Decodes no bytes
//! and reads no request.
//!
//! A name may have several values. A struct's field or a map's entry sees all of them: a list takes them all, anything
//! else wants exactly one. Without names, a tuple or list takes the values in order, and a single value is parsed.

mod scalar;

use std::borrow::Cow;
use std::fmt::{self, Display};

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};

use scalar::{Pair, Several, Values};

/// A name with its values, in the order in which they were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named<'v> {
    pub(crate) name: Cow<'v, str>,
    pub(crate) values: Vec<Cow<'v, str>>,
}

/// Where the texts come from, which decides what several values of one name mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A path: several values are the pieces of a catch-all. A list holds values.
    Path,
    /// A query or a form: several values are the same name written again. A list holds pairs of name and value.
    Pairs,
}

/// Reads `T` from `named`.
pub(crate) fn read<T: DeserializeOwned>(named: Vec<Named<'_>>, origin: Origin) -> Result<T, ValueError> {
    T::deserialize(Root { named, origin })
}

/// Gathers pairs by name, keeping the order of first occurrence.
pub(crate) fn by_name<'v>(pairs: impl Iterator<Item = (Cow<'v, str>, Cow<'v, str>)>) -> Vec<Named<'v>> {
    let mut named: Vec<Named<'v>> = Vec::new();
    for (name, value) in pairs {
        match named.iter_mut().find(|known| known.name == name) {
            Some(known) => known.values.push(value),
            None => named.push(Named { name, values: vec![value] }),
        }
    }
    named
}

/// Why the texts do not fit the type, with the name where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ValueError {
    pub(crate) name: Option<String>,
    pub(crate) reason: String,
}

impl ValueError {
    fn named(self, name: &str) -> Self {
        Self { name: self.name.or_else(|| Some(name.to_owned())), ..self }
    }
}

impl Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl std::error::Error for ValueError {}

impl de::Error for ValueError {
    fn custom<T: Display>(reason: T) -> Self {
        Self { name: None, reason: reason.to_string() }
    }
}

struct Root<'v> {
    named: Vec<Named<'v>>,
    origin: Origin,
}

impl<'v> Root<'v> {
    /// The values of the only name, or why there is no such thing.
    fn only(self) -> Result<Values<'v>, ValueError> {
        let (count, several) = (self.named.len(), self.several());
        match <[Named<'v>; 1]>::try_from(self.named) {
            Ok([named]) => Ok(Values::new(named, several)),
            Err(_) => Err(de::Error::custom(format!("found {count} values, expected one"))),
        }
    }

    /// One item for each name, or for each value of the only name where that is a catch-all.
    fn items(self) -> Vec<Values<'v>> {
        let several = self.several();
        match <[Named<'v>; 1]>::try_from(self.named) {
            Ok([named]) => Values::new(named, several).split(),
            Err(named) => named.into_iter().map(|named| Values::new(named, several)).collect(),
        }
    }

    fn several(&self) -> Several {
        match self.origin {
            Origin::Path => Several::Join,
            Origin::Pairs => Several::Refuse,
        }
    }

    fn entries(self, several: Several) -> impl Iterator<Item = (Cow<'v, str>, Values<'v>)> {
        self.named.into_iter().map(move |named| (named.name.clone(), Values::new(named, several)))
    }

    fn pairs(self) -> impl Iterator<Item = Pair<'v>> {
        self.named
            .into_iter()
            .flat_map(|Named { name, values }| values.into_iter().map(move |value| Pair { name: name.clone(), value }))
    }
}

macro_rules! parse_only {
    ($($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            self.only()?.$method(visitor)
        }
    )+};
}

impl<'de> Deserializer<'de> for Root<'_> {
    type Error = ValueError;

    parse_only! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_map(visitor)
    }

    /// What an optional catch-all captured, or nothing.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        if self.named.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.origin {
            Origin::Pairs => visitor.visit_seq(SeqDeserializer::new(self.pairs())),
            Origin::Path => visitor.visit_seq(SeqDeserializer::new(self.items().into_iter())),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, expected: usize, visitor: V) -> Result<V::Value, ValueError> {
        let (found, several) = (self.named.len(), self.several());
        if found != expected {
            return Err(de::Error::custom(format!("found {found} values, expected {expected}")));
        }
        visitor.visit_seq(SeqDeserializer::new(self.entries(several).map(|(_, values)| values)))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        expected: usize,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.deserialize_tuple(expected, visitor)
    }

    /// In a map of unknown names, of equal names the last counts.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let several = match self.origin {
            Origin::Path => Several::Join,
            Origin::Pairs => Several::Last,
        };
        visitor.visit_map(MapDeserializer::new(self.entries(several)))
    }

    /// In a struct, a field given twice is an error: which one was meant is anybody's guess.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let several = self.several();
        visitor.visit_map(MapDeserializer::new(self.entries(several)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.only()?.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }
}

#[cfg(test)]
mod tests;
