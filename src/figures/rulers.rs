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
//! does so as well). Above may stand
//! the numbers of bits, and, with an empty line behind it, a line or two of text.
//!
//! Whatever has a line that is none of these stays text, and so do tables printed by programs: their rulers have a `+`
//! exactly where their rows have a `|`.

use super::kinds::Model;
use super::kinds::layout::{Brace, Field, Layout, Number, Pointer, is_pale};
use super::language::Label;

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
    let beside = drawing.beside()?;
    if !drawing.is_clear(&bands, &beside) {
        return None;
    }
    drawing.layout(&bands, &beside).map(Model::Layout)
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

/// Words with the lines in which they stand.
type Words = Vec<(usize, String)>;

/// What stands beside the rows.
struct Beside {
    /// Braces: the first line and the last one, and what is written at it, with its line.
    braces: Vec<(usize, usize, Words)>,
    /// Text at the right of a line, at no brace.
    notes: Vec<(usize, String)>,
    /// Numbers at the left.
    offsets: Vec<(usize, String)>,
    /// What points to a line from the left.
    pointers: Vec<(usize, String)>,
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

    /// The text at the right of a line, from the column behind the drawing.
    fn right_of(&self, line: usize) -> (usize, Vec<char>) {
        let end = match self.kinds.get(line) {
            Some(Kind::Ruler(ends) | Kind::Row(ends)) => ends.last().map_or(0, |end| end + 1),
            None => 0,
        };
        let text = self.lines.get(line).and_then(|line| line.get(end..)).unwrap_or_default();
        (end, text.to_vec())
    }

