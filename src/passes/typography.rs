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

use crate::document::{Attributes, Block, BlockKind, Document, FigureContent, Inline, InlineKind, Link, Row, Target};
use crate::edition::Terms;
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

/// The no-break space.
const FIXED: char = '\u{a0}';
/// The narrow no-break space of French.
const THIN: &str = "\u{202f}";
/// Stands for code, formulas and pictures when looking at what surrounds a mark: they are words.
const OBJECT: char = '\u{fffc}';
/// Stands for the mark of a note, before which quotes close.
const NOTE_MARK: char = '†';

/// How a language is set.
#[derive(Debug, Clone, Copy)]
struct Style {
    /// Outer opening and closing, inner opening and closing.
    quotes: [char; 4],
    /// French spaces.
    french: bool,
    /// English elisions.
    english: bool,
    /// The words before numbers.
    terms: Terms,
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
    fn of(language: &str) -> Self {
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
    fn within(self, attributes: &Attributes) -> Self {
        attributes.language.as_deref().map_or(self, Self::of)
    }
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
        BlockKind::Details { summary, blocks } => {
            set_line(summary, style);
            set_blocks(blocks, style);
        }
        BlockKind::Output(_) | BlockKind::Math(_) | BlockKind::Rule => {}
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
    put_back(inlines, false, &mut set);
}

/// The text of a line with its pieces.
#[derive(Default)]
struct Line {
    flat: Vec<char>,
    pieces: Vec<Piece>,
}

/// A run of text, or a line break of the source.
#[derive(Debug, Clone, Copy)]
struct Piece {
    start: usize,
    end: usize,
    style: Style,
    /// Whether it stays as it is.
    frozen: bool,
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
                InlineKind::Code(_) | InlineKind::Math(_) | InlineKind::Reference(_) | InlineKind::Image(_) => {
                    self.flat.push(OBJECT);
                }
                InlineKind::NoteLabel(_) | InlineKind::Note { .. } => self.flat.push(NOTE_MARK),
                InlineKind::Anchor => {}
            }
        }
    }
}

