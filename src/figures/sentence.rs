//! Figures in sentences: `Imagine a layered stack: Source → Parser → Bytecode → PVM.`
//!
//! A sentence that says *imagine*, *picture* or *visualise*, then a colon, and then is nothing but one chain of at least
//! three names to its end. A return type, a conversion or a formula is none: they have two ends, or no such word, or are
//! code or mathematics.

use super::kinds::flow::Flow;
use super::language::{Arrow, Label, arrow};
use crate::document::{Inline, InlineKind};

/// A chain found in a sentence.
pub(super) struct Found {
    /// What is to be imagined: `A layered stack`; empty if the sentence does not say.
    pub(super) title: String,
    /// The chain.
    pub(super) flow: Flow,
}

/// The words that ask for a picture.
const WORDS: [&str; 4] = ["imagine", "picture", "visualise", "visualize"];
/// Fewer names are a conversion or a return type.
const LEAST: usize = 3;
/// A longer name is a clause of the sentence.
const LONGEST: usize = 80;

/// The chains in a paragraph, in order.
pub(super) fn find(inlines: &[Inline]) -> Vec<Found> {
    if !has_arrow(inlines) {
        return Vec::new();
    }
    let mut signs = Vec::new();
    flatten(inlines, &mut signs);
    sentences(&signs).into_iter().filter_map(read).collect()
}

/// A character of a paragraph.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Text(char),
    Code(char),
    /// A line break.
    Break,
    /// Something that no label can show: a formula, a picture.
    Other,
}

fn has_arrow(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match &inline.kind {
        InlineKind::Text(text) => text.contains(['→', '⇢']) || text.contains("->"),
        kind => content(kind).is_some_and(has_arrow),
    })
}

/// The inlines within one that only changes how they look.
fn content(kind: &InlineKind) -> Option<&[Inline]> {
    match kind {
        InlineKind::Emphasis(content)
        | InlineKind::Strong(content)
        | InlineKind::Keyboard(content)
        | InlineKind::Abbreviation { content, .. }
        | InlineKind::Span(content) => Some(content),
        InlineKind::Link(link) => Some(&link.content),
        InlineKind::Text(_)
        | InlineKind::SoftBreak
        | InlineKind::LineBreak
        | InlineKind::Strikethrough(_)
        | InlineKind::Superscript(_)
        | InlineKind::Subscript(_)
        | InlineKind::Code(_)
        | InlineKind::Math(_)
        | InlineKind::Reference(_)
        | InlineKind::Image(_)
        | InlineKind::NoteLabel(_)
        | InlineKind::Note { .. }
        | InlineKind::Anchor
        | InlineKind::Citation(_)
        | InlineKind::IndexMark(_) => None,
    }
}

fn flatten(inlines: &[Inline], signs: &mut Vec<Sign>) {
    for inline in inlines {
        if let Some(content) = content(&inline.kind) {
            flatten(content, signs);
            continue;
        }
        match &inline.kind {
            InlineKind::Text(text) => signs.extend(text.chars().map(Sign::Text)),
            InlineKind::Code(code) => signs.extend(code.chars().map(Sign::Code)),
            InlineKind::SoftBreak => signs.push(Sign::Text(' ')),
            InlineKind::LineBreak => signs.push(Sign::Break),
            InlineKind::NoteLabel(_)
            | InlineKind::Note { .. }
            | InlineKind::Anchor
            | InlineKind::Citation(_)
            | InlineKind::IndexMark(_) => {}
            _ => signs.push(Sign::Other),
        }
    }
}

/// Cuts a paragraph after full stops, question and exclamation marks, and at line breaks. A mark before an arrow ends a
/// name (`fresh? → load`), not a sentence.
fn sentences(signs: &[Sign]) -> Vec<&[Sign]> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, sign) in signs.iter().enumerate() {
        let after = signs.get(at + 1..).unwrap_or_default();
        let ends = match sign {
            Sign::Break => true,
            Sign::Text('.' | '!' | '?' | '…') => {
                let mut rest = after
                    .iter()
                    .skip_while(|sign| matches!(sign, Sign::Text('"' | '”' | '’' | ')')));
                let spaced = rest
                    .next()
                    .is_none_or(|sign| matches!(sign, Sign::Text(character) if character.is_whitespace()));
                let next = after
                    .iter()
                    .position(|sign| !matches!(sign, Sign::Text(character) if character.is_whitespace()));
                let arrow = next.is_some_and(|next| arrow_at(after, next).is_some());
                spaced && !arrow
            }
            _ => false,
        };
        if ends {
            found.push(signs.get(start..=at).unwrap_or_default());
            start = at + 1;
        }
    }
    found.push(signs.get(start..).unwrap_or_default());
    found
}

/// An arrow at a place, and how many signs it takes.
fn arrow_at(signs: &[Sign], at: usize) -> Option<(Arrow, usize)> {
    let text = |sign: &Sign| match sign {
        Sign::Text(character) => Some(*character),
        Sign::Code(_) | Sign::Break | Sign::Other => None,
    };
    let before = at.checked_sub(1).and_then(|before| signs.get(before)).and_then(text);
    arrow(before, signs.get(at..)?.iter().map_while(text))
}

