//! What a handler makes of a pool of instances that is full, though admission let the request through.

use std::path::Path;

use http_body_util::{BodyExt, Empty};
use routelet_tests::fixtures::Hostile;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::{
    config::StoresSource,
    policy::{Owners, Policy},
    runtime::{
        admission::{Gate, admit},
        compile::CompileBounds,
        contract,
        guest::RequestFacts,
        host::{Host, HostSettings},
        kv::Stores,
        loader::Source,
    },
};

/// A host with room for that many guests.
fn host(guests: usize) -> Host {
    let stores = Stores::at(&StoresSource::Nowhere).expect("there is nothing to open");
    let settings = HostSettings {
        site: Path::new("nowhere"),
        guests,
        wasi_0_3: false,
        outbound_connections: 1,
        stores,
        open_files: 1,
        cache_dir: None,
        cache_bytes: 0,
        compiler: None,
    };
    Host::new(&settings).expect("an engine")
}

fn handler(host: &Host, guest: Hostile) -> Arc<Handler> {
    let (bytes, policy) = (guest.component(), Policy::root(Owners::One));
    let contract = Arc::new(contract::read(&bytes, false).expect("a good contract"));
    let (digest, bounds) = (Sha256::digest(&bytes).into(), CompileBounds::of(&policy.limits));
    let source = Source { digest, contract, bounds, read: Box::new(|| unreachable!("its code is not lost")) };
    let prepared = host.prepare(source, &bytes).expect("it compiles and links");
    let given = Given { secrets: Vec::new(), files: Vec::new() };
    let grants = RouteGrants::new(host, "/".into(), &Arc::new(policy.clone()), given);
    Arc::new(Handler::new(prepared, grants, policy.reuse, host.census().clone()))
}

fn call() -> Call {
    let body = Empty::new().map_err(|never: std::convert::Infallible| match never {}).boxed_unsync();
    let request = http::Request::get("http://localhost/").body(body).expect("a request");
    Call { export: Method::Get, request, facts: RequestFacts::default(), facts_as_headers: false }
}

#[tokio::test]
async fn a_guest_beyond_the_pool_finds_no_room_until_another_has_ended() {
    let host = host(1);
    let gate = || Gate::new(9, 0, Duration::from_secs(1));
    let (route, server) = (gate(), gate());
    let admission = async || admit(&route, &server, 1).await.expect("there are places");
    let (waits, answers) = (handler(&host, Hostile::WaitsForeverInStart), handler(&host, Hostile::WaitsInStart));
    // One place is of the guest that may run, one of an instance that waits to be reused.
    let mut held = [(); 2].map(|()| Box::pin(async { waits.call(call(), admission().await).await }));
    for guest in &mut held {
        assert!(futures_util::poll!(guest).is_pending(), "it has a slot, and waits in it");
    }
    let beyond = answers.call(call(), admission().await).await;
    let failure = beyond.err().expect("there is no third slot");
    assert!(matches!(failure, GuestFailure::NoRoom), "{failure:?}");
    drop(held);
    let then = answers.call(call(), admission().await).await;
    assert_eq!(then.map(|answer| answer.status().as_u16()).ok(), Some(200), "the slot is free");
}
