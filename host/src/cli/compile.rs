//! `compile`: what a server starts for each component, speaking with it over standard input and
//! output. It reads no settings.

use std::io;

use super::{Exit, Stop};

/// One component, from bytes to code.
pub(crate) fn compile() -> Result<Exit, Stop> {
    routelet::compile::answer(io::stdin().lock(), io::stdout().lock()).map_err(Stop::failed)?;
    Ok(Exit::Done)
}
