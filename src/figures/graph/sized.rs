//! The labels of a graph in lines, and from them the sizes of its nodes.

use super::{BESIDE, Graph, Node, REACH, Shape};
use crate::figures::language::Label;
use crate::figures::layout::layered::{self, Gaps, Port, Room};
use crate::figures::look::{CORNER, PAD, RISE};
use crate::figures::scene::{Area, Fill, Head, Ink, Part, Place, Point, Scene, Stroke, Tone};
use crate::figures::text::{Lines, Style, Typesetter};

/// Inside of a compartment and of a slot, above and below.
const THIN: f64 = 2.5;
/// Between a box and the slots in it.
pub(super) const INSET: f64 = 3.0;
/// Between slots.
const GAP: f64 = 3.0;
/// How far the two points of a decision stand out.
pub(super) const POINT: f64 = 7.0;
/// The radius of a state's corners.
const ROUND: f64 = 7.0;
/// The size of the dots at which a graph starts and ends.
const DOT: f64 = 9.0;
const RING: f64 = 11.0;
/// The size of a rhomb.
const CHOICE: f64 = 14.0;
/// How thick and how long a bar is.
const BAR: (f64, f64) = (4.0, 32.0);
/// How high the lid of a drum is.
const LID: f64 = 6.0;
/// A thick line.
const THICK: f64 = 1.5;
/// How far an edge from a node to itself stands out.
pub(super) const LOOP: f64 = 11.0;
/// Between edges from slots of a node to the node itself.
pub(super) const NESTED: f64 = 5.0;
/// Between a frame and the boxes in it.
pub(super) const FRAME: f64 = 7.0;
/// Between edges at one side of a node, so that their arrowheads do not touch.
const ABREAST: f64 = 6.0;
/// The same where triangles stand at them.
const ABREAST_HOLLOW: f64 = 10.0;

/// A graph whose labels are set.
pub(super) struct Measured<'a> {
    pub(super) graph: &'a Graph,
    /// For each node.
    bodies: Vec<Body>,
    /// For each edge.
    pub(super) edges: Vec<[Option<Lines>; 3]>,
    /// Lines from a node to itself.
    pub(super) loops: Vec<Loop>,
    /// For each group.
    pub(super) groups: Vec<Lines>,
}

/// The texts of a node.
#[derive(Debug, Clone, Default)]
struct Body {
    label: Lines,
    words: Lines,
    compartments: Vec<Vec<Lines>>,
    slots: Vec<Lines>,
}

impl Body {
    fn new(node: &Node, typesetter: &Typesetter, styles: Styles, wrap: f64) -> Self {
        let set = |labels: &Vec<Label>, style: Style| labels.iter().map(|label| typesetter.set(label, style, wrap)).collect();
        Self {
            label: typesetter.set(&node.label, if node.strong { styles.name } else { styles.text }, wrap),
            words: typesetter.set(&node.words, styles.small, wrap),
            compartments: node.compartments.iter().map(|rows| set(rows, styles.small)).collect(),
            slots: set(&node.slots, styles.small),
        }
    }

    fn lines(&self) -> impl Iterator<Item = &Lines> {
        [&self.label, &self.words]
            .into_iter()
            .chain(&self.slots)
            .chain(self.compartments.iter().flatten())
    }

    /// The size of the name and the words below it.
    fn head(&self) -> (f64, f64) {
        (self.label.width.max(self.words.width), self.label.height + self.words.height)
    }

    /// The size of each slot's text.
    fn slot(&self) -> (f64, f64) {
        let widest = self.slots.iter().map(|slot| slot.width).fold(0.0, f64::max);
        (widest, self.slots.iter().map(|slot| slot.height).fold(0.0, f64::max))
    }

