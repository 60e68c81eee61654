//! Crop marks: short lines outside of the bleed that show where the page is cut.

use crate::Error;
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::fmt::Write as _;

/// How long a mark is, in pt.
const LENGTH: f32 = 18.0;
/// How far a mark stays from the cut at least, in pt; further where the bleed is wider.
const DISTANCE: f32 = 9.0;
/// How thick a mark is, in pt.
const THICKNESS: f32 = 0.25;

/// Draws marks at the corners of every page, on a sheet that is large enough for them. The boxes of page and bleed
/// (ISO 32000-1, 14.11.2) stay where they are.
///
/// # Errors
/// Where a page has no size.
pub fn draw(document: &mut Document) -> Result<(), Error> {
    let pages: Vec<ObjectId> = document.page_iter().collect();
    for page in pages {
        let media = read(document, page, b"MediaBox").ok_or_else(|| Error::new("drawing crop marks: a page has no size"))?;
        let trim = read(document, page, b"TrimBox").unwrap_or(media);
        let bleed = read(document, page, b"BleedBox").unwrap_or(media);
        let reach = (0..4).map(|side| (side_of(trim, side) - side_of(bleed, side)).abs());
        let distance = reach.fold(DISTANCE, f32::max);
        let margin = distance + LENGTH + 3.0;
        let [left, bottom, right, top] = trim;
        let sheet = [left - margin, bottom - margin, right + margin, top + margin];
        document
            .add_page_contents(page, lines(trim, distance).into_bytes())
            .map_err(|error| Error::caused("drawing crop marks", error.to_string()))?;
        if let Ok(dictionary) = document.get_object_mut(page).and_then(Object::as_dict_mut) {
            set(dictionary, "MediaBox", sheet);
            set(dictionary, "CropBox", sheet);
            set(dictionary, "BleedBox", bleed);
            set(dictionary, "TrimBox", trim);
        }
    }
    Ok(())
}

fn side_of(rectangle: [f32; 4], side: usize) -> f32 {
    rectangle.get(side).copied().unwrap_or_default()
}

/// Two lines at each corner, in black: left, bottom, right and top are where the page is cut.
fn lines([left, bottom, right, top]: [f32; 4], distance: f32) -> String {
    let mut out = format!("q\n0 G {THICKNESS} w\n");
    for (x, outward) in [(left, -1.0), (right, 1.0)] {
        for (y, upward) in [(bottom, -1.0), (top, 1.0)] {
            let (near, far) = (distance, distance + LENGTH);
            let _ = writeln!(out, "{} {y} m {} {y} l S", x + outward * near, x + outward * far);
            let _ = writeln!(out, "{x} {} m {x} {} l S", y + upward * near, y + upward * far);
        }
    }
    out.push_str("Q\n");
    out
}

/// A box of a page, which it may have from the pages above it in the tree.
fn read(document: &Document, page: ObjectId, key: &[u8]) -> Option<[f32; 4]> {
    let mut dictionary = document.get_dictionary(page).ok()?;
    for _ in 0..32 {
        if let Ok(rectangle) = dictionary.get_deref(key, document).and_then(Object::as_array) {
            let sides: Vec<f32> = rectangle.iter().filter_map(|side| side.as_float().ok()).collect();
            return sides.try_into().ok();
        }
        let parent = dictionary.get(b"Parent").and_then(Object::as_reference).ok()?;
        dictionary = document.get_dictionary(parent).ok()?;
    }
    None
}

fn set(dictionary: &mut Dictionary, key: &str, rectangle: [f32; 4]) {
    dictionary.set(key, rectangle.map(Object::Real).to_vec());
}
