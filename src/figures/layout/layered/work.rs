//! Everything between the author's graph and the places: what stands in the levels, and what joins it.

use super::{Graph, Port};

/// Everything between the author's graph and the places.
pub(super) struct Work<'a> {
    pub(super) graph: &'a Graph,
    /// The nodes first, as they are numbered in the graph, then everything else.
    pub(super) items: Vec<Item>,
    /// The items of each level, in their order.
    pub(super) levels: Vec<Vec<usize>>,
    /// All that joins items.
    pub(super) pieces: Vec<Piece>,
    /// The pieces of each edge, in the direction of the levels.
    pub(super) paths: Vec<Vec<usize>>,
    /// The edges that lead against the direction of the levels.
    pub(super) reversed: &'a [bool],
    /// For each piece the line that it is a branch of, if it is one: twice its node, and one more where branches meet above
    /// the node.
    pub(super) buses: Vec<Option<usize>>,
    /// The ends of edges at flanks of nodes: for each edge the one at its upper and the one at its lower node.
    pub(super) turns: Vec<[Option<Turn>; 2]>,
    /// The first and last level of each group.
    pub(super) ranges: Vec<(usize, usize)>,
    /// Where the middle of each item is, across.
    pub(super) cross: Vec<f64>,
    /// Where the frame of each group begins and ends, across.
    pub(super) frames: Vec<(f64, f64)>,
    pub(super) crossings: usize,
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum What {
    Node(usize),
    /// One of the three labels of an edge.
    Label(usize),
    Line,
    /// Keeps a group's place in a rank where it has no member.
    Filler,
}

/// What stands in a level, and the room it needs there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) what: What,
    pub(super) level: usize,
    pub(super) group: Option<usize>,
    /// Across, before its middle.
    pub(super) before: f64,
    /// Across, behind its middle.
    pub(super) behind: f64,
    /// How much of its size along is kept free before it.
    pub(super) lead: f64,
    /// Along.
    pub(super) main: f64,
}

/// A part of an edge between neighbouring levels: from an item to an item of the next level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) above: usize,
    pub(super) below: usize,
    /// The ports of nodes that it is bound to.
    pub(super) above_bound: Option<Port>,
    pub(super) below_bound: Option<Port>,
    /// Where it leaves and enters, from the items' middles.
    pub(super) above_port: f64,
    pub(super) below_port: f64,
}

/// Where an edge meets a node at one of its flanks instead of at a side that faces another level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    pub(super) node: usize,
    /// Whether it is the flank behind the node, across, or the one before it.
    pub(super) behind: bool,
}

/// The most that may stand in the ranks of a graph: nodes, and places of edges that pass a rank. No page shows so much;
/// it bounds what a layout may cost, which grows with the square of it.
const MOST_ITEMS: usize = 1_500;

impl<'a> Work<'a> {
    /// Puts nodes, lines, labels and fillers in their levels; `None` if there are too many.
    pub(super) fn new(graph: &'a Graph, reversed: &'a [bool], ranks: &[usize]) -> Option<Self> {
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
            ranges: vec![(usize::MAX, 0); graph.groups.len()],
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
            let range = &mut self.ranges[group];
            *range = (range.0.min(item.level), range.1.max(item.level));
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
        for group in 0..self.ranges.len() {
            let (first, last) = self.ranges[group];
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

    /// For every item its place in its level.
    pub(super) fn in_level(&self) -> Vec<usize> {
        let mut place = vec![0; self.items.len()];
        for level in &self.levels {
            for (at, item) in level.iter().enumerate() {
                place[*item] = at;
            }
        }
        place
    }

    /// For every node the pieces below it and the pieces above it.
    pub(super) fn at_sides(&self) -> Vec<[Vec<usize>; 2]> {
        let count = self.graph.nodes.len();
        let mut sides = vec![[Vec::new(), Vec::new()]; count];
        for (at, piece) in self.pieces.iter().enumerate() {
            if piece.above < count {
                sides[piece.above][0].push(at);
            }
            if piece.below < count {
                sides[piece.below][1].push(at);
            }
        }
        sides
    }
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
