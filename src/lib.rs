//! `publish` compiles a manuscript of Markdown chapters into an EPUB 3.3 and a print-ready PDF from one document tree, so
//! that the two never disagree about a number, a link or a caption.
//!
//! # The way through
//!
//! 1. [`manuscript`] reads book.toml, the outline and the chapters, and always makes a [`Document`](document::Document);
//!    what it could not follow becomes a [diagnostic](diag).
//! 2. [`assets`] brings in theme, fonts and pictures, each once.
//! 3. [`math`] reads formulas, and [`figures`] turns every described diagram into a drawing.
//! 4. [`passes`] give the document sections, numbers, targets, notes and typography, in an order that is written down.
//! 5. [`listings`] finds out which characters of code are keywords, strings and comments.
//! 6. [`check`] holds the document against the outline and the fonts.
//! 7. [`edition`] binds all this into an [`Edition`](edition::Edition), in which nothing is left to decide.
//!    [`sample`] makes another of it, with some of its chapters.
//! 8. Each of the [`backends`] turns the edition into bytes; the EPUB may carry the [page list](backends::page_list) of the
//!    print edition.
//! 9. [`release`] writes them to `dist/`, all or none, and [`github`] attaches them to a release.
//!
//! Beside this way stands [`testing`], which runs listings and compares what they print with the book, or records it there;
//! nothing else runs code of a manuscript. [`prompt`] writes the briefs for whoever is to write a chapter, and [`status`]
//! says how far a book is; both begin with its [`contents`], planned and written. [`ingest`] takes a reply, a model's or a
//! co-author's, into the chapters' files.
//!
//! Only [`manuscript`] and [`assets`] read files, only [`release`] writes them, and only the command line prints; the rest
//! runs in memory. The same manuscript gives the same bytes, on any machine, on any day.
//!
//! ```no_run
//! use publish::{backends::epub, diag::Diagnostics, edition::Edition, manuscript};
//!
//! let folder = manuscript::Folder::open("manuscript".as_ref()).expect("a folder with book.toml");
//! let mut diagnostics = Diagnostics::default();
//! let manuscript = manuscript::read(folder, &mut diagnostics);
//! let edition = Edition::bind(manuscript, None, &mut diagnostics);
//! if !diagnostics.has_errors() {
//!     let book = epub::export(&edition, &mut diagnostics)?;
//!     std::fs::write("book.epub", book.bytes).expect("a folder that can be written");
//! }
//! # Ok::<(), publish::Error>(())
//! ```
//!
//! # What is not supported yet
//!
//! Headings between `<!-- only: print -->` and `<!-- end -->` begin no sections of the contents. Within the brackets of
//! a citation markup is not read. Of Mermaid, flowcharts, sequence, state and class diagrams are read; the others are named
//! and stay listings.

pub mod assets;
pub mod backends;
pub mod check;
pub mod contents;
pub mod diag;
pub mod document;
pub mod edition;
pub mod error;
pub mod figures;
pub mod github;
pub mod ingest;
mod keys;
pub mod listings;
pub mod manuscript;
pub mod math;
pub mod passes;
pub mod press;
pub mod prompt;
pub mod provenance;
mod raster;
pub mod release;
pub mod sample;
pub mod source;
pub mod status;
pub mod testing;
pub mod theme;
pub mod titles;
mod typst_string;
mod xml;

pub use error::Error;
