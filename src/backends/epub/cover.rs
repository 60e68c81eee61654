//! The cover: the author's picture, an SVG drawn as PNG, or one painted from title, subtitle, authors and theme.
//!
//! The painted cover is an SVG with little in it but flat areas and text in the book's own fonts, drawn by resvg at the size
//! that shops want (1600 × 2560 px). Text is broken and sized here, because SVG breaks no lines.

use super::Files;
use super::escape::Names;
use super::package;
use super::xhtml::Found;
use crate::Error;
use crate::assets::{Font, FontRole, PictureFormat};
use crate::edition::Edition;
use crate::{raster, xml};
use resvg::{tiny_skia, usvg};
use std::borrow::Cow;

/// The painted cover's width in px.
const WIDTH: u32 = 1600;
/// The painted cover's height in px.
const HEIGHT: u32 = 2560;
/// The space at either side in px.
const MARGIN: f32 = 150.0;
/// The height of capitals as a part of the size.
const CAPITALS: f32 = 0.66;

/// The cover picture.
#[derive(Debug)]
pub(super) struct Cover<'a> {
    /// Its name in the archive's `OEBPS/`.
    pub(super) file: String,
    /// Its media type.
    pub(super) media_type: &'static str,
    /// The picture's bytes.
    pub(super) bytes: Cow<'a, [u8]>,
}

impl<'a> Cover<'a> {
    /// The edition's cover. Shops and readers know PNG and JPEG, so an SVG is drawn; without a picture one is painted.
    pub(super) fn of(edition: &'a Edition, files: &Files, found: &mut Found) -> Result<Self, Error> {
        let given = edition
            .assets
            .cover
            .and_then(|asset| Some((asset, edition.assets.pictures.get(asset.0)?, files.pictures.get(asset.0)?)));
        let drawn = match given {
            Some((asset, picture, file)) if matches!(picture.format, PictureFormat::Png | PictureFormat::Jpeg) => {
                found.pictures.insert(asset);
                return Ok(Self {
                    file: file.clone(),
                    media_type: picture.format.media_type(),
                    bytes: Cow::Borrowed(&picture.bytes),
                });
            }
            Some((_, picture, _)) if picture.format == PictureFormat::Svg => draw(&picture.bytes)?,
            _ => paint(edition)?,
        };
        let mut names = Names::default();
        let mut file = format!("images/{}", names.take("cover", "cover", "png"));
        while files.pictures.contains(&file) {
            file = format!("images/{}", names.take("cover", "cover", "png"));
        }
        Ok(Self {
            file,
            media_type: PictureFormat::Png.media_type(),
            bytes: Cow::Owned(drawn),
        })
    }
}

/// The author's SVG as PNG, as large as it can be within the size of a painted cover. When it was read, its text became
/// outlines, so no font is needed.
fn draw(svg: &[u8]) -> Result<Vec<u8>, Error> {
    let failed = |error: String| Error::caused("drawing the cover", error);
    let tree = usvg::Tree::from_data(svg, &usvg::Options::default()).map_err(|error| failed(error.to_string()))?;
    let size = tree.size();
    let scale = (WIDTH as f32 / size.width()).min(HEIGHT as f32 / size.height());
    // What an SVG leaves open is paper; readers would show it black.
    let picture = raster::draw(&tree, scale, tiny_skia::Color::WHITE)?;
    picture.encode_png().map_err(|error| failed(error.to_string()))
}

/// The painted cover as PNG.
fn paint(edition: &Edition) -> Result<Vec<u8>, Error> {
    let failed = |error: png::EncodingError| Error::caused("painting the cover", error);
    let tree = raster::read(&scene(edition), faces(edition))?;
    Colours::of(&tree).and_then(|colours| colours.encode().map_err(failed))
}

/// How many rows are drawn at a time; few enough for them to stay in a processor's cache.
const BAND: u32 = 160;

/// A picture as places in a palette. A painted cover has some thirty colours, and is three times as fast to draw and write
/// so as in full colour with `Pixmap::encode_png`.
struct Colours {
    palette: Vec<[u8; 3]>,
    pixels: Vec<u8>,
}

