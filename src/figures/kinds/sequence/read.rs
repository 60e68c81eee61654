//! Reading a sequence, line by line.

use super::{BlockKind, DEEPEST, MESSAGE, MOST_STEPS, Message, Note, Sequence};
use crate::figures::language::{Arrow, Description, Fault, Label, Line, list, outside_code, split_at_arrows, suggestion};
use crate::figures::scene::Head;
use crate::source::Span;

const EXPECTED: &str = "expected `a → b: text`, `Note a: text`, `Actors: a, b`, or a block such as `Loop label:` with its `End`";

/// Reads actors, messages, notes and blocks.
pub(crate) fn read(description: &Description, whole: Span) -> Result<Sequence, Vec<Fault>> {
    let mut reader = Reader {
        sequence: Sequence::new(),
        ..Reader::default()
    };
    let mut faults = Vec::new();
    for line in &description.lines {
        faults.extend(reader.read_line(line).err());
        if reader.sequence.steps.len() > MOST_STEPS {
            break;
        }
    }
    // What is missing may stand in a line that could not be read.
    let complaint = reader.sequence.complaint().filter(|_| faults.is_empty());
    if let Some((message, expected)) = complaint {
        let span = reader.opened.last().map_or(whole, |line| *line);
        faults.push(Fault { span, message, expected });
    }
    if faults.is_empty() { Ok(reader.sequence) } else { Err(faults) }
}

#[derive(Default)]
struct Reader {
    sequence: Sequence,
    /// Whether `Actors:` said who there is.
    declared: bool,
    /// Whether `Actors:` stood somewhere but could not be read; then no name is unknown.
    lenient: bool,
    /// The messages read so far, and whether the first of them has a number.
    messages: usize,
    /// Where the blocks that are open begin.
    opened: Vec<Span>,
}

impl Reader {
    fn read_line(&mut self, line: &Line) -> Result<(), Fault> {
        let text = line.text;
        if let Some(names) = text.strip_prefix("Actors:") {
            let read = self.read_actors(names, line);
            self.lenient |= read.is_err();
            return read;
        }
        if text == "End" {
            return self.close(line);
        }
        if let Some((word, label)) = block_line(text) {
            return self.read_block(word, label, line);
        }
        if let Some((names, text)) = note_line(text) {
            return self.read_note(names, text, line);
        }
        self.read_message(line)
    }

    fn read_actors(&mut self, names: &str, line: &Line) -> Result<(), Fault> {
        if self.declared || !self.sequence.actors.is_empty() {
            let message = if self.declared {
                "`Actors:` stands here a second time"
            } else {
                "`Actors:` stands behind a message"
            };
            return Err(line.fault(message, "expected it once, before all other lines"));
        }
        self.declared = true;
        for name in list(names) {
            let label = line.label(name)?;
            if label.is_empty() {
                return Err(line.fault("a name is missing in `Actors:`", "expected `Actors: a, b`"));
            }
            if self.sequence.known(&label).is_some() {
                return Err(line.fault(
                    format!("the actor `{}` is named twice", label.plain()),
                    "expected each actor once",
                ));
            }
            self.sequence.actor(label);
        }
        Ok(())
    }

    fn actor(&mut self, name: &str, line: &Line) -> Result<usize, Fault> {
        let label = line.label(name)?;
        if label.is_empty() {
            return Err(line.fault("an actor has no name here", EXPECTED));
        }
        if !self.declared || self.lenient || self.sequence.known(&label).is_some() {
            return Ok(self.sequence.actor(label));
        }
        let name = label.plain();
        let known: Vec<String> = self.sequence.actors.iter().map(Label::plain).collect();
        let near = suggestion(&name, known.iter().map(String::as_str));
        Err(line.fault(
            format!("`Actors:` does not name `{name}`"),
            format!("expected one of its names{near}"),
        ))
    }

    fn read_message(&mut self, line: &Line) -> Result<(), Fault> {
        let (number, text) = numbered(line.text);
        let colon = outside_code(text, ": ").next();
        let ends = text.get(..colon.unwrap_or(text.len())).unwrap_or_default();
        let label = colon.and_then(|at| text.get(at + 2..)).unwrap_or_default();
        let (names, arrows) = split_at_arrows(ends);
        // A message that cannot be read counts, or all that follow it would have a wrong number.
        let counted = match (arrows.len(), number) {
            (0, None) => Ok(()),
            _ => self.count(number, line),
        };
        let ([from, to], [arrow]) = (names.as_slice(), arrows.as_slice()) else {
            let message = match arrows.len() {
                0 => "this line of a sequence has no arrow",
                _ => "this message has more than one arrow before its text",
            };
            let late = line.text.starts_with("Title:") || line.text.starts_with("Alt:");
            let expected = match (arrows.len(), late) {
                (0, true) => "expected `Title:` and `Alt:` once each, before all other lines",
                (0, false) => EXPECTED,
                _ => "expected a line for each message",
            };
            return Err(line.fault(message, expected));
        };
        if to.ends_with(':') {
            return Err(line.fault("nothing follows the colon", format!("expected {MESSAGE}")));
        }
        let (from, to) = (self.actor(from, line)?, self.actor(to, line)?);
        let label = line.label(label)?;
        counted?;
        self.sequence.message(Message {
            from,
            to,
            label,
            weak: *arrow == Arrow::Weak,
            head: Head::Solid,
        });
        Ok(())
    }

