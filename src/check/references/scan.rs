//! Finding numbers typed by hand in a line of prose.
//!
//! Whether `Chapter 5` is one of this book's chapters is told by what stands around it. Where that leaves a doubt, it is
//! taken for another's: who is told of a fault that is none stops reading.

use super::super::lines::{EMPHASIS, EMPHASIS_END, Line, OBJECT};
use super::Kind;
use super::words::Words;
use std::ops::Range;

/// How often a line is told of: who has more in a paragraph knows by then, and each is sought in the source anew, so that
/// the cost would not stay in step with the length of a line.
const MOST: usize = 50;

/// The most numbers behind one word that are looked at.
const MOST_NUMBERS: usize = 12;

/// The longest word that is looked up, in characters.
const LONGEST_NAME: usize = 12;

/// A reference that was typed by hand.
#[derive(Debug, PartialEq)]
pub(super) struct Typed {
    /// Its characters in the line.
    pub(super) range: Range<usize>,
    /// What it refers to.
    pub(super) kind: Kind,
    /// The numbers.
    pub(super) numbers: Vec<String>,
}

/// Finds the references of a line. `exists` tells whether the book has a thing of a kind with a number.
pub(super) fn scan(line: &Line<'_>, words: &Words, exists: &dyn Fn(Kind, &str) -> bool) -> Vec<Typed> {
    let scanner = Scanner {
        text: &line.text,
        words,
        exists,
    };
    let mut found: Vec<Typed> = Vec::new();
    let mut at = 0;
    // Where the reference before this one ends, and whether it is this book's.
    let mut last = (0, false);
    while let Some(start) = scanner.next_word(at).filter(|_| found.len() < MOST) {
        let end = scanner.word_end(start);
        at = end;
        let Some(typed) = scanner.reference(start, end) else {
            continue;
        };
        at = typed.range.end;
        let linked = line.link_at(start).is_some();
        let ours = linked || scanner.is_ours(&typed, last);
        last = (typed.range.end, ours);
        if ours {
            found.push(typed);
        }
    }
    found
}

struct Scanner<'a> {
    text: &'a [char],
    words: &'a Words,
    exists: &'a dyn Fn(Kind, &str) -> bool,
}