/// Puts the pieces back that have changed, in the order in which [`Line::gather`] went.
fn put_back(inlines: &mut [Inline], frozen: bool, set: &mut impl Iterator<Item = Option<String>>) {
    for inline in inlines {
        match &mut inline.kind {
            InlineKind::Text(_) | InlineKind::SoftBreak => {
                if let Some(text) = set.next().flatten() {
                    inline.kind = InlineKind::Text(text);
                }
            }
            InlineKind::Emphasis(content)
            | InlineKind::Strong(content)
            | InlineKind::Strikethrough(content)
            | InlineKind::Superscript(content)
            | InlineKind::Subscript(content)
            | InlineKind::Keyboard(content)
            | InlineKind::Abbreviation { content, .. }
            | InlineKind::Span(content) => put_back(content, frozen, set),
            InlineKind::Link(link) => put_back(&mut link.content, frozen, set),
            InlineKind::LineBreak
            | InlineKind::Code(_)
            | InlineKind::Math(_)
            | InlineKind::Reference(_)
            | InlineKind::Image(_)
            | InlineKind::NoteLabel(_)
            | InlineKind::Note { .. }
            | InlineKind::Anchor => {}
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

/// The length of the address that characters begin with, without punctuation at its end.
fn address_length(text: &[char]) -> Option<usize> {
    const BEGINNINGS: [&str; 5] = ["http://", "https://", "ftp://", "www.", "mailto:"];
    let begins = |beginning: &&str| {
        beginning
            .chars()
            .enumerate()
            .all(|(at, wanted)| text.get(at) == Some(&wanted))
    };
    let beginning = BEGINNINGS.iter().find(|beginning| begins(beginning))?;
    let ends = |character: &char| character.is_whitespace() || matches!(*character, '"' | '<' | '>' | OBJECT | NOTE_MARK);
    let end = text.iter().position(ends).unwrap_or(text.len());
    let last = text
        .get(..end)?
        .iter()
        .rposition(|character| !matches!(character, '.' | ',' | ';' | ':' | '!' | '?' | ')' | '\''))?;
    (last + 1 > beginning.len()).then_some(last + 1)
}

/// Sets a line, piece by piece.
struct Setter<'a> {
    flat: &'a [char],
    /// What has been set of the piece at hand.
    out: String,
    /// The last character that was set.
    previous: Option<char>,
    /// Whether an outer quotation, an inner quotation is open.
    open: [bool; 2],
}

impl<'a> Setter<'a> {
    fn new(flat: &'a [char]) -> Self {
        Self {
            flat,
            out: String::new(),
            previous: None,
            open: [false; 2],
        }
    }

    /// What becomes of each piece; `None` for one that stays as it is.
    fn run(mut self, pieces: &[Piece]) -> Vec<Option<String>> {
        let mut set = Vec::with_capacity(pieces.len());
        let mut at = 0;
        for piece in pieces {
            // What stands between pieces is not text, but it is what stands before the next.
            self.skip(at, piece.start);
            at = piece.end;
            if piece.frozen {
                self.skip(piece.start, piece.end);
                set.push(None);
                continue;
            }
            self.out.clear();
            self.piece(piece);
            let before = self.flat.get(piece.start..piece.end).unwrap_or_default();
            let changed = !self.out.chars().eq(before.iter().copied());
            set.push(changed.then(|| self.out.clone()));
        }
        set
    }

    fn skip(&mut self, start: usize, end: usize) {
        if let Some(last) = self.flat.get(start..end).and_then(<[char]>::last) {
            self.previous = Some(*last);
        }
    }

    fn push(&mut self, character: char) {
        self.out.push(character);
        self.previous = Some(character);
    }

    fn push_str(&mut self, text: &str) {
        text.chars().for_each(|character| self.push(character));
    }

    fn at(&self, at: usize) -> Option<char> {
        self.flat.get(at).copied()
    }

    fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|at| self.at(at))
    }

    /// How many of the same character follow from here, in this piece.
    fn run_length(&self, at: usize, end: usize) -> usize {
        let text = self.flat.get(at..end).unwrap_or_default();
        text.iter()
            .take_while(|character| Some(character) == text.first().as_ref())
            .count()
    }

    fn piece(&mut self, piece: &Piece) {
        let mut at = piece.start;
        while at < piece.end {
            let Some(character) = self.at(at) else { return };
            let length = match character {
                'h' | 'f' | 'w' | 'm' if !self.before(at).is_some_and(char::is_alphanumeric) => {
                    let rest = self.flat.get(at..piece.end).unwrap_or_default();
                    let address = address_length(rest).unwrap_or_default();
                    rest.iter().take(address.max(1)).for_each(|character| self.push(*character));
                    address.max(1)
                }
                '"' | '\'' => self.quote(at, piece),
                '-' => self.dash(at, piece),
                '.' => self.dots(at, piece),
                ' ' => {
                    let space = self.space(at, &piece.style);
                    self.push(space);
                    1
                }
                _ => {
                    self.notice(character, &piece.style);
                    self.push(character);
                    1
                }
            };
            at += length;
        }
    }

    /// Keeps track of quotation marks that the author typed.
    fn notice(&mut self, character: char, style: &Style) {
        let [open, close, inner_open, inner_close] = style.quotes;
        let apostrophe = character == '’' && self.previous.is_some_and(is_word);
        for (level, pair) in [[open, close], [inner_open, inner_close]].into_iter().enumerate() {
            let Some(state) = self.open.get_mut(level).filter(|_| pair.contains(&character)) else {
                continue;
            };
            let [open, close] = pair;
            if open == close {
                *state = !*state && !apostrophe;
            } else if character == open {
                *state = true;
            } else if !apostrophe || *state {
                *state = false;
            }
        }
    }

    /// Sets a straight quotation mark.
    fn quote(&mut self, at: usize, piece: &Piece) -> usize {
        let mark = self.at(at).unwrap_or('"');
        let run = self.run_length(at, piece.end);
        if run > 1 {
            (0..run).for_each(|_| self.push(mark));
            return run;
        }
        let level = usize::from(mark == '\'');
        // Marks that follow at once have the same neighbour behind them.
        let behind = self.flat.get(at + 1..).unwrap_or_default();
        let next = behind.iter().copied().find(|character| !matches!(character, '"' | '\''));
        let open = self.open.get(level).copied().unwrap_or_default();
        let role = match self.role(next, open) {
            _ if level == 1 && self.is_apostrophe(at, open, &piece.style) => Role::Apostrophe,
            Role::Close if !open && level == 1 && self.previous.is_some_and(|character| character.is_ascii_digit()) => Role::Typed,
            Role::Close if !open && level == 1 => Role::Apostrophe,
            Role::Close if !open && self.previous.is_some_and(|character| character.is_ascii_digit()) => Role::Typed,
            role => role,
        };
        self.set_quote(mark, level, role, &piece.style);
        1
    }

    fn set_quote(&mut self, mark: char, level: usize, role: Role, style: &Style) {
        let [open, close, inner_open, inner_close] = style.quotes;
        let (open, close) = if level == 0 {
            (open, close)
        } else {
            (inner_open, inner_close)
        };
        let spaced = style.french && matches!(open, '«' | '‹');
        match role {
            Role::Typed => self.push(mark),
            Role::Apostrophe => self.push('’'),
            Role::Open => {
                self.push(open);
                if spaced {
                    self.push_str(THIN);
                }
            }
            Role::Close => {
                if spaced {
                    self.push_str(THIN);
                }
                self.push(close);
            }
        }
        if let Some(state) = self.open.get_mut(level) {
            match role {
                Role::Open => *state = true,
                Role::Close => *state = false,
                Role::Typed | Role::Apostrophe => {}
            }
        }
    }

    /// What a mark is by its neighbours.
    fn role(&self, next: Option<char>, open: bool) -> Role {
        let blank = |character: Option<char>| character.is_none_or(char::is_whitespace);
        // A thin space was set here, inside of guillemets; it is not the author's.
        let previous = self.previous.filter(|character| *character != '\u{202f}');
        let left = blank(previous) || previous.is_some_and(opens);
        let right = blank(next) || next.is_some_and(closes);
        match (left, right) {
            _ if blank(previous) && blank(next) => Role::Typed,
            (true, false) => Role::Open,
            (false, true) => Role::Close,
            _ if open => Role::Close,
            (true, true) => Role::Open,
            // Between two letters and nothing to close: `a"b`. After a digit it is a measure.
            (false, false) if previous.is_some_and(|character| character.is_ascii_digit()) => Role::Typed,
            (false, false) => Role::Open,
        }
    }

    /// Whether a single mark is an apostrophe: between letters, or for what was left out at the start of a word.
    fn is_apostrophe(&self, at: usize, open: bool, style: &Style) -> bool {
        let next = self.at(at + 1);
        if self.previous.is_some_and(is_word) {
            return next.is_some_and(|next| next.is_alphanumeric() || next == OBJECT);
        }
        if open && next.is_none_or(|next| !next.is_alphanumeric()) {
            return false;
        }
        let rest = self.flat.get(at + 1..).unwrap_or_default();
        let word: String = rest
            .iter()
            .take_while(|character| character.is_alphanumeric())
            .take(8)
            .collect();
        let after = rest.get(word.chars().count()).copied();
        let digits = word.trim_end_matches('s');
        if digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return after != Some('\'');
        }
        const ELISIONS: [&str; 16] = [
            "tis", "twas", "twere", "twill", "twould", "til", "till", "em", "cause", "bout", "round", "im", "er", "n", "cos", "un",
        ];
        let elided = ELISIONS.contains(&word.to_lowercase().as_str());
        style.english && elided && (after != Some('\'') || word == "n")
    }

    fn dash(&mut self, at: usize, piece: &Piece) -> usize {
        let run = self.run_length(at, piece.end);
        let next = self.at(at + run);
        let arrow = next == Some('>') || self.previous == Some('<');
        let starts = self
            .previous
            .is_none_or(|character| character.is_whitespace() || opens_bracket(character));
        let option = run == 2 && starts && next.is_some_and(|next| next.is_ascii_alphanumeric());
        match run {
            2 if !arrow && !option => self.push('–'),
            3 if !arrow => self.push('—'),
            _ => (0..run).for_each(|_| self.push('-')),
        }
        run
    }

    fn dots(&mut self, at: usize, piece: &Piece) -> usize {
        let run = self.run_length(at, piece.end);
        match run {
            3 => self.push('…'),
            4 => self.push_str("…."),
            _ => (0..run).for_each(|_| self.push('.')),
        }
        run
    }

    /// The space to be set at a place where an ordinary one was typed.
    fn space(&self, at: usize, style: &Style) -> char {
        let (Some(before), Some(next)) = (self.before(at), self.at(at + 1)) else {
            return ' ';
        };
        if before.is_whitespace() || next.is_whitespace() {
            return ' ';
        }
        if style.french && (matches!(next, ';' | '!' | '?' | '»' | '›') || matches!(before, '«' | '‹')) {
            return '\u{202f}';
        }
        let holds = (style.french && next == ':')
            || self.before_dash(at)
            || self.before_number(at, style)
            || self.before_unit(at)
            || self.in_initials(at)
            || self.after_title(at, style);
        if holds { FIXED } else { ' ' }
    }

    /// ` — ` and ` – `, typed or to be set.
    fn before_dash(&self, at: usize) -> bool {
        let dashes = match self.at(at + 1) {
            Some('—' | '–') => 1,
            Some('-') => match self.run_length(at + 1, self.flat.len()) {
                run @ 2..=3 => run,
                _ => return false,
            },
            _ => return false,
        };
        self.at(at + 1 + dashes).is_some_and(char::is_whitespace)
    }

    /// The word that ends at a place, with the dot behind it, if it has one.
    fn word_before(&self, end: usize) -> String {
        let text = self.flat.get(..end).unwrap_or_default();
        let belongs = |character: &&char| character.is_alphabetic() || matches!(character, '.' | '§');
        let mut word: Vec<char> = text.iter().rev().take_while(belongs).take(16).copied().collect();
        word.reverse();
        word.into_iter().collect()
    }

    /// `Figure 2`, `Python 3.14`, `p. 7`, `Appendix B`
    fn before_number(&self, at: usize, style: &Style) -> bool {
        let next = self.at(at + 1);
        let digit = next.is_some_and(|next| next.is_ascii_digit());
        // `Part IV` and `Appendix B`: capitals up to the end of the word.
        let capitals = || {
            let rest = self.flat.get(at + 1..).unwrap_or_default();
            let word: Vec<char> = rest
                .iter()
                .take_while(|character| character.is_alphanumeric())
                .take(6)
                .copied()
                .collect();
            let roman = |character: &char| matches!(character, 'I' | 'V' | 'X' | 'L');
            (word.len() == 1 && word.iter().all(char::is_ascii_uppercase) && word != ['A'] && word != ['I'])
                || (!word.is_empty() && word.len() < 6 && word.iter().all(roman))
        };
        if !digit && !next.is_some_and(|next| next.is_ascii_uppercase()) {
            return false;
        }
        let word = self.word_before(at);
        if word.is_empty() {
            return false;
        }
        let lower = word.to_lowercase();
        let terms = &style.terms;
        let own = [
            terms.chapter,
            terms.part,
            terms.section,
            terms.figure,
            terms.listing,
            terms.table,
            terms.page,
        ];
        let named = own.iter().any(|term| term.to_lowercase() == lower);
        const NUMBERED: [&str; 16] = [
            "pep", "python", "cpython", "pypy", "rfc", "iso", "unicode", "equation", "fig.", "no.", "nr.", "p.", "pp.", "vol.",
            "§", "version",
        ];
        if digit {
            named || NUMBERED.contains(&lower.as_str()) || lower == "appendix" || lower == "step"
        } else {
            let lettered = lower == "appendix" || lower == terms.part.to_lowercase() || lower == terms.chapter.to_lowercase();
            lettered && word.starts_with(char::is_uppercase) && capitals()
        }
    }

    /// `10 MB`, `64 bit`, `3 ms`
    fn before_unit(&self, at: usize) -> bool {
        const UNITS: [&str; 48] = [
            "%", "bit", "bits", "byte", "bytes", "B", "kB", "KB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "kbit",
            "Mbit", "Gbit", "ns", "µs", "μs", "ms", "s", "min", "h", "Hz", "kHz", "MHz", "GHz", "px", "pt", "em", "mm", "cm", "m",
            "km", "g", "kg", "W", "kW", "V", "°C", "°F", "K", "dpi", "fps", "€",
        ];
        if !self.before(at).is_some_and(|before| before.is_ascii_digit()) {
            return false;
        }
        let rest = self.flat.get(at + 1..).unwrap_or_default();
        let belongs = |character: &&char| character.is_alphabetic() || matches!(character, '%' | '°' | '€');
        let unit: String = rest.iter().take_while(belongs).take(8).collect();
        let ends = !rest.get(unit.chars().count()).is_some_and(|next| next.is_alphanumeric());
        if !ends || !UNITS.contains(&unit.as_str()) {
            return false;
        }
        let number = self.flat.get(..at).unwrap_or_default();
        let first = number
            .iter()
            .rposition(|character| !(character.is_ascii_digit() || matches!(character, '.' | ',' | '_')));
        first.is_none_or(|first| !self.at(first).is_some_and(char::is_alphabetic))
    }

    /// `J. K. Rowling`, `e. g.`, `z. B.`
    fn in_initials(&self, at: usize) -> bool {
        let letter = at.checked_sub(2).and_then(|at| self.at(at));
        let earlier = at.checked_sub(3).and_then(|at| self.at(at));
        let (Some('.'), Some(letter)) = (self.before(at), letter) else {
            return false;
        };
        if !letter.is_alphabetic() || earlier.is_some_and(|earlier| earlier.is_alphanumeric() || earlier == '.') {
            return false;
        }
        let next = self.at(at + 1);
        let behind = self.at(at + 2);
        let capitals = letter.is_uppercase() && next.is_some_and(char::is_uppercase);
        let halves = next.is_some_and(char::is_alphabetic) && behind == Some('.');
        capitals || halves
    }

    /// `Dr. Who`
    fn after_title(&self, at: usize, style: &Style) -> bool {
        const TITLES: [&str; 6] = ["Dr.", "Prof.", "Mr.", "Mrs.", "Ms.", "St."];
        let name = self.at(at + 1).is_some_and(char::is_uppercase);
        let word = || self.word_before(at);
        name && self.before(at) == Some('.') && (TITLES.contains(&word().as_str()) || (style.french && word() == "M."))
    }
}

/// What a straight mark becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Open,
    Close,
    Apostrophe,
    /// It stays as typed.
    Typed,
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, OBJECT | ')' | ']' | '}')
}

fn opens_bracket(character: char) -> bool {
    matches!(character, '(' | '[' | '{')
}

/// Whether a quotation can begin after this character.
fn opens(character: char) -> bool {
    opens_bracket(character)
        || matches!(
            character,
            '—' | '–' | '-' | '/' | '=' | '¿' | '¡' | '“' | '‘' | '„' | '‚' | '«' | '‹' | '「' | '『'
        )
}

/// Whether a quotation can end before this character.
fn closes(character: char) -> bool {
    matches!(
        character,
        '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}' | '—' | '–' | '-' | '/' | '…' | '”' | '’' | '»' | '›' | NOTE_MARK
    )
}

#[cfg(test)]
mod tests {
    use super::*;
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
                "J. K. Rowling and Dr. Who, e. g. this",
                "J.~K.~Rowling and Dr.~Who, e.~g. this",
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