    /// The size of the box, with its slots below the name, or with `sideways` beside it; and how much of that the name
    /// takes in the direction in which the slots follow.
    fn size(&self, shape: Shape, sideways: bool, heads: f64) -> ((f64, f64), f64) {
        match shape {
            Shape::Start => return ((DOT, DOT), 0.0),
            Shape::End => return ((RING, RING), 0.0),
            Shape::Choice => return ((CHOICE, CHOICE), 0.0),
            Shape::Bar if sideways => return (BAR, 0.0),
            Shape::Bar => return ((BAR.1, BAR.0), 0.0),
            _ => {}
        }
        let (width, height) = self.head();
        let sides = if shape == Shape::Decision { POINT + 3.0 } else { PAD };
        let (mut width, mut height) = ((width + 2.0 * sides).max(24.0), height + 2.0 * RISE);
        match shape {
            Shape::Cylinder => height += 1.5 * LID,
            Shape::Circle if width < 2.0 * height => {
                let (text, lines) = self.head();
                height = ((text * text + lines * lines).sqrt() + 2.0 * THIN).max(24.0);
                width = height;
            }
            Shape::Circle => width += height / 4.0,
            _ => {}
        }
        let (slot_width, slot_height) = (self.slot().0 + 2.0 * PAD - 2.0, self.slot().1 + 2.0 * THIN);
        let row = |size: f64| self.slots.len() as f64 * (size + GAP) - GAP + INSET;
        match (self.slots.is_empty(), sideways) {
            (true, _) => {
                let rows = |rows: &Vec<Lines>| rows.iter().map(|row| row.height).sum::<f64>() + 2.0 * THIN;
                height += self.compartments.iter().map(rows).sum::<f64>();
                let widest = self.compartments.iter().flatten().map(|row| row.width).fold(0.0, f64::max);
                ((width.max(widest + 2.0 * PAD), height), 0.0)
            }
            (false, true) => {
                let head = (height - 1.5).max(heads);
                ((width.max(slot_width + 2.0 * INSET), head + row(slot_height)), head)
            }
            (false, false) => {
                let head = (width - 1.0).max(heads);
                ((head + row(slot_width), height.max(slot_height + 2.0 * INSET)), head)
            }
        }
    }
}

/// A line from a node to itself: one for all edges that look alike, with their labels below one another.
pub(super) struct Loop {
    pub(super) node: usize,
    /// The first of the edges.
    pub(super) edge: usize,
    pub(super) label: Lines,
}

#[derive(Clone, Copy)]
struct Styles {
    text: Style,
    name: Style,
    small: Style,
}

/// The sizes of a node in one direction.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Measure {
    /// Across.
    pub(super) cross: f64,
    /// Along.
    main: f64,
    /// Across, what the name takes of a box with slots.
    pub(super) head: f64,
}

impl<'a> Measured<'a> {
    pub(super) fn new(graph: &'a Graph, typesetter: &Typesetter, size: f64, wrap: f64) -> Self {
        let text = Style::plain(size);
        let small = Style::small(size);
        let styles = Styles {
            text,
            name: Style::strong(size),
            small,
        };
        let strong = Style::strong(small.size);
        let set = |label: &Option<Label>| Some(typesetter.set(label.as_ref()?, small, wrap.min(80.0)));
        let edges: Vec<[Option<Lines>; 3]> = graph.edges.iter().map(|edge| edge.labels.each_ref().map(set)).collect();
        Self {
            loops: loops(graph, &edges),
            edges,
            graph,
            bodies: graph
                .nodes
                .iter()
                .map(|node| Body::new(node, typesetter, styles, wrap))
                .collect(),
            groups: graph
                .groups
                .iter()
                .map(|group| typesetter.set(group, strong, wrap.max(80.0)))
                .collect(),
        }
    }

    fn lines(&self) -> impl Iterator<Item = &Lines> {
        let nodes = self.bodies.iter().flat_map(Body::lines);
        nodes.chain(self.edges.iter().flatten().flatten()).chain(&self.groups)
    }

    /// The sizes of all labels: what is equal here is laid out in the same way.
    pub(super) fn shape(&self) -> Vec<(u64, u64)> {
        self.lines()
            .map(|lines| (lines.width.to_bits(), lines.height.to_bits()))
            .collect()
    }

    /// What broken labels cost: two lines are read easily, four are not.
    pub(super) fn strain(&self) -> f64 {
        let extra = |lines: &Lines| {
            let extra = lines.lines.len().saturating_sub(1) as f64;
            extra * extra * 2.0
        };
        self.lines().map(extra).sum()
    }

    /// The size of a box that has no slots.
    pub(super) fn plain_size(&self, node: usize) -> (f64, f64) {
        match (self.bodies.get(node), self.graph.nodes.get(node)) {
            (Some(body), Some(node)) => body.size(node.shape, true, 0.0).0,
            _ => (0.0, 0.0),
        }
    }

