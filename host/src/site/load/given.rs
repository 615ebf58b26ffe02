//! What is found of what a policy grants: values of secrets, and directories. It grants nothing.

use super::{
    super::{directories, tree::RouteFile},
    Parts,
};
use crate::{
    Fault,
    policy::{Origin, Policy, SecretMode},
    runtime::{
        guest::{Given, GrantedSecrets},
        outbound::HiddenSecret,
    },
};

/// All of it, or everything that is wrong with it.
pub(super) fn given(parts: &Parts<'_>, file: &RouteFile, policy: &Policy) -> Result<Given, Vec<Fault>> {
    Ok(Given { secrets: secrets(parts, file, policy)?, files: directories::open(parts, policy)? })
}

/// The values of the secrets a policy grants.
fn secrets(parts: &Parts<'_>, file: &RouteFile, policy: &Policy) -> Result<GrantedSecrets, Vec<Fault>> {
    let (mut secrets, mut faults) = (GrantedSecrets::new(), Vec::new());
    for grant in &policy.grants.secrets {
        match parts.secrets.get(&grant.name) {
            None => {
                let source = parts.config.secrets.describe(&grant.name);
                faults.push(lacking(granted_at(file, policy, &grant.name), &grant.name, source));
            }
            Some(value) if grant.mode != SecretMode::Value && !HiddenSecret::can_be_sent(value) => {
                faults.push(unsendable(granted_at(file, policy, &grant.name), &grant.name));
            }
            Some(value) => secrets.push(value.to_owned()),
        }
    }
    if faults.is_empty() { Ok(secrets) } else { Err(faults) }
}

/// Where a secret is granted; the route itself where nobody wrote it.
fn granted_at(file: &RouteFile, policy: &Policy, secret: &str) -> Origin {
    let origin = policy.origin(&format!("secrets.{secret}")).cloned();
    origin.unwrap_or_else(|| Origin { file: file.file.clone(), line: 1 })
}

fn lacking(granted: Origin, secret: &str, source: String) -> Fault {
    Fault::new(granted.file, format!("grants the secret `{secret}`, which the secret source lacks"))
        .at_line(granted.line)
        .expected(source)
        .way_out("add it there, or take the grant away")
}

fn unsendable(granted: Origin, secret: &str) -> Fault {
    Fault::new(granted.file, format!("the value of the secret `{secret}` cannot stand in a header field"))
        .at_line(granted.line)
        .expected("one line without control characters, since its mode is \"placeholder\"")
        .way_out("change the value, or the mode")
}
