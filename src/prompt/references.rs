//! What a chapter may refer to: the entries of a bibliography, and what has an id in the book.

use super::Book;
use super::fences::one_line;
use crate::document::inline::plain_text;
use crate::document::walk::{Node, query_chapter};
use crate::document::{Block, BlockKind, Chapter, FigureContent};
use crate::manuscript::{Folder, Settings};
use serde::Serialize;

/// Where a bibliography may stand.
const BIBLIOGRAPHIES: [&str; 3] = ["references.bib", "references.yml", "references.yaml"];

/// Something that a reference may lead to.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Target {
    /// What stands in the parentheses: `#fig-way`, `02-more.md#a-heading`.
    pub(super) target: String,
    /// `section`, `figure`, `listing`, `table`
    pub(super) kind: &'static str,
    /// The title or the caption.
    pub(super) title: String,
}

/// The keys of the bibliography, in order; `None` for a book without one.
pub(super) fn keys(folder: &Folder, settings: &Settings) -> Option<Vec<String>> {
    let there = BIBLIOGRAPHIES.into_iter().any(|path| folder.has(path));
    there.then(|| settings.citation_keys.iter().map(|key| one_line(key)).collect())
}

/// What a chapter has that a reference may lead to. `here` is for the chapter itself, in which a heading without an id needs
/// no path.
pub(super) fn targets(chapter: &Chapter, book: &Book, here: bool) -> Vec<Target> {
    let mut targets = Vec::new();
    if !here {
        targets.push(Target {
            target: chapter.path.clone(),
            kind: "chapter",
            title: one_line(&plain_text(&chapter.title)),
        });
    }
    let contract = &book.edition.settings.contract;
    let mut see = |node: Node<'_>| {
        let Node::Block(block) = node else { return };
        let Some((kind, title)) = titled(block) else { return };
        let authored = block.attributes.id.as_ref().filter(|id| book.ids.contains(*id));
        let target = match (authored, &block.kind) {
            (Some(id), _) => format!("#{id}"),
            // What its author gave no id is named by its heading.
            (None, BlockKind::Section(section)) if section.depth == 1 && !here && !contract.is_takeaways(&title) => {
                format!("{}#{}", chapter.path, section.slug)
            }
            _ => return,
        };
        targets.push(Target {
            target,
            kind,
            title: one_line(&title),
        });
    };
    query_chapter(chapter, &mut see);
    targets
}

/// What a block is and what it is called, if a reference may lead to it.
fn titled(block: &Block) -> Option<(&'static str, String)> {
    match &block.kind {
        BlockKind::Section(section) => Some(("section", plain_text(&section.title))),
        BlockKind::Listing(listing) => Some(("listing", plain_text(&listing.caption))),
        BlockKind::Table(table) => Some(("table", plain_text(&table.caption))),
        BlockKind::Figure(figure) => {
            let caption = plain_text(&figure.caption);
            let title = match &figure.content {
                FigureContent::Drawing(drawing) if caption.is_empty() => drawing.title.clone(),
                FigureContent::Image(image) if caption.is_empty() => image.alt.clone(),
                _ => caption,
            };
            Some(("figure", title))
        }
        _ => None,
    }
}