fn read(sentence: &[Sign]) -> Option<Found> {
    let first = (0..sentence.len()).find(|at| arrow_at(sentence, *at).is_some())?;
    let colon = (0..first).rev().find(|at| {
        let space = sentence
            .get(at + 1)
            .is_some_and(|sign| matches!(sign, Sign::Text(character) if character.is_whitespace()));
        sentence.get(*at) == Some(&Sign::Text(':')) && space
    })?;
    let lead: String = sentence
        .get(..colon)?
        .iter()
        .map(|sign| match sign {
            Sign::Text(character) | Sign::Code(character) => *character,
            Sign::Break | Sign::Other => ' ',
        })
        .collect();
    let title = title(&lead)?;
    let (labels, arrows) = chain(sentence.get(colon + 1..)?)?;
    if labels.len() < LEAST {
        return None;
    }
    Some(Found {
        title,
        flow: Flow::chain(labels, &arrows)?,
    })
}

/// What follows the word that asks for a picture; `None` without such a word.
fn title(lead: &str) -> Option<String> {
    let lower = lead.to_lowercase();
    let is_word = |at: usize, word: &str| {
        let before = lower.get(..at).and_then(|before| before.chars().next_back());
        let after = lower.get(at + word.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    let end = WORDS
        .iter()
        .flat_map(|word| lower.match_indices(word))
        .filter(|(at, word)| is_word(*at, word))
        .map(|(at, word)| at + word.len())
        .max()?;
    // Case may change the length of a word before; then there is no title to cut out.
    let rest = lead
        .get(end..)
        .filter(|_| lower.len() == lead.len())
        .unwrap_or_default()
        .trim();
    let mut characters = rest.chars();
    let title: String = characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default();
    Some(if title.chars().count() <= LONGEST {
        title
    } else {
        String::new()
    })
}

/// The names of a chain that takes the whole rest of a sentence.
fn chain(signs: &[Sign]) -> Option<(Vec<Label>, Vec<Arrow>)> {
    let signs = trimmed(signs);
    let (mut labels, mut arrows) = (vec![Label::default()], Vec::new());
    let mut at = 0;
    while let Some(sign) = signs.get(at) {
        if let Some((found, length)) = arrow_at(signs, at) {
            arrows.push(found);
            labels.push(Label::default());
            at += length;
            continue;
        }
        let label = labels.last_mut()?;
        match sign {
            // A list or a second clause is more than one chain.
            Sign::Text(',' | ';') | Sign::Other | Sign::Break => return None,
            Sign::Text(':') if matches!(signs.get(at + 1), Some(Sign::Text(' ')) | None) => return None,
            Sign::Text(character) => label.push(character.encode_utf8(&mut [0; 4]), false),
            Sign::Code(character) => label.push(character.encode_utf8(&mut [0; 4]), true),
        }
        at += 1;
    }
    labels.iter_mut().for_each(Label::trim_end);
    let named = labels
        .iter()
        .all(|label| !label.is_empty() && label.plain().chars().count() <= LONGEST);
    named.then_some((labels, arrows))
}

/// Takes space, quotation marks and the sentence's last mark off.
fn trimmed(mut signs: &[Sign]) -> &[Sign] {
    let outer = |sign: &Sign| match sign {
        Sign::Text(character) => character.is_whitespace() || matches!(character, '"' | '“' | '”'),
        Sign::Break => true,
        Sign::Code(_) | Sign::Other => false,
    };
    while let [first, rest @ ..] = signs {
        if !outer(first) {
            break;
        }
        signs = rest;
    }
    while let [rest @ .., last] = signs {
        if !outer(last) && !matches!(last, Sign::Text('.' | '!' | '?' | '…')) {
            break;
        }
        signs = rest;
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Span};

    fn count(text: &str) -> usize {
        let span = Span::new(Sources::default().add("a.md", text), 0..0);
        find(&[Inline::text(span, text)]).len()
    }

    #[test]
    fn long_paragraphs_are_read_in_one_pass() {
        let dashes = "-".repeat(100_000);
        assert_eq!(count(&format!("{dashes} x -> y")), 0);
        assert_eq!(count(&format!("Imagine a way: {dashes}> x -> y")), 0);
        assert_eq!(count(&format!("Imagine a way: x {dashes}> y -> z")), 1);
    }

    #[test]
    fn only_one_chain_of_three_names_after_such_a_word_is_a_figure() {
        assert_eq!(
            count("So. Imagine a layered stack: Source → Parser → Bytecode → PVM. Then it runs."),
            1
        );
        assert_eq!(count("Visualise it: main.py -> fresh? -> load"), 1);
        for text in [
            "Source → Parser → PVM.",
            "Imagine a signature: f(x) -> int.",
            "Imagine the conversion: long → float.",
            "Imagine two ways: A → B → C, then D → E.",
            "Imagine A → B → C.",
            "Imagine a way: A → B → C: the last.",
            "He imagined a way: A → B → C.",
            "Imagine nothing. A way: A → B → C.",
            "Imagine gaps: A → → C → D.",
        ] {
            assert_eq!(count(text), 0, "{text}");
        }
    }
}
