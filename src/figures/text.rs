//! Text in figures: measured with the embedded fonts, broken into lines, with a font for every character.
//!
//! Widths come from rustybuzz over the same files that Typst and the EPUB embed, kerning on, so that a box made for a
//! label fits it in every output.

use super::language::Label;
use crate::assets::{Font, FontRole};
use crate::theme::Theme;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// From baseline to baseline, in em.
const LINE: f64 = 1.24;
/// From the middle of a line down to its baseline, in em: half of the height of capitals.
const BASELINE: f64 = 0.33;
/// What letters take above the baseline at most, in em.
pub(crate) const ASCENT: f64 = 0.76;
/// Code is set a little smaller, since its letters look larger.
const CODE_RATIO: f64 = 0.95;
/// The smallest size of any text in print, in pt.
pub(crate) const SMALLEST: f64 = 7.0;

/// How a label is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    /// The size in pt.
    pub(crate) size: f64,
    /// 400 or 600.
    pub(crate) weight: u16,
}

impl Style {
    /// What most labels are set in.
    pub(crate) fn plain(size: f64) -> Self {
        Self { size, weight: 400 }
    }

    /// Names, titles, and what is emphasised.
    pub(crate) fn strong(size: f64) -> Self {
        Self { size, weight: 600 }
    }

    /// What stands at lines, or below a name: a little smaller than text of a size.
    pub(crate) fn small(size: f64) -> Self {
        Self::plain((size * 0.93).max(SMALLEST))
    }
}

/// A label in lines.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Lines {
    /// From top to bottom.
    pub(crate) lines: Vec<SetLine>,
    /// The width of the widest, in pt.
    pub(crate) width: f64,
    /// From the top of the first to the bottom of the last, in pt.
    pub(crate) height: f64,
}

impl Lines {
    /// Adds lines below these.
    pub(crate) fn append(&mut self, below: Lines) {
        let top = self.height;
        self.lines.extend(below.lines.into_iter().map(|line| SetLine {
            baseline: line.baseline + top,
            ..line
        }));
        self.width = self.width.max(below.width);
        self.height += below.height;
    }
}

/// A line of text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SetLine {
    /// From left to right.
    pub(crate) spans: Vec<SetSpan>,
    /// The width in pt.
    pub(crate) width: f64,
    /// From the top of all lines to this one's baseline.
    pub(crate) baseline: f64,
}

/// Characters in one font.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetSpan {
    /// The characters, without spaces at either end.
    pub(crate) text: String,
    /// Whether a space stands before it.
    pub(crate) spaced: bool,
    /// From the line's left end, in pt.
    pub(crate) x: f64,
    /// In pt.
    pub(crate) width: f64,
    /// An embedded family.
    pub(crate) family: String,
    /// The weight of the face, 100 to 900.
    pub(crate) weight: u16,
    /// In pt.
    pub(crate) size: f64,
}

/// A word up to this width, in pt, is never broken; a narrower box grows with it.
const UNBROKEN: f64 = 88.0;

/// Measures and breaks text.
pub(crate) struct Typesetter<'a> {
    faces: Vec<FontFace<'a>>,
    sans: Chain,
    strong: Chain,
    mono: Chain,
    /// For each face the widths of what was measured with it.
    widths: RefCell<Vec<BTreeMap<String, f64>>>,
    /// The faces that have every letter, digit and sign of ASCII.
    ascii: Vec<bool>,
    missing: RefCell<BTreeSet<char>>,
}

/// Faces in the order in which they are asked for a character.
type Chain = Vec<usize>;

struct FontFace<'a> {
    font: &'a Font,
    face: rustybuzz::Face<'a>,
    /// What shaping needs to know of the face for text of a direction and a script; to find it out costs far more than to
    /// shape a word.
    plans: RefCell<Vec<(rustybuzz::Direction, rustybuzz::Script, Rc<rustybuzz::ShapePlan>)>>,
}

impl<'a> FontFace<'a> {
    fn open(font: &'a Font) -> Option<Self> {
        let face = rustybuzz::Face::from_slice(font.data.bytes(), 0)?;
        Some(Self {
            font,
            face,
            plans: RefCell::default(),
        })
    }

