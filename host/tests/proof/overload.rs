//! Three times what a route can take: it goes on answering as much as it can, and says no quickly.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use routelet_tests::{Guest, SiteDir, binary::Program};

use crate::{
    load::{self, Samples},
    rounds::{figure, is_long, rounds},
    serving::PROGRAM,
};

/// A route bounded by its own limits and not by this machine, which the clients share with it.
const POLICY: &str = "[limits]\nconcurrency = 4\nqueue = 4\n";
/// Its guest waits for 20 ms.
const TARGET: &str = "/?times=1&ms=20";
/// Enough to have a request out for every one that is due, also while some wait for their turn several times over.
const CLIENTS: u32 = 128;
/// How much of its peak the route still answers; less where the machine is busy with other tests.
const GOODPUT: f64 = if cfg!(debug_assertions) { 0.5 } else { 0.9 };

/// How long a client waits for a no, in the long form.
const SHED_P99_MS_MAX: f64 = 10.0;
/// How soon nothing of the load is felt any more, in the long form.
const WHOLE_AGAIN_MAX: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn a_route_offered_three_times_its_peak_keeps_it() {
    let over = Duration::from_millis(rounds(1_500, 20_000));
    let dir = SiteDir::of(Guest::WaitsMuch).policy(POLICY);
    let server = Program::at(PROGRAM).serve(dir.path()).await;
    let address = server.address;
    tokio::task::spawn_blocking(move || proof(address, over)).await.expect("no panic");
}

fn proof(address: SocketAddr, over: Duration) {
    // As many clients as the route runs and queues.
    let peak = load::closed(address, TARGET, 8, over).with_status(200).rate();
    let offered = load::open(address, TARGET, CLIENTS, 3.0 * peak, over);
    let ended = Instant::now();
    let (good, shed) = (offered.with_status(200), offered.with_status(503));
    let goodput = good.rate() / peak;
    figure(
        "overload",
        format_args!(
            "peak {peak:.0}/s, offered {:.0}/s, goodput {:.1} % of peak, p99 of the served {:.1} ms",
            offered.rate(),
            goodput * 100.0,
            good.percentile_ms(0.99)
        ),
    );
    figure(
        "overload",
        format_args!(
            "shed {}, p50 {:.2} ms, p99 {:.2} ms",
            shed.count(),
            shed.percentile_ms(0.5),
            shed.percentile_ms(0.99)
        ),
    );
    assert_eq!(good.count() + shed.count(), offered.count(), "served or shed, nothing else: {:?}", statuses(&offered));
    assert!(shed.count() > 0 && goodput > GOODPUT, "{goodput}");
    assert!(!is_long() || shed.percentile_ms(0.99) <= SHED_P99_MS_MAX, "shedding takes too long");
    let after = load::closed(address, TARGET, 4, Duration::from_millis(100));
    let whole = ended.elapsed();
    figure("overload", format_args!("whole again {:.0} ms after the load", whole.as_secs_f64() * 1000.0));
    assert!(!is_long() || whole <= WHOLE_AGAIN_MAX, "{whole:?} after the load");
    assert_eq!(after.with_status(200).count(), after.count());
}

fn statuses(samples: &Samples) -> Vec<(u16, usize)> {
    [0, 200, 500, 502, 503, 504].map(|status| (status, samples.with_status(status).count())).to_vec()
}
