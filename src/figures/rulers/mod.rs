//! Memory layouts drawn with rulers: a block of text that is such a drawing becomes a figure as it stands.
//!
//! ```text
//!                +--+--+--+--+--+--+--+--+ \
//!                |       _gc_next        | |
//!                +--+--+--+--+--+--+--+--+ | PyGC_Head
//!                |       _gc_prev        | |
//! object ------> +--+--+--+--+--+--+--+--+ /
//!                |       ob_refcnt       | (number of references)
//!                +--+--+--+--+--+--+--+--+
//!                |       *ob_type        | --> type
//!                +--+--+--+--+--+--+--+--+
//!                |          ...          |
//! ```
//!
//! Rows stand between rulers of `+` and `-`; a row has one field or several with `|` between them, as wide as they are
//! drawn, and may have several lines. At the right stand braces of `\`, `|` and `/` with their names, also in one another,
//! and notes; an arrow to one word is a target. At the left stand offsets, or what points to a row (`<-- name` at the right
//! does so as well). Above may stand the numbers of bits, and, with an empty line behind it, a line or two of text.
//!
//! Whatever has a line that is none of these stays text, and so do tables printed by programs: their rulers have a `+`
//! exactly where their rows have a `|`.

mod fields;
mod margins;
#[cfg(test)]
mod tests;

use super::kinds::Model;
use margins::Margins;

/// No drawing is larger.
const MOST_LINES: usize = 150;
/// No drawing is wider, in characters.
const MOST_COLUMNS: usize = 240;
/// An arrow to more words than this leads to a note.
const TARGET_WORDS: usize = 1;

/// Reads a drawing; `None` for all that is not clearly one.
pub(crate) fn read(code: &str) -> Option<Model> {
    let lines: Vec<Vec<char>> = code.lines().take(MOST_LINES + 1).map(expanded).collect();
    if lines.len() > MOST_LINES || lines.iter().any(|line| line.len() > MOST_COLUMNS) {
        return None;
    }
    let drawing = Drawing::find(lines)?;
    let bands = drawing.bands()?;
    let margins = drawing.margins()?;
    if !drawing.is_clear(&bands, &margins) {
        return None;
    }
    drawing.layout(&bands, &margins).map(Model::Layout)
}

/// The characters of a line, with tabs as spaces and without spaces at the end.
fn expanded(line: &str) -> Vec<char> {
    let mut characters = Vec::new();
    for character in line.trim_end().chars() {
        match character {
            '\t' => characters.resize(characters.len() + 8 - characters.len() % 8, ' '),
            '\u{a0}' => characters.push(' '),
            other => characters.push(other),
        }
    }
    characters
}

/// What a line is, between the sides of the drawing.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// `+--+--+`, and the columns of its pluses.
    Ruler(Vec<usize>),
    /// `| a | b |`, and the columns of its bars.
    Row(Vec<usize>),
}

/// The lines of a drawing.
struct Drawing {
    lines: Vec<Vec<char>>,
    kinds: Vec<Kind>,
    /// Lines of numbers above.
    scale: Vec<Vec<char>>,
    /// Text above, with an empty line behind it.
    preface: String,
    left: usize,
    right: usize,
}

/// What stands between two rulers.
#[derive(Debug)]
struct Band {
    /// The lines, from the first to the one behind the last.
    lines: (usize, usize),
    bars: Vec<usize>,
    texts: Vec<String>,
    /// Whether a ruler is missing above or below.
    open: bool,
}

