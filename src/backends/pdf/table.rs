//! Tables: columns as wide as what is in them.

use super::leaf::{Keep, code_pieces};
use super::metrics::Metrics;
use crate::document::grid::Grid;
use crate::document::inline::plain_text;
use crate::document::walk::{Node, query_blocks};
use crate::document::{Block, BlockKind, Image, Inline, InlineKind};

/// The room at either side of a cell, in pt, where there are not so many columns that it would take all the measure.
const INSET: f64 = 5.0;

/// The smallest type that a table is set in, in pt.
const SMALLEST: f64 = 6.6;

/// The size of code beside text of one em; as in the template.
pub(super) const INLINE_CODE: f64 = 0.87;

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

/// How much smaller the type of a table may be before names in it are broken.
const HARDLY_SMALLER: f64 = 0.94;

/// How much wider the type of heads is.
const BOLD: f64 = 1.06;

/// The natural and the least width of each column, in em: that of its longest line and that of its longest word.
#[derive(Debug, Clone, Copy, Default)]
struct Demand {
    natural: f64,
    least: f64,
}

/// What the words of a table are measured with.
#[derive(Clone, Copy)]
pub(super) struct Measures<'m> {
    pub(super) text: &'m Metrics<'m>,
    pub(super) code: &'m Metrics<'m>,
    /// How wide a picture in a line is, in pt; 0 where its description stands for it.
    pub(super) pictures: &'m dyn Fn(&Image) -> f64,
}

