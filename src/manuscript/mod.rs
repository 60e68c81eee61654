//! Reading a manuscript: everything that is known of Markdown and of book.toml stays in here.
//!
//! Gets a folder, gives a [`Manuscript`]: settings, sources and a [`Document`] as written, with nothing numbered,
//! resolved or drawn. What could not be followed becomes a diagnostic; a document is always made.

mod attributes;
mod fences;
mod frontmatter;
mod html;
pub mod markdown;
pub mod outline;
pub mod settings;
mod settle;
pub(crate) mod slugs;
mod stack;
#[cfg(test)]
mod tests;
mod text;

pub use settings::Settings;

use crate::document::Document;
use crate::source::Sources;
use std::path::PathBuf;

/// A book as its author wrote it.
#[derive(Debug)]
pub struct Manuscript {
    /// The folder with book.toml.
    pub root: PathBuf,
    /// What book.toml says.
    pub settings: Settings,
    /// All files that were read.
    pub sources: Sources,
    /// The chapters in order, as written.
    pub document: Document,
}
