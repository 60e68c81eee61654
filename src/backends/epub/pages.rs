//! The pages that are not chapters: cover, title page, copyright page, parts.

use super::cover::Cover;
use super::escape;
use super::fonts::Style;
use super::package;
use super::xhtml::{Book, Found, Page, Writer};
use crate::assets::FontRole;
use crate::diag::Diagnostics;
use crate::document::Part;
use crate::xml;

/// Cover, title page and copyright page, in this order.
pub(super) fn front(book: &Book<'_>, cover: &Cover<'_>, found: &mut Found, diagnostics: &mut Diagnostics) -> Vec<Page> {
    vec![
        cover_page(book, cover, found, diagnostics),
        title_page(book, found, diagnostics),
        copyright_page(book, found, diagnostics),
    ]
}

/// A part's page; none for chapters that belong to no part.
pub(super) fn part(book: &Book<'_>, at: usize, part: &Part, found: &mut Found, diagnostics: &mut Diagnostics) -> Option<Page> {
    let title = part.title.as_ref()?;
    let file = book.files.parts.get(at)?.as_deref()?;
    let mut writer = Writer::new(book, file, None, found, diagnostics);
    writer.raw("<section epub:type=\"part\" role=\"doc-part\"");
    if !part.id.is_empty() {
        writer.raw(&format!(" id=\"{}\"", escape::id(&part.id)));
    }
    writer.raw(" class=\"part\">\n");
    writer.write_first_marks(|breaks| breaks.parts.get(&at));
    writer.styled(heading, |writer| {
        if let Some(number) = &part.number {
            writer.raw("<p class=\"number\">");
            writer.text(&format!("{} {number}", book.edition.terms.part));
            writer.raw("</p>\n");
        }
        writer.raw("<h1>");
        let label = package::part_label(book.edition, part);
        if crate::document::inline::plain_text(title).trim().is_empty() {
            writer.text(&label);
        } else {
            writer.write_inlines(title);
        }
        writer.raw("</h1>\n");
    });
    writer.raw("</section>");
    let label = package::part_label(book.edition, part);
    Some(writer.finish(&label, "epub:type=\"bodymatter\" class=\"opener\"", None))
}

fn heading(style: &mut Style) {
    style.role = FontRole::Sans;
    style.bold = true;
}

/// Kobo wants an `<img>` in a page of its own.
fn cover_page(book: &Book<'_>, cover: &Cover<'_>, found: &mut Found, diagnostics: &mut Diagnostics) -> Page {
    let settings = &book.edition.settings;
    let mut writer = Writer::new(book, &book.files.cover, None, found, diagnostics);
    let term = book.edition.terms.cover;
    let alt = format!("{term}: {}", package::title_and_authors(settings));
    writer.raw(&format!(
        "<section epub:type=\"cover\" class=\"cover\"><img src=\"{}\" alt=\"{}\" role=\"doc-cover\"/></section>",
        xml::value(&cover.file),
        xml::value(&alt)
    ));
    writer.finish(term, "epub:type=\"frontmatter\" class=\"cover\"", None)
}

fn title_page(book: &Book<'_>, found: &mut Found, diagnostics: &mut Diagnostics) -> Page {
    let settings = &book.edition.settings;
    let mut writer = Writer::new(book, &book.files.title, None, found, diagnostics);
    writer.raw("<section epub:type=\"titlepage\" class=\"titlepage\">\n");
    writer.write_first_marks(|breaks| Some(&breaks.title));
    writer.raw("<h1>");
    writer.styled(heading, |writer| writer.text(package::title(settings)));
    writer.raw("</h1>\n");
    writer.styled(
        |style| *style = Style::sans(),
        |writer| {
            if let Some(subtitle) = &settings.subtitle {
                writer.raw("<p class=\"subtitle\" role=\"doc-subtitle\">");
                writer.text(subtitle);
                writer.raw("</p>\n");
            }
            for author in &settings.authors {
                writer.raw("<p class=\"author\">");
                writer.text(author);
                writer.raw("</p>\n");
            }
            for (class, line) in [("edition", &settings.edition), ("publisher", &settings.publisher)] {
                if let Some(line) = line {
                    writer.raw(&format!("<p class=\"{class}\">"));
                    writer.text(line);
                    writer.raw("</p>\n");
                }
            }
        },
    );
    writer.raw("</section>");
    writer.finish(
        book.edition.terms.title_page,
        "epub:type=\"frontmatter\" class=\"opener\"",
        None,
    )
}

fn copyright_page(book: &Book<'_>, found: &mut Found, diagnostics: &mut Diagnostics) -> Page {
    let settings = &book.edition.settings;
    let mut writer = Writer::new(book, &book.files.copyright, None, found, diagnostics);
    writer.raw("<section epub:type=\"copyright-page\" class=\"copyright\">\n");
    writer.write_first_marks(|breaks| Some(&breaks.copyright));
    writer.raw("<p class=\"work\">");
    writer.styled(
        |style| style.italic = true,
        |writer| {
            writer.raw("<cite>");
            writer.text(&package::full_title(settings));
            writer.raw("</cite>");
        },
    );
    writer.raw("</p>\n");
    let date = settings.date.as_deref().map(|date| book.edition.terms.date(date));
    let published = [settings.edition.as_deref(), settings.publisher.as_deref(), date.as_deref()];
    let published: Vec<&str> = published.into_iter().flatten().collect();
    let lines = settings
        .rights
        .iter()
        .cloned()
        .chain((!published.is_empty()).then(|| published.join(", ")));
    let colophon = settings.colophon.iter().flat_map(|text| text.lines()).map(str::to_owned);
    for line in lines.chain(colophon).chain(settings.shown_identifier()) {
        if line.trim().is_empty() {
            continue;
        }
        writer.raw("<p>");
        writer.text(&line);
        writer.raw("</p>\n");
    }
    writer.raw("</section>");
    writer.finish(book.edition.terms.copyright, "epub:type=\"frontmatter\"", None)
}