    /// Reads what stands at both sides; `None` if it is not to be understood.
    fn beside(&self) -> Option<Beside> {
        let mut beside = Beside {
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
        beside.braces = braces.iter().map(|brace| (brace.first, brace.last, Vec::new())).collect();
        for (line, text) in rest.iter().enumerate() {
            self.read_right(line, text, &braces, &mut beside)?;
            self.read_left(line, &mut beside)?;
        }
        Some(beside)
    }

    /// Parts the text at the right of a line among the braces that stand before it.
    fn read_right(&self, line: usize, text: &[char], braces: &[Found], beside: &mut Beside) -> Option<()> {
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
                beside.pointers.push((line, name.to_owned()));
                continue;
            }
            let part = pointing.unwrap_or(part);
            match brace.and_then(|at| beside.braces.get_mut(at)) {
                Some((.., texts)) => texts.push((line, part.to_owned())),
                None => beside.notes.push((line, part.to_owned())),
            }
        }
        Some(())
    }

    /// Reads an offset, a name with an arrow, or more words of that name.
    fn read_left(&self, line: usize, beside: &mut Beside) -> Option<()> {
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
            beside.pointers.push((line, name.to_owned()));
            return Some(());
        }
        let number = text.trim_end_matches(':');
        if Number::offset(number).is_some() {
            beside.offsets.push((line, number.to_owned()));
            return Some(());
        }
        // Words below the name of a pointer belong to it.
        let (at, name) = beside.pointers.iter_mut().rfind(|(at, _)| self.points_from_left(*at))?;
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

    /// Whether this cannot be a table printed by a program.
    fn is_clear(&self, bands: &[Band], beside: &Beside) -> bool {
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
        let annotated = !beside.braces.is_empty() || !beside.notes.is_empty() || !beside.pointers.is_empty();
        // A table of one column has a head and a body.
        let single = pluses.len() > 3;
        !table || annotated || single
    }

    fn layout(&self, bands: &[Band], beside: &Beside) -> Option<Layout> {
        let mut layout = Layout::default();
        // The first field of each band, for what stands beside it.
        let mut firsts = Vec::new();
        let width = (self.right - self.left) as f64;
        for band in bands {
            firsts.push(layout.fields.len());
            for (text, ends) in band.texts.iter().zip(band.bars.windows(2)) {
                let [from, to] = ends else { continue };
                let label = words(text);
                layout.fields.push(Field {
                    pale: is_pale(&label) || matches!(text.as_str(), "" | "..." | "…"),
                    label,
                    open: band.open,
                    // A side drawn a column off is still the side.
                    share: if to - from + 1 >= self.right - self.left {
                        1.0
                    } else {
                        (to - from) as f64 / width
                    },
                    ..Field::default()
                });
            }
        }
        if bands.iter().any(|band| band.texts.len() > 1) {
            layout.rows = bands.iter().map(|band| band.texts.len()).collect();
        }
        let band_at = |line: usize| bands.iter().position(|band| (band.lines.0..band.lines.1).contains(&line));
        let band_below = |line: usize| bands.iter().position(|band| band.lines.1 > line);
        for (first, last, texts) in &beside.braces {
            let from = bands.iter().position(|band| band.lines.1 > *first)?;
            let to = bands.iter().rposition(|band| band.lines.0 <= *last)?;
            if from > to {
                return None;
            }
            let (name, notes) = name_of(texts, |line| band_at(line).is_some());
            let last = firsts.get(to + 1).map_or(layout.fields.len(), |next| *next).checked_sub(1)?;
            layout.braces.push(Brace {
                label: words(&name),
                first: *firsts.get(from)?,
                last,
            });
            for (line, text) in notes {
                note(layout.fields.get_mut(*firsts.get(band_at(line)?)?)?, text);
            }
        }
        for (line, text) in &beside.notes {
            let row = *firsts.get(band_at(*line)?)?;
            note(layout.fields.get_mut(row)?, text);
        }
        layout.braces.sort_by_key(|brace| brace.last - brace.first);
        for (line, text) in &beside.offsets {
            layout.fields.get_mut(*firsts.get(band_below(*line)?)?)?.offset = Number::offset(text);
        }
        for (line, name) in &beside.pointers {
            let field = *firsts.get(band_below(*line)?)?;
            layout.pointers.push(Pointer {
                label: words(name),
                field,
            });
        }
        layout.pointers.sort_by_key(|pointer| pointer.field);
        layout.marks = self.marks()?;
        layout.preface = words(&self.preface);
        name_alike(&mut layout.fields);
        settle(layout)
    }

    /// The numbers of bits above the drawing, and where they stand, as shares of its width.
    fn marks(&self) -> Option<Vec<(f64, String)>> {
        let Some(last) = self.scale.last() else {
            return Some(Vec::new());
        };
        let mut numbers: Vec<(f64, String)> = Vec::new();
        let mut at = 0;
        while at < last.len() {
            let digits: String = last.iter().skip(at).take_while(|c| c.is_ascii_digit()).collect();
            if digits.is_empty() {
                at += 1;
                continue;
            }
            let middle = at as f64 + (digits.len() as f64 - 1.0) / 2.0;
            at += digits.len();
            numbers.push(((middle - self.left as f64) / (self.right - self.left).max(1) as f64, digits));
        }
        if numbers.iter().any(|(share, _)| !(-0.05..=1.05).contains(share)) {
            return None;
        }
        // Single digits count bit by bit, their tens in the line above.
        if numbers.len() > 10 && numbers.iter().all(|(_, digits)| digits.len() == 1) {
            let count = numbers.len();
            let shown = |at: &usize| at.is_multiple_of(8) || at + 1 == count;
            let places = numbers.into_iter().enumerate().filter(|(at, _)| shown(at));
            return Some(places.map(|(at, (share, _))| (share, at.to_string())).collect());
        }
        Some(numbers)
    }
}

/// Adds a note, or a target where an arrow leads to a word or two.
fn note(field: &mut Field, text: &str) {
    let (bare, arrow) = match text.trim_start_matches(['-', '─', '=']).strip_prefix(['>', '→']) {
        Some(rest) => (rest.trim(), true),
        None => (text, false),
    };
    if arrow && bare.split_whitespace().count() <= TARGET_WORDS && !bare.starts_with('(') && field.target.is_none() {
        field.target = Some(words(bare));
        return;
    }
    let label = words(unwrapped(bare));
    if !field.note.is_empty() {
        field.note.push(" ", false);
    }
    for run in label.runs {
        field.note.push(&run.text, run.code);
    }
}

/// Where some fields have names of C, words that could be such names are.
fn name_alike(fields: &mut [Field]) {
    if !fields.iter().any(|field| field.label.runs.iter().any(|run| run.code)) {
        return;
    }
    for field in fields.iter_mut().filter(|field| !field.pale) {
        if let [run] = field.label.runs.as_mut_slice() {
            run.code |= run.text.chars().all(|c| c.is_ascii_alphanumeric());
        }
    }
}

/// The last checks: fields in the middle of a row can have no target, and braces must not cross.
fn settle(mut layout: Layout) -> Option<Layout> {
    if !layout.rows.is_empty() {
        for field in &mut layout.fields {
            if let Some(target) = field.target.take() {
                field.note = target;
            }
        }
    }
    let crossing = |a: &Brace, b: &Brace| a.first < b.first && b.first <= a.last && a.last < b.last;
    let crossed = layout.braces.iter().any(|a| layout.braces.iter().any(|b| crossing(a, b)));
    let pointers = &layout.pointers;
    let twice = pointers.windows(2).any(|pair| matches!(pair, [a, b] if a.field == b.field));
    (!crossed && !twice && layout.fields.len() <= 200).then_some(layout)
}

