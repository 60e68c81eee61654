//! Reading lanes, line by line.

use super::{Lane, Lanes, MOST_LANES, MOST_MESSAGES, MOST_STATES, MOST_STAYS, Message, Stay};
use crate::figures::language::{Arrow, Description, Fault, Label, Line, list, outside_code, split_at_arrows, suggestion};
use crate::source::Span;

const LANE: &str = "`name: state 0-5, state 5-10`";
const MESSAGE: &str = "`At 5: a → b: text`";

/// Reads lanes, messages and what is exclusive.
pub(crate) fn read(description: &Description, whole: Span) -> Result<Lanes, Vec<Fault>> {
    let mut reader = Reader::default();
    let mut faults = Vec::new();
    // Messages and promises name lanes and states, so lanes come first, wherever they stand.
    let is_lane = |line: &&Line| message_line(line.text).is_none() && !line.text.starts_with("Exclusive:");
    for line in description.lines.iter().filter(is_lane) {
        faults.extend(reader.read_lane(line).err());
        if let Some(found) = reader.excess() {
            faults.push(excess(found, whole));
            return Err(faults);
        }
    }
    // What a faulty line would have brought is not missing.
    reader.lenient = !faults.is_empty();
    for line in description.lines.iter().filter(|line| !is_lane(line)) {
        let result = match message_line(line.text) {
            Some((at, rest)) => reader.read_message(at, rest, line),
            None => reader.read_exclusive(line),
        };
        faults.extend(result.err());
        if let Some(found) = reader.excess() {
            faults.push(excess(found, whole));
            return Err(faults);
        }
    }
    if reader.lanes.lanes.is_empty() && faults.is_empty() {
        faults.push(Fault {
            span: whole,
            message: "this figure has no lanes".to_owned(),
            expected: format!("expected {LANE}"),
        });
    }
    faults.extend(reader.collisions(whole));
    faults.sort_by_key(|fault| fault.span);
    if faults.is_empty() { Ok(reader.finish()) } else { Err(faults) }
}

fn excess(found: String, whole: Span) -> Fault {
    Fault {
        span: whole,
        message: format!("this figure has {found}"),
        expected: "expected what a page can show: divide it into several figures".to_owned(),
    }
}

#[derive(Default)]
struct Reader {
    lanes: Lanes,
    /// Where each lane stands.
    places: Vec<Span>,
    stays: usize,
    exclusive: Vec<usize>,
    lenient: bool,
}

impl Reader {
    /// What there is too much of, if there is.
    fn excess(&self) -> Option<String> {
        let counts = [
            (self.lanes.lanes.len(), MOST_LANES, "lanes"),
            (self.stays, MOST_STAYS, "bars"),
            (self.lanes.messages.len(), MOST_MESSAGES, "messages"),
            (self.lanes.states.len(), MOST_STATES, "different states"),
        ];
        let over = counts.into_iter().find(|(count, most, _)| count > most);
        over.map(|(_, most, what)| format!("more than {most} {what}"))
    }

    fn read_lane(&mut self, line: &Line) -> Result<(), Fault> {
        let expected = format!("expected {LANE}, {MESSAGE}, `Exclusive: state` or `Unit: ms`");
        if let Some(unit) = line.text.strip_prefix("Unit:") {
            let unit = line.label(unit)?;
            if unit.is_empty() || self.lanes.unit.replace(unit).is_some() {
                return Err(line.fault(
                    "`Unit:` is empty, or stands here a second time",
                    "expected it once, as in `Unit: ms`",
                ));
            }
            return Ok(());
        }
        let Some(colon) = outside_code(line.text, ": ").next() else {
            return Err(line.fault("this line of a figure of lanes has no name and states", expected));
        };
        let label = line.label(line.text.get(..colon).unwrap_or_default())?;
        if label.is_empty() {
            return Err(line.fault("this lane has no name", expected));
        }
        if self.lanes.lanes.iter().any(|lane| lane.label == label) {
            return Err(line.fault(
                format!("the lane `{}` stands here a second time", label.plain()),
                "expected one line for each lane",
            ));
        }
        let mut stays = Vec::new();
        for text in list(line.text.get(colon + 2..).unwrap_or_default()) {
            stays.push(self.read_stay(text, line)?);
        }
        stays.sort_by(|a, b| a.from.total_cmp(&b.from));
        for pair in stays.windows(2) {
            let [before, after] = pair else { continue };
            if after.from < before.to {
                let say = |stay: &Stay| format!("`{} {}-{}`", self.lanes.state(stay.state), stay.from, stay.to);
                return Err(line.fault(
                    format!("{} and {} overlap", say(before), say(after)),
                    "expected one state at a time in a lane",
                ));
            }
        }
        self.stays += stays.len();
        self.lanes.lanes.push(Lane { label, stays });
        self.places.push(line.span);
        Ok(())
    }

