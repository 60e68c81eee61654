//! The places across, by the network simplex.

use super::Place;
use super::work::{Item, Piece, What, Work};
use crate::figures::layout::simplex;

impl Work<'_> {
    /// A size that the whole is not smaller than.
    pub(super) fn least(&self) -> Place {
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

    /// The least distance between the middles of two neighbours.
    pub(super) fn distance(&self, left: usize, right: usize) -> f64 {
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
    pub(super) fn weight(&self, piece: &Piece) -> i64 {
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
    /// [the order](super::order) gives to all groups, and nothing leads to the points. Without an answer everything would stand at 0: a
    /// figure that is plainly wrong, but no build that fails.
    pub(super) fn place(&mut self) {
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
    pub(super) fn skew(&self, piece: &Piece) -> f64 {
        (self.cross[piece.below] + piece.below_port) - (self.cross[piece.above] + piece.above_port)
    }
}

/// Units of the network simplex in a pt.
const UNITS: f64 = 4.0;

fn units(pt: f64) -> i64 {
    (pt * UNITS - 0.001).ceil() as i64
}

fn units_of_port(pt: f64) -> i64 {
    (pt * UNITS).round() as i64
}

pub(super) fn quarter(pt: f64) -> f64 {
    (pt * UNITS).round() / UNITS
}
