//! Every form a folder's name can take, the refused ones with their messages.

use super::*;

fn read(name: &str) -> Segment {
    match Folder::parse(name) {
        Ok(Folder::Segment(segment)) => segment,
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn static_names_are_decoded_once() {
    for (name, text) in [
        ("todos", "todos"),
        ("feed.xml", "feed.xml"),
        (".well-known", ".well-known"),
        ("a+b&c", "a+b&c"),
        ("route", "route"),
        ("index", "index"),
        ("%5Fx", "_x"),
        ("%40x", "@x"),
        ("%28x%29", "(x)"),
        ("%5Bid%5D", "[id]"),
        ("café", "café"),
        ("caf%C3%A9", "café"),
        ("p%20q", "p q"),
        ("p q", "p q"),
        ("100%25", "100%"),
        ("%2525", "%25"),
        ("a%2Fb", "a/b"),
        ("a\\b", "a\\b"),
        ("users(5)", "users(5)"),
        ("x)", "x)"),
        ("a_b", "a_b"),
        ("a@b", "a@b"),
        ("...", "..."),
        ("…", "…"),
    ] {
        assert_eq!(read(name), Segment::Static(text.into()), "{name}");
    }
}

#[test]
fn parameter_names_are_kept_as_they_are() {
    for (name, segment) in [
        ("[id]", Segment::Param("id".into())),
        ("[my-id]", Segment::Param("my-id".into())),
        ("[a%20b]", Segment::Param("a%20b".into())),
        ("[ä]", Segment::Param("ä".into())),
        ("[a.b]", Segment::Param("a.b".into())),
        ("[...rest]", Segment::Rest("rest".into())),
        ("[[...rest]]", Segment::OptionalRest("rest".into())),
    ] {
        assert_eq!(read(name), segment, "{name}");
    }
}

#[test]
fn folders_outside_the_url() {
    for (name, folder) in [
        ("(internal)", Folder::Group),
        ("(_x)", Folder::Group),
        ("(.hidden)", Folder::Group),
        ("([id])", Folder::Group),
        ("@slot", Folder::Group),
        ("_lib", Folder::Private),
        ("_", Folder::Private),
        ("_[id]", Folder::Private),
    ] {
        assert_eq!(Folder::parse(name), Ok(folder), "{name}");
    }
}

const MALFORMED: &[(&str, &str)] = &[
    ("", "a folder name is empty"),
    (".", "`.` is a dot segment, which no request path keeps"),
    ("%2e%2E", "`%2e%2E` is a dot segment, which no request path keeps"),
    ("100%", "`100%` does not decode: `%` is no percent-escape"),
    ("%zz", "`%zz` does not decode: `%zz` is no percent-escape"),
    ("%FF", "`%FF` does not decode: its escapes do not decode to UTF-8"),
    ("a%00", "`a%00` does not decode: it holds a NUL"),
    ("pre-[id]", "`pre-[id]` has brackets in a part of its name"),
    ("[id].json", "`[id].json` has brackets in a part of its name"),
    ("[id", "`[id` has brackets in a part of its name"),
    ("id]", "`id]` has brackets in a part of its name"),
    ("[", "`[` has brackets in a part of its name"),
    ("[]", "`[]` has no parameter name in its brackets"),
    ("[...]", "`[...]` has no parameter name in its brackets"),
    ("[[]]", "`[[]]` has no parameter name in its brackets"),
    ("[[...]]", "`[[...]]` has no parameter name in its brackets"),
    ("[[id]]", "`[[id]]` is an optional parameter, which does not exist"),
    ("[[[a]]]", "`[[[a]]]` has brackets that do not read as one parameter"),
    ("[[...a]", "`[[...a]` has brackets that do not read as one parameter"),
    ("[...a]]", "`[...a]]` has brackets that do not read as one parameter"),
    ("[a][b]", "`[a][b]` has brackets that do not read as one parameter"),
    ("[a]-[b]", "`[a]-[b]` has brackets that do not read as one parameter"),
    ("[...[a]]", "`[...[a]]` has brackets that do not read as one parameter"),
    ("[..a]", "`[..a]` has a parameter name that starts with a dot"),
    ("[.a]", "`[.a]` has a parameter name that starts with a dot"),
    ("[....a]", "`[....a]` has a parameter name that starts with a dot"),
    ("[[..a]]", "`[[..a]]` has a parameter name that starts with a dot"),
    ("[…a]", "`[…a]` has the one character `…` for three dots"),
    ("[[…a]]", "`[[…a]]` has the one character `…` for three dots"),
    ("[a\nb]", "`[a\\nb]` has a control character in its name"),
    ("(.)", "`(.)` is an intercepting marker, which routes do not have"),
    ("(..)", "`(..)` is an intercepting marker, which routes do not have"),
    ("(...)x", "`(...)x` is an intercepting marker, which routes do not have"),
    ("(.)photo", "`(.)photo` is an intercepting marker, which routes do not have"),
    ("(..)(..)", "`(..)(..)` is an intercepting marker, which routes do not have"),
    ("()", "`()` is a group without a name"),
    ("(a", "`(a` has parentheses in a part of its name"),
    ("(a)b", "`(a)b` has parentheses in a part of its name"),
    ("(a)(b)", "`(a)(b)` has parentheses in a part of its name"),
    ("((a))", "`((a))` has parentheses in a part of its name"),
    ("@", "`@` is a slot without a name"),
];

#[test]
fn malformed_names_say_what_is_wrong() {
    for (name, found) in MALFORMED {
        let error = Folder::parse(name).expect_err(name);
        assert_eq!(error.found(), *found);
        assert!(!error.way_out().is_empty(), "{name}");
    }
}

#[test]
fn a_static_segment_prints_the_name_that_reads_back() {
    for text in ["todos", "_x", "@x", "(x)", "[id]", "100%", "a/b", "café", "a b", "a\nb", "x_(y)@z"] {
        let segment = Segment::Static(text.into());
        assert_eq!(read(&segment.to_string()), segment, "{text:?}");
    }
    assert_eq!(Segment::Static("[café]".into()).to_string(), "%5Bcafé%5D");
}
