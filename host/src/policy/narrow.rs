//! One step down the tree: the policy of a segment from the policy above it and what the segment's
//! own file asks for. Every wish that is refused is reported, none is cut to what would be allowed.

use std::collections::BTreeMap;

use super::{
    FilesGrant, Grants, Limits, Namespace, Origin, Owners, Policy, SecretGrant,
    bound::Bound,
    ceiling::Wish,
    change::{LimitChange, SegmentChange, Written},
    files::FILES_RULES_MAX,
    grants::{ENV_BYTES_MAX, OUTBOUND_RULES_MAX, STORES_MAX, VARIABLES_MAX},
    units::Amount,
    wrong::Wrong,
};
use crate::fault::Fault;

impl Policy {
    /// The policy of a segment below this one, whose file asks for `change`; for directories
    /// without a file the policy above holds as it is. All that is refused is reported:
    ///
    /// - a limit looser than one that a segment above wrote; with owners = "many", below the root,
    ///   looser than a default that no segment above wrote (with one owner defaults do not bind);
    /// - a grant beyond a ceiling above, or with owners = "many" without one, below the root;
    /// - more grants than the host hands to a guest.
    pub fn narrowed(&self, change: &SegmentChange) -> Result<Self, Vec<Fault>> {
        let mut step = Step { above: self, change, policy: self.clone(), faults: Vec::new() };
        step.take_limits();
        step.take_env();
        step.take_secrets();
        step.take_outbound();
        step.take_kv();
        step.take_files();
        step.count_grants();
        step.policy.ceilings = self.ceilings.with(&change.file, change.ceiling.as_ref());
        step.ended()
    }

    /// This policy as it holds for the route of the very directory whose file asks for `own`:
    /// `[route] reuse` is not inherited, so it is added last and for that route alone.
    pub fn for_own_route(&self, own: &SegmentChange) -> Result<Self, Vec<Fault>> {
        let mut step = Step { above: self, change: own, policy: self.clone(), faults: Vec::new() };
        step.take_reuse();
        step.ended()
    }
}

struct Step<'a> {
    above: &'a Policy,
    change: &'a SegmentChange,
    policy: Policy,
    faults: Vec<Fault>,
}

