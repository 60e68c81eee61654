//! Tables: columns as wide as what is in them.

use super::leaf::joins;
use super::metrics::Metrics;
use crate::document::grid::Grid;
use crate::document::inline::plain_text;
use crate::document::walk::{Node, query_blocks};
use crate::document::{Block, BlockKind, InlineKind};

/// The room at either side of a cell, in pt, where there are not so many columns that it would take all the measure.
const INSET: f64 = 5.0;

/// The smallest type that a table is set in, in pt.
const SMALLEST: f64 = 6.6;

/// The size of code beside text of one em; as in the template.
pub(super) const INLINE_CODE: f64 = 0.87;

/// From how many bytes on a name may be broken after its joining characters.
const LONG_NAME: usize = 16;

/// The most that one word may ask for, in em; longer ones are broken.
const WIDEST_WORD: f64 = 14.0;

/// A table with columns that fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Columns {
    /// The widths in pt, insets included.
    pub(super) widths: Vec<f64>,
    /// The size of type, in pt.
    pub(super) size: f64,
    /// The room at either side of a cell, in pt.
    pub(super) inset: f64,
    /// Why words are broken anywhere, if they are.
    pub(super) squeezed: Option<Squeezed>,
}

/// What a table would need so that no word is broken, in the smallest type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Squeezed {
    /// How wide it would be, in pt.
    pub(super) needed: f64,
    /// The column with the widest word, from 0.
    pub(super) column: usize,
}

/// The natural and the least width of each column, in em: that of its longest line and that of its longest word.
#[derive(Debug, Clone, Copy, Default)]
struct Demand {
    natural: f64,
    least: f64,
}

/// Column widths for a table on `measure` pt, at `size` pt or smaller.
///
/// A table that fits keeps its natural widths. Otherwise every column gets its longest word and a share of the rest by
/// what it would like to have. When not even the words fit, the type becomes smaller, and in the end words are broken.
pub(super) fn columns(grid: &Grid<'_>, measure: f64, size: f64, text: &Metrics<'_>, code: &Metrics<'_>) -> Columns {
    let count = grid.width;
    let demands = demands(grid, text, code);
    let inset = INSET.min(measure / count as f64 / 6.0);
    let room = measure - 2.0 * inset * count as f64;
    let least: f64 = demands.iter().map(|demand| demand.least).sum();
    let size = if least * size > room {
        (room / least).clamp(SMALLEST.min(size), size)
    } else {
        size
    };
    let widths = share(&demands, room / size);
    // A hair's breadth is a matter of rounding, not of room.
    let squeezed = (least * size > room + 0.01).then(|| Squeezed {
        needed: least * size + 2.0 * inset * count as f64,
        column: widest_column(&demands),
    });
    Columns {
        widths: widths.iter().map(|em| em * size + 2.0 * inset).collect(),
        size,
        inset,
        squeezed,
    }
}

fn widest_column(demands: &[Demand]) -> usize {
    let by_word = |(_, a): &(usize, &Demand), (_, b): &(usize, &Demand)| a.least.total_cmp(&b.least);
    demands.iter().enumerate().max_by(by_word).map_or(0, |(column, _)| column)
}

/// Shares `room` em among columns.
fn share(demands: &[Demand], room: f64) -> Vec<f64> {
    let natural: f64 = demands.iter().map(|demand| demand.natural).sum();
    let least: f64 = demands.iter().map(|demand| demand.least).sum();
    if natural <= room {
        // A table that nearly fills the measure is drawn out to it, so that its rules end where the text ends.
        let stretch = if natural > 0.72 * room { room / natural } else { 1.0 };
        return demands.iter().map(|demand| demand.natural * stretch).collect();
    }
    if least >= room {
        return squeeze(demands, room);
    }
    // The root keeps one long column from taking everything; what a column cannot use goes to the others.
    let mut widths: Vec<f64> = demands.iter().map(|demand| demand.least).collect();
    let mut rest = room - least;
    for _ in 0..demands.len() {
        let open = |(width, demand): (&f64, &Demand)| (demand.natural - *width).max(0.0).sqrt();
        let weights: Vec<f64> = widths.iter().zip(demands).map(open).collect();
        let total: f64 = weights.iter().sum();
        if total <= 0.0 || rest <= 0.01 {
            break;
        }
        let mut given = 0.0;
        for ((width, demand), weight) in widths.iter_mut().zip(demands).zip(&weights) {
            let more = (rest * weight / total).min(demand.natural - *width).max(0.0);
            *width += more;
            given += more;
        }
        rest -= given;
    }
    widths
}

