//! Profiles: what a press asks for, as data with a date and a source for every rule.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::store::{self, Store};
use crate::diag::{Diagnostics, codes, nearest};
use crate::keys::{self, Table};
use crate::manuscript::settings::length;
use crate::source::Sources;
use std::collections::{BTreeMap, BTreeSet};

/// What a press asks for. All lengths are in pt; what is absent is not asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    /// `name`: `KDP paperback`.
    pub name: String,
    /// `as-of`: the day on which the rules were written down, `YYYY-MM-DD`.
    pub as_of: String,
    /// `[pages]`
    pub pages: Pages,
    /// `[bleed]`: how far what bleeds has to reach over each edge.
    pub bleed: Option<Bleed>,
    /// `[margins]`
    pub margins: Margins,
    /// `[file]`
    pub file: FileRules,
    /// `[cover]`
    pub cover: Option<Cover>,
    /// `[epub]`: what a store of EPUBs asks for.
    pub epub: Option<Store>,
    /// Whether anything is said of printed books.
    pub prints: bool,
}

/// How many pages a book may have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pages {
    /// `least`
    pub least: Option<usize>,
    /// `most`
    pub most: Option<usize>,
    /// `even`: whether an odd number is refused.
    pub even: bool,
    /// Where that is said.
    pub source: Source,
}

/// How far what bleeds has to reach over each edge of the trimmed page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bleed {
    /// `top`
    pub top: f64,
    /// `bottom`
    pub bottom: f64,
    /// `outside`
    pub outside: f64,
    /// `inside`: at the spine.
    pub inside: f64,
    /// Where that is said.
    pub source: Source,
}

/// How near to the edges of the trimmed page text may come.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Margins {
    /// `outside`: at the top, at the bottom and on the outer side.
    pub outside: f64,
    /// `outside-with-bleed`: the same where pages bleed.
    pub outside_with_bleed: f64,
    /// `inside = { 150 = "0.375in" }`: at the spine, for books of up to so many pages.
    pub inside: BTreeMap<usize, f64>,
    /// Where that is said.
    pub source: Source,
}

impl Margins {
    /// The least margin at the spine of a book with so many pages; that of the thickest for still thicker ones.
    pub fn inside_of(&self, pages: usize) -> f64 {
        let wide_enough = self.inside.range(pages..).next();
        wide_enough
            .or_else(|| self.inside.last_key_value())
            .map_or(0.0, |(_, width)| *width)
    }
}

/// What a file may be and hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileRules {
    /// `largest`, in bytes.
    pub largest: Option<u64>,
    /// `dpi`: the least resolution of pictures at their printed size, in pixels an inch.
    pub dpi: Option<f64>,
    /// `colours`; empty where any will do.
    pub colours: BTreeSet<Colour>,
    /// `forbidden`
    pub forbidden: BTreeSet<Feature>,
    /// `fonts-embedded`
    pub fonts_embedded: bool,
    /// Where that is said.
    pub source: Source,
}

/// What the cover that wraps the book has to be.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cover {
    /// `template`: whether the press takes only its own template, so that no cover can be made from numbers.
    pub template: bool,
    /// `bleed`: on all sides.
    pub bleed: f64,
    /// `spine = { white = "0.002252in" }`: how much a page adds to the spine, by paper.
    pub spine: BTreeMap<String, f64>,
    /// `spine-text-from`: from how many pages the spine may carry text.
    pub spine_text_from: usize,
    /// `spine-clearance`: how far that text has to stay from the folds.
    pub spine_clearance: f64,
    /// Where that is said.
    pub source: Source,
}

/// Where a rule is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// `title` of the page or document.
    pub title: String,
    /// `url`
    pub url: Option<String>,
    /// `kind`: `the vendor's page`.
    pub kind: String,
}

/// A colour space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colour {
    /// Black and its tints.
    Grey,
    /// Red, green and blue; how a screen makes colours.
    Rgb,
    /// Cyan, magenta, yellow and black; how a press does.
    Cmyk,
    /// A named ink.
    Spot,
}

impl Colour {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Grey, Self::Rgb, Self::Cmyk, Self::Spot];

    /// The name in profiles and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Rgb => "rgb",
            Self::Cmyk => "cmyk",
            Self::Spot => "spot",
        }
    }
}

/// What a PDF may hold beside its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// Bookmarks (ISO 32000-1, 12.3.3).
    Bookmarks,
    /// Annotations, links among them (ISO 32000-1, 12.5).
    Annotations,
    /// Encryption (ISO 32000-1, 7.6).
    Encryption,
    /// Crop and registration marks: anything outside of the bleed.
    Marks,
    /// Forms (ISO 32000-1, 12.7).
    Forms,
    /// JavaScript and other actions (ISO 32000-1, 12.6).
    Actions,
    /// Attached files (ISO 32000-1, 7.11.4).
    Attachments,
    /// Transparency (ISO 32000-1, 11), which some presses flatten by themselves.
    Transparency,
}

