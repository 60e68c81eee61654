//! Mermaid's `sequenceDiagram`.
//!
//! ```text
//! sequenceDiagram
//!     participant B as Browser
//!     actor U as User
//!     U->>+B: run cell
//!     loop until the last line
//!         B-->>U: output
//!     end
//!     alt no error
//!         B->>-U: result
//!     else error
//!         B--xU: traceback
//!     end
//!     Note over B,U: the kernel waits
//! ```
//!
//! Read are: `participant` and `actor` with `as`; all arrows, as full (`->`, `->>`) or dashed (`-->`, `-->>`) lines with an
//! arrowhead, a cross (`-x`) or an open head (`-)`); notes over, left of and right of; `loop`,
//! `alt`, `else`, `opt`, `par`, `and`, `critical`, `option` and `break` up to `end`; `autonumber` alone; `title`. Activations (`+`,
//! `-`, `activate`) are checked, and left out as the arrows tell the same; so are `box` and `rect`, which only colour.

use super::text::{first_word, label};
use super::{Head, Looks};
use crate::figures::kinds::Model;
use crate::figures::kinds::sequence::{self, BlockKind, Sequence};
use crate::figures::language::{Fault, Label, Line};
use crate::figures::scene;
use crate::source::Span;
use std::collections::BTreeMap;

/// Reads a sequence diagram; `first` is what follows its name.
pub(super) fn read(first: Line, lines: &[Line], whole: Span, head: &mut Head) -> Result<Model, Vec<Fault>> {
    let script = parse(first, lines, head)?;
    let mut sequence = Sequence::new();
    let fault = |message: String, expected: &str| Fault {
        span: whole,
        message,
        expected: expected.to_owned(),
    };
    for (at, actor) in script.actors.iter().enumerate() {
        if sequence.actor(actor.clone()) != at {
            let message = format!("two participants are named `{}`", actor.plain());
            return Err(vec![fault(message, "expected each name once")]);
        }
    }
    if script.numbered {
        sequence.number();
    }
    for item in script.items {
        if !perform(item, &mut sequence) {
            return Err(vec![fault(
                "a block of this sequence is empty, or too deep in others".to_owned(),
                "expected messages or notes in each, and few blocks in one another",
            )]);
        }
    }
    match sequence.complaint() {
        Some((message, expected)) => Err(vec![fault(message, &expected)]),
        None => Ok(Model::Sequence(sequence)),
    }
}

/// Adds a line of the script. `false` if that cannot be.
fn perform(item: Item, sequence: &mut Sequence) -> bool {
    match item {
        Item::Message(message) => sequence.message(sequence::Message {
            from: message.from,
            to: message.to,
            label: message.label,
            weak: message.arrow.dashed,
            head: message.arrow.tip.head(),
        }),
        Item::Note { over, label } => {
            if let (Some(from), Some(to)) = (over.first(), over.last()) {
                sequence.note(sequence::Note {
                    from: *from,
                    to: *to,
                    label,
                });
            }
        }
        Item::Open { kind, label } => {
            let kind_of = match kind {
                "loop" => BlockKind::Loop,
                "alt" => BlockKind::If,
                "opt" => BlockKind::Optional,
                "par" => BlockKind::Parallel,
                "critical" => BlockKind::Critical,
                "break" => BlockKind::Break,
                _ => BlockKind::Group,
            };
            return sequence.open_block(kind_of, label);
        }
        Item::Divide { label } => return sequence.divide_block(label),
        Item::Close => return sequence.close_block(),
    }
    true
}

/// What a sequence diagram says, line by line.
#[derive(Debug, Default)]
struct Script {
    /// The labels of the actors, in the order in which they stand.
    actors: Vec<Label>,
    items: Vec<Item>,
    numbered: bool,
}

/// A line of the script.
#[derive(Debug)]
enum Item {
    Message(Message),
    Note { over: Vec<usize>, label: Label },
    Open { kind: &'static str, label: Label },
    Divide { label: Label },
    Close,
}

#[derive(Debug)]
struct Message {
    from: usize,
    to: usize,
    label: Label,
    arrow: Arrow,
}

/// How a message is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Arrow {
    dashed: bool,
    both: bool,
    tip: Tip,
}

