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
use crate::figures::language::{Arrow, Description, Fault, Label, Line, enumerate, outside_code, split_at_arrows};
use crate::figures::layout::layered::{self, Gaps, Layout, Place as Spot, Room};
use crate::figures::scene::{Area, CORNER, Fill, Ink, Part, Place, Point, Scene, Stroke, Tone};
use crate::figures::text::{ASCENT, Lines, SMALLEST, Style, Typesetter};
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

/// More nodes than a page can show; a bound on what reading and layout may cost.
const MOST_NODES: usize = 250;
/// More edges than a page can show.
const MOST_EDGES: usize = 600;

/// What may stand in the ranks of a flow for which many ways of layout are tried.
const LARGE: usize = 250;
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
    if faults.is_empty() && flow.extent().is_none() {
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
        (reader.excess().is_none() && reader.flow.extent().is_some()).then_some(reader.flow)
    }

    /// What stands in the ranks of its layout; `None` if that is too much.
    fn extent(&self) -> Option<usize> {
        let edges = self.edges.iter().filter(|edge| edge.from != edge.to);
        layered::extent(&layered::Graph {
            nodes: self
                .nodes
                .iter()
                .map(|node| layered::Node {
                    group: node.group,
                    ..layered::Node::default()
                })
                .collect(),
            edges: edges
                .map(|edge| layered::Edge {
                    from: edge.from,
                    to: edge.to,
                    label: edge.label.as_ref().map(|_| Room::default()),
                })
                .collect(),
            groups: vec![layered::Group::default(); self.groups.len()],
            gaps: Gaps::default(),
        })
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

    /// Tries both directions, narrower labels, rows for chains, then smaller text, and keeps the best that fits.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        let middle = (size + SMALLEST) / 2.0;
        // Every try at a large flow takes long, and none is likely to fit.
        let large = self.nodes.len() > 60 || self.extent().is_none_or(|extent| extent > LARGE);
        let sizes: &[f64] = if large {
            &[SMALLEST]
        } else {
            &[size.max(SMALLEST), middle.max(SMALLEST), SMALLEST]
        };
        let mut tightest: Option<(f64, Scene)> = None;
        for size in sizes {
            let candidates = self.candidates(typesetter, *size, space.width, large);
            let fitting = candidates
                .iter()
                .filter(|candidate| space.holds(&candidate.scene))
                .min_by(|a, b| a.cost.total_cmp(&b.cost));
            if let Some(best) = fitting {
                return Laid {
                    scene: best.scene.clone(),
                    dense: false,
                };
            }
            for candidate in candidates {
                let scene = candidate.scene;
                let factor = space.factor(&scene) * size;
                if tightest.as_ref().is_none_or(|(best, _)| factor > *best) {
                    tightest = Some((factor, scene));
                }
            }
        }
        Laid {
            scene: tightest.map(|(_, scene)| scene).unwrap_or_default(),
            dense: true,
        }
    }

    fn candidates(&self, typesetter: &Typesetter, size: f64, measure: f64, large: bool) -> Vec<Candidate> {
        let wraps: &[f64] = if large { &[72.0] } else { &[120.0, 88.0, 66.0, 48.0] };
        let order = self.chain_order();
        let mut candidates = Vec::new();
        let mut before = None;
        for wrap in wraps {
            let sized = Sized::new(self, typesetter, size, *wrap);
            let shape: Vec<(u64, u64)> = sized
                .labels
                .iter()
                .map(|lines| (lines.width.to_bits(), lines.height.to_bits()))
                .collect();
            // A narrower wrap that changes nothing needs no second look.
            if before.as_ref() == Some(&shape) {
                continue;
            }
            before = Some(shape);
            let strain = sized.strain();
            let mut add = |scene: Scene, extra: f64| {
                candidates.push(Candidate {
                    cost: scene.height + 0.1 * scene.width + strain + extra,
                    scene,
                });
            };
            if let Some(order) = &order {
                for row in 1..=order.len() {
                    let scene = sized.rows(order, row);
                    let too_wide = scene.width > measure;
                    // A column is a way of last resort, a row that is not full looks unfinished.
                    let rows = order.len().div_ceil(row);
                    let missing = (rows * row - order.len()) as f64;
                    add(scene, if row == 1 { 12.0 } else { 3.0 * missing } + 6.0 * (rows - 1) as f64);
                    if too_wide {
                        break;
                    }
                }
            } else {
                let mut fits_across = false;
                for sideways in [true, false] {
                    if let Some((scene, crossings)) = sized.layered(sideways) {
                        fits_across |= sideways && scene.width <= measure;
                        add(scene, 12.0 * crossings as f64);
                    }
                }
                // Narrower labels make a flow across the page taller, and are needed only as long as it is too wide.
                if fits_across {
                    break;
                }
            }
        }
        candidates
    }

    /// The nodes in order if the flow is one chain.
    fn chain_order(&self) -> Option<Vec<usize>> {
        let count = self.nodes.len();
        if self.edges.len() + 1 != count || !self.groups.is_empty() {
            return None;
        }
        let mut next = vec![None; count];
        let mut entered = vec![false; count];
        for edge in &self.edges {
            if next.get(edge.from)?.is_some() || *entered.get(edge.to)? {
                return None;
            }
            *next.get_mut(edge.from)? = Some(edge.to);
            *entered.get_mut(edge.to)? = true;
        }
        let mut order = vec![entered.iter().position(|entered| !entered)?];
        while let Some(Some(to)) = order.last().and_then(|last| next.get(*last)).copied() {
            order.push(to);
        }
        (order.len() == count).then_some(order)
    }
}

