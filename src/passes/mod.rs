//! Passes: functions from document to document, in an order that is written down.
//!
//! 1. [`sections`] nests headings and numbers parts, chapters and sections by position.
//! 2. [`citations`] makes text and links of citations, and the bibliography that they lead to.
//! 3. [`glossary`] makes the glossary of its definition lists.
//! 4. [`references`] gives ids and slugs, numbers figures, listings and tables, and settles every link.
//! 5. [`notes`] orders and numbers footnotes.
//! 6. [`index`] makes the index of its marks.
//! 7. [`tables`] aligns columns of numbers.
//! 8. [`typography`] sets quotes, dashes and spaces; last, because it changes text that the others compare.

mod address;
pub mod citations;
pub mod glossary;
pub mod index;
pub mod notes;
mod order;
pub mod references;
pub mod sections;
pub mod tables;
mod targets;
pub mod typography;

pub(crate) use address::{decode, is_outside};

use crate::diag::Diagnostics;
use crate::document::Document;
use crate::manuscript::bibliography::Bibliography;
use crate::manuscript::{Notations, Settings};

/// Runs all passes.
///
/// Those for notations that few books have are left out where the manuscript has none of them.
pub fn run(
    document: &mut Document,
    settings: &Settings,
    bibliography: &mut Bibliography,
    notations: Notations,
    diagnostics: &mut Diagnostics,
) {
    sections::nest_and_number(document, &settings.contract, diagnostics);
    if notations.citations {
        citations::resolve(document, settings, bibliography, diagnostics);
    }
    glossary::make(document, settings, diagnostics);
    if notations.index {
        index::reserve(document, settings);
    }
    references::resolve(document, settings, diagnostics);
    notes::order(document, diagnostics);
    if notations.index {
        index::make(document, settings, diagnostics);
    }
    tables::align_numbers(document);
    typography::set(document, settings);
}

#[cfg(test)]
pub(crate) mod tests {
    //! Small trees, built by hand, for the tests of the passes.

    use crate::document::inline::Inline;
    use crate::document::{Block, BlockKind, Chapter, Document, Heading, Part};
    use crate::source::{FileId, Sources, Span};

    pub(crate) fn file() -> FileId {
        Sources::default().add("a.md", "")
    }

    pub(crate) fn span() -> Span {
        Span::new(file(), 0..1)
    }

    pub(crate) fn text(text: &str) -> Inline {
        Inline::text(span(), text)
    }

    pub(crate) fn paragraph(inlines: Vec<Inline>) -> Block {
        Block::new(span(), BlockKind::Paragraph(inlines))
    }

    /// A heading whose slug is its title in lower case with hyphens.
    pub(crate) fn heading(level: u8, title: &str) -> Block {
        let slug = title.to_lowercase().replace('.', "").replace(' ', "-");
        let title = vec![text(title)];
        Block::new(span(), BlockKind::Heading(Heading { level, title, slug }))
    }

    pub(crate) fn chapter(path: &str, title: &str, blocks: Vec<Block>) -> Chapter {
        Chapter {
            file: file(),
            path: path.into(),
            kind: crate::document::ChapterKind::of(path),
            span: span(),
            title: vec![text(title)],
            slug: title.to_lowercase().replace(' ', "-"),
            numbered: true,
            planned: None,
            number: None,
            id: String::new(),
            blocks,
            notes: Vec::new(),
            language: None,
        }
    }

    pub(crate) fn book(chapters: Vec<Chapter>) -> Document {
        Document {
            parts: vec![Part {
                planned: None,
                span: None,
                title: None,
                number: None,
                id: String::new(),
                chapters,
            }],
        }
    }
}
