//! What the host holds for one guest outside the guest's own memory: header collections, and messages made but not yet
//! sent. The table they lie in bounds their number, not their size. It counts; who asks decides what follows.

use wasmtime::component::ResourceTable;
use wasmtime_wasi_http::{
    FieldMap,
    p2::{
        bindings::http::types::{Method, Scheme},
        types::{HostOutgoingRequest, HostOutgoingResponse},
    },
};

use super::outbound::BODY_PIECE_BYTES;

/// The most the host holds for one guest. Two hundred and fifty-six full header collections fit, or half as many bodies nobody
/// reads; honest guests hold a few. It is looked at as often as the meter is, so that a guest is stopped a tick's worth of
/// copying beyond it.
pub(crate) const HELD_BYTES_MAX: usize = 16 << 20;
/// A body holds the piece that is being sent and the one behind it.
const BODY_BYTES: usize = 2 * BODY_PIECE_BYTES;
/// What a field costs beside its name and value: its places in the map.
const FIELD_OVERHEAD_BYTES: usize = 72;

/// The bytes the host holds for the guest of this table, give or take its bookkeeping.
pub(crate) fn held_bytes(table: &mut ResourceTable) -> usize {
    let entries = table.iter_mut();
    entries
        .map(|entry| {
            if let Some(map) = entry.downcast_ref::<FieldMap>() {
                fields(map)
            } else if let Some(response) = entry.downcast_ref::<HostOutgoingResponse>() {
                fields(&response.headers) + body(response.body.is_some())
            } else if let Some(request) = entry.downcast_ref::<HostOutgoingRequest>() {
                fields(&request.headers) + body(request.body.is_some()) + line(request)
            } else {
                0
            }
        })
        .sum()
}

fn fields(map: &FieldMap) -> usize {
    map.iter().map(|(name, value)| name.as_str().len() + value.len() + FIELD_OVERHEAD_BYTES).sum()
}

fn body(is_there: bool) -> usize {
    if is_there { BODY_BYTES } else { 0 }
}

/// The parts of a request's line, each as long as the guest has memory.
fn line(request: &HostOutgoingRequest) -> usize {
    let method = match &request.method {
        Method::Other(method) => method.len(),
        _ => 0,
    };
    let scheme = match &request.scheme {
        Some(Scheme::Other(scheme)) => scheme.len(),
        _ => 0,
    };
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    method + scheme + text(&request.authority) + text(&request.path_with_query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_by_what_they_hold() {
        let mut table = ResourceTable::new();
        let mut map = FieldMap::new_mutable(HELD_BYTES_MAX);
        let name = http::HeaderName::from_static("x-name");
        map.append_raw(name, http::HeaderValue::from_static("value")).expect("has room");
        table.push(map).expect("has room");
        assert_eq!(held_bytes(&mut table), "x-name".len() + "value".len() + FIELD_OVERHEAD_BYTES);
        table.push(FieldMap::new_mutable(1)).expect("has room");
        assert_eq!(held_bytes(&mut table), "x-name".len() + "value".len() + FIELD_OVERHEAD_BYTES);
    }

    #[test]
    fn a_request_is_counted_with_all_its_parts() {
        let mut table = ResourceTable::new();
        let request = HostOutgoingRequest {
            method: Method::Other("1234".to_owned()),
            scheme: Some(Scheme::Other("123".to_owned())),
            authority: Some("12".to_owned()),
            path_with_query: Some("1".to_owned()),
            headers: FieldMap::default(),
            body: None,
        };
        table.push(request).expect("has room");
        assert_eq!(held_bytes(&mut table), 10);
    }
}
