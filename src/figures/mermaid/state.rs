//! Mermaid's `stateDiagram` and `stateDiagram-v2`.
//!
//! ```text
//! stateDiagram-v2
//!     [*] --> Created
//!     Created --> Running: send(None)
//!     state "Waiting for a value" as Suspended
//!     Running --> Suspended: yield
//!     state Finished {
//!         Closed --> Collected
//!     }
//!     Running --> Finished: return
//!     note right of Running: holds a frame
//! ```
//!
//! Read are: transitions with labels, `[*]` as start and end of the diagram and of each composite state, descriptions (`s: text`
//! and `state "text" as s`), composite states, also as ends of transitions, `<<choice>>`, `<<fork>>`, `<<join>>`
//! and notes. A composite state in another has a frame beside the other's, with both names, and a note says so. Concurrency
//! (`--`) is outside.

use super::text::{first_word, label, unquoted};
use super::{DIRECTIONS, Looks, direction};
use crate::figures::graph::{MOST_EDGES, MOST_NODES, Shape, Way};
use crate::figures::kinds::Model;
use crate::figures::kinds::network::{self, Network, Sort, Tie};
use crate::figures::language::{Fault, Label, Line};
use crate::figures::scene::Head;
use crate::source::Span;
use std::collections::BTreeMap;

/// Reads a state diagram; `first` is what follows its name.
pub(super) fn read(first: Line, lines: &[Line], whole: Span, looks: &mut Looks) -> Result<Model, Vec<Fault>> {
    let machine = parse(first, lines, looks)?;
    let mut network = Network::new(Sort::States, machine.way);
    let frames = frames(&machine, &mut network, looks);
    let frame = |frame: usize| frames.get(frame).copied().flatten();
    let mut ties = Vec::new();
    for state in &machine.states {
        let around = state.frame.and_then(frame);
        ties.push(match state.kind.frame() {
            Some(own) if !machine.is_empty(own) => frame(own).map(Tie::Frame),
            _ => Some(Tie::Node(network.node(state.shape(), state.label.clone(), around))),
        });
    }
    let tie = |state: usize| ties.get(state).copied().flatten();
    for (state, note) in &machine.notes {
        match tie(*state) {
            Some(Tie::Node(node)) => network.note(node, note.clone()),
            _ => {
                let message = "this note belongs to a composite state".to_owned();
                return Err(vec![fault(whole, message, "expected a note at a state in it")]);
            }
        }
    }
    let is_frame = |state: usize| !matches!(tie(state), Some(Tie::Node(_)));
    let (framed, plain): (Vec<&Transition>, Vec<&Transition>) = machine
        .transitions
        .iter()
        .partition(|transition| is_frame(transition.from) || is_frame(transition.to));
    for transition in plain.into_iter().chain(framed) {
        let (Some(from), Some(to)) = (tie(transition.from), tie(transition.to)) else {
            let message = "this transition ends at a composite state in which only composite states stand".to_owned();
            let expected = "expected a state, or a composite state in which others stand";
            return Err(vec![fault(transition.span, message, expected)]);
        };
        let drawn = network.line(network::Line {
            from,
            to,
            label: transition.label.clone(),
            dashed: false,
            thick: false,
            tail: Head::None,
            head: Head::Solid,
        });
        if !drawn {
            let message = "this transition leads from a composite state to itself or to what stands in it".to_owned();
            return Err(vec![fault(
                transition.span,
                message,
                "expected transitions between states that stand apart",
            )]);
        }
    }
    match network.complaint() {
        Some((message, expected)) => Err(vec![fault(whole, message, &expected)]),
        None => Ok(Model::Network(network)),
    }
}

/// Adds the frames of composite states in which states stand that are no frames themselves; gives their numbers.
fn frames(machine: &Machine, network: &mut Network, looks: &mut Looks) -> Vec<Option<usize>> {
    let frames = machine.frames.iter().enumerate();
    frames
        .map(|(at, state)| {
            let mut inner = machine.states.iter().filter(|state| state.frame == Some(at));
            let is_full = inner.any(|state| state.kind.frame().is_none_or(|own| machine.is_empty(own)));
            is_full.then(|| network.frame(machine.path(*state, super::DEEPEST, looks)))
        })
        .collect()
}

fn fault(span: Span, message: String, expected: &str) -> Fault {
    Fault {
        span,
        message,
        expected: expected.to_owned(),
    }
}

