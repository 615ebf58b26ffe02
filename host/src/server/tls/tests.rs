use std::fs;

use tempfile::TempDir;

use super::*;

const CERT: &str = include_str!("../../runtime/outbound/tests/tls/origin.pem");
const KEY: &str = include_str!("../../runtime/outbound/tests/tls/origin.key.pem");
/// Somebody else's: the key is not its own.
const OTHER_CERT: &str = include_str!("../../runtime/outbound/tests/tls/authority.pem");

/// Files with these contents; an empty one is not there.
fn files(cert: &str, key: &str) -> (TempDir, TlsFiles) {
    let dir = TempDir::new().expect("a temporary directory");
    let path = |name: &str| dir.path().join(name);
    let files = TlsFiles { cert: Some(path("cert.pem")), key: Some(path("key.pem")) };
    write(&dir, cert, key);
    (dir, files)
}

fn write(dir: &TempDir, cert: &str, key: &str) {
    for (name, text) in [("cert.pem", cert), ("key.pem", key)] {
        let path = dir.path().join(name);
        let written = if text.is_empty() { fs::remove_file(path) } else { fs::write(path, text) };
        let _ = written;
    }
}

const BROKEN: [(&str, &str, &str); 6] = [
    ("", KEY, "cert.pem: there is no such file; correct the path of tls.cert"),
    (CERT, "", "key.pem: there is no such file; correct the path of tls.key"),
    (
        "junk",
        KEY,
        "cert.pem: holds no certificate; expected a certificate as PEM, between its BEGIN and END lines; \
         write the file anew, or correct the path",
    ),
    (
        CERT,
        CERT,
        "key.pem: holds no private key; expected a private key as PEM, between its BEGIN and END lines; \
         write the file anew, or correct the path",
    ),
    (OTHER_CERT, KEY, "expected a certificate and its own key; write both files anew, from one source"),
    ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", KEY, "expected a certificate and its own key"),
];

#[test]
fn files_that_are_no_pair_do_not_start_a_server() {
    for (cert, key, message) in BROKEN {
        let (_dir, files) = files(cert, key);
        let fault = Tls::load(&files).expect_err(message).to_string();
        assert!(fault.contains(message), "{fault}");
    }
    assert!(Tls::load(&TlsFiles::default()).expect("nothing is wrong").is_none());
}

#[test]
fn a_pair_that_broke_keeps_the_one_before_until_it_is_mended() {
    for (cert, key, message) in BROKEN {
        let (dir, files) = files(CERT, KEY);
        let tls = Tls::load(&files).expect(message).expect("a pair");
        let before = tls.certificate.shown.load_full();
        let unchanged = tls.certificate.look(Ok(tls.loaded.clone()));
        assert!(unchanged.as_ref().is_ok_and(|now| *now == tls.loaded), "{message}");
        write(&dir, cert, key);
        let broken = tls.certificate.look(unchanged);
        assert!(Arc::ptr_eq(&before, &tls.certificate.shown.load_full()), "{message}");
        write(&dir, &format!("{CERT}\n"), KEY);
        assert!(tls.certificate.look(broken).is_ok(), "{message}");
        assert!(!Arc::ptr_eq(&before, &tls.certificate.shown.load_full()), "{message}");
    }
}

#[test]
fn http_2_is_spoken_where_it_was_agreed_on_and_nowhere_else() {
    for (alpn, protocol) in [
        (Some(&b"h2"[..]), Protocol::Http2),
        (Some(b"http/1.1"), Protocol::Http1),
        (Some(b"h3"), Protocol::Http1),
        (None, Protocol::Http1),
    ] {
        assert_eq!(agreed(alpn), protocol, "{alpn:?}");
    }
}
