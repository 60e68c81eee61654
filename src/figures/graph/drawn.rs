//! A layered layout becoming a scene.

use super::sized::{FRAME, INSET, LOOP, Measure, Measured, NESTED};
use super::{BESIDE, EDGE, Edge, End};
use crate::figures::layout::layered::{self, Layout, Place as Spot, Plan};
use crate::figures::look::CORNER;
use crate::figures::scene::{Area, Fill, Ink, Part, Place, Point, Scene, Stroke, Tone};
use crate::figures::text::Lines;
use std::rc::Rc;

/// A layered layout becoming a scene.
pub(super) struct Drawn<'a> {
    sized: Rc<Measured<'a>>,
    layout: Layout,
    measures: Vec<Measure>,
    sideways: bool,
}

impl<'a> Drawn<'a> {
    /// Ranks from left to right, or from top to bottom; `None` if the width and height, of which something less is known
    /// early, cannot be what is wanted.
    pub(super) fn new(sized: &Rc<Measured<'a>>, plan: &Plan, sideways: bool, wanted: impl Fn(f64, f64) -> bool) -> Option<Self> {
        let (graph, measures) = sized.graph(sideways);
        let turned = |(cross, main): Spot| if sideways { (main, cross) } else { (cross, main) };
        let layout = layered::lay_out(&graph, plan, |least| {
            let (width, height) = turned(least);
            wanted(width + 2.0 * EDGE, height + 2.0 * EDGE)
        })?;
        Some(Self {
            sized: Rc::clone(sized),
            layout,
            measures,
            sideways,
        })
    }

    /// Its width and height.
    pub(super) fn size(&self) -> (f64, f64) {
        let size = self.point(self.layout.size);
        (size.x + EDGE, size.y + EDGE)
    }

    /// How many lines cross.
    pub(super) fn crossings(&self) -> usize {
        self.layout.crossings
    }
}

