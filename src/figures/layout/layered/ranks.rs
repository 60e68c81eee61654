//! The rank of each node: cycles are opened, then the network simplex makes the edges short.

use super::Graph;
use crate::figures::layout::simplex::{self, find};
use std::collections::BTreeSet;

/// The edges that lead back to where a walk in the author's order came from.
pub(super) fn reverse_cycles(graph: &Graph) -> Vec<bool> {
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
pub(super) fn rank(graph: &Graph, reversed: &[bool]) -> Vec<usize> {
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