/// What stands at the end of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tip {
    /// `->>`
    Solid,
    /// `->`
    None,
    /// `-x`
    Cross,
    /// `-)`
    Open,
}

impl Tip {
    fn head(self) -> scene::Head {
        match self {
            Self::Solid => scene::Head::Solid,
            Self::None => scene::Head::None,
            Self::Cross => scene::Head::Cross,
            Self::Open => scene::Head::Open,
        }
    }
}

/// Every arrow, longest first, so that none is taken for the beginning of another.
const ARROWS: [(&str, Arrow); 10] = [
    ("<<-->>", arrow(true, true, Tip::Solid)),
    ("<<->>", arrow(false, true, Tip::Solid)),
    ("-->>", arrow(true, false, Tip::Solid)),
    ("->>", arrow(false, false, Tip::Solid)),
    ("-->", arrow(true, false, Tip::None)),
    ("->", arrow(false, false, Tip::None)),
    ("--x", arrow(true, false, Tip::Cross)),
    ("-x", arrow(false, false, Tip::Cross)),
    ("--)", arrow(true, false, Tip::Open)),
    ("-)", arrow(false, false, Tip::Open)),
];

const fn arrow(dashed: bool, both: bool, tip: Tip) -> Arrow {
    Arrow { dashed, both, tip }
}

const EXPECTED: &str = "expected `A->>B: text`, `participant A as name`, `Note over A: text`, `loop text` or `end`";
/// More lines than a page can show.
const MOST: usize = 400;

/// Reads the lines of a sequence diagram; `first` is what follows its name.
fn parse(first: Line, lines: &[Line], head: &mut Head) -> Result<Script, Vec<Fault>> {
    let mut reader = Reader::default();
    let mut faults = Vec::new();
    let first = Some(first).filter(|first| !first.text.is_empty());
    for line in first.iter().chain(lines) {
        for text in statements(line.text) {
            faults.extend(reader.read(&Line { text, ..*line }, head).err());
        }
        if reader.script.items.len() > MOST || faults.len() > MOST || reader.script.actors.len() > MOST {
            faults.push(line.fault(
                format!("this sequence has more than {MOST} lines"),
                "expected what a page can show",
            ));
            return Err(faults);
        }
    }
    for open in reader.open.iter().rev() {
        let message = format!("nothing closes this `{}`", open.word);
        faults.push(open.line.fault(message, "expected `end` on a line of its own"));
    }
    faults.sort_by_key(|fault| fault.span);
    if faults.is_empty() { Ok(reader.script) } else { Err(faults) }
}

/// A semicolon parts statements only in front of another one: it may also end an entity, or stand in a text.
fn statements(text: &str) -> Vec<&str> {
    let pieces: Vec<&str> = text.split(';').map(str::trim).filter(|piece| !piece.is_empty()).collect();
    let all = pieces.iter().all(|piece| find_arrow(piece).is_some() || *piece == "end");
    if all && pieces.len() <= MOST { pieces } else { vec![text] }
}

/// A block that is being read.
struct Open<'a> {
    word: &'static str,
    line: Line<'a>,
}

#[derive(Default)]
struct Reader<'a> {
    script: Script,
    by_id: BTreeMap<&'a str, usize>,
    open: Vec<Open<'a>>,
    /// How often each actor is active.
    active: BTreeMap<usize, usize>,
}

/// The words that open a block, those that divide it, and whether it is drawn.
const BLOCKS: [(&str, &str); 8] = [
    ("loop", ""),
    ("alt", "else"),
    ("opt", ""),
    ("par", "and"),
    ("critical", "option"),
    ("break", ""),
    ("rect", ""),
    ("box", ""),
];

/// Blocks that only colour.
fn is_look(word: &str) -> bool {
    matches!(word, "rect" | "box")
}

