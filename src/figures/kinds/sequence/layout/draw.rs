//! What a sequence is drawn from, from top to bottom, and at last the lines of the actors with their gaps.

use super::{ABOVE, CLEAR, Columns, EDGE, LOOP, RISE, Reach, SECOND, Set};
use crate::figures::kinds::sequence::{Message, Step};
use crate::figures::look::CORNER;
use crate::figures::scene::{Area, Fill, Head, Ink, Part, Place, Point, Scene, Shape, Stroke, Tone};
use crate::figures::text::Lines;

/// A sequence on its way down the page.
pub(super) struct Drawing<'a> {
    columns: &'a Columns<'a>,
    /// Frames, which stand behind everything.
    frames: Scene,
    /// All else but the actors' lines.
    front: Scene,
    /// What interrupts the lines.
    areas: Vec<Area>,
    /// The frames that are open: the number of the step, and the top.
    open: Vec<(usize, f64)>,
    /// Where the lines begin, for each actor.
    tops: Vec<f64>,
    y: f64,
}

impl<'a> Drawing<'a> {
    pub(super) fn new(columns: &'a Columns<'a>) -> Self {
        let mut drawing = Self {
            columns,
            frames: Scene::default(),
            front: Scene::default(),
            areas: Vec::new(),
            open: Vec::new(),
            tops: Vec::new(),
            y: 0.0,
        };
        let (bottoms, bottom) = drawing.push_heads(0, 0.0, false);
        drawing.tops = bottoms;
        drawing.y = bottom + columns.plan.step;
        drawing
    }

    /// Adds the actors' boxes, on two levels where they stand close; gives the y at which each box ends (or begins, if the
    /// lines come from above), and the y below all.
    fn push_heads(&mut self, first: usize, y: f64, below: bool) -> (Vec<f64>, f64) {
        let (width, height) = self.columns.head;
        let staggered = self.columns.plan.reach == Reach::Staggered;
        let mut ends = Vec::new();
        for (at, (x, lines)) in self.columns.lines.iter().zip(&self.columns.heads).enumerate() {
            // Near boxes are on the level that their lines come to first.
            let level = if staggered && (at % 2 == 1) { height + 4.0 } else { 0.0 };
            let area = Area {
                x: x - width / 2.0,
                y: y + level,
                width,
                height,
            };
            let part = Part::Node(first + at);
            self.front.push(
                part,
                Ink::Box {
                    area,
                    radius: CORNER,
                    fill: Fill::Tint(Tone::Accent, 9),
                    stroke: Some(Stroke::LINE),
                },
            );
            self.front.push_text(part, lines, area, Place::Centre, Tone::Text);
            ends.push(if below { area.y } else { area.bottom() });
        }
        let levels = if staggered && self.columns.lines.len() > 1 { 2.0 } else { 1.0 };
        (ends, y + levels * height + (levels - 1.0) * 4.0)
    }

    fn push_label(&mut self, text: &Lines, x: f64, y: f64, place: Place) {
        let area = Area {
            x,
            y,
            width: text.width,
            height: text.height,
        };
        self.front.push_text(Part::EdgeLabel, text, area, place, Tone::Text);
        self.areas.push(area);
    }

    fn stroke(message: &Message) -> Stroke {
        Stroke {
            dashed: message.weak,
            ..Stroke::LINE
        }
    }

    pub(super) fn push_message(&mut self, message: &Message, set: &Set) {
        let (from, to) = (self.columns.line(message.from), self.columns.line(message.to));
        let width = set.text.width;
        let middle = (from + to) / 2.0 - width / 2.0;
        let x = match self.columns.plan.reach {
            Reach::Between => middle,
            Reach::Over | Reach::Staggered => self.columns.within(middle, width),
        };
        let y = self.y + set.text.height + ABOVE;
        if width > 0.0 {
            self.push_label(&set.text, x, self.y, Place::Centre);
        }
        let part = Part::Edge {
            from: message.from,
            to: message.to,
        };
        let points = vec![Point::new(from, y), Point::new(to, y)];
        self.front
            .push_line(part, points, Self::stroke(message), Head::None, message.head);
        self.y = y + self.columns.plan.step;
    }

    pub(super) fn push_loop(&mut self, message: &Message, set: &Set) {
        let x = self.columns.line(message.from);
        let turned = set.right <= x;
        let out = if turned { x - LOOP.0 } else { x + LOOP.0 };
        let height = LOOP.1.max(set.text.height);
        let top = self.y + (height - LOOP.1) / 2.0;
        let points = vec![
            Point::new(x, top),
            Point::new(out, top),
            Point::new(out, top + LOOP.1),
            Point::new(x, top + LOOP.1),
        ];
        let part = Part::Edge {
            from: message.from,
            to: message.from,
        };
        self.front
            .push_line(part, points, Self::stroke(message), Head::None, message.head);
        if set.text.width > 0.0 {
            let left = if turned { set.x } else { out + 3.0 };
            self.push_label(&set.text, left, self.y + (height - set.text.height) / 2.0, Place::Left);
        }
        self.y += height + self.columns.plan.step;
    }

