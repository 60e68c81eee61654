//! The package: what the book says of itself, its files in order, and its navigation.
//!
//! [`Package::build`] hands everything to `epub-builder`, which writes the archive. The package document, the navigation
//! document and the NCX are written here as well, since `epub-builder` cannot write them as EPUB 3.3 wants them;
//! [`finish`](super::finish) puts them in.

use super::breaks::{self, Breaks, Mark};
use super::cover::Cover;
use super::escape;
use super::fonts::{self, EmbeddedFont};
use super::xhtml::{self, Found, Page};
use super::{Files, STYLESHEET};
use crate::Error;
use crate::document::inline::plain_text;
use crate::document::lists::{self, ListOf};
use crate::document::{Block, BlockKind, Chapter, ChapterKind, Matter, Part, Section};
use crate::edition::Edition;
use crate::manuscript::Settings;
use crate::manuscript::settings::isbn;
use crate::provenance;
use crate::xml::{self, push_text};
use epub_builder::{EpubBuilder, EpubContent, EpubVersion, ReferenceType, ZipLibrary};
use std::collections::{BTreeSet, HashSet};

/// All that goes into the archive.
#[derive(Debug)]
pub(super) struct Package<'a> {
    /// The edition.
    pub(super) edition: &'a Edition,
    /// The marks of the print edition's pages, where it has a page list.
    pub(super) breaks: Option<&'a Breaks>,
    /// The files' names.
    pub(super) files: &'a Files,
    /// The fonts to embed.
    pub(super) fonts: Vec<EmbeddedFont<'a>>,
    /// The pages in reading order.
    pub(super) pages: Vec<Page>,
    /// The cover picture.
    pub(super) cover: Cover<'a>,
    /// What the pages hold.
    pub(super) found: Found,
}

/// A file that is no page and no picture of the cover, with its media type: pictures and fonts.
pub(super) struct Resource<'a> {
    /// Its name in the archive's `OEBPS/`.
    pub(super) file: &'a str,
    /// Its media type.
    pub(super) media_type: &'static str,
    /// Its bytes.
    pub(super) bytes: &'a [u8],
}

impl<'a> Package<'a> {
    /// The archive as `epub-builder` makes it. Pictures and fonts are not in it, because it would spend most of its time
    /// compressing what is compressed already.
    pub(super) fn build(&self) -> Result<Vec<u8>, Error> {
        let failed = |error: epub_builder::Error| Error::caused("putting the EPUB together", error.to_string());
        let settings = &self.edition.settings;
        let mut builder = EpubBuilder::new(ZipLibrary::new().map_err(failed)?).map_err(failed)?;
        builder.epub_version(EpubVersion::V33);
        builder.set_title(title(settings));
        builder.set_authors(settings.authors.clone());
        builder.set_languages(vec![language(settings).to_owned()]);
        builder.set_toc_name(self.edition.terms.contents);
        builder.set_uuid(uuid(settings));
        builder.set_modified_date(chrono::DateTime::UNIX_EPOCH);
        let css = fonts::style_sheet(self.edition, &self.fonts);
        builder.stylesheet(css.as_bytes()).map_err(failed)?;
        for page in &self.pages {
            let content = EpubContent::new(page.file.as_str(), page.content.as_bytes()).reftype(ReferenceType::Text);
            builder.add_content(content).map_err(failed)?;
        }
        let mut bytes = Vec::new();
        builder.generate(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }

    /// The characters that are shown somewhere.
    pub(super) fn characters(&self) -> BTreeSet<char> {
        let mut characters = BTreeSet::new();
        fonts::collect(fonts::ADDED, &mut characters);
        fonts::collect(&self.navigation(), &mut characters);
        for page in &self.pages {
            fonts::collect(&page.content, &mut characters);
        }
        if let Some(css) = &self.edition.assets.css {
            fonts::collect(css, &mut characters);
        }
        fonts::collect(fonts::STYLES, &mut characters);
        characters
    }

    /// The pictures that are shown, the cover, and the fonts.
    pub(super) fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        let pictures = self.found.pictures.iter().filter_map(|asset| {
            let picture = self.edition.assets.pictures.get(asset.0)?;
            Some(Resource {
                file: self.files.pictures.get(asset.0)?,
                media_type: picture.format.media_type(),
                bytes: &picture.bytes,
            })
        });
        let cover = Resource {
            file: &self.cover.file,
            media_type: self.cover.media_type,
            bytes: &self.cover.bytes,
        };
        let fonts = self.fonts.iter().map(|font| Resource {
            file: &font.file,
            media_type: font.media_type,
            bytes: &font.bytes,
        });
        let cover_is_shown = pictures.clone().any(|picture| picture.file == self.cover.file);
        std::iter::once(cover)
            .filter(move |_| !cover_is_shown)
            .chain(pictures)
            .chain(fonts)
    }