impl<'a> Reader<'a> {
    fn read(&mut self, line: &Line<'a>, head: &mut Head) -> Result<(), Fault> {
        let (word, rest) = first_word(line.text);
        let has_arrow = find_arrow(line.text).is_some_and(|(from, ..)| !from.contains(':'));
        if let Some((word, _)) = BLOCKS.iter().find(|(known, _)| *known == word).filter(|_| !has_arrow) {
            return self.open(word, rest, line, &mut head.looks);
        }
        if let Some((outer, _)) = BLOCKS
            .iter()
            .find(|(_, divider)| !divider.is_empty() && *divider == word)
            .filter(|_| !has_arrow)
        {
            return self.divide(word, outer, rest, line);
        }
        match word {
            "participant" | "actor" => self.declare(word, rest, line),
            "create" | "destroy" if !has_arrow => Err(line.fault(
                format!("`{word}` is not drawn: every lifeline goes from the top to the bottom"),
                "expected `participant A as name`",
            )),
            "activate" | "deactivate" => {
                let actor = self.actor(rest, line)?;
                self.activate(actor, word == "activate", line)
            }
            "Note" | "note" => self.note(rest, line),
            "end" if rest.is_empty() => match self.open.pop() {
                Some(open) if is_look(open.word) => Ok(()),
                Some(open) if self.is_empty() => Err(open.line.fault(
                    format!("nothing stands in this `{}`, or in its last part", open.word),
                    "expected a message or a note",
                )),
                Some(_) => {
                    self.script.items.push(Item::Close);
                    Ok(())
                }
                None => Err(line.fault("this `end` closes nothing", "expected a block such as `loop` before it")),
            },
            "autonumber" if matches!(rest, "" | "1" | "1 1") => {
                self.script.numbered = true;
                Ok(())
            }
            "autonumber" => Err(line.fault(
                format!("messages are numbered from 1, not by `autonumber {rest}`"),
                "expected `autonumber` alone",
            )),
            "link" | "links" | "properties" | "details" => {
                head.looks.add("links", line.span);
                Ok(())
            }
            "title" | "title:" => {
                head.title = Some(rest.trim_start_matches(':').trim().to_owned());
                Ok(())
            }
            _ => self.message(line),
        }
    }

    /// Whether a block has just begun, or a part of it.
    fn is_empty(&self) -> bool {
        matches!(self.script.items.last(), Some(Item::Open { .. } | Item::Divide { .. }))
    }

    fn open(&mut self, word: &'static str, rest: &'a str, line: &Line<'a>, looks: &mut Looks) -> Result<(), Fault> {
        self.open.push(Open { word, line: *line });
        if is_look(word) {
            looks.add(word, line.span);
            return Ok(());
        }
        let label = label(line, rest)?;
        self.script.items.push(Item::Open { kind: word, label });
        Ok(())
    }

    fn divide(&mut self, word: &str, outer: &str, rest: &str, line: &Line) -> Result<(), Fault> {
        if self.open.last().is_none_or(|open| open.word != outer) {
            return Err(line.fault(
                format!("`{word}` stands outside of `{outer}`"),
                format!("expected `{outer}` before it"),
            ));
        }
        if self.is_empty() {
            return Err(line.fault(format!("nothing stands before this `{word}`"), "expected a message or a note"));
        }
        let label = label(line, rest)?;
        self.script.items.push(Item::Divide { label });
        Ok(())
    }

    /// `participant A as name`
    fn declare(&mut self, word: &str, rest: &'a str, line: &Line) -> Result<(), Fault> {
        let (id, name) = match rest.split_once(" as ") {
            Some((id, name)) => (id.trim(), name.trim()),
            None => (rest, rest),
        };
        if id.contains("@{") {
            return Err(line.fault("attributes of a participant are not read", "expected `participant A as name`"));
        }
        if id.is_empty() || name.is_empty() {
            return Err(line.fault(format!("this `{word}` has no name"), "expected `participant A as name`"));
        }
        let name = label(line, super::text::unquoted(name))?;
        let actor = self.actor(id, line)?;
        if let Some(known) = self.script.actors.get_mut(actor) {
            *known = name;
        }
        Ok(())
    }

