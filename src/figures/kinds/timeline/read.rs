//! Reading dates and events, line by line.

use super::{Event, MOST_EVENTS, Scale, Timeline, YEAR};
use crate::figures::language::{Description, Fault, Label, Line, outside_code};
use crate::source::Span;

const EXPECTED: &str = "expected `1991-02: text` or `2008-12 to 2020-01: text`";

/// Reads events.
pub(crate) fn read(description: &Description, whole: Span) -> Result<Timeline, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut found: Vec<(Entry, Line)> = Vec::new();
    for line in &description.lines {
        match read_line(line) {
            Ok(entry) => found.push((entry, *line)),
            Err(fault) => faults.push(fault),
        }
        if found.len() > MOST_EVENTS {
            faults.push(Fault {
                span: whole,
                message: format!("this timeline has more than {MOST_EVENTS} events"),
                expected: format!("expected at most {MOST_EVENTS}; no page can show more"),
            });
            return Err(faults);
        }
    }
    let calendar = kind_of(&found, &mut faults);
    let scale = match found.first() {
        Some((entry, _)) if !calendar => Scale::Numbers(unit(entry)),
        _ => Scale::Calendar,
    };
    if !calendar {
        faults.extend(strange_units(&found));
    }
    let mut events: Vec<Event> = Vec::new();
    for (entry, line) in &found {
        match event(entry, calendar, line) {
            Ok(event)
                if events
                    .iter()
                    .any(|known| known.said == event.said && known.text == event.text) =>
            {
                faults.push(line.fault("this event stands here a second time", "expected each event once"));
            }
            Ok(event) => events.push(event),
            Err(fault) => faults.push(fault),
        }
    }
    events.sort_by(|a, b| a.from.total_cmp(&b.from));
    if faults.is_empty() && events.len() < 2 {
        let count = if events.is_empty() { "no events" } else { "one event only" };
        faults.push(Fault {
            span: whole,
            message: format!("this timeline has {count}"),
            expected: format!("{EXPECTED}, in two lines or more"),
        });
    }
    faults.sort_by_key(|fault| fault.span);
    if faults.is_empty() {
        Ok(Timeline { events, scale })
    } else {
        Err(faults)
    }
}

/// A line taken apart.
struct Entry {
    from: When,
    to: Option<When>,
    text: Label,
}

/// A date as it was written.
#[derive(Debug, Clone, PartialEq)]
struct When {
    text: String,
    /// Year, month and day, of which the last may be absent.
    date: Option<(f64, Option<u32>, Option<u32>)>,
    /// A number and its unit.
    number: Option<(f64, String)>,
}

fn read_line(line: &Line) -> Result<Entry, Fault> {
    let text = line.text;
    let late = text.starts_with("Title:") || text.starts_with("Alt:");
    if late {
        return Err(line.fault(
            "a head stands behind an event",
            "expected `Title:` and `Alt:` once each, before all other lines",
        ));
    }
    let Some(colon) = outside_code(text, ": ").next() else {
        return Err(line.fault("this line of a timeline has no date and text", EXPECTED));
    };
    let dates = text.get(..colon).unwrap_or_default();
    let label = line.label(text.get(colon + 2..).unwrap_or_default())?;
    let (first, second) = match dates.split_once(" to ").or_else(|| dates.split_once('–')) {
        Some((first, second)) => (first.trim(), Some(second.trim())),
        None => (dates.trim(), None),
    };
    let when = |text: &str| {
        when(text).ok_or_else(|| {
            line.fault(
                format!("`{text}` is not a date"),
                "expected a year, `1991-02`, `1991-02-20`, or a number with a unit such as `5 ms`",
            )
        })
    };
    Ok(Entry {
        from: when(first)?,
        to: second.map(when).transpose()?,
        text: label,
    })
}

/// Reads a date or a number.
fn when(text: &str) -> Option<When> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let (figures, unit) = text.split_at(digits);
    let unit = unit.trim();
    let simple = unit.chars().count() <= LONGEST_UNIT && unit.chars().all(|c| c.is_alphabetic() || "µ%°/".contains(c));
    let value = figures.parse::<f64>().ok().filter(|value| *value <= LATEST);
    let number = value.filter(|_| simple && figures.starts_with(|c: char| c.is_ascii_digit()));
    let found = When {
        text: text.to_owned(),
        date: date(text),
        number: number.map(|value| (value, unit.to_owned())),
    };
    (found.date.is_some() || found.number.is_some()).then_some(found)
}

/// No number is larger, so that differences stay exact enough.
const LATEST: f64 = 1e12;
/// No unit is longer, in characters.
const LONGEST_UNIT: usize = 12;

