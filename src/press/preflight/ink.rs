//! Where a page has ink: the box around all that it prints, and its pictures at their printed size.

use hayro_interpret::font::Glyph;
use hayro_interpret::{BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings};
use hayro_interpret::{Paint, PathDrawMode, SoftMask, interpret_page};
use hayro_syntax::page::Page;
use kurbo::{Affine, BezPath, Rect, Shape as _};

/// What a page prints, in the coordinates of the page (ISO 32000-1, 8.3.2.3), in pt.
#[derive(Debug, Default)]
pub(super) struct Ink {
    /// The box around all of it; `None` for a blank page.
    pub(super) area: Option<Rect>,
    /// The resolution of each picture, in pixels an inch, the lesser of its two directions.
    pub(super) resolutions: Vec<f64>,
}

/// Goes over all that a page draws.
pub(super) fn of_page<'a>(page: &Page<'a>, cache: &InterpreterCache<'a>) -> Ink {
    let media = page.media_box();
    let whole = Rect::new(media.x0, media.y0, media.x1, media.y1);
    let settings = InterpreterSettings {
        render_annotations: false,
        ..InterpreterSettings::default()
    };
    let mut context = Context::new(Affine::IDENTITY, whole, cache, page.xref(), settings);
    let mut collector = Collector {
        clips: vec![whole],
        ink: Ink::default(),
    };
    interpret_page(page, &mut context, &mut collector);
    collector.ink
}

/// Collects boxes instead of painting.
struct Collector {
    /// What is visible at all, the innermost last. Paths that clip count as their boxes.
    clips: Vec<Rect>,
    ink: Ink,
}

impl Collector {
    fn add(&mut self, area: Rect) {
        let visible = self.clips.last().map_or(area, |clip| area.intersect(*clip));
        let inside = area.x1 >= visible.x0 && area.y1 >= visible.y0 && visible.x1 >= visible.x0 && visible.y1 >= visible.y0;
        // What has no area is nothing, except a line, whose width is in its box.
        if inside && (visible.width() > 0.0 || visible.height() > 0.0) {
            self.ink.area = Some(self.ink.area.map_or(visible, |area| area.union(visible)));
        }
    }
}

/// White on white is no ink, as the background that some programs lay under every page.
fn is_white(paint: &Paint<'_>) -> bool {
    match paint {
        Paint::Color(colour) => {
            let [red, green, blue, alpha] = colour.to_rgba().to_rgba8();
            alpha == 0 || (red, green, blue) == (255, 255, 255)
        }
        Paint::Pattern(_) => false,
    }
}

impl<'a> Device<'a> for Collector {
    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}

    fn set_blend_mode(&mut self, _: BlendMode) {}

    fn draw_path(&mut self, path: &BezPath, transform: Affine, paint: &Paint<'a>, mode: &PathDrawMode) {
        if is_white(paint) || path.elements().is_empty() {
            return;
        }
        let grown = match mode {
            PathDrawMode::Fill(_) => 0.0,
            PathDrawMode::Stroke(stroke) => f64::from(stroke.line_width) / 2.0,
        };
        let area = path.bounding_box().inflate(grown, grown);
        self.add(transform.transform_rect_bbox(area));
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let area = clip.path.bounding_box();
        let outer = self.clips.last().copied().unwrap_or(area);
        self.clips.push(area.intersect(outer));
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph(&mut self, glyph: &Glyph<'a>, transform: Affine, inner: Affine, paint: &Paint<'a>, mode: &GlyphDrawMode) {
        if matches!(mode, GlyphDrawMode::Invisible) || is_white(paint) {
            return;
        }
        match glyph {
            Glyph::Outline(outline) => {
                let path = outline.outline();
                if !path.elements().is_empty() {
                    self.add((transform * inner).transform_rect_bbox(path.bounding_box()));
                }
            }
            Glyph::Type3(drawn) => drawn.interpret(self, transform, inner, paint),
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, transform: Affine) {
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let area = transform.transform_rect_bbox(Rect::new(0.0, 0.0, width, height));
        self.add(area);
        // The lengths of the picture's two sides on the page, which may be turned.
        let [a, b, c, d, _, _] = transform.as_coeffs();
        let (across, down) = (a.hypot(b) * width, c.hypot(d) * height);
        if across > 0.0 && down > 0.0 {
            self.ink.resolutions.push((width / across).min(height / down) * 72.0);
        }
    }

    fn pop_clip_path(&mut self) {
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }

    fn pop_transparency_group(&mut self) {}
}
