//! An axum service that answers some paths itself and leaves all others to a site.
//!
//! ```sh
//! cargo run --release -- build sample-routes
//! cargo run --release -p routelet --example axum -- sample-routes/dist
//! curl -i http://127.0.0.1:3000/health    # axum
//! curl -i http://127.0.0.1:3000/hello     # the site
//! ```

use std::net::SocketAddr;

use axum::{
    Router,
    extract::{ConnectInfo, Request},
    response::IntoResponse,
    routing::get,
};
use routelet::{ClientAddress, Config, Site};

/// Where the example listens.
const LISTEN: &str = "127.0.0.1:3000";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args().nth(1).ok_or("found no argument; expected the directory of a built site")?;
    let site = Site::load(dir, Config::default()).await?;
    let listener = tokio::net::TcpListener::bind(LISTEN).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, service(site).into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}

/// axum's own routes first; the site decides on everything else, 404 and 405 included.
fn service(site: Site) -> Router {
    Router::new().route("/health", get(async || "ok")).fallback(
        async move |ConnectInfo(client): ConnectInfo<SocketAddr>, mut request: Request| {
            request.extensions_mut().insert(ClientAddress(client.ip()));
            routelet::respond(&site, request).await.map(axum::body::Body::new).into_response()
        },
    )
}
