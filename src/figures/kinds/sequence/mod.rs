//! `sequence`: who sends what to whom, in order.
//!
//! ```text
//! Actors: Browser, Server, `ipykernel`
//! 1. Browser → Server: run cell
//! 2. Server → Server: authenticate
//! Note Server, `ipykernel`: one socket for each channel
//! Loop until the cell is done:
//!   3. `ipykernel` ⇢ Server: output
//! End
//! ```
//!
//! - `a → b: text` is a message; `⇢` or `-->` is the weaker arrow of an answer. The text begins after the first `: ` and may
//!   hold anything; without one the arrow is bare. A message of an actor to itself is a loop.
//! - Numbers are optional. If one message has one, all have, and they run 1, 2, 3 …; they are shown.
//! - `Actors:` comes first and sets the order, and then a name that is not in it is a fault. Without it, actors stand in the
//!   order in which the messages name them.
//! - `Note a: text` stands on an actor's line, `Note a, b: text` spans all lines from one to the other.
//! - `Loop label:`, `Optional label:`, `Break label:`, `Group label:`, `If label:` with any number of `Else label:`, `Parallel
//!   label:` with `And label:` and `Critical label:` with `Option label:` open a frame, which `End` closes; labels may be absent, frames may stand in frames, indentation is free.
//!   Their word is shown before the label, except of `Group`.
//!
//! There are no bars of activation: the arrows say as much, with less ink.

mod layout;
mod read;

pub(crate) use read::read;

use crate::figures::language::{Label, enumerate};
use crate::figures::scene::Head;

/// Actors, and what happens between them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sequence {
    actors: Vec<Label>,
    steps: Vec<Step>,
    /// The blocks that are open: each with the number of its first step.
    open: Vec<(BlockKind, usize)>,
    /// Whether the messages show their numbers.
    numbered: bool,
}

/// What happens, from top to bottom.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Message(Message),
    Note(Note),
    /// A frame begins.
    Open(BlockKind, Label),
    /// The next part of the innermost frame begins.
    Divide(BlockKind, Label),
    /// The innermost frame ends.
    Close,
}

/// Something sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Message {
    /// The number of the actor that sends.
    pub(crate) from: usize,
    /// The number of the actor that receives; it may be the same.
    pub(crate) to: usize,
    /// What is sent; may be empty.
    pub(crate) label: Label,
    /// Whether the line is dashed: an answer.
    pub(crate) weak: bool,
    /// What stands at the end of the line.
    pub(crate) head: Head,
}

/// A remark on the lines of one actor or of several.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Note {
    /// The number of an actor.
    pub(crate) from: usize,
    /// The number of an actor, the same for a note on one line.
    pub(crate) to: usize,
    /// What it says.
    pub(crate) label: Label,
}

/// What a frame means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// Happens again and again.
    Loop,
    /// One of its parts happens.
    If,
    /// Happens or does not.
    Optional,
    /// Its parts happen at the same time.
    Parallel,
    /// Must not be disturbed; its further parts say what is done if it is.
    Critical,
    /// Ends what stands around it.
    Break,
    /// Belongs together.
    Group,
}

impl BlockKind {
    /// All of them.
    const ALL: [Self; 7] = [
        Self::Loop,
        Self::If,
        Self::Optional,
        Self::Parallel,
        Self::Critical,
        Self::Break,
        Self::Group,
    ];

    /// The word that opens a block in a description.
    fn word(self) -> &'static str {
        match self {
            Self::Loop => "Loop",
            Self::If => "If",
            Self::Optional => "Optional",
            Self::Parallel => "Parallel",
            Self::Critical => "Critical",
            Self::Break => "Break",
            Self::Group => "Group",
        }
    }

    /// The word that divides it, if it has parts.
    fn divider(self) -> Option<&'static str> {
        match self {
            Self::If => Some("Else"),
            Self::Parallel => Some("And"),
            Self::Critical => Some("Option"),
            Self::Loop | Self::Optional | Self::Break | Self::Group => None,
        }
    }

    /// The word that is shown where it opens.
    fn shown(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::If => "if",
            Self::Optional => "optional",
            Self::Parallel => "parallel",
            Self::Critical => "critical",
            Self::Break => "break",
            Self::Group => "",
        }
    }

    /// The word that is shown where its next part begins.
    fn shown_divider(self) -> &'static str {
        match self {
            Self::If => "else",
            Self::Parallel => "and",
            Self::Critical => "option",
            Self::Loop | Self::Optional | Self::Break | Self::Group => "",
        }
    }
}

/// More actors than a page can show.
const MOST_ACTORS: usize = 24;
/// More messages, notes and frames than a page can show; a bound on what reading and layout may cost.
const MOST_STEPS: usize = 160;
/// Frames in frames beyond this depth have no room.
const DEEPEST: usize = 6;

impl Sequence {
    /// A sequence in which nothing happens yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The number of an actor, who is added if not yet there.
    pub(crate) fn actor(&mut self, label: Label) -> usize {
        self.known(&label).unwrap_or_else(|| {
            self.actors.push(label);
            self.actors.len() - 1
        })
    }

    /// The number of an actor who is there.
    pub(crate) fn known(&self, label: &Label) -> Option<usize> {
        self.actors.iter().position(|actor| actor == label)
    }

    /// Makes the messages show their numbers.
    pub(crate) fn number(&mut self) {
        self.numbered = true;
    }

    /// Adds a message.
    pub(crate) fn message(&mut self, message: Message) {
        self.steps.push(Step::Message(message));
    }

