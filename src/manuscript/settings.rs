//! What book.toml says.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::diag::{Diagnostics, Severity, codes, nearest};
use crate::edition::Terms;
use crate::keys::{self, Table};
use crate::manuscript::bibliography;
use crate::manuscript::brief::{self, Brief};
use crate::manuscript::contract::{self, Contract};
use crate::manuscript::ingest::{self, Ingest};
use crate::manuscript::matter::{self, Matter};
use crate::manuscript::runners::{self, Limits, Runner};
use crate::manuscript::sample::{self, Sample};
use crate::press::profile::{self, Colour, Feature, Profile};
use crate::source::{FileId, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};
use toml::de::DeValue;

/// The day that files of a book without a date carry: EPUB and PDF/A demand one, and today's would change the bytes.
pub const UNDATED: &str = "2000-01-01";

/// How far text hangs into a margin at most, in pt.
const OVERHANG: f64 = 3.0;

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
    /// `[book] citation-style`: the name of a style of the Citation Style Language, or a `.csl` file in the manuscript.
    pub citation_style: Option<String>,
    /// The keys of the bibliography beside book.toml: what `@key` in running text may name.
    pub citation_keys: BTreeSet<String>,
    /// What is said of front and back matter: `[book] dedication`, `lists` and their kin.
    pub matter: Matter,
    /// `[print]`
    pub print: Print,
    /// `[screen]`: the page of the screen edition, where it is not that of print; what it leaves out is as in print.
    pub screen: Option<Print>,
    /// `[print] profile`: what the press asks for, one of the known ones or one of `[profiles]`.
    pub profile: Option<Profile>,
    /// `[epub] figure-text`: whether the letters in figures are outlines, for Kindle; `text` or `outlines`.
    pub outlines: bool,
    /// `[epub] stores`: where the EPUB is to be sold, by the names of profiles; the build says what they would refuse.
    pub stores: Vec<Profile>,
    /// `[epub] conforms-to` and `certified-by`: what the publisher claims of the EPUB's accessibility, and who has evaluated it.
    pub claim: Option<Claim>,
    /// `[epub] page-list`: where it is asked for that the EPUB lists the pages of the print edition.
    pub page_list: Option<Span>,
    /// `[editions] pdf`: which PDFs a build makes; default print and screen.
    pub editions: Vec<PdfEdition>,
    /// `[editions] epub`: whether a build makes the EPUB of the whole book; default yes.
    pub full_epub: bool,
    /// `[editions]`: whether a build makes the sample as an EPUB and as a PDF too.
    pub sample_editions: SampleEditions,
    /// `[sample]`
    pub sample: Option<Sample>,
    /// Whether this is the sample of a book, which the title then says.
    pub is_sample: bool,
    /// `[variables]`
    pub variables: BTreeMap<String, String>,
    /// `[check]`: a code's severity, by name: `error`, `warning`, `note` or `off`.
    pub check: BTreeMap<String, String>,
    /// `[contract]`: what the chapters keep beside the headings of the outline.
    pub contract: Contract,
    /// `[brief]`: what whoever writes a chapter is told of the book.
    pub brief: Brief,
    /// `[ingest]`: how replies are taken in.
    pub ingest: Ingest,
    /// `[errata]`: titles of the outline that the book corrects: old title to new title and reason.
    pub errata: BTreeMap<String, Erratum>,
    /// `[runners]`: what runs listings, by language.
    pub runners: BTreeMap<String, Runner>,
    /// `[test]`: how long and how large listings may grow.
    pub test: Limits,
}

/// A claim of conformance (EPUB Accessibility 1.1, section 3.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// `conforms-to`: `EPUB Accessibility 1.1 - WCAG 2.2 Level AA`, to the letter.
    pub standard: String,
    /// `certified-by`
    pub certifier: String,
}

impl Settings {
    /// The margin at the spine, in pt, that the profile's press asks for in a book with so many pages; `None` where it asks for none.
    ///
    /// Punctuation and the frames of listings hang a little into the margin, and presses measure what is printed.
    pub fn gutter(&self, pages: usize) -> Option<f64> {
        let least = self.profile.as_ref()?.margins.inside_of(pages);
        (least > 0.0).then_some(least + OVERHANG)
    }

