//! Builds with the real cargo of this machine, from small sites in temporary directories.

use std::fs;

use routelet_build::{Builder, Environment, Options, Outcome};

#[test]
fn smoke() {
    let site = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = site.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    write(
        "Cargo.toml",
        "[package]\nname = \"site\"\nedition = \"2024\"\n[workspace]\n[[example]]\nname = \"users-id\"\ncrate-type = [\"cdylib\"]\npath = \"app/users/[id]/route.rs\"\n[[example]]\nname = \"bad\"\ncrate-type = [\"cdylib\"]\npath = \"app/bad/route.rs\"\n",
    );
    write("app/users/[id]/route.rs", "pub fn a() {}\n");
    write("app/bad/route.rs", "pub fn a() -> u32 {\n \"x\" }\n");
    write("app/none/route.rs", "pub fn a() {}\n");
    write("app/x/route.ts", "");
    write("app/segment.toml", "");
    let mut builder = Builder::new(site.path(), Options::dist(Environment::of_process()));
    for _ in 0..2 {
        let report = builder.build(&mut |line| eprintln!("> {line}"));
        eprintln!("{report:#?}");
        for fault in report.faults() {
            eprintln!("{fault}");
        }
        assert!(
            report
                .routes
                .iter()
                .any(|r| !matches!(r.outcome, Outcome::Failed(_)))
        );
    }
    write("app/bad/route.rs", "pub fn a() -> u32 {\n 0 }\n");
    let report = builder.rebuild(&["app/bad/route.rs".into()], &mut |line| {
        eprintln!("> {line}")
    });
    eprintln!("{report:#?}");
    let _ = std::process::Command::new("find")
        .arg(site.path().join("dist"))
        .status();
}
