//! All patterns of a site as one tree of segments, and the way through it. It holds values without
//! knowing what they are.

mod explain;
mod node;

use std::{
    fmt,
    path::{Path, PathBuf},
};

pub use self::explain::Step;
use self::node::{Contention, Node};
use super::{Clash, Conflict, Params, Pattern, RequestPath};

/// The most places of the tree that one lookup may visit, about a tenth of a millisecond.
///
/// A place is visited at most once in a lookup, and a path of `n` segments without ambiguity
/// visits `n + 1`. Only levels that have a parameter beside static folders, below one another,
/// multiply; without a bound, seventeen such levels in a full tree would make every miss visit
/// a quarter of a million places. So the worst case of the tree is known while it is built, and
/// a pattern that lifts it over this bound is refused.
pub const VISITS_MAX: usize = 4_096;

/// The routes of a site.
///
/// A lookup decides segment by segment from the left: static, then `[x]`, then `[...x]`, then
/// `[[...x]]`. There are no dead ends: where the more specific folder leads nowhere, the next one
/// is tried. Its cost grows with the length of the path and the ambiguity of the tree, at most
/// [`VISITS_MAX`], not with the number of routes.
///
/// ```
/// use routelet::routing::{PathRules, Pattern, RequestPath, RouteTable};
///
/// let mut table = RouteTable::new();
/// for text in ["/mix/fixed/[sub]", "/mix/[id]/edit", "/mix/[...rest]"] {
///     table.insert(Pattern::parse(text).unwrap(), text, text).unwrap();
/// }
/// let found = |raw| {
///     let path = RequestPath::parse(raw, &PathRules::default()).unwrap();
///     table.find(&path).map(|found| *found.value)
/// };
/// assert_eq!(found("/mix/fixed/edit"), Some("/mix/fixed/[sub]"));
/// assert_eq!(found("/mix/7/edit"), Some("/mix/[id]/edit"));
/// assert_eq!(found("/mix/fixed/x/y"), Some("/mix/[...rest]"));
/// assert_eq!(found("/mix"), None);
/// ```
pub struct RouteTable<T> {
    root: Node,
    claims: Vec<Claim<T>>,
}

impl<T> RouteTable<T> {
    /// A table without routes.
    pub fn new() -> Self {
        Self { root: Node::default(), claims: Vec::new() }
    }

    /// Adds a route that comes from the file `source`, or says with which files it conflicts.
    ///
    /// A refused route is never found, but keeps its claim: whatever else claims the same later
    /// is refused as well, so that inserting every file of a tree reports every conflict in it.
    /// Insert in a settled order, since the first claim wins.
    pub fn insert(&mut self, pattern: Pattern, source: impl Into<PathBuf>, value: T) -> Result<(), Vec<Conflict>> {
        let source = source.into();
        self.keeps_short(&pattern, &source)?;
        let mut contended = Vec::new();
        self.root.claim(&pattern, 0, self.claims.len(), &mut contended);
        let conflicts = self.conflicts(&contended, &pattern, &source);
        let value = conflicts.is_empty().then_some(value);
        self.claims.push(Claim { pattern, source, value });
        if conflicts.is_empty() { Ok(()) } else { Err(conflicts) }
    }

    /// Adds a route that may conflict: it is found wherever nothing before it claimed the same. For
    /// what answers in the place of a route that was refused.
    ///
    /// It is left out altogether where lookups would get too long.
    pub fn insert_beside(&mut self, pattern: Pattern, source: impl Into<PathBuf>, value: T) {
        let source = source.into();
        if self.keeps_short(&pattern, &source).is_ok() {
            self.root.claim(&pattern, 0, self.claims.len(), &mut Vec::new());
            self.claims.push(Claim { pattern, source, value: Some(value) });
        }
    }

