//! `layout`: fields in memory, one below the other.
//!
//! ```text
//! -16  8  `_gc_next`  [PyGC_Head]
//! -8   8  `_gc_prev`  [PyGC_Head]
//! Pointer: `PyObject *`
//! 0    8  `ob_refcnt`  [PyObject_HEAD] [PyVarObject]
//! 8    8  `ob_type` → `list`  [PyObject_HEAD] [PyVarObject]
//! 16   8  `ob_size`: number of items  [PyVarObject]
//! 24   8  *`ob_item`* → array of pointers
//! 32   8  `allocated`
//! Total: 56
//! ```
//!
//! A line is a field: its offset, its size, its name. After the name may come `→ target`, `: note` and `[brace]`, the brace
//! last. Consecutive fields with the same `[brace]` share one brace; of several braces the innermost comes first. A target
//! that is the name of a field is that field, and identical targets are one. `*name*` is emphasised; `padding`, `unused`,
//! `reserved` and `free` are drawn pale.
//!
//! - Offsets may be negative or hexadecimal, and `?` or `…` after a field whose size is not known.
//! - Sizes may be `?`, `…`, or with a letter for a number (`8n`, `n×8`, `n+1`): such a field has a dashed outline.
//! - `Pointer: name` marks the beginning of the next field as the place that a pointer points to.
//! - `Total: 56` is checked against the fields.
//! - `Unit: bits` counts bits; without it, bytes.
//! - `Row: 8` draws eight units a row, so that small fields stand beside one another, as wide as they are.

mod drawing;
mod setting;

use crate::figures::language::{Description, Fault, Label, Line, emphasis, enumerate, outside_code, split_at_arrows};
use crate::source::Span;

/// Fields in the order of memory, and what is written around them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Layout {
    /// The fields.
    pub(crate) fields: Vec<Field>,
    /// The braces, inner ones before those around them.
    pub(crate) braces: Vec<Brace>,
    /// What points to the beginning of a field.
    pub(crate) pointers: Vec<Pointer>,
    /// The number that is written below.
    pub(crate) total: Option<u64>,
    /// Whether it counts bits.
    pub(crate) bits: bool,
    /// For every row the number of its fields; without it each field has a row.
    pub(crate) rows: Vec<usize>,
    /// Numbers above the fields, and where they stand, as shares of the width.
    pub(crate) marks: Vec<(f64, String)>,
    /// Text above all.
    pub(crate) preface: Label,
}

/// A field.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Field {
    /// Where it begins, as it is written; drawings without numbers have none.
    pub(crate) offset: Option<Number>,
    /// How long it is.
    pub(crate) size: Option<Number>,
    /// Its name.
    pub(crate) label: Label,
    /// What it says of itself; may be empty.
    pub(crate) note: Label,
    /// What it points to.
    pub(crate) target: Option<Label>,
    /// Whether nothing is in it.
    pub(crate) pale: bool,
    /// Whether it is the one that matters.
    pub(crate) strong: bool,
    /// Whether it goes on outside of what is drawn.
    pub(crate) open: bool,
    /// Its part of a row with several fields.
    pub(crate) share: f64,
}

/// A number as it is written, and what it is if that is known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Number {
    text: String,
    value: Option<i64>,
}

/// A brace beside consecutive fields.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Brace {
    /// Its name.
    pub(crate) label: Label,
    /// The first field.
    pub(crate) first: usize,
    /// The last field.
    pub(crate) last: usize,
}

/// What points to the beginning of a field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pointer {
    /// Its name.
    pub(crate) label: Label,
    /// The field.
    pub(crate) field: usize,
}

/// More fields than a page can show; a bound on what reading and layout may cost.
const MOST_FIELDS: usize = 200;
/// Braces in braces; more leave no room for a name.
const MOST_BRACES: usize = 4;
/// Numbers beyond this are mistakes, and sums of them stay far from overflow.
const LARGEST: i64 = 1 << 48;

