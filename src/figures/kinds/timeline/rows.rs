//! A timeline in rows: texts, their bars to scale, and the axis below.

use super::layout::{POINT, push_bar, push_point};
use super::{Event, Scale, Timeline, YEAR};
use crate::figures::Space;
use crate::figures::language::Label;
use crate::figures::layout::scale::{multiples, round_step};
use crate::figures::look::EDGE;
use crate::figures::scene::{Area, Ink, Part, Place, Point, Scene, Stroke, Tone};
use crate::figures::text::{Lines, SMALLEST, Style, Typesetter};

/// Between a text and the bars.
const COLUMN: f64 = 10.0;
/// Between rows.
const ROWS: f64 = 5.0;
/// Between a bar and its date.
const BESIDE: f64 = 4.0;
/// Inside of a bar, above and below its date.
const RISE: f64 = 2.0;
/// How long the marks of the axis are.
const TICK: f64 = 3.0;

/// Lays out a timeline in rows; `None` if it does not consist of spans at the same time, or there is no room.
pub(super) fn lay_out(timeline: &Timeline, typesetter: &Typesetter, size: f64, space: Space) -> Option<Scene> {
    let tracks = timeline.tracks();
    let parallel = tracks.iter().any(|(_, track)| *track > 1);
    if !parallel || tracks.len() * 2 < timeline.events.len() {
        return None;
    }
    let sizes = [size, (size + SMALLEST) / 2.0, SMALLEST].into_iter();
    let mut scenes = sizes.filter_map(|size| draw(timeline, typesetter, size, space.width));
    scenes.find(|scene| space.holds(scene))
}

/// The scale of a figure: where its times stand.
struct Sides {
    times: (f64, f64),
    left: f64,
    right: f64,
}

impl Sides {
    fn x(&self, time: f64) -> f64 {
        self.left + (time - self.times.0) / (self.times.1 - self.times.0) * (self.right - self.left)
    }
}

fn draw(timeline: &Timeline, typesetter: &Typesetter, size: f64, measure: f64) -> Option<Scene> {
    let body = Style::plain(size);
    let small = Style::small(size);
    let texts: Vec<Lines> = timeline
        .events
        .iter()
        .map(|event| typesetter.set(&event.text, body, measure * 0.4))
        .collect();
    let column = texts.iter().map(|text| text.width).fold(0.0, f64::max);
    if column > measure * 0.42 {
        return None;
    }
    let times = timeline.times();
    let axis = Axis::new(timeline);
    // The last number of the axis may stand under its end, with its unit behind it.
    let (number, unit) = (set(typesetter, "00", small).width, set(typesetter, &axis.suffix, small).width);
    let sides = Sides {
        times: (*times.first()?, *times.last()?),
        left: EDGE + column + COLUMN,
        right: measure - EDGE - number - unit - if unit > 0.0 { 2.0 } else { 0.0 },
    };
    let mut scene = Scene::default();
    let mut y = EDGE;
    for ((at, event), text) in timeline.events.iter().enumerate().zip(&texts) {
        let date = typesetter.set(&event.date, small, f64::INFINITY);
        let bar = date.height + 2.0 * RISE;
        let height = text.height.max(bar);
        let area = Area {
            x: EDGE,
            y: y + (height - text.height) / 2.0,
            width: text.width,
            height: text.height,
        };
        scene.push_text(Part::EdgeLabel, text, area, Place::Left, Tone::Text);
        push_event(&mut scene, (at, event), &date, &sides, (y + height / 2.0, bar), measure)?;
        y += height + ROWS;
    }
    let height = push_axis(&mut scene, &axis, typesetter, small, &sides, y)?;
    scene.width = measure;
    scene.height = y + height + EDGE;
    Some(scene)
}

