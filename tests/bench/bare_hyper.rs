//! The least hyper can do: the same hello with nothing behind it, and for a POST its own body back.
//! What a host costs is measured against it.

use std::{convert::Infallible, io::Write as _, net::SocketAddr};

use bytes::Bytes;
use http::{Method, Request, Response, header::CONTENT_TYPE};
use http_body_util::{Either, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

const HELLO: &[u8] = b"hello from a plain component\n";

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    writeln!(std::io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)));
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Either<Full<Bytes>, Incoming>>, Infallible> {
    let echoes = request.method() == Method::POST;
    let body = if echoes { Either::Right(request.into_body()) } else { Either::Left(Full::new(HELLO.into())) };
    let mut response = Response::new(body);
    let text = "text/plain; charset=utf-8".parse().expect("a header value");
    response.headers_mut().insert(CONTENT_TYPE, text);
    Ok(response)
}