impl Step<'_> {
    fn ended(self) -> Result<Policy, Vec<Fault>> {
        if self.faults.is_empty() { Ok(self.policy) } else { Err(self.faults) }
    }

    fn take_limits(&mut self) {
        for Written { value, line } in &self.change.limits {
            let LimitChange { bound, amount } = *value;
            let looser = bound.is_looser(amount, (bound.read)(&self.above.limits));
            match self.binding(bound) {
                Some(binding) if looser => {
                    let wrong = loosened(bound, amount, &self.above.limits, binding);
                    self.refuse(*line, wrong);
                }
                _ => self.take_limit(bound, amount, *line),
            }
        }
    }

    fn take_limit(&mut self, bound: &'static Bound<Limits>, amount: Amount, line: u32) {
        (bound.write)(&mut self.policy.limits, amount);
        self.note(bound.key.to_owned(), line);
        if self.is_operators() {
            self.policy.chosen.insert(bound.key);
        }
    }

    /// What makes a limit of the policy above one that this segment cannot loosen.
    fn binding(&self, bound: &Bound<Limits>) -> Option<Binding<'_>> {
        match self.above.origin(bound.key) {
            Some(origin) => Some(Binding::Written(origin)),
            None if self.is_operators() => None,
            None => Some(Binding::Default),
        }
    }

    /// Whether the segment's file is that of whoever runs the server.
    fn is_operators(&self) -> bool {
        self.above.owners == Owners::One || self.change.at_root
    }

    fn take_env(&mut self) {
        for Written { value, line } in &self.change.grants.env {
            let (name, text) = value;
            if self.wants(*line, Wish::Env(name)) && self.is_new_variable(name, "secrets", *line) {
                self.note(format!("env.{name}"), *line);
                self.policy.grants.env.insert(name.clone(), text.clone());
            }
        }
    }

    fn take_secrets(&mut self) {
        for Written { value, line } in &self.change.grants.secrets {
            let fits = self.wants(*line, Wish::Secret(value)) && self.is_new_variable(&value.name, "env", *line);
            if fits && self.shows_no_more(value, *line) {
                self.note(format!("secrets.{}", value.name), *line);
                add_secret(&mut self.policy.grants, value);
            }
        }
    }

    /// A secret granted above can be granted again, to show less of it and never more.
    fn shows_no_more(&mut self, secret: &SecretGrant, line: u32) -> bool {
        let above = self.policy.grants.secrets.iter().find(|above| above.name == secret.name);
        let (Some(above), Some(origin)) = (above, self.policy.origin(&format!("secrets.{}", secret.name))) else {
            return true;
        };
        if above.mode.covers(&secret.mode) {
            return true;
        }
        let (name, mode) = (&secret.name, &secret.mode);
        let wrong = Wrong::new(format!("secret {name} is {mode} here and {} at {origin}", above.mode))
            .expected("no more than above, since a segment can only tighten")
            .way_out("remove it here, or change it there");
        self.refuse(line, wrong);
        false
    }

    fn take_outbound(&mut self) {
        for Written { value, line } in &self.change.grants.outbound {
            if self.wants(*line, Wish::Outbound(value)) {
                self.note(format!("outbound.{value}"), *line);
                if !self.policy.grants.outbound.contains(value) {
                    self.policy.grants.outbound.push(value.clone());
                }
            }
        }
    }

    /// The nearest grant of a name counts: with many owners it says whose store the name opens.
    fn take_kv(&mut self) {
        for Written { value: name, line } in &self.change.grants.kv {
            if self.wants(*line, Wish::Kv(name)) {
                self.note(format!("kv.{name}"), *line);
                let namespace = Namespace::granted(self.above.owners, self.change, name);
                self.policy.grants.kv.insert(name.clone(), namespace);
            }
        }
    }

    fn take_files(&mut self) {
        for Written { value, line } in &self.change.grants.files {
            if self.wants(*line, Wish::Files(value)) && self.is_apart(value, *line) {
                self.note(value.key(), *line);
                self.policy.grants.files.retain(|held| held.at != value.at);
                self.policy.grants.files.push(value.clone());
            }
        }
    }

    /// Whether no other directory holds this one or lies in it; a refusal is noted. A grant from
    /// above for the same place is replaced.
    fn is_apart(&mut self, grant: &FilesGrant, line: u32) -> bool {
        let held = self.policy.grants.files.iter().filter(|held| held.overlaps(grant));
        let mut held = held.filter_map(|held| Some((held, self.policy.origin(&held.key())?)));
        let Some((_, other)) = held.find(|(held, origin)| held.at != grant.at || origin.file == self.change.file)
        else {
            return true;
        };
        let wrong = Wrong::new(format!("files {grant} at {} overlaps the grant at {other}", grant.at))
            .expected("directories, and places in the guest, of which none holds another")
            .way_out("grant the outer one alone, or separate them");
        self.refuse(line, wrong);
        false
    }

    fn take_reuse(&mut self) {
        if let Some(Written { value, line }) = &self.change.reuse
            && self.wants(*line, Wish::Reuse(*value))
        {
            self.policy.reuse = *value;
            self.note("reuse".to_owned(), *line);
        }
    }

    /// Whether the ceilings above allow a wish; a refusal is noted.
    fn wants(&mut self, line: u32, wish: Wish<'_>) -> bool {
        let checked = self.above.ceilings.check(self.above.owners, self.change, wish);
        match checked {
            Ok(()) => true,
            Err(wrong) => {
                self.refuse(line, wrong);
                false
            }
        }
    }

    /// Guests read variables and secrets under one name each, so that one name must not be both.
    fn is_new_variable(&mut self, name: &str, other_kind: &str, line: u32) -> bool {
        let Some(other) = self.policy.origin(&format!("{other_kind}.{name}")) else {
            return true;
        };
        let wrong = Wrong::new(format!("{name} is granted here and in `{other_kind}` at {other}"))
            .expected("one grant of a name, since guests read env and secrets alike")
            .way_out("remove or rename one of them");
        self.refuse(line, wrong);
        false
    }

    /// Too many grants are the fault of the segment that wrote the last of them.
    fn count_grants(&mut self) {
        let written = &self.change.grants;
        let env = written.env.last().map_or(0, |last| last.line);
        let secrets = written.secrets.last().map_or(0, |last| last.line);
        let outbound = written.outbound.last().map_or(0, |last| last.line);
        let kv = written.kv.last().map_or(0, |last| last.line);
        let files = written.files.last().map_or(0, |last| last.line);
        let grants = &self.policy.grants;
        let variables = grants.env.len() + grants.secrets.len();
        let counted: [(u32, &str, &[&str], usize, usize); 5] = [
            (env.max(secrets), "variables and secrets", &["env.", "secrets."], variables, VARIABLES_MAX),
            (env, "bytes of env", &["env."], env_bytes(grants), ENV_BYTES_MAX),
            (outbound, "outbound entries", &["outbound."], grants.outbound.len(), OUTBOUND_RULES_MAX),
            (kv, "stores", &["kv."], grants.kv.len(), STORES_MAX),
            (files, "directories", &["files."], grants.files.len(), FILES_RULES_MAX),
        ];
        for (line, what, kinds, count, most) in counted {
            if count > most {
                let wrong = Wrong::new(format!("{count} {what}{}", self.with_those_above(kinds)))
                    .expected(format!("at most {most}"))
                    .way_out("grant fewer");
                self.refuse(line, wrong);
            }
        }
    }

    /// Where the segments above granted something of these kinds, as the end of a sentence: of each file the
    /// last line that did, from the root down.
    fn with_those_above(&self, kinds: &[&str]) -> String {
        let granted = self.above.origins.iter().filter(|(key, _)| kinds.iter().any(|kind| key.starts_with(kind)));
        let mut last = BTreeMap::new();
        for (_, Origin { file, line }) in granted {
            let held = last.entry((file.components().count(), file)).or_insert(*line);
            *held = (*held).max(*line);
        }
        let places: Vec<_> = last.iter().map(|((_, file), line)| format!("{}:{line}", file.display())).collect();
        if places.is_empty() { String::new() } else { format!(" with those at {}", places.join(" and ")) }
    }

    fn note(&mut self, key: String, line: u32) {
        let file = self.change.file.clone();
        self.policy.origins.insert(key, Origin { file, line });
    }

    fn refuse(&mut self, line: u32, wrong: Wrong) {
        self.faults.push(wrong.at(&self.change.file, Some(line)));
    }
}

