//! A component made by componentize-js alone, for a world of one method: accepted as it is, its methods read from its
//! type. Nothing of our SDK is in it.

use std::{
    fs,
    hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher},
    path::{Path, PathBuf},
};

use routelet_tests::binary::{Program, Serving};
use serde_json::{Value, json};

use super::inspected;
use crate::languages::{Site, send};

const MAKER: &str = include_str!("native.mjs");
const SCRIPT: &str = include_str!("native.js");
const WIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../wit");
const LOCK: &str = include_str!("../../../../guest-sdk/js/package-lock.json");

/// Makes it where it has not been made yet, and lays it into the site, whose build has installed componentize-js.
pub(super) async fn put_into(site: &Site) {
    let made = made(site).await;
    let component = site.path().join("app/native/[id]/route.wasm");
    fs::create_dir_all(component.parent().expect("it lies in the site")).expect("writable");
    fs::copy(&made, &component).expect("it was made");
    let shown = inspected(component.as_os_str()).await;
    assert_eq!((&shown["kind"], &shown["methods"]), (&json!("route"), &json!(["GET"])), "{shown}");
    assert_eq!((&shown["exports"], &shown["section"]), (&json!(["routelet:route/get@0.2.0"]), &Value::Null), "{shown}");
}

/// It takes half a minute to make and stays the same, so it is kept for the next time.
async fn made(site: &Site) -> PathBuf {
    let state = BuildHasherDefault::<DefaultHasher>::default().hash_one((MAKER, SCRIPT, LOCK));
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("native-{state:016x}.wasm"));
    if kept.exists() {
        return kept;
    }
    let folder = site.path().join(".routelet");
    let [maker, script] = [("native.mjs", MAKER), ("native.js", SCRIPT)].map(|(name, text)| {
        fs::write(folder.join(name), text).expect("writable");
        folder.join(name)
    });
    let words = [maker, WIT.into(), script, folder.join("native-wit"), kept.clone()];
    let finished = Program::at("node").run(words).await;
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    kept
}

pub(super) async fn answers(server: &Serving) {
    let user = send(server, "GET", "/native/7?a=b", &[], "").await;
    assert_eq!((user.status, user.text()), (200, "/native/7?a=b: 7"), "{user:?}");
    let refused = send(server, "POST", "/native/7", &[], "").await;
    assert_eq!((refused.status, refused.header("allow")), (405, "GET, HEAD, OPTIONS"), "{refused:?}");
}
