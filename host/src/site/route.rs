//! What one place of a site answers with. It is made by a load and never changes.

use std::{path::PathBuf, sync::Arc};

use http::HeaderValue;

use crate::{
    Fault,
    policy::Policy,
    routing::{Method, Methods},
    runtime::{
        admission::Gate,
        contract::{Contract, Kind},
        handler::Handler,
    },
};

/// What answers at a pattern.
#[derive(Clone)]
pub(crate) enum Served {
    /// A component.
    Component(Arc<ComponentRoute>),
    /// A page or a metadata file.
    File(Arc<StaticFile>),
    /// Nothing, because of a fault.
    Faulty(Arc<Diagnosis>),
}

/// A component with its methods and its policy.
pub(crate) struct ComponentRoute {
    /// The component's file, relative to the site.
    pub(crate) file: PathBuf,
    /// What the file's bytes are, in the digest of [`digest`](super::load).
    pub(crate) digest: [u8; 32],
    /// How many bytes the file has.
    pub(crate) bytes: u64,
    /// What the component exports and imports.
    pub(crate) contract: Arc<Contract>,
    /// The methods it answers.
    pub(crate) methods: MethodSet,
    /// What it may reach and use.
    pub(crate) policy: Arc<Policy>,
    /// Leave to run one of its guests.
    pub(crate) gate: Gate,
    /// How many places of the server one of its guests takes.
    pub(crate) shares: usize,
    /// Runs its guests.
    pub(crate) handler: Arc<Handler>,
}

impl ComponentRoute {
    /// Whether its guests know the `context` interface and need no headers in its place.
    pub(crate) fn is_native(&self) -> bool {
        self.contract.kind == Kind::Route
    }
}

/// Methods, with the value of their `Allow` field ready.
#[derive(Debug, Clone)]
pub(crate) struct MethodSet {
    /// The methods.
    pub(crate) methods: Methods,
    /// The `Allow` field of RFC 9110 section 10.2.1.
    pub(crate) allow: HeaderValue,
}

impl MethodSet {
    /// What a file answers.
    pub(crate) fn of_file() -> Self {
        [Method::Get].into_iter().collect::<Methods>().into()
    }
}

impl From<Methods> for MethodSet {
    fn from(methods: Methods) -> Self {
        let allow = HeaderValue::try_from(methods.allow()).expect("method names are visible ASCII");
        Self { methods, allow }
    }
}

/// A file served as it is.
#[derive(Debug)]
pub(crate) struct StaticFile {
    /// Its path, relative to the site.
    pub(crate) file: PathBuf,
    /// What kind of file it is, in listings.
    pub(crate) kind: &'static str,
    /// How many bytes it had when the site was loaded.
    pub(crate) bytes: u64,
    /// The methods it answers.
    pub(crate) methods: MethodSet,
}

/// Why a route cannot be served, told at length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What is wrong.
    pub fault: Fault,
    /// Everything the tools said about it; for a person who is writing the route.
    pub text: String,
}

impl From<Fault> for Diagnosis {
    fn from(fault: Fault) -> Self {
        Self { text: fault.to_string(), fault }
    }
}
