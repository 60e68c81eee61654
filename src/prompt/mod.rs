//! Briefs: what whoever writes a chapter, a model or a person, has to know, as plain Markdown. `publish prompt`.
//!
//! Gets a bound book with its [`Contents`](crate::contents::Contents), gives text. The words stand in templates
//! ([`template`]), which a manuscript overrides in its folder `prompts/`; what they speak of is gathered by [`context`].
//! The text is the same for the same manuscript, and nothing that an author wrote can close a fence of it.
//!
//! 1. [`Book::bind`] reads all that a brief is made from.
//! 2. [`Contents::find`](crate::contents::Contents::find) says which chapter is meant.
//! 3. [`write`] fills in the template.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod context;
mod fences;
mod references;
pub mod template;
#[cfg(test)]
mod tests;

use crate::check;
use crate::contents::{Contents, Found};
use crate::diag::{Diagnostics, codes};
use crate::document::walk::{Node, query};
use crate::edition::Edition;
use crate::manuscript::{Folder, Manuscript};
use std::collections::BTreeSet;

/// What a brief is made from.
#[derive(Debug)]
pub struct Book {
    /// The book, settled.
    pub edition: Edition,
    /// Its chapters, planned and written.
    pub contents: Contents,
    /// Where its templates are.
    folder: Folder,
    /// The ids that its authors gave; after binding, everything has one.
    ids: BTreeSet<String>,
    /// What `publish check` says of it.
    found: Diagnostics,
}

/// What a brief is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The whole book.
    Master,
    /// A chapter, or one section of it.
    Chapter {
        /// Which one.
        found: Found,
        /// Whether the chapter's present text goes into the brief.
        with_text: bool,
    },
}

impl Book {
    /// Settles a manuscript. Of what was said when it was read, `diagnostics` keeps what concerns the whole book; what is
    /// wrong with a chapter is for its brief to say, and what would stop a build stops no brief.
    pub fn bind(manuscript: Manuscript, diagnostics: &mut Diagnostics) -> Self {
        let folder = manuscript.folder.clone();
        let ids = authored_ids(&manuscript);
        let files: BTreeSet<_> = manuscript.document.chapters().map(|chapter| chapter.file).collect();
        let mut found = diagnostics.clone();
        // That chapters are not written yet is what briefs are for.
        let unwritten = [&codes::EMPTY_BOOK, &codes::UNWRITTEN_CHAPTER];
        diagnostics.keep(|message| {
            let is_general = message.span.is_none_or(|span| !files.contains(&span.file));
            is_general && !unwritten.contains(&message.code)
        });
        let edition = Edition::bind(manuscript, None, &mut found);
        check::rules(&edition, &mut found);
        found.raise(&codes::DEAD_LINK);
        found.report_unused(true);
        found.weigh(&edition.settings.check);
        found.sort();
        Self {
            contents: Contents::of(&edition),
            edition,
            folder,
            ids,
            found,
        }
    }
}

/// Writes a brief; `None` when a template is at fault, which is reported then.
pub fn write(book: &mut Book, subject: Subject, diagnostics: &mut Diagnostics) -> Option<String> {
    let templates = template::read(&book.folder, &mut book.edition.sources, diagnostics)?;
    let bibliography = references::keys(&book.folder, &book.edition.settings);
    let context = context::gather(book, subject, bibliography);
    let name = match subject {
        Subject::Master => template::MASTER,
        Subject::Chapter { .. } => template::CHAPTER,
    };
    let text = templates.fill_in(name, &context, &book.edition.sources, diagnostics)?;
    Some(fences::tidy(&text))
}

/// All ids that stand in braces of the manuscript.
fn authored_ids(manuscript: &Manuscript) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    query(&manuscript.document, |_, node| {
        if let Node::Block(block) = node {
            ids.extend(block.attributes.id.clone());
        }
    });
    ids.extend(manuscript.document.chapters().map(|chapter| chapter.id.clone()));
    ids.remove("");
    ids
}
