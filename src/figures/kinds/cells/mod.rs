//! `cells`: rows of cells.
//!
//! ```text
//! Index: 0
//! Before: `'a'` | `'b'` | free ×2
//! After: `'a'` | `'b'` | *`'c'`* | free
//! `size` → After[3]
//! ```
//!
//! A line is a row: its name, if it has one, and its cells, with `|` between them; `|` in backticks is code, and a `|` at
//! either end of a row is left out, so that a row may look like that of a table. `×3` after a cell makes it three columns
//! wide. An empty cell and `free`, `unused`, `padding` or `…` are drawn pale; `*cell*` is emphasised. Rows without names
//! stand close together, as a grid.
//!
//! - `Index: 0` numbers the columns from 0, above if it stands before the rows, below if it stands after them; `Index: 0 by
//!   8` counts in steps. `Edges: 0` numbers the lines between the columns instead, as the indices of a slice do.
//! - `Row[2] → Row[4]` is an arrow between cells of the same row or of neighbouring ones; `name → Row[2]` and `Row[2] →
//!   name` have a name at the other end. The number is a column, counted as `Index:` does, or from 0.
//!
//! A row that is too long for a page is folded.

mod layout;
#[cfg(test)]
mod tests;

use super::layout::is_pale;
use crate::figures::language::{Description, Fault, Label, Line, emphasis, enumerate, outside_code, split_at_arrows, suggestion};
use crate::source::Span;

/// Rows of cells, and what is written around them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cells {
    /// From top to bottom.
    rows: Vec<Row>,
    scales: Vec<Scale>,
    arrows: Vec<Arrow>,
}

/// A row and its name, which may be empty.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    name: Label,
    cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
struct Cell {
    label: Label,
    /// The column in which it begins.
    column: usize,
    /// How many columns it takes.
    width: usize,
    pale: bool,
    strong: bool,
}

/// Numbers of columns, or of the lines between them.
#[derive(Debug, Clone, PartialEq)]
struct Scale {
    first: i64,
    step: i64,
    edges: bool,
    above: bool,
}

