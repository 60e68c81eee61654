//! Where the manuscript's text stands in a reply.
//!
//! Most replies put it into a fence, and many of those fences do not hold what Markdown says they hold: three ticks around
//! blocks of three ticks, no closing fence because the reply was cut off, a second block that goes on where the first
//! ended, or no fence at all. So fences are not paired by Markdown's rule. Each line that is a fence or a heading of the
//! outline is a point at which one of several readings may be right; every reading has a cost for what is odd in it (a
//! heading of the outline in the midst of code, an unlabelled fence with a blank line below it that is to open something,
//! text that is never closed), and the cheapest reading of the whole reply is taken. The cost of finding it grows with the
//! number of fences.

use super::fences::{self, Fence, Label};
use super::headings::Strength;
use super::markers::{self, Region};
use super::reply::{self, Line};
use std::collections::BTreeMap;

/// What a reply holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The manuscript's text, with listings as fences.
    pub(super) text: Vec<Line>,
    /// The lines that are no part of it, as ranges of lines of the reply.
    pub(super) left_out: Vec<std::ops::Range<usize>>,
    /// Whether the text is in a block that nothing closes, or ends in the midst of code.
    pub(super) truncated: bool,
    /// Blocks of code that were closed here because a heading followed in them; lines of the reply.
    pub(super) mended: Vec<usize>,
    /// Whether any of the text stands in a fence.
    pub(super) fenced: bool,
}

/// Fences beyond this many are text: no book has them, and each costs.
const MOST: usize = 50_000;

/// What a line of the reply is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// Prose around the text.
    Outside,
    /// A block of code in that prose.
    Aside(Fence),
    /// The text, in a fence or without one.
    Text(Option<Fence>),
    /// A block of code in the text.
    Code(Option<Fence>, Fence),
}

/// A line that may change what follows is.
#[derive(Debug, Clone, Copy)]
enum Event {
    Fence {
        fence: Fence,
        label: Label,
        /// Whether a blank line or nothing follows.
        airy: bool,
    },
    Heading(Strength),
}

/// Finds the text among the lines, given the listings already found and how surely each line is a heading of the outline.
pub(super) fn find(
    lines: &[Line],
    markers: &markers::Found,
    strength: impl Fn(usize) -> Strength,
    target: impl Fn(usize) -> Option<usize>,
) -> Found {
    let regions = &markers.regions;
    let covered = cover(lines.len(), regions);
    let mut events: Vec<(usize, Event)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let stray = markers.strays.binary_search(&at).is_ok();
        if stray || covered.get(at).copied().flatten().is_some() || events.len() >= MOST {
            continue;
        }
        if let Some((fence, label)) = fences::read(line) {
            let airy = lines.get(at + 1).is_none_or(Line::is_blank);
            events.push((at, Event::Fence { fence, label, airy }));
        } else if strength(at) > Strength::No {
            events.push((at, Event::Heading(strength(at))));
        }
    }
    let (states, last) = cheapest(&events);
    let mut spans = spans(&events, &states, lines.len());
    drop_plans(&mut spans, &target);
    let mut taking = Taking {
        lines,
        regions,
        covered: &covered,
        found: Found::default(),
    };
    taking.take(&spans);
    let mut found = taking.found;
    found.truncated = matches!(last, State::Text(Some(_)) | State::Code(..)) && !found.text.is_empty();
    found
}

/// Which region covers each line.
fn cover(count: usize, regions: &[Region]) -> Vec<Option<usize>> {
    let mut covered = vec![None; count];
    for (at, region) in regions.iter().enumerate() {
        covered.get_mut(region.first..region.end).unwrap_or_default().fill(Some(at));
    }
    covered
}