/// Adds a bar or a point with its date; `None` if the date has no room.
fn push_event(
    scene: &mut Scene,
    (at, event): (usize, &Event),
    date: &Lines,
    sides: &Sides,
    (middle, height): (f64, f64),
    measure: f64,
) -> Option<()> {
    let (from, to) = match event.to {
        Some(to) => (sides.x(event.from), sides.x(to)),
        None => (sides.x(event.from) - POINT / 2.0, sides.x(event.from) + POINT / 2.0),
    };
    let area = Area {
        x: from,
        y: middle - height / 2.0,
        width: (to - from).max(2.0),
        height,
    };
    let inside = event.to.is_some() && date.width + 2.0 * BESIDE <= area.width;
    let x = if inside {
        area.centre().x - date.width / 2.0
    } else if area.right() + BESIDE + date.width <= measure - EDGE {
        area.right() + BESIDE
    } else if area.x - BESIDE - date.width >= sides.left {
        area.x - BESIDE - date.width
    } else {
        return None;
    };
    let mut part = Part::EdgeLabel;
    if event.to.is_some() {
        push_bar(scene, at, area, 20);
        if inside {
            part = Part::Node(2 * at + 1);
        }
    } else {
        push_point(scene, Part::Node(2 * at), Point::new(area.centre().x, middle));
    }
    let place = Area {
        x,
        y: middle - date.height / 2.0,
        width: date.width,
        height: date.height,
    };
    scene.push_text(part, date, place, Place::Left, Tone::Text);
    Some(())
}

/// What the axis counts.
struct Axis {
    /// In the unit of the times.
    unit: f64,
    /// The least step between marks.
    least: f64,
    /// What stands behind the last number.
    suffix: String,
}

impl Axis {
    fn new(timeline: &Timeline) -> Self {
        // Years are days to the scale, and numbers to the reader.
        let (unit, least, suffix) = match &timeline.scale {
            Scale::Calendar => (YEAR, 1.0, String::new()),
            Scale::Numbers(unit) => (1.0, 0.0, unit.clone()),
        };
        Self { unit, least, suffix }
    }
}

fn set(typesetter: &Typesetter, text: &str, style: Style) -> Lines {
    let mut label = Label::default();
    label.push(text, false);
    typesetter.set(&label, style, f64::INFINITY)
}

/// Adds the axis at `y`; gives its height.
fn push_axis(scene: &mut Scene, axis: &Axis, typesetter: &Typesetter, style: Style, sides: &Sides, y: f64) -> Option<f64> {
    let set = |text: &str| set(typesetter, text, style);
    let (unit, least) = (axis.unit, axis.least);
    let (from, to) = (sides.times.0 / unit, sides.times.1 / unit);
    let widest = set(&to.floor().to_string()).width.max(set("0000").width) + 8.0;
    let step = round_step(((to - from) * widest / (sides.right - sides.left)).max(least));
    let marks = multiples(step, from, to);
    if marks.len() < 2 {
        return None;
    }
    let mut line = |points: Vec<Point>| {
        let stroke = Stroke {
            width: 0.5,
            ..Stroke::LINE
        };
        scene.push(
            Part::Mark,
            Ink::Line {
                points,
                radius: 0.0,
                stroke,
            },
        );
    };
    line(vec![Point::new(sides.left, y), Point::new(sides.right, y)]);
    for mark in &marks {
        let x = sides.x(mark * unit);
        line(vec![Point::new(x, y), Point::new(x, y + TICK)]);
    }
    let height = Typesetter::height(1, style);
    for mark in &marks {
        let number = set(&mark.to_string());
        let x = sides.x(mark * unit) - number.width / 2.0;
        let whole = set(&format!("{mark} {}", axis.suffix));
        let lines = if Some(mark) == marks.last() { whole } else { number };
        let area = Area {
            x,
            y: y + TICK + 0.5,
            width: lines.width,
            height,
        };
        scene.push_text(Part::EdgeLabel, &lines, area, Place::Left, Tone::Text);
    }
    Some(TICK + 0.5 + height)
}
