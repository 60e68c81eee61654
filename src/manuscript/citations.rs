//! Citations as pandoc has them: `[@key]`, `[see @a, chap. 3; -@b]`, and `@key` in running text.
//!
//! In brackets every part between semicolons has to name a work. In running text `@key` is a citation only where the
//! bibliography has that key: text is full of addresses, handles and decorators that nobody means as one.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::document::Locator;
use std::collections::BTreeSet;
use std::ops::Range;

/// How long a citation may be, in bytes. Whoever leaves a bracket open does not lose all that follows.
pub(super) const LONGEST: usize = 1000;

/// A citation in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it stands in the text.
    pub(super) range: Range<usize>,
    /// Whether it is `@key` without brackets.
    pub(super) in_text: bool,
    pub(super) items: Vec<FoundItem>,
}

/// One of the works that a citation names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FoundItem {
    /// Where the key stands in the text, with its `@`.
    pub(super) range: Range<usize>,
    pub(super) key: String,
    pub(super) without_author: bool,
    pub(super) prefix: String,
    pub(super) locator: Option<Locator>,
    pub(super) suffix: String,
}

/// The citations in a text, in order. `keys` are those of the bibliography, and `is_escaped` tells whether the character at
/// a byte was typed with a backslash.
pub(super) fn find(text: &str, keys: &BTreeSet<String>, is_escaped: impl Fn(usize) -> bool) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut done = 0;
    for (at, character) in text.char_indices() {
        if at < done || !matches!(character, '[' | '@') || is_escaped(at) {
            continue;
        }
        let citation = match character {
            '[' => in_brackets(text, at, !keys.is_empty()),
            _ => in_text(text, at, keys),
        };
        if let Some(citation) = citation {
            done = citation.range.end;
            found.push(citation);
        }
    }
    found
}

/// Whether text that ends within brackets may be the beginning of a citation, so that the next line belongs to it.
pub(super) fn is_open(text: &str, rest: &str) -> bool {
    let Some(open) = text.rfind('[') else { return false };
    let inside = text.get(open + 1..).unwrap_or_default();
    if inside.len() > LONGEST || inside.contains(']') {
        return false;
    }
    let paragraph = rest.find("\n\n").unwrap_or(rest.len());
    let end = rest.bytes().take(LONGEST.min(paragraph)).position(|byte| byte == b']');
    end.is_some_and(|end| inside.contains('@') || rest.get(..end).is_some_and(|rest| rest.contains('@')))
}

/// `[see @a, p. 12; @b]`. Without a bibliography only what begins with a key is taken for a citation.
fn in_brackets(text: &str, open: usize, has_bibliography: bool) -> Option<Found> {
    let rest = text.get(open + 1..)?;
    let end = rest.bytes().take(LONGEST).position(|byte| matches!(byte, b']' | b'['))?;
    let inner = rest.get(..end)?;
    let certain = inner.starts_with('@') || inner.starts_with("-@");
    if rest.as_bytes().get(end) != Some(&b']') || !inner.contains('@') || !(certain || has_bibliography) {
        return None;
    }
    let mut items = Vec::new();
    let mut start = open + 1;
    for part in inner.split(';') {
        items.push(item(part, start)?);
        start += part.len() + 1;
    }
    Some(Found {
        range: open..open + end + 2,
        in_text: false,
        items,
    })
}

/// What stands between two semicolons, which begins at a byte of the text.
fn item(part: &str, start: usize) -> Option<FoundItem> {
    let (at, minus, key) = part.match_indices('@').find_map(|(at, _)| {
        let (minus, key) = key_at(part, at)?;
        Some((at, minus, key))
    })?;
    let prefix = part.get(..at - usize::from(minus))?.trim();
    let behind = part.get(at + key.length..)?;
    let (locator, suffix) = place(behind);
    Some(FoundItem {
        range: start + at..start + at + key.length,
        key: key.name.to_owned(),
        without_author: minus,
        prefix: one_line(prefix),
        locator,
        suffix: one_line(suffix.trim_end()),
    })
}

/// `@key` or `-@key` in running text, and the place in brackets behind it: `@key [p. 33]`.
fn in_text(text: &str, at: usize, keys: &BTreeSet<String>) -> Option<Found> {
    let (minus, key) = key_at(text, at)?;
    if !keys.contains(key.name) {
        return None;
    }
    let mut end = at + key.length;
    let behind = text.get(end..)?;
    let blank = behind.len() - behind.trim_start_matches([' ', '\n']).len();
    let bracket = behind.get(blank..)?.strip_prefix('[').filter(|_| blank < 2);
    let inner = bracket.and_then(|rest| rest.get(..rest.bytes().take(LONGEST).position(|byte| matches!(byte, b']' | b'['))?));
    let mut locator = None;
    let mut suffix = String::new();
    if let Some(inner) = inner
        && text.as_bytes().get(end + blank + 1 + inner.len()) == Some(&b']')
        && let (Some(found), rest) = place(inner)
    {
        locator = Some(found);
        suffix = one_line(rest.trim_end());
        end += blank + inner.len() + 2;
    }
    let item = FoundItem {
        range: at..at + key.length,
        key: key.name.to_owned(),
        without_author: minus,
        prefix: String::new(),
        locator,
        suffix,
    };
    Some(Found {
        range: at - usize::from(minus)..end,
        in_text: !minus,
        items: vec![item],
    })
}

