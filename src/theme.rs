//! The theme: colours and sizes that the EPUB, the PDF, highlighting and figures share.
//!
//! The built-in theme is `styles/theme.toml` of this project; a book's own `styles/theme.toml` replaces single keys.

use crate::listings::Class;
use std::collections::BTreeMap;

/// A colour, `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// Red, green and blue, 0 to 255.
    pub rgb: [u8; 3],
}

impl Colour {
    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let channel = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        Some(Self {
            rgb: [channel(0)?, channel(2)?, channel(4)?],
        })
    }

    /// `#rrggbb`
    pub fn hex(self) -> String {
        let [red, green, blue] = self.rgb;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

/// A colour on a light page and its counterpart on a dark one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// On paper and on a light screen.
    pub light: Colour,
    /// On a dark screen.
    pub dark: Colour,
}

/// The families that text is set in; each must be among the embedded fonts.
#[derive(Debug, Clone, PartialEq)]
pub struct Families {
    /// Running text.
    pub text: String,
    /// Headings, tables, captions, figures.
    pub sans: String,
    /// Code.
    pub mono: String,
    /// Formulas.
    pub math: String,
}

/// Sizes in pt, for print; the EPUB uses their ratios to `text`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizes {
    /// Running text.
    pub text: f32,
    /// From baseline to baseline of running text.
    pub leading: f32,
    /// Listings and their output.
    pub code: f32,
    /// Tables.
    pub table: f32,
    /// Captions.
    pub caption: f32,
    /// Footnotes.
    pub note: f32,
    /// Running heads and folios.
    pub head: f32,
    /// Chapter titles.
    pub chapter: f32,
    /// Section titles.
    pub section: f32,
    /// Subsection titles.
    pub subsection: f32,
    /// Labels in figures; never under 7.
    pub figure: f32,
}

/// Colours by what they are for.
#[derive(Debug, Clone, PartialEq)]
pub struct Colours {
    /// Running text.
    pub text: Pair,
    /// The page.
    pub page: Pair,
    /// Chapter numbers, rules under heads, the frame of admonitions.
    pub accent: Pair,
    /// Links on screen.
    pub link: Pair,
    /// Captions, running heads, line numbers.
    pub muted: Pair,
    /// Thin lines: tables, listings.
    pub rule: Pair,
    /// Behind listings.
    pub code: Pair,
    /// Behind highlighted lines of a listing.
    pub highlighted: Pair,
    /// By class of token; a class that is not here has the colour of text.
    pub tokens: BTreeMap<Class, Pair>,
}

/// The look that all outputs share.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// The families.
    pub families: Families,
    /// The sizes.
    pub sizes: Sizes,
    /// The colours.
    pub colours: Colours,
}