impl Drawn<'_> {
    fn point(&self, (cross, main): Spot) -> Point {
        if self.sideways {
            Point::new(main + EDGE, cross + EDGE)
        } else {
            Point::new(cross + EDGE, main + EDGE)
        }
    }

    /// All shapes.
    pub(super) fn scene(&self) -> Scene {
        let mut scene = Scene::default();
        (scene.width, scene.height) = self.size();
        let frames: Vec<Area> = self
            .layout
            .groups
            .iter()
            .map(|(first, second)| self.frame(*first, *second))
            .collect();
        let lines = self.lines(&frames);
        for (at, frame) in frames.iter().enumerate() {
            scene.push(
                Part::Group(at),
                Ink::Box {
                    area: *frame,
                    radius: CORNER + 2.0,
                    fill: Fill::Tint(Tone::Text, 4),
                    stroke: Some(Stroke {
                        width: 0.5,
                        ..Stroke::LINE
                    }),
                },
            );
        }
        let names: Vec<Area> = frames
            .iter()
            .zip(&self.sized.groups)
            .map(|(frame, name)| free_place(*frame, name, &lines))
            .collect();
        for ((at, area), name) in names.iter().enumerate().zip(&self.sized.groups) {
            scene.push_text(Part::Group(at), name, *area, Place::Left, Tone::Muted);
        }
        for node in 0..self.sized.graph.nodes.len() {
            let measure = self.measures.get(node).copied().unwrap_or_default();
            self.sized
                .push_node(&mut scene, node, self.area(node), measure, self.sideways);
        }
        // Lines lead into boxes with slots, and so lie in front of all boxes.
        for (edge, points) in &lines {
            self.sized.push_edge(&mut scene, *edge, &uncovered(points, &names));
        }
        self.push_labels(&mut scene);
        self.push_loops(&mut scene);
        self.push_nested(&mut scene);
        scene
    }

    fn frame(&self, first: Spot, second: Spot) -> Area {
        let (a, b) = (self.point(first), self.point(second));
        Area {
            x: a.x,
            y: a.y,
            width: b.x - a.x,
            height: b.y - a.y,
        }
    }

    fn area(&self, node: usize) -> Area {
        let (place, main) = self.layout.nodes.get(node).copied().unwrap_or_default();
        let centre = self.point(place);
        let cross = self.measures.get(node).map_or(0.0, |measure| measure.cross);
        let (width, height) = if self.sideways { (main, cross) } else { (cross, main) };
        Area {
            x: centre.x - width / 2.0,
            y: centre.y - height / 2.0,
            width,
            height,
        }
    }

    /// The edges between two nodes with their numbers, in the order in which they are laid out.
    fn between(&self) -> impl Iterator<Item = (usize, &Edge)> {
        let edges = self.sized.graph.edges.iter().enumerate();
        edges.filter(|(_, edge)| !edge.is_loop())
    }

    /// The lines of all edges between two nodes, made to reach outlines and slots, or to end at frames.
    fn lines(&self, frames: &[Area]) -> Vec<(usize, Vec<Point>)> {
        let frame = |end: End| frames.get(self.sized.graph.nodes.get(end.node)?.group?);
        self.between()
            .zip(&self.layout.edges)
            .map(|((at, edge), places)| {
                let mut points: Vec<Point> = places.iter().map(|place| self.point(*place)).collect();
                straighten(&mut points);
                if let Some(first) = points.first_mut() {
                    self.reach(first, edge.from);
                }
                if let Some(last) = points.last_mut() {
                    self.reach(last, edge.to);
                }
                if let (true, Some(frame)) = (edge.at_frames[1], frame(edge.to)) {
                    end_at(&mut points, frame);
                }
                if let (true, Some(frame)) = (edge.at_frames[0], frame(edge.from)) {
                    points.reverse();
                    end_at(&mut points, frame);
                    points.reverse();
                }
                (at, points)
            })
            .collect()
    }

    /// Moves an end from the side of a node's box to its outline, or to the slot in it.
    fn reach(&self, end: &mut Point, to: End) {
        let area = self.area(to.node);
        let centre = area.centre();
        let (distance, half) = match self.sideways {
            true => (end.y - centre.y, area.height / 2.0),
            false => (end.x - centre.x, area.width / 2.0),
        };
        if distance.abs() > half - 0.01 {
            // It is at the middle of a flank, where no outline is inside of its box.
            return;
        }
        let inset = match to.slot {
            Some(_) => INSET,
            None => self.sized.inset(to.node, area, distance.abs(), self.sideways),
        };
        let (at, middle) = if self.sideways {
            (&mut end.x, centre.x)
        } else {
            (&mut end.y, centre.y)
        };
        *at += if *at < middle { inset } else { -inset };
    }

    fn push_labels(&self, scene: &mut Scene) {
        for ((at, _), places) in self.between().zip(&self.layout.labels) {
            let Some(labels) = self.sized.edges.get(at) else { continue };
            for (label, place) in labels.iter().zip(places) {
                let (Some(label), Some(place)) = (label, place) else {
                    continue;
                };
                let at = self.point(*place);
                let (x, y) = if self.sideways {
                    (at.x - label.width / 2.0, at.y - 1.5 - label.height)
                } else {
                    (at.x + BESIDE, at.y - label.height / 2.0)
                };
                let place = if self.sideways { Place::Centre } else { Place::Left };
                scene.push_text(Part::EdgeLabel, label, boxed(x, y, label), place, Tone::Muted);
            }
        }
    }

    /// Edges from a node to itself, one outside of the other, at the right side or below.
    fn push_loops(&self, scene: &mut Scene) {
        let mut used: Vec<(f64, f64)> = vec![(0.0, 4.0); self.sized.graph.nodes.len()];
        for this in &self.sized.loops {
            let area = self.area(this.node);
            let Some((out, spread)) = used.get_mut(this.node) else {
                continue;
            };
            let reach = *out + LOOP - 2.0;
            let centre = area.centre();
            let inset = self.sized.inset(this.node, area, *spread, !self.sideways);
            let points = if self.sideways {
                let (first, last) = (centre.x - *spread, centre.x + *spread);
                let (y, out) = (area.bottom() - inset, area.bottom() + reach);
                [(first, y), (first, out), (last, out), (last, y)]
            } else {
                let (first, last) = (centre.y - *spread, centre.y + *spread);
                let (x, out) = (area.right() - inset, area.right() + reach);
                [(x, first), (out, first), (out, last), (x, last)]
            };
            let points = points.map(|(x, y)| Point::new(x, y)).to_vec();
            self.sized.push_edge(scene, this.edge, &[points]);
            let label = &this.label;
            let (place, size) = if self.sideways {
                let place = boxed(centre.x - label.width / 2.0, area.bottom() + reach + 1.0, label);
                (place, label.width)
            } else {
                let place = boxed(area.right() + reach + BESIDE, centre.y - label.height / 2.0, label);
                (place, label.height)
            };
            // Later loops lie around earlier ones.
            *out += self.sized.loop_room(this, self.sideways);
            *spread = (*spread + 1.5).max(size / 2.0 + 2.0 * BESIDE);
            if !label.lines.is_empty() {
                scene.width = scene.width.max(place.right() + EDGE);
                scene.height = scene.height.max(place.bottom() + EDGE);
                scene.push_text(Part::EdgeLabel, label, place, Place::Centre, Tone::Muted);
            }
        }
    }

    /// Edges from slots to the node in which they are: out to the side at which others come in, and back to the name.
    fn push_nested(&self, scene: &mut Scene) {
        let graph = self.sized.graph;
        for node in 0..graph.nodes.len() {
            let mut own: Vec<(usize, &Edge)> = graph.edges.iter().enumerate().collect();
            own.retain(|(_, edge)| edge.is_loop() && edge.from.node == node && edge.from.slot.is_some());
            own.sort_by_key(|(at, edge)| (edge.from.slot, *at));
            let area = self.area(node);
            let measure = self.measures.get(node).copied().unwrap_or_default();
            for (number, (at, edge)) in own.iter().enumerate() {
                let out = LOOP - 2.0 + number as f64 * NESTED;
                let slot = self.sized.slot_area(edge.from, area, measure, self.sideways);
                let home = match edge.to.slot {
                    Some(_) => None,
                    None => Some(measure.head - CORNER - number as f64 * NESTED),
                };
                let to = self.sized.slot_area(edge.to, area, measure, self.sideways).centre();
                let inset = if home.is_some() { 0.0 } else { INSET };
                let points = if self.sideways {
                    let (x, y) = (area.x - out, home.map_or(to.y, |home| area.y + home));
                    let from = slot.centre().y;
                    [(slot.x, from), (x, from), (x, y), (area.x + inset, y)]
                } else {
                    let (x, y) = (home.map_or(to.x, |home| area.x + home), area.y - out);
                    let from = slot.centre().x;
                    [(from, slot.y), (from, y), (x, y), (x, area.y + inset)]
                };
                let points = points.map(|(x, y)| Point::new(x, y)).to_vec();
                self.sized.push_edge(scene, *at, &[points]);
            }
        }
    }
}

