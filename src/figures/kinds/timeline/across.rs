//! A timeline across the page: labels like flags at poles, on both sides of the axis.

use super::Timeline;
use super::layout::{POINT, Stretch, push_bar, push_point, push_stretch};
use crate::figures::Space;
use crate::figures::look::EDGE;
use crate::figures::scene::{Area, Ink, Part, Place, Point, Scene, Stroke, Tone};
use crate::figures::text::{Lines, Style, Typesetter};
use std::cmp::Ordering;

/// A narrower page has an axis down the page.
const NARROWEST: f64 = 300.0;
/// More events stand better down the page.
const MOST: usize = 9;
/// A text of more lines stands better down the page.
const LINES: usize = 3;
/// Two points on the axis stand at least so far apart.
const APART: f64 = 9.0;
/// How long a stretch of the axis is that was cut short.
const CUT: f64 = 34.0;
/// The height of a bar on the axis.
const BAR: f64 = 9.0;
/// Between a pole and its label.
const BESIDE: f64 = 3.5;
/// Between labels.
const CLEAR: f64 = 7.0;
/// From the axis to the nearest label.
const NEAR: f64 = 9.0;
/// Between the levels of labels.
const LEVEL: f64 = 5.0;
/// Labels stand on so many levels at most, on each side.
const LEVELS: usize = 2;

/// A label at its pole.
struct Flag {
    event: usize,
    below: bool,
    /// The x of the pole.
    pole: f64,
    /// Where its label begins and ends across the page.
    sides: (f64, f64),
    level: usize,
    date: Lines,
    text: Lines,
}

impl Flag {
    fn height(&self) -> f64 {
        self.date.height + self.text.height
    }
}

/// Lays out a timeline across the page, to scale; `None` if labels are too long, too many or too close for that.
pub(super) fn lay_out(timeline: &Timeline, typesetter: &Typesetter, size: f64, space: Space) -> Option<Scene> {
    let times = timeline.times();
    let tracks = timeline.tracks();
    let one_each = timeline
        .events
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a.from != b.from));
    let simple = timeline.events.len() <= MOST && one_each && tracks.iter().all(|(_, track)| *track == 0);
    if !simple || space.width < NARROWEST {
        return None;
    }
    let (places, stretches) = places(&times, space.width)?;
    let wraps = [110.0, 88.0, 70.0, 58.0];
    let tries = wraps.into_iter().filter_map(|wrap| {
        let flags = flags(timeline, typesetter, size, wrap, &times, &places, space.width)?;
        let levels = flags.iter().map(|flag| flag.level).sum::<usize>();
        Some((levels, flags))
    });
    let (_, flags) = tries.min_by_key(|(levels, _)| *levels)?;
    let scene = draw(timeline, &flags, &times, &places, &stretches, space.width)?;
    space.holds(&scene).then_some(scene)
}

/// The x of all times and what the axis is like between them: to scale, if need be without the longest stretch.
fn places(times: &[f64], measure: f64) -> Option<(Vec<f64>, Vec<Stretch>)> {
    let (from, to) = (EDGE + POINT / 2.0, measure - EDGE - POINT / 2.0);
    let spans: Vec<f64> = times
        .windows(2)
        .map(|pair| pair.iter().rev().copied().reduce(|a, b| a - b).unwrap_or_default())
        .collect();
    let total: f64 = spans.iter().sum();
    let longest = spans.iter().copied().fold(0.0, f64::max);
    let least = spans.iter().copied().fold(f64::MAX, f64::min);
    let whole = (to - from) / total.max(1e-9);
    let cut = (to - from - CUT) / (total - longest).max(1e-9);
    let (scale, cuts) = if least * whole >= APART {
        (whole, false)
    } else if least * cut >= APART && longest * cut >= 2.0 * CUT && spans.len() > 2 {
        (cut, true)
    } else {
        return None;
    };
    let (mut x, mut places, mut stretches, mut left) = (from, vec![from], Vec::new(), cuts);
    for span in spans {
        let cut = left && span == longest;
        left &= !cut;
        x += if cut { CUT } else { span * scale };
        places.push(x);
        stretches.push(if cut { Stretch::Cut } else { Stretch::Whole });
    }
    Some((places, stretches))
}

fn flags(
    timeline: &Timeline,
    typesetter: &Typesetter,
    size: f64,
    wrap: f64,
    times: &[f64],
    places: &[f64],
    measure: f64,
) -> Option<Vec<Flag>> {
    let body = Style::plain(size);
    let strong = Style::strong(size);
    let place = |time: f64| {
        times
            .iter()
            .position(|known| *known == time)
            .and_then(|at| places.get(at))
            .copied()
    };
    let spans = timeline.events.iter().any(|event| event.to.is_some());
    let mut found: Vec<Flag> = Vec::new();
    // From the right: a label reaches to the right, so the one before it may have to stand on a higher level.
    for (at, event) in timeline.events.iter().enumerate().rev() {
        let date = typesetter.set(&event.date, strong, f64::INFINITY);
        let text = typesetter.set(&event.text, body, wrap.max(date.width));
        if text.lines.len() > LINES || text.width > wrap.max(date.width) {
            return None;
        }
        let width = date.width.max(text.width);
        let from = place(event.from)?;
        let pole = match event.to {
            Some(to) => (from + place(to)?) / 2.0,
            None => from,
        };
        let mut flag = Flag {
            event: at,
            below: if spans { event.to.is_some() } else { at % 2 == 1 },
            pole,
            sides: (pole + BESIDE, pole + BESIDE + width),
            level: 0,
            date,
            text,
        };
        if flag.sides.1 > measure - EDGE {
            flag.sides = (pole - BESIDE - width, pole - BESIDE);
        }
        flag.level = free_level(&flag, &found)?;
        if flag.sides.0 < EDGE {
            return None;
        }
        found.push(flag);
    }
    Some(found)
}