const FIELD: &str = "expected offset, size and field, as in ``8  8  `ob_type` → `int`  [PyObject_HEAD]``";

/// Reads fields.
pub(crate) fn read(description: &Description, whole: Span) -> Result<Layout, Vec<Fault>> {
    let mut reader = Reader::default();
    for line in &description.lines {
        if let Err(fault) = reader.line(line) {
            reader.faults.push(fault);
        }
        if reader.layout.fields.len() > MOST_FIELDS {
            reader.faults.push(Fault {
                span: whole,
                message: format!("this layout has more than {MOST_FIELDS} fields"),
                expected: format!("expected at most {MOST_FIELDS}; no page can show more"),
            });
            break;
        }
    }
    reader.finish(whole)
}

/// What is read so far.
#[derive(Default)]
struct Reader<'a> {
    layout: Layout,
    faults: Vec<Fault>,
    /// The line of each field, and the names of its braces.
    lines: Vec<(Line<'a>, Vec<Label>)>,
    /// A pointer that waits for its field.
    pointer: Option<(Label, Line<'a>)>,
    total: Option<(u64, Line<'a>)>,
    row: Option<(u64, Line<'a>)>,
    /// Whether a line about the unit was read.
    unit: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &Line<'a>) -> Result<(), Fault> {
        match line.text.split_once(':') {
            Some(("Pointer", name)) => self.pointer(name, line),
            Some(("Total", number)) => once(&mut self.total, number, line),
            Some(("Row", number)) => once(&mut self.row, number, line),
            Some(("Unit", unit)) => self.unit(unit.trim(), line),
            _ => self.field(line),
        }
    }

    fn pointer(&mut self, name: &str, line: &Line<'a>) -> Result<(), Fault> {
        let label = line.label(name)?;
        if label.is_empty() {
            return Err(line.fault("this pointer has no name", "expected one, as in `Pointer: PyObject *`"));
        }
        if self.pointer.replace((label, *line)).is_some() {
            return Err(line.fault(
                "two pointers point to the same field",
                "expected one line `Pointer:` before a field, with both names in it",
            ));
        }
        Ok(())
    }

    fn unit(&mut self, unit: &str, line: &Line) -> Result<(), Fault> {
        self.layout.bits = match unit {
            "bits" => true,
            "bytes" => false,
            other => {
                return Err(line.fault(
                    format!("`{other}` is no unit of a layout"),
                    "expected `Unit: bits` or `Unit: bytes`",
                ));
            }
        };
        if std::mem::replace(&mut self.unit, true) {
            return Err(line.fault("`Unit:` stands here a second time", "expected it once"));
        }
        Ok(())
    }

    fn field(&mut self, line: &Line<'a>) -> Result<(), Fault> {
        let (offset, rest) = next_word(line.text);
        let offset = Number::offset(offset)
            .ok_or_else(|| line.fault(format!("`{}` is not the offset of a field", offset.replace('`', "")), FIELD))?;
        let (size, rest) = next_word(rest);
        if size.is_empty() {
            return Err(line.fault("this line has an offset and nothing else", FIELD));
        }
        let size = Number::size(size).ok_or_else(|| {
            line.fault(
                format!("`{}` is not the size of a field", size.replace('`', "")),
                format!("{FIELD}; a size that varies is `?` or has a letter, as in `8n`"),
            )
        })?;
        let (text, braces) = take_braces(rest, line)?;
        let mut field = field(text, line)?;
        field.offset = Some(offset);
        field.size = Some(size);
        if let Some((label, _)) = self.pointer.take() {
            let field = self.layout.fields.len();
            self.layout.pointers.push(Pointer { label, field });
        }
        self.layout.fields.push(field);
        self.lines.push((*line, braces));
        Ok(())
    }

    fn finish(mut self, whole: Span) -> Result<Layout, Vec<Fault>> {
        if let Some((_, line)) = &self.pointer {
            self.faults.push(line.fault(
                "no field follows this pointer",
                "expected `Pointer:` before the field it points to",
            ));
        }
        if self.faults.is_empty() {
            if self.layout.fields.is_empty() {
                self.faults.push(Fault {
                    span: whole,
                    message: "this layout has no fields".to_owned(),
                    expected: FIELD.to_owned(),
                });
            }
            self.check_places();
            self.join_braces();
            self.fill_rows();
        }
        if self.faults.is_empty() {
            Ok(self.layout)
        } else {
            self.faults.sort_by_key(|fault| fault.span);
            Err(self.faults)
        }
    }

    /// Every field begins where the one before it ends.
    fn check_places(&mut self) {
        let unit = self.layout.unit();
        let (mut begin, mut end): (Option<i64>, Option<i64>) = (None, None);
        let mut first = true;
        for (field, (line, _)) in self.layout.fields.iter().zip(&self.lines) {
            let offset = field.offset.as_ref().and_then(|offset| offset.value);
            match (offset, begin, end) {
                (None, _, Some(end)) => self.faults.push(line.fault(
                    "this field has no offset, though the size of the one before it is known",
                    format!("expected it to begin at {end}"),
                )),
                (None, ..) if first => self.faults.push(line.fault("the first field has no offset", FIELD)),
                (Some(at), Some(begin), _) if at < begin => self.faults.push(line.fault(
                    format!("this field begins at {at}, before the one above it, which begins at {begin}"),
                    "expected the fields in the order of memory",
                )),
                (Some(at), _, Some(end)) if at < end => self.faults.push(line.fault(
                    format!("this field begins at {at}, but the one above it ends at {end}; they overlap"),
                    format!("expected it to begin at {end}"),
                )),
                (Some(at), _, Some(end)) if at > end => self.faults.push(line.fault(
                    format!("between the field above and this one, {end} to {at}, is a hole"),
                    format!(
                        "expected a line for these {} {unit}, as in `{end}  {}  padding`",
                        at - end,
                        at - end
                    ),
                )),
                _ => {}
            }
            first = false;
            begin = offset.or(begin);
            end = field.end();
        }
        self.check_total(unit);
    }

    fn check_total(&mut self, unit: &str) {
        let Some((total, line)) = &self.total else { return };
        let start = self.layout.fields.first().and_then(|field| field.offset.as_ref()?.value);
        let end = self.layout.fields.last().and_then(Field::end);
        match (start, end) {
            _ if !self.faults.is_empty() => {}
            (Some(start), Some(end)) if u64::try_from(end - start) == Ok(*total) => self.layout.total = Some(*total),
            (Some(start), Some(end)) => self.faults.push(line.fault(
                format!("the fields take {} {unit}, not {total}", end - start),
                format!("expected `Total: {}`, or the fields that are missing", end - start),
            )),
            _ => self.faults.push(line.fault(
                "the total cannot be checked, since the last field ends at no known offset",
                "expected no `Total:` here",
            )),
        }
    }

    /// Fields that follow one another and name the same brace share it.
    fn join_braces(&mut self) {
        let mut open: Vec<(Brace, usize)> = Vec::new();
        let mut closed: Vec<Brace> = Vec::new();
        for (at, (line, names)) in self.lines.iter().enumerate() {
            let (go_on, end): (Vec<_>, Vec<_>) = open.into_iter().partition(|(brace, _)| names.contains(&brace.label));
            open = go_on;
            closed.extend(end.into_iter().map(|(brace, _)| brace));
            for (rank, name) in names.iter().enumerate() {
                match open.iter_mut().find(|(brace, _)| brace.label == *name) {
                    Some((brace, _)) => brace.last = at,
                    None => open.push((
                        Brace {
                            label: name.clone(),
                            first: at,
                            last: at,
                        },
                        rank,
                    )),
                }
            }
            // An outer brace may not end while one that is named as inner goes on.
            for pair in names.windows(2) {
                let [inner, outer] = pair else { continue };
                let first = |name: &Label| {
                    open.iter()
                        .find(|(brace, _)| brace.label == *name)
                        .map(|(brace, _)| brace.first)
                };
                if first(inner) < first(outer) {
                    self.faults.push(line.fault(
                        format!("the brace {} begins inside of {}", outer.plain(), inner.plain()),
                        "expected the innermost brace first, and every brace wholly inside of the next",
                    ));
                }
            }
        }
        open.sort_by_key(|(_, rank)| *rank);
        closed.extend(open.into_iter().map(|(brace, _)| brace));
        closed.sort_by_key(|brace| brace.last - brace.first);
        let crossing = |a: &Brace, b: &Brace| a.first < b.first && b.first <= a.last && a.last < b.last;
        let crossed = closed.iter().find_map(|a| {
            let b = closed.iter().find(|b| crossing(a, b))?;
            Some((a, b))
        });
        if let Some((a, b)) = crossed
            && let Some((line, _)) = self.lines.get(b.first)
            && self.faults.is_empty()
        {
            self.faults.push(line.fault(
                format!("the braces {} and {} cross", a.label.plain(), b.label.plain()),
                "expected one to be wholly inside of the other, or beside it",
            ));
        }
        self.layout.braces = closed;
    }

    /// Puts as many fields in a row as it has units.
    fn fill_rows(&mut self) {
        let Some((row, line)) = &self.row else { return };
        let Ok(row) = i64::try_from(*row) else { return };
        let start = self.layout.fields.first().and_then(|field| field.offset.as_ref()?.value);
        let Some(start) = start.filter(|_| self.faults.is_empty()) else {
            return;
        };
        let mut rows: Vec<usize> = Vec::new();
        for (at, field) in self.layout.fields.iter_mut().enumerate() {
            let own = &self.lines.get(at).map_or(*line, |(line, _)| *line);
            let offset = field.offset.as_ref().and_then(|offset| offset.value);
            let column = offset.map_or(0, |offset| (offset - start) % row);
            let length = field.size.as_ref().and_then(|size| size.value);
            let rest = (row - column).max(1);
            field.share = length.map_or(rest, |length| length.min(rest)) as f64 / row as f64;
            if length.is_some_and(|length| length > rest && (column > 0 || length % row != 0)) {
                self.faults.push(own.fault(
                    format!("this field goes on over the end of a row of {row}"),
                    "expected every field to end with a row, or another `Row:`",
                ));
            }
            let pointed = self.layout.pointers.iter().any(|pointer| pointer.field == at);
            if column > 0 && pointed {
                self.faults.push(own.fault(
                    "a pointer points into the middle of a row",
                    "expected the field to begin a row, or no `Row:`",
                ));
            }
            let ends = length.is_none_or(|length| column + length >= row);
            if field.target.is_some() && !ends {
                self.faults.push(own.fault(
                    "a field with a target stands in the middle of a row",
                    "expected it to end its row, or no `Row:`",
                ));
            }
            match rows.last_mut() {
                Some(count) if column > 0 => *count += 1,
                _ => rows.push(1),
            }
        }
        self.layout.rows = rows;
    }
}

/// A line such as `Total: 56`, which may stand once.
fn once<'a>(slot: &mut Option<(u64, Line<'a>)>, number: &str, line: &Line<'a>) -> Result<(), Fault> {
    let number = number.trim();
    let name = line.text.split(':').next().unwrap_or_default();
    let value = number.parse().ok().filter(|value| (1..=LARGEST as u64).contains(value));
    let value = value.ok_or_else(|| line.fault(format!("`{number}` is not a number above 0"), format!("expected `{name}: 8`")))?;
    if slot.replace((value, *line)).is_some() {
        return Err(line.fault(format!("`{name}:` stands here a second time"), "expected it once"));
    }
    Ok(())
}

