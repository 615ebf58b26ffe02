//! A client of TLS, and certificates made for a test. It trusts what it is told to, and no authority of the machine.

use std::{io, net::SocketAddr, sync::Arc};

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{SiteDir, eventually};

/// A certificate and its key.
pub type Certificate = CertifiedKey<KeyPair>;

/// A certificate for `localhost` that nobody has signed but itself.
pub fn certificate() -> Certificate {
    generate_simple_self_signed(["localhost".to_owned()]).expect("a key of the default kind")
}

/// The settings of a site that shows the certificate of [`show`].
pub const SETTINGS: &str = "[tls]\ncert = \"cert.pem\"\nkey = \"key.pem\"\n";

/// Writes the certificate and its key where [`SETTINGS`] look for them.
pub fn show(dir: &SiteDir, certificate: &Certificate) {
    dir.write("cert.pem", certificate.cert.pem());
    dir.write("key.pem", certificate.signing_key.serialize_pem());
}

/// Handshakes byte by byte (RFC 5246 section 7.4.1.2), for versions and stalls that no library offers.
pub mod hello {
    /// The type of a record that refuses.
    pub const ALERT: u8 = 21;
    /// What such a record says of a version that is not spoken: that it is fatal, and 70.
    pub const PROTOCOL_VERSION: [u8; 2] = [2, 70];
    /// The begin of a greeting whose rest never comes.
    pub const BEGUN: &[u8] = b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03";

    /// A whole greeting of a client that knows nothing newer than this version.
    pub fn of(version: [u8; 2]) -> Vec<u8> {
        let suites = [0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x09, 0xc0, 0x13, 0x00, 0x2f];
        let groups = extension(10, &[0, 2, 0, 23]);
        let formats = extension(11, &[1, 0]);
        let signatures = extension(13, &[0, 4, 4, 3, 4, 1]);
        let extensions = sized(2, &[groups, formats, signatures].concat());
        let body = [&version[..], &[7; 32], &[0], &sized(2, &suites), &[1, 0], &extensions].concat();
        let message = [vec![1], sized(3, &body)].concat();
        [&[22][..], &version, &sized(2, &message)].concat()
    }

    fn extension(kind: u8, content: &[u8]) -> Vec<u8> {
        [vec![0, kind], sized(2, content)].concat()
    }

    /// The bytes behind their number, which has so many bytes.
    fn sized(width: usize, bytes: &[u8]) -> Vec<u8> {
        let length = bytes.len().to_be_bytes();
        [&length[length.len() - width..], bytes].concat()
    }
}

/// What a client offers, and whom it trusts.
#[derive(Debug)]
pub struct Client {
    /// Who may have signed a certificate.
    pub trusted: RootCertStore,
    /// What it wants to speak (RFC 7301).
    pub protocols: Vec<&'static str>,
    /// The versions of TLS it knows.
    pub versions: Vec<&'static SupportedProtocolVersion>,
}

impl Client {
    /// Trusts this certificate alone and offers no protocol.
    pub fn trusting(certificate: &Certificate) -> Self {
        let mut trusted = RootCertStore::empty();
        trusted.add(certificate.cert.der().clone()).expect("a certificate");
        Self { trusted, protocols: Vec::new(), versions: rustls::ALL_VERSIONS.to_vec() }
    }

    /// Connects and shakes hands.
    ///
    /// # Errors
    ///
    /// The server is not there, or one of both does not want the other.
    pub async fn connect(&self, address: SocketAddr) -> io::Result<TlsStream<TcpStream>> {
        self.over(TcpStream::connect(address).await?).await
    }

    /// Shakes hands over a connection that is there.
    ///
    /// # Errors
    ///
    /// One of both does not want the other.
    pub async fn over<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S) -> io::Result<TlsStream<S>> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&self.versions)
            .expect("ring offers the suites of both")
            .with_root_certificates(self.trusted.clone())
            .with_no_client_auth();
        config.alpn_protocols = self.protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let name = ServerName::try_from("localhost").expect("a name");
        let connector = TlsConnector::from(Arc::new(config));
        eventually("the handshake", connector.connect(name, stream)).await
    }
}
