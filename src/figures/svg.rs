//! A scene as SVG: once in the colours of the page, once in the colour of the text around it.
//!
//! Print names concrete families and opaque colours, since Typst replaces an unknown family without a word. On screen
//! everything is `currentColor`, tints by `fill-opacity`: the one form that light, dark and night themes all leave
//! readable. Arrowheads are paths, not markers; ids are unique through a prefix; no script, no style sheet, no reference.

use super::Drawing;
pub use super::outlines::Outlines;
use super::scene::{Area, Fill, Ink, Point, Scene, Stroke, Tone};
use super::text::{SetLine, SetSpan};
use crate::theme::{Colour, Pair, Theme};
use crate::xml::Escaped;
use std::fmt::Write;

/// The darkest tint that letters of the same colour can stand on, in hundredths: on a dark page they hold 4.5:1 up to it.
const DARKEST: u8 = 36;

/// How a scene is painted.
#[derive(Debug, Clone, Copy)]
pub struct Paint<'a> {
    /// In which colours.
    pub colours: Colours<'a>,
    /// With letters as outlines, for readers that show no text in SVG; without, text stays text.
    pub outlines: Option<&'a Outlines<'a>>,
}

/// In which colours a scene is painted.
#[derive(Debug, Clone, Copy)]
pub enum Colours<'a> {
    /// Opaque colours of the theme's light page, for Typst.
    Light(&'a Theme),
    /// Opaque colours of the theme's dark page, on its ground.
    Dark(&'a Theme),
    /// `currentColor` and tints of it, for XHTML.
    Current {
        /// Makes ids unique in the book.
        id_prefix: &'a str,
    },
}

/// The drawing as an SVG file for print.
pub fn print(drawing: &Drawing, theme: &Theme) -> String {
    let paint = Paint {
        colours: Colours::Light(theme),
        outlines: None,
    };
    write(drawing, paint)
}

/// The drawing as one or two `svg` elements for XHTML.
///
/// Where the drawing is too wide for a phone there are two, with the classes `figure-wide` and `figure-narrow`; the style
/// sheet shows one of them and takes the other off the page with `display: none`, which hides it from screen readers too.
/// One that has no room on a phone at a readable size keeps that size and scrolls. With letters as outlines, which is for
/// Kindle, there is one alone, since few SVG are advised there.
pub fn inline(drawing: &Drawing, id_prefix: &str, outlines: Option<&Outlines<'_>>) -> String {
    let paint = |id_prefix| Paint {
        colours: Colours::Current { id_prefix },
        outlines,
    };
    let mut out = write(drawing, paint(id_prefix));
    if let Some(narrow) = drawing.narrow.as_ref().filter(|_| outlines.is_none()) {
        let prefix = format!("{id_prefix}-narrow");
        out.push('\n');
        if narrow.width > super::NARROW + 0.01 {
            // What scrolls must be reachable by keyboard.
            let em = Number(narrow.width / f64::from(drawing.text_size).max(1.0));
            let _ = writeln!(
                out,
                "<div class=\"figure-narrow scrolls\" tabindex=\"0\"><div style=\"min-width:{em}em\">"
            );
            write_scene(&mut out, drawing, narrow, paint(&prefix), "figure-only");
            out.push_str("</div></div>");
        } else {
            write_scene(&mut out, drawing, narrow, paint(&prefix), "figure-narrow");
        }
    }
    out
}

/// The drawing's wide scene as an `svg` element.
pub fn write(drawing: &Drawing, paint: Paint) -> String {
    let mut out = String::new();
    let class = if drawing.narrow.is_some() && paint.outlines.is_none() {
        "figure-wide"
    } else {
        "figure-only"
    };
    write_scene(&mut out, drawing, &drawing.scene, paint, class);
    out
}

fn write_scene(out: &mut String, drawing: &Drawing, scene: &Scene, paint: Paint, class: &str) {
    // Kindle reads whole numbers alone in a `viewBox`.
    let size = |length: f64| Number(if paint.outlines.is_some() { length.ceil() } else { length });
    let (width, height) = (size(scene.width), size(scene.height));
    let (title, description) = (Escaped(&drawing.title), Escaped(&drawing.description));
    let _ = match paint.colours {
        Colours::Light(_) | Colours::Dark(_) => writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\
             <title>{title}</title><desc>{description}</desc>"
        ),
        Colours::Current { id_prefix } => {
            let id = Escaped(id_prefix);
            let em = Number(scene.width / f64::from(drawing.text_size).max(1.0));
            writeln!(
                out,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{class}\" role=\"img\" \
                 aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {width} {height}\" \
                 style=\"width:100%;max-width:{em}em;height:auto\">\
                 <title id=\"{id}-title\">{title}</title><desc id=\"{id}-desc\">{description}</desc>"
            )
        }
    };
    if let Colours::Dark(theme) = paint.colours {
        let ground = theme.colours.page.dark.hex();
        let _ = writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"{ground}\"/>");
    }
    for shape in &scene.shapes {
        write_ink(out, &shape.ink, paint);
    }
    out.push_str("</svg>");
}

