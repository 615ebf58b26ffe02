//! The custom section `routelet` of a component: what its builder declares about it. It reads and
//! writes that section and looks at nothing else in the file.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wasm_encoder::{ComponentSection, CustomSection};
use wasmparser::BinaryReader;

use super::contract::{ContractError, Foreign};
use crate::routing::{Method, Methods};

/// The name of the section.
pub const NAME: &str = "routelet";
/// The only version of its contents so far.
const VERSION: u64 = 1;

/// What a component declares about itself, as data: read without running it.
///
/// In the file it is UTF-8 JSON, `{"version":1,"methods":["GET"]}`. Keys that mean nothing to this host are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(into = "Written")]
pub struct Section {
    /// The methods it answers; absent where it leaves that open.
    pub methods: Option<Methods>,
    /// How its answers may be cached; absent where it leaves that open.
    pub dynamic: Option<Dynamic>,
    /// How long a cached answer is fresh; absent where it leaves that open.
    pub revalidate: Option<Revalidate>,
    /// Everything else that its builder wrote, as it wrote it: `maxDuration` and `fetchCache`, for two. Nothing
    /// depends on it here; it is there to be shown, and to be there still when the section is written anew.
    pub others: Map<String, Value>,
}

/// Whether a route's answers may be made before they are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dynamic {
    /// Decided by what the route does.
    Auto,
    /// Never.
    ForceDynamic,
    /// Always; reaching for the request is an error.
    Error,
    /// Always; the request looks empty.
    ForceStatic,
}

/// How long a cached answer stays fresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revalidate {
    /// For ever; written `false`.
    Never,
    /// For so many seconds; zero means that nothing is cached.
    Seconds(u32),
}

/// Why the section of a component cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SectionError {
    /// There is more than one.
    #[error("has {count} custom sections named `routelet`")]
    Several {
        /// How many.
        count: usize,
    },
    /// It is no JSON of the right form.
    #[error("has a custom section `routelet` that does not parse: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
    /// It has a version that this host does not know.
    #[error("has a custom section `routelet` of version {version}")]
    UnknownVersion {
        /// That version.
        version: u64,
    },
    /// It names a method that is none of the seven.
    #[error("has a custom section `routelet` with the unknown method {method:?}")]
    UnknownMethod {
        /// That method.
        method: String,
    },
    /// It lists no method.
    #[error("has a custom section `routelet` whose `methods` is empty")]
    NoMethods,
}

impl Section {
    /// Reads the contents of all sections named `routelet` of one component.
    pub(super) fn read(contents: &[&[u8]]) -> Result<Option<Self>, SectionError> {
        match contents {
            [] => Ok(None),
            [one] => Self::parse(one).map(Some),
            several => Err(SectionError::Several { count: several.len() }),
        }
    }

    pub(super) fn parse(contents: &[u8]) -> Result<Self, SectionError> {
        let read: Read =
            serde_json::from_slice(contents).map_err(|error| SectionError::Malformed { reason: error.to_string() })?;
        if read.version != VERSION {
            return Err(SectionError::UnknownVersion { version: read.version });
        }
        Ok(Self {
            methods: read.methods.map(|names| methods(&names)).transpose()?,
            dynamic: read.dynamic,
            revalidate: read.revalidate,
            others: read.others,
        })
    }
}

/// The component with `section` as its only section named `routelet`, placed at the end.
///
/// Everything else stays as it is, byte for byte: sections of that name inside nested modules and
/// components as well.
///
/// # Errors
///
/// `bytes` are no component, or its outermost sections do not add up.
pub fn stamp(bytes: &[u8], section: &Section) -> Result<Vec<u8>, ContractError> {
    if let Some(foreign) = Foreign::recognise(bytes) {
        return Err(ContractError::Foreign(foreign));
    }
    let (header, mut rest) = bytes.split_at(HEADER_BYTES);
    let mut stamped = header.to_vec();
    while !rest.is_empty() {
        let (is_ours, length) = measure(rest).map_err(|_| ContractError::Truncated { bytes: bytes.len() })?;
        let (whole, behind) = rest.split_at(length);
        if !is_ours {
            stamped.extend_from_slice(whole);
        }
        rest = behind;
    }
    let contents = serde_json::to_vec(section).expect("a section holds nothing but plain JSON");
    CustomSection { name: NAME.into(), data: contents.into() }.append_to_component(&mut stamped);
    Ok(stamped)
}

/// Magic, version and layer.
const HEADER_BYTES: usize = 8;
/// The id of a custom section.
const CUSTOM_SECTION: u8 = 0;

/// Whether the section that `rest` begins with is ours, and its length with its header.
fn measure(rest: &[u8]) -> wasmparser::Result<(bool, usize)> {
    let mut reader = BinaryReader::new(rest, 0);
    let id = reader.read_u8()?;
    let size = reader.read_var_u32()?;
    let contents = reader.read_bytes(usize::try_from(size).unwrap_or(usize::MAX))?;
    let length = rest.len() - reader.bytes_remaining();
    let name = BinaryReader::new(contents, 0).read_string();
    Ok((id == CUSTOM_SECTION && name.is_ok_and(|name| name == NAME), length))
}

