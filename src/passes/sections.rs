//! Sections and numbers by position.
//!
//! Headings come as a flat list, often with numbers that somebody typed: `## 1.2. History`. This pass takes such numbers
//! off, uses them for the structure they tell, nests the headings of each chapter into [`Section`]s, and numbers parts
//! (`I`), chapters (`2`) and sections (`2.1`) by where they stand.
//!
//! # When a number before a title is numbering
//!
//! A number has groups of one to three digits with dots between: `2`, `2.1`. So `2001: A Space Odyssey` has none.
//!
//! * **With a word**: `Chapter 3: Scope`, `Part I: X`, `Section 2.1 - X`. Always numbering. `Part` counts only before
//!   the title of a part or of a chapter.
//! * **Certain**: a dot or, after two groups, a colon or a parenthesis ends it: `1.2. History`, `6. 10. Essential`,
//!   `1.2: History`. Numbering, except that a single group before a section's title (`3. November`) also needs a neighbour:
//!   it is 0 or 1, or the file has the number before or after it, or one that begins with it (`3.1.`).
//! * **Possible**: all else, such as `1.2 History`, `1) History` or `3 ways to fail`. Numbering only where the file as a
//!   whole counts: at least two headings and at least half of them carry numbers, and this one ends in 1 or follows
//!   another of the file (one may be missing between them). So `3.14 is special` keeps its number, and a history of
//!   releases that begins at 3.11 keeps them all. Before a chapter's title, it has to be the number that the
//!   chapter gets by position, and so in at least one other chapter.
//!
//! A single group before the title of a deeper section, where steps are counted and this pass counts nothing, tells
//! structure but stays where it is.
//!
//! The space behind a number is an ordinary one: `3.&nbsp;November` is how an author keeps a number in any case.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::diag::{Diagnostics, codes};
use crate::document::inline::plain_text;
use crate::document::{Attributes, Block, BlockKind, Chapter, Document, Heading, Inline, InlineKind, Section};
use crate::manuscript::contract::Contract;
use crate::titles::{Typed, roman};
use std::collections::HashSet;

/// Nests headings into sections and numbers parts, chapters and sections.
///
/// A part is numbered when it has a title and at least one numbered chapter, so "Summary and Appendix" is not; a chapter
/// when [`Chapter::numbered`] says so; a section at depth 1 of a numbered chapter unless its braces say `{.unnumbered}` or
/// `{-}` or its title is that of the takeaways. Deeper sections have no numbers.
pub fn nest_and_number(document: &mut Document, contract: &Contract, diagnostics: &mut Diagnostics) {
    number_chapters(document);
    strip_chapter_titles(document);
    for chapter in document.chapters_mut() {
        nest(chapter, diagnostics);
        number_sections(chapter, contract);
    }
}

/// Whether the braces ask for no number: `{.unnumbered}`, `{-}`.
pub(crate) fn is_unnumbered(attributes: &Attributes) -> bool {
    let asks = |name: &str| name == "unnumbered" || name == "-";
    attributes.classes.iter().any(|class| asks(class)) || attributes.pairs.iter().any(|(key, _)| asks(key))
}

fn number_chapters(document: &mut Document) {
    let mut parts = 0;
    let mut chapters = 0;
    for part in &mut document.parts {
        for chapter in part.chapters.iter_mut().filter(|chapter| chapter.numbered) {
            chapters = chapter.planned.unwrap_or(0).max(chapters + 1);
            chapter.number = Some(chapters.to_string());
        }
        if part.title.is_some() && part.chapters.iter().any(|chapter| chapter.numbered) {
            parts = part.planned.unwrap_or(0).max(parts + 1);
            part.number = Some(roman(parts as usize));
        }
    }
}

/// Takes typed numbers off the titles of parts and chapters.
fn strip_chapter_titles(document: &mut Document) {
    let in_place = |chapter: &Chapter| {
        let typed = Typed::read(&plain_text(&chapter.title))?;
        let number = chapter.number.as_ref()?.parse::<u32>().ok()?;
        (!typed.certain && typed.groups == [number]).then_some(typed.length)
    };
    let counted = document.chapters().filter(|chapter| in_place(chapter).is_some()).count() > 1;
    for part in &mut document.parts {
        if let Some(title) = &mut part.title {
            strip_certain(title);
        }
        for chapter in &mut part.chapters {
            if let Some(length) = in_place(chapter).filter(|_| counted) {
                strip(&mut chapter.title, length);
            } else {
                strip_certain(&mut chapter.title);
            }
        }
    }
}