    /// The package document (EPUB 3.3, section 5).
    pub(super) fn document(&self) -> String {
        let mut out = String::with_capacity(8 * 1024);
        let language = language(&self.edition.settings);
        out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.push_str(&format!(
            "<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"identifier\" xml:lang=\"{language}\">\n"
        ));
        self.push_metadata(&mut out);
        self.push_manifest(&mut out);
        let direction = if escape::is_right_to_left(language) { "rtl" } else { "ltr" };
        out.push_str(&format!("<spine toc=\"ncx\" page-progression-direction=\"{direction}\">\n"));
        let before = self.page_before_contents();
        for (at, page) in self.pages.iter().enumerate() {
            out.push_str(&format!("<itemref idref=\"page-{}\"/>\n", at + 1));
            if page.file == before {
                out.push_str("<itemref idref=\"nav\"/>\n");
            }
        }
        out.push_str("</spine>\n</package>\n");
        out
    }

    /// The file behind which the contents stand: the copyright page, or the dedication and the epigraph behind it.
    fn page_before_contents(&self) -> &str {
        let chapters = self.edition.document.chapters().zip(&self.files.chapters);
        let quiet = chapters.take_while(|(chapter, _)| chapter.role().is_untitled());
        let titled = self.files.parts.first().is_some_and(Option::is_some);
        let last = quiet.filter(|_| !titled).last();
        last.map_or(self.files.copyright.as_str(), |(_, file)| file)
    }

    fn push_metadata(&self, out: &mut String) {
        let settings = &self.edition.settings;
        out.push_str("<metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n");
        let own = identifier(settings);
        element(out, "dc:identifier", " id=\"identifier\"", &own);
        if let Some(number) = epub_isbn(settings).filter(|number| *number != own) {
            element(out, "dc:identifier", "", &number);
        }
        let shelf_title = self.edition.shelf_title();
        element(
            out,
            "dc:title",
            " id=\"title\"",
            given(Some(&shelf_title)).unwrap_or(title(settings)),
        );
        if let Some(subtitle) = given(settings.subtitle.as_deref()) {
            meta(out, "title-type", "title", "main");
            meta(out, "display-seq", "title", "1");
            element(out, "dc:title", " id=\"subtitle\"", subtitle);
            meta(out, "title-type", "subtitle", "subtitle");
            meta(out, "display-seq", "subtitle", "2");
        }
        for (at, author) in settings.authors.iter().filter(|author| !author.trim().is_empty()).enumerate() {
            let id = format!("author-{}", at + 1);
            element(out, "dc:creator", &format!(" id=\"{id}\""), author);
            out.push_str(&format!(
                "<meta refines=\"#{id}\" property=\"role\" scheme=\"marc:relators\">aut</meta>\n"
            ));
        }
        element(out, "dc:language", "", language(settings));
        let date = settings.date.as_deref().filter(|date| is_date(date));
        for (name, value) in [
            ("dc:publisher", settings.publisher.as_deref()),
            ("dc:date", date),
            ("dc:rights", settings.rights.as_deref()),
            ("dc:description", settings.description.as_deref()),
        ] {
            if let Some(value) = given(value) {
                element(out, name, "", value);
            }
        }
        if self.breaks.is_some() {
            // A name of its own for the pages' source tells it from other sources; older readers know that alone.
            element(out, "dc:source", "", &self.page_source());
            property(out, "pageBreakSource", &self.page_source());
        }
        for subject in settings.subjects.iter().filter(|subject| !subject.trim().is_empty()) {
            element(out, "dc:subject", "", subject);
        }
        // The hour of the build would make every build differ.
        let modified = format!("{}T00:00:00Z", date.unwrap_or(crate::manuscript::settings::UNDATED));
        element(out, "meta", " property=\"dcterms:modified\"", &modified);
        // For readers of EPUB 2, Kindle's among them.
        let made = provenance::identification(self.edition);
        out.push_str(&format!("<meta name=\"generator\" content=\"{}\"/>\n", xml::value(&made)));
        out.push_str("<meta name=\"cover\" content=\"cover-image\"/>\n");
        self.push_accessibility(out);
        out.push_str("</metadata>\n");
    }

