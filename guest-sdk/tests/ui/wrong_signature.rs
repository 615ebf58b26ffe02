use routelet_sdk::prelude::*;

#[get]
async fn generic<T>(Path(_): Path<T>) {}

#[post]
async fn borrowed(_: &str, _: impl Sized) {}

#[delete]
unsafe fn remove(self) -> ! {
    loop {}
}

fn main() {}