impl Colours {
    /// Draws a tree band by band.
    fn of(tree: &usvg::Tree) -> Result<Self, Error> {
        let mut colours = Self {
            palette: Vec::new(),
            pixels: Vec::with_capacity((WIDTH * HEIGHT) as usize),
        };
        let mut band = tiny_skia::Pixmap::new(WIDTH, BAND).ok_or_else(|| Error::new("painting the cover"))?;
        for top in (0..HEIGHT).step_by(BAND as usize) {
            let place = tiny_skia::Transform::from_translate(0.0, -(top as f32));
            // The ground covers every pixel, so nothing of the band before shows through.
            resvg::render(tree, place, &mut band.as_mut());
            let mut before: &[u8] = &[];
            let bytes = band.data().chunks_exact(4 * WIDTH as usize);
            for (pixels, row) in band.pixels().chunks_exact(WIDTH as usize).zip(bytes) {
                if row == before {
                    let start = colours.pixels.len() - WIDTH as usize;
                    colours.pixels.extend_from_within(start..);
                } else {
                    colours.push_row(pixels);
                }
                before = row;
            }
        }
        Ok(colours)
    }

    fn push_row(&mut self, row: &[tiny_skia::PremultipliedColorU8]) {
        for run in row.chunk_by(|left, right| left == right) {
            let Some(pixel) = run.first() else { continue };
            let place = self.place([pixel.red(), pixel.green(), pixel.blue()]);
            self.pixels.resize(self.pixels.len() + run.len(), place);
        }
    }

    /// A colour's place in the palette; the nearest colour's should the palette be full.
    fn place(&mut self, colour: [u8; 3]) -> u8 {
        let distance = |other: &[u8; 3]| -> u32 { colour.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b))).sum() };
        let known = self.palette.iter().position(|other| *other == colour);
        let place = known.unwrap_or_else(|| {
            if self.palette.len() < 256 {
                self.palette.push(colour);
                return self.palette.len() - 1;
            }
            let nearest = self.palette.iter().enumerate().min_by_key(|(_, other)| distance(other));
            nearest.map_or(0, |(place, _)| place)
        });
        u8::try_from(place).unwrap_or(u8::MAX)
    }

    /// The picture as PNG. Rows are mostly like the one above, which is all that the filter needs to know.
    fn encode(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, WIDTH, HEIGHT);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(self.palette.concat());
        encoder.set_compression(png::Compression::Fast);
        encoder.set_filter(png::Filter::Up);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()?;
        Ok(bytes)
    }
}

/// The faces that the cover is set in: the sans, bold and regular.
fn faces(edition: &Edition) -> impl Iterator<Item = &Font> {
    let mut wanted = vec![true, false];
    let fonts = edition.assets.fonts.iter();
    fonts.filter(move |font| {
        let fits = font.role == FontRole::Sans && font.family == edition.theme.families.sans && !font.italic;
        let bold = font.weight >= 600;
        fits && wanted
            .iter()
            .position(|want| *want == bold)
            .map(|at| wanted.remove(at))
            .is_some()
    })
}

/// A run of lines in one size.
struct Lines {
    lines: Vec<String>,
    size: f32,
}

impl Lines {
    /// From baseline to baseline.
    fn leading(&self) -> f32 {
        self.size * 1.1
    }

    /// Breaks a text at the largest of the sizes at which it fits into `room` lines.
    fn fit(text: &str, font: Option<&Font>, sizes: &[f32], room: usize) -> Self {
        let face = font.and_then(|font| ttf_parser::Face::parse(font.data.bytes(), 0).ok());
        let measure = WIDTH as f32 - 2.0 * MARGIN;
        let mut best = Self {
            lines: Vec::new(),
            size: 0.0,
        };
        for size in sizes {
            let lines = break_lines(text, |run| width(run, face.as_ref(), *size), measure);
            let fits = lines.len() <= room && lines.iter().all(|line| width(line, face.as_ref(), *size) <= measure);
            best = Self { lines, size: *size };
            if fits {
                break;
            }
        }
        // A text that does not even fit at the smallest size takes more lines; one that fills the page is cut.
        if best.lines.len() > 2 * room {
            best.lines.truncate(2 * room);
            if let Some(last) = best.lines.last_mut() {
                last.push('…');
            }
        }
        best
    }
}

