//! The order of a language, for an index and a glossary.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::Locale;
use std::cmp::Ordering;

/// How a language orders words.
pub(super) struct Order {
    /// With regard to letters and accents, and then to case.
    full: Option<CollatorBorrowed<'static>>,
    /// With regard to letters alone.
    letters: Option<CollatorBorrowed<'static>>,
}

impl Order {
    pub(super) fn of(language: &str) -> Self {
        let collator = |strength| {
            let locale: Locale = language.parse().unwrap_or(Locale::UNKNOWN);
            let mut options = CollatorOptions::default();
            options.strength = Some(strength);
            Collator::try_new((&locale).into(), options).ok()
        };
        Self {
            full: collator(Strength::Tertiary),
            letters: collator(Strength::Primary),
        }
    }

    /// Which of two entries comes first: those that begin with no letter do.
    pub(super) fn compare(&self, left: &str, right: &str) -> Ordering {
        let rank = |text: &str| text.chars().next().is_some_and(char::is_alphabetic);
        let words = || match &self.full {
            Some(collator) => collator.compare(left, right),
            None => left.to_lowercase().cmp(&right.to_lowercase()),
        };
        rank(left).cmp(&rank(right)).then_with(words)
    }

    /// The letter under which an entry stands; `None` if it begins with none. An accent is a letter of its own where the
    /// language has it so.
    pub(super) fn letter(&self, text: &str) -> Option<String> {
        let first = text.chars().next().filter(|first| first.is_alphabetic())?;
        let own: String = first.to_uppercase().collect();
        let same = |letter: &char| {
            let letter = letter.to_string();
            self.letters
                .as_ref()
                .is_some_and(|collator| collator.compare(&letter, &own) == Ordering::Equal)
        };
        let plain = ('A'..='Z').find(same);
        Some(plain.map_or(own, String::from))
    }
}
