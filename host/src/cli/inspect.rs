//! `inspect FILE.wasm`: what a component exports, imports and declares, without running it.

use std::{fmt::Display, io};

use routelet::{
    Fault,
    contract::{self, Kind},
    section::Section,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Exit, InspectArgs, Screen, Stop, files, methods};

/// The result, whose field names scripts depend on.
#[derive(Debug, Serialize)]
struct Inspection {
    kind: Kind,
    methods: Vec<&'static str>,
    imports: Vec<String>,
    exports: Vec<String>,
    bytes: usize,
    sha256: String,
    section: Option<Section>,
}

/// Inspects one file. WASI 0.3 is shown whether or not a server would serve it.
pub(super) fn inspect(args: &InspectArgs, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    let inspection = look(args)?;
    if args.json {
        screen.json(&inspection)?;
    } else {
        show(&inspection, screen)?;
    }
    Ok(Exit::Done)
}

fn look(args: &InspectArgs) -> Result<Inspection, Fault> {
    let bytes = files::read(&args.file)?;
    let contract = contract::read(&bytes, true).map_err(|error| error.fault(&args.file))?;
    let answered = contract.methods(None).map_err(|error| error.fault(&args.file))?;
    Ok(Inspection {
        kind: contract.kind,
        methods: methods::names(answered),
        imports: contract.imports,
        exports: contract.exports,
        bytes: bytes.len(),
        sha256: hex(&Sha256::digest(&bytes)),
        section: contract.section,
    })
}

fn show(inspection: &Inspection, screen: &mut Screen<'_>) -> io::Result<()> {
    let section = match &inspection.section {
        Some(section) => serde_json::to_string(section).map_err(io::Error::other)?,
        None => "none".to_owned(),
    };
    line(screen, "kind", inspection.kind)?;
    line(screen, "methods", inspection.methods.join(", "))?;
    line(screen, "bytes", inspection.bytes)?;
    line(screen, "sha256", &inspection.sha256)?;
    line(screen, "section", section)?;
    lines(screen, "exports", &inspection.exports)?;
    lines(screen, "imports", &inspection.imports)
}

fn lines(screen: &mut Screen<'_>, name: &str, values: &[String]) -> io::Result<()> {
    if values.is_empty() {
        return line(screen, name, "none");
    }
    for (at, value) in values.iter().enumerate() {
        line(screen, if at == 0 { name } else { "" }, value)?;
    }
    Ok(())
}

fn line(screen: &mut Screen<'_>, name: &str, value: impl Display) -> io::Result<()> {
    screen.result(format_args!("{name:<8} {value}"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
