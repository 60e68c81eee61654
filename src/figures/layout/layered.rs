//! A layered layout (Sugiyama, Tagawa, Toda, 1981): nodes in ranks, edges from rank to rank, everything orthogonal.
//!
//! Cycles are opened in the author's order, ranks are found by the network simplex, edges over several ranks and labels
//! get places of their own in between, orders are searched for few crossings, and a second network simplex places all of
//! it. Edges run straight through the ranks and bend only in the channels between them, where nothing else stands; so no
//! edge can meet a node, and no label a line.
//!
//! All of this knows only a *main* axis, along which ranks follow one another, and a *cross* axis within a rank. Whoever
//! draws from left to right exchanges x and y.

use super::order;
use super::simplex::{self, find};
use std::collections::BTreeSet;

/// What is to be laid out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    /// The nodes in the author's order.
    pub(crate) nodes: Vec<Node>,
    /// The edges in the author's order.
    pub(crate) edges: Vec<Edge>,
    /// The groups.
    pub(crate) groups: Vec<Group>,
    /// The distances.
    pub(crate) gaps: Gaps,
}

/// A node's size.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Node {
    /// Across.
    pub(crate) cross: f64,
    /// Along.
    pub(crate) main: f64,
    /// Room to be kept free behind it, across: for an edge to itself.
    pub(crate) spare: f64,
    /// How much of either end of a side has no place for an edge.
    pub(crate) bevel: f64,
    /// Room to be kept free before it, along: for an edge from one of its slots to itself.
    pub(crate) lead: f64,
    /// Whether it keeps its size along instead of sharing that of its rank.
    pub(crate) rigid: bool,
    /// Whether it stands in the first rank; no edge may lead to it.
    pub(crate) first: bool,
    /// The group it belongs to.
    pub(crate) group: Option<usize>,
}

/// An edge; it leads from one node to another, never to the same.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Edge {
    /// Where it begins.
    pub(crate) from: usize,
    /// Where it ends.
    pub(crate) to: usize,
    /// Where at its node's side it begins; anywhere, unless this says it.
    pub(crate) from_port: Option<Port>,
    /// Where at its node's side it ends.
    pub(crate) to_port: Option<Port>,
    /// The room for the labels where it begins, in its middle, and where it ends.
    pub(crate) labels: [Option<Room>; 3],
    /// Edges of one sort may begin or end as one line.
    pub(crate) sort: Option<usize>,
}

/// A stretch of a node's side that edges may begin or end at.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Port {
    /// Its middle, from the node's middle.
    pub(crate) at: f64,
    /// How far from there edges may be.
    pub(crate) room: f64,
    /// Its number along the side: ports in their order have growing numbers.
    pub(crate) order: usize,
}

/// Room for a label beside its line.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Room {
    /// Across, before the line.
    pub(crate) before: f64,
    /// Across, behind the line.
    pub(crate) behind: f64,
    /// Along.
    pub(crate) main: f64,
}

/// The room that a group's frame keeps around its members.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Group {
    /// Along, before the first rank.
    pub(crate) main_before: f64,
    /// Along, behind the last rank.
    pub(crate) main_behind: f64,
    /// Across, before.
    pub(crate) cross_before: f64,
    /// Across, behind.
    pub(crate) cross_behind: f64,
    /// The least size across.
    pub(crate) cross: f64,
    /// The least size along.
    pub(crate) main: f64,
}

/// Distances.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gaps {
    /// Between neighbours in a rank.
    pub(crate) nodes: f64,
    /// Between a line and its neighbour in a rank.
    pub(crate) lines: f64,
    /// Between ranks, at least.
    pub(crate) ranks: f64,
    /// Between parallel lines in a channel.
    pub(crate) tracks: f64,
    /// Between a rank and the first line of the channel beside it: room for an arrowhead.
    pub(crate) ends: f64,
}

/// A place: across, along.
pub(crate) type Place = (f64, f64);

/// Where everything is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layout {
    /// The nodes' centres and their sizes along, which those of one rank share.
    pub(crate) nodes: Vec<(Place, f64)>,
    /// The edges' bends, from where each begins to where it ends.
    pub(crate) edges: Vec<Vec<Place>>,
    /// Where the line passes the middles of its labels.
    pub(crate) labels: Vec<[Option<Place>; 3]>,
    /// The groups' frames: first corner, second corner.
    pub(crate) groups: Vec<(Place, Place)>,
    /// The size of it all.
    pub(crate) size: Place,
    /// How many edges cross.
    pub(crate) crossings: usize,
}

/// What stands in a rank.
#[derive(Debug, Clone, Copy, PartialEq)]
enum What {
    Node(usize),
    /// One of the three labels of an edge.
    Label(usize),
    Line,
    /// Keeps a group's place in a rank where it has no member.
    Filler,
}

/// Items that are straight with one another and move as one.
struct Run {
    /// In the order in which they were met.
    items: Vec<usize>,
    /// For every item whether it is one of them.
    has: Vec<bool>,
}

impl Run {
    fn new(item: usize, count: usize) -> Self {
        let mut run = Self {
            items: Vec::new(),
            has: vec![false; count],
        };
        run.add(item);
        run
    }

