//! A scene: plain shapes with nothing left to decide. All measures are in pt; y grows downwards.

use super::look::{BEND, CORNER, HEAD_HALF, HEAD_LENGTH};
use super::text::{Lines, SetLine};

/// What a figure is drawn from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scene {
    /// The width in pt.
    pub width: f64,
    /// The height in pt.
    pub height: f64,
    /// From back to front.
    pub(crate) shapes: Vec<Shape>,
}

/// A shape, and what it is part of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// What it belongs to.
    pub(crate) part: Part,
    /// What is drawn.
    pub(crate) ink: Ink,
}

/// What a shape belongs to; numbers are the kind's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A box, or the text in it.
    Node(usize),
    /// A box that stands in another box, or the text in it. Nodes and slots are numbered in one row.
    Slot {
        /// Its own number.
        node: usize,
        /// The number of the box around it, a node or a slot.
        within: usize,
    },
    /// A frame around nodes, or its name.
    Group(usize),
    /// A line between two nodes.
    Edge {
        /// Where it begins.
        from: usize,
        /// Where it ends.
        to: usize,
    },
    /// The text at a line.
    EdgeLabel,
    /// All else.
    Mark,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ink {
    /// A rectangle.
    Box {
        /// Where.
        area: Area,
        /// The radius of its corners.
        radius: f64,
        /// Its inside.
        fill: Fill,
        /// Its outline.
        stroke: Option<Stroke>,
    },
    /// A polygon with sharp corners: an arrowhead, a decision.
    Polygon {
        /// Its corners.
        points: Vec<Point>,
        /// Its inside.
        fill: Fill,
        /// Its outline.
        stroke: Option<Stroke>,
    },
    /// A line through points; its bends are rounded.
    Line {
        /// At least two points.
        points: Vec<Point>,
        /// The radius of its bends.
        radius: f64,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// A line of text.
    Text {
        /// The left end of the baseline.
        at: Point,
        /// What is written.
        line: SetLine,
        /// Whether it is centred, should its font be replaced.
        centred: bool,
        /// Its colour.
        tone: Tone,
    },
}

/// A place.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Point {
    /// From the left.
    pub(crate) x: f64,
    /// From the top.
    pub(crate) y: f64,
}

impl Point {
    /// The point at `x`, `y`.
    pub(crate) fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Area {
    /// Its left side.
    pub(crate) x: f64,
    /// Its top.
    pub(crate) y: f64,
    /// How wide it is.
    pub(crate) width: f64,
    /// How high it is.
    pub(crate) height: f64,
}

impl Area {
    /// The x of its right side.
    pub(crate) fn right(&self) -> f64 {
        self.x + self.width
    }

    /// The y of its bottom.
    pub(crate) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// The point in its middle.
    pub(crate) fn centre(&self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

/// The inside of a shape. Tints are the share of colour on the page, in hundredths; at most 36, so that text stays legible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fill {
    /// The page's own colour; on screen nothing.
    Page,
    /// The colour of lines, solid.
    Solid(Tone),
    /// A tint.
    Tint(Tone, u8),
}

/// A colour by its use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Text.
    Text,
    /// Lines, and text of less weight.
    Muted,
    /// The theme's accent.
    Accent,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stroke {
    /// In pt.
    pub(crate) width: f64,
    /// Its colour.
    pub(crate) tone: Tone,
    /// Whether it is dashed.
    pub(crate) dashed: bool,
}

impl Stroke {
    /// The usual line.
    pub(crate) const LINE: Self = Self {
        width: 0.75,
        tone: Tone::Muted,
        dashed: false,
    };
}

/// Where text stands within an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Lines begin at the left side.
    Left,
    /// Lines are centred.
    Centre,
    /// Lines end at the right side.
    Right,
}

impl Ink {
    /// A slot: what stands in a box, drawn with a thinner line.
    pub(crate) fn slot(area: Area) -> Self {
        Self::Box {
            area,
            radius: CORNER - 1.0,
            fill: Fill::Page,
            stroke: Some(Stroke {
                width: 0.5,
                ..Stroke::LINE
            }),
        }
    }
}

impl Scene {
    /// Adds a shape in front of all others.
    pub(crate) fn push(&mut self, part: Part, ink: Ink) {
        self.shapes.push(Shape { part, ink });
    }

    /// Adds the lines of a label, in the middle of the area's height.
    pub(crate) fn push_text(&mut self, part: Part, lines: &Lines, area: Area, place: Place, tone: Tone) {
        let top = area.y + (area.height - lines.height) / 2.0;
        for line in &lines.lines {
            let x = match place {
                Place::Left => area.x,
                Place::Centre => area.x + (area.width - line.width) / 2.0,
                Place::Right => area.right() - line.width,
            };
            self.push(
                part,
                Ink::Text {
                    at: Point::new(x, top + line.baseline),
                    line: line.clone(),
                    centred: place == Place::Centre,
                    tone,
                },
            );
        }
    }

    /// Adds the lines of a label whose top is at `y` and whose left end, middle or right end is at `x`.
    pub(crate) fn push_text_at(&mut self, part: Part, lines: &Lines, (x, y): (f64, f64), place: Place, tone: Tone) {
        let area = Area {
            x,
            y,
            width: 0.0,
            height: lines.height,
        };
        self.push_text(part, lines, area, place, tone);
    }

    /// Adds a line with an arrowhead at its end.
    pub(crate) fn push_arrow(&mut self, part: Part, points: Vec<Point>, stroke: Stroke) {
        self.push_line(part, points, stroke, Head::None, Head::Solid);
    }

