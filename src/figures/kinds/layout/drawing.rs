//! The shapes of a layout: boxes, offsets, braces, pointers and targets, in the places that were found for them.

use super::Field;
use super::setting::{Aim, BARE, BRACE, LANE, NEAR, POINTED, REACH, Setting};
use crate::figures::look::{BOX_EDGE, CORNER};
use crate::figures::scene::{Area, Fill, Ink, Part, Place, Point, Scene, Stroke, Tone};
use crate::figures::text::Lines;

impl Setting<'_> {
    /// Draws it.
    pub(super) fn scene(&self) -> Scene {
        let mut scene = Scene {
            width: self.width(),
            height: self.bottom(),
            ..Scene::default()
        };
        self.push_heading(&mut scene);
        for row in 0..self.rows.len() {
            self.push_row(&mut scene, row);
        }
        self.push_braces(&mut scene);
        self.push_pointers(&mut scene);
        self.push_targets(&mut scene);
        scene
    }

    fn push_heading(&self, scene: &mut Scene) {
        let (offset, unit, total) = &self.heading;
        scene.push_text_at(Part::EdgeLabel, &self.preface, (BOX_EDGE, BOX_EDGE), Place::Left, Tone::Muted);
        let top = BOX_EDGE
            + if self.preface.height > 0.0 {
                self.preface.height + 5.0
            } else {
                0.0
            };
        let mut end = f64::MIN;
        for (share, number) in &self.marks {
            let half = number.width / 2.0;
            let x = (self.box_x + self.box_width * share).clamp(half, (scene.width - half).max(half));
            if x - half > end {
                scene.push_text_at(Part::EdgeLabel, number, (x, top), Place::Centre, Tone::Muted);
                end = x + half + 2.0;
            }
        }
        let right = self.box_x + self.box_width;
        scene.push_text_at(Part::EdgeLabel, offset, (self.box_x - NEAR, top), Place::Right, Tone::Muted);
        if !unit.lines.is_empty() {
            // Above what stands over the fields, where names do.
            scene.push_text_at(Part::EdgeLabel, unit, (right - self.pad(), top), Place::Right, Tone::Muted);
        }
        if let Some((_, bottom)) = self.tops.last() {
            scene.push_text_at(Part::EdgeLabel, total, (right, bottom + 2.0), Place::Right, Tone::Muted);
        }
    }

    fn push_row(&self, scene: &mut Scene, row: usize) {
        let (top, bottom) = self.row(row);
        if let Some(offset) = self.offsets.get(row) {
            let y = (top + bottom - offset.height) / 2.0;
            scene.push_text_at(Part::EdgeLabel, offset, (self.box_x - NEAR, y), Place::Right, Tone::Text);
        }
        let fields = self.rows.get(row).map(Vec::as_slice).unwrap_or_default();
        let shared = self.rows.iter().any(|row| row.len() > 1);
        let mut x = self.box_x;
        for at in fields {
            let Some(field) = self.layout.fields.get(*at) else { continue };
            let width = if shared {
                self.box_width * field.share
            } else {
                self.box_width
            };
            let area = Area {
                x,
                y: top,
                width,
                height: bottom - top,
            };
            self.push_field(scene, (*at, field), area, shared);
            x += width;
        }
    }

    fn push_field(&self, scene: &mut Scene, (at, field): (usize, &Field), area: Area, shared: bool) {
        let tint = match (field.pale, field.strong) {
            (true, _) => Fill::Page,
            (_, true) => Fill::Tint(Tone::Accent, 20),
            _ => Fill::Tint(Tone::Accent, 9),
        };
        let varies = field.open || field.size.as_ref().is_some_and(|size| size.value.is_none());
        let ink = Ink::Box {
            area,
            radius: 0.0,
            fill: tint,
            stroke: Some(Stroke {
                dashed: varies,
                ..Stroke::LINE
            }),
        };
        scene.push(Part::Node(at), ink);
        let Some((name, note, size)) = self.fields.get(at) else {
            return;
        };
        let tone = if field.pale { Tone::Muted } else { Tone::Text };
        let height = name.height + note.height;
        let inset = if shared { 0.0 } else { self.pad() };
        let place = if shared { Place::Centre } else { Place::Left };
        let lines = |y: f64, lines: &Lines| Area {
            x: area.x + inset,
            y,
            width: area.width - 2.0 * inset,
            height: lines.height,
        };
        let top = area.y + (area.height - height) / 2.0;
        scene.push_text(Part::Node(at), name, lines(top, name), place, tone);
        scene.push_text(Part::Node(at), note, lines(top + name.height, note), place, Tone::Muted);
        let y = area.y + (area.height - size.height) / 2.0;
        scene.push_text_at(
            Part::Node(at),
            size,
            (area.right() - self.pad(), y),
            Place::Right,
            Tone::Muted,
        );
    }

    fn push_braces(&self, scene: &mut Scene) {
        let left = self.braces_at_left();
        let side = if left { -1.0 } else { 1.0 };
        let [apart, arm, tip] = BRACE;
        for brace in &self.braces {
            let inner: f64 = (0..brace.depth).map(|depth| self.brace_width(depth)).sum();
            let start = if left {
                self.box_x - self.offsets_width() - inner
            } else {
                self.box_x + self.box_width + inner
            };
            let (from, to) = if self.plan.heads {
                (start + side * BARE / 2.0, start + side * BARE)
            } else {
                (start + side * apart, start + side * (apart + arm))
            };
            let (top, bottom) = (self.row(brace.first).0 + 1.5, self.row(brace.last).1 - 1.5);
            let middle = (self.row(brace.around.0).0 + self.row(brace.around.1).1) / 2.0;
            let corners = [(from, top), (to, top), (to, bottom), (from, bottom)];
            let points = corners.map(|(x, y)| Point::new(x, y)).to_vec();
            push_mark(scene, points);
            if self.plan.heads {
                continue;
            }
            let end = to + side * tip;
            push_mark(scene, vec![Point::new(to, middle), Point::new(end, middle)]);
            let y = middle - brace.name.height / 2.0;
            if left {
                scene.push_text_at(Part::EdgeLabel, &brace.name, (end - 3.0, y), Place::Right, Tone::Text);
            } else {
                scene.push_text_at(Part::EdgeLabel, &brace.name, (end + 3.0, y), Place::Left, Tone::Text);
            }
        }
        for row in 0..self.rows.len() {
            let mut y = self.row(row).0 - self.head_height(row) + if row == 0 { 0.0 } else { 2.5 };
            for name in self.heads_of(row) {
                scene.push_text_at(Part::EdgeLabel, name, (self.box_x, y), Place::Left, Tone::Text);
                y += name.height + 1.0;
            }
        }
    }

    fn push_pointers(&self, scene: &mut Scene) {
        let stroke = Stroke {
            width: 1.0,
            tone: Tone::Accent,
            dashed: false,
        };
        for (pointer, name) in self.layout.pointers.iter().zip(&self.pointers) {
            let y = self.row(self.row_of(pointer.field)).0;
            if self.plan.heads {
                // The name stands above, and the arrow goes down beside it.
                let top = y - name.height - 1.0;
                scene.push_text_at(Part::EdgeLabel, name, (self.box_x + POINTED, top), Place::Left, Tone::Text);
                let x = self.box_x + POINTED / 2.0;
                scene.push_arrow(Part::Mark, vec![Point::new(x, top + 1.0), Point::new(x, y)], stroke);
                continue;
            }
            let right = BOX_EDGE + self.pointers_width() - REACH - 3.0;
            scene.push_text_at(
                Part::EdgeLabel,
                name,
                (right, y - name.height / 2.0),
                Place::Right,
                Tone::Text,
            );
            let points = vec![Point::new(right + 3.0, y), Point::new(self.box_x, y)];
            scene.push_arrow(Part::Mark, points, stroke);
        }
    }

    fn push_targets(&self, scene: &mut Scene) {
        let right = self.box_x + self.box_width;
        let count = self.layout.fields.len();
        let left = right + self.target_gap();
        for (at, (name, row)) in self.targets.iter().enumerate() {
            let height = name.height + 5.0;
            let area = Area {
                x: left,
                y: self.middle(*row) - height / 2.0,
                width: self.target_width(),
                height,
            };
            let ink = Ink::Box {
                area,
                radius: CORNER,
                fill: Fill::Page,
                stroke: Some(Stroke::LINE),
            };
            scene.push(Part::Node(count + at), ink);
            scene.push_text(Part::Node(count + at), name, area, Place::Centre, Tone::Text);
        }
        for (field, (aim, lane)) in self.aims.iter().zip(&self.lanes).enumerate() {
            let Some(aim) = aim else { continue };
            let y = self.middle(self.row_of(field));
            let (to, end) = match *aim {
                Aim::Label(at) => {
                    let row = self.targets.get(at).map_or(0, |(_, row)| *row);
                    (count + at, Point::new(left, self.middle(row)))
                }
                Aim::Field(at) => (at, Point::new(right, self.arrival(field, at))),
            };
            let mut points = vec![Point::new(right, y)];
            if let Some(lane) = lane {
                let x = right + LANE * (*lane as f64 + 1.0);
                points.extend([Point::new(x, y), Point::new(x, end.y)]);
            }
            points.push(end);
            scene.push_arrow(Part::Edge { from: field, to }, points, Stroke::LINE);
        }
    }

    /// Where an arrow arrives at the right side of a field: beside the one that leaves it.
    fn arrival(&self, from: usize, to: usize) -> f64 {
        let (top, bottom) = self.row(self.row_of(to));
        let leaves = self.aims.get(to).copied().flatten().is_some();
        let share = match (leaves, from < to) {
            (false, _) => 0.5,
            (true, true) => 0.22,
            (true, false) => 0.78,
        };
        top + (bottom - top) * share
    }
}

fn push_mark(scene: &mut Scene, points: Vec<Point>) {
    let ink = Ink::Line {
        points,
        radius: 2.5,
        stroke: Stroke::LINE,
    };
    scene.push(Part::Mark, ink);
}
