//! `timeline`: what happened when.
//!
//! ```text
//! 1991-02: Python 0.9.0
//! 2000-10-16: Python 2.0
//! 2008-12 to 2020-01: 2 and 3 side by side
//! ```
//!
//! - `date: text` is an event. A date is a year of four digits, a year and a month, or a full date; or all dates are numbers, with
//!   one unit or none: `0 ms: start`.
//! - `date to date: text` is a span of time, drawn as a bar; `–` is read like `to`, and of two numbers the first may lack the
//!   unit: `0–5 ms: parse`.
//! - Lines may stand in any order; events are drawn in the order of time. Events of one date share a point.
//!
//! Time is to scale wherever that leaves a figure of a reasonable size. A long stretch without events may be cut short; two
//! strokes across the axis say so. Where no scale is readable, events are evenly spaced, and the axis is dashed. Short labels
//! stand above and below an axis across the page, all others beside an axis that runs down it; where most events are spans of
//! which three or more run at once, each is a row with its bar, and the axis stands below.

mod across;
mod layout;
mod read;
mod rows;

pub(crate) use read::read;

use crate::figures::language::Label;

/// Events in order of time.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Timeline {
    events: Vec<Event>,
    scale: Scale,
}

/// What times are counted in.
#[derive(Debug, Clone, Default, PartialEq)]
enum Scale {
    /// Days.
    #[default]
    Calendar,
    /// A unit, or none.
    Numbers(String),
}

/// A point or a span of time.
#[derive(Debug, Clone, PartialEq)]
struct Event {
    /// When it is or begins, in days or in the unit of the figure.
    from: f64,
    /// When it ends, for a span.
    to: Option<f64>,
    /// The date as it is shown.
    date: Label,
    /// The date as it is said.
    said: String,
    text: Label,
}

/// More events than a page can show; a bound on what reading and layout may cost.
const MOST_EVENTS: usize = 80;

/// The length of a year, in days.
const YEAR: f64 = 365.2425;

impl Timeline {
    /// All times at which something happens, begins or ends, in order.
    fn times(&self) -> Vec<f64> {
        let mut times: Vec<f64> = self
            .events
            .iter()
            .flat_map(|event| [event.from].into_iter().chain(event.to))
            .collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        times
    }

    /// The numbers of the spans, each with the track in which its bar does not meet another.
    fn tracks(&self) -> Vec<(usize, usize)> {
        let mut ends: Vec<f64> = Vec::new();
        let mut found = Vec::new();
        for (at, event) in self.events.iter().enumerate() {
            let Some(to) = event.to else { continue };
            let free = ends.iter().position(|end| *end <= event.from);
            let track = free.unwrap_or(ends.len());
            match ends.get_mut(track) {
                Some(end) => *end = to,
                None => ends.push(to),
            }
            found.push((at, track));
        }
        found
    }

    /// A title made of the first and the last date.
    pub(crate) fn title(&self) -> String {
        match self.events.as_slice() {
            [first, .., last] => format!("Timeline from {} to {}", first_date(&first.said), last_date(&last.said)),
            _ => "Timeline".to_owned(),
        }
    }

    /// The events in words.
    pub(crate) fn describe(&self) -> String {
        let events = self.events.iter().map(|event| {
            let date = match event.to {
                Some(_) => format!("from {}", event.said),
                None => event.said.clone(),
            };
            format!("{date}: {}", event.text.plain())
        });
        format!("A timeline. {}.", events.collect::<Vec<_>>().join("; "))
    }
}

fn first_date(said: &str) -> &str {
    said.split_once(" to ").map_or(said, |(first, _)| first)
}

fn last_date(said: &str) -> &str {
    said.split_once(" to ").map_or(said, |(_, last)| last)
}

#[cfg(test)]
mod tests;
