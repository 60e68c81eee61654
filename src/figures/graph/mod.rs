//! Graphs: boxes and what joins them, for every kind that shows one (flows, states, references, classes).
//!
//! A kind reads its notation into a [`Graph`], for the most part with [`read`]; here labels are set ([`sized`]), ranks laid out
//! ([`layered`](super::layout::layered)) or a chain folded into rows ([`rows`]), and all of it becomes a scene ([`drawn`]).
//! Several ways are tried, and the best that fits the space is kept.

mod drawn;
pub(crate) mod read;
mod rows;
mod sized;
#[cfg(test)]
mod tests;

use super::Space;
use super::kinds::Laid;
use super::language::Label;
use super::layout::layered;
use super::scene::{Head, Part, Scene};
use super::text::{SMALLEST, Typesetter};
use crate::figures::look::EDGE;
use drawn::Drawn;
use sized::Measured;
use std::rc::Rc;

/// Nodes, edges and groups in the author's order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Graph {
    /// The nodes.
    pub(crate) nodes: Vec<Node>,
    /// The edges.
    pub(crate) edges: Vec<Edge>,
    /// Frames around nodes, with their names.
    pub(crate) groups: Vec<Label>,
    /// The direction.
    pub(crate) way: Way,
}

/// The direction in which edges lead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Way {
    /// Whichever looks better.
    #[default]
    Any,
    /// From left to right, unless only the other fits.
    Across,
    /// From top to bottom, unless only the other fits.
    Down,
}

/// What stands in a graph: a name, words of less weight below it, and compartments or slots, if it has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Node {
    /// Its outline.
    pub(crate) shape: Shape,
    /// Its name.
    pub(crate) label: Label,
    /// Whether the name is set in bold type.
    pub(crate) strong: bool,
    /// Said below the name.
    pub(crate) words: Label,
    /// Lines of text in parts that dividers separate, as classes have them.
    pub(crate) compartments: Vec<Vec<Label>>,
    /// Boxes in the box, at which edges can begin and end. A node has compartments or slots, not both.
    pub(crate) slots: Vec<Label>,
    /// The frame around it.
    pub(crate) group: Option<usize>,
    /// Whether it stands at the beginning; no edge may lead to it.
    pub(crate) first: bool,
    /// Whether it keeps its size instead of sharing that of its neighbours.
    pub(crate) fixed: bool,
}

impl Node {
    /// A node with a name.
    pub(crate) fn new(shape: Shape, label: Label) -> Self {
        Self {
            shape,
            label,
            ..Self::default()
        }
    }

    /// Whether it is a box that can be of any size.
    fn is_plain(&self) -> bool {
        !self.shape.is_dot() && self.shape != Shape::Bar && self.slots.is_empty() && self.compartments.is_empty()
    }
}

/// An outline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A box.
    #[default]
    Box,
    /// A box that is to stand back behind the others: a namespace.
    Pale,
    /// A box with round corners: a state.
    Rounded,
    /// A box with a point at either side: a decision.
    Decision,
    /// A dot, at which everything starts.
    Start,
    /// A dot in a ring, at which everything ends.
    End,
    /// A rhomb without text, at which one of several ways is taken.
    Choice,
    /// A circle, or with a longer text a box with round ends.
    Circle,
    /// A drum: what is stored.
    Cylinder,
    /// A bar across, at which ways part or meet.
    Bar,
}

impl Shape {
    fn is_dot(self) -> bool {
        matches!(self, Self::Start | Self::End | Self::Choice)
    }
}

/// Where an edge begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct End {
    /// The node.
    pub(crate) node: usize,
    /// The slot in it.
    pub(crate) slot: Option<usize>,
}

impl End {
    /// The node as a whole.
    pub(crate) fn node(node: usize) -> Self {
        Self { node, slot: None }
    }

    /// Its number among the boxes of the scene.
    fn number(self) -> usize {
        match self.slot {
            Some(slot) => SLOTS * (self.node + 1) + slot,
            None => self.node,
        }
    }

    /// The part of the scene that it is.
    fn part(self) -> Part {
        match self.slot {
            Some(_) => Part::Slot {
                node: self.number(),
                within: self.node,
            },
            None => Part::Node(self.node),
        }
    }
}

/// Slots are numbered from a multiple of this.
const SLOTS: usize = 1 << 16;

/// A line from one node to another.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Edge {
    /// Where it begins.
    pub(crate) from: End,
    /// Where it ends.
    pub(crate) to: End,
    /// The texts where it begins, in its middle, and where it ends.
    pub(crate) labels: [Option<Label>; 3],
    /// Whether it is dashed.
    pub(crate) dashed: bool,
    /// Whether it is thicker than others.
    pub(crate) thick: bool,
    /// What stands where it begins.
    pub(crate) tail: Head,
    /// What stands where it ends.
    pub(crate) head: Head,
    /// Whether it begins and ends at the frames around its nodes instead of at the nodes.
    pub(crate) at_frames: [bool; 2],
}

