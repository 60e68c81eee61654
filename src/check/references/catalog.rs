//! What the book has, by the number that it prints.

use super::Kind;
use crate::document::inline::plain_text;
use crate::document::{Block, BlockKind, Document, Inline, Target, walk};
use crate::edition::Edition;
use crate::passes::references::relative;
use crate::source::Sources;
use std::collections::{BTreeMap, BTreeSet};

/// A thing with a number.
#[derive(Debug)]
pub(super) struct Known {
    /// How it is referred to.
    pub(super) name: Name,
    /// Its title or caption.
    pub(super) title: String,
    /// The chapter that it stands in, or that it is, from 0; for a part its place among the parts.
    chapter: usize,
    /// The id in the tree.
    id: Option<String>,
}

/// How something is referred to.
#[derive(Debug)]
pub(super) enum Name {
    /// By an id of the author's, from anywhere.
    Id(String),
    /// By a heading's slug, in the chapter's file.
    Slug(String),
    /// By the chapter's file.
    File,
    /// Not yet: it has no id.
    Nothing,
}

/// A place that links lead to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// A part.
    Part(usize),
    /// A chapter's beginning, or an id in it.
    Chapter(usize, Option<String>),
}

/// All that has a number.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    things: BTreeMap<(Kind, String), Known>,
    /// The same by the place that links lead to.
    places: BTreeMap<Place, (Kind, String)>,
    /// The paths of the chapters.
    paths: Vec<String>,
    /// The chapters of the outline that are not written, by number.
    unwritten: BTreeMap<String, String>,
}

impl Catalog {
    pub(super) fn of(edition: &Edition) -> Self {
        let mut catalog = Self {
            paths: edition.document.chapters().map(|chapter| chapter.path.clone()).collect(),
            ..Self::default()
        };
        catalog.add_parts(&edition.document);
        for (at, chapter) in edition.document.chapters().enumerate() {
            let title = plain_text(&chapter.title);
            let known = |name| Known {
                name,
                title: title.clone(),
                chapter: at,
                id: None,
            };
            if let Some(number) = &chapter.number {
                catalog.add(Kind::Chapter, number, known(Name::File));
            } else if let Some(letter) = appendix_letter(&title) {
                catalog.add(Kind::Appendix, &letter, known(Name::File));
            }
            walk::query_blocks(&chapter.blocks, &mut |node| {
                if let walk::Node::Block(block) = node {
                    catalog.add_block(at, block, &edition.sources);
                }
            });
        }
        catalog.add_unwritten(edition);
        catalog
    }

    /// The first thing with a number counts.
    fn add(&mut self, kind: Kind, number: &str, known: Known) {
        let place = match kind {
            Kind::Part => Place::Part(known.chapter),
            _ => Place::Chapter(known.chapter, known.id.clone()),
        };
        self.places.entry(place).or_insert_with(|| (kind, number.to_owned()));
        self.things.entry((kind, number.to_owned())).or_insert(known);
    }

    fn add_parts(&mut self, document: &Document) {
        let taken = headings(document);
        for (at, part) in document.parts.iter().enumerate() {
            let (Some(number), Some(title)) = (&part.number, &part.title) else {
                continue;
            };
            let title = plain_text(title);
            let slug = crate::manuscript::slugs::slug(&title);
            // A heading of that name comes first.
            let name = if taken.contains(&slug) {
                Name::Nothing
            } else {
                Name::Id(slug)
            };
            let known = Known {
                name,
                title,
                chapter: at,
                id: None,
            };
            self.add(Kind::Part, number, known);
        }
    }

