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

mod links;
mod nodes;

use super::text::{Cursor, first_word, label, unquoted};
use super::{DIRECTIONS, Looks, direction};
use crate::figures::graph::{MOST_EDGES, MOST_NODES, Shape, Way};
use crate::figures::kinds::Model;
use crate::figures::kinds::network::{self, Network, Sort, Tie};
use crate::figures::language::{Fault, Label, Line};
use crate::source::Span;
use links::{End, Link, Weight, is_link_start, link};
use nodes::{bracketed, identifier, markdown};
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

#[cfg(test)]
mod tests;
