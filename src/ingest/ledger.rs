//! The ledger in the front matter of a chapter's file: its keys written, every other line as it was.

/// What goes into the ledger.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) by: Option<String>,
    pub(super) date: String,
    pub(super) reply: String,
    pub(super) outline: String,
}

/// Keys that are written anew with each reply.
const OWN: &[&str] = &["drafted-by", "drafted", "reviewed-by", "reviewed", "reply", "outline"];

/// The value of a key of the ledger.
pub(super) fn value(front: &str, key: &str) -> Option<String> {
    let line = front.lines().find(|line| key_of(line) == Some(key))?;
    let value = line.get(key.len() + 1..)?.trim();
    let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let value = quoted.map_or_else(|| value.to_owned(), |inner| inner.replace("\\\"", "\"").replace("\\\\", "\\"));
    (!value.is_empty()).then_some(value)
}

/// The front matter with these entries. `end` is the line break of the file.
pub(super) fn write(front: &str, entries: &Entries, end: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut own = false;
    let mut all = front.lines().collect::<Vec<_>>();
    let close = if all.len() > 1 { all.pop() } else { None };
    for line in all.into_iter().skip(1) {
        // Indented lines belong to the key above them.
        own = if line.starts_with([' ', '\t']) {
            own
        } else {
            key_of(line).is_some_and(|key| OWN.contains(&key))
        };
        if !own {
            lines.push(line);
        }
    }
    let mut text = front
        .strip_prefix('\u{feff}')
        .map_or(String::new(), |_| "\u{feff}".to_owned());
    let mut push = |line: &str| {
        text.push_str(line);
        text.push_str(end);
    };
    push("---");
    lines.iter().for_each(|line| push(line));
    if let Some(by) = &entries.by {
        push(&format!("drafted-by: {}", quote(by)));
    }
    push(&format!("drafted: {}", entries.date));
    push(&format!("reply: {}", entries.reply));
    push(&format!("outline: {}", entries.outline));
    push(close.unwrap_or("---"));
    text
}

fn key_of(line: &str) -> Option<&str> {
    line.split_once(':')
        .map(|(key, _)| key)
        .filter(|key| !key.contains(char::is_whitespace))
}

/// A value as YAML reads it: in quotes where a letter of it means something there.
fn quote(value: &str) -> String {
    let value: String = value
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let value = value.trim();
    let plain =
        |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '.' | '-' | '_' | '/' | '(' | ')' | ',' | ';' | '+');
    if value.chars().all(plain) && value.starts_with(char::is_alphanumeric) {
        value.to_owned()
    } else {
        format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_is_written_and_the_rest_stays() {
        let entries = Entries {
            by: Some("A \"model\": 5".to_owned()),
            date: "2026-01-02".to_owned(),
            reply: "sha256:ab".to_owned(),
            outline: "cd".to_owned(),
        };
        let ledger = "drafted-by: \"A \\\"model\\\": 5\"\ndrafted: 2026-01-02\nreply: sha256:ab\noutline: cd\n";
        assert_eq!(write("", &entries, "\n"), format!("---\n{ledger}---\n"));
        let old = "---\ntitle: X\nreviewed-by: Ada\ntags:\n  - a\nreply: sha256:00\n---\n";
        assert_eq!(
            write(old, &entries, "\n"),
            format!("---\ntitle: X\ntags:\n  - a\n{ledger}---\n")
        );
        assert_eq!(
            value(&write(old, &entries, "\n"), "drafted-by").as_deref(),
            Some("A \"model\": 5")
        );
        assert_eq!(value(old, "reviewed-by").as_deref(), Some("Ada"));
    }
}
