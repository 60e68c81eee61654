//! `typed-reference`: what the book numbers is referred to by its id, and not by a number typed by hand.

mod catalog;
mod scan;
mod words;

use super::lines::{self, Line, LinkText};
use crate::diag::{Diagnostics, codes};
use crate::edition::{Edition, Terms};
use crate::source::Span;
use catalog::Catalog;
use scan::Typed;
use words::Words;

/// What is referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Part,
    Chapter,
    Section,
    Figure,
    Listing,
    Table,
    Appendix,
}

impl Kind {
    /// Whether something of this kind could have this number.
    fn takes(self, number: &str) -> bool {
        let is_whole = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_roman = |text: &str| !text.is_empty() && text.len() <= 6 && text.chars().all(|digit| "IVXL".contains(digit));
        let is_letter = |text: &str| text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        // `A2` is the second chapter without a number whose title begins with an A.
        let is_prefix = |text: &str| {
            is_whole(text)
                || text.get(..1).is_some_and(|first| {
                    let rest = text.get(1..).unwrap_or_default();
                    is_letter(first) && (rest.is_empty() || is_whole(rest))
                })
        };
        let mut steps = number.split('.');
        let first = steps.next().unwrap_or_default();
        let count = number.split('.').count();
        match self {
            Self::Part => is_roman(number) || is_whole(number),
            Self::Chapter => is_whole(number),
            Self::Appendix => is_letter(number),
            Self::Section => (2..=5).contains(&count) && is_prefix(first) && steps.all(is_whole),
            Self::Figure | Self::Listing | Self::Table => {
                count <= 3 && (is_whole(number) || (count > 1 && is_prefix(first))) && steps.all(is_whole)
            }
        }
    }

    /// What ids of this kind begin with where the book makes them itself.
    fn stem(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::Chapter => "chapter",
            Self::Section => "section",
            Self::Figure => "figure",
            Self::Listing => "listing",
            Self::Table => "table",
            Self::Appendix => "appendix",
        }
    }

    /// What authors begin ids of this kind with.
    fn prefix(self) -> &'static str {
        match self {
            Self::Figure => "fig",
            Self::Listing => "lst",
            Self::Table => "tbl",
            Self::Section => "sec",
            Self::Part | Self::Chapter | Self::Appendix => "",
        }
    }

    /// The word that the book prints before the number.
    fn term(self, terms: &Terms) -> &'static str {
        match self {
            Self::Part => terms.part,
            Self::Chapter => terms.chapter,
            Self::Section => terms.section,
            Self::Figure => terms.figure,
            Self::Listing => terms.listing,
            Self::Table => terms.table,
            Self::Appendix => "Appendix",
        }
    }
}

/// Reports each number that was typed by hand for something that the book numbers.
pub(super) fn typed(edition: &Edition, diagnostics: &mut Diagnostics) {
    let catalog = Catalog::of(edition);
    let exists = |kind: Kind, number: &str| catalog.has(kind, number);
    for (at, chapter) in edition.document.chapters().enumerate() {
        let language = chapter.language.as_deref().unwrap_or(&edition.settings.language);
        let words = Words::of(language);
        let rule = Rule {
            catalog: &catalog,
            terms: &edition.terms,
            chapter: at,
        };
        lines::prose(chapter, &mut |line: &Line<'_>| {
            for typed in scan::scan(line, words, &exists) {
                let Some(span) = line.place(typed.range.clone(), &edition.sources) else {
                    continue;
                };
                let link = line.link_at(typed.range.start);
                match link {
                    Some(link) => rule.report_in_link(&typed, line, link, edition, diagnostics),
                    None => rule.report(&typed, line, span, diagnostics),
                }
            }
        });
    }
}

struct Rule<'a> {
    catalog: &'a Catalog,
    terms: &'a Terms,
    /// The chapter at hand, from 0.
    chapter: usize,
}

