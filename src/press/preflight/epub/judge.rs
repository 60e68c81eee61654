//! One function for each rule: what of a book does not keep it.

use super::pages::Page;
use super::pictures::Picture;
use super::{Book, archive};
use crate::manuscript::settings::isbn;
use crate::press::preflight::Finding;
use crate::press::profile::Source;
use crate::press::store::{Demand, Rule, Store, Weight, megabytes, millions, one_of};
use std::collections::BTreeSet;

/// Holds a book against a store's rules.
pub(super) fn judge(book: &Book, store: &Store) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Of what this program does not read no store says anything.
    let nobody = Source::default();
    if !book.readable {
        let message = "the file is no EPUB, or a damaged one; EPUBCheck says what is wrong with it";
        findings.push(Finding::new("file", &nobody, message.to_owned()));
        return findings;
    }
    for rule in &store.rules {
        check(book, rule, &mut findings);
    }
    if !book.too_large.is_empty() {
        let most = archive::MOST_OF_A_FILE / 1_048_576;
        let message = format!("this was not looked at: unpacked it has more than {most} MiB, or there is too much of its kind");
        findings.push(Finding::new("file", &nobody, message).in_files(&book.too_large));
    }
    findings
}

/// Adds what does not keep a rule. Of a limit that is given twice the softer one says nothing more of the same files.
fn check(book: &Book, rule: &Rule, findings: &mut Vec<Finding>) {
    let name = rule.demand.name();
    for (message, files) in found(book, &rule.demand) {
        let told = findings.iter().any(|before| before.rule == name && before.files == files);
        if told && rule.weight == Weight::Advised {
            continue;
        }
        let mut finding = Finding::new(name, &rule.source, message);
        finding.files = files;
        finding.weight = rule.weight;
        findings.push(finding);
    }
}

/// What of a book is not as it is asked for.
fn found(book: &Book, demand: &Demand) -> Found {
    match demand {
        Demand::FileSize(most) => file_size(book, *most),
        Demand::DocumentSize(most) => document_size(book, *most),
        Demand::Encryption => encryption(book),
        Demand::PicturePixels(most) => picture_pixels(book, *most),
        Demand::PictureFormats(allowed) => picture_formats(book, allowed),
        Demand::PictureColours(allowed) => picture_colours(book, allowed),
        Demand::Transparency => of_pictures(book, |picture| picture.transparent, "the page shows through these pictures"),
        Demand::Alternatives => of_pages(
            book,
            |page| page.without_alt > 0,
            "pictures have no `alt`, not even an empty one, so nobody knows whether they say something",
        ),
        Demand::Cover => cover(book),
        Demand::CoverPixels { shorter, longer, most } => cover_pixels(book, [*shorter, *longer, *most]),
        Demand::CoverProportion(ideal) => cover_proportion(book, *ideal),
        Demand::CoverFormats(allowed) => cover_formats(book, allowed),
        Demand::CoverPage => cover_page(book),
        Demand::CoverName => cover_name(book),
        Demand::CoverLinks => cover_links(book),
        Demand::ContentsDepth(most) => contents_depth(book, *most),
        Demand::ContentsPage => contents_page(book),
        Demand::Elements(forbidden) => elements(book, forbidden),
        Demand::NestedTables => of_pages(book, |page| page.nested_tables, "a table stands in another table"),
        Demand::InlineStyles => of_pages(
            book,
            |page| page.styled > 0,
            "elements have styles in attributes; a style sheet is asked for",
        ),
        Demand::FontFormats(allowed) => font_formats(book, allowed),
        Demand::SvgText => of_pages(
            book,
            |page| page.svg_text,
            "there are letters in SVG, which are not shown; outlines of letters are",
        ),
        Demand::SvgCount(most) => svg_count(book, *most),
        Demand::SvgSize(most) => svg_size(book, *most),
        Demand::SvgViewBox => of_pages(
            book,
            |page| page.svg_view_box,
            "an SVG has no `viewBox` of four whole numbers that begins at 0, 0",
        ),
        Demand::SvgImages => of_pages(
            book,
            |page| !page.svg_images.is_empty(),
            "pictures stand in SVG; `<img>` is asked for",
        ),
        Demand::SvgPages => svg_pages(book),
        Demand::FileNames => file_names(book),
        Demand::Isbn => no_isbn(book),
    }
}

