//! An application of Next.js, asked under `next start` and under this program: both answer the same, but for what
//! `tests/next/compare/deviations.mjs` lists with its reason.

use std::{
    io::{self, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use routelet_tests::{guests::target_dir, site::code_cache};

use crate::PROGRAM;

/// Takes minutes where nothing is built yet: npm fetches Next.js, and each route file becomes a component.
#[test]
fn route_files_answer_as_they_do_under_nextjs() {
    let missing: Vec<_> = ["node", "npm"].into_iter().filter(|tool| !is_there(tool)).collect();
    if !missing.is_empty() {
        // Past the test runner's capture, so that nobody takes it for a comparison.
        let _ = writeln!(io::stderr(), "skipped the comparison with Next.js: no {}", missing.join(" and no "));
        return;
    }
    let comparison = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/next/compare/run.mjs");
    let mut compare = Command::new("node");
    compare.arg(comparison).args(["--routelet", PROGRAM, "--work"]).arg(target_dir().join("next"));
    let output = compare.env("ROUTELET_CACHE_DIR", code_cache()).output().expect("node is there");
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success(), "{said}");
    let _ = writeln!(io::stderr(), "{}", said.lines().last().unwrap_or_default());
}

fn is_there(tool: &str) -> bool {
    let asked = Command::new(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}
