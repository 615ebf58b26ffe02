//! A secret given to a guest, and how much of it the guest sees. Values are not here.

use std::fmt;

use super::{names::NamePattern, outbound::OutboundRule};

/// A secret given to a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretGrant {
    /// Its name, in the source and for the guest.
    pub name: String,
    /// What the guest sees of it.
    pub mode: SecretMode,
}

/// What a ceiling writes for secrets: some names, and the most that guests may see of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretCeiling {
    /// Which secrets.
    pub names: NamePattern,
    /// The most that is seen of them.
    pub mode: SecretMode,
}

impl SecretCeiling {
    /// Whether it allows this grant.
    pub fn covers(&self, grant: &SecretGrant) -> bool {
        self.names.covers(&grant.name) && self.mode.covers(&grant.mode)
    }
}

/// What a guest sees of a secret. `Display` tells it as a policy is explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretMode {
    /// The value itself.
    Value,
    /// Something that stands for it. The host writes the value in its place, in header fields of
    /// requests to these targets and nowhere else.
    Placeholder(Targets),
}

/// Where a secret goes that its guest does not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Targets {
    /// Wherever the guest may send requests.
    Granted,
    /// To these alone, as far as they are granted.
    Only(Vec<OutboundRule>),
}

impl SecretMode {
    /// Whether a guest with `other` sees no more, and sends the secret to nobody else.
    ///
    /// ```
    /// use routelet::policy::{SecretMode, SecretTargets};
    ///
    /// let placeholder = SecretMode::Placeholder(SecretTargets::Granted);
    /// assert!(SecretMode::Value.covers(&placeholder));
    /// assert!(!placeholder.covers(&SecretMode::Value));
    /// ```
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value, Self::Value | Self::Placeholder(_)) => true,
            (Self::Placeholder(_), Self::Value) => false,
            (Self::Placeholder(most), Self::Placeholder(targets)) => most.covers(targets),
        }
    }
}

impl Targets {
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Granted, Self::Granted | Self::Only(_)) => true,
            (Self::Only(_), Self::Granted) => false,
            (Self::Only(most), Self::Only(rules)) => rules.iter().all(|rule| most.iter().any(|most| most.covers(rule))),
        }
    }

    /// Whether the secret may go to this scheme, host and port, which a grant allows.
    pub fn allow(&self, scheme: &str, host: &str, port: u16) -> bool {
        match self {
            Self::Granted => true,
            Self::Only(rules) => rules.iter().any(|rule| rule.allows(scheme, host, port)),
        }
    }
}

impl fmt::Display for SecretMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value => f.write_str("granted"),
            Self::Placeholder(Targets::Granted) => f.write_str("placeholder"),
            Self::Placeholder(Targets::Only(rules)) => {
                let rules: Vec<_> = rules.iter().map(ToString::to_string).collect();
                write!(f, "placeholder for {}", rules.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholder(targets: &[&str]) -> SecretMode {
        let rule = |entry: &&str| OutboundRule::parse(entry).expect(entry);
        SecretMode::Placeholder(match targets {
            [] => Targets::Granted,
            _ => Targets::Only(targets.iter().map(rule).collect()),
        })
    }

    #[test]
    fn a_mode_covers_those_that_show_less_to_fewer() {
        let (api, all) = ("https://api.example.com", "https://*.example.com");
        let rows = [
            (SecretMode::Value, SecretMode::Value, true),
            (SecretMode::Value, placeholder(&[]), true),
            (SecretMode::Value, placeholder(&[api]), true),
            (placeholder(&[]), SecretMode::Value, false),
            (placeholder(&[api]), SecretMode::Value, false),
            (placeholder(&[]), placeholder(&[]), true),
            (placeholder(&[]), placeholder(&[api]), true),
            (placeholder(&[api]), placeholder(&[]), false),
            (placeholder(&[all]), placeholder(&[api]), true),
            (placeholder(&[api]), placeholder(&[all]), false),
            (placeholder(&[all]), placeholder(&[api, "https://example.org"]), false),
            (placeholder(&[all, "https://example.org"]), placeholder(&[api, "https://example.org"]), true),
        ];
        for (most, wanted, covered) in rows {
            assert_eq!(most.covers(&wanted), covered, "{most} {wanted}");
        }
    }

    #[test]
    fn a_placeholder_is_told_with_its_targets() {
        assert_eq!(placeholder(&[]).to_string(), "placeholder");
        let told = placeholder(&["https://a.example", "http://b.example:81"]).to_string();
        assert_eq!(told, "placeholder for https://a.example, http://b.example:81");
    }
}
