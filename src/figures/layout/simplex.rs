//! The network simplex: whole numbers for nodes so that every edge is at least as long as it must be and all together
//! are as short as they can be (Gansner, Koutsofios, North, Vo: *A Technique for Drawing Directed Graphs*, 1993).
//!
//! It gives ranks to the nodes of a flow, and coordinates to everything that stands in a rank.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// `x[head] - x[tail] >= least`; its length times `weight` is to be small.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    pub(crate) tail: usize,
    pub(crate) head: usize,
    pub(crate) least: i64,
    pub(crate) weight: i64,
}

/// The numbers, smallest 0. `None` if the edges make a cycle.
///
/// The search ends at an optimum, or, so that it always ends, after a number of steps that real figures do not reach.
pub(crate) fn solve(count: usize, edges: &[Edge]) -> Option<Vec<i64>> {
    let mut x = longest_paths(count, edges)?;
    let mut edges = edges.to_vec();
    connect(count, &mut edges);
    if count > 1 {
        x.resize(count + 1, 0);
        // The added root stands before everything.
        let least = x.iter().take(count).copied().min().unwrap_or(0);
        if let Some(root) = x.get_mut(count) {
            *root = least;
        }
        Tree::new(count + 1, &edges, &mut x).improve(&edges, &mut x);
        x.truncate(count);
    }
    let least = x.iter().copied().min().unwrap_or(0);
    x.iter_mut().for_each(|x| *x -= least);
    Some(x)
}

/// The least numbers that satisfy every edge.
fn longest_paths(count: usize, edges: &[Edge]) -> Option<Vec<i64>> {
    let mut waiting = vec![0_usize; count];
    edges.iter().for_each(|edge| waiting[edge.head] += 1);
    let out = Adjacent::new(count, edges, |edge| [Some(edge.tail), None]);
    let mut ready: Vec<usize> = (0..count).rev().filter(|node| waiting[*node] == 0).collect();
    let mut x = vec![i64::MIN; count];
    let mut done = 0;
    while let Some(node) = ready.pop() {
        done += 1;
        if x[node] == i64::MIN {
            x[node] = 0;
        }
        for edge in out.at(node).iter().map(|at| &edges[*at]) {
            x[edge.head] = x[edge.head].max(x[node] + edge.least);
            waiting[edge.head] -= 1;
            if waiting[edge.head] == 0 {
                ready.push(edge.head);
            }
        }
    }
    (done == count).then_some(x)
}

/// The edges at each node, in one list.
struct Adjacent {
    /// Where those of each node begin in the list.
    starts: Vec<usize>,
    list: Vec<usize>,
}

