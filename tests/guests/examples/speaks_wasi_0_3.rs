//! Speaks WASI 0.3: two pieces of a stream, the first naming scheme, authority and path; `?traps` traps between them.

use wasip3::{
    http::types::{ErrorCode, Fields, Request, Response},
    wit_future, wit_stream,
};
use wit_bindgen_0_3::spawn_local;

struct Guest;
wasip3::http::service::export!(Guest);

impl wasip3::exports::http::handler::Guest for Guest {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let path = request.get_path_with_query().unwrap_or_default();
        let first = format!("{:?} {:?} {path}\n", request.get_scheme(), request.get_authority());
        let traps = path.ends_with("?traps");
        let (mut body, contents) = wit_stream::new();
        let (trailers, trailers_sent) = wit_future::new(|| Ok(None));
        spawn_local(async move {
            body.write_all(first.into_bytes()).await;
            assert!(!traps, "asked to trap");
            body.write_all(b"second\n".to_vec()).await;
            drop(body);
            // Nobody reads trailers where the client has gone away.
            let _ = trailers.write(Ok(None)).await;
        });
        Ok(Response::new(Fields::new(), Some(contents), trailers_sent).0)
    }
}
