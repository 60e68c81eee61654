//! Reading fields, and checking that they follow one another.

use super::{Brace, Field, LARGEST, Layout, Number, Pointer, is_pale};
use crate::figures::language::{Description, Fault, Label, Line, emphasis, outside_code, split_at_arrows};
use crate::source::Span;

/// More fields than a page can show; a bound on what reading and layout may cost.
const MOST_FIELDS: usize = 200;
/// Braces in braces; more leave no room for a name.
const MOST_BRACES: usize = 4;

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