    fn add(&mut self, item: usize) {
        if !std::mem::replace(&mut self.has[item], true) {
            self.items.push(item);
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Item {
    what: What,
    level: usize,
    group: Option<usize>,
    before: f64,
    behind: f64,
    lead: f64,
    main: f64,
}

/// A part of an edge between neighbouring levels: from an item to an item of the next level.
#[derive(Debug, Clone, Copy)]
struct Piece {
    above: usize,
    below: usize,
    /// The ports of nodes that it is bound to.
    above_bound: Option<Port>,
    below_bound: Option<Port>,
    /// Where it leaves and enters, from the items' middles.
    above_port: f64,
    below_port: f64,
}

/// Where an edge meets a node at one of its flanks instead of at a side that faces another level.
#[derive(Debug, Clone, Copy)]
struct Turn {
    node: usize,
    /// Whether it is the flank behind the node, across, or the one before it.
    behind: bool,
}

/// Everything between the author's graph and the places.
struct Work<'a> {
    graph: &'a Graph,
    items: Vec<Item>,
    levels: Vec<Vec<usize>>,
    pieces: Vec<Piece>,
    /// The pieces of each edge, in the direction of the levels.
    paths: Vec<Vec<usize>>,
    reversed: &'a [bool],
    /// For each piece the line that it is a branch of, if it is one: twice its node, and one more where branches meet above
    /// the node.
    buses: Vec<Option<usize>>,
    /// The ends of edges at flanks of nodes: for each edge the one at its upper and the one at its lower node.
    turns: Vec<[Option<Turn>; 2]>,
    /// The first and last level of each group.
    spans: Vec<(usize, usize)>,
    cross: Vec<f64>,
    frames: Vec<(f64, f64)>,
    crossings: usize,
}

/// The most that may stand in the ranks of a graph: nodes, and places of edges that pass a rank. No page shows so much;
/// it bounds what a layout may cost, which grows with the square of it.
const MOST_ITEMS: usize = 1_500;

/// How much will stand in the ranks of a graph, sizes apart; `None` if that is too much to be laid out.
pub(crate) fn extent(graph: &Graph) -> Option<usize> {
    let reversed = reverse_cycles(graph);
    let ranks = rank(graph, &reversed);
    Work::new(graph, &reversed, &ranks).map(|work| work.items.len())
}

/// What does not depend on sizes, and so is found once for all layouts of a graph: ranks, and the order in them.
pub(crate) struct Plan {
    reversed: Vec<bool>,
    ranks: Vec<usize>,
    levels: Vec<Vec<usize>>,
    crossings: usize,
    /// How much stands in the ranks.
    pub(crate) extent: usize,
}

/// Finds ranks and orders; `None` if the graph is not within bounds.
pub(crate) fn plan(graph: &Graph) -> Option<Plan> {
    let reversed = reverse_cycles(graph);
    let ranks = rank(graph, &reversed);
    let mut work = Work::new(graph, &reversed, &ranks)?;
    work.order();
    let (levels, crossings, extent) = (work.levels, work.crossings, work.items.len());
    Some(Plan {
        reversed,
        ranks,
        levels,
        crossings,
        extent,
    })
}

/// Lays a graph out by a plan of a graph of the same structure; `None` if it is at least of a size that is not wanted.
pub(crate) fn lay_out(graph: &Graph, plan: &Plan, wanted: impl Fn(Place) -> bool) -> Option<Layout> {
    let mut work = Work::new(graph, &plan.reversed, &plan.ranks)?;
    work.levels.clone_from(&plan.levels);
    work.crossings = plan.crossings;
    if !wanted(work.least()) {
        return None;
    }
    work.turn_back();
    work.gather();
    work.set_ports();
    work.place();
    work.centre();
    work.slide_ports();
    work.centre_frames();
    Some(work.finish())
}

/// The edges that lead back to where a walk in the author's order came from.
fn reverse_cycles(graph: &Graph) -> Vec<bool> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    let mut entered = vec![0_usize; graph.nodes.len()];
    for (at, edge) in graph.edges.iter().enumerate() {
        out[edge.from].push(at);
        entered[edge.to] += 1;
    }
    let mut reversed = vec![false; graph.edges.len()];
    // 0: not seen; 1: on the way; 2: done.
    let mut state = vec![0_u8; graph.nodes.len()];
    let beginnings = (0..graph.nodes.len())
        .filter(|node| entered[*node] == 0)
        .chain(0..graph.nodes.len());
    for root in beginnings {
        if state[root] != 0 {
            continue;
        }
        state[root] = 1;
        let mut way = vec![(root, 0)];
        while let Some((node, next)) = way.last_mut() {
            let Some(edge) = out[*node].get(*next).copied() else {
                state[*node] = 2;
                way.pop();
                continue;
            };
            *next += 1;
            let to = graph.edges[edge].to;
            match state[to] {
                0 => {
                    state[to] = 1;
                    way.push((to, 0));
                }
                1 => reversed[edge] = true,
                _ => {}
            }
        }
    }
    reversed
}

/// The rank of each node. Parts that nothing joins all begin at the first.
///
/// With the edges of [`reverse_cycles`] turned round no cycle is left: the walk turns every edge that leads back to where
/// it came from, and all others lead to what it finishes earlier. So the simplex always has an answer; without one all
/// nodes would stand in one rank, where edges are not drawn.
fn rank(graph: &Graph, reversed: &[bool]) -> Vec<usize> {
    let count = graph.nodes.len();
    let edges: Vec<simplex::Edge> = graph
        .edges
        .iter()
        .zip(reversed)
        .map(|(edge, reversed)| {
            let (tail, head) = if *reversed {
                (edge.to, edge.from)
            } else {
                (edge.from, edge.to)
            };
            simplex::Edge {
                tail,
                head,
                least: 1,
                weight: 1,
            }
        })
        .collect();
    let mut found = simplex::solve(count, &edges).unwrap_or_else(|| vec![0; count]);
    let mut parent: Vec<usize> = (0..count).collect();
    for edge in &edges {
        let (a, b) = (find(&mut parent, edge.tail), find(&mut parent, edge.head));
        parent[a.max(b)] = a.min(b);
    }
    let mut least = vec![i64::MAX; count];
    for (node, rank) in found.iter().enumerate().take(count) {
        let part = find(&mut parent, node);
        least[part] = least[part].min(*rank);
    }
    let first: Vec<usize> = (0..count).filter(|node| graph.nodes[*node].first).collect();
    if !first.is_empty() {
        // Whatever nothing of the first rank leads to begins behind it.
        let reached: BTreeSet<usize> = first.iter().map(|node| find(&mut parent, *node)).collect();
        for (part, least) in least.iter_mut().enumerate().filter(|(part, _)| !reached.contains(part)) {
            *least = least.saturating_sub(i64::from(find(&mut parent, part) == part));
        }
        for node in first {
            found[node] = least[find(&mut parent, node)];
        }
    }
    (0..count)
        .map(|node| usize::try_from(found[node] - least[find(&mut parent, node)]).unwrap_or_default())
        .collect()
}

impl<'a> Work<'a> {
    /// Puts nodes, lines, labels and fillers in their levels; `None` if there are too many.
    fn new(graph: &'a Graph, reversed: &'a [bool], ranks: &[usize]) -> Option<Self> {
        let levels = Levels::new(graph, ranks, reversed);
        let mut work = Self {
            graph,
            items: Vec::new(),
            levels: vec![Vec::new(); levels.count],
            pieces: Vec::new(),
            paths: Vec::new(),
            reversed,
            buses: Vec::new(),
            turns: vec![[None; 2]; graph.edges.len()],
            spans: vec![(usize::MAX, 0); graph.groups.len()],
            cross: Vec::new(),
            frames: Vec::new(),
            crossings: 0,
        };
        for (at, node) in graph.nodes.iter().enumerate() {
            work.add(Item {
                what: What::Node(at),
                level: levels.of_rank[ranks[at]],
                group: node.group,
                before: node.cross / 2.0,
                behind: node.cross / 2.0 + node.spare,
                lead: node.lead,
                main: node.main + node.lead,
            });
        }
        for at in 0..graph.edges.len() {
            work.add_edge(at, ranks, &levels);
            if work.items.len() > MOST_ITEMS {
                return None;
            }
        }
        work.add_fillers();
        (work.items.len() <= MOST_ITEMS).then_some(work)
    }

    fn add(&mut self, item: Item) -> usize {
        self.levels[item.level].push(self.items.len());
        if let Some(group) = item.group {
            let span = &mut self.spans[group];
            *span = (span.0.min(item.level), span.1.max(item.level));
        }
        self.items.push(item);
        self.items.len() - 1
    }

