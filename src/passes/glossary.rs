//! The glossary, made of definition lists.
//!
//! A glossary is a chapter of that kind (`glossary.md`), a section that says so (`## Words {.glossary}`), or a section that is
//! called a glossary in the book's language. In it every definition list becomes a list of terms, each with an id that
//! links name: `[mapping proxy](#term-mapping-proxy)`. The terms of a list are sorted as the language has it, unless
//! book.toml keeps them as they are written. Other definition lists are left alone.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::order::Order;
use crate::diag::{Diagnostics, codes};
use crate::document::inline::plain_text;
use crate::document::{Block, BlockKind, ChapterKind, Definition, Document, GlossaryEntry, GlossaryTerm, Inline, InlineKind, walk};
use crate::edition::Terms;
use crate::manuscript::Settings;
use crate::manuscript::slugs::slug;
use crate::source::Span;
use crate::titles::fold;
use std::collections::BTreeMap;

/// What the ids of terms begin with.
pub const TERM: &str = "term-";

/// The class of a section that is a glossary.
pub const CLASS: &str = "glossary";

/// Makes the glossaries of a document.
pub fn make(document: &mut Document, settings: &Settings, diagnostics: &mut Diagnostics) {
    let title = fold(Terms::of(&settings.language).glossary);
    let mut maker = Maker {
        seen: BTreeMap::new(),
        order: None,
        settings,
        diagnostics,
    };
    for chapter in document.chapters_mut() {
        if chapter.role() == ChapterKind::Glossary {
            walk::walk_blocks(&mut chapter.blocks, &mut maker);
        } else {
            let mut finder = Finder {
                title: &title,
                maker: &mut maker,
            };
            walk::walk_blocks(&mut chapter.blocks, &mut finder);
        }
    }
}

/// The lines of a term: each is a term of its own.
fn lines(term: Vec<Inline>) -> Vec<Vec<Inline>> {
    let is_break = |inline: &Inline| matches!(inline.kind, InlineKind::SoftBreak | InlineKind::LineBreak);
    let lines = term.split(is_break).filter(|line| !line.is_empty());
    lines.map(<[Inline]>::to_vec).collect()
}

/// Finds the sections that are glossaries.
struct Finder<'a, 'b> {
    title: &'a str,
    maker: &'a mut Maker<'b>,
}

impl walk::Visitor for Finder<'_, '_> {
    fn block(&mut self, block: &mut Block) {
        let marked = block.attributes.classes.iter().any(|class| class == CLASS);
        match &mut block.kind {
            BlockKind::Section(section) if marked || fold(&plain_text(&section.title)) == self.title => {
                let before = self.maker.seen.len();
                walk::walk_blocks(&mut section.blocks, self.maker);
                // A section of that name that defines nothing in a list is a section like others.
                if !marked && self.maker.seen.len() > before {
                    block.attributes.classes.push(CLASS.to_owned());
                }
            }
            BlockKind::Group(blocks) if marked => walk::walk_blocks(blocks, self.maker),
            _ => {}
        }
    }
}

/// Makes glossaries of definition lists.
struct Maker<'a> {
    /// The ids that terms have, and how many terms wanted each.
    seen: BTreeMap<String, u32>,
    /// How the language orders words, once there is something to order.
    order: Option<Order>,
    settings: &'a Settings,
    diagnostics: &'a mut Diagnostics,
}

impl walk::Visitor for Maker<'_> {
    fn block(&mut self, block: &mut Block) {
        if let BlockKind::Definitions(definitions) = &mut block.kind {
            let definitions = std::mem::take(definitions);
            block.kind = BlockKind::Glossary(self.entries(definitions, block.span));
        }
    }
}

impl Maker<'_> {
    fn entries(&mut self, definitions: Vec<Definition>, span: Span) -> Vec<GlossaryEntry> {
        let mut entries: Vec<GlossaryEntry> = Vec::with_capacity(definitions.len());
        for definition in definitions {
            let lines = definition.terms.into_iter().flat_map(lines);
            let terms = lines.map(|line| self.term(line, span)).collect();
            entries.push(GlossaryEntry {
                terms,
                meanings: definition.meanings,
            });
        }
        if !self.settings.matter.unsorted_glossary {
            let order = self.order.get_or_insert_with(|| Order::of(&self.settings.language));
            let name = |entry: &GlossaryEntry| entry.terms.first().map(|term| plain_text(&term.content));
            entries.sort_by(|left, right| {
                let [left, right] = [left, right].map(|entry| name(entry).unwrap_or_default());
                order.compare(&left, &right)
            });
        }
        entries
    }

    /// A term with an id of its own; one that is there already is reported.
    fn term(&mut self, content: Vec<Inline>, list: Span) -> GlossaryTerm {
        let span = match (content.first(), content.last()) {
            (Some(first), Some(last)) => Span::new(first.span.file, first.span.start as usize..last.span.end as usize),
            _ => list,
        };
        let name = plain_text(&content);
        let slug = slug(name.trim());
        let wanted = match slug.is_empty() {
            true => format!("{TERM}{}", self.seen.len() + 1),
            false => format!("{TERM}{slug}"),
        };
        let count = self.seen.entry(wanted.clone()).or_insert(0);
        *count += 1;
        let id = match *count {
            1 => wanted,
            again => {
                let message = format!("the glossary has the term `{}` already", name.trim());
                self.diagnostics
                    .report(&codes::REPEATED_TERM, span, message)
                    .hint(format!("links to `#{wanted}` lead to the first; make one entry of the two"));
                format!("{wanted}-{again}")
            }
        };
        GlossaryTerm { span, id, content }
    }
}
