//! Requests to other servers, as far as the route's policy grants them. Decides no policy: the host does.

mod error;
mod request;
mod response;
mod send;

use std::time::Duration;

use http::Method;

use crate::body::{Body, BodyStream};

pub use error::Error;
pub use request::RequestBuilder;
pub use response::Response;

/// Starts a `GET` request to `url`.
///
/// ```no_run
/// use routelet_sdk::prelude::*;
///
/// #[get]
/// async fn weather() -> Result<String, Problem> {
///     let response = client::get("https://api.example.com/weather").send().await?;
///     Ok(response.text().await?)
/// }
/// ```
pub fn get(url: impl AsRef<str>) -> RequestBuilder {
    request(Method::GET, url)
}

/// Starts a `POST` request to `url`.
///
/// ```no_run
/// use routelet_sdk::prelude::*;
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Note {
///     text: &'static str,
/// }
///
/// # async fn example() -> Result<(), client::Error> {
/// client::post("https://api.example.com/notes").json(&Note { text: "hello" }).send().await?;
/// # Ok(())
/// # }
/// ```
pub fn post(url: impl AsRef<str>) -> RequestBuilder {
    request(Method::POST, url)
}

/// Starts a `PUT` request to `url`.
///
/// ```no_run
/// # use routelet_sdk::prelude::*;
/// # async fn example() -> Result<(), client::Error> {
/// client::put("https://api.example.com/notes/1").body("hello").send().await?;
/// # Ok(())
/// # }
/// ```
pub fn put(url: impl AsRef<str>) -> RequestBuilder {
    request(Method::PUT, url)
}

/// Starts a `PATCH` request to `url`.
///
/// ```no_run
/// # use routelet_sdk::prelude::*;
/// # async fn example() -> Result<(), client::Error> {
/// client::patch("https://api.example.com/notes/1").json(&["hello"]).send().await?;
/// # Ok(())
/// # }
/// ```
pub fn patch(url: impl AsRef<str>) -> RequestBuilder {
    request(Method::PATCH, url)
}

/// Starts a `DELETE` request to `url`.
///
/// ```no_run
/// # use routelet_sdk::prelude::*;
/// # async fn example() -> Result<(), client::Error> {
/// client::delete("https://api.example.com/notes/1").bearer_auth("token").send().await?;
/// # Ok(())
/// # }
/// ```
pub fn delete(url: impl AsRef<str>) -> RequestBuilder {
    request(Method::DELETE, url)
}

/// Starts a `HEAD` request to `url`.
///
/// ```no_run
/// # use routelet_sdk::prelude::*;
/// # async fn example() -> Result<(), client::Error> {
/// let is_there = client::head("https://api.example.com/notes/1").send().await?.status().is_success();
/// # Ok(())
/// # }
/// ```
pub fn head(url: impl AsRef<str>) -> RequestBuilder {
    request(Method::HEAD, url)
}

/// Starts a request of any method to `url`.
///
/// ```no_run
/// use routelet_sdk::prelude::*;
///
/// # async fn example() -> Result<(), client::Error> {
/// client::request(Method::OPTIONS, "https://api.example.com/").send().await?;
/// # Ok(())
/// # }
/// ```
pub fn request(method: Method, url: impl AsRef<str>) -> RequestBuilder {
    Client::default().request(method, url)
}

/// Sends a request made with the `http` crate, and gives the response in its types.
///
/// ```no_run
/// use routelet_sdk::prelude::*;
///
/// #[post]
/// async fn forward(request: Request) -> Result<Response, Problem> {
///     let (mut head, body) = request.into_parts();
///     head.uri = Uri::from_static("https://api.example.com/inbox");
///     let answer = client::send(routelet_sdk::http::Request::from_parts(head, body)).await?;
///     Ok(answer.map(Body::from))
/// }
/// ```
pub async fn send<B: Into<Body>>(request: http::Request<B>) -> Result<http::Response<BodyStream>, Error> {
    Client::default().send(request).await
}

/// How long requests to other servers may take. Without one, the limits of the policy hold alone; a client can only
/// be less patient than they are.
///
/// ```no_run
/// use routelet_sdk::prelude::*;
/// use std::time::Duration;
///
/// # async fn example() -> Result<(), client::Error> {
/// let client = Client::new().connect_timeout(Duration::from_secs(1)).timeout(Duration::from_secs(5));
/// let response = client.request(Method::GET, "https://api.example.com/").send().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Client {
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    first_byte_timeout: Option<Duration>,
    between_bytes_timeout: Option<Duration>,
}

impl Client {
    /// A client with no timeouts of its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// From sending the request to the head of the response.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    /// Until the connection stands.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Self { connect_timeout: Some(timeout), ..self }
    }

    /// From the request to the first byte of the response.
    pub fn first_byte_timeout(self, timeout: Duration) -> Self {
        Self { first_byte_timeout: Some(timeout), ..self }
    }

    /// Between two pieces of the response's body.
    pub fn between_bytes_timeout(self, timeout: Duration) -> Self {
        Self { between_bytes_timeout: Some(timeout), ..self }
    }

    /// Starts a request.
    pub fn request(&self, method: Method, url: impl AsRef<str>) -> RequestBuilder {
        RequestBuilder::new(self.clone(), method, url.as_ref())
    }

    /// Sends a request made with the `http` crate.
    pub async fn send<B: Into<Body>>(&self, request: http::Request<B>) -> Result<http::Response<BodyStream>, Error> {
        let sending = send::send(self, request.map(Into::into));
        match self.timeout {
            Some(timeout) => crate::time::timeout(timeout, sending).await.unwrap_or(Err(Error::TimedOut)),
            None => sending.await,
        }
    }
}