    fn add_block(&mut self, chapter: usize, block: &Block, sources: &Sources) {
        let id = block.attributes.id.clone();
        let known = |name: Option<Name>, title: &[Inline]| Known {
            name: name.unwrap_or(Name::Nothing),
            title: plain_text(title),
            chapter,
            id: id.clone(),
        };
        let (kind, number, caption) = match &block.kind {
            BlockKind::Section(section) => {
                let Some(number) = &section.number else { return };
                let typed = sources.text(section.heading_span);
                let own = id
                    .clone()
                    .filter(|id| typed.contains(&format!("#{id}")) || typed.contains("id="));
                let name = own.map_or_else(|| Name::Slug(section.slug.clone()), Name::Id);
                self.add(Kind::Section, number, known(Some(name), &section.title));
                return;
            }
            BlockKind::Figure(figure) => (Kind::Figure, &figure.number, &figure.caption),
            BlockKind::Listing(listing) => (Kind::Listing, &listing.number, &listing.caption),
            BlockKind::Table(table) => (Kind::Table, &table.number, &table.caption),
            BlockKind::Paragraph(_)
            | BlockKind::Heading(_)
            | BlockKind::Output(_)
            | BlockKind::Diagram(_)
            | BlockKind::Quote(_)
            | BlockKind::Admonition(_)
            | BlockKind::List(_)
            | BlockKind::Definitions(_)
            | BlockKind::Glossary(_)
            | BlockKind::Math(_)
            | BlockKind::Rule
            | BlockKind::Details { .. }
            | BlockKind::Bibliography(_)
            | BlockKind::IndexMarks(_)
            | BlockKind::Index(_)
            | BlockKind::Group(_) => return,
        };
        let Some(number) = number else { return };
        // An id that was made of the number moves with it, and is nothing to refer to.
        let made = format!("{}-{}", kind.stem(), number.replace('.', "-").to_lowercase());
        let name = id.clone().filter(|id| !id.starts_with(&made)).map(Name::Id);
        self.add(kind, number, known(name, caption));
    }

    fn add_unwritten(&mut self, edition: &Edition) {
        let outline = edition.outline.iter().flat_map(|outline| outline.chapters());
        // Numbers are those of the position, as everywhere.
        for (at, entry) in outline.filter(|entry| entry.number.is_some()).enumerate() {
            let number = (at + 1).to_string();
            if !self.has(Kind::Chapter, &number) {
                self.unwritten.insert(number, entry.title.clone());
            }
        }
    }

    pub(super) fn has(&self, kind: Kind, number: &str) -> bool {
        self.things.contains_key(&(kind, number.to_owned()))
    }

    pub(super) fn get(&self, kind: Kind, number: &str) -> Option<&Known> {
        self.things.get(&(kind, number.to_owned()))
    }

    /// The title of the chapter that is to have this number once it is written.
    pub(super) fn unwritten(&self, kind: Kind, number: &str) -> Option<&str> {
        let title = self.unwritten.get(number).filter(|_| kind == Kind::Chapter)?;
        Some(title)
    }

    /// What has a number at the target of a link.
    pub(super) fn at(&self, target: &Target) -> Option<(Kind, &str)> {
        let place = match target {
            Target::Internal { chapter, id } => Place::Chapter(*chapter, id.clone()),
            Target::Part { part } => Place::Part(*part),
            Target::External(_) | Target::Unresolved(_) => return None,
        };
        let (kind, number) = self.places.get(&place)?;
        Some((*kind, number))
    }

    /// The reference to a thing as it is written in a chapter; `None` for what has no name yet.
    pub(super) fn reference(&self, known: &Known, from: usize) -> Option<String> {
        let path = |at: usize| self.paths.get(at).map(String::as_str).unwrap_or_default();
        let folder = path(from).rsplit_once('/').map_or("", |(folder, _)| folder);
        let file = || relative(folder, path(known.chapter));
        match &known.name {
            Name::Id(id) => Some(format!("[](#{id})")),
            Name::Slug(slug) if known.chapter == from => Some(format!("[](#{slug})")),
            Name::Slug(slug) => Some(format!("[]({}#{slug})", file())),
            Name::File => Some(format!("[]({})", file())),
            Name::Nothing => None,
        }
    }

    /// The file that a thing stands in.
    pub(super) fn file(&self, known: &Known) -> &str {
        self.paths.get(known.chapter).map(String::as_str).unwrap_or_default()
    }
}

/// The slugs of all headings.
fn headings(document: &Document) -> BTreeSet<String> {
    let mut slugs: BTreeSet<String> = document.chapters().map(|chapter| chapter.slug.clone()).collect();
    walk::query(document, |_, node| {
        if let walk::Node::Block(block) = node {
            let slug = match &block.kind {
                BlockKind::Section(section) => Some(&section.slug),
                BlockKind::Heading(heading) => Some(&heading.slug),
                _ => None,
            };
            slugs.extend(slug.cloned());
        }
    });
    slugs
}

/// `B` of "Appendix B: Tools".
fn appendix_letter(title: &str) -> Option<String> {
    let mut words = title.split(|character: char| !character.is_alphanumeric());
    let known = ["appendix", "anhang", "annexe"].contains(&words.next()?.to_lowercase().as_str());
    let letter = words.next().filter(|word| known && Kind::Appendix.takes(word))?;
    Some(letter.to_owned())
}
