use tempfile::TempDir;

use super::*;

/// A site with `app/` and `public/`, and a place beside it.
fn site() -> (TempDir, PathBuf) {
    let root = tempfile::tempdir().expect("a directory");
    let site = root.path().join("site");
    for dir in ["app/_lib", "public"] {
        fs::create_dir_all(site.join(dir)).expect("made");
    }
    (root, site)
}

fn write(path: &Path, text: impl AsRef<[u8]>) -> PathBuf {
    fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    fs::write(path, text).expect("written");
    path.to_owned()
}

fn pairs(secrets: &Secrets) -> Vec<(&str, &str)> {
    let pairs = secrets.0.iter();
    pairs.map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn told(faults: Vec<Fault>, root: &Path) -> Vec<String> {
    let root = format!("{}/", root.display());
    let faults = faults.iter();
    faults.map(|fault| fault.to_string().replace(&root, "")).collect()
}

#[test]
fn secrets_from_variables_lose_the_prefix() {
    let variables = [("SECRET_A", "1"), ("SECRET_", "2"), ("B", "3"), ("SECRET_B C", "4")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let source = SecretsSource::from_variables("SECRET_".to_owned(), &variables.into());
    let secrets = Secrets::open(Path::new("/nowhere"), &source).expect("read");
    assert_eq!(pairs(&secrets), [("A", "1")]);
}

#[test]
fn a_file_holds_a_secret_on_every_line() {
    let (root, site) = site();
    let text = "\n# note\nA=1\r\nB==x=\"y\" \nC=\n  \nd.e-f=é\n";
    let file = write(&root.path().join("secrets.env"), text);
    let secrets = Secrets::open(&site, &SecretsSource::File(file)).expect("read");
    assert_eq!(pairs(&secrets), [("A", "1"), ("B", "=x=\"y\" "), ("C", ""), ("d.e-f", "é")]);
    assert_eq!(secrets.get("A"), Some("1"));
    assert_eq!(secrets.get("a"), None);
}

#[test]
fn bad_lines_are_told_without_what_they_hold() {
    let (root, site) = site();
    let text = "hunter2\nA B=hunter2\n=hunter2\nA=1\nA=hunter2\nN=hunter2\0\n";
    let file = write(&root.path().join("secrets.env"), text);
    let faults = Secrets::open(&site, &SecretsSource::File(file)).expect_err("five faults");
    let told = told(faults, root.path());
    let unreadable = "a line that names no secret; expected KEY=VALUE, the key of letters, digits, `_`, `-` or `.`; correct the line, or begin it with #";
    assert_eq!(
        told,
        [
            format!("secrets.env:1: {unreadable}"),
            format!("secrets.env:2: {unreadable}"),
            format!("secrets.env:3: {unreadable}"),
            "secrets.env:5: secret A for the second time; remove one of the lines".to_owned(),
            "secrets.env:6: the value of secret N holds a NUL; expected text that programs can read".to_owned(),
        ]
    );
}

#[test]
fn a_directory_holds_a_secret_in_every_file() {
    let (root, site) = site();
    let dir = root.path().join("secrets");
    write(&dir.join("A"), "1\n");
    write(&dir.join("B"), "2\n\n");
    write(&dir.join("C"), "3\r\n");
    write(&dir.join("tls.key"), "");
    write(&dir.join(".hidden"), "x");
    write(&dir.join("..other/D"), "x");
    write(&dir.join("nested/E"), "x");
    let secrets = Secrets::open(&site, &SecretsSource::Dir(dir)).expect("read");
    assert_eq!(pairs(&secrets), [("A", "1"), ("B", "2\n"), ("C", "3"), ("tls.key", "")]);
}

#[cfg(unix)]
#[test]
fn a_directory_as_kubernetes_mounts_it_is_read_through_its_links() {
    let (root, site) = site();
    let dir = root.path().join("secrets");
    write(&dir.join("..2025/A"), "0");
    write(&dir.join("..2026/A"), "1");
    write(&dir.join("B"), "of no generation");
    std::os::unix::fs::symlink("..2026", dir.join("..data")).expect("linked");
    // Seen amid the turn from one generation to the next.
    std::os::unix::fs::symlink("..2025/A", dir.join("A")).expect("linked");
    let secrets = Secrets::open(&site, &SecretsSource::Dir(dir)).expect("read");
    assert_eq!(pairs(&secrets), [("A", "1")]);
}

#[test]
fn files_that_can_be_no_secret_are_told() {
    let (root, site) = site();
    let dir = root.path().join("secrets");
    write(&dir.join("A B"), "x");
    write(&dir.join("BINARY"), b"\xff");
    write(&dir.join("FULL"), "x".repeat(1024 * 1024));
    write(&dir.join("LONG"), "x".repeat(1024 * 1024 + 1));
    write(&dir.join("NUL"), "\0");
    let faults = Secrets::open(&site, &SecretsSource::Dir(dir)).expect_err("four faults");
    assert_eq!(
        told(faults, root.path()),
        [
            "secrets/A B: name \"A B\"; expected 1 to 128 letters, digits, `_`, `-` or `.`; rename it",
            "secrets/BINARY: a secret that is no UTF-8; encode it, in base64 for example",
            "secrets/LONG: more than 1MiB; expected a file of text that people write",
            "secrets/NUL: the value of secret NUL holds a NUL; expected text that programs can read",
        ]
    );
}

#[test]
fn a_source_that_is_not_there_is_told() {
    let (root, site) = site();
    let nowhere = root.path().join("nowhere");
    let file = Secrets::open(&site, &SecretsSource::File(nowhere.clone())).expect_err("none");
    assert_eq!(told(file, root.path()), ["nowhere: there is no such file; correct the path under [secrets]"]);
    let dir = Secrets::open(&site, &SecretsSource::Dir(nowhere)).expect_err("none");
    assert!(dir[0].found.starts_with("cannot be read"), "{dir:?}");
    let no_file = Secrets::open(&site, &SecretsSource::File(root.path().to_owned()));
    assert_eq!(no_file.expect_err("a directory")[0].found, "not a file");
}

#[test]
fn a_source_in_what_is_served_is_refused() {
    let (root, site) = site();
    for served in ["app/_lib/secrets.env", "public/secrets.env"] {
        let file = write(&site.join(served), "A=hunter2");
        let faults = Secrets::open(&site, &SecretsSource::File(file)).expect_err(served);
        assert!(faults[0].found.contains("which is served"), "{faults:?}");
    }
    let dir = Secrets::open(&site, &SecretsSource::Dir(site.join("app/_lib")));
    assert!(dir.is_err());
    let roundabout = site.join("dist/../app/_lib/secrets.env");
    fs::create_dir(site.join("dist")).expect("made");
    assert!(Secrets::open(&site, &SecretsSource::File(roundabout)).is_err());

    let beside = write(&site.join("secrets.env"), "A=1");
    assert!(Secrets::open(&site, &SecretsSource::File(beside)).is_ok());
    let bare = root.path().join("bare");
    let inside = write(&bare.join("secrets.env"), "A=1");
    assert!(Secrets::open(&bare, &SecretsSource::File(inside)).is_err(), "the site itself is the tree");
}

#[test]
fn printing_secrets_shows_names_only() {
    let secrets = Secrets::from_iter([("KEY".to_owned(), "hunter2".to_owned())]);
    let source = SecretsSource::Given(secrets.clone());
    let shown = format!("{secrets:?} {source:?}");
    assert!(shown.contains("KEY") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_source_says_where_a_secret_would_come_from() {
    for (source, place) in [
        (SecretsSource::Nowhere, "K in a source that [secrets] of routelet.toml names"),
        (SecretsSource::Given(Secrets::default()), "K among the secrets handed over"),
        (SecretsSource::from_variables("S_".to_owned(), &BTreeMap::new()), "the variable S_K"),
        (SecretsSource::File(PathBuf::from("s.env")), "a line K=... in s.env"),
        (SecretsSource::Dir(PathBuf::from("s")), "the file s/K"),
    ] {
        assert_eq!(source.describe("K"), place);
    }
}
