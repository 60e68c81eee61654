//! Stores: what they ask of an EPUB, as data with a source for every rule.
//!
//! Gets the table `[epub]` of a profile, gives a [`Store`]. Each rule is a table of its own in there, named as the rule is; where
//! a rule stands twice, with two limits and two sources, the second table says by `rule` which it is.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::profile::{Reader, Source};
use crate::diag::{codes, nearest};
use crate::keys::Table;
use std::collections::BTreeSet;

/// What a store asks of an EPUB.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Store {
    /// `name`: `Kindle`; without it the profile's.
    pub name: String,
    /// The rules, in the order in which they are judged.
    pub rules: Vec<Rule>,
}

/// One thing that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What.
    pub demand: Demand,
    /// What becomes of a book that does not do so.
    pub weight: Weight,
    /// Where that is said.
    pub source: Source,
}

/// What becomes of what does not keep a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Weight {
    /// `refused`: the file is not taken.
    #[default]
    Refused,
    /// `lost`: the file is taken, and readers see something else, or do not see it.
    Lost,
    /// `advised`: it is asked for, and nothing happens without it.
    Advised,
}

impl Weight {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Refused, Self::Lost, Self::Advised];

    /// The name in profiles and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Lost => "lost",
            Self::Advised => "advised",
        }
    }
}

/// What can be asked of an EPUB.
#[derive(Debug, Clone, PartialEq)]
pub enum Demand {
    /// `file-size`: the most bytes of the file.
    FileSize(u64),
    /// `document-size`: the most bytes of one page of the archive with the pictures on it.
    DocumentSize(u64),
    /// `encryption`: nothing is encrypted; fonts may be obfuscated.
    Encryption,
    /// `picture-pixels`: the most pixels of a picture.
    PicturePixels(u64),
    /// `picture-formats`: the formats of pictures.
    PictureFormats(BTreeSet<String>),
    /// `picture-colours`: the colours that pictures are in.
    PictureColours(BTreeSet<String>),
    /// `transparency`: no picture lets the page show through.
    Transparency,
    /// `alternatives`: every picture has an `alt`, be it an empty one.
    Alternatives,
    /// `cover`: one picture is named as the cover.
    Cover,
    /// `cover-pixels`: the cover's sides in pixels.
    CoverPixels {
        /// `shorter`: the least of the shorter side.
        shorter: u64,
        /// `longer`: the least of the longer side.
        longer: u64,
        /// `most` of each side.
        most: u64,
    },
    /// `cover-proportion`: the cover's height as a part of its width.
    CoverProportion(f64),
    /// `cover-formats`: the formats of covers.
    CoverFormats(BTreeSet<String>),
    /// `cover-page`: the cover is an `<img>` on a page of its own.
    CoverPage,
    /// `cover-name`: the package names the cover as EPUB 2 did, too.
    CoverName,
    /// `cover-links`: no links on the cover's page.
    CoverLinks,
    /// `contents-depth`: how many levels the contents have.
    ContentsDepth(u64),
    /// `contents-page`: landmarks or the guide lead to a page with the contents.
    ContentsPage,
    /// `elements`: elements that no page has.
    Elements(BTreeSet<String>),
    /// `nested-tables`: no table in a table.
    NestedTables,
    /// `inline-styles`: no styles in attributes.
    InlineStyles,
    /// `font-formats`: the formats of fonts.
    FontFormats(BTreeSet<String>),
    /// `svg-text`: no letters in SVG.
    SvgText,
    /// `svg-count`: how many pictures are SVG.
    SvgCount(u64),
    /// `svg-size`: the most of an SVG's width and height, in pixels.
    SvgSize(u64),
    /// `svg-view-box`: every SVG has a `viewBox` of four whole numbers that begins at 0, 0.
    SvgViewBox,
    /// `svg-images`: no pictures wrapped in SVG.
    SvgImages,
    /// `svg-pages`: no SVG in the reading order by itself.
    SvgPages,
    /// `file-names`: letters without accents, digits, hyphens, underscores and full stops only.
    FileNames,
    /// `isbn`: the book is identified by its ISBN.
    Isbn,
}

/// The names of rules, in the order in which they are judged.
const NAMES: [&str; 29] = [
    "file-size",
    "document-size",
    "encryption",
    "picture-pixels",
    "picture-formats",
    "picture-colours",
    "transparency",
    "alternatives",
    "cover",
    "cover-pixels",
    "cover-proportion",
    "cover-formats",
    "cover-page",
    "cover-name",
    "cover-links",
    "contents-depth",
    "contents-page",
    "elements",
    "nested-tables",
    "inline-styles",
    "font-formats",
    "svg-text",
    "svg-count",
    "svg-size",
    "svg-view-box",
    "svg-images",
    "svg-pages",
    "file-names",
    "isbn",
];

