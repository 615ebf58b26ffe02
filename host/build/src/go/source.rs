//! What a Go source declares, read from its text without building it. It touches no file.

/// The methods whose handlers the text sets, as the WIT names them, and whether it has a `func main`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) methods: Vec<&'static str>,
    pub(super) has_main: bool,
}

const HANDLES: [(&str, &str); 7] = [
    ("HandleGet", "get"),
    ("HandleHead", "head"),
    ("HandlePost", "post"),
    ("HandlePut", "put"),
    ("HandlePatch", "patch"),
    ("HandleDelete", "delete"),
    ("HandleOptions", "options"),
];

/// Reads the texts of one package.
pub(super) fn declared<'a>(texts: impl Iterator<Item = &'a str>) -> Declared {
    let mut found = Declared::default();
    for text in texts {
        let tokens = tokens(text);
        found.has_main |= tokens.windows(3).any(|three| three == ["func", "main", "("]);
        for (handle, method) in HANDLES {
            let is_set = tokens.windows(3).any(|three| three == [".", handle, "("]);
            if is_set && !found.methods.contains(&method) {
                found.methods.push(method);
            }
        }
    }
    found
}

/// Words and signs, without comments and literals.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if matches!(first, '"' | '\'' | '`') {
            literal(rest, first)
        } else if is_word(first) {
            rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        if is_word(first) || matches!(first, '.' | '(') {
            tokens.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    tokens
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The length of the literal that the text begins with; only raw ones take a backslash as it is.
fn literal(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if letter == quote && !escaped {
            return at + 1;
        }
        escaped = letter == '\\' && !escaped && quote != '`';
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calls_declare_methods() {
        let rows: [(&str, &[&str]); 6] = [
            ("func main() { routelet.HandleGet(get) }", &["get"]),
            ("func main() {\n\tr.HandlePost (post)\n\tr.HandleGet(get)\n}", &["get", "post"]),
            ("// routelet.HandleGet(get)\n/* r.HandlePut(put) */ r.HandleHead(head)", &["head"]),
            (
                r#"s := "r.HandleGet(\"" + `r.HandlePut("\` + "r.HandlePatch("; c := '"'; r.HandleDelete(d)"#,
                &["delete"],
            ),
            ("func HandleGet(x int) {}", &[]),
            ("f := routelet.HandleOptions", &[]),
        ];
        for (text, expected) in rows {
            assert_eq!(declared([text].into_iter()).methods, expected, "{text}");
        }
    }

    #[test]
    fn a_main_in_any_file_of_the_package_counts() {
        assert!(declared(["package main", "func main() {}"].into_iter()).has_main);
        assert!(!declared(["// func main() {}\nfunc mainly() {}"].into_iter()).has_main);
    }
}