/// The states after each event on the cheapest way, and the state at the end.
fn cheapest(events: &[(usize, Event)]) -> (Vec<State>, State) {
    let mut live: Vec<(State, u32)> = vec![(State::Outside, 0)];
    let mut ways: Vec<Vec<(State, u16)>> = Vec::with_capacity(events.len());
    for (_, event) in events {
        let mut best: BTreeMap<State, (u32, u16)> = BTreeMap::new();
        for (at, (state, cost)) in live.iter().enumerate() {
            let from = u16::try_from(at).unwrap_or(u16::MAX);
            step(*state, *event, &mut |next, more| {
                let cost = cost.saturating_add(more);
                let known = best.entry(next).or_insert((cost, from));
                if cost < known.0 {
                    *known = (cost, from);
                }
            });
        }
        // What is far behind never catches up: no reading is that much cheaper later.
        let least = best.values().map(|(cost, _)| *cost).min().unwrap_or(0);
        best.retain(|_, (cost, _)| *cost <= least.saturating_add(400));
        live = best.iter().map(|(state, (cost, _))| (*state, *cost)).collect();
        ways.push(best.iter().map(|(state, (_, from))| (*state, *from)).collect());
    }
    let end = live
        .iter()
        .enumerate()
        .min_by_key(|(_, (state, cost))| cost.saturating_add(at_end(*state)));
    let last = end.map_or(State::Outside, |(_, (state, _))| *state);
    let mut at = end.map_or(0, |(at, _)| at);
    let mut states = vec![State::Outside; events.len()];
    for (number, way) in ways.iter().enumerate().rev() {
        let Some((state, from)) = way.get(at) else { break };
        if let Some(cell) = states.get_mut(number) {
            *cell = *state;
        }
        at = usize::from(*from);
    }
    (states, last)
}

/// What it costs that the reply ends in a state.
fn at_end(state: State) -> u32 {
    match state {
        State::Outside | State::Text(None) => 0,
        State::Text(Some(_)) => 4,
        State::Code(None, _) | State::Aside(_) => 6,
        State::Code(Some(_), _) => 8,
    }
}

/// Every state that may follow, with what it costs.
fn step(state: State, event: Event, next: &mut impl FnMut(State, u32)) {
    match event {
        Event::Heading(strength) => at_heading(state, strength, next),
        Event::Fence { fence, label, airy } => at_fence(state, fence, label, u32::from(airy), next),
    }
}

fn at_heading(state: State, strength: Strength, next: &mut impl FnMut(State, u32)) {
    let strong = strength >= Strength::Comment;
    match state {
        State::Outside => {
            next(state, if strong { 6 } else { 1 });
            next(State::Text(None), 4);
        }
        State::Aside(_) => next(state, if strong { 6 } else { 1 }),
        State::Text(_) => next(state, 0),
        State::Code(outer, inner) => {
            // Where the fences are nested as Markdown wants it, a heading in code is an example of one.
            let (stays, ends) = if is_nested(outer, inner) { (3, 14) } else { (12, 10) };
            let strong_one = strength == Strength::Strong;
            next(state, if strong_one { stays } else { u32::from(strong) * 2 });
            if strong_one {
                next(State::Text(outer), ends);
            }
        }
    }
}

/// Whether fences are as a writer makes them who knows that there are fences in fences: that around the text is longer than
/// one in it, or there is none around it and the one in it is longer than it need be.
fn is_nested(outer: Option<Fence>, inner: Fence) -> bool {
    match outer {
        Some(outer) => outer.ticks == inner.ticks && outer.length > inner.length,
        None => inner.length > 3,
    }
}

fn at_fence(state: State, fence: Fence, label: Label, airy: u32, next: &mut impl FnMut(State, u32)) {
    // A fence with a blank line below it rarely opens something, and one without rarely ends the text.
    let (opens, ends) = (airy * 3, (1 - airy) * 2);
    let outer = match label {
        Label::Markdown => Some(0),
        Label::None => Some(4),
        Label::Text => Some(6),
        Label::Other => None,
    };
    match state {
        State::Outside => {
            if let Some(cost) = outer {
                next(State::Text(Some(fence)), cost);
            }
            let cost = match label {
                Label::Markdown => 3,
                Label::None => 2 + opens,
                Label::Text | Label::Other => 0,
            };
            next(State::Aside(fence), cost);
            if label == Label::None {
                next(state, 5);
            }
        }
        State::Aside(open) if label == Label::None && fence.closes(open) => next(State::Outside, 0),
        State::Aside(_) => {
            next(state, 1);
            if label == Label::Markdown {
                next(State::Text(Some(fence)), 6);
            }
        }
        State::Text(open) => in_text(state, open, fence, label, (opens, ends), next),
        State::Code(open, inner) => in_code(state, (open, inner), fence, label, next),
    }
}

