//! Where cells stand: columns of one width where that fits, else each as wide as it must be; too many of them are folded.

mod draw;

use super::{Arrow, Cell, Cells, End, Scale};
use crate::figures::Space;
use crate::figures::kinds::Laid;
use crate::figures::language::label;
use crate::figures::look::{BOX_EDGE, RISE};
use crate::figures::scene::{Ink, Scene};
use crate::figures::text::{Lines, SMALLEST, Style, Typesetter};

/// Inside of a cell, at its sides.
const PAD: f64 = 5.0;
/// The same where every point counts.
const SMALL_PAD: f64 = 2.5;
/// Between rows with names.
const GAP: f64 = 6.0;
/// Between the pieces of a folded row.
const FOLD: f64 = 13.0;
/// Between names and cells.
const NEAR: f64 = 7.0;
/// The length of an arrow between rows, or to a name.
const REACH: f64 = 15.0;
/// From one arrow within a row to the next.
const LANE: f64 = 6.0;
/// The least width of a column, so that a cell is nearly a square.
const LEAST: f64 = 20.0;
/// How wide the text of a cell may be before it is broken, the widest that fits is taken.
const CAPS: [f64; 6] = [f64::INFINITY, 110.0, 84.0, 66.0, 52.0, 40.0];
/// More lines in a cell than this look like a column of text.
const MOST_LINES: usize = 4;

/// One way to set cells.
#[derive(Debug, Clone, Copy)]
struct Plan {
    size: f64,
    pad: f64,
    /// Whether all columns have one width.
    equal: bool,
    /// Whether names stand beside their rows, or above them.
    beside: bool,
    cap: f64,
    /// The columns of a piece.
    piece: usize,
}

impl Cells {
    /// Puts the cells in their places: in one piece if that can be, then folded.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        let columns = self.columns();
        let mut pieces: Vec<usize> = (1..=columns.min(24)).map(|count| columns.div_ceil(count)).collect();
        pieces.dedup();
        // Arrows between cells need both in one piece.
        let joined = |arrow: &Arrow| matches!((&arrow.from, &arrow.to), (End::Cell(..), End::Cell(..)));
        if self.arrows.iter().any(joined) {
            pieces.truncate(1);
        }
        let mut nearest: Option<(f64, Scene)> = None;
        for plan in pieces.into_iter().flat_map(|piece| self.plans(size, piece, piece == columns)) {
            let Some(setting) = Setting::new(self, typesetter, plan) else {
                continue;
            };
            // What stands around the cells is not known before all is drawn, but it never makes them narrower.
            if setting.width() > 2.0 * space.width && nearest.is_some() {
                continue;
            }
            let scene = setting.scene();
            if space.holds(&scene) && setting.lines() <= MOST_LINES {
                return Laid { scene, dense: false };
            }
            let factor = space.factor(&scene);
            if nearest.as_ref().is_none_or(|(best, _)| factor > *best) {
                nearest = Some((factor, scene));
            }
        }
        let scene = nearest.map(|(_, scene)| scene).unwrap_or_default();
        Laid { scene, dense: false }
    }

    /// The ways to set a piece of some columns, the best first.
    fn plans(&self, size: f64, piece: usize, whole: bool) -> Vec<Plan> {
        let middle = size.midpoint(SMALLEST);
        // Names above their rows are better than small text, and names beside them better than both.
        let sizes = [
            (size, PAD, true),
            (size, SMALL_PAD, true),
            (size, PAD, false),
            (size, SMALL_PAD, false),
            (middle, SMALL_PAD, true),
            (middle, SMALL_PAD, false),
            (SMALLEST, SMALL_PAD, true),
            (SMALLEST, SMALL_PAD, false),
        ];
        let sizes = sizes.into_iter().filter(|(size, ..)| whole || *size != middle);
        let mut ways: Vec<_> = sizes.flat_map(|size| [(size, true), (size, false)]).collect();
        // Where a cell is several columns wide, columns of one width say how much that is.
        if self.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.width > 1) {
            ways.sort_by_key(|(_, equal)| !equal);
        }
        let plans = ways.into_iter().flat_map(|((size, pad, beside), equal)| {
            CAPS.map(|cap| Plan {
                size,
                pad,
                equal,
                beside,
                cap,
                piece,
            })
        });
        plans.collect()
    }

    /// Where a row may be cut: columns in which a cell of every row begins.
    fn cut(&self, from: usize, piece: usize) -> usize {
        let columns = self.columns();
        let end = from + piece;
        if end >= columns {
            return columns;
        }
        let cuts = |at: usize| {
            let cells = self.rows.iter().flat_map(|row| &row.cells);
            cells.clone().any(|cell| cell.column < at && at < cell.column + cell.width)
        };
        (from + 1..=end).rev().find(|at| !cuts(*at)).unwrap_or(end)
    }

    /// Which sides of a row have no arrows between cells and no numbers: above, below.
    fn free_side(&self, row: usize) -> Side {
        let crossed = |upper: usize| {
            self.arrows.iter().any(|arrow| match (&arrow.from, &arrow.to) {
                (End::Cell(a, _), End::Cell(b, _)) => a != b && *a.min(b) == upper,
                _ => false,
            })
        };
        let (first, last) = (row == 0, row + 1 == self.rows.len());
        let numbered = |above: bool| self.scales.iter().any(|scale| scale.above == above);
        let above_taken = if first { numbered(true) } else { crossed(row - 1) };
        let below_taken = if last { numbered(false) } else { crossed(row) };
        match (above_taken, below_taken, last && !first) {
            (false, _, false) | (false, true, true) => Side::Above,
            (_, false, _) => Side::Below,
            // Beyond the numbers is room as well.
            _ if first => Side::Above,
            _ if last => Side::Below,
            _ => Side::None,
        }
    }

    /// Whether a name at an arrow of this row has no room.
    pub(super) fn is_crowded(&self, row: usize) -> bool {
        self.free_side(row) == Side::None
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Above,
    Below,
    None,
}