    /// The route that answers a path, and what its parameters are there.
    pub fn find(&self, path: &RequestPath) -> Option<Match<'_, T>> {
        let (claim, value) = self.search(&self.root, path.segments(), &mut |_, _| {})?;
        let params = Params::capture(&claim.pattern, path.segments());
        Some(Match { pattern: &claim.pattern, value, params })
    }

    /// The route that answers exactly this one path, if it has no parameter.
    ///
    /// A public file of the same path contends with it; with all others it does not.
    pub fn static_route(&self, segments: &[String]) -> Option<Route<'_, T>> {
        let mut node = &self.root;
        for segment in segments {
            node = node.statics.get(segment)?;
        }
        self.claims[node.exact?].served()
    }

    /// All routes, sorted by pattern.
    pub fn iter(&self) -> impl Iterator<Item = Route<'_, T>> {
        let mut routes: Vec<_> = self.claims.iter().filter_map(Claim::served).collect();
        routes.sort_by_key(|route| route.pattern);
        routes.into_iter()
    }

    /// How many routes it has.
    pub fn len(&self) -> usize {
        self.claims.iter().filter(|claim| claim.value.is_some()).count()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The way through the tree, told turn by turn with the number of segments then left.
    fn search(&self, node: &Node, path: &[String], tell: &mut impl FnMut(usize, Turn)) -> Option<(&Claim<T>, &T)> {
        let served = |claim: Option<usize>| {
            let claim = &self.claims[claim?];
            Some((claim, claim.value.as_ref()?))
        };
        let Some((segment, below)) = path.split_first() else {
            return served(node.exact).or_else(|| served(node.optional));
        };
        let mut follow = |child: Option<&Node>, turn| {
            let child = child?;
            tell(path.len(), turn);
            let found = self.search(child, below, tell);
            if found.is_none() {
                tell(path.len(), Turn::Back);
            }
            found
        };
        follow(node.statics.get(segment), Turn::Static)
            .or_else(|| follow(node.param_node(), Turn::Param))
            .or_else(|| served(node.rest))
            .or_else(|| served(node.optional))
    }

    fn conflicts(&self, contended: &[Contention], pattern: &Pattern, source: &Path) -> Vec<Conflict> {
        let conflict = |found: &Contention| {
            let first = &self.claims[found.with];
            let clash = Clash::between(&first.pattern, pattern, found.depth)?;
            Some(Conflict { first: first.source.clone(), second: source.into(), clash })
        };
        let all: Vec<_> = contended.iter().filter_map(conflict).collect();
        let told = |with: &Conflict| all.iter().any(|other| other.tells_all_of(with));
        all.iter().filter(|conflict| !told(conflict)).cloned().collect()
    }

    fn keeps_short(&self, pattern: &Pattern, source: &Path) -> Result<(), Vec<Conflict>> {
        let visits = Node::visits_with(Some(&self.root), pattern.segments());
        if visits <= VISITS_MAX {
            return Ok(());
        }
        let first = self.root.busiest_claim().map(|claim| self.claims[claim].source.clone());
        let (first, second) = (first.unwrap_or_default(), source.into());
        Err(vec![Conflict { first, second, clash: Clash::TooAmbiguous { visits } }])
    }
}

impl<T> Default for RouteTable<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for RouteTable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|route| (route.pattern, route.value))).finish()
    }
}

/// One route of a table.
#[derive(Debug)]
pub struct Route<'t, T> {
    /// What it answers.
    pub pattern: &'t Pattern,
    /// The file it comes from.
    pub source: &'t Path,
    /// What was inserted.
    pub value: &'t T,
}

/// The route that answers a path.
#[derive(Debug)]
pub struct Match<'t, T> {
    /// The route's pattern.
    pub pattern: &'t Pattern,
    /// What was inserted with it.
    pub value: &'t T,
    /// What its parameters are for this path.
    pub params: Params,
}

/// A pattern somebody wants to answer; without a value it was refused.
struct Claim<T> {
    pattern: Pattern,
    source: PathBuf,
    value: Option<T>,
}

impl<T> Claim<T> {
    fn served(&self) -> Option<Route<'_, T>> {
        let value = self.value.as_ref()?;
        Some(Route { pattern: &self.pattern, source: &self.source, value })
    }
}

/// A turn of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Into the child of the next segment's name.
    Static,
    /// Into the child for any segment.
    Param,
    /// Out again, since nothing there answers.
    Back,
}

#[cfg(test)]
mod tests;
