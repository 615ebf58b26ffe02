//! `routes DIR`, and the table that a server shows when it starts.

use std::io;

use routelet::site::RouteListing;
use serde::Serialize;

use super::{Exit, RoutesArgs, Screen, Stop, load};

/// The result, whose field names scripts depend on.
#[derive(Debug, Serialize)]
struct Routes {
    routes: Vec<RouteListing>,
}

/// Lists what a directory answers.
pub(super) async fn routes(args: &RoutesArgs, screen: &mut Screen<'_>) -> Result<Exit, Stop> {
    let site = load::site(&args.dir, &args.settings).await?;
    if args.json {
        screen.json(&Routes { routes: site.routes() })?;
    } else {
        show(&site.routes(), screen)?;
    }
    for fault in site.faults() {
        screen.tell(fault);
    }
    Ok(Exit::Done)
}

/// One line for each route: path, methods, kind, size.
pub(super) fn show(routes: &[RouteListing], screen: &mut Screen<'_>) -> io::Result<()> {
    let rows: Vec<[String; 4]> = routes.iter().map(row).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (path, methods, kind) = (width(0), width(1), width(2));
    for [pattern, answered, sort, size] in &rows {
        screen.result(format_args!("{pattern:<path$}  {answered:<methods$}  {sort:<kind$}  {size:>10}"))?;
    }
    Ok(())
}

fn row(route: &RouteListing) -> [String; 4] {
    [route.pattern.clone(), route.methods.join(", "), route.kind.to_owned(), size(route.bytes)]
}

/// Bytes as people read them.
fn size(bytes: u64) -> String {
    const KIB: u64 = 1024;
    const MIB: u64 = KIB * KIB;
    // Sizes of files are far below where a float loses a byte that could be seen.
    let in_units = |unit: u64| bytes as f64 / unit as f64;
    match bytes {
        0..KIB => format!("{bytes} B"),
        KIB..MIB => format!("{:.1} KiB", in_units(KIB)),
        MIB.. => format!("{:.1} MiB", in_units(MIB)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(pattern: &str, methods: &[&'static str], bytes: u64) -> RouteListing {
        RouteListing {
            pattern: pattern.to_owned(),
            methods: methods.to_vec(),
            kind: "route",
            file: "app/route.wasm".into(),
            bytes,
        }
    }

    #[test]
    fn the_table_is_aligned() {
        let routes = [
            listing("/", &["GET", "HEAD", "OPTIONS"], 1023),
            listing("/users/[id]", &["OPTIONS"], 75_981),
            listing("/café", &["OPTIONS"], 20 << 20),
        ];
        let (mut results, mut people) = (Vec::new(), Vec::new());
        show(&routes, &mut Screen::new(&mut results, &mut people)).unwrap();
        assert_eq!(
            String::from_utf8(results).unwrap(),
            "/            GET, HEAD, OPTIONS  route      1023 B\n\
             /users/[id]  OPTIONS             route    74.2 KiB\n\
             /café        OPTIONS             route    20.0 MiB\n"
        );
    }

    #[test]
    fn scripts_find_their_names() {
        let routes = Routes { routes: vec![listing("/", &["GET", "HEAD", "OPTIONS"], 7)] };
        assert_eq!(
            serde_json::to_string(&routes).unwrap(),
            r#"{"routes":[{"pattern":"/","methods":["GET","HEAD","OPTIONS"],"kind":"route","file":"app/route.wasm","bytes":7}]}"#
        );
    }
}
