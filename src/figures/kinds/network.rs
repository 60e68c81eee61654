//! Networks: boxes of several shapes and lines of several sorts between them. Drawn for flowcharts and state diagrams of
//! [Mermaid](crate::figures::mermaid); the kind has no notation of its own.

use super::Laid;
use crate::figures::Space;
use crate::figures::graph::{Edge, End, Graph, MOST_EDGES, MOST_NODES, Node, Shape, Way};
use crate::figures::language::{Label, enumerate};
use crate::figures::scene::Head;
use crate::figures::text::Typesetter;

/// Nodes, lines and frames in the author's order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Network {
    /// What it shows.
    sort: Sort,
    graph: Graph,
    /// The nodes that are notes on others.
    notes: Vec<usize>,
}

/// What a network shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Steps.
    #[default]
    Flowchart,
    /// States, and how one follows another.
    States,
}

/// What a line is tied to: a node, or the frame with this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tie {
    /// A node.
    Node(usize),
    /// A frame, and so all that stands in it.
    Frame(usize),
}

/// A line between nodes or frames.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Where it begins.
    pub(crate) from: Tie,
    /// Where it ends.
    pub(crate) to: Tie,
    /// The text beside it.
    pub(crate) label: Option<Label>,
    /// Whether it is dashed.
    pub(crate) dashed: bool,
    /// Whether it is thick.
    pub(crate) thick: bool,
    /// What stands where it begins.
    pub(crate) tail: Head,
    /// What stands where it ends.
    pub(crate) head: Head,
}

impl Network {
    /// A network with nothing in it, which leads in a direction if its author wished so.
    pub(crate) fn new(sort: Sort, way: Way) -> Self {
        let mut network = Self { sort, ..Self::default() };
        network.graph.way = way;
        network
    }

    /// Adds a frame; gives its number.
    pub(crate) fn frame(&mut self, name: Label) -> usize {
        self.graph.groups.push(name);
        self.graph.groups.len() - 1
    }

    /// Adds a node; gives its number.
    pub(crate) fn node(&mut self, shape: Shape, label: Label, frame: Option<usize>) -> usize {
        self.graph.nodes.push(Node {
            group: frame,
            ..Node::new(shape, label)
        });
        self.graph.nodes.len() - 1
    }

    /// Adds a note on a node.
    pub(crate) fn note(&mut self, at: usize, label: Label) {
        let frame = self.graph.nodes.get(at).and_then(|node| node.group);
        let note = self.node(Shape::Pale, label, frame);
        self.notes.push(note);
        self.graph.edges.push(Edge {
            dashed: true,
            head: Head::None,
            ..Edge::new(End::node(at), End::node(note))
        });
    }

    /// Adds a line, after all nodes. `false` if it would lead from a frame to what stands in it, or to a frame in which
    /// nothing stands.
    pub(crate) fn line(&mut self, line: Line) -> bool {
        let frame = |tie: Tie| match tie {
            Tie::Node(_) => None,
            Tie::Frame(frame) => Some(frame),
        };
        let (Some(from), Some(to)) = (self.member(line.from, true), self.member(line.to, false)) else {
            return false;
        };
        let group = |node: usize| self.graph.nodes.get(node).and_then(|node| node.group);
        let framed = [frame(line.from), frame(line.to)];
        if framed.iter().any(Option::is_some) && group(from) == group(to) {
            return false;
        }
        self.graph.edges.push(Edge {
            dashed: line.dashed,
            thick: line.thick,
            tail: line.tail,
            head: line.head,
            at_frames: framed.map(|frame| frame.is_some()),
            ..Edge::new(End::node(from), End::node(to)).labelled(line.label)
        });
        true
    }

    /// The node to which a line is tied, or a node of the frame: one from which nothing leads further in the frame, or to
    /// which nothing in it leads.
    fn member(&self, tie: Tie, leaving: bool) -> Option<usize> {
        let frame = match tie {
            Tie::Node(node) => return Some(node),
            Tie::Frame(frame) => frame,
        };
        let group = |node: usize| self.graph.nodes.get(node).and_then(|node| node.group);
        let is_end = |node: usize| {
            let mut inner = self.graph.edges.iter().filter(|edge| {
                let (from, to) = (edge.from.node, edge.to.node);
                from != to && group(from) == Some(frame) && group(to) == Some(frame)
            });
            !inner.any(|edge| {
                if leaving {
                    edge.from.node == node
                } else {
                    edge.to.node == node
                }
            })
        };
        let members = (0..self.graph.nodes.len()).filter(|node| group(*node) == Some(frame) && !self.notes.contains(node));
        let members: Vec<usize> = members.collect();
        let mut ends = members.iter().copied().filter(|node| is_end(*node));
        let end = if leaving { ends.next_back() } else { ends.next() };
        end.or(if leaving {
            members.last().copied()
        } else {
            members.first().copied()
        })
    }

