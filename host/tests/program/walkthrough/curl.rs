//! Runs one step of a walk-through with the real `curl` and compares what it prints.
//! It knows nothing of Markdown.

use std::path::Path;

use tokio::process::Command;

use super::script::{Step, line_matches, matches};

/// The address the walk-through is written for.
pub(super) const WRITTEN_BASE: &str = "http://127.0.0.1:8080";

/// Runs a step against the server at `base`, in `directory`; an error tells the whole story.
pub(super) async fn run(step: &Step, base: &str, directory: &Path) -> Result<(), String> {
    let (program, arguments) = step.words.split_first().ok_or("an empty command")?;
    if program != "curl" {
        return Err(format!("line {}: only curl is run, not {program}", step.line));
    }
    let arguments: Vec<_> = arguments.iter().map(|word| word.replace(WRITTEN_BASE, base)).collect();
    let printed = printed(&arguments, directory).await?.replace(base, WRITTEN_BASE);
    let same = match arguments.iter().any(|word| shows_head(word)) {
        true => head_and_body_match(&step.expected, &printed),
        false => body_matches(&step.expected, &printed),
    };
    match same {
        true => Ok(()),
        false => Err(difference(step, &printed)),
    }
}

// The reader's own settings and proxies must not change what a test sees.
async fn printed(arguments: &[String], directory: &Path) -> Result<String, String> {
    let output = Command::new("curl")
        .args(["-q", "-sS", "--max-time", "30", "--noproxy", "*"])
        .args(arguments)
        .current_dir(directory)
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|cause| format!("curl cannot be run: {cause}; install it"))?;
    match output.stderr.is_empty() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("curl {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr))),
    }
}

/// Whether curl prints the response head: `-i`, `-I`, also together with other letters.
fn shows_head(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.contains(['i', 'I'])
}

/// The status line must be the one promised, each promised header must be there (others may be too),
/// and the body must be what follows the blank line; without a blank line it must be empty.
fn head_and_body_match(expected: &[String], printed: &str) -> bool {
    let Some((head, body)) = final_answer(printed) else {
        return false;
    };
    let blank = expected.iter().position(String::is_empty);
    let (expected_head, expected_body) = expected.split_at(blank.unwrap_or(expected.len()));
    let expected_body = expected_body.get(1..).unwrap_or_default();
    head_matches(expected_head, head) && body_matches(expected_body, body)
}

// curl prints an interim `100 Continue` before the answer itself.
fn final_answer(printed: &str) -> Option<(&str, &str)> {
    let (head, rest) = printed.split_once("\r\n\r\n")?;
    match head.starts_with("HTTP/1.1 100") {
        true => final_answer(rest),
        false => Some((head, rest)),
    }
}

fn head_matches(expected: &[String], head: &str) -> bool {
    let mut lines = head.split("\r\n");
    let Some((status, headers)) = expected.split_first() else {
        return false;
    };
    let status_matches = lines.next().is_some_and(|line| line_matches(status, line.trim_end()));
    let present: Vec<_> = lines.collect();
    status_matches && headers.iter().all(|header| present.iter().any(|line| header_matches(header, line)))
}

fn header_matches(expected: &str, actual: &str) -> bool {
    match (expected.split_once(": "), actual.split_once(": ")) {
        (Some((name, value)), Some((actual_name, actual_value))) => {
            name.eq_ignore_ascii_case(actual_name) && line_matches(value, actual_value)
        }
        _ => false,
    }
}

// Many answers end without a line break, which a block of Markdown cannot show.
fn body_matches(expected: &[String], body: &str) -> bool {
    let lines: Vec<_> = body.trim_end_matches('\n').lines().collect();
    matches(expected, &lines)
}

fn difference(step: &Step, printed: &str) -> String {
    format!(
        "line {}: {}\n--- promised\n{}\n--- printed\n{}\n---",
        step.line,
        step.words.join(" "),
        step.expected.join("\n"),
        printed.replace('\r', ""),
    )
}

#[cfg(test)]
mod tests {
    use super::super::script::Upstream;
    use super::*;

    const PRINTED: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nset-cookie: a=b; Path=/\r\n\r\none\ntwo\n";

    #[test]
    fn an_answer_is_compared_by_status_named_headers_and_body() {
        let rows: [(&[&str], bool); 8] = [
            (&["HTTP/1.1 200 OK", "", "one", "two"], true),
            (&["HTTP/1.1 200 OK", "content-type: text/plain", "", "..."], true),
            (&["HTTP/1.1 200 OK", "set-cookie: a=b; ...", "", "..."], true),
            (&["HTTP/1.1 404 Not Found", "", "..."], false),
            (&["HTTP/1.1 200 OK", "content-type: text/html", "", "..."], false),
            (&["HTTP/1.1 200 OK", "x-absent: 1", "", "..."], false),
            (&["HTTP/1.1 200 OK", "", "one"], false),
            (&["HTTP/1.1 200 OK"], false),
        ];
        for (expected, answer) in rows {
            let expected: Vec<_> = expected.iter().map(|line| (*line).to_owned()).collect();
            assert_eq!(head_and_body_match(&expected, PRINTED), answer, "{expected:?}");
        }
    }

    #[test]
    fn an_interim_answer_is_passed_over() {
        let printed = format!("HTTP/1.1 100 Continue\r\n\r\n{PRINTED}");
        assert!(head_and_body_match(&["HTTP/1.1 200 OK".into(), String::new(), "...".into()], &printed));
    }

    #[test]
    fn an_empty_body_needs_no_blank_line() {
        assert!(head_and_body_match(&["HTTP/1.1 204 No Content".into()], "HTTP/1.1 204 No Content\r\n\r\n"));
    }

    #[test]
    fn the_head_is_shown_by_i_in_any_company() {
        let rows = [("-i", true), ("-sI", true), ("--include", false), ("-N", false), ("http://i", false)];
        for (word, answer) in rows {
            assert_eq!(shows_head(word), answer, "{word}");
        }
    }

    #[tokio::test]
    async fn a_program_other_than_curl_is_not_run() {
        let step = Step { line: 7, upstream: Upstream::IsAway, words: vec!["rm".into()], expected: Vec::new() };
        assert_eq!(run(&step, "", Path::new(".")).await.unwrap_err(), "line 7: only curl is run, not rm");
    }
}