/// What a state diagram says, in its author's order.
#[derive(Debug, Default)]
struct Machine {
    states: Vec<State>,
    transitions: Vec<Transition>,
    /// Composite states, each with the state that it is: the node of that state stands for the frame.
    frames: Vec<usize>,
    notes: Vec<(usize, Label)>,
    way: Way,
}

impl Machine {
    /// Whether nothing stands in a composite state, which then is a state as any other.
    fn is_empty(&self, frame: usize) -> bool {
        !self.states.iter().any(|state| state.frame == Some(frame))
    }

    /// Whether a composite state stands in a state, at any depth.
    fn stands_in(&self, frame: usize, state: usize) -> bool {
        let outer = |frame: usize| self.states.get(*self.frames.get(frame)?)?.frame;
        let around = std::iter::successors(Some(frame), |frame| outer(*frame));
        around
            .take(self.frames.len())
            .any(|frame| self.frames.get(frame) == Some(&state))
    }

    /// The name of a composite state, behind those of the ones in which it stands.
    fn path(&self, state: usize, levels: usize, looks: &mut Looks) -> Label {
        let Some(known) = self.states.get(state) else {
            return Label::default();
        };
        match known.frame.and_then(|frame| self.frames.get(frame)) {
            Some(outer) if levels > 0 => {
                let outer = self.path(*outer, levels - 1, looks);
                looks.nested(&outer, &known.label, known.span)
            }
            _ => known.label.clone(),
        }
    }
}

#[derive(Debug)]
struct State {
    label: Label,
    kind: Kind,
    /// The composite state that it stands in; none stands in itself, at any depth.
    frame: Option<usize>,
    /// The line that opens it as a composite state, or that first names it.
    span: Span,
}

impl State {
    /// A choice or a bar, which does not show the name that every state has.
    fn become_sign(&mut self, kind: Kind, name: &str) {
        self.kind = kind;
        if self.label.plain() == name {
            self.label = Label::default();
        }
    }

    /// A choice with a text is a decision, and a bar with one a state, in which there is room for it.
    fn shape(&self) -> Shape {
        match self.kind {
            Kind::Choice if !self.label.is_empty() => Shape::Decision,
            Kind::Bar if !self.label.is_empty() => Shape::Rounded,
            kind => kind.shape(),
        }
    }
}

/// What a state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// `[*]` before an arrow.
    Start,
    /// `[*]` behind an arrow.
    End,
    /// `<<choice>>`
    Choice,
    /// `<<fork>>`, `<<join>>`
    Bar,
    /// A state with states in it.
    Composite(usize),
}

impl Kind {
    /// The number of a composite state.
    fn frame(self) -> Option<usize> {
        match self {
            Self::Composite(frame) => Some(frame),
            _ => None,
        }
    }

    fn shape(self) -> Shape {
        match self {
            Self::Plain | Self::Composite(_) => Shape::Rounded,
            Self::Start => Shape::Start,
            Self::End => Shape::End,
            Self::Choice => Shape::Choice,
            Self::Bar => Shape::Bar,
        }
    }
}

#[derive(Debug)]
struct Transition {
    from: usize,
    to: usize,
    label: Option<Label>,
    span: Span,
}

const EXPECTED: &str = "expected `a --> b: label`, `state \"text\" as a`, `state a {`, `}` or `note right of a: text`";

/// Reads the lines of a state diagram; `first` is what follows its name.
fn parse(first: Line, lines: &[Line], looks: &mut Looks) -> Result<Machine, Vec<Fault>> {
    let mut reader = Reader::default();
    let mut faults = Vec::new();
    let first = Some(first).filter(|first| !first.text.is_empty());
    let mut lines = first.iter().chain(lines);
    while let Some(line) = lines.next() {
        let read = match open_note(line) {
            Some(name) => reader.long_note(name, line, &mut lines),
            None => reader.read(line, looks),
        };
        faults.extend(read.err());
        let machine = &reader.machine;
        if machine.states.len().max(faults.len()) > MOST_NODES || machine.transitions.len().max(machine.notes.len()) > MOST_EDGES {
            let expected = format!("expected at most {MOST_NODES} states and {MOST_EDGES} transitions; no page can show more");
            faults.push(line.fault("this state diagram has too many lines", expected));
            return Err(faults);
        }
    }
    for (line, _) in &reader.open {
        faults.push(line.fault("nothing closes this state", "expected `}`"));
    }
    if faults.is_empty() { Ok(reader.machine) } else { Err(faults) }
}

