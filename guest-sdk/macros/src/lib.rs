//! The method attributes of `routelet-sdk`. They write the call of `routelet_sdk::handler` that one could write by
//! hand, and point every complaint at the line that causes it; what a request means is decided there, not here.

mod expand;
mod signature;

use proc_macro::TokenStream;

macro_rules! method {
    ($name:ident, $token:literal) => {
        #[doc = concat!("Answers `", $token, "` requests of the route with this function.")]
        ///
        /// The function, `async` or not, takes any number of extractors, of which only the last may read the body,
        /// and returns a response. A component has at most one function for each method.
        ///
        /// `body_limit = BYTES` sets how much of the body extractors hold in memory; it is 2 MiB without.
        #[proc_macro_attribute]
        pub fn $name(arguments: TokenStream, item: TokenStream) -> TokenStream {
            expand::expand(stringify!($name), arguments.into(), item.into()).into()
        }
    };
}

method!(delete, "DELETE");
method!(get, "GET");
method!(head, "HEAD");
method!(options, "OPTIONS");
method!(patch, "PATCH");
method!(post, "POST");
method!(put, "PUT");