    /// The sizes of the nodes and of what joins them, for a layout from left to right or from top to bottom.
    pub(super) fn graph(&self, sideways: bool) -> (layered::Graph, Vec<Measure>) {
        let measures = self.measures(sideways);
        let mut nodes: Vec<layered::Node> = self
            .graph
            .nodes
            .iter()
            .zip(&measures)
            .map(|(node, measure)| self.node(node, *measure, sideways))
            .collect();
        let mut edges = Vec::new();
        for (edge, labels) in self.graph.edges.iter().zip(&self.edges) {
            if !edge.is_loop() {
                edges.push(layered::Edge {
                    from: edge.from.node,
                    to: edge.to.node,
                    from_port: self.port(edge.from, &measures, sideways),
                    to_port: self.port(edge.to, &measures, sideways),
                    sort: self.sort(edge),
                    labels: labels
                        .each_ref()
                        .map(|label| label.as_ref().map(|label| room(label, sideways))),
                });
                continue;
            }
            let Some(node) = nodes.get_mut(edge.from.node) else { continue };
            if edge.from.slot.is_some() {
                node.lead += if node.lead > 0.0 { NESTED } else { LOOP };
            }
        }
        for this in &self.loops {
            let Some(node) = nodes.get_mut(this.node) else { continue };
            node.spare += self.loop_room(this, sideways);
            node.main = node.main.max(if sideways { this.label.width } else { this.label.height });
        }
        let graph = layered::Graph {
            nodes,
            edges,
            groups: self.groups.iter().map(|label| frame(label, sideways)).collect(),
            gaps: Gaps {
                nodes: if sideways { 11.0 } else { 14.0 },
                lines: 8.0,
                ranks: REACH,
                tracks: 6.0,
                ends: 9.5,
            },
        };
        (graph, measures)
    }

    /// The first edge that looks the same, if many of them may be drawn as branches of one line.
    fn sort(&self, edge: &super::Edge) -> Option<usize> {
        let single = edge.dashed || edge.labels.iter().any(Option::is_some);
        let same = || self.graph.edges.iter().position(|other| other.looks_like(edge));
        if single { None } else { same() }
    }

    fn node(&self, node: &Node, measure: Measure, sideways: bool) -> layered::Node {
        layered::Node {
            cross: measure.cross,
            main: measure.main,
            spare: 0.0,
            bevel: bevel(node.shape, sideways),
            lead: 0.0,
            rigid: node.fixed || is_rigid(node.shape) || !node.compartments.is_empty(),
            first: node.first,
            group: node.group,
        }
    }

    fn measures(&self, sideways: bool) -> Vec<Measure> {
        // How many edges leave and enter at each node, apart from those at its slots.
        let mut sides = vec![(0_usize, 0_usize); self.graph.nodes.len()];
        let mut abreast = vec![ABREAST; self.graph.nodes.len()];
        for edge in self
            .graph
            .edges
            .iter()
            .filter(|edge| !edge.is_loop() || edge.from.slot.is_some())
        {
            if let Some(side) = sides.get_mut(edge.from.node).filter(|_| edge.from.slot.is_none()) {
                side.0 += 1;
            }
            if let Some(side) = sides.get_mut(edge.to.node).filter(|_| edge.to.slot.is_none()) {
                side.1 += 1;
            }
            for (end, head) in [(edge.from, edge.tail), (edge.to, edge.head)] {
                if let (Head::Hollow, Some(abreast)) = (head, abreast.get_mut(end.node)) {
                    *abreast = ABREAST_HOLLOW;
                }
            }
        }
        let nodes = self.graph.nodes.iter().zip(&self.bodies).zip(sides.into_iter().zip(abreast));
        nodes
            .map(|((node, body), ((out, into), abreast))| {
                let least = out.max(into) as f64 * abreast + 2.0 * bevel(node.shape, sideways);
                let ((width, height), head) = body.size(node.shape, sideways, least);
                let (cross, main) = if sideways { (height, width) } else { (width, height) };
                // Dots stay dots: edges meet at them.
                let cross = if node.shape.is_dot() { cross } else { cross.max(least) };
                Measure { cross, main, head }
            })
            .zip(0..)
            .map(|(measure, node)| self.widened(measure, node, sideways))
            .collect()
    }

    /// Makes room for a second loop around the label of the first.
    fn widened(&self, mut measure: Measure, node: usize, sideways: bool) -> Measure {
        let mut loops = self.loops.iter().filter(|this| this.node == node);
        if let (Some(first), Some(_)) = (loops.next(), loops.next()) {
            let label = if sideways { first.label.width } else { first.label.height };
            let side = if sideways { &mut measure.main } else { &mut measure.cross };
            *side = side.max(label + 4.0 * BESIDE + 2.0 * POINT);
        }
        measure
    }