    /// The plan for text of a direction and a script, made once.
    fn plan(&self, direction: rustybuzz::Direction, script: rustybuzz::Script) -> Rc<rustybuzz::ShapePlan> {
        let mut plans = self.plans.borrow_mut();
        if let Some((_, _, plan)) = plans.iter().find(|(of, with, _)| (*of, *with) == (direction, script)) {
            return plan.clone();
        }
        let known = (script != rustybuzz::script::UNKNOWN).then_some(script);
        let plan = Rc::new(rustybuzz::ShapePlan::new(&self.face, direction, known, None, &[]));
        plans.push((direction, script, plan.clone()));
        plan
    }

    /// The width of text in em.
    fn measure(&self, text: &str) -> f64 {
        let mut buffer = rustybuzz::UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let plan = self.plan(buffer.direction(), buffer.script());
        let glyphs = rustybuzz::shape_with_plan(&self.face, &plan, buffer);
        let em = f64::from(self.face.units_per_em().max(1));
        let pairs = glyphs.glyph_positions().iter().zip(glyphs.glyph_infos());
        pairs
            .map(|(position, glyph)| {
                let advance = f64::from(position.x_advance) / em;
                // Whatever stands in for an absent glyph is at most about an em wide.
                if glyph.glyph_id == 0 { advance.max(1.0) } else { advance }
            })
            .sum()
    }
}

/// A stretch of characters without a space, in one style.
#[derive(Debug, Clone)]
struct Word<'l> {
    text: Cow<'l, str>,
    code: bool,
    /// Whether a space stands before it.
    spaced: bool,
    width: f64,
}

impl<'a> Typesetter<'a> {
    /// Opens the fonts that figures may use: the theme's sans and mono first, then every other upright family.
    pub(crate) fn new(fonts: &'a [Font], theme: &Theme) -> Self {
        let faces: Vec<FontFace<'a>> = fonts.iter().filter(|font| !font.italic).filter_map(FontFace::open).collect();
        let sans = chain(&faces, &theme.families.sans, FontRole::Sans, 400);
        let strong = chain(&faces, &theme.families.sans, FontRole::Sans, 600);
        let mono = chain(&faces, &theme.families.mono, FontRole::Mono, 400);
        let ascii = |face: &FontFace| (' '..='~').all(|character| face.face.glyph_index(character).is_some());
        Self {
            ascii: faces.iter().map(ascii).collect(),
            widths: RefCell::new(vec![BTreeMap::new(); faces.len()]),
            faces,
            sans,
            strong,
            mono,
            missing: RefCell::default(),
        }
    }

    /// The characters met since the last call that no embedded font has.
    pub(crate) fn take_missing(&self) -> Vec<char> {
        std::mem::take(&mut *self.missing.borrow_mut()).into_iter().collect()
    }

    /// Sets a label in lines of at most `measure` pt, as evenly long as they can be without a line more.
    pub(crate) fn set(&self, label: &Label, style: Style, measure: f64) -> Lines {
        let words = self.words(label, style);
        let natural = self.break_lines(&words, style, measure);
        if natural.len() < 2 {
            return self.finish(&natural, style);
        }
        let (mut narrow, mut wide) = (measure / natural.len() as f64, measure);
        let mut best = natural;
        for _ in 0..7 {
            let middle = (narrow + wide) / 2.0;
            let tried = self.break_lines(&words, style, middle);
            // A word broken only to make the lines even would be a bad bargain.
            let whole = words.iter().all(|word| word.width <= middle || word.width > measure);
            if tried.len() <= best.len() && whole {
                best = tried;
                wide = middle;
            } else {
                narrow = middle;
            }
        }
        self.finish(&best, style)
    }

    /// Sets one line of code as it is typed, spaces and all.
    pub(crate) fn set_verbatim(&self, text: &str, style: Style) -> Lines {
        // A space that must not be broken at has the width of one.
        let word = Word {
            text: text.replace(' ', "\u{a0}").into(),
            code: true,
            spaced: false,
            width: 0.0,
        };
        self.finish(&[vec![word]], style)
    }

    /// The height of `count` lines.
    pub(crate) fn height(count: usize, style: Style) -> f64 {
        count as f64 * LINE * style.size
    }