impl Edge {
    /// An arrow.
    pub(crate) fn new(from: End, to: End) -> Self {
        Self {
            from,
            to,
            labels: [None, None, None],
            dashed: false,
            thick: false,
            tail: Head::None,
            head: Head::Solid,
            at_frames: [false; 2],
        }
    }

    /// The same with a text in its middle.
    pub(crate) fn labelled(mut self, label: Option<Label>) -> Self {
        self.labels = [None, label, None];
        self
    }

    /// Whether it leads to the node from which it comes.
    fn is_loop(&self) -> bool {
        self.from.node == self.to.node
    }

    fn looks_like(&self, other: &Self) -> bool {
        (self.dashed, self.tail, self.head) == (other.dashed, other.tail, other.head)
    }

    fn part(&self) -> Part {
        Part::Edge {
            from: self.from.number(),
            to: self.to.number(),
        }
    }
}

/// More nodes than a page can show; a bound on what reading and layout may cost.
pub(crate) const MOST_NODES: usize = 250;
/// More edges than a page can show.
pub(crate) const MOST_EDGES: usize = 600;

/// What may stand in the ranks of a graph for which many ways of layout are tried.
const LARGE: usize = 250;

impl Graph {
    /// What stands in the ranks of its layout; `None` if that is too much.
    pub(crate) fn extent(&self) -> Option<usize> {
        layered::extent(&self.skeleton())
    }

    /// All but sizes.
    fn skeleton(&self) -> layered::Graph {
        let node = |node: &Node| layered::Node {
            group: node.group,
            first: node.first,
            ..layered::Node::default()
        };
        let port = |end: End| {
            let order = end.slot? + 1;
            Some(layered::Port {
                order,
                ..layered::Port::default()
            })
        };
        let edge = |edge: &Edge| layered::Edge {
            from: edge.from.node,
            to: edge.to.node,
            from_port: port(edge.from),
            to_port: port(edge.to),
            sort: None,
            labels: edge
                .labels
                .each_ref()
                .map(|label| label.as_ref().map(|_| layered::Room::default())),
        };
        layered::Graph {
            nodes: self.nodes.iter().map(node).collect(),
            edges: self.edges.iter().filter(|edge| !edge.is_loop()).map(edge).collect(),
            groups: vec![layered::Group::default(); self.groups.len()],
            gaps: layered::Gaps::default(),
        }
    }

    /// Tries both directions, narrower labels, rows for chains, then smaller text, and keeps the best that fits.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        let middle = (size + SMALLEST) / 2.0;
        let search = Search::new(self, typesetter);
        let sizes: &[f64] = if search.large {
            &[SMALLEST]
        } else {
            &[size.max(SMALLEST), middle.max(SMALLEST), SMALLEST]
        };
        for size in sizes {
            let candidates = search.candidates(*size, space, space).into_iter();
            let fitting = candidates.filter(|candidate| candidate.fits(space));
            if let Some(best) = fitting.min_by(|a, b| a.cost.total_cmp(&b.cost)) {
                return Laid {
                    scene: best.form.scene(),
                    dense: false,
                };
            }
        }
        let candidates = search.candidates(SMALLEST, space, Space::ANY).into_iter();
        let tightest = candidates.max_by(|a, b| a.factor(space).total_cmp(&b.factor(space)));
        Laid {
            scene: tightest.map(|candidate| candidate.form.scene()).unwrap_or_default(),
            dense: true,
        }
    }

    /// The nodes in order if the graph is one chain of plain boxes.
    fn chain_order(&self) -> Option<Vec<usize>> {
        let count = self.nodes.len();
        let plain = self.nodes.iter().all(Node::is_plain);
        if self.edges.len() + 1 != count || !self.groups.is_empty() || !plain || self.has_end_labels() {
            return None;
        }
        let mut next = vec![None; count];
        let mut entered = vec![false; count];
        for edge in &self.edges {
            let (from, to) = (edge.from.node, edge.to.node);
            if next.get(from)?.is_some() || *entered.get(to)? {
                return None;
            }
            *next.get_mut(from)? = Some(to);
            *entered.get_mut(to)? = true;
        }
        let mut order = vec![entered.iter().position(|entered| !entered)?];
        while let Some(Some(to)) = order.last().and_then(|last| next.get(*last)).copied() {
            order.push(to);
        }
        (order.len() == count).then_some(order)
    }

    fn has_end_labels(&self) -> bool {
        self.edges
            .iter()
            .any(|edge| matches!(&edge.labels, [Some(_), ..] | [.., Some(_)]))
    }
}

