//! Arguments that are a piece of the head as it is: method, target, headers, cookies, and what the host knows.

use http::{HeaderMap, Method, Uri};

use super::FromRequestParts;
use crate::bindings::imports::routelet::route::context;
use crate::cookies::Cookies;
use crate::parts::Parts;
use crate::problem::Problem;

macro_rules! piece {
    ($type:ty, $read:expr) => {
        impl FromRequestParts for $type {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts) -> Result<Self, Problem> {
                let read: fn(&Parts) -> $type = $read;
                Ok(read(parts))
            }
        }
    };
}

piece!(Method, |parts| parts.method().clone());
piece!(Uri, |parts| parts.uri().clone());
piece!(HeaderMap, |parts| parts.headers().clone());
piece!(Cookies, |parts| parts.cookies().clone());
piece!(Context, |_| Context { sealed: () });

/// What the host knows of the request beyond its bytes.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// #[get]
/// async fn about(context: Context) -> String {
///     let client = context.client_address().unwrap_or_default();
///     format!("{} asked for {} as {}\n", client, context.pattern(), context.request_id())
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    sealed: (),
}

impl Context {
    /// The pattern of the route that matched: `/users/[id]`.
    pub fn pattern(&self) -> String {
        context::pattern()
    }

    /// The identifier under which the host logs this request.
    pub fn request_id(&self) -> String {
        context::request_id()
    }

    /// The address the request came from, without a port.
    pub fn client_address(&self) -> Option<String> {
        context::client_address()
    }
}
