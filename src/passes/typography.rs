//! Quotes, dashes and spaces as they are printed.
//!
//! Authors type what a keyboard has. This pass sets, in all text but code, formulas, keys and addresses:
//!
//! * **Quotation marks** of the language, outer and inner, and apostrophes, also leading ones (`'90s`, `'tis`). A mark opens
//!   or closes by what stands before and behind it, across emphasis, links and code, which counts as a word. A
//!   mark behind a digit that closes nothing (`6' 2"`), one between spaces, and a run of the same mark (`"""`) stay as typed.
//! * **Dashes**: `--` is an en dash, `---` an em dash. `--strict` after a space is an option of a command and stays, and so
//!   do arrows and longer runs.
//! * **Ellipses**: `...` is one character.
//! * **Spaces that do not break**: between a name and its number (`Figure 2`, `Python 3.14`, `PEP 659`, in the words of
//!   the language), a number and its unit (`10 MB`, `64 bit`), initials (`J. K.`), the halves of `e. g.`, a title and a name
//!   (`Dr. X`), and before a dash with spaces around it. In French also inside guillemets and before `: ; ! ?` where there is a
//!   space. A line break of the source at such a place becomes such a space.
//!
//! The pass changes nothing when it runs again.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod language;
mod setter;

use self::language::Style;
use self::setter::{NOTE_MARK, OBJECT, Piece, Setter, THIN, address_length};
use crate::document::{Block, BlockKind, Document, FigureContent, IndexEntry, Inline, InlineKind, Link, Row, Target};
use crate::manuscript::Settings;

/// Sets the typography of a whole document.
pub fn set(document: &mut Document, settings: &Settings) {
    let book = Style::of(&settings.language);
    for part in &mut document.parts {
        if let Some(title) = &mut part.title {
            set_line(title, book);
        }
        for chapter in &mut part.chapters {
            let style = chapter.language.as_deref().map_or(book, Style::of);
            set_line(&mut chapter.title, style);
            set_blocks(&mut chapter.blocks, style);
            for note in &mut chapter.notes {
                set_blocks(&mut note.blocks, style);
            }
        }
    }
}

/// A title in the quotation marks of a language, set as text is.
pub(super) fn quoted(title: &str, language: &str) -> String {
    let style = Style::of(language);
    let [open, close, ..] = style.quotes;
    let flat: Vec<char> = title.chars().collect();
    let piece = Piece {
        start: 0,
        end: flat.len(),
        style,
        frozen: false,
    };
    let set = Setter::new(&flat).run(&[piece]);
    let set = set.into_iter().next().flatten().unwrap_or_else(|| title.to_owned());
    let space = if style.french { THIN } else { "" };
    format!("{open}{space}{set}{space}{close}")
}

fn set_blocks(blocks: &mut [Block], style: Style) {
    for block in blocks {
        set_block(block, style);
    }
}

