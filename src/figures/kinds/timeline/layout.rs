//! A timeline down the page: dates, the axis, bars beside it, texts.

use super::{Timeline, across, rows};
use crate::figures::Space;
use crate::figures::kinds::Laid;
use crate::figures::look::EDGE;
use crate::figures::scene::{Area, Fill, Ink, Part, Place, Point, Scene, Stroke, Tone};
use crate::figures::text::{Lines, SMALLEST, Style, Typesetter};

/// The width of a point on the axis, and of a bar.
pub(super) const POINT: f64 = 5.0;
/// Between a date and the axis, and between the axis and a text.
const COLUMN: f64 = 9.0;
/// From a track of bars to the next.
const TRACK: f64 = 9.0;
/// Between the texts of two dates, where there is room and where there is not.
const ROWS: (f64, f64) = (6.0, 3.0);
/// No text is set in longer lines.
const WIDEST: f64 = 230.0;
/// How long a stretch of the axis is that was cut short.
const CUT: f64 = 30.0;
/// Between the ends of bars.
const ENDS: f64 = 5.0;

/// What one layout does to come to the page.
#[derive(Debug, Clone, Copy)]
struct Plan {
    size: f64,
    /// Dates are broken at this width.
    dates: f64,
    rows: f64,
    space: Space,
}

impl Timeline {
    /// Tries the axis across the page if labels are short, else down the page, to scale if that is readable.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        let size = size.max(SMALLEST);
        if let Some(scene) = across::lay_out(self, typesetter, size, space) {
            return Laid { scene, dense: false };
        }
        if let Some(scene) = rows::lay_out(self, typesetter, size, space) {
            return Laid { scene, dense: false };
        }
        let mut tightest: Option<(f64, Scene)> = None;
        for size in [size, (size + SMALLEST) / 2.0, SMALLEST] {
            for (dates, rows) in [
                (f64::INFINITY, ROWS.0),
                (50.0, ROWS.0),
                (f64::INFINITY, ROWS.1),
                (50.0, ROWS.1),
            ] {
                let plan = Plan {
                    size,
                    dates,
                    rows,
                    space,
                };
                let column = Column::new(self, typesetter, plan);
                // Dates in one line are worth a wide column only as long as the texts keep the larger part of the page.
                if dates.is_infinite() && column.text > space.width * 0.42 {
                    continue;
                }
                let scene = column.scene();
                if space.holds(&scene) {
                    return Laid { scene, dense: false };
                }
                let factor = space.factor(&scene) * size;
                if tightest.as_ref().is_none_or(|(most, _)| factor > *most) {
                    tightest = Some((factor, scene));
                }
            }
        }
        Laid {
            scene: tightest.map(|(_, scene)| scene).unwrap_or_default(),
            dense: true,
        }
    }
}

/// What the axis is like between two times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch {
    /// To scale.
    Whole,
    /// Shorter than its time.
    Cut,
    /// Not to scale, like all others.
    Even,
}

/// A timeline down the page, with its labels set.
struct Column<'a> {
    timeline: &'a Timeline,
    plan: Plan,
    dates: Vec<Lines>,
    texts: Vec<Lines>,
    times: Vec<f64>,
    /// The track of each bar.
    tracks: Vec<(usize, usize)>,
    /// The height of a line of text.
    line: f64,
    /// The x of the axis.
    axis: f64,
    /// The x of the texts.
    text: f64,
}

impl<'a> Column<'a> {
    fn new(timeline: &'a Timeline, typesetter: &Typesetter, plan: Plan) -> Self {
        let body = Style::plain(plan.size);
        let strong = Style::strong(plan.size);
        let dates: Vec<Lines> = timeline
            .events
            .iter()
            .map(|event| typesetter.set(&event.date, strong, plan.dates))
            .collect();
        let tracks = timeline.tracks();
        let count = tracks.iter().map(|(_, track)| track + 1).max().unwrap_or(0);
        let axis = EDGE + dates.iter().map(|date| date.width).fold(0.0, f64::max) + COLUMN;
        let text = axis + COLUMN + count as f64 * TRACK;
        let room = (plan.space.width - EDGE - text).clamp(40.0, WIDEST);
        let texts = timeline
            .events
            .iter()
            .map(|event| typesetter.set(&event.text, body, room))
            .collect();
        Self {
            timeline,
            plan,
            dates,
            texts,
            times: timeline.times(),
            tracks,
            line: Typesetter::height(1, body),
            axis,
            text,
        }
    }