    /// Reads `state 0-5`.
    fn read_stay(&mut self, text: &str, line: &Line) -> Result<Stay, Fault> {
        let Some((name, from, to)) = stay(text) else {
            return Err(line.fault(
                format!("`{text}` is not a state with its times"),
                "expected a state, the time at which it begins and the time at which it ends: `run 0-5`",
            ));
        };
        if from >= to {
            return Err(line.fault(
                format!("`{text}` does not end after it begins"),
                "expected the earlier time first",
            ));
        }
        let label = line.label(name)?;
        if label.is_empty() {
            return Err(line.fault(format!("`{text}` names no state"), "expected `run 0-5`"));
        }
        let states = &mut self.lanes.states;
        let state = states.iter().position(|state| *state == label).unwrap_or_else(|| {
            states.push(label);
            states.len() - 1
        });
        Ok(Stay { state, from, to })
    }

    fn read_message(&mut self, at: &str, rest: &str, line: &Line) -> Result<(), Fault> {
        let Some(at) = time(at.trim()) else {
            return Err(line.fault(format!("`{}` is not a time", at.trim()), format!("expected {MESSAGE}")));
        };
        let colon = outside_code(rest, ": ").next();
        let ends = rest.get(..colon.unwrap_or(rest.len())).unwrap_or_default();
        let label = line.label(colon.and_then(|at| rest.get(at + 2..)).unwrap_or_default())?;
        let (names, arrows) = split_at_arrows(ends);
        let ([from, to], [arrow]) = (names.as_slice(), arrows.as_slice()) else {
            return Err(line.fault("this message does not have one arrow", format!("expected {MESSAGE}")));
        };
        if to.ends_with(':') {
            return Err(line.fault("nothing follows the colon", format!("expected {MESSAGE}")));
        }
        let (Some(from), Some(to)) = (self.lane(from, line)?, self.lane(to, line)?) else {
            return Ok(());
        };
        if from == to {
            return Err(line.fault(
                "this message comes back to its own lane",
                "expected a message between two lanes",
            ));
        }
        self.lanes.messages.push(Message {
            at,
            from,
            to,
            label,
            weak: *arrow == Arrow::Weak,
        });
        Ok(())
    }

    /// The number of a lane; none if a line that could not be read may have named it.
    fn lane(&self, name: &str, line: &Line) -> Result<Option<usize>, Fault> {
        let label = line.label(name)?;
        let found = self.lanes.lanes.iter().position(|lane| lane.label == label);
        if found.is_some() || self.lenient {
            return Ok(found);
        }
        let (name, names) = (label.plain(), self.lanes.lanes.iter().map(|lane| lane.label.plain()));
        Err(unknown("lane", &name, &names.collect::<Vec<_>>(), line))
    }

    fn read_exclusive(&mut self, line: &Line) -> Result<(), Fault> {
        for name in list(line.text.strip_prefix("Exclusive:").unwrap_or_default()) {
            let label = line.label(name)?;
            match self.lanes.states.iter().position(|state| *state == label) {
                Some(state) if self.exclusive.contains(&state) => {
                    return Err(line.fault(
                        format!("`{}` is named twice as exclusive", label.plain()),
                        "expected each state once",
                    ));
                }
                Some(state) => self.exclusive.push(state),
                None if self.lenient => {}
                None => {
                    let names: Vec<String> = self.lanes.states.iter().map(Label::plain).collect();
                    return Err(unknown("state", &label.plain(), &names, line));
                }
            }
        }
        Ok(())
    }

