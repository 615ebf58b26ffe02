//! A network for one proof alone, in which every address there is leads to the proof's own sinks, and
//! every name is asked for at the proof's own name server: what is sent anywhere, is seen.
//!
//! Linux gives it to everybody who may make user namespaces; containers often forbid that. Where there
//! is none, the short form of a proof says that it was skipped, and the long form fails.

use std::{
    env,
    net::IpAddr,
    process::Command,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::rounds::{VARIABLE, skipped};

/// Set in the process that runs inside.
const INSIDE: &str = "ROUTELET_PROOF_NETWORK";

/// Makes the network: all addresses local, names from a server on loopback and from nowhere else.
const MAKE: &str = r#"
ip link set lo up && ip route add local 0.0.0.0/0 dev lo && ip -6 route add local ::/0 dev lo || exit 77
printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >"$1/resolv.conf"
printf 'hosts: files dns\n' >"$1/nsswitch.conf"
for file in resolv.conf nsswitch.conf; do
    [ ! -e "/etc/$file" ] || mount --bind "$1/$file" "/etc/$file" || exit 77
done
shift
exec "$@"
"#;

/// The exit code of a test that failed.
const FAILED: i32 = 101;

/// Runs a proof in such a network: the test of this name starts itself again inside.
pub(crate) fn inside(test: &str, proof: impl Future<Output = ()>) {
    if env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
        return runtime.block_on(proof);
    }
    let dir = tempfile::tempdir().expect("a temporary directory");
    let itself = env::current_exe().expect("the system knows what it runs");
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--net", "--mount", "sh", "-c", MAKE, "sh"]);
    command.arg(dir.path()).arg(itself).args([test, "--exact", "--nocapture"]).env(INSIDE, "1");
    let ended = command.output().map_err(|error| error.to_string()).and_then(|output| {
        print!("{}", String::from_utf8_lossy(&output.stdout));
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.code() {
            Some(0) => Ok(()),
            None | Some(FAILED) => panic!("{test} fails inside: {told}"),
            Some(_) => Err(told),
        }
    });
    if let Err(reason) = ended {
        skipped(test, format_args!("for want of a network of its own: {}", reason.trim()));
    }
}

/// A server at every address, on one port: it notes by which address it was reached, and answers.
pub(crate) struct Sink {
    port: u16,
    reached: Arc<Mutex<Vec<IpAddr>>>,
}

impl Sink {
    /// Listens at every address of both families.
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind(("::", 0)).await.expect("a free port");
        let sink = Self { port: listener.local_addr().expect("it listens").port(), reached: Arc::default() };
        tokio::spawn(note(listener, sink.reached.clone()));
        sink
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The addresses by which it was reached since it was asked last, in order.
    pub(crate) fn reached(&self) -> Vec<IpAddr> {
        std::mem::take(&mut *self.reached.lock().expect("no panic while held"))
    }
}

async fn note(listener: TcpListener, reached: Arc<Mutex<Vec<IpAddr>>>) {
    loop {
        let (stream, _) = listener.accept().await.expect("an accepted connection");
        let address = stream.local_addr().expect("a connection has an address").ip().to_canonical();
        reached.lock().expect("no panic while held").push(address);
        tokio::spawn(answer(stream));
    }
}

async fn answer(mut stream: TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    // A guest that was ended meanwhile no longer listens.
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nin").await;
}

#[test]
fn a_proof_without_its_network_is_skipped_aloud_and_fails_in_its_long_form() {
    const ITSELF: &str = "network::a_proof_without_its_network_is_skipped_aloud_and_fails_in_its_long_form";
    const CHILD: &str = "ROUTELET_PROOF_CHILD";
    if env::var_os(CHILD).is_some() {
        return inside(ITSELF, async {});
    }
    for (form, code, told) in [("short", 0, "SKIPPED"), ("long", FAILED, "cannot run here")] {
        let mut child = Command::new(env::current_exe().expect("the system knows what it runs"));
        // Where no program is found, none makes a namespace.
        child.args([ITSELF, "--exact"]).env(CHILD, "1").env(VARIABLE, form).env("PATH", "/nowhere").env_remove(INSIDE);
        let ended = child.output().expect("it starts itself");
        let said = [ended.stdout, ended.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert_eq!((ended.status.code(), said.contains(told)), (Some(code), true), "{form}: {said}");
    }
}
