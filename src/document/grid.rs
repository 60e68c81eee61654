//! A table's grid: which cell stands in which column, once spans have pushed others aside.

use super::{Cell, Row, Table};

/// The most columns that a table has. Spans are cut to them, and single cells beyond them are left out: no page shows
/// that many, and a few wide spans in many rows would ask for more memory than there is.
pub const MOST_COLUMNS: usize = 1000;

/// A cell with the spans it may really have; `None` where a row is shorter than the table.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The cell.
    pub cell: Option<&'a Cell>,
    /// Its first column, from 0.
    pub column: usize,
    /// How many columns it covers.
    pub columns: usize,
    /// How many rows it covers.
    pub rows: usize,
}

/// A table's rows, every one filled to the width of the widest.
#[derive(Debug, Clone)]
pub struct Grid<'a> {
    /// How many columns there are.
    pub width: usize,
    /// The rows of the head.
    pub head: Vec<Vec<Placed<'a>>>,
    /// The other rows.
    pub body: Vec<Vec<Placed<'a>>>,
}

impl<'a> Grid<'a> {
    /// Places a table's cells. A cell that a span from above pushes past the last column makes the grid wider, so that
    /// none is lost; spans that lead out of the grid or into other cells are cut.
    pub fn of(table: &'a Table) -> Self {
        let columns = table.columns.len().min(MOST_COLUMNS);
        let mut head = Layout::of(&table.head, columns);
        let mut body = Layout::of(&table.body, columns);
        let width = head.width.max(body.width);
        head.fill(width);
        body.fill(width);
        Self {
            width,
            head: head.rows,
            body: body.rows,
        }
    }
}

struct Layout<'a> {
    rows: Vec<Vec<Placed<'a>>>,
    /// For each row, which columns are taken.
    taken: Vec<Vec<bool>>,
    width: usize,
}

impl<'a> Layout<'a> {
    fn of(rows: &'a [Row], columns: usize) -> Self {
        let mut layout = Self {
            rows: Vec::with_capacity(rows.len()),
            taken: vec![vec![false; columns]; rows.len()],
            width: columns,
        };
        for (at, row) in rows.iter().enumerate() {
            let mut placed = Vec::with_capacity(row.cells.len());
            let mut column = 0;
            for (behind, cell) in (0..row.cells.len()).rev().zip(&row.cells) {
                while layout.is_taken(at, column) {
                    column += 1;
                }
                if column >= MOST_COLUMNS {
                    break;
                }
                // A wide cell leaves room for those behind it.
                let room = MOST_COLUMNS.saturating_sub(column + behind).max(1);
                let columns = layout.free_columns(at, column, usize::from(cell.columns.max(1)).min(room));
                let height = usize::from(cell.rows.max(1)).min(rows.len() - at);
                let height = layout.free_rows(at, column..column + columns, height);
                layout.take(at..at + height, column..column + columns);
                placed.push(Placed {
                    cell: Some(cell),
                    column,
                    columns,
                    rows: height,
                });
                column += columns;
            }
            layout.rows.push(placed);
        }
        layout
    }

    fn is_taken(&self, row: usize, column: usize) -> bool {
        self.taken
            .get(row)
            .and_then(|columns| columns.get(column))
            .copied()
            .unwrap_or(false)
    }

    /// How many of `wished` columns are free from `column` on. A cell beyond the last column keeps one, so none is lost.
    fn free_columns(&self, row: usize, column: usize, wished: usize) -> usize {
        let room = self.width.saturating_sub(column).max(1).min(wished);
        (0..room)
            .take_while(|offset| !self.is_taken(row, column + offset))
            .count()
            .max(1)
    }

    /// How many of `wished` rows are free below a row.
    fn free_rows(&self, row: usize, columns: std::ops::Range<usize>, wished: usize) -> usize {
        (0..wished)
            .take_while(|offset| columns.clone().all(|column| !self.is_taken(row + offset, column)))
            .count()
            .max(1)
    }

    fn take(&mut self, rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) {
        self.width = self.width.max(columns.end);
        for row in self.taken.get_mut(rows).unwrap_or_default() {
            if row.len() < columns.end {
                row.resize(columns.end, false);
            }
            row.get_mut(columns.clone()).unwrap_or_default().fill(true);
        }
    }

    /// Puts empty cells where nothing stands.
    fn fill(&mut self, width: usize) {
        for (row, taken) in self.rows.iter_mut().zip(&mut self.taken) {
            taken.resize(width, false);
            let free = taken.iter().enumerate().filter(|(_, taken)| !**taken);
            let before = row.len();
            row.extend(free.map(|(column, _)| Placed {
                cell: None,
                column,
                columns: 1,
                rows: 1,
            }));
            if row.len() > before {
                row.sort_by_key(|placed| placed.column);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Alignment;

    fn row(spans: &[(u16, u16)]) -> Row {
        let cells = spans.iter().map(|(columns, rows)| Cell {
            columns: *columns,
            rows: *rows,
            ..Cell::default()
        });
        Row { cells: cells.collect() }
    }

    /// Every row as the columns at which its cells begin and the spans they have.
    fn shape(rows: &[Vec<Placed<'_>>]) -> Vec<Vec<(usize, usize, usize)>> {
        let shape = |placed: &Placed<'_>| (placed.column, placed.columns, placed.rows);
        rows.iter().map(|row| row.iter().map(shape).collect()).collect()
    }

    #[test]
    fn spans_stay_inside_the_grid_and_rows_are_filled() {
        let table = Table {
            columns: vec![Alignment::Natural; 3],
            body: vec![row(&[(1, 9), (9, 1)]), row(&[(1, 1)]), row(&[(1, 1), (1, 1), (1, 1)])],
            ..Table::default()
        };
        assert_eq!(
            shape(&Grid::of(&table).body),
            [
                vec![(0, 1, 3), (1, 2, 1), (3, 1, 1)],
                vec![(1, 1, 1), (2, 1, 1), (3, 1, 1)],
                vec![(1, 1, 1), (2, 1, 1), (3, 1, 1)],
            ]
        );
    }

    #[test]
    fn a_cell_that_a_span_pushes_aside_makes_the_grid_wider() {
        let table = Table {
            columns: vec![Alignment::Natural; 2],
            body: vec![row(&[(1, 2), (1, 1)]), row(&[(1, 1), (1, 1)])],
            ..Table::default()
        };
        let grid = Grid::of(&table);
        assert_eq!(grid.width, 3);
        assert_eq!(
            shape(&grid.body),
            [vec![(0, 1, 2), (1, 1, 1), (2, 1, 1)], vec![(1, 1, 1), (2, 1, 1)]]
        );
    }

    #[test]
    fn a_grid_has_an_end() {
        let table = Table {
            columns: vec![Alignment::Natural; 5000],
            body: vec![row(&[(1, 1); 3000]), row(&[(u16::MAX, u16::MAX); 3])],
            ..Table::default()
        };
        let grid = Grid::of(&table);
        assert_eq!(grid.width, MOST_COLUMNS);
        assert_eq!(grid.body.iter().map(Vec::len).collect::<Vec<_>>(), [MOST_COLUMNS, 3]);
    }
}
