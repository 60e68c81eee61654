//! The outline's own numbers: what they are, and where they disagree with the positions, which are what counts.

use super::{Entry, Outline};
use crate::diag::{Diagnostics, codes};
use crate::source::Sources;
use crate::titles::{NUMBERS, roman, split_possible};
use std::collections::BTreeMap;

/// Takes numbers off titles that only their neighbours show to be numbered: `1.1 History`, `1.2 Names`.
pub(super) fn settle(outline: &mut Outline) {
    let mut chapters: Vec<&mut Entry> = outline.parts.iter_mut().flat_map(|part| &mut part.chapters).collect();
    settle_siblings(&mut chapters, &[]);
    for chapter in chapters {
        settle_below(chapter);
    }
}

fn settle_below(entry: &mut Entry) {
    let above = entry.number.as_deref().map(groups).unwrap_or_default();
    let mut below: Vec<&mut Entry> = entry.entries.iter_mut().collect();
    settle_siblings(&mut below, &above);
    for entry in below {
        settle_below(entry);
    }
}

/// A possible number counts where at least two neighbours and half of them have numbers, and where it goes on from the one
/// before it, or begins with the number of what it stands below. So `3 ways to fail` keeps its 3.
fn settle_siblings(entries: &mut [&mut Entry], above: &[u32]) {
    let mut found = Vec::new();
    let mut last: Option<u32> = None;
    let mut numbered = 0;
    for (at, entry) in entries.iter().enumerate() {
        let typed = entry.number.as_deref().or_else(|| split_possible(&entry.title).0);
        let typed = typed.map(groups).unwrap_or_default();
        let number = typed.last().copied();
        let small = number.is_some_and(|number| number as usize <= 2 * entries.len());
        let begins = small && !above.is_empty() && typed.split_last().is_some_and(|(_, prefix)| prefix == above);
        let place = u32::try_from(at + 1).ok();
        let goes_on = match (number, last) {
            (Some(number), None) => number <= 1 || Some(number) == place,
            (Some(number), Some(last)) => number == last || Some(number) == last.checked_add(1) || Some(number) == place,
            (None, _) => false,
        } || begins;
        if entry.number.is_some() || goes_on {
            numbered += 1;
            last = number;
        }
        if entry.number.is_none() && goes_on {
            found.push(at);
        }
    }
    if numbered < 2 || numbered * 2 < entries.len() {
        return;
    }
    for at in found {
        let Some(entry) = entries.get_mut(at) else { continue };
        let (number, title) = split_possible(&entry.title);
        let (number, title) = (number.map(str::to_owned), title.to_owned());
        entry.markdown = split_possible(&entry.markdown).1.to_owned();
        (entry.number, entry.title) = (number, title);
    }
}

/// The groups of a number as typed: `6. 10` has 6 and 10.
pub(super) fn groups(typed: &str) -> Vec<u32> {
    typed.split('.').filter_map(|group| group.trim().parse().ok()).collect()
}

/// Reports the numbers that disagree with the positions, one message a line. What stands in a chapter without a number is
/// not counted, and may have any.
pub(super) fn check(outline: &Outline, sources: &Sources, diagnostics: &mut Diagnostics) {
    check_parts(outline, diagnostics);
    let mut numbers = Numbers {
        seen: BTreeMap::new(),
        sources,
        diagnostics,
    };
    let chapters: Vec<&Entry> = outline.chapters().filter(|chapter| chapter.number.is_some()).collect();
    numbers.check_siblings(&chapters, &[], None);
}

/// Parts are numbered as printed: those with a number, in order.
fn check_parts(outline: &Outline, diagnostics: &mut Diagnostics) {
    let numbered = outline
        .parts
        .iter()
        .filter_map(|part| Some((part.number.as_ref()?, part.title.as_ref()?.1)));
    for (at, (typed, span)) in numbered.enumerate() {
        // As the author counts: `2`, `Two`, `II`.
        let digits = (at + 1).to_string();
        let counted = if typed.starts_with(|first: char| first.is_ascii_digit()) {
            digits
        } else if NUMBERS.contains(&typed.to_lowercase().as_str()) {
            NUMBERS.get(at).map_or(digits, |word| (*word).to_owned())
        } else {
            roman(at + 1)
        };
        if typed.to_lowercase() != counted.to_lowercase() {
            let message = format!("the outline says part `{typed}`, and by position this is part {counted}");
            diagnostics.report(&codes::OUTLINE_NUMBER, span, message).hint(HINT);
        }
    }
}

