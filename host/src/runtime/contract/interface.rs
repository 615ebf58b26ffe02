//! Names of interfaces, `wasi:http/types@0.2.4`, and what this host does with each. It looks at
//! names alone, never at a component.

use semver::Version;

use crate::routing::Method;

/// The name of an interface, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InterfaceName<'a> {
    /// Namespace and package, `wasi:http`.
    package: &'a str,
    /// The interface alone, `types`.
    interface: &'a str,
    /// The version behind the `@`; absent where there is none or it is no version.
    version: Option<Version>,
}

/// What an exported interface means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Export {
    /// A native method, in a version this host speaks.
    Native(Method),
    /// A native method, in a version this host does not know.
    UnknownNative,
    /// `wasi:http/incoming-handler@0.2.x`.
    Wasi02,
    /// `wasi:http/handler@0.3.x`.
    Wasi03,
    /// Nothing to do with answering HTTP.
    Unrelated,
}

/// The interfaces of each package that stand behind an import at 0.2.
///
/// `wasi:clocks/timezone` is missing on purpose: it is unstable in every 0.2 release.
const OFFERED_0_2: &[(&str, &[&str])] = &[
    ("routelet:route", &["context"]),
    (
        "wasi:cli",
        &[
            "environment",
            "exit",
            "stderr",
            "stdin",
            "stdout",
            "terminal-input",
            "terminal-output",
            "terminal-stderr",
            "terminal-stdin",
            "terminal-stdout",
        ],
    ),
    ("wasi:clocks", &["monotonic-clock", "wall-clock"]),
    ("wasi:filesystem", &["preopens", "types"]),
    ("wasi:http", &["outgoing-handler", "types"]),
    ("wasi:io", &["error", "poll", "streams"]),
    ("wasi:random", &["insecure", "insecure-seed", "random"]),
    (
        "wasi:sockets",
        &["instance-network", "ip-name-lookup", "network", "tcp", "tcp-create-socket", "udp", "udp-create-socket"],
    ),
];

/// The interfaces of each package that stand behind an import at 0.3, where that is switched on.
const OFFERED_0_3: &[(&str, &[&str])] = &[
    (
        "wasi:cli",
        &[
            "environment",
            "exit",
            "stderr",
            "stdin",
            "stdout",
            "terminal-input",
            "terminal-output",
            "terminal-stderr",
            "terminal-stdin",
            "terminal-stdout",
            "types",
        ],
    ),
    ("wasi:clocks", &["monotonic-clock", "system-clock", "types"]),
    ("wasi:filesystem", &["preopens", "types"]),
    ("wasi:http", &["client", "types"]),
    ("wasi:random", &["insecure", "insecure-seed", "random"]),
    ("wasi:sockets", &["ip-name-lookup", "types"]),
];

/// The drafts that are offered, by their full names: they never got a release in 0.2.
const OFFERED_DRAFTS: &[&str] = &[
    "wasi:config/store@0.2.0-rc.1",
    "wasi:keyvalue/atomics@0.2.0-draft2",
    "wasi:keyvalue/batch@0.2.0-draft2",
    "wasi:keyvalue/store@0.2.0-draft2",
];

impl<'a> InterfaceName<'a> {
    /// Takes a name apart; `None` for a plain name such as `init`.
    pub(super) fn parse(name: &'a str) -> Option<Self> {
        let (path, version) = match name.split_once('@') {
            Some((path, version)) => (path, Version::parse(version).ok()),
            None => (name, None),
        };
        let (package, interface) = path.split_once('/')?;
        Some(Self { package, interface, version })
    }

    /// What exporting this interface means.
    pub(super) fn export(&self) -> Export {
        match (self.package, self.interface) {
            ("routelet:route", interface) => match method_of(interface) {
                Some(method) if self.is_minor(2) => Export::Native(method),
                Some(_) => Export::UnknownNative,
                None => Export::Unrelated,
            },
            ("wasi:http", "incoming-handler") if self.is_minor(2) => Export::Wasi02,
            ("wasi:http", "handler") if self.is_minor(3) => Export::Wasi03,
            _ => Export::Unrelated,
        }
    }

    /// Whether the name carries a released version 0.3.x of WASI.
    pub(super) fn is_wasi_0_3(&self) -> bool {
        self.package.starts_with("wasi:") && self.is_minor(3)
    }

