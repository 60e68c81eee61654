//! Titles as people type them: the numbers before them, and when two are the same.
//!
//! The outline, the chapters and what comes from elsewhere each write the same title in their own way. Here is what counts
//! as a number before it and what is a mere difference of spelling; what follows from that, each user of it decides.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

/// Parts a title into the number before it, as typed and without the dot or colon behind it, and the title itself.
///
/// Only what is numbering without a look at other titles counts: the number with a word and the certain one, as
/// [sections](crate::passes::sections) explain. `6. 10. Essential` gives `6. 10` and `Essential`; `3.14 is special` gives no number.
pub fn split_number(title: &str) -> (Option<&str>, &str) {
    split_if(title, |typed| typed.certain)
}

fn split_if(title: &str, accept: impl FnOnce(&Typed) -> bool) -> (Option<&str>, &str) {
    let trimmed = title.trim();
    match Typed::read(trimmed).filter(accept) {
        Some(typed) => (
            trimmed.get(typed.text.clone()),
            trimmed.get(typed.length..).unwrap_or_default().trim_start(),
        ),
        None => (None, trimmed),
    }
}

/// The same for every number that could be numbering: also `1.2 History`, `2) Scope` and `3 ways to fail`. Whoever uses it
/// has to look at the other titles.
pub(crate) fn split_possible(title: &str) -> (Option<&str>, &str) {
    split_if(title, |_| true)
}