/// `note right of a` without a text: it follows up to `end note`.
fn open_note<'a>(line: &Line<'a>) -> Option<&'a str> {
    let rest = line.text.strip_prefix("note ")?;
    let name = ["right of ", "left of "]
        .iter()
        .find_map(|side| rest.trim().strip_prefix(side))?;
    (!name.contains(':')).then_some(name.trim())
}

#[derive(Default)]
struct Reader<'a> {
    machine: Machine,
    by_id: BTreeMap<&'a str, usize>,
    /// Start and end of each composite state, and of the whole.
    ends: BTreeMap<(Option<usize>, bool), usize>,
    /// The composite states that are being read, from the outermost to the innermost.
    open: Vec<(Line<'a>, usize)>,
}

impl<'a> Reader<'a> {
    fn read(&mut self, line: &Line<'a>, looks: &mut Looks) -> Result<(), Fault> {
        let text = line.text.trim_end_matches(';').trim_end();
        let (word, rest) = first_word(text);
        match word {
            "}" if rest.is_empty() => match self.open.pop() {
                Some(_) => Ok(()),
                None => Err(line.fault("this brace closes nothing", "expected `state a {` before it")),
            },
            "state" => self.declare(rest, line),
            "note" => self.note(rest, line),
            "direction" => {
                // Inside of a composite state, it is for that alone.
                let way = direction(rest).ok_or_else(|| line.fault(format!("`{rest}` is not a direction"), DIRECTIONS))?;
                if self.open.is_empty() {
                    self.machine.way = way;
                }
                Ok(())
            }
            "hide" | "scale" => Ok(()),
            "classDef" | "class" | "style" | "click" => {
                let names = ["classDef", "class", "style", "click"];
                names
                    .iter()
                    .filter(|name| **name == word)
                    .for_each(|name| looks.add(name, line.span));
                Ok(())
            }
            "--" => Err(line.fault("concurrent states are not drawn", "expected a composite state without `--`")),
            _ => match text.split_once("-->") {
                Some((from, rest)) => self.transition(from, rest, line, looks),
                None => self.describe(text, line, looks),
            },
        }
    }

    /// `from --> to: label`
    fn transition(&mut self, from: &'a str, rest: &'a str, line: &Line<'a>, looks: &mut Looks) -> Result<(), Fault> {
        let (to, text) = split_label(rest);
        if to.contains("-->") {
            return Err(line.fault("two arrows stand in this line", "expected a line for each transition"));
        }
        let label = text
            .map(|text| label(line, text))
            .transpose()?
            .filter(|label| !label.is_empty());
        let from = self.end(from, false, line, looks)?;
        let to = self.end(to, true, line, looks)?;
        self.machine.transitions.push(Transition {
            from,
            to,
            label,
            span: line.span,
        });
        Ok(())
    }

    /// A state at the beginning or at the end of an arrow.
    fn end(&mut self, name: &'a str, behind: bool, line: &Line<'a>, looks: &mut Looks) -> Result<usize, Fault> {
        if name.trim() != "[*]" {
            return self.state(name, line, looks);
        }
        let frame = self.open.last().map(|(_, frame)| *frame);
        if let Some(known) = self.ends.get(&(frame, behind)) {
            return Ok(*known);
        }
        self.machine.states.push(State {
            label: Label::default(),
            kind: if behind { Kind::End } else { Kind::Start },
            frame,
            span: line.span,
        });
        let state = self.machine.states.len() - 1;
        self.ends.insert((frame, behind), state);
        Ok(state)
    }

    /// Puts a state into the composite state that is being read: the innermost that names it is the one.
    fn enclose(&mut self, state: usize) {
        let Some((_, frame)) = self.open.last() else { return };
        // Nothing stands in itself.
        let around = |open: usize| self.machine.stands_in(open, state);
        if self.open.iter().any(|(_, open)| around(*open)) {
            return;
        }
        let Some(known) = self.machine.states.get_mut(state) else {
            return;
        };
        if known
            .frame
            .is_none_or(|outer| self.open.iter().any(|(_, open)| *open == outer))
        {
            known.frame = Some(*frame);
        }
    }

