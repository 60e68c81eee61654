//! What a closed frame becomes, and to whom it is given.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::Stack;
use super::frame::{Frame, Holds, Kind, Origin};
use crate::document::{
    Attributes, Block, BlockKind, Cell, Definition, Heading, Inline, InlineKind, Item, Link, List, Note, Row, Target,
};
use crate::manuscript::settle;
use crate::source::Span;

impl Stack<'_> {
    pub(super) fn close(&mut self, frame: Frame, span: Span) {
        let Frame {
            kind,
            origin,
            start,
            attributes,
            blocks,
            inlines,
            ..
        } = frame;
        let kind = match kind {
            Kind::Root | Kind::Line | Kind::Dropped | Kind::RowGroup(_) => return,
            Kind::Item { task } => return self.give_item(Item { span, task, blocks }),
            Kind::Note(label) => return self.give_note(label, span, blocks),
            Kind::Row(head, row) => return self.give_row(head, row),
            Kind::Cell { columns, rows, header } => {
                return self.give_cell(Cell {
                    blocks,
                    columns,
                    rows,
                    header,
                });
            }
            Kind::Term => return self.give_term(settle::trimmed(inlines)),
            Kind::Meaning => return self.give_meaning(blocks),
            Kind::Summary => return self.give_summary(settle::trimmed(inlines)),
            Kind::Caption => return self.give_caption(settle::trimmed(inlines)),
            Kind::Heading(level) => return self.give_heading(level, inlines, attributes, span),
            Kind::Paragraph => return self.give_blocks(settle::html_paragraph(blocks, attributes, span)),
            Kind::Sectioning if attributes.is_empty() => return self.give_blocks(blocks),
            Kind::Figure(caption) => return self.give_block(settle::figure(caption, blocks, attributes, span)),
            Kind::Quote(kind) => settle::quote(kind, blocks),
            Kind::List { start, loose, items } => BlockKind::List(List { start, loose, items }),
            Kind::Table(table) if origin == Origin::Markdown => BlockKind::Table(settle::table(settle::name_rows(table))),
            Kind::Table(table) => BlockKind::Table(settle::table(table)),
            Kind::Definitions(definitions) => BlockKind::Definitions(definitions),
            Kind::Group | Kind::Sectioning => BlockKind::Group(blocks),
            Kind::Details(summary) => BlockKind::Details { summary, blocks },
            Kind::Pre { language } => BlockKind::Listing(settle::preformatted(self, language, &inlines, start, span)),
            kind => return self.close_inline(kind, origin, attributes, inlines, span),
        };
        self.give_block(Block { span, attributes, kind });
    }

    fn give_blocks(&mut self, mut blocks: Vec<Block>) {
        match self.frames.last_mut() {
            Some(frame) if frame.kind.holds() == Holds::Blocks => frame.blocks.append(&mut blocks),
            _ => blocks.into_iter().for_each(|block| self.push_block(block)),
        }
    }

    fn close_inline(&mut self, kind: Kind, origin: Origin, attributes: Attributes, content: Vec<Inline>, span: Span) {
        let has_id = attributes.id.is_some();
        let kind = match kind {
            // What goes on from before a block and finds nothing more leaves no trace.
            _ if content.is_empty() && !has_id && matches!(origin, Origin::Html(_)) && !matches!(kind, Kind::Link { .. }) => return,
            Kind::Emphasis => InlineKind::Emphasis(content),
            Kind::Strong => InlineKind::Strong(content),
            Kind::Strikethrough => InlineKind::Strikethrough(content),
            Kind::Superscript => InlineKind::Superscript(content),
            Kind::Subscript => InlineKind::Subscript(content),
            Kind::Keyboard => InlineKind::Keyboard(content),
            Kind::Abbreviation(title) => InlineKind::Abbreviation { content, title },
            Kind::Span if !attributes.is_empty() => InlineKind::Span(content),
            Kind::Link { target, title } => return self.give_link(target, title, content, attributes, span),
            Kind::Image { source, title } => settle::image(source, title, &content),
            Kind::Code => return self.give_code(content, attributes, span),
            Kind::Quotation => return self.give_quotation(content, span),
            _ => {
                if has_id {
                    self.give_anchor(attributes, span);
                }
                for inline in content {
                    self.push_raw(inline);
                }
                return;
            }
        };
        self.push_raw(with(Inline::new(span, kind), attributes));
    }

    fn give_block(&mut self, block: Block) {
        // The frame below holds blocks, since only such a frame has a block put on it.
        let holds = self.frames.last().map(|frame| frame.kind.holds());
        match (holds, self.frames.last_mut()) {
            (Some(Holds::Blocks), Some(frame)) => frame.blocks.push(block),
            _ => self.push_block(block),
        }
    }

    fn give_item(&mut self, item: Item) {
        if let Some(Kind::List { items, .. }) = self.frames.last_mut().map(|frame| &mut frame.kind) {
            items.push(item);
        } else {
            for block in item.blocks {
                self.push_block(block);
            }
        }
    }

    fn give_note(&mut self, label: String, span: Span, blocks: Vec<Block>) {
        if self.is_dropping() {
            return;
        }
        self.notes.push(Note {
            span,
            label,
            number: 0,
            blocks,
            references: 0,
        });
    }

    fn give_row(&mut self, head: bool, row: Row) {
        if row.cells.is_empty() {
            return;
        }
        // Only the table that the row lies in: a table further out is another one.
        let mut frames = self.frames.iter_mut().rev();
        let holder = frames.find(|frame| !matches!(frame.kind, Kind::RowGroup(_)));
        let Some(Kind::Table(table)) = holder.map(|frame| &mut frame.kind) else {
            for block in row.cells.into_iter().flat_map(|cell| cell.blocks) {
                self.push_block(block);
            }
            return;
        };
        // An empty corner beside names of columns is written as `<td>` mostly.
        let is_name = |cell: &Cell| cell.header || cell.blocks.is_empty();
        let names = row.cells.iter().all(is_name) && row.cells.iter().any(|cell| cell.header);
        if head || names && table.body.is_empty() && table.head.is_empty() {
            table.head.push(row);
        } else {
            table.body.push(row);
        }
    }

    fn give_cell(&mut self, cell: Cell) {
        match self.frames.last_mut().map(|frame| &mut frame.kind) {
            Some(Kind::Row(_, row)) => row.cells.push(cell),
            _ => {
                for block in cell.blocks {
                    self.push_block(block);
                }
            }
        }
    }

    fn definitions(&mut self) -> Option<&mut Vec<Definition>> {
        match self.frames.last_mut().map(|frame| &mut frame.kind) {
            Some(Kind::Definitions(definitions)) => Some(definitions),
            _ => None,
        }
    }

    fn give_term(&mut self, term: Vec<Inline>) {
        let Some(definitions) = self.definitions() else {
            return self.give_paragraph(term);
        };
        match definitions.last_mut() {
            Some(last) if last.meanings.is_empty() => last.terms.push(term),
            _ => definitions.push(Definition {
                terms: vec![term],
                meanings: Vec::new(),
            }),
        }
    }

    fn give_meaning(&mut self, blocks: Vec<Block>) {
        let Some(definitions) = self.definitions() else {
            for block in blocks {
                self.push_block(block);
            }
            return;
        };
        if definitions.is_empty() {
            definitions.push(Definition::default());
        }
        if let Some(last) = definitions.last_mut() {
            last.meanings.push(blocks);
        }
    }

    fn give_heading(&mut self, level: u8, inlines: Vec<Inline>, mut attributes: Attributes, span: Span) {
        let mut title = settle::trimmed(inlines);
        let text = settle::heading_text(&title);
        let slug = if self.is_dropping() {
            String::new()
        } else {
            self.slugs.next(&text)
        };
        settle::hoist_anchor(&mut title, &mut attributes);
        self.give_block(Block {
            span,
            attributes,
            kind: BlockKind::Heading(Heading { level, title, slug }),
        });
    }

    fn give_summary(&mut self, content: Vec<Inline>) {
        match self.frames.last_mut().map(|frame| &mut frame.kind) {
            Some(Kind::Details(summary)) if summary.is_empty() => *summary = content,
            _ => self.give_paragraph(content),
        }
    }

    fn give_caption(&mut self, content: Vec<Inline>) {
        match self.frames.last_mut().map(|frame| &mut frame.kind) {
            Some(Kind::Figure(caption)) if caption.is_empty() => *caption = content,
            Some(Kind::Table(table)) if table.caption.is_empty() => table.caption = content,
            _ => self.give_paragraph(content),
        }
    }

    fn give_paragraph(&mut self, content: Vec<Inline>) {
        if let (Some(first), Some(last)) = (content.first(), content.last()) {
            let span = Span {
                end: last.span.end,
                ..first.span
            };
            self.push_block(Block::new(span, BlockKind::Paragraph(content)));
        }
    }

    fn give_link(&mut self, target: String, title: String, content: Vec<Inline>, attributes: Attributes, span: Span) {
        let is_empty = content.iter().all(|inline| matches!(inline.kind, InlineKind::SoftBreak));
        let is_inside = is_empty && leads_into_the_book(&target);
        let kind = if is_inside && target.contains('#') {
            InlineKind::Reference(crate::document::Reference {
                target: Target::Unresolved(target),
                text: String::new(),
            })
        } else {
            // The text of an empty link to a chapter is known only once all chapters are.
            let content = match is_empty && !is_inside {
                true => vec![Inline::text(span, target.as_str())],
                false => content,
            };
            InlineKind::Link(Link {
                content,
                target: Target::Unresolved(target),
                title,
            })
        };
        self.push_raw(with(Inline::new(span, kind), attributes));
    }

    fn give_code(&mut self, content: Vec<Inline>, attributes: Attributes, span: Span) {
        let mut content = settle::as_code(content);
        if let [only] = content.as_mut_slice() {
            only.span = span;
            only.attributes = (!attributes.is_empty()).then(|| Box::new(attributes));
        }
        for inline in content {
            self.push_raw(inline);
        }
    }

    fn give_quotation(&mut self, content: Vec<Inline>, span: Span) {
        self.push_raw(Inline::text(span.slice(0..0), "\""));
        for inline in content {
            self.push_raw(inline);
        }
        self.push_raw(Inline::text(Span { start: span.end, ..span }, "\""));
    }

    /// Adds a place that links may name.
    pub(in crate::manuscript) fn give_anchor(&mut self, attributes: Attributes, span: Span) {
        let attributes = Attributes::with_id(attributes.id.unwrap_or_default());
        self.push_raw(with(Inline::new(span, InlineKind::Anchor), attributes));
    }
}

/// Whether a link's target is a place in the book, `#fig:x` or `02-b.md`, and not an address.
fn leads_into_the_book(target: &str) -> bool {
    let before = target.split(['#', '/', '?', '.']).next().unwrap_or_default();
    !target.trim().is_empty() && !target.starts_with("//") && !before.contains(':')
}

pub(super) fn is_heading(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading(_))
}

/// An inline with attributes, if there are any.
pub(in crate::manuscript) fn with(mut inline: Inline, attributes: Attributes) -> Inline {
    inline.attributes = (!attributes.is_empty()).then(|| Box::new(attributes));
    inline
}
