//! What a guest may reach: variables, secrets by name, outbound targets, stores, directories. The
//! values of secrets are not here; the server's secret source holds them.

use std::collections::BTreeMap;

use super::{FilesGrant, namespace::Namespace, outbound::OutboundRule, secret::SecretGrant};

/// Variables and secrets of one guest together: every one is copied into every instance.
pub const VARIABLES_MAX: usize = 64;
/// Names and values of variables together; more is content and belongs into a file or a store.
pub const ENV_BYTES_MAX: usize = 5 * 1024;
/// Every outbound request is compared with each entry.
pub const OUTBOUND_RULES_MAX: usize = 256;
/// Each is a file or a set of keys of its own; a segment with more wants one store with prefixes.
pub const STORES_MAX: usize = 64;

/// What a guest may reach. Empty by default: not granted means nothing is behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Variables and their values.
    pub env: BTreeMap<String, String>,
    /// Secrets, each once, in the order of their names.
    pub secrets: Vec<SecretGrant>,
    /// Where outbound requests may go, each once.
    pub outbound: Vec<OutboundRule>,
    /// Key-value stores by the name a guest opens, and where each keeps its keys.
    pub kv: BTreeMap<String, Namespace>,
    /// Directories, none of which holds another.
    pub files: Vec<FilesGrant>,
}

impl Grants {
    /// Whether a guest may send a request to this scheme, host and port, as it wrote them.
    pub fn allow_outbound(&self, scheme: &str, host: &str, port: u16) -> bool {
        self.outbound.iter().any(|rule| rule.allows(scheme, host, port))
    }

    /// Whether the secret of this name is granted.
    pub fn has_secret(&self, name: &str) -> bool {
        self.secrets.iter().any(|secret| secret.name == name)
    }
}