/// A key behind an `@`, with the length of both.
struct Key<'t> {
    name: &'t str,
    length: usize,
}

/// The key that the `@` at a byte begins, and whether a minus asks for it without its author. In an address a letter
/// stands before the `@`.
fn key_at(text: &str, at: usize) -> Option<(bool, Key<'_>)> {
    let before = text.get(..at)?;
    let minus = before.ends_with('-');
    let before = if minus { before.get(..at - 1)? } else { before };
    let free = |last: char| last.is_whitespace() || matches!(last, '(' | '[' | '“' | '"' | '„' | '«' | '—' | '–' | '/' | '\u{a0}');
    if !before.chars().next_back().is_none_or(free) {
        return None;
    }
    let rest = text.get(at + 1..)?;
    if let Some(braced) = rest.strip_prefix('{') {
        let end = braced.bytes().take(LONGEST).position(|byte| matches!(byte, b'}' | b'\n'))?;
        let name = braced.get(..end)?;
        let closed = braced.as_bytes().get(end) == Some(&b'}') && !name.is_empty();
        return closed.then_some((minus, Key { name, length: end + 3 }));
    }
    let length = key_length(rest);
    let name = rest.get(..length)?;
    (length > 0).then_some((
        minus,
        Key {
            name,
            length: length + 1,
        },
    ))
}

/// How long a key is: letters, digits and underscores, with single signs between them.
fn key_length(rest: &str) -> usize {
    let mut length = 0;
    let mut characters = rest.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let plain = |character: char| character.is_alphanumeric() || character == '_';
        let inner = |character: char| ":.#$%&-+?<>~/".contains(character);
        let next = characters.peek().map(|(_, next)| *next);
        if plain(character) || at > 0 && inner(character) && next.is_some_and(plain) {
            length = at + character.len_utf8();
        } else {
            break;
        }
    }
    length
}

/// What is counted in a work, by the name that the Citation Style Language has for it, and how authors write it.
const LABELS: &[(&str, &[&str])] = &[
    ("page", &["p.", "pp.", "page", "pages", "S.", "Seite", "Seiten"]),
    (
        "chapter",
        &["chap.", "chaps.", "ch.", "chapter", "chapters", "Kap.", "Kapitel", "chapitre"],
    ),
    (
        "section",
        &[
            "sec.",
            "secs.",
            "sect.",
            "section",
            "sections",
            "§",
            "§§",
            "Abschn.",
            "Abschnitt",
        ],
    ),
    ("figure", &["fig.", "figs.", "figure", "figures", "Abb.", "Abbildung"]),
    ("line", &["l.", "ll.", "line", "lines", "Z.", "Zeile", "ligne"]),
    (
        "paragraph",
        &["para.", "paras.", "paragraph", "paragraphs", "¶", "¶¶", "Abs.", "Absatz"],
    ),
    ("note", &["n.", "nn.", "note", "notes", "Anm."]),
    ("part", &["pt.", "pts.", "part", "parts", "Teil", "partie"]),
    ("volume", &["vol.", "vols.", "volume", "volumes", "Bd.", "Band"]),
    ("column", &["col.", "cols.", "column", "columns", "Sp."]),
    ("book", &["bk.", "bks.", "book", "books", "Buch", "livre"]),
    ("issue", &["no.", "nos.", "issue", "Nr.", "Heft"]),
    ("table", &["tab.", "table", "tables", "Tab.", "Tabelle", "tableau"]),
    ("equation", &["eq.", "eqs.", "equation", "Gl."]),
    ("appendix", &["app.", "appendix", "Anhang", "annexe"]),
    ("rule", &["r.", "rule", "rules", "Regel"]),
    ("verse", &["v.", "vv.", "verse", "verses", "Vers"]),
];

/// The place in a work that stands behind its key, and what stands behind that. A number alone is a page.
fn place(behind: &str) -> (Option<Locator>, &str) {
    let text = behind.trim_start();
    let text = text.strip_prefix(',').unwrap_or(text).trim_start();
    let labelled = LABELS
        .iter()
        .flat_map(|(label, written)| written.iter().map(move |written| (*label, *written)))
        .filter_map(|(label, written)| {
            let rest = text.strip_prefix(written)?;
            let value = rest.trim_start();
            let apart = rest.len() > value.len() || !written.ends_with(char::is_alphabetic);
            (apart && !value.is_empty()).then_some((written.len(), label, value))
        })
        .max_by_key(|(length, ..)| *length);
    let (label, value) = match labelled {
        Some((_, label, value)) => (label, value),
        None if text.starts_with(|first: char| first.is_ascii_digit()) => ("page", text),
        None => return (None, behind),
    };
    let length = value_length(value);
    if length == 0 || !counts(value) {
        return (None, behind);
    }
    let (value, suffix) = value.split_at_checked(length).unwrap_or((value, ""));
    let value = one_line(value);
    (Some(Locator { label, value }), suffix)
}

