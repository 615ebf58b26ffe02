//! Why a file cannot be served, with what was found, what was expected and the way out. It knows
//! no path: who holds the file adds it.

use std::{fmt, path::PathBuf, time::Duration};

use super::Foreign;
use crate::{
    fault::Fault,
    routing::{Method, Methods},
    runtime::section::SectionError,
};

/// Why the bytes of a file are no component that can be served here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContractError {
    /// The file is no component at all.
    Foreign(Foreign),
    /// The component ends before it is complete.
    Truncated {
        /// How many bytes there are.
        bytes: usize,
    },
    /// The component breaks the rules of its format.
    Malformed {
        /// The offset of the offending byte.
        at: u64,
        /// The rule it breaks.
        reason: String,
    },
    /// To validate the component takes too long.
    TooCostly {
        /// How long was tried.
        time_max: Duration,
    },
    /// The component exports nothing that answers HTTP.
    NoHandler {
        /// What it exports instead.
        exports: Vec<String>,
    },
    /// An exported interface has the name of a handler, and not its function.
    NoHandleFunction {
        /// The interface.
        interface: String,
    },
    /// An exported native interface has a version that this host does not speak.
    UnknownNativeVersion {
        /// The interface.
        interface: String,
    },
    /// The component needs WASI 0.3, which is switched off.
    Wasi03Off {
        /// The interface at 0.3, where a name tells; otherwise its types do.
        interface: Option<String>,
    },
    /// The component imports what the host does not offer.
    NotOffered {
        /// All such imports.
        imports: Vec<String>,
    },
    /// Its section named `routelet` is at fault.
    Section(SectionError),
}

/// Why a route cannot answer the methods that were declared for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MethodsError {
    /// A method was declared that a native component does not export.
    NotExported {
        /// That method.
        method: Method,
        /// What it exports.
        exported: Methods,
    },
    /// The declaration names no method.
    Empty,
}

/// Found, expected, way out; the last two may be empty.
struct Account {
    found: String,
    expected: String,
    way_out: String,
}

impl ContractError {
    /// The same, as a fault of `file`.
    #[must_use]
    pub fn fault(&self, file: impl Into<PathBuf>) -> Fault {
        self.account().fault(file)
    }

    fn account(&self) -> Account {
        match self {
            Self::Foreign(foreign) => Account::new(foreign, "a WebAssembly component", foreign.way_out()),
            Self::Truncated { bytes } => {
                Account::new(format_args!("is cut off after {bytes} bytes"), "a whole component", "copy the file again")
            }
            Self::Malformed { at, reason } => Account::new(
                format_args!("is no valid component: {reason}, at offset {at:#x}"),
                "a component that validates",
                "build it again with a current toolchain; `wasm-tools validate` says more",
            ),
            Self::TooCostly { time_max } => Account::new(
                format_args!("is not validated within {} s", time_max.as_secs_f64()),
                "a component whose instances and types are small",
                "instantiate fewer components in it, or with smaller interfaces",
            ),
            Self::NoHandler { exports } => no_handler(exports),
            Self::NoHandleFunction { interface } => Account::new(
                format_args!("exports {} without the function `handle` of that interface", shown(interface)),
                "the function as the WIT of that version declares it",
                "build it against the WIT of that interface",
            ),
            Self::UnknownNativeVersion { interface } => Account::new(
                format_args!("exports {}, a version this server does not speak", shown(interface)),
                "routelet:route/<method>@0.2.x",
                "build it against routelet:route@0.2.0, or serve it with a server of that version",
            ),
            Self::Wasi03Off { interface } => wasi_0_3_off(interface.as_deref()),
            Self::NotOffered { imports } => not_offered(imports),
            Self::Section(error) => error.account(),
        }
    }
}

impl SectionError {
    fn account(&self) -> Account {
        Account::new(
            self,
            "one custom section `routelet`, such as {\"version\":1,\"methods\":[\"GET\"]}",
            "write it again with `routelet stamp FILE.wasm --methods GET,POST`",
        )
    }
}

impl MethodsError {
    /// The same, as a fault of the file that declares the methods.
    #[must_use]
    pub fn fault(&self, file: impl Into<PathBuf>) -> Fault {
        self.account().fault(file)
    }