/// A title as a keyboard has it: the marks, dashes and spaces that typography sets are what an author types for them.
pub(crate) fn straight(title: &str) -> String {
    let marks = title
        .replace("«\u{202f}", "\"")
        .replace("\u{202f}»", "\"")
        .replace(['“', '”', '„', '«', '»'], "\"")
        .replace(['’', '‘', '‚', '‹', '›'], "'")
        .replace('…', "...")
        .replace("---", "—")
        .replace("--", "–");
    // Spaces that do not break are white space too.
    marks.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A title without the differences that are reported as spelling: case, hyphens and dashes, apostrophes, `&` and spaces.
pub fn fold(title: &str) -> String {
    let words = straight(&title.replace('&', " and "))
        .to_lowercase()
        .replace(['\u{2011}', '\u{2010}', '–', '—'], "-");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How alike two folded titles are, from 0 to 1, by the pairs of letters they share; of very long ones the beginnings.
pub(crate) fn likeness(one: &str, other: &str) -> f64 {
    let beginning = |title: &str| title.chars().take(200).collect::<String>();
    strsim::sorensen_dice(&beginning(one), &beginning(other))
}

/// `Part I: Title` → `I` and `Title`, in any language whose word for it is known; `None` for what is no part's title. The
/// title may be missing.
pub(crate) fn split_part(title: &str) -> Option<(&str, &str)> {
    let (word, rest) = title.split_once([' ', '\u{a0}'])?;
    let lower = word.to_lowercase();
    WORDS.iter().find(|(name, part)| *part && *name == lower)?;
    let end = rest
        .find(|letter: char| !letter.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    let (number, rest) = rest.split_at_checked(end)?;
    let roman = !number.is_empty() && number.chars().all(|letter| "IVXLC".contains(letter));
    let arabic = !number.is_empty() && number.chars().all(|letter| letter.is_ascii_digit());
    let word = NUMBERS.contains(&number.to_lowercase().as_str());
    let title = rest.trim_start_matches([':', '.', ')', ' ', '-', '–', '—']);
    (roman || arabic || word).then_some((number, title.trim()))
}

/// `4` as `IV`; in digits from 4000 on, where Roman numerals end.
pub(crate) fn roman(mut number: usize) -> String {
    const DIGITS: [(usize, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number >= 4000 {
        return number.to_string();
    }
    let mut text = String::new();
    for (value, digit) in DIGITS {
        while number >= value {
            text.push_str(digit);
            number -= value;
        }
    }
    text
}

/// A number before a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Typed {
    /// `6. 10.` has 6 and 10; a Roman numeral after a word has none.
    pub(crate) groups: Vec<u32>,
    /// The bytes of the number itself.
    text: std::ops::Range<usize>,
    /// How many bytes come before the title: number, dot and space.
    pub(crate) length: usize,
    /// Whether it is numbering without a look at other titles.
    pub(crate) certain: bool,
    /// Whether it follows the word "part".
    pub(crate) part: bool,
}

/// Words before a number, in lower case; those marked make parts.
const WORDS: [(&str, bool); 12] = [
    ("part", true),
    ("teil", true),
    ("partie", true),
    ("parte", true),
    ("chapter", false),
    ("kapitel", false),
    ("chapitre", false),
    ("capítulo", false),
    ("capitolo", false),
    ("hoofdstuk", false),
    ("section", false),
    ("abschnitt", false),
];

/// Numbers of parts in words.
pub(crate) const NUMBERS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
];

/// More groups than any book has; what has more is a version or an address.
const MOST_GROUPS: usize = 6;

impl Typed {
    /// The number that a title begins with, if a title follows it.
    pub(crate) fn read(title: &str) -> Option<Self> {
        let lead = title.len() - title.trim_start().len();
        let rest = title.get(lead..)?;
        let mut typed = Self::with_word(rest).or_else(|| Self::bare(rest))?;
        let after = rest.get(typed.length..)?;
        let title = after.trim_start_matches([' ', '\t']);
        if title.trim().is_empty() {
            return None;
        }
        typed.length += lead + after.len() - title.len();
        typed.text = typed.text.start + lead..typed.text.end + lead;
        Some(typed)
    }

    /// `Chapter 3: `, `Part I. `, `Section 2.1 - `
    fn with_word(title: &str) -> Option<Self> {
        let word = title.get(..title.find([' ', '\u{a0}'])?)?;
        let lower = word.to_lowercase();
        let (_, part) = WORDS.iter().find(|(name, _)| *name == lower)?;
        let start = word.len() + title.get(word.len()..)?.chars().next()?.len_utf8();
        let numeral = title.get(start..)?;
        let mut groups = Vec::new();
        let mut length = 0;
        if numeral.starts_with(|character: char| character.is_ascii_digit()) {
            for group in numeral.split('.') {
                let digits = group.len() - group.trim_start_matches(|character: char| character.is_ascii_digit()).len();
                let Some(value) = group.get(..digits).and_then(|digits| digits.parse().ok()) else {
                    break;
                };
                length += digits + usize::from(!groups.is_empty());
                groups.push(value);
                if groups.len() > MOST_GROUPS {
                    return None;
                }
                if digits < group.len() {
                    break;
                }
            }
        } else {
            length = numeral.len() - numeral.trim_start_matches(['I', 'V', 'X', 'L', 'C']).len();
        }
        let after = numeral.get(length..)?;
        let behind = separator(after, &[':', '.', ')'])?;
        (length > 0 && behind > 0).then(|| Self {
            groups,
            text: start..start + length,
            length: start + length + behind,
            certain: true,
            part: *part,
        })
    }

    /// `1. `, `1.2. `, `6. 10. `, `1.2 `, `1) `
    fn bare(title: &str) -> Option<Self> {
        let mut groups = Vec::new();
        let mut at = 0;
        loop {
            let rest = title.get(at..)?;
            let digits = digits(rest)?;
            groups.push(rest.get(..digits)?.parse().ok()?);
            if groups.len() > MOST_GROUPS {
                return None;
            }
            let end = at + digits;
            let behind = title.get(end..)?;
            let typed = |length: usize, certain: bool, groups| Self {
                groups,
                text: 0..end,
                length,
                certain,
                part: false,
            };
            let Some(dotted) = behind.strip_prefix('.') else {
                // `6. 10 things` is a number and a title that begins with one: the dots have to go on to the end.
                let spaced = title.get(..end)?.contains(' ');
                let length = separator(behind, &[':', ')'])?;
                let certain = groups.len() > 1 && behind.starts_with([':', ')']);
                return (!spaced).then(|| typed(end + length, certain, groups));
            };
            if dotted.starts_with(|character: char| character.is_ascii_digit()) {
                at = end + 1;
                continue;
            }
            let title_after = dotted.trim_start_matches([' ', '\t']);
            if title_after.len() == dotted.len() {
                return None;
            }
            // In `6. 10. Essential` another group with a dot of its own follows the space.
            let another = digits_then_dot(title_after);
            if !another {
                return Some(typed(end + 1, true, groups));
            }
            at = title.len() - title_after.len();
        }
    }
}

/// How many digits text begins with, if there are one to three and no more.
fn digits(text: &str) -> Option<usize> {
    let digits = text.len() - text.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    (1..=3).contains(&digits).then_some(digits)
}

/// Whether text begins with dotted groups of digits that end in a dot and a space.
fn digits_then_dot(text: &str) -> bool {
    let mut rest = text;
    while let Some(length) = digits(rest) {
        let Some(after) = rest.get(length..).and_then(|after| after.strip_prefix('.')) else {
            return false;
        };
        if after.starts_with([' ', '\t']) {
            return true;
        }
        rest = after;
    }
    false
}

/// The length of what stands between a number and a title: one of `marks`, or a dash between spaces, or nothing. A space
/// has to follow, which is not counted.
fn separator(text: &str, marks: &[char]) -> Option<usize> {
    if let Some(after) = text.strip_prefix(marks) {
        return after.starts_with([' ', '\t']).then_some(text.len() - after.len());
    }
    let inner = text.trim_start_matches([' ', '\t']);
    if inner.len() == text.len() {
        return None;
    }
    match inner.strip_prefix(['-', '–', '—']) {
        Some(after) if after.starts_with([' ', '\t']) => Some(text.len() - after.len()),
        Some(_) | None => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_parted_from_its_title() {
        let cases = [
            ("1.2. History", Some("1.2"), "History"),
            ("3. Names", Some("3"), "Names"),
            ("6. 10. Essential Decorators", Some("6. 10"), "Essential Decorators"),
            ("7. 3.14 is special", Some("7"), "3.14 is special"),
            ("7. 3 ways to fail", Some("7"), "3 ways to fail"),
            ("2.1: Bytecode", Some("2.1"), "Bytecode"),
            ("Chapter 3: Scope", Some("3"), "Scope"),
            ("Chapter 3 – Scope", Some("3"), "Scope"),
            ("Part IV: Memory", Some("IV"), "Memory"),
            ("2001: A Space Odyssey", None, "2001: A Space Odyssey"),
            ("3 ways to fail", None, "3 ways to fail"),
            ("3.14 is special", None, "3.14 is special"),
            ("Part of it: X", None, "Part of it: X"),
            ("1.", None, "1."),
            ("3.\u{a0}November", None, "3.\u{a0}November"),
        ];
        for (title, number, rest) in cases {
            assert_eq!(split_number(title), (number, rest), "{title}");
        }
    }

    #[test]
    fn what_typography_sets_is_no_difference() {
        let pairs = [
            ("What \"is\" means", "What “is” means"),
            ("What \"is\" means", "What «\u{202f}is\u{202f}» means"),
            ("Python's -- and 3.14...", "Python’s – and\u{a0}3.14…"),
        ];
        for (typed, set) in pairs {
            assert_eq!(straight(typed), straight(set));
        }
        assert_eq!(fold("Object\u{2011}Oriented & More"), fold("object-oriented and more"));
        assert_ne!(fold("Object-Oriented"), fold("Object Oriented"));
    }

    #[test]
    fn parts_are_known_in_several_languages() {
        assert_eq!(split_part("Part I: One"), Some(("I", "One")));
        assert_eq!(split_part("TEIL 2 – Zwei"), Some(("2", "Zwei")));
        assert_eq!(split_part("Part III"), Some(("III", "")));
        assert_eq!(split_part("Part One: Doughs"), Some(("One", "Doughs")));
        assert_eq!(split_part("Part of it"), None);
        assert_eq!(split_part("Parting ways"), None);
    }
}
