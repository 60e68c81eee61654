//! What a page, an SVG or a table of contents holds.

use super::archive::resolve;
use super::markup::{Piece, Tag, pieces};
use std::collections::{BTreeMap, BTreeSet};

/// The most names of elements that are remembered of a page: more there are in no vocabulary.
const MOST_NAMES: usize = 1000;

/// The most pictures that are remembered of a page.
const MOST_PICTURES: usize = 10_000;

/// What a page holds.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// How many bytes it has.
    pub(super) bytes: u64,
    /// The names of its elements; `script` only for what would run.
    pub(super) elements: BTreeSet<String>,
    /// The pictures that `<img>` shows.
    pub(super) images: BTreeSet<String>,
    /// The pictures that SVG shows.
    pub(super) svg_images: BTreeSet<String>,
    /// How many `<img>` have no `alt`.
    pub(super) without_alt: usize,
    /// How many elements, but for those of SVG, have a style of their own.
    pub(super) styled: usize,
    /// How many links there are.
    pub(super) links: usize,
    /// How many SVG there are.
    pub(super) svg: usize,
    /// Whether there are letters in SVG.
    pub(super) svg_text: bool,
    /// The largest width or height of an SVG in pixels.
    pub(super) svg_size: u64,
    /// Whether an SVG has no `viewBox` of whole numbers from 0, 0.
    pub(super) svg_view_box: bool,
    /// Whether a table stands in another one.
    pub(super) nested_tables: bool,
    /// Whether there is text beside pictures.
    pub(super) text: bool,
    /// How many levels a table of contents in it has.
    pub(super) contents_depth: u64,
    /// What its landmarks lead to: types and files.
    pub(super) landmarks: BTreeMap<String, String>,
}

/// Where in a page one is.
#[derive(Default)]
struct Place {
    svg: usize,
    tables: usize,
    lists: u64,
    points: u64,
    body: bool,
    /// The types of the `<nav>` one is in.
    nav: Vec<String>,
}

/// Reads a page, an SVG, or an NCX.
pub(super) fn read(file: &str, bytes: &[u8]) -> Page {
    let mut page = Page {
        bytes: bytes.len() as u64,
        ..Page::default()
    };
    let mut place = Place::default();
    for piece in pieces(bytes) {
        match piece {
            Piece::Start(tag) => {
                start(&mut page, &mut place, file, &tag);
                if tag.closed {
                    end(&mut place, &tag.name);
                }
            }
            Piece::End(name) => end(&mut place, &name),
            Piece::Text(_) => page.text |= place.body,
        }
    }
    page
}

fn start(page: &mut Page, place: &mut Place, file: &str, tag: &Tag) {
    let name = tag.name.as_str();
    if (name != "script" || runs(tag)) && page.elements.len() < MOST_NAMES {
        page.elements.insert(name.to_owned());
    }
    page.styled += usize::from(place.svg == 0 && name != "svg" && tag.get("style").is_some());
    match name {
        "svg" => {
            page.svg += usize::from(place.svg == 0);
            page.svg_view_box |= place.svg == 0 && !has_whole_view_box(tag);
            place.svg += 1;
            page.svg_size = page.svg_size.max(svg_size(tag));
        }
        "text" if place.svg > 0 => page.svg_text = true,
        "image" if place.svg > 0 => {
            let source = tag.get("href").or_else(|| tag.get("xlink:href"));
            remember(&mut page.svg_images, file, source);
            page.svg_size = page.svg_size.max(svg_size(tag));
        }
        "img" => {
            remember(&mut page.images, file, tag.get("src"));
            page.without_alt += usize::from(tag.get("alt").is_none());
        }
        "table" => {
            page.nested_tables |= place.tables > 0;
            place.tables += 1;
        }
        "body" => place.body = true,
        "nav" => place.nav = tag.words("epub:type"),
        "ol" => {
            place.lists += 1;
            if place.nav.iter().any(|kind| kind == "toc") {
                page.contents_depth = page.contents_depth.max(place.lists);
            }
        }
        "navpoint" => {
            place.points += 1;
            page.contents_depth = page.contents_depth.max(place.points);
        }
        "a" => link(page, place, file, tag),
        _ => {}
    }
}

fn remember(pictures: &mut BTreeSet<String>, file: &str, source: Option<String>) {
    if pictures.len() < MOST_PICTURES {
        pictures.extend(source.and_then(|source| resolve(file, &source)));
    }
}

fn link(page: &mut Page, place: &Place, file: &str, tag: &Tag) {
    let Some(target) = tag.get("href") else { return };
    page.links += 1;
    if place.nav.iter().any(|kind| kind == "landmarks")
        && let Some(target) = resolve(file, &target)
    {
        for kind in tag.words("epub:type") {
            page.landmarks.insert(kind, target.clone());
        }
    }
}

fn end(place: &mut Place, name: &str) {
    match name {
        "svg" => place.svg = place.svg.saturating_sub(1),
        "table" => place.tables = place.tables.saturating_sub(1),
        "ol" => place.lists = place.lists.saturating_sub(1),
        "navpoint" => place.points = place.points.saturating_sub(1),
        "nav" => {
            *place = Place {
                body: place.body,
                ..Place::default()
            }
        }
        _ => {}
    }
}

/// Whether a `<script>` would run: data of other types does not.
fn runs(tag: &Tag) -> bool {
    let kind = tag.get("type").unwrap_or_default().to_ascii_lowercase();
    kind.is_empty() || kind == "module" || kind.contains("javascript") || kind.contains("ecmascript")
}

/// The larger one of width and height, where they are given in pixels.
fn svg_size(tag: &Tag) -> u64 {
    let pixels = |name: &str| -> Option<f64> {
        let value = tag.get(name)?;
        let number = value.trim().trim_end_matches("px").parse::<f64>().ok()?;
        number.is_finite().then_some(number)
    };
    let size = pixels("width").unwrap_or(0.0).max(pixels("height").unwrap_or(0.0));
    size.ceil().clamp(0.0, 1e15) as u64
}

fn has_whole_view_box(tag: &Tag) -> bool {
    let words = tag.words("viewbox");
    let whole = words.iter().filter(|word| word.parse::<u32>().is_ok()).count();
    words.len() == 4 && whole == 4 && words.iter().take(2).all(|word| word == "0")
}
