//! A tree as an indented list with elbow lines, as folders are shown.

use super::{Branches, EDGE};
use crate::figures::bullets;
use crate::figures::look::BEND;
use crate::figures::scene::{Area, Fill, Ink, Part, Place, Point, Scene, Stroke, Tone};
use crate::figures::text::{Lines, Style, Typesetter};

/// How far a level is indented.
const INDENT: f64 = 16.0;
/// From the left end of a row to the line that leads to what is below it.
const TRUNK: f64 = 5.0;
/// Between a line and the row that it leads to.
const BEFORE: f64 = 2.5;
/// Above and below the text of a row: as it looks good, and in lists that would not fit on a page else.
pub(super) const RISES: [f64; 2] = [1.5, 0.3];
/// Between labels and texts.
const COLUMN: f64 = 14.0;
/// The least width of texts beside labels; where less is left, they stand below.
const LEAST: f64 = 74.0;

/// The rows of a tree within a measure; `rise` is above and below their text.
pub(super) fn lay_out(tree: &Branches, typesetter: &Typesetter, size: f64, rise: f64, measure: f64) -> Scene {
    let style = Style::plain(size);
    let small = Style::small(size);
    let depths = bullets::depths(&tree.nodes);
    let deepest = depths.iter().copied().max().unwrap_or_default();
    // In a deep tree all levels together take at most two fifths of the width.
    let indent = INDENT.min(measure * 0.4 / deepest.max(1) as f64);
    let right = measure - EDGE;
    let left = |depth: usize| EDGE + depth as f64 * indent;
    let natural = |label, style| typesetter.set(label, style, f64::INFINITY).width;
    // Texts stand in a column, as far left as the labels before them let it.
    let labelled = tree.nodes.iter().zip(&depths).filter(|(node, _)| !node.text.is_empty());
    let ends = labelled.map(|(node, depth)| left(*depth) + natural(&node.label, style));
    let column = ends.fold(0.0, f64::max) + COLUMN;
    let texts = tree.nodes.iter().map(|node| natural(&node.text, small)).fold(0.0, f64::max);
    let beside = right - column >= LEAST.min(texts);
    let rows: Vec<Row> = tree
        .nodes
        .iter()
        .zip(&depths)
        .map(|(node, depth)| {
            let x = left(*depth);
            let label = typesetter.set(&node.label, style, right - x);
            let text_x = if beside { column } else { x };
            let text = typesetter.set(&node.text, small, right - text_x);
            Row { x, label, text, text_x }
        })
        .collect();
    draw(tree, &rows, beside, rise)
}

struct Row {
    x: f64,
    label: Lines,
    text: Lines,
    text_x: f64,
}

fn draw(tree: &Branches, rows: &[Row], beside: bool, rise: f64) -> Scene {
    let mut scene = Scene::default();
    let mut areas: Vec<Area> = Vec::new();
    let mut y = EDGE;
    for row in rows {
        let content = match beside {
            true => row.label.height.max(row.text.height),
            false => row.label.height + row.text.height,
        };
        let text = if row.text.lines.is_empty() {
            0.0
        } else {
            row.text_x + row.text.width
        };
        areas.push(Area {
            x: row.x,
            y,
            width: (row.x + row.label.width).max(text) - row.x,
            height: content + 2.0 * rise,
        });
        y += content + 2.0 * rise;
    }
    push_lines(&mut scene, tree, rows, &areas, rise);
    for (at, (row, area)) in rows.iter().zip(&areas).enumerate() {
        let part = Part::Node(at);
        let ink = Ink::Box {
            area: *area,
            radius: 0.0,
            fill: Fill::Page,
            stroke: None,
        };
        scene.push(part, ink);
        let label = Area {
            y: area.y + rise,
            height: row.label.height,
            ..*area
        };
        // The first lines of both have one middle.
        let drop = (first_line(&row.label) - first_line(&row.text)) / 2.0;
        let text = Area {
            x: row.text_x,
            y: if beside { label.y + drop.max(0.0) } else { label.bottom() },
            height: row.text.height,
            ..*area
        };
        scene.push_text(part, &row.label, label, Place::Left, Tone::Text);
        scene.push_text(part, &row.text, text, Place::Left, Tone::Muted);
        scene.width = scene.width.max(area.right() + EDGE);
    }
    scene.height = y + EDGE;
    scene
}

/// The height of a line of a text.
fn first_line(lines: &Lines) -> f64 {
    lines.height / lines.lines.len().max(1) as f64
}

/// From each node one line down to the last that is directly below it, with a branch to each other.
fn push_lines(scene: &mut Scene, tree: &Branches, rows: &[Row], areas: &[Area], rise: f64) {
    for (from, children) in bullets::children(&tree.nodes).iter().enumerate() {
        let Some(above) = areas.get(from) else { continue };
        let x = above.x + TRUNK;
        for (place, to) in children.iter().enumerate() {
            let (Some(row), Some(area)) = (rows.get(*to), areas.get(*to)) else {
                continue;
            };
            let y = area.y + rise + first_line(&row.label) / 2.0;
            let end = Point::new((area.x - BEFORE).max(x), y);
            let points = if place + 1 == children.len() {
                vec![Point::new(x, above.bottom()), Point::new(x, y), end]
            } else {
                vec![Point::new(x, y), end]
            };
            scene.push(
                Part::Edge { from, to: *to },
                Ink::Line {
                    points,
                    radius: BEND,
                    stroke: Stroke::LINE,
                },
            );
        }
    }
}
