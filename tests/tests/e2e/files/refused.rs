//! Directories that are granted to no guest, each a fault of the line that names it.

use std::{fs, os::unix::fs::symlink};

use routelet_tests::Guest;

use super::{READ, WRITE, dir};

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_must_not_be_given_is_a_fault_of_the_line_that_grants_it() {
    let grant = |from: &str, access: &str| {
        format!("[grants]\nfiles = [{{ from = \"{from}\", at = \"/x\", access = \"{access}\" }}]\n")
    };
    for (from, access, message) in [
        (
            "none",
            "read",
            "from = \"none\" does not exist; expected a directory; create it, or correct the path: it is relative to the site",
        ),
        ("data/greeting", "read", "from = \"data/greeting\" is no directory, or is reached through a symbolic link;"),
        (
            "linked",
            "read",
            "from = \"linked\" is no directory, or is reached through a symbolic link; expected a directory; name the directory itself",
        ),
        ("linked/sub", "read", "from = \"linked/sub\" is no directory, or is reached through a symbolic link;"),
        ("app", "read-write", ", from which routes are served; expected a directory apart from it;"),
        ("app/inner", "read-write", ", from which routes are served; expected a directory apart from it;"),
        ("public", "read-write", ", from which files are served;"),
        ("/proc/self", "read", "from = \"/proc/self\"; expected a directory outside /proc, /sys and /dev;"),
        ("/", "read", "from = \"/\"; expected a directory below the site or below the root;"),
        ("..", "read", "from = \"..\"; expected a path without `..`;"),
    ] {
        let dir = dir(&grant(from, access)).file("app/inner/x", "").file("public/y", "");
        symlink("data", dir.path().join("linked")).expect("a fresh name");
        let faults = dir.faults().await;
        assert!(faults.iter().all(|fault| fault.starts_with("app/segment.toml:2: ")), "{from}: {faults:?}");
        assert!(faults[0].contains(message), "{from}: {faults:?}");
    }
    for (from, access) in [("data", "read-write"), ("app/inner", "read"), ("public", "read")] {
        let dir = dir(&grant(from, access)).file("app/inner/x", "").file("public/y", "");
        assert!(dir.try_load().await.is_ok(), "{from}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_keeps_for_itself_is_granted_to_nobody() {
    for (settings, kept) in [
        ("[kv]\nurl = \"redb:data/made/later\"\n", Some("data/made/later, where key-value stores are kept")),
        ("[kv]\nurl = \"redb:linked/kv\"\n", Some("data/sub/kv, where key-value stores are kept")),
        ("[tls]\nkey = \"data/greeting\"\n", Some("data/greeting, the key of the server's certificate")),
        ("[tls]\nkey = \"link-in\"\n", Some("data/greeting, the key of the server's certificate")),
        ("[tls]\nkey = \"data/link-out\"\n", Some("data/link-out, the key of the server's certificate")),
        ("[tls]\ncert = \"data/sub/later.pem\"\n", Some("data/sub/later.pem, the certificate of the server")),
        ("[secrets]\nfile = \"data/env\"\n", Some("data/env, where secrets are kept")),
        ("[kv]\nurl = \"redb:kv\"\n[tls]\ncert = \"outside/cert\"\nkey = \"outside/secret\"\n", None),
    ] {
        for policy in [READ, WRITE] {
            let dir = dir(policy).file("routelet.toml", settings).file("data/env", "A=1\n");
            symlink("data/sub", dir.path().join("linked")).expect("a fresh name");
            symlink("data/greeting", dir.path().join("link-in")).expect("a fresh name");
            symlink("../outside/secret", dir.path().join("data/link-out")).expect("a fresh name");
            let told = dir.try_load().await.map(drop).map_err(|faults| faults.join("\n"));
            match (kept, &told) {
                (None, Ok(())) => {}
                (Some(kept), Err(told)) => {
                    assert!(told.starts_with("app/segment.toml:2: from = \"data\" meets /"), "{settings}: {told}");
                    assert!(
                        told.contains(&format!("{kept}; expected a directory apart from it;")),
                        "{settings}: {told}"
                    );
                }
                _ => panic!("{settings}: {told:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_of_a_server_are_not_read_from_above() {
    let above = tempfile::tempdir().expect("a writable directory");
    let site = above.path().join("site");
    fs::create_dir_all(site.join("app")).expect("a fresh directory");
    let grant = format!("[grants]\nfiles = [{{ from = {:?}, at = \"/x\", access = \"read\" }}]\n", above.path());
    fs::write(site.join("app/segment.toml"), grant).expect("a fresh file");
    fs::write(site.join("app/route.wasm"), Guest::WorksOnFiles.bytes()).expect("a fresh file");
    let error = routelet::Site::load(&site, routelet::Config::default()).await.expect_err("it is refused");
    let told = error.to_string();
    assert!(told.contains("site/routelet.toml, the settings of the server; expected a directory apart"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_directory_under_two_names_is_a_fault() {
    let dir = dir("");
    let absolute = dir.path().canonicalize().expect("it is there").join("data/sub");
    let second = format!("{{ from = {absolute:?}, at = \"/y\", access = \"read-write\" }}");
    dir.write("app/segment.toml", format!("[grants]\nfiles = [{{ from = \"data\", at = \"/x\" }},\n{second}]\n"));
    let faults = dir.faults().await;
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(
        faults[0].starts_with("app/segment.toml:3: is the same place as data, or one of the two lies in the other;"),
        "{faults:?}"
    );
}
