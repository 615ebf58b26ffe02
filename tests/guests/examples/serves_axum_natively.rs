//! Is an axum application behind the native interfaces of GET and POST.

use axum::{Router, extract::Path, routing::get};
use routelet_guests::{IncomingRequest, ResponseOutparam};
use wstd::{http::request::try_from_incoming, http::server::Responder, runtime::block_on};

routelet_guests::native!(
    "package guest:axum; world route {
    export routelet:route/get@0.2.0;
    export routelet:route/post@0.2.0;
}"
);

struct Handler;

impl exports::routelet::route::get::Guest for Handler {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        serve(request, out);
    }
}

impl exports::routelet::route::post::Guest for Handler {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        serve(request, out);
    }
}

/// What `wstd_axum::http_server` writes around an application, for another export.
fn serve(request: IncomingRequest, out: ResponseOutparam) {
    let responder = Responder::new(out);
    block_on(async {
        let answer = match try_from_incoming(request) {
            Ok(request) => wstd_axum::serve(request, app()).await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(response) => responder.respond(response).await.expect("the client reads"),
            Err(error) => responder.fail(error),
        }
    });
}

fn app() -> Router {
    let notes = get(async |Path(note): Path<String>| format!("read {note}\n"));
    let notes = notes.post(async |Path(note): Path<String>, text: String| format!("wrote {text} to {note}\n"));
    Router::new().route("/notes/{note}", notes)
}

export!(Handler);
