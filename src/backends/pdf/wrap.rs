//! The cover that wraps a printed book, as the press wants it: back, spine and front on one sheet, with bleed on all sides.
//!
//! The spine is as wide as so many pages of the paper are thick; on the back is the EAN-13 of the ISBN. The front is the
//! author's picture, or it is painted from title and theme as that of the EPUB is.

use super::leaf::{optional, string};
use super::world::{BookWorld, Content, VirtualFile};
use super::{failure, finish, options};
use crate::Error;
use crate::backends::Output;
use crate::edition::Edition;
use crate::manuscript::settings::{PdfEdition, isbn};
use crate::press::Finish;
use barcoders::sym::ean13::EAN13;
use std::fmt::Write as _;
use typst_layout::PagedDocument;
use typst_pdf::PdfStandards;

/// Makes the cover of a book whose print edition has so many pages.
///
/// # Errors
/// Where book.toml does not say enough: the press takes no cover of our own, the thickness of the paper is not known, or the
/// ISBN is none. The message says what to write.
pub fn wrap(edition: &Edition, pages: usize) -> Result<Output, Error> {
    let data = data(edition, pages)?;
    let mut files = vec![
        VirtualFile {
            path: "/main.typ".to_owned(),
            content: Content::Text(include_str!("../../../styles/cover.typ").to_owned()),
        },
        VirtualFile {
            path: "/cover-data.typ".to_owned(),
            content: Content::Text(data),
        },
    ];
    if let Some((path, bytes)) = picture(edition) {
        files.push(VirtualFile {
            path,
            content: Content::Bytes(bytes),
        });
    }
    let mut world = BookWorld::new();
    world.set_fonts(&edition.assets.fonts);
    world.set_files(files);
    let document = typst::compile::<PagedDocument>(&world)
        .output
        .map_err(|errors| failure("setting the cover", &errors))?;
    let bytes = typst_pdf::pdf(&document, &options(edition, PdfEdition::Print, PdfStandards::default()))
        .map_err(|errors| failure("writing the cover", &errors))?;
    // Where the cover is cut the press sees from its size; marks are for pages.
    let finish = Finish {
        marks: false,
        ..finish(edition)
    };
    let bytes = finish.apply(bytes)?;
    Ok(Output {
        bytes,
        pages: Some(document.pages().len()),
    })
}

/// The author's picture, with a name whose ending Typst knows it by.
fn picture(edition: &Edition) -> Option<(String, std::sync::Arc<Vec<u8>>)> {
    let picture = edition.assets.pictures.get(edition.assets.cover?.0)?;
    let ending = picture.path.rsplit('.').next().unwrap_or("png").to_lowercase();
    Some((format!("/cover.{ending}"), picture.bytes.clone()))
}

/// `/cover-data.typ`: everything the template needs to know.
fn data(edition: &Edition, pages: usize) -> Result<String, Error> {
    let settings = &edition.settings;
    let colours = &edition.theme.colours;
    let rules = settings
        .profile
        .as_ref()
        .and_then(|profile| profile.cover.clone())
        .unwrap_or_default();
    let spine = spine(edition, pages)?;
    let text_from = rules.spine_text_from;
    let room = spine - 2.0 * rules.spine_clearance;
    let mut out = String::from("#let cover = (\n");
    let mut line = |key: &str, value: String| {
        let _ = writeln!(out, "  {key}: {value},");
    };
    line("back-width", format!("{:.3}pt", settings.print.width));
    line("height", format!("{:.3}pt", settings.print.height));
    line("spine", format!("{spine:.3}pt"));
    line("bleed", format!("{:.3}pt", rules.bleed));
    line("reach", format!("{:.3}pt", rules.bleed));
    line("spine-text", (pages >= text_from && room >= 8.0).to_string());
    line("spine-clearance", format!("{:.3}pt", rules.spine_clearance));
    line("title", string(&settings.title));
    line("subtitle", optional(settings.subtitle.as_deref()));
    let authors: String = settings.authors.iter().map(|author| string(author) + ", ").collect();
    line("authors", format!("({authors})"));
    line("publisher", optional(settings.publisher.as_deref()));
    let blurb = settings.description.as_deref().unwrap_or_default();
    let blurb: String = blurb
        .split("\n\n")
        .map(|paragraph| string(&paragraph.split_whitespace().collect::<Vec<_>>().join(" ")) + ", ")
        .collect();
    line("blurb", format!("({blurb})"));
    line("font", string(&edition.theme.families.sans));
    line("mono", string(&edition.theme.families.mono));
    let picture = picture(edition).map(|(path, _)| path);
    line("picture", optional(picture.as_deref()));
    let colour = |hex: String| format!("rgb(\"{hex}\")");
    line(
        "colours",
        format!(
            "(ground: {}, paper: {}, tint: {})",
            colour(colours.accent.light.hex()),
            colour(colours.page.light.hex()),
            colour(colours.accent.dark.hex())
        ),
    );
    match settings.identifier.as_deref().and_then(isbn) {
        Some(number) => {
            let digits = thirteen(number).ok_or_else(|| {
                Error::new(format!(
                    "making the cover: `{number}` is no ISBN; its last digit does not follow from the others"
                ))
            })?;
            let runs: String = runs(&digits)?.iter().map(|run| format!("{run}, ")).collect();
            line("isbn", string(number));
            line("digits", string(&digits));
            line("runs", format!("({runs})"));
        }
        None => {
            line("isbn", "none".to_owned());
            line("digits", "none".to_owned());
            line("runs", "()".to_owned());
        }
    }
    out.push_str(")\n");
    Ok(out)
}

