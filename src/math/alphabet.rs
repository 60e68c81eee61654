//! The mathematical alphabets of Unicode: the letter that `\mathbb{R}` or `\mathbf{x}` means.
//!
//! From "Mathematical Alphanumeric Symbols", U+1D400 to U+1D7FF, with the letters that were encoded before that block.

use pulldown_latex::event::Font;

/// The character that stands for `c` in a font; `None` where Unicode has none, and then the plain one has to do.
pub(super) fn styled(c: char, font: Font) -> Option<char> {
    if let Some(early) = early(c, font) {
        return Some(early);
    }
    let code = match c {
        'A'..='Z' => latin(font)? + (c as u32 - 'A' as u32),
        'a'..='z' => latin(font)? + 26 + (c as u32 - 'a' as u32),
        '0'..='9' => digits(font)? + (c as u32 - '0' as u32),
        'Α'..='Ω' => greek(font, true)? + (c as u32 - 'Α' as u32),
        'α'..='ω' => greek(font, false)? + 26 + (c as u32 - 'α' as u32),
        '∇' => greek(font, true)? + 25,
        '∂' => greek(font, false)? + 51,
        'ϵ' => greek(font, false)? + 52,
        'ϑ' => greek(font, false)? + 53,
        'ϰ' => greek(font, false)? + 54,
        'ϕ' => greek(font, false)? + 55,
        'ϱ' => greek(font, false)? + 56,
        'ϖ' => greek(font, false)? + 57,
        'ı' if font == Font::Italic => 0x1D6A4,
        'ȷ' if font == Font::Italic => 0x1D6A5,
        _ => return None,
    };
    char::from_u32(code)
}

/// Letters that stand elsewhere because they are older than the block; their places in it are empty.
fn early(c: char, font: Font) -> Option<char> {
    Some(match (font, c) {
        (Font::Italic, 'h') => 'ℎ',
        (Font::Script, 'B') => 'ℬ',
        (Font::Script, 'E') => 'ℰ',
        (Font::Script, 'F') => 'ℱ',
        (Font::Script, 'H') => 'ℋ',
        (Font::Script, 'I') => 'ℐ',
        (Font::Script, 'L') => 'ℒ',
        (Font::Script, 'M') => 'ℳ',
        (Font::Script, 'R') => 'ℛ',
        (Font::Script, 'e') => 'ℯ',
        (Font::Script, 'g') => 'ℊ',
        (Font::Script, 'o') => 'ℴ',
        (Font::Fraktur, 'C') => 'ℭ',
        (Font::Fraktur, 'H') => 'ℌ',
        (Font::Fraktur, 'I') => 'ℑ',
        (Font::Fraktur, 'R') => 'ℜ',
        (Font::Fraktur, 'Z') => 'ℨ',
        (Font::DoubleStruck, 'C') => 'ℂ',
        (Font::DoubleStruck, 'H') => 'ℍ',
        (Font::DoubleStruck, 'N') => 'ℕ',
        (Font::DoubleStruck, 'P') => 'ℙ',
        (Font::DoubleStruck, 'Q') => 'ℚ',
        (Font::DoubleStruck, 'R') => 'ℝ',
        (Font::DoubleStruck, 'Z') => 'ℤ',
        (Font::DoubleStruckItalic, 'D') => 'ⅅ',
        (Font::DoubleStruckItalic, 'd') => 'ⅆ',
        (Font::DoubleStruckItalic, 'e') => 'ⅇ',
        (Font::DoubleStruckItalic, 'i') => 'ⅈ',
        (Font::DoubleStruckItalic, 'j') => 'ⅉ',
        _ => return None,
    })
}

/// Where the capital Latin letters of a font begin; the small ones follow.
fn latin(font: Font) -> Option<u32> {
    Some(match font {
        Font::Bold => 0x1D400,
        Font::Italic => 0x1D434,
        Font::BoldItalic | Font::BoldSymbol => 0x1D468,
        Font::Script => 0x1D49C,
        Font::BoldScript => 0x1D4D0,
        Font::Fraktur => 0x1D504,
        Font::DoubleStruck => 0x1D538,
        Font::BoldFraktur => 0x1D56C,
        Font::SansSerif => 0x1D5A0,
        Font::BoldSansSerif => 0x1D5D4,
        Font::SansSerifItalic => 0x1D608,
        Font::SansSerifBoldItalic => 0x1D63C,
        Font::Monospace => 0x1D670,
        Font::DoubleStruckItalic | Font::UpRight => return None,
    })
}

fn digits(font: Font) -> Option<u32> {
    Some(match font {
        Font::Bold | Font::BoldSymbol | Font::BoldItalic => 0x1D7CE,
        Font::DoubleStruck => 0x1D7D8,
        Font::SansSerif => 0x1D7E2,
        Font::BoldSansSerif => 0x1D7EC,
        Font::Monospace => 0x1D7F6,
        _ => return None,
    })
}

/// Where the capital Greek letters of a font begin; 26 places on, the small ones.
fn greek(font: Font, capital: bool) -> Option<u32> {
    Some(match font {
        Font::Bold => 0x1D6A8,
        Font::BoldSymbol if capital => 0x1D6A8,
        Font::Italic => 0x1D6E2,
        Font::BoldItalic | Font::BoldSymbol => 0x1D71C,
        Font::BoldSansSerif => 0x1D756,
        Font::SansSerifBoldItalic => 0x1D790,
        _ => return None,
    })
}
