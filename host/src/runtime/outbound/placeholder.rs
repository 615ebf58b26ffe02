//! Secrets that a guest sends without seeing them: placeholders for them, and their values in the
//! header fields of a request that may have them. It writes into nothing else of a message.

use std::hash::{BuildHasher, RandomState};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{HeaderMap, HeaderValue, header};
use wasmtime_wasi_http::Error;

use super::target::Target;
use crate::policy::SecretTargets;

/// What every placeholder begins with, so that people who meet one know what it is.
const PREFIX: &str = "secret-placeholder-";

/// Makes placeholders that nobody outside this process can guess.
#[derive(Clone, Default)]
pub(crate) struct Placeholders(RandomState);

impl Placeholders {
    /// The placeholder of a secret for the guests of one route: the same as long as the process runs.
    pub(crate) fn of(&self, pattern: &str, name: &str) -> String {
        let half = |half: u8| self.0.hash_one((half, pattern, name));
        format!("{PREFIX}{:016x}{:016x}", half(0), half(1))
    }
}

/// A secret whose guest holds a placeholder.
pub(crate) struct HiddenSecret {
    pub(crate) placeholder: String,
    pub(crate) value: String,
    pub(crate) targets: SecretTargets,
}

impl HiddenSecret {
    /// Whether the value can stand in a header field at all.
    pub(crate) fn can_be_sent(value: &str) -> bool {
        HeaderValue::from_str(value).is_ok()
    }

    fn goes_to(&self, target: &Target) -> bool {
        self.targets.allow(target.scheme.as_str(), &target.host.to_string(), target.port)
    }
}

/// Writes values in the place of placeholders, in a request for `target`: within any field's value,
/// and within the credentials of `Authorization: Basic`, where they are encoded (RFC 7617). What is
/// written may have `bytes_max` bytes altogether.
pub(super) fn reveal(
    fields: &mut HeaderMap,
    hidden: &[HiddenSecret],
    target: &Target,
    bytes_max: usize,
) -> Result<(), Error> {
    let hidden: Vec<_> = hidden.iter().filter(|secret| secret.goes_to(target)).collect();
    if hidden.is_empty() {
        return Ok(());
    }
    let mut bytes_left = bytes_max;
    for (name, value) in fields.iter_mut() {
        let credentials = if name == header::AUTHORIZATION { basic(value.as_bytes()) } else { None };
        let revealed = match &credentials {
            Some(credentials) => written_out(credentials, &hidden, bytes_left)?
                .map(|shown| [b"Basic ", encoded(&shown).as_bytes()].concat()),
            None => written_out(value.as_bytes(), &hidden, bytes_left)?,
        };
        if let Some(revealed) = revealed {
            bytes_left = bytes_left.checked_sub(revealed.len()).ok_or_else(|| too_large(bytes_max))?;
            *value = sensitive(&revealed)?;
        }
    }
    Ok(())
}

/// The text with every placeholder replaced; `None` if there is none. What a secret holds is not
/// looked through again.
fn written_out(text: &[u8], hidden: &[&HiddenSecret], bytes_max: usize) -> Result<Option<Vec<u8>>, Error> {
    let (mut out, mut rest, mut replaced) = (Vec::new(), text, false);
    while let Some(at) = find(rest, PREFIX.as_bytes()) {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        let secret = hidden.iter().find(|secret| from.starts_with(secret.placeholder.as_bytes()));
        let (written, read) = match secret {
            Some(secret) => (secret.value.as_bytes(), secret.placeholder.len()),
            None => (PREFIX.as_bytes(), PREFIX.len()),
        };
        replaced |= secret.is_some();
        out.extend_from_slice(written);
        rest = &from[read..];
        if out.len() > bytes_max {
            return Err(too_large(bytes_max));
        }
    }
    out.extend_from_slice(rest);
    Ok(replaced.then_some(out))
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// The credentials of a Basic field, decoded; `None` for everything else.
fn basic(value: &[u8]) -> Option<Vec<u8>> {
    let (scheme, encoded) = value.split_at_checked("Basic ".len())?;
    let encoded = scheme.eq_ignore_ascii_case(b"Basic ").then_some(encoded)?;
    BASE64_STANDARD.decode(encoded.trim_ascii()).ok()
}

fn encoded(credentials: &[u8]) -> String {
    BASE64_STANDARD.encode(credentials)
}

/// A value that debug output does not show.
fn sensitive(bytes: &[u8]) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_bytes(bytes).map_err(|_| Error::ConfigurationError)?;
    value.set_sensitive(true);
    Ok(value)
}