/// The section as it is read.
#[derive(Deserialize)]
struct Read {
    version: u64,
    methods: Option<Vec<String>>,
    dynamic: Option<Dynamic>,
    revalidate: Option<Revalidate>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// The section as it is written.
#[derive(Serialize)]
struct Written {
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    methods: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dynamic: Option<Dynamic>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revalidate: Option<Revalidate>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl From<Section> for Written {
    fn from(section: Section) -> Self {
        let names = |methods: Methods| methods.iter().map(|method| method.as_str()).collect();
        Self {
            version: VERSION,
            methods: section.methods.map(names),
            dynamic: section.dynamic,
            revalidate: section.revalidate,
            others: section.others,
        }
    }
}

fn methods(names: &[String]) -> Result<Methods, SectionError> {
    if names.is_empty() {
        return Err(SectionError::NoMethods);
    }
    names
        .iter()
        .map(|name| {
            Method::from_token(name)
                .ok_or_else(|| SectionError::UnknownMethod { method: name.chars().take(METHOD_SHOWN_CHARS).collect() })
        })
        .collect()
}

/// How much of an unknown method a message shows.
const METHOD_SHOWN_CHARS: usize = 32;

impl Serialize for Revalidate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Never => serializer.serialize_bool(false),
            Self::Seconds(seconds) => serializer.serialize_u32(*seconds),
        }
    }
}

impl<'de> Deserialize<'de> for Revalidate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RevalidateVisitor)
    }
}

struct RevalidateVisitor;

impl serde::de::Visitor<'_> for RevalidateVisitor {
    type Value = Revalidate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`false` or a number of seconds")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Revalidate, E> {
        if value {
            return Err(E::invalid_value(serde::de::Unexpected::Bool(true), &self));
        }
        Ok(Revalidate::Never)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Revalidate, E> {
        let beyond = |_| E::invalid_value(serde::de::Unexpected::Unsigned(value), &self);
        u32::try_from(value).map(Revalidate::Seconds).map_err(beyond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::contract;

    const BARE: &str = r#"(component
        (@custom "first" "1")
        (import "wasi:http/types@0.2.0" (instance $types
            (export "incoming-request" (type (sub resource)))
            (export "response-outparam" (type (sub resource)))))
        (alias export $types "incoming-request" (type $request))
        (alias export $types "response-outparam" (type $out))
        (component $inner (@custom "routelet" "inner"))
        (core module $code (@custom "routelet" "core") (func (export "f") (param i32 i32)))
        (core instance $core (instantiate $code))
        (func $f (param "request" (own $request)) (param "response-out" (own $out)) (canon lift (core func $core "f")))
        (instance $it (export "handle" (func $f)))
        (export "wasi:http/incoming-handler@0.2.0" (instance $it)))"#;

    fn declaring(methods: &[Method]) -> Section {
        Section { methods: Some(methods.iter().copied().collect()), ..Section::default() }
    }

    #[test]
    fn stamping_appends_and_touches_nothing_else() {
        let bare = wat::parse_str(BARE).unwrap();
        let stamped = stamp(&bare, &declaring(&[Method::Post, Method::Get])).unwrap();
        let appended = stamped.strip_prefix(bare.as_slice()).unwrap();
        assert_eq!(appended, b"\0\x2f\x08routelet{\"version\":1,\"methods\":[\"GET\",\"POST\"]}");
        let contract = contract::read(&stamped, false).unwrap();
        assert_eq!(contract.section, Some(declaring(&[Method::Get, Method::Post])));
    }

    #[test]
    fn stamping_again_replaces() {
        let bare = wat::parse_str(BARE).unwrap();
        let once = stamp(&bare, &declaring(&[Method::Get])).unwrap();
        let twice = stamp(&once, &declaring(&[Method::Put])).unwrap();
        assert_eq!(twice, stamp(&bare, &declaring(&[Method::Put])).unwrap());
    }

    #[test]
    fn every_key_survives_writing_and_reading() {
        let section = Section {
            methods: Some([Method::Get].into_iter().collect()),
            dynamic: Some(Dynamic::ForceStatic),
            revalidate: Some(Revalidate::Never),
            others: Map::from_iter([
                ("fetchCache".to_owned(), "only-cache".into()),
                ("preferredRegion".to_owned(), vec!["fra1", "iad1"].into()),
            ]),
        };
        let json = serde_json::to_string(&section).unwrap();
        assert_eq!(
            json,
            r#"{"version":1,"methods":["GET"],"dynamic":"force-static","revalidate":false,"fetchCache":"only-cache","preferredRegion":["fra1","iad1"]}"#
        );
        assert_eq!(Section::parse(json.as_bytes()), Ok(section));
        assert_eq!(
            Section::parse(br#"{"version":1,"revalidate":60}"#).unwrap().revalidate,
            Some(Revalidate::Seconds(60))
        );
    }

    #[test]
    fn what_is_no_component_is_not_stamped() {
        let module = wat::parse_str("(module)").unwrap();
        let rows: [(&[u8], ContractError); 2] = [
            (&module, ContractError::Foreign(Foreign::CoreModule)),
            (b"\0asm\x0d\0\x01\0\x01\x7f", ContractError::Truncated { bytes: 10 }),
        ];
        for (bytes, error) in rows {
            assert_eq!(stamp(bytes, &Section::default()), Err(error));
        }
    }
}
