//! What lanes are drawn from: names, bars, arrows, the axis, and what stands below it.

use super::{BARS, BESIDE, Draft, EDGE, INSET, Line, TICK, place, plain};
use crate::figures::look::CORNER;
use crate::figures::scene::{Area, Fill, Ink, Part, Place, Point, Stroke, Tone};
use crate::figures::text::{Lines, Typesetter};

impl Draft<'_> {
    /// The x of a name above its row: at the left, or behind the lines that come down there.
    pub(super) fn name_place(&self, lane: usize, name: &Lines, lines: &[Line]) -> Option<f64> {
        let mut passing: Vec<f64> = lines
            .iter()
            .filter(|line| lane > 0 && line.passes(lane - 1))
            .map(|line| line.x)
            .collect();
        passing.sort_by(f64::total_cmp);
        let mut x = self.sides.0.min(self.plan.measure - EDGE - name.width);
        for line in passing {
            if x - BESIDE < line && line < x + name.width + BESIDE {
                x = line + BESIDE;
            }
        }
        (x + name.width <= self.plan.measure - EDGE || lines.is_empty()).then_some(x)
    }

    /// Adds a name, the line of time where nothing is, and the bars.
    pub(super) fn push_row(&mut self, begin: f64, lane: usize, top: f64, set: usize, name: Area) {
        if let Some(lines) = self.names.get(lane) {
            self.scene.push_text(Part::EdgeLabel, lines, name, Place::Left, Tone::Text);
        }
        let Some(known) = self.lanes.lanes.get(lane) else { return };
        let stays: Vec<_> = known
            .stays
            .iter()
            .filter_map(|stay| Some((stay, self.stretch(begin, stay.from, stay.to)?)))
            .collect();
        let mut idle = self.sides.0;
        let end = self.sides.1.min(self.x(begin, self.lanes.extent().1));
        let middle = top + self.bar / 2.0;
        for (at, (stay, (from, to))) in stays.iter().enumerate() {
            self.push_idle(idle, *from, middle);
            idle = *to;
            let inset = INSET.min((to - from) * 0.2);
            let area = Area {
                x: from + inset,
                y: top,
                width: to - from - 2.0 * inset,
                height: self.bar,
            };
            let part = Part::Node(BARS * (lane + 1) + 8 * at + set);
            let (fill, dashed) = look(stay.state, self.lanes.states.len());
            self.scene.push(
                part,
                Ink::Box {
                    area,
                    radius: CORNER.min(area.width / 3.0),
                    fill,
                    stroke: Some(Stroke { dashed, ..Stroke::LINE }),
                },
            );
            if let Some(word) = self.word(stay.state, area.width) {
                self.scene.push_text(part, &word, area, Place::Centre, Tone::Text);
            }
        }
        self.push_idle(idle, end, middle);
    }

    fn push_idle(&mut self, from: f64, to: f64, y: f64) {
        if to - from > 3.0 {
            self.push_mark(vec![Point::new(from + 1.0, y), Point::new(to - 1.0, y)]);
        }
    }

    fn push_mark(&mut self, points: Vec<Point>) {
        let stroke = Stroke {
            width: 0.5,
            ..Stroke::LINE
        };
        self.scene.push(
            Part::Mark,
            Ink::Line {
                points,
                radius: 0.0,
                stroke,
            },
        );
    }

    /// Adds the arrow of a message, which passes behind the bars between its ends.
    pub(super) fn push_line(&mut self, line: &Line, tops: &[f64], names: &[Area]) {
        let down = line.message.from < line.message.to;
        let row = |lane: usize| tops.get(lane).copied().unwrap_or_default();
        let near = |lane: usize, below: bool| {
            let bar = self.bar_at(lane, line.x, row(lane));
            match (bar, below) {
                (Some(bar), true) => bar.bottom() + 1.0,
                (Some(bar), false) => bar.y - 1.0,
                // Where nothing is, the line of time is where a message comes from or goes to.
                (None, _) => row(lane) + self.bar / 2.0,
            }
        };
        let (from, to) = (near(line.message.from, down), near(line.message.to, !down));
        let (first, last) = line.spaces();
        let mut gaps: Vec<(f64, f64)> = Vec::new();
        for lane in first + 1..=last {
            if let Some(bar) = self.bar_at(lane, line.x, row(lane)) {
                gaps.push((bar.y - 1.0, bar.bottom() + 1.0));
            }
        }
        let passed = names
            .iter()
            .filter(|name| name.x - 1.0 < line.x && line.x < name.right() + 1.0);
        let between = |name: &&Area| name.y < from.max(to) && from.min(to) < name.bottom();
        gaps.extend(passed.filter(between).map(|name| (name.y - 0.5, name.bottom() + 0.5)));
        gaps.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut pieces = Vec::new();
        let mut start = from.min(to);
        for (top, bottom) in gaps.into_iter().chain([(from.max(to), from.max(to))]) {
            if top > start {
                pieces.push((start, top));
            }
            start = start.max(bottom);
        }
        if !down {
            pieces = pieces.into_iter().rev().map(|(top, bottom)| (bottom, top)).collect();
        }
        let part = Part::Edge {
            from: line.message.from,
            to: line.message.to,
        };
        let stroke = Stroke {
            dashed: line.message.weak,
            ..Stroke::LINE
        };
        let count = pieces.len();
        for (at, (start, end)) in pieces.into_iter().enumerate() {
            let points = vec![Point::new(line.x, start), Point::new(line.x, end)];
            if at + 1 == count {
                self.scene.push_arrow(part, points, stroke);
            } else {
                let ink = Ink::Line {
                    points,
                    radius: 0.0,
                    stroke,
                };
                self.scene.push(part, ink);
            }
        }
    }

    /// The bar that a line at `x` would meet in the row of a lane; neighbours of which one ends there count as one.
    fn bar_at(&self, lane: usize, x: f64, top: f64) -> Option<Area> {
        let shapes = self.scene.shapes.iter();
        let mut bars = shapes.filter_map(|shape| match (&shape.ink, shape.part) {
            (Ink::Box { area, .. }, Part::Node(node)) if node / BARS == lane + 1 => Some(*area),
            _ => None,
        });
        bars.find(|area| area.y == top && area.x - 2.0 < x && x < area.right() + 2.0)
    }

    /// Adds the axis of a set of rows; gives the y below.
    pub(super) fn axis(&mut self, begin: f64, y: f64, last: bool) -> f64 {
        let end = (begin + self.piece).min(self.lanes.extent().1);
        let right = self.x(begin, end);
        self.push_mark(vec![Point::new(self.sides.0, y), Point::new(right, y)]);
        let height = Typesetter::height(1, self.small());
        let marks = self.marks.clone();
        let here = |time: &&f64| begin <= **time && (**time < end || last || **time == end) && **time <= end;
        for time in marks.iter().filter(here) {
            let x = self.x(begin, *time);
            self.push_mark(vec![Point::new(x, y), Point::new(x, y + TICK)]);
            let number = self.set(&time.to_string());
            let lines = if Some(time) == marks.last() {
                self.set(&self.lanes.time(*time))
            } else {
                number.clone()
            };
            let x = (x - number.width / 2.0).min(self.plan.measure - EDGE - lines.width).max(EDGE);
            let area = place(&lines, x, y + TICK + 0.5);
            self.scene.push_text(Part::EdgeLabel, &lines, area, Place::Left, Tone::Text);
        }
        y + TICK + 0.5 + height
    }

    /// Adds the looks of the states whose word is not in every bar; gives the y below.
    pub(super) fn legend(&mut self, y: f64) -> f64 {
        let states: Vec<usize> = (0..self.lanes.states.len())
            .filter(|state| self.wordless.get(*state) == Some(&true))
            .collect();
        if states.is_empty() {
            return y;
        }
        self.strain += 10.0;
        let (mut x, mut y, mut height) = (EDGE, y + 6.0, 0.0_f64);
        let left = if self.plan.names.is_some() { self.sides.0 } else { EDGE };
        x = x.max(left);
        for state in states {
            let Some(label) = self.lanes.states.get(state) else { continue };
            let lines = self.typesetter.set(label, self.small(), self.plan.measure - left - 22.0);
            if x > left && x + 17.0 + lines.width > self.plan.measure - EDGE {
                x = left;
                y += height + 2.0;
                height = 0.0;
            }
            let (fill, dashed) = look(state, self.lanes.states.len());
            let swatch = Area {
                x: x + 0.5,
                y: y + Typesetter::height(1, self.small()) / 2.0 - 4.0,
                width: 12.0,
                height: 8.0,
            };
            self.scene.push(
                Part::Node(state),
                Ink::Box {
                    area: swatch,
                    radius: 2.0,
                    fill,
                    stroke: Some(Stroke { dashed, ..Stroke::LINE }),
                },
            );
            let area = place(&lines, x + 17.0, y);
            self.scene.push_text(Part::EdgeLabel, &lines, area, Place::Left, Tone::Text);
            height = height.max(lines.height);
            x += 17.0 + lines.width + 14.0;
        }
        y + height
    }

    /// Adds the texts of the messages, numbered; gives the y below.
    pub(super) fn texts(&mut self, y: f64) -> f64 {
        let mut y = y + 6.0;
        let left = if self.plan.names.is_some() { self.sides.0 } else { EDGE };
        let column = self.set(&format!("{}. ", self.lanes.messages.len())).width + 3.0;
        for (at, message) in self.lanes.messages.iter().enumerate() {
            if message.label.is_empty() {
                continue;
            }
            let number = self.set(&format!("{}.", at + 1));
            let mut label = plain(&format!("{}: ", self.lanes.time(message.at)));
            for run in &message.label.runs {
                label.push(&run.text, run.code);
            }
            let room = (self.plan.measure - EDGE - left - column).max(40.0);
            let lines = self.typesetter.set(&label, self.small(), room);
            let area = place(&number, left + column - 3.0 - number.width, y);
            self.scene.push_text(Part::EdgeLabel, &number, area, Place::Left, Tone::Text);
            let area = place(&lines, left + column, y);
            self.scene.push_text(Part::EdgeLabel, &lines, area, Place::Left, Tone::Text);
            y += lines.height;
        }
        y
    }
}

/// The fill of a state's bars, and whether their outline is dashed, where there are `count` states; exclusive states come
/// first and stand out.
fn look(state: usize, count: usize) -> (Fill, bool) {
    let tint = |share: u8| Fill::Tint(Tone::Accent, share);
    match (state, count) {
        (0, 1) => (tint(20), false),
        (0, 2 | 3) => (tint(30), false),
        (1, 2 | 3) => (tint(9), false),
        (0, _) => (tint(36), false),
        (1, _) => (tint(21), false),
        (2, 4..) => (tint(9), false),
        (2 | 3, _) => (Fill::Page, false),
        (4, _) => (Fill::Page, true),
        _ => (tint(16), true),
    }
}
