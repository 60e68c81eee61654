//! Slugs: the names that GitHub gives to headings, so that links written for GitHub lead to the same place here.
//!
//! GitHub publishes no specification. The rules are those that the widely used `github-slugger` found out: lower case,
//! then nothing but letters, marks, digits, connecting punctuation such as `_`, hyphens and spaces, then each space a
//! hyphen; and the second heading of a name has `-1` after it.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::HashMap;

/// The slug of a heading's text: `1.2. What's *new*?` as rendered, `1.2. What's new?`, becomes `12-whats-new`.
pub fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let kept = lower.chars().filter(|character| keeps(*character));
    kept.map(|character| if character == ' ' { '-' } else { character }).collect()
}

/// What the names of a book's files begin with: the slug of its title as any file system takes it, no longer than 100 bytes,
/// without dashes at its ends; `book` where nothing is left.
pub fn stem(title: &str) -> String {
    let mut stem = slug(title).trim_matches('-').to_owned();
    while stem.len() > 100 {
        stem.pop();
    }
    if stem.is_empty() { "book".to_owned() } else { stem }
}

/// The slugs of one file, each of them different.
#[derive(Debug, Default)]
pub(crate) struct Slugger {
    /// For each slug given so far, the number that was last put after it.
    given: HashMap<String, usize>,
}

impl Slugger {
    /// The slug of the next heading: with `-1`, `-2` and so on where the plain one was given before.
    pub(crate) fn next(&mut self, text: &str) -> String {
        let plain = slug(text);
        let mut number = self.given.get(&plain).copied();
        let mut unique = plain.clone();
        while self.given.contains_key(&unique) {
            let next = number.unwrap_or(0) + 1;
            number = Some(next);
            unique = format!("{plain}-{next}");
        }
        if let Some(number) = number {
            self.given.insert(plain, number);
        }
        self.given.insert(unique.clone(), 0);
        unique
    }
}

/// Whether a slug keeps this character.
fn keeps(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | ' ');
    }
    character.is_alphabetic()
        || (character.is_numeric() && !within(OTHER_NUMBERS, character))
        || within(CONNECTORS, character)
        || within(MARKS, character)
}

fn within(ranges: &[(char, char)], character: char) -> bool {
    let at = ranges.partition_point(|(_, last)| *last < character);
    ranges.get(at).is_some_and(|(first, _)| *first <= character)
}

/// Connecting punctuation (general category Pc) beyond ASCII.
const CONNECTORS: &[(char, char)] = &[
    ('\u{203F}', '\u{2040}'),
    ('\u{2054}', '\u{2054}'),
    ('\u{FE33}', '\u{FE34}'),
    ('\u{FE4D}', '\u{FE4F}'),
    ('\u{FF3F}', '\u{FF3F}'),
];

