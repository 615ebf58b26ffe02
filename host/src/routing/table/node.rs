//! The tree under a table: who claims which place, and how costly the way there can be. It holds no
//! values.

use std::collections::HashMap;

use crate::routing::{Pattern, Segment};

/// Where a new claim meets an older one.
pub(super) struct Contention {
    /// The claim that was there.
    pub(super) with: usize,
    /// The level of the tree, and so the index of the segment, where they meet.
    pub(super) depth: usize,
}

/// One place of the tree; claims are indices into the table's list.
#[derive(Default)]
pub(super) struct Node {
    pub(super) statics: HashMap<String, Node>,
    /// The child for any one segment, and who named it first.
    pub(super) param: Option<Box<(usize, Node)>>,
    pub(super) exact: Option<usize>,
    pub(super) rest: Option<usize>,
    pub(super) optional: Option<usize>,
    /// The most places a lookup that reaches this one visits from here on, this one included;
    /// of the static children only the costliest counts, since a lookup enters one of them.
    pub(super) visits: usize,
    statics_visits: usize,
}

impl Node {
    /// The child for any one segment.
    pub(super) fn param_node(&self) -> Option<&Self> {
        self.param.as_deref().map(|(_, node)| node)
    }

    /// Takes its places for a claim, as far as they are free, and notes who has the others.
    pub(super) fn claim(&mut self, pattern: &Pattern, depth: usize, claim: usize, contended: &mut Vec<Contention>) {
        let mut note = |with: Option<usize>| {
            contended.extend(with.filter(|with| *with != claim).map(|with| Contention { with, depth }));
        };
        match pattern.segments().get(depth) {
            None => {
                note(Some(*self.exact.get_or_insert(claim)));
                note(self.optional);
            }
            Some(Segment::Rest(_)) => {
                note(Some(*self.rest.get_or_insert(claim)));
                note(self.optional);
            }
            Some(Segment::OptionalRest(_)) => {
                note(Some(*self.optional.get_or_insert(claim)));
                note(self.rest);
                note(self.exact);
            }
            Some(Segment::Param(_)) => {
                let (named_by, child) = &mut **self.param.get_or_insert_with(|| Box::new((claim, Self::default())));
                note(Some(*named_by));
                child.claim(pattern, depth + 1, claim, contended);
            }
            Some(Segment::Static(text)) => {
                let child = self.statics.entry(text.clone()).or_default();
                child.claim(pattern, depth + 1, claim, contended);
                self.statics_visits = self.statics_visits.max(child.visits);
            }
        }
        self.visits = 1 + self.statics_visits + self.param_node().map_or(0, |child| child.visits);
    }

    /// What `visits` would be, were these segments claimed here.
    pub(super) fn visits_with(node: Option<&Self>, segments: &[Segment]) -> usize {
        let param = node.and_then(Self::param_node);
        let (on_statics, on_param) = (node.map_or(0, |node| node.statics_visits), param.map_or(0, |node| node.visits));
        match segments.split_first() {
            Some((Segment::Static(text), below)) => {
                let child = node.and_then(|node| node.statics.get(text));
                1 + on_statics.max(Self::visits_with(child, below)) + on_param
            }
            Some((Segment::Param(_), below)) => 1 + on_statics + Self::visits_with(param, below),
            Some((Segment::Rest(_) | Segment::OptionalRest(_), _)) | None => 1 + on_statics + on_param,
        }
    }

    /// A claim in the part of the tree where a lookup visits most.
    pub(super) fn busiest_claim(&self) -> Option<usize> {
        let children = self.statics.values().chain(self.param_node());
        let busiest = children.max_by_key(|child| (child.visits, child.first_claim()));
        busiest.and_then(Self::busiest_claim).or_else(|| self.first_claim())
    }

    fn first_claim(&self) -> Option<usize> {
        self.exact.or(self.rest).or(self.optional)
    }
}
