//! The words with which books refer to their own parts, by language.

use super::Kind;

/// The words of a language.
pub(super) struct Words {
    /// What is referred to, in lower case: the word, its kind, and whether several numbers may follow it.
    pub(super) names: &'static [(&'static str, Kind, bool)],
    /// Words before a reference that make one of what might be none: `see`, `in`.
    pub(super) leads: &'static [&'static str],
    /// Words between the numbers of several: `and`, `to`.
    pub(super) joins: &'static [&'static str],
    /// Words behind a number that say whose it is: `of`.
    pub(super) owners: &'static [&'static str],
    /// Words behind those that say that it is this book's: `this`.
    pub(super) ours: &'static [&'static str],
    /// The word for "in", behind a number.
    pub(super) within: &'static [&'static str],
    /// Whether the names are written small as well.
    pub(super) small: bool,
    /// Whether a small name counts without a word that leads to it.
    pub(super) always_small: bool,
}

impl Words {
    /// The words of a language, by the first part of its BCP 47 tag; English where a language is not known.
    pub(super) fn of(language: &str) -> &'static Self {
        let primary = language.split('-').next().unwrap_or_default();
        match primary.trim().to_ascii_lowercase().as_str() {
            "de" => &GERMAN,
            "fr" => &FRENCH,
            _ => &ENGLISH,
        }
    }
}

static ENGLISH: Words = Words {
    names: &[
        ("chapter", Kind::Chapter, false),
        ("chapters", Kind::Chapter, true),
        ("ch", Kind::Chapter, false),
        ("chap", Kind::Chapter, false),
        ("section", Kind::Section, false),
        ("sections", Kind::Section, true),
        ("sec", Kind::Section, false),
        ("figure", Kind::Figure, false),
        ("figures", Kind::Figure, true),
        ("fig", Kind::Figure, false),
        ("figs", Kind::Figure, true),
        ("listing", Kind::Listing, false),
        ("listings", Kind::Listing, true),
        ("table", Kind::Table, false),
        ("tables", Kind::Table, true),
        ("part", Kind::Part, false),
        ("parts", Kind::Part, true),
        ("appendix", Kind::Appendix, false),
        ("appendices", Kind::Appendix, true),
    ],
    leads: &["see", "in", "from", "cf", "until", "since"],
    joins: &["and", "or", "to", "through", "&"],
    owners: &["of"],
    ours: &["this"],
    within: &["in"],
    small: true,
    always_small: false,
};

static GERMAN: Words = Words {
    names: &[
        ("kapitel", Kind::Chapter, true),
        ("kapiteln", Kind::Chapter, true),
        ("kap", Kind::Chapter, true),
        ("abschnitt", Kind::Section, false),
        ("abschnitte", Kind::Section, true),
        ("abschnitten", Kind::Section, true),
        ("abbildung", Kind::Figure, false),
        ("abbildungen", Kind::Figure, true),
        ("abb", Kind::Figure, true),
        ("listing", Kind::Listing, false),
        ("listings", Kind::Listing, true),
        ("tabelle", Kind::Table, false),
        ("tabellen", Kind::Table, true),
        ("tab", Kind::Table, true),
        ("teil", Kind::Part, false),
        ("teile", Kind::Part, true),
        ("teilen", Kind::Part, true),
        ("anhang", Kind::Appendix, false),
        ("anhänge", Kind::Appendix, true),
        ("anhängen", Kind::Appendix, true),
    ],
    leads: &["siehe", "in", "im", "aus", "vgl", "ab", "seit"],
    joins: &["und", "oder", "bis", "&"],
    owners: &["von", "des", "der", "aus"],
    ours: &["dieses", "diesem"],
    within: &["in", "im"],
    small: false,
    always_small: false,
};

static FRENCH: Words = Words {
    names: &[
        ("chapitre", Kind::Chapter, false),
        ("chapitres", Kind::Chapter, true),
        ("chap", Kind::Chapter, true),
        ("section", Kind::Section, false),
        ("sections", Kind::Section, true),
        ("figure", Kind::Figure, false),
        ("figures", Kind::Figure, true),
        ("fig", Kind::Figure, true),
        ("listing", Kind::Listing, false),
        ("listings", Kind::Listing, true),
        ("tableau", Kind::Table, false),
        ("tableaux", Kind::Table, true),
        ("partie", Kind::Part, false),
        ("parties", Kind::Part, true),
        ("annexe", Kind::Appendix, false),
        ("annexes", Kind::Appendix, true),
    ],
    leads: &["voir", "au", "aux", "le", "la", "les", "du", "dans", "cf", "depuis"],
    joins: &["et", "ou", "à", "&"],
    owners: &["de", "du", "des", "d"],
    ours: &["ce", "cet", "cette"],
    within: &["dans"],
    small: true,
    always_small: true,
};
