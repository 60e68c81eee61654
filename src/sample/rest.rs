//! What the last page of a sample says: where the book is to be had, and its contents, in which what the sample has is marked.

use super::Places;
use crate::contents::section;
use crate::document::inline::plain_text;
use crate::document::{
    Attributes, Block, BlockKind, Chapter, ChapterKind, Document, Heading, Inline, InlineKind, Item, Link, List, Part, Section,
    Target, WHOLE_BOOK,
};
use crate::edition::{Edition, Terms};
use crate::manuscript::sample::Sample;
use crate::passes::typography;
use crate::source::Span;

/// How deep the contents go where book.toml does not say: sections.
const DEPTH: u8 = 2;

/// A chapter that is made for a sample, with one block.
pub(super) fn made(kind: ChapterKind, span: Span, title: &str, blocks: Vec<Block>) -> Chapter {
    let place = Span::new(span.file, 0..0);
    let name = match kind {
        ChapterKind::Glossary => "glossary",
        ChapterKind::Bibliography => "bibliography",
        _ => "whole-book",
    };
    Chapter {
        file: span.file,
        path: format!("{name}.md"),
        kind,
        span: place,
        title: vec![Inline::text(place, title)],
        slug: String::new(),
        numbered: false,
        planned: None,
        number: None,
        id: name.to_owned(),
        blocks,
        notes: Vec::new(),
        language: None,
    }
}

/// The last chapter of a sample.
pub(super) fn chapter(edition: &Edition, sample: &Sample, places: &Places) -> Chapter {
    let terms = &edition.terms;
    let span = sample.span;
    let mut blocks = note(edition, sample);
    let mut lister = Lister {
        terms,
        span,
        places,
        depth: edition.settings.matter.toc_depth.unwrap_or(DEPTH),
        at: 0,
    };
    let mut contents = Vec::new();
    for part in &edition.document.parts {
        lister.part(part, &mut contents);
    }
    let mut group = Block::new(span, BlockKind::Group(contents));
    group.attributes.classes.push(WHOLE_BOOK.to_owned());
    blocks.push(group);
    made(ChapterKind::Sample, span, terms.whole_book, blocks)
}

/// The paragraphs of the note, with links where it names addresses.
fn note(edition: &Edition, sample: &Sample) -> Vec<Block> {
    let span = sample.span;
    let text = sample.note.as_deref().unwrap_or_default();
    let mut blocks = Vec::new();
    for paragraph in text.split("\n\n").map(str::trim).filter(|text| !text.is_empty()) {
        blocks.push(Block::new(span, BlockKind::Paragraph(with_links(paragraph, span))));
    }
    let mut document = Document {
        parts: vec![Part::untitled(vec![made(ChapterKind::Sample, span, "", blocks)])],
    };
    typography::set(&mut document, &edition.settings);
    document
        .parts
        .into_iter()
        .flat_map(|part| part.chapters)
        .flat_map(|chapter| chapter.blocks)
        .collect()
}

/// A text in which every address on the web is a link.
fn with_links(text: &str, span: Span) -> Vec<Inline> {
    let mut inlines: Vec<Inline> = Vec::new();
    let mut plain = String::new();
    for word in text.split_whitespace() {
        if !plain.is_empty() || !inlines.is_empty() {
            plain.push(' ');
        }
        let start = word.find("https://").or_else(|| word.find("http://"));
        let (before, rest) = word.split_at_checked(start.unwrap_or(word.len())).unwrap_or((word, ""));
        let address = rest.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '>']);
        plain.push_str(before);
        if !address.is_empty() {
            inlines.push(Inline::text(span, std::mem::take(&mut plain)));
            inlines.push(link(
                span,
                vec![Inline::text(span, address)],
                Target::External(address.to_owned()),
            ));
        }
        plain.push_str(rest.get(address.len()..).unwrap_or_default());
    }
    inlines.push(Inline::text(span, plain));
    inlines.retain(|inline| !matches!(&inline.kind, InlineKind::Text(text) if text.is_empty()));
    inlines
}

