//! `explain METHOD URL`: what a site would answer and why, for people and for scripts. It finds
//! nothing out itself.

use std::{fmt::Display, io};

use routelet::site::Explanation;

use super::{Exit, ExplainArgs, Screen, Stop, load};

/// Explains one request.
pub(super) async fn explain(args: &ExplainArgs, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    let (authority, target) = parts(&args.url)?;
    let site = load::site(&args.site, &args.settings).await?;
    let explanation = site.explain(&args.method, authority, target);
    if args.json {
        screen.json(&explanation)?;
    } else {
        show(&explanation, screen)?;
    }
    Ok(Exit::Done)
}

/// The authority of an absolute URL, and path and query of any.
fn parts(url: &str) -> Result<(Option<&str>, &str), Stop> {
    let (authority, from_root) = match url.split_once("://") {
        Some(("http" | "https", rest)) => match rest.find(['/', '?', '#']) {
            Some(at) => (Some(&rest[..at]), &rest[at..]),
            None => (Some(rest), "/"),
        },
        _ => (None, url),
    };
    if from_root.starts_with('/') {
        return Ok((authority, from_root));
    }
    Err(Stop::misused(format_args!(
        "{url}: is no URL; expected `/users/42` or `http://localhost/users/42`; begin it with `/`"
    )))
}

fn show(explanation: &Explanation, screen: &mut Screen<'_>) -> io::Result<()> {
    for (at, step) in explanation.steps.iter().enumerate() {
        screen.result(format_args!("{}. {step}", at + 1))?;
    }
    screen.result("")?;
    match explanation.status {
        Some(status) => line(screen, "status", status)?,
        None => line(screen, "status", "the component decides")?,
    }
    line(screen, "pattern", explanation.pattern.as_deref().unwrap_or("none"))?;
    for (name, values) in &explanation.params {
        line(screen, "param", format_args!("{name} = {}", values.join("/")))?;
    }
    show_policy(explanation, screen)?;
    for import in &explanation.imports {
        line(screen, "import", import)?;
    }
    Ok(())
}

fn show_policy(explanation: &Explanation, screen: &mut Screen<'_>) -> io::Result<()> {
    let width = explanation.policy.keys().map(|key| key.len()).max().unwrap_or(0);
    for (key, value) in &explanation.policy {
        let origin = match (&value.file, value.line) {
            (Some(file), Some(at)) => format!("{}:{at}", file.display()),
            (Some(file), None) => file.display().to_string(),
            (None, _) if value.binding => "default, binding below".to_owned(),
            (None, _) => "default".to_owned(),
        };
        line(screen, "policy", format_args!("{key:<width$}  {}  ({origin})", value.value))?;
    }
    Ok(())
}

fn line(screen: &mut Screen<'_>, name: &str, value: impl Display) -> io::Result<()> {
    screen.result(format_args!("{name:<8} {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_may_be_absolute_or_begin_at_the_root() {
        let rows = [
            ("/users/42", Some((None, "/users/42"))),
            ("/users/42?q=://", Some((None, "/users/42?q=://"))),
            ("http://localhost:8080/a%20b?c", Some((Some("localhost:8080"), "/a%20b?c"))),
            ("https://example.org", Some((Some("example.org"), "/"))),
            ("users/42", None),
            ("ftp://example.org/x", None),
            ("http://localhost?q", None),
        ];
        for (url, expected) in rows {
            assert_eq!(parts(url).ok(), expected, "{url}");
        }
    }
}
