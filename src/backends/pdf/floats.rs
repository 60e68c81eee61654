//! Figures that float, and what must not break while one is on its way to the head of a page.
//!
//! A float lands at the head of the next page that has room. What breaks over that page's edge would have the figure in its
//! middle, which a reader of code takes for its end. So for about a page of text behind a float, listings stay whole.

use super::markup::Writer;
use crate::document::inline::plain_text;
use crate::document::{Block, BlockKind, FigureContent};

/// Which share of the text's height makes a figure a tall one.
const TALL_FIGURE: f64 = 0.34;

/// The most lines of a listing that stays whole behind a float; a longer one would leave too much of a page white.
pub(super) const MOST_LINES: usize = 30;

impl Writer<'_, '_> {
    /// Whether a picture takes so much of a page that it had better float.
    pub(super) fn is_tall(&self, height: f64) -> bool {
        height > self.text_height() * TALL_FIGURE
    }

    /// Notes that a figure floats from here.
    pub(super) fn set_afloat(&mut self) {
        self.afloat = self.text_height();
    }

    /// Notes that a block was written behind a float.
    pub(super) fn pass(&mut self, block: &Block) {
        if self.afloat > 0.0 && self.depth == 0 {
            self.afloat -= self.height_of(block);
        }
    }

    /// Whether so many lines of code have to stay on one page.
    pub(super) fn stays_whole(&self, lines: usize) -> bool {
        self.afloat > 0.0 && lines <= MOST_LINES
    }

    /// About how high a block is, in pt. That of a float is nothing, because it goes elsewhere.
    fn height_of(&self, block: &Block) -> f64 {
        let sizes = &self.book.edition.theme.sizes;
        let (text, leading) = (f64::from(sizes.text), f64::from(sizes.leading));
        let lines = |letters: usize| (letters as f64 * text * 0.46 / self.measure).ceil() * leading;
        let code = |text: &str| text.split('\n').count() as f64 * f64::from(sizes.code) * 1.32 + 24.0;
        match &block.kind {
            BlockKind::Paragraph(inlines) => lines(plain_text(inlines).chars().count()),
            BlockKind::Listing(listing) => code(&listing.code),
            BlockKind::Output(text) => code(text),
            BlockKind::Figure(figure) => match &figure.content {
                FigureContent::Drawing(drawing) if figure.number.is_some() && self.is_tall(f64::from(drawing.height)) => 0.0,
                FigureContent::Drawing(drawing) => f64::from(drawing.height),
                FigureContent::Image(_) | FigureContent::Blocks(_) => 10.0 * leading,
            },
            BlockKind::Table(table) => (table.head.len() + table.body.len()) as f64 * leading * 1.5,
            // The blocks of a section are passed one by one.
            BlockKind::Section(_) => 3.0 * leading,
            BlockKind::Heading(_) | BlockKind::Rule | BlockKind::Math(_) => 3.0 * leading,
            BlockKind::List(list) => 2.0 * leading * list.items.len() as f64,
            BlockKind::IndexMarks(_) => 0.0,
            BlockKind::Index(groups) => 20.0 * leading * groups.len() as f64,
            BlockKind::Bibliography(works) => 2.0 * leading * works.len() as f64,
            BlockKind::Glossary(entries) => 3.0 * leading * entries.len() as f64,
            BlockKind::Definitions(entries) => 3.0 * leading * entries.len() as f64,
            BlockKind::Quote(blocks) | BlockKind::Group(blocks) | BlockKind::Details { blocks, .. } => {
                blocks.iter().map(|block| self.height_of(block)).sum()
            }
            BlockKind::Admonition(admonition) => admonition.blocks.iter().map(|block| self.height_of(block)).sum(),
            BlockKind::Diagram(diagram) => code(&diagram.body),
        }
    }
}
