//! `[route]` of a `segment.toml`: options of this directory's own route. The caching options are
//! read and kept; nothing acts on them here.

use super::{
    Entry, Value, Written,
    reader::{Reader, unfit},
};
use crate::{
    config::unknown::Keys,
    policy::{Reuse, wrong::Wrong},
    routing::{Method, Methods},
    section::{Dynamic, Revalidate},
};

const KEYS: Keys<'_> = Keys {
    table: "[route]",
    known: &["methods", "reuse", "dynamic", "revalidate", "dynamic-params", "static-params", "fetch-cache", "tags"],
    later: &[],
};

pub(super) const REUSE: &[(&str, Reuse)] = &[("never", Reuse::Never), ("serial", Reuse::Serial)];

const DYNAMIC: &[(&str, Dynamic)] = &[
    ("auto", Dynamic::Auto),
    ("force-dynamic", Dynamic::ForceDynamic),
    ("error", Dynamic::Error),
    ("force-static", Dynamic::ForceStatic),
];

const FETCH_CACHE: &[(&str, FetchCache)] = &[
    ("auto", FetchCache::Auto),
    ("default-cache", FetchCache::DefaultCache),
    ("only-cache", FetchCache::OnlyCache),
    ("force-cache", FetchCache::ForceCache),
    ("default-no-store", FetchCache::DefaultNoStore),
    ("only-no-store", FetchCache::OnlyNoStore),
    ("force-no-store", FetchCache::ForceNoStore),
];

/// Every stored answer of the route carries them.
const TAGS_MAX: usize = 128;
/// Long enough for a path or an identifier.
const TAG_BYTES_MAX: usize = 256;

/// Options of one route; `None` where the file says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RouteSettings {
    /// The methods it answers.
    pub methods: Option<Written<Methods>>,
    /// Whether its answers may be stored.
    pub dynamic: Option<Dynamic>,
    /// How long a stored answer is fresh.
    pub revalidate: Option<Revalidate>,
    /// Whether params beyond `static_params` are answered.
    pub dynamic_params: Option<bool>,
    /// The params whose answers are made ahead.
    pub static_params: Option<Vec<StaticParams>>,
    /// How its own outbound requests are cached.
    pub fetch_cache: Option<FetchCache>,
    /// The tags its stored answers carry.
    pub tags: Option<Vec<String>>,
}

/// The params of one answer made ahead, by name.
pub type StaticParams = std::collections::BTreeMap<String, StaticParam>;

/// The value of one param.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaticParam {
    /// Of a dynamic segment.
    One(String),
    /// Of a catch-all.
    Several(Vec<String>),
}

/// How a route's own outbound requests are cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchCache {
    /// As each request says.
    Auto,
    /// Cached unless a request says otherwise.
    DefaultCache,
    /// Cached; a request that says otherwise is an error.
    OnlyCache,
    /// Cached, whatever a request says.
    ForceCache,
    /// Not cached unless a request says otherwise.
    DefaultNoStore,
    /// Not cached; a request that says otherwise is an error.
    OnlyNoStore,
    /// Not cached, whatever a request says.
    ForceNoStore,
}

/// The options, and the reuse it asks for, which is the policy's to grant.
pub(super) fn read(reader: &mut Reader<'_>, table: &Entry) -> (RouteSettings, Option<Written<Reuse>>) {
    let mut route = RouteSettings::default();
    let mut reuse = None;
    for entry in reader.table(table) {
        match entry.key.as_str() {
            "methods" => route.methods = methods(reader, entry),
            "reuse" => {
                reuse = reader.word(entry, REUSE).map(|reuse| Written::new(reuse, entry.line));
            }
            "dynamic" => route.dynamic = reader.word(entry, DYNAMIC),
            "revalidate" => route.revalidate = reader.take(entry.line, revalidate(&entry.value)),
            "dynamic-params" => route.dynamic_params = reader.take(entry.line, boolean(entry)),
            "static-params" => route.static_params = Some(static_params(reader, entry)),
            "fetch-cache" => route.fetch_cache = reader.word(entry, FETCH_CACHE),
            "tags" => route.tags = Some(tags(reader, entry)),
            _ => reader.unknown(entry, &KEYS),
        }
    }
    (route, reuse)
}

fn methods(reader: &mut Reader<'_>, entry: &Entry) -> Option<Written<Methods>> {
    let read = reader.each(entry, method);
    if let Value::List(items) = &entry.value
        && items.is_empty()
    {
        let wrong = Wrong::new("methods = []").expected("at least one method").way_out("name one or remove the key");
        reader.take::<()>(entry.line, Err(wrong));
    }
    let methods = read.into_iter().map(|written| written.value).collect();
    Some(Written::new(methods, entry.line))
}

fn method(token: &str) -> Result<Method, Wrong> {
    Method::from_token(token).ok_or_else(|| {
        let wrong = Wrong::new(format!("method {token:?}")).expected(Method::ALL.map(Method::as_str).join(", "));
        match Method::from_token(&token.to_ascii_uppercase()) {
            Some(method) => wrong.way_out(format!("write {:?}", method.as_str())),
            None => wrong.way_out("remove it"),
        }
    })
}

fn revalidate(value: &Value) -> Result<Revalidate, Wrong> {
    let expected = "false, 0, or a positive number of seconds";
    match value {
        Value::Boolean(false) => Ok(Revalidate::Never),
        Value::Integer(number) => {
            u32::try_from(*number).map(Revalidate::Seconds).map_err(|_| unfit("revalidate", value, expected))
        }
        other => Err(unfit("revalidate", other, expected)),
    }
}

fn boolean(entry: &Entry) -> Result<bool, Wrong> {
    match &entry.value {
        Value::Boolean(boolean) => Ok(*boolean),
        other => Err(unfit(&entry.key, other, "true or false")),
    }
}

fn static_params(reader: &mut Reader<'_>, entry: &Entry) -> Vec<StaticParams> {
    let mut read = Vec::new();
    for item in reader.list(entry) {
        let params = match &item.value {
            Value::Table(params) => params.iter().map(static_param).collect(),
            other => Err(unfit("static-params", other, "tables of params in the list")),
        };
        read.extend(reader.take(item.line, params));
    }
    read
}

fn static_param(entry: &Entry) -> Result<(String, StaticParam), Wrong> {
    let expected = "a string, or a list of strings for a catch-all";
    let text = |value: &Value| match value {
        Value::Text(text) => Ok(text.clone()),
        other => Err(unfit(&entry.key, other, expected)),
    };
    let param = match &entry.value {
        Value::List(items) => {
            items.iter().map(|item| text(&item.value)).collect::<Result<_, _>>().map(StaticParam::Several)
        }
        value => text(value).map(StaticParam::One),
    };
    param.map(|param| (entry.key.clone(), param))
}

fn tags(reader: &mut Reader<'_>, entry: &Entry) -> Vec<String> {
    let tags = reader.each(entry, tag);
    if tags.len() > TAGS_MAX {
        let wrong =
            Wrong::new(format!("{} tags", tags.len())).expected(format!("at most {TAGS_MAX}")).way_out("remove some");
        reader.take::<()>(entry.line, Err(wrong));
    }
    tags.into_iter().map(|written| written.value).collect()
}

fn tag(text: &str) -> Result<String, Wrong> {
    if text.is_empty() || text.len() > TAG_BYTES_MAX {
        return Err(Wrong::new(format!("a tag of {} bytes", text.len()))
            .expected(format!("1 to {TAG_BYTES_MAX} bytes"))
            .way_out("choose another"));
    }
    Ok(text.to_owned())
}