/// The place of a label with its first corner.
fn boxed(x: f64, y: f64, label: &Lines) -> Area {
    Area {
        x,
        y,
        width: label.width,
        height: label.height,
    }
}

/// Makes a line end where it first enters a frame.
fn end_at(points: &mut Vec<Point>, frame: &Area) {
    let inside = |point: &Point| point.x > frame.x && point.x < frame.right() && point.y > frame.y && point.y < frame.bottom();
    let Some(first) = points.iter().position(inside).filter(|first| *first > 0) else {
        return;
    };
    points.truncate(first + 1);
    if let [.., before, end] = points.as_mut_slice() {
        if (before.x - end.x).abs() < 0.01 {
            end.y = if before.y < end.y { frame.y } else { frame.bottom() };
        } else {
            end.x = if before.x < end.x { frame.x } else { frame.right() };
        }
    }
}

/// The pieces of a line that do not pass behind any of the areas.
fn uncovered(points: &[Point], areas: &[Area]) -> Vec<Vec<Point>> {
    let (mut pieces, mut rest) = (Vec::new(), points.to_vec());
    while let Some((before, after)) = cut(&rest, areas) {
        if before.len() > 1 {
            pieces.push(before);
        }
        rest = after;
    }
    pieces.push(rest);
    pieces
}