    fn state(&mut self, name: &'a str, line: &Line<'a>, looks: &mut Looks) -> Result<usize, Fault> {
        let mut id = name.trim();
        if let Some((before, _)) = id.split_once(":::") {
            looks.add(":::", line.span);
            id = before.trim();
        }
        if let Some(known) = self.by_id.get(id).copied() {
            self.enclose(known);
            return Ok(known);
        }
        if id.is_empty() {
            return Err(line.fault("the name of a state is missing", EXPECTED));
        }
        if let Some(strange) = id
            .chars()
            .find(|character| character.is_whitespace() || "{}[]<>\"".contains(*character))
        {
            let message = format!("`{strange}` cannot stand in the name `{id}` of a state");
            return Err(line.fault(message, "expected one word; `state \"text\" as name` gives it a text"));
        }
        self.machine.states.push(State {
            label: label(line, id)?,
            kind: Kind::Plain,
            frame: self.open.last().map(|(_, frame)| *frame),
            span: line.span,
        });
        let state = self.machine.states.len() - 1;
        self.by_id.insert(id, state);
        Ok(state)
    }

    /// `a: text`, or a name alone.
    fn describe(&mut self, text: &'a str, line: &Line<'a>, looks: &mut Looks) -> Result<(), Fault> {
        let (name, text) = split_label(text);
        if text.is_none() && name.contains("->") {
            return Err(line.fault("this arrow cannot be read", EXPECTED));
        }
        let state = self.state(name, line, looks)?;
        if let (Some(text), Some(state)) = (text, self.machine.states.get_mut(state)) {
            state.label = label(line, text)?;
        }
        Ok(())
    }

    /// `"text" as a`, `a {`, `a <<choice>>`, or a name.
    fn declare(&mut self, rest: &'a str, line: &Line<'a>) -> Result<(), Fault> {
        let (rest, opens) = match rest.strip_suffix('{') {
            Some(rest) => (rest.trim_end(), true),
            None => (rest, false),
        };
        let (rest, kind) = match rest.split_once("<<") {
            Some((name, kind)) => (name.trim_end(), kind.trim_end_matches('>')),
            None => (rest, ""),
        };
        let (text, name) = match rest.rsplit_once(" as ") {
            Some((text, name)) => (Some(unquoted(text)), name),
            None if rest.starts_with('"') => {
                return Err(line.fault("this state has a text, but no name", "expected `state \"text\" as a`"));
            }
            None => (None, rest),
        };
        let state = self.state(name, line, &mut Looks::default())?;
        let Some(known) = self.machine.states.get_mut(state) else {
            return Ok(());
        };
        if let Some(text) = text {
            known.label = label(line, text)?;
        }
        match kind {
            "" => {}
            "choice" => known.become_sign(Kind::Choice, name.trim()),
            "fork" | "join" => known.become_sign(Kind::Bar, name.trim()),
            _ => {
                let message = format!("a state cannot be `<<{kind}>>`");
                return Err(line.fault(message, "expected `<<choice>>`, `<<fork>>` or `<<join>>`"));
            }
        }
        if !opens {
            return Ok(());
        }
        let frame = match known.kind.frame() {
            Some(frame) => frame,
            None => {
                known.kind = Kind::Composite(self.machine.frames.len());
                known.span = line.span;
                self.machine.frames.push(state);
                self.machine.frames.len() - 1
            }
        };
        self.open.push((*line, frame));
        if self.open.len() > super::DEEPEST {
            return Err(line.fault(
                format!("this composite state stands in more than {} others", super::DEEPEST - 1),
                "expected fewer levels",
            ));
        }
        Ok(())
    }

    /// `right of a: text`
    fn note(&mut self, rest: &'a str, line: &Line<'a>) -> Result<(), Fault> {
        let place = ["right of ", "left of "].iter().find_map(|side| rest.strip_prefix(side));
        let Some((name, text)) = place.and_then(|place| place.split_once(':')) else {
            return Err(line.fault(
                "this note cannot be read",
                "expected `note right of a: text` or `note left of a: text`",
            ));
        };
        let state = self.state(name, line, &mut Looks::default())?;
        self.machine.notes.push((state, label(line, text)?));
        Ok(())
    }

    fn long_note<'b>(&mut self, name: &'a str, line: &Line<'a>, lines: &mut impl Iterator<Item = &'b Line<'a>>) -> Result<(), Fault>
    where
        'a: 'b,
    {
        let mut words = Vec::new();
        for line in lines {
            if line.text == "end note" {
                let state = self.state(name, line, &mut Looks::default())?;
                self.machine.notes.push((state, label(line, &words.join(" "))?));
                return Ok(());
            }
            words.push(line.text);
        }
        Err(line.fault("nothing closes this note", "expected `end note`"))
    }
}

