//! A name server that answers as its proof says, by RFC 1035, and counts what it is asked.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::net::UdpSocket;

/// What stands in an answer.
#[derive(Debug, Clone)]
pub(crate) enum Record {
    /// The name has this address.
    Address(IpAddr),
    /// The name is another one's, whose addresses follow.
    Alias(&'static str),
}

/// RFC 1035 section 3.2.2 and RFC 3596.
const A: u16 = 1;
const CNAME: u16 = 5;
const AAAA: u16 = 28;

/// The server, on port 53 of the loopback.
pub(crate) struct Names {
    packets: Arc<AtomicU64>,
}

impl Names {
    /// Answers each lookup of a name with what `answer` gives for it: the records of both families, of
    /// which a question for one family gets its own. All answers hold for no time at all.
    pub(crate) async fn serve(answer: impl Fn(&str) -> Vec<Record> + Send + 'static) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 53)).await.expect("a network of its own");
        let names = Self { packets: Arc::default() };
        let packets = names.packets.clone();
        tokio::spawn(async move {
            let mut packet = [0; 512];
            loop {
                let (length, from) = socket.recv_from(&mut packet).await.expect("a packet");
                packets.fetch_add(1, Ordering::Relaxed);
                let reply = reply(&packet[..length], &answer);
                socket.send_to(&reply, from).await.expect("the resolver waits");
            }
        });
        names
    }

    /// How many packets have come so far.
    pub(crate) fn packets(&self) -> u64 {
        self.packets.load(Ordering::Relaxed)
    }
}

fn reply(packet: &[u8], answer: &impl Fn(&str) -> Vec<Record>) -> Vec<u8> {
    let (name, end) = question(packet);
    let kind = u16::from_be_bytes([packet[end], packet[end + 1]]);
    let (mut count, mut answers, mut owner) = (0_u16, Vec::new(), vec![0xc0, 12]);
    for record in answer(&name) {
        let (of_kind, content) = match record {
            Record::Address(IpAddr::V4(address)) => (A, address.octets().to_vec()),
            Record::Address(IpAddr::V6(address)) => (AAAA, address.octets().to_vec()),
            Record::Alias(target) => (CNAME, encoded(target)),
        };
        if of_kind == kind || of_kind == CNAME {
            count += 1;
            answers.extend(&owner);
            answers.extend([of_kind.to_be_bytes(), [0, 1], [0, 0], [0, 0]].concat());
            answers.extend(u16::try_from(content.len()).expect("a short record").to_be_bytes());
            answers.extend(&content);
        }
        if of_kind == CNAME {
            owner = content;
        }
    }
    // Header: the question's id; an answer, recursion available; one question, so many answers.
    let head = [&packet[..2], &[0x85, 0x80, 0, 1], &count.to_be_bytes(), &[0; 4]].concat();
    [&head, &packet[12..end + 4], &answers].concat()
}

/// The name that is asked for, and where it ends.
fn question(packet: &[u8]) -> (String, usize) {
    let (mut labels, mut at) = (Vec::new(), 12);
    while packet[at] != 0 {
        let length = usize::from(packet[at]);
        labels.push(String::from_utf8_lossy(&packet[at + 1..at + 1 + length]).to_ascii_lowercase());
        at += 1 + length;
    }
    (labels.join("."), at + 1)
}

fn encoded(name: &str) -> Vec<u8> {
    let labels = name.split('.');
    let mut bytes: Vec<u8> =
        labels.flat_map(|label| [&[u8::try_from(label.len()).expect("a label")], label.as_bytes()].concat()).collect();
    bytes.push(0);
    bytes
}
