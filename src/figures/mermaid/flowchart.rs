//! Mermaid's `flowchart` and `graph`.
//!
//! ```text
//! flowchart LR
//!     spam[import spam] --> fresh{Is .pyc fresh?}
//!     fresh -->|yes| read[(read it)] & trace
//!     fresh -. no .-> compile --> write([write .pyc])
//!     subgraph loader [The loader]
//!         compile; write
//!     end
//! ```
//!
//! Read are: nodes with or without a text; all shapes of brackets (and of `@{ shape: …, label: … }`), drawn as boxes
//! (`[ ]`, `[[ ]]`, `[/ /]`, `> ]`), rounded boxes (`( )`, `([ ])`), decisions (`{ }`, `{{ }}`), circles (`(( ))`, `((( )))`)
//! and cylinders (`[( )]`); links `---`, `-.-`, `===` with an arrowhead, a circle or a cross at either end, with a text in the
//! link or between bars; chains and `&`; subgraphs, also as ends of links; several statements in a line, by `;`. A
//! subgraph in another has a frame beside the other's, with both names, and a note says so. `~~~` only changes the layout, which is ours.

use super::text::{Cursor, first_word, label, unquoted};
use super::{DIRECTIONS, Looks, direction};
use crate::figures::graph::{MOST_EDGES, MOST_NODES, Shape, Way};
use crate::figures::kinds::Model;
use crate::figures::kinds::network::{self, Network, Sort, Tie};
use crate::figures::language::{Fault, Label, Line};
use crate::figures::scene::Head;
use crate::source::Span;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Reads a flowchart; `first` is what follows its name.
pub(super) fn read(first: Line, lines: &[Line], whole: Span, looks: &mut Looks) -> Result<Model, Vec<Fault>> {
    let chart = parse(first, lines, looks)?;
    let mut network = Network::new(Sort::Flowchart, chart.way);
    let mut faults = Vec::new();
    let ties = frames(&chart, &mut network);
    let mut nodes = Vec::new();
    for node in &chart.nodes {
        let frame = match node.frame.and_then(|frame| ties.get(frame)) {
            Some(Some(Tie::Frame(frame))) => Some(*frame),
            _ => None,
        };
        nodes.push(Tie::Node(network.node(node.shape, node.label.clone(), frame)));
    }
    let tie = |end: End| match end {
        End::Node(node) => nodes.get(node).copied(),
        End::Frame(frame) => ties.get(frame).copied().flatten(),
    };
    // Links to subgraphs are tied to a node in them, and so come last.
    let (loose, tied): (Vec<&Link>, Vec<&Link>) = chart.links.iter().partition(|link| link.has_frame());
    for link in tied.into_iter().chain(loose).filter(|link| link.stroke != Weight::Hidden) {
        let (Some(from), Some(to)) = (tie(link.from), tie(link.to)) else {
            faults.push(Fault {
                span: link.span,
                message: "this link ends at a subgraph in which only subgraphs stand".to_owned(),
                expected: "expected a node, or a subgraph in which nodes stand".to_owned(),
            });
            continue;
        };
        let drawn = network.line(network::Line {
            from,
            to,
            label: link.label.clone(),
            dashed: link.stroke == Weight::Dashed,
            thick: link.stroke == Weight::Thick,
            tail: link.tail.head(),
            head: link.head.head(),
        });
        if !drawn {
            faults.push(Fault {
                span: link.span,
                message: "this link leads from a subgraph to itself or to what stands in it".to_owned(),
                expected: "expected links between what stands apart".to_owned(),
            });
        }
    }
    if let Some((message, expected)) = network.complaint().filter(|_| faults.is_empty()) {
        faults.push(Fault {
            span: whole,
            message,
            expected,
        });
    }
    if faults.is_empty() {
        Ok(Model::Network(network))
    } else {
        Err(faults)
    }
}

