//! `wide-code`, `wide-table`, `coarse-picture`: what is in a chapter fits the page that it is printed on.
//!
//! Both PDFs have the same measure, and lines break alike in them; a reader's screen is no edition, since it has any size.

use crate::assets::PictureFormat;
use crate::backends::pdf::{self, Fit, Room};
use crate::diag::{Diagnostics, codes};
use crate::document::walk::{Node, query};
use crate::document::{BlockKind, Table};
use crate::edition::Edition;
use crate::manuscript::settings::PdfEdition;
use crate::source::{Sources, Span};
use std::collections::BTreeMap;

/// Dots an inch that a press wants of a picture.
const PRESS: f64 = 300.0;

/// Points an inch has.
const INCH: f64 = 72.0;

/// How much of a word a message shows, in characters.
const SHOWN: usize = 40;

/// Applies the three rules. A book without a PDF has no page that anything could be too wide for.
pub(super) fn fit(edition: &Edition, diagnostics: &mut Diagnostics) {
    let editions = &edition.settings.editions;
    let Some(kind) = editions
        .iter()
        .find(|kind| **kind == PdfEdition::Print)
        .or_else(|| editions.first())
    else {
        return;
    };
    let fits = pdf::fits(edition, *kind);
    wide_code(&fits, &edition.sources, diagnostics);
    wide_tables(&fits, edition, diagnostics);
    if *kind == PdfEdition::Print {
        coarse_pictures(&fits, edition, diagnostics);
    }
}

/// Reports each listing and each output that has lines which the page must break, at the first of them.
fn wide_code(fits: &[Fit], sources: &Sources, diagnostics: &mut Diagnostics) {
    for Fit { span, room } in fits {
        let Room::Code {
            fitting,
            longest,
            broken,
            first,
        } = room
        else {
            continue;
        };
        let message = match broken {
            1 => format!("this line is too long for the page: it has {longest} characters, and {fitting} fit here"),
            _ => format!(
                "{broken} lines here, of which this is the first, are too long for the page: {fitting} characters fit, and the \
                 longest line has {longest}"
            ),
        };
        diagnostics
            .report(&codes::WIDE_CODE, line_in(*span, first, sources), message)
            .hint("break it yourself where it reads well; otherwise the page breaks it where it ends, with a mark");
    }
}

/// The place of a line of code inside the block that it belongs to, whatever stands before it there; the whole block
/// where the line is not typed as it is.
fn line_in(block: Span, line: &str, sources: &Sources) -> Span {
    let line = line.trim();
    let mut start = 0;
    for typed in sources.text(block).split_inclusive('\n') {
        let kept = typed.trim_end();
        if !line.is_empty() && kept.ends_with(line) {
            return block.slice(start + kept.len() - line.len()..start + kept.len());
        }
        start += typed.len();
    }
    block
}

/// Reports each table whose longest words do not fit beside one another, even in the smallest type.
fn wide_tables(fits: &[Fit], edition: &Edition, diagnostics: &mut Diagnostics) {
    let wide = |fit: &&Fit| matches!(fit.room, Room::Table { .. });
    if !fits.iter().any(|fit| wide(&fit)) {
        return;
    }
    let tables = tables(edition);
    for Fit { span, room } in fits {
        let Room::Table {
            columns,
            widest,
            needed,
            measure,
        } = room
        else {
            continue;
        };
        let message = format!(
            "this table is too wide for the page: the longest words of its {columns} columns need {:.1} in in the smallest type, \
             and there are {:.1} in, so words are broken in the middle",
            needed / INCH,
            measure / INCH
        );
        let diagnostic = diagnostics.report(&codes::WIDE_TABLE, *span, message);
        diagnostic.hint(match tables.get(span).and_then(|table| longest_word(table, *widest)) {
            Some(word) => format!(
                "the longest is `{word}` in column {}; shorten it, leave a column out, or make two tables of one",
                widest + 1
            ),
            None => "shorten its longest words, leave a column out, or make two tables of one".to_owned(),
        });
    }
}

fn tables(edition: &Edition) -> BTreeMap<Span, &Table> {
    let mut tables = BTreeMap::new();
    query(&edition.document, |_, node| {
        if let Node::Block(block) = node
            && let BlockKind::Table(table) = &block.kind
        {
            tables.insert(block.span, table);
        }
    });
    tables
}

/// The longest word in a column of a table in which every cell has a column of its own.
fn longest_word(table: &Table, column: usize) -> Option<String> {
    let rows = table.head.iter().chain(&table.body);
    let texts = rows.filter_map(|row| row.cells.get(column)).flat_map(|cell| &cell.blocks);
    let mut longest: Option<(usize, String)> = None;
    for block in texts {
        let BlockKind::Paragraph(inlines) = &block.kind else {
            continue;
        };
        for word in crate::document::inline::plain_text(inlines).split_whitespace() {
            let length = word.chars().count();
            if longest.as_ref().is_none_or(|(most, _)| length > *most) {
                longest = Some((length, word.to_owned()));
            }
        }
    }
    let (length, word) = longest?;
    let shown: String = word.chars().take(SHOWN).collect();
    Some(if length > SHOWN { shown + "…" } else { shown })
}

/// Reports each picture of pixels that has fewer of them than a press wants at the width at which it is printed.
fn coarse_pictures(fits: &[Fit], edition: &Edition, diagnostics: &mut Diagnostics) {
    for Fit { span, room } in fits {
        let Room::Picture { asset, width, measure } = room else {
            continue;
        };
        let Some(picture) = edition.assets.pictures.get(asset.0) else {
            continue;
        };
        let inches = width / INCH;
        let pixels = f64::from(picture.width);
        if picture.format == PictureFormat::Svg || inches <= 0.0 || (pixels / inches).round() >= PRESS {
            continue;
        }
        let message = format!(
            "this picture has {:.0} dots an inch where it is printed, {inches:.1} in wide, and a press wants {PRESS:.0}",
            pixels / inches
        );
        // Down, so that what the hint says is enough.
        let percent = (pixels / PRESS * INCH / measure * 100.0).floor();
        let diagnostic = diagnostics.report(&codes::COARSE_PICTURE, *span, message);
        let needed = (inches * PRESS).ceil();
        diagnostic.hint(match percent {
            percent if percent >= 10.0 => format!(
                "{} is {pixels:.0} pixels wide: make it {needed:.0}, or print it smaller with `width=\"{percent:.0}%\"`",
                picture.path
            ),
            _ => format!("{} is {pixels:.0} pixels wide: make it {needed:.0}", picture.path),
        });
    }
}