    /// Adds what an edge passes between its nodes: lines, and its labels in the channels at which it begins and ends.
    fn add_edge(&mut self, at: usize, ranks: &[usize], levels: &Levels) {
        let edge = self.graph.edges[at];
        let reversed = self.reversed[at];
        let ends = ((edge.from, edge.from_port), (edge.to, edge.to_port));
        let ((top, top_port), (bottom, bottom_port)) = if reversed { (ends.1, ends.0) } else { ends };
        let (first, last) = (self.items[top].level, self.items[bottom].level);
        let homes = levels.of_labels(ranks[top], ranks[bottom], reversed);
        let shared = self.graph.nodes[top]
            .group
            .filter(|group| self.graph.nodes[bottom].group == Some(*group));
        let mut path = Vec::new();
        let mut above = top;
        for level in first + 1..=last {
            let below = if level == last {
                bottom
            } else {
                let which = homes
                    .iter()
                    .zip(&edge.labels)
                    .position(|(home, room)| *home == level && room.is_some());
                let room = which.and_then(|which| edge.labels[which]);
                self.add(Item {
                    what: which.map_or(What::Line, What::Label),
                    level,
                    group: shared,
                    before: room.map_or(0.0, |room| room.before),
                    behind: room.map_or(0.0, |room| room.behind),
                    lead: 0.0,
                    main: room.map_or(0.0, |room| room.main),
                })
            };
            path.push(self.pieces.len());
            self.pieces.push(Piece {
                above,
                below,
                above_bound: top_port.filter(|_| above == top),
                below_bound: bottom_port.filter(|_| below == bottom),
                above_port: 0.0,
                below_port: 0.0,
            });
            above = below;
        }
        self.paths.push(path);
    }

    fn add_fillers(&mut self) {
        for group in 0..self.spans.len() {
            let (first, last) = self.spans[group];
            for level in first..=last.min(self.levels.len().saturating_sub(1)) {
                if self.items.len() > MOST_ITEMS {
                    return;
                }
                if !self.levels[level].iter().any(|item| self.items[*item].group == Some(group)) {
                    self.add(Item {
                        what: What::Filler,
                        level,
                        group: Some(group),
                        before: 0.0,
                        behind: 0.0,
                        lead: 0.0,
                        main: 0.0,
                    });
                }
            }
        }
    }

    fn order(&mut self) {
        let (mut before, mut after) = (vec![Vec::new(); self.items.len()], vec![Vec::new(); self.items.len()]);
        for piece in &self.pieces {
            let number = |bound: Option<Port>| bound.map_or(0, |port| port.order);
            let (above, below) = (number(piece.above_bound), number(piece.below_bound));
            after[piece.above].push(order::Joint::new(above, piece.below, below));
            before[piece.below].push(order::Joint::new(below, piece.above, above));
        }
        let group: Vec<Option<usize>> = self.items.iter().map(|item| item.group).collect();
        let start = self.first_order(&after);
        let ranks = order::Ranks {
            group: &group,
            before: &before,
            after: &after,
        };
        let (levels, crossings) = order::reduce(&ranks, &start, self.graph.groups.len());
        self.levels = levels;
        self.crossings = crossings;
    }

    /// The order in which a walk from the author's first node meets the items.
    fn first_order(&self, after: &[Vec<order::Joint>]) -> Vec<Vec<usize>> {
        let mut order = vec![Vec::new(); self.levels.len()];
        let mut seen = vec![false; self.items.len()];
        let mut roots: Vec<usize> = (0..self.items.len()).collect();
        roots.sort_by_key(|item| (self.items[*item].level, *item));
        for root in roots {
            let mut open = vec![root];
            while let Some(item) = open.pop() {
                if !std::mem::replace(&mut seen[item], true) {
                    order[self.items[item].level].push(item);
                    open.extend(after[item].iter().rev().map(|joint| joint.item));
                }
            }
        }
        order
    }

    /// Lets edges that lead back begin and end at the flanks of their nodes, where nothing stands between them and there:
    /// so they bend less, and leave the sides to those that lead on.
    fn turn_back(&mut self) {
        let mut place = vec![0; self.items.len()];
        for level in &self.levels {
            for (at, item) in level.iter().enumerate() {
                place[*item] = at;
            }
        }
        let count = self.graph.nodes.len();
        let mut sides = vec![[Vec::new(), Vec::new()]; count];
        for (at, piece) in self.pieces.iter().enumerate() {
            if piece.above < count {
                sides[piece.above][0].push((place[piece.below], at));
            }
            if piece.below < count {
                sides[piece.below][1].push((place[piece.above], at));
            }
        }
        let mut used = vec![[false; 2]; count];
        for edge in (0..self.paths.len()).filter(|edge| self.reversed[*edge]) {
            for end in [0, 1] {
                let piece = if end == 0 {
                    self.paths[edge].first()
                } else {
                    self.paths[edge].last()
                };
                let Some(piece) = piece.copied() else { continue };
                self.turn(edge, end, piece, &sides, &mut used);
            }
        }
    }

    /// Turns one end of an edge to a flank, if it is the outermost at its side.
    fn turn(&mut self, edge: usize, end: usize, piece: usize, sides: &[[Vec<(usize, usize)>; 2]], used: &mut [[bool; 2]]) {
        let known = self.pieces[piece];
        let (node, other, bound) = if end == 0 {
            (known.above, known.below, known.above_bound)
        } else {
            (known.below, known.above, known.below_bound)
        };
        let size = &self.graph.nodes[node];
        let side = &sides[node][end];
        let Some((here, _)) = side.iter().find(|(_, at)| *at == piece) else {
            return;
        };
        let others = || side.iter().filter(|(_, at)| *at != piece);
        let behind = others().all(|(place, _)| place < here);
        let outermost = behind || others().all(|(place, _)| place > here);
        // Behind a node there may be an edge to itself.
        let taken = used[node][usize::from(behind)] || (behind && size.spare > 0.0);
        let shared = self.items[other].group == self.items[node].group;
        if bound.is_some() || size.rigid || side.len() < 2 || !outermost || taken || !shared {
            return;
        }
        used[node][usize::from(behind)] = true;
        let level = self.items[node].level;
        let Some(at) = self.levels[level].iter().position(|item| *item == node) else {
            return;
        };
        let item = self.items.len();
        let room = self.graph.gaps.ends / 2.0;
        self.items.push(Item {
            what: What::Line,
            level,
            group: self.items[node].group,
            before: if behind { room } else { 0.0 },
            behind: if behind { 0.0 } else { room },
            lead: 0.0,
            main: 0.0,
        });
        self.levels[level].insert(at + usize::from(behind), item);
        let piece = &mut self.pieces[piece];
        *(if end == 0 { &mut piece.above } else { &mut piece.below }) = item;
        self.turns[edge][end] = Some(Turn { node, behind });
    }

    /// The two points between a flank and the line that leads on from there.
    fn turned(&self, turn: Turn, line: f64, bounds: &[(f64, f64)]) -> [Place; 2] {
        let half = self.graph.nodes[turn.node].cross / 2.0;
        let (begin, end) = bounds[turn.node];
        let flank = self.cross[turn.node] + if turn.behind { half } else { -half };
        let middle = (begin + end) / 2.0;
        [(flank, middle), (line, middle)]
    }

