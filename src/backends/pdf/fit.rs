//! How what cannot bend fits the page: code, pictures and tables.
//!
//! Whatever is said here is noted while the markup is written, by the code that writes it and from the room that it has
//! there, so that a rule about looks and the page itself cannot disagree.

use super::front::CODE_INSET;
use super::listing::{SLACK, wrap};
use super::metrics::Metrics;
use crate::assets::{AssetId, FontRole};
use crate::edition::Edition;
use crate::source::Span;

/// How many characters of code fit on a line of the printed page, where nothing indents it.
pub fn columns(edition: &Edition) -> usize {
    let metrics = Metrics::new(&edition.assets.fonts, FontRole::Mono);
    let size = edition.theme.sizes.code.max(1.0);
    let width = (edition.settings.print.measure() as f32 - 2.0 * CODE_INSET) / size;
    ((width + SLACK) / metrics.advance(' ').max(0.1)) as usize
}

/// How one block or picture fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Its place.
    pub span: Span,
    /// The room it has.
    pub room: Room,
}

/// The room that something has on the page, and what of it is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Room {
    /// A listing or what it prints, some lines of which are broken.
    Code {
        /// How many characters fit on a line.
        fitting: usize,
        /// How many the longest line has, wide characters counted as those cells of the grid that they fill.
        longest: usize,
        /// How many lines are broken.
        broken: usize,
        /// The first of them.
        first: String,
    },
    /// A picture.
    Picture {
        /// Which.
        asset: AssetId,
        /// How wide it is printed, in pt.
        width: f64,
        /// How wide the text around it is, in pt.
        measure: f64,
    },
    /// A table that has not even room for its longest words, in the smallest type.
    Table {
        /// How many columns it has.
        columns: usize,
        /// The one with the longest word, from 0.
        widest: usize,
        /// How wide it would have to be, in pt.
        needed: f64,
        /// How wide it may be, in pt.
        measure: f64,
    },
}

impl Room {
    /// The room of code on a measure of `width` em; `None` where every line fits.
    pub(super) fn of_code(code: &str, width: f32, metrics: &Metrics<'_>) -> Option<Self> {
        let mut broken = code.split('\n').filter(|line| wrap(line, 0, width, metrics).len() > 1);
        let first = broken.next()?.to_owned();
        let cell = metrics.advance(' ').max(0.1);
        let longest = code.split('\n').map(|line| metrics.width(line)).fold(0.0, f32::max);
        Some(Self::Code {
            fitting: ((width + SLACK) / cell) as usize,
            longest: ((longest - SLACK) / cell).ceil() as usize,
            broken: 1 + broken.count(),
            first,
        })
    }
}
