//! The shapes of cells, in the places that were found for them.

use super::{FOLD, Gap, LANE, NEAR, REACH, Setting};
use crate::figures::kinds::cells::{Arrow, End};
use crate::figures::look::{BOX_EDGE, CORNER, SLACK};
use crate::figures::scene::{Area, Fill, Ink, Part, Place, Point, Scene, Stroke, Tone};

impl Setting<'_> {
    pub(super) fn scene(&self) -> Scene {
        let mut scene = Scene::default();
        let mut y = BOX_EDGE;
        let left = self.left();
        for (at, piece) in self.pieces.iter().enumerate() {
            y = self.push_piece(&mut scene, *piece, left, y) + if at + 1 == self.pieces.len() { 0.0 } else { FOLD };
        }
        scene.width = self.width();
        scene.height = y + BOX_EDGE;
        self.widen(&mut scene);
        scene
    }

    /// Adds the columns of a piece below `y`; gives the y of its bottom.
    fn push_piece(&self, scene: &mut Scene, (from, to): (usize, usize), left: f64, y: f64) -> f64 {
        let origin = left - self.edge(from);
        let mut y = y + self.gap(0);
        y = self.push_numbers(scene, (from, to), origin, y, true);
        let mut tops = Vec::new();
        for (row, height) in self.heights.iter().enumerate() {
            // A row that ended in a piece before takes no room.
            if !self.holds(row, from) {
                tops.push((y, y));
                continue;
            }
            let top = if row == 0 { y } else { y + self.gap(row) };
            // Above the first row stand its numbers, and its name above these.
            let under = if self.plan.beside { top } else { top - self.beyond(row, true) };
            self.push_name(scene, row, (left, under), *height);
            self.push_cells(scene, row, (from, to), (origin, top));
            tops.push((top, top + height));
            y = top + height;
        }
        y = self.push_numbers(scene, (from, to), origin, y, false);
        self.push_straight(scene, (from, to), origin, &tops);
        self.push_arcs(scene, (from, to), origin, &tops);
        self.push_names(scene, (from, to), origin, &tops);
        y + self.gap(self.heights.len())
    }

    fn push_name(&self, scene: &mut Scene, row: usize, (left, top): (f64, f64), height: f64) {
        let Some(name) = self.names.get(row) else { return };
        let (at, place) = if self.plan.beside {
            ((left - NEAR, top + (height - name.height) / 2.0), Place::Right)
        } else {
            ((left, top - name.height), Place::Left)
        };
        scene.push_text_at(Part::EdgeLabel, name, at, place, Tone::Text);
    }

    fn push_cells(&self, scene: &mut Scene, row: usize, (from, to): (usize, usize), (origin, top): (f64, f64)) {
        let cells = self.cells.rows.get(row).map(|row| row.cells.as_slice()).unwrap_or_default();
        let texts = self.texts.get(row).map(Vec::as_slice).unwrap_or_default();
        for (at, (cell, text)) in cells.iter().zip(texts).enumerate() {
            let (first, last) = (cell.column.max(from), (cell.column + cell.width).min(to));
            if first >= last {
                continue;
            }
            let area = Area {
                x: origin + self.edge(first),
                y: top,
                width: self.edge(last) - self.edge(first),
                height: self.heights.get(row).copied().unwrap_or_default(),
            };
            let fill = match (cell.strong, cell.pale) {
                (true, _) => Fill::Tint(Tone::Accent, 20),
                (false, true) => Fill::Page,
                (false, false) => Fill::Tint(Tone::Accent, 9),
            };
            let ink = Ink::Box {
                area,
                radius: 0.0,
                fill,
                stroke: Some(Stroke::LINE),
            };
            // The pieces of a cell that is cut are boxes of their own.
            let part = Part::Node(self.number(row, at) + from * PIECES);
            scene.push(part, ink);
            if text.width <= area.width + SLACK {
                let tone = if cell.pale { Tone::Muted } else { Tone::Text };
                scene.push_text(part, text, area, Place::Centre, tone);
            }
        }
    }

    /// The number of a cell's box.
    fn number(&self, row: usize, cell: usize) -> usize {
        self.cells.rows.iter().take(row).map(|row| row.cells.len()).sum::<usize>() + cell
    }

    fn push_numbers(&self, scene: &mut Scene, (from, to): (usize, usize), origin: f64, y: f64, above: bool) -> f64 {
        let mut y = if above || self.band(false) <= 0.0 { y } else { y + 1.0 };
        for (scale, numbers) in self.scales(above) {
            let count = if scale.edges { to + 1 } else { to };
            let place = |at: usize| match scale.edges {
                true => origin + self.edge(at),
                false => origin + (self.edge(at) + self.edge(at + 1)) / 2.0,
            };
            let every = [1, 2, 4, 5, 8, 10, 16, 20, 32, 64, 128, 256].into_iter().find(|every| {
                let shown = (from..count).filter(|at| at % every == 0);
                let mut end = f64::MIN;
                shown.into_iter().all(|at| {
                    let width = numbers.get(at).map_or(0.0, |lines| lines.width);
                    let free = place(at) - width / 2.0 >= end;
                    end = place(at) + width / 2.0 + 2.0;
                    free
                })
            });
            let every = every.unwrap_or(usize::MAX);
            for at in (from..count).filter(|at| at % every == 0) {
                if let Some(lines) = numbers.get(at) {
                    scene.push_text_at(Part::EdgeLabel, lines, (place(at), y), Place::Centre, Tone::Muted);
                }
            }
            y += numbers.first().map_or(0.0, |lines| lines.height);
        }
        if above && self.band(true) > 0.0 { y + 1.0 } else { y }
    }

    fn push_straight(&self, scene: &mut Scene, columns: (usize, usize), origin: f64, tops: &[(f64, f64)]) {
        for arrow in &self.cells.arrows {
            let (End::Cell(a, from), End::Cell(b, to)) = (&arrow.from, &arrow.to) else {
                continue;
            };
            if a == b {
                continue;
            }
            let (start, end) = (
                self.middle((*a, *from), columns, origin),
                self.middle((*b, *to), columns, origin),
            );
            let (Some(start), Some(end), Some(upper), Some(lower)) = (start, end, tops.get(*a), tops.get(*b)) else {
                continue;
            };
            let points = if a < b {
                vec![Point::new(start, upper.1), Point::new(end, lower.0)]
            } else {
                vec![Point::new(start, upper.0), Point::new(end, lower.1)]
            };
            let part = Part::Edge {
                from: self.number(*a, *from),
                to: self.number(*b, *to),
            };
            scene.push_arrow(part, points, stroke(arrow));
        }
    }

    fn push_arcs(&self, scene: &mut Scene, columns: (usize, usize), origin: f64, tops: &[(f64, f64)]) {
        for gap in &self.gaps {
            let mut arcs: Vec<(f64, &Arrow, usize, usize, usize, bool)> = Vec::new();
            for (at, of_above) in &gap.arcs {
                let Some(arrow) = self.cells.arrows.get(*at) else { continue };
                let (End::Cell(row, from), End::Cell(_, to)) = (&arrow.from, &arrow.to) else {
                    continue;
                };
                let ends = (
                    self.middle((*row, *from), columns, origin),
                    self.middle((*row, *to), columns, origin),
                );
                let (Some(a), Some(b)) = ends else { continue };
                arcs.push(((a - b).abs(), arrow, *row, *from, *to, *of_above));
            }
            // Short arcs run nearer to the cells than those that lead over them.
            arcs.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (lane, (_, arrow, row, from, to, of_above)) in arcs.into_iter().enumerate() {
                let ends = (
                    self.middle((row, from), columns, origin),
                    self.middle((row, to), columns, origin),
                );
                let (Some(a), Some(b), Some((top, bottom))) = (ends.0, ends.1, tops.get(row)) else {
                    continue;
                };
                // Arrows leave and arrive beside one another.
                let aside = if a < b { 3.0 } else { -3.0 };
                let (start, away) = if of_above {
                    (*bottom + self.beyond(row, false), 1.0)
                } else {
                    (*top - self.beyond(row, true), -1.0)
                };
                let y = start + away * (10.0 + LANE * lane as f64 - 0.5);
                let (a, b) = (a + aside, b - aside);
                let points = [(a, start), (a, y), (b, y), (b, start)].map(|(x, y)| Point::new(x, y));
                let part = Part::Edge {
                    from: self.number(row, from),
                    to: self.number(row, to),
                };
                scene.push_arrow(part, points.to_vec(), stroke(arrow));
            }
        }
    }

    fn push_names(&self, scene: &mut Scene, columns: (usize, usize), origin: f64, tops: &[(f64, f64)]) {
        for gap in &self.gaps {
            for of_above in [true, false] {
                self.push_side(scene, gap, of_above, columns, origin, tops);
            }
        }
    }

    /// Adds the names at the arrows of one row, beside one another.
    fn push_side(&self, scene: &mut Scene, gap: &Gap, of_above: bool, columns: (usize, usize), origin: f64, tops: &[(f64, f64)]) {
        let mut names = Vec::new();
        for (at, _) in gap.names.iter().filter(|(_, above)| *above == of_above) {
            let (Some(arrow), Some(Some(lines))) = (self.cells.arrows.get(*at), self.ends.get(*at)) else {
                continue;
            };
            let (cell, inward) = match (&arrow.from, &arrow.to) {
                (End::Name(_), End::Cell(row, cell)) => ((*row, *cell), true),
                (End::Cell(row, cell), End::Name(_)) => ((*row, *cell), false),
                _ => continue,
            };
            if let Some(x) = self.middle(cell, columns, origin) {
                names.push((x, *at, arrow, lines, cell, inward));
            }
        }
        names.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let wanted: Vec<(f64, f64)> = names.iter().map(|(x, _, _, lines, ..)| (*x, lines.width + 10.0)).collect();
        let arcs = gap.arcs.iter().filter(|(_, above)| *above == of_above).count();
        let lanes = if arcs == 0 { 0.0 } else { 10.0 + LANE * (arcs as f64 - 1.0) };
        for ((x, at, arrow, lines, cell, inward), place) in names.into_iter().zip(spread(&wanted)) {
            let Some((top, bottom)) = tops.get(cell.0) else { continue };
            let height = lines.height + 5.0;
            let (start, end, y) = if of_above {
                let start = bottom + self.beyond(cell.0, false);
                (start, start + lanes + REACH, start + lanes + REACH)
            } else {
                let start = top - self.beyond(cell.0, true);
                (start, start - lanes - REACH, start - lanes - REACH - height)
            };
            let area = Area {
                x: place - lines.width / 2.0 - 5.0,
                y,
                width: lines.width + 10.0,
                height,
            };
            let node = self.number(self.cells.rows.len(), at) + NAMES;
            // What a cell points to is a box; what points to a cell is a name.
            let ink = Ink::Box {
                area,
                radius: CORNER,
                fill: Fill::Page,
                stroke: (!inward).then_some(Stroke::LINE),
            };
            scene.push(Part::Node(node), ink);
            scene.push_text(Part::Node(node), lines, area, Place::Centre, Tone::Text);
            let (cell_end, name_end) = (Point::new(x, start), Point::new(place, end));
            let number = self.number(cell.0, cell.1) + columns.0 * PIECES;
            let (part, points) = if inward {
                (Part::Edge { from: node, to: number }, vec![name_end, cell_end])
            } else {
                (Part::Edge { from: number, to: node }, vec![cell_end, name_end])
            };
            scene.push_arrow(part, points, stroke(arrow));
        }
    }
}

