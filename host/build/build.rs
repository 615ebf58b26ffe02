//! Lists the files of the Rust SDK, and of the WIT it links to, for `sdk.rs` to carry. It never
//! changes them.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// Folders that a site has no use for.
const LEFT_OUT: [&str; 7] = ["target", "test", "tests", "benches", "examples", "node_modules", "__pycache__"];

fn main() -> io::Result<()> {
    // Asked for when it runs: a build folder may be moved or shared together with what is in it.
    let package = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let root = PathBuf::from(package).join("../..").canonicalize()?;
    let mut files = Vec::new();
    collect(&root.join("guest-sdk"), &mut files)?;
    files.sort();
    let entry = |file: &PathBuf| {
        let name = file.strip_prefix(&root).expect("every file is below the root");
        format!("({:?}, include_bytes!({file:?})),\n", name.to_string_lossy().replace('\\', "/"))
    };
    let list: String = files.iter().map(entry).collect();
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("carried.rs"), format!("&[\n{list}]"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    // A directory's time changes when a file appears or goes; content is watched by `include_bytes`.
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        // Through symbolic links: the WIT exists once, and the SDK links to it.
        if entry.path().is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