    /// The colours of the print edition: those that book.toml asks for, else the first that its profile allows.
    pub fn printed_colours(&self) -> Colour {
        let allowed = self.profile.as_ref().map(|profile| &profile.file.colours);
        let allows = |colour: &Colour| allowed.is_none_or(|allowed| allowed.is_empty() || allowed.contains(colour));
        let found = [Colour::Rgb, Colour::Cmyk, Colour::Grey].into_iter().find(allows);
        self.print.colours.or(found).unwrap_or(Colour::Rgb)
    }

    /// The identifier as a copyright page shows it: `ISBN 978-3-16-148410-0` for an ISBN, nothing for a UUID, which is of
    /// use to machines alone, anything else as it is.
    pub fn shown_identifier(&self) -> Option<String> {
        let identifier = self.identifier.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
        match isbn(identifier) {
            Some(number) => Some(format!("ISBN {number}")),
            None if uuid::Uuid::parse_str(identifier).is_ok() => None,
            None => Some(identifier.to_owned()),
        }
    }
}

impl Settings {
    /// The lines of a copyright page that say by which numbers the book is known: its ISBNs, and the identifier that is shown,
    /// unless it is one of them.
    pub fn shown_numbers(&self, terms: &Terms) -> Vec<String> {
        let mut lines = self.matter.isbn.lines(terms);
        let plain = |text: &str| text.replace(['-', ' '], "");
        if let Some(own) = self.shown_identifier()
            && !lines.iter().any(|line| plain(line).starts_with(&plain(&own)))
        {
            lines.push(own);
        }
        lines
    }
}

/// The number of an ISBN as it was typed, with its hyphens: that of `978-3-16-148410-0`, of `ISBN 0-8044-2957-X` and of
/// `urn:isbn:9783161484100`. `None` for what is no ISBN by its form.
pub fn isbn(identifier: &str) -> Option<&str> {
    let without = |prefix: &str| {
        let head = identifier.get(..prefix.len())?;
        head.eq_ignore_ascii_case(prefix)
            .then(|| identifier.get(prefix.len()..).unwrap_or_default())
    };
    let number = without("urn:isbn:").or_else(|| without("ISBN")).unwrap_or(identifier);
    let number = number.trim_start_matches([':', ' ']).trim_end();
    let digits = number.replace(['-', ' '], "");
    // The last figure of the ten is a check that may come to ten.
    let plain = if digits.len() == 10 {
        digits.strip_suffix(['X', 'x']).unwrap_or(&digits)
    } else {
        &digits
    };
    (matches!(digits.len(), 10 | 13) && plain.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}

/// `"Old title" = { title = "New title", why = "a typo" }`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Erratum {
    /// The corrected title, without its number.
    pub title: String,
    /// Why.
    pub why: String,
}

/// `[editions] epub = ["full", "sample"]`, `pdf = ["print", "screen", "sample"]`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SampleEditions {
    /// As an EPUB.
    pub epub: bool,
    /// As a PDF.
    pub pdf: bool,
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
    /// The edition with this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Print, Self::Screen].into_iter().find(|edition| edition.name() == name)
    }

    /// `print` or `screen`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Print => "print",
            Self::Screen => "screen",
        }
    }
}

/// `[print]`: the printed page. All lengths are in pt here, and in book.toml strings with a unit: `7in`, `178mm`, `504pt`.
#[derive(Debug, Clone, PartialEq)]
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
    /// `inside = "auto"`: whether the margin at the spine is the least that the profile asks for, which grows with the pages.
    pub auto_inside: bool,
    /// `paper`: one that the profile knows the thickness of, or the thickness of a page, for the spine.
    pub paper: Option<String>,
    /// `half-title`: whether the title stands alone on a first page, default yes.
    pub half_title: bool,
    /// `bleed`: whether pages have the bleed that the profile asks for, default no.
    pub bleed: bool,
    /// `colours`: `rgb`, `grey` or `cmyk`; without it what the profile allows, colours of the screen first.
    pub colours: Option<Colour>,
    /// `crop-marks`: whether there are marks outside of the page that show where it is cut, default no.
    pub crop_marks: bool,
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
            auto_inside: false,
            paper: None,
            half_title: true,
            bleed: false,
            colours: None,
            crop_marks: false,
        }
    }
}