/// What stands between two rows, or before the first and after the last.
#[derive(Debug, Default)]
struct Gap {
    /// Arrows that lead from one row to the other.
    straight: Vec<usize>,
    /// Arrows within a row: the one above the gap, or the one below.
    arcs: Vec<(usize, bool)>,
    /// Names at arrows of the row above the gap, or of the one below.
    names: Vec<(usize, bool)>,
}

/// Cells of which all is measured.
struct Setting<'a> {
    cells: &'a Cells,
    plan: Plan,
    /// The text of each cell, in rows.
    texts: Vec<Vec<Lines>>,
    names: Vec<Lines>,
    /// The text at the other end of an arrow.
    ends: Vec<Option<Lines>>,
    gaps: Vec<Gap>,
    /// The numbers of each scale.
    numbers: Vec<Vec<Lines>>,
    /// The x of the left side of each column from the left side of the first, and of the right side of the last.
    edges: Vec<f64>,
    pieces: Vec<(usize, usize)>,
    heights: Vec<f64>,
}

impl<'a> Setting<'a> {
    /// `None` where a plan makes no sense: names above rows that have none, or between which arrows run.
    fn new(cells: &'a Cells, typesetter: &Typesetter, plan: Plan) -> Option<Self> {
        let named = cells.rows.iter().any(|row| !row.name.is_empty());
        if !plan.beside && (!named || !cells.arrows.is_empty()) {
            return None;
        }
        let style = Style::plain(plan.size);
        let small = Style::plain((plan.size - 1.0).max(SMALLEST));
        let name_cap = if plan.beside { plan.cap.min(110.0) } else { 200.0 };
        let end = |arrow: &Arrow| match (&arrow.from, &arrow.to) {
            (End::Name(name), _) | (_, End::Name(name)) => Some(typesetter.set(name, style, plan.cap.min(110.0))),
            _ => None,
        };
        let columns = cells.columns();
        let mut setting = Self {
            cells,
            plan,
            texts: Vec::new(),
            names: cells
                .rows
                .iter()
                .map(|row| typesetter.set(&row.name, style, name_cap))
                .collect(),
            ends: cells.arrows.iter().map(end).collect(),
            gaps: Vec::new(),
            numbers: cells
                .scales
                .iter()
                .map(|scale| set_numbers(scale, columns, typesetter, small))
                .collect(),
            edges: Vec::new(),
            pieces: Vec::new(),
            heights: Vec::new(),
        };
        let mut from = 0;
        while from < columns {
            let to = cells.cut(from, plan.piece);
            setting.pieces.push((from, to));
            from = to;
        }
        setting.set_cells(typesetter, style);
        setting.find_gaps();
        Some(setting)
    }