struct Candidate {
    scene: Scene,
    cost: f64,
}

/// Around everything, so that no line is cut.
const EDGE: f64 = 0.75;
/// Inside of a box, at its sides.
const PAD: f64 = 7.0;
/// Inside of a box, above and below.
const RISE: f64 = 4.5;
/// How far the two points of a decision stand out.
const POINT: f64 = 7.0;
/// Between boxes that an arrow joins.
const REACH: f64 = 19.0;
/// Between a line and its label.
const BESIDE: f64 = 3.0;
/// How far an edge from a node to itself stands out.
const LOOP: f64 = 11.0;
/// Between a frame and the boxes in it.
const FRAME: f64 = 7.0;

/// A flow whose labels are set.
struct Sized<'a> {
    flow: &'a Flow,
    /// For each node.
    labels: Vec<Lines>,
    /// The boxes' widths and heights.
    boxes: Vec<(f64, f64)>,
    /// For each edge.
    edges: Vec<Option<Lines>>,
    /// For each group.
    groups: Vec<Lines>,
}

impl<'a> Sized<'a> {
    fn new(flow: &'a Flow, typesetter: &Typesetter, size: f64, wrap: f64) -> Self {
        let style = Style { size, weight: 400 };
        let small = Style {
            size: (size * 0.93).max(SMALLEST),
            weight: 400,
        };
        let strong = Style { weight: 600, ..small };
        let labels: Vec<Lines> = flow
            .nodes
            .iter()
            .map(|node| typesetter.set(&node.label, style, wrap))
            .collect();
        let boxes = flow
            .nodes
            .iter()
            .zip(&labels)
            .map(|(node, lines)| {
                let sides = if node.is_decision() { POINT + 3.0 } else { PAD };
                ((lines.width + 2.0 * sides).max(24.0), lines.height + 2.0 * RISE)
            })
            .collect();
        let edges = flow
            .edges
            .iter()
            .map(|edge| Some(typesetter.set(edge.label.as_ref()?, small, wrap.min(80.0))))
            .collect();
        let groups = flow
            .groups
            .iter()
            .map(|group| typesetter.set(&group.label, strong, wrap.max(80.0)))
            .collect();
        Self {
            flow,
            labels,
            boxes,
            edges,
            groups,
        }
    }

    /// What broken labels cost: two lines are read easily, four are not.
    fn strain(&self) -> f64 {
        let extra = |lines: &Lines| {
            let extra = lines.lines.len().saturating_sub(1) as f64;
            extra * extra * 2.0
        };
        self.labels.iter().chain(self.edges.iter().flatten()).map(extra).sum()
    }

