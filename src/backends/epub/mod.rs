//! The EPUB backend: an [`Edition`] in, an EPUB 3.3 out.
//!
//! The way: [`xhtml`] writes a page for each chapter and notes what it holds; [`pages`] writes those that come before and
//! between (cover, title page, copyright page, parts); [`breaks`] marks where the pages of the print edition begin, if the book
//! asks for that; [`cover`] paints a cover where the author gives none; [`fonts`] makes the style sheet and chooses the faces,
//! and [`subset`] leaves in them what the book shows; [`package`] hands all of it to `epub-builder`; [`finish`] puts right in its archive
//! what it gets wrong. Everything runs in memory, and the same edition gives the same bytes.

mod breaks;
mod cover;
mod escape;
mod finish;
mod fonts;
mod package;
mod pages;
mod subset;
mod xhtml;

use super::Output;
use super::page_list::PageList;
use super::pdf::Press;
use crate::Error;
use crate::diag::Diagnostics;
use crate::document::Medium;
use crate::edition::Edition;
use escape::Names;
use xhtml::{Book, Found};

/// The style sheet's name; `epub-builder` gives it.
const STYLESHEET: &str = "stylesheet.css";

/// Makes an EPUB of an edition. Where its book asks for a page list, the print edition is set for that.
///
/// # Errors
/// When the print edition cannot be set, or the archive cannot be put together, which no manuscript can cause.
pub fn export(edition: &Edition, diagnostics: &mut Diagnostics) -> Result<Output, Error> {
    if edition.settings.page_list.is_none() {
        return export_with(edition, None, diagnostics);
    }
    let mut press = Press::new();
    let layout = press.lay_out_for_list(edition, diagnostics)?;
    export_with(edition, Some(&press.page_list(edition, &layout)), diagnostics)
}

/// Makes an EPUB of an edition, with a list of the print edition's pages, if there is one.
///
/// # Errors
/// When the archive cannot be put together, which no manuscript can cause.
pub fn export_with(whole: &Edition, list: Option<&PageList>, diagnostics: &mut Diagnostics) -> Result<Output, Error> {
    let view = whole.view(Medium::Epub);
    let edition = view.as_ref().unwrap_or(whole);
    let files = Files::name(edition);
    let mut found = Found::default();
    let mut book = Book::new(edition, &files);
    if let Some(list) = list {
        book.mark_pages(list, whole);
    }
    let book = book;
    let cover = cover::Cover::of(edition, &files, &mut found)?;
    let mut pages = pages::front(&book, &cover, &mut found, diagnostics);
    let mut chapter = 0;
    for (at, part) in edition.document.parts.iter().enumerate() {
        pages.extend(pages::part(&book, at, part, &mut found, diagnostics));
        for one in &part.chapters {
            pages.push(xhtml::write_chapter(&book, chapter, one, &mut found, diagnostics));
            chapter += 1;
        }
    }
    let mut package = package::Package {
        edition,
        breaks: book.breaks.as_ref(),
        files: &files,
        fonts: Vec::new(),
        pages,
        cover,
        found,
    };
    package.fonts = fonts::embedded(edition, package.found.faces, &package.characters());
    Ok(Output {
        bytes: finish::archive(&package)?,
        pages: None,
    })
}

/// The names of the book's files in the archive's `OEBPS/`.
#[derive(Debug)]
struct Files {
    /// The cover's page.
    cover: String,
    /// The title page.
    title: String,
    /// The copyright page.
    copyright: String,
    /// The contents; `epub-builder` gives the name.
    contents: String,
    /// For each part, its page; `None` for a part without a title.
    parts: Vec<Option<String>>,
    /// The chapters.
    chapters: Vec<String>,
    /// The pictures, used or not.
    pictures: Vec<String>,
}

impl Files {
    fn name(edition: &Edition) -> Self {
        let mut pages = Names::default();
        let mut pictures = Names::default();
        let mut page = |stem: &str| pages.take(stem, "chapter", "xhtml");
        let [contents, cover, title, copyright] = ["nav", "cover", "title", "copyright"].map(&mut page);
        let mut parts = Vec::new();
        let mut chapters = Vec::new();
        for part in &edition.document.parts {
            let number = parts.iter().flatten().count() + 1;
            parts.push(part.title.is_some().then(|| page(&format!("part-{number}"))));
            for chapter in &part.chapters {
                let name = chapter.path.rsplit('/').next().unwrap_or_default();
                chapters.push(page(name.strip_suffix(".md").unwrap_or(name)));
            }
        }
        let named = edition.assets.pictures.iter().map(|picture| {
            let name = picture.path.rsplit('/').next().unwrap_or_default();
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            format!("images/{}", pictures.take(stem, "picture", picture.format.extension()))
        });
        Self {
            cover,
            title,
            copyright,
            contents,
            parts,
            chapters,
            pictures: named.collect(),
        }
    }
}

#[cfg(test)]
mod tests;
