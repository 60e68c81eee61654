//! The theme: colours and sizes that the EPUB, the PDF, highlighting and figures share.
//!
//! The built-in theme is `styles/theme.toml` of this project; a book's own `styles/theme.toml` replaces single keys.

use crate::diag::{Diagnostics, codes};
use crate::keys::{self, Table};
use crate::listings::Class;
use crate::source::{FileId, Sources};
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
    /// `[inks]`: how a press mixes a colour of the light page, as shares of cyan, magenta, yellow and black from 0 to 1.
    pub inks: BTreeMap<[u8; 3], [f32; 4]>,
}

/// The built-in theme's file.
const BUILT_IN: &str = include_str!("../styles/theme.toml");

const FONTS: &[&str] = &["text", "sans", "mono", "math"];
const SIZES: &[&str] = &[
    "text",
    "leading",
    "code",
    "table",
    "caption",
    "note",
    "head",
    "chapter",
    "section",
    "subsection",
    "figure",
];
const COLOURS: &[&str] = &["text", "page", "accent", "link", "muted", "rule", "code", "highlighted"];

impl Theme {
    /// The theme of the binary.
    pub fn built_in() -> Self {
        let black = Colour { rgb: [0, 0, 0] };
        let white = Colour { rgb: [255, 255, 255] };
        let ink = Pair {
            light: black,
            dark: white,
        };
        let mut theme = Self {
            families: Families {
                text: String::new(),
                sans: String::new(),
                mono: String::new(),
                math: String::new(),
            },
            sizes: Sizes {
                text: 10.0,
                leading: 14.0,
                code: 8.0,
                table: 9.0,
                caption: 9.0,
                note: 8.0,
                head: 8.0,
                chapter: 26.0,
                section: 14.0,
                subsection: 11.0,
                figure: 8.0,
            },
            colours: Colours {
                text: ink,
                page: Pair {
                    light: white,
                    dark: black,
                },
                accent: ink,
                link: ink,
                muted: ink,
                rule: ink,
                code: Pair {
                    light: white,
                    dark: black,
                },
                highlighted: Pair {
                    light: white,
                    dark: black,
                },
                tokens: BTreeMap::new(),
            },
            inks: BTreeMap::new(),
        };
        let mut sources = Sources::default();
        let file = sources.add("styles/theme.toml", BUILT_IN);
        theme.read(&sources, file, &mut Diagnostics::default());
        theme
    }

    /// Replaces what a theme.toml says; reports what it cannot say.
    pub fn read(&mut self, sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) {
        let Some(parsed) = keys::parse(sources, file, diagnostics) else {
            return;
        };
        let root = Table::root(file, &parsed);
        root.check(&["fonts", "sizes", "colours", "highlight", "inks"], diagnostics);
        if let Some(fonts) = root.table("fonts", diagnostics) {
            self.families.read(&fonts, diagnostics);
        }
        if let Some(sizes) = root.table("sizes", diagnostics) {
            self.sizes.read(&sizes, diagnostics);
        }
        if let Some(colours) = root.table("colours", diagnostics) {
            self.colours.read(&colours, diagnostics);
        }
        if let Some(highlight) = root.table("highlight", diagnostics) {
            let names: Vec<&str> = Class::ALL.iter().map(|class| class.name()).collect();
            highlight.check(&names, diagnostics);
            for class in Class::ALL {
                if let Some(pair) = read_pair(&highlight, class.name(), diagnostics) {
                    self.colours.tokens.insert(class, pair);
                }
            }
        }
        if let Some(inks) = root.table("inks", diagnostics) {
            self.read_inks(&inks, diagnostics);
        }
    }

    /// `accent = [80, 30, 0, 45]`: percent of cyan, magenta, yellow and black, by the names of `[colours]` and `[highlight]`.
    fn read_inks(&mut self, table: &Table<'_, '_>, diagnostics: &mut Diagnostics) {
        let colours = &self.colours;
        let pairs = [
            colours.text,
            colours.page,
            colours.accent,
            colours.link,
            colours.muted,
            colours.rule,
            colours.code,
            colours.highlighted,
        ];
        let mut named: Vec<(&str, Pair)> = COLOURS.iter().copied().zip(pairs).collect();
        named.extend(colours.tokens.iter().map(|(class, pair)| (class.name(), *pair)));
        let names: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
        table.check(&names, diagnostics);
        for (name, pair) in named {
            let Some(percent) = table.numbers(name, diagnostics) else {
                continue;
            };
            let shares: Vec<f32> = percent
                .iter()
                .filter(|part| **part <= 100)
                .map(|part| *part as f32 / 100.0)
                .collect();
            match <[f32; 4]>::try_from(shares) {
                Ok(shares) => {
                    self.inks.insert(pair.light.rgb, shares);
                }
                Err(_) => {
                    diagnostics
                        .report(
                            &codes::BAD_VALUE,
                            table.place(name),
                            format!("`{name}` is no mixture of four inks"),
                        )
                        .hint("write cyan, magenta, yellow and black in percent: `[80, 30, 0, 45]`");
                }
            }
        }
    }
}

