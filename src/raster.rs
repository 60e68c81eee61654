//! SVG made of the book's own fonts, drawn as pixels by resvg.

use crate::Error;
use crate::assets::{Font, FontData};
use resvg::{tiny_skia, usvg};
use std::sync::Arc;

/// Reads SVG text whose fonts are these and no others.
pub(crate) fn read<'a>(svg: &str, fonts: impl IntoIterator<Item = &'a Font>) -> Result<usvg::Tree, Error> {
    let mut options = usvg::Options::default();
    for font in fonts {
        let data: Arc<dyn AsRef<[u8]> + Send + Sync> = match &font.data {
            FontData::Static(bytes) => Arc::new(*bytes),
            FontData::Owned(bytes) => Arc::clone(bytes) as _,
        };
        options.fontdb_mut().load_font_source(usvg::fontdb::Source::Binary(data));
    }
    usvg::Tree::from_str(svg, &options).map_err(|error| Error::caused("reading a drawing", error.to_string()))
}

/// Draws `scale` pixels for each px of a tree, on a ground of one colour.
pub(crate) fn draw(tree: &usvg::Tree, scale: f32, ground: tiny_skia::Color) -> Result<tiny_skia::Pixmap, Error> {
    let size = tree.size();
    let pixels = |length: f32| ((length * scale).round() as u32).max(1);
    let mut picture = tiny_skia::Pixmap::new(pixels(size.width()), pixels(size.height()))
        .ok_or_else(|| Error::new("drawing a picture of that size"))?;
    picture.fill(ground);
    resvg::render(tree, tiny_skia::Transform::from_scale(scale, scale), &mut picture.as_mut());
    Ok(picture)
}