/// Cuts a line at the first area that it passes: the line up to there, and from behind it.
fn cut(points: &[Point], areas: &[Area]) -> Option<(Vec<Point>, Vec<Point>)> {
    for (at, ends) in points.windows(2).enumerate() {
        let [a, b] = *ends else { continue };
        let mut found: Option<(f64, Point, Point)> = None;
        for area in areas.iter().filter(|area| area.width > 0.0) {
            let wide = Area {
                x: area.x - 2.0,
                y: area.y - 0.5,
                width: area.width + 4.0,
                height: area.height + 1.0,
            };
            let Some((enter, leave)) = passage(a, b, wide) else { continue };
            let distance = (enter.x - a.x).abs() + (enter.y - a.y).abs();
            if found.as_ref().is_none_or(|(least, ..)| distance < *least) {
                found = Some((distance, enter, leave));
            }
        }
        if let Some((_, enter, leave)) = found {
            let mut before = points.get(..=at).unwrap_or_default().to_vec();
            before.push(enter);
            let mut after = vec![leave];
            after.extend_from_slice(points.get(at + 1..).unwrap_or_default());
            return Some((before, after));
        }
    }
    None
}

/// Where an upright or level line enters and leaves an area that it passes from side to side.
fn passage(a: Point, b: Point, area: Area) -> Option<(Point, Point)> {
    let inside = |low: f64, high: f64, at: f64| low < at && at < high;
    if (a.x - b.x).abs() < 0.01 && inside(area.x, area.right(), a.x) {
        let (top, bottom) = (a.y.min(b.y), a.y.max(b.y));
        if top < area.y - 0.1 && bottom > area.bottom() + 0.1 {
            let (upper, lower) = (Point::new(a.x, area.y), Point::new(a.x, area.bottom()));
            return Some(if a.y < b.y { (upper, lower) } else { (lower, upper) });
        }
    } else if (a.y - b.y).abs() < 0.01 && inside(area.y, area.bottom(), a.y) {
        let (left, right) = (a.x.min(b.x), a.x.max(b.x));
        if left < area.x - 0.1 && right > area.right() + 0.1 {
            let (first, second) = (Point::new(area.x, a.y), Point::new(area.right(), a.y));
            return Some(if a.x < b.x { (first, second) } else { (second, first) });
        }
    }
    None
}

/// A place for a frame's name at its top that no line passes, as far left as there is one.
fn free_place(frame: Area, name: &Lines, lines: &[(usize, Vec<Point>)]) -> Area {
    let at = |x: f64| Area {
        x,
        y: frame.y + 2.5,
        width: name.width,
        height: name.height,
    };
    let usual = at(frame.x + FRAME);
    let last = frame.right() - FRAME - name.width;
    let crossed = |area: Area| {
        lines
            .iter()
            .flat_map(|(_, points)| points.windows(2))
            .find_map(|ends| match *ends {
                [a, b] => touches(a, b, area).then_some(a.x.max(b.x)),
                _ => None,
            })
    };
    let mut x = usual.x;
    for _ in 0..64 {
        match crossed(at(x)) {
            None => return at(x),
            Some(line) => x = line + 2.0 * BESIDE,
        }
        if x > last {
            break;
        }
    }
    usual
}

fn touches(a: Point, b: Point, area: Area) -> bool {
    a.x.min(b.x) < area.right() + BESIDE && a.x.max(b.x) > area.x - BESIDE && a.y.min(b.y) < area.bottom() && a.y.max(b.y) > area.y
}

/// A step of a line that is shorter, in pt, looks like a slip.
const SLIP: f64 = 1.0;

/// Takes the slips out of a line: the piece before one moves sideways, and is one with the piece behind it.
fn straighten(points: &mut Vec<Point>) {
    let slip = |points: &[Point]| {
        points.windows(4).position(|piece| match piece {
            [_, from, to, _] => (to.x - from.x).abs().max((to.y - from.y).abs()) < SLIP,
            _ => false,
        })
    };
    while let Some(at) = slip(points) {
        if let Some([before, from, to, _]) = points.get_mut(at..at + 4) {
            *before = Point::new(before.x + to.x - from.x, before.y + to.y - from.y);
        }
        points.drain(at + 1..at + 3);
    }
}