fn in_text(
    state: State,
    open: Option<Fence>,
    fence: Fence,
    label: Label,
    (opens, ends): (u32, u32),
    next: &mut impl FnMut(State, u32),
) {
    let nested = is_nested(open, fence);
    let inner = match label {
        Label::Markdown if nested => 0,
        Label::Markdown => 2,
        Label::None => 1 + opens,
        Label::Text | Label::Other => 0,
    };
    next(State::Code(open, fence), inner);
    match open {
        Some(open) if label == Label::None && fence.ticks == open.ticks => {
            next(State::Outside, if fence.closes(open) { ends } else { 8 + ends });
        }
        // A second reply behind one that was cut off.
        Some(_) if label == Label::Markdown => next(State::Text(Some(fence)), if nested { 16 } else { 8 }),
        None if label == Label::Markdown => next(State::Text(Some(fence)), if nested { 6 } else { 3 }),
        // The fence that closes a text is all that is left of one whose opening fence was not copied.
        None if label == Label::None => next(state, 5),
        _ => {}
    }
}

fn in_code(state: State, (open, inner): (Option<Fence>, Fence), fence: Fence, label: Label, next: &mut impl FnMut(State, u32)) {
    match label {
        Label::None if fence.closes(inner) => {
            next(State::Text(open), 0);
            // It closes the text, and the code in it was not closed.
            if open.is_some_and(|open| fence.closes(open) && open.length > inner.length) {
                next(State::Outside, 6);
            }
        }
        Label::None => {
            next(state, 0);
            if open.is_some_and(|open| fence.closes(open)) {
                next(State::Outside, 8);
            }
        }
        Label::Markdown => {
            next(state, 1);
            // A reply that was cut off in code, and goes on with text; where it goes on with that code, the line is
            // left out when the text is taken.
            next(State::Text(Some(fence)), 8);
        }
        Label::Text | Label::Other => {
            next(state, 1);
            next(State::Code(open, fence), 5);
        }
    }
}

/// A stretch of lines in one state. The fences of code belong to the code, those around the text to nothing.
#[derive(Debug, Clone)]
struct Span {
    lines: std::ops::Range<usize>,
    state: State,
    /// Which block of text it is in: a fenced one, or a stretch without a fence.
    block: usize,
    /// Whether it is left out although it looks like text.
    dropped: bool,
}

impl Span {
    /// Whether the block it is in has a fence; `None` for what is no text.
    fn fenced(&self) -> Option<bool> {
        match self.state {
            State::Text(open) | State::Code(open, _) => Some(open.is_some()),
            State::Outside | State::Aside(_) => None,
        }
    }
}

/// The stretches of a reading, in order.
fn spans(events: &[(usize, Event)], states: &[State], count: usize) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let (mut start, mut state, mut block) = (0, State::Outside, 0);
    let mut push = |lines: std::ops::Range<usize>, state: State, block: usize| {
        if !lines.is_empty() {
            let dropped = false;
            spans.push(Span {
                lines,
                state,
                block,
                dropped,
            });
        }
    };
    for ((at, event), next) in events.iter().zip(states) {
        let label = match event {
            Event::Fence { label, .. } => Some(*label),
            Event::Heading(_) => None,
        };
        let after = match (state, *next, label) {
            (State::Text(_), State::Text(_), Some(_)) => Some((*at, at + 1)),
            (before, next, _) if before == next => None,
            // The fence that closes code is its last line.
            (State::Code(..), State::Text(_), Some(Label::None)) | (State::Aside(_), State::Outside, Some(_)) => {
                Some((at + 1, at + 1))
            }
            // Outer fences belong to nothing.
            (_, State::Text(_) | State::Outside, Some(_)) => Some((*at, at + 1)),
            (_, _, _) => Some((*at, *at)),
        };
        let Some((end, from)) = after else { continue };
        push(start..end, state, block);
        let opens = label.is_some_and(|label| !matches!((state, label), (State::Code(..), Label::None)));
        let begins = matches!(state, State::Outside | State::Aside(_)) || opens && matches!(next, State::Text(Some(_)));
        block += usize::from(matches!(next, State::Text(_)) && begins);
        (start, state) = (from, *next);
    }
    push(start..count, state, block);
    spans
}