/// The first word and the rest.
fn next_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim())
}

/// Takes `[inner] [outer]` off the end of a field.
fn take_braces<'a>(text: &'a str, line: &Line) -> Result<(&'a str, Vec<Label>), Fault> {
    let (mut text, mut braces) = (text.trim(), Vec::new());
    while let Some(open) = outside_code(text, "[").last() {
        let before = text.get(..open).unwrap_or_default();
        // `item[n]` is a name.
        let apart = before.is_empty() || before.ends_with(char::is_whitespace);
        let Some(name) = text.get(open + 1..).and_then(|rest| rest.strip_suffix(']')).filter(|_| apart) else {
            break;
        };
        let label = line.label(name)?;
        if label.is_empty() {
            return Err(line.fault("a brace has no name", FIELD));
        }
        if braces.contains(&label) {
            return Err(line.fault(format!("the brace {} stands here twice", label.plain()), "expected it once"));
        }
        braces.insert(0, label);
        text = before.trim_end();
    }
    if braces.len() > MOST_BRACES {
        return Err(line.fault(
            format!("this field stands in {} braces", braces.len()),
            format!("expected at most {MOST_BRACES}"),
        ));
    }
    Ok((text, braces))
}

/// Reads name, target and note.
fn field(text: &str, line: &Line) -> Result<Field, Fault> {
    let (pieces, _) = split_at_arrows(text);
    let (name, target) = match pieces.as_slice() {
        [name] => (*name, ""),
        [name, target] if !target.is_empty() => (*name, *target),
        [_, _] => return Err(line.fault("this arrow points to nothing", FIELD)),
        _ => return Err(line.fault("this field has more than one target", "expected one arrow in a line")),
    };
    let ((name, first), (target, second)) = (split_note(name), split_note(target));
    if !first.is_empty() && !second.is_empty() {
        return Err(line.fault(
            "this field has two notes",
            "expected one, at the end, as in `8  8  name → target: note`",
        ));
    }
    let note = if second.is_empty() { first } else { second };
    let target = Some(line.label(target)?).filter(|target| !target.is_empty());
    let (name, strong) = emphasis(name);
    let label = line.label(name)?;
    if label.is_empty() {
        return Err(line.fault("this field has no name", FIELD));
    }
    Ok(Field {
        pale: is_pale(&label),
        strong,
        note: line.label(note)?,
        label,
        target,
        share: 1.0,
        ..Field::default()
    })
}

