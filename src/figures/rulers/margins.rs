//! What stands beside the rows of a drawing: braces with their names and notes, offsets, and what points to a row.

use super::{Drawing, Kind, TARGET_WORDS};
use crate::figures::kinds::layout::Number;

/// Texts with the lines in which they stand.
pub(super) type Texts = Vec<(usize, String)>;

/// What stands beside the rows.
pub(super) struct Margins {
    /// Braces: the first line and the last one, and what is written at it, with its line.
    pub(super) braces: Vec<(usize, usize, Texts)>,
    /// Text at the right of a line, at no brace.
    pub(super) notes: Texts,
    /// Numbers at the left.
    pub(super) offsets: Texts,
    /// What points to a line from the left.
    pub(super) pointers: Texts,
}

impl Drawing {
    /// Reads what stands at both sides; `None` if it is not to be understood.
    pub(super) fn margins(&self) -> Option<Margins> {
        let mut margins = Margins {
            braces: Vec::new(),
            notes: Vec::new(),
            offsets: Vec::new(),
            pointers: Vec::new(),
        };
        // A copy in which every column is where it was, without the drawing itself.
        let mut rest: Vec<Vec<char>> = Vec::new();
        for line in 0..self.lines.len() {
            let (end, text) = self.right_of(line);
            rest.push(std::iter::repeat_n(' ', end).chain(text).collect());
        }
        let braces = find_braces(&mut rest)?;
        margins.braces = braces.iter().map(|brace| (brace.first, brace.last, Vec::new())).collect();
        for (line, text) in rest.iter().enumerate() {
            self.read_right(line, text, &braces, &mut margins)?;
            self.read_left(line, &mut margins)?;
        }
        Some(margins)
    }

    /// The text at the right of a line, from the column behind the drawing.
    fn right_of(&self, line: usize) -> (usize, Vec<char>) {
        let end = match self.kinds.get(line) {
            Some(Kind::Ruler(ends) | Kind::Row(ends)) => ends.last().map_or(0, |end| end + 1),
            None => 0,
        };
        let text = self.lines.get(line).and_then(|line| line.get(end..)).unwrap_or_default();
        (end, text.to_vec())
    }

    /// Parts the text at the right of a line among the braces that stand before it.
    fn read_right(&self, line: usize, text: &[char], braces: &[DrawnBrace], margins: &mut Margins) -> Option<()> {
        let mut columns: Vec<(usize, usize)> = braces
            .iter()
            .enumerate()
            .filter_map(|(at, brace)| Some((brace.column(line)?, at)))
            .collect();
        columns.sort_unstable();
        let starts = std::iter::once((0, None)).chain(columns.iter().map(|(column, at)| (column + 1, Some(*at))));
        let ends = columns.iter().map(|(column, _)| *column).chain([usize::MAX]);
        for ((start, brace), end) in starts.zip(ends) {
            let part = text.get(start.min(text.len())..end.min(text.len())).unwrap_or_default();
            let part: String = part.iter().collect();
            let part = part.trim();
            let strange = part.starts_with('+') || part.contains("+-") || part.contains('|') || matches!(part, "\\" | "/");
            if strange {
                return None;
            }
            if part.is_empty() {
                continue;
            }
            // An arrow from a word is a pointer, from a sentence a note.
            let pointing = part
                .strip_prefix('←')
                .or_else(|| Some(part.strip_prefix('<')?.trim_start_matches(['-', '='])));
            let pointing = pointing.map(str::trim).filter(|name| !name.is_empty());
            if let (Some(name), None) = (pointing, brace)
                && name.split_whitespace().count() <= TARGET_WORDS
            {
                margins.pointers.push((line, name.to_owned()));
                continue;
            }
            let part = pointing.unwrap_or(part);
            match brace.and_then(|at| margins.braces.get_mut(at)) {
                Some((.., texts)) => texts.push((line, part.to_owned())),
                None => margins.notes.push((line, part.to_owned())),
            }
        }
        Some(())
    }

    /// Reads an offset, a name with an arrow, or more words of that name.
    fn read_left(&self, line: usize, margins: &mut Margins) -> Option<()> {
        let text = self.lines.get(line)?.get(..self.left)?;
        let text: String = text.iter().collect();
        let text = text.trim();
        if text.is_empty() {
            return Some(());
        }
        if let Some(name) = text.strip_suffix(['>', '→']) {
            let name = name.trim_end_matches(['-', '=', '─']).trim();
            if name.is_empty() || name.contains(['+', '|']) {
                return None;
            }
            margins.pointers.push((line, name.to_owned()));
            return Some(());
        }
        let number = text.trim_end_matches(':');
        if Number::offset(number).is_some() {
            margins.offsets.push((line, number.to_owned()));
            return Some(());
        }
        // Words below the name of a pointer belong to it.
        let (at, name) = margins.pointers.iter_mut().rfind(|(at, _)| self.points_from_left(*at))?;
        let words = name.split(' ').count();
        if text.contains(['+', '|', '<']) || line > *at + words + 2 {
            return None;
        }
        name.push(' ');
        name.push_str(text);
        Some(())
    }

    /// Whether an arrow stands at the left of a line.
    fn points_from_left(&self, line: usize) -> bool {
        let text = self
            .lines
            .get(line)
            .and_then(|line| line.get(..self.left))
            .unwrap_or_default();
        text.iter().rfind(|c| **c != ' ').is_some_and(|c| matches!(c, '>' | '→'))
    }
}

/// A brace: where it stands in its lines.
struct DrawnBrace {
    first: usize,
    last: usize,
    columns: Vec<usize>,
}

impl DrawnBrace {
    fn column(&self, line: usize) -> Option<usize> {
        self.columns.get(line.checked_sub(self.first)?).copied()
    }
}

/// Finds braces of `\`, `|` and `/` below one another, and takes them out of the lines; `None` if one is not whole.
fn find_braces(lines: &mut [Vec<char>]) -> Option<Vec<DrawnBrace>> {
    let mut braces = Vec::new();
    for first in 0..lines.len() {
        let starts: Vec<usize> = lines
            .get(first)?
            .iter()
            .enumerate()
            .filter(|(_, c)| **c == '\\')
            .map(|(at, _)| at)
            .collect();
        for start in starts {
            let mut columns = vec![start];
            let (mut line, mut column) = (first + 1, start);
            let last = loop {
                // The first corner may be drawn a column off.
                let near = if columns.len() == 1 {
                    vec![column, column + 1]
                } else {
                    vec![column]
                };
                let row = lines.get(line)?;
                column = near.into_iter().find(|at| matches!(row.get(*at), Some('|' | '/')))?;
                columns.push(column);
                if row.get(column) == Some(&'/') {
                    break line;
                }
                line += 1;
            };
            for (line, column) in (first..=last).zip(&columns) {
                if let Some(slot) = lines.get_mut(line).and_then(|line| line.get_mut(*column)) {
                    *slot = ' ';
                }
            }
            braces.push(DrawnBrace { first, last, columns });
        }
    }
    Some(braces)
}
