//! Write [routelet](https://github.com/routelet/routelet) route handlers in Rust: a function per method, its
//! arguments taken from the request, its result the response.
//!
//! ```
//! use routelet_sdk::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize, Serialize)]
//! struct User {
//!     name: String,
//! }
//!
//! #[get]
//! async fn read(Path(id): Path<u64>, cookies: Cookies) -> Result<Json<User>, Problem> {
//!     let name = cookies.get("name").ok_or(NotFound)?;
//!     Ok(Json(User { name: format!("{name}, number {id}") }))
//! }
//!
//! #[post]
//! async fn create(Json(user): Json<User>) -> impl IntoResponse {
//!     (StatusCode::CREATED, Json(user))
//! }
//! ```
//!
//! Each attribute exports its method's interface of the package `routelet:route`, so that the component answers
//! exactly the methods it has functions for. A `route.rs` is built for the target `wasm32-wasip2` as a `cdylib`;
//! `routelet build` does so. `println!` and `eprintln!` go to the host's log, granted settings and secrets are in
//! [`std::env::var`].
//!
//! Beside the attributes, in reading order:
//! - [`extract`]: what a handler may take; [`Parts`] is the head it is taken from, [`Cookies`] one of its pieces.
//! - [`respond`]: what a handler may return; [`Problem`] is its error.
//! - [`body`]: bodies that come and go.
//! - [`client`]: requests to other servers; [`time`]: waiting; [`after()`]: work after the response.
//! - `kv`, with the feature of that name: key-value stores; `config`, likewise: settings and secrets as a store.
//! - [`handler`]: what the attributes expand to.
//!
//! Handlers and extractors run natively as well, for tests: [`Parts`] and [`BodyStream`](body::BodyStream) can be
//! made by hand. What asks the host (a timer, the client, [`Context`](extract::Context)) works in a component only.

// The attributes name this crate by its name, and its own tests use them.
extern crate self as routelet_sdk;

mod after;
pub mod body;
pub mod client;
#[cfg(feature = "config")]
pub mod config;
mod cookies;
mod executor;
pub mod extract;
pub mod handler;
#[cfg(feature = "kv")]
pub mod kv;
mod parts;
mod pipe;
mod problem;
pub mod respond;
pub mod time;

#[allow(
    missing_docs,
    unsafe_code,
    unused_qualifications,
    unreachable_pub,
    clippy::all,
    clippy::unwrap_used,
    reason = "wit-bindgen writes it"
)]
#[doc(hidden)]
pub mod bindings;

pub use after::after;
pub use bytes;
pub use cookies::{Cookie, Cookies, InvalidCookie, Priority, SameSite};
pub use http;
pub use parts::{Param, Parts};
pub use problem::Problem;
pub use routelet_sdk_macros::{delete, get, head, options, patch, post, put};

/// The README, whose example is compiled with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Everything a handler usually names.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// #[get]
/// async fn hello() -> &'static str {
///     "Hello, World!"
/// }
/// ```
pub mod prelude {
    pub use bytes::Bytes;
    pub use futures_util::{Stream, StreamExt, stream};
    pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};

    pub use crate::body::{Body, BodyStream};
    pub use crate::client::{self, Client};
    pub use crate::extract::{
        Context, Form, FromRequest, FromRequestParts, Json, Multipart, Path, Query, Rejection, Request,
    };
    pub use crate::respond::{Event, Html, IntoResponse, NotFound, Redirect, Response, ResponseHead, Sse, StreamBody};
    pub use crate::time::sleep;
    pub use crate::{
        Cookie, Cookies, Parts, Priority, Problem, SameSite, after, delete, get, head, options, patch, post, put,
    };
}
