//! Mermaid: a subset of its notation, read into our own models.
//!
//! Gets the body of a ```` ```mermaid ```` block, gives a model with title and description. A Mermaid figure so looks like
//! every other figure of the book, and what cannot be read has a message at its line.
//!
//! ```text
//! ---
//! title: From source to result
//! ---
//! flowchart LR
//!     accDescr: Four steps in a row.
//!     source --> lexer --> parser
//! ```
//!
//! [`flowchart`], [`sequence`], [`state`] and [`class`] say which part of each notation is read. What they share: a title in
//! front matter, `accTitle` and `accDescr`, `%%` comments, entities (`#quot;`, `&lt;`), `<br/>`, and code in backticks.
//!
//! What only changes looks (`style`, `classDef`, `linkStyle`, `:::name`, `%%{init}%%`, `rect`, icons) or behaviour on a web
//! page (`click`) is left out, and one note a block says so: the book's theme decides. The direction is a wish: `LR`
//! and `RL` lead from left to right, `TB` and `BT` from top to bottom, unless only the other fits; a chain is folded into rows.
//! Frames in frames stand side by side, named `outer › inner`, as a note says. Anything else outside of the subset is a fault: the block is never drawn half.

pub(crate) mod class;
pub(crate) mod flowchart;
pub(crate) mod sequence;
pub(crate) mod state;
#[cfg(test)]
mod tests;
mod text;

use super::graph::Way;
use super::kinds::Model;
use super::language::{Fault, Label, Line, enumerate};
use crate::diag::nearest;
use crate::source::Span;
use std::collections::BTreeSet;
use text::unquoted;

/// What a block says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Read {
    /// The diagram.
    pub(crate) model: Model,
    /// `title: text` or `accTitle: text`
    pub(crate) title: Option<String>,
    /// `accDescr: text`
    pub(crate) alt: Option<String>,
    /// What looks different from Mermaid's own figure: the place of the first, and a clause about all.
    pub(crate) looks: Vec<(Span, String)>,
    /// What may be meant otherwise, in our own notation.
    pub(crate) doubts: Vec<(Span, String)>,
}

/// The language of the fence.
pub(crate) const NAME: &str = "mermaid";

/// The kinds that are drawn, by the first word of the block.
const KINDS: [&str; 8] = [
    "flowchart",
    "graph",
    "sequenceDiagram",
    "stateDiagram",
    "stateDiagram-v2",
    "classDiagram",
    "classDiagram-v2",
    "flowchart-elk",
];

/// The kinds that Mermaid knows and we do not draw.
const OTHERS: [&str; 27] = [
    "erDiagram",
    "gantt",
    "pie",
    "gitGraph",
    "mindmap",
    "timeline",
    "journey",
    "quadrantChart",
    "requirementDiagram",
    "requirement",
    "C4Context",
    "C4Container",
    "C4Component",
    "C4Dynamic",
    "C4Deployment",
    "zenuml",
    "sankey",
    "sankey-beta",
    "xychart",
    "xychart-beta",
    "block",
    "block-beta",
    "packet",
    "packet-beta",
    "kanban",
    "architecture-beta",
    "radar-beta",
];

const DRAWN: &str = "expected `flowchart`, `sequenceDiagram`, `stateDiagram-v2` or `classDiagram`";

/// More statements than a figure can have; a bound on what reading may cost.
const MOST_STATEMENTS: usize = 2_000;