/// Parts what is written at a brace into its name and notes on rows; `is_row` is whether a line is no ruler.
fn name_of(texts: &[(usize, String)], is_row: impl Fn(usize) -> bool) -> (String, Vec<(usize, &str)>) {
    let aside = |text: &str| text.starts_with('(') || text.starts_with("->") || text.starts_with("--") || text.starts_with('→');
    let named = texts.iter().any(|(line, text)| !aside(text) || !is_row(*line));
    let (mut name, mut notes) = (Vec::new(), Vec::new());
    for (line, text) in texts {
        if named && aside(text) && is_row(*line) || !named && texts.len() > 1 {
            notes.push((*line, text.as_str()));
        } else {
            let bare = text.trim_start_matches('-');
            name.push(unwrapped(bare.strip_prefix(['>', '→']).unwrap_or(text).trim()));
        }
    }
    (name.join(" "), notes)
}

/// Takes parentheses off that enclose the whole text.
fn unwrapped(text: &str) -> &str {
    match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) if !inner.contains(['(', ')']) => inner,
        _ => text,
    }
}

/// A label in which names of C are code, as they would be in text.
fn words(text: &str) -> Label {
    let mut label = Label::default();
    let words: Vec<&str> = text.split_whitespace().collect();
    for (at, word) in words.iter().enumerate() {
        // `type *name` is a declaration.
        let declared = words.get(at + 1).is_some_and(|next| next.starts_with('*') && next.len() > 1);
        let alone = word.trim_start_matches('(').starts_with('*') && word.len() > 1;
        let code = declared || alone || word.contains(['_', '[']);
        if at > 0 {
            label.push(" ", code && label.runs.last().is_some_and(|run| run.code));
        }
        label.push(word, code);
    }
    label
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

/// A brace: where it stands in its lines.
struct Found {
    first: usize,
    last: usize,
    columns: Vec<usize>,
}

impl Found {
    fn column(&self, line: usize) -> Option<usize> {
        self.columns.get(line.checked_sub(self.first)?).copied()
    }
}

/// Finds braces of `\`, `|` and `/` below one another, and takes them out of the lines; `None` if one is not whole.
fn find_braces(lines: &mut [Vec<char>]) -> Option<Vec<Found>> {
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
            braces.push(Found { first, last, columns });
        }
    }
    Some(braces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::built_in_fonts;
    use crate::figures::Space;
    use crate::figures::promises::{PAGES, faults};
    use crate::figures::text::Typesetter;
    use crate::theme::Theme;
    use std::path::Path;

    /// The drawings of a folder of `tests/drawings`: name and text.
    fn drawings(folder: &str) -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drawings").join(folder);
        let mut found: Vec<(String, String)> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                (
                    path.file_stem().unwrap().to_string_lossy().into_owned(),
                    std::fs::read_to_string(path).unwrap(),
                )
            })
            .collect();
        found.sort();
        found
    }

    fn layout(name: &str) -> Layout {
        let (_, text) = drawings("rulers").into_iter().find(|(found, _)| found == name).unwrap();
        match read(&text) {
            Some(Model::Layout(layout)) => layout,
            other => panic!("{name}: {other:?}"),
        }
    }

    fn braces(layout: &Layout) -> Vec<(String, usize, usize)> {
        let braces = layout.braces.iter();
        braces.map(|brace| (brace.label.plain(), brace.first, brace.last)).collect()
    }

    #[test]
    fn every_drawing_is_drawn_and_keeps_every_promise() {
        let (fonts, theme) = (built_in_fonts(), Theme::built_in());
        let typesetter = Typesetter::new(&fonts, &theme);
        let drawings = drawings("rulers");
        assert!(drawings.len() > 12);
        for (name, text) in drawings {
            let model = read(&text).unwrap_or_else(|| panic!("{name} is not read"));
            for space in PAGES.into_iter().chain([Space::NARROW]) {
                let laid = model.lay_out(&typesetter, 8.6, space);
                assert!(!laid.dense, "{name} is dense");
                assert_eq!(faults(&laid.scene, space, false), Vec::<String>::new(), "{name}");
            }
        }
    }

    #[test]
    fn what_is_no_drawing_stays_text() {
        let others = drawings("not-rulers");
        assert!(others.len() > 12);
        for (name, text) in others {
            assert_eq!(read(&text), None, "{name}");
        }
    }

    #[test]
    fn braces_hold_the_rows_between_their_ends() {
        let slots = layout("slots");
        let found = braces(&slots);
        let expected = [
            ("PyGC_Head (16 bytes)", 0, 1),
            ("PyObject_HEAD", 2, 3),
            ("slots", 4, 6),
            ("__basicsize__", 2, 6),
        ];
        assert_eq!(found, expected.map(|(name, first, last)| (name.to_owned(), first, last)));
        assert_eq!(slots.pointers[0].label.plain(), "Point instance");
        assert_eq!(slots.pointers[0].field, 2);
    }

    #[test]
    fn what_stands_in_parentheses_at_a_brace_is_a_note_of_its_row() {
        let int = layout("int");
        assert_eq!(braces(&int), [("PyObject_VAR_HEAD (24 bytes)".to_owned(), 0, 2)]);
        assert_eq!(int.fields[2].note.plain(), "8 bytes: number of digits, with the sign");
        assert_eq!(int.fields[3].note.plain(), "4 bytes a digit");
        let tuple = layout("tuple");
        let names: Vec<String> = braces(&tuple).into_iter().map(|(name, ..)| name).collect();
        assert_eq!(names, ["PyObject_VAR_HEAD (24 bytes)", "as many as the tuple has items"]);
    }

    #[test]
    fn what_points_from_the_right_points() {
        let frames = layout("pointed");
        let pointers: Vec<_> = frames
            .pointers
            .iter()
            .map(|pointer| (pointer.label.plain(), pointer.field))
            .collect();
        assert_eq!(pointers, [("stack_pointer".to_owned(), 1), ("stack_base".to_owned(), 3)]);
        assert_eq!(layout("address").fields.len(), 3);
        let noted = layout("noted");
        assert_eq!(noted.preface.plain(), "With pointers of 8 bytes:");
        assert!(noted.pointers.is_empty());
        assert_eq!(noted.fields[1].note.plain(), "where the attributes are (8 bytes)");
    }

    #[test]
    fn words_below_one_another_are_fields_and_sentences_are_one() {
        let keys = layout("keys");
        let names: Vec<String> = keys.fields.iter().map(|field| field.label.plain()).collect();
        assert_eq!(
            names,
            [
                "dk_refcnt",
                "dk_usable",
                "dk_nentries",
                "dk_indices[]",
                "entries, in the order of insertion"
            ]
        );
    }

    #[test]
    fn an_arrow_to_a_word_is_a_target_and_to_a_sentence_a_note() {
        let set = layout("set");
        assert_eq!(set.fields[4].target.as_ref().map(Label::plain), Some("table".to_owned()));
        assert_eq!(set.fields[3].note.plain(), "active entries");
        assert!(set.fields[3].label.runs[0].code);
        assert_eq!(
            layout("offsets").fields[1].target.as_ref().map(Label::plain),
            Some("float".to_owned())
        );
    }

    #[test]
    fn fields_are_as_wide_as_they_are_drawn() {
        let packet = layout("packet");
        assert_eq!(packet.rows, [4, 3, 1, 1]);
        let bits: Vec<f64> = packet.fields.iter().map(|field| field.share * 32.0).collect();
        assert_eq!(bits, [4.0, 4.0, 8.0, 16.0, 16.0, 3.0, 13.0, 32.0, 32.0]);
        let numbers: Vec<&str> = packet.marks.iter().map(|(_, number)| number.as_str()).collect();
        assert_eq!(numbers, ["0", "8", "16", "24", "31"]);
        assert_eq!(layout("threaded").rows, [1, 4, 1, 1, 1]);
    }

    #[test]
    fn any_text_is_read_or_not_and_never_a_panic() {
        for (_, text) in drawings("rulers").into_iter().chain(drawings("not-rulers")) {
            let lines: Vec<&str> = text.lines().collect();
            for skip in 0..lines.len() {
                read(&lines[skip..].join("\n"));
                let cut: Vec<String> = lines.iter().map(|line| line.chars().skip(skip).collect()).collect();
                read(&cut.join("\n"));
                let short: Vec<String> = lines.iter().map(|line| line.chars().take(3 * skip).collect()).collect();
                read(&short.join("\n"));
            }
        }
        read(&"+--+\n|  |\n".repeat(100_000));
        read(&"+-".repeat(100_000));
    }
}
