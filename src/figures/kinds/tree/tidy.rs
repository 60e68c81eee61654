//! A tree of boxes, from the top or from the left.

use super::{Branches, EDGE};
use crate::figures::Space;
use crate::figures::bullets;
use crate::figures::layout::tidy;
use crate::figures::look::CORNER;
use crate::figures::scene::{Area, Fill, Head, Ink, Part, Place, Point, Scene, Stroke, Tone};
use crate::figures::text::{Lines, Style, Typesetter};

/// Inside of a box, at its sides.
const PAD: f64 = 6.5;
/// Inside of a box, above and below.
const RISE: f64 = 4.0;
/// Between the levels.
const LEVELS: f64 = 20.0;
/// Between boxes side by side, of one parent and of different ones.
const SIBLINGS: (f64, f64) = (8.0, 14.0);
/// Between boxes one above the other, of one parent and of different ones.
const ABOVE: (f64, f64) = (5.0, 9.0);
/// What speaks against a tree that grows from the left.
const SIDEWAYS: f64 = 60.0;
/// A child so near to the middle of its parent has a straight line.
const NEAR: f64 = 5.0;

/// The best tree that fits a space.
pub(super) fn lay_out(tree: &Branches, typesetter: &Typesetter, size: f64, space: Space) -> Option<Scene> {
    let mut best: Option<(f64, Scene)> = None;
    for wrap in [120.0, 88.0, 62.0] {
        let sized = Measured::new(tree, typesetter, size, wrap);
        for sideways in [false, true] {
            let scene = sized.scene(sideways);
            let cost = scene.height + 0.1 * scene.width + sized.strain() + if sideways { SIDEWAYS } else { 0.0 };
            if space.holds(&scene) && best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, scene));
            }
        }
    }
    best.map(|(_, scene)| scene)
}

/// A tree whose labels are set.
struct Measured<'a> {
    tree: &'a Branches,
    /// For each node its label and the text below it.
    texts: Vec<(Lines, Lines)>,
    depths: Vec<usize>,
}

impl<'a> Measured<'a> {
    fn new(tree: &'a Branches, typesetter: &Typesetter, size: f64, wrap: f64) -> Self {
        let style = Style::plain(size);
        let small = Style::small(size);
        let set = |node: &bullets::Bullet| {
            (
                typesetter.set(&node.label, style, wrap),
                typesetter.set(&node.text, small, wrap),
            )
        };
        Self {
            tree,
            texts: tree.nodes.iter().map(set).collect(),
            depths: bullets::depths(&tree.nodes),
        }
    }

    /// What broken labels cost.
    fn strain(&self) -> f64 {
        let extra = |lines: &Lines| {
            let extra = lines.lines.len().saturating_sub(1) as f64;
            extra * extra * 2.0
        };
        self.texts.iter().map(|(label, text)| extra(label) + extra(text)).sum()
    }

    fn scene(&self, sideways: bool) -> Scene {
        let nodes = &self.tree.nodes;
        let sizes: Vec<(f64, f64)> = self
            .texts
            .iter()
            .map(|(label, text)| {
                let width = (label.width.max(text.width) + 2.0 * PAD).max(22.0);
                let height = label.height + text.height + 2.0 * RISE;
                if sideways { (height, width) } else { (width, height) }
            })
            .collect();
        let parents: Vec<Option<usize>> = nodes.iter().map(|node| node.parent).collect();
        let across: Vec<f64> = sizes.iter().map(|size| size.0).collect();
        let (gap, families) = if sideways { ABOVE } else { SIBLINGS };
        let middles = tidy::lay_out(&parents, &across, gap, families);
        // Boxes of a level are equally long along the axis of growth.
        let mut levels: Vec<f64> = Vec::new();
        for (depth, size) in self.depths.iter().zip(&sizes) {
            if levels.len() <= *depth {
                levels.resize(*depth + 1, 0.0);
            }
            if let Some(level) = levels.get_mut(*depth) {
                *level = level.max(size.1);
            }
        }
        let starts: Vec<f64> = (0..levels.len())
            .map(|at| EDGE + levels.iter().take(at).map(|level| level + LEVELS).sum::<f64>())
            .collect();
        let mut areas = Vec::new();
        for ((middle, size), depth) in middles.iter().zip(&across).zip(&self.depths) {
            let start = starts.get(*depth).copied().unwrap_or_default();
            let length = levels.get(*depth).copied().unwrap_or_default();
            let side = EDGE + middle - size / 2.0;
            areas.push(match sideways {
                true => Area {
                    x: start,
                    y: side,
                    width: length,
                    height: *size,
                },
                false => Area {
                    x: side,
                    y: start,
                    width: *size,
                    height: length,
                },
            });
        }
        self.draw(&areas, sideways)
    }

    fn draw(&self, areas: &[Area], sideways: bool) -> Scene {
        let mut scene = Scene::default();
        for (at, (node, area)) in self.tree.nodes.iter().zip(areas).enumerate() {
            scene.width = scene.width.max(area.right() + EDGE);
            scene.height = scene.height.max(area.bottom() + EDGE);
            let Some((from, above)) = node.parent.and_then(|parent| Some((parent, areas.get(parent)?))) else {
                continue;
            };
            let tail = if self.tree.inherits { Head::Hollow } else { Head::None };
            let points = elbow(above, area, sideways, tail == Head::None);
            scene.push_line(Part::Edge { from, to: at }, points, Stroke::LINE, tail, Head::None);
        }
        for (at, (area, (label, text))) in areas.iter().zip(&self.texts).enumerate() {
            let part = Part::Node(at);
            let ink = Ink::Box {
                area: *area,
                radius: CORNER,
                fill: Fill::Tint(Tone::Accent, 9),
                stroke: Some(Stroke::LINE),
            };
            scene.push(part, ink);
            let first = Area {
                y: area.y + (area.height - label.height - text.height) / 2.0,
                height: label.height,
                ..*area
            };
            let second = Area {
                y: first.bottom(),
                height: text.height,
                ..*area
            };
            scene.push_text(part, label, first, Place::Centre, Tone::Text);
            scene.push_text(part, text, second, Place::Centre, Tone::Muted);
        }
        scene
    }
}

/// The line from a box to one on the next level: along, across in the middle between the levels, and along.
fn elbow(from: &Area, to: &Area, sideways: bool, straight: bool) -> Vec<Point> {
    let (a, b) = (from.centre(), to.centre());
    let points = |start: f64, end: f64, from: f64, to: f64| {
        let half = (start + end) / 2.0;
        if (from - to).abs() < if straight { NEAR } else { 0.01 } {
            vec![(start, to), (end, to)]
        } else {
            vec![(start, from), (half, from), (half, to), (end, to)]
        }
    };
    if sideways {
        let points = points(from.right(), to.x, a.y, b.y);
        points.into_iter().map(|(x, y)| Point::new(x, y)).collect()
    } else {
        let points = points(from.bottom(), to.y, a.x, b.x);
        points.into_iter().map(|(y, x)| Point::new(x, y)).collect()
    }
}