    /// Lets many edges that look alike leave or enter a node as one line, of which they are the branches.
    fn gather(&mut self) {
        let count = self.graph.nodes.len();
        let mut sides: Vec<[Vec<usize>; 2]> = vec![[Vec::new(), Vec::new()]; count];
        let mut sorts: Vec<Option<usize>> = vec![None; self.pieces.len()];
        for (edge, path) in self.paths.iter().enumerate() {
            for piece in path {
                sorts[*piece] = self.graph.edges[edge].sort.filter(|_| !self.reversed[edge]);
            }
        }
        for (at, piece) in self.pieces.iter().enumerate() {
            if piece.above < count {
                sides[piece.above][0].push(at);
            }
            if piece.below < count {
                sides[piece.below][1].push(at);
            }
        }
        self.buses = vec![None; self.pieces.len()];
        let mut place = vec![0; self.items.len()];
        for level in &self.levels {
            for (at, item) in level.iter().enumerate() {
                place[*item] = at;
            }
        }
        for upwards in [0, 1] {
            for (node, sides) in sides.iter_mut().enumerate() {
                let pieces = &mut sides[upwards];
                pieces.sort_by_key(|at| {
                    let piece = &self.pieces[*at];
                    (place[if upwards == 0 { piece.below } else { piece.above }], *at)
                });
                // What is of no sort, and what is a branch already, stands alone.
                let alike = |a: &usize, b: &usize| sorts[*a].is_some() && sorts[*a] == sorts[*b];
                let whole = |at: &usize| {
                    let piece = &self.pieces[*at];
                    piece.above_bound.is_none() && piece.below_bound.is_none() && self.buses[*at].is_none()
                };
                let rows = pieces
                    .chunk_by(alike)
                    .filter(|row| row.len() >= BRANCHES && row.iter().all(whole));
                let row: Vec<usize> = rows.max_by_key(|row| row.len()).map(<[usize]>::to_vec).unwrap_or_default();
                row.iter().for_each(|at| self.buses[*at] = Some(2 * node + upwards));
            }
        }
    }

    /// A size that the whole is not smaller than.
    fn least(&self) -> Place {
        let (mut cross, mut main) = (0.0_f64, 0.0);
        let mut labelled_before = true;
        for level in &self.levels {
            let ends = |item: Option<&usize>, side: fn(&Item) -> f64| item.map_or(0.0, |item| side(&self.items[*item]));
            let apart = level.windows(2).map(|pair| self.distance(pair[0], pair[1]));
            let sides = ends(level.first(), |item| item.before) + ends(level.last(), |item| item.behind);
            cross = cross.max(apart.sum::<f64>() + sides);
            let labelled = level.iter().any(|item| matches!(self.items[*item].what, What::Label(_)));
            if main > 0.0 {
                let gaps = &self.graph.gaps;
                main += if labelled || labelled_before { gaps.ends } else { gaps.ranks };
            }
            main += level.iter().map(|item| self.items[*item].main).fold(0.0, f64::max);
            labelled_before = labelled;
        }
        (cross, main)
    }

    /// Spreads the edges of a node over its sides, in the order in which they lead away.
    fn set_ports(&mut self) {
        let mut place = vec![0; self.items.len()];
        for level in &self.levels {
            for (at, item) in level.iter().enumerate() {
                place[*item] = at;
            }
        }
        let count = self.graph.nodes.len();
        let (mut below, mut above) = (vec![Vec::new(); count], vec![Vec::new(); count]);
        for (at, piece) in self.pieces.iter().enumerate() {
            if piece.above < count {
                below[piece.above].push(at);
            }
            if piece.below < count {
                above[piece.below].push(at);
            }
        }
        for node in 0..count {
            for (pieces, is_below) in [(&below[node], true), (&above[node], false)] {
                self.spread(node, pieces, is_below, &place);
            }
        }
    }

    /// Spreads the pieces at one side of a node over the ports to which they are bound.
    fn spread(&mut self, node: usize, pieces: &[usize], is_below: bool, place: &[usize]) {
        let whole = self.whole_side(node);
        let mut ends: Vec<(Port, (usize, usize), usize)> = Vec::with_capacity(pieces.len());
        for at in pieces {
            let piece = &self.pieces[*at];
            let (own, other, port) = if is_below {
                (piece.above_bound, piece.below, piece.below_bound)
            } else {
                (piece.below_bound, piece.above, piece.above_bound)
            };
            ends.push((own.unwrap_or(whole), (place[other], port.map_or(0, |port| port.order)), *at));
        }
        ends.sort_by_key(|(port, other, at)| (port.order, *other, *at));
        for group in ends.chunk_by(|a, b| a.0 == b.0) {
            // The branches of one line begin at one place.
            let bus = |at: &usize| self.buses[*at].filter(|bus| *bus == 2 * node + usize::from(!is_below));
            let mut units = Vec::with_capacity(group.len());
            let mut last = None;
            for (_, _, at) in group {
                let unit = units.last().map_or(0, |unit| unit + 1);
                units.push(if bus(at).is_some() && bus(at) == last {
                    unit - 1
                } else {
                    unit
                });
                last = bus(at);
            }
            let many = units.last().map_or(1, |unit| unit + 1) as f64;
            for ((port, _, at), number) in group.iter().zip(units) {
                let step = (2.0 * port.room / many).min(PORTS);
                // Two boxes that refer to one another are joined by two lines, which are not to lie on one another.
                let aside = if is_below && *port != whole {
                    (port.room / 2.0).min(CLEAR + 1.0)
                } else {
                    0.0
                };
                let offset = quarter(port.at + aside + (number as f64 - (many - 1.0) / 2.0) * step);
                let piece = &mut self.pieces[*at];
                *(if is_below {
                    &mut piece.above_port
                } else {
                    &mut piece.below_port
                }) = offset;
            }
        }
    }

    /// All of a node's side but its bevels.
    fn whole_side(&self, node: usize) -> Port {
        let size = self.graph.nodes[node];
        Port {
            at: 0.0,
            room: (size.cross / 2.0 - size.bevel).max(0.0),
            order: 0,
        }
    }

    /// The least distance between the middles of two neighbours.
    fn distance(&self, left: usize, right: usize) -> f64 {
        let (left, right) = (&self.items[left], &self.items[right]);
        let line = |item: &Item| !matches!(item.what, What::Node(_));
        let gap = if line(left) || line(right) {
            self.graph.gaps.lines
        } else {
            self.graph.gaps.nodes
        };
        left.behind + right.before + gap
    }

    /// What must stay apart: neighbours in a level, and members and others from the sides of frames.
    ///
    /// Variables are the items, then two sides for each group.
    fn separations(&self) -> Vec<simplex::Edge> {
        let mut edges = Vec::new();
        let mut apart = |tail: usize, head: usize, least: f64, weight: i64| {
            edges.push(simplex::Edge {
                tail,
                head,
                least: units(least),
                weight,
            });
        };
        let left_side = |group: usize| self.items.len() + 2 * group;
        let right_side = |group: usize| self.items.len() + 2 * group + 1;
        let gap = self.graph.gaps.lines;
        for level in &self.levels {
            for (at, item) in level.iter().enumerate() {
                let this = &self.items[*item];
                let next = level.get(at + 1).map(|next| (*next, &self.items[*next]));
                let before = at
                    .checked_sub(1)
                    .and_then(|at| level.get(at))
                    .map(|before| &self.items[*before]);
                if let Some(group) = this.group {
                    let frame = &self.graph.groups[group];
                    if before.is_none_or(|before| before.group != this.group) {
                        apart(left_side(group), *item, this.before + frame.cross_before, 0);
                    }
                    if next.is_none_or(|(_, next)| next.group != this.group) {
                        apart(*item, right_side(group), this.behind + frame.cross_behind, 0);
                    }
                }
                let Some((next, after)) = next else { continue };
                match (this.group, after.group) {
                    (here, there) if here == there => apart(*item, next, self.distance(*item, next), 0),
                    (None, Some(group)) => apart(*item, left_side(group), this.behind + gap, 0),
                    (Some(group), None) => apart(right_side(group), next, after.before + gap, 0),
                    (Some(here), Some(there)) => apart(right_side(here), left_side(there), gap, 0),
                    (None, None) => {}
                }
            }
        }
        for (group, frame) in self.graph.groups.iter().enumerate() {
            apart(left_side(group), right_side(group), frame.cross, 2);
        }
        edges
    }

