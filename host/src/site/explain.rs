//! What a site would answer to one request and why, step by step, without running a guest. The
//! field names are a contract.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{ComponentRoute, MethodSet, Served, Site};
use crate::{
    policy::Setting,
    routing::{Answer, Match, PathError, RequestPath},
};

/// How a request would be answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The status the host would answer with; nothing (`null`) where a guest or a file decides.
    pub status: Option<u16>,
    /// The pattern that matches.
    pub pattern: Option<String>,
    /// What the pattern captures: one value for `[id]`, several for `[...rest]`.
    pub params: BTreeMap<String, Vec<String>>,
    /// What is looked at, in order, each in one sentence.
    pub steps: Vec<String>,
    /// The effective policy: each value, and the file and line it comes from where it is no default.
    pub policy: BTreeMap<String, PolicyValue>,
    /// What the component imports.
    pub imports: Vec<String>,
}

/// One value of a policy and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyValue {
    /// The value, as it would be written.
    pub value: String,
    /// The file that sets it; `None` for a default.
    pub file: Option<std::path::PathBuf>,
    /// The line in that file, counted from one.
    pub line: Option<u32>,
    /// Whether it is a limit that no segment below can loosen.
    #[serde(skip)]
    pub binding: bool,
}

impl From<Setting> for PolicyValue {
    fn from(setting: Setting) -> Self {
        let Setting { value, file, line, binding } = setting;
        Self { value, file, line, binding }
    }
}

impl Site {
    /// Explains how a request with this method for this path would be answered. Where the
    /// authority is known, too, it is held against `hosts`.
    pub fn explain(&self, method: &str, authority: Option<&str>, target: &str) -> Explanation {
        let mut explanation = Explanation::default();
        if let Some(refused) = authority.and_then(|authority| self.authority_refused(authority)) {
            explanation.ends(refused.0, refused.1);
            return explanation;
        }
        let path = target.split(['?', '#']).next().unwrap_or_default();
        match RequestPath::parse(path, self.path_rules()) {
            Err(error) => explanation.path_refused(&error),
            Ok(path) => explanation.look_up(self, method, &path),
        }
        explanation
    }
}

impl Site {
    /// The status and the reason where this authority is not answered for.
    fn authority_refused(&self, authority: &str) -> Option<(u16, String)> {
        match authority.parse() {
            Err(_) => Some((400, format!("{authority} is no authority"))),
            Ok(parsed) if self.config().answers(&parsed) => None,
            Ok(_) => Some((421, format!("{authority} is not among `hosts`"))),
        }
    }
}

impl Explanation {
    fn step(&mut self, step: impl Into<String>) {
        self.steps.push(step.into());
    }

    fn ends(&mut self, status: u16, step: impl Into<String>) {
        self.status = Some(status);
        self.step(step);
    }

    fn path_refused(&mut self, error: &PathError) {
        match error {
            PathError::Malformed(why) => self.ends(400, format!("the path is malformed: {why}")),
            PathError::Redirect { to } => self.ends(308, format!("the clean spelling is {to}: redirect there")),
            PathError::TooManySegments { .. } => self.ends(414, error.to_string()),
            PathError::OutsideBase => self.ends(404, error.to_string()),
        }
    }

    fn look_up(&mut self, site: &Site, method: &str, path: &RequestPath) {
        let table = site.table();
        let found = table.routes.find(path);
        self.step(format!("the path is {path}"));
        let is_static = found.as_ref().is_some_and(|found| found.pattern.is_static());
        if let Some(file) = table.public.get(path.segments()).filter(|_| !is_static) {
            self.step(format!("{} has this path and comes before patterns with parameters", file.file.display()));
            return self.method(method, &file.methods, &file.kind);
        }
        match found {
            None => self.ends(404, "no pattern matches"),
            Some(found) => self.matched(method, &found),
        }
    }

    fn matched(&mut self, method: &str, found: &Match<'_, Served>) {
        self.pattern = Some(found.pattern.to_string());
        self.params = found.params.iter().map(|param| (param.name.clone(), param.values.clone())).collect();
        self.step(format!("the pattern {} matches", found.pattern));
        match found.value {
            Served::Faulty(diagnosis) => self.ends(503, format!("out of service: {}", diagnosis.fault)),
            Served::File(file) => {
                self.step(format!("{} answers there", file.file.display()));
                self.method(method, &file.methods, &file.kind);
            }
            Served::Component(route) => self.component(method, route),
        }
    }

    fn component(&mut self, method: &str, route: &ComponentRoute) {
        let settings = route.policy.settings();
        self.policy = settings.into_iter().map(|(key, setting)| (key, setting.into())).collect();
        self.imports = route.contract.imports.clone();
        let kind = route.contract.kind.as_str();
        self.step(format!("{} answers there, of kind {kind}", route.file.display()));
        let guests = route.gate.concurrency();
        if guests < route.policy.limits.concurrency {
            let places = match route.shares {
                1 => "one place".to_owned(),
                several => format!("{several} places"),
            };
            self.step(format!("{guests} of its guests run at a time, since each takes {places} of the server"));
        }
        self.method(method, &route.methods, &"component");
    }

    fn method(&mut self, method: &str, answered: &MethodSet, by: &dyn std::fmt::Display) {
        let allow = answered.methods.allow();
        match answered.methods.answer(method) {
            Answer::Run(method) => self.step(format!("it answers {}: the {by} runs", method.as_str())),
            Answer::RunGetForHead => self.step(format!("HEAD is answered by GET without its body: the {by} runs")),
            Answer::AutoOptions => self.ends(204, format!("OPTIONS is answered by the host with `Allow: {allow}`")),
            Answer::NotAllowed => self.ends(405, format!("{method} is not among `Allow: {allow}`")),
        }
    }
}
