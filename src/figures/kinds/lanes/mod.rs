//! `lanes`: who is in which state when.
//!
//! ```text
//! Unit: ms
//! Thread 1: run 0-5, wait 5-10, run 10-12
//! Thread 2: wait 0 to 5, run 5 to 10
//! At 5: Thread 1 → Thread 2: drop request
//! Exclusive: run
//! ```
//!
//! - `name: state begin-end, …` is a lane; begin and end are numbers, with `-`, `–` or `to` between them. States may leave time
//!   free between them, but do not overlap. A comma in backticks is code.
//! - `At time: a → b: text` is a message between two lanes; `⇢` or `-->` is the weaker arrow. The text may be absent.
//! - `Exclusive: state, …` promises that no two lanes are in that state at once, and that is checked.
//! - `Unit: ms` stands at the times of the axis.
//!
//! Time is to scale, always. States have the same look wherever they stand; a word that does not fit its bar stands in a
//! legend. Where a page is too narrow for the time, it goes on below.

mod layout;
mod read;

pub(crate) use read::read;

use crate::figures::language::{Label, enumerate};

/// Lanes, and what goes between them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Lanes {
    lanes: Vec<Lane>,
    /// The states, those that exclude one another first.
    states: Vec<Label>,
    /// How many of the states are exclusive.
    exclusive: usize,
    /// In order of time.
    messages: Vec<Message>,
    unit: Option<Label>,
}

/// A lane and its states, in order of time.
#[derive(Debug, Clone, PartialEq)]
struct Lane {
    label: Label,
    stays: Vec<Stay>,
}

/// A state from one time to another.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stay {
    state: usize,
    from: f64,
    to: f64,
}

/// What goes from one lane to another.
#[derive(Debug, Clone, PartialEq)]
struct Message {
    at: f64,
    from: usize,
    to: usize,
    label: Label,
    weak: bool,
}

/// More lanes than a page can show.
const MOST_LANES: usize = 16;
/// More bars than a page can show; a bound on what reading and layout may cost.
const MOST_STAYS: usize = 200;
/// More messages than a page can show.
const MOST_MESSAGES: usize = 40;
/// More states than can be told apart by their looks.
const MOST_STATES: usize = 6;

impl Lanes {
    fn name(&self, lane: usize) -> String {
        self.lanes.get(lane).map(|lane| lane.label.plain()).unwrap_or_default()
    }

    fn state(&self, state: usize) -> String {
        self.states.get(state).map(Label::plain).unwrap_or_default()
    }

    /// A time with its unit.
    fn time(&self, time: f64) -> String {
        match &self.unit {
            Some(unit) => format!("{time} {}", unit.plain()),
            None => time.to_string(),
        }
    }

    /// The first and the last time.
    fn extent(&self) -> (f64, f64) {
        let stays = self.lanes.iter().flat_map(|lane| &lane.stays);
        let times = stays.flat_map(|stay| [stay.from, stay.to]);
        let times = times.chain(self.messages.iter().map(|message| message.at));
        let (from, to) = times.fold((f64::MAX, f64::MIN), |(from, to), time| (from.min(time), to.max(time)));
        if from < to { (from, to) } else { (0.0, 1.0) }
    }

    /// A title made of the lanes' names.
    pub(crate) fn title(&self) -> String {
        let names: Vec<String> = self.lanes.iter().map(|lane| lane.label.plain()).collect();
        match names.as_slice() {
            [_] | [_, _] | [_, _, _] => format!("{} over time", enumerate(&names)),
            _ => format!("{} lanes over time", names.len()),
        }
    }

    /// The lanes, the messages and what is exclusive, in words.
    pub(crate) fn describe(&self) -> String {
        let (from, to) = self.extent();
        let mut clauses = Vec::new();
        for lane in &self.lanes {
            let stays: Vec<String> = lane
                .stays
                .iter()
                .map(|stay| format!("{} from {} to {}", self.state(stay.state), stay.from, stay.to))
                .collect();
            clauses.push(format!("{}: {}", lane.label.plain(), stays.join(", ")));
        }
        for message in &self.messages {
            let ends = format!("at {}, {} to {}", message.at, self.name(message.from), self.name(message.to));
            clauses.push(match message.label.is_empty() {
                true => ends,
                false => format!("{ends}: {}", message.label.plain()),
            });
        }
        let states = self.states.iter().take(self.exclusive).map(Label::plain);
        let exclusive: Vec<String> = states.map(|state| format!(" Never are two in {state} at once.")).collect();
        format!(
            "What is in which state from {} to {}. {}.{}",
            from,
            self.time(to),
            clauses.join("; "),
            exclusive.concat()
        )
    }
}

#[cfg(test)]
mod tests;
