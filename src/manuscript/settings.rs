//! What book.toml says.

use std::collections::BTreeMap;

/// What book.toml says, read strictly: an unknown key is an error with the nearest key as hint.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// `[book] title`
    pub title: String,
    /// `[book] subtitle`
    pub subtitle: Option<String>,
    /// `[book] authors`, at least one.
    pub authors: Vec<String>,
    /// `[book] language`, a BCP 47 tag: `en`, `de-CH`.
    pub language: String,
    /// `[book] identifier`: `urn:isbn:...`, `urn:uuid:...`, an ISBN or a web address. Without it one is made from title and authors.
    pub identifier: Option<String>,
    /// `[book] date`, `YYYY-MM-DD`: when this edition is published. Without it no date is printed.
    pub date: Option<String>,
    /// `[book] publisher`
    pub publisher: Option<String>,
    /// `[book] edition`: `First edition`.
    pub edition: Option<String>,
    /// `[book] rights`: the copyright line: `© 2026 Ada Writer. CC BY-SA 4.0.`
    pub rights: Option<String>,
    /// `[book] description`: a paragraph for shops.
    pub description: Option<String>,
    /// `[book] subjects`
    pub subjects: Vec<String>,
    /// `[book] cover`: a picture in the manuscript.
    pub cover: Option<String>,
    /// `[book] colophon`: lines for the copyright page, below rights.
    pub colophon: Option<String>,
    /// `[book] chapters`: files in order, when there is no outline.
    pub chapters: Vec<String>,
    /// `[print]`
    pub print: Print,
    /// `[editions] pdf`: which PDFs a build makes; default print and screen.
    pub editions: Vec<PdfEdition>,
    /// `[variables]`
    pub variables: BTreeMap<String, String>,
    /// `[check]`: a code's severity, by name: `error`, `warning`, `note` or `off`.
    pub check: BTreeMap<String, String>,
    /// `[errata]`: titles of the outline that the book corrects: old title to new title and reason.
    pub errata: BTreeMap<String, Erratum>,
}

/// `"Old title" = { title = "New title", why = "a typo" }`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Erratum {
    /// The corrected title, without its number.
    pub title: String,
    /// Why.
    pub why: String,
}

/// Which PDF: `[editions] pdf = ["print", "screen"]`, `--edition`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PdfEdition {
    /// For the press: facing pages, no links, no bookmarks.
    Print,
    /// For the screen: bookmarks, links, tags (PDF/UA-1).
    Screen,
}

impl PdfEdition {
    /// `print` or `screen`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Print => "print",
            Self::Screen => "screen",
        }
    }
}

/// `[print]`: the printed page. All lengths are in pt here, and in book.toml strings with a unit: `7in`, `178mm`, `504pt`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Print {
    /// `width`, default 7 in.
    pub width: f64,
    /// `height`, default 9.25 in.
    pub height: f64,
    /// `inside`: the margin at the spine, default 0.875 in.
    pub inside: f64,
    /// `outside`: default 0.75 in.
    pub outside: f64,
    /// `top`: default 0.9 in.
    pub top: f64,
    /// `bottom`: default 0.85 in.
    pub bottom: f64,
}

impl Default for Print {
    fn default() -> Self {
        Self {
            width: 504.0,
            height: 666.0,
            inside: 63.0,
            outside: 54.0,
            top: 65.0,
            bottom: 61.0,
        }
    }
}

impl Print {
    /// The width of the text, in pt.
    pub fn measure(&self) -> f64 {
        self.width - self.inside - self.outside
    }
}
