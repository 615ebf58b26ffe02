//! A site in a temporary directory, and a world of fake tools to build it with. It asserts nothing.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use routelet_build::{Builder, Environment, Options, Outcome, Report};
use tempfile::TempDir;

/// A site that goes away with the value.
pub(crate) struct Site {
    directory: TempDir,
}

impl Site {
    /// A site with these files and contents.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let site = Self { directory: tempfile::tempdir().unwrap() };
        for (file, text) in files {
            site.write(file, text);
        }
        site
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let file = self.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> String {
        let file = self.path().join(file);
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_dir_all(self.path().join(path)).or_else(|_| fs::remove_file(self.path().join(path))).unwrap();
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.path().join(path).exists()
    }

    /// Lets toolchains that a package index carries stay from one test to the next, where the sample site keeps
    /// its own.
    pub(crate) fn keep_toolchains(&self) {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample-routes/.routelet/toolchains");
        fs::create_dir_all(&kept).unwrap();
        fs::create_dir_all(self.path().join(".routelet")).unwrap();
        std::os::unix::fs::symlink(kept, self.path().join(".routelet/toolchains")).unwrap();
    }

    /// Exported interfaces stand in a component by their full names; those of other methods must not.
    pub(crate) fn exports_exactly(&self, component: &str, methods: &[&str]) {
        let bytes = fs::read(self.path().join(component)).unwrap();
        for method in ["get", "head", "post", "put", "patch", "delete", "options"] {
            let interface = format!("routelet:route/{method}@0.2.0");
            let found = bytes.windows(interface.len()).any(|at| at == interface.as_bytes());
            assert_eq!(found, methods.contains(&method), "{interface} in {component}");
        }
    }

    /// Every file below `directory`, sorted, without routelet's own list of them.
    pub(crate) fn files(&self, directory: &str) -> Vec<String> {
        let root = self.path().join(directory);
        let mut files = Vec::new();
        let mut directories = vec![root.clone()];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(directory).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    directories.push(path);
                } else {
                    files.push(path.strip_prefix(&root).unwrap().display().to_string());
                }
            }
        }
        files.retain(|file| file != ".routelet-files.json");
        files.sort();
        files
    }

    /// Builds once, where no tool exists.
    pub(crate) fn build(&self) -> Report {
        self.build_with(&Environment::empty())
    }

    /// Builds once with the tools of `environment`.
    pub(crate) fn build_with(&self, environment: &Environment) -> Report {
        self.builder(environment).build(&mut |_| {})
    }

    /// A builder that writes `dist`.
    pub(crate) fn builder(&self, environment: &Environment) -> Builder {
        Builder::new(self.path(), Options::dist(environment.clone()))
    }
}

/// The first block of that language in a README of the repository, from where its routes begin.
pub(crate) fn example_of(readme: &str, language: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(readme);
    let text = fs::read_to_string(file).unwrap();
    let routes = text.split_once("\n## Handlers in ").map_or(text.as_str(), |(_, routes)| routes);
    let block = routes.split_once(&format!("\n```{language}\n")).and_then(|(_, block)| block.split_once("\n```\n"));
    let (block, _) = block.unwrap_or_else(|| panic!("{readme} has no example in {language}"));
    format!("{block}\n")
}

/// What went wrong, a line each.
pub(crate) fn faults(report: &Report) -> Vec<String> {
    report.faults().into_iter().map(ToString::to_string).collect()
}

/// `app/a/route.rs: built` and the like, a line each.
pub(crate) fn outcomes(report: &Report) -> Vec<String> {
    let word = |outcome: &Outcome| match outcome {
        Outcome::Built { .. } => "built",
        Outcome::Unchanged { .. } => "unchanged",
        Outcome::Failed(_) => "failed",
    };
    let line = |route: &routelet_build::RouteReport| format!("{}: {}", route.source.display(), word(&route.outcome));
    report.routes.iter().map(line).collect()
}

/// A `PATH` of shell scripts, each named for the tool it plays.
pub(crate) struct Tools {
    directory: TempDir,
}

impl Tools {
    /// No tool at all.
    pub(crate) fn none() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    /// A toolchain that is complete: `rustc` knows the target, `cargo` makes a component of every
    /// example in the site's manifest.
    pub(crate) fn complete() -> Self {
        Self::none().rustc_with_target(true).tool("cargo", CARGO)
    }