    pub(super) fn push_note(&mut self, at: usize, set: &Set) {
        let area = Area {
            x: set.x,
            y: self.y,
            width: set.right - set.x,
            height: set.text.height + 2.0 * (RISE - 1.0),
        };
        let part = Part::Node(2 * SECOND + at);
        self.front.push(
            part,
            Ink::Box {
                area,
                radius: 0.0,
                fill: Fill::Tint(Tone::Muted, 10),
                stroke: None,
            },
        );
        self.front.push_text(part, &set.text, area, Place::Centre, Tone::Text);
        self.areas.push(area);
        self.y += area.height + self.columns.plan.step;
    }

    /// Adds the word and the name of a frame or of a part of it.
    fn push_heading(&mut self, part: usize, set: &Set, x: f64) {
        let height = set.word.height.max(set.text.height);
        let line = |lines: &Lines, x: f64, y: f64| Area {
            x,
            y,
            width: lines.width,
            height: lines.height,
        };
        let word = line(&set.word, x, self.y);
        let text = line(&set.text, x + set.heading() - set.text.width, self.y);
        for (lines, area, tone) in [(&set.word, word, Tone::Text), (&set.text, text, Tone::Text)] {
            if area.width > 0.0 {
                self.front.push_text(Part::Group(part), lines, area, Place::Left, tone);
                self.areas.push(area);
            }
        }
        self.y += height + if height > 0.0 { 4.0 } else { 0.0 };
    }

    pub(super) fn open(&mut self, at: usize, set: &Set) {
        self.open.push((at, self.y));
        self.y += 3.0;
        self.push_heading(at, set, self.columns.heading_x(set, set.heading()));
        self.y += 1.0;
    }

    pub(super) fn divide(&mut self, set: &Set) {
        let Some((at, _)) = self.open.last().copied() else { return };
        let Some(frame) = self.columns.steps.get(at) else { return };
        let (left, right) = (frame.x, frame.right);
        let stroke = Stroke {
            width: 0.5,
            dashed: true,
            ..Stroke::LINE
        };
        let points = vec![Point::new(left, self.y), Point::new(right, self.y)];
        self.frames.push(
            Part::Mark,
            Ink::Line {
                points,
                radius: 0.0,
                stroke,
            },
        );
        self.y += 3.0;
        self.push_heading(at, set, self.columns.heading_x(frame, set.heading()));
        self.y += 1.0;
    }

    pub(super) fn close(&mut self) {
        let Some((at, top)) = self.open.pop() else { return };
        let Some(set) = self.columns.steps.get(at) else { return };
        let area = Area {
            x: set.x,
            y: top,
            width: set.right - set.x,
            height: self.y - top,
        };
        let frame = Ink::Box {
            area,
            radius: CORNER + 2.0,
            fill: Fill::Tint(Tone::Text, 4),
            stroke: Some(Stroke {
                width: 0.5,
                ..Stroke::LINE
            }),
        };
        // An outer frame stands behind those in it.
        let shape = Shape {
            part: Part::Group(at),
            ink: frame,
        };
        self.frames.shapes.insert(0, shape);
        self.y += self.columns.plan.step;
    }

    /// Adds the actors' lines, and brings everything to the corner of the page.
    pub(super) fn finish(mut self) -> Scene {
        let mut bottom = self.y;
        let ends = if self.columns.plan.repeat {
            let (ends, below) = self.push_heads(SECOND, self.y, true);
            bottom = below;
            ends
        } else {
            vec![bottom; self.columns.lines.len()]
        };
        let mut scene = std::mem::take(&mut self.frames);
        for ((x, top), end) in self.columns.lines.iter().zip(&self.tops).zip(ends) {
            for points in pieces(*x, *top, end, &self.areas) {
                scene.push(
                    Part::Mark,
                    Ink::Line {
                        points,
                        radius: 0.0,
                        stroke: Stroke {
                            width: 0.5,
                            dashed: true,
                            ..Stroke::LINE
                        },
                    },
                );
            }
        }
        scene.shapes.append(&mut self.front.shapes);
        let (left, right) = self.columns.extent();
        scene.shift(EDGE - left, EDGE);
        scene.width = right - left + 2.0 * EDGE;
        scene.height = bottom + 2.0 * EDGE;
        scene
    }
}

impl Columns<'_> {
    /// How far everything reaches to the left and to the right.
    fn extent(&self) -> (f64, f64) {
        let steps = self.sequence.steps.iter().zip(&self.steps);
        let seen = steps.filter(|(step, _)| !matches!(step, Step::Divide(..) | Step::Close));
        seen.fold(self.sides(), |(left, right), (_, set)| {
            (left.min(set.x), right.max(set.right))
        })
    }
}

/// A line downwards, without what it would pass.
fn pieces(x: f64, top: f64, bottom: f64, areas: &[Area]) -> Vec<Vec<Point>> {
    let crossed = |area: &&Area| area.x - CLEAR < x && x < area.right() + CLEAR;
    let mut gaps: Vec<(f64, f64)> = areas
        .iter()
        .filter(crossed)
        .map(|area| (area.y - 0.5, area.bottom() + 0.5))
        .collect();
    gaps.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut pieces, mut from) = (Vec::new(), top);
    for (start, end) in gaps.into_iter().chain([(bottom, bottom)]) {
        if start - from > 1.0 {
            pieces.push(vec![Point::new(x, from), Point::new(x, start)]);
        }
        from = from.max(end);
    }
    pieces
}
