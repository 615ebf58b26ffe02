//! One cookie as text (RFC 6265 and its successor draft). Knows no request.

use std::fmt::{self, Display};
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What RFC 6265, section 4.1.1, keeps out of a value, and `%`, since values are percent-decoded when read.
const ENCODED_IN_VALUE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%').add(b',').add(b';').add(b'\\');

/// The last second that an HTTP date, with its four digits for the year, can say.
const LAST_DATE_SINCE_EPOCH: Duration = Duration::from_secs(253_402_300_799);

/// A cookie to set, with its attributes. The path is `/` unless it is given.
///
/// The value may be any text: what a cookie cannot hold is percent-encoded, and decoded when it comes back.
///
/// ```
/// use routelet_sdk::prelude::*;
/// use std::time::Duration;
///
/// let cookie = Cookie::new("session", "a b")
///     .max_age(Duration::from_secs(3600))
///     .secure(true)
///     .http_only(true)
///     .same_site(SameSite::Lax);
/// assert_eq!(cookie.to_string(), "session=a%20b; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    name: String,
    value: String,
    path: String,
    expires: Option<SystemTime>,
    max_age: Option<Duration>,
    domain: Option<String>,
    secure: bool,
    http_only: bool,
    same_site: Option<SameSite>,
    partitioned: bool,
    priority: Option<Priority>,
}

/// With which requests from other sites a browser sends a cookie.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// let embedded = Cookie::new("id", "1").secure(true).same_site(SameSite::None).partitioned(true);
/// assert_eq!(embedded.to_string(), "id=1; Path=/; Secure; SameSite=None; Partitioned");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// With none.
    Strict,
    /// With top-level navigation only.
    Lax,
    /// With all; the cookie has to be `Secure`.
    None,
}

/// Which cookies a browser drops first when it has too many.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// assert_eq!(Cookie::new("id", "1").priority(Priority::High).to_string(), "id=1; Path=/; Priority=High");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// Dropped first.
    Low,
    /// What a cookie is without the attribute.
    Medium,
    /// Dropped last.
    High,
}

impl Cookie {
    /// A cookie for the whole site, until the browser is closed.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            path: "/".to_owned(),
            expires: None,
            max_age: None,
            domain: None,
            secure: false,
            http_only: false,
            same_site: None,
            partitioned: false,
            priority: None,
        }
    }

    /// A cookie that deletes the one with the same name, path and domain.
    ///
    /// ```
    /// use routelet_sdk::prelude::*;
    ///
    /// let cookie = Cookie::removal("draft").path("/edit");
    /// assert_eq!(cookie.to_string(), "draft=; Path=/edit; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    /// ```
    pub fn removal(name: impl Into<String>) -> Self {
        Self::new(name, "").expires(SystemTime::UNIX_EPOCH)
    }

    /// The paths the cookie is sent to. The empty text leaves the choice to the browser.
    pub fn path(self, path: impl Into<String>) -> Self {
        Self { path: path.into(), ..self }
    }

    /// When the cookie ends. What lies outside the years 1970 to 9999 counts as their first or last second.
    pub fn expires(self, at: SystemTime) -> Self {
        let last = SystemTime::UNIX_EPOCH + LAST_DATE_SINCE_EPOCH;
        Self { expires: Some(at.clamp(SystemTime::UNIX_EPOCH, last)), ..self }
    }

    /// After how long the cookie ends, in whole seconds; it outweighs `expires`.
    pub fn max_age(self, age: Duration) -> Self {
        Self { max_age: Some(age), ..self }
    }

    /// The host that the cookie is sent to, with all below it; without one, only to this host.
    pub fn domain(self, domain: impl Into<String>) -> Self {
        Self { domain: Some(domain.into()), ..self }
    }

    /// Whether the cookie is sent over encrypted connections only.
    pub fn secure(self, secure: bool) -> Self {
        Self { secure, ..self }
    }

    /// Whether scripts of the page cannot read the cookie.
    pub fn http_only(self, http_only: bool) -> Self {
        Self { http_only, ..self }
    }

    /// With which requests from other sites the cookie is sent.
    pub fn same_site(self, same_site: SameSite) -> Self {
        Self { same_site: Some(same_site), ..self }
    }

    /// Whether each top-level site has its own cookie; it has to be `Secure`.
    pub fn partitioned(self, partitioned: bool) -> Self {
        Self { partitioned, ..self }
    }

    /// Which cookies go first when the browser has too many.
    pub fn priority(self, priority: Priority) -> Self {
        Self { priority: Some(priority), ..self }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, as given.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Whether browsers will accept the cookie and read it as meant.
    ///
    /// ```
    /// use routelet_sdk::prelude::*;
    ///
    /// let error = Cookie::new("__Host-id", "1").check().unwrap_err();
    /// assert_eq!(error.to_string(), "cookie \"__Host-id\": the prefix __Host- needs Secure, Path=/ and no Domain");
    /// ```
    pub fn check(&self) -> Result<(), InvalidCookie> {
        match self.fault() {
            Some(reason) => Err(InvalidCookie { name: self.name.clone(), reason }),
            None => Ok(()),
        }
    }

    fn fault(&self) -> Option<&'static str> {
        let is_attribute = |text: &str| !text.bytes().any(|byte| byte == b';' || !(b' '..=b'~').contains(&byte));
        let is_host = self.secure && self.path == "/" && self.domain.is_none();
        let faults = [
            (!is_token(&self.name), "the name is not a token: letters, digits and !#$%&'*+-.^_`|~"),
            (!is_attribute(&self.path), "the path holds a semicolon, a control character or a letter beyond ASCII"),
            (
                !self.domain.as_deref().is_none_or(|domain| !domain.is_empty() && is_attribute(domain)),
                "the domain is empty, or holds a semicolon, a control character or a letter beyond ASCII",
            ),
            (self.has_prefix("__Secure-") && !self.secure, "the prefix __Secure- needs Secure"),
            (self.has_prefix("__Host-") && !is_host, "the prefix __Host- needs Secure, Path=/ and no Domain"),
            (self.same_site == Some(SameSite::None) && !self.secure, "SameSite=None needs Secure"),
            (self.partitioned && !self.secure, "Partitioned needs Secure"),
        ];
        faults.into_iter().find_map(|(is_fault, reason)| is_fault.then_some(reason))
    }

    /// Browsers compare these prefixes without regard to case.
    fn has_prefix(&self, prefix: &str) -> bool {
        self.name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    }

    pub(super) fn replaces(&self, other: &Self) -> bool {
        (&self.name, &self.path, &self.domain) == (&other.name, &other.path, &other.domain)
    }

    pub(super) fn is_deletion(&self) -> bool {
        match self.max_age {
            Some(age) => age.as_secs() == 0,
            None => self.expires == Some(SystemTime::UNIX_EPOCH),
        }
    }

    pub(super) fn to_header(&self) -> Result<HeaderValue, InvalidCookie> {
        self.check()?;
        HeaderValue::try_from(self.to_string())
            .map_err(|_| InvalidCookie { name: self.name.clone(), reason: "it holds a character no header can hold" })
    }
}

