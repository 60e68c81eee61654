//! Which faces the book's text is set in, so that no other is embedded; and the style sheet.

use super::escape::Names;
use super::subset::subset;
use crate::assets::{Font, FontData, FontRole};
use crate::edition::Edition;
use crate::listings::Class;
use crate::theme::Pair;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The style sheet as it is before the theme's values are filled in.
pub(super) const STYLES: &str = include_str!("../../../styles/epub.css");

/// How a run of text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    /// In which family.
    pub(super) role: FontRole,
    /// Whether it is bold.
    pub(super) bold: bool,
    /// Whether it is italic.
    pub(super) italic: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self::plain(FontRole::Text)
    }
}

impl Style {
    fn plain(role: FontRole) -> Self {
        Self {
            role,
            bold: false,
            italic: false,
        }
    }

    /// Code.
    pub(super) fn mono() -> Self {
        Self::plain(FontRole::Mono)
    }

    /// Labels.
    pub(super) fn sans() -> Self {
        Self::plain(FontRole::Sans)
    }
}

/// Whether the style sheet sets a class of token in italics.
pub(super) fn is_italic(class: Class) -> bool {
    class == Class::Comment
}

/// Whether the style sheet sets a class of token in bold.
pub(super) fn is_bold(class: Class) -> bool {
    class == Class::Keyword
}

/// A set of faces.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Faces(u16);

impl Faces {
    /// Adds a face.
    pub(super) fn mark(&mut self, style: Style) {
        self.0 |= 1 << index(style.role, style.bold, style.italic);
    }

    /// Adds the faces that drawings use.
    pub(super) fn mark_drawing(&mut self) {
        for bold in [false, true] {
            self.mark(Style { bold, ..Style::sans() });
        }
        self.mark(Style::mono());
    }

    fn has(self, role: FontRole, bold: bool, italic: bool) -> bool {
        self.0 & (1 << index(role, bold, italic)) != 0
    }
}

fn index(role: FontRole, bold: bool, italic: bool) -> u8 {
    let role = match role {
        FontRole::Text => 0,
        FontRole::Sans => 1,
        FontRole::Mono => 2,
        FontRole::Math => 3,
    };
    role * 4 + u8::from(bold) * 2 + u8::from(italic)
}

/// A font file in the archive.
#[derive(Debug)]
pub(super) struct EmbeddedFont<'a> {
    /// Its name in the archive's `OEBPS/`.
    pub(super) file: String,
    /// Its media type (EPUB 3.3, section 3.2).
    pub(super) media_type: &'static str,
    /// Its bytes.
    pub(super) bytes: Cow<'a, [u8]>,
    font: &'a Font,
}

/// The fonts of the faces that are used, with the characters that are shown, and of the book's further fonts those that
/// have what the others lack. The first font of a family and face wins, so a book's own comes before ours.
pub(super) fn embedded<'a>(edition: &'a Edition, faces: Faces, characters: &BTreeSet<char>) -> Vec<EmbeddedFont<'a>> {
    let families = &edition.theme.families;
    let mut names = Names::default();
    let mut seen = Vec::new();
    let mut fonts = Vec::new();
    let mut lacking: BTreeSet<char> = characters.iter().copied().filter(|c| !c.is_control()).collect();
    for font in &edition.assets.fonts {
        let face = (font.family.as_str(), font.weight, font.italic);
        let used = [
            (FontRole::Text, &families.text),
            (FontRole::Sans, &families.sans),
            (FontRole::Mono, &families.mono),
        ]
        .into_iter()
        .any(|(role, family)| *family == font.family && faces.has(role, font.weight >= 600, font.italic));
        if !used || seen.contains(&face) {
            continue;
        }
        seen.push(face);
        let shown = covered(font, &lacking);
        lacking.retain(|character| !shown.contains(character));
        fonts.push(embed(font, characters, &mut names));
    }
    for family in further_families(edition) {
        let faces = || edition.assets.fonts.iter().filter(|font| font.family == family);
        let shown: BTreeSet<char> = faces().flat_map(|font| covered(font, &lacking)).collect();
        if !shown.is_empty() {
            lacking.retain(|character| !shown.contains(character));
            fonts.extend(faces().map(|font| embed(font, &shown, &mut names)));
        }
    }
    fonts
}

/// The families in the book's `fonts/` that the theme does not name: they serve for what its families lack, as in print.
fn further_families(edition: &Edition) -> Vec<&str> {
    let families = &edition.theme.families;
    let named = [&families.text, &families.sans, &families.mono, &families.math];
    let mut further: Vec<&str> = Vec::new();
    for font in &edition.assets.fonts {
        let own = matches!(font.data, FontData::Owned(_)) && !named.contains(&&font.family);
        if own && !further.contains(&font.family.as_str()) {
            further.push(&font.family);
        }
    }
    further
}

/// Those of the characters that a font has.
fn covered(font: &Font, characters: &BTreeSet<char>) -> BTreeSet<char> {
    let Ok(face) = ttf_parser::Face::parse(font.data.bytes(), 0) else {
        return BTreeSet::new();
    };
    let has = |character: &char| face.glyph_index(*character).is_some();
    characters.iter().copied().filter(has).collect()
}