    /// The same tools and one more, which appends its name, directory and arguments to the log.
    pub(crate) fn tool(self, name: &str, script: &str) -> Self {
        let link = self.directory.path().join(name);
        fs::write(link.with_extension("script"), script).unwrap();
        let play = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/build/play.sh");
        // Playing another part is a change of the script alone.
        if !link.exists() {
            std::os::unix::fs::symlink(play, link).unwrap();
        }
        self
    }

    /// Puts a file in the place of a tool that no system can run.
    pub(crate) fn break_tool(&self, name: &str) {
        let link = self.directory.path().join(name);
        fs::remove_file(&link).unwrap();
        fs::write(&link, "\u{7f}ELF and nothing more").unwrap();
        fs::set_permissions(&link, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Where a tool is found, as messages show it.
    pub(crate) fn place(&self, tool: &str) -> String {
        self.directory.path().join(tool).display().to_string()
    }

    /// A pipe beside the tools, for a tool to wait at until the test writes to it.
    pub(crate) fn fifo(&self, name: &str) -> PathBuf {
        let fifo = self.directory.path().join(name);
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        fifo
    }

    /// A `rustc` whose library for the target is where it says, or is not there yet.
    pub(crate) fn rustc_with_target(self, there: bool) -> Self {
        let library = self.library();
        if there {
            fs::create_dir_all(&library).unwrap();
        }
        self.tool("rustc", &format!("echo '{}'", library.display()))
    }

    /// Where the target's library is, once it is installed.
    pub(crate) fn library(&self) -> PathBuf {
        self.directory.path().join("lib/wasm32-wasip2")
    }

    pub(crate) fn environment(&self) -> Environment {
        Environment::empty().with("PATH", self.directory.path())
    }

    /// What was run so far, a line each.
    pub(crate) fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// The manifest of a site whose routes are `app/NAME/route.rs`.
pub(crate) fn manifest(routes: &[&str]) -> String {
    let stanza = |name: &&str| {
        format!("[[example]]\nname = \"{name}\"\ncrate-type = [\"cdylib\"]\npath = \"app/{name}/route.rs\"\n")
    };
    let stanzas: String = routes.iter().map(stanza).collect();
    format!("[package]\nname = \"site\"\nedition = \"2024\"\n\n[workspace]\n\n{stanzas}")
}

/// Plays cargo for manifests that [`manifest`] wrote. A source that says `error` does not compile;
/// any other becomes a component with the source's own text.
pub(crate) const CARGO: &str = r#"
site=$PWD
names=$(sed -n 's/^name = "\(.*\)"$/\1/p' Cargo.toml | tail -n +2)
if [ "$1" = metadata ]; then
  targets=
  for name in $names; do
    targets="$targets${targets:+,}{\"name\":\"$name\",\"kind\":[\"example\"],\"crate_types\":[\"cdylib\"],\"src_path\":\"$site/app/$name/route.rs\"}"
  done
  echo "{\"packages\":[{\"name\":\"site\",\"manifest_path\":\"$site/Cargo.toml\",\"targets\":[$targets],\"dependencies\":[]}],\"workspace_root\":\"$site\"}"
  exit 0
fi
echo "   Compiling site" >&2
status=0
while [ $# -gt 0 ]; do
  if [ "$1" = --example ]; then
    source="$site/app/$2/route.rs"
    target="\"target\":{\"src_path\":\"$source\"}"
    if grep -q error "$source"; then
      printf '%s\n' "{\"reason\":\"compiler-message\",$target,\"message\":{\"level\":\"error\",\"message\":\"it says error\",\"rendered\":\"error: it says error\\n\",\"spans\":[{\"file_name\":\"app/$2/route.rs\",\"line_start\":7,\"is_primary\":true}]}}"
      status=101
    else
      mkdir -p "$site/.routelet/target"
      cp "$source" "$site/.routelet/target/$2.wasm"
      printf '%s\n' "{\"reason\":\"compiler-artifact\",$target,\"filenames\":[\"$site/.routelet/target/$2.wasm\"]}"
    fi
    shift
  fi
  shift
done
exit $status
"#;