    /// The events of a time, those that are in its first row first.
    fn events(&self, time: f64) -> impl Iterator<Item = usize> + '_ {
        let all = self.timeline.events.iter().enumerate();
        all.filter(move |(_, event)| event.from == time).map(|(at, _)| at)
    }

    /// The height of an event's labels.
    fn height(&self, event: usize) -> f64 {
        let height = |lines: Option<&Lines>| lines.map_or(0.0, |lines| lines.height);
        height(self.dates.get(event)).max(height(self.texts.get(event)))
    }

    /// For each stretch between two times, the least length that leaves room for labels.
    fn least(&self) -> Vec<f64> {
        let mut least = vec![ENDS; self.times.len().saturating_sub(1)];
        let mut begin: Option<(usize, f64)> = None;
        for (at, time) in self.times.iter().enumerate() {
            let heights: Vec<f64> = self.events(*time).map(|event| self.height(event) + self.plan.rows).collect();
            if heights.is_empty() {
                continue;
            }
            if let Some((before, height)) = begin {
                // Times at which bars end stand between the two, and share the length.
                let between = least.get_mut(before..at).unwrap_or_default();
                let share = height / between.len().max(1) as f64;
                between.iter_mut().for_each(|length| *length = length.max(share));
            }
            begin = Some((at, heights.iter().sum()));
        }
        least
    }

    /// The stretches of the axis: how long each is, and whether that is to scale.
    fn stretches(&self) -> Vec<(f64, Stretch)> {
        let least = self.least();
        let even: Vec<(f64, Stretch)> = least.iter().map(|length| (length.max(ENDS + 3.0), Stretch::Even)).collect();
        let spans = self.times.windows(2).map(|pair| match pair {
            [from, to] => to - from,
            _ => 0.0,
        });
        let spans: Vec<f64> = spans.collect();
        let total: f64 = even.iter().map(|(length, _)| length).sum();
        let most = self.plan.space.height - 2.0 * EDGE - self.overhang();
        // A scale may make a figure much higher than a list, but not one that is cut all the same.
        let room = |factor: f64| most.min(factor * total + 15.0);
        scaled(&spans, &least, (room(2.6).min(most * 0.6), room(1.6)), CUT).unwrap_or(even)
    }

    /// What stands above the first point and below the last.
    fn overhang(&self) -> f64 {
        let last = self.times.last().copied().unwrap_or_default();
        let below: f64 = self.events(last).map(|event| self.height(event) + self.plan.rows).sum();
        self.line / 2.0 + (below - self.plan.rows - self.line / 2.0).max(POINT / 2.0)
    }

    fn scene(&self) -> Scene {
        let stretches = self.stretches();
        let mut y = EDGE + self.line / 2.0;
        let mut places = vec![y];
        for (length, _) in &stretches {
            y += length;
            places.push(y);
        }
        let mut scene = Scene::default();
        self.push_axis(&mut scene, &places, &stretches);
        let place = |time: f64| {
            let at = self.times.iter().position(|known| *known == time).unwrap_or_default();
            places.get(at).copied().unwrap_or_default()
        };
        for (event, track) in &self.tracks {
            let Some(span) = self.timeline.events.get(*event) else {
                continue;
            };
            let (top, bottom) = (place(span.from), place(span.to.unwrap_or(span.from)));
            let area = Area {
                x: self.axis + (*track as f64 + 1.0) * TRACK - POINT / 2.0,
                y: top + 0.6,
                width: POINT,
                height: bottom - top - 1.2,
            };
            push_bar(&mut scene, *event, area, 30);
        }
        let mut bottom = places.last().copied().unwrap_or_default() + POINT / 2.0;
        for time in &self.times {
            let mut top = place(*time) - self.line / 2.0;
            for (row, event) in self.events(*time).enumerate() {
                if row == 0 {
                    push_point(&mut scene, Part::Node(2 * event), Point::new(self.axis, place(*time)));
                }
                self.push_labels(&mut scene, event, top);
                top += self.height(event) + self.plan.rows;
                bottom = bottom.max(top - self.plan.rows);
            }
        }
        let widest = self.texts.iter().map(|text| text.width).fold(0.0, f64::max);
        scene.width = self.text + widest + EDGE;
        scene.height = bottom + EDGE;
        scene
    }

    fn push_labels(&self, scene: &mut Scene, event: usize, top: f64) {
        let (Some(date), Some(text)) = (self.dates.get(event), self.texts.get(event)) else {
            return;
        };
        scene.push_text_at(Part::EdgeLabel, date, (self.axis - COLUMN, top), Place::Right, Tone::Text);
        scene.push_text_at(Part::EdgeLabel, text, (self.text, top), Place::Left, Tone::Text);
    }

    fn push_axis(&self, scene: &mut Scene, places: &[f64], stretches: &[(f64, Stretch)]) {
        for (pair, (_, stretch)) in places.windows(2).zip(stretches) {
            let [from, to] = *pair else { continue };
            let ends = (Point::new(self.axis, from), Point::new(self.axis, to));
            push_stretch(scene, ends.0, ends.1, *stretch);
        }
    }
}

