//! What wit-bindgen makes of `wit/`: the host's functions, and one `Guest` trait and export macro per method.
//! Holds no line of our own logic.
//!
//! The types are generated once, for the world `imports`; the worlds of the methods refer to them, so that a
//! request means the same type whichever method received it.

/// The interfaces of the world `imports`.
pub mod imports {
    wit_bindgen::generate!({
        path: "wit",
        world: "routelet:route/imports",
        generate_all,
    });
}

/// `wasi:config/store`, which the feature `config` imports.
#[cfg(feature = "config")]
pub mod config {
    wit_bindgen::generate!({
        path: "wit",
        world: "routelet:route/config-imports",
        generate_all,
    });
}

/// `wasi:keyvalue`, which the feature `kv` imports.
#[cfg(feature = "kv")]
pub mod kv {
    wit_bindgen::generate!({
        path: "wit",
        world: "routelet:route/kv-imports",
        generate_all,
    });
}

macro_rules! method {
    ($name:ident, $world:literal, $export:literal) => {
        #[doc = concat!("Exporting `routelet:route/", stringify!($name), "`.")]
        pub mod $name {
            wit_bindgen::generate!({
                path: "wit",
                world: $world,
                pub_export_macro: true,
                export_macro_name: $export,
                with: {
                    "routelet:route/context@0.2.0": crate::bindings::imports::routelet::route::context,
                    "wasi:cli/stderr@0.2.10": crate::bindings::imports::wasi::cli::stderr,
                    "wasi:cli/stdin@0.2.10": crate::bindings::imports::wasi::cli::stdin,
                    "wasi:cli/stdout@0.2.10": crate::bindings::imports::wasi::cli::stdout,
                    "wasi:clocks/monotonic-clock@0.2.10": crate::bindings::imports::wasi::clocks::monotonic_clock,
                    "wasi:clocks/wall-clock@0.2.10": crate::bindings::imports::wasi::clocks::wall_clock,
                    "wasi:http/outgoing-handler@0.2.10": crate::bindings::imports::wasi::http::outgoing_handler,
                    "wasi:http/types@0.2.10": crate::bindings::imports::wasi::http::types,
                    "wasi:io/error@0.2.10": crate::bindings::imports::wasi::io::error,
                    "wasi:io/poll@0.2.10": crate::bindings::imports::wasi::io::poll,
                    "wasi:io/streams@0.2.10": crate::bindings::imports::wasi::io::streams,
                    "wasi:random/random@0.2.10": crate::bindings::imports::wasi::random::random,
                },
            });
        }
    };
}

method!(delete, "routelet:route/only-delete", "export_delete");
method!(get, "routelet:route/only-get", "export_get");
method!(head, "routelet:route/only-head", "export_head");
method!(options, "routelet:route/only-options", "export_options");
method!(patch, "routelet:route/only-patch", "export_patch");
method!(post, "routelet:route/only-post", "export_post");
method!(put, "routelet:route/only-put", "export_put");
