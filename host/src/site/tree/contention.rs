//! Which files contend for a path with one another, and who has to step back. It removes none.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use super::{PublicFile, RouteFile, Tree};
use crate::{
    Fault,
    routing::{Clash, Conflict, RouteTable},
};

/// What contends in a tree.
#[derive(Debug, Default)]
pub(in crate::site) struct Contention {
    faults: Vec<Fault>,
    losers: HashMap<PathBuf, Fault>,
}

impl Contention {
    /// Each conflict once, at the file that came later; it names both.
    pub(in crate::site) fn faults(&self) -> Vec<Fault> {
        self.faults.clone()
    }

    /// Why a file does not answer, if it contends with another and has no better right.
    ///
    /// What is settled, that is served already, goes on; a newcomer steps back. Of two newcomers
    /// neither is served: whichever went first would be an owner's choice of a name.
    pub(in crate::site) fn loser(&self, file: &Path) -> Option<&Fault> {
        self.losers.get(file)
    }

    fn note(&mut self, fault: Fault, parties: &[&Path], is_settled: &impl Fn(&Path) -> bool) {
        for party in parties.iter().filter(|party| !is_settled(party)) {
            self.losers.entry(party.to_path_buf()).or_insert_with(|| fault.clone());
        }
        self.faults.push(fault);
    }
}

impl Tree {
    /// Who contends with whom; `is_settled` says which files are served already.
    pub(in crate::site) fn contention(&self, is_settled: impl Fn(&Path) -> bool) -> Contention {
        let mut table = RouteTable::new();
        let mut contention = Contention::default();
        let (settled, new): (Vec<_>, Vec<_>) = self.routes.iter().partition(|route| is_settled(&route.file));
        for RouteFile { pattern, file, .. } in settled.into_iter().chain(new) {
            for conflict in table.insert(pattern.clone(), file, ()).err().iter().flatten() {
                contention.note(Fault::from(conflict), &parties(conflict), &is_settled);
            }
        }
        for public in &self.public {
            if let Some((fault, route)) = public_conflict(public, &table) {
                contention.note(fault, &[&public.file, &route], &is_settled);
            }
        }
        contention
    }
}

/// Who is part of a conflict. A tree that got too ambiguous is so by the last that was added; the
/// other file is only where it is worst.
fn parties(conflict: &Conflict) -> Vec<&Path> {
    match conflict.clash {
        Clash::TooAmbiguous { .. } => vec![&conflict.second],
        Clash::SamePaths { .. }
        | Clash::OptionalAndExact { .. }
        | Clash::TwoCatchAlls { .. }
        | Clash::TwoNames { .. } => vec![&conflict.first, &conflict.second],
    }
}

impl From<&Conflict> for Fault {
    fn from(conflict: &Conflict) -> Self {
        Self::new(&conflict.second, conflict.found()).expected(conflict.expected()).way_out(conflict.way_out())
    }
}

fn public_conflict(public: &PublicFile, table: &RouteTable<()>) -> Option<(Fault, PathBuf)> {
    let route = table.static_route(&public.segments)?;
    let found = format!("answers {}, as {} does", route.pattern, route.source.display());
    let fault = Fault::new(&public.file, found).expected("one file for each path");
    Some((fault.way_out("keep one, or move the other to a path of its own"), route.source.to_owned()))
}
