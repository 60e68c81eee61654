//! Where edges meet the sides of their nodes: at flanks, as branches of one line, or spread over a side.

use super::across::quarter;
use super::tracks::CLEAR;
use super::work::{Item, Piece, Turn, What, Work};
use super::{Place, Port};

impl Work<'_> {
    /// Lets edges that lead back begin and end at the flanks of their nodes, where nothing stands between them and there:
    /// so they bend less, and leave the sides to those that lead on.
    pub(super) fn turn_back(&mut self) {
        let place = self.in_level();
        // Where the other ends stand before anything is turned.
        let placed = |pieces: Vec<usize>, other: fn(&Piece) -> usize| -> Vec<(usize, usize)> {
            pieces.into_iter().map(|at| (place[other(&self.pieces[at])], at)).collect()
        };
        let sides: Vec<[Vec<(usize, usize)>; 2]> = self
            .at_sides()
            .into_iter()
            .map(|[below, above]| [placed(below, |piece| piece.below), placed(above, |piece| piece.above)])
            .collect();
        let mut used = vec![[false; 2]; sides.len()];
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
    pub(super) fn turned(&self, turn: Turn, line: f64, bounds: &[(f64, f64)]) -> [Place; 2] {
        let half = self.graph.nodes[turn.node].cross / 2.0;
        let (begin, end) = bounds[turn.node];
        let flank = self.cross[turn.node] + if turn.behind { half } else { -half };
        let middle = (begin + end) / 2.0;
        [(flank, middle), (line, middle)]
    }

    /// Lets many edges that look alike leave or enter a node as one line, of which they are the branches.
    pub(super) fn gather(&mut self) {
        let mut sides = self.at_sides();
        let mut sorts: Vec<Option<usize>> = vec![None; self.pieces.len()];
        for (edge, path) in self.paths.iter().enumerate() {
            for piece in path {
                sorts[*piece] = self.graph.edges[edge].sort.filter(|_| !self.reversed[edge]);
            }
        }
        self.buses = vec![None; self.pieces.len()];
        let place = self.in_level();
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

    /// Spreads the edges of a node over its sides, in the order in which they lead away.
    pub(super) fn set_ports(&mut self) {
        let place = self.in_level();
        for (node, [below, above]) in self.at_sides().iter().enumerate() {
            self.spread(node, below, true, &place);
            self.spread(node, above, false, &place);
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
    pub(super) fn whole_side(&self, node: usize) -> Port {
        let size = self.graph.nodes[node];
        Port {
            at: 0.0,
            room: (size.cross / 2.0 - size.bevel).max(0.0),
            order: 0,
        }
    }

    /// A bend of a few points looks like a slip of the pen: where an edge can as well meet its node a little off the
    /// middle, it is straight instead.
    pub(super) fn slide_ports(&mut self) {
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
}

/// The most room between two edges at the side of a node.
const PORTS: f64 = 12.0;
/// So many edges of a node may be branches of one line.
const BRANCHES: usize = 3;
/// The least room between two edges at the side of a node.
const APART: f64 = 5.0;
/// A bend of less than this is avoided.
const SLIP: f64 = 8.0;
