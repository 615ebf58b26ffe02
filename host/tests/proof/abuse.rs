//! Every hostile guest again and again, against the program itself: it stays whole, and what a guest took is given back.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream};
use routelet_tests::{
    Guest, SiteDir,
    binary::{Program, Serving},
    client::Raw,
    fixtures::Hostile,
};
use tokio::time::Instant;

use crate::rounds::{figure, rounds};

/// Requests at a time: enough that guests of different kinds meet.
const AT_ONCE: usize = 8;
/// What the program may have grown by, its allocator's own keeping included.
const GROWN_BYTES_MAX: u64 = 32 << 20;
/// How soon all must be given back.
const SETTLED_WITHIN: Duration = Duration::from_secs(5);
/// How often it is told meanwhile what the program holds.
const TREND_STEPS: u64 = 10;
/// Little of everything, so that a round is short.
const POLICY: &str =
    "[limits]\nmemory = \"32MiB\"\ncpu = \"30ms\"\nfirst-byte = \"100ms\"\nwall = \"200ms\"\nqueue-wait = \"60s\"\n";

/// Guests that a toolchain made, and what each is asked.
const GUESTS: [(Guest, &str); 31] = [
    (Guest::AnswersErrorCode, ""),
    (Guest::AnswersStatus, "status=101"),
    (Guest::AsksMuch, "what=env&times=1000000000"),
    (Guest::CallsOutAtOnce, "times=100&url=http://127.0.0.1:9/"),
    (Guest::CallsOutOddly, "authority=127.0.0.1:9&path=/&pad=70000"),
    (Guest::DeclaresLengths, "one=5&other=6"),
    (Guest::DropsOutparam, ""),
    (Guest::Exits, "code=1"),
    (Guest::FillsFields, ""),
    (Guest::FloodsStdout, "lines=1000&width=1000"),
    (Guest::GrowsMemory, ""),
    (Guest::Hoards, "kind=bodies"),
    (Guest::HoldsResources, "kind=pollables&count=10000"),
    (Guest::LeaksHandles, ""),
    (Guest::NeverAnswers, ""),
    (Guest::OverflowsStack, ""),
    (Guest::PassesLists, "how=list&count=10000&bytes=1000"),
    (Guest::PollsBusily, ""),
    (Guest::ReturnsUnfinishedBody, ""),
    (Guest::SendsBadHeaders, "name=x&value=a%0D%0Ab"),
    (Guest::SendsManyHeaders, "count=101&size=1"),
    (Guest::SendsTrailers, "name=content-length&value=5"),
    (Guest::SendsWrongLength, "declared=5&sent=500000"),
    (Guest::SleepsForever, ""),
    (Guest::SpinsAfterResponse, ""),
    (Guest::SpinsForever, ""),
    (Guest::StreamsForever, ""),
    (Guest::TakesRandom, "bytes=1073741824"),
    (Guest::Traps, ""),
    (Guest::WritesWithoutPermit, "bytes=16000000"),
    (Guest::WritesZeroes, "to=stdout&bytes=1073741824"),
];

/// What a program holds that guests might leave behind.
#[derive(Debug, Clone, Copy)]
struct Held {
    resident_bytes: u64,
    descriptors: u64,
}

impl Held {
    fn by(serving: &Serving) -> Self {
        Self { resident_bytes: serving.resident_bytes(), descriptors: serving.descriptors() }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_guests_leave_nothing_behind() {
    let (dir, targets) = site();
    let serving = Program::at(env!("CARGO_BIN_EXE_routelet")).serve(dir.path()).await;
    // What is paid once is paid before the count begins: pages of code, and the slots the pool keeps warm.
    for _ in 0..rounds(8, 50) {
        round(serving.address, &targets).await;
    }
    settled(&serving, None).await;
    let before = Held::by(&serving);
    let count = rounds(12, 1_000);
    let (mut answers, mut trend) = (BTreeMap::<String, u64>::new(), Vec::new());
    for number in 0..count {
        for status in round(serving.address, &targets).await {
            *answers.entry(status).or_default() += 1;
        }
        if number % (count / TREND_STEPS) == 0 {
            trend.push(serving.resident_bytes() >> 20);
        }
    }
    figure("abuse", format_args!("MiB over time {trend:?}"));
    let after = settled(&serving, Some(before)).await;
    assert_each_has_its_place(&serving, &targets).await;
    let grown = after.resident_bytes.saturating_sub(before.resident_bytes);
    assert_eq!(serving.panics(), [""; 0]);
    assert!(grown <= GROWN_BYTES_MAX, "grown by {grown} bytes");
    let kinds = targets.len();
    figure(
        "abuse",
        format_args!(
            "{kinds} kinds x {count}, answers {answers:?}, grown by {} KiB, {} descriptors before and {} after, 0 panics",
            grown >> 10,
            before.descriptors,
            after.descriptors
        ),
    );
}

/// Every hostile guest at a path of its own, and what to ask for.
fn site() -> (SiteDir, Arc<Vec<String>>) {
    let mut targets = Vec::new();
    let mut dir = SiteDir::new().policy(POLICY).route("good", Guest::HelloPlain);
    for hostile in Hostile::ALL {
        dir = dir.component(hostile.name(), &hostile.component());
        targets.push(format!("/{}", hostile.name()));
    }
    for (guest, query) in GUESTS {
        let path = format!("{guest:?}");
        dir = dir.route(&path, guest);
        targets.push(format!("/{path}?{query}"));
    }
    (dir, Arc::new(targets))
}

/// Asks each guest once, and returns what came: a status, or nothing where the connection just ended.
async fn round(address: SocketAddr, targets: &[String]) -> Vec<String> {
    let asked = targets.iter().map(|target| async move {
        let answer = Raw::exchange(address, target).await;
        answer.split(' ').nth(1).map_or_else(|| format!("none of {target}"), str::to_owned)
    });
    stream::iter(asked).buffer_unordered(AT_ONCE).collect().await
}

/// Waits until the program holds no more descriptors than before, if there was a before, and is quiet.
async fn settled(serving: &Serving, before: Option<Held>) -> Held {
    let due = Instant::now() + SETTLED_WITHIN;
    loop {
        let held = Held::by(serving);
        match before {
            Some(before) if held.descriptors > before.descriptors => {
                assert!(Instant::now() < due, "still more descriptors: {before:?}, {held:?}");
            }
            _ if Instant::now() < due && before.is_none() && !is_quiet(serving).await => {}
            _ => return held,
        }
        // The system tells no event when a process closes something.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Whether the good route answers, which says that the program has come to its other work too.
async fn is_quiet(serving: &Serving) -> bool {
    Raw::exchange(serving.address, "/good").await.starts_with("HTTP/1.1 200")
}

/// No guest still holds the place of its route: each is asked once more, alone, and none is turned away.
async fn assert_each_has_its_place(serving: &Serving, targets: &[String]) {
    for target in targets {
        let answer = Raw::exchange(serving.address, target).await;
        assert!(!answer.starts_with("HTTP/1.1 503"), "{target}: {answer}");
    }
    assert!(is_quiet(serving).await);
}
