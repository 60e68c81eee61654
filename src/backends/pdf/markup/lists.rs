//! Lists and definitions.

use super::Writer;
use super::room::lines_of_text;
use crate::document::block::{Definition, List};
use crate::document::{Attributes, Block, BlockKind};
use std::fmt::Write as _;

/// The most lines of a list that stays on one page.
const SHORT_LIST: usize = 5;

impl Writer<'_, '_> {
    pub(super) fn write_list(&mut self, list: &List, attributes: &Attributes) {
        if self.too_deep() {
            self.anchor(attributes);
            for item in &list.items {
                self.out.push_str("\n\n");
                self.write_blocks(&item.blocks);
            }
            return;
        }
        self.anchor(attributes);
        let kept = self.depth == 0 && is_short(list, self.measure / f64::from(self.book.edition.theme.sizes.text));
        if kept {
            self.code("#kept[");
        }
        self.write_items(list);
        if kept {
            self.out.push(']');
        }
    }

    fn write_items(&mut self, list: &List) {
        let tasks = list.items.iter().any(|item| item.task.is_some());
        let loose = if list.loose { "-loose" } else { "" };
        let indent = if list.start.is_some() { 26.0 } else { 18.0 };
        match list.start {
            _ if tasks => {
                let _ = write!(self.out, "#tasks{loose}((");
                for item in &list.items {
                    self.out.push_str(match item.task {
                        Some(true) => "done, ",
                        Some(false) => "undone, ",
                        None => "bullet, ",
                    });
                }
                self.out.push_str("), ");
            }
            Some(start) => {
                let _ = write!(self.out, "#ol{loose}(start: {}, ", start.min(1_000_000_000));
            }
            None => {
                let _ = write!(self.out, "#ul{loose}(");
            }
        }
        for item in &list.items {
            self.mark(item.span);
            self.wrap("", |writer| writer.inside(indent, |writer| writer.write_blocks(&item.blocks)));
            self.out.push_str(", ");
        }
        self.out.push(')');
    }

    pub(super) fn write_definitions(&mut self, definitions: &[Definition], attributes: &Attributes) {
        self.anchor(attributes);
        for definition in definitions {
            for term in &definition.terms {
                self.wrap("#term", |writer| writer.write_inlines(term));
                self.out.push('\n');
            }
            for meaning in &definition.meanings {
                self.write_container("#meaning", 18.0, &Attributes::default(), meaning);
                self.close();
                self.out.push('\n');
            }
        }
    }
}

/// Whether a list has so few lines, on a measure of so many em, that it is better not broken over pages.
fn is_short(list: &List, measure: f64) -> bool {
    let letters = (measure * 2.0).max(20.0) as usize;
    let lines = list.items.iter().map(|item| match item.blocks.as_slice() {
        [
            Block {
                kind: BlockKind::Paragraph(inlines),
                ..
            },
        ] => lines_of_text(inlines, letters),
        _ => SHORT_LIST,
    });
    lines.take(SHORT_LIST + 1).sum::<usize>() <= SHORT_LIST
}