    fn words<'l>(&self, label: &'l Label, style: Style) -> Vec<Word<'l>> {
        let mut words = Vec::new();
        let mut spaced = false;
        for run in &label.runs {
            for (at, piece) in run.text.split(' ').enumerate() {
                spaced |= at > 0;
                if !piece.is_empty() {
                    let width = self.width(piece, run.code, style);
                    words.push(Word {
                        text: Cow::Borrowed(piece),
                        code: run.code,
                        spaced,
                        width,
                    });
                    spaced = false;
                }
            }
        }
        words
    }

    /// Breaks at spaces, and inside of what is longer than a line. Words that touch (`a` and `` `b` `` of ``a`b` ``) stay
    /// together where they can.
    fn break_lines<'l>(&self, words: &[Word<'l>], style: Style, measure: f64) -> Vec<Vec<Word<'l>>> {
        let mut lines: Vec<Vec<Word>> = Vec::new();
        let mut line: Vec<Word> = Vec::new();
        let mut used = 0.0;
        let space = self.width(" ", false, style);
        let mut at = 0;
        while let Some(first) = words.get(at) {
            let joined = words.iter().skip(at + 1).take_while(|word| !word.spaced).count();
            let cluster = words.get(at..=at + joined).unwrap_or_default();
            at += joined + 1;
            let width: f64 = cluster.iter().map(|word| word.width).sum();
            let lead = if line.is_empty() || !first.spaced { 0.0 } else { space };
            if used + lead + width > measure && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if width <= measure.max(UNBROKEN) {
                used += if line.is_empty() { width } else { lead + width };
                line.extend(cluster.iter().cloned());
                continue;
            }
            for piece in cluster.iter().flat_map(|word| self.chop(word, style, measure)) {
                if used + piece.width > measure && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                used += piece.width;
                line.push(piece);
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// Cuts a word that is longer than a line, after punctuation where there is some, never before a combining mark.
    fn chop<'l>(&self, word: &Word<'l>, style: Style, measure: f64) -> Vec<Word<'l>> {
        let mut pieces = Vec::new();
        let (mut text, mut width, mut soft) = (String::new(), 0.0, 0);
        let mut joins = false;
        for character in word.text.chars() {
            let advance = self.width(character.encode_utf8(&mut [0; 4]), word.code, style);
            let bound = joins || is_extending(character);
            // Names such as `PyImport` are cut before a capital.
            if character.is_uppercase() && text.ends_with(char::is_lowercase) {
                soft = text.len();
            }
            let late = soft * 3 > text.len();
            // Where there is no good place to cut, a little more may have one.
            let full = width + advance > if late { measure } else { measure.max(UNBROKEN) };
            if full && !text.is_empty() && !bound {
                let rest = if late { text.split_off(soft) } else { String::new() };
                pieces.push(self.piece(std::mem::take(&mut text), word, style, pieces.is_empty()));
                width = self.width(&rest, word.code, style);
                text = rest;
                soft = 0;
            }
            text.push(character);
            width += advance;
            joins = character == '\u{200d}';
            if matches!(character, '/' | '.' | '_' | '-' | ',' | ':' | ';' | '(' | '|' | '=' | '\\') {
                soft = text.len();
            }
        }
        pieces.push(self.piece(text, word, style, pieces.is_empty()));
        pieces
    }

    fn piece<'l>(&self, text: String, word: &Word<'l>, style: Style, first: bool) -> Word<'l> {
        let width = self.width(&text, word.code, style);
        Word {
            text: Cow::Owned(text),
            code: word.code,
            spaced: first && word.spaced,
            width,
        }
    }

    fn finish(&self, lines: &[Vec<Word>], style: Style) -> Lines {
        let mut set = Lines::default();
        for (at, words) in lines.iter().enumerate() {
            let mut line = self.finish_line(words, style);
            line.baseline = (at as f64 + 0.5) * LINE * style.size + BASELINE * style.size;
            set.width = set.width.max(line.width);
            set.lines.push(line);
        }
        set.height = Self::height(lines.len(), style);
        set
    }

    /// Joins words of one font into spans and places them.
    fn finish_line(&self, words: &[Word], style: Style) -> SetLine {
        let mut spans: Vec<(String, usize, bool, bool)> = Vec::new();
        let mut add = |text: &str, face: usize, code: bool, spaced: bool| match spans.last_mut() {
            Some((span, before, code_before, _)) if *before == face && *code_before == code => {
                if spaced {
                    span.push(' ');
                }
                span.push_str(text);
            }
            _ => spans.push((text.to_owned(), face, code, spaced)),
        };
        for (at, word) in words.iter().enumerate() {
            let spaced = word.spaced && at > 0;
            if let Some(face) = self.only_face(&word.text, word.code, style) {
                add(&word.text, face, word.code, spaced);
                continue;
            }
            for (part, (text, face)) in self.split_by_face(&word.text, word.code, style).into_iter().enumerate() {
                add(&text, face, word.code, spaced && part == 0);
            }
        }
        let mut line = SetLine::default();
        let space = self.width(" ", false, style);
        for (text, face, code, spaced) in spans {
            if spaced {
                line.width += space;
            }
            let size = sized(style, code);
            let width = self.shaped(&text, face) * size;
            let (family, weight) = self
                .faces
                .get(face)
                .map_or((String::new(), 400), |face| (face.font.family.clone(), face.font.weight));
            line.spans.push(SetSpan {
                text,
                spaced,
                x: line.width,
                width,
                family,
                weight,
                size,
            });
            line.width += width;
        }
        line
    }

    fn width(&self, text: &str, code: bool, style: Style) -> f64 {
        if let Some(face) = self.only_face(text, code, style) {
            return self.shaped(text, face) * sized(style, code);
        }
        let pieces = self.split_by_face(text, code, style);
        pieces.iter().map(|(text, face)| self.shaped(text, *face)).sum::<f64>() * sized(style, code)
    }

    fn chain(&self, code: bool, style: Style) -> &Chain {
        match (code, style.weight > 500) {
            (true, _) => &self.mono,
            (false, true) => &self.strong,
            (false, false) => &self.sans,
        }
    }

    /// The one face that sets a text, where that can be said without a look at every character.
    fn only_face(&self, text: &str, code: bool, style: Style) -> Option<usize> {
        let face = self.chain(code, style).first().copied()?;
        let plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        (plain && self.ascii.get(face).copied().unwrap_or_default()).then_some(face)
    }

    /// Cuts text where the font changes: the first font of the chain that has a character sets it.
    fn split_by_face(&self, text: &str, code: bool, style: Style) -> Vec<(String, usize)> {
        let chain = self.chain(code, style);
        let first = chain.first().copied().unwrap_or_default();
        let mut pieces: Vec<(String, usize)> = Vec::new();
        for character in text.chars() {
            let before = pieces.last().map(|(_, face)| *face);
            // Marks and joiners stay with the letter they belong to.
            let face = match before {
                Some(before) if is_extending(character) => before,
                _ => chain
                    .iter()
                    .copied()
                    .find(|face| self.has(*face, character))
                    .unwrap_or_else(|| {
                        if !is_extending(character) && !character.is_whitespace() && !character.is_control() {
                            self.missing.borrow_mut().insert(character);
                        }
                        first
                    }),
            };
            match pieces.last_mut() {
                Some((piece, last)) if *last == face => piece.push(character),
                _ => pieces.push((character.to_string(), face)),
            }
        }
        pieces
    }

    fn has(&self, face: usize, character: char) -> bool {
        self.faces
            .get(face)
            .is_some_and(|face| face.face.glyph_index(character).is_some())
    }

    /// The width of text in one face, in em.
    fn shaped(&self, text: &str, face: usize) -> f64 {
        if let Some(width) = self.widths.borrow().get(face).and_then(|widths| widths.get(text)) {
            return *width;
        }
        let width = self.faces.get(face).map_or(0.0, |face| face.measure(text));
        if let Some(widths) = self.widths.borrow_mut().get_mut(face) {
            widths.insert(text.to_owned(), width);
        }
        width
    }
}

