//! The interfaces in `wit/` are what they claim to be: genuine copies, and a package every tool can resolve.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wit_parser::{Resolve, WorldItem};

fn wit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("wit")
}

#[test]
fn each_dependency_has_the_digest_that_is_listed() {
    let listed: BTreeMap<String, String> = fs::read_to_string(wit().join("deps.sha256"))
        .unwrap()
        .lines()
        .map(|line| line.split_once("  ").expect("digest, two spaces, path"))
        .map(|(digest, path)| (path.to_owned(), digest.to_owned()))
        .collect();

    assert_eq!(digests_below(&wit().join("deps")), listed);
}

#[test]
fn each_method_has_an_interface_with_the_signature_of_incoming_handler() {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit()).unwrap();
    let interfaces = &resolve.packages[package].interfaces;

    for method in ["delete", "get", "head", "options", "patch", "post", "put"] {
        let handle = &resolve.interfaces[interfaces[method]].functions["handle"];
        let params: Vec<&str> = handle.params.iter().map(|param| param.name.as_str()).collect();
        assert_eq!(params, ["request", "response-out"], "{method}");
        assert_eq!(handle.result, None, "{method}");
        assert_eq!(exports_of(&resolve, package, &format!("only-{method}")), [method]);
    }
}

fn digests_below(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for package in fs::read_dir(root).unwrap() {
        let package = package.unwrap().path();
        for file in fs::read_dir(&package).unwrap() {
            let file = file.unwrap().path();
            let name = file.strip_prefix(wit()).unwrap().to_str().unwrap().to_owned();
            found.insert(name, hex(&Sha256::digest(fs::read(&file).unwrap())));
        }
    }
    found
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn exports_of(resolve: &Resolve, package: wit_parser::PackageId, world: &str) -> Vec<String> {
    let world = resolve.packages[package].worlds[world];
    resolve.worlds[world]
        .exports
        .values()
        .map(|item| match item {
            WorldItem::Interface { id, .. } => resolve.interfaces[*id].name.clone().unwrap(),
            other => panic!("a method world exports interfaces only, found {other:?}"),
        })
        .collect()
}
