//! Asks the host the same small question again and again: `what` and how many `times`.

use routelet_guests::{
    handles, number, query, say,
    wasip2::{
        cli::environment::get_environment,
        clocks::{monotonic_clock, wall_clock},
        random::random::get_random_u64,
    },
};

handles!(|request, out| {
    let times = number(&request, "times", 1);
    let what = query(&request, "what").expect("the test sends it");
    for _ in 0..times {
        match what.as_str() {
            "env" => drop(get_environment()),
            "clock" => drop(monotonic_clock::now()),
            "time" => drop(wall_clock::now()),
            "random" => drop(get_random_u64()),
            "target" => drop(request.path_with_query()),
            other => panic!("no question {other}"),
        }
    }
    say(out, times.to_string());
});