    fn actor(&mut self, id: &'a str, line: &Line) -> Result<usize, Fault> {
        let id = id.trim();
        if let Some(known) = self.by_id.get(id) {
            return Ok(*known);
        }
        if id.is_empty() {
            return Err(line.fault("a participant is missing", EXPECTED));
        }
        self.script.actors.push(label(line, id)?);
        let actor = self.script.actors.len() - 1;
        self.by_id.insert(id, actor);
        Ok(actor)
    }

    fn activate(&mut self, actor: usize, begins: bool, line: &Line) -> Result<(), Fault> {
        let depth = self.active.entry(actor).or_default();
        if begins {
            *depth += 1;
        } else if *depth == 0 {
            let name = self.script.actors.get(actor).map(Label::plain).unwrap_or_default();
            return Err(line.fault(
                format!("`{name}` is not active here"),
                "expected an activation before its end",
            ));
        } else {
            *depth -= 1;
        }
        Ok(())
    }

    /// `over A,B: text`, `left of A: text`
    fn note(&mut self, rest: &'a str, line: &Line) -> Result<(), Fault> {
        const NOTE: &str = "expected `Note over A,B: text`, `Note left of A: text` or `Note right of A: text`";
        let unreadable = || line.fault("this note cannot be read", NOTE);
        let (place, text) = rest.split_once(':').ok_or_else(unreadable)?;
        let places = [("over", 2), ("left of", 1), ("right of", 1)];
        let (names, most) = places
            .iter()
            .find_map(|(word, most)| Some((place.trim().strip_prefix(word)?, *most)))
            .filter(|(names, _)| names.starts_with(char::is_whitespace))
            .ok_or_else(unreadable)?;
        let over: Result<Vec<usize>, Fault> = names.split(',').map(|name| self.actor(name, line)).collect();
        let over = over?;
        if over.len() > most {
            return Err(unreadable());
        }
        let label = label(line, text)?;
        self.script.items.push(Item::Note { over, label });
        Ok(())
    }

    /// `A->>+B: text`
    fn message(&mut self, line: &Line<'a>) -> Result<(), Fault> {
        let Some((from, arrow, rest)) = find_arrow(line.text) else {
            let found: String = line.text.chars().take(40).collect();
            return Err(line.fault(format!("`{found}` is no line of a sequence diagram"), EXPECTED));
        };
        let (to, text) = rest.split_once(':').unwrap_or((rest, ""));
        let to = to.trim();
        let (begins, to) = to.strip_prefix('+').map_or((false, to), |to| (true, to));
        let (ends, to) = to.strip_prefix('-').map_or((false, to), |to| (true, to));
        if to.contains("()") || from.contains("()") {
            return Err(line.fault(
                "this message ends at the middle of a lifeline",
                "expected an arrow without `()`",
            ));
        }
        if arrow.both {
            return Err(line.fault("this message has two heads", "expected a message for each direction"));
        }
        let from = self.actor(from, line)?;
        let to = self.actor(to, line)?;
        let label = label(line, text)?;
        self.script.items.push(Item::Message(Message { from, to, label, arrow }));
        if begins {
            self.activate(to, true, line)?;
        }
        if ends {
            self.activate(from, false, line)?;
        }
        Ok(())
    }
}

