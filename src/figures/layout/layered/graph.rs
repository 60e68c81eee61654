//! What is laid out, and where it all is in the end.

/// What is to be laid out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    /// The nodes in the author's order.
    pub(crate) nodes: Vec<Node>,
    /// The edges in the author's order.
    pub(crate) edges: Vec<Edge>,
    /// The groups.
    pub(crate) groups: Vec<Group>,
    /// The distances.
    pub(crate) gaps: Gaps,
}

/// A node's size.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Node {
    /// Across.
    pub(crate) cross: f64,
    /// Along.
    pub(crate) main: f64,
    /// Room to be kept free behind it, across: for an edge to itself.
    pub(crate) spare: f64,
    /// How much of either end of a side has no place for an edge.
    pub(crate) bevel: f64,
    /// Room to be kept free before it, along: for an edge from one of its slots to itself.
    pub(crate) lead: f64,
    /// Whether it keeps its size along instead of sharing that of its rank.
    pub(crate) rigid: bool,
    /// Whether it stands in the first rank; no edge may lead to it.
    pub(crate) first: bool,
    /// The group it belongs to.
    pub(crate) group: Option<usize>,
}

/// An edge; it leads from one node to another, never to the same.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Edge {
    /// Where it begins.
    pub(crate) from: usize,
    /// Where it ends.
    pub(crate) to: usize,
    /// Where at its node's side it begins; anywhere, unless this says it.
    pub(crate) from_port: Option<Port>,
    /// Where at its node's side it ends.
    pub(crate) to_port: Option<Port>,
    /// The room for the labels where it begins, in its middle, and where it ends.
    pub(crate) labels: [Option<Room>; 3],
    /// Edges of one sort may begin or end as one line.
    pub(crate) sort: Option<usize>,
}

/// A stretch of a node's side that edges may begin or end at.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Port {
    /// Its middle, from the node's middle.
    pub(crate) at: f64,
    /// How far from there edges may be.
    pub(crate) room: f64,
    /// Its number along the side: ports in their order have growing numbers.
    pub(crate) order: usize,
}

/// Room for a label beside its line.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Room {
    /// Across, before the line.
    pub(crate) before: f64,
    /// Across, behind the line.
    pub(crate) behind: f64,
    /// Along.
    pub(crate) main: f64,
}

/// The room that a group's frame keeps around its members.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Group {
    /// Along, before the first rank.
    pub(crate) main_before: f64,
    /// Along, behind the last rank.
    pub(crate) main_behind: f64,
    /// Across, before.
    pub(crate) cross_before: f64,
    /// Across, behind.
    pub(crate) cross_behind: f64,
    /// The least size across.
    pub(crate) cross: f64,
    /// The least size along.
    pub(crate) main: f64,
}

/// Distances.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gaps {
    /// Between neighbours in a rank.
    pub(crate) nodes: f64,
    /// Between a line and its neighbour in a rank.
    pub(crate) lines: f64,
    /// Between ranks, at least.
    pub(crate) ranks: f64,
    /// Between parallel lines in a channel.
    pub(crate) tracks: f64,
    /// Between a rank and the first line of the channel beside it: room for an arrowhead.
    pub(crate) ends: f64,
}

/// A place: across, along.
pub(crate) type Place = (f64, f64);

/// Where everything is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layout {
    /// The nodes' centres and their sizes along, which those of one rank share.
    pub(crate) nodes: Vec<(Place, f64)>,
    /// The edges' bends, from where each begins to where it ends.
    pub(crate) edges: Vec<Vec<Place>>,
    /// Where the line passes the middles of its labels.
    pub(crate) labels: Vec<[Option<Place>; 3]>,
    /// The groups' frames: first corner, second corner.
    pub(crate) groups: Vec<(Place, Place)>,
    /// The size of it all.
    pub(crate) size: Place,
    /// How many edges cross.
    pub(crate) crossings: usize,
}