/// The ways of drawing a graph.
struct Search<'a, 'b> {
    graph: &'a Graph,
    typesetter: &'a Typesetter<'b>,
    /// The order of a graph that is a chain.
    chain: Option<Vec<usize>>,
    /// The ranks of one that is not.
    plan: Option<layered::Plan>,
    /// Whether every try takes long, and none is likely to fit.
    large: bool,
}

impl<'a, 'b> Search<'a, 'b> {
    fn new(graph: &'a Graph, typesetter: &'a Typesetter<'b>) -> Self {
        let chain = graph.chain_order();
        let plan = match chain {
            Some(_) => None,
            None => layered::plan(&graph.skeleton()),
        };
        let large = graph.nodes.len() > 60 || plan.as_ref().is_some_and(|plan| plan.extent > LARGE);
        Self {
            graph,
            typesetter,
            chain,
            plan,
            large,
        }
    }

    /// Layouts for a space; those that cannot be within another one are left out.
    fn candidates(&self, size: f64, space: Space, within: Space) -> Vec<Candidate<'a>> {
        let wraps: &[f64] = if self.large { &[72.0] } else { &[120.0, 88.0, 66.0, 48.0] };
        let mut candidates = Vec::new();
        let mut before = None;
        // Narrower labels make a graph taller, and are needed only as long as it is too wide.
        let mut fitted = [false; 2];
        let mut best = f64::INFINITY;
        for wrap in wraps {
            let sized = Rc::new(Measured::new(self.graph, self.typesetter, size, *wrap));
            let shape = sized.shape();
            // A narrower wrap that changes nothing needs no second look.
            if before.as_ref() == Some(&shape) {
                continue;
            }
            before = Some(shape);
            let strain = sized.strain();
            let cost = |width: f64, height: f64, extra: f64| height + 0.1 * width + strain + extra;
            if let Some(order) = &self.chain {
                for row in 1..=order.len() {
                    let scene = sized.rows(order, row);
                    let too_wide = scene.width > space.width;
                    // A column is a way of last resort, a row that is not full looks unfinished.
                    let rows = order.len().div_ceil(row);
                    let missing = (rows * row - order.len()) as f64;
                    let extra = if row == 1 { 12.0 } else { 3.0 * missing } + 6.0 * (rows - 1) as f64;
                    candidates.push(Candidate {
                        cost: cost(scene.width, scene.height, extra),
                        size: (scene.width, scene.height),
                        form: Form::Rows(scene),
                    });
                    if too_wide {
                        break;
                    }
                }
                continue;
            }
            let Some(plan) = &self.plan else { break };
            for (sideways, fitted) in [true, false].into_iter().zip(&mut fitted) {
                if *fitted {
                    continue;
                }
                let unwanted = self.graph.way == if sideways { Way::Down } else { Way::Across };
                let extra = if unwanted { AGAINST } else { 0.0 };
                let least = best;
                let wanted = |width: f64, height: f64| {
                    width <= within.width && height <= within.height && cost(width, height, extra) < least
                };
                if let Some(drawn) = Drawn::new(&sized, plan, sideways, wanted) {
                    let size = drawn.size();
                    let candidate = Candidate {
                        cost: cost(size.0, size.1, extra + 12.0 * drawn.crossings() as f64),
                        size,
                        form: Form::Ranks(drawn),
                    };
                    *fitted = candidate.fits(space);
                    if *fitted {
                        best = best.min(candidate.cost);
                    }
                    candidates.push(candidate);
                }
            }
            // Two lines or three in a box are no reason to turn a graph.
            let [across, down] = fitted;
            if (self.graph.way == Way::Down && down) || (self.graph.way != Way::Down && across) {
                break;
            }
        }
        candidates
    }
}

/// A layout, and how little it is wanted.
struct Candidate<'a> {
    cost: f64,
    size: (f64, f64),
    form: Form<'a>,
}

impl Candidate<'_> {
    fn fits(&self, space: Space) -> bool {
        self.size.0 <= space.width && self.size.1 <= space.height
    }

    fn factor(&self, space: Space) -> f64 {
        (space.width / self.size.0.max(1.0)).min(space.height / self.size.1.max(1.0))
    }
}

/// How a graph is drawn; a layout in ranks becomes a scene only if it is chosen.
enum Form<'a> {
    Rows(Scene),
    Ranks(Drawn<'a>),
}

impl Form<'_> {
    fn scene(self) -> Scene {
        match self {
            Self::Rows(scene) => scene,
            Self::Ranks(drawn) => drawn.scene(),
        }
    }
}

/// What a direction costs that the kind does not want.
const AGAINST: f64 = 1000.0;

/// Between boxes that an arrow joins.
const REACH: f64 = 19.0;
/// Between a line and its label.
const BESIDE: f64 = 3.0;