    /// What a loop with its label takes beside its node.
    pub(super) fn loop_room(&self, this: &Loop, sideways: bool) -> f64 {
        match (this.label.lines.is_empty(), sideways) {
            (true, _) => LOOP,
            (false, true) => LOOP + this.label.height,
            (false, false) => LOOP + this.label.width + BESIDE,
        }
    }

    /// Where at its node's side an edge begins or ends.
    fn port(&self, end: super::End, measures: &[Measure], sideways: bool) -> Option<Port> {
        let (node, measure) = (self.graph.nodes.get(end.node)?, measures.get(end.node)?);
        if node.shape.is_dot() {
            return Some(Port::default());
        }
        if node.slots.is_empty() {
            return None;
        }
        let Some(slot) = end.slot else {
            // Edges from slots to the node itself come in behind all others.
            let own = self
                .graph
                .edges
                .iter()
                .filter(|edge| edge.is_loop() && edge.to == end && edge.from.slot.is_some());
            let taken = own.count() as f64 * NESTED;
            let room = ((measure.head - taken) / 2.0 - bevel(node.shape, sideways)).max(0.0);
            return Some(Port {
                at: -measure.cross / 2.0 + (measure.head - taken) / 2.0,
                room,
                order: 0,
            });
        };
        let (first, step) = self.slots(end.node, *measure);
        Some(Port {
            at: -measure.cross / 2.0 + first + slot as f64 * step + (step - GAP) / 2.0,
            room: 0.0,
            order: slot + 1,
        })
    }

    /// Across, where the first slot of a node begins, and from there how far it is to the next.
    fn slots(&self, node: usize, measure: Measure) -> (f64, f64) {
        let count = self.graph.nodes.get(node).map_or(1, |node| node.slots.len().max(1)) as f64;
        (measure.head, (measure.cross - measure.head - INSET + GAP) / count)
    }

    /// The place of a slot in its node's.
    pub(super) fn slot_area(&self, end: super::End, area: Area, measure: Measure, sideways: bool) -> Area {
        let Some(slot) = end.slot else { return area };
        let (first, step) = self.slots(end.node, measure);
        let at = first + slot as f64 * step;
        if sideways {
            Area {
                x: area.x + INSET,
                y: area.y + at,
                width: area.width - 2.0 * INSET,
                height: step - GAP,
            }
        } else {
            Area {
                x: area.x + at,
                y: area.y + INSET,
                width: step - GAP,
                height: area.height - 2.0 * INSET,
            }
        }
    }

    /// Adds a node in its place, with all that stands in it.
    pub(super) fn push_node(&self, scene: &mut Scene, node: usize, area: Area, measure: Measure, sideways: bool) {
        let (Some(known), Some(body)) = (self.graph.nodes.get(node), self.bodies.get(node)) else {
            return;
        };
        let part = Part::Node(node);
        push_outline(scene, part, known.shape, area);
        let head = match (known.slots.is_empty(), sideways) {
            (true, _) if known.shape == Shape::Cylinder => Area {
                y: area.y + LID,
                height: area.height - LID,
                ..area
            },
            (true, _) if body.compartments.is_empty() => area,
            (true, _) => Area {
                height: body.head().1 + 2.0 * RISE,
                ..area
            },
            (false, true) => Area {
                height: measure.head + 1.0,
                ..area
            },
            (false, false) => Area {
                width: measure.head,
                ..area
            },
        };
        let (_, height) = body.head();
        let top = head.centre().y - height / 2.0;
        let line = |y: f64, height: f64| Area { y, height, ..head };
        scene.push_text(part, &body.label, line(top, body.label.height), Place::Centre, Tone::Text);
        let below = line(top + body.label.height, body.words.height);
        scene.push_text(part, &body.words, below, Place::Centre, Tone::Muted);
        push_compartments(scene, part, &body.compartments, area, head.bottom());
        for (slot, lines) in body.slots.iter().enumerate() {
            let end = super::End { node, slot: Some(slot) };
            let place = self.slot_area(end, area, measure, sideways);
            push_slot(scene, end.part(), lines, place);
        }
    }

