//! The places along: ranks and the channels between them one after another, and with them all bends.

use super::work::{Item, What, Work};
use super::{Group, Layout, Place};

impl Work<'_> {
    pub(super) fn finish(self) -> Layout {
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
            let opening = self.opening(level);
            main += opening;
            starts.push(main);
            main += size;
            let closing = self.closing(level, &starts, &sizes);
            main += closing;
            let next = self.opening(level + 1);
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
    fn opening(&self, level: usize) -> f64 {
        let groups = self.graph.groups.iter().zip(&self.ranges);
        groups
            .filter(|(_, range)| range.0 == level)
            .map(|(group, _)| group.main_before)
            .fold(0.0, f64::max)
    }

    /// The padding of the groups that end at a level; a frame too short for its name becomes longer at its end.
    fn closing(&self, level: usize, starts: &[f64], sizes: &[f64]) -> f64 {
        let groups = self.graph.groups.iter().zip(&self.ranges);
        groups
            .filter(|(_, range)| range.1 == level && range.0 <= range.1)
            .map(|(group, range)| group.main_behind.max(self.extension(group, *range, starts, sizes)))
            .fold(0.0, f64::max)
    }

    fn extension(&self, group: &Group, range: (usize, usize), starts: &[f64], sizes: &[f64]) -> f64 {
        let inner = starts[range.1] + sizes[range.1] - starts[range.0];
        group.main - group.main_before - inner
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
        for ((group, range), (left, right)) in self.graph.groups.iter().zip(&self.ranges).zip(&self.frames) {
            if range.0 > range.1 {
                layout.groups.push(((0.0, 0.0), (0.0, 0.0)));
                continue;
            }
            let behind = group.main_behind.max(self.extension(group, *range, starts, sizes));
            layout.groups.push((
                (*left, starts[range.0] - group.main_before),
                (*right, starts[range.1] + sizes[range.1] + behind),
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
