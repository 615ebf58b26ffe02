//! A workspace member's manifest, made independent of the workspace. It never reads or writes files.

use toml_edit::{Array, DocumentMut, InlineTable, Item, TableLike, Value};

/// Tables that ask for files or packages a site has no use for.
const LEFT_OUT: [&str; 4] = ["dev-dependencies", "test", "bench", "example"];

/// The manifest `member` with everything written out that it inherits from `root`, for a package
/// that lies `depth` directories below that workspace's root.
pub(super) fn manifest(member: &str, root: &str, depth: usize) -> String {
    let mut member = parse(member);
    let root = parse(root);
    let workspace = &root["workspace"];
    for table in LEFT_OUT {
        member.remove(table);
    }
    if let Some(package) = table_of(member.get_mut("package")) {
        inherit_keys(package, &workspace["package"]);
    }
    let shared = SharedDependencies { table: &workspace["dependencies"], up: "../".repeat(depth) };
    inherit_dependencies(member.as_table_mut(), &shared);
    if let Some(targets) = table_of(member.get_mut("target")) {
        for (_, target) in targets.iter_mut() {
            if let Some(target) = target.as_table_like_mut() {
                inherit_dependencies(target, &shared);
            }
        }
    }
    if member.get("lints").is_some_and(is_inherited) {
        member["lints"] = workspace["lints"].clone();
    }
    member.to_string()
}

struct SharedDependencies<'a> {
    table: &'a Item,
    /// The way from the package to the root, which paths are relative to.
    up: String,
}

fn parse(manifest: &str) -> DocumentMut {
    manifest.parse().expect("the program was compiled with these manifests, so cargo has parsed them")
}

fn table_of(item: Option<&mut Item>) -> Option<&mut dyn TableLike> {
    item.and_then(Item::as_table_like_mut)
}

fn is_inherited(item: &Item) -> bool {
    item.get("workspace").and_then(Item::as_bool) == Some(true)
}

fn inherit_keys(package: &mut dyn TableLike, shared: &Item) {
    for (key, value) in package.iter_mut() {
        if is_inherited(value) {
            *value = shared[key.get()].clone();
        }
    }
}

fn inherit_dependencies(tables: &mut dyn TableLike, shared: &SharedDependencies<'_>) {
    for name in ["dependencies", "build-dependencies"] {
        let Some(table) = table_of(tables.get_mut(name)) else {
            continue;
        };
        for (name, dependency) in table.iter_mut() {
            if is_inherited(dependency) {
                *dependency = shared.resolve(name.get(), dependency);
            }
        }
    }
}

impl SharedDependencies<'_> {
    /// The shared dependency, with what the member adds to it.
    fn resolve(&self, name: &str, member: &Item) -> Item {
        let mut resolved = written_out(&self.table[name]);
        if let Some(path) = resolved.get_mut("path") {
            *path = format!("{}{}", self.up, path.as_str().unwrap_or_default()).into();
        }
        let additions = member.as_table_like().into_iter().flat_map(TableLike::iter);
        for (key, value) in additions.filter(|(key, _)| *key != "workspace") {
            let Some(value) = value.as_value() else {
                continue;
            };
            match (key, value.as_array()) {
                ("features", Some(more)) => add_features(&mut resolved, more),
                _ => {
                    resolved.insert(key, value.clone());
                }
            }
        }
        resolved.fmt();
        Item::Value(Value::InlineTable(resolved))
    }
}

fn written_out(shared: &Item) -> InlineTable {
    let mut table = InlineTable::new();
    match shared.as_table_like() {
        Some(shared) => {
            for (key, value) in shared.iter() {
                table.extend(value.as_value().map(|value| (key, value.clone())));
            }
        }
        None => table.extend(shared.as_value().map(|version| ("version", version.clone()))),
    }
    table
}

fn add_features(dependency: &mut InlineTable, more: &Array) {
    let features = dependency.get_or_insert("features", Array::new());
    if let Some(features) = features.as_array_mut() {
        features.extend(more.iter().cloned());
        features.fmt();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = r#"
[workspace]
members = ["a/b"]
[workspace.package]
version = "1.2.3"
edition = "2024"
[workspace.lints.rust]
unsafe_code = "deny"
[workspace.dependencies]
bytes = "1.12"
serde = { version = "1", features = ["derive"] }
tokio = { version = "1", default-features = false }
near = { path = "a/near" }
"#;

    fn resolved(member: &str) -> String {
        manifest(member, ROOT, 2)
    }

    #[test]
    fn inherited_keys_are_written_out() {
        let rows = [
            ("[package]\nversion.workspace = true\n", "version = \"1.2.3\""),
            ("[package]\nedition = { workspace = true }\n", "edition = \"2024\""),
            ("[lints]\nworkspace = true\n", "unsafe_code = \"deny\""),
            ("[dependencies]\nbytes.workspace = true\n", "bytes = { version = \"1.12\" }"),
            (
                "[dependencies]\nserde = { workspace = true, features = [\"rc\"], optional = true }\n",
                "serde = { version = \"1\", features = [\"derive\", \"rc\"], optional = true }",
            ),
            (
                "[dependencies]\ntokio = { workspace = true, features = [\"rt\"] }\n",
                "tokio = { version = \"1\", default-features = false, features = [\"rt\"] }",
            ),
            ("[build-dependencies]\nnear.workspace = true\n", "near = { path = \"../../a/near\" }"),
            ("[target.'cfg(unix)'.dependencies]\nbytes.workspace = true\n", "bytes = { version = \"1.12\" }"),
        ];
        for (member, expected) in rows {
            let text = resolved(member);
            assert!(text.contains(expected), "{member}\nbecame\n{text}");
            assert!(!text.contains("workspace"), "{member}\nbecame\n{text}");
        }
    }

    #[test]
    fn own_keys_stay_as_they_are() {
        let member = "# why\n[dependencies]\nhttpdate = \"1.0.3\"  # dates\n";
        assert_eq!(resolved(member), member);
    }

    #[test]
    fn what_only_tests_need_is_left_out() {
        let text = resolved("[package]\nname = \"x\"\n[dev-dependencies]\ntrybuild = \"1\"\n[[test]]\nname = \"t\"\n");
        assert!(!text.contains("trybuild") && !text.contains("[[test]]"), "{text}");
    }
}
