//! Reading what describes a graph: chains of arrows, labels after a colon, groups.

use super::{Edge, End, Graph, MOST_EDGES, MOST_NODES, Node, Shape, Way};
use crate::figures::language::{Arrow, Fault, Label, Line, enumerate, labels, outside_code, split_at_arrows, suggestion};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Names, arrows and groups in the author's order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Net {
    /// What arrow lines name.
    pub(crate) nodes: Vec<Named>,
    /// The arrows.
    pub(crate) edges: Vec<Join>,
    /// The groups.
    pub(crate) groups: Vec<Framed>,
}

/// A name, and the group that it is in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named {
    /// The name.
    pub(crate) label: Label,
    /// The group.
    pub(crate) group: Option<usize>,
}

/// An arrow.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Join {
    /// Where it begins.
    pub(crate) from: usize,
    /// Where it ends.
    pub(crate) to: usize,
    /// What stands at it.
    pub(crate) label: Option<Label>,
    /// Whether it is the weak arrow.
    pub(crate) weak: bool,
}

/// `Group name: a, b`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Framed {
    /// The name.
    pub(crate) label: Label,
    /// The nodes in it.
    pub(crate) members: Vec<usize>,
}

/// What a kind calls its parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wording {
    /// The whole.
    pub(crate) kind: &'static str,
    /// What arrow lines name.
    pub(crate) names: &'static str,
    /// What a line should have been.
    pub(crate) expected: &'static str,
}

impl Wording {
    /// The fault of a graph whose layout would take too long.
    pub(crate) fn too_long(&self, whole: Span) -> Fault {
        Fault {
            span: whole,
            message: format!("too many arrows or frames of this {} pass other {}", self.kind, self.names),
            expected: "expected what a page can show: divide it into several figures".to_owned(),
        }
    }
}

impl Net {
    /// The name of a node.
    pub(crate) fn name(&self, node: usize) -> String {
        self.nodes.get(node).map(|node| node.label.plain()).unwrap_or_default()
    }

    /// Nodes at which nothing arrives (or from which nothing leaves), edges to themselves apart.
    pub(crate) fn ends(&self, leaving: bool) -> Vec<String> {
        (0..self.nodes.len())
            .filter(|node| {
                let mut edges = self.edges.iter().filter(|edge| edge.from != edge.to);
                !edges.any(|edge| if leaving { edge.from == *node } else { edge.to == *node })
            })
            .map(|node| self.name(node))
            .collect()
    }

    /// What the groups hold, a clause for each.
    pub(crate) fn describe_groups(&self) -> impl Iterator<Item = String> {
        self.groups.iter().map(|group| {
            let members: Vec<String> = group.members.iter().map(|member| self.name(*member)).collect();
            let name = group.label.plain();
            match name.is_empty() {
                true => format!("a frame holds {}", enumerate(&members)),
                false => format!("{name} holds {}", enumerate(&members)),
            }
        })
    }

    /// The graph that is drawn.
    pub(crate) fn graph(&self, shape: impl Fn(&Label) -> Shape) -> Graph {
        let node = |named: &Named| Node {
            group: named.group,
            ..Node::new(shape(&named.label), named.label.clone())
        };
        let edge = |join: &Join| Edge {
            dashed: join.weak,
            ..Edge::new(End::node(join.from), End::node(join.to)).labelled(join.label.clone())
        };
        Graph {
            nodes: self.nodes.iter().map(node).collect(),
            edges: self.edges.iter().map(edge).collect(),
            groups: self.groups.iter().map(|group| group.label.clone()).collect(),
            way: Way::Any,
        }
    }
}

/// Reads arrow lines and groups.
pub(crate) struct Reader {
    /// What has been read.
    pub(crate) net: Net,
    /// Whether an arrow line could not be read, so that names may be missing.
    pub(crate) faulty: bool,
    words: Wording,
    by_label: BTreeMap<Label, usize>,
    /// The first edge between two nodes.
    first: BTreeMap<Ends, usize>,
    /// The labels of the edges between two nodes.
    labels: BTreeSet<(Ends, Label)>,
}

/// Where an edge begins, where it ends, and whether it is weak.
type Ends = (usize, usize, bool);

impl Reader {
    /// Nothing has been read.
    pub(crate) fn new(words: Wording) -> Self {
        Self {
            net: Net::default(),
            faulty: false,
            words,
            by_label: BTreeMap::new(),
            first: BTreeMap::new(),
            labels: BTreeSet::new(),
        }
    }

    /// Reads arrow lines, then groups, wherever they stand, since groups name nodes; adds what is wrong to the faults, which
    /// are then in the order of the lines.
    pub(crate) fn read(&mut self, lines: &[Line], whole: Span, faults: &mut Vec<Fault>) {
        let is_group = |line: &&Line| line.text.starts_with("Group ") && split_at_arrows(line.text).1.is_empty();
        for line in lines.iter().filter(|line| !is_group(line)) {
            faults.extend(self.read_chain(line).err());
            if let Some(found) = self.excess() {
                faults.push(Fault {
                    span: whole,
                    message: format!("this {} has {found}", self.words.kind),
                    expected: format!(
                        "expected at most {MOST_NODES} {} and {MOST_EDGES} arrows; no page can show more",
                        self.words.names
                    ),
                });
                faults.sort_by_key(|fault| fault.span);
                return;
            }
        }
        self.faulty = !faults.is_empty();
        // Each group has a node of its own, so there cannot be more groups than nodes.
        for line in lines.iter().filter(is_group).take(MOST_NODES + 1) {
            // Names that a faulty line would have brought are not missing.
            faults.extend(self.read_group(line, self.faulty).err());
        }
        if faults.is_empty() && self.net.edges.is_empty() {
            faults.push(Fault {
                span: whole,
                message: format!("this {} has no arrows", self.words.kind),
                expected: self.words.expected.to_owned(),
            });
        }
        faults.sort_by_key(|fault| fault.span);
    }