    /// How far the outline of a node is inside of its box, at one of its sides, so far from the middle of that side.
    pub(super) fn inset(&self, node: usize, area: Area, distance: f64, upright: bool) -> f64 {
        let half = if upright { area.height } else { area.width } / 2.0;
        let round = |radius: f64| {
            let over = (distance - (half - radius)).clamp(0.0, radius);
            radius - (radius * radius - over * over).sqrt()
        };
        match self.graph.nodes.get(node).map(|node| node.shape) {
            Some(Shape::Decision) if upright => POINT * (distance / half.max(1.0)).min(1.0),
            Some(Shape::Rounded) => round(ROUND.min(area.height / 2.0)),
            Some(Shape::Start | Shape::End) => round(half),
            Some(Shape::Circle) => round(area.height.min(area.width) / 2.0),
            Some(Shape::Cylinder) if !upright => LID / 2.0 * (1.0 - arch(distance / half.max(1.0))),
            _ => 0.0,
        }
    }

    /// Adds an edge along its way, of which there are several pieces where it passes behind something.
    pub(super) fn push_edge(&self, scene: &mut Scene, edge: usize, pieces: &[Vec<Point>]) {
        let Some(edge) = self.graph.edges.get(edge) else { return };
        let stroke = Stroke {
            width: if edge.thick { THICK } else { Stroke::LINE.width },
            dashed: edge.dashed,
            ..Stroke::LINE
        };
        for (at, points) in pieces.iter().enumerate() {
            let tail = if at == 0 { edge.tail } else { Head::None };
            let head = if at + 1 == pieces.len() { edge.head } else { Head::None };
            scene.push_line(edge.part(), points.clone(), stroke, tail, head);
        }
    }
}

/// The loops of a graph; those from slots are drawn on their own.
fn loops(graph: &Graph, labels: &[[Option<Lines>; 3]]) -> Vec<Loop> {
    let mut loops: Vec<Loop> = Vec::new();
    let edges = graph.edges.iter().enumerate();
    for (at, edge) in edges.filter(|(_, edge)| edge.is_loop() && edge.from.slot.is_none()) {
        let alike = |this: &&mut Loop| {
            this.node == edge.from.node && graph.edges.get(this.edge).is_some_and(|other| other.looks_like(edge))
        };
        let label = labels.get(at).and_then(|labels| labels[1].clone()).unwrap_or_default();
        match loops.iter_mut().find(alike) {
            Some(this) => this.label.append(label),
            None => loops.push(Loop {
                node: edge.from.node,
                edge: at,
                label,
            }),
        }
    }
    loops
}

fn bevel(shape: Shape, sideways: bool) -> f64 {
    match shape {
        Shape::Decision if !sideways => POINT,
        _ => CORNER + 1.0,
    }
}

/// Whether a shape keeps its size along the ranks.
fn is_rigid(shape: Shape) -> bool {
    shape.is_dot() || matches!(shape, Shape::Bar | Shape::Circle | Shape::Cylinder)
}

/// How high half an ellipse of height 1 is, so far from its middle; it is 1 wide to either side.
fn arch(distance: f64) -> f64 {
    (1.0 - distance * distance).max(0.0).sqrt()
}

fn push_outline(scene: &mut Scene, part: Part, shape: Shape, area: Area) {
    let round = |area: Area, radius: f64, fill: Fill, stroke: Option<Stroke>| Ink::Box {
        area,
        radius,
        fill,
        stroke,
    };
    let light = Fill::Tint(Tone::Accent, 9);
    let ink = match shape {
        Shape::Box => round(area, CORNER, light, Some(Stroke::LINE)),
        Shape::Pale => round(area, CORNER, Fill::Tint(Tone::Text, 4), Some(Stroke::LINE)),
        Shape::Rounded => round(area, ROUND.min(area.height / 2.0), light, Some(Stroke::LINE)),
        Shape::Decision => Ink::Polygon {
            points: lozenge(area),
            fill: Fill::Tint(Tone::Accent, 20),
            stroke: Some(Stroke::LINE),
        },
        Shape::Start => round(area, area.width / 2.0, Fill::Solid(Tone::Muted), None),
        Shape::End => round(area, area.width / 2.0, Fill::Page, Some(Stroke::LINE)),
        Shape::Circle => round(area, area.height.min(area.width) / 2.0, light, Some(Stroke::LINE)),
        Shape::Cylinder => Ink::Polygon {
            points: drum(area),
            fill: light,
            stroke: Some(Stroke::LINE),
        },
        Shape::Choice => Ink::Polygon {
            points: lozenge(area),
            fill: Fill::Tint(Tone::Accent, 20),
            stroke: Some(Stroke::LINE),
        },
        Shape::Bar => round(area, area.height.min(area.width) / 2.0, Fill::Solid(Tone::Muted), None),
    };
    scene.push(part, ink);
    if shape == Shape::Cylinder {
        let points = rim(area, area.y + LID / 2.0, 1.0);
        let stroke = Stroke {
            width: 0.5,
            ..Stroke::LINE
        };
        let radius = 0.0;
        scene.push(part, Ink::Line { points, radius, stroke });
    }
    if shape == Shape::End {
        let inner = Area {
            x: area.x + 2.5,
            y: area.y + 2.5,
            width: area.width - 5.0,
            height: area.height - 5.0,
        };
        scene.push(part, round(inner, inner.width / 2.0, Fill::Solid(Tone::Muted), None));
    }
}

