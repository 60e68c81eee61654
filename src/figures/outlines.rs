//! The letters of a figure as outlines, for readers that do not show text in SVG.
//!
//! Kindle's publishing guidelines do not support text in SVG. Outlines look the same everywhere and take about ten times
//! the room; what is written in a figure is then said by its description alone.

use super::scene::Point;
use super::text::SetSpan;
use crate::assets::Font;
use std::fmt::Write;

/// The faces whose letters are drawn.
pub struct Outlines<'a> {
    faces: Vec<(&'a Font, rustybuzz::Face<'a>)>,
}

impl std::fmt::Debug for Outlines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outlines").field("faces", &self.faces.len()).finish()
    }
}

impl<'a> Outlines<'a> {
    /// Opens the upright fonts, in which figures are set.
    pub fn new(fonts: &'a [Font]) -> Self {
        let upright = fonts.iter().filter(|font| !font.italic);
        let faces = upright.filter_map(|font| Some((font, rustybuzz::Face::from_slice(font.data.bytes(), 0)?)));
        Self { faces: faces.collect() }
    }

    /// The outline of a span whose baseline begins at a point, as the data of an SVG path (SVG 1.1, section 8.3).
    pub(super) fn path(&self, span: &SetSpan, at: Point) -> String {
        let found = self
            .faces
            .iter()
            .find(|(font, _)| font.family == span.family && font.weight == span.weight);
        let Some((_, face)) = found else { return String::new() };
        let mut buffer = rustybuzz::UnicodeBuffer::new();
        buffer.push_str(&span.text);
        buffer.guess_segment_properties();
        let glyphs = rustybuzz::shape(face, &[], buffer);
        let scale = span.size / f64::from(face.units_per_em().max(1));
        let mut pen = Pen {
            data: String::new(),
            origin: at,
            scale,
        };
        for (position, glyph) in glyphs.glyph_positions().iter().zip(glyphs.glyph_infos()) {
            let place = Point::new(
                pen.origin.x + f64::from(position.x_offset) * scale,
                pen.origin.y - f64::from(position.y_offset) * scale,
            );
            let next = pen.origin.x + f64::from(position.x_advance) * scale;
            pen.origin = place;
            if let Ok(glyph) = u16::try_from(glyph.glyph_id) {
                face.outline_glyph(ttf_parser::GlyphId(glyph), &mut pen);
            }
            pen.origin = Point::new(next, at.y);
        }
        pen.data
    }
}

/// Writes a glyph's outline at a place and in a size; fonts count upwards, SVG downwards.
struct Pen {
    data: String,
    origin: Point,
    scale: f64,
}

impl Pen {
    fn push(&mut self, command: char, points: &[(f32, f32)]) {
        self.data.push(command);
        for (at, (x, y)) in points.iter().enumerate() {
            let x = self.origin.x + f64::from(*x) * self.scale;
            let y = self.origin.y - f64::from(*y) * self.scale;
            let space = if at > 0 { " " } else { "" };
            let _ = write!(self.data, "{space}{} {}", super::svg::Number(x), super::svg::Number(y));
        }
    }
}

impl ttf_parser::OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.push('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.push('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.push('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.push('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.data.push('Z');
    }
}
