use super::*;

mod faults;

fn surroundings(variables: &[(&str, &str)]) -> Surroundings {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Surroundings { site: PathBuf::from("/site"), variables: variables.iter().map(owned).collect(), is_terminal: false }
}

fn flags(flags: &[(&str, &str)]) -> Vec<Flag> {
    let flag = |(name, value): &(&str, &str)| Flag { name: (*name).to_owned(), value: (*value).to_owned() };
    flags.iter().map(flag).collect()
}

fn from_file(text: &str) -> Config {
    Config::settle(Some(text), &[], &surroundings(&[])).unwrap_or_else(|faults| panic!("{text}\n{faults:?}"))
}

fn faults(text: &str, variables: &[(&str, &str)], typed: &[(&str, &str)]) -> Vec<String> {
    let settled = Config::settle(Some(text), &flags(typed), &surroundings(variables));
    let faults = settled.expect_err(text);
    faults.iter().map(Fault::to_string).collect()
}

#[test]
fn nothing_written_is_the_defaults() {
    let config = Config::settle(None, &[], &surroundings(&[])).expect("no fault");
    assert_eq!(config, Config::default());
    assert_eq!(config.listen, "127.0.0.1:8080");
    assert_eq!(config.grace, Duration::from_secs(30));
    assert_eq!(config.secrets, SecretsSource::Nowhere);
}

#[test]
fn every_key_is_read_from_the_file() {
    let config = from_file(
        r#"
listen = "0.0.0.0:80"
owners = "many"
wasi-0-3 = true
grace = "5s"
hosts = ["Example.com", "a.com:8080"]
trusted-proxies = ["10.0.0.0/8", "::1"]
base-path = "/base"
trailing-slash = true
access-log = true
log = "pretty"
cache-dir = "cache"
[tls]
cert = "tls/cert.pem"
key = "/etc/key.pem"
[secrets]
file = "../secrets.env"
[kv]
url = "redb:kv"
[server]
connections = 5
header-read = "250ms"
request-head = "64KiB"
"#,
    );
    let expected = Config {
        listen: "0.0.0.0:80".to_owned(),
        owners: Owners::Many,
        wasi_0_3: true,
        grace: Duration::from_secs(5),
        hosts: vec!["example.com".to_owned(), "a.com:8080".to_owned()],
        trusted_proxies: TrustedProxies::parse(["10.0.0.0/8", "::1"]).expect("a network and an address"),
        tls: TlsFiles { cert: Some(PathBuf::from("/site/tls/cert.pem")), key: Some(PathBuf::from("/etc/key.pem")) },
        base_path: "/base".to_owned(),
        trailing_slash: true,
        access_log: true,
        log: LogFormat::Pretty,
        cache_dir: Some(PathBuf::from("/site/cache")),
        compiler: Compiler::InProcess,
        secrets: SecretsSource::File(PathBuf::from("/site/../secrets.env")),
        kv: StoresSource::Directory(PathBuf::from("/site/kv")),
        server: ServerLimits {
            connections: 5,
            header_read: Duration::from_millis(250),
            request_head_bytes: 64 * 1024,
            ..ServerLimits::default()
        },
    };
    assert_eq!(config, expected);
}

/// A value other than the default for every key, as a variable or a flag spells it.
fn other_value(key: keys::Key) -> String {
    let value = match key.name {
        "listen" => "[::1]:1",
        "owners" => "many",
        "grace" => "0s",
        "hosts" => "a.com, b.com:1",
        "trusted-proxies" => "10.0.0.0/8, ::1",
        "base-path" => "/b",
        "log" => "pretty",
        "cache-dir" | "cert" | "key" | "file" | "dir" => "here",
        "env-prefix" => "SECRET_",
        "url" => "redis://127.0.0.1:6379/1",
        _ if key.is_switch => "true",
        name => {
            let bound = ServerLimits::bound(name).expect("all other keys are bounds");
            return bound.unit.text(bound.range.most);
        }
    };
    value.to_owned()
}

