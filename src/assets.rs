//! Fonts, styles and pictures, each read once, with media type and size.

use std::sync::Arc;

/// A picture among [`Assets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AssetId(pub(crate) usize);

/// What a book is made of besides its text.
#[derive(Debug, Default)]
pub struct Assets {
    /// The pictures in order of first use; an [`AssetId`] is a place here.
    pub pictures: Vec<Picture>,
    /// The cover picture, when book.toml names one; also among `pictures`.
    pub cover: Option<AssetId>,
    /// The embedded fonts, the book's own first.
    pub fonts: Vec<Font>,
    /// `styles/epub.css` of the book, added after the built-in style sheet.
    pub css: Option<String>,
    /// `styles/book.typ` of the book, evaluated after the built-in template. It is the publisher's, not manuscript text.
    pub typst: Option<String>,
}

impl Assets {
    /// The picture with this id.
    pub fn picture(&self, id: AssetId) -> &Picture {
        &self.pictures[id.0]
    }
}

/// A picture's file.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The path in the manuscript, with `/`: `images/x.svg`.
    pub path: String,
    /// What kind of file it is.
    pub format: PictureFormat,
    /// The width in px.
    pub width: u32,
    /// The height in px.
    pub height: u32,
    /// The file's bytes.
    pub bytes: Arc<Vec<u8>>,
}

/// The kinds of picture that EPUB readers and Typst both show (EPUB 3.3, section 3.2, core media types).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    /// `image/png`
    Png,
    /// `image/jpeg`
    Jpeg,
    /// `image/gif`
    Gif,
    /// `image/webp`
    Webp,
    /// `image/svg+xml`
    Svg,
}

impl PictureFormat {
    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Svg => "image/svg+xml",
        }
    }

    /// The usual ending of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Svg => "svg",
        }
    }
}

/// A font's files.
#[derive(Debug, Clone)]
pub struct Font {
    /// The family's name as styles use it: `Source Serif 4`.
    pub family: String,
    /// The weight, 100 to 900.
    pub weight: u16,
    /// Whether it is italic.
    pub italic: bool,
    /// What it is for.
    pub role: FontRole,
    /// The OpenType file's name: `SourceSerif4-Regular.otf`.
    pub name: String,
    /// The OpenType file, for measuring and for the PDF.
    pub data: FontData,
    /// The same font compressed for the web, for the EPUB, if there is one; else the EPUB carries `data`.
    pub woff2: Option<FontData>,
}

/// A font's bytes: built in, or the book's own.
#[derive(Debug, Clone)]
pub enum FontData {
    /// In the binary.
    Static(&'static [u8]),
    /// From the book's `fonts/`.
    Owned(Arc<Vec<u8>>),
}

impl FontData {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Static(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }
}

/// What a font is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FontRole {
    /// Running text.
    Text,
    /// Headings, tables, captions, figures.
    Sans,
    /// Code.
    Mono,
    /// Formulas, and symbols that the others lack.
    Math,
}

/// Declares the fonts in the binary.
macro_rules! fonts {
    ($($family:literal $weight:literal $italic:literal $role:ident $file:literal $($woff:literal)?;)*) => {
        vec![$(Font {
            family: $family.to_owned(),
            weight: $weight,
            italic: $italic,
            role: FontRole::$role,
            name: $file.to_owned(),
            data: FontData::Static(include_bytes!(concat!("../fonts/", $file))),
            woff2: None$(.or(Some(FontData::Static(include_bytes!(concat!("../fonts/", $woff))))))?,
        }),*]
    };
}

/// The fonts in the binary: SIL Open Font License 1.1, unmodified, their licences beside them in `fonts/`.
pub fn built_in_fonts() -> Vec<Font> {
    fonts! {
        "Source Serif 4" 400 false Text "SourceSerif4-Regular.otf" "SourceSerif4-Regular.otf.woff2";
        "Source Serif 4" 400 true Text "SourceSerif4-It.otf" "SourceSerif4-It.otf.woff2";
        "Source Serif 4" 700 false Text "SourceSerif4-Bold.otf" "SourceSerif4-Bold.otf.woff2";
        "Source Serif 4" 700 true Text "SourceSerif4-BoldIt.otf" "SourceSerif4-BoldIt.otf.woff2";
        "Source Sans 3" 400 false Sans "SourceSans3-Regular.otf" "SourceSans3-Regular.otf.woff2";
        "Source Sans 3" 400 true Sans "SourceSans3-It.otf" "SourceSans3-It.otf.woff2";
        "Source Sans 3" 600 false Sans "SourceSans3-Semibold.otf" "SourceSans3-Semibold.otf.woff2";
        "Source Code Pro" 400 false Mono "SourceCodePro-Regular.otf" "SourceCodePro-Regular.otf.woff2";
        "Source Code Pro" 400 true Mono "SourceCodePro-It.otf" "SourceCodePro-It.otf.woff2";
        "Source Code Pro" 600 false Mono "SourceCodePro-Semibold.otf" "SourceCodePro-Semibold.otf.woff2";
        "STIX Math" 400 false Math "STIXMath-Regular.otf";
    }
}