fn strip_certain(title: &mut Vec<Inline>) {
    if let Some(typed) = Typed::read(&plain_text(title)).filter(|typed| typed.certain) {
        strip(title, typed.length);
    }
}

/// Takes `length` bytes of text off the front of a title. Gives false, and leaves the title alone, if they are not all text.
fn strip(title: &mut Vec<Inline>, length: usize) -> bool {
    if leading_text(title) < length {
        return false;
    }
    let mut left = length;
    cut(title, &mut left);
    true
}

/// How many bytes of plain text stand before the first node that is not text.
fn leading_text(inlines: &[Inline]) -> usize {
    let mut length = 0;
    for inline in inlines {
        match transparent(&inline.kind) {
            Lead::Text(text) => length += text.len(),
            Lead::Inside(content) => {
                let inside = leading_text(content);
                length += inside;
                if inside < plain_text(content).len() {
                    break;
                }
            }
            Lead::Nothing => {}
            Lead::Wall => break,
        }
    }
    length
}

/// What a node is to one who looks for the text a title begins with.
enum Lead<'a> {
    /// Text itself.
    Text(&'a str),
    /// Text may be inside.
    Inside(&'a [Inline]),
    /// It has no text.
    Nothing,
    /// It has text that is not to be cut.
    Wall,
}

fn transparent(kind: &InlineKind) -> Lead<'_> {
    match kind {
        InlineKind::Text(text) => Lead::Text(text),
        InlineKind::Emphasis(content)
        | InlineKind::Strong(content)
        | InlineKind::Strikethrough(content)
        | InlineKind::Span(content) => Lead::Inside(content),
        InlineKind::Link(link) => Lead::Inside(&link.content),
        InlineKind::Anchor | InlineKind::IndexMark(_) => Lead::Nothing,
        InlineKind::SoftBreak
        | InlineKind::LineBreak
        | InlineKind::Superscript(_)
        | InlineKind::Subscript(_)
        | InlineKind::Keyboard(_)
        | InlineKind::Abbreviation { .. }
        | InlineKind::Code(_)
        | InlineKind::Math(_)
        | InlineKind::Reference(_)
        | InlineKind::Image(_)
        | InlineKind::NoteLabel(_)
        | InlineKind::Note { .. }
        | InlineKind::Citation(_) => Lead::Wall,
    }
}

/// Cuts up to `left` bytes, which [`leading_text`] has counted, and drops the nodes that become empty by it.
fn cut(inlines: &mut Vec<Inline>, left: &mut usize) {
    inlines.retain_mut(|inline| {
        if *left == 0 {
            return true;
        }
        match &mut inline.kind {
            InlineKind::Text(text) => {
                let length = (*left).min(text.len());
                *left -= length;
                *text = text.get(length..).unwrap_or_default().to_owned();
                !text.is_empty()
            }
            InlineKind::Emphasis(content)
            | InlineKind::Strong(content)
            | InlineKind::Strikethrough(content)
            | InlineKind::Span(content) => {
                cut(content, left);
                !content.is_empty() || inline.attributes.is_some()
            }
            InlineKind::Link(link) => {
                cut(&mut link.content, left);
                true
            }
            InlineKind::Anchor
            | InlineKind::IndexMark(_)
            | InlineKind::SoftBreak
            | InlineKind::LineBreak
            | InlineKind::Superscript(_)
            | InlineKind::Subscript(_)
            | InlineKind::Keyboard(_)
            | InlineKind::Abbreviation { .. }
            | InlineKind::Code(_)
            | InlineKind::Math(_)
            | InlineKind::Reference(_)
            | InlineKind::Image(_)
            | InlineKind::NoteLabel(_)
            | InlineKind::Note { .. }
            | InlineKind::Citation(_) => true,
        }
    });
}

/// How deep sections nest at most; what lies deeper stands at this depth. No page could show more.
const MOST_SECTIONS: usize = 8;

