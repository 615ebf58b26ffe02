//! Reads a walk-through: the commands of a Markdown text's `console` blocks and the answers they promise.
//! It runs nothing.
//!
//! In a block, a line starting with `$ ` is a command (a trailing `\` continues it), the lines up to the
//! next command are its answer. `...` stands for any text in a line, and alone on a line for any lines.

/// One command and what it must print.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Where the command stands in the Markdown text, from 1.
    pub(super) line: usize,
    /// Whether the opening fence says `console upstream`.
    pub(super) upstream: Upstream,
    /// The command, split into words as a shell would.
    pub(super) words: Vec<String>,
    /// The promised answer, line by line.
    pub(super) expected: Vec<String>,
}

/// The server that the sample site calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Upstream {
    IsAway,
    Answers,
}

/// Every step of a text, in order.
pub(super) fn steps(markdown: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut lines = markdown.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        let upstream = match line {
            "```console" => Upstream::IsAway,
            "```console upstream" => Upstream::Answers,
            _ => continue,
        };
        let block: Vec<_> = lines.by_ref().take_while(|(_, line)| *line != "```").collect();
        block_steps(upstream, &block, &mut steps)?;
    }
    Ok(steps)
}

fn block_steps(upstream: Upstream, block: &[(usize, &str)], steps: &mut Vec<Step>) -> Result<(), String> {
    let mut lines = block.iter().peekable();
    while let Some((index, line)) = lines.next() {
        let line_number = index + 1;
        let mut command = command(line).ok_or(format!("line {line_number}: no command above this answer"))?.to_owned();
        while command.ends_with('\\') {
            command.pop();
            command += lines.next().map_or("", |(_, line)| line);
        }
        let mut expected = Vec::new();
        while let Some((_, line)) = lines.next_if(|(_, line)| self::command(line).is_none()) {
            expected.push((*line).to_owned());
        }
        trim_blank_end(&mut expected);
        let words = words(&command).ok_or(format!("line {line_number}: unbalanced quote"))?;
        steps.push(Step { line: line_number, upstream, words, expected });
    }
    Ok(())
}

fn command(line: &str) -> Option<&str> {
    line.strip_prefix("$ ")
}

// A blank line before the next command is for the reader's eyes.
fn trim_blank_end(lines: &mut Vec<String>) {
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
}

/// Splits a command at its blanks; single and double quotes hold a word together and mean nothing else.
fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in command.chars() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, letter) if letter.is_whitespace() => words.extend(word.take()),
            (_, letter) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// Whether the text has these lines, where `...` stands for anything.
pub(super) fn matches(expected: &[impl AsRef<str>], actual: &[&str]) -> bool {
    match (expected.split_first(), actual.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first.as_ref() == "..." => {
            (0..=actual.len()).any(|skipped| matches(rest, &actual[skipped..]))
        }
        (Some((first, rest)), Some((line, lines))) => line_matches(first.as_ref(), line) && matches(rest, lines),
        _ => false,
    }
}

/// Whether a line has this form, where `...` stands for any text.
pub(super) fn line_matches(expected: &str, actual: &str) -> bool {
    let Some((start, rest)) = expected.split_once("...") else {
        return expected == actual;
    };
    let Some(actual) = actual.strip_prefix(start) else {
        return false;
    };
    (0..=actual.len())
        .filter(|skipped| actual.is_char_boundary(*skipped))
        .any(|skipped| line_matches(rest, &actual[skipped..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
text
```console upstream
$ curl -i \\
  -H 'x-a: b c' http://host/
HTTP/1.1 200 OK

body
$ curl http://host/b
```
```sh
$ ignored
```
";

    #[test]
    fn a_text_is_read_into_steps() {
        let steps = steps(TEXT).unwrap();
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[0].line, 3);
        assert_eq!(steps[0].upstream, Upstream::Answers);
        assert_eq!(steps[0].words, ["curl", "-i", "-H", "x-a: b c", "http://host/"]);
        assert_eq!(steps[0].expected, ["HTTP/1.1 200 OK", "", "body"]);
        assert_eq!((steps[1].line, steps[1].expected.len()), (8, 0));
    }

    #[test]
    fn an_answer_without_a_command_is_refused() {
        assert_eq!(steps("```console\nbody\n```").unwrap_err(), "line 2: no command above this answer");
    }

    #[test]
    fn an_open_quote_is_refused() {
        assert_eq!(steps("```console\n$ curl 'x\n```").unwrap_err(), "line 2: unbalanced quote");
    }

    #[test]
    fn words_are_split_as_a_shell_does() {
        let rows: [(&str, &[&str]); 4] =
            [("a  b", &["a", "b"]), ("a 'b \"c\"'d", &["a", "b \"c\"d"]), ("a ''", &["a", ""]), ("  ", &[])];
        for (command, expected) in rows {
            assert_eq!(words(command).unwrap(), expected, "{command}");
        }
    }

    #[test]
    fn dots_stand_for_any_text_and_any_lines() {
        let rows: [(&[&str], &[&str], bool); 9] = [
            (&["a"], &["a"], true),
            (&["a"], &["b"], false),
            (&["a"], &["a", "b"], false),
            (&["a", "b"], &["a"], false),
            (&["a...c"], &["abbc"], true),
            (&["a...c"], &["abbd"], false),
            (&["...", "c"], &["a", "b", "c"], true),
            (&["a", "..."], &["a"], true),
            (&["...b...d"], &["abcbd"], true),
        ];
        for (expected, actual, answer) in rows {
            assert_eq!(matches(expected, actual), answer, "{expected:?} and {actual:?}");
        }
    }
}