/// Parts a name from the note behind its first `: `.
fn split_note(text: &str) -> (&str, &str) {
    match outside_code(text, ": ").next() {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 2..).unwrap_or_default()),
        None => (text, ""),
    }
}

/// Whether a field is there only to fill a place.
pub(crate) fn is_pale(label: &Label) -> bool {
    let plain = label.plain().to_lowercase();
    matches!(plain.as_str(), "padding" | "pad" | "unused" | "reserved" | "free")
}

impl Number {
    /// `8`, `-16`, `0x10`, or `?` and `…` for what is not known.
    pub(crate) fn offset(text: &str) -> Option<Self> {
        let known = |value: i64| (-LARGEST..=LARGEST).contains(&value).then_some(value);
        let digits = text.strip_prefix(['-', '−']).unwrap_or(text);
        let value = match digits.strip_prefix("0x") {
            Some(hex) => i64::from_str_radix(hex, 16).ok().filter(|_| !hex.starts_with(['+', '-'])),
            None => digits.parse().ok().filter(|_| !digits.starts_with(['+', '-'])),
        };
        if let Some(value) = value.and_then(known) {
            let negative = digits.len() < text.len();
            return Some(Self {
                text: if negative { format!("−{digits}") } else { digits.to_owned() },
                value: Some(if negative { -value } else { value }),
            });
        }
        Self::unknown(text)
    }

