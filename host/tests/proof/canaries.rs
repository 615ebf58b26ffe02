//! Values that must not be told: the real program is led through everything that makes it print, log,
//! answer or store, and all of that is searched for the secrets of a site, as they are, in base64 and
//! in hexadecimal.

use std::{
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use routelet::{
    Config, Server, Site,
    config::{Secrets, SecretsSource, Surroundings},
};
use routelet_tests::{
    Guest, SiteDir,
    binary::{Program, Signal},
    client::Raw,
    fixtures,
    origin::Origin,
    site::code_cache,
};

use crate::rounds::figure;

/// A secret that its guest sees, one that it only sends, and a variable, which is no secret.
const SEEN: &str = "canary-seen-7b1f0c2d9e";
const HIDDEN: &str = "canary-hidden-93ae51d7b4";
const VARIABLE: &str = "canary-variable-2c9d40e8a1";

const PROGRAM: &str = env!("CARGO_BIN_EXE_routelet");

/// Everything that was told, by whom.
#[derive(Default)]
struct Told(Vec<(String, Vec<u8>)>);

impl Told {
    fn add(&mut self, by: impl Into<String>, what: impl AsRef<[u8]>) {
        self.0.push((by.into(), what.as_ref().to_vec()));
    }

    fn debug(&mut self, by: &str, value: &impl Debug) {
        self.add(by, format!("{value:?} {value:#?}"));
    }

    /// Runs a command of the program to its end, whatever that is.
    async fn command(&mut self, words: &[&str]) {
        let ended = Program::at("env").run(with_secrets(words)).await;
        self.add(words.join(" "), format!("{} {}", ended.stdout, ended.stderr));
    }

    /// A request, and every answer to it.
    async fn request(&mut self, address: std::net::SocketAddr, line: &str) -> String {
        let mut answers = String::new();
        for accept in ["application/json", "text/html"] {
            let mut client = Raw::connect(address).await;
            client
                .send(format!("{line} HTTP/1.1\r\nhost: localhost\r\naccept: {accept}\r\nconnection: close\r\n\r\n"))
                .await;
            answers += &client.to_close().await;
        }
        self.add(line, &answers);
        answers
    }

    /// Every file below a directory, and its name.
    fn files(&mut self, dir: &Path) {
        for entry in fs::read_dir(dir).expect("a directory") {
            let path = entry.expect("an entry").path();
            self.add("a file's name", path.display().to_string());
            if path.is_dir() {
                self.files(&path)
            } else {
                self.add(path.display().to_string(), fs::read(&path).expect("a file"))
            }
        }
    }

    /// By whom and in what form a value was told.
    fn hits(&self, value: &str) -> Vec<String> {
        let mut hits = Vec::new();
        for (by, what) in &self.0 {
            let forms = forms(value).into_iter().filter(|form| holds(what, form.as_bytes()));
            hits.extend(forms.map(|form| format!("{form} by {by}")));
        }
        hits
    }
}

/// The program's words behind those of `env`, which put the secrets into its environment.
fn with_secrets(words: &[&str]) -> Vec<String> {
    let variables = [format!("SECRET_SEEN={SEEN}"), format!("SECRET_TOKEN={HIDDEN}")];
    let words = [PROGRAM].iter().chain(words).map(|word| (*word).to_owned());
    variables.into_iter().chain(words).collect()
}

/// A value as it is, in hexadecimal, and in base64 wherever it may stand among other bytes.
fn forms(value: &str) -> Vec<String> {
    let hexadecimal: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![value.to_owned(), hexadecimal.to_uppercase(), hexadecimal];
    for shift in 0..3 {
        let shifted = BASE64_STANDARD_NO_PAD.encode(["x".repeat(shift).as_str(), value].concat());
        // The digits at both ends also hold bits of the neighbours.
        forms.push(shifted[if shift == 0 { 0 } else { shift + 1 }..shifted.len() - 1].to_owned());
    }
    forms
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// A site with guests that own the secrets and fail in every way, and guests beside them that own nothing.
fn site(origin: &str) -> SiteDir {
    site_of(origin, &OWNING, &PEEKING)
}

const OWNING: [(&str, Guest); 13] = [
    ("env", Guest::ReadsEnv),
    ("config", Guest::ReadsConfig),
    ("sends", Guest::SendsSecrets),
    ("calls", Guest::CallsOut),
    ("traps", Guest::Traps),
    ("exits", Guest::Exits),
    ("error", Guest::AnswersErrorCode),
    ("never", Guest::NeverAnswers),
    ("stack", Guest::OverflowsStack),
    ("spins", Guest::SpinsForever),
    ("halfway", Guest::TrapsAfterHead),
    ("headers", Guest::SendsBadHeaders),
    ("floods", Guest::FloodsStdout),
];

const PEEKING: [(&str, Guest); 5] = [
    ("env", Guest::ReadsEnv),
    ("config", Guest::ReadsConfig),
    ("files", Guest::OpensFiles),
    ("sockets", Guest::OpensSockets),
    ("sends", Guest::SendsSecrets),
];

fn site_of(origin: &str, owning: &[(&str, Guest)], peeking: &[(&str, Guest)]) -> SiteDir {
    let dir = owning.iter().fold(SiteDir::new(), |dir, (name, guest)| dir.route(&format!("owner/{name}"), *guest));
    let dir = peeking.iter().fold(dir, |dir, (name, guest)| dir.route(&format!("peek/{name}"), *guest));
    dir.file(
        "app/owner/segment.toml",
        format!(
            "[limits]\ncpu = \"200ms\"\n[grants]\nenv = {{ PLAIN = \"{VARIABLE}\" }}\n\
             secrets = [\"SEEN\", {{ name = \"TOKEN\", mode = \"placeholder\" }}]\noutbound = [\"{origin}\"]\n"
        ),
    )
    .file("secrets.env", format!("SEEN={SEEN}\nTOKEN={HIDDEN}\n"))
    .file("routelet.toml", "access-log = true\n[secrets]\nfile = \"secrets.env\"\n")
}

/// Requests that the host answers, or whose guest fails or owns nothing.
const REQUESTS: &[&str] = &[
    "GET /owner/traps",
    "GET /owner/exits",
    "GET /owner/error",
    "GET /owner/never",
    "GET /owner/stack",
    "GET /owner/spins",
    "GET /owner/halfway",
    "GET /owner/headers",
    "GET /owner/floods?lines=100",
    "GET /owner/calls",
    "GET /owner/calls?url=http://127.0.0.1:1/",
    "GET /owner/calls?url=https://owner.test/",
    "GET /owner/sends",
    "GET /peek/env",
    "GET /peek/config",
    "GET /peek/files",
    "GET /peek/sockets",
    "GET /peek/sends",
    "GET /nowhere",
    "GET /owner",
    "DELETE /owner/sends",
    "OPTIONS /owner/sends",
    "FOO /owner/env",
    "GET /%zz",
    "GET /owner//env",
    "GET /secrets.env",
    "GET /routelet.toml",
    "GET /owner/segment.toml",
    "GET /../secrets.env",
    "GET /..%2fsecrets.env",
    "GET /%2e%2e/secrets.env",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_told_by_anything_but_the_guest_that_owns_it() {
    let mut told = Told::default();
    let origin = Origin::start().await;
    let dir = site(&origin.url(""));
    served(&mut told, &dir, &origin).await;
    let dir = site(&origin.url(""));
    reported(&mut told, &dir).await;
    traced(&mut told, &origin).await;
    diagnosed(&mut told).await;
    misconfigured(&mut told).await;
    debugged(&mut told, &dir).await;
    let (outputs, bytes) = (told.0.len(), told.0.iter().map(|(_, what)| what.len()).sum::<usize>());
    let hits = [told.hits(SEEN), told.hits(HIDDEN)].concat();
    assert!(hits.is_empty(), "{hits:#?}");
    // A variable stands in the tree, and the explanation of a policy tells it.
    let hits: Vec<_> = told.hits(VARIABLE).into_iter().filter(|hit| !hit.contains("by explain")).collect();
    assert!(hits.is_empty(), "{hits:#?}");
    figure("canaries", format_args!("{outputs} outputs, {bytes} bytes, 3 values in 6 forms: 0 found"));
}

/// Requests of every kind, outbound calls that fail, then reloads that fail.
async fn served(told: &mut Told, dir: &SiteDir, origin: &Origin) {
    let server = Program::at(PROGRAM).serve(dir.path()).await;
    let own = Raw::exchange(server.address, "/owner/env").await;
    assert!(own.contains(SEEN) && own.contains(VARIABLE) && !own.contains(HIDDEN), "{own}");
    assert!(Raw::exchange(server.address, "/owner/config").await.contains(SEEN));
    for line in REQUESTS {
        told.request(server.address, line).await;
    }
    let sends = format!("GET /owner/sends?authority={}", origin.address());
    for broken in ["", "no http\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", "HTTP/1.1 204 No\r\n\r\n"]
    {
        let answering = async {
            for _ in 0..2 {
                let call = origin.call().await;
                assert!(call.head.contains(HIDDEN), "it reaches its origin: {}", call.head);
                call.send_raw(broken).await;
            }
        };
        tokio::join!(told.request(server.address, &sends), answering);
    }
    dir.write("app/owner/traps/route.wasm", fixtures::core_module());
    server.logged("core WebAssembly module").await;
    dir.write("secrets.env", format!("SEEN={SEEN}\n"));
    server.logged("the secret source lacks").await;
    dir.write("secrets.env", malformed());
    server.logged("a line that names no secret").await;
    server.signal(Signal::TERM);
    told.add("log", server.ended_with_log().await.1.join("\n"));
}

fn malformed() -> String {
    format!("{SEEN}\nA B={HIDDEN}\n={SEEN}\nSEEN={SEEN}\nSEEN={HIDDEN}\nTOKEN={HIDDEN}\0\n")
}

async fn reported(told: &mut Told, dir: &SiteDir) {
    let path = dir.path().to_str().expect("a readable path");
    let file = dir.path().join("app/owner/sends/route.wasm");
    let file = file.to_str().expect("a readable path");
    for words in [
        &["explain", "GET", "/owner/sends", "--site", path][..],
        &["explain", "GET", "/peek/env", "--site", path],
        &["routes", path],
        &["check", path],
        &["inspect", file],
    ] {
        told.command(words).await;
        told.command(&[words, &["--json"]].concat()).await;
    }
    let explained = &told.0.iter().find(|(by, _)| by.starts_with("explain")).expect("it was run").1;
    assert!(holds(explained, b"placeholder") && holds(explained, b"SEEN"), "secrets are told by name");
    told.command(&["lock", path]).await;
    dir.write("secrets.env", malformed());
    for words in [&["check", path][..], &["check", path, "--json"], &["check", path, "--locked"], &["serve", path]] {
        told.command(words).await;
    }
    fs::remove_file(dir.path().join("secrets.env")).expect("it was written");
    told.files(dir.path());
    told.0.retain(|(by, _)| !by.ends_with("app/owner/segment.toml"));
}

/// Everything that any crate logs, and everything that is kept on disk.
async fn traced(told: &mut Told, origin: &Origin) {
    let cache = tempfile::tempdir().expect("a directory");
    let owning = [("env", Guest::ReadsEnv), ("sends", Guest::SendsSecrets), ("traps", Guest::Traps)];
    let dir = site_of(&origin.url(""), &owning, &[]);
    let site = dir.path().to_str().expect("a readable path");
    let words = ["serve", site, "--listen", "127.0.0.1:0", "--cache-dir", cache.path().to_str().expect("a path")];
    let server = Program::at("env").start(["RUST_LOG=trace", PROGRAM].into_iter().chain(words)).await;
    let sends = format!("GET /owner/sends?authority={}", origin.address());
    let answering = async {
        for _ in 0..2 {
            origin.call().await.answer("thanks").await;
        }
    };
    tokio::join!(told.request(server.address, &sends), answering);
    told.request(server.address, "GET /owner/traps").await;
    assert!(Raw::exchange(server.address, "/owner/env").await.contains(SEEN));
    server.signal(Signal::TERM);
    told.add("log of everything", server.ended_with_log().await.1.join("\n"));
    told.files(cache.path());
}

/// The page that `dev` shows for a route that does not load.
async fn diagnosed(told: &mut Told) {
    let dir = site("http://127.0.0.1:1").component("owner/broken", &fixtures::core_module());
    let site = Site::load_diagnosing(dir.path(), config(dir.path()), Vec::new()).await.expect("the others load");
    let request = http::Request::get("/owner/broken").header("host", "localhost").header("accept", "text/html");
    let answer = routelet::respond(&site, request.body(String::new()).expect("a request")).await;
    let answer = routelet_tests::Answer::read(answer).await;
    assert!(answer.text().contains("core WebAssembly module"), "{answer:?}");
    told.debug("the diagnosis page", &answer.text());
}

async fn misconfigured(told: &mut Told) {
    let dir = site("http://127.0.0.1:1");
    let path = dir.path().to_str().expect("a readable path");
    for settings in [
        "[secrets]\nenv-prefix = \"SECRET_\"\n",
        "grase = \"1s\"\n[secrets]\nenv-prefix = \"SECRET_\"\n",
        "[secrets]\nenv-prefix = \"SECRET_S\"\n",
        "[secrets]\nenv-prefix = 1\n",
        "[secrets]\nfile = \"app/owner\"\n",
        "[secrets]\ndir = \"secrets.env\"\n",
        "[secrets]\nfile = \"secrets.env\"\ndir = \"x\"\n",
        "[secrets\n",
    ] {
        dir.write("routelet.toml", settings);
        told.command(&["check", path]).await;
    }
    told.command(&["serve", path, "--base-path", "%%%"]).await;
    told.command(&["serve", path, "--nonsense"]).await;
}

fn config(dir: &Path) -> Config {
    let surroundings = Surroundings { site: dir.to_owned(), ..Surroundings::default() };
    let config = Config::load(&[], &surroundings).expect("no fault");
    Config { cache_dir: Some(code_cache()), ..config }
}

/// What embedders can print of all that holds secrets.
async fn debugged(told: &mut Told, dir: &SiteDir) {
    let variables = [("SECRET_SEEN", SEEN), ("SECRET_TOKEN", HIDDEN)].map(|(name, value)| (name.into(), value.into()));
    let surroundings =
        Surroundings { site: PathBuf::from("/"), variables: variables.into(), ..Surroundings::default() };
    let source = SecretsSource::from_variables("SECRET_".to_owned(), &surroundings.variables);
    let secrets = Secrets::open(dir.path(), &source).expect("variables are read");
    assert_eq!(secrets.get("SEEN"), Some(SEEN));
    let settled = Config::settle(Some("[secrets]\nenv-prefix = \"SECRET_\""), &[], &surroundings).expect("no fault");
    let source_given = SecretsSource::Given(secrets.clone());
    let config = Config { secrets: source_given, cache_dir: Some(code_cache()), ..settled.clone() };
    told.debug("Surroundings", &surroundings);
    told.debug("SecretsSource", &source);
    told.debug("Secrets", &secrets);
    told.debug("Config", &settled);
    let site = Site::load(dir.path(), config).await.expect("the secrets are handed over");
    told.debug("Site", &site);
    told.debug("Site::config", site.config());
    told.debug("Site::routes", &site.routes());
    told.debug("Site::ungranted", &site.ungranted());
    told.debug("explain of the library", &site.explain("GET", None, "/owner/sends"));
    told.debug("Server", &Server::bind("127.0.0.1:0", site).await.expect("a free port"));
    dir.write("secrets.env", malformed());
    let broken = Secrets::open(dir.path(), &SecretsSource::File(dir.path().join("secrets.env")));
    told.debug("faults", &broken.expect_err("it is malformed"));
}