fn too_large(bytes_max: usize) -> Error {
    Error::HttpRequestHeaderSectionSize(u32::try_from(bytes_max).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::OutboundRule;

    const VALUE: &str = "sk_live_1";

    fn target(uri: &'static str) -> Target {
        Target::read(&http::Uri::from_static(uri)).expect("a target")
    }

    fn hidden(name: &str, value: &str, targets: SecretTargets) -> HiddenSecret {
        HiddenSecret { placeholder: Placeholders::default().of("/a", name), value: value.to_owned(), targets }
    }

    /// The only field of a request, after the secrets were revealed.
    fn sent(name: &'static str, value: &str, secrets: &[HiddenSecret], to: &'static str) -> Result<String, Error> {
        let mut fields = HeaderMap::new();
        fields.insert(name, value.parse().expect("a value"));
        reveal(&mut fields, secrets, &target(to), 100)?;
        Ok(fields[name].to_str().expect("text").to_owned())
    }

    #[test]
    fn placeholders_differ_by_route_name_and_process() {
        let (one, other) = (Placeholders::default(), Placeholders::default());
        assert_eq!(one.of("/a", "K"), one.of("/a", "K"));
        let all = [one.of("/a", "K"), one.of("/b", "K"), one.of("/a", "L"), one.of("/aK", ""), other.of("/a", "K")];
        for (place, placeholder) in all.iter().enumerate() {
            assert!(!all[..place].contains(placeholder), "{all:?}");
            assert_eq!(placeholder.len(), PREFIX.len() + 32);
            assert!(placeholder.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{placeholder}");
        }
    }

    #[test]
    fn a_placeholder_is_replaced_wherever_it_stands_in_a_value() {
        let secrets = [hidden("K", VALUE, SecretTargets::Granted), hidden("L", "other", SecretTargets::Granted)];
        let [k, l] = [&secrets[0].placeholder, &secrets[1].placeholder];
        let half = &k[..k.len() - 1];
        let rows = [
            ("x-key", k.clone(), VALUE.to_owned()),
            ("authorization", format!("Bearer {k}"), format!("Bearer {VALUE}")),
            ("cookie", format!("a={k}; b={l}; c={k}"), format!("a={VALUE}; b=other; c={VALUE}")),
            (
                "authorization",
                format!("Basic {}", encoded(format!("user:{k}").as_bytes())),
                "Basic dXNlcjpza19saXZlXzE=".to_owned(),
            ),
            (
                "authorization",
                format!("bAsIc {}", encoded(format!("{k}:").as_bytes())),
                "Basic c2tfbGl2ZV8xOg==".to_owned(),
            ),
            ("authorization", format!("Basic {k}"), format!("Basic {VALUE}")),
            ("authorization", "Basic dXNlcjpwYXNz".to_owned(), "Basic dXNlcjpwYXNz".to_owned()),
            ("x-other", encoded(k.as_bytes()), encoded(k.as_bytes())),
            ("x-key", half.to_owned(), half.to_owned()),
            ("x-key", format!("{PREFIX}{k}"), format!("{PREFIX}{VALUE}")),
            ("x-key", k.to_uppercase(), k.to_uppercase()),
        ];
        for (name, value, expected) in rows {
            assert_eq!(sent(name, &value, &secrets, "https://a.example/").expect(&value), expected, "{name}: {value}");
        }
    }

    #[test]
    fn a_secret_goes_to_its_targets_only() {
        let rule = OutboundRule::parse("https://*.a.example").expect("a rule");
        let secrets = [hidden("K", VALUE, SecretTargets::Only(vec![rule]))];
        let placeholder = secrets[0].placeholder.as_str();
        for (to, expected) in [
            ("https://api.a.example/", VALUE),
            ("https://API.A.example./", VALUE),
            ("https://a.example/", placeholder),
            ("http://api.a.example/", placeholder),
            ("https://api.a.example:444/", placeholder),
        ] {
            assert_eq!(sent("x-key", placeholder, &secrets, to).expect(to), expected, "{to}");
        }
    }

    #[test]
    fn a_secret_that_looks_like_a_placeholder_is_not_read_again() {
        let first = hidden("K", VALUE, SecretTargets::Granted);
        let second = hidden("L", &first.placeholder.clone(), SecretTargets::Granted);
        let (placeholder, expected) = (second.placeholder.clone(), first.placeholder.clone());
        let told = sent("x-key", &placeholder, &[first, second], "https://a.example/");
        assert_eq!(told.expect("a value"), expected);
    }

    #[test]
    fn what_is_written_is_bounded_over_all_fields() {
        for (bytes, fits) in [(50, true), (51, false)] {
            let secrets = [hidden("K", &"v".repeat(bytes), SecretTargets::Granted)];
            let mut fields = HeaderMap::new();
            for name in ["a", "b"] {
                fields.insert(name, secrets[0].placeholder.parse().expect("a value"));
            }
            let told = reveal(&mut fields, &secrets, &target("https://a.example/"), 100);
            assert_eq!(told.is_ok(), fits, "{bytes}: {told:?}");
        }
        let many = [hidden("K", &"v".repeat(60), SecretTargets::Granted)];
        let twice = many[0].placeholder.repeat(2);
        let told = sent("x-key", &twice, &many, "https://a.example/");
        assert!(matches!(told, Err(Error::HttpRequestHeaderSectionSize(Some(100)))), "{told:?}");
    }

    #[test]
    fn a_revealed_value_is_not_shown_by_debug_output() {
        let secrets = [hidden("K", VALUE, SecretTargets::Granted)];
        let mut fields = HeaderMap::new();
        fields.insert("x-key", secrets[0].placeholder.parse().expect("a value"));
        reveal(&mut fields, &secrets, &target("https://a.example/"), 100).expect("room");
        assert_eq!(fields["x-key"], VALUE);
        assert!(!format!("{fields:?}").contains(VALUE));
    }
}