    /// What a reader can expect who does not see, in the vocabulary of schema.org (EPUB Accessibility 1.1, section 2).
    fn push_accessibility(&self, out: &mut String) {
        let found = &self.found;
        let mut modes = vec!["textual"];
        let mut features = vec![
            "structuralNavigation",
            "tableOfContents",
            "readingOrder",
            "displayTransformability",
        ];
        if found.visual {
            modes.push("visual");
        }
        if !found.undescribed {
            features.push("alternativeText");
        }
        if found.mathml {
            features.push("MathML");
        }
        if self.breaks.is_some() {
            features.extend(["pageBreakMarkers", "pageNavigation"]);
        }
        for mode in modes {
            property(out, "schema:accessMode", mode);
        }
        if found.visual {
            property(out, "schema:accessModeSufficient", "textual,visual");
        }
        if !found.undescribed {
            property(out, "schema:accessModeSufficient", "textual");
        }
        for feature in features {
            property(out, "schema:accessibilityFeature", feature);
        }
        property(out, "schema:accessibilityHazard", "none");
        property(out, "schema:accessibilitySummary", &self.summary());
        // EPUB Accessibility 1.1, section 3.5: what only the publisher can say.
        if let Some(claim) = &self.edition.settings.claim {
            element(
                out,
                "meta",
                " property=\"dcterms:conformsTo\" id=\"conformance\"",
                &claim.standard,
            );
            let certified = " property=\"a11y:certifiedBy\" refines=\"#conformance\"";
            element(out, "meta", certified, &claim.certifier);
        }
    }

