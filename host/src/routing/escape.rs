//! Percent-encoding of one path segment, strict in both directions. It never sees a separator.

use std::fmt::Write as _;

use thiserror::Error;

/// Why the percent-escapes of a segment do not decode.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EscapeError {
    /// A `%` without two hexadecimal digits behind it; the text from there on, at most three characters.
    #[error("`{0}` is no percent-escape")]
    Malformed(String),
    /// The decoded bytes are not UTF-8, overlong forms included.
    #[error("its escapes do not decode to UTF-8")]
    NotUtf8,
    /// A NUL, which no file name and no C string can hold.
    #[error("it holds a NUL")]
    Nul,
}

/// Decodes each escape once; what comes out is never decoded again (RFC 3986 section 2.4).
pub(super) fn decode(text: &str) -> Result<String, EscapeError> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            decoded.push(escaped_byte(after).ok_or_else(|| malformed(text, rest.len()))?);
            rest = &after[2..];
        } else {
            decoded.push(byte);
            rest = after;
        }
    }
    if decoded.contains(&0) {
        return Err(EscapeError::Nul);
    }
    String::from_utf8(decoded).map_err(|_| EscapeError::NotUtf8)
}

/// Encodes a value so that [`decode`] gives it back and nothing in it acts as a separator.
///
/// Left as they are: the `pchar` of RFC 3986 section 3.3.
pub(super) fn encode_into(text: &mut String, value: &str) {
    for &byte in value.as_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => text.push(char::from(byte)),
            _ if b"-._~!$&'()*+,;=:@".contains(&byte) => text.push(char::from(byte)),
            _ => push_escape(text, byte),
        }
    }
}

/// Appends one byte as `%XX`.
pub(super) fn push_escape(text: &mut String, byte: u8) {
    write!(text, "%{byte:02X}").expect("writing to a String cannot fail");
}

fn escaped_byte(after_percent: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*after_percent.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// Names the escape that begins `from_end` bytes before the end of the text.
fn malformed(text: &str, from_end: usize) -> EscapeError {
    EscapeError::Malformed(text[text.len() - from_end..].chars().take(3).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_decode_once() {
        for (text, decoded) in [
            ("", ""),
            ("plain", "plain"),
            ("caf%C3%A9", "café"),
            ("caf%c3%a9", "café"),
            ("café", "café"),
            ("a%2Fb", "a/b"),
            ("%252F", "%2F"),
            ("%25%32%65", "%2e"),
            ("a+b;c,d:e@f!g$h'i(j)k*", "a+b;c,d:e@f!g$h'i(j)k*"),
            ("%0A%7F", "\n\u{7f}"),
        ] {
            assert_eq!(decode(text).as_deref(), Ok(decoded), "{text}");
        }
    }

    #[test]
    fn malformed_escapes_are_named() {
        for (text, named) in
            [("a%", "%"), ("a%4", "%4"), ("%zz", "%zz"), ("%4g-", "%4g"), ("%é1", "%é1"), ("%+1", "%+1")]
        {
            assert_eq!(decode(text), Err(EscapeError::Malformed(named.into())), "{text}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for text in ["%FF", "%c0%ae", "%C3", "%ED%A0%80", "%F4%90%80%80"] {
            assert_eq!(decode(text), Err(EscapeError::NotUtf8), "{text}");
        }
        assert_eq!(decode("a%00b"), Err(EscapeError::Nul));
        assert_eq!(decode("a\0b"), Err(EscapeError::Nul));
    }

    #[test]
    fn encoding_leaves_no_separator() {
        let mut text = String::new();
        encode_into(&mut text, "a/b\\c?d#e%f é\n[x]~");
        assert_eq!(text, "a%2Fb%5Cc%3Fd%23e%25f%20%C3%A9%0A%5Bx%5D~");
        assert_eq!(decode(&text).as_deref(), Ok("a/b\\c?d#e%f é\n[x]~"));
    }
}
