//! `publish` compiles a manuscript of Markdown chapters into an EPUB and a PDF from one document tree.

pub mod assets;
pub mod backends;
pub mod check;
pub mod diag;
pub mod document;
pub mod edition;
pub mod error;
pub mod figures;
mod keys;
pub mod listings;
pub mod manuscript;
pub mod math;
pub mod passes;
pub mod release;
pub mod source;
pub mod theme;

pub use error::Error;