fn write_ink(out: &mut String, ink: &Ink, paint: Paint) {
    match ink {
        Ink::Box {
            area,
            radius,
            fill,
            stroke,
        } => write_box(out, area, *radius, *fill, *stroke, paint),
        Ink::Polygon { points, fill, stroke } => {
            out.push_str("<path d=\"");
            for (at, point) in points.iter().enumerate() {
                write_point(out, if at == 0 { 'M' } else { 'L' }, *point);
            }
            out.push_str("Z\"");
            write_fill(out, *fill, paint);
            write_stroke(out, *stroke, paint);
            if stroke.is_some() {
                out.push_str(" stroke-linejoin=\"round\"");
            }
            out.push_str("/>\n");
        }
        Ink::Line { points, radius, stroke } => {
            out.push_str("<path d=\"");
            write_bends(out, points, *radius);
            out.push_str("\" fill=\"none\"");
            write_stroke(out, Some(*stroke), paint);
            out.push_str("/>\n");
        }
        Ink::Text { at, line, centred, tone } => write_text(out, *at, line, *centred, *tone, paint),
    }
}

fn write_box(out: &mut String, area: &Area, radius: f64, fill: Fill, stroke: Option<Stroke>, paint: Paint) {
    let (x, y, width, height) = (Number(area.x), Number(area.y), Number(area.width), Number(area.height));
    let _ = write!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"");
    if radius > 0.0 {
        let _ = write!(out, " rx=\"{}\"", Number(radius));
    }
    write_fill(out, fill, paint);
    write_stroke(out, stroke, paint);
    out.push_str("/>\n");
}

fn write_point(out: &mut String, command: char, point: Point) {
    let _ = write!(out, "{command}{} {}", Number(point.x), Number(point.y));
}

/// A path through points whose corners are cut and rounded by a quadratic curve.
fn write_bends(out: &mut String, points: &[Point], radius: f64) {
    for (at, point) in points.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| points.get(at));
        match (before, points.get(at + 1)) {
            (None, _) => write_point(out, 'M', *point),
            (_, None) => write_point(out, 'L', *point),
            (Some(before), Some(after)) => {
                // Two bends may share a short piece, so each takes at most half of it.
                let reach = radius
                    .min(distance(*before, *point) / 2.0)
                    .min(distance(*point, *after) / 2.0);
                write_point(out, 'L', towards(*point, *before, reach));
                write_point(out, 'Q', *point);
                write_point(out, ' ', towards(*point, *after, reach));
            }
        }
    }
}

fn distance(a: Point, b: Point) -> f64 {
    ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).sqrt()
}

fn towards(from: Point, to: Point, reach: f64) -> Point {
    let length = distance(from, to);
    if length <= 0.0 {
        return from;
    }
    Point::new(
        from.x + (to.x - from.x) / length * reach,
        from.y + (to.y - from.y) / length * reach,
    )
}

/// One `text` element a line; spans with fonts of their own each have their place, so that a replaced font cannot push
/// the next one out of its box.
fn write_text(out: &mut String, at: Point, line: &SetLine, centred: bool, tone: Tone, paint: Paint) {
    if let Some(outlines) = paint.outlines {
        for span in &line.spans {
            let path = outlines.path(span, Point::new(at.x + span.x, at.y));
            let _ = write!(out, "<path d=\"{path}\"");
            write_fill(out, Fill::Solid(tone), paint);
            out.push_str("/>\n");
        }
        return;
    }
    if let [span] = line.spans.as_slice() {
        let x = if centred { at.x + line.width / 2.0 } else { at.x };
        let _ = write!(out, "<text x=\"{}\" y=\"{}\"", Number(x), Number(at.y));
        if centred {
            out.push_str(" text-anchor=\"middle\"");
        }
        write_fill(out, Fill::Solid(tone), paint);
        write_font(out, span, paint);
        let _ = writeln!(out, ">{}</text>", Escaped(&span.text));
        return;
    }
    out.push_str("<text");
    write_fill(out, Fill::Solid(tone), paint);
    if let Some(first) = line.spans.first() {
        let _ = write!(
            out,
            " font-family=\"{}\" font-size=\"{}\"",
            Family(&first.family),
            Number(first.size)
        );
    }
    out.push('>');
    for span in &line.spans {
        if span.spaced {
            out.push(' ');
        }
        let _ = write!(out, "<tspan x=\"{}\" y=\"{}\"", Number(at.x + span.x), Number(at.y));
        write_font(out, span, paint);
        let _ = write!(out, ">{}</tspan>", Escaped(&span.text));
    }
    out.push_str("</text>\n");
}