/// Messages with the files that they are about; no files for the whole book.
type Found = Vec<(String, BTreeSet<String>)>;

fn whole(message: impl Into<String>) -> Found {
    vec![(message.into(), BTreeSet::new())]
}

fn files<'a>(message: impl Into<String>, files: impl IntoIterator<Item = &'a String>) -> Found {
    let files: BTreeSet<String> = files.into_iter().cloned().collect();
    if files.is_empty() {
        return Vec::new();
    }
    vec![(message.into(), files)]
}

fn of_pages(book: &Book, is_so: impl Fn(&Page) -> bool, message: &str) -> Found {
    let found = book.pages.iter().filter(|(_, page)| is_so(page));
    files(message, found.map(|(path, _)| path))
}

fn of_pictures(book: &Book, is_so: impl Fn(&Picture) -> bool, message: &str) -> Found {
    let found = book.pictures.iter().filter(|(_, picture)| is_so(picture));
    files(message, found.map(|(path, _)| path))
}

fn file_size(book: &Book, most: u64) -> Found {
    if book.size <= most {
        return Vec::new();
    }
    let message = format!("the file has {}, and {} are the most", megabytes(book.size), megabytes(most));
    whole(message)
}

fn document_size(book: &Book, most: u64) -> Found {
    let size = |path: &String| {
        let page = book.pages.get(path)?;
        let shown = page.images.union(&page.svg_images);
        let picture = |path: &String| book.pictures.get(path).map_or(0, |picture| picture.bytes);
        Some(page.bytes + shown.map(picture).sum::<u64>())
    };
    let pages: BTreeSet<&String> = book.package.spine.iter().collect();
    let heavy: Vec<(&String, u64)> = pages
        .into_iter()
        .filter_map(|path| Some((path, size(path)?)))
        .filter(|(_, size)| *size > most)
        .collect();
    let worst = heavy.iter().map(|(_, size)| *size).max().unwrap_or(0);
    let message = format!(
        "with its pictures a page has {}, and {} are the most",
        megabytes(worst),
        megabytes(most)
    );
    files(message, heavy.into_iter().map(|(path, _)| path))
}

fn encryption(book: &Book) -> Found {
    files("files are encrypted, or tell of rights", &book.encrypted.closed)
}

fn picture_pixels(book: &Book, most: u64) -> Found {
    let large = |picture: &Picture| picture.width.saturating_mul(picture.height) > most;
    let worst = book
        .pictures
        .values()
        .max_by_key(|picture| picture.width.saturating_mul(picture.height));
    let (width, height) = worst.map_or((0, 0), |picture| (picture.width, picture.height));
    let message = format!(
        "{width} × {height} pixels are {}, and {} are the most",
        millions(width.saturating_mul(height)),
        millions(most)
    );
    of_pictures(book, large, &message)
}

fn picture_formats(book: &Book, allowed: &BTreeSet<String>) -> Found {
    by_format(
        allowed,
        book.pictures
            .iter()
            .map(|(path, picture)| (path, picture.format))
            .chain(svg_files(book).map(|path| (path, "svg"))),
        "pictures are",
    )
}

fn font_formats(book: &Book, allowed: &BTreeSet<String>) -> Found {
    let fonts = book.fonts.iter().map(|(path, format)| (path, *format));
    by_format(allowed, fonts, "fonts are")
}

