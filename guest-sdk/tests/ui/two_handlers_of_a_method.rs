use routelet_sdk::prelude::*;

#[get]
async fn read() {}

#[get]
async fn read_again() {}

fn main() {}