    /// Sets the texts, and finds the widths of the columns.
    fn set_cells(&mut self, typesetter: &Typesetter, style: Style) {
        let pad = 2.0 * self.plan.pad;
        for row in &self.cells.rows {
            let set = |cell: &Cell| typesetter.set(&cell.label, style, self.plan.cap);
            self.texts.push(row.cells.iter().map(set).collect());
        }
        let columns = self.cells.columns();
        let widest_number = self.numbers.iter().flatten().map(|lines| lines.width).fold(0.0, f64::max);
        // With many columns, a number stands at some of them only.
        let numbers = if columns > 12 { 0.0 } else { widest_number + 3.0 };
        let least = if self.plan.pad < PAD { 7.0 } else { LEAST };
        let mut widths = vec![numbers.max(least); columns];
        let rows = self.cells.rows.iter().zip(&self.texts);
        let mut needs: Vec<(usize, usize, f64)> = rows
            .flat_map(|(row, texts)| row.cells.iter().zip(texts))
            .map(|(cell, text)| (cell.column, cell.width, text.width + pad))
            .collect();
        needs.sort_by_key(|(column, width, _)| (*width, *column));
        for (column, width, need) in needs {
            let Some(own) = widths.get_mut(column..column + width) else {
                continue;
            };
            let lack = (need - own.iter().sum::<f64>()).max(0.0) / width as f64;
            own.iter_mut().for_each(|width| *width += lack);
        }
        if self.plan.equal {
            let widest = widths.iter().copied().fold(0.0, f64::max);
            widths.fill(widest);
        }
        let mut x = 0.0;
        self.edges.push(x);
        for width in widths {
            x += width;
            self.edges.push(x);
        }
        let heights = self.texts.iter().map(|texts| {
            let text = texts.iter().map(|lines| lines.height).fold(style.size * 1.24, f64::max);
            text + 2.0 * RISE
        });
        self.heights = heights.collect();
        let low = self.heights.iter().copied().fold(f64::MAX, f64::min);
        let high = self.heights.iter().copied().fold(0.0, f64::max);
        if high <= 1.5 * low {
            self.heights.fill(high);
        }
        if self.plan.beside {
            let pairs = self.heights.iter_mut().zip(&self.names);
            pairs.for_each(|(height, name)| *height = height.max(name.height));
        }
    }

    /// Sorts arrows and names into the gaps between rows.
    fn find_gaps(&mut self) {
        self.gaps.resize_with(self.cells.rows.len() + 1, Gap::default);
        for (at, arrow) in self.cells.arrows.iter().enumerate() {
            let (gap, above) = match (&arrow.from, &arrow.to) {
                (End::Cell(a, _), End::Cell(b, _)) if a != b => {
                    if let Some(gap) = self.gaps.get_mut(a.max(b).to_owned()) {
                        gap.straight.push(at);
                    }
                    continue;
                }
                (End::Cell(row, _), _) | (_, End::Cell(row, _)) => {
                    let above = self.cells.free_side(*row) == Side::Above;
                    (if above { *row } else { row + 1 }, above)
                }
                (End::Name(_), End::Name(_)) => continue,
            };
            let named = self.ends.get(at).is_some_and(Option::is_some);
            if let Some(gap) = self.gaps.get_mut(gap) {
                let kind = if named { &mut gap.names } else { &mut gap.arcs };
                // The row of what stands above it is below the gap.
                kind.push((at, !above));
            }
        }
    }

    /// The most lines of a cell.
    fn lines(&self) -> usize {
        self.texts
            .iter()
            .flatten()
            .map(|lines| lines.lines.len())
            .max()
            .unwrap_or_default()
    }

    fn edge(&self, column: usize) -> f64 {
        self.edges.get(column).copied().unwrap_or_default()
    }

    /// Left of the first column.
    fn left(&self) -> f64 {
        let names = self.names.iter().map(|lines| lines.width).fold(0.0, f64::max);
        let names = if self.plan.beside && names > 0.0 { names + NEAR } else { 0.0 };
        let numbers = self.overhang();
        BOX_EDGE + names.max(numbers)
    }

    /// What the numbers of lines need outside of the cells.
    fn overhang(&self) -> f64 {
        let scales = self.cells.scales.iter().zip(&self.numbers).filter(|(scale, _)| scale.edges);
        let widths = scales.flat_map(|(_, numbers)| numbers).map(|lines| lines.width / 2.0);
        widths.fold(0.0, f64::max)
    }

    /// The scales of one side with their numbers.
    fn scales(&self, above: bool) -> impl Iterator<Item = (&Scale, &Vec<Lines>)> {
        let scales = self.cells.scales.iter().zip(&self.numbers);
        scales.filter(move |(scale, _)| scale.above == above)
    }

    /// How high the numbers of one side are.
    fn band(&self, above: bool) -> f64 {
        let heights = self
            .scales(above)
            .filter_map(|(_, numbers)| numbers.first())
            .map(|lines| lines.height);
        heights.sum::<f64>()
            + if self.cells.scales.iter().any(|scale| scale.above == above) {
                1.0
            } else {
                0.0
            }
    }

