//! What the person who is writing a route sees of its failures, and nobody else.

use routelet_tests::{Answer, Guest, SiteDir, TestSite, site::request};

fn site() -> SiteDir {
    SiteDir::new().route("traps", Guest::Traps).route("says", Guest::AnswersStatus).route("exits", Guest::Exits)
}

/// What is asked, why it fails, and what its guest prints meanwhile.
const FAILURES: [(&str, &str, &str); 4] = [
    ("/traps", "the guest trapped", "canary-in-the-panic-message"),
    ("/exits?code=1", "the guest exited with code 1", "nothing"),
    ("/says?status=500&complaint=cause-of-it", "answered that it failed, without a body", "cause-of-it"),
    ("/says?status=100&complaint=cause-of-it", "a route answers with 200 to 599", "cause-of-it"),
];

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

async fn browse(site: &TestSite, method: &str, target: &str) -> Answer {
    let mut asked = request(method, target);
    asked.headers_mut().insert("accept", BROWSER.parse().expect("a value"));
    site.answer(asked).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_being_written_shows_why_it_failed_and_what_it_printed() {
    let site = site().load_diagnosing().await;
    for (target, why, printed) in FAILURES {
        let path = target.split('?').next().expect("a path");
        let (page, text) = (browse(&site, "GET", target).await, site.get(target).await);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{page:?}");
        assert_eq!((text.header("content-type"), text.status), ("text/plain; charset=utf-8", page.status));
        for answer in [&page, &text] {
            assert!(answer.status >= 500, "{answer:?}");
            for part in [why, printed, &format!("GET {path} in app{path}")] {
                assert!(answer.text().contains(part), "{part:?} in {}", answer.text());
            }
        }
        let head = browse(&site, "HEAD", target).await;
        assert_eq!((head.status, head.text()), (page.status, ""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guest_prints_cannot_become_markup() {
    let site = site().load_diagnosing().await;
    let target = "/says?status=500&complaint=%3Cscript%3Ealert(1)%3C/script%3E%26";
    let (page, text) = (browse(&site, "GET", target).await, site.get(target).await);
    assert!(!page.text().contains("<script>"), "{}", page.text());
    assert!(page.text().contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{}", page.text());
    assert!(text.text().contains("<script>alert(1)</script>"), "{}", text.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_says_something_itself_is_left_alone() {
    let site = site().load_diagnosing().await;
    for (target, status, body) in [
        ("/says?status=500&complaint=cause&body=its-own-page", 500, "its-own-page"),
        ("/says?status=500", 500, ""),
        ("/says?status=503&complaint=cause", 503, ""),
        ("/says?status=200&complaint=cause", 200, ""),
    ] {
        let answer = browse(&site, "GET", target).await;
        assert_eq!((answer.status, answer.text(), answer.complete), (status, body, true), "{target}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_served_sees_nothing_of_it() {
    let site = site().load().await;
    for (target, why, printed) in FAILURES {
        let answer = browse(&site, "GET", target).await;
        let told = answer.text();
        assert!(!told.contains(why) && !told.contains(printed) && !told.contains("<html"), "{target}: {answer:?}");
    }
    assert_eq!(browse(&site, "GET", FAILURES[2].0).await.text(), "", "as the guest answered it");
}