/// A name, and the text behind the colon; `:::` is no colon.
fn split_label(text: &str) -> (&str, Option<&str>) {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(':')).map(|at| at + from) {
        let colons = text
            .get(at..)
            .map_or(0, |rest| rest.len() - rest.trim_start_matches(':').len());
        if colons != 3 {
            return (text.get(..at).unwrap_or_default(), text.get(at + 1..));
        }
        from = at + colons;
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::promises::{described, line};

    fn parsed(body: &str) -> Result<Machine, Vec<Fault>> {
        parse(line(""), &described(body).lines, &mut Looks::default())
    }

    #[test]
    fn states_transitions_and_composites() {
        let machine = parsed(
            "[*] --> Created\nCreated --> Running : send(None)\nstate \"Waiting: a value\" as S\nRunning-->S:::hot:yield\nS --> [*]\n\
             state Done {\n[*] --> Closed\nClosed --> [*]\n}\nRunning --> Done\nstate c <<choice>>\nCreated: has a frame\n\
             note right of S: one\nnote left of S\ntwo\nthree\nend note",
        )
        .unwrap();
        let shown: Vec<(String, Kind, Option<usize>)> = machine
            .states
            .iter()
            .map(|state| (state.label.plain(), state.kind, state.frame))
            .collect();
        let expected = [
            ("", Kind::Start, None),
            ("has a frame", Kind::Plain, None),
            ("Running", Kind::Plain, None),
            ("Waiting: a value", Kind::Plain, None),
            ("", Kind::End, None),
            ("Done", Kind::Composite(0), None),
            ("", Kind::Start, Some(0)),
            ("Closed", Kind::Plain, Some(0)),
            ("", Kind::End, Some(0)),
            ("", Kind::Choice, None),
        ];
        assert_eq!(shown, expected.map(|(label, kind, frame)| (label.to_owned(), kind, frame)));
        let labels: Vec<String> = machine
            .transitions
            .iter()
            .filter_map(|transition| Some(transition.label.as_ref()?.plain()))
            .collect();
        assert_eq!(labels, ["send(None)", "yield"]);
        let notes: Vec<String> = machine.notes.iter().map(|(_, note)| note.plain()).collect();
        assert_eq!(notes, ["one", "two three"]);
    }

    #[test]
    fn what_has_a_text_has_room_for_it() {
        for (body, shape) in [
            ("state a <<choice>>", Shape::Choice),
            ("state a <<choice>>\na : x > 0", Shape::Decision),
            ("state \"x > 0\" as a <<choice>>", Shape::Decision),
            ("a : both\nstate a <<fork>>", Shape::Rounded),
            ("state a <<join>>", Shape::Bar),
        ] {
            let shapes: Vec<Shape> = parsed(body).unwrap().states.iter().map(State::shape).collect();
            assert_eq!(shapes, [shape], "{body}");
        }
    }

    #[test]
    fn no_state_stands_in_itself() {
        let machine = parsed("state a {\nstate b {\na\nc\n}\n}\nstate c {\na\nb\nd\n}").unwrap();
        let frames: Vec<Option<usize>> = machine.states.iter().map(|state| state.frame).collect();
        assert_eq!(frames, [None, Some(0), Some(1), Some(2)]);
        let mut looks = Looks::default();
        assert_eq!(machine.path(2, 9, &mut looks).plain(), "a › b › c");
    }

    #[test]
    fn what_is_outside_is_named() {
        for (body, message) in [
            ("a --> b --> c", "two arrows"),
            ("a -->", "the name of a state is missing"),
            ("a -> b", "this arrow cannot be read"),
            ("two words --> b", "cannot stand in the name `two words`"),
            ("state \"text\"", "has a text, but no name"),
            ("state a <<bolt>>", "a state cannot be `<<bolt>>`"),
            ("state a {\nb --> c", "nothing closes this state"),
            ("state a {\nstate b {\n}", "nothing closes this state"),
            (
                "state a {\nstate b {\nstate c {\nstate d {\nstate e {\n}\n}\n}\n}\n}",
                "more than 3 others",
            ),
            ("}", "closes nothing"),
            ("--", "concurrent states"),
            ("note over a: b", "this note cannot be read"),
            ("note right of a\nb", "nothing closes this note"),
        ] {
            let faults = parsed(body).err().unwrap_or_default();
            assert!(
                faults.iter().any(|fault| fault.message.contains(message)),
                "{body}: {faults:?}"
            );
        }
    }
}
