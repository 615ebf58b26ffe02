use routelet_sdk::prelude::*;

struct User {
    name: String,
}

#[get]
async fn read() -> User {
    User { name: String::new() }
}

#[put]
fn replace() -> Result<u32, Problem> {
    Ok(1)
}

fn main() {
    let _ = User { name: String::new() }.name;
}
