//! How wide text is, before Typst sets it: for the columns of listings and of tables.

use crate::assets::{Font, FontRole};
use ttf_parser::Face;

/// How many ASCII characters have their advance looked up once.
const ASCII: usize = 128;

/// Advances of a family, in em.
pub(super) struct Metrics<'a> {
    ascii: [f32; ASCII],
    faces: Vec<Face<'a>>,
}

impl<'a> Metrics<'a> {
    /// The upright regular font of a role, then all other fonts in order, as Typst falls back.
    pub(super) fn new(fonts: &'a [Font], role: FontRole) -> Self {
        let plain = |font: &&Font| font.weight <= 400 && !font.italic;
        let first = fonts.iter().filter(plain).filter(|font| font.role == role);
        let others = fonts.iter().filter(plain).filter(|font| font.role != role);
        let parse = |font: &'a Font| Face::parse(font.data.bytes(), 0).ok();
        let faces: Vec<_> = first.chain(others).filter_map(parse).collect();
        let mut metrics = Self {
            ascii: [0.0; ASCII],
            faces,
        };
        for code in 0..ASCII {
            let character = u8::try_from(code).map_or(' ', char::from);
            let advance = metrics.look_up(character);
            if let Some(slot) = metrics.ascii.get_mut(code) {
                *slot = advance;
            }
        }
        metrics
    }

    /// The advance of a character, in em.
    pub(super) fn advance(&self, character: char) -> f32 {
        match self.ascii.get(character as usize) {
            Some(advance) => *advance,
            None => self.look_up(character),
        }
    }

    /// The width of text, in em.
    pub(super) fn width(&self, text: &str) -> f32 {
        text.chars().map(|character| self.advance(character)).sum()
    }

    fn look_up(&self, character: char) -> f32 {
        if is_invisible(character) {
            return 0.0;
        }
        let advance = |face: &Face<'_>| {
            let glyph = face.glyph_index(character)?;
            Some(f32::from(face.glyph_hor_advance(glyph)?) / f32::from(face.units_per_em()))
        };
        let found = self.faces.iter().find_map(advance);
        found.unwrap_or(if is_wide(character) { 1.0 } else { 0.6 })
    }
}

/// Joiners, marks above letters, variation selectors: what takes no room of its own.
fn is_invisible(character: char) -> bool {
    matches!(character as u32, 0x300..=0x36f | 0x200b..=0x200f | 0x2060..=0x2064 | 0xfe00..=0xfe0f | 0xfeff | 0xe0100..=0xe01ef)
}

/// Characters that fill two cells of a grid (Unicode Standard Annex 11, the ranges that are wide throughout).
fn is_wide(character: char) -> bool {
    matches!(character as u32,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f
        | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1f64f | 0x1f680..=0x1f6ff | 0x1f900..=0x1f9ff | 0x20000..=0x3fffd)
}
