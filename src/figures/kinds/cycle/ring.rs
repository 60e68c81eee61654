//! A ring: boxes on an ellipse, and arcs of it between them.
//!
//! Rings of several proportions are made as small as they can be: large enough that every arrow is seen, every label has a
//! place, and what stands in the centre has room.

use super::{Area, BESIDE, Drawn, EDGE, Measured, Point, Scene, Space, around, meets, overlap, wider};

/// How wide a ring is for its height, and what speaks against it.
const PROPORTIONS: [(f64, f64); 8] = [
    (1.25, 0.0),
    (1.0, 2.0),
    (1.6, 5.0),
    (2.1, 18.0),
    (2.8, 34.0),
    (0.8, 8.0),
    (0.62, 18.0),
    (0.45, 34.0),
];
/// More boxes do not look like a ring.
const MOST: usize = 10;
/// A ring has at least so many points.
const POINTS: usize = 240;
/// How long the pieces of an arc are, which its bends make round.
const PIECE: f64 = 6.0;
/// The least that is seen of an arc: a bent arrow needs more than a straight one.
const SEEN: f64 = 25.0;
/// Between boxes one above the other, at least.
const APART: f64 = 12.0;
/// Between boxes side by side, at least.
const BETWEEN: f64 = 18.0;
/// Around what stands in the centre.
const FREE: f64 = 10.0;

/// Rings that fit into a space, with what speaks against each; only such as are better than `least`.
pub(super) fn candidates(sized: &Measured, space: Space, mut least: f64) -> Vec<(f64, Scene)> {
    let count = sized.names.len();
    if count == 0 || count > MOST {
        return Vec::new();
    }
    let circle = circle(2 * count * POINTS.div_ceil(2 * count));
    let labelled = sized.labels.iter().any(|label| !label.lines.is_empty());
    let mut found = Vec::new();
    for (proportion, extra) in PROPORTIONS {
        // With a box at the top, or with two.
        for (turn, turned) in [(0, 0.0), (circle.len() / (2 * count), 3.0)] {
            // Two boxes stand side by side, or one below the other; one has no other way than up.
            if count == 1 && turn > 0 {
                continue;
            }
            for (outside, aside) in [(true, 0.0), (false, 8.0)] {
                if !outside && !labelled {
                    continue;
                }
                let ring = Ring {
                    sized,
                    circle: &circle,
                    turn,
                    outside,
                };
                let against = extra + turned + aside;
                let Some(drawn) = ring.smallest(proportion, space, least - against) else {
                    continue;
                };
                let scene = sized.scene(&drawn);
                let cost = scene.height + BREADTH * scene.width + against;
                if space.holds(&scene) && cost < least {
                    least = cost;
                    found.push((cost, scene));
                }
            }
        }
    }
    found
}

/// What a pt of width costs, where a pt of height costs one.
pub(super) const BREADTH: f64 = 0.3;

/// Points on a circle, clockwise from the top.
///
/// They come from turning a point by a small angle again and again. Its sine and cosine are sums of their series, since not
/// all machines have the same functions for them.
fn circle(count: usize) -> Vec<Point> {
    let angle = std::f64::consts::TAU / count as f64;
    let square = angle * angle;
    let sine = angle * (1.0 - square / 6.0 * (1.0 - square / 20.0 * (1.0 - square / 42.0)));
    let cosine = 1.0 - square / 2.0 * (1.0 - square / 12.0 * (1.0 - square / 30.0 * (1.0 - square / 56.0)));
    let mut points = Vec::with_capacity(count);
    let mut point = Point::new(0.0, -1.0);
    for _ in 0..count {
        points.push(point);
        point = Point::new(point.x * cosine - point.y * sine, point.x * sine + point.y * cosine);
    }
    points
}

struct Ring<'a> {
    sized: &'a Measured<'a>,
    circle: &'a [Point],
    /// By how many points it is turned back.
    turn: usize,
    /// Whether labels stand outside.
    outside: bool,
}