/// What is in a format that is not allowed, one message a format.
fn by_format<'a>(allowed: &BTreeSet<String>, all: impl Iterator<Item = (&'a String, &'a str)>, what: &str) -> Found {
    let mut wrong: Vec<(&str, &String)> = all
        .filter(|(_, format)| !allowed.contains(*format))
        .map(|(path, format)| (format, path))
        .collect();
    wrong.sort_unstable();
    wrong
        .chunk_by(|left, right| left.0 == right.0)
        .flat_map(|run| {
            let format = run.first().map_or("", |(format, _)| *format);
            let format = if format.is_empty() { "of an unknown format" } else { format };
            let message = format!("{what} {format}, and {} is asked for", one_of(allowed));
            files(message, run.iter().map(|(_, path)| *path))
        })
        .collect()
}

fn picture_colours(book: &Book, allowed: &BTreeSet<String>) -> Found {
    let colours = book.pictures.iter().map(|(path, picture)| (path, picture.colours));
    by_format(
        allowed,
        colours.filter(|(_, colours)| !colours.is_empty()),
        "the colours of pictures are",
    )
}

/// The cover's picture.
fn cover_path(book: &Book) -> Option<&String> {
    book.package.cover_image.as_ref().or(book.package.named_cover.as_ref())
}

fn cover_picture(book: &Book) -> Option<(&String, &Picture)> {
    let path = cover_path(book)?;
    Some((path, book.pictures.get(path)?))
}

fn cover(book: &Book) -> Found {
    if cover_path(book).is_some_and(|path| book.names.contains(path)) {
        return Vec::new();
    }
    whole("no picture is named as the cover: an item of the manifest with the property `cover-image`")
}

fn cover_pixels(book: &Book, [shorter, longer, most]: [u64; 3]) -> Found {
    let Some((path, picture)) = cover_picture(book) else {
        return Vec::new();
    };
    let (short, long) = (picture.width.min(picture.height), picture.width.max(picture.height));
    if long == 0 {
        return Vec::new();
    }
    let size = format!("the cover has {} × {} pixels", picture.width, picture.height);
    if short < shorter || long < longer {
        let least = if shorter == longer {
            format!("{shorter} on each side")
        } else {
            format!("{shorter} × {longer}")
        };
        return files(format!("{size}, and {least} are the least"), [path]);
    }
    if long > most {
        return files(format!("{size}, and {most} on each side are the most"), [path]);
    }
    Vec::new()
}

/// A hundredth more or less comes from rounding.
fn cover_proportion(book: &Book, ideal: f64) -> Found {
    let Some((path, picture)) = cover_picture(book).filter(|(_, picture)| picture.width > 0) else {
        return Vec::new();
    };
    let proportion = picture.height as f64 / picture.width as f64;
    if (proportion - ideal).abs() <= 0.01 {
        return Vec::new();
    }
    let message = format!(
        "the cover is {} × {} pixels, {proportion:.2} times as high as wide, and {ideal} is best",
        picture.width, picture.height
    );
    files(message, [path])
}

fn cover_formats(book: &Book, allowed: &BTreeSet<String>) -> Found {
    let cover = cover_picture(book).map(|(path, picture)| (path, picture.format));
    by_format(allowed, cover.into_iter(), "the cover is")
}

/// The pages in the reading order that show the cover.
fn cover_pages(book: &Book) -> Vec<(&String, &Page)> {
    let Some(cover) = cover_path(book) else { return Vec::new() };
    let pages = book
        .package
        .spine
        .iter()
        .filter_map(|path| Some((path, book.pages.get(path)?)));
    pages
        .filter(|(_, page)| page.images.contains(cover) || page.svg_images.contains(cover))
        .collect()
}

