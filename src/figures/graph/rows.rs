//! A chain of boxes in rows.

use super::sized::{Measure, Measured};
use super::{BESIDE, EDGE, REACH};
use crate::figures::scene::{Area, Ink, Part, Place, Point, Scene, Tone};
use crate::figures::text::ASCENT;

impl Measured<'_> {
    /// A chain in rows of `per_row` equal boxes, every second row from right to left.
    pub(super) fn rows(&self, order: &[usize], per_row: usize) -> Scene {
        let sizes = || order.iter().map(|node| self.plain_size(*node));
        let width = sizes().map(|size| size.0).fold(0.0, f64::max);
        let height = sizes().map(|size| size.1).fold(0.0, f64::max);
        let edge_of = |from: usize| self.graph.edges.iter().position(|edge| edge.from.node == from);
        let label_of = |edge: usize| self.edges.get(edge).and_then(|labels| labels[1].as_ref());
        // Labels stand above the arrows of a row, and beside those that lead to the next row.
        let (mut gap, mut drop) = (REACH, REACH);
        for (at, node) in order.iter().enumerate() {
            let label = edge_of(*node).and_then(label_of);
            let Some(label) = label else { continue };
            if (at + 1) % per_row == 0 {
                drop = drop.max(label.height + 8.0);
            } else {
                gap = gap.max(label.width + 14.0);
            }
        }
        let place = |at: usize| {
            let (row, column) = (at / per_row, at % per_row);
            let column = if row % 2 == 0 { column } else { per_row - 1 - column };
            Area {
                x: EDGE + column as f64 * (width + gap),
                y: EDGE + row as f64 * (height + drop),
                width,
                height,
            }
        };
        let mut scene = Scene::default();
        for (at, node) in order.iter().enumerate() {
            self.push_node(&mut scene, *node, place(at), Measure::default(), true);
        }
        let columns = per_row.min(order.len());
        let rows = order.len().div_ceil(per_row);
        scene.width = 2.0 * EDGE + columns as f64 * (width + gap) - gap;
        scene.height = 2.0 * EDGE + rows as f64 * (height + drop) - drop;
        for (at, node) in order.iter().enumerate() {
            let Some(edge) = edge_of(*node) else { continue };
            let (from, to) = (place(at), place(at + 1));
            let down = (at + 1) % per_row == 0;
            let (start, end) = match (down, to.x > from.x) {
                (true, _) => (Point::new(from.centre().x, from.bottom()), Point::new(to.centre().x, to.y)),
                (false, true) => (Point::new(from.right(), from.centre().y), Point::new(to.x, to.centre().y)),
                (false, false) => (Point::new(from.x, from.centre().y), Point::new(to.right(), to.centre().y)),
            };
            self.push_edge(&mut scene, edge, &[vec![start, end]]);
            let Some(label) = label_of(edge) else { continue };
            let area = if down {
                let right_end = (at / per_row).is_multiple_of(2) && per_row > 1;
                let x = if right_end {
                    start.x - BESIDE - label.width
                } else {
                    start.x + BESIDE
                };
                Area {
                    x,
                    y: from.bottom() + (drop - label.height) / 2.0,
                    width: label.width,
                    height: label.height,
                }
            } else {
                Area {
                    x: start.x.min(end.x) + (gap - label.width) / 2.0,
                    y: start.y - label.height - 1.5,
                    width: label.width,
                    height: label.height,
                }
            };
            scene.width = scene.width.max(area.right() + EDGE);
            scene.push_text(Part::EdgeLabel, label, area, Place::Centre, Tone::Muted);
        }
        lift_labels(&mut scene);
        scene
    }
}

/// Makes room at the top for labels that are higher than the boxes beside them.
fn lift_labels(scene: &mut Scene) {
    let tops = scene.shapes.iter().filter_map(|shape| match &shape.ink {
        Ink::Text { at, line, .. } => Some(at.y - ASCENT * line.spans.iter().map(|span| span.size).fold(0.0, f64::max)),
        _ => None,
    });
    let top = tops.fold(EDGE, f64::min);
    if top < EDGE {
        scene.shift(0.0, EDGE - top);
        scene.height += EDGE - top;
    }
}
