//! Limits that a component meets before it runs: its parts and its size.

use routelet_tests::{Guest, SiteDir, fixtures::Written};

/// A guest with so many memories, tables and core instances beside those it cannot do without: one memory, no table
/// and two instances.
fn with_parts(memories: usize, tables: usize, instances: usize) -> Vec<u8> {
    let answers = Written::default().core;
    let core = format!("{} {} {answers}", "(memory 1) ".repeat(memories), "(table 1 funcref) ".repeat(tables));
    let around = "(core instance (instantiate (module)))\n".repeat(instances);
    let around = around.replace("(module)", "$empty");
    let around = format!("(core module $empty)\n{around}");
    Written { core: &core, around: &around, ..Written::default() }.component()
}

fn under(limits: &str, component: &[u8]) -> SiteDir {
    SiteDir::new().component("", component).policy(&format!("[limits]\n{limits}\n"))
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_component_has_as_many_parts_as_it_may() {
    for (limit, within, beyond, found) in [
        ("memories = 4", with_parts(3, 0, 0), with_parts(4, 0, 0), "5 memories"),
        ("memories = 32", with_parts(31, 0, 0), with_parts(32, 0, 0), "33 memories"),
        ("tables = 4", with_parts(0, 4, 0), with_parts(0, 5, 0), "5 tables"),
        ("tables = 64", with_parts(0, 64, 0), with_parts(0, 65, 0), "65 tables"),
        ("instances = 4", with_parts(0, 0, 2), with_parts(0, 0, 3), "5 core instances"),
        ("instances = 64", with_parts(0, 0, 62), with_parts(0, 0, 63), "65 core instances"),
    ] {
        let site = under(limit, &within).load().await;
        assert_eq!(site.get("/").await.status, 200, "{limit}");
        let faults = under(limit, &beyond).faults().await;
        assert!(faults.len() == 1 && faults[0].contains(found), "{limit}: {faults:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_begins_with_as_much_as_it_may() {
    let beginning = |definition: &str| {
        let core = format!("{definition} {}", Written::default().core);
        Written { core: &core, ..Written::default() }.component()
    };
    for (limit, within, beyond) in [
        ("memory = \"1MiB\"", "(memory 15)", "(memory 16)"),
        ("memory = \"1MiB\"", "(memory 7) (memory 8)", "(memory 8) (memory 8)"),
        ("table-elements = 100", "(table 100 funcref)", "(table 101 funcref)"),
    ] {
        let site = under(limit, &beginning(within)).load().await;
        assert_eq!(site.get("/").await.status, 200, "{limit}: {within}");
        let faults = under(limit, &beginning(beyond)).faults().await;
        assert_eq!(faults.len(), 1, "{limit}: {beyond}: {faults:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(super) async fn a_component_is_as_large_as_it_may_be() {
    let component = Guest::HelloPlain.bytes();
    let size = component.len();
    let site = under(&format!("component-size = \"{size}B\""), &component).load().await;
    assert_eq!(site.get("/").await.status, 200);
    let faults = under(&format!("component-size = \"{}B\"", size - 1), &component).faults().await;
    assert!(faults.len() == 1 && faults[0].contains("component-size"), "{faults:?}");
}