    /// How much a piece is to be straight: most between lines, so that long edges do not waver.
    fn weight(&self, piece: &Piece) -> i64 {
        let node = |item: usize| matches!(self.items[item].what, What::Node(_));
        match (node(piece.above), node(piece.below)) {
            (true, true) => 3,
            (false, false) => 8,
            _ => 3,
        }
    }

    /// Finds the places across.
    ///
    /// The simplex has an answer, since its edges make no cycle: an item stands in one level only, separations lead from
    /// left to right in it, the sides of frames, which levels share, follow one another in the one order that
    /// [`order`] gives to all groups, and nothing leads to the points. Without an answer everything would stand at 0: a
    /// figure that is plainly wrong, but no build that fails.
    fn place(&mut self) {
        let fixed = self.items.len() + 2 * self.graph.groups.len();
        let mut edges = self.separations();
        for (at, piece) in self.pieces.iter().enumerate() {
            // A point before both ends, as near to both as it can be, is as far from them as they are from one another.
            let (weight, point) = (self.weight(piece), fixed + at);
            for (item, port) in [(piece.above, piece.above_port), (piece.below, piece.below_port)] {
                edges.push(simplex::Edge {
                    tail: point,
                    head: item,
                    least: -units_of_port(port),
                    weight,
                });
            }
        }
        // What leads to a flank is near to it.
        for (path, turns) in self.paths.iter().zip(&self.turns) {
            for (piece, turn) in [(path.first(), turns[0]), (path.last(), turns[1])] {
                let (Some(piece), Some(turn)) = (piece.map(|at| self.pieces[*at]), turn) else {
                    continue;
                };
                let upper = self.items[piece.above].level == self.items[turn.node].level;
                let line = if upper { piece.above } else { piece.below };
                let (tail, head) = if turn.behind { (turn.node, line) } else { (line, turn.node) };
                edges.push(simplex::Edge {
                    tail,
                    head,
                    least: 0,
                    weight: 1,
                });
            }
        }
        let found = simplex::solve(fixed + self.pieces.len(), &edges)
            .or_else(|| simplex::solve(fixed, &self.separations()))
            .unwrap_or_else(|| vec![0; fixed]);
        let at = |variable: usize| found.get(variable).map_or(0.0, |units| *units as f64 / UNITS);
        self.cross = (0..self.items.len()).map(at).collect();
        self.frames = (0..self.graph.groups.len())
            .map(|group| (at(self.items.len() + 2 * group), at(self.items.len() + 2 * group + 1)))
            .collect();
    }

    /// How far an item's line is from being straight at the other end of a piece.
    fn skew(&self, piece: &Piece) -> f64 {
        (self.cross[piece.below] + piece.below_port) - (self.cross[piece.above] + piece.above_port)
    }

    /// Where things could move without making anything longer, moves them to the middle of that range: a parent stands
    /// between its children and not above one of them.
    ///
    /// What moves is a node with two edges on one side, together with all that is straight before it on the other side.
    fn centre(&mut self) {
        let mut at = vec![(0, 0); self.items.len()];
        for (level, items) in self.levels.iter().enumerate() {
            for (place, item) in items.iter().enumerate() {
                at[*item] = (level, place);
            }
        }
        let mut touching: Vec<Vec<usize>> = vec![Vec::new(); self.items.len()];
        for (index, piece) in self.pieces.iter().enumerate() {
            touching[piece.above].push(index);
            touching[piece.below].push(index);
        }
        self.straighten(&at, &touching);
        for _ in 0..6 {
            let mut moved = false;
            for item in 0..self.items.len() {
                let below = touching[item].iter().filter(|at| self.pieces[**at].above == item).count();
                let above = touching[item].len() - below;
                moved |= below > 1 && self.shift(&self.run(item, &touching, true), &at, &touching);
                moved |= above > 1 && self.shift(&self.run(item, &touching, false), &at, &touching);
            }
            if !moved {
                break;
            }
        }
    }

    /// Takes out bends where one of the two sides can move as a whole without making anything longer.
    fn straighten(&mut self, at: &[(usize, usize)], touching: &[Vec<usize>]) {
        for _ in 0..4 {
            let mut moved = false;
            for index in 0..self.pieces.len() {
                for down in [true, false] {
                    let piece = self.pieces[index];
                    let skew = self.skew(&piece);
                    if skew.abs() < 0.01 {
                        continue;
                    }
                    let (item, wish) = if down { (piece.below, -skew) } else { (piece.above, skew) };
                    let run = self.straight_run(item, touching);
                    if run.has[piece.above + piece.below - item] {
                        continue;
                    }
                    let (low, high) = self.freedom(&run, at);
                    let pulls = self.pulls(&run, touching);
                    let length = |shift: f64| {
                        pulls
                            .iter()
                            .map(|(pull, weight)| (pull - shift).abs() * *weight as f64)
                            .sum::<f64>()
                    };
                    if (low - 0.001..=high + 0.001).contains(&wish) && length(wish) <= length(0.0) + 0.001 {
                        run.items.iter().for_each(|item| self.cross[*item] += wish);
                        moved = true;
                    }
                }
            }
            if !moved {
                break;
            }
        }
    }

    /// All that is straight with an item.
    fn straight_run(&self, item: usize, touching: &[Vec<usize>]) -> Run {
        let mut run = Run::new(item, self.items.len());
        let mut next = 0;
        while let Some(current) = run.items.get(next).copied() {
            next += 1;
            for piece in touching[current].iter().map(|at| &self.pieces[*at]) {
                let other = piece.above + piece.below - current;
                if self.skew(piece).abs() < 0.01 {
                    run.add(other);
                }
            }
        }
        run
    }

    /// How far, and how strongly, everything that a run is joined to pulls it.
    fn pulls(&self, run: &Run, touching: &[Vec<usize>]) -> Vec<(f64, i64)> {
        let mut pulls = Vec::new();
        for item in &run.items {
            for piece in touching[*item].iter().map(|at| &self.pieces[*at]) {
                if !run.has[piece.above + piece.below - item] {
                    let skew = self.skew(piece);
                    pulls.push((if piece.above == *item { skew } else { -skew }, self.weight(piece)));
                }
            }
        }
        pulls
    }

    /// What is straight with an item, without going by the item's own pieces below it (or above it).
    fn run(&self, item: usize, touching: &[Vec<usize>], upwards: bool) -> Run {
        let mut run = Run::new(item, self.items.len());
        let mut next = 0;
        while let Some(current) = run.items.get(next).copied() {
            next += 1;
            for piece in touching[current].iter().map(|at| &self.pieces[*at]) {
                let own = current == item && (piece.above == item) == upwards;
                let other = piece.above + piece.below - current;
                if !own && self.skew(piece).abs() < 0.01 {
                    run.add(other);
                }
            }
        }
        run
    }

