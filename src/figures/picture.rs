//! A drawing as a picture of pixels.

use super::Drawing;
use super::svg::{self, Colours, Paint};
use crate::Error;
use crate::assets::Font;
use crate::raster;
use resvg::tiny_skia::{Color, Pixmap};

/// The drawing's wide scene, `scale` pixels for each pt, on the ground that its colours are made for.
pub(crate) fn pixels(drawing: &Drawing, paint: Paint, fonts: &[Font], scale: f32) -> Result<Pixmap, Error> {
    let tree = raster::read(&svg::write(drawing, paint), fonts)?;
    let ground = match paint.colours {
        Colours::Light(theme) => theme.colours.page.light.rgb,
        Colours::Dark(theme) => theme.colours.page.dark.rgb,
        Colours::Current { .. } => [255; 3],
    };
    let [red, green, blue] = ground;
    raster::draw(&tree, scale, Color::from_rgba8(red, green, blue, 255))
}

/// The drawing as PNG, `scale` pixels for each pt.
pub fn png(drawing: &Drawing, paint: Paint, fonts: &[Font], scale: f32) -> Result<Vec<u8>, Error> {
    let picture = pixels(drawing, paint, fonts, scale)?;
    picture
        .encode_png()
        .map_err(|error| Error::caused("writing a PNG", error.to_string()))
}
