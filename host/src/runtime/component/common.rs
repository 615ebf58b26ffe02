//! The functions that a component has in common with others, so that they are compiled once: which
//! ones are offered to a compilation, and which are kept of it. It compiles nothing.
//!
//! Components of one interpreter hold the same engine, ten thousand functions of it, and differ in
//! memory. Functions are kept in bundles, one for each large body of code there is: a component is
//! offered the bundle of its own largest body of code, digest by digest, and no other one.
//!
//! # Whom a bundle makes one believe
//!
//! A bundle lies in the code cache, under the MAC of its entries: nobody but the owner of this
//! process can write one, and the compiling process sees the bytes but neither key nor file. Which
//! function of a bundle fits which of a component is decided by the compiler's own key, a SHA-256 of
//! everything the function is made of, of its settings and its version; a component has no say in it.
//!
//! What is in a bundle comes from the compiling process, which may just have compiled a hostile
//! component. That process runs the compiler and nothing of the component, and the compiler is
//! trusted to make the code it was asked for: this process loads the code of the same component from
//! the same process as it is, and loading it is as good as running it. Who took the compiling process
//! over could send false functions, but could as well have sent false code; a bundle gives nobody a
//! power that the code beside it does not. The bounds on time and memory are kept from the outside.
//!
//! Short of that, a hostile component cannot touch a bundle that is there: it is filled once, by a
//! compilation that came to a good end, made anew only if it is found damaged, and added to only if a
//! good part of a component was missing from it.

use wasmparser::{Parser, Payload};
use wasmtime::Engine;

use super::cache::{self, CodeCache, Entry};

/// Below this, compiling takes less time than looking up what need not be compiled would save.
const CODE_BYTES_MIN: u64 = 1 << 20;
/// The functions of the largest known interpreter take a third of it.
const BUNDLE_BYTES_MAX: usize = 256 << 20;
/// A bundle is made anew when at least one part in so many of it would have had to be there.
const MISSED_SHARE: usize = 8;

/// A bundle, and what was in it.
pub(super) struct Bundle<'a> {
    cache: &'a CodeCache,
    name: String,
    known: Option<Entry>,
}

impl<'a> Bundle<'a> {
    /// The one of this component, where it has a body of code large enough.
    pub(super) fn of(cache: &'a CodeCache, engine: &Engine, component: &[u8]) -> Option<Self> {
        let name = format!("functions-{}", cache::entry_name(engine, largest_code(component)?));
        Some(Self { cache, known: cache.entry(&name), name })
    }

    /// Functions that need no compiling, so far as there is room for them.
    pub(super) fn known(&self, bytes_max: u64) -> &[u8] {
        let known = self.known.as_ref().map(Entry::code).unwrap_or_default();
        if known.len() as u64 > bytes_max { &[] } else { known }
    }

    /// Keeps those that had to be compiled, where that is worth it.
    pub(super) fn keep(&self, made: &[u8]) {
        let known = self.known.as_ref().map(Entry::code).unwrap_or_default();
        if made.len() * MISSED_SHARE > known.len() {
            let both = known.len() + made.len() <= BUNDLE_BYTES_MAX;
            let known = if both { known } else { &[] };
            self.cache.keep(&self.name, &[known, made].concat());
        }
    }
}

/// The largest body of code in a component, wherever in it; `None` where all of them are small.
fn largest_code(component: &[u8]) -> Option<&[u8]> {
    let bodies = Parser::new(0).parse_all(component).map_while(Result::ok).filter_map(|payload| match payload {
        Payload::CodeSectionStart { unchecked_range, .. } => Some(unchecked_range),
        _ => None,
    });
    let largest = bodies.max_by_key(|range| range.end - range.start)?;
    let large = largest.end - largest.start >= CODE_BYTES_MIN;
    large.then(|| component.get(usize::try_from(largest.start).ok()?..usize::try_from(largest.end).ok()?)).flatten()
}