fn chain(faces: &[FontFace], family: &str, role: FontRole, weight: u16) -> Chain {
    let mut order: Vec<usize> = (0..faces.len()).collect();
    order.sort_by_key(|at| {
        faces.get(*at).map(|face| {
            let font = face.font;
            let other_family = font.family != family;
            let fallback = match font.role {
                role_of_font if role_of_font == role => 0,
                FontRole::Sans => 1,
                FontRole::Text => 2,
                FontRole::Mono => 3,
                FontRole::Math => 4,
            };
            let wanted = if other_family { 400 } else { weight };
            (other_family, fallback, font.weight.abs_diff(wanted))
        })
    });
    order
}

fn sized(style: Style, code: bool) -> f64 {
    if code {
        (style.size * CODE_RATIO).max(SMALLEST)
    } else {
        style.size
    }
}

/// Whether a character changes the one before it and so must not be parted from it.
fn is_extending(character: char) -> bool {
    matches!(u32::from(character),
        0x0300..=0x036f | 0x0591..=0x05bd | 0x064b..=0x065f | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x200c..=0x200f
        | 0x20d0..=0x20ff | 0x2066..=0x2069 | 0xfe00..=0xfe0f | 0x1f3fb..=0x1f3ff | 0xe0100..=0xe01ef)
}
