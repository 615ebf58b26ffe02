use routelet_sdk::prelude::*;

#[get]
struct Read;

#[post]
const CREATE: &str = "hello";

fn main() {}