    /// A chain in rows of `per_row` equal boxes, every second row from right to left.
    fn rows(&self, order: &[usize], per_row: usize) -> Scene {
        let width = self.boxes.iter().map(|size| size.0).fold(0.0, f64::max);
        let height = self.boxes.iter().map(|size| size.1).fold(0.0, f64::max);
        let edge_of = |from: usize| self.flow.edges.iter().position(|edge| edge.from == from);
        // Labels stand above the arrows of a row, and beside those that lead to the next row.
        let (mut gap, mut drop) = (REACH, REACH);
        for (at, node) in order.iter().enumerate() {
            let label = edge_of(*node).and_then(|edge| self.edges.get(edge)).and_then(Option::as_ref);
            let Some(label) = label else { continue };
            if (at + 1) % per_row == 0 {
                drop = drop.max(label.height + 8.0);
            } else {
                gap = gap.max(label.width + 14.0);
            }
        }
        let place = |at: usize| {
            let (row, column) = (at / per_row, at % per_row);
            let column = if row % 2 == 0 { column } else { per_row - 1 - column };
            Area {
                x: EDGE + column as f64 * (width + gap),
                y: EDGE + row as f64 * (height + drop),
                width,
                height,
            }
        };
        let mut scene = Scene::default();
        for (at, node) in order.iter().enumerate() {
            self.push_node(&mut scene, *node, place(at));
        }
        let columns = per_row.min(order.len());
        let rows = order.len().div_ceil(per_row);
        scene.width = 2.0 * EDGE + columns as f64 * (width + gap) - gap;
        scene.height = 2.0 * EDGE + rows as f64 * (height + drop) - drop;
        for (at, node) in order.iter().enumerate() {
            let Some(edge) = edge_of(*node) else { continue };
            let (from, to) = (place(at), place(at + 1));
            let down = (at + 1) % per_row == 0;
            let (start, end) = match (down, to.x > from.x) {
                (true, _) => (Point::new(from.centre().x, from.bottom()), Point::new(to.centre().x, to.y)),
                (false, true) => (Point::new(from.right(), from.centre().y), Point::new(to.x, to.centre().y)),
                (false, false) => (Point::new(from.x, from.centre().y), Point::new(to.right(), to.centre().y)),
            };
            self.push_edge(&mut scene, edge, vec![start, end]);
            let Some(Some(label)) = self.edges.get(edge) else { continue };
            let area = if down {
                let right_end = (at / per_row).is_multiple_of(2) && per_row > 1;
                let x = if right_end {
                    start.x - BESIDE - label.width
                } else {
                    start.x + BESIDE
                };
                Area {
                    x,
                    y: from.bottom() + (drop - label.height) / 2.0,
                    width: label.width,
                    height: label.height,
                }
            } else {
                Area {
                    x: start.x.min(end.x) + (gap - label.width) / 2.0,
                    y: start.y - label.height - 1.5,
                    width: label.width,
                    height: label.height,
                }
            };
            scene.width = scene.width.max(area.right() + EDGE);
            scene.push_text(Part::EdgeLabel, label, area, Place::Centre, Tone::Muted);
        }
        lift_labels(&mut scene);
        scene
    }

    /// Ranks from left to right, or from top to bottom; with the number of crossings.
    fn layered(&self, sideways: bool) -> Option<(Scene, usize)> {
        let graph = self.graph(sideways);
        let layout = layered::lay_out(&graph)?;
        let crossings = layout.crossings;
        let cross = graph.nodes.iter().map(|node| node.cross).collect();
        let drawn = Drawn {
            sized: self,
            layout,
            cross,
            sideways,
        };
        Some((drawn.scene(), crossings))
    }