impl Feature {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Bookmarks,
        Self::Annotations,
        Self::Encryption,
        Self::Marks,
        Self::Forms,
        Self::Actions,
        Self::Attachments,
        Self::Transparency,
    ];

    /// The name in profiles and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bookmarks => "bookmarks",
            Self::Annotations => "annotations",
            Self::Encryption => "encryption",
            Self::Marks => "marks",
            Self::Forms => "forms",
            Self::Actions => "actions",
            Self::Attachments => "attachments",
            Self::Transparency => "transparency",
        }
    }
}

/// The profiles that are known without a word in book.toml: the name by which they are asked for, and their data.
const BUILT_IN: [(&str, &str); 7] = [
    ("plain", include_str!("profiles/plain.toml")),
    ("kdp", include_str!("profiles/kdp.toml")),
    ("ingramspark", include_str!("profiles/ingramspark.toml")),
    ("lulu", include_str!("profiles/lulu.toml")),
    ("apple", include_str!("profiles/apple.toml")),
    ("google", include_str!("profiles/google.toml")),
    ("kobo", include_str!("profiles/kobo.toml")),
];

impl Profile {
    /// The names of the profiles that are known without a word in book.toml.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The names of those among them that print books.
    pub fn presses() -> Vec<&'static str> {
        let presses = Self::names().filter(|name| Self::built_in(name).is_some_and(|profile| profile.prints));
        presses.collect()
    }

    /// The names of those among them that sell EPUBs, in order of the alphabet.
    pub fn stores() -> Vec<&'static str> {
        let stores = Self::names().filter(|name| Self::built_in(name).is_some_and(|profile| profile.epub.is_some()));
        let mut stores: Vec<&str> = stores.collect();
        stores.sort_unstable();
        stores
    }

    /// The name that was meant by another one: the nearest, or that of the profile which calls itself so, as `kindle`.
    pub fn nearest(name: &str) -> Option<&'static str> {
        let called = |known: &&str| {
            let profile = Self::built_in(known);
            let names = profile.iter().map(|profile| &profile.name);
            let stores = profile.iter().filter_map(|profile| Some(&profile.epub.as_ref()?.name));
            let begins = |own: &String| own.to_lowercase().starts_with(&name.to_lowercase());
            names.chain(stores).any(begins)
        };
        let known = Self::names().find(called).filter(|_| name.len() > 2);
        known.or_else(|| nearest(name, Self::names()))
    }

    /// The profile that is asked for by this name.
    pub fn built_in(name: &str) -> Option<Self> {
        let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
        let mut sources = Sources::default();
        let file = sources.add(format!("{name}.toml"), *text);
        // The data is checked by a test, so nothing can be said of it here.
        let mut diagnostics = Diagnostics::default();
        let parsed = keys::parse(&sources, file, &mut diagnostics)?;
        Some(read(&Table::root(file, &parsed), name, &mut diagnostics))
    }
}

/// Reads a profile: a file of `profiles/`, or `[profiles.NAME]` of a book.toml.
pub(crate) fn read(table: &Table<'_, '_>, name: &str, diagnostics: &mut Diagnostics) -> Profile {
    const PRINT: [&str; 5] = ["pages", "bleed", "margins", "file", "cover"];
    let keys: Vec<&str> = ["name", "as-of", "epub", "sources"].iter().chain(&PRINT).copied().collect();
    table.check(&keys, diagnostics);
    let mut reader = Reader {
        sources: table
            .table("sources", diagnostics)
            .map_or_else(BTreeMap::new, |sources| read_sources(&sources, diagnostics)),
        diagnostics,
    };
    let name = table.string("name", reader.diagnostics).unwrap_or_else(|| name.to_owned());
    let epub = table.table("epub", reader.diagnostics);
    Profile {
        epub: epub.map(|epub| store::read(&epub, &name, &mut reader)),
        prints: !table.has("epub") || PRINT.iter().any(|key| table.has(key)),
        name,
        as_of: table.string("as-of", reader.diagnostics).unwrap_or_default(),
        pages: reader.pages(table).unwrap_or_default(),
        bleed: reader.bleed(table),
        margins: reader.margins(table).unwrap_or_default(),
        file: reader.file(table).unwrap_or_default(),
        cover: reader.cover(table),
    }
}