    /// `8`, `?`, `…`, or with a letter in place of a number.
    fn size(text: &str) -> Option<Self> {
        if let Ok(value) = text.parse::<u32>() {
            return (value > 0).then(|| Self {
                text: text.to_owned(),
                value: Some(i64::from(value)),
            });
        }
        let letters = text.split(['+', '×', '*']).try_fold(0, |letters, term| {
            let digits = term.trim_start_matches(|c: char| c.is_ascii_digit());
            match digits.chars().count() {
                0 if !term.is_empty() => Some(letters),
                1 if digits.chars().all(char::is_alphabetic) => Some(letters + 1),
                _ => None,
            }
        });
        match letters {
            Some(1..) => Some(Self {
                text: text.replace('*', "×").replace('+', " + ").replace('×', " × "),
                value: None,
            }),
            _ => Self::unknown(text),
        }
    }

    fn unknown(text: &str) -> Option<Self> {
        matches!(text, "?" | "…" | "...").then(|| Self {
            text: if text == "?" { "?" } else { "…" }.to_owned(),
            value: None,
        })
    }
}

impl Field {
    /// Where it ends, if that is known.
    fn end(&self) -> Option<i64> {
        Some(self.offset.as_ref()?.value? + self.size.as_ref()?.value?)
    }

    fn describe(&self, unit: &str) -> String {
        let mut text = if self.label.is_empty() {
            "unnamed".to_owned()
        } else {
            self.label.plain()
        };
        let size = self.size.as_ref().map(|size| match (size.value, size.text.as_str()) {
            (Some(1), _) => format!("1 {}", unit.trim_end_matches('s')),
            (_, "?" | "…") => "of a size that varies".to_owned(),
            (_, text) => format!("{text} {unit}"),
        });
        if let Some(size) = size {
            text.push_str(&format!(", {size}"));
        }
        if let Some(target) = &self.target {
            text.push_str(&format!(", which points to {}", target.plain()));
        }
        if !self.note.is_empty() {
            text.push_str(&format!(" ({})", self.note.plain()));
        }
        match &self.offset {
            Some(offset) if offset.value.is_some() => format!("at {} {text}", offset.text),
            _ => text,
        }
    }
}