/// Adds the frames of a chart; gives what a link to each is tied to.
fn frames(chart: &Chart, network: &mut Network) -> Vec<Option<Tie>> {
    let frames = chart.frames.iter().enumerate();
    frames
        .map(|(at, frame)| {
            let has_nodes = chart.nodes.iter().any(|node| node.frame == Some(at));
            let has_frames = chart.frames.iter().any(|inner| inner.within == Some(at));
            match (has_nodes, has_frames) {
                (true, _) => Some(Tie::Frame(network.frame(frame.label.clone()))),
                // Its name stands in those of the frames in it.
                (false, true) => None,
                // A subgraph in which nothing stands is a box with its name.
                (false, false) => Some(Tie::Node(network.node(Shape::Box, frame.label.clone(), None))),
            }
        })
        .collect()
}

/// What a flowchart says, in its author's order.
#[derive(Debug, Default)]
struct Chart {
    nodes: Vec<Node>,
    links: Vec<Link>,
    frames: Vec<Frame>,
    way: Way,
}

#[derive(Debug)]
struct Node {
    label: Label,
    shape: Shape,
    frame: Option<usize>,
}

/// A link between two nodes or frames.
#[derive(Debug, Clone)]
struct Link {
    from: End,
    to: End,
    label: Option<Label>,
    stroke: Weight,
    tail: Tip,
    head: Tip,
    span: Span,
}

impl Link {
    fn has_frame(&self) -> bool {
        [self.from, self.to].iter().any(|end| matches!(end, End::Frame(_)))
    }
}

/// What a link is tied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Node(usize),
    Frame(usize),
}

/// How the line of a link is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Usual,
    Dashed,
    Thick,
    Hidden,
}

/// What stands at the end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tip {
    None,
    Arrow,
    Circle,
    Cross,
}

impl Tip {
    fn head(self) -> Head {
        match self {
            Self::None => Head::None,
            Self::Arrow => Head::Solid,
            Self::Circle => Head::Circle,
            Self::Cross => Head::Cross,
        }
    }
}

#[derive(Debug)]
struct Frame {
    /// Its name, behind those of the subgraphs in which it stands.
    label: Label,
    within: Option<usize>,
}

const EXPECTED: &str = "expected `a --> b`, `a[text]`, `a -->|label| b` or `subgraph name`";

/// Reads the statements of a flowchart; `first` is what follows its name.
fn parse(first: Line, lines: &[Line], looks: &mut Looks) -> Result<Chart, Vec<Fault>> {
    let mut reader = Reader::default();
    let mut faults = Vec::new();
    let (typed, rest) = match first.text.split_once(';') {
        Some((typed, rest)) => (typed.trim(), rest),
        None => (first.text, ""),
    };
    match direction(typed) {
        Some(way) => reader.chart.way = way,
        None => faults.push(first.fault(format!("`{typed}` is not a direction"), DIRECTIONS)),
    }
    let first = Line { text: rest, ..first };
    for line in std::iter::once(&first).chain(lines) {
        for statement in statements(line.text) {
            let line = Line {
                text: statement,
                ..*line
            };
            faults.extend(reader.read(&line, looks).err());
        }
        if reader.is_full() || faults.len() > MOST_NODES {
            let expected = format!("expected at most {MOST_NODES} nodes and {MOST_EDGES} links; no page can show more");
            faults.push(line.fault("this flowchart has too many nodes or links", expected));
            return Err(faults);
        }
    }
    for open in &reader.open {
        faults.push(
            open.line
                .fault("nothing closes this subgraph", "expected `end` on a line of its own"),
        );
    }
    if faults.is_empty() {
        reader.finish().map_err(|fault| vec![fault])
    } else {
        Err(faults)
    }
}

/// Statements of a line: what stands between semicolons that are neither in quotes, in bars or brackets, nor end an entity.
fn statements(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut depth, mut quoted, mut barred) = (0, 0_usize, false, false);
    for (at, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '|' if !quoted => barred = !barred,
            '[' | '(' | '{' if !quoted => depth += 1,
            ']' | ')' | '}' if !quoted => depth = depth.saturating_sub(1),
            ';' if !quoted && !barred && depth == 0 => {
                found.push(text.get(start..at).unwrap_or_default().trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(text.get(start..).unwrap_or_default().trim());
    found.retain(|statement| !statement.is_empty());
    found
}

/// A subgraph that is being read.
struct Open<'a> {
    line: Line<'a>,
    frame: usize,
}

/// A link whose ends may still turn out to be subgraphs.
struct Loose {
    from: usize,
    to: usize,
    link: Link,
}

#[derive(Default)]
struct Reader<'a> {
    chart: Chart,
    by_id: BTreeMap<&'a str, usize>,
    /// Whether a node has a text or a shape of its own, as which a subgraph's name is never used.
    described: Vec<bool>,
    frames: BTreeMap<&'a str, usize>,
    links: Vec<Loose>,
    /// From the outermost to the innermost.
    open: Vec<Open<'a>>,
}