#[test]
fn every_key_is_read_from_its_variable_and_from_its_flag() {
    for key in keys::all() {
        let value = other_value(key);
        let variable = key.variable();
        let by_variable = Config::settle(None, &[], &surroundings(&[(&variable, &value)]));
        let flag = key.flag();
        let by_flag = Config::settle(None, &flags(&[(&flag, &value)]), &surroundings(&[]));
        let by_flag = by_flag.unwrap_or_else(|faults| panic!("{flag}: {faults:?}"));
        assert_eq!(by_variable, Ok(by_flag.clone()), "{variable}");
        assert_ne!(by_flag, Config::default(), "{flag}");
        assert!(!key.about.is_empty(), "{flag}");
    }
}

#[test]
fn keys_are_spelt_alike_everywhere() {
    let told: Vec<_> = keys::all().map(|key| format!("{} --{} {}", key.dotted(), key.flag(), key.variable())).collect();
    for spelt in [
        "base-path --base-path ROUTELET_BASE_PATH",
        "wasi-0-3 --wasi-0-3 ROUTELET_WASI_0_3",
        "server.connections --server-connections ROUTELET_SERVER_CONNECTIONS",
        "secrets.env-prefix --secrets-env-prefix ROUTELET_SECRETS_ENV_PREFIX",
    ] {
        assert!(told.iter().any(|told| told == spelt), "{spelt}");
    }
}

#[test]
fn flags_win_over_variables_and_variables_over_the_file() {
    let file = Some("grace = \"1s\"");
    let variables = surroundings(&[("ROUTELET_GRACE", "2s")]);
    let typed = flags(&[("grace", "3s")]);
    for (file, typed, surroundings, seconds) in [
        (None, &[][..], surroundings(&[]), 30),
        (file, &[][..], surroundings(&[]), 1),
        (file, &[][..], variables.clone(), 2),
        (file, &typed[..], variables, 3),
    ] {
        let config = Config::settle(file, typed, &surroundings).expect("no fault");
        assert_eq!(config.grace, Duration::from_secs(seconds));
    }
}

#[test]
fn a_source_of_secrets_wins_as_a_whole() {
    let typed = flags(&[("secrets-dir", "/run/secrets")]);
    let file = Some("[secrets]\nfile = \"x\"");
    let config = Config::settle(file, &typed, &surroundings(&[])).expect("no fault");
    assert_eq!(config.secrets, SecretsSource::Dir(PathBuf::from("/run/secrets")));
    assert_eq!(
        faults("[secrets]\nfile = \"x\"\nenv-prefix = \"S_\"", &[], &[]),
        [
            "routelet.toml:3: secrets.env-prefix beside secrets.file at routelet.toml:2; expected one source of secrets; remove one of them"
        ]
    );
}

#[test]
fn the_log_follows_the_terminal_and_the_cache_the_user() {
    let terminal = Surroundings { is_terminal: true, ..Surroundings::default() };
    let config = Config::settle(None, &[], &terminal).expect("no fault");
    assert_eq!(config.log, LogFormat::Pretty);
    let config = Config::settle(Some("log = \"json\""), &[], &terminal).expect("no fault");
    assert_eq!(config.log, LogFormat::Json);

    let below_home = if cfg!(target_os = "macos") { "/h/Library/Caches/routelet" } else { "/h/.cache/routelet" };
    for (variables, dir) in [
        (&[("XDG_CACHE_HOME", "/x"), ("HOME", "/h")][..], Some("/x/routelet")),
        (&[("XDG_CACHE_HOME", "relative"), ("HOME", "/h")], Some(below_home)),
        (&[("HOME", "/h")], Some(below_home)),
        (&[], None),
    ] {
        let config = Config::settle(None, &[], &surroundings(variables)).expect("no fault");
        assert_eq!(config.cache_dir, dir.map(PathBuf::from));
    }
}

#[test]
fn paths_in_the_file_lie_below_the_site_and_others_below_the_current_directory() {
    let config = from_file("cache-dir = \"/absolute\"");
    assert_eq!(config.cache_dir, Some(PathBuf::from("/absolute")));
    let variable = surroundings(&[("ROUTELET_CACHE_DIR", "cache")]);
    let config = Config::settle(None, &[], &variable).expect("no fault");
    assert_eq!(config.cache_dir, Some(PathBuf::from("cache")));
}

