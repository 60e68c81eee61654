//! Characters as they are printed: the rules of the pass, on text without a tree.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::language::Style;

/// The no-break space.
const FIXED: char = '\u{a0}';
/// The narrow no-break space of French.
pub(super) const THIN: &str = "\u{202f}";
/// Stands for code, formulas and pictures when looking at what surrounds a mark: they are words.
pub(super) const OBJECT: char = '\u{fffc}';
/// Stands for the mark of a note, before which quotes close.
pub(super) const NOTE_MARK: char = '†';

/// Over how many marks the neighbour of one is sought; nobody nests quotations deeper.
const MOST_MARKS: usize = 8;

/// A run of text, or a line break of the source.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) style: Style,
    /// Whether it stays as it is.
    pub(super) frozen: bool,
}

/// Sets a line, piece by piece.
pub(super) struct Setter<'a> {
    flat: &'a [char],
    /// What has been set of the piece at hand.
    out: String,
    /// The last character that was set.
    previous: Option<char>,
    /// Whether an outer quotation, an inner quotation is open.
    open: [bool; 2],
}

impl<'a> Setter<'a> {
    pub(super) fn new(flat: &'a [char]) -> Self {
        Self {
            flat,
            out: String::new(),
            previous: None,
            open: [false; 2],
        }
    }

    /// What becomes of each piece; `None` for one that stays as it is.
    pub(super) fn run(mut self, pieces: &[Piece]) -> Vec<Option<String>> {
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
                    if !character.is_ascii() {
                        self.notice(character, &piece.style);
                    }
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
        let mut behind = behind.iter().copied().take(MOST_MARKS);
        let next = behind.find(|character| !matches!(character, '"' | '\''));
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
        // A thin space would be one that was set here, after a quotation mark that is not set yet.
        self.at(at + 1 + dashes)
            .is_some_and(|next| next.is_whitespace() && next != '\u{202f}')
    }

    /// The word that ends at a place, with the dot behind it, if it has one.
    fn word_before(&self, end: usize) -> &[char] {
        let text = self.flat.get(..end).unwrap_or_default();
        let belongs = |character: &&char| character.is_alphabetic() || matches!(character, '.' | '§');
        let length = text.iter().rev().take_while(belongs).take(16).count();
        let mut word = text.get(text.len() - length..).unwrap_or_default();
        while let Some((&'.', rest)) = word.split_first() {
            word = rest;
        }
        word
    }

    /// `Figure 2`, `Python 3.14`, `p. 7`, `Part IV`, `Appendix B`
    fn before_number(&self, at: usize, style: &Style) -> bool {
        const NUMBERED: [&str; 20] = [
            "appendix",
            "jython",
            "micropython",
            "cpython",
            "equation",
            "fig.",
            "iso",
            "no.",
            "nr.",
            "p.",
            "pep",
            "pp.",
            "pypy",
            "python",
            "rfc",
            "step",
            "unicode",
            "version",
            "vol.",
            "§",
        ];
        let terms = &style.terms;
        match self.at(at + 1) {
            Some(next) if next.is_ascii_digit() => {
                let word = self.word_before(at);
                let own = [
                    terms.chapter,
                    terms.part,
                    terms.section,
                    terms.figure,
                    terms.listing,
                    terms.table,
                    terms.page,
                ];
                NUMBERED.iter().chain(&own).any(|name| is(word, name))
            }
            Some(next) if next.is_ascii_uppercase() => {
                let word = self.word_before(at);
                let lettered = word.first().is_some_and(|first| first.is_uppercase())
                    && ["appendix", terms.part, terms.chapter].iter().any(|name| is(word, name));
                lettered && self.is_capital_number(at + 1)
            }
            Some(_) | None => false,
        }
    }

    /// Whether a Roman numeral or a single capital stands here, and nothing behind it.
    fn is_capital_number(&self, at: usize) -> bool {
        let rest = self.flat.get(at..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(|character| character.is_alphanumeric())
            .take(7)
            .count();
        let word = rest.get(..length).unwrap_or_default();
        length == 1 || (length < 7 && word.iter().all(|character| matches!(character, 'I' | 'V' | 'X' | 'L')))
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
        let length = rest.iter().take_while(belongs).take(8).count();
        let unit = rest.get(..length).unwrap_or_default().iter().copied();
        let ends = !rest.get(length).is_some_and(|next| next.is_alphanumeric());
        if !ends || !UNITS.iter().any(|name| unit.clone().eq(name.chars())) {
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
        // A single capital is more often the end of a sentence, as in "written in C. The".
        let another = at.checked_sub(4).and_then(|at| self.at(at)) == Some('.');
        let capitals = another && letter.is_uppercase() && next.is_some_and(char::is_uppercase);
        let halves = next.is_some_and(char::is_alphabetic) && behind == Some('.');
        capitals || halves
    }

    /// `Dr. Who`
    fn after_title(&self, at: usize, style: &Style) -> bool {
        const TITLES: [&str; 6] = ["Dr.", "Prof.", "Mr.", "Mrs.", "Ms.", "St."];
        let name = self.at(at + 1).is_some_and(char::is_uppercase);
        let is_title = |title: &str| self.word_before(at).iter().copied().eq(title.chars());
        name && self.before(at) == Some('.') && (TITLES.into_iter().any(is_title) || (style.french && is_title("M.")))
    }
}

/// The length of the address that characters begin with, without punctuation at its end.
pub(super) fn address_length(text: &[char]) -> Option<usize> {
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

/// Whether a word is a name, without regard to case.
fn is(word: &[char], name: &str) -> bool {
    let lower = |character: char| character.to_lowercase();
    word.iter().copied().flat_map(lower).eq(name.chars().flat_map(lower))
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