impl<'a> Reader<'a> {
    /// Whether there is more than a page can show.
    fn is_full(&self) -> bool {
        self.chart.nodes.len() > MOST_NODES || self.links.len() > MOST_EDGES
    }

    fn read(&mut self, line: &Line<'a>, looks: &mut Looks) -> Result<(), Fault> {
        let (word, rest) = first_word(line.text);
        match word {
            "style" | "classDef" | "class" | "linkStyle" | "click" if !rest.is_empty() && !is_link_start(rest) => {
                let names = ["style", "classDef", "class", "linkStyle", "click"];
                names
                    .iter()
                    .filter(|name| **name == word)
                    .for_each(|name| looks.add(name, line.span));
                Ok(())
            }
            "direction" if direction(rest).is_some() => Ok(()),
            "subgraph" => self.open(line, rest, looks),
            "end" if rest.is_empty() => match self.open.pop() {
                Some(_) => Ok(()),
                None => Err(line.fault("this `end` closes nothing", "expected `subgraph` before it")),
            },
            _ => self.chain(line, looks),
        }
    }

    fn open(&mut self, line: &Line<'a>, rest: &'a str, looks: &mut Looks) -> Result<(), Fault> {
        let mut cursor = Cursor::new(rest);
        let id = cursor.take_while(|character| !matches!(character, '[' | '"'));
        let (id, text) = match cursor
            .rest()
            .strip_prefix('[')
            .and_then(|text| text.trim_end().strip_suffix(']'))
        {
            Some(text) => (id.trim(), unquoted(text)),
            None => (unquoted(rest), unquoted(rest)),
        };
        let frame = self.chart.frames.len();
        let within = self.open.last().map(|open| open.frame);
        let name = label(line, &markdown(text))?;
        let outer = within.and_then(|outer| self.chart.frames.get(outer));
        let label = outer.map_or_else(|| name.clone(), |outer| looks.nested(&outer.label, &name, line.span));
        self.chart.frames.push(Frame { label, within });
        self.open.push(Open { line: *line, frame });
        if self.open.len() > super::DEEPEST {
            return Err(line.fault(
                format!("this subgraph stands in more than {} others", super::DEEPEST - 1),
                "expected fewer levels",
            ));
        }
        if !id.is_empty() && self.frames.insert(id, frame).is_some() {
            let message = format!("there is already a subgraph `{id}`");
            return Err(line.fault(message, "expected each name once"));
        }
        Ok(())
    }

