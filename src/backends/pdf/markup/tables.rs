//! Tables, and how high their rows are going to be.

use super::room::lines_of;
use super::{Place, Writer};
use crate::backends::pdf::fit::{Fit, Room};
use crate::backends::pdf::leaf::push_string;
use crate::backends::pdf::origins::Standing;
use crate::backends::pdf::table;
use crate::document::block::{Alignment, Cell, Table};
use crate::document::grid::{Grid, Placed};
use crate::document::walk::{Node, query_blocks};
use crate::document::{Attributes, Block, Image, InlineKind};
use std::fmt::Write as _;

/// Which share of the text's height the head of a table may take.
const TALLEST_HEAD: f64 = 0.4;

impl Writer<'_, '_> {
    pub(super) fn write_table(&mut self, table: &Table, block: &Block) {
        let attributes = &block.attributes;
        let grid = Grid::of(table);
        if grid.width == 0 || self.too_deep() {
            self.write_flat(table, attributes);
            return;
        }
        let size = f64::from(self.book.edition.theme.sizes.table);
        let pictures = |image: &Image| self.inline_size(image).map_or(0.0, |(width, _)| width);
        let measures = table::Measures {
            text: &self.book.sans,
            code: &self.book.mono,
            pictures: &pictures,
        };
        let columns = table::columns(&grid, self.measure, size, measures);
        if let (Some(fits), Some(squeezed)) = (&mut self.fits, columns.squeezed) {
            let room = Room::Table {
                columns: grid.width,
                widest: squeezed.column,
                needed: squeezed.needed,
                measure: self.measure,
            };
            fits.push(Fit { span: block.span, room });
        }
        // What the repeated head may not carry stands before the table.
        let Grid { width, head, body } = grid;
        let start = self.out.len();
        let marks = self.offsets.len();
        let noted = self.origins.as_ref().map_or(0, |origins| origins.list.len());
        self.code("#tabular(");
        self.caption(
            self.book.edition.terms.table,
            table.number.as_deref(),
            &table.caption,
            attributes,
        );
        let height = self.estimate(&columns, &body) + self.estimate(&columns, &head);
        let page = self.book.edition.settings.print.height;
        // Ragged lines need hyphens only where words do not fit.
        let hyphenate = columns.squeezed.is_some();
        let _ = write!(
            self.out,
            ", {:.2}pt, {}, {hyphenate}, table(inset: (x: {:.2}pt, y: 3.5pt), columns: (",
            columns.size,
            height > page * 0.45 && !self.book.mends.whole.contains(&block.span),
            columns.inset
        );
        for width in &columns.widths {
            let _ = write!(self.out, "{width:.2}pt, ");
        }
        self.out.push_str("), align: (");
        for at in 0..width {
            self.out
                .push_str(alignment(table.columns.get(at).copied().unwrap_or_default()));
            self.out.push_str(", ");
        }
        self.out.push_str("), ");
        self.write_head(&head, &columns);
        self.write_rows(&body, &columns, false);
        self.out.push_str("))");
        self.release(start, marks, noted);
    }