impl Demand {
    /// What is asked for, as a sentence without a full stop.
    pub fn told(&self) -> String {
        let sentence = match self {
            Self::FileSize(most) => return format!("the file has {} at most", megabytes(*most)),
            Self::DocumentSize(most) => {
                return format!("a page of the archive has, with its pictures, {} at most", megabytes(*most));
            }
            Self::PicturePixels(most) => return format!("a picture has {} pixels at most", millions(*most)),
            Self::PictureFormats(allowed) => return format!("pictures are {}", one_of(allowed)),
            Self::PictureColours(allowed) => return format!("the colours of pictures are {}", one_of(allowed)),
            Self::CoverPixels { shorter, longer, most } => {
                return format!("the cover has {shorter} × {longer} pixels at least, and {most} on a side at most");
            }
            Self::CoverProportion(ideal) => return format!("the cover is {ideal} times as high as wide"),
            Self::CoverFormats(allowed) => return format!("the cover is {}", one_of(allowed)),
            Self::ContentsDepth(most) => return format!("the contents have {most} levels at most, in the NCX where there is one"),
            Self::Elements(forbidden) => {
                let names: Vec<String> = forbidden.iter().map(|name| format!("`<{name}>`")).collect();
                return format!("no page has {}", names.join(", "));
            }
            Self::FontFormats(allowed) => return format!("fonts are {}", one_of(allowed)),
            Self::SvgCount(most) => return format!("{most} pictures at most are SVG"),
            Self::SvgSize(most) => return format!("an SVG is {most} pixels wide and high at most"),
            Self::Encryption => "nothing is encrypted and nothing tells of rights; fonts may be obfuscated",
            Self::Transparency => "the page shows through no picture",
            Self::Alternatives => "every `<img>` has an `alt`, be it an empty one",
            Self::Cover => "a picture is named as the cover",
            Self::CoverPage => "the cover is an `<img>` on a page of its own",
            Self::CoverName => "`<meta name=\"cover\">` names the cover",
            Self::CoverLinks => "there are no links on the cover's page",
            Self::ContentsPage => "the landmarks or the guide lead to a page of the reading order with the contents",
            Self::NestedTables => "no table stands in another one",
            Self::InlineStyles => "no element but an SVG's has a style in an attribute",
            Self::SvgText => "no SVG has letters as text",
            Self::SvgViewBox => "every SVG has a `viewBox` of whole numbers from 0, 0",
            Self::SvgImages => "no picture is wrapped in SVG",
            Self::SvgPages => "no SVG is in the reading order by itself",
            Self::FileNames => "names of files are letters without accents, digits, hyphens, underscores and full stops",
            Self::Isbn => "an identifier of the package is the ISBN",
        };
        sentence.to_owned()
    }

    /// The rule's name in profiles and messages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::FileSize(_) => "file-size",
            Self::DocumentSize(_) => "document-size",
            Self::Encryption => "encryption",
            Self::PicturePixels(_) => "picture-pixels",
            Self::PictureFormats(_) => "picture-formats",
            Self::PictureColours(_) => "picture-colours",
            Self::Transparency => "transparency",
            Self::Alternatives => "alternatives",
            Self::Cover => "cover",
            Self::CoverPixels { .. } => "cover-pixels",
            Self::CoverProportion(_) => "cover-proportion",
            Self::CoverFormats(_) => "cover-formats",
            Self::CoverPage => "cover-page",
            Self::CoverName => "cover-name",
            Self::CoverLinks => "cover-links",
            Self::ContentsDepth(_) => "contents-depth",
            Self::ContentsPage => "contents-page",
            Self::Elements(_) => "elements",
            Self::NestedTables => "nested-tables",
            Self::InlineStyles => "inline-styles",
            Self::FontFormats(_) => "font-formats",
            Self::SvgText => "svg-text",
            Self::SvgCount(_) => "svg-count",
            Self::SvgSize(_) => "svg-size",
            Self::SvgViewBox => "svg-view-box",
            Self::SvgImages => "svg-images",
            Self::SvgPages => "svg-pages",
            Self::FileNames => "file-names",
            Self::Isbn => "isbn",
        }
    }
}

/// Reads the table `[epub]` of a profile that has this name.
pub(super) fn read(table: &Table<'_, '_>, profile: &str, reader: &mut Reader<'_>) -> Store {
    let mut rules = Vec::new();
    for (key, _, _) in table.entries().filter(|(key, _, _)| *key != "name") {
        if let Some(entry) = table.table(key, reader.diagnostics) {
            rules.extend(read_rule(&entry, key, reader));
        }
    }
    let place = |rule: &Rule| NAMES.iter().position(|name| *name == rule.demand.name());
    rules.sort_by_key(|rule| (place(rule), rule.weight));
    Store {
        name: table.string("name", reader.diagnostics).unwrap_or_else(|| profile.to_owned()),
        rules,
    }
}

fn read_rule(table: &Table<'_, '_>, key: &str, reader: &mut Reader<'_>) -> Option<Rule> {
    let name = table.string("rule", reader.diagnostics).unwrap_or_else(|| key.to_owned());
    Some(Rule {
        demand: read_demand(table, &name, reader)?,
        weight: read_weight(table, reader),
        source: reader.source(table),
    })
}