const HINT: &str = "positions count; mend the number in the outline";

/// An entry that has been looked at.
struct Before {
    /// The last group of its number as typed.
    last: Option<u32>,
    /// Whether it was told to be wrong.
    wrong: bool,
}

/// What is known of the numbers above.
struct Numbers<'a> {
    /// Each number with the title that has it first.
    seen: BTreeMap<Vec<u32>, &'a str>,
    sources: &'a Sources,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Numbers<'a> {
    fn check_below(&mut self, parent: &'a Entry, counted: &[u32]) {
        let typed = parent.number.as_deref().map(groups);
        let entries: Vec<&Entry> = parent.entries.iter().collect();
        self.check_siblings(&entries, counted, typed.as_deref());
    }

    /// Checks entries side by side below one that is `above` by position and was typed as `typed_above`.
    fn check_siblings(&mut self, entries: &[&'a Entry], above: &[u32], typed_above: Option<&[u32]>) {
        let numbered = entries.iter().filter(|entry| entry.number.is_some()).count();
        let mut before = Before {
            last: Some(0),
            wrong: false,
        };
        for (at, &entry) in entries.iter().enumerate() {
            let mut counted = above.to_vec();
            counted.extend(u32::try_from(at + 1));
            let number = entry.number.as_deref().map(|typed| below(above, groups(typed)));
            let fault = match (&entry.number, &number) {
                (Some(typed), Some(number)) => self.fault((typed, number), &counted, typed_above, &before),
                // An unnumbered entry among numbered ones moves the numbers of all that follow.
                _ if numbered * 2 > entries.len() => Some(format!(
                    "this line has no number, and its neighbours have; by position it is {}",
                    shown(&counted)
                )),
                _ => None,
            };
            before = Before {
                last: number.as_ref().map_or(before.last, |number| number.last().copied()),
                wrong: fault.is_some(),
            };
            if let Some(message) = fault {
                self.report(entry, message);
            }
            if let Some(number) = number {
                self.seen.entry(number).or_insert(&entry.title);
            }
            self.check_below(entry, &counted);
        }
    }

    /// Reports a fault at the number, where there is one.
    fn report(&mut self, entry: &Entry, message: String) {
        let typed = entry.number.as_deref();
        let found = typed.and_then(|typed| Some((self.sources.text(entry.span).find(typed)?, typed.len())));
        let span = found.map_or(entry.span, |(at, length)| entry.span.slice(at..at + length));
        let hint = if typed.is_some() {
            HINT
        } else {
            "give it its number, or none to its neighbours"
        };
        self.diagnostics.report(&codes::OUTLINE_NUMBER, span, message).hint(hint);
    }

    /// What is wrong with a number, as typed and in groups, if anything is.
    fn fault(
        &self,
        (typed, number): (&str, &[u32]),
        counted: &[u32],
        typed_above: Option<&[u32]>,
        before: &Before,
    ) -> Option<String> {
        let by_position = shown(counted);
        if typed.contains(char::is_whitespace) {
            let also = if number == counted { "it is" } else { "by position it is" };
            return Some(format!("the number `{typed}` has a space inside; {also} {by_position}"));
        }
        if number == counted {
            return None;
        }
        let plain = format!("the outline says `{typed}`, and by position this is {by_position}");
        let (Some((last, prefix)), Some((position, above))) = (number.split_last(), counted.split_last()) else {
            return Some(plain);
        };
        if last == position && prefix != above && typed_above == Some(prefix) {
            let message = format!("the number `{typed}` follows from that of its chapter; by position this is {by_position}");
            return Some(message);
        }
        if let Some(title) = self.seen.get(number) {
            let message = format!("the number `{typed}` is given twice, first to `{title}`; by position this is {by_position}");
            return Some(message);
        }
        if before.wrong && prefix == above && before.last.and_then(|before| before.checked_add(1)) == Some(*last) {
            let message = format!("the number `{typed}` follows from a wrong one above it; by position this is {by_position}");
            return Some(message);
        }
        Some(plain)
    }
}

/// A number of one group below a numbered entry counts from there.
fn below(above: &[u32], number: Vec<u32>) -> Vec<u32> {
    if number.len() == 1 {
        above.iter().copied().chain(number).collect()
    } else {
        number
    }
}

/// A number as it is printed.
fn shown(groups: &[u32]) -> String {
    groups.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}