/// Shares `room` em when not even the longest words fit: columns of short words keep them, and the others share the rest
/// by the root of theirs, so that one path does not starve its neighbours.
fn squeeze(demands: &[Demand], room: f64) -> Vec<f64> {
    let mut widths = vec![None; demands.len()];
    loop {
        let fixed: f64 = widths.iter().flatten().sum();
        let open = demands.iter().zip(&widths).filter(|(_, width)| width.is_none());
        let roots: f64 = open.map(|(demand, _)| demand.least.sqrt()).sum();
        let rest = (room - fixed).max(0.0);
        let share = |demand: &Demand| rest * demand.least.sqrt() / roots.max(0.001);
        let mut changed = false;
        for (width, demand) in widths.iter_mut().zip(demands) {
            if width.is_none() && demand.least <= share(demand) {
                *width = Some(demand.least);
                changed = true;
            }
        }
        if !changed {
            let width = |(width, demand): (&Option<f64>, &Demand)| width.unwrap_or_else(|| share(demand));
            return widths.iter().zip(demands).map(width).collect();
        }
    }
}

fn demands(grid: &Grid<'_>, text: &Metrics<'_>, code: &Metrics<'_>) -> Vec<Demand> {
    let mut demands = vec![
        Demand {
            natural: 1.0,
            least: 1.0
        };
        grid.width
    ];
    for placed in grid.head.iter().chain(&grid.body).flatten() {
        let Some(cell) = placed.cell else { continue };
        let demand = cell_demand(&cell.blocks, text, code);
        let share = placed.columns as f64;
        for slot in demands.iter_mut().skip(placed.column).take(placed.columns) {
            slot.natural = slot.natural.max(demand.natural / share);
            slot.least = slot.least.max(demand.least / share);
        }
    }
    demands
}

/// What a cell would like: its widest line, and its widest word with code in the metrics of code.
fn cell_demand(blocks: &[Block], text: &Metrics<'_>, code: &Metrics<'_>) -> Demand {
    let mut demand = Demand::default();
    for block in blocks {
        let (natural, extra) = match &block.kind {
            BlockKind::Paragraph(inlines) => (f64::from(text.width(&plain_text(inlines))), 0.0),
            BlockKind::Listing(listing) => (
                listing
                    .code
                    .lines()
                    .map(|line| f64::from(code.width(line)))
                    .fold(0.0, f64::max),
                1.0,
            ),
            // Whatever else HTML puts into cells wants room, but has no single line to measure.
            _ => (12.0, 0.0),
        };
        demand.natural = demand.natural.max(natural + extra);
    }
    query_blocks(blocks, &mut |node| {
        if let Node::Inline(inline) = node {
            match &inline.kind {
                InlineKind::Text(run) => demand.least = demand.least.max(widest_word(run, text)),
                InlineKind::Code(run) => {
                    demand.least = demand.least.max(widest_word(run, code) * INLINE_CODE);
                    // Code is wider than the text that was measured in its place.
                    demand.natural += (f64::from(code.width(run)) * INLINE_CODE - f64::from(text.width(run))).max(0.0);
                }
                _ => {}
            }
        }
    });
    // A little more than measured: bold type in heads, rounding in the last line.
    demand.natural = demand.natural * 1.06 + 0.1;
    demand.least = demand.least * 1.06 + 0.1;
    demand.natural = demand.natural.max(demand.least);
    demand
}

/// The width of the widest piece that is not broken in itself, in em: words, and in long names what stands between
/// joining characters. A single piece may not ask for more than [`WIDEST_WORD`].
fn widest_word(run: &str, metrics: &Metrics<'_>) -> f64 {
    let pieces = run.split_whitespace().flat_map(|word| {
        let long = word.len() > LONG_NAME;
        word.split_inclusive(move |character| long && joins(character))
    });
    let widest = pieces.map(|piece| f64::from(metrics.width(piece))).fold(0.0, f64::max);
    widest.min(WIDEST_WORD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::{FontRole, built_in_fonts};
    use crate::backends::pdf::sample::table;
    use crate::document::Table;

    fn widths(table: &Table) -> Columns {
        let fonts = built_in_fonts();
        let (text, code) = (Metrics::new(&fonts, FontRole::Sans), Metrics::new(&fonts, FontRole::Mono));
        columns(&Grid::of(table), 387.0, 8.8, &text, &code)
    }

    #[test]
    fn columns_never_leave_the_measure() {
        let long = "word ".repeat(200);
        let name = "a_very_long_identifier_that_goes_on".repeat(5);
        for cells in [
            vec!["a", "b"],
            vec!["a", &long],
            vec![&name, &name, &long],
            vec!["Configuration"; 14],
            vec!["x"; 40],
        ] {
            let columns = widths(&table(&cells, &[&cells]));
            let total: f64 = columns.widths.iter().sum();
            assert!(total <= 387.01, "{total} for {} columns", cells.len());
            assert!(
                columns.widths.iter().all(|width| *width > 2.0 * columns.inset),
                "{:?}",
                columns.widths
            );
        }
    }

    #[test]
    fn a_short_column_keeps_its_words_beside_a_long_one() {
        let long = "word ".repeat(200);
        let columns = widths(&table(&["Mutable", "Description"], &[&["no", &long]]));
        let fonts = built_in_fonts();
        let word = f64::from(Metrics::new(&fonts, FontRole::Sans).width("Mutable")) * 8.8 + 2.0 * INSET;
        assert!(
            columns.widths[0] >= word && columns.widths[0] < 2.0 * word,
            "{:?}",
            columns.widths
        );
    }
}