/// Boxes of the pieces of a folded row are numbered from multiples of this.
const PIECES: usize = 1 << 16;
/// Boxes of names are numbered from this.
const NAMES: usize = 1 << 15;

fn stroke(arrow: &Arrow) -> Stroke {
    Stroke {
        dashed: arrow.weak,
        ..Stroke::LINE
    }
}

/// Puts boxes of some widths as near to their places as they can be without touching; places are in order.
fn spread(wanted: &[(f64, f64)]) -> Vec<f64> {
    // Boxes that would touch are joined to a group, which is then put in the middle of what its members want.
    let mut groups: Vec<(f64, f64, usize)> = Vec::new();
    for (place, width) in wanted {
        let mut group = (*place, width + 4.0, 1);
        while let Some((middle, wide, count)) = groups.last().copied()
            && middle + wide / 2.0 > group.0 - group.1 / 2.0
        {
            groups.pop();
            let total = count + group.2;
            let middle = (middle * count as f64 + group.0 * group.2 as f64) / total as f64;
            group = (middle, wide + group.1, total);
        }
        groups.push(group);
    }
    let mut places = Vec::new();
    for (middle, wide, count) in groups {
        let mut x = middle - wide / 2.0;
        for (_, width) in wanted.iter().skip(places.len()).take(count).collect::<Vec<_>>() {
            places.push(x + width / 2.0 + 2.0);
            x += width + 4.0;
        }
    }
    places
}
