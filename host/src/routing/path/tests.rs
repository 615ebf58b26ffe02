//! What a client may write as a path, row by row, and what holds for every text.

use proptest::prelude::*;

use super::*;

fn rules(base: &str, trailing_slash: bool) -> PathRules {
    PathRules::new(base, trailing_slash).unwrap()
}

fn segments(raw: &str, rules: &PathRules) -> Vec<String> {
    RequestPath::parse(raw, rules).unwrap_or_else(|error| panic!("{raw}: {error:?}")).segments
}

fn redirect(raw: &str, rules: &PathRules) -> String {
    match RequestPath::parse(raw, rules) {
        Err(PathError::Redirect { to }) => to,
        other => panic!("{raw}: {other:?}"),
    }
}

#[test]
fn clean_paths_are_split_then_decoded_once() {
    for (raw, expected) in [
        ("/", &[][..]),
        ("/a", &["a"]),
        ("/a/b.c", &["a", "b.c"]),
        ("/a%2Fb/c%2fd", &["a/b", "c/d"]),
        ("/a%5Cb", &["a\\b"]),
        ("/%2F%2Fx", &["//x"]),
        ("/%252F", &["%2F"]),
        ("/%252e%252e/x", &["%2e%2e", "x"]),
        ("/%25%32%65", &["%2e"]),
        ("/caf%C3%A9", &["café"]),
        ("/%73pecial", &["special"]),
        ("/a%0Ab%7F", &["a\nb\u{7f}"]),
        ("/a+b;c=1,2:@!$'()*", &["a+b;c=1,2:@!$'()*"]),
        ("/[slug]/{x}|\"<>^`", &["[slug]", "{x}|\"<>^`"]),
        ("/a.", &["a."]),
        ("/a%20", &["a "]),
        ("/...", &["..."]),
        ("/%EF%BC%8E%EF%BC%8E/x", &["．．", "x"]),
        ("/e%CC%81", &["e\u{301}"]),
        ("/%3Fa%23b", &["?a#b"]),
    ] {
        assert_eq!(segments(raw, &PathRules::default()), expected, "{raw}");
    }
}

#[test]
fn dot_segments_are_resolved_without_a_redirect() {
    for (raw, expected) in [
        ("/.", &[][..]),
        ("/items/..", &[]),
        ("/items/../", &[]),
        ("/items/%2e%2e", &[]),
        ("/a/./b", &["a", "b"]),
        ("/a/b/..", &["a"]),
        ("/a/.", &["a"]),
        ("/a/%2E./b", &["b"]),
        ("/a/.%2e/b", &["b"]),
        ("/a/b/../../c", &["c"]),
        ("/a/..b/.c/d..", &["a", "..b", ".c", "d.."]),
    ] {
        assert_eq!(segments(raw, &PathRules::default()), expected, "{raw}");
    }
}

#[test]
fn everything_unclean_is_one_redirect() {
    for (raw, to) in [
        ("//", "/"),
        ("/\\", "/"),
        ("/a/", "/a"),
        ("/a//", "/a"),
        ("/a//b", "/a/b"),
        ("/a\\b", "/a/b"),
        ("/a\\", "/a"),
        ("//a/./b/../c//", "/a/c"),
        ("/a//../b", "/b"),
        ("/a/b/../", "/a"),
        ("/a%2Fb/", "/a%2Fb"),
        ("/a%2fb%20%c3%a9/", "/a%2Fb%20%C3%A9"),
        ("/.well-known/x/", "/.well-known/x"),
        ("//evil.example", "/evil.example"),
        ("/\\evil.example", "/evil.example"),
        ("/\\/evil.example/..//evil.example", "/evil.example"),
        ("//evil.example/%2e%2e/x", "/x"),
        ("/.//evil.example", "/evil.example"),
        ("/%2F/evil.example/", "/%2F/evil.example"),
        ("/%5Cevil.example/", "/%5Cevil.example"),
        ("/%09/evil.example/", "/%09/evil.example"),
        ("/%0D%0ASet-Cookie:x/", "/%0D%0ASet-Cookie:x"),
    ] {
        assert_eq!(redirect(raw, &PathRules::default()), to, "{raw}");
    }
}