impl Adjacent {
    fn new(count: usize, edges: &[Edge], ends: impl Fn(&Edge) -> [Option<usize>; 2]) -> Self {
        let mut starts = vec![0; count + 1];
        for node in edges.iter().flat_map(&ends).flatten() {
            starts[node + 1] += 1;
        }
        for node in 0..count {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut list = vec![0; starts[count]];
        for (at, edge) in edges.iter().enumerate() {
            for node in ends(edge).into_iter().flatten() {
                list[next[node]] = at;
                next[node] += 1;
            }
        }
        Self { starts, list }
    }

    fn at(&self, node: usize) -> &[usize] {
        &self.list[self.starts[node]..self.starts[node + 1]]
    }
}

/// Ties separate parts together by a root that all may be as far from as they like.
fn connect(count: usize, edges: &mut Vec<Edge>) {
    let mut parent: Vec<usize> = (0..count).collect();
    for edge in edges.iter() {
        let (a, b) = (find(&mut parent, edge.tail), find(&mut parent, edge.head));
        parent[a.max(b)] = a.min(b);
    }
    for node in 0..count {
        if find(&mut parent, node) == node {
            edges.push(Edge {
                tail: count,
                head: node,
                // Far enough never to matter.
                least: -(1 << 40),
                weight: 0,
            });
        }
    }
}

/// The representative of a node's set.
pub(super) fn find(parent: &mut [usize], mut node: usize) -> usize {
    while parent[node] != node {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    node
}

/// What the steps of a search may look at together, in nodes and edges: a graph that needs more is not drawn much better
/// by it, and no figure is to take longer than one waits for it.
const MOST_WORK: usize = 2_000_000;

/// A spanning tree of edges that are exactly as long as they must be.
struct Tree {
    /// For each node the tree's edges at it.
    at: Vec<Vec<usize>>,
    in_tree: Vec<bool>,
    /// Nodes in the order of a walk from the root, parents first.
    walk: Vec<usize>,
    /// The edge to the parent.
    up: Vec<usize>,
    /// The place in the walk, and the place after the last below it.
    first: Vec<usize>,
    last: Vec<usize>,
    /// What walks and sums need for a while.
    open: Vec<(usize, usize)>,
    sums: Vec<i64>,
}

/// No edge: the root has no parent.
const NONE: usize = usize::MAX;

impl Tree {
    /// Grows a tree from the first node, moving it as a whole by the least slack around it.
    fn new(count: usize, edges: &[Edge], x: &mut [i64]) -> Self {
        let touching = Adjacent::new(count, edges, |edge| [Some(edge.tail), Some(edge.head)]);
        let mut tree = Self {
            at: vec![Vec::new(); count],
            in_tree: vec![false; edges.len()],
            walk: Vec::with_capacity(count),
            up: vec![NONE; count],
            first: vec![0; count],
            last: vec![0; count],
            open: Vec::new(),
            sums: Vec::new(),
        };
        let mut inside = vec![false; count];
        // The members move together: how far they have, and how far they had when each came in.
        let (mut moved, mut since) = (0, vec![0; count]);
        // The edges that leave the tree, the one with the least slack first, by which of its ends is a member. Moving
        // changes all slacks of a heap alike, so they are kept as they were before anything moved.
        let mut from_tails: BinaryHeap<Reverse<(i64, usize)>> = BinaryHeap::new();
        let mut from_heads: BinaryHeap<Reverse<(i64, usize)>> = BinaryHeap::new();
        let mut fresh = vec![0];
        inside[0] = true;
        loop {
            while let Some(node) = fresh.pop() {
                since[node] = moved;
                for at in touching.at(node) {
                    let edge = &edges[*at];
                    let other = edge.tail + edge.head - node;
                    if inside[other] {
                        continue;
                    }
                    match slack(edge, x) {
                        0 => {
                            inside[other] = true;
                            tree.add(*at, edge);
                            fresh.push(other);
                        }
                        slack if edge.tail == node => from_tails.push(Reverse((slack + moved, *at))),
                        slack => from_heads.push(Reverse((slack - moved, *at))),
                    }
                }
            }
            let within = |at: usize| inside[edges[at].tail] && inside[edges[at].head];
            let least = |heap: &mut BinaryHeap<Reverse<(i64, usize)>>| {
                while heap.peek().is_some_and(|Reverse((_, at))| within(*at)) {
                    heap.pop();
                }
                heap.peek().map(|Reverse(least)| *least)
            };
            let forwards = least(&mut from_tails).map(|(slack, at)| (slack - moved, at));
            let backwards = least(&mut from_heads).map(|(slack, at)| (slack + moved, at));
            let Some((slack, nearest)) = forwards.into_iter().chain(backwards).min() else {
                break;
            };
            let edge = &edges[nearest];
            let (shift, outer) = if inside[edge.tail] {
                (slack, edge.head)
            } else {
                (-slack, edge.tail)
            };
            moved += shift;
            inside[outer] = true;
            tree.add(nearest, edge);
            fresh.push(outer);
        }
        for node in (0..count).filter(|node| inside[*node]) {
            x[node] += moved - since[node];
        }
        tree
    }

    fn add(&mut self, at: usize, edge: &Edge) {
        self.in_tree[at] = true;
        self.at[edge.tail].push(at);
        self.at[edge.head].push(at);
    }

    fn remove(&mut self, at: usize, edge: &Edge) {
        self.in_tree[at] = false;
        self.at[edge.tail].retain(|other| *other != at);
        self.at[edge.head].retain(|other| *other != at);
    }

    /// Exchanges edges of the tree while that makes the whole shorter.
    fn improve(&mut self, edges: &[Edge], x: &mut [i64]) {
        let limit = (20 * self.at.len() + 200).min(MOST_WORK / (self.at.len() + edges.len()));
        // How strongly each node is pulled forwards: the weight of its edges out, less that of those in.
        let mut pull = vec![0_i64; self.at.len()];
        for edge in edges {
            pull[edge.tail] += edge.weight;
            pull[edge.head] -= edge.weight;
        }
        for _ in 0..limit {
            self.renumber(edges);
            let Some(leaving) = self.leaving(edges, &pull) else { break };
            let Some(entering) = self.entering(edges, leaving, x) else {
                break;
            };
            let below = self.below(&edges[leaving]);
            let shift = slack(&edges[entering], x);
            let inside = self.is_below(below, edges[entering].tail);
            let shift = if inside { shift } else { -shift };
            for node in &self.walk[self.first[below]..self.last[below]] {
                x[*node] += shift;
            }
            self.remove(leaving, &edges[leaving]);
            self.add(entering, &edges[entering]);
        }
    }

    /// Walks the tree anew.
    fn renumber(&mut self, edges: &[Edge]) {
        self.walk.clear();
        let mut open = std::mem::take(&mut self.open);
        open.push((0, NONE));
        while let Some((node, up)) = open.pop() {
            self.first[node] = self.walk.len();
            self.last[node] = self.walk.len() + 1;
            self.up[node] = up;
            self.walk.push(node);
            for at in self.at[node].iter().filter(|at| **at != up) {
                open.push((edges[*at].tail + edges[*at].head - node, *at));
            }
        }
        self.open = open;
        for place in (1..self.walk.len()).rev() {
            let node = self.walk[place];
            let edge = &edges[self.up[node]];
            let parent = edge.tail + edge.head - node;
            self.last[parent] = self.last[parent].max(self.last[node]);
        }
    }

    /// The edge of the tree whose cut value is most negative: what pulls its ends apart is stronger than what holds them.
    fn leaving(&mut self, edges: &[Edge], pull: &[i64]) -> Option<usize> {
        let sums = &mut self.sums;
        sums.clear();
        sums.extend_from_slice(pull);
        let mut best = None;
        for place in (1..self.walk.len()).rev() {
            let node = self.walk[place];
            let edge = &edges[self.up[node]];
            let parent = edge.tail + edge.head - node;
            let cut = if edge.tail == node { sums[node] } else { -sums[node] };
            if cut < 0 && best.is_none_or(|(least, at)| (cut, self.up[node]) < (least, at)) {
                best = Some((cut, self.up[node]));
            }
            sums[parent] += sums[node];
        }
        best.map(|(_, at)| at)
    }

    /// The edge that joins the two halves again in the other direction with the least slack.
    fn entering(&self, edges: &[Edge], leaving: usize, x: &[i64]) -> Option<usize> {
        let below = self.below(&edges[leaving]);
        let tail_below = edges[leaving].tail == below;
        let mut best: Option<(i64, usize)> = None;
        for (at, edge) in edges.iter().enumerate() {
            if self.in_tree[at] {
                continue;
            }
            let (tail, head) = (self.is_below(below, edge.tail), self.is_below(below, edge.head));
            if tail != head && head == tail_below {
                let candidate = (slack(edge, x), at);
                best = Some(best.map_or(candidate, |best| best.min(candidate)));
            }
        }
        best.map(|(_, at)| at)
    }

    /// The end of a tree's edge that is further from the root.
    fn below(&self, edge: &Edge) -> usize {
        if self.first[edge.tail] > self.first[edge.head] {
            edge.tail
        } else {
            edge.head
        }
    }

    fn is_below(&self, top: usize, node: usize) -> bool {
        (self.first[top]..self.last[top]).contains(&self.first[node])
    }
}

fn slack(edge: &Edge, x: &[i64]) -> i64 {
    x[edge.head] - x[edge.tail] - edge.least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_is_as_short_as_it_can_be() {
        let edge = |tail, head, least, weight| Edge {
            tail,
            head,
            least,
            weight,
        };
        // A node between two, pulled thrice as strongly to the later one.
        let edges = [edge(0, 1, 10, 0), edge(0, 2, 1, 1), edge(2, 1, 1, 3)];
        assert_eq!(solve(3, &edges), Some(vec![0, 10, 9]));
        assert_eq!(solve(2, &[edge(0, 1, 1, 1), edge(1, 0, 1, 1)]), None);
        assert_eq!(solve(3, &[edge(0, 1, 2, 1)]).map(|x| x[1] - x[0]), Some(2));
    }
}