    /// The same in words, for those who choose a book by them.
    fn summary(&self) -> String {
        let found = &self.found;
        let [structure, described, undescribed, formulas] = self.edition.terms.accessibility;
        let figures = match (found.undescribed, found.visual) {
            (true, _) => Some(undescribed),
            (false, true) => Some(described),
            (false, false) => None,
        };
        let pages = self.breaks.map(|_| self.edition.terms.page_numbers);
        let sentences = [Some(structure), figures, found.mathml.then_some(formulas), pages];
        sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The print edition by its ISBN, else by what tells it from others (Page Source Identification, "pageBreakSource").
    fn page_source(&self) -> String {
        let settings = &self.edition.settings;
        let identifier = settings.identifier.as_deref().map(str::trim).and_then(isbn);
        if let Some(number) = settings.matter.isbn.print.as_deref().or(identifier) {
            return isbn_urn(number);
        }
        let (width, height) = (inches(settings.print.width), inches(settings.print.height));
        let date = settings.date.as_deref().map(|date| self.edition.terms.date(date));
        let parts = [
            Some(full_title(settings)),
            given(settings.edition.as_deref()).map(str::to_owned),
            given(settings.publisher.as_deref()).map(str::to_owned),
            date,
            Some(format!("{}, {width} × {height} in", self.edition.terms.print_edition)),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// The pages of the print edition that are marked, in order, and where.
    fn page_targets(&self) -> Vec<(&Mark, String)> {
        let Some(breaks) = self.breaks else {
            return Vec::new();
        };
        let pages = breaks.pages.iter().enumerate();
        let target = |(at, mark): (usize, &'a Mark)| {
            let file = if breaks.contents.contains(&at) {
                &self.files.contents
            } else {
                self.found.pages.get(&at)?
            };
            Some((mark, format!("{file}#{}", mark.id)))
        };
        pages.filter_map(target).collect()
    }

    fn push_manifest(&self, out: &mut String) {
        out.push_str("<manifest>\n");
        item(out, "nav", &self.files.contents, "application/xhtml+xml", "nav");
        item(out, "ncx", "toc.ncx", "application/x-dtbncx+xml", "");
        item(out, "css", STYLESHEET, "text/css", "");
        for (at, page) in self.pages.iter().enumerate() {
            let properties = match (page.mathml, page.svg) {
                (true, true) => "mathml svg",
                (true, false) => "mathml",
                (false, true) => "svg",
                (false, false) => "",
            };
            item(
                out,
                &format!("page-{}", at + 1),
                &page.file,
                "application/xhtml+xml",
                properties,
            );
        }
        for (at, resource) in self.resources().enumerate() {
            if resource.file == self.cover.file {
                item(out, "cover-image", resource.file, resource.media_type, "cover-image");
            } else {
                item(out, &format!("resource-{}", at + 1), resource.file, resource.media_type, "");
            }
        }
        out.push_str("</manifest>\n");
    }

    /// The navigation document: contents to three levels, and landmarks (EPUB 3.3, section 7).
    pub(super) fn navigation(&self) -> String {
        let terms = &self.edition.terms;
        let mut out = String::new();
        for mark in self.breaks.iter().flat_map(|breaks| breaks.contents_marks()) {
            breaks::push_mark(&mut out, mark);
            out.push('\n');
        }
        out.push_str(&format!(
            "<nav epub:type=\"toc\" role=\"doc-toc\" id=\"toc\" class=\"contents\">\n<h1>{}</h1>\n",
            xml::text(terms.contents)
        ));
        push_list(&mut out, &self.entries(3));
        out.push_str("</nav>\n");
        self.push_lists(&mut out);
        out.push_str("<nav epub:type=\"landmarks\" id=\"landmarks\" hidden=\"hidden\">\n<ol>\n");
        for (kind, file, title) in self.landmarks() {
            if !file.is_empty() {
                let (file, title) = (xml::value(&file), xml::text(&title));
                out.push_str(&format!("<li><a epub:type=\"{kind}\" href=\"{file}\">{title}</a></li>\n"));
            }
        }
        out.push_str("</ol>\n</nav>");
        let pages = self.page_targets();
        if !pages.is_empty() {
            out.push_str("\n<nav epub:type=\"page-list\" hidden=\"hidden\">\n<ol>\n");
            for (mark, target) in pages {
                let (target, label) = (xml::value(&target), xml::text(&mark.label));
                out.push_str(&format!("<li><a href=\"{target}\">{label}</a></li>\n"));
            }
            out.push_str("</ol>\n</nav>");
        }
        xhtml::frame(self.edition, terms.contents, "epub:type=\"frontmatter\"", None, &out)
    }

    /// The lists behind the contents, each a `nav` of its own (EPUB 3.3, section 7.4.5). The vocabulary has names for those of
    /// illustrations and of tables, and none for one of listings.
    fn push_lists(&self, out: &mut String) {
        for (list, entries) in self.lists() {
            let (id, kind) = list_names(list);
            out.push_str(&format!(
                "<nav{kind} id=\"{id}\" class=\"contents list\" aria-labelledby=\"{id}-title\">\n"
            ));
            let title = xml::text(self.edition.terms.list(list));
            out.push_str(&format!("<h2 id=\"{id}-title\">{title}</h2>\n"));
            push_list(out, &entries);
            out.push_str("</nav>\n");
        }
    }

    /// The lists that are asked for and hold something.
    fn lists(&self) -> Vec<(ListOf, Vec<Entry>)> {
        let line = |entry: &lists::Entry<'_>| {
            let file = self.files.chapters.get(entry.chapter)?;
            let caption = one_line(&plain_text(entry.caption));
            Some(Entry {
                label: format!("{} {caption}", entry.number).trim_end().to_owned(),
                href: format!("{file}#{}", escape::id(entry.id)),
                below: Vec::new(),
            })
        };
        let asked = self.edition.settings.matter.lists.iter();
        let all = asked.map(|list| {
            let entries = lists::entries(&self.edition.document, *list);
            (*list, entries.iter().filter_map(line).collect::<Vec<_>>())
        });
        all.filter(|(_, entries)| !entries.is_empty()).collect()
    }

    /// Where readers find the structures of the book: kind, address, title, in reading order.
    fn landmarks(&self) -> Vec<(&'static str, String, String)> {
        let terms = &self.edition.terms;
        let files = self.files;
        let mut landmarks = vec![
            ("cover", files.cover.clone(), terms.cover.to_owned()),
            ("titlepage", files.title.clone(), terms.title_page.to_owned()),
            ("copyright-page", files.copyright.clone(), terms.copyright.to_owned()),
        ];
        let chapters: Vec<(&Chapter, &String)> = self.edition.document.chapters().zip(&files.chapters).collect();
        let named = |matter: Matter, untitled: bool| {
            let own = chapters
                .iter()
                .filter(move |(chapter, _)| chapter.role().matter() == matter && chapter.role().is_untitled() == untitled);
            own.filter_map(|(chapter, file)| Some((landmark(chapter)?, (*file).clone(), chapter_label(self.edition, chapter))))
        };
        landmarks.extend(named(Matter::Front, true));
        landmarks.push(("toc", format!("{}#toc", files.contents), terms.contents.to_owned()));
        for (list, _) in self.lists() {
            if let (id @ ("loi" | "lot"), _) = list_names(list) {
                landmarks.push((id, format!("{}#{id}", files.contents), terms.list(list).to_owned()));
            }
        }
        landmarks.extend(named(Matter::Front, false));
        let title = given(Some(&self.edition.settings.title)).unwrap_or(terms.contents);
        landmarks.push(("bodymatter", self.body_start().to_owned(), title.to_owned()));
        landmarks.extend(named(Matter::Back, false));
        landmarks
    }

    /// Where reading begins: the first page of the body.
    fn body_start(&self) -> &str {
        let mut chapters = self.edition.document.chapters().zip(&self.files.chapters);
        let first = chapters.find(|(chapter, _)| xhtml::kind(chapter).matter == "bodymatter");
        first
            .map(|(_, file)| file)
            .or(self.files.chapters.first())
            .map_or("", String::as_str)
    }

    /// The NCX, for readers of EPUB 2 (OPF 2.0.1, section 2.4.1). Kindle's shows two levels.
    pub(super) fn ncx(&self) -> String {
        let settings = &self.edition.settings;
        let language = language(settings);
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.push_str(&format!(
            "<ncx xmlns=\"http://www.daisy.org/z3986/2005/ncx/\" version=\"2005-1\" xml:lang=\"{language}\">\n<head>\n"
        ));
        let pages = self.page_targets();
        let most = pages.iter().filter_map(|(mark, _)| mark.label.parse::<u32>().ok()).max();
        for (name, content) in [
            ("dtb:uid", identifier(settings).as_str()),
            ("dtb:depth", "2"),
            ("dtb:totalPageCount", &pages.len().to_string()),
            ("dtb:maxPageNumber", &most.unwrap_or(0).to_string()),
        ] {
            out.push_str(&format!("<meta name=\"{name}\" content=\"{}\"/>\n", xml::value(content)));
        }
        out.push_str("</head>\n<docTitle><text>");
        push_text(&mut out, title(settings));
        out.push_str("</text></docTitle>\n<navMap>\n");
        let mut order = 0;
        for entry in self.entries(2) {
            push_point(&mut out, &entry, &mut order);
        }
        out.push_str("</navMap>\n");
        if !pages.is_empty() {
            out.push_str("<pageList>\n");
            for (mark, target) in pages {
                push_page_target(&mut out, mark, &target);
            }
            out.push_str("</pageList>\n");
        }
        out.push_str("</ncx>\n");
        out
    }

    /// The contents to a depth: parts, chapters, sections.
    fn entries(&self, depth: usize) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut seen = HashSet::new();
        let mut files = self.files.chapters.iter();
        for (part, page) in self.edition.document.parts.iter().zip(&self.files.parts) {
            let below = if page.is_some() {
                depth.saturating_sub(2)
            } else {
                depth.saturating_sub(1)
            };
            let below = match self.edition.settings.matter.toc_depth {
                // The NCX has two levels whatever the contents have.
                Some(asked) if depth > 2 => usize::from(asked.saturating_sub(1)),
                Some(asked) => below.min(usize::from(asked.saturating_sub(1))),
                None => below,
            };
            let chapters = part.chapters.iter().zip(files.by_ref());
            let titled = chapters.filter(|(chapter, _)| !chapter.role().is_untitled());
            let chapters = titled.map(|(chapter, file)| Entry {
                label: chapter_label(self.edition, chapter),
                href: file.clone(),
                below: section_entries(&chapter.blocks, file, below, &mut seen),
            });
            let chapters: Vec<Entry> = chapters.collect();
            match page {
                Some(file) => entries.push(Entry {
                    label: part_label(self.edition, part),
                    href: file.clone(),
                    below: chapters,
                }),
                None => entries.extend(chapters),
            }
        }
        entries
    }
}

/// A line of the contents.
struct Entry {
    label: String,
    href: String,
    below: Vec<Entry>,
}

/// The id of a list's `nav`, and the attribute with its name in the vocabulary, if it has one.
fn list_names(list: ListOf) -> (&'static str, &'static str) {
    match list {
        ListOf::Figures => ("loi", " epub:type=\"loi\""),
        ListOf::Tables => ("lot", " epub:type=\"lot\""),
        ListOf::Listings => ("listings", ""),
    }
}

/// The name of a chapter among the landmarks; `None` for those that readers do not look for there.
fn landmark(chapter: &Chapter) -> Option<&'static str> {
    match chapter.role() {
        ChapterKind::Appendix | ChapterKind::Epigraph | ChapterKind::Sample => None,
        _ => Some(xhtml::kind(chapter).name),
    }
}