impl Layout {
    fn unit(&self) -> &'static str {
        if self.bits { "bits" } else { "bytes" }
    }

    fn name(&self, field: usize) -> String {
        self.fields.get(field).map(|field| field.label.plain()).unwrap_or_default()
    }

    /// A title made of the first and the last field.
    pub(crate) fn title(&self) -> String {
        match self.fields.len() {
            0 | 1 => format!("Memory layout of {}", self.name(0)),
            count => format!("Memory layout from {} to {}", self.name(0), self.name(count - 1)),
        }
    }

    /// The fields in words, in the order of memory.
    pub(crate) fn describe(&self) -> String {
        let unit = self.unit();
        let fields: Vec<String> = self.fields.iter().map(|field| field.describe(unit)).collect();
        let count = match fields.len() {
            1 => "one field".to_owned(),
            count => format!("{count} fields"),
        };
        let total = self.total.map(|total| format!(", {total} {unit} in all")).unwrap_or_default();
        let mut text = format!("A memory layout of {count}{total}: {}.", fields.join("; "));
        if !self.preface.is_empty() {
            text = format!("{} {text}", self.preface.plain());
        }
        for brace in self.braces.iter().filter(|brace| !brace.label.is_empty()) {
            let names: Vec<String> = (brace.first..=brace.last).map(|field| self.name(field)).collect();
            let verb = if names.len() == 1 { "is" } else { "are" };
            text.push_str(&format!(" {} {verb} {}.", enumerate(&names), brace.label.plain()));
        }
        for pointer in &self.pointers {
            text.push_str(&format!(
                " {} points to the beginning of {}.",
                pointer.label.plain(),
                self.name(pointer.field)
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::language::description;
    use crate::figures::promises::{NAMES, Random, drawn, hold_any_label, hold_at_random, hold_when_narrow, refuse, span};
    use crate::figures::scene::{Ink, Part};

    fn model(body: &str) -> Layout {
        let places: Vec<Span> = body.lines().map(|_| span()).collect();
        read(&description(body, &places, span()), span()).unwrap()
    }

    fn random_layout(random: &mut Random) -> String {
        let (mut body, mut offset) = (String::new(), [0_i32, -16, -8][random.below(3)]);
        let (narrow, count) = (random.below(3) == 0, 1 + random.below(14));
        if narrow {
            body.push_str("Row: 8\n");
        }
        let mut brace = String::new();
        for at in 0..count {
            if random.below(7) == 0 && (offset % 8 == 0 || !narrow) {
                body.push_str(&format!("Pointer: {}\n", NAMES[random.below(16)]));
            }
            if random.below(3) == 0 {
                let inner = NAMES[random.below(16)];
                let outer = NAMES[random.below(16)];
                brace = match random.below(3) {
                    0 => String::new(),
                    1 => format!(" [{inner}]"),
                    _ if inner == outer => format!(" [{inner}]"),
                    _ => format!(" [{inner} in {at}] [{outer} around {at}]"),
                };
            }
            let size = if narrow {
                [4, 8][random.below(2)].min(8 - offset.rem_euclid(8))
            } else {
                8
            };
            let last = offset.rem_euclid(8) + size >= 8;
            let target = match random.below(4) {
                0 if last || !narrow => format!(" → {}", NAMES[random.below(16)]),
                _ => String::new(),
            };
            let note = ["", "", ": a note", ": a note that is so long that it is broken"][random.below(4)];
            let name = [NAMES[random.below(16)], "padding", "*strong*", "`ob_item[n]`"][random.below(4)];
            body.push_str(&format!("{offset}  {size}  {name}{target}{note}{brace}\n"));
            offset += size;
        }
        body
    }

    #[test]
    fn random_layouts_keep_every_promise() {
        hold_at_random("layout", 2, random_layout);
    }

    #[test]
    fn the_gallery_is_readable_on_a_narrow_screen() {
        hold_when_narrow("layout");
    }

    #[test]
    fn the_longest_layout_is_laid_out_in_reasonable_time() {
        let body: String = (0..200)
            .map(|at| format!("{} 8 field {at} [brace {}] [outer]\n", 8 * at, at / 3))
            .collect();
        let start = std::time::Instant::now();
        drawn("layout", &body);
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    #[test]
    fn any_label_stays_in_its_place() {
        hold_any_label(
            "layout",
            &[
                "Pointer: L\n0 8 L [L] [outer L]\n8 8 b [outer L]",
                "0 8 a → L: L [L]\nPointer: L\n8 8 L [L]",
                "Row: 8\n0 4 L\n4 4 L",
            ],
        );
    }

    #[test]
    fn what_cannot_be_read_is_reported_and_kept() {
        let many: String = (0..201).map(|at| format!("{at} 1 a\n")).collect();
        refuse(
            "layout",
            &[
                ("", "no fields"),
                ("`ob_type` 8", "is not the offset"),
                ("0", "an offset and nothing else"),
                ("0 `ob_type`", "is not the size"),
                ("0 0 a", "is not the size"),
                ("0 ob_type a", "is not the size"),
                ("0 8", "has no name"),
                ("0 8 a → b → c", "more than one target"),
                ("0 8 a →", "points to nothing"),
                ("0 8 a: b → c: d", "two notes"),
                ("0 8 a []", "a brace has no name"),
                ("0 8 a [b] [b]", "twice"),
                ("0 8 a [b] [c] [d] [e] [f]", "5 braces"),
                ("0 8 `a", "a backtick opens"),
                ("8 8 a\n0 8 b", "before the one above it"),
                ("0 8 a\n4 8 b", "they overlap"),
                ("0 4 a\n8 8 b", "as in `4  4  padding`"),
                ("0 8 a\n? 8 b", "expected it to begin at 8"),
                ("? 8 a", "the first field has no offset"),
                ("0 8 a\nTotal: 16", "take 8 bytes, not 16"),
                ("0 n a\nTotal: 16", "cannot be checked"),
                ("0 8 a\nTotal: many", "not a number above 0"),
                ("Total: 8\n0 8 a\nTotal: 8", "a second time"),
                ("0 8 a\nPointer: p", "no field follows"),
                ("Pointer: p\nPointer: q\n0 8 a", "same field"),
                ("Pointer:\n0 8 a", "has no name"),
                ("Unit: words\n0 8 a", "no unit"),
                ("Unit: bits\nUnit: bits\n0 8 a", "a second time"),
                ("0 8 a [x]\n8 8 b [x] [y]\n16 8 c [y]", "begins inside of"),
                ("0 8 a [y]\n8 8 b [x] [y]\n16 8 c [x]", "cross"),
                ("Row: 8\n0 4 a\n4 8 b", "over the end of a row"),
                ("Row: 8\n0 4 a → x\n4 4 b", "in the middle of a row"),
                ("Row: 8\n0 4 a\nPointer: p\n4 4 b", "into the middle of a row"),
                (&many, "more than 200 fields"),
            ],
        );
    }

    #[test]
    fn fields_that_name_a_brace_share_it() {
        let layout = model("0 8 a [in] [out]\n8 8 `b[n]` [in] [out]\n16 8 c [out]\n24 8 d");
        let braces: Vec<_> = layout
            .braces
            .iter()
            .map(|brace| (brace.label.plain(), brace.first, brace.last))
            .collect();
        assert_eq!(braces, [("in".to_owned(), 0, 1), ("out".to_owned(), 0, 2)]);
        assert_eq!(layout.name(1), "b[n]");
    }

    #[test]
    fn numbers_keep_the_form_in_which_they_are_written() {
        let layout = model("-0x10 8 a\n−8 8 b\n0 8*n c\n… n+1 d\n? ? e");
        let texts: Vec<_> = layout.fields.iter().map(|field| field.describe("bytes")).collect();
        assert_eq!(
            texts,
            [
                "at −0x10 a, 8 bytes",
                "at −8 b, 8 bytes",
                "at 0 c, 8 × n bytes",
                "d, n + 1 bytes",
                "e, of a size that varies",
            ]
        );
    }

    #[test]
    fn small_fields_stand_side_by_side_as_wide_as_they_are() {
        let layout = model("Row: 8\n0 8 a\n8 1 b\n9 3 c\n12 4 d");
        assert_eq!(layout.rows, [1, 3]);
        let shares: Vec<f64> = layout.fields.iter().map(|field| field.share * 8.0).collect();
        assert_eq!(shares, [8.0, 1.0, 3.0, 4.0]);
    }

    #[test]
    fn a_pointer_ends_where_its_field_begins() {
        let (drawing, _) = drawn("layout", "-8 8 before\nPointer: p\n0 8 after");
        let top = drawing.scene.shapes.iter().find_map(|shape| match (&shape.ink, shape.part) {
            (Ink::Box { area, .. }, Part::Node(1)) => Some((area.x, area.y)),
            _ => None,
        });
        let tip = drawing.scene.shapes.iter().find_map(|shape| match &shape.ink {
            Ink::Polygon { points, .. } => points.first().map(|point| (point.x, point.y)),
            _ => None,
        });
        assert_eq!(tip, top);
        assert!(drawing.description.ends_with("p points to the beginning of after."));
    }

    #[test]
    fn a_target_that_is_a_field_is_that_field() {
        let (drawing, _) = drawn("layout", "0 8 next → items\n8 8 size\n16 ? items");
        let edges: Vec<Part> = drawing.scene.shapes.iter().map(|shape| shape.part).collect();
        assert!(edges.contains(&Part::Edge { from: 0, to: 2 }));
    }
}