/// The numbers that are numbering, for each heading at the top level of a chapter in order.
fn typed_numbers(blocks: &[Block]) -> Vec<Option<Typed>> {
    let headings: Vec<Option<Typed>> = blocks
        .iter()
        .filter_map(as_heading)
        .map(|heading| Typed::read(&plain_text(&heading.title)).filter(|typed| !typed.part))
        .collect();
    let candidates: Vec<&Typed> = headings.iter().flatten().collect();
    let many = candidates.len() >= 2 && candidates.len() * 2 >= headings.len();
    let certain: HashSet<&[u32]> = candidates
        .iter()
        .filter(|typed| typed.certain)
        .map(|typed| typed.groups.as_slice())
        .collect();
    let parents: HashSet<u32> = certain
        .iter()
        .filter(|groups| groups.len() > 1)
        .filter_map(|groups| groups.first().copied())
        .collect();
    let mut taken: HashSet<Vec<u32>> = HashSet::new();
    let accepted: Vec<bool> = headings
        .iter()
        .map(|typed| {
            typed.as_ref().is_some_and(|typed| {
                let counts = match (typed.certain, typed.groups.as_slice()) {
                    (true, [number]) => {
                        *number <= 1
                            || certain.contains([number - 1].as_slice())
                            || certain.contains([number + 1].as_slice())
                            || parents.contains(number)
                    }
                    (true, _) => true,
                    (false, groups) => many && follows(groups, &taken),
                };
                if counts {
                    taken.insert(typed.groups.clone());
                }
                counts
            })
        })
        .collect();
    // A lone number that was only possible is none.
    let enough = taken.len() >= 2;
    let keep = |(typed, accepted): (Option<Typed>, bool)| typed.filter(|typed| accepted && (typed.certain || enough));
    headings.into_iter().zip(accepted).map(keep).collect()
}

/// Whether a number is the first of its kind, or follows one that was taken, with at most one missing between.
fn follows(groups: &[u32], taken: &HashSet<Vec<u32>>) -> bool {
    let Some((last, before)) = groups.split_last() else {
        return false;
    };
    let earlier = |step: u32| {
        last.checked_sub(step).is_some_and(|number| {
            let mut sought = before.to_vec();
            sought.push(number);
            taken.contains(&sought)
        })
    };
    *last == 1 || (0..=2).any(earlier)
}

/// A section that still takes blocks.
struct Open {
    level: u8,
    groups: Vec<u32>,
    block: Block,
}

/// Makes sections of the headings at the top level of a chapter.
fn nest(chapter: &mut Chapter, diagnostics: &mut Diagnostics) {
    let mut numbers = typed_numbers(&chapter.blocks).into_iter();
    let top = highest_level(&chapter.blocks);
    let mut done: Vec<Block> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for mut block in std::mem::take(&mut chapter.blocks) {
        match block.kind {
            BlockKind::Heading(heading) => {
                let typed = numbers.next().flatten();
                if plain_text(&heading.title).trim().is_empty() {
                    diagnostics
                        .report(&codes::EMPTY_HEADING, block.span, "this heading has no text and is left out")
                        .hint("write its title, or remove the line");
                    // Its id may still be where a link leads.
                    if block.attributes.id.is_some() {
                        block.kind = BlockKind::Group(Vec::new());
                        append(&mut open, &mut done, block);
                    }
                    continue;
                }
                let groups = typed.as_ref().map(|typed| typed.groups.clone()).unwrap_or_default();
                let mut place = place(&open, heading.level, &groups, top);
                place.depth = place.depth.min(MOST_SECTIONS);
                if place.skips {
                    report_skip(diagnostics, block.span, heading.level, place.depth);
                }
                while open.len() >= place.depth {
                    close(&mut open, &mut done);
                }
                // Below depth 1 no number takes the place of `1. Download`, and steps would lose their order.
                let replaced = |typed: &Typed| place.depth == 1 || typed.groups.len() != 1;
                let length = typed.filter(replaced).map_or(0, |typed| typed.length);
                let level = heading.level;
                block.kind = BlockKind::Section(begin(heading, length, block.span, place.depth));
                open.push(Open { level, groups, block });
            }
            kind => {
                block.kind = kind;
                append(&mut open, &mut done, block);
            }
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut done);
    }
    chapter.blocks = done;
}

fn highest_level(blocks: &[Block]) -> u8 {
    let levels = blocks.iter().filter_map(as_heading).map(|heading| heading.level);
    levels.min().unwrap_or(u8::MAX)
}

fn as_heading(block: &Block) -> Option<&Heading> {
    match &block.kind {
        BlockKind::Heading(heading) => Some(heading),
        BlockKind::Paragraph(_)
        | BlockKind::Section(_)
        | BlockKind::Listing(_)
        | BlockKind::Output(_)
        | BlockKind::Diagram(_)
        | BlockKind::Figure(_)
        | BlockKind::Table(_)
        | BlockKind::Quote(_)
        | BlockKind::Admonition(_)
        | BlockKind::List(_)
        | BlockKind::Definitions(_)
        | BlockKind::Glossary(_)
        | BlockKind::Math(_)
        | BlockKind::Rule
        | BlockKind::Details { .. }
        | BlockKind::Group(_)
        | BlockKind::Bibliography(_)
        | BlockKind::IndexMarks(_)
        | BlockKind::Index(_) => None,
    }
}