    /// A head may not be broken. One that is no head by its size is set as what it is, bold rows.
    fn write_head(&mut self, head: &[Vec<Placed<'_>>], columns: &table::Columns) {
        let height = self.estimate(columns, head);
        if height > self.text_height() * TALLEST_HEAD {
            self.write_rows(head, columns, true);
        } else if !head.is_empty() {
            let repeat = height < self.book.edition.settings.print.height * 0.2;
            let _ = write!(self.out, "table.header(repeat: {repeat}, ");
            let place = std::mem::replace(&mut self.place, Place::Head);
            self.standing(Standing::Head, |writer| writer.write_rows(head, columns, true));
            self.place = place;
            self.out.push_str("), table.hline(stroke: head-rule), ");
        }
    }

    /// Writes what is in a table one below the other, where there is no room for columns.
    fn write_flat(&mut self, table: &Table, attributes: &Attributes) {
        self.anchor(attributes);
        self.write_inlines(&table.caption);
        for cell in table.head.iter().chain(&table.body).flat_map(|row| &row.cells) {
            self.close();
            self.out.push_str("\n\n");
            self.write_blocks(&cell.blocks);
        }
    }

    /// Puts the labels that a table's head would have carried before the table.
    fn release(&mut self, start: usize, marks: usize, noted: usize) {
        let held = std::mem::take(&mut self.held);
        let mut before = String::new();
        for label in held {
            if self.emitted.insert(label.clone()) {
                before.push_str("#a(");
                push_string(&mut before, &label);
                before.push(')');
            }
        }
        if before.is_empty() {
            return;
        }
        self.out.insert_str(start, &before);
        for (offset, _) in self.offsets.iter_mut().skip(marks) {
            *offset += before.len();
        }
        if let Some(origins) = &mut self.origins {
            origins.shift(noted, before.len());
        }
    }

    fn write_rows(&mut self, rows: &[Vec<Placed<'_>>], columns: &table::Columns, head: bool) {
        for placed in rows.iter().flatten() {
            let spans = placed.columns > 1 || placed.rows > 1;
            if spans {
                let _ = write!(self.out, "table.cell(colspan: {}, rowspan: {})", placed.columns, placed.rows);
            }
            self.out.push('[');
            if let Some(cell) = placed.cell {
                let widths = columns.widths.iter().skip(placed.column).take(placed.columns);
                let width: f64 = widths.sum::<f64>() - 2.0 * columns.inset;
                self.write_cell(cell, width, columns.size, head || cell.header);
            }
            self.close();
            self.out.push_str("], ");
        }
    }

    fn write_cell(&mut self, cell: &Cell, width: f64, size: f64, strong: bool) {
        let measure = std::mem::replace(&mut self.measure, width.max(20.0));
        let column = self.column.replace((width / size) as f32);
        self.depth += 1;
        if strong {
            self.wrap("#th", |writer| writer.write_blocks(&cell.blocks));
        } else {
            self.write_blocks(&cell.blocks);
        }
        self.depth -= 1;
        self.column = column;
        self.measure = measure;
    }

    /// About how high some rows will be, in pt; rather more than less.
    fn estimate(&self, columns: &table::Columns, rows: &[Vec<Placed<'_>>]) -> f64 {
        let height = |placed: &Placed<'_>| {
            let widths = columns.widths.iter().skip(placed.column).take(placed.columns);
            let width = (widths.sum::<f64>() - 2.0 * columns.inset).max(4.0);
            let letters = (width / (columns.size * 0.55)).max(1.0) as usize;
            let blocks = placed.cell.map(|cell| cell.blocks.as_slice()).unwrap_or_default();
            let pictures = self.heights(blocks, width) / (columns.size * 1.35);
            lines_of(blocks, letters).max(1) as f64 + pictures
        };
        let row = |row: &Vec<Placed<'_>>| row.iter().map(height).fold(1.0, f64::max) * columns.size * 1.35 + 7.0;
        rows.iter().map(row).sum()
    }

    /// How high the pictures in a cell are together that are higher than a line, in pt.
    fn heights(&self, blocks: &[Block], width: f64) -> f64 {
        let mut heights = 0.0;
        query_blocks(blocks, &mut |node| {
            if let Node::Inline(inline) = node
                && let InlineKind::Image(image) = &inline.kind
                && let Some((wide, high)) = self.inline_size(image)
                && high > self.line_height()
            {
                heights += high * (width / wide).min(1.0);
            }
        });
        heights
    }
}

fn alignment(alignment: Alignment) -> &'static str {
    match alignment {
        Alignment::Natural => "start + top",
        Alignment::Left => "left + top",
        Alignment::Center => "center + top",
        Alignment::Right => "right + top",
    }
}
