//! How each language is set.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::document::Attributes;
use crate::edition::Terms;

/// How a language is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Outer opening and closing, inner opening and closing.
    pub(super) quotes: [char; 4],
    /// French spaces.
    pub(super) french: bool,
    /// English elisions.
    pub(super) english: bool,
    /// The words before numbers.
    pub(super) terms: Terms,
}

/// Quotation marks by language, after CLDR 45 (`delimiters`), in trade practice where that differs. A tag with a region
/// comes before the one without.
const QUOTES: [(&str, [char; 4]); 33] = [
    ("bg", ['„', '“', '‚', '‘']),
    ("cs", ['„', '“', '‚', '‘']),
    ("da", ['»', '«', '›', '‹']),
    ("de-ch", ['«', '»', '‹', '›']),
    ("de-li", ['«', '»', '‹', '›']),
    ("de", ['„', '“', '‚', '‘']),
    ("el", ['«', '»', '“', '”']),
    ("es", ['«', '»', '“', '”']),
    ("et", ['„', '“', '‚', '‘']),
    ("fi", ['”', '”', '’', '’']),
    ("fr-ch", ['«', '»', '‹', '›']),
    ("fr", ['«', '»', '“', '”']),
    ("hr", ['„', '”', '‚', '’']),
    ("hu", ['„', '”', '»', '«']),
    ("is", ['„', '“', '‚', '‘']),
    ("it-ch", ['«', '»', '‹', '›']),
    ("it", ['«', '»', '“', '”']),
    ("ja", ['「', '」', '『', '』']),
    ("lt", ['„', '“', '‚', '‘']),
    ("nb", ['«', '»', '‘', '’']),
    ("nn", ['«', '»', '‘', '’']),
    ("no", ['«', '»', '‘', '’']),
    ("pl", ['„', '”', '‚', '’']),
    ("pt-br", ['“', '”', '‘', '’']),
    ("pt", ['«', '»', '“', '”']),
    ("ro", ['„', '”', '«', '»']),
    ("ru", ['«', '»', '„', '“']),
    ("sk", ['„', '“', '‚', '‘']),
    ("sl", ['„', '“', '‚', '‘']),
    ("sr", ['„', '“', '‚', '‘']),
    ("sv", ['”', '”', '’', '’']),
    ("uk", ['«', '»', '„', '“']),
    ("zh-tw", ['「', '」', '『', '』']),
];

impl Style {
    pub(super) fn of(language: &str) -> Self {
        let tag = language.to_lowercase();
        let is = |name: &str| {
            tag.strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let quotes = QUOTES.iter().find(|(name, _)| is(name));
        Self {
            quotes: quotes.map_or(['“', '”', '‘', '’'], |(_, quotes)| *quotes),
            french: is("fr"),
            english: is("en"),
            terms: Terms::of(&tag),
        }
    }

    /// The style inside of these attributes.
    pub(super) fn within(self, attributes: &Attributes) -> Self {
        attributes.language.as_deref().map_or(self, Self::of)
    }
}