/// A section without blocks, its title freed of `length` bytes of number.
fn begin(heading: Heading, length: usize, heading_span: crate::source::Span, depth: usize) -> Section {
    let mut title = heading.title;
    if length > 0 {
        strip(&mut title, length);
    }
    Section {
        depth: u8::try_from(depth).unwrap_or(u8::MAX),
        heading_span,
        title,
        slug: heading.slug,
        number: None,
        blocks: Vec::new(),
    }
}

/// Adds a block to the innermost open section, or to the chapter.
fn append(open: &mut [Open], done: &mut Vec<Block>, block: Block) {
    let Some(parent) = open.last_mut() else {
        done.push(block);
        return;
    };
    // What is included stands in another file.
    if parent.block.span.file == block.span.file {
        parent.block.span.end = parent.block.span.end.max(block.span.end);
    }
    if let BlockKind::Section(section) = &mut parent.block.kind {
        section.blocks.push(block);
    }
}

/// Closes the innermost open section.
fn close(open: &mut Vec<Open>, done: &mut Vec<Block>) {
    if let Some(closed) = open.pop() {
        append(open, done, closed.block);
    }
}

/// Where a heading goes.
struct Place {
    /// Its depth in the chapter, at most one more than there are open sections.
    depth: usize,
    /// Whether the author's level or number is deeper than that.
    skips: bool,
}

/// Finds the depth of a heading.
///
/// A typed number decides first, since foreign manuscripts have `## 1.` and `## 1.1.` at one level: beside an open section of
/// the same level and the same count of groups, or inside the one whose number begins it; else beside the one whose number
/// precedes it, whatever its level. All others go by level.
fn place(open: &[Open], level: u8, groups: &[u32], top: u8) -> Place {
    by_number(open, level, groups).unwrap_or_else(|| by_level(open, level, top))
}

fn by_number(open: &[Open], level: u8, groups: &[u32]) -> Option<Place> {
    if groups.is_empty() {
        return None;
    }
    for (at, section) in open
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, section)| !section.groups.is_empty())
    {
        if section.level == level && section.groups.len() == groups.len() {
            return Some(Place {
                depth: at + 1,
                skips: false,
            });
        }
        if groups.len() > section.groups.len() && groups.starts_with(&section.groups) {
            return Some(Place {
                depth: at + 2,
                skips: groups.len() > section.groups.len() + 1,
            });
        }
    }
    let (last, before) = groups.split_last()?;
    let precedes = |section: &Open| {
        section
            .groups
            .split_last()
            .is_some_and(|(number, prefix)| prefix == before && number.checked_add(1) == Some(*last))
    };
    let at = open.iter().rposition(precedes)?;
    Some(Place {
        depth: at + 1,
        skips: false,
    })
}

fn by_level(open: &[Open], level: u8, top: u8) -> Place {
    match open.iter().enumerate().rev().find(|(_, section)| section.level <= level) {
        Some((at, section)) if section.level == level => Place {
            depth: at + 1,
            skips: false,
        },
        Some((at, section)) => Place {
            depth: at + 2,
            skips: level > section.level.saturating_add(1),
        },
        None => Place {
            depth: 1,
            // The title may stand at the second level, and then `###` skips nothing.
            skips: level > top.max(3),
        },
    }
}

fn report_skip(diagnostics: &mut Diagnostics, span: crate::source::Span, level: u8, depth: usize) {
    let marks = |count: usize| "#".repeat(count.clamp(1, 6));
    let message = match depth {
        1 => format!("a heading of level {level} is the first below the chapter's title; it is set as a section"),
        _ => format!("a heading of level {level} is more than one level below the heading above it; it is set one level below"),
    };
    let higher = usize::from(level.saturating_sub(1));
    diagnostics
        .report(&codes::HEADING_SKIP, span, message)
        .hint(format!("write it with `{}` or fewer", marks(higher)));
}