#[test]
fn what_is_no_path_is_malformed() {
    let escape = |text: &str| Malformed::Escape(EscapeError::Malformed(text.into()));
    for (raw, why) in [
        ("", Malformed::NotAbsolute),
        ("*", Malformed::NotAbsolute),
        ("a/b", Malformed::NotAbsolute),
        ("\\a", Malformed::NotAbsolute),
        ("http://host/a", Malformed::NotAbsolute),
        ("/a?b", Malformed::Byte(b'?')),
        ("/a#b", Malformed::Byte(b'#')),
        ("/a b", Malformed::Byte(b' ')),
        ("/a\tb", Malformed::Byte(b'\t')),
        ("/a\0b", Malformed::Byte(0)),
        ("/caf\u{e9}", Malformed::Byte(0xc3)),
        ("/%", escape("%")),
        ("/a%2", escape("%2")),
        ("/a%zz/b", escape("%zz")),
        ("//%zz/", escape("%zz")),
        ("/%u0041", escape("%u0")),
        ("/%00", Malformed::Escape(EscapeError::Nul)),
        ("/%FF", Malformed::Escape(EscapeError::NotUtf8)),
        ("/%c0%ae%c0%ae/x", Malformed::Escape(EscapeError::NotUtf8)),
        ("/%C3/%A9", Malformed::Escape(EscapeError::NotUtf8)),
        ("/..", Malformed::AboveRoot),
        ("/../a", Malformed::AboveRoot),
        ("/a/../../b", Malformed::AboveRoot),
        ("/a/%2e%2e/%2E%2E/b", Malformed::AboveRoot),
        ("//..", Malformed::AboveRoot),
        ("/\\..\\", Malformed::AboveRoot),
    ] {
        assert_eq!(RequestPath::parse(raw, &PathRules::default()), Err(PathError::Malformed(why)), "{raw}");
    }
}

#[test]
fn a_path_has_at_most_64_segments() {
    let (most, over) = ("/a".repeat(64), "/a".repeat(65));
    assert_eq!(segments(&most, &PathRules::default()).len(), 64);
    assert_eq!(segments(&format!("/base{most}"), &rules("/base", false)).len(), 64);
    let refused = Err(PathError::TooManySegments { segments: 65 });
    assert_eq!(RequestPath::parse(&over, &PathRules::default()), refused);
    assert_eq!(segments(&format!("{}{most}", "/a/..".repeat(100)), &PathRules::default()).len(), 64);
}

#[test]
fn a_trailing_slash_is_added_where_it_is_wanted() {
    let rules = rules("", true);
    for (raw, to) in [
        ("/a", "/a/"),
        ("/a/b//c", "/a/b/c/"),
        ("/a/..//b", "/b/"),
        ("/a/b/..", "/a/"),
        ("/feed.xml/", "/feed.xml"),
        ("/v1.2/x", "/v1.2/x/"),
        ("/.well-known//x/", "/.well-known/x/"),
        ("/.well-known\\x", "/.well-known/x"),
    ] {
        assert_eq!(redirect(raw, &rules), to, "{raw}");
    }
    for (raw, clean) in [
        ("/", "/"),
        ("/a/", "/a/"),
        ("/a/./", "/a/"),
        ("/feed.xml", "/feed.xml"),
        ("/.well-known", "/.well-known"),
        ("/.well-known/", "/.well-known/"),
        ("/.well-known/x", "/.well-known/x"),
        ("/.well-known/x.txt/", "/.well-known/x.txt/"),
    ] {
        assert_eq!(RequestPath::parse(raw, &rules).unwrap().as_str(), clean, "{raw}");
    }
}

