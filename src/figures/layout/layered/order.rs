//! The order within ranks: as few crossings as restarts, medians and exchanges of neighbours find.
//!
//! Members of a group stay beside one another, and groups keep one order in all ranks, so that a frame fits around each.

use super::Port;
use super::work::Work;

impl Work<'_> {
    pub(super) fn order(&mut self) {
        let (mut before, mut after) = (vec![Vec::new(); self.items.len()], vec![Vec::new(); self.items.len()]);
        for piece in &self.pieces {
            let number = |bound: Option<Port>| bound.map_or(0, |port| port.order);
            let (above, below) = (number(piece.above_bound), number(piece.below_bound));
            after[piece.above].push(Joint::new(above, piece.below, below));
            before[piece.below].push(Joint::new(below, piece.above, above));
        }
        let group: Vec<Option<usize>> = self.items.iter().map(|item| item.group).collect();
        let start = self.first_order(&after);
        let ranks = Ranks {
            group: &group,
            before: &before,
            after: &after,
        };
        let (levels, crossings) = reduce(&ranks, &start, self.graph.groups.len());
        self.levels = levels;
        self.crossings = crossings;
    }

    /// The order in which a walk from the author's first node meets the items.
    fn first_order(&self, after: &[Vec<Joint>]) -> Vec<Vec<usize>> {
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
}

/// One end of an edge to a neighbouring rank.
#[derive(Debug, Clone, Copy)]
struct Joint {
    /// The number of the port at this end.
    own: usize,
    /// What is at the other end.
    item: usize,
    /// The number of the port at the other end.
    port: usize,
}

/// No item has so many ports.
const MOST_PORTS: usize = 1024;

impl Joint {
    fn new(own: usize, item: usize, port: usize) -> Self {
        Self {
            own,
            item,
            port: port.min(MOST_PORTS - 1),
        }
    }

    /// Where the other end is: places that have all ports of an item behind one another.
    fn end(&self, place: &[usize]) -> usize {
        place[self.item] * MOST_PORTS + self.port
    }
}

/// What stands in ranks, and what is joined to what in the next rank.
struct Ranks<'a> {
    /// The group of each item.
    group: &'a [Option<usize>],
    /// The items in the rank before to which each is joined.
    before: &'a [Vec<Joint>],
    /// The items in the rank after.
    after: &'a [Vec<Joint>],
}

/// Rounds of medians from one beginning.
const ROUNDS: usize = 10;

/// Finds an order with few crossings; gives it with their number.
fn reduce(ranks: &Ranks, start: &[Vec<usize>], groups: usize) -> (Vec<Vec<usize>>, usize) {
    let count = ranks.group.len();
    let restarts = match count {
        0..=120 => 6,
        121..=400 => 3,
        _ => 1,
    };
    let mut best: Option<(Vec<Vec<usize>>, usize)> = None;
    for restart in 0..restarts {
        let mut order = beginning(start, restart);
        let rank_of_group = group_order(ranks, &order, groups, count);
        arrange(ranks, &mut order, &rank_of_group);
        let mut place = places(&order, count);
        for round in 0..ROUNDS {
            let found = crossings(ranks, &order, &place);
            if best.as_ref().is_none_or(|(_, least)| found < *least) {
                best = Some((order.clone(), found));
            }
            if best.as_ref().is_some_and(|(_, least)| *least == 0) {
                return best.unwrap_or_default();
            }
            sweep(ranks, &mut order, &mut place, &rank_of_group, round % 2 == 0);
            exchange(ranks, &mut order, &mut place, round % 4 < 2);
        }
        let found = crossings(ranks, &order, &place);
        if best.as_ref().is_none_or(|(_, least)| found < *least) {
            best = Some((order, found));
        }
    }
    best.unwrap_or_default()
}

/// The author's order first, then its mirror, then orders that a small generator shuffles, the same on every machine.
fn beginning(start: &[Vec<usize>], restart: usize) -> Vec<Vec<usize>> {
    let mut order = start.to_vec();
    match restart {
        0 => {}
        1 => order.iter_mut().for_each(|level| level.reverse()),
        seed => {
            let mut state = seed as u64;
            for level in &mut order {
                for at in (1..level.len()).rev() {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    level.swap(at, (state >> 33) as usize % (at + 1));
                }
            }
        }
    }
    order
}

fn places(order: &[Vec<usize>], count: usize) -> Vec<usize> {
    let mut place = vec![0; count];
    for level in order {
        for (at, item) in level.iter().enumerate() {
            place[*item] = at;
        }
    }
    place
}

/// One order of the groups for all ranks, by where their members stand on average.
fn group_order(ranks: &Ranks, order: &[Vec<usize>], groups: usize, count: usize) -> Vec<usize> {
    let place = places(order, count);
    let mut sums = vec![(0, 0); groups];
    for level in order {
        for item in level {
            if let Some(group) = ranks.group[*item] {
                sums[group].0 += 1000 * place[*item] / level.len().max(1);
                sums[group].1 += 1;
            }
        }
    }
    let mut sorted: Vec<usize> = (0..groups).collect();
    sorted.sort_by_key(|group| (sums[*group].0 / sums[*group].1.max(1), *group));
    let mut rank = vec![0; groups];
    for (at, group) in sorted.iter().enumerate() {
        rank[*group] = at;
    }
    rank
}

/// Brings each group's members together and the groups into their order.
fn arrange(ranks: &Ranks, order: &mut [Vec<usize>], rank_of_group: &[usize]) {
    for level in order {
        let keys: Vec<f64> = (0..level.len()).map(|at| at as f64).collect();
        *level = sorted(ranks, level, &keys, rank_of_group);
    }
}