    /// What is wrong with the whole: what was found, and what was expected.
    pub(crate) fn complaint(&self) -> Option<(String, String)> {
        let what = match self.sort {
            Sort::Flowchart => "flowchart",
            Sort::States => "state diagram",
        };
        if self.graph.nodes.is_empty() {
            return Some((format!("this {what} shows nothing"), "expected `a --> b`".to_owned()));
        }
        if self.graph.nodes.len() > MOST_NODES || self.graph.edges.len() > MOST_EDGES {
            return Some((
                format!("this {what} has more than {MOST_NODES} nodes or {MOST_EDGES} lines"),
                "expected what a page can show: divide it into several figures".to_owned(),
            ));
        }
        self.graph.extent().is_none().then(|| {
            (
                format!("too many lines or frames of this {what} pass other nodes"),
                "expected what a page can show: divide it into several figures".to_owned(),
            )
        })
    }

    fn name(&self, node: usize) -> String {
        let Some(known) = self.graph.nodes.get(node) else {
            return String::new();
        };
        let of = match known.group.and_then(|group| self.graph.groups.get(group)) {
            Some(group) if !group.is_empty() => format!(" of {}", group.plain()),
            _ => String::new(),
        };
        match known.shape {
            Shape::Start => format!("the start{of}"),
            Shape::End => format!("the end{of}"),
            Shape::Bar => "a bar".to_owned(),
            Shape::Choice => "a choice".to_owned(),
            _ => known.label.plain(),
        }
    }

    /// The name of what a line is tied to.
    fn tied(&self, node: usize, framed: bool) -> String {
        let group = self.graph.nodes.get(node).and_then(|node| node.group);
        match group.filter(|_| framed).and_then(|group| self.graph.groups.get(group)) {
            Some(group) => group.plain(),
            None => self.name(node),
        }
    }

    /// A title made of where it begins and ends.
    pub(crate) fn title(&self) -> String {
        let ends = |leaving: bool| -> Vec<String> {
            let nodes = (0..self.graph.nodes.len()).filter(|node| !self.notes.contains(node));
            let ends = nodes.filter(|node| {
                let mut edges = self.graph.edges.iter().filter(|edge| edge.from != edge.to);
                !edges.any(|edge| {
                    let (near, far) = if leaving { (edge.from, edge.to) } else { (edge.to, edge.from) };
                    near.node == *node && !self.notes.contains(&far.node)
                })
            });
            ends.map(|node| self.name(node)).collect()
        };
        if self.sort == Sort::States {
            return self.title_of_states();
        }
        match (ends(false).as_slice(), ends(true).as_slice()) {
            ([first], [last]) => format!("From {first} to {last}"),
            ([first], _) => format!("Flow from {first}"),
            _ => format!("Flow around {}", self.name(0)),
        }
    }

    /// Where the start leads, and what leads to the end if that is one state; all states, if they are few.
    fn title_of_states(&self) -> String {
        let shape = |node: usize| self.graph.nodes.get(node).map(|node| (node.shape, node.group));
        let states = self.graph.nodes.iter().filter(|node| node.shape == Shape::Rounded);
        let names: Vec<String> = states.map(|node| node.label.plain()).collect();
        let first = self
            .graph
            .edges
            .iter()
            .find(|edge| shape(edge.from.node) == Some((Shape::Start, None)));
        let first = first.map(|edge| self.tied(edge.to.node, edge.at_frames[1]));
        let ends = self
            .graph
            .edges
            .iter()
            .filter(|edge| shape(edge.to.node) == Some((Shape::End, None)));
        let ends: Vec<String> = ends.map(|edge| self.tied(edge.from.node, edge.at_frames[0])).collect();
        match (names.as_slice(), first, ends.as_slice()) {
            (names, ..) if (2..4).contains(&names.len()) => format!("The states {}", enumerate(names)),
            (_, Some(first), [last]) => format!("States from {first} to {last}"),
            (_, Some(first), _) => format!("States from {first}"),
            ([first, ..], None, _) => format!("States from {first}"),
            ([], None, _) => "States".to_owned(),
        }
    }