/// Numbers the sections at depth 1.
fn number_sections(chapter: &mut Chapter, contract: &Contract) {
    let Some(of) = chapter.number.as_deref() else {
        return;
    };
    let mut count = 0;
    for block in &mut chapter.blocks {
        let unnumbered = is_unnumbered(&block.attributes);
        if let BlockKind::Section(section) = &mut block.kind
            && !unnumbered
            && !contract.is_takeaways(&plain_text(&section.title))
        {
            count += 1;
            section.number = Some(format!("{of}.{count}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::tests::{book, chapter, heading, span};

    fn outline(blocks: &[Block], text: &mut String) {
        for block in blocks {
            if let BlockKind::Section(section) = &block.kind {
                let number = section.number.as_deref().unwrap_or("-");
                text.push_str(&format!("{} {number} {}\n", section.depth, plain_text(&section.title)));
                outline(&section.blocks, text);
            }
        }
    }

    /// The sections of a chapter with these headings: depth, number, title.
    fn sections(headings: &[(u8, &str)]) -> (String, usize) {
        let blocks = headings.iter().map(|(level, title)| heading(*level, title)).collect();
        let mut document = book(vec![chapter("a.md", "A", blocks)]);
        let mut diagnostics = Diagnostics::default();
        nest_and_number(&mut document, &Contract::default(), &mut diagnostics);
        let mut text = String::new();
        for chapter in document.chapters() {
            outline(&chapter.blocks, &mut text);
        }
        (text, diagnostics.iter().count())
    }

    #[test]
    fn structure_follows_typed_numbers_even_at_one_level() {
        let (text, notes) = sections(&[
            (2, "1. One"),
            (2, "1.1. Two"),
            (3, "Aside"),
            (2, "1.2. Three"),
            (2, "Key Takeaways"),
            (2, "2. Four"),
            (3, "2.1. Five"),
            (1, "3. Six"),
            (2, "4. Seven"),
        ]);
        let expected =
            "1 1.1 One\n2 - Two\n3 - Aside\n2 - Three\n2 - Key Takeaways\n1 1.2 Four\n2 - Five\n1 1.3 Six\n1 1.4 Seven\n";
        assert_eq!((text.as_str(), notes), (expected, 0));
    }

    #[test]
    fn numbers_that_do_not_count_are_part_of_the_title() {
        let (text, _) = sections(&[
            (2, "3.11 is fast"),
            (2, "3.12 is clear"),
            (2, "3 ways to fail"),
            (2, "3. November"),
        ]);
        assert_eq!(
            text,
            "1 1.1 3.11 is fast\n1 1.2 3.12 is clear\n1 1.3 3 ways to fail\n1 1.4 3. November\n"
        );
        let (text, _) = sections(&[
            (2, "5.1 Closures"),
            (2, "5.2 Code"),
            (3, "1. Steps"),
            (2, "5.4 Lambdas"),
            (2, "Key takeaways"),
        ]);
        assert_eq!(
            text,
            "1 1.1 Closures\n1 1.2 Code\n2 - 1. Steps\n1 1.3 Lambdas\n1 - Key takeaways\n"
        );
    }

    #[test]
    fn depths_never_skip() {
        let (text, notes) = sections(&[(4, "A"), (2, "B"), (5, "C"), (4, "D"), (1, "E"), (2, "F")]);
        assert_eq!(text, "1 1.1 A\n1 1.2 B\n2 - C\n2 - D\n1 1.3 E\n2 - F\n");
        // A is deeper than the highest, C and D are more than one below B.
        assert_eq!(notes, 3);
    }

    #[test]
    fn a_number_in_bold_goes_too_and_one_in_code_stays() {
        let mut bold = heading(2, "");
        let mut code = heading(2, "");
        if let (BlockKind::Heading(bold), BlockKind::Heading(code)) = (&mut bold.kind, &mut code.kind) {
            bold.title = vec![Inline::new(
                span(),
                InlineKind::Strong(vec![Inline::text(span(), "1. "), Inline::text(span(), "Go")]),
            )];
            code.title = vec![Inline::new(span(), InlineKind::Code("2. x".into()))];
        }
        let mut document = book(vec![chapter("a.md", "Part I: A", vec![bold, code])]);
        nest_and_number(&mut document, &Contract::default(), &mut Diagnostics::default());
        let chapter = document.chapters().next().expect("a chapter");
        let mut text = plain_text(&chapter.title);
        text.push('\n');
        outline(&chapter.blocks, &mut text);
        assert_eq!(text, "A\n1 1.1 Go\n1 1.2 2. x\n");
    }

    #[test]
    fn parts_are_numbered_when_they_have_a_numbered_chapter() {
        let mut document = book(vec![chapter("a.md", "A", vec![]), chapter("b.md", "B", vec![])]);
        let mut second = document.parts.remove(0);
        let mut first = second.clone();
        for (part, title) in [(&mut first, "Part I: One"), (&mut second, "Summary")] {
            part.title = Some(vec![Inline::text(span(), title)]);
        }
        second.chapters.iter_mut().for_each(|chapter| chapter.numbered = false);
        document.parts = vec![second.clone(), first, second];
        nest_and_number(&mut document, &Contract::default(), &mut Diagnostics::default());
        let numbers: Vec<_> = document.parts.iter().map(|part| part.number.as_deref()).collect();
        assert_eq!(numbers, [None, Some("I"), None]);
        assert_eq!(roman(1994), "MCMXCIV");
    }
}
