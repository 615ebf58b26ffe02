//! TLS to origins whose certificates are made for these tests: `tls/authority.pem` has signed
//! `tls/origin.pem` for `origin.test` and `127.0.0.1`, both until 2126.

use std::{sync::Arc, time::Duration};

use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::{AsyncWriteExt, duplex},
    time::Instant,
};
use tokio_rustls::TlsAcceptor;
use wasmtime_wasi_http::{Error, RequestOptions};

use super::kit::{Origin, Scripted, Setup, beside, fetch, ok, read_head};
use crate::{
    policy::Limits,
    runtime::outbound::{Outbound, connect, deadline::Deadlines, target::Target},
};

const AUTHORITY: &[u8] = include_bytes!("tls/authority.pem");
const ORIGIN: &[u8] = include_bytes!("tls/origin.pem");
const ORIGIN_KEY: &[u8] = include_bytes!("tls/origin.key.pem");

fn server(protocol: &[u8]) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(ORIGIN).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(ORIGIN_KEY).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring offers the suites of both protocol versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("the key is the certificate's");
    config.alpn_protocols = vec![protocol.to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

/// A guest that trusts the tests' authority and may go to this origin by these names.
fn guest(origin: &Origin) -> Outbound {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(AUTHORITY).expect("a certificate")).expect("an authority");
    let setup = Setup { tls: Arc::new(connect::tls(roots)), ..Setup::default() };
    granted(setup, origin)
}

fn granted(setup: Setup, origin: &Origin) -> Outbound {
    let grant = |host: &str| format!("https://{host}:{}", origin.port());
    let resolver = Scripted::new([&["127.0.0.1"]]);
    Setup { resolver, ..setup }.guest(&["127.0.0.1", "origin.test", "other.test"].map(grant))
}

async fn serve(origin: &Origin, acceptor: TlsAcceptor) {
    if let Ok(mut stream) = acceptor.accept(origin.accept().await).await {
        read_head(&mut stream).await;
        stream.write_all(ok("sealed").as_bytes()).await.expect("the guest reads");
        stream.shutdown().await.expect("the guest reads to the end");
    }
}

#[tokio::test]
async fn names_and_addresses_of_the_certificate_are_trusted() {
    let origin = Origin::start().await;
    for host in ["origin.test", "ORIGIN.test.", "127.0.0.1"] {
        let mut guest = guest(&origin);
        let uri = format!("https://{host}:{}/", origin.port());
        let answer = beside(fetch(&mut guest, uri), serve(&origin, server(b"http/1.1"))).await;
        assert_eq!(answer.expect(host).body(), "sealed");
    }
}

#[tokio::test]
async fn a_certificate_for_somebody_else_is_refused() {
    let origin = Origin::start().await;
    let mut guest = guest(&origin);
    let uri = format!("https://other.test:{}/", origin.port());
    let answer = beside(fetch(&mut guest, uri), serve(&origin, server(b"http/1.1"))).await;
    assert!(matches!(answer, Err(Error::TlsCertificateError)), "{answer:?}");
}

#[tokio::test]
async fn an_authority_that_nobody_trusts_is_refused() {
    let origin = Origin::start().await;
    let mut guest = granted(Setup::default(), &origin);
    let uri = format!("https://origin.test:{}/", origin.port());
    let answer = beside(fetch(&mut guest, uri), serve(&origin, server(b"http/1.1"))).await;
    assert!(matches!(answer, Err(Error::TlsCertificateError)), "{answer:?}");
}

#[tokio::test]
async fn an_alert_is_told() {
    let origin = Origin::start().await;
    let mut guest = guest(&origin);
    let uri = format!("https://origin.test:{}/", origin.port());
    let answer = beside(fetch(&mut guest, uri), serve(&origin, server(b"h2"))).await;
    assert!(matches!(answer, Err(Error::TlsAlertReceived { alert_id: Some(120), .. })), "{answer:?}");
}

#[tokio::test]
async fn an_origin_without_tls_is_told_from_one_that_leaves() {
    let origin = Origin::start().await;
    let uri = format!("https://origin.test:{}/", origin.port());
    let mut first = guest(&origin);
    let plain = async {
        let mut stream = origin.accept().await;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("the guest reads");
    };
    let answer = beside(fetch(&mut first, &uri), plain).await;
    assert!(matches!(answer, Err(Error::TlsProtocolError)), "{answer:?}");
    let mut second = guest(&origin);
    let answer = beside(fetch(&mut second, &uri), async { drop(origin.accept().await) }).await;
    assert!(matches!(answer, Err(Error::ConnectionTerminated)), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_stalls_is_given_up() {
    let target = Target::read(&http::Uri::from_static("https://origin.test/")).expect("a target");
    let tls = Arc::new(connect::tls(RootCertStore::empty()));
    for (connect_timeout, expected) in [(None, 5), (Some(2), 2), (Some(600), 5)] {
        let started = Instant::now();
        let options =
            RequestOptions { connect_timeout: connect_timeout.map(Duration::from_secs), ..Default::default() };
        let deadlines = Deadlines::start(&Limits::default(), Some(options));
        let (ours, _theirs) = duplex(64 * 1024);
        let stream = connect::secure(ours, &target, tls.clone(), &deadlines).await;
        assert!(matches!(stream, Err(Error::ConnectionTimeout)));
        assert_eq!(started.elapsed(), Duration::from_secs(expected));
    }
}
