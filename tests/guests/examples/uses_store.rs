//! Does the operations of its query on a key-value store, and tells what came of each as JSON.

use routelet_guests::{IncomingRequest, ResponseOutparam, number, query, tell};
use serde_json::{Value, json};
use wasi::keyvalue::{
    atomics::{self, Cas, CasError},
    batch,
    store::{self, Bucket, Error},
};

routelet_guests::native!(
    "package guest:native; world route {
    import wasi:keyvalue/store@0.2.0-draft2;
    import wasi:keyvalue/atomics@0.2.0-draft2;
    import wasi:keyvalue/batch@0.2.0-draft2;
    export routelet:route/get@0.2.0;
}"
);

struct Handler;

impl exports::routelet::route::get::Guest for Handler {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        tell(out, &answer(&request).unwrap_or_else(|error| json!({ "error": told(&error) })));
    }
}

/// What the query asks for, `times` times; the answer is that of the last time.
fn answer(request: &IncomingRequest) -> Result<Value, Error> {
    let store = query(request, "store").unwrap_or_else(|| "s".to_owned());
    let bucket = store::open(&store)?;
    let mut last = Value::Null;
    for _ in 0..number(request, "times", 1) {
        last = done(request, &bucket)?;
    }
    Ok(json!({ "ok": last }))
}

fn done(request: &IncomingRequest, bucket: &Bucket) -> Result<Value, Error> {
    let key = query(request, "key").unwrap_or_else(|| "x".repeat(number(request, "key-bytes", 1) as usize));
    let value = || match query(request, "value") {
        Some(value) => value.into_bytes(),
        None => vec![b'v'; number(request, "bytes", 0) as usize],
    };
    Ok(match query(request, "do").unwrap_or_default().as_str() {
        "open" => Value::Null,
        "get" => text(bucket.get(&key)?),
        "get-bytes" => bucket.get(&key)?.map_or(Value::Null, |value| value.len().into()),
        "set" => bucket.set(&key, &value())?.into_json(),
        "delete" => bucket.delete(&key)?.into_json(),
        "exists" => bucket.exists(&key)?.into(),
        "list" => listed(bucket, query(request, "cursor"))?,
        "list-all" => all(bucket)?.into(),
        "increment" => atomics::increment(bucket, &key, delta(request))?.into(),
        "swap-adds" => swap_adds(bucket, &key)?.into(),
        "swap-late" => swap_late(bucket, &key, &value())?,
        "set-many" => batch::set_many(bucket, &many(request, &value()))?.into_json(),
        "get-many" => {
            let found = batch::get_many(bucket, &names(request))?;
            found.into_iter().map(|(key, value)| json!([key, text(value)])).collect()
        }
        "get-many-bytes" => {
            let found = batch::get_many(bucket, &names(request))?;
            found.into_iter().map(|(_, value)| value.map_or(0, |value| value.len())).sum::<usize>().into()
        }
        "delete-many" => batch::delete_many(bucket, &names(request))?.into_json(),
        other => panic!("no operation {other:?}"),
    })
}

/// Nothing, which JSON has a word for.
trait IntoJson {
    fn into_json(self) -> Value;
}

impl IntoJson for () {
    fn into_json(self) -> Value {
        Value::Null
    }
}

fn delta(request: &IncomingRequest) -> i64 {
    query(request, "delta").map_or(1, |delta| delta.parse().expect("the test sends a number"))
}

fn listed(bucket: &Bucket, cursor: Option<String>) -> Result<Value, Error> {
    let page = bucket.list_keys(cursor.as_deref())?;
    Ok(json!({ "keys": page.keys, "cursor": page.cursor }))
}

fn all(bucket: &Bucket) -> Result<Vec<String>, Error> {
    let (mut keys, mut cursor) = (Vec::new(), None);
    loop {
        let page = bucket.list_keys(cursor.as_deref())?;
        keys.extend(page.keys);
        cursor = page.cursor;
        if cursor.is_none() {
            keys.sort();
            // A store that grows meanwhile may tell a key twice.
            keys.dedup();
            return Ok(keys);
        }
    }
}

/// Adds one by reading and swapping until nobody came between.
fn swap_adds(bucket: &Bucket, key: &str) -> Result<u64, Error> {
    let mut cas = Cas::new(bucket, key)?;
    loop {
        let before = cas.current()?.map_or(0, |value| String::from_utf8_lossy(&value).parse().expect("a number"));
        let after: u64 = before + 1;
        match atomics::swap(cas, after.to_string().as_bytes()) {
            Ok(()) => return Ok(after),
            Err(CasError::CasFailed(fresh)) => cas = fresh,
            Err(CasError::StoreError(error)) => return Err(error),
        }
    }
}

/// Swaps after somebody else has written, with the handle from before and with the fresh one.
fn swap_late(bucket: &Bucket, key: &str, value: &[u8]) -> Result<Value, Error> {
    let cas = Cas::new(bucket, key)?;
    bucket.set(key, b"between")?;
    match atomics::swap(cas, value) {
        Ok(()) => Ok("swapped over another's value".into()),
        Err(CasError::StoreError(error)) => Err(error),
        Err(CasError::CasFailed(fresh)) => {
            let seen = text(fresh.current()?);
            let swapped = atomics::swap(fresh, value).is_ok();
            Ok(json!([seen, swapped, text(bucket.get(key)?)]))
        }
    }
}

/// The keys `0`, `1` and so on, as many as the query says, behind the prefix it says.
fn names(request: &IncomingRequest) -> Vec<String> {
    let prefix = query(request, "prefix").unwrap_or_default();
    (0..number(request, "count", 1)).map(|at| format!("{prefix}{at}")).collect()
}

fn many(request: &IncomingRequest, value: &[u8]) -> Vec<(String, Vec<u8>)> {
    names(request).into_iter().map(|key| (key, value.to_vec())).collect()
}

fn text(value: Option<Vec<u8>>) -> Value {
    value.map_or(Value::Null, |value| String::from_utf8_lossy(&value).into())
}

fn told(error: &Error) -> String {
    match error {
        Error::NoSuchStore => "no-such-store".to_owned(),
        Error::AccessDenied => "access-denied".to_owned(),
        Error::Other(text) => text.clone(),
    }
}

export!(Handler);