/// Marks (general category M) that are not alphabetic. What lies between them in a range is alphabetic, a digit or not
/// assigned, so that the ranges are few.
#[rustfmt::skip]
const MARKS: &[(char, char)] = &[
    ('\u{300}', '\u{362}'), ('\u{483}', '\u{489}'), ('\u{591}', '\u{5AF}'), ('\u{658}', '\u{658}'), ('\u{6DF}', '\u{6E0}'),
    ('\u{6EA}', '\u{6EC}'), ('\u{740}', '\u{7F3}'), ('\u{7FD}', '\u{7FD}'), ('\u{818}', '\u{82D}'), ('\u{859}', '\u{85B}'),
    ('\u{898}', '\u{8E1}'), ('\u{8EA}', '\u{954}'), ('\u{9BC}', '\u{9CD}'), ('\u{9FE}', '\u{A4D}'), ('\u{ABC}', '\u{ACD}'),
    ('\u{AFD}', '\u{B55}'), ('\u{BCD}', '\u{BCD}'), ('\u{C3C}', '\u{C4D}'), ('\u{CBC}', '\u{D4D}'), ('\u{DCA}', '\u{DCA}'),
    ('\u{E47}', '\u{E4E}'), ('\u{EBA}', '\u{ECC}'), ('\u{F18}', '\u{F19}'), ('\u{F35}', '\u{F35}'), ('\u{F37}', '\u{F37}'),
    ('\u{F39}', '\u{F39}'), ('\u{F3E}', '\u{F84}'), ('\u{F86}', '\u{F87}'), ('\u{FC6}', '\u{FC6}'), ('\u{1037}', '\u{103A}'),
    ('\u{135D}', '\u{135F}'), ('\u{1714}', '\u{1734}'), ('\u{17B4}', '\u{17D3}'), ('\u{17DD}', '\u{17DD}'),
    ('\u{180B}', '\u{180D}'), ('\u{180F}', '\u{193B}'), ('\u{1A60}', '\u{1A7F}'), ('\u{1AB0}', '\u{1B44}'),
    ('\u{1B6B}', '\u{1B73}'), ('\u{1BAA}', '\u{1BF3}'), ('\u{1C37}', '\u{1C37}'), ('\u{1CD0}', '\u{1CD2}'),
    ('\u{1CD4}', '\u{1DFF}'), ('\u{20D0}', '\u{20F0}'), ('\u{2CEF}', '\u{2CF1}'), ('\u{2D7F}', '\u{2D7F}'),
    ('\u{302A}', '\u{302F}'), ('\u{3099}', '\u{309A}'), ('\u{A66F}', '\u{A672}'), ('\u{A67C}', '\u{A67D}'),
    ('\u{A6F0}', '\u{A6F1}'), ('\u{A806}', '\u{A806}'), ('\u{A82C}', '\u{A82C}'), ('\u{A8C4}', '\u{A8C4}'),
    ('\u{A8E0}', '\u{A8F1}'), ('\u{A92B}', '\u{A92D}'), ('\u{A953}', '\u{A953}'), ('\u{A9B3}', '\u{A9C0}'),
    ('\u{AABF}', '\u{AAC1}'), ('\u{AAF6}', '\u{AAF6}'), ('\u{ABEC}', '\u{ABED}'), ('\u{FE00}', '\u{FE0F}'),
    ('\u{FE20}', '\u{FE2F}'), ('\u{101FD}', '\u{102E0}'), ('\u{10A38}', '\u{10A3F}'), ('\u{10AE5}', '\u{10AE6}'),
    ('\u{10F46}', '\u{10F50}'), ('\u{10F82}', '\u{10F85}'), ('\u{11046}', '\u{11046}'), ('\u{11070}', '\u{110BA}'),
    ('\u{11133}', '\u{11134}'), ('\u{11173}', '\u{11173}'), ('\u{111C0}', '\u{111C0}'), ('\u{111C9}', '\u{111CC}'),
    ('\u{11235}', '\u{11236}'), ('\u{112E9}', '\u{11446}'), ('\u{1145E}', '\u{114C3}'), ('\u{115BF}', '\u{115C0}'),
    ('\u{1163F}', '\u{1163F}'), ('\u{116B6}', '\u{116B7}'), ('\u{1172B}', '\u{1172B}'), ('\u{11839}', '\u{1183A}'),
    ('\u{1193D}', '\u{11943}'), ('\u{119E0}', '\u{119E0}'), ('\u{11A33}', '\u{11A34}'), ('\u{11A47}', '\u{11A99}'),
    ('\u{11C3F}', '\u{11C3F}'), ('\u{11D42}', '\u{11D97}'), ('\u{16AF0}', '\u{16AF4}'), ('\u{16B30}', '\u{16B36}'),
    ('\u{16FE4}', '\u{16FE4}'), ('\u{1BC9D}', '\u{1BC9D}'), ('\u{1CF00}', '\u{1CF46}'), ('\u{1D165}', '\u{1D169}'),
    ('\u{1D16D}', '\u{1D172}'), ('\u{1D17B}', '\u{1D182}'), ('\u{1D185}', '\u{1D18B}'), ('\u{1D1AA}', '\u{1D1AD}'),
    ('\u{1D242}', '\u{1D244}'), ('\u{1DA00}', '\u{1DA36}'), ('\u{1DA3B}', '\u{1DA6C}'), ('\u{1DA75}', '\u{1DA75}'),
    ('\u{1DA84}', '\u{1DA84}'), ('\u{1DA9B}', '\u{1E136}'), ('\u{1E2AE}', '\u{1E2EF}'), ('\u{1E8D0}', '\u{1E94A}'),
    ('\u{E0100}', '\u{E01EF}'),
];

/// Numbers that are neither digits nor letters (general category No): `²`, `½`, `①`. No digit lies between them in a
/// range.
#[rustfmt::skip]
const OTHER_NUMBERS: &[(char, char)] = &[
    ('\u{B2}', '\u{BE}'), ('\u{9F4}', '\u{9F9}'), ('\u{B72}', '\u{B77}'), ('\u{BF0}', '\u{BF2}'), ('\u{C78}', '\u{C7E}'),
    ('\u{D58}', '\u{D5E}'), ('\u{D70}', '\u{D78}'), ('\u{F2A}', '\u{F33}'), ('\u{1369}', '\u{137C}'), ('\u{17F0}', '\u{17F9}'),
    ('\u{19DA}', '\u{19DA}'), ('\u{2070}', '\u{215F}'), ('\u{2189}', '\u{2CFD}'), ('\u{3192}', '\u{32BF}'),
    ('\u{A830}', '\u{A835}'), ('\u{10107}', '\u{10133}'), ('\u{10175}', '\u{10323}'), ('\u{10858}', '\u{10CFF}'),
    ('\u{10E60}', '\u{11065}'), ('\u{111E1}', '\u{111F4}'), ('\u{1173A}', '\u{1173B}'), ('\u{118EA}', '\u{118F2}'),
    ('\u{11C5A}', '\u{11C6C}'), ('\u{11FC0}', '\u{11FD4}'), ('\u{16B5B}', '\u{1D378}'), ('\u{1E8C7}', '\u{1E8CF}'),
    ('\u{1EC71}', '\u{1F10C}'),
];

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_those_of_github() {
        for (text, expected) in [
            ("1.2. History & Philosophy", "12-history--philosophy"),
            ("What's `new`, in_3.13?", "whats-new-in_313"),
            ("Привет non-latin 你好", "привет-non-latin-你好"),
            ("E = mc² (½)", "e--mc-"),
            ("I\u{307}stanbul \u{26A0}\u{FE0F}", "i\u{307}stanbul-\u{FE0F}"),
            ("non\u{2011}breaking – dash", "nonbreaking--dash"),
        ] {
            assert_eq!(slug(text), expected);
        }
    }

    #[test]
    fn repeated_headings_are_numbered_from_the_second() {
        let mut slugger = Slugger::default();
        let slugs = ["Foo", "Foo", "Foo 1", "Foo"].map(|text| slugger.next(text));
        assert_eq!(slugs, ["foo", "foo-1", "foo-1-1", "foo-2"]);
    }
}