/// Leaves out what only looks like text: a plan that names sections which are written afterwards, a sample before the text.
fn drop_plans(spans: &mut [Span], target: impl Fn(usize) -> Option<usize>) {
    let mut blocks: BTreeMap<usize, (bool, Vec<usize>)> = BTreeMap::new();
    for span in spans.iter() {
        if let Some(fenced) = span.fenced() {
            let (_, known) = blocks.entry(span.block).or_insert((fenced, Vec::new()));
            if matches!(span.state, State::Text(_)) {
                known.extend(span.lines.clone().filter_map(&target));
            }
        }
    }
    let mut written: Vec<usize> = blocks
        .values()
        .filter(|(fenced, _)| *fenced)
        .flat_map(|(_, known)| known.clone())
        .collect();
    written.sort_unstable();
    let first = blocks
        .iter()
        .find(|(_, (fenced, known))| *fenced && !known.is_empty())
        .map(|(block, _)| *block);
    for span in spans {
        let Some((fenced, known)) = blocks.get(&span.block).filter(|_| span.fenced().is_some()) else {
            continue;
        };
        span.dropped = if *fenced {
            first.is_some_and(|first| span.block < first)
        } else {
            known.iter().all(|target| written.binary_search(target).is_ok())
        };
    }
}

/// Taking the text out of the reply.
struct Taking<'a> {
    lines: &'a [Line],
    regions: &'a [Region],
    covered: &'a [Option<usize>],
    found: Found,
}

impl<'a> Taking<'a> {
    fn take(&mut self, spans: &[Span]) {
        let mut before: Option<usize> = None;
        let mut out = false;
        for (at, span) in spans.iter().enumerate() {
            if span.fenced().is_none() || span.dropped {
                match self.found.left_out.last_mut().filter(|_| out) {
                    Some(last) => last.end = span.lines.end,
                    None => self.found.left_out.push(span.lines.clone()),
                }
                out = true;
                continue;
            }
            out = false;
            self.found.fenced |= span.fenced() == Some(true);
            let first = self.found.text.len();
            match span.state {
                State::Code(_, fence) => self.take_code(span, fence, at + 1 == spans.len()),
                _ => self.take_text(span.lines.clone()),
            }
            if before.is_some_and(|block| block != span.block) {
                join(&mut self.found.text, first);
            }
            before = Some(span.block);
        }
        self.dedent_blocks();
    }

    fn take_text(&mut self, lines: std::ops::Range<usize>) {
        for at in lines {
            match self
                .covered
                .get(at)
                .copied()
                .flatten()
                .and_then(|region| self.regions.get(region))
            {
                Some(region) if region.first == at => self.take_region(region),
                Some(_) => {}
                None => self.found.text.extend(self.lines.get(at).cloned()),
            }
        }
    }

    /// A listing between markers, as a fence that is longer than any run of ticks in it.
    fn take_region(&mut self, region: &Region) {
        let place = |at: usize| self.lines.get(at).map_or(0..0, |line| line.at.clone());
        let longest = fences::longest_run(region.code.iter().map(|(_, text)| text.as_str()));
        let ticks = "`".repeat((longest + 1).max(3));
        let indent = " ".repeat(item_indent(&self.found.text, region.indent));
        let mut code = vec![(region.first, format!("{indent}{ticks}{}", region.language))];
        code.extend(region.code.iter().map(|(at, text)| {
            let text = reply::plain_spaces(text);
            (
                *at,
                if text.trim().is_empty() {
                    String::new()
                } else {
                    format!("{indent}{text}")
                },
            )
        }));
        code.push((region.end.saturating_sub(1), format!("{indent}{ticks}")));
        let lines: Vec<Line> = code
            .into_iter()
            .map(|(at, text)| Line {
                text,
                at: place(at),
                code: true,
            })
            .collect();
        self.found.text.extend(lines);
        // What follows directly would be read as part of no paragraph; a blank line keeps the author's eye at ease.
        if self.lines.get(region.end).is_some_and(|line| !line.is_blank()) {
            let at = place(region.end);
            self.found.text.push(Line {
                text: String::new(),
                at: at.start..at.start,
                code: false,
            });
        }
    }

