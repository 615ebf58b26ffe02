//! `stamp FILE.wasm --methods GET,POST`: declares in a component which methods it answers.

use routelet::{
    Fault, contract,
    section::{self, Section},
};

use super::{Exit, Screen, StampArgs, Stop, files, methods};

/// Writes the component with its new section, in one step.
pub(super) fn stamp(args: &StampArgs, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    let bytes = files::read(&args.file)?;
    let stamped = stamped(args, &bytes)?;
    let target = args.output.as_ref().unwrap_or(&args.file);
    files::replace(target, &stamped)?;
    screen.tell(format_args!("{}: declares {}", target.display(), methods::listed(args.methods.0)));
    Ok(Exit::Done)
}

fn stamped(args: &StampArgs, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    // A faulty section is replaced without asking: this command is the way out of it.
    let before = contract::read(bytes, true).ok().and_then(|contract| contract.section);
    let section = Section { methods: Some(args.methods.0), ..before.unwrap_or_default() };
    let stamped = section::stamp(bytes, &section).map_err(|error| error.fault(&args.file))?;
    let contract = contract::read(&stamped, true).map_err(|error| error.fault(&args.file))?;
    contract.methods(None).map_err(|error| error.fault(&args.file))?;
    Ok(stamped)
}
