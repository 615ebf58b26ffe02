//! What a file is when it is no component, told from its first bytes. It never guesses further
//! than those.

use std::fmt;

/// The eight bytes every component begins with: magic, version 13, layer 1.
const COMPONENT_HEADER: [u8; 8] = *b"\0asm\x0d\0\x01\0";
/// The eight bytes every core module begins with: magic, version 1.
const MODULE_HEADER: [u8; 8] = *b"\0asm\x01\0\0\0";

/// A file that is no component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// Nothing at all.
    Empty,
    /// Less than the header of a component.
    Cut,
    /// A core WebAssembly module.
    CoreModule,
    /// WebAssembly of another version or layer.
    OtherVersion,
    /// The text format.
    Text,
    /// A zip archive.
    Zip,
    /// A gzip stream.
    Gzip,
    /// An ELF file: a native program, or code compiled ahead of time.
    Elf,
    /// None of these.
    Unknown,
}

impl Foreign {
    /// Tells what `bytes` are; `None` where they begin as a component does.
    #[must_use]
    pub fn recognise(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&COMPONENT_HEADER) {
            return None;
        }
        Some(if bytes.is_empty() {
            Self::Empty
        } else if bytes.starts_with(&MODULE_HEADER) {
            Self::CoreModule
        } else if COMPONENT_HEADER.starts_with(bytes) || MODULE_HEADER.starts_with(bytes) {
            Self::Cut
        } else if bytes.starts_with(b"\0asm") {
            Self::OtherVersion
        } else if bytes.starts_with(b"PK\x03\x04") {
            Self::Zip
        } else if bytes.starts_with(b"\x1f\x8b") {
            Self::Gzip
        } else if bytes.starts_with(b"\x7fELF") {
            Self::Elf
        } else if is_text(bytes) {
            Self::Text
        } else {
            Self::Unknown
        })
    }

    /// What to do about it.
    pub(super) fn way_out(self) -> &'static str {
        match self {
            Self::Empty | Self::Cut => "copy the whole file again",
            Self::CoreModule => {
                "build it for wasm32-wasip2, or turn it into a component with `wasm-tools component new`"
            }
            Self::OtherVersion => "build it again with a current toolchain",
            Self::Text => "turn it into binary with `wasm-tools parse -o route.wasm`",
            Self::Zip | Self::Gzip => "unpack it and put the component itself here",
            Self::Elf => "put the component it was compiled from here; compiled code is never loaded from a site",
            Self::Unknown => "put a component here or rename the file",
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::Cut => "ends inside its header",
            Self::CoreModule => "is a core WebAssembly module",
            Self::OtherVersion => "is WebAssembly of an unknown version",
            Self::Text => "is in the WebAssembly text format",
            Self::Zip => "is a zip archive",
            Self::Gzip => "is a gzip file",
            Self::Elf => "is an ELF file",
            Self::Unknown => "is not WebAssembly",
        })
    }
}

/// Whether this looks like the text format: `(module` or `(component` behind blanks and comments.
fn is_text(bytes: &[u8]) -> bool {
    let mut rest = bytes.trim_ascii_start();
    while rest.starts_with(b";;") {
        let end = rest.iter().position(|byte| *byte == b'\n');
        rest = rest[end.unwrap_or(rest.len())..].trim_ascii_start();
    }
    let Some(inside) = rest.strip_prefix(b"(") else {
        return false;
    };
    let inside = inside.trim_ascii_start();
    inside.starts_with(b"module") || inside.starts_with(b"component") || inside.starts_with(b";")
}
