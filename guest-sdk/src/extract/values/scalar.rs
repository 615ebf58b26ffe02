//! The values of one name as whatever type its place asks for.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use serde::de::value::SeqDeserializer;
use serde::de::{self, Deserializer, EnumAccess, IntoDeserializer, VariantAccess, Visitor};

use super::{Named, ValueError};

/// The values of one name.
#[derive(Debug, Clone)]
pub(super) struct Values<'v> {
    named: Named<'v>,
    several: Several,
}

/// What several values are where one is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Several {
    /// An error.
    Refuse,
    /// The last of them.
    Last,
    /// The pieces of a path, which become one text again.
    Join,
}

impl<'v> Values<'v> {
    pub(super) fn new(named: Named<'v>, several: Several) -> Self {
        Self { named, several }
    }

    /// Each value by itself.
    pub(super) fn split(self) -> Vec<Self> {
        let Self { named: Named { name, values }, several } = self;
        let named = values.into_iter().map(|value| Named { name: name.clone(), values: vec![value] });
        named.map(|named| Self::new(named, several)).collect()
    }

    /// The value where one is asked for.
    fn one(&self) -> Result<Cow<'_, str>, ValueError> {
        match (self.named.values.as_slice(), self.several) {
            ([value], _) => Ok(Cow::Borrowed(value)),
            ([], _) => Err(self.fault("found no value")),
            ([.., last], Several::Last) => Ok(Cow::Borrowed(last)),
            (values, Several::Join) => Ok(Cow::Owned(values.join("/"))),
            (values, Several::Refuse) => Err(self.fault(format!("found {} values, expected one", values.len()))),
        }
    }

    fn parse<T: FromStr>(&self, expected: &str) -> Result<T, ValueError> {
        let value = self.one()?;
        value.parse().map_err(|_| self.fault(format!("found {value:?}, expected {expected}")))
    }

    fn parse_bool(&self) -> Result<bool, ValueError> {
        match self.one()?.as_ref() {
            // What browsers send for a ticked checkbox.
            "true" | "on" => Ok(true),
            "false" => Ok(false),
            value => Err(self.fault(format!("found {value:?}, expected true or false"))),
        }
    }

    fn fault(&self, reason: impl Display) -> ValueError {
        ValueError { name: Some(self.named.name.clone().into_owned()), reason: reason.to_string() }
    }
}

impl<'de> IntoDeserializer<'de, ValueError> for Values<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parse {
    ($($method:ident $visit:ident $expected:literal)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            let value = self.parse($expected)?;
            visitor.$visit(value).map_err(|error: ValueError| error.named(&self.named.name))
        }
    )+};
}

impl<'de> Deserializer<'de> for Values<'_> {
    type Error = ValueError;

    parse! {
        deserialize_i8 visit_i8 "an integer from -128 to 127"
        deserialize_i16 visit_i16 "an integer from -32768 to 32767"
        deserialize_i32 visit_i32 "an integer of 32 bits"
        deserialize_i64 visit_i64 "an integer of 64 bits"
        deserialize_i128 visit_i128 "an integer of 128 bits"
        deserialize_u8 visit_u8 "an integer from 0 to 255"
        deserialize_u16 visit_u16 "an integer from 0 to 65535"
        deserialize_u32 visit_u32 "an integer from 0 to 4294967295"
        deserialize_u64 visit_u64 "an integer of 64 bits, not negative"
        deserialize_u128 visit_u128 "an integer of 128 bits, not negative"
        deserialize_f32 visit_f32 "a number"
        deserialize_f64 visit_f64 "a number"
        deserialize_char visit_char "a single character"
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_bool(self.parse_bool()?)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let value = self.one()?;
        visitor.visit_str(&value).map_err(|error: ValueError| error.named(&self.named.name))
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_bytes(self.one()?.as_bytes())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
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
        visitor.visit_seq(SeqDeserializer::new(self.split().into_iter()))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ValueError> {
        Err(self.fault("a text cannot become a map or a struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let value = self.one()?;
        visitor.visit_enum(Variant(&value)).map_err(|error: ValueError| error.named(&self.named.name))
    }

    /// What nobody asks for may come as often as it likes.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { string byte_buf identifier }
}

/// A variant without content, by its name.
struct Variant<'v>(&'v str);

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = ValueError;
    type Variant = Unit;

    fn variant_seed<V: de::DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Unit), ValueError> {
        Ok((seed.deserialize(self.0.into_deserializer())?, Unit))
    }
}

struct Unit;

impl<'de> VariantAccess<'de> for Unit {
    type Error = ValueError;

    fn unit_variant(self) -> Result<(), ValueError> {
        Ok(())
    }

    fn newtype_variant_seed<T: de::DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, ValueError> {
        Err(no_content())
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, ValueError> {
        Err(no_content())
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, ValueError> {
        Err(no_content())
    }
}

fn no_content() -> ValueError {
    de::Error::custom("a text can only become a variant without content")
}

/// A name with one of its values, as a tuple of two.
pub(super) struct Pair<'v> {
    pub(super) name: Cow<'v, str>,
    pub(super) value: Cow<'v, str>,
}

impl<'de> IntoDeserializer<'de, ValueError> for Pair<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Pair<'_> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let Self { name, value } = self;
        let both = [name.clone(), value].map(|text| Named { name: name.clone(), values: vec![text] });
        visitor.visit_seq(SeqDeserializer::new(both.into_iter().map(|text| Values::new(text, Several::Refuse))))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