    fn graph(&self, sideways: bool) -> layered::Graph {
        let turn = |(width, height): (f64, f64)| if sideways { (height, width) } else { (width, height) };
        let mut nodes: Vec<layered::Node> = self
            .flow
            .nodes
            .iter()
            .zip(&self.boxes)
            .map(|(node, size)| {
                let (cross, main) = turn(*size);
                layered::Node {
                    cross,
                    main,
                    spare: 0.0,
                    bevel: if node.is_decision() && !sideways {
                        POINT
                    } else {
                        CORNER + 1.0
                    },
                    group: node.group,
                }
            })
            .collect();
        let mut sides = vec![(0_usize, 0_usize); nodes.len()];
        let mut edges = Vec::new();
        for (edge, label) in self.flow.edges.iter().zip(&self.edges) {
            if edge.from == edge.to {
                if let Some(node) = nodes.get_mut(edge.from) {
                    let room = label
                        .as_ref()
                        .map_or(0.0, |label| if sideways { label.height } else { label.width + BESIDE });
                    node.spare += LOOP + room;
                    if sideways {
                        node.main = node.main.max(label.as_ref().map_or(0.0, |label| label.width));
                    }
                }
                continue;
            }
            if let Some(side) = sides.get_mut(edge.from) {
                side.0 += 1;
            }
            if let Some(side) = sides.get_mut(edge.to) {
                side.1 += 1;
            }
            edges.push(layered::Edge {
                from: edge.from,
                to: edge.to,
                label: label.as_ref().map(|label| room(label, sideways)),
            });
        }
        for (node, (out, into)) in nodes.iter_mut().zip(sides) {
            // Edges at one side stand at least so far apart that their arrowheads do not touch.
            node.cross = node.cross.max(out.max(into) as f64 * 6.0 + 2.0 * node.bevel);
        }
        let groups = self
            .groups
            .iter()
            .map(|label| {
                let name = if label.lines.is_empty() { FRAME } else { label.height + 5.0 };
                // So wide that the name has room on one side of a line that enters in the middle.
                let width = if sideways {
                    label.width + 2.0 * FRAME
                } else {
                    2.0 * (label.width + FRAME + 2.0 * BESIDE)
                };
                layered::Group {
                    main_before: if sideways { FRAME } else { name },
                    main_behind: FRAME,
                    cross_before: if sideways { name } else { FRAME },
                    cross_behind: FRAME,
                    cross: if sideways { 0.0 } else { width },
                    main: if sideways { width } else { 0.0 },
                }
            })
            .collect();
        let gaps = Gaps {
            nodes: if sideways { 11.0 } else { 14.0 },
            lines: 8.0,
            ranks: REACH,
            tracks: 6.0,
            ends: 9.5,
        };
        layered::Graph {
            nodes,
            edges,
            groups,
            gaps,
        }
    }

    fn push_node(&self, scene: &mut Scene, node: usize, area: Area) {
        let decision = self.flow.nodes.get(node).is_some_and(Node::is_decision);
        let ink = if decision {
            Ink::Polygon {
                points: lozenge(area),
                fill: Fill::Tint(Tone::Accent, 20),
                stroke: Some(Stroke::LINE),
            }
        } else {
            Ink::Box {
                area,
                radius: CORNER,
                fill: Fill::Tint(Tone::Accent, 9),
                stroke: Some(Stroke::LINE),
            }
        };
        scene.push(Part::Node(node), ink);
        if let Some(lines) = self.labels.get(node) {
            scene.push_text(Part::Node(node), lines, area, Place::Centre, Tone::Text);
        }
    }

    fn push_edge(&self, scene: &mut Scene, edge: usize, points: Vec<Point>) {
        let Some(edge) = self.flow.edges.get(edge) else { return };
        let stroke = Stroke {
            dashed: edge.weak,
            ..Stroke::LINE
        };
        let part = Part::Edge {
            from: edge.from,
            to: edge.to,
        };
        scene.push_arrow(part, points, stroke);
    }
}

/// Makes room at the top for labels that are higher than the boxes beside them.
fn lift_labels(scene: &mut Scene) {
    let tops = scene.shapes.iter().filter_map(|shape| match &shape.ink {
        Ink::Text { at, line, .. } => Some(at.y - ASCENT * line.spans.iter().map(|span| span.size).fold(0.0, f64::max)),
        _ => None,
    });
    let top = tops.fold(EDGE, f64::min);
    if top < EDGE {
        scene.shift(0.0, EDGE - top);
        scene.height += EDGE - top;
    }
}

