//! Listings: which characters of a block of code are keywords, strings, comments.
//!
//! Gets a document, gives every [`Listing`](crate::document::Listing) its [`Token`]s. Done once, so that the EPUB and the
//! PDF colour the same characters; which colour a [`Class`] has is the theme's.

use crate::document::{BlockKind, Document, walk};

/// A run of characters with one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The first byte in the listing's code.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
    /// What the run is.
    pub class: Class,
}

/// What a run of characters in a listing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// `if`, `return`
    Keyword,
    /// `None`, `True`, `len`: names the language itself defines
    Builtin,
    /// A type's name
    Type,
    /// The name of a function where it is defined or called
    Function,
    /// `"text"`
    String,
    /// `\n` in a string, `{x}` in a format string
    Escape,
    /// `3.14`
    Number,
    /// `# text`
    Comment,
    /// `+`, `==`
    Operator,
    /// `@decorator`, `#[attribute]`, a key in a configuration file
    Attribute,
    /// `>>>`, `$`: what a console shows before what is typed
    Prompt,
}

impl Class {
    /// All classes, in the order of their declaration.
    pub const ALL: [Self; 11] = [
        Self::Keyword,
        Self::Builtin,
        Self::Type,
        Self::Function,
        Self::String,
        Self::Escape,
        Self::Number,
        Self::Comment,
        Self::Operator,
        Self::Attribute,
        Self::Prompt,
    ];

    /// The name in theme.toml and in the EPUB's classes: `keyword`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Builtin => "builtin",
            Self::Type => "type",
            Self::Function => "function",
            Self::String => "string",
            Self::Escape => "escape",
            Self::Number => "number",
            Self::Comment => "comment",
            Self::Operator => "operator",
            Self::Attribute => "attribute",
            Self::Prompt => "prompt",
        }
    }
}

/// Gives every listing of the document its tokens.
pub fn highlight(document: &mut Document) {
    struct Highlighter;
    impl walk::Visitor for Highlighter {
        fn block(&mut self, block: &mut crate::document::Block) {
            if let BlockKind::Listing(listing) = &mut block.kind {
                listing.tokens = tokens(listing.language.as_deref().unwrap_or_default(), &listing.code);
            }
        }
    }
    walk(document, &mut Highlighter);
}

/// The tokens of a piece of code, in order and without overlap; none for a language that is not known.
pub fn tokens(_language: &str, _code: &str) -> Vec<Token> {
    Vec::new()
}