impl Rule<'_> {
    fn report(&self, typed: &Typed, line: &Line<'_>, span: Span, diagnostics: &mut Diagnostics) {
        let shown = shown(typed, line);
        let missing: Vec<&str> = typed
            .numbers
            .iter()
            .map(String::as_str)
            .filter(|number| !self.catalog.has(typed.kind, number))
            .collect();
        let term = typed.kind.term(self.terms);
        let typed_by_hand = match typed.numbers.len() {
            1 => "has a number typed by hand",
            _ => "has numbers typed by hand",
        };
        let fault = match missing.as_slice() {
            [] => ", which stays as it is when the book's numbers change".to_owned(),
            [number] => match self.catalog.unwritten(typed.kind, number) {
                Some(title) => format!(", and `{title}` is not written yet"),
                None => format!(", and the book has no {term} {number}"),
            },
            [..] => format!(", and the book has no {term} {}", missing.join(" or ")),
        };
        let message = format!("`{shown}` {typed_by_hand}{fault}");
        let diagnostic = diagnostics.report(&codes::TYPED_REFERENCE, span, message);
        for number in &typed.numbers {
            let hint = self.hint(typed.kind, number);
            if let Some(hint) = hint.filter(|hint| !diagnostic.hints.contains(hint)) {
                diagnostic.hint(hint);
            }
        }
    }

    /// What to write in place of a number.
    fn hint(&self, kind: Kind, number: &str) -> Option<String> {
        let term = kind.term(self.terms);
        let Some(known) = self.catalog.get(kind, number) else {
            return match self.catalog.unwritten(kind, number) {
                Some(_) => Some("name it by its title, and refer to its file once there is one: `[](its-file.md)`".to_owned()),
                None => {
                    let prefix = kind.prefix();
                    let example = if prefix.is_empty() {
                        "its-file.md".to_owned()
                    } else {
                        format!("#{prefix}-name")
                    };
                    Some(format!(
                        "refer to what is meant by its name, such as `[]({example})`, and the number follows"
                    ))
                }
            };
        };
        match self.catalog.reference(known, self.chapter) {
            Some(reference) if kind == Kind::Appendix => Some(format!("write `{reference}`, which prints its title")),
            Some(reference) => Some(format!(
                "write `{reference}`, which prints `{term} {number}` as long as that is its number"
            )),
            None if kind == Kind::Part => Some(format!(
                "name it by its title, `{}`, or refer to one of its chapters",
                known.title
            )),
            None => {
                let prefix = kind.prefix();
                let what = if known.title.is_empty() {
                    String::new()
                } else {
                    format!(", `{}`,", known.title)
                };
                Some(format!(
                    "give {term} {number}{what} in {} an id such as `{{#{prefix}-name}}`, and write `[](#{prefix}-name)`",
                    self.catalog.file(known)
                ))
            }
        }
    }

    /// A link leads where it leads; its text is what may be wrong.
    fn report_in_link(
        &self,
        typed: &Typed,
        line: &Line<'_>,
        link: &LinkText<'_>,
        edition: &Edition,
        diagnostics: &mut Diagnostics,
    ) {
        let shown = shown(typed, line);
        let target = self.catalog.at(link.target);
        let message = match target {
            Some((kind, number)) if kind != typed.kind || !typed.numbers.iter().any(|typed| typed == number) => {
                format!("this link says `{shown}` and leads to {} {number}", kind.term(self.terms))
            }
            _ => format!("this link says `{shown}`, a number typed by hand"),
        };
        let source = edition.sources.text(link.span);
        let address = source.rsplit_once("](").and_then(|(_, rest)| rest.split([')', ' ']).next());
        let address = address.map_or_else(|| "#id".to_owned(), str::to_owned);
        diagnostics.report(&codes::TYPED_REFERENCE, link.span, message).hint(format!(
            "leave the brackets empty, `[]({address})`, and the book writes name and number"
        ));
    }
}

/// What was typed, with single spaces.
fn shown(typed: &Typed, line: &Line<'_>) -> String {
    let text: String = line.text.get(typed.range.clone()).unwrap_or_default().iter().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