    /// Nodes and lines in words, in the author's order.
    pub(crate) fn describe(&self) -> String {
        let mut sentences = Vec::new();
        for node in 0..self.graph.nodes.len() {
            for framed in [false, true] {
                sentences.extend(self.describe_from(node, framed));
            }
        }
        let lonely = (0..self.graph.nodes.len()).filter(|node| {
            let mut edges = self.graph.edges.iter();
            !edges.any(|edge| edge.from.node == *node || edge.to.node == *node)
        });
        sentences.extend(lonely.map(|node| format!("{} stands alone", self.name(node))));
        for (at, name) in self.graph.groups.iter().enumerate() {
            let members = (0..self.graph.nodes.len()).filter(|node| {
                let group = self.graph.nodes.get(*node).and_then(|node| node.group);
                group == Some(at) && !self.notes.contains(node)
            });
            let named = members.filter(|node| self.graph.nodes.get(*node).is_some_and(|node| !node.label.is_empty()));
            let members: Vec<String> = named.map(|node| self.name(node)).collect();
            if members.is_empty() {
                continue;
            }
            let name = if name.is_empty() { "a frame".to_owned() } else { name.plain() };
            sentences.push(format!("{name} holds {}", enumerate(&members)));
        }
        let count = self.graph.nodes.len() - self.notes.len();
        let what = match (self.sort, count) {
            (Sort::Flowchart, 1) => "A flowchart of one step".to_owned(),
            (Sort::Flowchart, count) => format!("A flowchart of {count} steps"),
            (Sort::States, _) => "States, and how one follows another".to_owned(),
        };
        format!("{what}: {}.", sentences.join("; "))
    }

    /// Where the lines lead that begin at a node, or at the frame around it.
    fn describe_from(&self, node: usize, framed: bool) -> Option<String> {
        let mut said: Vec<(String, Vec<String>)> = Vec::new();
        let mut notes = String::new();
        let from = self.graph.edges.iter();
        for edge in from.filter(|edge| edge.from.node == node && edge.at_frames[0] == framed) {
            let to = match edge.to.node {
                to if to == node => "itself".to_owned(),
                to => self.tied(to, edge.at_frames[1]),
            };
            if self.notes.contains(&edge.to.node) {
                notes.push_str(&format!(", note: {to}"));
                continue;
            }
            let to = match edge.labels[1].as_ref() {
                Some(label) => format!("{to} ({})", label.plain()),
                None => to,
            };
            let verb = verb(edge);
            match said.iter_mut().find(|(known, _)| *known == verb) {
                Some((_, all)) => all.push(to),
                None => said.push((verb, vec![to])),
            }
        }
        let clauses = said.iter().map(|(verb, all)| format!("{verb} {}", enumerate(all)));
        let clauses: Vec<String> = clauses.collect();
        let name = self.tied(node, framed);
        match (clauses.is_empty(), notes.is_empty()) {
            (true, true) => None,
            (true, false) => Some(format!("{name}{notes}")),
            (false, _) => Some(format!("{name} {}{notes}", clauses.join(", and "))),
        }
    }

    /// Puts everything in its place.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        self.graph.lay_out(typesetter, size, space)
    }
}

/// What a line says, in words.
fn verb(edge: &Edge) -> String {
    let line = match (edge.dashed, edge.thick) {
        (true, _) => " by a dashed line",
        (false, true) => " by a thick line",
        (false, false) => "",
    };
    let end = match edge.head {
        Head::Cross => " with a cross at its end",
        Head::Circle => " with a circle at its end",
        _ => "",
    };
    let line = match (line, end) {
        ("", "") => String::new(),
        ("", end) => format!(" by a line{end}"),
        (line, end) => format!("{line}{end}"),
    };
    match (edge.tail, edge.head) {
        (Head::None, Head::None) => format!("is joined{line} to"),
        (Head::None, _) => format!("leads{line} to"),
        (_, Head::None) => format!("is reached{line} from"),
        _ => format!("leads both ways{line} to"),
    }
}