impl Print {
    /// The width of the text, in pt.
    pub fn measure(&self) -> f64 {
        self.width - self.inside - self.outside
    }
}

/// The keys of `[book]`.
const BOOK: &[&str] = &[
    "title",
    "subtitle",
    "authors",
    "language",
    "identifier",
    "date",
    "publisher",
    "edition",
    "rights",
    "description",
    "subjects",
    "cover",
    "colophon",
    "chapters",
    "citation-style",
];
/// The keys of `[print]`.
const PRINT: &[&str] = &[
    "width",
    "height",
    "inside",
    "outside",
    "top",
    "bottom",
    "profile",
    "bleed",
    "paper",
    "colours",
    "crop-marks",
    "half-title",
];
/// The keys of a page's size and margins.
const SIDES: [&str; 6] = ["width", "height", "inside", "outside", "top", "bottom"];
/// The tables of the file.
const TABLES: &[&str] = &[
    "book",
    "print",
    "screen",
    "profiles",
    "epub",
    "glossary",
    "editions",
    "sample",
    "variables",
    "check",
    "contract",
    "brief",
    "ingest",
    "errata",
    "runners",
    "test",
];

/// Reads book.toml. Gives settings in any case; where a required key is absent, an error says so.
pub fn read(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Settings {
    let mut settings = Settings::default();
    let Some(parsed) = keys::parse(sources, file, diagnostics) else {
        return settings;
    };
    let root = Table::root(file, &parsed);
    root.check(TABLES, diagnostics);
    match root.table("book", diagnostics) {
        Some(book) => read_book(&book, &mut settings, diagnostics),
        None => {
            diagnostics
                .report(&codes::MISSING_KEY, Span::new(file, 0..0), "book.toml has no [book] table")
                .hint("write `[book]`, and below it `title`, `authors` and `language`");
        }
    }
    if let Some(print) = root.table("print", diagnostics) {
        read_print(&print, &mut settings.print, diagnostics);
        let houses = root.table("profiles", diagnostics);
        settings.profile = read_profile(&print, houses.as_ref(), diagnostics);
        settle_gutter(&print, &mut settings, diagnostics);
        settle_marks(&print, &mut settings, diagnostics);
    }
    if let Some(screen) = root.table("screen", diagnostics) {
        screen.check(&SIDES, diagnostics);
        let mut page = settings.print.clone();
        read_sides(&screen, &mut page, diagnostics);
        page.auto_inside = false;
        settings.screen = has_room(&page, &screen, diagnostics).then_some(page);
    }
    if let Some(epub) = root.table("epub", diagnostics) {
        settings.outlines = read_epub(&epub, diagnostics);
        settings.stores = read_stores(&epub, root.table("profiles", diagnostics).as_ref(), diagnostics);
        settings.claim = read_claim(&epub, diagnostics);
        let listed = epub.flag("page-list", diagnostics).unwrap_or(false);
        settings.page_list = listed.then(|| epub.place("page-list"));
    }
    if let Some(table) = root.table("glossary", diagnostics) {
        settings.matter.unsorted_glossary = matter::read_glossary(&table, diagnostics);
    }
    read_all_editions(&root, &mut settings, diagnostics);
    check_page_list(&settings, diagnostics);
    if let Some(variables) = root.table("variables", diagnostics) {
        settings.variables = read_variables(&variables, diagnostics);
    }
    if let Some(check) = root.table("check", diagnostics) {
        settings.check = read_check(&check, diagnostics);
    }
    if let Some(table) = root.table("contract", diagnostics) {
        settings.contract = contract::read(&table, diagnostics);
    }
    if let Some(table) = root.table("brief", diagnostics) {
        settings.brief = brief::read(&table, diagnostics);
    }
    if let Some(table) = root.table("ingest", diagnostics) {
        settings.ingest = ingest::read(&table, diagnostics);
    }
    if let Some(errata) = root.table("errata", diagnostics) {
        settings.errata = read_errata(&errata, diagnostics);
    }
    if let Some(table) = root.table("runners", diagnostics) {
        settings.runners = runners::read(&table, diagnostics);
    }
    if let Some(test) = root.table("test", diagnostics) {
        settings.test = runners::read_limits(&test, diagnostics);
    }
    settings
}

fn read_book(book: &Table<'_, '_>, settings: &mut Settings, diagnostics: &mut Diagnostics) {
    let known: Vec<&str> = BOOK.iter().copied().chain(matter::KEYS).collect();
    book.check(&known, diagnostics);
    settings.matter = matter::read(book, diagnostics);
    settings.title = required(book, "title", "`title = \"...\"`", diagnostics);
    settings.language = required(book, "language", "`language = \"en\"`", diagnostics);
    settings.authors = book.strings("authors", diagnostics);
    if settings.authors.is_empty() {
        diagnostics
            .report(&codes::MISSING_KEY, book.place("authors"), "[book] names no `authors`")
            .hint("write `authors = [\"...\"]`");
    }
    if !settings.language.is_empty() && !is_language(&settings.language) {
        diagnostics
            .report(
                &codes::BAD_VALUE,
                book.place("language"),
                format!("`{}` is not a language tag", settings.language),
            )
            .hint("write a BCP 47 tag such as `en`, `en-GB` or `de`");
    }
    settings.subtitle = book.string("subtitle", diagnostics);
    settings.identifier = book.string("identifier", diagnostics);
    if let Some(uuid) = settings.identifier.as_deref().and_then(|text| text.strip_prefix("urn:uuid:"))
        && uuid::Uuid::parse_str(uuid).is_err()
    {
        diagnostics
            .report(&codes::BAD_VALUE, book.place("identifier"), format!("`{uuid}` is not a UUID"))
            .hint("write 32 hexadecimal digits in groups: `urn:uuid:123e4567-e89b-12d3-a456-426614174000`, or no identifier");
    }
    settings.date = book.string("date", diagnostics).filter(|date| {
        let valid = is_date(date);
        if !valid {
            diagnostics
                .report(&codes::BAD_VALUE, book.place("date"), format!("`{date}` is not a date"))
                .hint("write year, month and day: `2026-05-01`");
        }
        valid
    });
    settings.publisher = book.string("publisher", diagnostics);
    settings.edition = book.string("edition", diagnostics);
    settings.rights = book.string("rights", diagnostics);
    settings.description = book.string("description", diagnostics);
    settings.subjects = book.strings("subjects", diagnostics);
    settings.cover = book.string("cover", diagnostics);
    settings.colophon = book.string("colophon", diagnostics);
    settings.chapters = book.strings("chapters", diagnostics);
    settings.citation_style = bibliography::style::setting(book, diagnostics);
}

fn required(book: &Table<'_, '_>, key: &str, example: &str, diagnostics: &mut Diagnostics) -> String {
    let before = diagnostics.count(Severity::Error);
    let value = book.string(key, diagnostics).unwrap_or_default();
    if value.trim().is_empty() && diagnostics.count(Severity::Error) == before {
        diagnostics
            .report(&codes::MISSING_KEY, book.place(key), format!("[book] has no `{key}`"))
            .hint(format!("write {example}"));
    }
    value
}

/// Whether a text has the form of a BCP 47 tag: letters, then groups of letters and digits.
fn is_language(tag: &str) -> bool {
    let mut groups = tag.split('-');
    let primary = groups.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.chars().all(|letter| letter.is_ascii_alphabetic())
        && groups.all(|group| (2..=8).contains(&group.len()) && group.chars().all(|letter| letter.is_ascii_alphanumeric()))
}

/// A day of the calendar, `YYYY-MM-DD`; the error says so.
pub fn parse_day(text: &str) -> Result<String, String> {
    let day = is_date(text).then(|| text.to_owned());
    day.ok_or_else(|| "expected year, month and day: `2026-05-01`".to_owned())
}

/// Whether a text is a day of the calendar, `YYYY-MM-DD`.
fn is_date(date: &str) -> bool {
    let written = |day: chrono::NaiveDate| day.format("%Y-%m-%d").to_string() == date && date.len() == 10 && date >= "1000";
    chrono::NaiveDate::parse_from_str(date, "%Y-%m-%d").is_ok_and(written)
}

fn read_print(table: &Table<'_, '_>, print: &mut Print, diagnostics: &mut Diagnostics) {
    table.check(PRINT, diagnostics);
    if table.string("inside", diagnostics).as_deref() == Some("auto") {
        print.auto_inside = true;
    }
    read_sides(table, print, diagnostics);
    print.paper = table.string("paper", diagnostics);
    if let Some(bleed) = table.flag("bleed", diagnostics) {
        print.bleed = bleed;
    }
    if let Some(marks) = table.flag("crop-marks", diagnostics) {
        print.crop_marks = marks;
    }
    read_colours(table, print, diagnostics);
    print.half_title = table.flag("half-title", diagnostics).unwrap_or(true);
    if !has_room(print, table, diagnostics) {
        *print = Print::default();
    }
}

/// Reads size and margins; a key that is absent leaves what is there.
fn read_sides(table: &Table<'_, '_>, page: &mut Print, diagnostics: &mut Diagnostics) {
    let fields = [
        &mut page.width,
        &mut page.height,
        &mut page.inside,
        &mut page.outside,
        &mut page.top,
        &mut page.bottom,
    ];
    let auto = page.auto_inside;
    for (key, field) in SIDES.into_iter().zip(fields) {
        let Some(text) = table
            .string(key, diagnostics)
            .filter(|text| !(auto && key == "inside" && text == "auto"))
        else {
            continue;
        };
        match length(&text) {
            Some(points) => *field = points,
            None => {
                diagnostics
                    .report(&codes::BAD_VALUE, table.place(key), format!("`{text}` is not a length"))
                    .hint("write a number and a unit: `7in`, `178mm`, `17.8cm` or `504pt`");
            }
        }
    }
}

/// Whether a page has room for text.
fn has_room(page: &Print, table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> bool {
    let has = page.measure() >= 144.0 && page.height - page.top - page.bottom >= 144.0;
    if !has {
        diagnostics
            .report(
                &codes::BAD_VALUE,
                table.span,
                "the margins leave less than 2 in (144 pt) for the text",
            )
            .hint("make the page larger or the margins smaller");
    }
    has
}

fn read_colours(table: &Table<'_, '_>, print: &mut Print, diagnostics: &mut Diagnostics) {
    let Some(name) = table.string("colours", diagnostics) else {
        return;
    };
    let known = [Colour::Rgb, Colour::Grey, Colour::Cmyk];
    print.colours = known.into_iter().find(|colour| colour.name() == name);
    if print.colours.is_none() {
        diagnostics
            .report(
                &codes::BAD_VALUE,
                table.place("colours"),
                format!("`{name}` is not a way to print colours"),
            )
            .hint("write `rgb` for the colours of a screen, `grey` for black alone, or `cmyk` for the four inks of a press");
    }
}

/// What `profile` names: one of the book's own, or one of those that are known.
fn read_profile(print: &Table<'_, '_>, houses: Option<&Table<'_, '_>>, diagnostics: &mut Diagnostics) -> Option<Profile> {
    let own: Vec<&str> = houses.map_or_else(Vec::new, |houses| houses.entries().map(|(name, _, _)| name).collect());
    let mut profiles = BTreeMap::new();
    for name in &own {
        if let Some(table) = houses.and_then(|houses| houses.table(name, diagnostics)) {
            profiles.insert(*name, profile::read(&table, name, diagnostics));
        }
    }
    let name = print.string("profile", diagnostics)?;
    let found = profiles.remove(name.as_str()).or_else(|| Profile::built_in(&name));
    let found = found.filter(|profile| profile.prints);
    if found.is_none() {
        let mut known = Profile::presses();
        known.extend(own);
        let diagnostic = diagnostics.report(
            &codes::BAD_VALUE,
            print.place("profile"),
            format!("there is no profile `{name}`"),
        );
        match nearest(&name, known.iter().copied()) {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic.hint(format!(
                "the profiles are {}; a press of your own is `[profiles.NAME]`",
                known.join(", ")
            )),
        };
    }
    found
}

/// What `stores` names: the book's own profiles, or those that are known, as far as they say something of EPUBs.
fn read_stores(epub: &Table<'_, '_>, houses: Option<&Table<'_, '_>>, diagnostics: &mut Diagnostics) -> Vec<Profile> {
    let own: Vec<&str> = houses.map_or_else(Vec::new, |houses| houses.entries().map(|(name, _, _)| name).collect());
    let mut stores = Vec::new();
    for name in epub.strings("stores", diagnostics) {
        let house = houses.filter(|_| own.contains(&name.as_str()));
        let house = house.and_then(|houses| houses.table(&name, diagnostics));
        let found = match house {
            Some(table) => Some(profile::read(&table, &name, diagnostics)),
            None => Profile::built_in(&name),
        };
        if let Some(found) = found.filter(|profile| profile.epub.is_some()) {
            stores.push(found);
            continue;
        }
        let known = Profile::stores();
        let message = if Profile::built_in(&name).is_some() || own.contains(&name.as_str()) {
            format!("the profile `{name}` says nothing of EPUBs")
        } else {
            format!("there is no store `{name}`")
        };
        let diagnostic = diagnostics.report(&codes::BAD_VALUE, epub.place("stores"), message);
        let near = nearest(&name, own.iter().copied()).or_else(|| Profile::nearest(&name));
        match near.filter(|near| *near != name && (known.contains(near) || own.contains(near))) {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic.hint(format!(
                "the stores are {}; one of your own is `[profiles.NAME.epub]`",
                known.join(", ")
            )),
        };
    }
    stores
}

/// A press that takes no marks gets none.
fn settle_marks(table: &Table<'_, '_>, settings: &mut Settings, diagnostics: &mut Diagnostics) {
    let Some(profile) = settings.profile.as_ref().filter(|_| settings.print.crop_marks) else {
        return;
    };
    if profile.file.forbidden.contains(&Feature::Marks) {
        diagnostics
            .report(
                &codes::BAD_VALUE,
                table.place("crop-marks"),
                format!("{} takes no files with crop marks", profile.name),
            )
            .hint("leave `crop-marks` out, or name the profile of a press that wants them");
        settings.print.crop_marks = false;
    }
}

/// A margin that follows from the number of pages begins with the least of all.
fn settle_gutter(table: &Table<'_, '_>, settings: &mut Settings, diagnostics: &mut Diagnostics) {
    if !settings.print.auto_inside {
        return;
    }
    if let Some(inside) = settings.gutter(0) {
        settings.print.inside = inside;
        return;
    }
    settings.print.auto_inside = false;
    diagnostics
        .report(
            &codes::BAD_VALUE,
            table.place("inside"),
            "`inside = \"auto\"` needs a profile that says how wide the margin at the spine must be",
        )
        .hint("name one, such as `profile = \"kdp\"`, or give a length");
}

/// Whether `figure-text` says that letters are to be outlines.
fn read_epub(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> bool {
    table.check(
        &["figure-text", "page-list", "stores", "conforms-to", "certified-by"],
        diagnostics,
    );
    match table.string("figure-text", diagnostics).as_deref() {
        None | Some("text") => false,
        Some("outlines") => true,
        Some(other) => {
            diagnostics
                .report(
                    &codes::BAD_VALUE,
                    table.place("figure-text"),
                    format!("text in figures cannot be `{other}`"),
                )
                .hint("write `text`, or `outlines` for readers that show no text in SVG");
            false
        }
    }
}

/// Both keys belong together: a claim without one who has evaluated the book is none.
fn read_claim(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> Option<Claim> {
    let standard = table.string("conforms-to", diagnostics);
    let certifier = table.string("certified-by", diagnostics);
    let is_standard = |text: &str| {
        let rest = text.strip_prefix("EPUB Accessibility 1.1 - WCAG 2.");
        let parts = rest.and_then(|rest| rest.split_once(" Level "));
        parts.is_some_and(|(version, level)| ["0", "1", "2"].contains(&version) && ["A", "AA", "AAA"].contains(&level))
    };
    let (key, found, hint) = match (standard, certifier) {
        (None, None) => return None,
        (Some(standard), Some(certifier)) if is_standard(&standard) && !certifier.trim().is_empty() => {
            return Some(Claim { standard, certifier });
        }
        (Some(standard), _) if !is_standard(&standard) => (
            "conforms-to",
            format!("`{standard}` is no standard of accessibility that reading systems know"),
            "write it to the letter: `EPUB Accessibility 1.1 - WCAG 2.2 Level AA`",
        ),
        (Some(_), _) => (
            "conforms-to",
            "a claim of accessibility names nobody who has evaluated the book".to_owned(),
            "write `certified-by = \"...\"` beside it, which may be your own house",
        ),
        (None, Some(_)) => (
            "certified-by",
            "`certified-by` belongs to a claim, and there is none".to_owned(),
            "write `conforms-to = \"EPUB Accessibility 1.1 - WCAG 2.2 Level AA\"` beside it",
        ),
    };
    diagnostics.report(&codes::BAD_VALUE, table.place(key), found).hint(hint);
    None
}

/// A page list needs pages: those of the print edition.
fn check_page_list(settings: &Settings, diagnostics: &mut Diagnostics) {
    if settings.page_list.is_some() && !settings.editions.contains(&PdfEdition::Print) {
        diagnostics
            .report(
                &codes::NO_PAGE_LIST,
                settings.page_list,
                "a page list names the pages of the print edition, and `[editions] pdf` leaves that one out",
            )
            .hint("add `\"print\"` to `pdf`, or take `page-list` away: without a printed book there are no pages to name");
    }
}

/// A length in pt, from a number with a unit: `12cm`, `7in`, `178mm`, `504pt`.
pub fn length(text: &str) -> Option<f64> {
    let units = [("in", 72.0), ("mm", 72.0 / 25.4), ("cm", 72.0 / 2.54), ("pt", 1.0)];
    units.into_iter().find_map(|(unit, points)| {
        let number: f64 = text.trim().strip_suffix(unit)?.trim().parse().ok()?;
        (0.0..=10_000.0)
            .contains(&number)
            .then_some(number * points)
            .filter(|length| *length <= 5_000.0)
    })
}

/// Which files a build makes, and what a sample has.
fn read_all_editions(root: &Table<'_, '_>, settings: &mut Settings, diagnostics: &mut Diagnostics) {
    settings.editions = vec![PdfEdition::Print, PdfEdition::Screen];
    settings.full_epub = true;
    if let Some(table) = root.table("sample", diagnostics) {
        settings.sample = sample::read(&table, diagnostics);
    }
    if let Some(editions) = root.table("editions", diagnostics) {
        editions.check(&["epub", "pdf"], diagnostics);
        read_editions(&editions, settings, diagnostics);
        if !root.has("sample") && settings.sample_editions != SampleEditions::default() {
            diagnostics
                .report(
                    &codes::MISSING_KEY,
                    editions.span,
                    "[editions] lists a `sample`, and there is no [sample]",
                )
                .hint("write `[sample]`, and below it `chapters = [\"introduction\", \"1\"]`");
        }
    }
}

fn read_editions(table: &Table<'_, '_>, settings: &mut Settings, diagnostics: &mut Diagnostics) {
    if table.has("pdf") {
        settings.editions.clear();
        for name in table.strings("pdf", diagnostics) {
            match PdfEdition::parse(&name) {
                Some(edition) if !settings.editions.contains(&edition) => settings.editions.push(edition),
                Some(_) => {}
                None if name == "sample" => settings.sample_editions.pdf = true,
                None => unknown_edition(table, "pdf", &name, "`print`, `screen` and `sample`", diagnostics),
            }
        }
    }
    if table.has("epub") {
        settings.full_epub = false;
        for name in table.strings("epub", diagnostics) {
            match name.as_str() {
                "full" => settings.full_epub = true,
                "sample" => settings.sample_editions.epub = true,
                _ => unknown_edition(table, "epub", &name, "`full` and `sample`", diagnostics),
            }
        }
    }
}

fn unknown_edition(table: &Table<'_, '_>, key: &str, name: &str, known: &str, diagnostics: &mut Diagnostics) {
    diagnostics
        .report(&codes::BAD_VALUE, table.place(key), format!("`{name}` is not an edition"))
        .hint(format!("the editions of `{key}` are {known}"));
}

fn read_variables(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> BTreeMap<String, String> {
    let value = |(key, value, span): (&str, &DeValue<'_>, Span)| {
        let text = match value {
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::Float(number) => number.as_str().to_owned(),
            other => keys::as_string(key, other, span, diagnostics)?,
        };
        Some((key.to_owned(), text))
    };
    table.entries().filter_map(value).collect()
}

fn read_check(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> BTreeMap<String, String> {
    let known: Vec<&str> = codes::ALL.iter().map(|code| code.name).collect();
    table.check(&known, diagnostics);
    let mut check = BTreeMap::new();
    for (code, value, span) in table.entries() {
        let Some(severity) = keys::as_string(code, value, span, diagnostics) else {
            continue;
        };
        let fixed = codes::find(code).is_some_and(|code| code.severity == Severity::Error) && severity != "error";
        if fixed {
            diagnostics
                .report(&codes::BAD_VALUE, span, format!("`{code}` is always an error"))
                .hint("with it the book could not be built, or would be wrong; only warnings and notes can be weighed anew");
        } else if ["error", "warning", "note", "off"].contains(&severity.as_str()) {
            check.insert(code.to_owned(), severity);
        } else {
            diagnostics
                .report(&codes::BAD_VALUE, span, format!("`{severity}` is not a severity"))
                .hint("the severities are `error`, `warning`, `note` and `off`");
        }
    }
    check
}

fn read_errata(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> BTreeMap<String, Erratum> {
    let mut errata = BTreeMap::new();
    for (old, _, _) in table.entries() {
        let Some(entry) = table.table(old, diagnostics) else {
            continue;
        };
        entry.check(&["title", "why"], diagnostics);
        let title = entry.string("title", diagnostics).unwrap_or_default();
        let why = entry.string("why", diagnostics).unwrap_or_default();
        if title.is_empty() || why.is_empty() {
            diagnostics
                .report(
                    &codes::MISSING_KEY,
                    entry.span,
                    format!("the erratum for `{old}` lacks its `title` or its `why`"),
                )
                .hint("write `\"old title\" = { title = \"new title\", why = \"the reason\" }`");
        }
        errata.insert(old.to_owned(), Erratum { title, why });
    }
    errata
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Settings, Vec<String>) {
        let mut sources = Sources::default();
        let file = sources.add("book.toml", text);
        let mut diagnostics = Diagnostics::default();
        let settings = read(&sources, file, &mut diagnostics);
        let messages = diagnostics
            .iter()
            .map(|found| format!("{}: {} ({})", found.code.name, found.message, found.hints.join("; ")));
        (settings, messages.collect())
    }

    #[test]
    fn a_misspelt_key_names_the_nearest_one() {
        let (_, messages) = read_text("[book]\ntitle = \"T\"\nautors = [\"A\"]\nauthors = \"A\"\nlanguage = \"en\"\n");
        assert_eq!(
            messages,
            ["unknown-key: `autors` is not a key of [book] (did you mean `authors`?)"]
        );
    }

    #[test]
    fn what_every_book_needs_is_asked_for_all_at_once() {
        let (_, messages) = read_text("[book]\nsubtitle = \"S\"\n");
        assert_eq!(messages.len(), 3, "{messages:?}");
    }

    #[test]
    fn readers_see_an_isbn_as_it_is_typed_and_no_uuid() {
        let shown = |identifier: &str| {
            let settings = Settings {
                identifier: Some(identifier.to_owned()),
                ..Settings::default()
            };
            settings.shown_identifier()
        };
        assert_eq!(shown("978-3-16-148410-0").as_deref(), Some("ISBN 978-3-16-148410-0"));
        assert_eq!(shown("urn:isbn:9783161484100").as_deref(), Some("ISBN 9783161484100"));
        assert_eq!(shown("ISBN: 0-8044-2957-X").as_deref(), Some("ISBN 0-8044-2957-X"));
        assert_eq!(shown("urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8"), None);
        assert_eq!(shown(" "), None);
        for other in ["https://a.b/c", "X123456789", "80442957XX", "ISBNé"] {
            assert_eq!(shown(other).as_deref(), Some(other));
        }
    }

    #[test]
    fn lengths_have_units() {
        assert_eq!(length("7in"), Some(504.0));
        assert_eq!(length(" 25.4 mm "), Some(72.0));
        assert_eq!(length("7"), None);
        assert_eq!(length("-1in"), None);
        assert_eq!(length("NaNin"), None);
    }
}