/// The arrow of a message: what stands before it, how it is drawn, what follows.
fn find_arrow(text: &str) -> Option<(&str, Arrow, &str)> {
    for (at, _) in text.char_indices() {
        let (before, rest) = text.split_at_checked(at)?;
        if before.ends_with(':') {
            return None;
        }
        if !rest.starts_with(['-', '<']) {
            continue;
        }
        let found = ARROWS
            .iter()
            .find_map(|(sign, arrow)| Some((*arrow, rest.strip_prefix(sign)?, sign)));
        if let Some((arrow, behind, sign)) = found {
            // The `-x` of `by-xml` is part of a name.
            let named = sign.ends_with('x') && behind.starts_with(char::is_lowercase);
            if !named {
                return Some((before, arrow, behind));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::promises::{described, line};

    fn parsed(body: &str) -> Result<Script, Vec<Fault>> {
        parse(line(""), &described(body).lines, &mut Head::default())
    }

    #[test]
    fn every_arrow_is_read() {
        for (typed, dashed, tip) in [
            ("A->B: x", false, Tip::None),
            ("A-->B: x", true, Tip::None),
            ("A->>B: x", false, Tip::Solid),
            ("A-->>B: x", true, Tip::Solid),
            ("A-xB: x", false, Tip::Cross),
            ("A--xB: x", true, Tip::Cross),
            ("A-)B: x", false, Tip::Open),
            ("A --) B : x", true, Tip::Open),
        ] {
            let script = parsed(typed).unwrap();
            let [Item::Message(message)] = script.items.as_slice() else {
                panic!("{typed}")
            };
            assert_eq!(
                message.arrow,
                Arrow {
                    dashed,
                    both: false,
                    tip
                },
                "{typed}"
            );
            assert_eq!(message.label.plain(), "x");
            let names: Vec<String> = script.actors.iter().map(Label::plain).collect();
            assert_eq!(names, ["A", "B"], "{typed}");
        }
    }

    #[test]
    fn actors_notes_and_blocks() {
        let script = parsed(
            "participant K as The kernel\nactor User\nautonumber\nUser->>+K: execute; then wait #59; done\nNote over K,User: busy -> idle\n\
             alt ok\nK-->>-User: result\nelse error\nloop frame by frame\nK->>K: unwind\nend\nend\nrect rgb(0, 0, 0)\nend",
        )
        .unwrap();
        let names: Vec<String> = script.actors.iter().map(Label::plain).collect();
        assert_eq!(names, ["The kernel", "User"]);
        assert!(script.numbered);
        let kinds: Vec<String> = script
            .items
            .iter()
            .map(|item| match item {
                Item::Message(message) => format!("{}-{} {}", message.from, message.to, message.label.plain()),
                Item::Note { over, label } => format!("note {over:?} {}", label.plain()),
                Item::Open { kind, label } => format!("{kind} {}", label.plain()),
                Item::Divide { label } => format!("else {}", label.plain()),
                Item::Close => "end".to_owned(),
            })
            .collect();
        assert_eq!(
            kinds,
            [
                "1-0 execute; then wait ; done",
                "note [0, 1] busy -> idle",
                "alt ok",
                "0-1 result",
                "else error",
                "loop frame by frame",
                "0-0 unwind",
                "end",
                "end"
            ]
        );
    }

    #[test]
    fn what_is_outside_is_named() {
        for (body, message) in [
            ("hello", "`hello` is no line"),
            ("A->>", "a participant is missing"),
            ("A->>B", ""),
            ("end", "closes nothing"),
            ("loop x", "nothing closes this `loop`"),
            ("else x", "stands outside of `alt`"),
            ("loop x\nelse y\nend", "stands outside of `alt`"),
            ("Note A: x", "this note cannot be read"),
            ("Note over A,B,C: x", "this note cannot be read"),
            ("deactivate A", "`A` is not active"),
            ("participant", "has no name"),
            ("participant A@{ \"type\": \"database\" }", "attributes of a participant"),
            ("A()->>B: x", "middle of a lifeline"),
            ("A<<->>B: x", "two heads"),
            ("create participant B", "`create` is not drawn"),
            ("autonumber 10 5", "numbered from 1"),
            ("loop x\nend", "nothing stands in this `loop`"),
            ("alt x\nelse y\nA->>B: x\nend", "nothing stands before this `else`"),
        ] {
            match parsed(body) {
                Ok(_) => assert_eq!(message, "", "{body}"),
                Err(faults) => assert!(
                    faults.iter().any(|fault| fault.message.contains(message)),
                    "{body}: {faults:?}"
                ),
            }
        }
    }
}