    fn account(&self) -> Account {
        match self {
            Self::NotExported { method, exported } => Account::new(
                format_args!("declares the method {}, which the component does not export", method.as_str()),
                format_args!("some of {}", listed(*exported)),
                "remove the method, or export its interface from the component",
            ),
            Self::Empty => {
                Account::new("declares no method at all", "at least one method", "name one, or leave the key out")
            }
        }
    }
}

impl Account {
    fn new(found: impl fmt::Display, expected: impl fmt::Display, way_out: impl fmt::Display) -> Self {
        Self { found: found.to_string(), expected: expected.to_string(), way_out: way_out.to_string() }
    }

    fn fault(self, file: impl Into<PathBuf>) -> Fault {
        Fault::new(file, self.found).expected(self.expected).way_out(self.way_out)
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; expected {}; {}", self.found, self.expected, self.way_out)
    }
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.account().fmt(f)
    }
}

impl fmt::Display for MethodsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.account().fmt(f)
    }
}

impl std::error::Error for ContractError {}
impl std::error::Error for MethodsError {}

impl From<wasmparser::Error> for ContractError {
    fn from(error: wasmparser::Error) -> Self {
        Self::Malformed { at: error.offset(), reason: shown(error.message()).to_string() }
    }
}

impl From<SectionError> for ContractError {
    fn from(error: SectionError) -> Self {
        Self::Section(error)
    }
}

fn no_handler(exports: &[String]) -> Account {
    let found = match exports {
        [] => "exports nothing, so no HTTP handler".to_owned(),
        _ => format!("exports no HTTP handler, only {}", several(exports)),
    };
    let way_out = if exports.iter().any(|name| name.starts_with("wasi:cli/run@")) {
        "this is a command; build a library (crate-type cdylib) that exports one of these"
    } else {
        "build it against the route world, or for wasi:http"
    };
    Account::new(
        found,
        "routelet:route/<method>@0.2.x, wasi:http/incoming-handler@0.2.x or wasi:http/handler@0.3.x",
        way_out,
    )
}

fn wasi_0_3_off(interface: Option<&str>) -> Account {
    let found = match interface {
        Some(name) => format!("needs WASI 0.3 ({}), which is switched off", shown(name)),
        None => "has async functions, streams or futures, which need WASI 0.3, and that is switched off".to_owned(),
    };
    Account::new(
        found,
        "WASI 0.2",
        "build it for WASI 0.2, or switch 0.3 on with `wasi-0-3 = true` in routelet.toml or --wasi-0-3, \
         knowing that upstream gives WASI 0.3 no security patches on the long-term release",
    )
}

fn not_offered(imports: &[String]) -> Account {
    let way_out = if imports.iter().any(|name| is_inner_handler(name)) {
        "a handler that calls another one has to be composed with it first, for example with `wac plug`"
    } else {
        "remove the import from the world it was built against, or compose it with a component that exports it"
    };
    Account::new(
        format_args!("imports {}, which this server does not offer", several(imports)),
        "imports of WASI 0.2, wasi:config/store@0.2.0-rc.1 and routelet:route/context@0.2.x alone",
        way_out,
    )
}

fn is_inner_handler(name: &str) -> bool {
    name.starts_with("wasi:http/incoming-handler@")
        || name.starts_with("wasi:http/handler@")
        || (name.starts_with("routelet:route/") && !name.starts_with("routelet:route/context@"))
}

/// How many names a message lists before it only counts them.
const NAMES_SHOWN: usize = 5;
/// How much of a name out of a foreign file a message shows.
const NAME_SHOWN_BYTES: usize = 120;

fn several(names: &[String]) -> String {
    let head: Vec<&str> = names.iter().take(NAMES_SHOWN).map(|name| shown(name)).collect();
    match names.len().saturating_sub(NAMES_SHOWN) {
        0 => head.join(", "),
        more => format!("{} and {more} more", head.join(", ")),
    }
}

fn listed(methods: Methods) -> String {
    let names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    names.join(", ")
}

fn shown(name: &str) -> &str {
    &name[..name.floor_char_boundary(NAME_SHOWN_BYTES)]
}