/// Reads a block; `places` has the place of each line of `body`, and `whole` is that of the block.
pub(crate) fn read(body: &str, places: &[Span], whole: Span) -> Result<Read, Vec<Fault>> {
    let mut head = Head::default();
    let lines = head.take_from(body, places, whole).map_err(|fault| vec![fault])?;
    let (first, rest) = match lines.split_first() {
        Some(((_, first), rest)) => (*first, rest),
        None => {
            return Err(vec![Fault {
                span: whole,
                message: "this Mermaid block is empty".to_owned(),
                expected: DRAWN.to_owned(),
            }]);
        }
    };
    if lines.len() > MOST_STATEMENTS {
        return Err(vec![Fault {
            span: whole,
            message: format!("this Mermaid block has more than {MOST_STATEMENTS} lines"),
            expected: "expected what a page can show".to_owned(),
        }]);
    }
    let end = first
        .text
        .find(|character: char| character.is_whitespace() || character == ';' || character == ':')
        .unwrap_or(first.text.len());
    let (kind, behind) = first.text.split_at_checked(end).unwrap_or((first.text, ""));
    let first = Line {
        text: behind.trim(),
        ..first
    };
    let lines: Vec<Line> = rest.iter().map(|(_, line)| *line).collect();
    let model = match kind {
        "flowchart" | "graph" | "flowchart-elk" => flowchart::read(first, &joined(body, rest), whole, &mut head.looks)?,
        "sequenceDiagram" => sequence::read(first, &lines, whole, &mut head)?,
        "stateDiagram" | "stateDiagram-v2" => state::read(first, &lines, whole, &mut head.looks)?,
        "classDiagram" | "classDiagram-v2" => class::read(first, &lines, whole, &mut head.looks)?,
        _ => return Err(vec![unknown(kind, &first)]),
    };
    Ok(Read {
        model,
        title: head.title,
        alt: head.alt,
        looks: head.looks.messages(),
        doubts: Vec::new(),
    })
}

fn unknown(kind: &str, line: &Line) -> Fault {
    if OTHERS.contains(&kind) {
        return line.fault(format!("a Mermaid `{kind}` is not drawn"), DRAWN);
    }
    match nearest(kind, KINDS.iter().chain(&OTHERS).copied()) {
        Some(near) => line.fault(
            format!("`{kind}` is not a kind of Mermaid diagram"),
            format!("the nearest is `{near}`"),
        ),
        None => line.fault(format!("`{kind}` is not a kind of Mermaid diagram"), DRAWN),
    }
}

const DIRECTIONS: &str = "expected `TB`, `BT`, `LR` or `RL`";

/// The direction that an author wished for.
fn direction(text: &str) -> Option<Way> {
    match text {
        "" => Some(Way::Any),
        "TB" | "TD" | "BT" | "v" | "^" => Some(Way::Down),
        "LR" | "RL" | ">" | "<" => Some(Way::Across),
        _ => None,
    }
}

/// What stands in a block apart from the diagram itself.
#[derive(Debug, Default)]
struct Head {
    title: Option<String>,
    alt: Option<String>,
    looks: Looks,
}