    /// Adds a note.
    pub(crate) fn note(&mut self, note: Note) {
        self.steps.push(Step::Note(note));
    }

    /// Opens a frame. `false` if it would stand in too many others.
    pub(crate) fn open_block(&mut self, kind: BlockKind, label: Label) -> bool {
        self.steps.push(Step::Open(kind, label));
        self.open.push((kind, self.steps.len()));
        self.open.len() <= DEEPEST
    }

    /// Begins the next part of the innermost frame. `false` if there is none, it has no parts, or the part before is empty.
    pub(crate) fn divide_block(&mut self, label: Label) -> bool {
        match self.open.last_mut() {
            Some((kind, first)) if kind.divider().is_some() && *first < self.steps.len() => {
                self.steps.push(Step::Divide(*kind, label));
                *first = self.steps.len();
                true
            }
            _ => false,
        }
    }

    /// Closes the innermost frame. `false` if there is none, or nothing stands in it (or in its last part).
    pub(crate) fn close_block(&mut self) -> bool {
        match self.open.pop() {
            Some((_, first)) => {
                self.steps.push(Step::Close);
                first + 1 < self.steps.len()
            }
            None => false,
        }
    }

    /// The innermost frame that is open.
    pub(crate) fn innermost(&self) -> Option<BlockKind> {
        self.open.last().map(|(kind, _)| *kind)
    }

    /// What is wrong with the whole: what was found, and what was expected.
    pub(crate) fn complaint(&self) -> Option<(String, String)> {
        if self.actors.len() > MOST_ACTORS {
            let found = format!("this sequence has more than {MOST_ACTORS} actors");
            return Some((found, format!("expected at most {MOST_ACTORS}; no page can show more")));
        }
        if self.steps.len() > MOST_STEPS {
            let found = format!("this sequence has more than {MOST_STEPS} messages, notes and frames");
            return Some((found, format!("expected at most {MOST_STEPS}; no page can show more")));
        }
        if self.messages().next().is_none() {
            return Some(("this sequence has no messages".to_owned(), format!("expected {MESSAGE}")));
        }
        if let Some(kind) = self.innermost() {
            let found = format!("the block `{}` is not closed", kind.word());
            return Some((found, "expected `End` on a line of its own".to_owned()));
        }
        None
    }

    fn messages(&self) -> impl Iterator<Item = &Message> {
        self.steps.iter().filter_map(|step| match step {
            Step::Message(message) => Some(message),
            _ => None,
        })
    }

    fn name(&self, actor: usize) -> String {
        self.actors.get(actor).map(Label::plain).unwrap_or_default()
    }

    /// A title made of the actors' names.
    pub(crate) fn title(&self) -> String {
        let names: Vec<String> = self.actors.iter().map(Label::plain).collect();
        match names.as_slice() {
            [one] => format!("Messages of {one}"),
            [_, _] | [_, _, _] => format!("Messages between {}", enumerate(&names)),
            [first, .., last] => format!("Messages from {first} to {last}"),
            [] => String::new(),
        }
    }

    /// All that happens in words, in order.
    pub(crate) fn describe(&self) -> String {
        let names: Vec<String> = self.actors.iter().map(Label::plain).collect();
        let mut text = match names.len() {
            1 => format!("A sequence of messages of {}", enumerate(&names)),
            _ => format!("A sequence of messages between {}", enumerate(&names)),
        };
        let (mut clauses, mut lead, mut number) = (Vec::new(), String::new(), 0);
        let mut open: Vec<BlockKind> = Vec::new();
        for step in &self.steps {
            match step {
                Step::Message(message) => {
                    number += 1;
                    clauses.push(format!("{}{}", std::mem::take(&mut lead), self.say(message, number)));
                }
                Step::Note(note) => {
                    let at = self.name(note.from);
                    let whose = match note.from == note.to {
                        true => format!("a note at {at}"),
                        false => format!("a note from {at} to {}", self.name(note.to)),
                    };
                    clauses.push(format!("{}{whose}: {}", std::mem::take(&mut lead), note.label.plain()));
                }
                Step::Open(kind, label) => {
                    open.push(*kind);
                    let word = if *kind == BlockKind::Group { "group" } else { kind.shown() };
                    lead.push_str(&heading(word, label));
                }
                Step::Divide(kind, label) => lead.push_str(&heading(kind.shown_divider(), label)),
                Step::Close => {
                    let word = match open.pop() {
                        Some(BlockKind::Group) | None => "group",
                        Some(kind) => kind.shown(),
                    };
                    clauses.push(format!("end of the {word} block"));
                }
            }
        }
        text.push_str(": ");
        text.push_str(&clauses.join("; "));
        text.push('.');
        text
    }

    fn say(&self, message: &Message, number: usize) -> String {
        let number = if self.numbered { format!("{number}. ") } else { String::new() };
        let verb = match (message.weak, message.head) {
            (_, Head::Cross) => "sends, without arriving,",
            (true, _) => "answers",
            (false, _) => "sends",
        };
        let to = match message.from == message.to {
            true => "itself".to_owned(),
            false => self.name(message.to),
        };
        let from = self.name(message.from);
        match message.label.is_empty() {
            true => format!("{number}{from} {verb} to {to}"),
            false => format!("{number}{from} {verb} to {to}: {}", message.label.plain()),
        }
    }
}

/// How a block begins in a description in words.
fn heading(word: &str, label: &Label) -> String {
    match label.is_empty() {
        true => format!("{word}: "),
        false => format!("{word} {}: ", label.plain()),
    }
}

/// How a message is written.
const MESSAGE: &str = "`a → b: text`";

#[cfg(test)]
mod tests;