/// The nearest level on which a label meets no other, no pole passes another's label and none passes it.
fn free_level(flag: &Flag, found: &[Flag]) -> Option<usize> {
    let under = |pole: f64, sides: (f64, f64)| sides.0 - BESIDE < pole && pole < sides.1 + BESIDE;
    let reach = |flag: &Flag| (flag.sides.0.min(flag.pole), flag.sides.1.max(flag.pole));
    (0..LEVELS).find(|level| {
        let mut others = found.iter().filter(|other| other.below == flag.below);
        others.all(|other| match level.cmp(&other.level) {
            Ordering::Equal => reach(flag).1 + CLEAR <= reach(other).0 || reach(other).1 + CLEAR <= reach(flag).0,
            Ordering::Greater => !under(flag.pole, other.sides),
            Ordering::Less => !under(other.pole, flag.sides),
        })
    })
}

fn draw(timeline: &Timeline, flags: &[Flag], times: &[f64], places: &[f64], stretches: &[Stretch], measure: f64) -> Option<Scene> {
    let side = |below: bool| {
        let flags = flags.iter().filter(move |flag| flag.below == below);
        let height = flags.clone().map(Flag::height).fold(0.0, f64::max);
        let levels = flags.map(|flag| flag.level + 1).max().unwrap_or(0);
        (height, NEAR + levels as f64 * (height + LEVEL) - LEVEL)
    };
    let ((high, above), (low, below)) = (side(false), side(true));
    let reach = |height: f64, extent: f64| if height > 0.0 { extent } else { BAR };
    let axis = EDGE + reach(high, above);
    let mut scene = Scene {
        width: measure,
        height: axis + reach(low, below) + EDGE,
        ..Scene::default()
    };
    for (pair, stretch) in places.windows(2).zip(stretches) {
        if let [from, to] = *pair {
            push_stretch(&mut scene, Point::new(from, axis), Point::new(to, axis), *stretch);
        }
    }
    let place = |time: f64| {
        let at = times.iter().position(|known| *known == time).unwrap_or_default();
        places.get(at).copied().unwrap_or_default()
    };
    // Bars stand on the axis, and points may stand on bars.
    let mut bars: Vec<(usize, Area)> = Vec::new();
    for (at, event) in timeline.events.iter().enumerate() {
        let Some(to) = event.to else { continue };
        let area = Area {
            x: place(event.from),
            y: axis - BAR / 2.0,
            width: place(to) - place(event.from),
            height: BAR,
        };
        push_bar(&mut scene, at, area, 30);
        bars.push((at, area));
    }
    for flag in flags {
        push_flag(&mut scene, flag, axis, if flag.below { low } else { high });
        if timeline.events.get(flag.event).is_some_and(|event| event.to.is_none()) {
            let mut near = bars
                .iter()
                .filter(|(_, bar)| bar.x < flag.pole + POINT && flag.pole - POINT < bar.right());
            let part = match near.next() {
                None => Part::Node(2 * flag.event),
                Some((bar, area)) if area.x + POINT < flag.pole && flag.pole + POINT < area.right() => Part::Slot {
                    node: 2 * flag.event,
                    within: 2 * bar + 1,
                },
                // A point on the end of a bar would be hard to see.
                Some(_) => return None,
            };
            push_point(&mut scene, part, Point::new(flag.pole, axis));
        }
    }
    Some(scene)
}

/// Adds a pole and its label; `height` is what labels of this side have.
fn push_flag(scene: &mut Scene, flag: &Flag, axis: f64, height: f64) {
    let far = NEAR + flag.level as f64 * (height + LEVEL);
    let top = if flag.below { axis + far } else { axis - far - flag.height() };
    let (start, end) = match flag.below {
        true => (axis + BAR / 2.0, top + flag.height() - 1.0),
        false => (axis - POINT / 2.0, top + 1.0),
    };
    let pole = Ink::Line {
        points: vec![Point::new(flag.pole, start), Point::new(flag.pole, end)],
        radius: 0.0,
        stroke: Stroke {
            width: 0.5,
            ..Stroke::LINE
        },
    };
    scene.push(Part::Mark, pole);
    // Labels stand at their pole, on whichever side.
    let (x, place) = if flag.sides.1 < flag.pole {
        (flag.sides.1, Place::Right)
    } else {
        (flag.sides.0, Place::Left)
    };
    scene.push_text_at(Part::EdgeLabel, &flag.date, (x, top), place, Tone::Text);
    scene.push_text_at(Part::EdgeLabel, &flag.text, (x, top + flag.date.height), place, Tone::Text);
}