impl Head {
    /// Takes title, description, comments and directives out of a block; gives all other lines that are not blank, and where
    /// each begins.
    fn take_from<'a>(&mut self, body: &'a str, places: &[Span], whole: Span) -> Result<Vec<(usize, Line<'a>)>, Fault> {
        let mut start = 0;
        let mut lines = body.split_inclusive('\n').enumerate().map(|(at, raw)| {
            let indent = raw.len() - raw.trim_start().len();
            let placed = start + indent;
            start += raw.len();
            let line = Line {
                text: raw.trim(),
                indent,
                span: places.get(at).copied().unwrap_or(whole),
            };
            (placed, line)
        });
        let mut found = Vec::new();
        let mut started = false;
        while let Some((start, line)) = lines.next() {
            if line.text.is_empty() {
                continue;
            }
            if line.text == "---" && !started {
                self.front_matter(line, &mut lines)?;
            } else if line.text.starts_with("%%{") {
                self.looks.add("%%{init}%%", line.span);
                if !line.text.contains("}%%") && !lines.any(|(_, line)| line.text.contains("}%%")) {
                    return Err(line.fault("nothing closes this directive", "expected `}%%`"));
                }
            } else if line.text.starts_with("%%") {
            } else if let Some(title) = line.text.strip_prefix("accTitle:") {
                self.title = Some(text::decoded(title.trim()));
            } else if let Some(rest) = line.text.strip_prefix("accDescr") {
                if !self.description(rest.trim_start(), &mut lines) {
                    return Err(line.fault(
                        "this description cannot be read",
                        "expected `accDescr: text` or `accDescr { text }`",
                    ));
                }
            } else {
                found.push((start, line));
            }
            started = true;
        }
        self.title = self.title.take().filter(|title| !title.is_empty());
        self.alt = self.alt.take().filter(|alt| !alt.is_empty());
        Ok(found)
    }

    /// `title: text` between two lines `---`; all else in there is about looks.
    fn front_matter<'a>(&mut self, opening: Line, lines: &mut impl Iterator<Item = (usize, Line<'a>)>) -> Result<(), Fault> {
        for (_, line) in lines {
            if line.text == "---" {
                return Ok(());
            }
            if let (Some(title), 0) = (line.text.strip_prefix("title:"), line.indent) {
                let title = title.trim();
                let single = title.strip_prefix('\'').and_then(|title| title.strip_suffix('\''));
                self.title = Some(single.unwrap_or(unquoted(title)).to_owned());
            } else if !line.text.is_empty() && !line.text.starts_with('#') {
                self.looks.add("config", line.span);
            }
        }
        Err(opening.fault("nothing closes this front matter", "expected a second line `---`"))
    }

    /// `: text`, or `{ text }` over several lines.
    fn description<'a>(&mut self, rest: &str, lines: &mut impl Iterator<Item = (usize, Line<'a>)>) -> bool {
        if let Some(text) = rest.strip_prefix(':') {
            self.alt = Some(text::decoded(text.trim()));
            return true;
        }
        let Some(first) = rest.strip_prefix('{') else { return false };
        let mut words = Vec::new();
        let mut text = first;
        loop {
            match text.split_once('}') {
                Some((before, _)) => {
                    words.extend(before.split_whitespace());
                    self.alt = Some(text::decoded(&words.join(" ")));
                    return true;
                }
                None => words.extend(text.split_whitespace()),
            }
            match lines.next() {
                Some((_, line)) => text = line.text,
                None => return false,
            }
        }
    }
}

/// What looks different from Mermaid's own figure.
#[derive(Debug, Default)]
struct Looks {
    /// Names of what only changes looks, and the place of the first.
    names: BTreeSet<&'static str>,
    first: Option<Span>,
    /// The first frame that stands in another, and its name.
    nested: Option<(Span, String)>,
}

/// Frames in one another beyond this have names too long to read.
const DEEPEST: usize = 4;

impl Looks {
    fn add(&mut self, name: &'static str, span: Span) {
        self.first.get_or_insert(span);
        self.names.insert(name);
    }

    /// The name of a frame that stands in another: as there is one level of frames, they stand side by side.
    fn nested(&mut self, outer: &Label, inner: &Label, span: Span) -> Label {
        let mut label = outer.clone();
        label.push(" › ", false);
        inner.runs.iter().for_each(|run| label.push(&run.text, run.code));
        self.nested.get_or_insert_with(|| (span, label.plain()));
        label
    }

    fn messages(&self) -> Vec<(Span, String)> {
        let names: Vec<String> = self.names.iter().map(|name| format!("`{name}`")).collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        let names = enumerate(&names);
        let left = self.first.map(|first| {
            (
                first,
                format!("{names} {verb} left out: in a book, the theme decides how a figure looks"),
            )
        });
        let nested = self.nested.as_ref().map(|(span, name)| {
            let message = format!("frames do not stand in one another here: this one is beside the other, named `{name}`");
            (*span, message)
        });
        left.into_iter().chain(nested).collect()
    }
}

/// Joins lines that a quoted text passes over.
fn joined<'a>(body: &'a str, lines: &[(usize, Line<'a>)]) -> Vec<Line<'a>> {
    let mut found: Vec<(usize, Line<'a>)> = Vec::new();
    let mut open = false;
    for (start, line) in lines {
        let opens = line.text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
        match found.last_mut() {
            Some((from, last)) if open => last.text = body.get(*from..start + line.text.len()).unwrap_or(last.text),
            _ => found.push((*start, *line)),
        }
        open ^= opens;
    }
    found.into_iter().map(|(_, line)| line).collect()
}