fn read_sources(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> BTreeMap<String, Source> {
    let names: Vec<&str> = table.entries().map(|(name, _, _)| name).collect();
    let mut sources = BTreeMap::new();
    for name in names {
        let Some(entry) = table.table(name, diagnostics) else {
            continue;
        };
        entry.check(&["title", "url", "kind"], diagnostics);
        sources.insert(
            name.to_owned(),
            Source {
                title: entry.string("title", diagnostics).unwrap_or_else(|| name.to_owned()),
                url: entry.string("url", diagnostics),
                kind: entry.string("kind", diagnostics).unwrap_or_default(),
            },
        );
    }
    sources
}

/// Reads the tables of a profile.
pub(super) struct Reader<'d> {
    sources: BTreeMap<String, Source>,
    /// What cannot be understood is told here.
    pub(super) diagnostics: &'d mut Diagnostics,
}

impl Reader<'_> {
    fn pages(&mut self, table: &Table<'_, '_>) -> Option<Pages> {
        let pages = table.table("pages", self.diagnostics)?;
        pages.check(&["least", "most", "even", "source"], self.diagnostics);
        Some(Pages {
            least: self.count(&pages, "least"),
            most: self.count(&pages, "most"),
            even: pages.flag("even", self.diagnostics).unwrap_or(false),
            source: self.source(&pages),
        })
    }

    fn bleed(&mut self, table: &Table<'_, '_>) -> Option<Bleed> {
        let bleed = table.table("bleed", self.diagnostics)?;
        bleed.check(&["top", "bottom", "outside", "inside", "source"], self.diagnostics);
        Some(Bleed {
            top: self.length(&bleed, "top").unwrap_or(0.0),
            bottom: self.length(&bleed, "bottom").unwrap_or(0.0),
            outside: self.length(&bleed, "outside").unwrap_or(0.0),
            inside: self.length(&bleed, "inside").unwrap_or(0.0),
            source: self.source(&bleed),
        })
    }

    fn margins(&mut self, table: &Table<'_, '_>) -> Option<Margins> {
        let margins = table.table("margins", self.diagnostics)?;
        margins.check(&["outside", "outside-with-bleed", "inside", "source"], self.diagnostics);
        let outside = self.length(&margins, "outside").unwrap_or(0.0);
        Some(Margins {
            outside,
            outside_with_bleed: self.length(&margins, "outside-with-bleed").unwrap_or(outside),
            inside: self.by_pages(&margins),
            source: self.source(&margins),
        })
    }

    /// `inside = { 150 = "0.375in", 300 = "0.5in" }`
    fn by_pages(&mut self, margins: &Table<'_, '_>) -> BTreeMap<usize, f64> {
        let mut widths = BTreeMap::new();
        let Some(table) = margins.table("inside", self.diagnostics) else {
            return widths;
        };
        for (key, _, span) in table.entries() {
            let width = self.length(&table, key);
            match (key.parse(), width) {
                (Ok(pages), Some(width)) => {
                    widths.insert(pages, width);
                }
                (Err(_), _) => {
                    self.diagnostics
                        .report(&codes::BAD_VALUE, span, format!("`{key}` is not a number of pages"))
                        .hint("write `{ 150 = \"0.375in\" }`: for books of up to 150 pages");
                }
                (Ok(_), None) => {}
            }
        }
        widths
    }

    fn file(&mut self, table: &Table<'_, '_>) -> Option<FileRules> {
        let file = table.table("file", self.diagnostics)?;
        file.check(
            &["largest", "dpi", "colours", "forbidden", "fonts-embedded", "source"],
            self.diagnostics,
        );
        Some(FileRules {
            largest: self.megabytes(&file, "largest"),
            dpi: file.number("dpi", self.diagnostics),
            colours: self.among(&file, "colours", &Colour::ALL, Colour::name),
            forbidden: self.among(&file, "forbidden", &Feature::ALL, Feature::name),
            fonts_embedded: file.flag("fonts-embedded", self.diagnostics).unwrap_or(true),
            source: self.source(&file),
        })
    }

    fn cover(&mut self, table: &Table<'_, '_>) -> Option<Cover> {
        let cover = table.table("cover", self.diagnostics)?;
        cover.check(
            &["template", "bleed", "spine", "spine-text-from", "spine-clearance", "source"],
            self.diagnostics,
        );
        let mut spine = BTreeMap::new();
        if let Some(papers) = cover.table("spine", self.diagnostics) {
            for (paper, _, _) in papers.entries() {
                if let Some(width) = self.length(&papers, paper) {
                    spine.insert(paper.to_owned(), width);
                }
            }
        }
        Some(Cover {
            template: cover.flag("template", self.diagnostics).unwrap_or(false),
            bleed: self.length(&cover, "bleed").unwrap_or(0.0),
            spine,
            spine_text_from: self.count(&cover, "spine-text-from").unwrap_or(0),
            spine_clearance: self.length(&cover, "spine-clearance").unwrap_or(0.0),
            source: self.source(&cover),
        })
    }

    /// Where the rules of a table are said.
    pub(super) fn source(&mut self, table: &Table<'_, '_>) -> Source {
        let Some(name) = table.string("source", self.diagnostics) else {
            return Source::default();
        };
        if let Some(source) = self.sources.get(&name) {
            return source.clone();
        }
        self.diagnostics
            .report(
                &codes::BAD_VALUE,
                table.place("source"),
                format!("there is no source `{name}`"),
            )
            .hint(format!("describe it: `[sources.{name}]` with a `title`"));
        Source::default()
    }

    fn length(&mut self, table: &Table<'_, '_>, key: &str) -> Option<f64> {
        let text = table.string(key, self.diagnostics)?;
        let found = length(&text);
        if found.is_none() {
            self.diagnostics
                .report(&codes::BAD_VALUE, table.place(key), format!("`{text}` is not a length"))
                .hint("write a number and a unit: `0.125in` or `3mm`");
        }
        found
    }

    fn count(&mut self, table: &Table<'_, '_>, key: &str) -> Option<usize> {
        let number = table.number(key, self.diagnostics)?;
        if number.fract() == 0.0 && (0.0..=100_000.0).contains(&number) {
            return Some(number as usize);
        }
        self.diagnostics
            .report(&codes::BAD_VALUE, table.place(key), format!("`{key}` is not a count"));
        None
    }

    /// A size in bytes: `largest = "650MB"`.
    pub(super) fn megabytes(&mut self, table: &Table<'_, '_>, key: &str) -> Option<u64> {
        let text = table.string(key, self.diagnostics)?;
        let megabytes: Option<u64> = text.strip_suffix("MB").and_then(|number| number.trim().parse().ok());
        if megabytes.is_none() {
            self.diagnostics
                .report(&codes::BAD_VALUE, table.place(key), format!("`{text}` is not a size"))
                .hint("write whole megabytes: `650MB`");
        }
        megabytes.map(|megabytes| megabytes.saturating_mul(1_000_000))
    }

    /// A list of names, each of which is known.
    fn among<T: Copy + Ord>(
        &mut self,
        table: &Table<'_, '_>,
        key: &str,
        known: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> BTreeSet<T> {
        let mut found = BTreeSet::new();
        for text in table.strings(key, self.diagnostics) {
            match known.iter().find(|item| name(**item) == text) {
                Some(item) => {
                    found.insert(*item);
                }
                None => {
                    let names: Vec<&str> = known.iter().map(|item| name(*item)).collect();
                    self.diagnostics
                        .report(&codes::BAD_VALUE, table.place(key), format!("`{text}` is none of `{key}`"))
                        .hint(format!("they are {}", names.join(", ")));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::render;

    #[test]
    fn every_built_in_profile_reads_without_a_word_and_names_its_sources() {
        for (name, text) in BUILT_IN {
            let mut sources = Sources::default();
            let file = sources.add(format!("{name}.toml"), text);
            let mut diagnostics = Diagnostics::default();
            let parsed = keys::parse(&sources, file, &mut diagnostics).expect("TOML");
            let profile = read(&Table::root(file, &parsed), name, &mut diagnostics);
            let said = render::human(&diagnostics, &sources, false);
            assert_eq!(said, "");
            assert!(!profile.as_of.is_empty(), "{name}");
            assert!(!profile.prints || !profile.file.source.title.is_empty(), "{name}");
            let rules = profile.epub.map_or_else(Vec::new, |store| store.rules);
            for rule in &rules {
                assert!(!rule.source.title.is_empty(), "{name}: {rule:?}");
            }
            assert!(profile.prints || !rules.is_empty(), "{name}");
        }
    }

    #[test]
    fn the_gutter_follows_from_the_number_of_pages() {
        let margins = Profile::built_in("kdp").expect("a profile").margins;
        let inches = |pages: usize| margins.inside_of(pages) / 72.0;
        assert_eq!(
            [24, 150, 151, 300, 828, 900].map(inches),
            [0.375, 0.375, 0.5, 0.5, 0.875, 0.875]
        );
        assert_eq!(Profile::built_in("plain").expect("a profile").margins.inside_of(100), 0.0);
    }

    #[test]
    fn what_a_profile_cannot_mean_is_told() {
        let text = "[pages]\nleast = 1.5\nsource = \"x\"\n[margins]\ninside = { many = \"1in\" }\n[file]\ncolours = [\"blue\"]\nlargest = \"1GB\"\n";
        let mut sources = Sources::default();
        let file = sources.add("book.toml", text);
        let mut diagnostics = Diagnostics::default();
        let parsed = keys::parse(&sources, file, &mut diagnostics).expect("TOML");
        read(&Table::root(file, &parsed), "house", &mut diagnostics);
        let said: Vec<&str> = diagnostics.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(
            said,
            [
                "`least` is not a count",
                "there is no source `x`",
                "`many` is not a number of pages",
                "`1GB` is not a size",
                "`blue` is none of `colours`",
            ]
        );
    }
}