impl Drawing {
    /// Finds the sides of the drawing, and what each line is.
    fn find(mut lines: Vec<Vec<char>>) -> Option<Self> {
        while lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        }
        let start = lines.iter().position(|line| !line.is_empty())?;
        lines.drain(..start);
        let preface = preface(&mut lines);
        let rulers: Vec<(usize, usize)> = lines.iter().filter_map(|line| ruler(line)).collect();
        let left = rulers.first()?.0;
        let right = rulers.iter().map(|(_, right)| *right).max()?;
        if rulers.len() < 2 || rulers.iter().any(|(at, _)| *at != left) {
            return None;
        }
        let is_scale = |line: &Vec<char>| {
            let digits = line.iter().filter(|c| c.is_ascii_digit()).count();
            digits > 0 && line.iter().all(|c| c.is_ascii_digit() || *c == ' ')
        };
        let above = lines.iter().take_while(|line| is_scale(line)).count();
        let scale: Vec<Vec<char>> = lines.drain(..above).collect();
        let mut drawing = Self {
            lines,
            kinds: Vec::new(),
            scale,
            preface,
            left,
            right,
        };
        let kinds: Option<Vec<Kind>> = drawing.lines.iter().map(|line| drawing.kind(line)).collect();
        drawing.kinds = kinds?;
        Some(drawing)
    }

    fn kind(&self, line: &[char]) -> Option<Kind> {
        if let Some((left, right)) = ruler(line) {
            let pluses = (left..=right).filter(|at| line.get(*at) == Some(&'+')).collect();
            return Some(Kind::Ruler(pluses));
        }
        // `+      +` and `~      ~` go on with a field, as drawings of packets do.
        let side = line.get(self.left)?;
        let inner = line.get(self.left + 1..self.right).unwrap_or_default();
        if matches!(side, '+' | '~') && line.get(self.right) == Some(side) && !inner.contains(&'|') && !inner.contains(&'+') {
            return Some(Kind::Row(vec![self.left, self.right]));
        }
        if *side != '|' {
            return None;
        }
        // The right side may be drawn a column too early or too late, and the last row may be shorter.
        let bar = |at: &usize| line.get(*at) == Some(&'|');
        let end = [self.right, self.right - 1, self.right + 1].into_iter().find(bar);
        let end = match end {
            Some(end) => end,
            None => {
                let end = (self.left + 1..self.right).rev().find(bar)?;
                let rest = line.get(end + 1..(self.right + 1).min(line.len())).unwrap_or_default();
                rest.iter().all(|c| *c == ' ').then_some(end)?
            }
        };
        let bars: Vec<usize> = (self.left..=end).filter(bar).collect();
        (bars.len() > 1).then_some(Kind::Row(bars))
    }

    /// The rows between rulers.
    fn bands(&self) -> Option<Vec<Band>> {
        let mut bands: Vec<Band> = Vec::new();
        let mut at = 0;
        while at < self.kinds.len() {
            let Some(Kind::Row(bars)) = self.kinds.get(at) else {
                at += 1;
                continue;
            };
            let end = (at..self.kinds.len()).find(|line| !matches!(self.kinds.get(*line), Some(Kind::Row(_))));
            let end = end.unwrap_or(self.kinds.len());
            let same = (at..end).all(|line| self.kinds.get(line) == Some(&Kind::Row(bars.clone())));
            if !same {
                return None;
            }
            bands.extend(self.split(at, end, bars)?);
            at = end;
        }
        // Two rulers in a row enclose nothing.
        let empty = self
            .kinds
            .windows(2)
            .any(|pair| matches!(pair, [Kind::Ruler(_), Kind::Ruler(_)]));
        (!bands.is_empty() && !empty).then_some(bands)
    }

    /// Reads the rows from one ruler to the next: one band, or, if every line is one word, a band for each of them.
    fn split(&self, start: usize, end: usize, bars: &[usize]) -> Option<Vec<Band>> {
        let mut lines: Vec<(usize, Vec<String>)> = Vec::new();
        for line in start..end {
            let characters = self.lines.get(line)?;
            let mut texts = Vec::new();
            for ends in bars.windows(2) {
                let [from, to] = ends else { continue };
                let text: String = characters.get(from + 1..*to)?.iter().collect();
                // A box in a box is no field.
                if text.contains("+-") || text.contains("-+") {
                    return None;
                }
                texts.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            lines.push((line, texts));
        }
        let open = start == 0 || end == self.kinds.len();
        let full: Vec<&(usize, Vec<String>)> = lines
            .iter()
            .filter(|(_, texts)| texts.iter().any(|text| !text.is_empty()))
            .collect();
        let listed = full.len() > 1
            && full
                .iter()
                .all(|(_, texts)| matches!(texts.as_slice(), [text] if !text.contains(' ')));
        if listed {
            let starts: Vec<usize> = full.iter().map(|(line, _)| *line).collect();
            let band = |(at, (line, texts)): (usize, &&(usize, Vec<String>))| Band {
                lines: (
                    if at == 0 { start } else { *line },
                    starts.get(at + 1).copied().unwrap_or(end),
                ),
                bars: bars.to_vec(),
                texts: texts.clone(),
                open: open && at + 1 == starts.len(),
            };
            return Some(full.iter().enumerate().map(band).collect());
        }
        let mut texts = vec![String::new(); bars.len() - 1];
        for (_, parts) in &lines {
            for (text, part) in texts.iter_mut().zip(parts).filter(|(_, part)| !part.is_empty()) {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(part);
            }
        }
        Some(vec![Band {
            lines: (start, end),
            bars: bars.to_vec(),
            texts,
            open,
        }])
    }

    /// Whether this cannot be a table printed by a program.
    fn is_clear(&self, bands: &[Band], margins: &Margins) -> bool {
        if self
            .lines
            .iter()
            .zip(&self.kinds)
            .any(|(line, kind)| matches!(kind, Kind::Ruler(_)) && line.contains(&'='))
        {
            return false;
        }
        let mut pluses: Vec<&Vec<usize>> = Vec::new();
        for kind in &self.kinds {
            if let Kind::Ruler(at) = kind {
                pluses.push(at);
            }
        }
        let table = bands.iter().all(|band| pluses.iter().all(|pluses| **pluses == band.bars));
        let columns = bands.iter().map(|band| band.bars.len() - 1).max().unwrap_or_default();
        if table && columns > 1 {
            // One row of cells is a strip; two are a head and a body.
            return bands.len() == 1 && pluses.len() < 3;
        }
        let annotated = !margins.braces.is_empty() || !margins.notes.is_empty() || !margins.pointers.is_empty();
        // A table of one column has a head and a body.
        let single = pluses.len() > 3;
        !table || annotated || single
    }
}

/// Takes off what is written above a drawing: up to three lines of text, and an empty one.
fn preface(lines: &mut Vec<Vec<char>>) -> String {
    let plain = |line: &&Vec<char>| {
        !line.is_empty() && ruler(line).is_none() && !line.contains(&'|') && line.iter().any(|c| c.is_alphabetic())
    };
    let count = lines.iter().take_while(plain).count();
    if !(1..=3).contains(&count) || lines.get(count).is_none_or(|line| !line.is_empty()) {
        return String::new();
    }
    let text: Vec<String> = lines.drain(..count).map(|line| line.into_iter().collect()).collect();
    let blank = lines.iter().take_while(|line| line.is_empty()).count();
    lines.drain(..blank);
    text.join(" ")
}

/// The ends of a ruler, if the line has one.
fn ruler(line: &[char]) -> Option<(usize, usize)> {
    let start = line.iter().position(|c| *c == '+')?;
    let length = line.iter().skip(start).take_while(|c| matches!(c, '+' | '-' | '=')).count();
    let end = (start..start + length).rev().find(|at| line.get(*at) == Some(&'+'))?;
    let pluses = line.get(start..=end)?.iter().filter(|c| **c == '+').count();
    (pluses > 1 && end - start >= 3 && end + 1 == start + length).then_some((start, end))
}
