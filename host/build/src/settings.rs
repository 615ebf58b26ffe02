//! `routelet.toml` as the output holds it: paths are relative to the directory they are served
//! from, so that those to files of the site lead back to it. What the paths lead to is not copied.

use std::path::{Component, Path, PathBuf};

use toml_edit::{DocumentMut, Item, Value};

/// Keys whose values are paths: the table, the key, and what stands before the path.
const PATHS: [(Option<&str>, &str, &str); 6] = [
    (Some("secrets"), "file", ""),
    (Some("secrets"), "dir", ""),
    (Some("tls"), "cert", ""),
    (Some("tls"), "key", ""),
    (Some("kv"), "url", "redb:"),
    (None, "cache-dir", ""),
];

/// The text with every relative path led from `output` back to `site`. A text that is no TOML is
/// returned as it is: the host says what is wrong with it.
pub(crate) fn led_back(text: &str, site: &Path, output: &Path) -> String {
    let Ok(mut settings) = text.parse::<DocumentMut>() else { return text.to_owned() };
    let back = way_back(site, output);
    for (table, key, before) in PATHS {
        let entry = match table {
            Some(table) => settings.get_mut(table).and_then(|table| table.as_table_like_mut()?.get_mut(key)),
            None => settings.get_mut(key),
        };
        if let Some(entry) = entry {
            lead_back(entry, before, &back);
        }
    }
    settings.to_string()
}

fn lead_back(entry: &mut Item, before: &str, back: &Path) {
    let Some(path) = entry.as_str().and_then(|text| text.strip_prefix(before)) else { return };
    if path.is_empty() || Path::new(path).is_absolute() {
        return;
    }
    let led = format!("{before}{}", back.join(path).display());
    if let Some(value) = entry.as_value_mut() {
        let decor = value.decor().clone();
        *value = Value::from(led);
        *value.decor_mut() = decor;
    }
}

/// The site as seen from the output; by its whole path where the output lies elsewhere.
fn way_back(site: &Path, output: &Path) -> PathBuf {
    match output.strip_prefix(site) {
        Ok(below) => below.components().map(|_| Component::ParentDir).collect(),
        Err(_) => site.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_lead_back_and_all_else_stays() {
        let (site, dist, dev) = (Path::new("/site"), Path::new("/site/dist"), Path::new("/site/.routelet/dev"));
        for (text, output, expected) in [
            ("", dist, ""),
            ("not toml", dist, "not toml"),
            ("# hi\nlisten = \"a\" # there\n", dist, "# hi\nlisten = \"a\" # there\n"),
            ("cache-dir = \"cache\" # here\n", dist, "cache-dir = \"../cache\" # here\n"),
            ("cache-dir = \"/var/cache\"\n", dist, "cache-dir = \"/var/cache\"\n"),
            ("[secrets]\nfile = \"s.env\"\n", dist, "[secrets]\nfile = \"../s.env\"\n"),
            ("[secrets]\ndir = \"s\"\n", dev, "[secrets]\ndir = \"../../s\"\n"),
            ("[secrets]\nenv-prefix = \"S_\"\n", dist, "[secrets]\nenv-prefix = \"S_\"\n"),
            ("secrets = { file = \"s\" }\n", dist, "secrets = { file = \"../s\" }\n"),
            ("[tls]\ncert = \"c\"\nkey = \"k\"\n", dist, "[tls]\ncert = \"../c\"\nkey = \"../k\"\n"),
            ("[kv]\nurl = \"redb:kv\"\n", dist, "[kv]\nurl = \"redb:../kv\"\n"),
            ("[kv]\nurl = \"redis://h\"\n", dist, "[kv]\nurl = \"redis://h\"\n"),
            ("cache-dir = \"c\"\n", Path::new("/else/where"), "cache-dir = \"/site/c\"\n"),
        ] {
            assert_eq!(led_back(text, site, output), expected);
        }
    }
}
