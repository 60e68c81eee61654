//! `states`: what states there are, and what leads from one to another.
//!
//! ```text
//! Start: Created
//! Created → Running: next()
//! Running → Suspended: yield
//! Suspended → Running: next()
//! Running → Closed: return
//! End: Closed
//! Group alive: Running, Suspended
//! ```
//!
//! Arrow lines are as in a flow: identical names are one state, text after the last `: ` is the label of the line's last
//! arrow, `⇢` or `-->` is a weaker arrow, and an arrow may lead back to the state from which it comes. `Start:` names the
//! state in which everything begins; every other state must then be reached from it. `End:` names one state or several in
//! which it may end; an arrow may lead on from there. `Group name: a, b` frames states that are parts of one.

use super::Laid;
use crate::figures::Space;
use crate::figures::graph::read::{Net, Reader, Wording};
use crate::figures::graph::{Edge, End, Graph, Node, Shape};
use crate::figures::language::{Description, Fault, Label, Line, enumerate, labels, split_at_arrows};
use crate::figures::text::Typesetter;
use crate::source::Span;

/// States, and what leads from one to another.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct States {
    net: Net,
    start: Option<usize>,
    ends: Vec<usize>,
}

const WORDING: Wording = Wording {
    kind: "state diagram",
    names: "states",
    expected: "expected `Start: a`, `a → b: label`, `End: a, b` or `Group name: a, b`",
};

/// Reads arrow lines, the start, the ends and groups.
pub(crate) fn read(description: &Description, whole: Span) -> Result<States, Vec<Fault>> {
    let (mut lines, mut named) = (Vec::new(), Vec::new());
    for line in &description.lines {
        // `Start → a` is an arrow from a state of this name.
        match ["Start:", "End:"].iter().position(|word| line.text.starts_with(word)) {
            Some(which) => named.push((which == 0, *line)),
            None => lines.push(*line),
        }
    }
    let mut reader = Reader::new(WORDING);
    let mut faults = Vec::new();
    reader.read(&lines, whole, &mut faults);
    let mut states = States::default();
    for (is_start, line) in &named {
        let read = read_ends(&reader, line, *is_start, &mut states);
        // Names that a faulty line would have brought are not missing.
        faults.extend(read.err().filter(|_| !reader.faulty));
    }
    states.net = reader.net;
    if faults.is_empty() {
        faults.extend(states.unreached(whole));
    }
    if faults.is_empty() && states.graph().extent().is_none() {
        faults.push(WORDING.too_long(whole));
    }
    faults.sort_by_key(|fault| fault.span);
    if faults.is_empty() { Ok(states) } else { Err(faults) }
}

/// Reads `Start: a` or `End: a, b`.
fn read_ends(reader: &Reader, line: &Line, is_start: bool, states: &mut States) -> Result<(), Fault> {
    let (word, expected) = match is_start {
        true => ("Start:", "expected `Start: a`, with the name of one state"),
        false => ("End:", "expected `End: a, b`, with names of states"),
    };
    let list = line.text.strip_prefix(word).unwrap_or_default();
    if !split_at_arrows(list).1.is_empty() {
        return Err(line.fault(format!("an arrow stands behind `{word}`"), expected));
    }
    if (is_start && states.start.is_some()) || (!is_start && !states.ends.is_empty()) {
        return Err(line.fault(format!("`{word}` stands here a second time"), "expected it once"));
    }
    let names = labels(line, list, &format!("behind `{word}`"), expected)?;
    let found: Result<Vec<usize>, Fault> = names.iter().map(|name| reader.find(name, line)).collect();
    let found = found?;
    match (is_start, found.as_slice()) {
        (true, [start]) => states.start = Some(*start),
        (true, _) => return Err(line.fault("there are several starts", expected)),
        (false, ends) => {
            for end in ends {
                if !states.ends.contains(end) {
                    states.ends.push(*end);
                }
            }
        }
    }
    Ok(())
}

impl States {
    /// The fault of states that cannot be reached from the start.
    fn unreached(&self, whole: Span) -> Option<Fault> {
        let mut open = vec![self.start?];
        let mut seen = vec![false; self.net.nodes.len()];
        while let Some(state) = open.pop() {
            if let Some(seen) = seen.get_mut(state).filter(|seen| !**seen) {
                *seen = true;
                open.extend(self.net.edges.iter().filter(|edge| edge.from == state).map(|edge| edge.to));
            }
        }
        let missed = seen.iter().enumerate().filter(|(_, seen)| !**seen);
        let missed: Vec<String> = missed
            .take(3)
            .map(|(state, _)| format!("`{}`", self.net.name(state)))
            .collect();
        let start = self.net.name(self.start?);
        (!missed.is_empty()).then(|| Fault {
            span: whole,
            message: format!("nothing leads from the start, `{start}`, to {}", enumerate(&missed)),
            expected: "expected arrows by which every state is reached".to_owned(),
        })
    }

    fn names(&self, states: &[usize]) -> Vec<String> {
        states.iter().map(|state| self.net.name(*state)).collect()
    }

    /// A title made of where everything begins and ends.
    pub(crate) fn title(&self) -> String {
        match (self.start, self.ends.as_slice()) {
            (Some(start), [end]) => format!("States from {} to {}", self.net.name(start), self.net.name(*end)),
            (Some(start), _) => format!("States from {}", self.net.name(start)),
            _ => format!("States around {}", self.net.name(0)),
        }
    }

