//! From what a drawing shows to the fields of a layout.

use super::margins::Margins;
use super::{Band, Drawing, TARGET_WORDS};
use crate::figures::kinds::layout::{Brace, Field, Layout, Number, Pointer, is_pale};
use crate::figures::language::Label;

impl Drawing {
    pub(super) fn layout(&self, bands: &[Band], margins: &Margins) -> Option<Layout> {
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
        for (first, last, texts) in &margins.braces {
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
        for (line, text) in &margins.notes {
            let row = *firsts.get(band_at(*line)?)?;
            note(layout.fields.get_mut(row)?, text);
        }
        layout.braces.sort_by_key(|brace| brace.last - brace.first);
        for (line, text) in &margins.offsets {
            layout.fields.get_mut(*firsts.get(band_below(*line)?)?)?.offset = Number::offset(text);
        }
        for (line, name) in &margins.pointers {
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