    /// Moves a run to the middle of where its pulls are balanced; whether it moved.
    fn shift(&mut self, run: &Run, at: &[(usize, usize)], touching: &[Vec<usize>]) -> bool {
        let mut pulls = self.pulls(run, touching);
        let Some(wish) = middle(&mut pulls) else { return false };
        let (low, high) = self.freedom(run, at);
        let shift = quarter(wish.clamp(low.min(0.0), high.max(0.0)));
        if shift.abs() < 0.5 {
            return false;
        }
        run.items.iter().for_each(|item| self.cross[*item] += shift);
        true
    }

    /// How far a run may move back and forth.
    fn freedom(&self, run: &Run, at: &[(usize, usize)]) -> (f64, f64) {
        let (mut low, mut high) = (-1e6_f64, 1e6_f64);
        for item in &run.items {
            let (level, place) = at[*item];
            let this = &self.items[*item];
            if let Some(group) = this.group {
                let ((left, right), frame) = (self.frames[group], &self.graph.groups[group]);
                low = low.max(left + frame.cross_before + this.before - self.cross[*item]);
                high = high.min(right - frame.cross_behind - this.behind - self.cross[*item]);
            }
            let neighbour = |place: Option<usize>| place.and_then(|place| self.levels[level].get(place)).copied();
            if let Some(left) = neighbour(place.checked_sub(1))
                && !run.has[left]
            {
                let limit = match self.items[left].group {
                    group if group == this.group => self.cross[left] + self.distance(left, *item),
                    Some(group) => self.frames[group].1 + self.graph.gaps.lines + this.before,
                    None => -1e6,
                };
                low = low.max(limit - self.cross[*item]);
            }
            if let Some(right) = neighbour(Some(place + 1))
                && !run.has[right]
            {
                let limit = match self.items[right].group {
                    group if group == this.group => self.cross[right] - self.distance(*item, right),
                    Some(group) => self.frames[group].0 - self.graph.gaps.lines - this.behind,
                    None => 1e6,
                };
                high = high.min(limit - self.cross[*item]);
            }
        }
        (low, high)
    }

    /// A bend of a few points looks like a slip of the pen: where an edge can as well meet its node a little off the
    /// middle, it is straight instead.
    fn slide_ports(&mut self) {
        let mut touching: Vec<Vec<usize>> = vec![Vec::new(); self.graph.nodes.len()];
        for (index, piece) in self.pieces.iter().enumerate() {
            for item in [piece.above, piece.below] {
                if let Some(pieces) = touching.get_mut(item) {
                    pieces.push(index);
                }
            }
        }
        for index in 0..self.pieces.len() {
            for above in [true, false] {
                let piece = self.pieces[index];
                let skew = self.skew(&piece);
                if skew.abs() < 0.01 || skew.abs() > SLIP {
                    continue;
                }
                let (item, port) = if above {
                    (piece.above, piece.above_port + skew)
                } else {
                    (piece.below, piece.below_port - skew)
                };
                if item >= self.graph.nodes.len() || self.buses[index] == Some(2 * item + usize::from(!above)) {
                    continue;
                }
                let bound = if above { piece.above_bound } else { piece.below_bound };
                let side = bound.unwrap_or_else(|| self.whole_side(item));
                let on_side = (port - side.at).abs() <= side.room;
                let clear = touching[item].iter().all(|other| {
                    let at = &self.pieces[*other];
                    let (same, taken) = if above {
                        (at.above == item, at.above_port)
                    } else {
                        (at.below == item, at.below_port)
                    };
                    *other == index || !same || (taken - port).abs() >= APART
                });
                if on_side && clear {
                    let piece = &mut self.pieces[index];
                    *(if above { &mut piece.above_port } else { &mut piece.below_port }) = port;
                }
            }
        }
    }

    /// A frame that its name made wider than its members puts them in its middle, as far as its neighbours let it.
    fn centre_frames(&mut self) {
        for (group, frame) in self.graph.groups.iter().enumerate() {
            let (left, right) = self.frames[group];
            let (mut first, mut last) = (f64::MAX, f64::MIN);
            let (mut low, mut high) = (f64::MIN, f64::MAX);
            for level in &self.levels {
                let members: Vec<usize> = (0..level.len())
                    .filter(|at| self.items[level[*at]].group == Some(group))
                    .collect();
                let (Some(begin), Some(end)) = (members.first(), members.last()) else {
                    continue;
                };
                for item in members
                    .iter()
                    .map(|at| level[*at])
                    .filter(|item| self.items[*item].what != What::Filler)
                {
                    first = first.min(self.cross[item] - self.items[item].before - frame.cross_before);
                    last = last.max(self.cross[item] + self.items[item].behind + frame.cross_behind);
                }
                let side = |at: usize, right: bool| {
                    let item = level[at];
                    match (self.items[item].group, right) {
                        (Some(other), true) => self.frames[other].1,
                        (Some(other), false) => self.frames[other].0,
                        (None, true) => self.cross[item] + self.items[item].behind,
                        (None, false) => self.cross[item] - self.items[item].before,
                    }
                };
                if let Some(before) = begin.checked_sub(1) {
                    low = low.max(side(before, true) + self.graph.gaps.lines);
                }
                if end + 1 < level.len() {
                    high = high.min(side(end + 1, false) - self.graph.gaps.lines);
                }
            }
            let width = (right - left).min((last - first).max(frame.cross));
            let wish = (first + last - width) / 2.0;
            let moved = wish.min(high - width).max(low).min(first).max(last - width);
            if first <= last && moved >= low - 0.01 && moved + width <= high + 0.01 {
                self.frames[group] = (moved, moved + width);
            }
        }
    }

    fn finish(self) -> Layout {
        let sizes: Vec<f64> = self
            .levels
            .iter()
            .map(|level| {
                let widest = |size: fn(&Item) -> f64| level.iter().map(|item| size(&self.items[*item])).fold(0.0, f64::max);
                widest(|item| item.lead) + widest(|item| item.main - item.lead)
            })
            .collect();
        let mut layout = Layout {
            crossings: self.crossings,
            ..Layout::default()
        };
        let (mut starts, mut tracks) = (Vec::new(), vec![0.0; self.pieces.len()]);
        let by_level = self.pieces_by_level();
        let mut main = 0.0;
        for (level, size) in sizes.iter().enumerate() {
            let opening = self.pad(level, |group| group.main_before, |span| span.0, 0.0);
            main += opening;
            starts.push(main);
            main += size;
            let closing = self.closing(level, &starts, &sizes);
            main += closing;
            let next = self.pad(level + 1, |group| group.main_before, |span| span.0, 0.0);
            if level + 1 < sizes.len() {
                main += self.channel(&by_level[level], main, closing + next, &mut tracks);
            }
        }
        self.place_all(&mut layout, &starts, &sizes, &tracks);
        layout
    }

    fn pieces_by_level(&self) -> Vec<Vec<usize>> {
        let mut by_level = vec![Vec::new(); self.levels.len()];
        for (at, piece) in self.pieces.iter().enumerate() {
            by_level[self.items[piece.above].level].push(at);
        }
        by_level
    }

    /// The widest padding of the groups that begin at a level.
    fn pad(&self, level: usize, pad: impl Fn(&Group) -> f64, at: impl Fn(&(usize, usize)) -> usize, least: f64) -> f64 {
        let groups = self.graph.groups.iter().zip(&self.spans);
        groups
            .filter(|(_, span)| at(span) == level)
            .map(|(group, _)| pad(group))
            .fold(least, f64::max)
    }

