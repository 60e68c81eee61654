//! The cover: the author's picture as it is, or one painted from title, subtitle, authors and theme.
//!
//! The painted cover is an SVG with little in it but flat areas and text in the book's own fonts, drawn by resvg at the size
//! that shops want (1600 × 2560 px). Text is broken and sized here, because SVG breaks no lines.

use super::Files;
use super::escape::{self, Names};
use super::package;
use super::xhtml::Found;
use crate::Error;
use crate::assets::{Font, FontData, FontRole, PictureFormat};
use crate::edition::Edition;
use resvg::{tiny_skia, usvg};
use std::borrow::Cow;
use std::sync::Arc;

/// The painted cover's width in px.
const WIDTH: u32 = 1600;
/// The painted cover's height in px.
const HEIGHT: u32 = 2560;
/// The space at either side in px.
const MARGIN: f32 = 150.0;

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
    /// The edition's cover. Shops and readers know PNG and JPEG; for any other format one is painted.
    pub(super) fn of(edition: &'a Edition, files: &Files, found: &mut Found) -> Result<Self, Error> {
        let given = edition.assets.cover.and_then(|asset| {
            let picture = edition.assets.pictures.get(asset.0)?;
            let fits = matches!(picture.format, PictureFormat::Png | PictureFormat::Jpeg);
            fits.then(|| Some((asset, picture, files.pictures.get(asset.0)?)))?
        });
        if let Some((asset, picture, file)) = given {
            found.pictures.insert(asset);
            return Ok(Self {
                file: file.clone(),
                media_type: picture.format.media_type(),
                bytes: Cow::Borrowed(&picture.bytes),
            });
        }
        let mut names = Names::default();
        let mut file = format!("images/{}", names.take("cover", "cover", "png"));
        while files.pictures.contains(&file) {
            file = format!("images/{}", names.take("cover", "cover", "png"));
        }
        Ok(Self {
            file,
            media_type: PictureFormat::Png.media_type(),
            bytes: Cow::Owned(paint(edition)?),
        })
    }
}

/// The cover as PNG.
fn paint(edition: &Edition) -> Result<Vec<u8>, Error> {
    let mut options = usvg::Options::default();
    for font in faces(edition) {
        let data: Arc<dyn AsRef<[u8]> + Send + Sync> = match &font.data {
            FontData::Static(bytes) => Arc::new(*bytes),
            FontData::Owned(bytes) => Arc::clone(bytes) as _,
        };
        options.fontdb_mut().load_font_source(usvg::fontdb::Source::Binary(data));
    }
    let failed = |error: String| Error::caused("painting the cover", error);
    let tree = usvg::Tree::from_str(&scene(edition), &options).map_err(|error| failed(error.to_string()))?;
    let mut pixmap = tiny_skia::Pixmap::new(WIDTH, HEIGHT).ok_or_else(|| Error::new("painting the cover"))?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| failed(error.to_string()))
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
        self.size * 1.14
    }

    fn height(&self) -> f32 {
        self.leading() * self.lines.len() as f32
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
        // What does not fit at the smallest size is cut; no title that is one comes here.
        best.lines.truncate(room);
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

/// The cover as SVG.
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
    let family = escape::value(&edition.theme.families.sans.replace(['\'', '\\'], ""));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" font-family=\"'{family}'\">\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"{ground}\"/>"
    );
    push_layers(&mut svg, &tint);
    let title = Lines::fit(
        package::title(settings),
        bold,
        &[250.0, 220.0, 190.0, 160.0, 130.0, 104.0, 84.0],
        5,
    );
    let mut y = 330.0 + title.size * 0.72;
    push_lines(&mut svg, &title, y, &paper, "600");
    y += title.height() - title.size * 0.2;
    svg.push_str(&format!(
        "<rect x=\"{MARGIN}\" y=\"{y}\" width=\"220\" height=\"14\" fill=\"{tint}\"/>"
    ));
    if let Some(subtitle) = &settings.subtitle {
        let subtitle = Lines::fit(subtitle, regular, &[84.0, 74.0, 64.0, 54.0], 5);
        push_lines(&mut svg, &subtitle, y + 110.0 + subtitle.size * 0.72, &paper, "400");
    }
    let authors = Lines::fit(&settings.authors.join(", "), bold, &[84.0, 72.0, 60.0, 48.0], 3);
    let top = HEIGHT as f32 - 210.0 - authors.leading() * (authors.lines.len() as f32 - 1.0);
    push_lines(&mut svg, &authors, top, &paper, "600");
    svg.push_str("</svg>");
    svg
}

/// Layers on layers, the book's subject whatever it is: flat bars, each a little shorter than the one below.
fn push_layers(svg: &mut String, tint: &str) {
    for layer in 0..5_u8 {
        let step = f32::from(layer);
        let x = 260.0 + step * 190.0;
        let y = 2120.0 - step * 96.0;
        let opacity = 0.16 + step * 0.1;
        svg.push_str(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"84\" fill=\"{tint}\" fill-opacity=\"{opacity:.2}\"/>",
            WIDTH as f32 - x
        ));
    }
}

fn push_lines(svg: &mut String, lines: &Lines, top: f32, fill: &str, weight: &str) {
    for (at, line) in lines.lines.iter().enumerate() {
        let y = top + lines.leading() * at as f32;
        svg.push_str(&format!(
            "<text x=\"{MARGIN}\" y=\"{y:.1}\" font-size=\"{}\" font-weight=\"{weight}\" fill=\"{fill}\">{}</text>",
            lines.size,
            escape::text(line)
        ));
    }
}