/// An arrow with a cell at one end at least.
#[derive(Debug, Clone, PartialEq)]
struct Arrow {
    from: End,
    to: End,
    weak: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum End {
    /// The place of a cell: row, and cell in it.
    Cell(usize, usize),
    Name(Label),
}

/// More rows than a page can show; bounds on what reading and layout may cost.
const MOST_ROWS: usize = 60;
/// More columns than a page can show.
const MOST_COLUMNS: usize = 256;
/// More cells than a page can show.
const MOST_CELLS: usize = 1000;
/// More arrows than anyone can follow.
const MOST_ARROWS: usize = 40;
/// Numbers beyond this are mistakes.
const LARGEST: i64 = 1 << 32;

const ROW: &str = "expected `Name: a | b | free ×3`";
const ARROW: &str = "expected `Row[2] → Row[4]`, `name → Row[2]` or `Row[2] → name`";

/// Reads rows.
pub(crate) fn read(description: &Description, whole: Span) -> Result<Cells, Vec<Fault>> {
    let (mut cells, mut faults) = (Cells::default(), Vec::new());
    let mut arrows = Vec::new();
    for line in &description.lines {
        let arrow = outside_code(line.text, "|").next().is_none() && split_at_arrows(line.text).0.len() > 1;
        let read = match line.text.split_once(':') {
            Some(("Index", numbers)) => cells.read_scale(numbers, false, line),
            Some(("Edges", numbers)) => cells.read_scale(numbers, true, line),
            _ if arrow => {
                arrows.push(line);
                Ok(())
            }
            _ => row(line).map(|row| cells.rows.push(row)),
        };
        faults.extend(read.err());
        let count: usize = cells.rows.iter().map(|row| row.cells.len()).sum();
        if cells.rows.len() > MOST_ROWS || count > MOST_CELLS || arrows.len() > MOST_ARROWS {
            faults.push(Fault {
                span: whole,
                message: format!("this figure has more than {MOST_ROWS} rows, {MOST_CELLS} cells or {MOST_ARROWS} arrows"),
                expected: "expected fewer; no page can show more".to_owned(),
            });
            break;
        }
    }
    if faults.is_empty() && cells.rows.is_empty() {
        faults.push(Fault {
            span: whole,
            message: "there are no cells here".to_owned(),
            expected: ROW.to_owned(),
        });
    }
    // A row that cannot be read must not make its arrows faults as well.
    if faults.is_empty() {
        for line in arrows {
            match cells.arrow(line) {
                Ok(arrow) => cells.arrows.push(arrow),
                Err(fault) => faults.push(fault),
            }
        }
    }
    if faults.is_empty() { Ok(cells) } else { Err(faults) }
}

/// Reads a name and cells.
fn row(line: &Line) -> Result<Row, Fault> {
    let first = outside_code(line.text, "|").next().unwrap_or(line.text.len());
    let colon = match line.text.strip_suffix(':') {
        Some(name) if first == line.text.len() => Some((name, "")),
        _ => outside_code(line.text, ": ").next().filter(|at| *at < first).map(|at| {
            let rest = line.text.get(at + 2..).unwrap_or_default();
            (line.text.get(..at).unwrap_or_default(), rest)
        }),
    };
    if colon.is_none() && first == line.text.len() {
        return Err(line.fault("this line has neither a name nor a `|` between cells", ROW));
    }
    let (name, text) = colon.unwrap_or(("", line.text));
    let text = text.trim();
    if text.is_empty() {
        return Err(line.fault("this row has no cells", ROW));
    }
    let text = text.strip_prefix('|').unwrap_or(text);
    let bars: Vec<usize> = outside_code(text, "|").collect();
    let text = match bars.last() {
        Some(last) if last + 1 == text.len() => text.get(..*last).unwrap_or_default(),
        _ => text,
    };
    let mut row = Row {
        name: line.label(name)?,
        cells: Vec::new(),
    };
    let (mut column, mut start) = (0, 0);
    let ends = outside_code(text, "|").collect::<Vec<_>>().into_iter().chain([text.len()]);
    for end in ends {
        let cell = cell(text.get(start..end).unwrap_or_default(), column, line)?;
        start = end + 1;
        column += cell.width;
        row.cells.push(cell);
        if column > MOST_COLUMNS {
            return Err(line.fault(
                format!("this row has more than {MOST_COLUMNS} columns"),
                "expected fewer; no page can show more",
            ));
        }
    }
    Ok(row)
}

/// A number that may be negative.
fn number_of(text: &str) -> Option<i64> {
    let value: i64 = text.trim().replace('−', "-").parse().ok()?;
    (-LARGEST..=LARGEST).contains(&value).then_some(value)
}

/// Reads one cell: label, emphasis and width.
fn cell(text: &str, column: usize, line: &Line) -> Result<Cell, Fault> {
    let text = text.trim();
    // `8 × 8` is text.
    let width = outside_code(text, "×").last().and_then(|at| {
        let (before, number) = (text.get(..at)?, text.get(at + '×'.len_utf8()..)?);
        let apart = before.is_empty() || before.ends_with(char::is_whitespace);
        (apart && !number.starts_with(char::is_whitespace)).then_some((before, number))
    });
    let (text, width) = match width {
        Some((before, number)) => {
            let width = number.parse().ok().filter(|width| (1..=MOST_COLUMNS).contains(width));
            let width = width.ok_or_else(|| {
                line.fault(
                    format!("`×{number}` is not the width of a cell"),
                    format!("expected a number from 1 to {MOST_COLUMNS}, as in `free ×3`"),
                )
            })?;
            (before, width)
        }
        None => (text, 1),
    };
    let (text, strong) = emphasis(text);
    let label = line.label(text)?;
    let pale = label.is_empty() || is_pale(&label) || matches!(label.plain().as_str(), "…" | "..." | "empty");
    Ok(Cell {
        label,
        column,
        width,
        pale,
        strong,
    })
}

impl Cells {
    /// Reads `0`, or `0 by 8`.
    fn read_scale(&mut self, numbers: &str, edges: bool, line: &Line) -> Result<(), Fault> {
        let (first, step) = numbers.split_once(" by ").unwrap_or((numbers, "1"));
        let (Some(first), Some(step)) = (number_of(first), number_of(step).filter(|step| *step != 0)) else {
            let name = if edges { "Edges" } else { "Index" };
            return Err(line.fault(
                format!("`{}` is not where numbers begin", numbers.trim()),
                format!("expected `{name}: 0`, or `{name}: 0 by 8`"),
            ));
        };
        let above = self.rows.is_empty();
        if self.scales.iter().filter(|scale| scale.above == above).count() > 1 {
            return Err(line.fault(
                "more than two lines number the columns on this side",
                "expected two above and two below at most",
            ));
        }
        self.scales.push(Scale {
            first,
            step,
            edges,
            above,
        });
        Ok(())
    }

    fn arrow(&self, line: &Line) -> Result<Arrow, Fault> {
        let (pieces, arrows) = split_at_arrows(line.text);
        let ([from, to], [arrow]) = (pieces.as_slice(), arrows.as_slice()) else {
            return Err(line.fault("this line has more than one arrow", ARROW));
        };
        let arrow = Arrow {
            from: self.end(from, line)?,
            to: self.end(to, line)?,
            weak: *arrow == crate::figures::language::Arrow::Weak,
        };
        match (&arrow.from, &arrow.to) {
            (End::Name(_), End::Name(_)) => Err(line.fault("no end of this arrow is a cell", ARROW)),
            (End::Cell(a, _), End::Cell(b, _)) if a.abs_diff(*b) > 1 => Err(line.fault(
                "this arrow leads over a row",
                "expected both cells in the same row or in neighbouring ones",
            )),
            (End::Name(_), End::Cell(row, _)) | (End::Cell(row, _), End::Name(_)) if self.is_crowded(*row) => Err(line.fault(
                "there is no room for a name at this row, since numbers or other rows with arrows stand at both sides",
                "expected an arrow between cells, or the row at the top or the bottom",
            )),
            (from, to) if from == to => Err(line.fault("this arrow leads from a cell to itself", ARROW)),
            _ => Ok(arrow),
        }
    }

