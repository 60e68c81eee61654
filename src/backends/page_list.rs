//! The page list: where in the document each page of the print edition begins.
//!
//! The [PDF backend](super::pdf) makes it of the pages that it has set, and the [EPUB backend](super::epub) marks these places
//! and lists them. What it says is about the whole tree, of which each output may show another part.
//!
//! - Every page that is counted is listed, with its number as the print edition numbers it, shown on the page or not.
//! - A page without text of its own, blank or with nothing but a figure that comes earlier or a note's last lines, is
//!   marked with the next one, as DAISY asks for blank pages. Where no text follows, it is left out.
//! - A page begins where the first text or picture on it stands in the reading order. What is repeated (the head of a table) or
//!   stands out of order (a figure that floated past some text, a footnote) is no beginning.
//! - A word that is divided between two pages belongs to the one where it starts, so the mark stands before the next whole
//!   word: within a word it would be heard as two, and before it a reader who goes to the page would be sent to the one before.

use crate::diag::{Diagnostics, codes};
use crate::edition::Edition;

/// The pages of the print edition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageList {
    /// The pages in order.
    pub pages: Vec<PageStart>,
}

/// A page and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageStart {
    /// The page's number as it is printed: `12`, `iv`.
    pub label: String,
    /// Where its text begins.
    pub place: Place,
}

/// A place where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The title page.
    Title,
    /// The copyright page.
    Copyright,
    /// The table of contents, of one page or more.
    Contents,
    /// The page on which a part opens, counted from 0.
    Part(usize),
    /// A place in the text.
    Text {
        /// The node, by its number in the whole document (see [`Order`](crate::document::Order)).
        node: usize,
        /// The byte of the node's text or code, at the beginning of a word. 0 for nodes without.
        offset: usize,
    },
}

/// Says that there can be no page list, because the print edition could not be set.
pub(super) fn report_failure(edition: &Edition, diagnostics: &mut Diagnostics) {
    diagnostics
        .report(
            &codes::NO_PAGE_LIST,
            edition.settings.page_list,
            "the pages of the print edition cannot be set, and so there is nothing to list",
        )
        .hint("mend what the other messages tell, or build the EPUB without `page-list` meanwhile");
}
