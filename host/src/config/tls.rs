//! Where a server's certificate and its key are. It reads neither.

use std::path::{Path, PathBuf};

use super::served_around;
use crate::fault::Fault;

/// The files of `[tls]`; none of them means a server without TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and those that lead from it to its authority, as PEM.
    pub cert: Option<PathBuf>,
    /// The certificate's private key, as PEM.
    pub key: Option<PathBuf>,
}

impl TlsFiles {
    /// Both files, or none where TLS is not wanted.
    ///
    /// # Errors
    ///
    /// One without the other.
    pub fn pair(&self) -> Result<Option<(&Path, &Path)>, Fault> {
        let alone = |set: &str, unset: &str| {
            Fault::new(format!("tls.{set}"), format!("is set and tls.{unset} is not"))
                .expected("a certificate and its key")
                .way_out(format!("set tls.{unset} as well, or remove tls.{set}"))
        };
        match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => Ok(Some((cert, key))),
            (Some(_), None) => Err(alone("cert", "key")),
            (None, Some(_)) => Err(alone("key", "cert")),
            (None, None) => Ok(None),
        }
    }

    /// A key in what is served from `site` would be anybody's.
    pub(crate) fn refuse_served_key(&self, site: &Path) -> Result<(), Fault> {
        let Some((key, served)) = self.key.as_ref().and_then(|key| Some((key, served_around(key, site)?))) else {
            return Ok(());
        };
        let found = format!("is the private key of the server and lies in {}, which is served", served.display());
        Err(Fault::new(key, found)
            .expected("a file outside app/ and public/")
            .way_out("move it, make a new key, since this one may be known, and name its place by tls.key"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_would_be_served_is_refused() {
        let site = tempfile::tempdir().expect("a temporary directory");
        let refused = |key: &str| {
            let key = site.path().join(key);
            std::fs::create_dir_all(key.parent().expect("a folder")).expect("writable");
            let files = TlsFiles { cert: None, key: Some(key) };
            files.refuse_served_key(site.path()).is_err()
        };
        assert!(refused("public/deep/key.pem"));
        assert!(refused("app/key.pem"));
        assert!(!refused("key.pem"), "beside app/ it is not served");
        assert!(TlsFiles::default().refuse_served_key(site.path()).is_ok());
    }

    #[test]
    fn one_file_without_the_other_is_refused() {
        let file = || Some(PathBuf::from("a.pem"));
        let told =
            |cert, key| TlsFiles { cert, key }.pair().map_err(|fault| fault.to_string()).map(|pair| pair.is_some());
        assert_eq!(told(None, None), Ok(false));
        assert_eq!(told(file(), file()), Ok(true));
        let message = "tls.cert: is set and tls.key is not; expected a certificate and its key; \
                       set tls.key as well, or remove tls.cert";
        assert_eq!(told(file(), None), Err(message.to_owned()));
        assert!(told(None, file()).is_err());
    }
}
