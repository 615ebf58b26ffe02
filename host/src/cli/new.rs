//! `new SITE` and `new route PATTERN`: words for what `routelet-build` starts.

use std::path::Path;

use routelet_build::{NewError, NewRoute, find_site, new_route, new_site};

use super::{Exit, NewArgs, NewPart, NewRouteArgs, Screen, Stop, methods};

/// Starts what was asked for, and lists the files it wrote.
pub(super) fn new(args: NewArgs, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    match (args.route, args.site) {
        (Some(NewPart::Route(route)), _) => start_route(route, screen),
        (None, Some(site)) => start_site(&site, &args.lang, screen),
        (None, None) => Err(Stop::misused("expected SITE or `route PATTERN`; see `routelet new --help`")),
    }
}

fn start_site(site: &Path, language: &str, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    for file in new_site(site, language).map_err(stop)? {
        screen.result(site.join(file).display())?;
    }
    screen.tell(format_args!("next: routelet dev {}", site.display()));
    Ok(Exit::Done)
}

fn start_route(args: NewRouteArgs, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    let site = find_site(Path::new(".")).map_err(stop)?;
    let route = NewRoute {
        pattern: args.pattern,
        language: args.lang,
        methods: methods::names(args.methods.0).into_iter().map(str::to_owned).collect(),
    };
    let source = new_route(&site, &route).map_err(stop)?;
    screen.result(site.join(source).display())?;
    Ok(Exit::Done)
}

fn stop(error: NewError) -> Stop {
    match error {
        NewError::Pattern { .. } | NewError::Language { .. } | NewError::Method { .. } => Stop::misused(error),
        NewError::Exists { .. }
        | NewError::Answered { .. }
        | NewError::NoSite { .. }
        | NewError::Manifest { .. }
        | NewError::Io { .. }
        | NewError::Types(_)
        | NewError::Sdk(_) => Stop::failed(error),
    }
}