fn room(label: &Lines, sideways: bool) -> Room {
    if sideways {
        Room {
            before: label.height + 1.5,
            behind: 2.0,
            main: label.width + 4.0,
        }
    } else {
        Room {
            before: 2.0,
            behind: BESIDE + label.width,
            main: label.height,
        }
    }
}

/// A box with a point at either side.
fn lozenge(area: Area) -> Vec<Point> {
    let (middle, point) = (area.centre().y, POINT.min(area.width / 2.0));
    vec![
        Point::new(area.x, middle),
        Point::new(area.x + point, area.y),
        Point::new(area.right() - point, area.y),
        Point::new(area.right(), middle),
        Point::new(area.right() - point, area.bottom()),
        Point::new(area.x + point, area.bottom()),
    ]
}

/// A layered layout becoming a scene.
struct Drawn<'a> {
    sized: &'a Sized<'a>,
    layout: Layout,
    /// The nodes' sizes across.
    cross: Vec<f64>,
    sideways: bool,
}

impl Drawn<'_> {
    fn point(&self, (cross, main): Spot) -> Point {
        if self.sideways {
            Point::new(main + EDGE, cross + EDGE)
        } else {
            Point::new(cross + EDGE, main + EDGE)
        }
    }

    fn scene(&self) -> Scene {
        let mut scene = Scene::default();
        let size = self.point(self.layout.size);
        (scene.width, scene.height) = (size.x + EDGE, size.y + EDGE);
        let frames: Vec<Area> = self
            .layout
            .groups
            .iter()
            .map(|(first, second)| self.frame(*first, *second))
            .collect();
        let lines = self.lines();
        for (at, frame) in frames.iter().enumerate() {
            scene.push(
                Part::Group(at),
                Ink::Box {
                    area: *frame,
                    radius: CORNER + 2.0,
                    fill: Fill::Tint(Tone::Text, 4),
                    stroke: Some(Stroke {
                        width: 0.5,
                        ..Stroke::LINE
                    }),
                },
            );
        }
        let names: Vec<Area> = frames
            .iter()
            .zip(&self.sized.groups)
            .map(|(frame, name)| free_place(*frame, name, &lines))
            .collect();
        for (edge, points) in &lines {
            self.sized.push_cut_edge(&mut scene, *edge, points, &names);
        }
        for ((at, area), name) in names.iter().enumerate().zip(&self.sized.groups) {
            scene.push_text(Part::Group(at), name, *area, Place::Left, Tone::Muted);
        }
        for node in 0..self.sized.flow.nodes.len() {
            self.sized.push_node(&mut scene, node, self.area(node));
        }
        self.push_labels(&mut scene);
        self.push_loops(&mut scene);
        scene
    }

    fn frame(&self, first: Spot, second: Spot) -> Area {
        let (a, b) = (self.point(first), self.point(second));
        Area {
            x: a.x,
            y: a.y,
            width: b.x - a.x,
            height: b.y - a.y,
        }
    }

    fn area(&self, node: usize) -> Area {
        let (place, main) = self.layout.nodes.get(node).copied().unwrap_or_default();
        let centre = self.point(place);
        let cross = self.cross.get(node).copied().unwrap_or_default();
        let (width, height) = if self.sideways { (main, cross) } else { (cross, main) };
        Area {
            x: centre.x - width / 2.0,
            y: centre.y - height / 2.0,
            width,
            height,
        }
    }

    /// The lines of all edges between two nodes, made to reach the outline of decisions.
    fn lines(&self) -> Vec<(usize, Vec<Point>)> {
        let flow = self.sized.flow;
        let between = flow.edges.iter().enumerate().filter(|(_, edge)| edge.from != edge.to);
        between
            .zip(&self.layout.edges)
            .map(|((at, edge), places)| {
                let mut points: Vec<Point> = places.iter().map(|place| self.point(*place)).collect();
                if self.sideways {
                    if let Some(first) = points.first_mut() {
                        self.reach(first, edge.from);
                    }
                    if let Some(last) = points.last_mut() {
                        self.reach(last, edge.to);
                    }
                }
                (at, points)
            })
            .collect()
    }

    /// Moves an end from the side of a decision's box to its outline.
    fn reach(&self, end: &mut Point, node: usize) {
        if !self.sized.flow.nodes.get(node).is_some_and(Node::is_decision) {
            return;
        }
        let area = self.area(node);
        let centre = area.centre();
        let inset = POINT * ((end.y - centre.y).abs() / (area.height / 2.0).max(1.0)).min(1.0);
        end.x += if end.x < centre.x { inset } else { -inset };
    }

    fn push_labels(&self, scene: &mut Scene) {
        let flow = self.sized.flow;
        let between = flow.edges.iter().enumerate().filter(|(_, edge)| edge.from != edge.to);
        for ((at, _), place) in between.zip(&self.layout.labels) {
            let (Some(place), Some(Some(label))) = (place, self.sized.edges.get(at)) else {
                continue;
            };
            let at = self.point(*place);
            let (x, y) = if self.sideways {
                (at.x - label.width / 2.0, at.y - 1.5 - label.height)
            } else {
                (at.x + BESIDE, at.y - label.height / 2.0)
            };
            let area = Area {
                x,
                y,
                width: label.width,
                height: label.height,
            };
            let place = if self.sideways { Place::Centre } else { Place::Left };
            scene.push_text(Part::EdgeLabel, label, area, place, Tone::Muted);
        }
    }

    /// Edges from a node to itself, one outside of the other, at the right side or below.
    fn push_loops(&self, scene: &mut Scene) {
        let flow = self.sized.flow;
        let mut used = vec![0.0; flow.nodes.len()];
        for (at, edge) in flow.edges.iter().enumerate().filter(|(_, edge)| edge.from == edge.to) {
            let area = self.area(edge.from);
            let Some(out) = used.get_mut(edge.from) else { continue };
            let label = self.sized.edges.get(at).and_then(Option::as_ref);
            let decision = flow.nodes.get(edge.from).is_some_and(Node::is_decision);
            let reach = *out + LOOP - 2.0;
            // Later loops lie around earlier ones.
            let spread = (4.0 + *out / 6.0).min(if self.sideways {
                area.width / 2.0 - POINT
            } else {
                area.height / 2.0 - 2.0
            });
            let centre = area.centre();
            let points = if self.sideways {
                let y = area.bottom();
                vec![
                    Point::new(centre.x - spread, y),
                    Point::new(centre.x - spread, y + reach),
                    Point::new(centre.x + spread, y + reach),
                    Point::new(centre.x + spread, y),
                ]
            } else {
                let inset = if decision {
                    POINT * spread / (area.height / 2.0).max(1.0)
                } else {
                    0.0
                };
                let x = area.right() - inset;
                vec![
                    Point::new(x, centre.y - spread),
                    Point::new(area.right() + reach, centre.y - spread),
                    Point::new(area.right() + reach, centre.y + spread),
                    Point::new(x, centre.y + spread),
                ]
            };
            self.sized.push_edge(scene, at, points);
            *out += LOOP;
            let Some(label) = label else { continue };
            let (x, y, room) = if self.sideways {
                (centre.x - label.width / 2.0, area.bottom() + reach + 1.0, label.height)
            } else {
                (
                    area.right() + reach + BESIDE,
                    centre.y - label.height / 2.0,
                    label.width + BESIDE,
                )
            };
            *out += room;
            let place = Area {
                x,
                y,
                width: label.width,
                height: label.height,
            };
            scene.width = scene.width.max(place.right() + EDGE);
            scene.height = scene.height.max(place.bottom() + EDGE);
            scene.push_text(Part::EdgeLabel, label, place, Place::Centre, Tone::Muted);
        }
    }
}

