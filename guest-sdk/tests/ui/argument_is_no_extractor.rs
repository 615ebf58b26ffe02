use routelet_sdk::prelude::*;

struct Session;

#[get]
async fn read(session: Session) -> &'static str {
    let _ = session;
    "hello"
}

fn main() {}