/// The cookie as a `Set-Cookie` field.
impl Display for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, utf8_percent_encode(&self.value, ENCODED_IN_VALUE))?;
        let path = (!self.path.is_empty()).then_some(&self.path);
        attribute(f, "Path", path)?;
        attribute(f, "Expires", self.expires.map(httpdate::fmt_http_date))?;
        attribute(f, "Max-Age", self.max_age.map(|age| age.as_secs()))?;
        attribute(f, "Domain", self.domain.as_ref())?;
        flag(f, "Secure", self.secure)?;
        flag(f, "HttpOnly", self.http_only)?;
        attribute(f, "SameSite", self.same_site.map(SameSite::as_str))?;
        flag(f, "Partitioned", self.partitioned)?;
        attribute(f, "Priority", self.priority.map(Priority::as_str))
    }
}

fn attribute(f: &mut fmt::Formatter<'_>, name: &str, value: Option<impl Display>) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(f, "; {name}={value}"))
}

fn flag(f: &mut fmt::Formatter<'_>, name: &str, is_set: bool) -> fmt::Result {
    if is_set {
        f.write_str("; ")?;
        f.write_str(name)?;
    }
    Ok(())
}

impl SameSite {
    fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

impl Priority {
    fn as_str(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
        }
    }
}

impl<N: Into<String>, V: Into<String>> From<(N, V)> for Cookie {
    fn from((name, value): (N, V)) -> Self {
        Self::new(name, value)
    }
}

/// A cookie that browsers would refuse or misread.
///
/// ```
/// use routelet_sdk::prelude::*;
///
/// assert!(Cookie::new("a;b", "1").check().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidCookie {
    name: String,
    reason: &'static str,
}

impl Display for InvalidCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cookie {:?}: {}", self.name, self.reason)
    }
}

impl std::error::Error for InvalidCookie {}

/// One `name=value` of a `Cookie` field, the value decoded.
pub(super) fn parse_pair(pair: &str) -> Option<(String, String)> {
    let (name, value) = pair.split_once('=')?;
    let name = name.trim();
    let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
    (!name.is_empty()).then(|| (name.to_owned(), value.into_owned()))
}

/// RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