    fn chain(&mut self, line: &Line<'a>, looks: &mut Looks) -> Result<(), Fault> {
        let mut cursor = Cursor::new(line.text);
        let mut from = self.nodes(&mut cursor, line, looks)?;
        while !cursor.is_done() {
            let found = link(&mut cursor, line)?;
            let to = self.nodes(&mut cursor, line, looks)?;
            for (from, to) in from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to))) {
                if self.is_full() {
                    return Ok(());
                }
                self.links.push(Loose {
                    from,
                    to,
                    link: Link {
                        from: End::Node(from),
                        to: End::Node(to),
                        label: found.label.clone(),
                        ..found.clone()
                    },
                });
            }
            from = to;
        }
        Ok(())
    }

    /// `a`, or `a & b`
    fn nodes(&mut self, cursor: &mut Cursor<'a>, line: &Line, looks: &mut Looks) -> Result<Vec<usize>, Fault> {
        let mut found = Vec::new();
        loop {
            cursor.skip_space();
            found.push(self.node(cursor, line, looks)?);
            cursor.skip_space();
            if self.is_full() || !cursor.eat("&") {
                return Ok(found);
            }
        }
    }

    fn node(&mut self, cursor: &mut Cursor<'a>, line: &Line, looks: &mut Looks) -> Result<usize, Fault> {
        let id = identifier(cursor);
        if id.is_empty() {
            let found = match cursor.peek() {
                Some(character) => format!("here is `{character}` where a node should be"),
                None => "a node is missing at the end of this line".to_owned(),
            };
            return Err(line.fault(found, EXPECTED));
        }
        let described = bracketed(cursor, line, looks)?;
        if cursor.eat(":::") {
            identifier(cursor);
            looks.add(":::", line.span);
        }
        let node = match self.by_id.get(id) {
            Some(node) => *node,
            None => {
                self.chart.nodes.push(Node {
                    label: label(line, id)?,
                    shape: Shape::Box,
                    frame: None,
                });
                self.described.push(false);
                let node = self.chart.nodes.len() - 1;
                self.by_id.insert(id, node);
                node
            }
        };
        if let (Some(known), Some((shape, text))) = (self.chart.nodes.get_mut(node), described) {
            known.shape = shape;
            known.label = text.filter(|text| !text.is_empty()).unwrap_or_else(|| known.label.clone());
            self.described.get_mut(node).into_iter().for_each(|known| *known = true);
        }
        if let (Some(open), Some(known)) = (self.open.last(), self.chart.nodes.get_mut(node)) {
            // A node that a subgraph names belongs to the innermost that does.
            let inner = known
                .frame
                .is_none_or(|frame| self.open.iter().any(|open| open.frame == frame));
            if inner {
                known.frame = Some(open.frame);
            }
        }
        Ok(node)
    }

    /// Ties links to subgraphs where their ends name some, and drops the nodes that these names are not.
    fn finish(mut self) -> Result<Chart, Fault> {
        let mut ends: Vec<End> = (0..self.chart.nodes.len()).map(End::Node).collect();
        for (id, node) in &self.by_id {
            let frame = self.frames.get(id).filter(|_| self.described.get(*node) == Some(&false));
            if let (Some(frame), Some(end)) = (frame, ends.get_mut(*node)) {
                *end = End::Frame(*frame);
            }
        }
        let mut kept = 0;
        for end in &mut ends {
            if let End::Node(node) = end {
                *node = kept;
                kept += 1;
            }
        }
        let mut at = ends.iter();
        self.chart.nodes.retain(|_| matches!(at.next(), Some(End::Node(_))));
        for loose in self.links {
            if let (Some(from), Some(to)) = (ends.get(loose.from), ends.get(loose.to)) {
                self.chart.links.push(Link {
                    from: *from,
                    to: *to,
                    ..loose.link
                });
            }
        }
        Ok(self.chart)
    }
}

/// The name of a node: letters, digits and a few signs; dashes and dots only between them.
fn identifier<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    let mut end = 0;
    let mut characters = cursor.rest().char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let inner = character.is_alphanumeric()
            || matches!(
                character,
                '_' | '/' | '\\' | '+' | '*' | '!' | '$' | '%' | '\'' | '`' | '?' | '#' | ':' | ','
            );
        let joined = matches!(character, '-' | '.') && at > 0 && next.is_some_and(char::is_alphanumeric);
        // `:::` names a class, and a colon ends no name.
        let class = character == ':' && (next.is_none_or(|next| !next.is_alphanumeric()));
        if !(inner || joined) || class {
            break;
        }
        end = at + character.len_utf8();
    }
    cursor.take(end)
}

/// Opening and closing brackets, longest first.
const BRACKETS: [(&str, &[&str], Shape); 13] = [
    ("(((", &[")))"], Shape::Circle),
    ("((", &["))"], Shape::Circle),
    ("([", &["])"], Shape::Rounded),
    ("(", &[")"], Shape::Rounded),
    ("[[", &["]]"], Shape::Box),
    ("[(", &[")]"], Shape::Cylinder),
    ("[/", &["/]", "\\]"], Shape::Box),
    ("[\\", &["\\]", "/]"], Shape::Box),
    ("[", &["]"], Shape::Box),
    ("{{", &["}}"], Shape::Decision),
    ("{", &["}"], Shape::Decision),
    (">", &["]"], Shape::Box),
    ("@{", &["}"], Shape::Box),
];

