//! A layered layout (Sugiyama, Tagawa, Toda, 1981): nodes in ranks, edges from rank to rank, everything orthogonal.
//!
//! The way from a [`Graph`] to its [`Layout`]:
//!
//! 1. [`ranks`]: cycles are opened in the author's order, and the network simplex finds the ranks.
//! 2. [`work`]: edges over several ranks and labels get places of their own in between.
//! 3. [`order`]: orders are searched for few crossings. As far as here sizes do not matter, so one [`Plan`] serves all
//!    layouts of a graph.
//! 4. [`sides`]: edges are given where they meet their nodes.
//! 5. [`across`] and [`centre`]: a second network simplex places everything within the ranks, and what has play goes to the
//!    middle.
//! 6. [`along`] and [`tracks`]: ranks and the channels between them follow one another.
//!
//! Edges run straight through the ranks and bend only in the channels between them, where nothing else stands; so no edge
//! can meet a node, and no label a line.
//!
//! All of this knows only a *main* axis, along which ranks follow one another, and a *cross* axis within a rank. Whoever
//! draws from left to right exchanges x and y.

mod across;
mod along;
mod centre;
mod graph;
mod order;
mod ranks;
mod sides;
mod tracks;
mod work;

pub(crate) use graph::{Edge, Gaps, Graph, Group, Layout, Node, Place, Port, Room};

use ranks::{rank, reverse_cycles};
use work::Work;

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
