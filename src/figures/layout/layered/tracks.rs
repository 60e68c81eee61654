//! The tracks of bends in the channels between levels.

use super::work::{What, Work};

impl Work<'_> {
    /// Gives the bends between two levels their tracks; the channel begins at `main`. Gives its size.
    pub(super) fn channel(&self, pieces: &[usize], main: f64, pads: f64, tracks: &mut [f64]) -> f64 {
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
        let (bends, bend_of) = self.bends(&bent);
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

    /// What needs a track, and for each of the pieces (with where it leaves and enters) which of these it belongs to: the
    /// branches of a line share a track.
    fn bends(&self, bent: &[(usize, f64, f64)]) -> (Vec<Bend>, Vec<usize>) {
        let mut bends: Vec<Bend> = Vec::new();
        let mut of_bus: Vec<(usize, usize)> = Vec::new();
        let mut bend_of: Vec<usize> = Vec::new();
        for (at, from, to) in bent {
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
        (bends, bend_of)
    }
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

/// Lines nearer than this look like one.
pub(super) const CLEAR: f64 = 3.0;
