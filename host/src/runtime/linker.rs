//! What the host offers to guests, once for each engine. Refusals live in `Guest`, not here.

use std::net::IpAddr;

use wasmtime::component::{HasData, HasSelf, Linker, ResourceTable};
use wasmtime_wasi::p2::bindings::{
    filesystem::{preopens, types},
    io,
};

use self::bindings::routelet::route::context;

use super::{
    engine::{Flavour, GuestEngine},
    files::HasFiles,
    guest::Guest,
    kv::wit as kv,
    sockets,
};

mod bindings {
    wasmtime::component::bindgen!({
        inline: "
            package routelet:host;
            world host { import routelet:route/context@0.2.0; }
        ",
        path: "../wit",
        world: "routelet:host/host",
    });
}

/// Everything a guest may import on this engine.
pub(crate) fn linker(engine: &GuestEngine, flavour: Flavour) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine.engine());
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    linker.allow_shadowing(true);
    // wasmtime-wasi reaches its table through the whole of its state, which then could not wait to be made.
    io::error::add_to_linker::<_, HasTable>(&mut linker, Guest::table)?;
    io::poll::add_to_linker::<_, HasTable>(&mut linker, Guest::table)?;
    io::streams::add_to_linker::<_, HasTable>(&mut linker, Guest::table)?;
    preopens::add_to_linker::<_, HasFiles>(&mut linker, Guest::files)?;
    types::add_to_linker::<_, HasFiles>(&mut linker, Guest::files)?;
    sockets::add_to_linker(&mut linker)?;
    linker.allow_shadowing(false);
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    wasmtime_wasi_config::add_to_linker(&mut linker, Guest::config)?;
    kv::add_to_linker(&mut linker, Guest::stores)?;
    context::add_to_linker::<_, HasSelf<_>>(&mut linker, |guest: &mut Guest| guest)?;
    if flavour == Flavour::Concurrent {
        wasmtime_wasi::p3::add_to_linker(&mut linker)?;
        wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    }
    Ok(linker)
}

/// A view of a guest's resources alone.
struct HasTable;

impl HasData for HasTable {
    type Data<'a> = &'a mut ResourceTable;
}

impl context::Host for Guest {
    fn pattern(&mut self) -> String {
        self.facts().pattern.to_string()
    }

    fn params(&mut self) -> Vec<context::Param> {
        let params = self.facts().params.iter();
        params.map(|param| context::Param { name: param.name.clone(), values: param.values.clone() }).collect()
    }

    fn request_id(&mut self) -> String {
        self.facts().request_id.to_string()
    }

    fn client_address(&mut self) -> Option<String> {
        self.facts().client_address.as_ref().map(IpAddr::to_string)
    }
}
