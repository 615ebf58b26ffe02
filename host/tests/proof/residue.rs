//! What an instance leaves behind: nothing that the next one in its place could find.

use futures_util::StreamExt as _;
use routelet_tests::{SiteDir, TestSite, fixtures::Route};

use crate::rounds::{figure, rounds};

/// Instances at a time, so that places are taken over in ever another order.
const AT_ONCE: usize = 8;
/// A guest that finds something computes for ever, and is stopped by this.
const POLICY: &str = "[limits]\ncpu = \"5s\"\n";

/// Looks for what another instance planted, computes for ever if there is something, else plants
/// into all its memory, its table and its global, and traps.
fn component(before: &str) -> Vec<u8> {
    const PARTS: &str = "
        (memory 2 64)
        (table 64 funcref)
        (global $global (mut i64) (i64.const 0))
        (func $planted)
        (elem declare func $planted)
        (func $look (result i32)
            (local $at i32)
            (drop (memory.grow (i32.const 30)))
            (loop $word
                (if (i64.ne (i64.load (local.get $at)) (i64.const 0)) (then (return (i32.const 1))))
                (local.set $at (i32.add (local.get $at) (i32.const 8)))
                (br_if $word (i32.lt_u (local.get $at) (i32.const 2097152))))
            (local.set $at (i32.const 0))
            (loop $element
                (if (i32.eqz (ref.is_null (table.get (local.get $at)))) (then (return (i32.const 1))))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))
                (br_if $element (i32.lt_u (local.get $at) (i32.const 64))))
            (i64.ne (global.get $global) (i64.const 0)))
        (func $plant
            (memory.fill (i32.const 0) (i32.const 0xA5) (i32.const 2097152))
            (table.fill (i32.const 0) (ref.func $planted) (i32.const 64))
            (global.set $global (i64.const -1)))";
    let handle = format!(
        "(func (export \"handle\") (param i32 i32)
            {before}
            (if (call $look) (then (loop (br 0))))
            (call $plant)
            unreachable)"
    );
    Route::answering(&["get"]).with_core(&format!("{PARTS}{handle}")).bytes()
}

async fn site(before: &str) -> TestSite {
    let component = component(before);
    SiteDir::new().component("one", &component).component("other", &component).policy(POLICY).load().await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_instance_finds_what_another_left() {
    let site = site("").await;
    let count = rounds(400, 100_000);
    let asked = futures_util::stream::iter(0..count).map(|round| {
        let target = if round % 3 == 0 { "/one" } else { "/other" };
        async { site.get(target).await.status }
    });
    let found: Vec<u16> =
        asked.buffer_unordered(AT_ONCE).filter(|status| std::future::ready(*status != 500)).collect().await;
    figure("residue", format_args!("{} of {count} instances found something", found.len()));
    assert!(found.is_empty(), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_look_finds_what_is_there() {
    let site = site("(drop (call $look)) (call $plant)").await;
    assert_eq!(site.get("/one").await.status, 504);
}
