//! `flow`: what leads to what.
//!
//! ```text
//! import → Is `.pyc` fresh?
//! Is `.pyc` fresh? → load it: yes
//! Is `.pyc` fresh? → compile → load it: no
//! Group Loader: load it, compile
//! ```
//!
//! Every arrow line is a chain of names; identical names are one node. Text after the last `: ` is the label of the
//! line's last edge, a trailing `?` makes a decision, `⇢` or `-->` is a weaker arrow, and `Group` frames nodes.

use super::Laid;
use crate::diag::nearest;
use crate::figures::Space;
use crate::figures::graph::{self, End, Graph, MOST_EDGES, MOST_NODES, Shape, Way};
use crate::figures::language::{Arrow, Description, Fault, Label, Line, enumerate, outside_code, split_at_arrows};
use crate::figures::text::Typesetter;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Nodes, edges and groups in the author's order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Flow {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    groups: Vec<Group>,
}

#[derive(Debug, Clone, PartialEq)]
struct Node {
    label: Label,
    group: Option<usize>,
}

impl Node {
    fn is_decision(&self) -> bool {
        self.label.runs.last().is_some_and(|run| !run.code && run.text.ends_with('?'))
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Edge {
    from: usize,
    to: usize,
    label: Option<Label>,
    weak: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct Group {
    label: Label,
    members: Vec<usize>,
}

/// Longer names, in bytes, are not compared with one another: that takes the square of their length.
const LONGEST: usize = 200;

const EXPECTED: &str = "expected `a → b`, `a → b: label` or `Group name: a, b`";

/// Reads arrow lines and groups.
pub(crate) fn read(description: &Description, whole: Span) -> Result<Flow, Vec<Fault>> {
    let mut reader = Reader::default();
    let mut faults = Vec::new();
    // Groups name nodes, so all arrow lines come first, wherever they stand.
    let is_group = |line: &&Line| line.text.starts_with("Group ") && split_at_arrows(line.text).1.is_empty();
    for line in description.lines.iter().filter(|line| !is_group(line)) {
        faults.extend(reader.read_chain(line).err());
        if let Some(found) = reader.excess() {
            faults.push(Fault {
                span: whole,
                message: format!("this flow has {found}"),
                expected: format!("expected at most {MOST_NODES} nodes and {MOST_EDGES} arrows; no page can show more"),
            });
            faults.sort_by_key(|fault| fault.span);
            return Err(faults);
        }
    }
    let faulty = !faults.is_empty();
    // Each group has a node of its own, so there cannot be more groups than nodes.
    for line in description.lines.iter().filter(is_group).take(MOST_NODES + 1) {
        // Names that a faulty line would have brought are not missing.
        if let Err(fault) = reader.read_group(line, faulty) {
            faults.push(fault);
        }
    }
    let flow = reader.flow;
    if faults.is_empty() && flow.edges.is_empty() {
        faults.push(Fault {
            span: whole,
            message: "this flow has no arrows".to_owned(),
            expected: EXPECTED.to_owned(),
        });
    }
    if faults.is_empty() && flow.graph().extent().is_none() {
        faults.push(Fault {
            span: whole,
            message: "too many arrows or frames of this flow pass other nodes".to_owned(),
            expected: "expected what a page can show: divide it into several figures".to_owned(),
        });
    }
    faults.sort_by_key(|fault| fault.span);
    if faults.is_empty() { Ok(flow) } else { Err(faults) }
}

#[derive(Default)]
struct Reader {
    flow: Flow,
    by_label: BTreeMap<Label, usize>,
    /// The first edge between two nodes.
    first: BTreeMap<Ends, usize>,
    /// The labels of the edges between two nodes.
    labels: BTreeSet<(Ends, Label)>,
}

/// Where an edge begins, where it ends, and whether it is weak.
type Ends = (usize, usize, bool);

impl Reader {
    fn node(&mut self, label: Label) -> usize {
        let nodes = &mut self.flow.nodes;
        *self.by_label.entry(label).or_insert_with_key(|label| {
            nodes.push(Node {
                label: label.clone(),
                group: None,
            });
            nodes.len() - 1
        })
    }

    /// What there is too much of, if there is.
    fn excess(&self) -> Option<String> {
        if self.flow.nodes.len() > MOST_NODES {
            Some(format!("more than {MOST_NODES} nodes"))
        } else if self.flow.edges.len() > MOST_EDGES {
            Some(format!("more than {MOST_EDGES} arrows"))
        } else {
            None
        }
    }

    /// Adds an edge, unless it is there: several lines may pass along the same arrow.
    fn join(&mut self, from: usize, to: usize, weak: bool, label: Option<Label>) {
        let ends = (from, to, weak);
        let edges = &mut self.flow.edges;
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
        edges.push(Edge { from, to, label, weak });
    }

    fn read_chain(&mut self, line: &Line) -> Result<(), Fault> {
        let (mut names, arrows) = split_at_arrows(line.text);
        if arrows.is_empty() {
            let late = line.text.starts_with("Title:") || line.text.starts_with("Alt:");
            let expected = if late {
                "expected `Title:` and `Alt:` once each, before all other lines"
            } else {
                EXPECTED
            };
            return Err(line.fault("this line of a flow has no arrow", expected));
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
            return Err(line.fault(format!("there is no name {side}"), EXPECTED));
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
        let mut start = 0;
        let ends: Vec<usize> = outside_code(list, ",").chain([list.len()]).collect();
        for end in ends {
            let member = line.label(list.get(start..end).unwrap_or_default())?;
            start = end + 1;
            if member.is_empty() {
                return Err(line.fault("a name is missing in this group", "expected `Group name: a, b`"));
            }
            let Some(node) = self.by_label.get(&member).copied() else {
                if lenient {
                    continue;
                }
                return Err(self.unknown_member(&member, line));
            };
            if let Some(other) = self.flow.nodes.get(node).and_then(|node| node.group) {
                let other = self
                    .flow
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
        let group = self.flow.groups.len();
        for member in &members {
            if let Some(node) = self.flow.nodes.get_mut(*member) {
                node.group = Some(group);
            }
        }
        if !members.is_empty() {
            self.flow.groups.push(Group { label: name, members });
        }
        Ok(())
    }

    fn unknown_member(&self, member: &Label, line: &Line) -> Fault {
        let name = member.plain();
        let known: Vec<String> = self.flow.nodes.iter().map(|node| node.label.plain()).collect();
        let is_short = |name: &&str| name.len() <= LONGEST;
        let near = Some(name.as_str()).filter(is_short);
        let near = near.and_then(|name| nearest(name, known.iter().map(String::as_str).filter(is_short)));
        let expected = match near {
            Some(near) => format!("expected names of arrow lines; the nearest is `{near}`"),
            None => "expected names of arrow lines".to_owned(),
        };
        line.fault(format!("no arrow line names `{name}`"), expected)
    }
}

impl Flow {
    /// A chain without branches: `a → b → c` of a sentence. `None` if there is more of it than a page can show.
    pub(crate) fn chain(labels: Vec<Label>, arrows: &[Arrow]) -> Option<Self> {
        let mut reader = Reader::default();
        let nodes: Vec<usize> = labels.into_iter().map(|label| reader.node(label)).collect();
        for (ends, arrow) in nodes.windows(2).zip(arrows) {
            if let [from, to] = *ends {
                reader.join(from, to, *arrow == Arrow::Weak, None);
            }
        }
        (reader.excess().is_none() && reader.flow.graph().extent().is_some()).then_some(reader.flow)
    }

    fn name(&self, node: usize) -> String {
        self.nodes.get(node).map(|node| node.label.plain()).unwrap_or_default()
    }

    /// Nodes at which nothing arrives (or from which nothing leaves), edges to themselves apart.
    fn ends(&self, leaving: bool) -> Vec<String> {
        (0..self.nodes.len())
            .filter(|node| {
                let mut edges = self.edges.iter().filter(|edge| edge.from != edge.to);
                !edges.any(|edge| if leaving { edge.from == *node } else { edge.to == *node })
            })
            .map(|node| self.name(node))
            .collect()
    }

    /// A title made of where the flow begins and ends.
    pub(crate) fn title(&self) -> String {
        match (self.ends(false).as_slice(), self.ends(true).as_slice()) {
            ([first], [last]) => format!("From {first} to {last}"),
            ([first], _) => format!("Flow from {first}"),
            _ => format!("Flow around {}", self.name(0)),
        }
    }

    /// Nodes and edges in words, in the author's order.
    pub(crate) fn describe(&self) -> String {
        let (first, last) = (self.ends(false), self.ends(true));
        let mut text = match (first.len(), last.len()) {
            (1..=3, 1..=3) => format!("A flow from {} to {}", enumerate(&first), enumerate(&last)),
            (1..=3, _) => format!("A flow from {}", enumerate(&first)),
            _ => format!("A flow of {} steps", self.nodes.len()),
        };
        let mut sentences = Vec::new();
        for node in 0..self.nodes.len() {
            let leads = |weak: bool| -> Vec<String> {
                let edges = self.edges.iter().filter(|edge| edge.from == node && edge.weak == weak);
                edges
                    .map(|edge| {
                        let to = if edge.to == node {
                            "itself".to_owned()
                        } else {
                            self.name(edge.to)
                        };
                        match &edge.label {
                            Some(label) => format!("{to} ({})", label.plain()),
                            None => to,
                        }
                    })
                    .collect()
            };
            let (plain, weak) = (leads(false), leads(true));
            let name = self.name(node);
            match (plain.is_empty(), weak.is_empty()) {
                (true, true) => {}
                (false, true) => sentences.push(format!("{name} leads to {}", enumerate(&plain))),
                (true, false) => sentences.push(format!("{name} leads by a dashed arrow to {}", enumerate(&weak))),
                (false, false) => sentences.push(format!(
                    "{name} leads to {}, and by a dashed arrow to {}",
                    enumerate(&plain),
                    enumerate(&weak)
                )),
            }
        }
        for group in &self.groups {
            let members: Vec<String> = group.members.iter().map(|member| self.name(*member)).collect();
            let name = group.label.plain();
            sentences.push(match name.is_empty() {
                true => format!("a frame holds {}", enumerate(&members)),
                false => format!("{name} holds {}", enumerate(&members)),
            });
        }
        text.push_str(": ");
        text.push_str(&sentences.join("; "));
        text.push('.');
        text
    }

    /// The graph that is drawn.
    fn graph(&self) -> Graph {
        let shape = |node: &Node| if node.is_decision() { Shape::Decision } else { Shape::Box };
        let node = |node: &Node| graph::Node {
            group: node.group,
            ..graph::Node::new(shape(node), node.label.clone())
        };
        let edge = |edge: &Edge| graph::Edge {
            dashed: edge.weak,
            ..graph::Edge::new(End::node(edge.from), End::node(edge.to)).labelled(edge.label.clone())
        };
        Graph {
            nodes: self.nodes.iter().map(node).collect(),
            edges: self.edges.iter().map(edge).collect(),
            groups: self.groups.iter().map(|group| group.label.clone()).collect(),
            way: Way::Any,
        }
    }

    /// Tries both directions, narrower labels, rows for chains, then smaller text, and keeps the best that fits.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        self.graph().lay_out(typesetter, size, space)
    }
}

#[cfg(test)]
mod tests {
    use crate::document::BlockKind;
    use crate::figures::promises::{NAMES, PAGES, Random, drawn, drawn_in, hold_any_label, hold_at_random, refuse};

    fn random_flow(random: &mut Random) -> String {
        let nodes = 2 + random.below(14);
        let edges = 1 + random.below(nodes + 5);
        let mut body = String::new();
        let mut used = Vec::new();
        for _ in 0..edges {
            let (from, to) = (random.below(nodes), random.below(nodes));
            used.extend([from, to]);
            let arrow = if random.below(5) == 0 { "⇢" } else { "→" };
            let label = ["", "", "", ": yes", ": no", ": a longer label"][random.below(6)];
            body.push_str(&format!("{} {arrow} {}{label}\n", NAMES[from], NAMES[to]));
        }
        if random.below(3) == 0 {
            used.sort_unstable();
            used.dedup();
            let members: Vec<&str> = used
                .iter()
                .filter(|_| random.below(3) == 0)
                .map(|node| NAMES[*node])
                .collect();
            if !members.is_empty() {
                body.push_str(&format!("Group Loader: {}\n", members.join(", ")));
            }
        }
        body
    }

    #[test]
    fn random_flows_keep_every_promise() {
        hold_at_random("flow", 6, random_flow);
    }

    #[test]
    fn any_label_stays_in_its_place() {
        hold_any_label("flow", &["L → b: L\nb → L\nb → b", "a → L"]);
    }

    #[test]
    fn what_cannot_be_read_is_reported_and_kept() {
        refuse(
            "flow",
            &[
                ("", "this flow has no arrows"),
                ("alone", "no arrow"),
                ("a → → b", "no name"),
                ("→ b", "before the first arrow"),
                ("a → b:", "nothing follows the colon"),
                ("a → `b", "a backtick opens code"),
                ("a → b\nGroup X: a, c", "no arrow line names `c`"),
                ("a → b\nGroup X: a\nGroup Y: a", "already in the group `X`"),
                ("a → b\nTitle: late", "before all other lines"),
            ],
        );
    }

    #[test]
    fn two_hundred_nodes_are_drawn_with_a_warning() {
        let mut random = Random(7);
        let mut body = String::new();
        for at in 1..200 {
            body.push_str(&format!("node {} → node {at}\n", random.below(at)));
            if at % 3 == 0 {
                body.push_str(&format!("node {} → node {}: back\n", random.below(at), random.below(at)));
            }
        }
        let (drawing, messages) = drawn("flow", &body);
        assert!(messages.iter().any(|message| message.starts_with("dense-diagram")));
        assert!(drawing.scene.width <= PAGES[0].width + 0.01);
    }

    /// `count` nodes in a chain, and as many arrows as `long` from one node to another far away, there or back.
    fn long_arrows(count: usize, long: usize) -> String {
        let mut random = Random(11);
        let mut body = String::new();
        for at in 1..count {
            body.push_str(&format!("n{} → n{at}\n", at - 1));
        }
        for _ in 0..long {
            let (from, to) = (random.below(count / 3), count - 1 - random.below(count / 3));
            let (from, to) = if random.below(4) == 0 { (to, from) } else { (from, to) };
            body.push_str(&format!("n{from} → n{to}: far\n"));
        }
        body
    }

    #[test]
    fn what_no_page_can_show_is_refused_before_it_costs_anything() {
        let lines = |line: fn(usize) -> String| (0..30_000).map(line).collect::<String>();
        let unknown = "Group G: none such\n".repeat(30_000);
        let framed: String = (0..124).map(|at| format!("Group G{at}: n{at}, n{}\n", 247 - at)).collect();
        let cases = [
            (lines(|at| format!("a{at} → b{at}\n")), "more than 250 nodes"),
            (lines(|at| format!("a → b: {at}\n")), "more than 600 arrows"),
            (lines(|at| format!("a{at} → ")) + "b", "more than 250 nodes"),
            (format!("a → b\n{unknown}"), "names `none such`"),
            (long_arrows(245, 340), "pass other nodes"),
            (long_arrows(248, 0) + &framed, "pass other nodes"),
            (format!("a → b{}x", ": ".repeat(100_000)), "more than 500 characters"),
        ];
        for (body, expected) in cases {
            refuse("flow", &[(&body, expected)]);
        }
    }

    #[test]
    fn the_largest_flows_are_drawn() {
        let mut random = Random(3);
        let tangle: String = (0..150).map(|at| format!("n{} → n{}\n", at % 30, random.below(30))).collect();
        let star: String = (1..250).map(|at| format!("n0 → n{at}\nn{at} ⇢ n0\n")).collect();
        for (name, body) in [("long", long_arrows(60, 27)), ("star", star), ("tangle", tangle)] {
            let (block, messages) = drawn_in("flow", &body, PAGES[0]);
            assert!(matches!(block, BlockKind::Figure(_)), "{name}: {messages:?}");
        }
    }
}