/// The width of the spine in pt.
fn spine(edition: &Edition, pages: usize) -> Result<f64, Error> {
    let settings = &edition.settings;
    let rules = settings.profile.as_ref().and_then(|profile| profile.cover.as_ref());
    if let Some(profile) = settings
        .profile
        .as_ref()
        .filter(|_| rules.is_some_and(|rules| rules.template))
    {
        return Err(Error::new(format!(
            "making the cover: {} takes covers in its own template only; its page makes one from title, size and pages",
            profile.name
        )));
    }
    let papers = rules.map(|rules| &rules.spine);
    let paper = settings.print.paper.as_deref().unwrap_or("white");
    let thickness = papers
        .and_then(|papers| papers.get(paper).copied())
        .or_else(|| crate::manuscript::settings::length(paper));
    let Some(thickness) = thickness else {
        let known: Vec<String> = papers
            .into_iter()
            .flat_map(|papers| papers.keys())
            .map(|paper| format!("`{paper}`"))
            .collect();
        let known = if known.is_empty() {
            "`paper = \"0.0025in\"` under [print] is the thickness of a page".to_owned()
        } else {
            format!("it is {}, or the thickness of a page such as `0.0025in`", known.join(", "))
        };
        return Err(Error::new(format!(
            "making the cover: how thick a page of `{paper}` paper is, is not known; {known}"
        )));
    };
    Ok(pages as f64 * thickness)
}

/// An ISBN as thirteen digits; one of ten gets the prefix of books and a new check digit. `None` where the check digit is wrong.
fn thirteen(isbn: &str) -> Option<String> {
    let digits: String = isbn.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect();
    let weigh = |digits: &str| -> u32 {
        let values = digits.bytes().map(|digit| u32::from(digit.wrapping_sub(b'0')));
        values
            .enumerate()
            .map(|(at, value)| if at.is_multiple_of(2) { value } else { 3 * value })
            .sum()
    };
    if digits.len() == 13 {
        return weigh(&digits).is_multiple_of(10).then_some(digits);
    }
    let value = |letter: char| letter.to_digit(10).unwrap_or(10);
    let sum: u32 = digits
        .chars()
        .zip((1..=10).rev())
        .map(|(letter, weight)| weight * value(letter))
        .sum();
    if digits.len() != 10 || !sum.is_multiple_of(11) {
        return None;
    }
    let body = format!("978{}", digits.get(..9)?);
    let check = (10 - weigh(&body) % 10) % 10;
    Some(format!("{body}{check}"))
}

/// The widths of bars and gaps in turn, in modules, beginning with a bar.
fn runs(digits: &str) -> Result<Vec<usize>, Error> {
    let code = EAN13::new(digits).map_err(|error| Error::caused("making the barcode", format!("{error:?}")))?;
    let modules = code.encode();
    Ok(modules.chunk_by(|left, right| left == right).map(<[u8]>::len).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_isbn_of_ten_digits_becomes_one_of_thirteen() {
        assert_eq!(thirteen("0-8044-2957-X").as_deref(), Some("9780804429573"));
        assert_eq!(thirteen("978-3-16-148410-0").as_deref(), Some("9783161484100"));
        assert_eq!(thirteen("978-3-16-148410-1"), None);
        assert_eq!(thirteen("0-8044-2957-1"), None);
    }

    #[test]
    fn a_barcode_is_ninety_five_modules_wide_and_begins_and_ends_with_a_bar() {
        let runs = runs("9783161484100").expect("a barcode");
        assert_eq!(runs.iter().sum::<usize>(), 95);
        assert_eq!(runs.len() % 2, 1);
        assert_eq!(runs[..3], [1, 1, 1]);
    }
}