    fn take_code(&mut self, span: &Span, fence: Fence, last: bool) {
        let closing = span
            .lines
            .end
            .checked_sub(1)
            .filter(|at| *at > span.lines.start)
            .and_then(|at| self.lines.get(at))
            .and_then(fences::read);
        let closed = closing.is_some_and(|(other, label)| label == Label::None && other.closes(fence));
        let inner = span.lines.start + 1..span.lines.end.saturating_sub(usize::from(closed));
        if let Some(region) = self.wrapped(inner) {
            return self.take_region(region);
        }
        for at in span.lines.clone() {
            let Some(line) = self.lines.get(at) else { continue };
            // A block in the midst of which a second reply begins.
            let seam = at > span.lines.start
                && fences::read(line).is_some_and(|(other, label)| label == Label::Markdown && other.closes(fence));
            if !seam {
                let text = reply::plain_spaces(&line.text);
                self.found.text.push(Line {
                    text,
                    at: line.at.clone(),
                    code: true,
                });
            }
        }
        if !closed {
            self.close(span, fence, last);
        }
    }

    /// Closes a block of code that nothing closes.
    fn close(&mut self, span: &Span, fence: Fence, last: bool) {
        let mut blanks = Vec::new();
        while self.found.text.last().is_some_and(Line::is_blank) {
            blanks.extend(self.found.text.pop());
        }
        let open = self.lines.get(span.lines.start);
        let indent = open.map_or(0, |line| line.text.len() - line.text.trim_start().len());
        let letter = if fence.ticks { "`" } else { "~" };
        let text = format!("{}{}", " ".repeat(indent), letter.repeat(usize::from(fence.length)));
        let at = self.found.text.last().map_or(0..0, |line| line.at.end..line.at.end);
        self.found.text.push(Line { text, at, code: true });
        self.found
            .text
            .extend(blanks.into_iter().rev().map(|line| Line { code: false, ..line }));
        if !last {
            self.found.mended.push(span.lines.start);
        }
    }

    /// The listing between markers that is all that a fence holds: then the fence is one too many.
    fn wrapped(&self, mut inner: std::ops::Range<usize>) -> Option<&'a Region> {
        let blank = |at: usize| self.lines.get(at).is_some_and(Line::is_blank);
        while !inner.is_empty() && blank(inner.start) {
            inner.start += 1;
        }
        while !inner.is_empty() && blank(inner.end - 1) {
            inner.end -= 1;
        }
        let region = self.regions.get(self.covered.get(inner.start).copied().flatten()?)?;
        (region.first == inner.start && region.end == inner.end).then_some(region)
    }

    /// Takes off what a fenced text as a whole is indented by.
    fn dedent_blocks(&mut self) {
        if self.found.fenced {
            let mut text = std::mem::take(&mut self.found.text);
            reply::unindent(&mut text);
            self.found.text = text;
        }
    }
}

/// How far a listing is to be indented to stay in the item of a list that it belongs to.
fn item_indent(text: &[Line], indent: usize) -> usize {
    if indent < 2 {
        return 0;
    }
    for line in text.iter().rev().take(40).filter(|line| !line.is_blank()) {
        let own = line.text.len() - line.text.trim_start().len();
        let body = line.text.trim_start();
        let digits = body.len() - body.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let mark = match body.get(digits..) {
            Some(rest) if digits > 0 && (rest.starts_with(". ") || rest.starts_with(") ")) => digits + 2,
            Some(rest) if digits == 0 && ["- ", "* ", "+ "].iter().any(|mark| rest.starts_with(mark)) => 2,
            _ => 0,
        };
        if mark > 0 && own + mark <= indent {
            return own + mark;
        }
        if own == 0 {
            return 0;
        }
    }
    0
}

/// Joins what follows a seam, from line `first` on, with what stands before it: a sentence goes on, all else begins anew.
fn join(text: &mut Vec<Line>, first: usize) {
    let (Some(next), Some(last)) = (text.get(first), first.checked_sub(1).and_then(|at| text.get(at))) else {
        return;
    };
    let lower = next
        .text
        .trim_start()
        .starts_with(|letter: char| letter.is_lowercase() || matches!(letter, ',' | ';' | ')'));
    let open = !last.is_blank() && !last.text.trim_end().ends_with(['.', ':', '!', '?', '|', '`']);
    let sentence = !last.code && !next.code && lower && open;
    if !sentence && !last.is_blank() && !next.is_blank() {
        let at = next.at.start..next.at.start;
        text.insert(
            first,
            Line {
                text: String::new(),
                at,
                code: false,
            },
        );
    }
}