impl Scanner<'_> {
    fn at(&self, index: usize) -> Option<char> {
        self.text.get(index).copied()
    }

    fn before(&self, index: usize) -> Option<char> {
        self.at(index.checked_sub(1)?)
    }

    /// Where the next word begins.
    fn next_word(&self, from: usize) -> Option<usize> {
        let rest = self.text.get(from..)?;
        let starts = |(at, character): (usize, &char)| {
            let inner = |before: char| before.is_alphanumeric() || matches!(before, '_' | '-' | '‑' | '/' | '.' | '@' | '#');
            (character.is_alphabetic() && !self.before(from + at).is_some_and(inner)).then_some(from + at)
        };
        rest.iter().enumerate().find_map(starts)
    }

    fn word_end(&self, start: usize) -> usize {
        let rest = self.text.get(start..).unwrap_or_default();
        start + rest.iter().take_while(|character| character.is_alphanumeric()).count()
    }

    fn word(&self, range: Range<usize>) -> String {
        let word = self.text.get(range).unwrap_or_default().iter();
        word.collect::<String>().to_lowercase()
    }

    fn spaces(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|character| is_space(**character)).count()
    }

    /// A name of the language with numbers behind it, such as the book itself would print.
    fn reference(&self, start: usize, end: usize) -> Option<Typed> {
        if end - start > LONGEST_NAME {
            return None;
        }
        let dot = usize::from(self.at(end) == Some('.') && end - start <= 4);
        let number = self.spaces(end + dot);
        // Most words have no number behind them, and need not be looked up.
        let likely = self
            .at(number)
            .is_some_and(|first| first.is_ascii_digit() || first.is_ascii_uppercase());
        if number == end + dot || !likely {
            return None;
        }
        let name = self.word(start..end);
        let (_, kind, several) = self.words.names.iter().find(|(word, _, _)| *word == name)?;
        let (numbers, end) = self.numbers(number, *kind, *several)?;
        Some(Typed {
            range: start..end,
            kind: *kind,
            numbers,
        })
    }

    /// The numbers from a place on, and where they end.
    fn numbers(&self, start: usize, kind: Kind, several: bool) -> Option<(Vec<String>, usize)> {
        let (first, mut end) = self.counted(start, kind, several).or_else(|| self.number(start, kind))?;
        let dotted = first.contains('.');
        let mut numbers = vec![first];
        while numbers.len() < MOST_NUMBERS {
            let Some((next, sure)) = self.join(end) else { break };
            let counted = self.counted(next, kind, several && !dotted);
            let Some((number, behind)) = counted.or_else(|| self.number(next, kind)) else {
                break;
            };
            if !(sure || several || (dotted && number.contains('.'))) {
                break;
            }
            numbers.push(number);
            end = behind;
        }
        Some((numbers, end))
    }

    /// Behind what joins two numbers, if anything does, and whether it can join nothing else.
    fn join(&self, end: usize) -> Option<(usize, bool)> {
        let next = self.spaces(end);
        if matches!(self.at(next), Some('–' | '-')) {
            return Some((self.spaces(next + 1), true));
        }
        let comma = usize::from(self.at(next) == Some(','));
        let word = self.spaces(next + comma);
        let word_end = if self.at(word) == Some('&') {
            word + 1
        } else {
            self.word_end(word)
        };
        let joins = word_end > word && word_end - word < 8 && self.words.joins.contains(&self.word(word..word_end).as_str());
        match (joins, comma) {
            (true, _) => Some((self.spaces(word_end), false)),
            (false, 1) => Some((word, false)),
            (false, _) => None,
        }
    }

    /// `2-3` as other tools print it for the third of chapter 2, and where it ends. Behind the name of `several`, it is a
    /// range unless another such number follows.
    fn counted(&self, start: usize, kind: Kind, several: bool) -> Option<(String, usize)> {
        if !matches!(kind, Kind::Figure | Kind::Listing | Kind::Table) {
            return None;
        }
        let digits = |from: usize| {
            let rest = self.text.get(from..).unwrap_or_default();
            from + rest.iter().take(4).take_while(|character| character.is_ascii_digit()).count()
        };
        let chapter = digits(start);
        if chapter == start || !matches!(self.at(chapter), Some('-' | '‑' | '–')) {
            return None;
        }
        let end = digits(chapter + 1);
        let goes_on = self
            .at(end)
            .is_some_and(|next| next.is_alphanumeric() || matches!(next, '-' | '/' | '%'));
        if end == chapter + 1 || goes_on {
            return None;
        }
        let another = || {
            self.join(end)
                .is_some_and(|(next, _)| self.counted(next, kind, false).is_some())
        };
        let text = |range: Range<usize>| self.text.get(range).unwrap_or_default().iter().collect::<String>();
        (!several || another()).then(|| (format!("{}.{}", text(start..chapter), text(chapter + 1..end)), end))
    }

    /// A number of a kind at a place, and where it ends.
    fn number(&self, start: usize, kind: Kind) -> Option<(String, usize)> {
        let rest = self.text.get(start..)?;
        let mut length = rest
            .iter()
            .take_while(|character| character.is_ascii_alphanumeric() || **character == '.')
            .count()
            .min(16);
        // A full stop behind the number ends the sentence.
        while length > 0 && rest.get(length - 1) == Some(&'.') {
            length -= 1;
        }
        let number: String = rest.get(..length)?.iter().collect();
        let behind = start + length;
        // What goes on is another number: of a version, a measure, a fraction, a word.
        let goes_on = match self.at(behind) {
            Some('%' | '/' | '×' | '°' | '_' | '+' | '=') => true,
            Some('-' | '‑') => !self.at(behind + 1).is_some_and(|next| next.is_ascii_digit()),
            Some(next) => next.is_alphanumeric(),
            None => false,
        };
        (!goes_on && kind.takes(&number)).then_some((number, behind))
    }

    /// Whether a reference is one to this book.
    fn is_ours(&self, typed: &Typed, last: (usize, bool)) -> bool {
        let start = typed.range.start;
        let first = typed.numbers.first().map(String::as_str).unwrap_or_default();
        let known = (self.exists)(typed.kind, first);
        let lead = self.lead(start);
        let capital = self.at(start).is_some_and(char::is_uppercase);
        let likely = match typed.kind {
            _ if !capital && !self.words.small => false,
            _ if !capital && !self.words.always_small => lead || (known && first.contains('.')),
            // A word and a whole number say much besides: parts of requests, tables of ten rows.
            Kind::Part if first.bytes().all(|byte| byte.is_ascii_digit()) => known && lead,
            Kind::Figure | Kind::Listing | Kind::Table if !first.contains('.') => known || lead,
            Kind::Part | Kind::Chapter | Kind::Section | Kind::Figure | Kind::Listing | Kind::Table | Kind::Appendix => true,
        };
        likely && !self.has_owner_behind(typed.range.end) && !self.has_owner_before(start, last)
    }

    /// Whether a word such as `see` leads to a place.
    fn lead(&self, start: usize) -> bool {
        match self.word_before(start) {
            Some(word) => self.words.leads.contains(&self.word(word).as_str()),
            None => self.before(start) == Some('('),
        }
    }

    /// The word directly before a place, if nothing but spaces stands between them.
    fn word_before(&self, start: usize) -> Option<Range<usize>> {
        let mut end = start;
        while self.before(end).is_some_and(is_space) {
            end -= 1;
        }
        let mut begin = end;
        while self
            .before(begin)
            .is_some_and(|before| before.is_alphanumeric() || matches!(before, '’' | '\''))
        {
            begin -= 1;
        }
        // The dot of `cf.` is a word's too.
        if begin == end && self.before(end) == Some('.') {
            let word = self.word_before(end - 1)?;
            return (word.len() <= 3).then_some(word);
        }
        (begin < end && end <= start).then_some(begin..end)
    }

    /// Whether what stands behind says that it is another book's: `Chapter 5 of *Fluent Python*`.
    fn has_owner_behind(&self, end: usize) -> bool {
        let next = self.spaces(end);
        let is_title = |at: usize| matches!(self.at(at), Some(EMPHASIS | OBJECT | '“' | '„' | '«' | '"' | '‘'));
        if matches!(self.at(next), Some(',' | '(')) {
            return is_title(self.spaces(next + 1));
        }
        let word_end = self.word_end(next);
        if word_end == next || word_end - next > LONGEST_NAME {
            return false;
        }
        let word = self.word(next..word_end);
        // The apostrophe of `d’un` is no space.
        let behind = self.spaces(word_end + usize::from(matches!(self.at(word_end), Some('’' | '\''))));
        if self.words.owners.contains(&word.as_str()) {
            let whose = self.word(behind..self.word_end(behind).min(behind + LONGEST_NAME));
            return !self.words.ours.contains(&whose.as_str());
        }
        self.words.within.contains(&word.as_str()) && is_title(behind)
    }

    /// Whether what stands before says that it is another's: `RFC 7231, Section 4.2`, `Knuth’s Chapter 2`.
    fn has_owner_before(&self, start: usize, last: (usize, bool)) -> bool {
        let mut at = start;
        let mut skipped = false;
        while let Some(before) = self.before(at) {
            let mark = matches!(before, ',' | '(' | ';');
            if !(is_space(before) || (mark && !skipped)) {
                break;
            }
            skipped |= mark;
            at -= 1;
        }
        // What is enumerated belongs to whom the first belongs to.
        if last.0 > 0 && (at == last.0 || self.joined_to(at) == last.0) {
            return !last.1;
        }
        match self.before(at) {
            Some(EMPHASIS_END | OBJECT | '”' | '“' | '»' | '"') => true,
            Some(before) if before.is_alphanumeric() => self.is_name(at, start),
            _ => false,
        }
    }

    /// Where what stands before a word such as `and` ends, if such a word ends at a place.
    fn joined_to(&self, end: usize) -> usize {
        let Some(word) = self.word_before(end) else { return end };
        if !self.words.joins.contains(&self.word(word.clone()).as_str()) {
            return end;
        }
        let before = self.text.get(..word.start).unwrap_or_default().iter().rev();
        word.start - before.take_while(|before| is_space(**before) || **before == ',').count()
    }

    /// Whether the word that ends at a place is a name: of an author, a standard, a program. A sentence's first word is
    /// none, and neither is one with only a bracket between it and the reference.
    fn is_name(&self, end: usize, start: usize) -> bool {
        let Some(word) = self.word_before(end) else { return false };
        let text = self.text.get(word.clone()).unwrap_or_default();
        let possessive = matches!(text, [.., '’' | '\'', 's']);
        let first = text.first().copied().unwrap_or(' ');
        let is_capital = first.is_uppercase() || first.is_ascii_digit();
        let comma = self.at(end) == Some(',');
        let bracket = self.text.get(end..start).unwrap_or_default().contains(&'(');
        let opens = match self.before(word.start) {
            None => true,
            Some(before) if is_space(before) => {
                let mut at = word.start;
                while self.before(at).is_some_and(is_space) {
                    at -= 1;
                }
                self.before(at).is_none_or(|before| matches!(before, '.' | '!' | '?' | ':'))
            }
            // `(Ramalho, Chapter 5)` names an author, `(As Chapter 5 shows)` does not.
            Some(before) => before == EMPHASIS || (before == '(' && !comma),
        };
        possessive || (is_capital && !opens && !bracket)
    }
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\u{a0}' | '\u{202f}' | '\t' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a text, in a book that has everything in chapters 1 to 3 and in parts I and II.
    fn found(language: &str, text: &str) -> Vec<String> {
        let exists = |_: Kind, number: &str| ["1", "2", "3", "I", "II"].contains(&number.split('.').next().unwrap_or_default());
        let line = Line::of_text(text);
        let typed = scan(&line, Words::of(language), &exists);
        let shown = |typed: Typed| line.text[typed.range].iter().collect();
        typed.into_iter().map(shown).collect()
    }

    #[test]
    fn numbers_are_found_in_the_words_of_the_language() {
        let cases = [
            (
                "en",
                "Chapter 5's end, Figures 2.1-2.3, Table A2.1; Part\u{a0}II.",
                "Chapter 5|Figures 2.1-2.3|Table A2.1|Part\u{a0}II",
            ),
            ("en", "see part 2, in table 3 and figure 1", "part 2|table 3"),
            (
                "en",
                "cf. chapter 2; (chapter 3); Ch. 4, Sec. 1.2.",
                "chapter 2|chapter 3|Ch. 4|Sec. 1.2",
            ),
            (
                "en",
                "See Chapters 2, 3, and 12. In Chapter 2, 3 men",
                "Chapters 2, 3, and 12|Chapter 2",
            ),
            (
                "en",
                "Listing 2-3, Listings 1-7 and 1‑8. Figures 1-3, in Figure 2–3",
                "Listing 2-3|Listings 1-7 and 1‑8|Figures 1-3|Figure 2–3",
            ),
            ("en", "As Part II, Chapter 5, says", "Part II|Chapter 5"),
            (
                "de",
                "Siehe Kapitel 5 und 6, Abb. 2.1, Tabellen 1.1 bis 1.3.",
                "Kapitel 5 und 6|Abb. 2.1|Tabellen 1.1 bis 1.3",
            ),
            (
                "de-CH",
                "In Teil II (Abschnitt 2.1) und im Anhang B, chapter 2.",
                "Teil II|Abschnitt 2.1|Anhang B",
            ),
            (
                "fr",
                "Voir le chapitre 5, la figure\u{a0}2.1 et les tableaux 1.1 et 1.2.",
                "chapitre 5|figure\u{a0}2.1|tableaux 1.1 et 1.2",
            ),
            ("fr", "Au chapitre 2 de ce livre, la partie II.", "chapitre 2|partie II"),
        ];
        for (language, text, expected) in cases {
            assert_eq!(found(language, text).join("|"), expected, "{text}");
        }
    }

    #[test]
    fn a_hyphen_is_a_dot_or_a_range() {
        let numbers = |text: &str| {
            let line = Line::of_text(text);
            let typed = scan(&line, Words::of("en"), &|_, _| true);
            typed
                .into_iter()
                .flat_map(|typed| typed.numbers)
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(numbers("Listing 2-3"), "2.3");
        assert_eq!(numbers("Listings 2-3 and 2-4"), "2.3 2.4");
        assert_eq!(numbers("Figures 2-3, Chapters 2-4"), "2 3 2 4");
        assert_eq!(numbers("Figures 2.1-2.3"), "2.1 2.3");
    }

    #[test]
    fn what_belongs_to_others_or_is_no_reference_is_left_alone() {
        let cases = [
            (
                "en",
                "RFC 7231, Section 4.2 and Section 4.3; POSIX.1 Section 2.1; C11 Table 3.1; Knuth’s Chapter 2",
            ),
            (
                "en",
                "Chapter 5 of the Rust book, Chapter 5 in “Fluent Python”, (Ramalho, Chapter 5)",
            ),
            (
                "en",
                "Part 7 of it, Table 10 rows, Listing 5 files, Figure 8/9, Section 508, Chapter 11th, Table 3D, Part 3-way",
            ),
            (
                "en",
                "a chapter 2 pages long, figure 8, table 12, part 2, section 2.9a, my-chapter 2, v1.chapter 2, Figure it out",
            ),
            ("de", "Kapitel 5 von Goethe, Abschnitt 3.1 der Norm, kapitel 2, in figure 2.1"),
            (
                "fr",
                "le chapitre 5 de l’ouvrage, la section 3.1 du standard, la figure de 1, la partie de 3",
            ),
        ];
        for (language, text) in cases {
            assert_eq!(found(language, text), Vec::<String>::new(), "{text}");
        }
    }
}
