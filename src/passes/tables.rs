//! Tables: columns of numbers end on one line, so that digits of one worth stand below one another.
//!
//! Only columns whose alignment the author left open are touched, and only where every cell below the head is a number.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::document::block::{Alignment, Table};
use crate::document::inline::plain_text;
use crate::document::walk::{Visitor, walk};
use crate::document::{Block, BlockKind, Document};

/// Aligns columns of numbers to the right.
pub fn align_numbers(document: &mut Document) {
    walk(document, &mut Numbers);
}

struct Numbers;

impl Visitor for Numbers {
    fn block(&mut self, block: &mut Block) {
        if let BlockKind::Table(table) = &mut block.kind {
            align(table);
        }
    }
}

fn align(table: &mut Table) {
    for column in 0..table.columns.len() {
        let numbers = is_of_numbers(table, column);
        if let Some(alignment @ Alignment::Natural) = table.columns.get_mut(column)
            && numbers
        {
            *alignment = Alignment::Right;
        }
    }
}

/// Whether every cell of a column below the head is one number, and there are at least two.
pub fn is_of_numbers(table: &Table, column: usize) -> bool {
    let width = table.columns.len();
    let is_number_of = |row: &crate::document::Row| {
        let even = row.cells.len() == width && row.cells.iter().all(|cell| (cell.columns, cell.rows) == (1, 1));
        even && match row.cells.get(column).map(|cell| cell.blocks.as_slice()) {
            Some([block]) => matches!(&block.kind, BlockKind::Paragraph(inlines) if is_number(&plain_text(inlines))),
            _ => false,
        }
    };
    table.body.len() > 1 && table.body.iter().all(is_number_of)
}

/// Whether text is one number, with a sign, a unit or a per cent sign: `12`, `−3.5`, `1,024 KB`, `12.5 %`.
fn is_number(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['+', '-', '−', '±', '~', '≈']);
    let digits = text
        .trim_end_matches(|letter: char| letter.is_alphabetic() || letter == '%')
        .trim_end();
    let inner = |letter: char| letter.is_ascii_digit() || ",.\u{a0}\u{202f}".contains(letter);
    digits.starts_with(|letter: char| letter.is_ascii_digit())
        && digits.ends_with(|letter: char| letter.is_ascii_digit())
        && digits.chars().all(inner)
        && text.len() - digits.len() <= LONGEST_UNIT
}

/// How many bytes a unit may have, its space included: more would be words.
const LONGEST_UNIT: usize = 6;

#[cfg(test)]
mod tests {
    use super::super::tests::{paragraph, text};
    use super::*;
    use crate::document::{Cell, Row};

    fn table(rows: &[&[&str]]) -> Table {
        let cell = |said: &&str| Cell {
            blocks: vec![paragraph(vec![text(said)])],
            columns: 1,
            rows: 1,
            header: false,
        };
        let row = |cells: &&[&str]| Row {
            cells: cells.iter().map(cell).collect(),
        };
        Table {
            columns: vec![Alignment::Natural; 3],
            body: rows.iter().map(row).collect(),
            ..Table::default()
        }
    }

    #[test]
    fn columns_of_numbers_are_aligned_and_others_stay() {
        let mut found = table(&[&["9", "x", "3.11"], &["10 KB", "2", "−4 %"]]);
        align(&mut found);
        assert_eq!(found.columns, [Alignment::Right, Alignment::Natural, Alignment::Right]);
    }

    #[test]
    fn what_an_author_has_aligned_stays() {
        let mut found = table(&[&["9", "8", "3"], &["10", "9", "4"]]);
        found.columns = vec![Alignment::Left, Alignment::Center, Alignment::Natural];
        align(&mut found);
        assert_eq!(found.columns, [Alignment::Left, Alignment::Center, Alignment::Right]);
    }

    #[test]
    fn words_versions_and_dates_are_no_numbers() {
        for said in ["", "-", "3.11 and later", "2026-11-25", "1991–2001", "v3", "10 fields"] {
            assert!(!is_number(said), "{said}");
        }
        for said in ["0", "+1", "1,024", "12.5 %", "10 µs", "~300"] {
            assert!(is_number(said), "{said}");
        }
    }
}
