//! A body flows through the host without being held: a gibibyte either way leaves its memory flat.

use routelet_tests::{Guest, SiteDir, binary::Program, client::Raw};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::PROGRAM;

const GIB: u64 = 1 << 30;
/// What a gibibyte in flight may add: windows and buffers, not the body.
const GROWTH_BYTES_MAX: u64 = 32 << 20;
/// The default CPU budget is for answers, not for copying a gibibyte.
const LIMITS: &str = "[limits]\nrequest-body = \"none\"\ncpu = \"50s\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_gibibyte_up_and_down_leaves_memory_flat() {
    let site = SiteDir::new().route("up", Guest::Uploads).route("down", Guest::Downloads).policy(LIMITS);
    let server = Program::at(PROGRAM).serve(site.path()).await;
    Raw::exchange(server.address, "/down?bytes=1000000").await;
    let before = server.resident_bytes();
    let mut most = before;
    let down = download(server.address, || most = most.max(server.resident_bytes())).await;
    assert!(down > GIB, "{down} bytes came down");
    assert!(most < before + GROWTH_BYTES_MAX, "down: {before} grew to {most}");
    let told = upload(server.address, || most = most.max(server.resident_bytes())).await;
    assert!(told.contains(&GIB.to_string()), "{told}");
    assert!(most < before + GROWTH_BYTES_MAX, "up: {before} grew to {most}");
}

/// Looks every 64 MiB.
struct Looks {
    next: u64,
}

impl Looks {
    fn at(&mut self, bytes: u64, look: &mut impl FnMut()) {
        if bytes >= self.next {
            self.next += 64 << 20;
            look();
        }
    }
}

async fn download(address: std::net::SocketAddr, mut look: impl FnMut()) -> u64 {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let request = format!("GET /down?bytes={GIB} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("an open socket");
    let (mut bytes, mut looks) = (0, Looks { next: 0 });
    let mut piece = vec![0; 256 * 1024];
    loop {
        let read = stream.read(&mut piece).await.expect("a whole body");
        if read == 0 {
            return bytes;
        }
        bytes += read as u64;
        looks.at(bytes, &mut look);
    }
}

async fn upload(address: std::net::SocketAddr, mut look: impl FnMut()) -> String {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let head = format!("POST /up HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {GIB}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("an open socket");
    let (mut bytes, mut looks) = (0, Looks { next: 0 });
    let piece = vec![b'u'; 256 * 1024];
    while bytes < GIB {
        stream.write_all(&piece).await.expect("the guest reads");
        bytes += piece.len() as u64;
        looks.at(bytes, &mut look);
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}