/// The lengths of stretches of time that are to scale within a room, or within another one with a few long ones cut short;
/// `None` if that would hide what it should show.
fn scaled(spans: &[f64], least: &[f64], (whole, room): (f64, f64), cut: f64) -> Option<Vec<(f64, Stretch)>> {
    // The scale is the smallest at which each label has room.
    let scale = spans
        .iter()
        .zip(least)
        .map(|(span, least)| least / span.max(1e-9))
        .fold(0.0, f64::max);
    let total: f64 = spans.iter().map(|span| span * scale).sum();
    if total <= whole {
        return Some(spans.iter().map(|span| (span * scale, Stretch::Whole)).collect());
    }
    // The longest are cut first, and only as many as must be.
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by(|a, b| spans.get(*b).unwrap_or(&0.0).total_cmp(spans.get(*a).unwrap_or(&0.0)));
    let mut stretches: Vec<(f64, Stretch)> = spans.iter().map(|span| (span * scale, Stretch::Whole)).collect();
    let most = (spans.len() / 4).max(1);
    for longest in order.into_iter().take(most) {
        let short = least.get(longest).copied().unwrap_or_default().max(cut);
        let stretch = stretches.get_mut(longest)?;
        // What is cut to a third or more of its length needs no cut.
        if short * 3.0 > stretch.0 {
            return None;
        }
        *stretch = (short, Stretch::Cut);
        let total: f64 = stretches.iter().map(|(length, _)| length).sum();
        let longest_whole = stretches
            .iter()
            .filter(|(_, kind)| *kind == Stretch::Whole)
            .map(|(length, _)| *length)
            .fold(0.0, f64::max);
        // A stretch that was cut is not shorter than one that was not.
        if total <= room {
            let stretches = stretches.into_iter();
            let grown = stretches.map(|(length, kind)| match kind {
                Stretch::Cut => (length.max(longest_whole.min(length + room - total)), kind),
                _ => (length, kind),
            });
            let grown: Vec<(f64, Stretch)> = grown.collect();
            let total: f64 = grown.iter().map(|(length, _)| length).sum();
            return (total <= room + 0.01).then_some(grown);
        }
    }
    None
}

/// Adds a part of the axis.
pub(super) fn push_stretch(scene: &mut Scene, from: Point, to: Point, stretch: Stretch) {
    let stroke = Stroke {
        dashed: stretch == Stretch::Even,
        ..Stroke::LINE
    };
    let mut line = |from: Point, to: Point, stroke: Stroke| {
        let ink = Ink::Line {
            points: vec![from, to],
            radius: 0.0,
            stroke,
        };
        scene.push(Part::Mark, ink);
    };
    if stretch != Stretch::Cut {
        return line(from, to, stroke);
    }
    let middle = Point::new((from.x + to.x) / 2.0, (from.y + to.y) / 2.0);
    let down = from.x == to.x;
    let at = |along: f64, aside: f64| match down {
        true => Point::new(middle.x + aside, middle.y + along),
        false => Point::new(middle.x + along, middle.y + aside),
    };
    line(from, at(-1.75, 0.0), stroke);
    line(at(1.75, 0.0), to, stroke);
    // Two strokes across the axis, with nothing between them.
    for side in [-1.75, 1.75] {
        line(at(side + 1.5, -3.5), at(side - 1.5, 3.5), stroke);
    }
}

/// Adds the point of an event on the axis.
pub(super) fn push_point(scene: &mut Scene, part: Part, centre: Point) {
    let area = Area {
        x: centre.x - POINT / 2.0,
        y: centre.y - POINT / 2.0,
        width: POINT,
        height: POINT,
    };
    let ink = Ink::Box {
        area,
        radius: POINT / 2.0,
        fill: Fill::Solid(Tone::Accent),
        stroke: None,
    };
    scene.push(part, ink);
}

/// Adds the bar of a span in a tint.
pub(super) fn push_bar(scene: &mut Scene, event: usize, area: Area, share: u8) {
    let ink = Ink::Box {
        area,
        radius: POINT / 2.0,
        fill: Fill::Tint(Tone::Accent, share),
        stroke: Some(Stroke {
            width: 0.5,
            ..Stroke::LINE
        }),
    };
    scene.push(Part::Node(2 * event + 1), ink);
}