impl Sized<'_> {
    /// Adds an edge with a gap wherever it passes behind the name of a frame.
    fn push_cut_edge(&self, scene: &mut Scene, edge: usize, points: &[Point], names: &[Area]) {
        let mut rest = points.to_vec();
        while let Some((before, after)) = cut(&rest, names) {
            let Some(known) = self.flow.edges.get(edge) else { return };
            let part = Part::Edge {
                from: known.from,
                to: known.to,
            };
            let stroke = Stroke {
                dashed: known.weak,
                ..Stroke::LINE
            };
            if before.len() > 1 {
                scene.push(
                    part,
                    Ink::Line {
                        points: before,
                        radius: crate::figures::scene::BEND,
                        stroke,
                    },
                );
            }
            rest = after;
        }
        self.push_edge(scene, edge, rest);
    }
}

/// Cuts a line at the first area that it passes: the line up to there, and from behind it.
fn cut(points: &[Point], areas: &[Area]) -> Option<(Vec<Point>, Vec<Point>)> {
    for (at, ends) in points.windows(2).enumerate() {
        let [a, b] = *ends else { continue };
        let mut found: Option<(f64, Point, Point)> = None;
        for area in areas.iter().filter(|area| area.width > 0.0) {
            let wide = Area {
                x: area.x - 2.0,
                y: area.y - 0.5,
                width: area.width + 4.0,
                height: area.height + 1.0,
            };
            let Some((enter, leave)) = passage(a, b, wide) else { continue };
            let distance = (enter.x - a.x).abs() + (enter.y - a.y).abs();
            if found.as_ref().is_none_or(|(least, ..)| distance < *least) {
                found = Some((distance, enter, leave));
            }
        }
        if let Some((_, enter, leave)) = found {
            let mut before = points.get(..=at).unwrap_or_default().to_vec();
            before.push(enter);
            let mut after = vec![leave];
            after.extend_from_slice(points.get(at + 1..).unwrap_or_default());
            return Some((before, after));
        }
    }
    None
}

