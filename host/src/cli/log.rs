//! Log lines on standard error: for people at a terminal, JSON otherwise. It decides how a line
//! looks and where it goes, never what is logged.

mod layer;
mod line;
mod panics;
mod sink;

use std::io;

use routelet::config::LogFormat;
use tracing_subscriber::{EnvFilter, Layer, Registry, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use self::{layer::LineLayer, sink::Sink};

/// What is logged unless `RUST_LOG` says otherwise: our own events, and other crates' complaints.
const FILTER: &str = "warn,routelet=info";

/// Sends log lines to standard error until the guard is dropped, which writes what is left. From now on a panic is
/// a line as well.
pub(crate) fn start(format: LogFormat) -> io::Result<impl Drop> {
    let (sink, guard) = Sink::start(format, io::stderr())?;
    tracing_subscriber::registry()
        .with(filter())
        .with(LineLayer::new(format, sink))
        .try_init()
        .map_err(io::Error::other)?;
    std::panic::set_hook(Box::new(panics::tell));
    Ok(guard)
}

/// What `RUST_LOG` says may name spans and fields, and is looked up for every span; the default does not.
fn filter() -> Box<dyn Layer<Registry> + Send + Sync> {
    match EnvFilter::try_from_default_env() {
        Ok(wanted) => wanted.boxed(),
        Err(_) => FILTER.parse::<Targets>().expect("levels and names of crates").boxed(),
    }
}