/// What is moved as one thing when a rank is sorted: an item, or the items of a group.
#[derive(Clone)]
struct Unit {
    /// The mean of the members' keys.
    key: f64,
    /// Where the first member stood.
    at: usize,
    group: Option<usize>,
    /// Key, former place, item.
    members: Vec<(f64, usize, usize)>,
}

/// Sorts a rank by keys: a group counts as one thing, at the mean of its members, and groups keep their order.
fn sorted(ranks: &Ranks, level: &[usize], keys: &[f64], rank_of_group: &[usize]) -> Vec<usize> {
    if rank_of_group.is_empty() {
        let mut keyed: Vec<(f64, usize)> = keys.iter().copied().zip(level.iter().copied()).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        return keyed.into_iter().map(|(_, item)| item).collect();
    }
    let mut units: Vec<Unit> = Vec::new();
    for (at, (item, key)) in level.iter().zip(keys).enumerate() {
        let group = ranks.group[*item];
        let unit = units.iter_mut().find(|unit| group.is_some() && unit.group == group);
        match unit {
            Some(unit) => unit.members.push((*key, at, *item)),
            None => units.push(Unit {
                key: *key,
                at,
                group,
                members: vec![(*key, at, *item)],
            }),
        }
    }
    for unit in &mut units {
        unit.key = unit.members.iter().map(|member| member.0).sum::<f64>() / unit.members.len() as f64;
        unit.members.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }
    units.sort_by(|a, b| a.key.total_cmp(&b.key).then(a.at.cmp(&b.at)));
    // The places that groups have are kept, but the groups stand in them in their own order.
    let slots: Vec<usize> = (0..units.len()).filter(|at| units[*at].group.is_some()).collect();
    let mut grouped: Vec<_> = slots.iter().map(|at| units[*at].clone()).collect();
    grouped.sort_by_key(|unit| unit.group.map(|group| rank_of_group[group]));
    for (slot, unit) in slots.into_iter().zip(grouped) {
        units[slot] = unit;
    }
    units
        .into_iter()
        .flat_map(|unit| unit.members)
        .map(|member| member.2)
        .collect()
}

/// Puts every item at the median of its neighbours in the rank before (or after).
fn sweep(ranks: &Ranks, order: &mut [Vec<usize>], place: &mut [usize], rank_of_group: &[usize], down: bool) {
    let count = order.len();
    for step in 0..count {
        let at = if down { step } else { count - 1 - step };
        let level = std::mem::take(&mut order[at]);
        let keys: Vec<f64> = level
            .iter()
            .map(|item| {
                let joined = if down { &ranks.before[*item] } else { &ranks.after[*item] };
                median(joined, place).unwrap_or((place[*item] * MOST_PORTS) as f64)
            })
            .collect();
        let level = sorted(ranks, &level, &keys, rank_of_group);
        for (at, item) in level.iter().enumerate() {
            place[*item] = at;
        }
        order[at] = level;
    }
}

fn median(joined: &[Joint], place: &[usize]) -> Option<f64> {
    let mut places: Vec<usize> = joined.iter().map(|joint| joint.end(place)).collect();
    places.sort_unstable();
    let middle = places.len() / 2;
    match places.len() {
        0 => None,
        length if length % 2 == 1 => Some(places[middle] as f64),
        _ => Some((places[middle - 1] + places[middle]) as f64 / 2.0),
    }
}

/// Exchanges neighbours of one group as long as that saves crossings.
fn exchange(ranks: &Ranks, order: &mut [Vec<usize>], place: &mut [usize], equal: bool) {
    for step in 0..8 {
        let mut better = false;
        for level in order.iter_mut() {
            for at in 1..level.len() {
                let (left, right) = (level[at - 1], level[at]);
                if ranks.group[left] != ranks.group[right] {
                    continue;
                }
                let now =
                    pair(&ranks.before[left], &ranks.before[right], place) + pair(&ranks.after[left], &ranks.after[right], place);
                let then =
                    pair(&ranks.before[right], &ranks.before[left], place) + pair(&ranks.after[right], &ranks.after[left], place);
                if then < now || (equal && step == 0 && then == now && then > 0) {
                    level.swap(at - 1, at);
                    place[left] = at;
                    place[right] = at - 1;
                    better = true;
                }
            }
        }
        if !better {
            break;
        }
    }
}

/// The crossings between the edges of two neighbours, the first of them on the left.
fn pair(left: &[Joint], right: &[Joint], place: &[usize]) -> usize {
    let crossed = |a: &Joint| right.iter().filter(|b| b.end(place) < a.end(place)).count();
    left.iter().map(crossed).sum()
}

/// All crossings between neighbouring ranks.
fn crossings(ranks: &Ranks, order: &[Vec<usize>], place: &[usize]) -> usize {
    let mut found = 0;
    let (mut ends, mut joined): (Vec<usize>, Vec<(usize, usize)>) = (Vec::new(), Vec::new());
    for level in order {
        // The ends of the edges so far, sorted: a further edge crosses all those that end behind it.
        ends.clear();
        for item in level {
            joined.clear();
            joined.extend(ranks.after[*item].iter().map(|joint| (joint.own, joint.end(place))));
            joined.sort_unstable();
            for (_, end) in &joined {
                let at = ends.partition_point(|other| other <= end);
                found += ends.len() - at;
                ends.insert(at, *end);
            }
        }
    }
    found
}