fn read_demand(table: &Table<'_, '_>, name: &str, reader: &mut Reader<'_>) -> Option<Demand> {
    let own: &[&str] = match name {
        "file-size" | "document-size" | "picture-pixels" | "contents-depth" | "svg-count" | "svg-size" => &["most"],
        "cover-pixels" => &["shorter", "longer", "most"],
        "cover-proportion" => &["ideal"],
        "picture-formats" | "picture-colours" | "cover-formats" | "font-formats" => &["allowed"],
        "elements" => &["forbidden"],
        _ => &[],
    };
    let keys: Vec<&str> = ["rule", "weight", "source"].iter().chain(own).copied().collect();
    if NAMES.contains(&name) {
        table.check(&keys, reader.diagnostics);
    }
    for key in own.iter().filter(|key| !table.has(key)) {
        let message = format!("the rule `{name}` does not say `{key}`");
        reader.diagnostics.report(&codes::BAD_VALUE, table.span, message);
    }
    Some(match name {
        "file-size" => Demand::FileSize(reader.megabytes(table, "most")?),
        "document-size" => Demand::DocumentSize(reader.megabytes(table, "most")?),
        "encryption" => Demand::Encryption,
        "picture-pixels" => Demand::PicturePixels(whole(table, "most", reader)?),
        "picture-formats" => Demand::PictureFormats(names(table, "allowed", reader)?),
        "picture-colours" => Demand::PictureColours(names(table, "allowed", reader)?),
        "transparency" => Demand::Transparency,
        "alternatives" => Demand::Alternatives,
        "cover" => Demand::Cover,
        "cover-pixels" => Demand::CoverPixels {
            shorter: whole(table, "shorter", reader)?,
            longer: whole(table, "longer", reader)?,
            most: whole(table, "most", reader)?,
        },
        "cover-proportion" => Demand::CoverProportion(table.number("ideal", reader.diagnostics)?),
        "cover-formats" => Demand::CoverFormats(names(table, "allowed", reader)?),
        "cover-page" => Demand::CoverPage,
        "cover-name" => Demand::CoverName,
        "cover-links" => Demand::CoverLinks,
        "contents-depth" => Demand::ContentsDepth(whole(table, "most", reader)?),
        "contents-page" => Demand::ContentsPage,
        "elements" => Demand::Elements(names(table, "forbidden", reader)?),
        "nested-tables" => Demand::NestedTables,
        "inline-styles" => Demand::InlineStyles,
        "font-formats" => Demand::FontFormats(names(table, "allowed", reader)?),
        "svg-text" => Demand::SvgText,
        "svg-count" => Demand::SvgCount(whole(table, "most", reader)?),
        "svg-size" => Demand::SvgSize(whole(table, "most", reader)?),
        "svg-view-box" => Demand::SvgViewBox,
        "svg-images" => Demand::SvgImages,
        "svg-pages" => Demand::SvgPages,
        "file-names" => Demand::FileNames,
        "isbn" => Demand::Isbn,
        _ => {
            unknown(table, name, reader);
            return None;
        }
    })
}

fn unknown(table: &Table<'_, '_>, name: &str, reader: &mut Reader<'_>) {
    let message = format!("there is no rule `{name}` for EPUBs");
    let diagnostic = reader.diagnostics.report(&codes::BAD_VALUE, table.span, message);
    match nearest(name, NAMES) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None => diagnostic.hint(format!("the rules are {}", NAMES.join(", "))),
    };
}

fn read_weight(table: &Table<'_, '_>, reader: &mut Reader<'_>) -> Weight {
    let Some(text) = table.string("weight", reader.diagnostics) else {
        return Weight::default();
    };
    let found = Weight::ALL.into_iter().find(|weight| weight.name() == text);
    if found.is_none() {
        let names = Weight::ALL.map(Weight::name).join(", ");
        let message = format!("`{text}` is not what becomes of a book");
        reader
            .diagnostics
            .report(&codes::BAD_VALUE, table.place("weight"), message)
            .hint(format!("write one of {names}"));
    }
    found.unwrap_or_default()
}

/// A whole number of things.
fn whole(table: &Table<'_, '_>, key: &str, reader: &mut Reader<'_>) -> Option<u64> {
    let number = table.number(key, reader.diagnostics)?;
    if number.fract() == 0.0 && (0.0..=1e12).contains(&number) {
        return Some(number as u64);
    }
    let message = format!("`{key}` is not a count");
    reader.diagnostics.report(&codes::BAD_VALUE, table.place(key), message);
    None
}

fn names(table: &Table<'_, '_>, key: &str, reader: &mut Reader<'_>) -> Option<BTreeSet<String>> {
    let names: BTreeSet<String> = table.strings(key, reader.diagnostics).into_iter().collect();
    (!names.is_empty()).then_some(names)
}

/// `12.3 MB`
pub(super) fn megabytes(bytes: u64) -> String {
    let text = format!("{:.1}", bytes as f64 / 1e6);
    format!("{} MB", text.trim_end_matches(".0"))
}

/// `4.1 million`
pub(super) fn millions(pixels: u64) -> String {
    let text = format!("{:.2}", pixels as f64 / 1e6);
    format!("{} million", text.trim_end_matches('0').trim_end_matches('.'))
}

/// `gif, jpeg or png`
pub(super) fn one_of(names: &BTreeSet<String>) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
