//! What a picture is: its format, its size, its colours, and whether the page shows through.

use imagesize::ImageType;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;

/// The most pixels of a book that are looked at for transparency.
pub(super) const MOST_PIXELS: u64 = 200_000_000;

/// A picture.
#[derive(Debug, Default)]
pub(super) struct Picture {
    /// How many bytes it has.
    pub(super) bytes: u64,
    /// `png`; empty for a format that is not known here.
    pub(super) format: &'static str,
    /// Its width in pixels; 0 where it has none, or it is not known.
    pub(super) width: u64,
    /// Its height likewise.
    pub(super) height: u64,
    /// `rgb`, `grey` or `cmyk`; empty where it is not known.
    pub(super) colours: &'static str,
    /// Whether the page shows through somewhere.
    pub(super) transparent: bool,
}

/// Looks at a picture. `left` is how many pixels may still be looked at.
pub(super) fn read(bytes: &[u8], media_type: &str, left: &mut u64) -> Picture {
    let kind = imagesize::image_type(bytes).ok();
    let format = match kind {
        Some(ImageType::Png) => "png",
        Some(ImageType::Jpeg) => "jpeg",
        Some(ImageType::Gif) => "gif",
        Some(ImageType::Webp) => "webp",
        Some(ImageType::Bmp) => "bmp",
        Some(ImageType::Tiff) => "tiff",
        // What is not known has no name here, however many names a book makes up.
        _ => ["avif", "heic", "jxl", "jp2"]
            .into_iter()
            .find(|name| media_type.ends_with(name))
            .unwrap_or_default(),
    };
    let size = kind.and_then(|_| imagesize::blob_size(bytes).ok());
    let (width, height) = size.map_or((0, 0), |size| (size.width as u64, size.height as u64));
    let pixels = width.saturating_mul(height);
    let looked = format == "png" && pixels <= *left;
    if looked {
        *left -= pixels;
    }
    Picture {
        bytes: bytes.len() as u64,
        format,
        width,
        height,
        colours: if format == "jpeg" { jpeg_colours(bytes) } else { "" },
        transparent: looked && shows_through(bytes).unwrap_or(false),
    }
}

fn jpeg_colours(bytes: &[u8]) -> &'static str {
    let mut decoder = JpegDecoder::new(ZCursor::new(bytes));
    if decoder.decode_headers().is_err() {
        return "";
    }
    match decoder.input_colorspace() {
        Some(ColorSpace::CMYK | ColorSpace::YCCK) => "cmyk",
        Some(ColorSpace::Luma | ColorSpace::LumaA) => "grey",
        Some(ColorSpace::RGB | ColorSpace::YCbCr | ColorSpace::RGBA) => "rgb",
        _ => "",
    }
}

/// Whether a PNG has a pixel that is not wholly opaque; `None` where it cannot be read.
fn shows_through(bytes: &[u8]) -> Option<bool> {
    let limits = png::Limits { bytes: 64 * 1024 * 1024 };
    let mut decoder = png::Decoder::new_with_limits(std::io::Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().ok()?;
    let (colours, _) = reader.output_color_type();
    let samples = match colours {
        png::ColorType::GrayscaleAlpha => 2,
        png::ColorType::Rgba => 4,
        png::ColorType::Grayscale | png::ColorType::Rgb | png::ColorType::Indexed => return Some(false),
    };
    while let Some(row) = reader.next_row().ok()? {
        let mut pixels = row.data().chunks_exact(samples);
        if pixels.any(|pixel| pixel.last().is_some_and(|alpha| *alpha < u8::MAX)) {
            return Some(true);
        }
    }
    Some(false)
}

/// The format of a font: by its first bytes, or by its name where those are obfuscated.
pub(super) fn font_format(bytes: &[u8], name: &str, obfuscated: bool) -> &'static str {
    let known = match bytes.get(..4) {
        _ if obfuscated => None,
        Some(b"OTTO") => Some("otf"),
        Some(b"wOFF") => Some("woff"),
        Some(b"wOF2") => Some("woff2"),
        Some([0, 1, 0, 0] | b"true") => Some("ttf"),
        _ => None,
    };
    let by_name = || {
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        let known = ["otf", "ttf", "woff", "woff2", "eot", "ttc"].into_iter();
        known.into_iter().find(|known| end.eq_ignore_ascii_case(known))
    };
    known.or_else(by_name).unwrap_or_default()
}
