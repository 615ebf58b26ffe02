//! Tries to connect, to listen and to resolve a name, and says how each was refused.

use std::net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};

use routelet_guests::{handles, query, tell};
use serde_json::json;

handles!(|request, out| {
    let address = query(&request, "address").expect("the test sends it");
    tell(
        out,
        &json!({
            "connect": outcome(TcpStream::connect(&address)),
            "listen": outcome(TcpListener::bind("127.0.0.1:0")),
            "udp": outcome(UdpSocket::bind("127.0.0.1:0")),
            "resolve": outcome("localhost:80".to_socket_addrs()),
        }),
    );
});

fn outcome<T>(result: std::io::Result<T>) -> &'static str {
    match result {
        Ok(_) => "granted",
        Err(_) => "refused",
    }
}
