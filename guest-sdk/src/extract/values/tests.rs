//! Tables of texts beside the values they become.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Deserialize;

use super::*;

fn named(pairs: &[(&'static str, &'static str)]) -> Vec<Named<'static>> {
    by_name(pairs.iter().map(|(name, value)| (Cow::from(*name), Cow::from(*value))))
}

fn path<T: DeserializeOwned>(pairs: &[(&'static str, &'static str)]) -> Result<T, String> {
    read(named(pairs), Origin::Path).map_err(|error| error.to_string())
}

fn pairs<T: DeserializeOwned>(pairs: &[(&'static str, &'static str)]) -> Result<T, String> {
    read(named(pairs), Origin::Pairs).map_err(|error| error.to_string())
}

fn is<T: PartialEq + Debug>(found: Result<T, String>, expected: T) {
    assert_eq!(found, Ok(expected));
}

fn fails<T: Debug>(found: Result<T, String>, expected: &str) {
    assert_eq!(found.map_err(|error| error.to_string()).expect_err("it does not fit"), expected);
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Colour {
    Red,
    Green,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Id(u8);

#[derive(Debug, PartialEq, Deserialize)]
struct Search {
    q: String,
    page: Option<u32>,
    #[serde(default)]
    tag: Vec<String>,
}

#[test]
fn a_single_value_is_parsed() {
    is(path(&[("id", "42")]), 42_u64);
    is(path(&[("id", "-1")]), -1_i8);
    is(path(&[("id", "1.5")]), 1.5_f64);
    is(path(&[("id", "true")]), true);
    is(path(&[("id", "x")]), 'x');
    is(path(&[("id", "a b")]), "a b".to_owned());
    is(path(&[("id", "7")]), Id(7));
    is(path(&[("id", "green")]), Colour::Green);
    is(path(&[("id", "42")]), Some(42_u64));
    is(path(&[("id", "42")]), (42_u64,));
}

#[test]
fn a_value_that_does_not_parse_is_named_with_what_was_expected() {
    fails(path::<u8>(&[("id", "256")]), "id: found \"256\", expected an integer from 0 to 255");
    fails(path::<u32>(&[("id", "")]), "id: found \"\", expected an integer from 0 to 4294967295");
    fails(path::<bool>(&[("id", "yes")]), "id: found \"yes\", expected true or false");
    fails(path::<Colour>(&[("id", "blue")]), "id: unknown variant `blue`, expected `red` or `green`");
    fails(path::<(u8, u8)>(&[("a", "1"), ("b", "x")]), "b: found \"x\", expected an integer from 0 to 255");
}

#[test]
fn values_come_in_order_or_by_name() {
    let found = [("year", "2026"), ("slug", "hello")];
    is(path(&found), (2026_u16, "hello".to_owned()));
    is(path(&found), vec!["2026".to_owned(), "hello".to_owned()]);
    is(path(&found), BTreeMap::from([("slug".to_owned(), "hello".to_owned()), ("year".to_owned(), "2026".to_owned())]));
    fails(path::<(u8,)>(&found), "found 2 values, expected 1");
    fails(path::<u8>(&found), "found 2 values, expected one");
    fails(path::<u8>(&[]), "found 0 values, expected one");
}

#[test]
fn a_catch_all_is_a_list_or_one_text() {
    let found = [("rest", "a"), ("rest", "b")];
    is(path(&found), vec!["a".to_owned(), "b".to_owned()]);
    is(path(&found), "a/b".to_owned());
    is(path(&found), (vec!["a".to_owned(), "b".to_owned()],));
    is(path(&[("rest", "a")]), vec!["a".to_owned()]);
    is(path(&[("id", "1"), ("rest", "a"), ("rest", "b")]), (1_u8, vec!["a".to_owned(), "b".to_owned()]));
}

#[test]
fn an_optional_catch_all_that_matched_nothing_is_none_or_empty() {
    is(path::<Option<Vec<String>>>(&[]), None);
    is(path::<Vec<String>>(&[]), vec![]);
    is(path::<Option<String>>(&[]), None);
}

#[test]
fn a_query_becomes_a_struct() {
    is(
        pairs(&[("q", "wasm"), ("tag", "a"), ("page", "2"), ("tag", "b"), ("utm", "x"), ("utm", "y")]),
        Search { q: "wasm".to_owned(), page: Some(2), tag: vec!["a".to_owned(), "b".to_owned()] },
    );
    is(pairs(&[("q", "")]), Search { q: String::new(), page: None, tag: vec![] });
    fails(pairs::<Search>(&[]), "missing field `q`");
    fails(pairs::<Search>(&[("q", "a"), ("q", "b")]), "q: found 2 values, expected one");
    fails(pairs::<Search>(&[("q", "a"), ("page", "x")]), "page: found \"x\", expected an integer from 0 to 4294967295");
}

#[test]
fn a_query_becomes_a_map_or_a_list_of_pairs() {
    let found = [("a", "1"), ("b", "2"), ("a", "3")];
    is(pairs(&found), BTreeMap::from([("a".to_owned(), 3), ("b".to_owned(), 2)]));
    is(pairs(&found), BTreeMap::from([("a".to_owned(), vec![1, 3]), ("b".to_owned(), vec![2])]));
    is(pairs(&[("a", "1"), ("b", "2")]), vec![("a".to_owned(), 1), ("b".to_owned(), 2)]);
    is(pairs::<Option<Search>>(&[]), None);
}

#[test]
fn a_ticked_checkbox_is_true() {
    is(pairs(&[("news", "on")]), BTreeMap::from([("news".to_owned(), true)]));
}