/// Why a limit holds for the segments below.
#[derive(Debug, Clone, Copy)]
enum Binding<'a> {
    /// A segment above wrote it there.
    Written(&'a Origin),
    /// Nobody did, and the segment is not the operator's.
    Default,
}

fn loosened(bound: &Bound<Limits>, amount: Amount, above: &Limits, binding: Binding<'_>) -> Wrong {
    let held = bound.unit.written((bound.read)(above));
    let (found, edge) = (format!("{} = {}", bound.key, bound.unit.written(amount)), bound.range.edge);
    match binding {
        Binding::Written(origin) => Wrong::new(format!("{found} is {} than the {held} at {origin}", edge.beyond()))
            .way_out(format!("write {edge} {held} here, or {} it there", edge.loosen())),
        Binding::Default => Wrong::new(format!("{found} is {} than the default of {held}", edge.beyond()))
            .expected("defaults to bind below the root segment, since owners = \"many\"")
            .way_out(format!("write {edge} {held} here, or let the operator write this in the root's segment.toml")),
    }
}

fn add_secret(grants: &mut Grants, secret: &SecretGrant) {
    let name = &secret.name;
    match grants.secrets.binary_search_by(|held| held.name.cmp(name)) {
        Ok(place) => grants.secrets[place] = secret.clone(),
        Err(place) => grants.secrets.insert(place, secret.clone()),
    }
}

fn env_bytes(grants: &Grants) -> usize {
    let entries = grants.env.iter();
    entries.map(|(name, value)| name.len() + value.len()).sum()
}
