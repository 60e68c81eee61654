//! What presses and stores ask for: profiles as dated data, the gutter that follows from the number of pages, and the preflight
//! that holds a finished file against them.
//!
//! Gets a profile's name and the bytes of a PDF or an EPUB, gives what would be refused and by which rule. Knows nothing of
//! manuscripts.
//!
//! - [`profile`] reads the data in `profiles/`, one file a press or store, and the profiles that a book.toml has of its own.
//! - [`store`] is the part of a profile that is about EPUBs.
//! - [`told`] says its rules in words.
//! - [`preflight`] judges a file.
//! - [`inks`] and [`marks`] give a file what only a press needs: colours of its inks, and marks where the page is cut.

pub mod inks;
pub mod marks;
pub mod preflight;
pub mod profile;
pub mod store;
pub mod told;

pub use profile::Profile;

use crate::Error;
use inks::Separation;
use lopdf::Document;

/// What is done to a PDF that Typst has made, before a press gets it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Finish {
    /// Colours become inks.
    pub separation: Option<Separation>,
    /// Crop marks are drawn.
    pub marks: bool,
}

impl Finish {
    /// Does it. With nothing to do, the bytes are as they were.
    ///
    /// # Errors
    /// Where the bytes are no PDF.
    pub fn apply(&self, pdf: Vec<u8>) -> Result<Vec<u8>, Error> {
        if *self == Self::default() {
            return Ok(pdf);
        }
        let failed = |error: String| Error::caused("finishing the PDF for the press", error);
        let mut document = Document::load_mem(&pdf).map_err(|error| failed(error.to_string()))?;
        if let Some(separation) = &self.separation {
            inks::separate(&mut document, separation)?;
        }
        if self.marks {
            marks::draw(&mut document)?;
        }
        let mut out = Vec::with_capacity(pdf.len());
        document.save_modern(&mut out).map_err(|error| failed(error.to_string()))?;
        Ok(out)
    }
}