impl Ring<'_> {
    /// The smallest ring of a proportion on which everything has a place, unless it is sure to cost more than `most`.
    fn smallest(&self, proportion: f64, space: Space, most: f64) -> Option<Drawn> {
        let (most_x, most_y) = (
            (space.width - self.sized.width) / 2.0 - EDGE,
            (space.height - self.sized.height) / 2.0 - EDGE,
        );
        let roomy = if self.sized.names.len() > 2 { 1.6 } else { 0.9 };
        let mut radius = self.sized.height * roomy;
        // Even three boxes, of which two are at the bottom, take so much of a ring's height.
        let cost = |radius: f64| 1.5 * radius * (1.0 + BREADTH * proportion);
        while radius <= most_y && radius * proportion <= most_x && cost(radius) < most {
            if let Some(drawn) = self.place(radius * proportion, radius) {
                return Some(drawn);
            }
            radius = radius * 1.05 + 1.0;
        }
        None
    }

    /// The point of the circle at which a box stands.
    fn at(&self, step: usize) -> usize {
        let points = self.circle.len();
        step * (points / self.sized.names.len().max(1)) + points - self.turn
    }

    fn point(&self, at: usize, x: f64, y: f64) -> Point {
        let point = self.circle.get(at % self.circle.len().max(1)).copied().unwrap_or_default();
        Point::new(point.x * x, point.y * y)
    }

    fn place(&self, x: f64, y: f64) -> Option<Drawn> {
        let sized = self.sized;
        let count = sized.names.len();
        let boxes: Vec<Area> = (0..count)
            .map(|step| around(self.point(self.at(step), x, y), sized.width, sized.height))
            .collect();
        for (at, area) in boxes.iter().enumerate() {
            let near = around(area.centre(), area.width + 2.0 * BETWEEN, area.height + 2.0 * APART);
            if boxes.iter().skip(at + 1).any(|other| overlap(&near, other)) {
                return None;
            }
        }
        let mut arrows = Vec::new();
        for step in 0..count {
            arrows.push(self.arc(step, x, y, &boxes)?);
        }
        let mut drawn = Drawn {
            boxes,
            arrows,
            labels: vec![None; count],
            centre: None,
        };
        if !sized.centre.lines.is_empty() {
            // One box at the top leaves the middle of what is below it.
            let drop = if count == 1 { sized.height / 4.0 } else { 0.0 };
            let area = around(Point::new(0.0, drop), sized.centre.width, sized.centre.height);
            if !is_free(&drawn, &wider(&area, FREE)) {
                return None;
            }
            drawn.centre = Some(area);
        }
        for step in 0..count {
            if sized.labels.get(step).is_some_and(|label| !label.lines.is_empty()) {
                let area = self.label(step, &drawn)?;
                if let Some(label) = drawn.labels.get_mut(step) {
                    *label = Some(area);
                }
            }
        }
        Some(drawn)
    }

    /// The part of the ring that is seen between a box and the next; `None` if it is too short, or meets another box.
    fn arc(&self, step: usize, x: f64, y: f64, boxes: &[Area]) -> Option<Vec<Point>> {
        let count = boxes.len();
        let (from, to) = (boxes.get(step)?, boxes.get((step + 1) % count.max(1))?);
        let (start, end) = (self.at(step), self.at(step + 1));
        if count > 2 && (from.y - to.y).abs() < 1.0 {
            return bow(from, to, boxes);
        }
        let inside = |at: usize, area: &Area| contains(area, self.point(at, x, y));
        let leave = (start..=end).find(|at| !inside(*at, from))?;
        let enter = (leave..=end).rev().find(|at| !inside(*at, to))?;
        let first = crossing(self.point(leave.checked_sub(1)?, x, y), self.point(leave, x, y), from);
        let last = crossing(self.point(enter + 1, x, y), self.point(enter, x, y), to);
        let mut points = vec![first];
        let mut before = first;
        for point in (leave..enter).map(|at| self.point(at, x, y)) {
            if distance(point, before) >= PIECE && distance(point, last) > LAST {
                points.push(point);
                before = point;
            }
        }
        points.push(last);
        let length: f64 = points
            .windows(2)
            .map(|ends| match *ends {
                [a, b] => distance(a, b),
                _ => 0.0,
            })
            .sum();
        let mut others = boxes.iter().enumerate();
        let own = |at: usize| at == step || at == (step + 1) % count.max(1);
        let free = others.all(|(at, area)| own(at) || !meets(&points, &wider(area, 2.0)));
        (length >= SEEN && free).then_some(points)
    }

    /// A place for an arrow's label, beside the middle of the arrow or near to it.
    fn label(&self, step: usize, drawn: &Drawn) -> Option<Area> {
        let label = self.sized.labels.get(step)?;
        let points = drawn.arrows.get(step)?;
        for share in [0.5, 0.42, 0.58, 0.34, 0.66] {
            let (at, (dx, dy)) = along(points, share)?;
            // Across the arrow, away from the centre or towards it.
            let outwards = -dy * at.x + dx * at.y > 0.0;
            let (ux, uy) = if outwards == self.outside { (-dy, dx) } else { (dy, -dx) };
            let clear = ux.abs() * label.width / 2.0 + uy.abs() * label.height / 2.0 + BESIDE;
            for more in [0.0, 2.0, 4.0] {
                let centre = Point::new(at.x + ux * (clear + more), at.y + uy * (clear + more));
                let area = around(centre, label.width, label.height);
                if is_free(drawn, &wider(&area, 2.5)) {
                    return Some(area);
                }
            }
        }
        None
    }
}