/// Column widths for a table on `measure` pt, at `size` pt or smaller.
///
/// A table that fits keeps its natural widths. Otherwise every column gets its longest word, and the rest is shared so that
/// the table has as few lines as possible. When not even the words fit, names in code are broken at their joints; then the
/// type becomes smaller, and in the end words are broken anywhere.
pub(super) fn columns(grid: &Grid<'_>, measure: f64, size: f64, measures: Measures<'_>) -> Columns {
    let count = grid.width;
    let inset = INSET.min(measure / count as f64 / 6.0);
    let room = measure - 2.0 * inset * count as f64;
    let total = |contents: &Contents| contents.demands.iter().map(|demand| demand.least).sum::<f64>();
    let mut contents = Contents::of(grid, measures, size, true);
    let mut least = total(&contents);
    if least * size * HARDLY_SMALLER > room {
        contents = Contents::of(grid, measures, size, false);
        least = total(&contents);
    }
    let size = if least * size > room {
        (room / least).clamp(SMALLEST.min(size), size)
    } else {
        size
    };
    let widths = contents.share(room / size);
    // A hair's breadth is a matter of rounding, not of room.
    let squeezed = (least * size > room + 0.01).then(|| Squeezed {
        needed: least * size + 2.0 * inset * count as f64,
        column: widest_column(&contents.demands),
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

/// What a line of a cell is made of.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// In em.
    width: f64,
    /// The space before it, in em, if it goes on in the same line; 0 where a name is broken.
    space: f64,
    /// Whether a line has to end before it.
    new_line: bool,
}

/// A cell of one column.
struct Filled {
    row: usize,
    words: Vec<Word>,
    /// Whether there is a listing, whose lines want all the room there is.
    code: bool,
}

impl Filled {
    /// How many lines the words take on a width in em.
    fn lines(&self, width: f64) -> usize {
        let (mut lines, mut x) = (0, f64::INFINITY);
        for word in &self.words {
            let end = x + word.space + word.width;
            if word.new_line || end > width + 0.001 {
                // What is too long for a line is broken anywhere.
                let full = ((word.width - 0.001) / width).floor().max(0.0);
                lines += 1 + full as usize;
                x = word.width - full * width;
            } else {
                x = end;
            }
        }
        lines
    }
}

/// What stands in the columns of a table.
struct Contents {
    demands: Vec<Demand>,
    /// The cells of each column that are in no other.
    columns: Vec<Vec<Filled>>,
    rows: usize,
}

impl Contents {
    /// Measures the cells at `size` pt; with `whole` names in code are not broken.
    fn of(grid: &Grid<'_>, measures: Measures<'_>, size: f64, whole: bool) -> Self {
        let one = Demand {
            natural: 1.0,
            least: 1.0,
        };
        let mut contents = Self {
            demands: vec![one; grid.width],
            columns: (0..grid.width).map(|_| Vec::new()).collect(),
            rows: grid.head.len() + grid.body.len(),
        };
        for (row, placed) in grid.head.iter().chain(&grid.body).enumerate() {
            for placed in placed {
                let Some(cell) = placed.cell else { continue };
                let mut ruler = Ruler {
                    measures,
                    size,
                    whole,
                    scale: if row < grid.head.len() || cell.header { BOLD } else { 1.0 },
                    words: Vec::new(),
                    joined: false,
                    new_line: true,
                    listing: false,
                };
                for block in &cell.blocks {
                    ruler.block(block);
                }
                let demand = ruler.demand();
                let share = placed.columns as f64;
                for slot in contents.demands.iter_mut().skip(placed.column).take(placed.columns) {
                    slot.natural = slot.natural.max(demand.natural / share);
                    slot.least = slot.least.max(demand.least / share);
                }
                if placed.columns == 1
                    && placed.rows == 1
                    && let Some(column) = contents.columns.get_mut(placed.column)
                {
                    column.push(Filled {
                        row,
                        words: ruler.words,
                        code: ruler.listing,
                    });
                }
            }
        }
        contents
    }

    /// Shares `room` em among the columns.
    fn share(&self, room: f64) -> Vec<f64> {
        let natural: f64 = self.demands.iter().map(|demand| demand.natural).sum();
        let least: f64 = self.demands.iter().map(|demand| demand.least).sum();
        if natural <= room {
            // A table that nearly fills the measure is drawn out to it, so that its rules end where the text ends.
            let stretch = if natural > 0.72 * room { room / natural } else { 1.0 };
            return self.demands.iter().map(|demand| demand.natural * stretch).collect();
        }
        if least >= room {
            return squeeze(&self.demands, room);
        }
        let first = by_roots(&self.demands, room);
        self.draw_in(&self.fewest_lines(first), room)
    }

    /// How many lines each row has, and all cells together.
    fn height(&self, widths: &[f64]) -> (usize, usize) {
        let mut rows = vec![1; self.rows];
        let mut all = 0;
        for (cells, width) in self.columns.iter().zip(widths) {
            for cell in cells {
                let lines = cell.lines(*width);
                all += lines;
                if let Some(row) = rows.get_mut(cell.row) {
                    *row = lines.max(*row);
                }
            }
        }
        (rows.iter().sum(), all)
    }

    /// Moves room from column to column as long as the table becomes lower by it.
    fn fewest_lines(&self, mut widths: Vec<f64>) -> Vec<f64> {
        let words: usize = self.columns.iter().flatten().map(|cell| cell.words.len()).sum();
        let mut left = MOST_STEPS / (words + 1);
        let mut best = self.height(&widths);
        for step in [6.0_f64, 3.0, 1.5, 0.75, 0.4] {
            let mut moved = true;
            while moved {
                moved = false;
                for from in 0..widths.len() {
                    for to in 0..widths.len() {
                        let least = self.demands.get(from).map_or(0.0, |demand| demand.least);
                        let spare = widths.get(from).map_or(0.0, |width| width - least);
                        let some = step.min(spare);
                        if from == to || some < 0.05 || left == 0 {
                            continue;
                        }
                        left -= 1;
                        let mut other = widths.clone();
                        for (at, width) in other.iter_mut().enumerate() {
                            *width += if at == to { some } else { 0.0 } - if at == from { some } else { 0.0 };
                        }
                        let height = self.height(&other);
                        if height < best {
                            (best, widths, moved) = (height, other, true);
                        }
                    }
                }
            }
        }
        widths
    }

    /// Takes from each column what its lines do not need, and gives each the same part more.
    fn draw_in(&self, widths: &[f64], room: f64) -> Vec<f64> {
        let needed: Vec<f64> = widths
            .iter()
            .zip(&self.demands)
            .zip(&self.columns)
            .map(|((width, demand), cells)| narrowest(cells, demand.least.min(*width), *width))
            .collect();
        let total: f64 = needed.iter().sum();
        needed.iter().map(|width| width * room / total).collect()
    }
}

/// How many words are measured at the most to find the widths of one table.
const MOST_STEPS: usize = 3_000_000;

/// The least width, in em, on which no cell of a column has more lines than it has on `width`; with a listing, that.
fn narrowest(cells: &[Filled], least: f64, width: f64) -> f64 {
    if cells.iter().any(|cell| cell.code) {
        return width;
    }
    let lines: Vec<usize> = cells.iter().map(|cell| cell.lines(width)).collect();
    let (mut low, mut high) = (least, width);
    for _ in 0..10 {
        let middle = (low + high) / 2.0;
        if cells.iter().zip(&lines).all(|(cell, lines)| cell.lines(middle) <= *lines) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// Gives each column its longest word and a part of the rest. The root keeps one long column from taking everything; what a
/// column cannot use goes to the others.
fn by_roots(demands: &[Demand], room: f64) -> Vec<f64> {
    let mut widths: Vec<f64> = demands.iter().map(|demand| demand.least).collect();
    let mut rest = room - widths.iter().sum::<f64>();
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

/// Measures the words of a cell.
struct Ruler<'m> {
    measures: Measures<'m>,
    /// What an em is, in pt.
    size: f64,
    /// Whether names in code are left whole.
    whole: bool,
    scale: f64,
    words: Vec<Word>,
    /// Whether what follows goes on with the last word.
    joined: bool,
    /// Whether what follows begins a line.
    new_line: bool,
    /// Whether there was a listing.
    listing: bool,
}

impl Ruler<'_> {
    fn block(&mut self, block: &Block) {
        self.break_line();
        match &block.kind {
            BlockKind::Paragraph(inlines) => self.inlines(inlines),
            BlockKind::Listing(listing) => {
                self.listing = true;
                for line in listing.code.lines() {
                    self.break_line();
                    self.word(f64::from(self.measures.code.width(line)) + 1.0, 0.0);
                }
            }
            // Whatever else HTML puts into cells wants room, but has no single line to measure.
            _ => {
                let blocks = std::slice::from_ref(block);
                let mut least = 0.0_f64;
                query_blocks(blocks, &mut |node| {
                    if let Node::Inline(inline) = node {
                        let mut ruler = Ruler {
                            words: Vec::new(),
                            joined: false,
                            new_line: true,
                            ..*self
                        };
                        ruler.inline(inline);
                        least = least.max(ruler.demand().least);
                    }
                });
                self.word(least.max(12.0), 0.0);
            }
        }
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) => self.run(text),
            InlineKind::SoftBreak => self.joined = false,
            InlineKind::LineBreak => self.break_line(),
            InlineKind::Code(code) => self.code(code),
            InlineKind::Strong(content) => {
                let scale = std::mem::replace(&mut self.scale, BOLD);
                self.inlines(content);
                self.scale = scale;
            }
            InlineKind::Emphasis(content)
            | InlineKind::Strikethrough(content)
            | InlineKind::Superscript(content)
            | InlineKind::Subscript(content)
            | InlineKind::Keyboard(content)
            | InlineKind::Span(content)
            | InlineKind::Abbreviation { content, .. } => self.inlines(content),
            InlineKind::Anchor | InlineKind::IndexMark(_) => {}
            InlineKind::Note { .. } => self.word(0.6, 0.0),
            InlineKind::Image(image) => match (self.measures.pictures)(image) / self.size {
                width if width > 0.0 => self.word(width, f64::from(self.measures.text.advance(' '))),
                _ => self.run(&image.alt),
            },
            _ => self.run(&plain_text(std::slice::from_ref(inline))),
        }
    }

    /// Words of text, which may also end a line behind hyphens and dashes.
    fn run(&mut self, text: &str) {
        let space = f64::from(self.measures.text.advance(' '));
        for (at, word) in text.split([' ', '\n']).enumerate() {
            if at > 0 {
                self.joined = false;
            }
            let mut gap = space;
            for piece in word.split_inclusive(['-', '–', '—', '/']) {
                self.word(f64::from(self.measures.text.width(piece)) * self.scale, gap);
                let ended = piece.len() > 3 && piece.ends_with(['-', '–', '—', '/']);
                self.joined = !ended;
                gap = 0.0;
            }
        }
    }

    fn code(&mut self, code: &str) {
        let keep = if self.whole {
            Keep::Within(f32::INFINITY)
        } else {
            Keep::Short(f32::INFINITY)
        };
        let space = f64::from(self.measures.text.advance(' '));
        let mut gap = if self.joined { 0.0 } else { space };
        for piece in code_pieces(code, keep, self.measures.code) {
            if piece.is_space() {
                self.joined = false;
                gap = f64::from(self.measures.code.width(piece.text)) * INLINE_CODE;
                continue;
            }
            self.word(f64::from(self.measures.code.width(piece.text)) * INLINE_CODE, gap);
            self.joined = false;
            gap = 0.0;
        }
        self.joined = true;
    }

    fn break_line(&mut self) {
        self.joined = false;
        self.new_line = true;
    }

    /// Adds a word, or what belongs to the last one.
    fn word(&mut self, width: f64, space: f64) {
        if width <= 0.0 {
            return;
        }
        match self.words.last_mut() {
            Some(last) if self.joined && !self.new_line => last.width += width,
            _ => self.words.push(Word {
                width,
                space,
                new_line: self.new_line,
            }),
        }
        (self.joined, self.new_line) = (true, false);
    }

    /// The widest line and the widest word, and a little more: rounding in the last line.
    fn demand(&self) -> Demand {
        let mut demand = Demand::default();
        let mut line = 0.0;
        for word in &self.words {
            line = if word.new_line {
                word.width
            } else {
                line + word.space + word.width
            };
            demand.natural = demand.natural.max(line);
            demand.least = demand.least.max(word.width.min(WIDEST_WORD));
        }
        Demand {
            natural: demand.natural * 1.01 + 0.1,
            least: demand.least * 1.01 + 0.1,
        }
    }
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
        let measures = Measures {
            text: &text,
            code: &code,
            pictures: &|_| 0.0,
        };
        columns(&Grid::of(table), 387.0, 8.8, measures)
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