fn date(text: &str) -> Option<(f64, Option<u32>, Option<u32>)> {
    let mut pieces = text.split('-');
    let number = |piece: &str, digits: usize| {
        let plain = piece.len() == digits && piece.chars().all(|c| c.is_ascii_digit());
        plain.then(|| piece.parse::<u32>().ok()).flatten()
    };
    let year = number(pieces.next()?, 4)?;
    let month = match pieces.next() {
        Some(piece) => Some(number(piece, 2).filter(|month| (1..=12).contains(month))?),
        None => None,
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        Some(2) if leap => 29,
        Some(2) => 28,
        Some(4 | 6 | 9 | 11) => 30,
        _ => 31,
    };
    let day = match pieces.next() {
        Some(piece) => Some(number(piece, 2).filter(|day| (1..=days).contains(day))?),
        None => None,
    };
    pieces.next().is_none().then_some((f64::from(year), month, day))
}

/// Whether the times are dates; a mixture is told at the line that differs from the first.
fn kind_of(found: &[(Entry, Line)], faults: &mut Vec<Fault>) -> bool {
    let whens = |entry: &Entry| [Some(entry.from.clone()), entry.to.clone()].into_iter().flatten();
    // Four digits are a year or a number; the other lines tell which.
    let calendar = found.iter().all(|(entry, _)| whens(entry).all(|when| when.date.is_some()));
    if calendar {
        return true;
    }
    let is_number = |when: &When| when.number.is_some();
    let first_numbers = found
        .iter()
        .flat_map(|(entry, _)| whens(entry))
        .find(|when| when.date.is_none() || when.number.is_none());
    let numbers = first_numbers.is_some_and(|when| is_number(&when));
    for (entry, line) in found {
        let strange = whens(entry).find(|when| if numbers { when.number.is_none() } else { when.date.is_none() });
        if let Some(when) = strange {
            let message = format!(
                "`{}` is {}",
                when.text,
                if numbers {
                    "a date among numbers"
                } else {
                    "a number among dates"
                }
            );
            faults.push(line.fault(message, "expected dates or numbers, not both"));
        }
    }
    !numbers
}

/// The unit of a line's numbers.
fn unit(entry: &Entry) -> String {
    let last = entry.to.as_ref().unwrap_or(&entry.from);
    last.number.as_ref().map(|(_, unit)| unit.clone()).unwrap_or_default()
}

/// Numbers whose unit is not that of the first; the begin of a span may leave it to the end.
fn strange_units(found: &[(Entry, Line)]) -> Vec<Fault> {
    let of = |when: &When| when.number.as_ref().map(|(_, unit)| unit.clone());
    let Some(first) = found.first().map(|(entry, _)| unit(entry)) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    for (entry, line) in found {
        let begin = of(&entry.from).filter(|begin| entry.to.is_none() || !begin.is_empty());
        let strange = [begin, entry.to.as_ref().and_then(of)]
            .into_iter()
            .flatten()
            .find(|unit| *unit != first);
        if let Some(strange) = strange {
            let say = |unit: &str| {
                if unit.is_empty() {
                    "no unit".to_owned()
                } else {
                    format!("the unit `{unit}`")
                }
            };
            faults.push(line.fault(
                format!("this line has {}, and the first has {}", say(&strange), say(&first)),
                "expected one unit in the whole figure",
            ));
        }
    }
    faults
}

fn event(entry: &Entry, calendar: bool, line: &Line) -> Result<Event, Fault> {
    if entry.text.is_empty() {
        return Err(line.fault("this event has no text", EXPECTED));
    }
    let (from, to) = (place(&entry.from, calendar), entry.to.as_ref().map(|to| place(to, calendar)));
    if to.is_some_and(|to| to <= from) {
        let to = entry.to.as_ref().map(|to| to.text.as_str()).unwrap_or_default();
        return Err(line.fault(
            format!("`{to}` is not later than `{}`", entry.from.text),
            "expected the date of the begin, `to`, and the date of the end",
        ));
    }
    let first = &entry.from.text;
    let (shown, said) = match &entry.to {
        None => (first.clone(), first.clone()),
        Some(to) => {
            // A dash between dates with hyphens needs space around it; the unit need not stand twice.
            let bare = match &entry.from.number {
                Some((value, _)) if !calendar => value.to_string(),
                _ => first.clone(),
            };
            let dash = if bare.contains('-') || to.text.contains('-') {
                " – "
            } else {
                "–"
            };
            (format!("{bare}{dash}{}", to.text), format!("{bare} to {}", to.text))
        }
    };
    let mut date = Label::default();
    date.push(&shown, false);
    Ok(Event {
        from,
        to,
        date,
        said,
        text: entry.text.clone(),
    })
}

/// A date in days, a number as it is.
fn place(when: &When, calendar: bool) -> f64 {
    match (&when.date, &when.number) {
        (Some((year, month, day)), _) if calendar => {
            let (month, day) = (month.unwrap_or(1) - 1, day.unwrap_or(1) - 1);
            year * YEAR + f64::from(month) * 30.436_875 + f64::from(day)
        }
        (_, Some((value, _))) => *value,
        _ => 0.0,
    }
}