/// A run's width in px, as the sum of its characters' advances.
fn width(run: &str, face: Option<&ttf_parser::Face<'_>>, size: f32) -> f32 {
    let advance = |character| {
        let face = face?;
        let glyph = face.glyph_index(character)?;
        Some(f32::from(face.glyph_hor_advance(glyph)?) / f32::from(face.units_per_em()))
    };
    run.chars().map(|character| advance(character).unwrap_or(1.0) * size).sum()
}

/// Breaks at spaces, each line as full as it can be; a word that is wider than the measure stands alone.
fn break_lines(text: &str, width: impl Fn(&str) -> f32, measure: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + width(" ") + width(word) <= measure => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The cover as SVG: title, a rule and the subtitle from the top, the authors at the foot, layers in what is left between.
fn scene(edition: &Edition) -> String {
    let settings = &edition.settings;
    let colours = &edition.theme.colours;
    let (ground, paper, tint) = (
        colours.accent.light.hex(),
        colours.page.light.hex(),
        colours.accent.dark.hex(),
    );
    let bold = faces(edition).find(|font| font.weight >= 600);
    let regular = faces(edition).find(|font| font.weight < 600).or(bold);
    // Every area begins and ends at whole pixels, so nothing is lost by drawing edges crisp, which takes half of the time.
    // Quoted, since a family such as Source Sans 3 has a word that is no CSS identifier.
    let family = xml::value(&edition.theme.families.sans.replace(['\'', '\\'], ""));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" font-family=\"'{family}'\" \
         shape-rendering=\"crispEdges\">\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"{ground}\"/>"
    );
    let title = Lines::fit(
        package::title(settings),
        bold,
        &[250.0, 220.0, 190.0, 160.0, 130.0, 104.0, 84.0],
        4,
    );
    let mut y = 290.0 + title.size * CAPITALS;
    push_lines(&mut svg, &title, y, &paper, "600");
    y += title.leading() * (title.lines.len() as f32 - 1.0) + 120.0;
    svg.push_str(&format!(
        "<rect x=\"{MARGIN}\" y=\"{y:.0}\" width=\"220\" height=\"14\" fill=\"{tint}\"/>"
    ));
    y += 14.0;
    if let Some(subtitle) = &settings.subtitle {
        let subtitle = Lines::fit(subtitle, regular, &[84.0, 74.0, 64.0, 54.0], 5);
        push_lines(&mut svg, &subtitle, y + 90.0 + subtitle.size * CAPITALS, &paper, "400");
        y += 90.0 + subtitle.leading() * subtitle.lines.len() as f32;
    }
    let authors = Lines::fit(&settings.authors.join(", "), bold, &[84.0, 72.0, 60.0, 48.0], 3);
    let last = HEIGHT as f32 - 190.0;
    let first = last - authors.leading() * (authors.lines.len() as f32 - 1.0).max(0.0);
    push_layers(&mut svg, &tint, y + 130.0, first - authors.size * CAPITALS - 130.0);
    push_lines(&mut svg, &authors, first, &paper, "600");
    svg.push_str("</svg>");
    svg
}

/// Layers on layers, whatever the book's subject is: flat bars, each a little shorter than the one below, between two
/// heights. None where there is room for two at most.
fn push_layers(svg: &mut String, tint: &str, top: f32, bottom: f32) {
    const STEP: f32 = 96.0;
    let count = ((bottom - top) / STEP).floor().clamp(0.0, 6.0);
    if count < 3.0 {
        return;
    }
    let mut layer = 0.0;
    while layer < count {
        let x = MARGIN + layer * 190.0;
        let y = bottom - 82.0 - layer * STEP;
        let (width, opacity) = (WIDTH as f32 - x, 0.14 + layer * 0.1);
        svg.push_str(&format!(
            "<rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"82\" fill=\"{tint}\" fill-opacity=\"{opacity:.2}\"/>"
        ));
        layer += 1.0;
    }
}

fn push_lines(svg: &mut String, lines: &Lines, top: f32, fill: &str, weight: &str) {
    for (at, line) in lines.lines.iter().enumerate() {
        let y = top + lines.leading() * at as f32;
        svg.push_str(&format!(
            "<text x=\"{MARGIN}\" y=\"{y:.1}\" font-size=\"{}\" font-weight=\"{weight}\" fill=\"{fill}\">{}</text>",
            lines.size,
            xml::text(line)
        ));
    }
}
