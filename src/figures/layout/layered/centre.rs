//! What could as well stand elsewhere goes to the middle of where it could.

use super::across::quarter;
use super::work::{What, Work};

impl Work<'_> {
    /// Where things could move without making anything longer, moves them to the middle of that range: a parent stands
    /// between its children and not above one of them.
    ///
    /// What moves is a node with two edges on one side, together with all that is straight before it on the other side.
    pub(super) fn centre(&mut self) {
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

    /// A frame that its name made wider than its members puts them in its middle, as far as its neighbours let it.
    pub(super) fn centre_frames(&mut self) {
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
