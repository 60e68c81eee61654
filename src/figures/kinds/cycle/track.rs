//! A track: boxes along the sides of a rectangle, clockwise from its top left corner, with straight arrows.
//!
//! It has room for any number of steps and labels of any length, so it is what remains where no ring fits.

use super::ring::BREADTH;
use super::{Area, BESIDE, Drawn, Measured, Point, REACH, Scene};

/// What speaks against a track of few steps: a ring shows better that all comes round again.
const UNLIKE: f64 = 150.0;
/// More are many.
const FEW: usize = 8;

/// Tracks of every number of columns, with what speaks against each.
pub(super) fn candidates(sized: &Measured) -> Vec<(f64, Scene)> {
    let count = sized.names.len();
    let unlike = if count > FEW { 0.0 } else { UNLIKE };
    let mut found = Vec::new();
    for columns in 2..=count.div_ceil(2).max(2) {
        // The fewest rows whose outline has a place for every step.
        let rows = (count + 4).saturating_sub(2 * columns).div_ceil(2).max(2);
        let scene = sized.scene(&Track::new(sized, columns, rows).drawn());
        found.push((scene.height + BREADTH * scene.width + unlike, scene));
    }
    found
}

struct Track<'a> {
    sized: &'a Measured<'a>,
    columns: usize,
    rows: usize,
    /// For each step the place on the outline, counted from the top left corner.
    places: Vec<usize>,
    /// The middle of each column and row.
    x: Vec<f64>,
    y: Vec<f64>,
}

impl<'a> Track<'a> {
    fn new(sized: &'a Measured<'a>, columns: usize, rows: usize) -> Self {
        let count = sized.names.len();
        // Two steps stand in opposite corners; of more, the last places stay empty.
        let places = if count == 2 { vec![0, 2] } else { (0..count).collect() };
        let mut track = Self {
            sized,
            columns,
            rows,
            places,
            x: Vec::new(),
            y: Vec::new(),
        };
        let widest = sized.labels.iter().map(|label| label.width).fold(0.0, f64::max);
        let highest = sized.labels.iter().map(|label| label.height).fold(0.0, f64::max);
        let used = |pick: fn((usize, usize)) -> usize, at: usize| track.places.iter().any(|place| pick(track.cell(*place)) == at);
        let sizes = |count: usize, pick: fn((usize, usize)) -> usize, size: f64| -> Vec<f64> {
            (0..count).map(|at| if used(pick, at) { size } else { 0.0 }).collect()
        };
        let (widths, heights) = (
            sizes(columns, |cell| cell.0, sized.width),
            sizes(rows, |cell| cell.1, sized.height),
        );
        let (centre_x, centre_y) = match sized.centre.lines.is_empty() {
            true => (0.0, 0.0),
            false => (sized.centre.width + 16.0, sized.centre.height + 16.0),
        };
        // Beside upright lines stand labels on both sides of the centre, above level ones they stand alone.
        let beside = if widest > 0.0 {
            2.0 * widest + 4.0 * BESIDE + 8.0
        } else {
            0.0
        };
        let above = if highest > 0.0 { 2.0 * highest + 12.0 } else { 0.0 };
        let gap_x = REACH.max(if widest > 0.0 { widest + 14.0 } else { 0.0 });
        let gap_y = REACH.max(if highest > 0.0 { highest + 8.0 } else { 0.0 });
        let inner = |sizes: &[f64]| sizes.iter().skip(1).take(sizes.len().saturating_sub(2)).sum::<f64>();
        let room_x = centre_x + beside;
        let room_y = if centre_y > 0.0 || highest > 0.0 {
            centre_y + above
        } else {
            0.0
        };
        let spread = |room: f64, inner: f64, count: usize, gap: f64| gap.max((room - inner) / (count.max(2) - 1) as f64);
        let gap_x = spread(room_x, inner(&widths), columns, gap_x);
        let gap_y = spread(room_y, inner(&heights), rows, gap_y);
        track.x = middles(&widths, gap_x);
        track.y = middles(&heights, gap_y);
        track
    }

