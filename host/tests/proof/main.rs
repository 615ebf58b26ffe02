//! What SPEC.md promises in numbers, each measured the hard way: by floods, storms, kills and many rounds.
//!
//! Every proof runs short with the other tests. Its long form, whose figures are the ones to quote, runs with
//!
//! ```sh
//! ROUTELET_PROOF=long cargo test --release -p routelet --test proof -- --nocapture --test-threads 1
//! ```

mod aborts;
mod abuse;
mod canaries;
mod drains;
mod floods;
mod frame_mutations;
mod kv_kills;
mod load;
mod mutations;
mod names;
mod neighbours;
mod network;
mod overload;
mod rebinding;
mod reloads;
mod residue;
mod rounds;
mod serving;
mod slow_clients;
mod ssrf;
