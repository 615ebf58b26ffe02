//! This machine's cargo.