#[test]
fn variables_that_only_look_like_ours_are_left_alone() {
    let kubernetes = [
        ("ROUTELET_SERVICE_HOST", "10.0.0.1"),
        ("ROUTELET_SERVICE_PORT", "80"),
        ("ROUTELET_SERVICE_PORT_HTTP", "80"),
        ("ROUTELET_PORT", "tcp://10.0.0.1:80"),
        ("ROUTELET_PORT_80_TCP_ADDR", "10.0.0.1"),
        ("OTHER_LISTEN", "x"),
    ];
    assert!(Config::settle(None, &[], &surroundings(&kubernetes)).is_ok());
    assert_eq!(faults("", &[("ROUTELET_PORT", "8080")], &[]).len(), 1);

    let secret = [("ROUTELET_SECRET_K", "v")];
    let prefix = Some("[secrets]\nenv-prefix = \"ROUTELET_SECRET_\"");
    let config = Config::settle(prefix, &[], &surroundings(&secret)).expect("no fault");
    let SecretsSource::Variables { found, .. } = &config.secrets else { panic!("{config:?}") };
    assert_eq!(found.get("K"), Some("v"));
    assert_eq!(faults("", &secret, &[]).len(), 1);
}

#[test]
fn the_file_is_found_in_the_site_and_may_be_missing() {
    let site = tempfile::tempdir().expect("a directory");
    let surroundings = Surroundings { site: site.path().to_owned(), ..Surroundings::default() };
    assert_eq!(Config::load(&[], &surroundings), Ok(Config::default()));
    let file = site.path().join(SETTINGS_FILE);
    std::fs::write(&file, "owners = \"many\"").expect("written");
    let config = Config::load(&[], &surroundings).expect("no fault");
    assert_eq!(config.owners, Owners::Many);

    std::fs::write(&file, b"\xff").expect("written");
    let told = Config::load(&[], &surroundings).expect_err("not UTF-8");
    assert_eq!(told[0].to_string(), "routelet.toml: not UTF-8; expected TOML, which is UTF-8");
    let long = "#".repeat(256 * 1024);
    std::fs::write(&file, &long).expect("written");
    assert!(Config::load(&[], &surroundings).is_ok());
    std::fs::write(&file, long + "#").expect("written");
    let told = Config::load(&[], &surroundings).expect_err("too long");
    assert_eq!(told[0].found, "more than 256KiB");
    std::fs::remove_file(&file).expect("removed");
    std::fs::create_dir(&file).expect("made");
    let told = Config::load(&[], &surroundings).expect_err("a directory");
    assert_eq!(told[0].to_string(), "routelet.toml: not a file; put a file there");
}

#[test]
fn every_server_limit_has_its_documented_default() {
    let limits = ServerLimits::default();
    let told: Vec<_> = ServerLimits::BOUNDS
        .iter()
        .map(|bound| {
            assert!(bound.settle(crate::policy::bound::Typed::Plain(&bound.text(&limits))).is_ok(), "{}", bound.key);
            format!("{} {}", bound.key, bound.text(&limits))
        })
        .collect();
    assert_eq!(told, SERVER_DEFAULTS);
}

const SERVER_DEFAULTS: &[&str] = &[
    "connections 10000",
    "connections-per-address 512",
    "concurrency 512",
    "sniff 5s",
    "tls-handshake 10s",
    "header-read 10s",
    "keep-alive 60s",
    "connection-age 1h",
    "connection-requests 10000",
    "request-head 32KiB",
    "headers 100",
    "uri 8KiB",
    "h2-streams 100",
    "h2-stream-window 64KiB",
    "h2-connection-window 1MiB",
    "h2-pending-resets 20",
    "h2-local-resets 1024",
    "outbound-connections 1024",
    "code-cache 2GiB",
    "open-files 1024",
];
