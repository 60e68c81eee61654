//! Links between nodes: `-->`, `-.->|text|`, `== text ==>`.

use super::EXPECTED;
use super::nodes::{broken, identifier, markdown};
use crate::figures::language::{Fault, Label, Line};
use crate::figures::mermaid::text::{Cursor, label};
use crate::figures::scene::Head;
use crate::source::Span;

/// A link between two nodes or frames.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) from: End,
    pub(super) to: End,
    pub(super) label: Option<Label>,
    pub(super) stroke: Weight,
    pub(super) tail: Tip,
    pub(super) head: Tip,
    pub(super) span: Span,
}

impl Link {
    /// Whether it is tied to a subgraph.
    pub(super) fn has_frame(&self) -> bool {
        [self.from, self.to].iter().any(|end| matches!(end, End::Frame(_)))
    }
}

/// What a link is tied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Node(usize),
    Frame(usize),
}

/// How the line of a link is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Usual,
    Dashed,
    Thick,
    Hidden,
}

/// What stands at the end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tip {
    None,
    Arrow,
    Circle,
    Cross,
}

impl Tip {
    /// The head that is drawn.
    pub(super) fn head(self) -> Head {
        match self {
            Self::None => Head::None,
            Self::Arrow => Head::Solid,
            Self::Circle => Head::Circle,
            Self::Cross => Head::Cross,
        }
    }
}

/// Whether a text begins as a link does.
pub(super) fn is_link_start(text: &str) -> bool {
    ["--", "==", "-.", "<-", "<=", "~~~", "&"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// A link, with its text.
pub(super) fn link(cursor: &mut Cursor, line: &Line) -> Result<Link, Fault> {
    let unreadable = |cursor: &Cursor| {
        let found: String = cursor.rest().chars().take(24).collect();
        line.fault(format!("`{}` is not a link", found.trim_end()), EXPECTED)
    };
    // `a e1@--> b` names a link, so that its look can be changed.
    let mut named = *cursor;
    if !identifier(&mut named).is_empty() && named.eat("@") {
        *cursor = named;
    }
    if cursor.rest().starts_with("~~~") {
        cursor.take_while(|character| character == '~');
        return Ok(new_link(line, Weight::Hidden, Tip::None, Tip::None, None));
    }
    let tail = tail(cursor);
    let Some(weight) = stem(cursor) else {
        return Err(unreadable(cursor));
    };
    if let Some(head) = head(cursor, weight) {
        cursor.skip_space();
        let text = if cursor.eat("|") {
            let text = cursor
                .take_until("|")
                .ok_or_else(|| line.fault("nothing closes the label of this link", "expected `|` after it"))?;
            Some(text)
        } else {
            None
        };
        return finished(line, weight, tail, head, text);
    }
    let text = inner_text(cursor, weight, line)?;
    let head = match weight {
        Weight::Dashed => {
            cursor.take_while(|character| character == '.');
            cursor.eat("-");
            tip(cursor)
        }
        _ => {
            stem(cursor);
            head(cursor, weight)
        }
    };
    finished(line, weight, tail, head.unwrap_or(Tip::None), Some(text))
}

/// The text in a link, up to the line's end: the `yes` of `-- yes -->`.
fn inner_text<'a>(cursor: &mut Cursor<'a>, weight: Weight, line: &Line) -> Result<&'a str, Fault> {
    let closing = match weight {
        Weight::Thick => "==",
        Weight::Dashed => ".-",
        _ => "--",
    };
    let start = cursor.rest();
    let mut search = *cursor;
    search.skip_space();
    let text = if search.eat("\"") {
        search.take_until("\"").and_then(|text| {
            search.skip_space();
            search.rest().starts_with(closing).then_some(text)
        })
    } else {
        let end = search.rest().find(closing);
        end.map(|end| search.take(end))
    };
    let Some(text) = text else {
        let found: String = start.chars().take(24).collect();
        return Err(line.fault(
            format!("the link before `{}` has no end", found.trim()),
            "expected `a -- label --> b` or `a -->|label| b`",
        ));
    };
    *cursor = search;
    Ok(text)
}

fn finished(line: &Line, weight: Weight, tail: Tip, head: Tip, text: Option<&str>) -> Result<Link, Fault> {
    let text = text.map(|text| label(line, &broken(&markdown(text)))).transpose()?;
    Ok(new_link(line, weight, tail, head, text.filter(|text| !text.is_empty())))
}

fn new_link(line: &Line, stroke: Weight, tail: Tip, head: Tip, label: Option<Label>) -> Link {
    Link {
        from: End::Node(0),
        to: End::Node(0),
        label,
        stroke,
        tail,
        head,
        span: line.span,
    }
}

/// What stands at the beginning of a link.
fn tail(cursor: &mut Cursor) -> Tip {
    let mut behind = *cursor;
    let tip = tip_backwards(&mut behind);
    if ["--", "==", "-."].iter().any(|start| behind.rest().starts_with(start)) {
        *cursor = behind;
        return tip.unwrap_or(Tip::None);
    }
    Tip::None
}

fn tip_backwards(cursor: &mut Cursor) -> Option<Tip> {
    if cursor.eat("<") {
        return Some(Tip::Arrow);
    }
    circle_or_cross(cursor)
}

fn tip(cursor: &mut Cursor) -> Option<Tip> {
    if cursor.eat(">") {
        return Some(Tip::Arrow);
    }
    circle_or_cross(cursor)
}

fn circle_or_cross(cursor: &mut Cursor) -> Option<Tip> {
    if cursor.eat("o") {
        Some(Tip::Circle)
    } else {
        cursor.eat("x").then_some(Tip::Cross)
    }
}

/// The first two signs of a link's line.
fn stem(cursor: &mut Cursor) -> Option<Weight> {
    if cursor.eat("--") {
        Some(Weight::Usual)
    } else if cursor.eat("==") {
        Some(Weight::Thick)
    } else {
        cursor.eat("-.").then_some(Weight::Dashed)
    }
}

/// The rest of a link's line and what stands at its end; `None` if a text follows instead.
fn head(cursor: &mut Cursor, weight: Weight) -> Option<Tip> {
    let mut behind = *cursor;
    let (sign, least) = match weight {
        Weight::Thick => ('=', 1),
        Weight::Dashed => ('.', 0),
        _ => ('-', 1),
    };
    let more = behind.take_while(|character| character == sign).len();
    if weight == Weight::Dashed && !behind.eat("-") {
        return None;
    }
    let tip = tip(&mut behind);
    if tip.is_none() && more < least {
        return None;
    }
    *cursor = behind;
    Some(tip.unwrap_or(Tip::None))
}