/// The shape and the text of a node, if brackets follow.
fn bracketed(cursor: &mut Cursor, line: &Line, looks: &mut Looks) -> Result<Option<(Shape, Option<Label>)>, Fault> {
    let Some((open, closes, shape)) = BRACKETS.iter().find(|(open, ..)| cursor.rest().starts_with(open)) else {
        return Ok(None);
    };
    cursor.eat(open);
    if *open == "@{" {
        return attributes(cursor, line).map(Some);
    }
    let unclosed = || {
        line.fault(
            format!("nothing closes `{open}`"),
            format!("expected `{}`", closes.join("` or `")),
        )
    };
    cursor.skip_space();
    let text = if cursor.eat("\"") {
        let text = cursor
            .take_until("\"")
            .ok_or_else(|| line.fault("nothing closes this quoted text", "expected a second quote"))?;
        cursor.skip_space();
        if !closes.iter().any(|close| cursor.eat(close)) {
            return Err(unclosed());
        }
        text
    } else {
        let ends = closes.iter().filter_map(|close| Some((cursor.rest().find(close)?, close)));
        let (end, close) = ends.min_by_key(|(end, _)| *end).ok_or_else(unclosed)?;
        let text = cursor.take(end);
        cursor.eat(close);
        text
    };
    let text = without_icon(text, line, looks);
    Ok(Some((*shape, Some(label(line, &broken(&markdown(&text)))?))))
}

/// `shape: cyl, label: "text" }`
fn attributes(cursor: &mut Cursor, line: &Line) -> Result<(Shape, Option<Label>), Fault> {
    let (mut shape, mut text) = (Shape::Box, None);
    loop {
        cursor.skip_space();
        if cursor.eat("}") {
            return Ok((shape, text));
        }
        let key = cursor.take_while(|character| character.is_alphanumeric());
        cursor.skip_space();
        if key.is_empty() || !cursor.eat(":") {
            return Err(line.fault(
                "these attributes cannot be read",
                "expected `@{ shape: name, label: \"text\" }`",
            ));
        }
        cursor.skip_space();
        let value = if cursor.eat("\"") {
            cursor
                .take_until("\"")
                .ok_or_else(|| line.fault("nothing closes this quoted text", "expected a second quote"))?
        } else {
            cursor.take_while(|character| !matches!(character, ',' | '}')).trim()
        };
        cursor.skip_space();
        cursor.eat(",");
        match key {
            "shape" => shape = named_shape(value, line)?,
            "label" => text = Some(label(line, &broken(&markdown(value)))?),
            _ => {
                let message = format!("the attribute `{key}` of a node is not known here");
                return Err(line.fault(message, "expected `shape` or `label`"));
            }
        }
    }
}

fn named_shape(name: &str, line: &Line) -> Result<Shape, Fault> {
    Ok(match name {
        "rect" | "rectangle" | "proc" | "process" | "fr-rect" | "subproc" | "subprocess" | "subroutine" | "framed-rectangle"
        | "lean-r" | "lean-l" | "trap-b" | "trap-t" | "odd" | "card" | "notch-rect" | "doc" | "document" => Shape::Box,
        "rounded" | "event" | "stadium" | "pill" | "terminal" => Shape::Rounded,
        "diam" | "diamond" | "decision" | "question" | "hex" | "hexagon" | "prepare" => Shape::Decision,
        "circle" | "circ" | "dbl-circ" | "double-circle" => Shape::Circle,
        "cyl" | "cylinder" | "db" | "database" | "das" | "lin-cyl" => Shape::Cylinder,
        _ => {
            let message = format!("the shape `{name}` is not drawn");
            return Err(line.fault(
                message,
                "expected `rect`, `rounded`, `stadium`, `diam`, `hex`, `circle` or `cyl`",
            ));
        }
    })
}

/// Text without an icon's name (`fa:fa-car`) before it.
fn without_icon(text: &str, line: &Line, looks: &mut Looks) -> String {
    let is_icon = |word: &str| {
        let prefix = word.split(':').next().unwrap_or_default();
        word.contains(":fa-") && matches!(prefix, "fa" | "fas" | "far" | "fab" | "fal" | "fad" | "fak")
    };
    if !text.contains(":fa-") {
        return text.to_owned();
    }
    looks.add("fa:", line.span);
    let words: Vec<&str> = text.split_whitespace().filter(|word| !is_icon(word)).collect();
    words.join(" ")
}