/// Adds lines of text below dividers.
fn push_compartments(scene: &mut Scene, part: Part, compartments: &[Vec<Lines>], area: Area, top: f64) {
    let mut y = top;
    for rows in compartments {
        let divider = Ink::Line {
            points: vec![Point::new(area.x, y), Point::new(area.right(), y)],
            radius: 0.0,
            stroke: Stroke {
                width: 0.5,
                ..Stroke::LINE
            },
        };
        scene.push(part, divider);
        y += THIN;
        for row in rows {
            let place = Area {
                x: area.x + PAD,
                y,
                width: area.width - 2.0 * PAD,
                height: row.height,
            };
            scene.push_text(part, row, place, Place::Left, Tone::Text);
            y += row.height;
        }
        y += THIN;
    }
}

fn push_slot(scene: &mut Scene, part: Part, lines: &Lines, area: Area) {
    scene.push(part, Ink::slot(area));
    scene.push_text(part, lines, area, Place::Centre, Tone::Text);
}

fn room(label: &Lines, sideways: bool) -> Room {
    if sideways {
        Room {
            before: label.height + 1.5,
            behind: 2.0,
            main: label.width + 4.0,
        }
    } else {
        Room {
            before: 2.0,
            behind: BESIDE + label.width,
            main: label.height,
        }
    }
}

fn frame(label: &Lines, sideways: bool) -> layered::Group {
    let name = if label.lines.is_empty() { FRAME } else { label.height + 5.0 };
    // So wide that the name has room on one side of a line that enters in the middle.
    let width = if sideways {
        label.width + 2.0 * FRAME
    } else {
        2.0 * (label.width + FRAME + 2.0 * BESIDE)
    };
    layered::Group {
        main_before: if sideways { FRAME } else { name },
        main_behind: FRAME,
        cross_before: if sideways { name } else { FRAME },
        cross_behind: FRAME,
        cross: if sideways { 0.0 } else { width },
        main: if sideways { width } else { 0.0 },
    }
}

/// A box with a point at either side.
fn lozenge(area: Area) -> Vec<Point> {
    let (middle, point) = (area.centre().y, POINT.min(area.width / 2.0));
    vec![
        Point::new(area.x, middle),
        Point::new(area.x + point, area.y),
        Point::new(area.right() - point, area.y),
        Point::new(area.right(), middle),
        Point::new(area.right() - point, area.bottom()),
        Point::new(area.x + point, area.bottom()),
    ]
}

/// A box whose top and bottom bulge like those of a drum.
fn drum(area: Area) -> Vec<Point> {
    let mut points = rim(area, area.y + LID / 2.0, -1.0);
    points.extend(rim(area, area.bottom() - LID / 2.0, 1.0).into_iter().rev());
    points
}

/// Half an ellipse from side to side of a drum, upwards or downwards from a height.
fn rim(area: Area, y: f64, downwards: f64) -> Vec<Point> {
    const STEPS: i32 = 12;
    let half = area.width / 2.0;
    let points = (-STEPS..=STEPS).map(|step| {
        // Closer together at the sides, where it is steep.
        let at = f64::from(step) / f64::from(STEPS);
        let across = at * (3.0 - at * at) / 2.0;
        let y = y + downwards * LID / 2.0 * arch(across);
        Point::new(area.x + half + half * across, y)
    });
    points.collect()
}