    /// Lanes that are in an exclusive state at once.
    fn collisions(&self, whole: Span) -> Vec<Fault> {
        let mut faults = Vec::new();
        for state in &self.exclusive {
            let mut stays: Vec<(usize, &Stay)> = Vec::new();
            for (at, lane) in self.lanes.lanes.iter().enumerate() {
                stays.extend(lane.stays.iter().filter(|stay| stay.state == *state).map(|stay| (at, stay)));
            }
            stays.sort_by(|a, b| a.1.from.total_cmp(&b.1.from));
            let mut last: Option<(usize, &Stay)> = None;
            for (lane, stay) in stays {
                if let Some((other, before)) = last.filter(|(_, before)| stay.from < before.to) {
                    let (first, second) = (lane.min(other), lane.max(other));
                    let name = self.lanes.state(*state);
                    faults.push(Fault {
                        span: self.places.get(second).copied().unwrap_or(whole),
                        message: format!(
                            "`{}` and `{}` are both in `{name}` from {} to {}",
                            self.lanes.name(first),
                            self.lanes.name(second),
                            stay.from,
                            stay.to.min(before.to)
                        ),
                        expected: format!("expected one lane at a time in `{name}`, which is exclusive"),
                    });
                }
                if last.is_none_or(|(_, before)| before.to < stay.to) {
                    last = Some((lane, stay));
                }
            }
        }
        faults
    }

    /// The lanes with exclusive states first, and messages in order of time.
    fn finish(mut self) -> Lanes {
        let others = (0..self.lanes.states.len()).filter(|state| !self.exclusive.contains(state));
        let order: Vec<usize> = self.exclusive.iter().copied().chain(others).collect();
        self.lanes.states = order
            .iter()
            .filter_map(|state| self.lanes.states.get(*state).cloned())
            .collect();
        for stay in self.lanes.lanes.iter_mut().flat_map(|lane| &mut lane.stays) {
            stay.state = order.iter().position(|state| *state == stay.state).unwrap_or_default();
        }
        self.lanes.exclusive = self.exclusive.len();
        self.lanes.messages.sort_by(|a, b| a.at.total_cmp(&b.at));
        self.lanes
    }
}

fn unknown(what: &str, name: &str, known: &[String], line: &Line) -> Fault {
    let near = suggestion(name, known.iter().map(String::as_str));
    line.fault(
        format!("there is no {what} `{name}`"),
        format!("expected a {what} of this figure{near}"),
    )
}

/// Takes `At 5: rest` apart; a lane may be called `At 5` too, and then no arrow follows.
fn message_line(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("At ")?;
    let colon = outside_code(rest, ":").next()?;
    let message = rest.get(colon + 1..)?.trim();
    (!split_at_arrows(message).1.is_empty()).then_some((rest.get(..colon)?, message))
}

/// Takes `state 0-5` apart, or `state 0 to 5`.
fn stay(text: &str) -> Option<(&str, f64, f64)> {
    if let Some((rest, to)) = text.rsplit_once(" to ")
        && let Some((name, from)) = rest.trim_end().rsplit_once(char::is_whitespace)
        && let (Some(from), Some(to)) = (time(from), time(to.trim()))
    {
        return Some((name.trim_end(), from, to));
    }
    let (name, range) = text.rsplit_once(char::is_whitespace)?;
    let (from, to) = range.split_once(['-', '–'])?;
    Some((name.trim_end(), time(from)?, time(to)?))
}

/// A time: digits, and some after a point.
fn time(text: &str) -> Option<f64> {
    let plain = text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let time: f64 = plain.then(|| text.parse().ok()).flatten()?;
    (time <= LATEST).then_some(time)
}

/// No time is later, so that sums and differences stay exact enough.
const LATEST: f64 = 1e9;