fn cover_page(book: &Book) -> Found {
    let Some(cover) = cover_path(book) else { return Vec::new() };
    let pages = cover_pages(book);
    let Some((path, page)) = pages.first() else {
        return files(
            "the cover is on no page; a page of its own with an `<img>` is asked for",
            [cover],
        );
    };
    let mut found = Vec::new();
    if !page.images.contains(cover) {
        found.extend(files("the cover stands in SVG; an `<img>` is asked for", [*path]));
    }
    if page.text || page.images.len() + page.svg_images.len() > 1 {
        found.extend(files("there is more than the cover on its page", [*path]));
    }
    found
}

fn cover_name(book: &Book) -> Found {
    if cover_path(book).is_none() || book.package.named_cover.is_some() {
        return Vec::new();
    }
    whole("the package does not name the cover by `<meta name=\"cover\">` too")
}

fn cover_links(book: &Book) -> Found {
    let linked = cover_pages(book).into_iter().filter(|(_, page)| page.links > 0 && !page.text);
    files("there are links on the cover's page", linked.map(|(path, _)| path))
}

/// The NCX counts where there is one, since that is what is shown.
fn contents_depth(book: &Book, most: u64) -> Found {
    let path = book.package.ncx.as_ref().or(book.package.navigation.as_ref());
    let Some((path, page)) = path.and_then(|path| Some((path, book.pages.get(path)?))) else {
        return Vec::new();
    };
    if page.contents_depth <= most {
        return Vec::new();
    }
    let message = format!(
        "the contents have {} levels, and {most} are shown; what lies deeper is not",
        page.contents_depth
    );
    files(message, [path])
}

fn contents_page(book: &Book) -> Found {
    let by_landmark = book
        .package
        .navigation
        .as_ref()
        .and_then(|path| book.pages.get(path)?.landmarks.get("toc"));
    let page = by_landmark.or_else(|| book.package.guide.get("toc"));
    match page {
        None => whole("neither the landmarks nor the guide lead to a page with the contents"),
        Some(page) if !book.package.spine.contains(page) => {
            files("this page has the contents, and is not in the reading order", [page])
        }
        Some(_) => Vec::new(),
    }
}

fn elements(book: &Book, forbidden: &BTreeSet<String>) -> Found {
    let with = |name: &String| {
        let pages = book.pages.iter().filter(|(_, page)| page.elements.contains(name));
        files(format!("`<{name}>` stands here"), pages.map(|(path, _)| path))
    };
    forbidden.iter().flat_map(with).collect()
}

/// The files that are SVG by themselves.
fn svg_files(book: &Book) -> impl Iterator<Item = &String> {
    let items = book.package.items.iter();
    items
        .filter(|(_, item)| item.media_type == "image/svg+xml")
        .map(|(path, _)| path)
}

fn svg_count(book: &Book, most: u64) -> Found {
    let count = book.pages.values().map(|page| page.svg as u64).sum::<u64>();
    if count <= most {
        return Vec::new();
    }
    whole(format!("{count} pictures are SVG, and {most} are the most"))
}

fn svg_size(book: &Book, most: u64) -> Found {
    let worst = book.pages.values().map(|page| page.svg_size).max().unwrap_or(0);
    let message = format!("an SVG is {worst} pixels wide or high, and {most} are the most");
    of_pages(book, |page| page.svg_size > most, &message)
}

fn svg_pages(book: &Book) -> Found {
    let spine: BTreeSet<&String> = book.package.spine.iter().collect();
    let pages = svg_files(book).filter(|path| spine.contains(path));
    files(
        "this SVG is in the reading order by itself; an XHTML page around it is asked for",
        pages,
    )
}

fn file_names(book: &Book) -> Found {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    let odd = book.names.iter().filter(|name| !name.chars().all(is_plain));
    files(
        "names of files have other characters than letters without accents, digits, hyphens, underscores and full stops",
        odd,
    )
}

fn no_isbn(book: &Book) -> Found {
    if book.package.identifiers.iter().any(|identifier| isbn(identifier).is_some()) {
        return Vec::new();
    }
    whole("the book is not identified by its ISBN; without one the file's name has to have it")
}