    /// Adds a line with what stands at its beginning and at its end.
    pub(crate) fn push_line(&mut self, part: Part, mut points: Vec<Point>, stroke: Stroke, tail: Head, head: Head) {
        if points.len() < 2 {
            return;
        }
        points.reverse();
        let tail = draw_head(&mut points, tail, stroke);
        points.reverse();
        let head = draw_head(&mut points, head, stroke);
        let line = Ink::Line {
            points,
            radius: BEND,
            stroke,
        };
        self.push(part, line);
        for ink in tail.into_iter().chain(head).flatten() {
            self.push(part, ink);
        }
    }

    /// Makes everything smaller or larger.
    pub(crate) fn scale(&mut self, factor: f64) {
        self.width *= factor;
        self.height *= factor;
        self.transform(factor, 0.0, 0.0);
    }

    /// Moves everything.
    pub(crate) fn shift(&mut self, x: f64, y: f64) {
        self.transform(1.0, x, y);
    }

    fn transform(&mut self, factor: f64, x: f64, y: f64) {
        let moved = |point: &mut Point| *point = Point::new(point.x * factor + x, point.y * factor + y);
        let stroked = |stroke: &mut Stroke| stroke.width *= factor;
        for shape in &mut self.shapes {
            match &mut shape.ink {
                Ink::Box {
                    area, radius, stroke, ..
                } => {
                    *area = Area {
                        x: area.x * factor + x,
                        y: area.y * factor + y,
                        width: area.width * factor,
                        height: area.height * factor,
                    };
                    *radius *= factor;
                    stroke.iter_mut().for_each(stroked);
                }
                Ink::Polygon { points, stroke, .. } => {
                    points.iter_mut().for_each(moved);
                    stroke.iter_mut().for_each(stroked);
                }
                Ink::Line { points, radius, stroke } => {
                    points.iter_mut().for_each(moved);
                    *radius *= factor;
                    stroked(stroke);
                }
                Ink::Text { at, line, .. } => {
                    moved(at);
                    line.width *= factor;
                    for span in &mut line.spans {
                        span.x *= factor;
                        span.width *= factor;
                        span.size *= factor;
                    }
                }
            }
        }
    }
}

/// Draws what stands at the end of a line, and takes the line back to where that begins. `None` for a line that ends where
/// it begins.
fn draw_head(points: &mut [Point], head: Head, stroke: Stroke) -> Option<Vec<Ink>> {
    let [.., before, tip] = points else { return None };
    let (dx, dy) = (tip.x - before.x, tip.y - before.y);
    let length = (dx * dx + dy * dy).sqrt();
    if length <= 0.0 {
        return None;
    }
    let (ux, uy) = (dx / length, dy / length);
    let end = *tip;
    // A point behind the tip, and beside the line.
    let at = |back: f64, side: f64| Point::new(end.x - ux * back - uy * side, end.y - uy * back + ux * side);
    let whole = Stroke { dashed: false, ..stroke };
    let line = |points: Vec<Point>| Ink::Line {
        points,
        radius: 0.0,
        stroke: whole,
    };
    let closed = |points: Vec<Point>, fill: Fill| Ink::Polygon {
        points,
        fill,
        stroke: (fill == Fill::Page).then_some(whole),
    };
    let (long, half) = (HEAD_LENGTH.min(length), HEAD_HALF);
    let (inks, back) = match head {
        Head::None => (Vec::new(), 0.0),
        // The line ends a little inside of the head, so that no gap shows and the tip stays sharp.
        Head::Solid => (
            vec![closed(vec![end, at(long, half), at(long, -half)], Fill::Solid(stroke.tone))],
            long * 0.8,
        ),
        Head::Open => (vec![line(vec![at(long, half), end, at(long, -half)])], 0.0),
        Head::Hollow => {
            let (long, half) = ((HEAD_LENGTH * 1.3).min(length), HEAD_HALF * 1.5);
            (vec![closed(vec![end, at(long, half), at(long, -half)], Fill::Page)], long)
        }
        Head::Diamond(fill) => {
            let (long, half) = ((HEAD_LENGTH * 1.7).min(length), HEAD_HALF * 1.1);
            let corners = vec![end, at(long / 2.0, half), at(long, 0.0), at(long / 2.0, -half)];
            (vec![closed(corners, fill)], long)
        }
        Head::Cross => {
            let (long, half) = (HEAD_LENGTH.min(length), HEAD_LENGTH / 2.0);
            let strokes = [[at(0.0, half), at(long, -half)], [at(0.0, -half), at(long, half)]];
            (strokes.map(|ends| line(ends.to_vec())).into(), long / 2.0)
        }
        Head::Circle => {
            let (long, centre) = (HEAD_LENGTH.min(length), at(HEAD_LENGTH.min(length) / 2.0, 0.0));
            let area = Area {
                x: centre.x - long / 2.0,
                y: centre.y - long / 2.0,
                width: long,
                height: long,
            };
            let (radius, fill) = (long / 2.0, Fill::Page);
            let stroke = Some(whole);
            (
                vec![Ink::Box {
                    area,
                    radius,
                    fill,
                    stroke,
                }],
                long,
            )
        }
    };
    *tip = at(back, 0.0);
    Some(inks)
}

/// What stands at the end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// Nothing.
    None,
    /// A filled arrowhead.
    Solid,
    /// Two strokes.
    Open,
    /// An empty triangle: inheritance.
    Hollow,
    /// A rhomb, filled or of the page's colour: a whole and its parts.
    Diamond(Fill),
    /// Two strokes across the line: what does not arrive.
    Cross,
    /// A circle.
    Circle,
}