/// The text of a Markdown string, which has quotes and backticks around all of it, without stars for bold and italic; any
/// other text as it is, without quotes.
fn markdown(text: &str) -> Cow<'_, str> {
    let text = unquoted(text);
    let inner = text.strip_prefix('`').and_then(|text| text.strip_suffix('`'));
    match inner.filter(|inner| !inner.contains('`')) {
        Some(inner) if inner.contains(" * ") => Cow::Owned(inner.replace("**", "")),
        Some(inner) => Cow::Owned(inner.replace('*', "")),
        None => Cow::Borrowed(text),
    }
}

/// Text in which `\n` is a break.
fn broken(text: &str) -> String {
    text.replace("\\n", "<br/>")
}

fn is_link_start(text: &str) -> bool {
    ["--", "==", "-.", "<-", "<=", "~~~", "&"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// A link, with its text.
fn link(cursor: &mut Cursor, line: &Line) -> Result<Link, Fault> {
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
    // The text of the link, then its end.
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
    if weight == Weight::Dashed {
        cursor.take_while(|character| character == '.');
        cursor.eat("-");
        let head = tip(cursor).unwrap_or(Tip::None);
        return finished(line, weight, tail, head, Some(text));
    }
    stem(cursor);
    let head = head(cursor, weight).unwrap_or(Tip::None);
    finished(line, weight, tail, head, Some(text))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::promises::span;

    fn chart(body: &str) -> Chart {
        parsed(body).unwrap_or_else(|faults| panic!("{body}: {faults:?}"))
    }

    fn parsed(body: &str) -> Result<Chart, Vec<Fault>> {
        let lines: Vec<Line> = body
            .lines()
            .map(|text| Line {
                text: text.trim(),
                indent: 0,
                span: span(),
            })
            .collect();
        let first = Line {
            text: "LR",
            indent: 0,
            span: span(),
        };
        parse(first, &lines, &mut Looks::default())
    }

    /// A link as text: its ends' labels, its label and its line.
    fn links(chart: &Chart) -> Vec<String> {
        let name = |end: End| match end {
            End::Node(node) => chart.nodes[node].label.plain(),
            End::Frame(frame) => format!("<{}>", chart.frames[frame].label.plain()),
        };
        let tip = |tip: Tip| match tip {
            Tip::None => "",
            Tip::Arrow => ">",
            Tip::Circle => "o",
            Tip::Cross => "x",
        };
        let shown = chart.links.iter().map(|link| {
            let label = link.label.as_ref().map(Label::plain).unwrap_or_default();
            let line = match link.stroke {
                Weight::Usual => "-",
                Weight::Dashed => ".",
                Weight::Thick => "=",
                Weight::Hidden => "~",
            };
            format!(
                "{} {}{line}{label}{line}{} {}",
                name(link.from),
                tip(link.tail),
                tip(link.head),
                name(link.to)
            )
        });
        shown.collect()
    }

    #[test]
    fn every_form_of_link_is_read() {
        for (typed, read) in [
            ("a-->b", "a --> b"),
            ("a --- b", "a -- b"),
            ("a ------> b", "a --> b"),
            ("a -.-> b", "a ..> b"),
            ("a -.- b", "a .. b"),
            ("a -...-> b", "a ..> b"),
            ("a ==> b", "a ==> b"),
            ("a === b", "a == b"),
            ("a --o b", "a --o b"),
            ("a --x b", "a --x b"),
            ("a <--> b", "a >--> b"),
            ("a o--o b", "a o--o b"),
            ("a x--x b", "a x--x b"),
            ("a <-.-> b", "a >..> b"),
            ("a -->|yes, it is| b", "a -yes, it is-> b"),
            ("a --> |\"quoted | bar\"| b", ""),
            ("a -- yes --> b", "a -yes-> b"),
            ("a --yes--> b", "a -yes-> b"),
            ("a -- no --- b", "a -no- b"),
            ("a == thick ==> b", "a =thick=> b"),
            ("a -. dotted .-> b", "a .dotted.> b"),
            ("a -- \"a -- b\" --> b", "a -a -- b-> b"),
            ("a e1@--> b", "a --> b"),
            ("a ~~~ b", "a ~~ b"),
            ("a-b.c --> b_2", "a-b.c --> b_2"),
        ] {
            match parsed(typed) {
                Ok(chart) => assert_eq!(links(&chart), [read], "{typed}"),
                Err(faults) => assert_eq!(read, "", "{typed}: {faults:?}"),
            }
        }
    }

    #[test]
    fn chains_ampersands_and_semicolons() {
        let chart = chart("a & b --> c -->|x| d; d --> a\nd");
        assert_eq!(links(&chart), ["a --> c", "b --> c", "c -x-> d", "d --> a"]);
        assert_eq!(chart.nodes.len(), 4);
    }

    #[test]
    fn every_shape_is_read_and_a_name_is_described_once() {
        let typed = "a[box] --> b(rounded)\nb --> c{Is it; so?}\nc --> d((circle))\nd --> e([stadium]) --> f[[routine]]\n\
            f --> g[(base)] --> h>flag] --> i{{hexagon}} --> j[/lean/] --> k[\\lean/] --> l(((twice)))\n\
            m[\"a (quoted) #quot;text#quot;\"] --> n@{ shape: cyl, label: \"Disk\" }\na --> m:::red";
        let chart = chart(typed);
        let shown: Vec<(String, Shape)> = chart.nodes.iter().map(|node| (node.label.plain(), node.shape)).collect();
        let expected = [
            ("box", Shape::Box),
            ("rounded", Shape::Rounded),
            ("Is it; so?", Shape::Decision),
            ("circle", Shape::Circle),
            ("stadium", Shape::Rounded),
            ("routine", Shape::Box),
            ("base", Shape::Cylinder),
            ("flag", Shape::Box),
            ("hexagon", Shape::Decision),
            ("lean", Shape::Box),
            ("lean", Shape::Box),
            ("twice", Shape::Circle),
            ("a (quoted) \"text\"", Shape::Box),
            ("Disk", Shape::Cylinder),
        ];
        assert_eq!(shown, expected.map(|(label, shape)| (label.to_owned(), shape)));
    }

    #[test]
    fn subgraphs_hold_what_they_name_and_may_end_links() {
        let chart = chart("subgraph one [The first]\ndirection TB\na --> b\nend\nsubgraph two\nc\nend\none --> two\nb --> c");
        assert_eq!(links(&chart), ["a --> b", "<The first> --> <two>", "b --> c"]);
        let frames: Vec<Option<usize>> = chart.nodes.iter().map(|node| node.frame).collect();
        assert_eq!(frames, [Some(0), Some(0), Some(1)]);
    }

    #[test]
    fn a_subgraph_in_another_has_both_names() {
        let chart = chart("subgraph one\na --> b\nsubgraph two\nb --> c\nend\nc\nend");
        let names: Vec<String> = chart.frames.iter().map(|frame| frame.label.plain()).collect();
        assert_eq!(names, ["one", "one › two"]);
        let frames: Vec<Option<usize>> = chart.nodes.iter().map(|node| node.frame).collect();
        assert_eq!(frames, [Some(0), Some(1), Some(1)]);
    }

    #[test]
    fn what_is_outside_is_named() {
        for (body, message) in [
            ("a -> b", "`-> b` is not a link"),
            ("a -->", "a node is missing at the end"),
            ("a --> b c", "`c` is not a link"),
            ("a[text --> b", "nothing closes `[`"),
            ("a[\"text] --> b", "nothing closes this quoted text"),
            ("a -- text b", "has no end"),
            ("a -->|text b", "nothing closes the label"),
            ("end", "closes nothing"),
            ("subgraph x\na", "nothing closes this subgraph"),
            ("subgraph x\nsubgraph y\nend", "nothing closes this subgraph"),
            (
                "subgraph a\nsubgraph b\nsubgraph c\nsubgraph d\nsubgraph e\nx\nend\nend\nend\nend\nend",
                "more than 3 others",
            ),
            ("a@{ shape: bolt }", "the shape `bolt` is not drawn"),
            ("a@{ img: \"x.png\" }", "the attribute `img`"),
        ] {
            let faults = parsed(body).err().unwrap_or_default();
            assert!(
                faults.iter().any(|fault| fault.message.contains(message)),
                "{body}: {faults:?}"
            );
        }
    }
}