    /// Counts a message, whose number is to be right.
    fn count(&mut self, number: Option<usize>, line: &Line) -> Result<(), Fault> {
        self.messages += 1;
        let due = self.messages;
        if due == 1 && number.is_some() {
            self.sequence.number();
        }
        match number {
            Some(_) if !self.sequence.numbered => Err(line.fault(
                "this message has a number, and the first has none",
                "expected numbers at all messages or at none",
            )),
            Some(number) if number != due => {
                // The next number is compared with this one, so that one slip is told once.
                self.messages = number;
                Err(line.fault(
                    format!("this message has the number {number}"),
                    format!("expected {due}, since the numbers run 1, 2, 3 …"),
                ))
            }
            None if self.sequence.numbered => Err(line.fault(
                "this message has no number, and the first has one",
                format!("expected `{due}.` before it"),
            )),
            _ => Ok(()),
        }
    }

    fn read_note(&mut self, names: &str, text: &str, line: &Line) -> Result<(), Fault> {
        let label = line.label(text)?;
        if label.is_empty() {
            return Err(line.fault("this note says nothing", "expected `Note a: text`"));
        }
        let mut actors = Vec::new();
        for name in list(names) {
            actors.push(self.actor(name, line)?);
        }
        let (Some(from), Some(to)) = (actors.iter().min().copied(), actors.iter().max().copied()) else {
            return Err(line.fault("this note names no actor", "expected `Note a: text`"));
        };
        self.sequence.note(Note { from, to, label });
        Ok(())
    }

    fn read_block(&mut self, word: Word, label: &str, line: &Line) -> Result<(), Fault> {
        let label = line.label(label)?;
        let kind = match word {
            Word::Opens(kind) => kind,
            Word::Divides(kind) => return self.divide(kind, label, line),
        };
        self.opened.push(line.span);
        if !self.sequence.open_block(kind, label) {
            return Err(line.fault(
                format!("this block stands in {DEEPEST} others or more"),
                format!("expected blocks in at most {} others", DEEPEST - 1),
            ));
        }
        Ok(())
    }

    fn divide(&mut self, kind: BlockKind, label: Label, line: &Line) -> Result<(), Fault> {
        let (word, divider) = (kind.word(), kind.divider().unwrap_or_default());
        if self.sequence.innermost() != Some(kind) {
            return Err(line.fault(
                format!("this `{divider}` has no `{word}` that it belongs to"),
                format!("expected it in a block `{word} label:`"),
            ));
        }
        if !self.sequence.divide_block(label) {
            return Err(line.fault(
                format!("nothing happens before this `{divider}`"),
                format!("expected {MESSAGE} between `{word}` and `{divider}`"),
            ));
        }
        Ok(())
    }

    fn close(&mut self, line: &Line) -> Result<(), Fault> {
        self.opened.pop();
        if self.sequence.innermost().is_none() {
            return Err(line.fault("this `End` closes nothing", "expected it after a block such as `Loop label:`"));
        }
        if !self.sequence.close_block() {
            return Err(line.fault(
                "nothing happens in the block that ends here",
                format!("expected {MESSAGE} in it"),
            ));
        }
        Ok(())
    }
}

/// What the first word of a block's line does.
#[derive(Clone, Copy)]
enum Word {
    Opens(BlockKind),
    Divides(BlockKind),
}

/// Takes `Loop label:` apart, or `Else:`; only a line that ends with a colon is one.
fn block_line(text: &str) -> Option<(Word, &str)> {
    let inner = text.strip_suffix(':')?;
    let (first, label) = inner.split_once(' ').unwrap_or((inner, ""));
    BlockKind::ALL.into_iter().find_map(|kind| {
        if first == kind.word() {
            Some((Word::Opens(kind), label))
        } else if Some(first) == kind.divider() {
            Some((Word::Divides(kind), label))
        } else {
            None
        }
    })
}

/// Takes `Note a, b: text` apart; an actor may be called `Note` too, and then an arrow follows before any colon.
fn note_line(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("Note ")?;
    let colon = outside_code(rest, ":").next()?;
    let names = rest.get(..colon)?;
    split_at_arrows(names).1.is_empty().then_some(())?;
    Some((names, rest.get(colon + 1..)?))
}

/// Takes the number off a line such as `1. a → b`.
fn numbered(text: &str) -> (Option<usize>, &str) {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = text.split_at(digits);
    match (number.parse(), rest.strip_prefix(['.', ')'])) {
        (Ok(number), Some(rest)) if rest.starts_with(char::is_whitespace) => (Some(number), rest.trim_start()),
        _ => (None, text),
    }
}