fn set_block(block: &mut Block, style: Style) {
    let style = style.within(&block.attributes);
    match &mut block.kind {
        BlockKind::Paragraph(inlines) => set_line(inlines, style),
        BlockKind::Heading(heading) => set_line(&mut heading.title, style),
        BlockKind::Section(section) => {
            set_line(&mut section.title, style);
            set_blocks(&mut section.blocks, style);
        }
        BlockKind::Listing(listing) => set_line(&mut listing.caption, style),
        BlockKind::Diagram(diagram) => set_line(&mut diagram.caption, style),
        BlockKind::Figure(figure) => {
            match &mut figure.content {
                FigureContent::Blocks(blocks) => set_blocks(blocks, style),
                FigureContent::Image(_) | FigureContent::Drawing(_) => {}
            }
            set_line(&mut figure.caption, style);
        }
        BlockKind::Table(table) => {
            set_line(&mut table.caption, style);
            set_rows(&mut table.head, style);
            set_rows(&mut table.body, style);
        }
        BlockKind::Quote(blocks) | BlockKind::Group(blocks) => set_blocks(blocks, style),
        BlockKind::Admonition(admonition) => set_blocks(&mut admonition.blocks, style),
        BlockKind::List(list) => {
            for item in &mut list.items {
                set_blocks(&mut item.blocks, style);
            }
        }
        BlockKind::Definitions(definitions) => {
            for definition in definitions {
                definition.terms.iter_mut().for_each(|term| set_line(term, style));
                definition.meanings.iter_mut().for_each(|meaning| set_blocks(meaning, style));
            }
        }
        BlockKind::Glossary(entries) => {
            for entry in entries {
                entry.terms.iter_mut().for_each(|term| set_line(&mut term.content, style));
                entry.meanings.iter_mut().for_each(|meaning| set_blocks(meaning, style));
            }
        }
        BlockKind::Details { summary, blocks } => {
            set_line(summary, style);
            set_blocks(blocks, style);
        }
        BlockKind::Index(groups) => groups.iter_mut().for_each(|group| set_entries(&mut group.entries, style)),
        BlockKind::IndexMarks(_) => {}
        BlockKind::Bibliography(works) => {
            for work in works {
                set_line(&mut work.label, style);
                set_blocks(&mut work.blocks, style);
            }
        }
        BlockKind::Output(_) | BlockKind::Math(_) | BlockKind::Rule => {}
    }
}

fn set_entries(entries: &mut [IndexEntry], style: Style) {
    for entry in entries {
        set_line(&mut entry.term, style);
        entry.see.iter_mut().for_each(|see| set_line(&mut see.content, style));
        set_entries(&mut entry.entries, style);
    }
}

fn set_rows(rows: &mut [Row], style: Style) {
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
        set_blocks(&mut cell.blocks, style);
    }
}

/// Sets a line of inlines: a paragraph, a title, a caption. All its text is seen at once, so that what stands before and
/// behind a mark is known wherever it is.
fn set_line(inlines: &mut [Inline], style: Style) {
    let mut line = Line::default();
    line.gather(inlines, style, false);
    let mut set = Setter::new(&line.flat).run(&line.pieces).into_iter();
    put_back(inlines, &mut set);
}

/// The text of a line with its pieces.
#[derive(Default)]
struct Line {
    flat: Vec<char>,
    pieces: Vec<Piece>,
}

impl Line {
    fn piece(&mut self, text: impl Iterator<Item = char>, style: Style, frozen: bool) {
        let start = self.flat.len();
        self.flat.extend(text);
        let end = self.flat.len();
        self.pieces.push(Piece {
            start,
            end,
            style,
            frozen,
        });
    }

    /// Gathers the pieces in the order in which [`put_back`] asks for them.
    fn gather(&mut self, inlines: &[Inline], style: Style, frozen: bool) {
        for inline in inlines {
            let style = inline
                .attributes
                .as_deref()
                .map_or(style, |attributes| style.within(attributes));
            match &inline.kind {
                InlineKind::Text(text) => self.piece(text.chars(), style, frozen),
                InlineKind::SoftBreak => self.piece(std::iter::once(' '), style, frozen),
                InlineKind::LineBreak => self.flat.push('\n'),
                InlineKind::Emphasis(content)
                | InlineKind::Strong(content)
                | InlineKind::Strikethrough(content)
                | InlineKind::Superscript(content)
                | InlineKind::Subscript(content)
                | InlineKind::Abbreviation { content, .. }
                | InlineKind::Span(content) => self.gather(content, style, frozen),
                InlineKind::Keyboard(content) => self.gather(content, style, true),
                InlineKind::Link(link) => self.gather(&link.content, style, frozen || shows_address(link)),
                InlineKind::Code(_)
                | InlineKind::Math(_)
                | InlineKind::Reference(_)
                | InlineKind::Image(_)
                | InlineKind::Citation(_) => {
                    self.flat.push(OBJECT);
                }
                InlineKind::NoteLabel(_) | InlineKind::Note { .. } => self.flat.push(NOTE_MARK),
                InlineKind::Anchor | InlineKind::IndexMark(_) => {}
            }
        }
    }
}