/// The sections among blocks. An id that stands twice leads to its first place, and a second line to it is refused by readers.
fn section_entries(blocks: &[Block], file: &str, depth: usize, seen: &mut HashSet<String>) -> Vec<Entry> {
    if depth == 0 {
        return Vec::new();
    }
    let mut entries = Vec::new();
    for block in blocks {
        if let BlockKind::Section(section) = &block.kind
            && let Some(id) = block.attributes.id.as_deref().filter(|id| !id.is_empty())
            && let Some(label) = section_label(section)
        {
            let href = format!("{file}#{}", escape::id(id));
            if seen.insert(href.clone()) {
                let below = section_entries(&section.blocks, file, depth - 1, seen);
                entries.push(Entry { label, href, below });
            }
        }
    }
    entries
}

fn push_list(out: &mut String, entries: &[Entry]) {
    out.push_str("<ol>\n");
    for entry in entries {
        out.push_str("<li><a href=\"");
        xml::push_value(out, &entry.href);
        out.push_str("\">");
        push_text(out, &entry.label);
        out.push_str("</a>");
        if !entry.below.is_empty() {
            out.push('\n');
            push_list(out, &entry.below);
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ol>\n");
}

fn push_point(out: &mut String, entry: &Entry, order: &mut usize) {
    *order += 1;
    out.push_str(&format!(
        "<navPoint id=\"point-{order}\" playOrder=\"{order}\"><navLabel><text>"
    ));
    push_text(out, &entry.label);
    out.push_str("</text></navLabel><content src=\"");
    xml::push_value(out, &entry.href);
    out.push_str("\"/>\n");
    for below in &entry.below {
        push_point(out, below, order);
    }
    out.push_str("</navPoint>\n");
}

/// A page in the NCX (DAISY 3, "pageTarget"). Pages with numerals of their own stand before the text.
fn push_page_target(out: &mut String, mark: &Mark, target: &str) {
    let number = mark.label.parse::<u32>().ok().filter(|number| *number > 0);
    let kind = match number {
        Some(_) => "normal",
        None if mark.label.chars().all(|letter| "ivxlcdm".contains(letter)) => "front",
        None => "special",
    };
    out.push_str(&format!("<pageTarget id=\"{}\" type=\"{kind}\"", xml::value(&mark.id)));
    if let Some(number) = number {
        out.push_str(&format!(" value=\"{number}\""));
    }
    out.push_str("><navLabel><text>");
    push_text(out, &mark.label);
    out.push_str("</text></navLabel><content src=\"");
    xml::push_value(out, target);
    out.push_str("\"/></pageTarget>\n");
}

fn element(out: &mut String, name: &str, attributes: &str, text: &str) {
    out.push_str(&format!("<{name}{attributes}>"));
    push_text(out, text.trim());
    out.push_str(&format!("</{name}>\n"));
}

fn meta(out: &mut String, property: &str, refines: &str, text: &str) {
    element(out, "meta", &format!(" refines=\"#{refines}\" property=\"{property}\""), text);
}

fn property(out: &mut String, property: &str, text: &str) {
    element(out, "meta", &format!(" property=\"{property}\""), text);
}

fn item(out: &mut String, id: &str, href: &str, media_type: &str, properties: &str) {
    let href = xml::value(href);
    out.push_str(&format!("<item id=\"{id}\" href=\"{href}\" media-type=\"{media_type}\""));
    if !properties.is_empty() {
        out.push_str(&format!(" properties=\"{properties}\""));
    }
    out.push_str("/>\n");
}

fn given(value: Option<&str>) -> Option<&str> {
    value.filter(|value| !value.trim().is_empty())
}

/// A chapter as contents and window titles name it: `2. The Execution Model`.
pub(super) fn chapter_label(edition: &Edition, chapter: &Chapter) -> String {
    let title = one_line(&plain_text(&chapter.title));
    match (&chapter.number, title.is_empty()) {
        (Some(number), false) => format!("{number}. {title}"),
        (Some(number), true) => format!("{} {number}", edition.terms.chapter),
        (None, false) => title,
        (None, true) => {
            let name = chapter.path.rsplit('/').next().unwrap_or_default();
            let name = one_line(name.strip_suffix(".md").unwrap_or(name));
            if name.is_empty() {
                edition.terms.chapter.to_owned()
            } else {
                name
            }
        }
    }
}

/// A part as contents name it: `Part I. The Python Landscape`.
pub(super) fn part_label(edition: &Edition, part: &Part) -> String {
    let title = one_line(&plain_text(part.title.as_deref().unwrap_or_default()));
    match (&part.number, title.is_empty()) {
        (Some(number), false) => format!("{} {number}. {title}", edition.terms.part),
        (Some(number), true) => format!("{} {number}", edition.terms.part),
        (None, false) => title,
        (None, true) => edition.terms.part.to_owned(),
    }
}

fn section_label(section: &Section) -> Option<String> {
    let title = one_line(&plain_text(&section.title));
    match (&section.number, title.is_empty()) {
        (_, true) => None,
        (Some(number), false) => Some(format!("{number} {title}")),
        (None, false) => Some(title),
    }
}

/// White space of any kind as single spaces.
fn one_line(text: &str) -> String {
    // A no-break space is meant, and stays.
    let words = text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The title, which may not be empty.
pub(super) fn title(settings: &Settings) -> &str {
    given(Some(&settings.title)).unwrap_or("Untitled")
}

/// Title and subtitle.
pub(super) fn full_title(settings: &Settings) -> String {
    match given(settings.subtitle.as_deref()) {
        Some(subtitle) => format!("{}: {subtitle}", title(settings)),
        None => title(settings).to_owned(),
    }
}

/// Title and authors in a line.
pub(super) fn title_and_authors(settings: &Settings) -> String {
    if settings.authors.is_empty() {
        title(settings).to_owned()
    } else {
        format!("{}, {}", title(settings), settings.authors.join(", "))
    }
}

/// The language's tag; `und`, undetermined, where the settings have none that is one.
pub(super) fn language(settings: &Settings) -> &str {
    Some(settings.language.trim())
        .filter(|tag| escape::is_language(tag))
        .unwrap_or("und")
}

/// The unique identifier: a URN of what the settings name, else of a UUID made from title and authors.
fn identifier(settings: &Settings) -> String {
    let Some(identifier) = given(settings.identifier.as_deref()).map(str::trim) else {
        return epub_isbn(settings).unwrap_or_else(|| uuid(settings).urn().to_string());
    };
    if let Some(number) = isbn(identifier) {
        return isbn_urn(number);
    }
    match uuid::Uuid::parse_str(identifier) {
        Ok(uuid) => uuid.urn().to_string(),
        Err(_) => identifier.to_owned(),
    }
}

/// The ISBN of the EPUB as a URN.
fn epub_isbn(settings: &Settings) -> Option<String> {
    settings.matter.isbn.epub.as_deref().map(isbn_urn)
}

/// An ISBN as a URN (RFC 8254).
fn isbn_urn(number: &str) -> String {
    format!("urn:isbn:{}", number.replace(['-', ' '], ""))
}

/// A length in pt as inches, without closing zeros: `9.25`.
fn inches(points: f64) -> String {
    let text = format!("{:.3}", points / 72.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A name-based UUID (RFC 9562, section 5.5), the same for the same title and authors.
fn uuid(settings: &Settings) -> uuid::Uuid {
    let mut name = title(settings).to_owned();
    for author in &settings.authors {
        name.push('\n');
        name.push_str(author);
    }
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.as_bytes())
}

/// Whether a date is `YYYY-MM-DD` and exists.
fn is_date(date: &str) -> bool {
    date.len() == 10 && chrono::NaiveDate::parse_from_str(date, "%Y-%m-%d").is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_identifier(text: &str) -> String {
        identifier(&Settings {
            identifier: Some(text.to_owned()),
            ..Settings::default()
        })
    }

    #[test]
    fn an_identifier_becomes_a_urn() {
        assert_eq!(with_identifier("978-3-16-148410-0"), "urn:isbn:9783161484100");
        assert_eq!(with_identifier("ISBN 0-8044-2957-X"), "urn:isbn:080442957X");
        assert_eq!(with_identifier("https://a.b/c"), "https://a.b/c");
        let uuid = "urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8";
        assert_eq!(with_identifier(uuid), uuid);
        assert_eq!(identifier(&Settings::default()), identifier(&Settings::default()));
    }
}