fn write_font(out: &mut String, span: &SetSpan, paint: Paint) {
    let _ = write!(
        out,
        " font-family=\"{}\" font-size=\"{}\"",
        Family(&span.family),
        Number(span.size)
    );
    if span.weight != 400 {
        let _ = write!(out, " font-weight=\"{}\"", span.weight);
    }
    if matches!(paint.colours, Colours::Current { .. }) && span.width > 0.0 {
        let _ = write!(
            out,
            " textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"",
            Number(span.width)
        );
    }
}

fn write_fill(out: &mut String, fill: Fill, paint: Paint) {
    let _ = match (fill, paint.colours) {
        (Fill::Page, Colours::Current { .. }) => write!(out, " fill=\"none\""),
        (Fill::Solid(_), Colours::Current { .. }) => write!(out, " fill=\"currentColor\""),
        (Fill::Tint(_, share), Colours::Current { .. }) => {
            let share = Number(f64::from(share.min(DARKEST)) / 100.0);
            write!(out, " fill=\"currentColor\" fill-opacity=\"{share}\"")
        }
        (fill, colours) => write!(out, " fill=\"{}\"", colours.fill(fill).hex()),
    };
}

fn write_stroke(out: &mut String, stroke: Option<Stroke>, paint: Paint) {
    let Some(stroke) = stroke else { return };
    let width = Number(stroke.width);
    let _ = match paint.colours {
        Colours::Current { .. } => write!(out, " stroke=\"currentColor\" stroke-width=\"{width}\""),
        colours => write!(
            out,
            " stroke=\"{}\" stroke-width=\"{width}\"",
            colours.tone(stroke.tone).hex()
        ),
    };
    if stroke.dashed {
        out.push_str(" stroke-dasharray=\"3 2\"");
    }
}

impl Colours<'_> {
    fn tone(self, tone: Tone) -> Colour {
        self.pick(|theme| match tone {
            Tone::Text => theme.colours.text,
            Tone::Muted => theme.colours.muted,
            Tone::Accent => theme.colours.accent,
        })
    }

    /// The opaque colour of a fill.
    pub(crate) fn fill(self, fill: Fill) -> Colour {
        match fill {
            Fill::Page => self.page(),
            Fill::Solid(tone) => self.tone(tone),
            Fill::Tint(tone, share) => tint(self, tone, share),
        }
    }

    fn page(self) -> Colour {
        self.pick(|theme| theme.colours.page)
    }

    fn pick(self, pair: impl Fn(&Theme) -> Pair) -> Colour {
        match self {
            Self::Light(theme) => pair(theme).light,
            Self::Dark(theme) => pair(theme).dark,
            Self::Current { .. } => Colour { rgb: [0; 3] },
        }
    }
}

/// `share` hundredths of a colour on the page, opaque.
fn tint(colours: Colours, tone: Tone, share: u8) -> Colour {
    let (ink, page) = (colours.tone(tone).rgb, colours.page().rgb);
    let share = u32::from(share.min(DARKEST));
    let mix = |ink: u8, page: u8| {
        let mixed = (u32::from(ink) * share + u32::from(page) * (100 - share) + 50) / 100;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    let ([red, green, blue], [page_red, page_green, page_blue]) = (ink, page);
    Colour {
        rgb: [mix(red, page_red), mix(green, page_green), mix(blue, page_blue)],
    }
}

/// A family in quotation marks, without which a name such as `Source Sans 3` is none (CSS Fonts 4, section 2.1.1).
struct Family<'a>(&'a str);

impl std::fmt::Display for Family<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.0.replace(['\'', '\\'], "");
        write!(f, "'{}'", Escaped(&name))
    }
}

/// A number with at most two decimals, the same on every machine.
pub(super) struct Number(pub(super) f64);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Whole numbers are written far faster than fractions.
        let hundredths = (self.0 * 100.0).round() as i64;
        let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
        if hundredths < 0 {
            f.write_str("-")?;
        }
        match (rest, rest % 10) {
            (0, _) => write!(f, "{whole}"),
            (_, 0) => write!(f, "{whole}.{}", rest / 10),
            _ => write!(f, "{whole}.{rest:02}"),
        }
    }
}