    /// Whether the host has something behind an import of this name, counting what the second
    /// engine offers as well.
    pub(super) fn is_offered(&self) -> bool {
        let table = if self.is_minor(2) {
            OFFERED_0_2
        } else if self.is_minor(3) {
            OFFERED_0_3
        } else {
            return OFFERED_DRAFTS.iter().any(|draft| Self::parse(draft).as_ref() == Some(self));
        };
        table.iter().any(|(package, names)| *package == self.package && names.contains(&self.interface))
    }

    /// The released version, for choosing the newest of two exports.
    pub(super) fn version(&self) -> Option<&Version> {
        self.version.as_ref()
    }

    fn is_minor(&self, minor: u64) -> bool {
        self.version.as_ref().is_some_and(|found| found.major == 0 && found.minor == minor && found.pre.is_empty())
    }
}

/// The method an interface of the native package stands for: `get` is GET.
fn method_of(interface: &str) -> Option<Method> {
    Method::ALL.into_iter().find(|method| method.as_str().to_ascii_lowercase() == interface)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_are_recognised_by_version_range() {
        let rows = [
            ("routelet:route/get@0.2.0", Export::Native(Method::Get)),
            ("routelet:route/delete@0.2.17", Export::Native(Method::Delete)),
            ("routelet:route/get@0.9.0", Export::UnknownNative),
            ("routelet:route/get@0.2.0-rc.1", Export::UnknownNative),
            ("routelet:route/get@1.2.0", Export::UnknownNative),
            ("routelet:route/get", Export::UnknownNative),
            ("routelet:route/GET@0.2.0", Export::Unrelated),
            ("routelet:route/trace@0.2.0", Export::Unrelated),
            ("routelet:other/get@0.2.0", Export::Unrelated),
            ("wasi:http/incoming-handler@0.2.0", Export::Wasi02),
            ("wasi:http/incoming-handler@0.2.12", Export::Wasi02),
            ("wasi:http/incoming-handler@0.2.0-rc-2023-11-10", Export::Unrelated),
            ("wasi:http/incoming-handler@0.3.0", Export::Unrelated),
            ("wasi:http/handler@0.3.0", Export::Wasi03),
            ("wasi:http/handler@0.3.2", Export::Wasi03),
            ("wasi:http/handler@0.3.0-rc-2026-01-06", Export::Unrelated),
            ("wasi:http/handler@0.2.0", Export::Unrelated),
            ("wasi:cli/run@0.2.6", Export::Unrelated),
        ];
        for (name, meaning) in rows {
            let parsed = InterfaceName::parse(name).expect("every row is an interface");
            assert_eq!(parsed.export(), meaning, "{name}");
        }
        assert_eq!(InterfaceName::parse("init"), None);
    }

    #[test]
    fn imports_are_offered_by_version_range() {
        let rows = [
            ("wasi:http/types@0.2.0", true),
            ("wasi:http/types@0.2.12", true),
            ("wasi:http/types@0.3.1", true),
            ("wasi:http/types@0.4.0", false),
            ("wasi:http/types", false),
            ("wasi:http/incoming-handler@0.2.0", false),
            ("wasi:http/outgoing-handler@0.3.0", false),
            ("wasi:http/client@0.3.0", true),
            ("wasi:io/poll@0.2.3", true),
            ("wasi:io/poll@0.3.0", false),
            ("wasi:clocks/timezone@0.2.0", false),
            ("wasi:config/store@0.2.0-rc.1", true),
            ("wasi:config/store@0.2.0-draft", false),
            ("wasi:config/store@0.2.0", false),
            ("wasi:keyvalue/store@0.2.0-draft", false),
            ("wasi:keyvalue/store@0.2.0-draft2", true),
            ("wasi:keyvalue/atomics@0.2.0-draft2", true),
            ("wasi:keyvalue/watcher@0.2.0-draft2", false),
            ("routelet:route/context@0.2.3", true),
            ("routelet:route/context@0.3.0", false),
            ("acme:billing/ledger@1.0.0", false),
        ];
        for (name, offered) in rows {
            let parsed = InterfaceName::parse(name).expect("every row is an interface");
            assert_eq!(parsed.is_offered(), offered, "{name}");
        }
    }
}