    /// Reads `Row[2]`, or a name.
    fn end(&self, text: &str, line: &Line) -> Result<End, Fault> {
        let label = line.label(text)?;
        if label.is_empty() {
            return Err(line.fault("this arrow has nothing at one end", ARROW));
        }
        let place = text.strip_suffix(']').and_then(|text| text.rsplit_once('['));
        let Some((name, number)) = place.and_then(|(name, number)| Some((name, number_of(number)?))) else {
            return Ok(End::Name(label));
        };
        let name = line.label(name)?;
        let Some(at) = self.rows.iter().position(|row| row.name == name) else {
            let (plain, names) = (name.plain(), self.names());
            let near = suggestion(&plain, names.iter().map(String::as_str));
            let expected = match (near.is_empty(), names.is_empty()) {
                (false, _) => format!("expected the name of a row{near}"),
                (true, true) => "expected rows with names, as in `Name: a | b`".to_owned(),
                (true, false) => format!("expected one of {}", enumerate(&names)),
            };
            return Err(line.fault(format!("there is no row `{plain}`"), expected));
        };
        let scale = self.scales.iter().find(|scale| !scale.edges);
        let (first, step) = scale.map_or((0, 1), |scale| (scale.first, scale.step));
        let distance = number - first;
        let column = if distance % step == 0 {
            usize::try_from(distance / step).ok()
        } else {
            None
        };
        let cells = self.rows.get(at).map(|row| row.cells.as_slice()).unwrap_or_default();
        let holds = |cell: &Cell| column.is_some_and(|column| (cell.column..cell.column + cell.width).contains(&column));
        let cell = cells.iter().position(holds).ok_or_else(|| {
            let end = cells.last().map_or(0, |cell| cell.column + cell.width) as i64;
            line.fault(
                format!("the row {} has no column {number}", name.plain()),
                format!("expected a column from {first} to {}", first + (end - 1) * step),
            )
        })?;
        Ok(End::Cell(at, cell))
    }

    /// The names of those rows that have one.
    fn names(&self) -> Vec<String> {
        let names = self.rows.iter().map(|row| row.name.plain());
        names.filter(|name| !name.is_empty()).collect()
    }

    fn columns(&self) -> usize {
        let ends = self.rows.iter().filter_map(|row| row.cells.last());
        ends.map(|cell| cell.column + cell.width).max().unwrap_or_default()
    }

    /// A title made of the rows' names.
    pub(crate) fn title(&self) -> String {
        let names = self.names();
        match (names.is_empty(), self.rows.len()) {
            (false, _) => format!("Cells: {}", enumerate(&names)),
            (true, 1) => "A row of cells".to_owned(),
            (true, count) => format!("A grid of {count} rows"),
        }
    }

    /// The rows in words, from top to bottom.
    pub(crate) fn describe(&self) -> String {
        let say = |cell: &Cell| {
            let name = match cell.label.is_empty() {
                true => "empty".to_owned(),
                false => cell.label.plain(),
            };
            let mark = if cell.strong { ", emphasised" } else { "" };
            match cell.width {
                1 => format!("{name}{mark}"),
                width => format!("{name}, {width} wide{mark}"),
            }
        };
        let rows: Vec<String> = self
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| {
                let cells: Vec<String> = row.cells.iter().map(say).collect();
                match row.name.is_empty() {
                    true => format!("Row {}: {}.", at + 1, cells.join("; ")),
                    false => format!("{}: {}.", row.name.plain(), cells.join("; ")),
                }
            })
            .collect();
        let mut text = match self.rows.len() {
            1 => "A row of cells. ".to_owned(),
            count => format!("{count} rows of cells. "),
        };
        text.push_str(&rows.join(" "));
        for scale in &self.scales {
            let what = if scale.edges {
                "The lines between the columns"
            } else {
                "The columns"
            };
            let step = if scale.step == 1 {
                String::new()
            } else {
                format!(" in steps of {}", scale.step)
            };
            text.push_str(&format!(" {what} are numbered from {}{step}.", scale.first));
        }
        for arrow in &self.arrows {
            text.push_str(&format!(
                " {} points to {}.",
                self.end_name(&arrow.from),
                self.end_name(&arrow.to)
            ));
        }
        text
    }

    fn end_name(&self, end: &End) -> String {
        match end {
            End::Name(name) => name.plain(),
            End::Cell(row, cell) => {
                let scale = self.scales.iter().find(|scale| !scale.edges);
                let (first, step) = scale.map_or((0, 1), |scale| (scale.first, scale.step));
                let row = self.rows.get(*row);
                let column = row.and_then(|row| row.cells.get(*cell)).map_or(0, |cell| cell.column);
                let name = row.map(|row| row.name.plain()).unwrap_or_default();
                format!("{name}[{}]", first + column as i64 * step)
            }
        }
    }
}