    /// The states and what leads on from each, in words.
    pub(crate) fn describe(&self) -> String {
        let mut text = format!("{} states", self.net.nodes.len());
        if let Some(start) = self.start {
            text.push_str(&format!(", starting with {}", self.net.name(start)));
        }
        if !self.ends.is_empty() {
            text.push_str(&format!(", ending with {}", self.names(&self.ends).join(" or ")));
        }
        let mut sentences = Vec::new();
        for state in 0..self.net.nodes.len() {
            let leads: Vec<String> = self
                .net
                .edges
                .iter()
                .filter(|edge| edge.from == state)
                .map(|edge| self.lead(edge))
                .collect();
            if !leads.is_empty() {
                sentences.push(format!("from {} {}", self.net.name(state), enumerate(&leads)));
            }
        }
        sentences.extend(self.net.describe_groups());
        text.push_str(": ");
        text.push_str(&sentences.join("; "));
        text.push('.');
        text
    }

    /// Where an arrow leads, in words.
    fn lead(&self, edge: &crate::figures::graph::read::Join) -> String {
        let to = match edge.to == edge.from {
            true => "to itself".to_owned(),
            false => format!("to {}", self.net.name(edge.to)),
        };
        let dashed = if edge.weak { " by a dashed arrow" } else { "" };
        match &edge.label {
            Some(label) => format!("{to}{dashed} ({})", label.plain()),
            None => format!("{to}{dashed}"),
        }
    }

    /// The graph that is drawn: a dot leads to the start, and each end to a ring of its own.
    fn graph(&self) -> Graph {
        let mut graph = self.net.graph(|_| Shape::Rounded);
        let group_of = |state: usize| self.net.nodes.get(state).and_then(|node| node.group);
        if let Some(start) = self.start {
            let dot = graph.nodes.len();
            graph.nodes.push(Node::new(Shape::Start, Label::default()));
            graph.edges.insert(0, Edge::new(End::node(dot), End::node(start)));
        }
        for end in &self.ends {
            let ring = graph.nodes.len();
            let node = Node::new(Shape::End, Label::default());
            let group = group_of(*end);
            graph.nodes.push(Node { group, ..node });
            graph.edges.push(Edge::new(End::node(*end), End::node(ring)));
        }
        graph
    }

    /// Puts the states in their places.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        self.graph().lay_out(typesetter, size, space)
    }
}

#[cfg(test)]
mod tests {
    use crate::figures::promises::{NAMES, Random, drawn, hold_any_label, hold_at_random, refuse};

    fn random_states(random: &mut Random) -> String {
        let states = 2 + random.below(9);
        let mut body = String::new();
        let mut used = vec![0];
        for at in 1..states {
            let label = ["", ": `next()`", ": a longer label", ": done"][random.below(4)];
            body.push_str(&format!("{} → {}{label}\n", NAMES[random.below(at)], NAMES[at]));
            used.push(at);
        }
        for _ in 0..random.below(5) {
            let (from, to) = (random.below(states), random.below(states));
            let label = ["", ": `send(None)`", ": back again"][random.below(3)];
            body.push_str(&format!("{} → {}{label}\n", NAMES[from], NAMES[to]));
        }
        if random.below(4) > 0 {
            body.push_str(&format!("Start: {}\n", NAMES[0]));
        }
        match random.below(3) {
            0 => {}
            1 => body.push_str(&format!("End: {}\n", NAMES[states - 1])),
            _ => body.push_str(&format!("End: {}, {}\n", NAMES[states - 1], NAMES[random.below(states)])),
        }
        if random.below(4) == 0 && states > 3 {
            body.push_str(&format!("Group alive: {}, {}\n", NAMES[1], NAMES[2]));
        }
        body
    }

    #[test]
    fn random_states_keep_every_promise() {
        hold_at_random("states", 4, random_states);
    }

    #[test]
    fn any_label_stays_in_its_place() {
        hold_any_label("states", &["Start: L\nL → b: L\nb → L\nb → b: L\nEnd: L, b", "a → L\nEnd: L"]);
    }

    #[test]
    fn what_cannot_be_read_is_reported_and_kept() {
        refuse(
            "states",
            &[
                ("", "this state diagram has no arrows"),
                ("Start: a", "this state diagram has no arrows"),
                ("alone", "no arrow"),
                ("a → b\nStart: c", "no arrow line names `c`"),
                ("Created → Closed\nEnd: Close", "the nearest is `Closed`"),
                ("a → b\nStart: a, b", "several starts"),
                ("a → b\nStart: a → b", "an arrow stands behind `Start:`"),
                ("a → b\nStart: a\nStart: a", "`Start:` stands here a second time"),
                ("a → b\nEnd: b\nEnd: b", "`End:` stands here a second time"),
                ("a → b\nStart:", "a name is missing behind `Start:`"),
                ("a → b\nEnd: b,", "a name is missing behind `End:`"),
                ("a → b\nc → a\nStart: a", "nothing leads from the start, `a`, to `c`"),
                ("a → b\nGroup X: a\nGroup Y: a", "already in the group `X`"),
                ("a → b:", "nothing follows the colon"),
            ],
        );
    }

    #[test]
    fn an_end_may_be_left_again_and_all_is_said() {
        let (drawing, messages) = drawn(
            "states",
            "Start: free\nfree → held: take\nheld ⇢ free: release\nheld → held\nEnd: free",
        );
        assert!(messages.is_empty(), "{messages:?}");
        assert_eq!(drawing.title, "States from free to free");
        assert_eq!(
            drawing.description,
            "2 states, starting with free, ending with free: from free to held (take); \
             from held to free by a dashed arrow (release) and to itself."
        );
    }
}
