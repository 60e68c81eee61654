//! The ledger of a chapter: where its text came from, in the front matter of its file.
//!
//! ```yaml
//! drafted-by: a model, or a person
//! drafted: 2026-11-25
//! reviewed-by: Ada Writer
//! reviewed: 2026-11-30
//! reply: sha256:9f86d081884c7d65...
//! outline: 1f0c35d1a2b4
//! ```
//!
//! Nothing of it is printed. It answers a store's question about how a text was made, and `outline`, the
//! [fingerprint](crate::manuscript::outline::Entry::fingerprint) of what the outline asked for when the text came in,
//! tells whether the outline has changed since.

/// Where a chapter's text came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// `drafted-by`: who or what wrote the first version.
    pub drafted_by: Option<String>,
    /// `drafted`: the day it came in, `YYYY-MM-DD`.
    pub drafted: Option<String>,
    /// `reviewed-by`: who has read it and answers for it.
    pub reviewed_by: Option<String>,
    /// `reviewed`: the day of that.
    pub reviewed: Option<String>,
    /// `reply`: `sha256:` and the hash of the reply it was taken from, which is kept in `.replies/`.
    pub reply: Option<String>,
    /// `outline`: the fingerprint of the chapter's entry in the outline as it was then.
    pub outline: Option<String>,
}

/// The keys of the front matter that make the ledger.
pub const KEYS: &[&str] = &["drafted-by", "drafted", "reviewed-by", "reviewed", "reply", "outline"];

impl Ledger {
    /// The value of a key of the front matter, to be set; `None` for a key that is no part of the ledger.
    pub(super) fn field(&mut self, key: &str) -> Option<&mut Option<String>> {
        match key {
            "drafted-by" => Some(&mut self.drafted_by),
            "drafted" => Some(&mut self.drafted),
            "reviewed-by" => Some(&mut self.reviewed_by),
            "reviewed" => Some(&mut self.reviewed),
            "reply" => Some(&mut self.reply),
            "outline" => Some(&mut self.outline),
            _ => None,
        }
    }
}
