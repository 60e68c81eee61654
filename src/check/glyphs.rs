//! `missing-glyph`: every character has a glyph in some embedded font.

use crate::assets::Font;
use crate::diag::{Diagnostics, codes};
use crate::document::inline::plain_text;
use crate::document::walk::{Node, query};
use crate::document::{BlockKind, Document, InlineKind};
use crate::manuscript::Settings;
use crate::source::{Sources, Span};
use std::collections::BTreeMap;
use unicode_script::{Script, UnicodeScript as _};

/// The most characters of one script that are told one by one.
const MOST: usize = 5;

/// How many of more are named.
const NAMED: usize = 3;

/// Reports each character that no font has, once, at its first place, with how often it occurs. Of a script of which many are
/// missing, all are told at once: its words are in a language that the fonts are not made for.
///
/// Code is asked of all fonts too: what the mono face lacks comes from another one.
pub fn glyphs(document: &Document, settings: &Settings, fonts: &[Font], sources: &Sources, diagnostics: &mut Diagnostics) {
    let coverage = Coverage::of(fonts);
    let mut missing: BTreeMap<char, (Option<Span>, usize)> = BTreeMap::new();
    let mut see = |text: &str, span: Option<Span>| {
        // Nearly all text is ASCII, which every font has.
        for character in text
            .chars()
            .filter(|character| !character.is_ascii() && !coverage.has(*character))
        {
            missing
                .entry(character)
                .or_insert_with(|| (span.map(|span| place_of(character, span, sources)), 0))
                .1 += 1;
        }
    };
    for text in settings.authors.iter().chain([&settings.title]).chain(&settings.subtitle) {
        see(text, None);
    }
    for part in document.parts.iter().filter_map(|part| part.title.as_ref()) {
        see(&plain_text(part), part.first().map(|inline| inline.span));
    }
    query(document, |_, node| match node {
        Node::Block(block) => match &block.kind {
            BlockKind::Listing(listing) => see(&listing.code, Some(block.span)),
            BlockKind::Output(text) => see(text, Some(block.span)),
            _ => {}
        },
        Node::Inline(inline) => {
            if let InlineKind::Text(text) | InlineKind::Code(text) = &inline.kind {
                see(text, Some(inline.span));
            }
        }
    });
    let mut scripts: BTreeMap<&str, Vec<Missing>> = BTreeMap::new();
    for (character, (span, count)) in missing {
        // Signs and emoji belong to no script, and each is a slip or a choice of its own.
        let script = match character.script() {
            Script::Common | Script::Inherited | Script::Unknown => None,
            script => Some(script.full_name()),
        };
        let missing = Missing { character, span, count };
        match script {
            Some(script) => scripts.entry(script).or_default().push(missing),
            None => report_one(&missing, diagnostics),
        }
    }
    for (script, missing) in &scripts {
        if missing.len() > MOST {
            report_script(script, missing, diagnostics);
        } else {
            missing.iter().for_each(|missing| report_one(missing, diagnostics));
        }
    }
}

/// A character that no font has, its first place, and how often it occurs.
struct Missing {
    character: char,
    span: Option<Span>,
    count: usize,
}

fn report_one(missing: &Missing, diagnostics: &mut Diagnostics) {
    let Missing { character, span, count } = missing;
    let times = if *count == 1 {
        String::new()
    } else {
        format!(", {count} times")
    };
    let code = u32::from(*character);
    diagnostics
        .report(
            &codes::MISSING_GLYPH,
            *span,
            format!("no font has `{character}` (U+{code:04X}){times}"),
        )
        .hint("use another character, or put an OFL font that has it into `fonts/`");
}

/// Reports the characters of a script at the first of their places.
fn report_script(script: &str, missing: &[Missing], diagnostics: &mut Diagnostics) {
    let first = missing.iter().filter_map(|missing| missing.span).min();
    let named: Vec<String> = missing
        .iter()
        .take(NAMED)
        .map(|missing| format!("`{}`", missing.character))
        .collect();
    let times: usize = missing.iter().map(|missing| missing.count).sum();
    let message = format!(
        "no font has {} characters of the {script} script, which stand in {times} places: {} and others",
        missing.len(),
        named.join(", ")
    );
    diagnostics.report(&codes::MISSING_GLYPH, first, message).hint(format!(
        "put an OFL font for {script} into `fonts/`, such as one of the Noto family"
    ));
}

/// The character's own place inside a node's source, where it stands there as typed.
fn place_of(character: char, span: Span, sources: &Sources) -> Span {
    match sources.text(span).find(character) {
        Some(at) => span.slice(at..at + character.len_utf8()),
        None => span,
    }
}

/// Which characters have a glyph.
struct Coverage {
    /// One bit a character of the first three planes.
    bits: Vec<u64>,
}

impl Coverage {
    fn of(fonts: &[Font]) -> Self {
        let mut bits = vec![0_u64; 0x30000 / 64];
        let mut families: Vec<&str> = Vec::new();
        // The faces of a family cover nearly the same characters, and what an italic lacks comes from an upright.
        for font in fonts.iter().filter(|font| !font.italic) {
            if families.contains(&font.family.as_str()) {
                continue;
            }
            families.push(&font.family);
            let Ok(face) = ttf_parser::Face::parse(font.data.bytes(), 0) else {
                continue;
            };
            let tables = face.tables().cmap.into_iter().flat_map(|cmap| cmap.subtables);
            for table in tables.filter(|table| table.is_unicode()) {
                table.codepoints(|code| {
                    if let Some(word) = bits.get_mut(code as usize / 64) {
                        *word |= 1 << (code % 64);
                    }
                });
            }
        }
        Self { bits }
    }

    fn has(&self, character: char) -> bool {
        let code = u32::from(character);
        // What has no shape of its own: white space, joiners, direction marks, variation selectors, soft hyphens.
        let invisible = character.is_whitespace()
            || matches!(code, 0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2064 | 0xFE00..=0xFE0F | 0xFEFF | 0xE0100..=0xE01EF);
        invisible
            || self
                .bits
                .get(code as usize / 64)
                .is_some_and(|word| word & (1 << (code % 64)) != 0)
    }
}
