//! What a guest has not dropped when its request is over, and whether it may stay for the next one. It decides nothing
//! about what is dropped.

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{
    filesystem::Descriptor,
    p2::{DynInputStream, DynOutputStream, DynPollable},
};
use wasmtime_wasi_http::{FieldMap, p2::bindings::http::types::RequestOptions};

use super::{holdings::held_bytes, kv::Bucket};

/// What may lie in the table of a guest that waits for its next request. A guest whose collector never runs is thrown
/// away rather than grown.
const LEFTOVERS_MAX: usize = 1024;
/// How large they may be together, since each route keeps several instances: sixteen full header collections.
const LEFTOVER_BYTES_MAX: usize = 1 << 20;

/// Whether the guest of this table may keep what lies in it, `most` entries at most.
///
/// Only what belongs to no request and does nothing by itself may stay. A request, a response or a body, an exchange, a
/// timer or a listing ends with the instance: the guest may still be at work on it, and an engine that holds on to its
/// request is made for one. Streams and pollables are as passive as what they belong to, which lies in the table too;
/// those of open files are left to the caller.
pub(crate) fn may_stay(table: &mut ResourceTable, most: usize) -> bool {
    let are_few = table.iter_mut().count() <= most.min(LEFTOVERS_MAX);
    are_few && table.iter_mut().all(|entry| is_passive(entry)) && held_bytes(table) <= LEFTOVER_BYTES_MAX
}

fn is_passive(entry: &(dyn std::any::Any + Send)) -> bool {
    entry.is::<FieldMap>()
        || entry.is::<RequestOptions>()
        || entry.is::<DynPollable>()
        || entry.is::<DynInputStream>()
        || entry.is::<DynOutputStream>()
        || entry.is::<Descriptor>()
        || entry.is::<Bucket>()
        || entry.is::<wasmtime::Error>()
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt as _, Empty};
    use wasmtime_wasi_http::p2::{
        body::HostIncomingBody,
        types::{HostFutureIncomingResponse, HostIncomingResponse},
    };

    use super::*;

    fn may<T: Send + 'static>(entry: T) -> bool {
        let mut table = ResourceTable::new();
        table.push(entry).expect("room");
        may_stay(&mut table, usize::MAX)
    }

    #[test]
    fn nothing_of_an_exchange_may_stay() {
        assert!(!may(HostFutureIncomingResponse::Consumed));
        assert!(!may(HostIncomingResponse { status: 200, headers: FieldMap::default(), body: None }));
        assert!(!may(HostIncomingBody::new(Empty::new().map_err(|never| match never {}).boxed_unsync())));
    }

    #[test]
    fn nothing_unknown_may_stay() {
        assert!(!may("what is not listed"));
    }

    #[test]
    fn leftovers_are_few_and_small() {
        let fields = |count: usize| {
            let mut table = ResourceTable::new();
            for _ in 0..count {
                table.push(FieldMap::default()).expect("room");
            }
            table
        };
        assert!(may_stay(&mut fields(LEFTOVERS_MAX), usize::MAX));
        assert!(!may_stay(&mut fields(LEFTOVERS_MAX + 1), usize::MAX));
        assert!(may_stay(&mut fields(2), 2) && !may_stay(&mut fields(2), 1));
        let large = |bytes: usize| {
            let mut map = FieldMap::new_mutable(2 * LEFTOVER_BYTES_MAX);
            let value = http::HeaderValue::try_from("v".repeat(bytes)).expect("a value");
            map.append_raw(http::HeaderName::from_static("x"), value).expect("room");
            map
        };
        assert!(may(large(LEFTOVER_BYTES_MAX / 2)));
        assert!(!may(large(LEFTOVER_BYTES_MAX)));
    }
}