impl Families {
    fn read(&mut self, table: &Table<'_, '_>, diagnostics: &mut Diagnostics) {
        table.check(FONTS, diagnostics);
        let fields = [&mut self.text, &mut self.sans, &mut self.mono, &mut self.math];
        for (key, field) in FONTS.iter().zip(fields) {
            if let Some(family) = table.string(key, diagnostics) {
                *field = family;
            }
        }
    }
}

impl Sizes {
    fn read(&mut self, table: &Table<'_, '_>, diagnostics: &mut Diagnostics) {
        table.check(SIZES, diagnostics);
        let fields = [
            &mut self.text,
            &mut self.leading,
            &mut self.code,
            &mut self.table,
            &mut self.caption,
            &mut self.note,
            &mut self.head,
            &mut self.chapter,
            &mut self.section,
            &mut self.subsection,
            &mut self.figure,
        ];
        for (key, field) in SIZES.iter().zip(fields) {
            let Some(size) = table.number(key, diagnostics) else {
                continue;
            };
            if (4.0..=96.0).contains(&size) {
                *field = size as f32;
            } else {
                diagnostics
                    .report(
                        &codes::BAD_VALUE,
                        table.place(key),
                        format!("`{key}` is {size} pt, which cannot be read"),
                    )
                    .hint("sizes are in pt, from 4 to 96");
            }
        }
        if self.figure < 7.0 {
            diagnostics
                .report(
                    &codes::BAD_VALUE,
                    table.place("figure"),
                    "labels in figures are never smaller than 7 pt",
                )
                .hint("write 7 or more");
            self.figure = 7.0;
        }
    }
}

impl Colours {
    fn read(&mut self, table: &Table<'_, '_>, diagnostics: &mut Diagnostics) {
        table.check(COLOURS, diagnostics);
        let fields = [
            &mut self.text,
            &mut self.page,
            &mut self.accent,
            &mut self.link,
            &mut self.muted,
            &mut self.rule,
            &mut self.code,
            &mut self.highlighted,
        ];
        for (key, field) in COLOURS.iter().zip(fields) {
            if let Some(pair) = read_pair(table, key, diagnostics) {
                *field = pair;
            }
        }
    }
}

/// `["#light", "#dark"]`
fn read_pair(table: &Table<'_, '_>, key: &str, diagnostics: &mut Diagnostics) -> Option<Pair> {
    let texts = table.strings(key, diagnostics);
    if texts.is_empty() {
        return None;
    }
    let colours: Option<Vec<Colour>> = texts.iter().map(|text| Colour::parse(text)).collect();
    if let Some([light, dark]) = colours.as_deref() {
        return Some(Pair {
            light: *light,
            dark: *dark,
        });
    }
    diagnostics
        .report(
            &codes::BAD_VALUE,
            table.place(key),
            format!("`{key}` is not a pair of colours"),
        )
        .hint("write the colour for paper and the one for dark screens: `[\"#1f5673\", \"#7fb7d6\"]`");
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2, definition of relative luminance.
    fn luminance(colour: Colour) -> f64 {
        let [red, green, blue] = colour.rgb.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(one: Colour, other: Colour) -> f64 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_colour_can_be_read_on_every_ground_it_stands_on() {
        let theme = Theme::built_in();
        let colours = &theme.colours;
        let on_page = [colours.text, colours.accent, colours.link, colours.muted];
        for (name, front, ground) in on_page
            .iter()
            .map(|pair| ("page", *pair, colours.page))
            .chain(colours.tokens.values().map(|pair| ("code", *pair, colours.code)))
            .chain(
                colours
                    .tokens
                    .values()
                    .map(|pair| ("highlighted", *pair, colours.highlighted)),
            )
        {
            assert!(
                contrast(front.light, ground.light) >= 4.5,
                "{} on {name}, light",
                front.light.hex()
            );
            assert!(
                contrast(front.dark, ground.dark) >= 4.5,
                "{} on {name}, dark",
                front.dark.hex()
            );
        }
        assert_eq!(colours.tokens.len(), Class::ALL.len());
    }
}
