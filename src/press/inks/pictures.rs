//! Pictures in inks: every pixel of 8 bits a colour is turned, and the picture is packed without loss.

use super::{Inks, Separation, Space, failed, is_named, read_space};
use crate::Error;
use lopdf::{Document, Object, ObjectId, Stream};
use std::collections::BTreeSet;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Turns all pictures of a document. Masks are no colours and stay.
pub(super) fn separate(document: &mut Document, separation: &Separation) -> Result<(), Error> {
    let masks = masks(document);
    let pictures: Vec<(ObjectId, Space)> = document
        .objects
        .iter()
        .filter_map(|(id, object)| {
            let stream = object.as_stream().ok()?;
            let is_picture = is_named(&stream.dict, b"Image");
            let bits = stream.dict.get(b"BitsPerComponent").and_then(Object::as_i64).ok()?;
            let space = read_space(document, stream.dict.get(b"ColorSpace").ok()?);
            (is_picture && bits == 8 && !masks.contains(id) && space != Space::Other).then_some((*id, space))
        })
        .collect();
    for (id, space) in pictures {
        let Ok(Object::Stream(stream)) = document.get_object_mut(id) else {
            continue;
        };
        if let Some(pixels) = pixels(stream, space) {
            turn(stream, &pixels, separation).map_err(failed)?;
        }
    }
    Ok(())
}

/// The pictures that say how much of another shows (ISO 32000-1, 11.6.5.3).
fn masks(document: &Document) -> BTreeSet<ObjectId> {
    document
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok()?.dict.get(b"SMask").ok()?.as_reference().ok())
        .collect()
}

/// Red, green and blue of every pixel.
fn pixels(stream: &Stream, space: Space) -> Option<Vec<[u8; 3]>> {
    let filters = stream.filters().unwrap_or_default();
    let (bytes, count) = match filters.as_slice() {
        [b"DCTDecode"] => {
            let options = DecoderOptions::new_fast().jpeg_set_out_colorspace(ColorSpace::RGB);
            let bytes = JpegDecoder::new_with_options(ZCursor::new(&stream.content), options)
                .decode()
                .ok()?;
            (bytes, 3)
        }
        [b"FlateDecode"] | [] => {
            let count = if space == Space::Grey { 1 } else { 3 };
            (stream.get_plain_content().ok()?, count)
        }
        _ => return None,
    };
    let pixel = |parts: &[u8]| match parts {
        [red, green, blue] => [*red, *green, *blue],
        [grey] => [*grey; 3],
        _ => [0; 3],
    };
    Some(bytes.chunks_exact(count).map(pixel).collect())
}

fn turn(stream: &mut Stream, pixels: &[[u8; 3]], separation: &Separation) -> lopdf::Result<()> {
    let mut bytes = Vec::with_capacity(pixels.len() * if separation.inks == Inks::Grey { 1 } else { 4 });
    for pixel in pixels {
        let shares = separation.shares(pixel.map(|part| f32::from(part) / 255.0));
        bytes.extend(shares.into_iter().map(|share| (share * 255.0).round() as u8));
    }
    stream.dict.set("ColorSpace", Object::Name(separation.space().into()));
    stream.dict.remove(b"DecodeParms");
    stream.dict.remove(b"Decode");
    stream.set_plain_content(bytes);
    stream.compress()
}