fn link(span: Span, content: Vec<Inline>, target: Target) -> Inline {
    let title = String::new();
    Inline::new(span, InlineKind::Link(Link { content, target, title }))
}

/// Lists parts, chapters and sections.
struct Lister<'a> {
    terms: &'a Terms,
    span: Span,
    places: &'a Places,
    depth: u8,
    /// The chapter at hand, from 0.
    at: usize,
}

impl Lister<'_> {
    fn part(&mut self, part: &Part, blocks: &mut Vec<Block>) {
        let mut items = Vec::new();
        for chapter in &part.chapters {
            if !chapter.role().is_untitled() && chapter.role() != ChapterKind::Colophon {
                items.push(self.chapter(chapter));
            }
            self.at += 1;
        }
        if items.is_empty() {
            return;
        }
        if let Some(title) = &part.title {
            let title = plain_text(title);
            let title = match &part.number {
                Some(number) => format!("{} {number}. {title}", self.terms.part),
                None => title,
            };
            let heading = Heading {
                level: 2,
                title: vec![Inline::text(self.span, title)],
                slug: String::new(),
            };
            blocks.push(Block::new(self.span, BlockKind::Heading(heading)));
        }
        blocks.push(self.list(items));
    }

    fn list(&self, items: Vec<Item>) -> Block {
        let list = List {
            start: None,
            loose: false,
            items,
        };
        Block::new(self.span, BlockKind::List(list))
    }

    fn item(&self, line: Vec<Inline>, below: Vec<Item>) -> Item {
        let mut blocks = vec![Block::new(self.span, BlockKind::Paragraph(line))];
        if !below.is_empty() {
            blocks.push(self.list(below));
        }
        Item {
            span: self.span,
            task: None,
            blocks,
        }
    }

    fn chapter(&self, chapter: &Chapter) -> Item {
        let title = plain_text(&chapter.title);
        let title = match &chapter.number {
            Some(number) => format!("{number}. {title}"),
            None => title,
        };
        let sections: Vec<(&Attributes, &Section)> = chapter
            .blocks
            .iter()
            .filter(|_| self.depth > 1)
            .filter_map(|block| Some((&block.attributes, section(block)?)))
            .collect();
        let below = sections
            .into_iter()
            .map(|(attributes, section)| self.section(attributes, section));
        let text = vec![Inline::text(self.span, title)];
        let target = Target::Internal {
            chapter: self.at,
            id: None,
        };
        let mark = match self.places.partial.contains(&self.at) {
            true => self.terms.partly,
            false => self.terms.in_sample,
        };
        let line = match self.places.settle(&target) {
            Some(target) => vec![
                link(self.span, vec![Inline::new(self.span, InlineKind::Strong(text))], target),
                Inline::text(self.span, " \u{b7} "),
                Inline::new(self.span, InlineKind::Emphasis(vec![Inline::text(self.span, mark)])),
            ],
            None => text,
        };
        self.item(line, below.collect())
    }

    fn section(&self, attributes: &Attributes, section: &Section) -> Item {
        let title = plain_text(&section.title);
        let title = match &section.number {
            Some(number) => format!("{number} {title}"),
            None => title,
        };
        let text = vec![Inline::text(self.span, title)];
        let target = attributes.id.clone().map(|id| Target::Internal {
            chapter: self.at,
            id: Some(id),
        });
        let line = match target.and_then(|target| self.places.settle(&target)) {
            Some(target) => vec![link(self.span, text, target)],
            None => text,
        };
        self.item(line, Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::tests::span;

    #[test]
    fn an_address_is_a_link_without_the_stop_behind_it() {
        let inlines = with_links("See <https://example.org/a>, or\nhttp://b.example. Thanks.", span());
        let shown: Vec<String> = inlines
            .iter()
            .map(|inline| match &inline.kind {
                InlineKind::Link(link) => format!("[{}]", plain_text(&link.content)),
                _ => plain_text(std::slice::from_ref(inline)),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "See <",
                "[https://example.org/a]",
                ">, or ",
                "[http://b.example]",
                ". Thanks."
            ]
        );
    }
}
