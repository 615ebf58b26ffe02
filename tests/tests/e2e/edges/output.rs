//! Limits of what a guest may print.

use routelet_tests::{
    Guest, TestSite,
    log::{Line, Recorded},
};

use super::limited;

/// What is logged while a guest prints: each line is its number, a space, and so many letters.
async fn printed(site: &TestSite, lines: usize, letters: usize) -> Vec<Line> {
    let log = Recorded::start();
    let answer = site.get(&format!("/?lines={lines}&width={letters}")).await;
    assert_eq!(answer.text(), "flooded\n");
    site.idle().await;
    log.take()
}

fn of<'l>(lines: &'l [Line], event: &str) -> Vec<&'l Line> {
    lines.iter().filter(|line| line.event() == event).collect()
}

#[tokio::test]
pub(super) async fn a_line_is_as_long_as_it_may_be() {
    let site = limited(Guest::FloodsStdout, "log-line = \"100B\"").await;
    for (letters, logged) in [(98, 100), (99, 100 + " [truncated]".len())] {
        let lines = printed(&site, 1, letters).await;
        let guest = of(&lines, "guest");
        assert_eq!(guest.len(), 1, "{lines:?}");
        assert_eq!(guest[0].field("text").len(), logged, "{lines:?}");
    }
}

#[tokio::test]
pub(super) async fn a_request_prints_as_much_as_it_may() {
    // Ten lines of ten bytes, their ends included.
    let site = limited(Guest::FloodsStdout, "log-request = \"100B\"").await;
    for (lines, capped) in [(10, 0), (11, 1), (1_000, 1)] {
        let logged = printed(&site, lines, 7).await;
        assert_eq!(of(&logged, "guest").len(), 10, "{lines}: {logged:?}");
        assert_eq!(of(&logged, "guest_output_capped").len(), capped, "{lines}: {logged:?}");
    }
}

#[tokio::test]
pub(super) async fn a_route_logs_as_many_lines_as_it_may() {
    let none = limited(Guest::FloodsStdout, "log-rate = 0").await;
    assert_eq!(of(&printed(&none, 3, 7).await, "guest").len(), 0);
    // At a thousand lines a second none of a hundred is dropped; at ten most are.
    let many = limited(Guest::FloodsStdout, "log-rate = 1000").await;
    assert_eq!(of(&printed(&many, 100, 7).await, "guest").len(), 100);
    let few = limited(Guest::FloodsStdout, "log-rate = 10").await;
    let logged = of(&printed(&few, 100, 7).await, "guest").len();
    assert!((10..100).contains(&logged), "{logged}");
}