    /// The padding of the groups that end at a level; a frame too short for its name becomes longer at its end.
    fn closing(&self, level: usize, starts: &[f64], sizes: &[f64]) -> f64 {
        let groups = self.graph.groups.iter().zip(&self.spans);
        groups
            .filter(|(_, span)| span.1 == level && span.0 <= span.1)
            .map(|(group, span)| group.main_behind.max(self.extension(group, *span, starts, sizes)))
            .fold(0.0, f64::max)
    }

    fn extension(&self, group: &Group, span: (usize, usize), starts: &[f64], sizes: &[f64]) -> f64 {
        let inner = starts[span.1] + sizes[span.1] - starts[span.0];
        group.main - group.main_before - inner
    }

    /// Gives the bends between two levels their tracks; the channel begins at `main`. Gives its size.
    fn channel(&self, pieces: &[usize], main: f64, pads: f64, tracks: &mut [f64]) -> f64 {
        let gaps = &self.graph.gaps;
        let ends = |at: usize| {
            let piece = &self.pieces[at];
            (
                self.cross[piece.above] + piece.above_port,
                self.cross[piece.below] + piece.below_port,
            )
        };
        let bent: Vec<(usize, f64, f64)> = pieces
            .iter()
            .map(|at| (*at, ends(*at).0, ends(*at).1))
            .filter(|(_, from, to)| (from - to).abs() > 0.01)
            .collect();
        // The branches of a line share a track.
        let mut bends: Vec<Bend> = Vec::new();
        let mut of_bus: Vec<(usize, usize)> = Vec::new();
        let mut bend_of: Vec<usize> = Vec::new();
        for (at, from, to) in &bent {
            let known = self.buses[*at].and_then(|bus| of_bus.iter().find(|(other, _)| *other == bus));
            let bend = known.map_or(bends.len(), |(_, bend)| *bend);
            match bends.get_mut(bend) {
                Some(known) => {
                    known.above.push(*from);
                    known.below.push(*to);
                }
                None => bends.push(Bend {
                    above: vec![*from],
                    below: vec![*to],
                }),
            }
            if let Some(bus) = self.buses[*at] {
                of_bus.push((bus, bend));
            }
            bend_of.push(bend);
        }
        let found = assign_tracks(&bends);
        let count = found.iter().map(|track| track + 1).max().unwrap_or(0);
        let needed = if count == 0 {
            0.0
        } else {
            2.0 * gaps.ends + (count - 1) as f64 * gaps.tracks
        };
        let label = |level: &Vec<usize>| level.iter().any(|item| matches!(self.items[*item].what, What::Label(_)));
        let beside = pieces.first().map(|at| self.items[self.pieces[*at].above].level);
        let labelled = beside.is_some_and(|level| label(&self.levels[level]) || self.levels.get(level + 1).is_some_and(label));
        let least = if labelled { gaps.ends } else { gaps.ranks };
        let size = needed.max(least).max(if pads > 0.0 { gaps.ends } else { 0.0 });
        let slack = (size - (count.max(1) - 1) as f64 * gaps.tracks) / 2.0;
        for ((at, _, _), bend) in bent.iter().zip(bend_of) {
            tracks[*at] = main + slack + found[bend] as f64 * gaps.tracks;
        }
        size
    }

    fn place_all(&self, layout: &mut Layout, starts: &[f64], sizes: &[f64], tracks: &[f64]) {
        let middle = |level: usize| starts[level] + sizes[level] / 2.0;
        let bounds = self.bounds(starts, sizes);
        let nodes = bounds.iter().zip(&self.cross).take(self.graph.nodes.len());
        layout
            .nodes
            .extend(nodes.map(|((begin, end), cross)| ((*cross, (begin + end) / 2.0), end - begin)));
        for (at, path) in self.paths.iter().enumerate() {
            let mut points: Vec<Place> = Vec::new();
            let mut labels = [None; 3];
            for index in path {
                let piece = &self.pieces[*index];
                let above = self.cross[piece.above] + piece.above_port;
                let below = self.cross[piece.below] + piece.below_port;
                if points.is_empty() {
                    match self.turns[at][0] {
                        Some(turn) => points.extend(self.turned(turn, above, &bounds)),
                        None => points.push((above, bounds[piece.above].1)),
                    }
                }
                if (above - below).abs() > 0.01 {
                    points.push((above, tracks[*index]));
                    points.push((below, tracks[*index]));
                }
                match self.turns[at][1].filter(|_| Some(index) == path.last()) {
                    Some(turn) => points.extend(self.turned(turn, below, &bounds).into_iter().rev()),
                    None => points.push((below, bounds[piece.below].0)),
                }
                if let What::Label(which) = self.items[piece.below].what {
                    let place = (below, middle(self.items[piece.below].level));
                    points.push(place);
                    labels[which] = Some(place);
                }
            }
            points = straightened(points);
            if self.reversed[at] {
                points.reverse();
            }
            layout.edges.push(points);
            layout.labels.push(labels);
        }
        for ((group, span), (left, right)) in self.graph.groups.iter().zip(&self.spans).zip(&self.frames) {
            if span.0 > span.1 {
                layout.groups.push(((0.0, 0.0), (0.0, 0.0)));
                continue;
            }
            let behind = group.main_behind.max(self.extension(group, *span, starts, sizes));
            layout.groups.push((
                (*left, starts[span.0] - group.main_before),
                (*right, starts[span.1] + sizes[span.1] + behind),
            ));
        }
        self.normalise(layout);
    }

    /// Where each item begins and ends, along. Nodes of a rank begin behind the widest lead and are of one size, unless they
    /// keep their own: these stand in the middle.
    fn bounds(&self, starts: &[f64], sizes: &[f64]) -> Vec<(f64, f64)> {
        let mut leads = vec![0.0_f64; self.levels.len()];
        for item in &self.items {
            leads[item.level] = leads[item.level].max(item.lead);
        }
        let bounds = |item: &Item| {
            let (begin, end) = (starts[item.level], starts[item.level] + sizes[item.level]);
            match item.what {
                What::Node(node) => {
                    let begin = begin + leads[item.level];
                    let node = &self.graph.nodes[node];
                    let spare = if node.rigid { (end - begin - node.main) / 2.0 } else { 0.0 };
                    (begin + spare, end - spare)
                }
                _ => (begin, end),
            }
        };
        self.items.iter().map(bounds).collect()
    }