/// Whether a text begins with what counts places: figures, Roman numerals, a capital. `note that` names no note.
fn counts(text: &str) -> bool {
    let word = text.split([' ', ',', ';', '\n']).next().unwrap_or_default();
    let roman = |sign: char| "ivxlcdmIVXLCDM–-".contains(sign);
    word.contains(|sign: char| sign.is_ascii_digit())
        || word.chars().all(roman)
        || word.len() == 1 && word.starts_with(|first: char| first.is_ascii_uppercase())
}

/// How much of a text is the number of a place: its first word, and what goes on counting: `12, 14–16 and 20`.
fn value_length(text: &str) -> usize {
    let mut length = 0;
    let mut start = 0;
    for word in text.split_inclusive([' ', '\n', '\u{a0}']) {
        let bare = word.trim_end();
        let number = bare.trim_end_matches([',', ';']);
        let joins = matches!(number, "&" | "and" | "und" | "et" | "-" | "–");
        let counts = number.starts_with(|first: char| first.is_ascii_digit() || "ivxlcIVXLC§".contains(first));
        if start > 0 && !joins && !(counts && number.chars().any(|sign| sign.is_ascii_digit())) {
            break;
        }
        if !joins {
            length = start + number.len();
        }
        let goes_on = joins || number.len() < bare.len();
        let next = text.get(start + word.len()..).unwrap_or_default();
        let next_joins = ["& ", "and ", "und ", "et ", "- ", "– "]
            .iter()
            .any(|join| next.starts_with(join));
        if !goes_on && !next_joins {
            break;
        }
        start += word.len();
    }
    length
}

fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The citations of a text, each on a line: `prefix|-key|label value|suffix`.
    fn seen(text: &str, keys: &[&str]) -> Vec<String> {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        let shown = |item: &FoundItem| {
            let locator = item.locator.as_ref();
            let locator = locator.map_or(String::new(), |place| format!("{} {}", place.label, place.value));
            let minus = if item.without_author { "-" } else { "" };
            format!("{}|{minus}{}|{locator}|{}", item.prefix, item.key, item.suffix)
        };
        find(text, &keys, |at| text.get(..at).is_some_and(|before| before.ends_with('\\')))
            .iter()
            .map(|found| {
                let items: Vec<String> = found.items.iter().map(shown).collect();
                format!("{}{}", if found.in_text { "in text: " } else { "" }, items.join("; "))
            })
            .collect()
    }

    #[test]
    fn citations_in_brackets_have_prefix_place_and_suffix() {
        for (text, expected) in [
            ("[@a]", "|a||"),
            ("[-@a]", "|-a||"),
            ("[@a; @b, p. 12]", "|a||; |b|page 12|"),
            ("[see @a, chap. 3]", "see|a|chapter 3|"),
            ("[@a, 33, 35–37 and nowhere else]", "|a|page 33, 35–37| and nowhere else"),
            ("[@a, pp. 3 and 5-7, emphasis mine]", "|a|page 3 and 5-7|, emphasis mine"),
            ("[@a, p. xii]", "|a|page xii|"),
            ("[@a, §4.2]", "|a|section 4.2|"),
            ("[@a and others]", "|a|| and others"),
            ("[see\n@a, chap.\n3]", "see|a|chapter 3|"),
            ("[@doe:99/x.y.]", "|doe:99/x.y||."),
            ("[@{a b}, p. 1]", "|a b|page 1|"),
        ] {
            assert_eq!(seen(text, &["a", "b"]), [expected], "{text}");
        }
    }

    #[test]
    fn in_running_text_only_known_keys_are_citations() {
        let text = "@a says, and @b [p. 3], what -@a has (@b); a@b, @c, \\@a, @property, [x@a], b.@a";
        assert_eq!(
            seen(text, &["a", "b"]),
            ["in text: |a||", "in text: |b|page 3|", "|-a||", "in text: |b||"]
        );
    }

    #[test]
    fn what_names_no_work_in_each_part_is_no_citation() {
        for text in ["[a @ b]", "[@]", "[@a; b]", "[^@a]", "\\[@a]", "[mail a@b.org]"] {
            assert!(seen(text, &["x"]).is_empty(), "{text}");
        }
        assert_eq!(seen("[see @a]", &[]), [] as [&str; 0]);
        assert_eq!(seen("[@a]", &[]), ["|a||"]);
    }
}