#[test]
fn a_base_path_is_taken_off_segment_by_segment() {
    let rules = rules("/base", false);
    for (raw, clean) in [("/base", "/"), ("/base/a", "/a"), ("/%62ase/a", "/a"), ("/x/../base/a", "/a")] {
        assert_eq!(RequestPath::parse(raw, &rules).unwrap().as_str(), clean, "{raw}");
    }
    for (raw, to) in [("/base/", "/base"), ("//base//a", "/base/a"), ("/base/a/", "/base/a")] {
        assert_eq!(redirect(raw, &rules), to, "{raw}");
    }
    for raw in ["/", "/bas", "/based", "/Base", "/base%2Fa", "/a/base", "/base/..", "//x/"] {
        assert_eq!(RequestPath::parse(raw, &rules), Err(PathError::OutsideBase), "{raw}");
    }
}

#[test]
fn a_base_path_may_be_deep_and_slashed() {
    let rules = rules("/a/caf%C3%A9", true);
    assert_eq!(rules.base_path(), "/a/caf%C3%A9");
    assert_eq!(redirect("/a/caf%C3%A9", &rules), "/a/caf%C3%A9/");
    assert_eq!(redirect("/a/caf%C3%A9/x", &rules), "/a/caf%C3%A9/x/");
    assert_eq!(RequestPath::parse("/a/caf%C3%A9/", &rules).unwrap().as_str(), "/");
    assert_eq!(RequestPath::parse("/a/x/", &rules), Err(PathError::OutsideBase));
}

#[test]
fn a_base_path_that_is_none_says_how_to_write_it() {
    for base in ["base", "/", "/base/", "//base", "/a/../b", "/a/.", "/a\\b", "/a?b", "/%zz", "/é", " /a"] {
        let error = PathRules::new(base, false).unwrap_err().to_string();
        let expected = format!("`{base}` is no base path; write it like `/base`, or leave it out to serve at the root");
        assert_eq!(error, expected);
    }
}

/// Text in which separators, dots and escapes are frequent, and anything else happens.
fn wire_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => Just("/".to_string()),
        1 => Just("\\".to_string()),
        2 => "[a-z.]{1,3}",
        1 => "%[0-9a-fA-F]{2}",
        1 => prop_oneof![Just("%2e".to_string()), Just("%2F".into()), Just("%5c".into()), Just("%C3%A9".into())],
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn any_rules() -> impl Strategy<Value = PathRules> {
    (prop_oneof![Just(""), Just("/base"), Just("/a/b")], any::<bool>())
        .prop_map(|(base, trailing_slash)| rules(base, trailing_slash))
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(raw in any::<String>(), rules in any_rules()) {
        let _ = RequestPath::parse(&raw, &rules);
        let _ = RequestPath::parse(&format!("/{raw}"), &rules);
    }

    #[test]
    fn a_clean_path_is_its_own_spelling(raw in wire_text(), rules in any_rules()) {
        let Ok(path) = RequestPath::parse(&format!("{}/{raw}", rules.base_path()), &rules) else {
            return Ok(());
        };
        let below = if path.as_str() == "/" && !rules.trailing_slash && !rules.base.is_empty() { "" } else { path.as_str() };
        prop_assert_eq!(RequestPath::parse(&format!("{}{below}", rules.base_path()), &rules), Ok(path.clone()));
        for segment in path.segments() {
            prop_assert!(!matches!(segment.as_str(), "" | "." | "..") && !segment.contains('\0'));
        }
    }

    #[test]
    fn a_redirect_leads_to_a_clean_path_of_this_host(raw in wire_text(), rules in any_rules()) {
        let Err(PathError::Redirect { to }) = RequestPath::parse(&format!("/{raw}"), &rules) else {
            return Ok(());
        };
        prop_assert!(RequestPath::parse(&to, &rules).is_ok(), "{} is redirected again or refused", to);
        prop_assert!(to.starts_with('/') && !to.starts_with("//"));
        prop_assert!(to.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\?#".contains(&byte)));
    }
}