    /// Moves everything so that it begins at 0.
    fn normalise(&self, layout: &mut Layout) {
        let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        let mut cover = |cross: f64, main: f64| {
            low = (low.0.min(cross), low.1.min(main));
            high = (high.0.max(cross), high.1.max(main));
        };
        for (item, at) in self.items.iter().zip(&self.cross) {
            if item.what != What::Filler {
                cover(at - item.before, 0.0);
                cover(at + item.behind, 0.0);
            }
        }
        for ((_, main), size) in &layout.nodes {
            cover(low_of(&self.cross), main - size / 2.0);
            cover(low_of(&self.cross), main + size / 2.0);
        }
        for (first, second) in &layout.groups {
            cover(first.0, first.1);
            cover(second.0, second.1);
        }
        let shift = |place: &mut Place| *place = (place.0 - low.0, place.1 - low.1);
        layout.nodes.iter_mut().for_each(|(place, _)| shift(place));
        layout.edges.iter_mut().flatten().for_each(shift);
        layout.labels.iter_mut().flatten().flatten().for_each(shift);
        for (first, second) in &mut layout.groups {
            shift(first);
            shift(second);
        }
        layout.size = (high.0 - low.0, high.1 - low.1);
    }
}

fn low_of(cross: &[f64]) -> f64 {
    cross.iter().copied().fold(f64::MAX, f64::min)
}

/// The levels of ranks. Between two ranks stand levels for the labels of edges that begin or end there, of each sort if
/// there are any: at the upper ends, in the middle, at the lower ends.
struct Levels {
    /// The level of each rank.
    of_rank: Vec<usize>,
    /// Behind each rank the levels of its labels.
    labels: Vec<[usize; 3]>,
    count: usize,
}

impl Levels {
    fn new(graph: &Graph, ranks: &[usize], reversed: &[bool]) -> Self {
        let count = ranks.iter().max().map_or(0, |last| last + 1);
        let mut labelled = vec![[false; 3]; count];
        for (edge, reversed) in graph.edges.iter().zip(reversed) {
            let (from, to) = (ranks[edge.from], ranks[edge.to]);
            let (top, bottom) = (from.min(to), from.max(to));
            for (which, room) in edge.labels.iter().enumerate() {
                let (rank, sort) = Self::home(top, bottom, *reversed, which);
                labelled[rank][sort] |= room.is_some();
            }
        }
        let mut levels = Self {
            of_rank: Vec::new(),
            labels: Vec::new(),
            count: 0,
        };
        for labelled in labelled {
            levels.of_rank.push(levels.count);
            let mut next = levels.count;
            levels.labels.push(labelled.map(|labelled| {
                next += usize::from(labelled);
                next
            }));
            levels.count = next + 1;
        }
        // After the last rank no edge begins, so no level for labels stands there.
        levels
    }

    /// The rank behind which a label of an edge stands, and of which sort it is there. The label in the middle stands
    /// where the edge begins.
    fn home(top: usize, bottom: usize, reversed: bool, which: usize) -> (usize, usize) {
        let sort = if reversed { 2 - which } else { which };
        let late = sort == 2 || (sort == 1 && reversed);
        (if late { bottom.saturating_sub(1) } else { top }, sort)
    }

    fn of_labels(&self, top: usize, bottom: usize, reversed: bool) -> [usize; 3] {
        [0, 1, 2].map(|which| {
            let (rank, sort) = Self::home(top, bottom, reversed, which);
            self.labels[rank][sort]
        })
    }
}

/// The middle of the range in which the weighted sum of distances is least; `None` without any.
fn middle(pulls: &mut [(f64, i64)]) -> Option<f64> {
    pulls.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: i64 = pulls.iter().map(|pull| pull.1).sum();
    let mut sum = 0;
    for (at, (value, weight)) in pulls.iter().enumerate() {
        sum += weight;
        if 2 * sum == total {
            return pulls.get(at + 1).map(|next| (value + next.0) / 2.0);
        }
        if 2 * sum > total {
            return Some(*value);
        }
    }
    None
}

/// What needs a track in a channel: where lines come to it from above, and where they leave it below. Several do where they
/// are branches of one.
struct Bend {
    above: Vec<f64>,
    below: Vec<f64>,
}

impl Bend {
    fn extent(&self) -> (f64, f64) {
        let ends = || self.above.iter().chain(&self.below).copied();
        (ends().fold(f64::MAX, f64::min), ends().fold(f64::MIN, f64::max))
    }
}

/// Gives bends in a channel their tracks, the first track first: bends that overlap have tracks of their own, in an order
/// with few crossings in which no bend runs along another.
fn assign_tracks(bends: &[Bend]) -> Vec<usize> {
    let extents: Vec<(f64, f64)> = bends.iter().map(Bend::extent).collect();
    let overlap = |a: usize, b: usize| extents[a].0 < extents[b].1 + CLEAR && extents[b].0 < extents[a].1 + CLEAR;
    let within = |ends: &[f64], (low, high): (f64, f64)| ends.iter().filter(|x| low < **x && **x < high).count() as i32;
    // The cost of `a` lying before `b`.
    let cost = |a: usize, b: usize| {
        // The ways of `b` to its track cross `a`; the ways of `a` from its track cross `b`.
        let cost = within(&bends[b].above, extents[a]) + within(&bends[a].below, extents[b]);
        // The ways of `a` from its track and those of `b` to its own lie on one another.
        let near = |x: &f64| bends[b].above.iter().any(|y| (x - y).abs() < CLEAR);
        cost + if bends[a].below.iter().any(near) { 100 } else { 0 }
    };
    let mut order: Vec<usize> = Vec::new();
    let mut rest: Vec<usize> = (0..bends.len()).collect();
    rest.sort_by(|a, b| bends[*a].above[0].total_cmp(&bends[*b].above[0]).then(a.cmp(b)));
    let mut burden: Vec<i32> = vec![0; bends.len()];
    for a in &rest {
        let others = rest.iter().filter(|b| *b != a && overlap(*a, **b));
        burden[*a] = others.map(|b| cost(*a, *b) - cost(*b, *a)).sum();
    }
    while let Some((place, _)) = rest.iter().enumerate().min_by_key(|(place, a)| (burden[**a], *place)) {
        let chosen = rest.remove(place);
        order.push(chosen);
        for other in rest.iter().filter(|other| overlap(**other, chosen)) {
            burden[*other] -= cost(*other, chosen) - cost(chosen, *other);
        }
    }
    let mut tracks = vec![0; bends.len()];
    for (at, bend) in order.iter().enumerate() {
        let earlier = order.iter().take(at).filter(|other| overlap(**other, *bend));
        tracks[*bend] = earlier.map(|other| tracks[*other] + 1).max().unwrap_or(0);
    }
    tracks
}

/// Leaves out the points in the middle of straight lines.
fn straightened(points: Vec<Place>) -> Vec<Place> {
    let mut kept: Vec<Place> = Vec::with_capacity(points.len());
    for point in points {
        while let [.., before, last] = kept.as_slice() {
            let along = (before.0 - last.0).abs() < 0.01 && (last.0 - point.0).abs() < 0.01;
            let across = (before.1 - last.1).abs() < 0.01 && (last.1 - point.1).abs() < 0.01;
            if !(along || across) {
                break;
            }
            kept.pop();
        }
        kept.push(point);
    }
    kept
}

/// Units of the network simplex in a pt.
const UNITS: f64 = 4.0;
/// The most room between two edges at the side of a node.
const PORTS: f64 = 12.0;
/// So many edges of a node may be branches of one line.
const BRANCHES: usize = 3;
/// The least room between two edges at the side of a node.
const APART: f64 = 5.0;
/// A bend of less than this is avoided.
const SLIP: f64 = 8.0;
/// Lines nearer than this look like one.
const CLEAR: f64 = 3.0;

fn units(pt: f64) -> i64 {
    (pt * UNITS - 0.001).ceil() as i64
}

fn units_of_port(pt: f64) -> i64 {
    (pt * UNITS).round() as i64
}

fn quarter(pt: f64) -> f64 {
    (pt * UNITS).round() / UNITS
}
