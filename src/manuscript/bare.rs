//! Web addresses that stand in text without any mark, as GitHub Flavored Markdown reads them (version 0.29, section 6.9).
//!
//! An address begins with `https://`, `http://` or `www.`, and ends before a blank or `<`. Punctuation at its end is the
//! sentence's, and so is a closing bracket that nothing in the address opens. Mail addresses are left alone. Beyond the
//! specification, as GitHub does it, an address may also follow a quotation mark or a character that is not ASCII.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::ops::Range;

/// What an address may begin with.
const BEGINNINGS: [&str; 3] = ["https://", "http://", "www."];

/// Whether there may be an address in a text.
pub(super) fn may_be_in(text: &str) -> bool {
    text.contains("://") || text.contains("www.")
}

/// Where the addresses in a text are. `is_escaped` tells whether a backslash stands before the byte at an offset.
pub(super) fn find(text: &str, is_escaped: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if !may_be_in(text) {
        return found;
    }
    let starts = text.match_indices(['h', 'H', 'w']).map(|(at, _)| at);
    for start in starts {
        let rest = text.get(start..).unwrap_or_default();
        let begins = |beginning: &&&str| {
            let head = rest.get(..beginning.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(beginning))
        };
        let Some(beginning) = BEGINNINGS.iter().find(begins) else {
            continue;
        };
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let done = found.last().is_some_and(|last| last.end > start);
        if done || !may_follow(before) || (start..start + beginning.len()).any(&is_escaped) {
            continue;
        }
        let host = if *beginning == "www." { 0 } else { beginning.len() };
        if let Some(length) = length(rest, host) {
            found.push(start..start + length);
        }
    }
    found
}

/// Whether an address may begin behind this character.
fn may_follow(before: Option<char>) -> bool {
    before.is_none_or(|before| before.is_whitespace() || matches!(before, '*' | '_' | '~' | '(' | '"' | '\'') || !before.is_ascii())
}

/// The most characters of a host (RFC 1035, section 2.3.4) with its port.
const LONGEST_HOST: usize = 260;

/// How long the address is with which a text begins and whose host begins at a byte of it, if its host is one.
fn length(text: &str, host: usize) -> Option<usize> {
    let rest = text.get(host..)?;
    let mut beginning = rest.char_indices().take(LONGEST_HOST);
    let domain = beginning.find(|(_, c)| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.'));
    let domain = domain.map_or_else(|| rest.len().min(LONGEST_HOST), |(at, _)| at);
    if !is_domain(rest.get(..domain)?) {
        return None;
    }
    let end = text.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(text.len());
    let text = text.get(..end)?;
    // A footnote's mark is no part of an address.
    Some(without_sentence(text.split("[^").next().unwrap_or(text)))
}

/// Whether a host has two parts at least, and no underscore in the last two.
fn is_domain(host: &str) -> bool {
    let mut parts = host.trim_end_matches('.').rsplit('.');
    let (last, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_part = |part: &str| part.contains(char::is_alphanumeric) && !part.contains('_');
    is_part(last) && is_part(second) && parts.all(|part| !part.is_empty())
}

/// The length of an address without the punctuation at its end that belongs to the sentence.
fn without_sentence(address: &str) -> usize {
    // How many of each pair close more than are open.
    let surplus = |open: char, close: char| address.matches(close).count().saturating_sub(address.matches(open).count());
    let mut surplus = [(')', surplus('(', ')')), (']', surplus('[', ']')), ('}', surplus('{', '}'))];
    let is_sentence = |last: char| match surplus.iter_mut().find(|(close, _)| *close == last) {
        Some((_, count)) => {
            let goes = *count > 0;
            *count = count.saturating_sub(1);
            goes
        }
        None => matches!(
            last,
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '"' | '’' | '”' | '»'
        ),
    };
    address.trim_end_matches(is_sentence).len()
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text, |_| false).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn the_examples_of_the_specification() {
        for (text, addresses) in [
            ("www.commonmark.org", &["www.commonmark.org"][..]),
            ("Visit www.commonmark.org/help for more.", &["www.commonmark.org/help"]),
            ("Visit www.commonmark.org.", &["www.commonmark.org"]),
            ("Visit www.commonmark.org/a.b.", &["www.commonmark.org/a.b"]),
            (
                "www.google.com/search?q=Markup+(business)",
                &["www.google.com/search?q=Markup+(business)"],
            ),
            (
                "www.google.com/search?q=Markup+(business)))",
                &["www.google.com/search?q=Markup+(business)"],
            ),
            (
                "(www.google.com/search?q=Markup+(business))",
                &["www.google.com/search?q=Markup+(business)"],
            ),
            (
                "(www.google.com/search?q=Markup+(business)",
                &["www.google.com/search?q=Markup+(business)"],
            ),
            (
                "www.google.com/search?q=(business))+ok",
                &["www.google.com/search?q=(business))+ok"],
            ),
            ("www.commonmark.org/he<lp", &["www.commonmark.org/he"]),
            ("http://commonmark.org", &["http://commonmark.org"]),
            (
                "(Visit https://encrypted.google.com/search?q=Markup+(business))",
                &["https://encrypted.google.com/search?q=Markup+(business)"],
            ),
        ] {
            assert_eq!(found(text), addresses, "{text}");
        }
    }

    #[test]
    fn what_is_no_address() {
        for text in [
            "www.",
            "http://",
            "https://localhost",
            "https://a_b.example_x.org",
            "xhttps://example.org",
            "awww.example.org",
            "ftp://example.org",
            "see://www",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
        assert_eq!(find("https://example.org", |at| at == 5), Vec::<Range<usize>>::new());
    }

    #[test]
    fn sentences_and_languages_around_addresses() {
        assert_eq!(
            found(
                "见https://example.org/a，“https://example.org/b” and \"http://example.org/c_d_\"; https://a.example.org:80/?x=1&y#z!"
            ),
            [
                "https://example.org/a，“https://example.org/b",
                "http://example.org/c_d",
                "https://a.example.org:80/?x=1&y#z"
            ]
        );
        assert_eq!(
            found("https://example.org/a[^1] (https://example.org/[b])"),
            ["https://example.org/a", "https://example.org/[b]"]
        );
    }
}
