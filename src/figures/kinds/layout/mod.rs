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
mod read;
mod setting;
#[cfg(test)]
mod tests;

pub(crate) use read::read;

use crate::figures::language::{Label, enumerate};

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

/// Numbers beyond this are mistakes, and sums of them stay far from overflow.
const LARGEST: i64 = 1 << 48;

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
    pub(super) fn size(text: &str) -> Option<Self> {
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

/// Whether a field is there only to fill a place.
pub(crate) fn is_pale(label: &Label) -> bool {
    let plain = label.plain().to_lowercase();
    matches!(plain.as_str(), "padding" | "pad" | "unused" | "reserved" | "free")
}