    /// The node with this name, which is new unless it is known.
    pub(crate) fn node(&mut self, label: Label) -> usize {
        let nodes = &mut self.net.nodes;
        *self.by_label.entry(label).or_insert_with_key(|label| {
            nodes.push(Named {
                label: label.clone(),
                group: None,
            });
            nodes.len() - 1
        })
    }

    /// What there is too much of, if there is.
    pub(crate) fn excess(&self) -> Option<String> {
        if self.net.nodes.len() > MOST_NODES {
            Some(format!("more than {MOST_NODES} {}", self.words.names))
        } else if self.net.edges.len() > MOST_EDGES {
            Some(format!("more than {MOST_EDGES} arrows"))
        } else {
            None
        }
    }

    /// Adds an edge, unless it is there: several lines may pass along the same arrow.
    pub(crate) fn join(&mut self, from: usize, to: usize, weak: bool, label: Option<Label>) {
        let ends = (from, to, weak);
        let edges = &mut self.net.edges;
        let first = self.first.get(&ends).copied();
        if let Some(label) = &label {
            if !self.labels.insert((ends, label.clone())) {
                return;
            }
            // An edge without a label is the first between its ends.
            if let Some(bare) = first.and_then(|at| edges.get_mut(at)).filter(|edge| edge.label.is_none()) {
                bare.label = Some(label.clone());
                return;
            }
        } else if first.is_some() {
            return;
        }
        self.first.entry(ends).or_insert(edges.len());
        edges.push(Join { from, to, label, weak });
    }

    fn read_chain(&mut self, line: &Line) -> Result<(), Fault> {
        let (mut names, arrows) = split_at_arrows(line.text);
        if arrows.is_empty() {
            let late = line.text.starts_with("Title:") || line.text.starts_with("Alt:");
            let expected = if late {
                "expected `Title:` and `Alt:` once each, before all other lines"
            } else {
                self.words.expected
            };
            return Err(line.fault(format!("this line of a {} has no arrow", self.words.kind), expected));
        }
        let mut text = None;
        if let Some(last) = names.last_mut() {
            let colon = outside_code(last, ": ").last();
            if let Some(at) = colon.or_else(|| last.ends_with(':').then(|| last.len() - 1)) {
                text = last.get(at + 1..);
                *last = last.get(..at).unwrap_or_default().trim();
            }
        }
        let text = match text {
            None => None,
            Some(text) => Some(line.label(text)?).filter(|label| !label.is_empty()),
        };
        if text.is_none() && line.text.ends_with(':') {
            return Err(line.fault("nothing follows the colon", "expected the arrow's label after it"));
        }
        let labels: Result<Vec<Label>, Fault> = names.iter().map(|name| line.label(name)).collect();
        let labels = labels?;
        if let Some(empty) = labels.iter().position(Label::is_empty) {
            let side = if empty == 0 {
                "before the first arrow"
            } else {
                "after an arrow"
            };
            return Err(line.fault(format!("there is no name {side}"), self.words.expected));
        }
        let nodes: Vec<usize> = labels.into_iter().map(|label| self.node(label)).collect();
        let count = arrows.len();
        for (at, (ends, arrow)) in nodes.windows(2).zip(arrows).enumerate() {
            if let [from, to] = *ends {
                let label = text.clone().filter(|_| at + 1 == count);
                self.join(from, to, arrow == Arrow::Weak, label);
            }
        }
        Ok(())
    }

    fn read_group(&mut self, line: &Line, lenient: bool) -> Result<(), Fault> {
        let rest = line.text.strip_prefix("Group ").unwrap_or_default();
        let Some(colon) = outside_code(rest, ":").next() else {
            return Err(line.fault("this group has no colon", "expected `Group name: a, b`"));
        };
        let name = line.label(rest.get(..colon).unwrap_or_default())?;
        let list = rest.get(colon + 1..).unwrap_or_default();
        let (mut members, mut listed) = (Vec::new(), BTreeSet::new());
        for member in labels(line, list, "in this group", "expected `Group name: a, b`")? {
            let node = match self.find(&member, line) {
                Ok(node) => node,
                Err(_) if lenient => continue,
                Err(fault) => return Err(fault),
            };
            if let Some(other) = self.net.nodes.get(node).and_then(|node| node.group) {
                let other = self
                    .net
                    .groups
                    .get(other)
                    .map(|group| group.label.plain())
                    .unwrap_or_default();
                let message = format!("`{}` is already in the group `{other}`", member.plain());
                return Err(line.fault(message, "expected each node in one group at most"));
            }
            if listed.insert(node) {
                members.push(node);
            }
        }
        let group = self.net.groups.len();
        for member in &members {
            if let Some(node) = self.net.nodes.get_mut(*member) {
                node.group = Some(group);
            }
        }
        if !members.is_empty() {
            self.net.groups.push(Framed { label: name, members });
        }
        Ok(())
    }

    /// The node with this name; a fault with the nearest name if there is none.
    pub(crate) fn find(&self, label: &Label, line: &Line) -> Result<usize, Fault> {
        if let Some(node) = self.by_label.get(label) {
            return Ok(*node);
        }
        let name = label.plain();
        let known: Vec<String> = self.net.nodes.iter().map(|node| node.label.plain()).collect();
        let near = suggestion(&name, known.iter().map(String::as_str));
        Err(line.fault(
            format!("no arrow line names `{name}`"),
            format!("expected names of arrow lines{near}"),
        ))
    }
}