/// The point at a share of a line's length, and the direction in which the line leads there.
fn along(points: &[Point], share: f64) -> Option<(Point, (f64, f64))> {
    let pieces = points.windows(2).filter_map(|ends| match *ends {
        [a, b] => Some((a, b, distance(a, b))),
        _ => None,
    });
    let mut rest = share * pieces.clone().map(|(.., length)| length).sum::<f64>();
    for (a, b, length) in pieces {
        if rest <= length {
            let part = rest / length.max(1e-9);
            let (dx, dy) = (b.x - a.x, b.y - a.y);
            let direction = (dx / length.max(1e-9), dy / length.max(1e-9));
            return Some((Point::new(a.x + dx * part, a.y + dy * part), direction));
        }
        rest -= length;
    }
    None
}

/// Between boxes at one height: from side to side, since the ring would only graze their corners. `None` if there is no
/// room between them.
fn bow(from: &Area, to: &Area, boxes: &[Area]) -> Option<Vec<Point>> {
    let (a, b) = if from.x < to.x {
        (Point::new(from.right(), from.centre().y), Point::new(to.x, to.centre().y))
    } else {
        (Point::new(from.x, from.centre().y), Point::new(to.right(), to.centre().y))
    };
    // The ring is around the origin: it bends upwards at the top and downwards at the bottom.
    let bend = 0.24 * (b.x - a.x).abs() * a.y.signum();
    let length = (b.x - a.x).abs();
    let steps = ((length / LAST).floor()).clamp(1.0, 8.0);
    let points: Vec<Point> = (0..=8)
        .map(f64::from)
        .filter(|step| *step <= steps)
        .map(|step| {
            let share = step / steps;
            Point::new(a.x + (b.x - a.x) * share, a.y + 2.0 * bend * share * (1.0 - share))
        })
        .collect();
    let passes = |area: &&Area| *area != from && *area != to && meets(&points, &wider(area, 2.0));
    (length >= BETWEEN && !boxes.iter().any(|area| passes(&area))).then_some(points)
}

/// An arrow's last piece is at least so long, so that its head points where it leads.
const LAST: f64 = 6.5;

/// Whether nothing stands in an area yet.
fn is_free(drawn: &Drawn, area: &Area) -> bool {
    let boxes = drawn.boxes.iter().chain(drawn.labels.iter().flatten()).chain(&drawn.centre);
    !boxes.into_iter().any(|other| overlap(area, other)) && !drawn.arrows.iter().any(|points| meets(points, area))
}

fn contains(area: &Area, point: Point) -> bool {
    area.x <= point.x && point.x <= area.right() && area.y <= point.y && point.y <= area.bottom()
}

/// Where a line from inside of an area to outside crosses its outline.
fn crossing(mut inside: Point, mut outside: Point, area: &Area) -> Point {
    for _ in 0..20 {
        let middle = Point::new((inside.x + outside.x) / 2.0, (inside.y + outside.y) / 2.0);
        if contains(area, middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    outside
}

fn distance(a: Point, b: Point) -> f64 {
    ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).sqrt()
}