fn embed<'a>(font: &'a Font, characters: &BTreeSet<char>, names: &mut Names) -> EmbeddedFont<'a> {
    let whole = font.data.bytes();
    let bytes = match subset(whole, characters, &name(whole, characters)) {
        Some(bytes) => Cow::Owned(bytes),
        None => Cow::Borrowed(whole),
    };
    let (media_type, extension) = if bytes.starts_with(b"OTTO") {
        ("font/otf", "otf")
    } else {
        ("font/ttf", "ttf")
    };
    let stem = font.name.rsplit_once('.').map_or(font.name.as_str(), |(stem, _)| stem);
    EmbeddedFont {
        file: format!("fonts/{}", names.take(stem, "font", extension)),
        media_type,
        bytes,
        font,
    }
}

/// What a subset is called: another name for every font and every set of characters.
fn name(font: &[u8], characters: &BTreeSet<char>) -> String {
    let mut hash = Sha256::new();
    hash.update(font);
    for character in characters {
        hash.update(u32::from(*character).to_be_bytes());
    }
    let digits: String = hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("Excerpt {digits}")
}

/// The characters of a text with markup: those in it, those that references stand for, and both cases of each letter,
/// since a style sheet may set capitals.
pub(super) fn collect(text: &str, characters: &mut BTreeSet<char>) {
    let mut add = |character: char| {
        if characters.insert(character) {
            characters.extend(character.to_uppercase().chain(character.to_lowercase()));
        }
    };
    text.chars().for_each(&mut add);
    for reference in text.split("&#").skip(1) {
        let digits = reference.split(';').next().unwrap_or_default();
        let number = match digits.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => digits.parse().ok(),
        };
        number.and_then(char::from_u32).into_iter().for_each(&mut add);
    }
}

/// What a reading system may add to any text: a hyphen at a line's end, spaces, an ellipsis, quotation marks.
pub(super) const ADDED: &str = "-\u{2010}\u{2011}\u{a0}\u{ad}\u{2009}\u{202f}…‘’“”";

/// The style sheet: faces, ours with the theme's values, the book's own.
pub(super) fn style_sheet(edition: &Edition, fonts: &[EmbeddedFont<'_>]) -> String {
    let mut css = String::with_capacity(16 * 1024);
    for embedded in fonts {
        let font = embedded.font;
        css.push_str(&format!(
            "@font-face {{ font-family: \"{}\"; font-weight: {}; font-style: {}; src: url({}); }}\n",
            css_string(&font.family),
            // Readers that know only two weights take a semibold for the bold.
            if font.weight >= 600 { "bold" } else { "normal" },
            if font.italic { "italic" } else { "normal" },
            embedded.file
        ));
    }
    css.push_str(&fill(STYLES, edition, fonts));
    push_token_rules(&mut css, edition, |pair| pair.light);
    css.push_str("@media (prefers-color-scheme: dark) {\n");
    push_token_rules(&mut css, edition, |pair| pair.dark);
    css.push_str("}\n");
    if let Some(own) = &edition.assets.css {
        css.push_str(own);
    }
    css
}

fn push_token_rules(css: &mut String, edition: &Edition, colour: impl Fn(Pair) -> crate::theme::Colour) {
    for (class, pair) in &edition.theme.colours.tokens {
        css.push_str(&format!(".hl-{} {{ color: {}; }}\n", class.name(), colour(*pair).hex()));
    }
}

/// Puts the theme's values in the places that the template names: `@accent-dark@`.
fn fill(template: &str, edition: &Edition, fonts: &[EmbeddedFont<'_>]) -> String {
    let theme = &edition.theme;
    let colours = &theme.colours;
    let mut further = further_families(edition);
    further.retain(|family| fonts.iter().any(|embedded| embedded.font.family == *family));
    // Each stands within quotes.
    let families = |first: &str| {
        let families = std::iter::once(first).chain(further.iter().copied());
        families.map(css_string).collect::<Vec<_>>().join("\", \"")
    };
    let mut values: Vec<(String, String)> = vec![
        ("text-family".to_owned(), families(&theme.families.text)),
        ("sans-family".to_owned(), families(&theme.families.sans)),
        ("mono-family".to_owned(), families(&theme.families.mono)),
    ];
    for (name, pair) in [
        ("text", colours.text),
        ("page", colours.page),
        ("accent", colours.accent),
        ("link", colours.link),
        ("muted", colours.muted),
        ("rule", colours.rule),
        ("code", colours.code),
        ("highlighted", colours.highlighted),
    ] {
        values.push((name.to_owned(), pair.light.hex()));
        values.push((format!("{name}-dark"), pair.dark.hex()));
    }
    for (name, size) in [
        ("code-size", theme.sizes.code),
        ("table-size", theme.sizes.table),
        ("caption-size", theme.sizes.caption),
        ("note-size", theme.sizes.note),
        ("chapter-size", theme.sizes.chapter),
        ("section-size", theme.sizes.section),
        ("subsection-size", theme.sizes.subsection),
        ("leading", theme.sizes.leading),
    ] {
        values.push((name.to_owned(), format!("{:.3}", size / theme.sizes.text)));
    }
    let mut out = String::with_capacity(template.len() + 1024);
    let mut parts = template.split('@');
    out.push_str(parts.next().unwrap_or_default());
    let mut after_value = false;
    for part in parts {
        match values.iter().find(|(name, _)| !after_value && name == part) {
            Some((_, value)) => {
                out.push_str(value);
                after_value = true;
            }
            None => {
                if !after_value {
                    out.push('@');
                }
                out.push_str(part);
                after_value = false;
            }
        }
    }
    out
}

/// A family's name inside of quotes.
fn css_string(text: &str) -> String {
    text.chars()
        .filter(|character| !matches!(character, '"' | '\\' | '\n' | '\r'))
        .collect()
}