    /// How high a gap is.
    fn gap(&self, at: usize) -> f64 {
        let (outer, last) = (at == 0 || at == self.cells.rows.len(), at == self.cells.rows.len());
        let named = self.cells.rows.iter().any(|row| !row.name.is_empty());
        let mut height = match (outer, named) {
            (true, _) => 0.0,
            (false, true) => GAP,
            (false, false) => 0.0,
        };
        if let Some(gap) = self.gaps.get(at) {
            if !gap.straight.is_empty() {
                height = height.max(self.slope(&gap.straight));
            }
            let side = |above: bool| {
                let names = gap.names.iter().filter(|(_, of_above)| *of_above == above);
                let heights = names.filter_map(|(arrow, _)| self.ends.get(*arrow)?.as_ref());
                let names = heights.map(|lines| REACH + lines.height + 5.0).fold(0.0, f64::max);
                let arcs = gap.arcs.iter().filter(|(_, of_above)| *of_above == above).count();
                let arcs = if arcs == 0 { 0.0 } else { 10.0 + LANE * (arcs as f64 - 1.0) };
                // Names stand beyond the arcs, which their arrows cross.
                if names > 0.0 && arcs > 0.0 {
                    names + arcs
                } else {
                    names.max(arcs)
                }
            };
            let both = side(true) + side(false);
            if both > 0.0 {
                height = height.max(both + if outer { 0.0 } else { GAP });
            }
        }
        if !self.plan.beside && !last {
            let name = self.names.get(at).map_or(0.0, |lines| lines.height);
            height = height.max(name + if at == 0 { 0.0 } else { GAP });
        }
        height
    }

    /// How far two rows are apart, so that arrows between them are not too flat.
    fn slope(&self, arrows: &[usize]) -> f64 {
        let column = |end: &End| match end {
            End::Cell(row, cell) => self.cells.rows.get(*row)?.cells.get(*cell).map(|cell| self.edge(cell.column)),
            End::Name(_) => None,
        };
        let arrows = arrows.iter().filter_map(|at| self.cells.arrows.get(*at));
        let widest = arrows.filter_map(|arrow| Some((column(&arrow.from)? - column(&arrow.to)?).abs()));
        (0.24 * widest.fold(0.0, f64::max)).clamp(1.5 * REACH, 3.0 * REACH)
    }

    fn width(&self) -> f64 {
        let widths = self.pieces.iter().map(|(from, to)| self.edge(*to) - self.edge(*from));
        let names = if self.plan.beside {
            0.0
        } else {
            self.names.iter().map(|lines| lines.width).fold(0.0, f64::max)
        };
        self.left() + widths.fold(names, f64::max) + BOX_EDGE + self.overhang()
    }

    /// Names at arrows may reach over the cells at both sides.
    fn widen(&self, scene: &mut Scene) {
        let (mut low, mut high) = (BOX_EDGE, scene.width - BOX_EDGE);
        for shape in &scene.shapes {
            if let Ink::Box { area, .. } = &shape.ink {
                (low, high) = (low.min(area.x), high.max(area.right()));
            }
        }
        scene.width = high - low + 2.0 * BOX_EDGE;
        if low < BOX_EDGE {
            scene.shift(BOX_EDGE - low, 0.0);
        }
    }

    /// Whether a row has a cell in a column or behind it.
    fn holds(&self, row: usize, column: usize) -> bool {
        let last = self.cells.rows.get(row).and_then(|row| row.cells.last());
        last.is_some_and(|cell| cell.column + cell.width > column)
    }

    /// The middle of a cell's side, if the cell begins in these columns.
    fn middle(&self, (row, cell): (usize, usize), (from, to): (usize, usize), origin: f64) -> Option<f64> {
        let cell = self.cells.rows.get(row)?.cells.get(cell)?;
        let end = (cell.column + cell.width).min(to);
        ((from..to).contains(&cell.column)).then(|| origin + (self.edge(cell.column) + self.edge(end)) / 2.0)
    }

    /// What numbers take between a row and what is beyond it.
    fn beyond(&self, row: usize, above: bool) -> f64 {
        let outer = if above { row == 0 } else { row + 1 == self.cells.rows.len() };
        if outer { self.band(above) } else { 0.0 }
    }
}

fn set_numbers(scale: &Scale, columns: usize, typesetter: &Typesetter, style: Style) -> Vec<Lines> {
    let count = if scale.edges { columns + 1 } else { columns };
    let number = |at: usize| {
        let value = scale.first.saturating_add(scale.step.saturating_mul(at as i64));
        let text = value.to_string().replace('-', "−");
        typesetter.set(&label(&text).unwrap_or_default(), style, f64::INFINITY)
    };
    (0..count).map(number).collect()
}
