//! Where a server's certificate and its key are. It reads neither.

use std::path::{Path, PathBuf};

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
}

#[cfg(test)]
mod tests {
    use super::*;

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
