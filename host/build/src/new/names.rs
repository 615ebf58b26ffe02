//! Variables for the params of a pattern, in the spelling of a language, and their names as texts. It knows no
//! language itself.

use crate::pattern::Param;

/// How a language spells a name of several words.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spelling {
    /// `page_name`
    Snake,
    /// `pageName`
    Camel,
}

/// A variable for each param, no two alike and none of `taken`, the words that the language keeps for
/// itself and the names that the starter uses.
pub(super) fn variables(params: &[Param], spelling: Spelling, taken: &[&str]) -> Vec<String> {
    let mut variables: Vec<String> = Vec::new();
    for param in params {
        let name = variable(param, spelling, taken);
        let numbered = (2..).map(|number| match spelling {
            Spelling::Snake => format!("{name}_{number}"),
            Spelling::Camel => format!("{name}{number}"),
        });
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        variables.extend(candidates.find(|candidate| !variables.contains(candidate)));
    }
    variables
}

fn variable(param: &Param, spelling: Spelling, taken: &[&str]) -> String {
    let words = param.name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let name = join(&words, spelling);
    match name.chars().next() {
        None => "param".to_owned(),
        Some(first) if first.is_ascii_digit() => join(&["param".to_owned(), name], spelling),
        Some(_) if taken.contains(&name.as_str()) => join(&[name, "param".to_owned()], spelling),
        Some(_) => name,
    }
}

/// A text in double quotes, as C and Go write it. No name has a control character.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn join(words: &[String], spelling: Spelling) -> String {
    match spelling {
        Spelling::Snake => words.join("_").to_ascii_lowercase(),
        Spelling::Camel => words.iter().enumerate().map(|(index, word)| camel(index, word)).collect(),
    }
}

/// The first word begins small, each further one large; letters inside a word stay as they are.
fn camel(index: usize, word: &str) -> String {
    let (first, rest) = word.split_at(1);
    let first = if index == 0 { first.to_ascii_lowercase() } else { first.to_ascii_uppercase() };
    first + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    #[test]
    fn params_become_variables_that_the_language_takes() {
        let rows = [
            ("/[id]", "id", "id"),
            ("/[a-b]/[a_b]", "a_b, a_b_2", "aB, aB2"),
            ("/[type]", "type_param", "typeParam"),
            ("/[Über]", "ber", "ber"),
            ("/[2]", "param_2", "param2"),
            ("/[--]", "param", "param"),
            ("/[postId]", "postid", "postId"),
            ("/[PageName]", "pagename", "pageName"),
        ];
        for (pattern, snake, camel) in rows {
            let params = Pattern::parse(pattern).unwrap().params;
            assert_eq!(variables(&params, Spelling::Snake, &["type"]).join(", "), snake, "{pattern}");
            assert_eq!(variables(&params, Spelling::Camel, &["type"]).join(", "), camel, "{pattern}");
        }
    }
}