/// Where an upright or level line enters and leaves an area that it passes from side to side.
fn passage(a: Point, b: Point, area: Area) -> Option<(Point, Point)> {
    let inside = |low: f64, high: f64, at: f64| low < at && at < high;
    if (a.x - b.x).abs() < 0.01 && inside(area.x, area.right(), a.x) {
        let (top, bottom) = (a.y.min(b.y), a.y.max(b.y));
        if top < area.y - 0.1 && bottom > area.bottom() + 0.1 {
            let (upper, lower) = (Point::new(a.x, area.y), Point::new(a.x, area.bottom()));
            return Some(if a.y < b.y { (upper, lower) } else { (lower, upper) });
        }
    } else if (a.y - b.y).abs() < 0.01 && inside(area.y, area.bottom(), a.y) {
        let (left, right) = (a.x.min(b.x), a.x.max(b.x));
        if left < area.x - 0.1 && right > area.right() + 0.1 {
            let (first, second) = (Point::new(area.x, a.y), Point::new(area.right(), a.y));
            return Some(if a.x < b.x { (first, second) } else { (second, first) });
        }
    }
    None
}

/// A place for a frame's name at its top that no line passes, as far left as there is one.
fn free_place(frame: Area, name: &Lines, lines: &[(usize, Vec<Point>)]) -> Area {
    let at = |x: f64| Area {
        x,
        y: frame.y + 2.5,
        width: name.width,
        height: name.height,
    };
    let usual = at(frame.x + FRAME);
    let last = frame.right() - FRAME - name.width;
    let crossed = |area: Area| {
        lines
            .iter()
            .flat_map(|(_, points)| points.windows(2))
            .find_map(|ends| match *ends {
                [a, b] => touches(a, b, area).then_some(a.x.max(b.x)),
                _ => None,
            })
    };
    let mut x = usual.x;
    for _ in 0..64 {
        match crossed(at(x)) {
            None => return at(x),
            Some(line) => x = line + 2.0 * BESIDE,
        }
        if x > last {
            break;
        }
    }
    usual
}

fn touches(a: Point, b: Point, area: Area) -> bool {
    a.x.min(b.x) < area.right() + BESIDE && a.x.max(b.x) > area.x - BESIDE && a.y.min(b.y) < area.bottom() && a.y.max(b.y) > area.y
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