/// Puts the pieces back that have changed, in the order in which [`Line::gather`] went.
fn put_back(inlines: &mut [Inline], set: &mut impl Iterator<Item = Option<String>>) {
    for inline in inlines {
        match &mut inline.kind {
            InlineKind::Text(_) | InlineKind::SoftBreak => {
                if let Some(text) = set.next().flatten() {
                    inline.kind = InlineKind::Text(text);
                }
            }
            kind => {
                if let Some(content) = kind.content_mut() {
                    put_back(content, set);
                }
            }
        }
    }
}

/// Whether the text of a link is its address, as in `<https://a.org/b--c>`.
fn shows_address(link: &Link) -> bool {
    match (&link.target, link.content.as_slice()) {
        (Target::External(address), [only]) => match &only.kind {
            InlineKind::Text(text) => {
                let mail = address.strip_prefix("mailto:").is_some_and(|mail| mail == text);
                mail || (!text.contains(char::is_whitespace) && address_length(&text.chars().collect::<Vec<_>>()).is_some())
            }
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Attributes;
    use crate::document::inline::plain_text;
    use crate::math::Formula;
    use crate::passes::tests::{book, chapter, paragraph, span, text};

    fn inline(kind: InlineKind) -> Inline {
        Inline::new(span(), kind)
    }

    /// Reads `*emphasis*`, `` `code` ``, `|` for a line break of the source and `^` for the mark of a note.
    fn read(source: &str) -> Vec<Inline> {
        let mut inlines = Vec::new();
        let mut rest = source;
        while let Some(at) = rest.find(['*', '`', '|', '^']) {
            inlines.push(text(&rest[..at]));
            let mark = &rest[at..=at];
            rest = &rest[at + 1..];
            let mut inside = || {
                let (inside, after) = rest.split_once(mark).expect("a closing mark");
                rest = after;
                inside
            };
            inlines.push(inline(match mark {
                "*" => InlineKind::Emphasis(vec![text(inside())]),
                "`" => InlineKind::Code(inside().into()),
                "|" => InlineKind::SoftBreak,
                _ => InlineKind::Note { index: 0, occurrence: 1 },
            }));
        }
        inlines.push(text(rest));
        inlines
    }

    fn set_in(language: &str, source: &str) -> String {
        let mut document = book(vec![chapter("a.md", "A", vec![paragraph(read(source))])]);
        let settings = Settings {
            language: language.into(),
            ..Settings::default()
        };
        set(&mut document, &settings);
        let once = document.clone();
        set(&mut document, &settings);
        assert_eq!(document, once, "{source} changes again");
        let blocks = &document.parts[0].chapters[0].blocks;
        let BlockKind::Paragraph(inlines) = &blocks[0].kind else {
            panic!("a paragraph");
        };
        plain_text(inlines).replace('\u{a0}', "~").replace('\u{202f}', "_")
    }

    #[test]
    fn quotes_open_and_close_by_their_neighbours() {
        let cases = [
            ("\"a\" 'b' (\"c\")—\"d\", \"'e' f\"", "“a” ‘b’ (“c”)—“d”, “‘e’ f”"),
            ("\"*word*\" and *\"word\"*.", "“word” and “word”."),
            ("a \"`code`\" and `x`'s \"y\"^ b", "a “code” and x’s “y” b"),
            (
                "don't, dogs' tails, Python 3's, rock 'n' roll",
                "don’t, dogs’ tails, Python~3’s, rock ’n’ roll",
            ),
            (
                "'90s, '99, 'tis, tell 'em, '42', 'em' dash",
                "’90s, ’99, ’tis, tell ’em, ‘42’, ‘em’ dash",
            ),
            (
                "6' 2\" tall, a \" alone, \"\"\"doc\"\"\"",
                "6' 2\" tall, a \" alone, \"\"\"doc\"\"\"",
            ),
            (
                "\"version 3\" and 'version 3' of|\"it\"",
                "“version~3” and ‘version~3’ of “it”",
            ),
            ("\"a,\" he said, \"b.\"", "“a,” he said, “b.”"),
        ];
        for (typed, expected) in cases {
            assert_eq!(set_in("en", typed), expected, "{typed}");
        }
    }

    #[test]
    fn each_language_has_its_own() {
        let cases = [
            (
                "de",
                "\"Das 'Ding' gibt's, z. B. in Kapitel 3\"",
                "„Das ‚Ding‘ gibt’s, z.~B. in Kapitel~3“",
            ),
            ("de-CH", "\"a\"", "«a»"),
            ("fr", "Il dit \"l'objet\" : « oui » !", "Il dit «_l’objet_»~: «_oui_»_!"),
            ("sv", "\"a\" och 'b'", "”a” och ’b’"),
            ("pl", "\"a\"", "„a”"),
            ("xx", "\"a\"", "“a”"),
        ];
        for (language, typed, expected) in cases {
            assert_eq!(set_in(language, typed), expected, "{language}");
        }
        assert_eq!(quoted("It's", "fr"), "«\u{202f}It’s\u{202f}»");
    }

    #[test]
    fn dashes_and_dots() {
        let cases = [
            ("a -- b --- c, 1991--2000, a---b", "a~– b~— c, 1991–2000, a—b"),
            (
                "run --strict (--quiet) --> x <-- y ---- z",
                "run --strict (--quiet) --> x <-- y ---- z",
            ),
            ("wait... what.... no .....", "wait… what…. no ....."),
            (
                "`a -- \"b\"...` https://a.org/x--y...z, \"https://a.org/a--b\"",
                "a -- \"b\"... https://a.org/x--y...z, “https://a.org/a--b”",
            ),
        ];
        for (typed, expected) in cases {
            assert_eq!(set_in("en", typed), expected, "{typed}");
        }
    }

    #[test]
    fn what_belongs_together_stays_on_a_line() {
        let cases = [
            (
                "see Figure 2.3, chapter|4, Part IV, Appendix B",
                "see Figure~2.3, chapter~4, Part~IV, Appendix~B",
            ),
            ("PEP 659 in Python *3.14* on p. 7", "PEP~659 in Python~3.14 on p.~7"),
            (
                "10 MB, 64 bit, 3 ms, 1,024 bytes, 50 %",
                "10~MB, 64~bit, 3~ms, 1,024~bytes, 50~%",
            ),
            (
                "3 minutes, v3 s, Part of it, Figure it, 3 in May",
                "3 minutes, v3 s, Part of it, Figure it, 3 in May",
            ),
            (
                "J. K. Rowling and Dr. Who, e. g. in C. The",
                "J.~K.~Rowling and Dr.~Who, e.~g. in C. The",
            ),
        ];
        for (typed, expected) in cases {
            assert_eq!(set_in("en", typed), expected, "{typed}");
        }
    }

    #[test]
    fn code_formulas_keys_and_addresses_stay_as_typed() {
        let typed = "\"--\" ... 'x'";
        let formula = Formula {
            latex: typed.into(),
            display: false,
            tree: None,
        };
        let link = Link {
            content: vec![text("https://a.org/'--'...")],
            target: Target::External("https://a.org/'--'...".into()),
            title: String::new(),
        };
        let inlines = vec![
            inline(InlineKind::Code(typed.into())),
            inline(InlineKind::Math(formula)),
            inline(InlineKind::Keyboard(vec![text(typed)])),
            inline(InlineKind::Link(link)),
        ];
        let before = book(vec![chapter("a.md", "A", vec![paragraph(inlines)])]);
        let mut document = before.clone();
        set(&mut document, &Settings::default());
        assert_eq!(document, before);
    }

    #[test]
    fn a_span_is_set_in_its_own_language() {
        let mut german = inline(InlineKind::Span(vec![text("\"Ding\"")]));
        german.attributes = Some(Box::new(Attributes {
            language: Some("de".into()),
            ..Attributes::default()
        }));
        let mut line = vec![text("a \"thing\" is a "), german];
        set_line(&mut line, Style::of("en"));
        assert_eq!(plain_text(&line), "a “thing” is a „Ding“");
    }
}