    /// Column and row of a place on the outline.
    fn cell(&self, place: usize) -> (usize, usize) {
        let (right, bottom) = (self.columns - 1, self.rows - 1);
        let place = place % (2 * (right + bottom)).max(1);
        if place <= right {
            (place, 0)
        } else if place <= right + bottom {
            (right, place - right)
        } else if place <= 2 * right + bottom {
            (2 * right + bottom - place, bottom)
        } else {
            (0, 2 * (right + bottom) - place)
        }
    }

    fn point(&self, place: usize) -> Point {
        let (column, row) = self.cell(place);
        let at = |middles: &[f64], at: usize| middles.get(at).copied().unwrap_or_default();
        Point::new(at(&self.x, column), at(&self.y, row))
    }

    fn drawn(&self) -> Drawn {
        let sized = self.sized;
        let boxes: Vec<Area> = self
            .places
            .iter()
            .map(|place| super::around(self.point(*place), sized.width, sized.height))
            .collect();
        let outline = 2 * (self.columns + self.rows - 2);
        let mut drawn = Drawn {
            boxes,
            arrows: Vec::new(),
            labels: Vec::new(),
            centre: None,
        };
        for (step, place) in self.places.iter().enumerate() {
            let next = self.places.get(step + 1).copied().unwrap_or(outline);
            let points = self.path(*place, next);
            let label = sized.labels.get(step).filter(|label| !label.lines.is_empty());
            drawn
                .labels
                .push(label.and_then(|label| self.beside(&points, label.width, label.height)));
            drawn.arrows.push(points);
        }
        if !sized.centre.lines.is_empty() {
            let (low, high) = (self.point(0), self.point(self.columns + self.rows - 2));
            let middle = Point::new((low.x + high.x) / 2.0, (low.y + high.y) / 2.0);
            drawn.centre = Some(super::around(middle, sized.centre.width, sized.centre.height));
        }
        drawn
    }

    /// The way along the outline from a box to the next, without what the boxes hide.
    fn path(&self, from: usize, to: usize) -> Vec<Point> {
        let mut points = vec![self.point(from)];
        for place in from + 1..to {
            let (column, row) = self.cell(place);
            let corner = (column == 0 || column + 1 == self.columns) && (row == 0 || row + 1 == self.rows);
            if corner {
                points.push(self.point(place));
            }
        }
        points.push(self.point(to));
        self.shorten(&mut points);
        points.reverse();
        self.shorten(&mut points);
        points.reverse();
        points
    }

    /// Moves the first point from the middle of its box to its outline.
    fn shorten(&self, points: &mut [Point]) {
        let [first, second, ..] = points else { return };
        let (dx, dy) = (second.x - first.x, second.y - first.y);
        let (half_x, half_y) = (self.sized.width / 2.0, self.sized.height / 2.0);
        if dx.abs() > dy.abs() {
            first.x += half_x * dx.signum();
        } else {
            first.y += half_y * dy.signum();
        }
    }

    /// A place for a label at the longest piece of a line: above or below a level one, inside of an upright one.
    fn beside(&self, points: &[Point], width: f64, height: f64) -> Option<Area> {
        let length = |ends: &&[Point]| match **ends {
            [a, b] => (a.x - b.x).abs() + (a.y - b.y).abs(),
            _ => 0.0,
        };
        let longest = points.windows(2).max_by(|a, b| length(a).total_cmp(&length(b)))?;
        let [a, b] = *longest else { return None };
        let middle = Point::new((a.x + b.x) / 2.0, (a.y + b.y) / 2.0);
        let (low, high) = (self.point(0), self.point(self.columns + self.rows - 2));
        let (x, y) = if (a.x - b.x).abs() > (a.y - b.y).abs() {
            let above = middle.y < (low.y + high.y) / 2.0;
            let y = if above { middle.y - 1.5 - height } else { middle.y + 1.5 };
            (middle.x - width / 2.0, y)
        } else {
            let right = middle.x < (low.x + high.x) / 2.0;
            let x = if right { middle.x + BESIDE } else { middle.x - BESIDE - width };
            (x, middle.y - height / 2.0)
        };
        Some(Area { x, y, width, height })
    }
}

/// The middles of sizes in a row, with a gap between them.
fn middles(sizes: &[f64], gap: f64) -> Vec<f64> {
    let mut at = 0.0;
    sizes
        .iter()
        .map(|size| {
            let middle = at + size / 2.0;
            at += size + gap;
            middle
        })
        .collect()
}
