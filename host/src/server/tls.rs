//! TLS below HTTP: handshakes, and the certificate they show, which follows its files. It serves no
//! request.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::{
    net::TcpStream,
    time::{MissedTickBehavior, interval},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::connection::Protocol;
use crate::{
    config::{TlsFiles, document},
    fault::Fault,
    policy::wrong::Wrong,
};

/// How often the files are looked at. Watching them would miss a mount that is replaced as a whole.
const LOOK: Duration = Duration::from_secs(1);

/// Longer chains are a mistake; the files are read whole.
const PEM_BYTES_MAX: u64 = 256 * 1024;

/// HTTP/2 first, where a client speaks both.
const PROTOCOLS: [(&[u8], Protocol); 2] = [(b"h2", Protocol::Http2), (b"http/1.1", Protocol::Http1)];

/// What makes a plain connection a secure one.
#[derive(Clone)]
pub(super) struct Tls {
    acceptor: TlsAcceptor,
    certificate: Arc<Certificate>,
    loaded: Arc<Pair>,
}

/// The certificate that is shown, and the files it came from.
struct Certificate {
    cert: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    shown: ArcSwap<CertifiedKey>,
}

/// The contents of both files.
#[derive(PartialEq, Eq)]
struct Pair {
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl Tls {
    /// Reads the files, if there are to be any.
    ///
    /// # Errors
    ///
    /// They are no certificate with its key.
    pub(super) fn load(files: &TlsFiles) -> Result<Option<Self>, Fault> {
        let Some((cert, key)) = files.pair()? else { return Ok(None) };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let loaded = Arc::new(Pair::read(cert, key)?);
        let certificate = Arc::new(Certificate {
            cert: cert.to_owned(),
            key: key.to_owned(),
            provider: provider.clone(),
            shown: ArcSwap::from_pointee(loaded.certified(cert, key, &provider)?),
        });
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .expect("ring offers the suites of both protocol versions")
            .with_no_client_auth()
            .with_cert_resolver(certificate.clone());
        config.alpn_protocols = PROTOCOLS.map(|(name, _)| name.to_vec()).into();
        Ok(Some(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certificate, loaded }))
    }

    /// Shakes hands with a client, and agrees on what to speak.
    pub(super) async fn handshake(&self, stream: TcpStream) -> io::Result<(TlsStream<TcpStream>, Protocol)> {
        let stream = self.acceptor.accept(stream).await?;
        let protocol = agreed(stream.get_ref().1.alpn_protocol());
        Ok((stream, protocol))
    }

    /// Shows new connections what the files hold, whenever that changes, for ever. What is no
    /// certificate with its key is told once, and the one before stays.
    pub(super) async fn follow(self) {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut seen = Ok(self.loaded);
        loop {
            looks.tick().await;
            let certificate = self.certificate.clone();
            let looked = tokio::task::spawn_blocking(move || certificate.look(seen));
            let Ok(now) = looked.await else { return };
            seen = now;
        }
    }
}

/// No key stands in a debugging text.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("cert", &self.certificate.cert).finish_non_exhaustive()
    }
}

/// What was agreed on by name (RFC 7301); HTTP/1 where nothing was.
fn agreed(alpn: Option<&[u8]>) -> Protocol {
    let agreed = PROTOCOLS.iter().find(|(name, _)| Some(*name) == alpn);
    agreed.map_or(Protocol::Http1, |(_, protocol)| *protocol)
}

impl Certificate {
    /// Takes over what the files hold, unless it is what was `seen` before.
    fn look(&self, seen: Result<Arc<Pair>, Fault>) -> Result<Arc<Pair>, Fault> {
        let now = Pair::read(&self.cert, &self.key).map(Arc::new);
        if seen == now {
            return now;
        }
        let pair = now.as_ref().map_err(Clone::clone);
        match pair.and_then(|pair| pair.certified(&self.cert, &self.key, &self.provider)) {
            Ok(certified) => {
                self.shown.store(Arc::new(certified));
                tracing::info!(event = "certificate_reloaded", file = %self.cert.display());
            }
            Err(fault) => tracing::error!(event = "certificate_kept", reason = %fault),
        }
        now
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("cert", &self.cert).finish_non_exhaustive()
    }
}

impl ResolvesServerCert for Certificate {
    /// Whatever name a client asks for: whom a request is for is decided by its authority alone.
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown.load_full())
    }
}

impl Pair {
    fn read(cert: &Path, key: &Path) -> Result<Self, Fault> {
        Ok(Self { cert: read(cert, "tls.cert")?, key: read(key, "tls.key")? })
    }

    fn certified(&self, cert: &Path, key: &Path, provider: &CryptoProvider) -> Result<CertifiedKey, Fault> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.cert).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        let chain = chain.ok_or_else(|| holds_no("certificate", cert))?;
        let private = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| holds_no("private key", key))?;
        CertifiedKey::from_der(chain, private, provider).map_err(|error| {
            Fault::new(key, format!("is not the key of {}: {error}", cert.display()))
                .expected("a certificate and its own key")
                .way_out("write both files anew, from one source")
        })
    }
}

fn read(path: &Path, setting: &str) -> Result<Vec<u8>, Fault> {
    let absent = || Wrong::new("there is no such file").way_out(format!("correct the path of {setting}"));
    let bytes = document::bytes(path, PEM_BYTES_MAX).and_then(|bytes| bytes.ok_or_else(absent));
    bytes.map_err(|wrong| wrong.at(path, None))
}

fn holds_no(thing: &str, path: &Path) -> Fault {
    Fault::new(path, format!("holds no {thing}"))
        .expected(format!("a {thing} as PEM, between its BEGIN and END lines"))
        .way_out("write the file anew, or correct the path")
}

#[cfg(test)]
mod tests;
