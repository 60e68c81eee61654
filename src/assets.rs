//! Fonts, styles and pictures, each read once, with media type and size.

use crate::diag::{Diagnostics, codes};
use crate::document::walk::{self, Visitor};
use crate::document::{Block, BlockKind, Document, FigureContent, Image, Inline, InlineKind};
use crate::manuscript::{Folder, Settings};
use crate::source::{FileId, Sources, Span};
use crate::theme::{Families, Theme};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A picture among [`Assets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AssetId(pub(crate) usize);

/// What a book is made of besides its text.
#[derive(Debug, Clone, Default)]
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
    /// The OpenType file.
    pub data: FontData,
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
    ($($family:literal $weight:literal $italic:literal $role:ident $file:literal;)*) => {
        vec![$(Font {
            family: $family.to_owned(),
            weight: $weight,
            italic: $italic,
            role: FontRole::$role,
            name: $file.to_owned(),
            data: FontData::Static(include_bytes!(concat!("../fonts/", $file))),
        }),*]
    };
}

/// The fonts in the binary: SIL Open Font License 1.1, unmodified, their licences beside them in `fonts/`.
pub fn built_in_fonts() -> Vec<Font> {
    fonts! {
        "Source Serif 4" 400 false Text "SourceSerif4-Regular.otf";
        "Source Serif 4" 400 true Text "SourceSerif4-It.otf";
        "Source Serif 4" 700 false Text "SourceSerif4-Bold.otf";
        "Source Serif 4" 700 true Text "SourceSerif4-BoldIt.otf";
        "Source Sans 3" 400 false Sans "SourceSans3-Regular.otf";
        "Source Sans 3" 400 true Sans "SourceSans3-It.otf";
        "Source Sans 3" 600 false Sans "SourceSans3-Semibold.otf";
        "Source Code Pro" 400 false Mono "SourceCodePro-Regular.otf";
        "Source Code Pro" 400 true Mono "SourceCodePro-It.otf";
        "Source Code Pro" 600 false Mono "SourceCodePro-Semibold.otf";
        "STIX Two Math" 400 false Math "STIXTwoMath-Regular.otf";
    }
}

/// Reads the theme: the built-in one, and above it the book's own `styles/theme.toml`.
pub fn read_theme(folder: &Folder, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Theme {
    let mut theme = Theme::built_in();
    if folder.has("styles/theme.toml")
        && let Some(file) = folder.read_text("styles/theme.toml", sources, diagnostics)
    {
        theme.read(sources, file, diagnostics);
    }
    theme
}

/// The fonts: the book's own `fonts/*.otf` and `*.ttf` first, then those in the binary.
///
/// A family that the theme names and no file has is an error: every character would come out in another face.
pub fn read_fonts(folder: &Folder, theme: &Theme, diagnostics: &mut Diagnostics) -> Vec<Font> {
    let mut fonts = Vec::new();
    let built_in = built_in_fonts();
    for path in folder.files_in("fonts", &[".otf", ".ttf"]) {
        if built_in.iter().any(|font| path.strip_prefix("fonts/") == Some(&font.name)) {
            continue;
        }
        let shown = folder.shown_path(&path);
        match folder.read_bytes(&path) {
            Err(fault) => fault.report(&shown, None, diagnostics),
            Ok(bytes) => match read_font(&path, bytes, &theme.families) {
                Some(font) => fonts.push(font),
                None => {
                    diagnostics
                        .report(
                            &codes::BAD_FONT,
                            None,
                            format!("`{shown}` is not an OpenType or TrueType font"),
                        )
                        .hint("convert it, or remove it from `fonts/`");
                }
            },
        }
    }
    fonts.extend(built_in);
    let families = [
        &theme.families.text,
        &theme.families.sans,
        &theme.families.mono,
        &theme.families.math,
    ];
    for family in families {
        if !fonts.iter().any(|font| font.family == *family) {
            let known: std::collections::BTreeSet<&str> = fonts.iter().map(|font| font.family.as_str()).collect();
            diagnostics
                .report(
                    &codes::BAD_FONT,
                    None,
                    format!("the theme names the family `{family}`, and no font has it"),
                )
                .hint(format!(
                    "the families are {}",
                    known.into_iter().collect::<Vec<_>>().join(", ")
                ));
        }
    }
    fonts
}

/// What a font says of itself (OpenType 1.9, tables `name` and `OS/2`).
fn read_font(path: &str, bytes: Vec<u8>, families: &Families) -> Option<Font> {
    let face = ttf_parser::Face::parse(&bytes, 0).ok()?;
    let name = |id: u16| {
        face.names()
            .into_iter()
            .filter(|name| name.name_id == id)
            .find_map(|name| name.to_string())
    };
    let family = name(ttf_parser::name_id::TYPOGRAPHIC_FAMILY).or_else(|| name(ttf_parser::name_id::FAMILY))?;
    let role = match &family {
        family if *family == families.mono => FontRole::Mono,
        family if *family == families.sans => FontRole::Sans,
        family if *family == families.math => FontRole::Math,
        _ => FontRole::Text,
    };
    Some(Font {
        weight: face.weight().to_number(),
        italic: face.is_italic(),
        role,
        name: path.rsplit('/').next().unwrap_or(path).to_owned(),
        family,
        data: FontData::Owned(Arc::new(bytes)),
    })
}

/// Reads the pictures that a document shows and the cover, and gives every image its [`AssetId`].
///
/// A picture that cannot be had is reported, and its description stands in its place.
pub fn read_pictures(
    document: &mut Document,
    folder: &Folder,
    settings: &Settings,
    fonts: &[Font],
    family: &str,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Assets {
    let paths: BTreeMap<FileId, String> = document
        .chapters()
        .map(|chapter| (chapter.file, chapter.path.clone()))
        .collect();
    let mut reader = PictureReader {
        folder,
        fonts,
        family,
        paths,
        known: BTreeMap::new(),
        assets: Assets::default(),
        database: None,
        diagnostics,
    };
    walk::walk(document, &mut reader);
    if let Some(cover) = &settings.cover {
        let file = sources.iter().find(|(_, source)| source.path().ends_with("book.toml"));
        let span = file.map(|(id, source)| {
            let at = source.text().find(cover.as_str()).unwrap_or(0);
            Span::new(id, at..at + cover.len())
        });
        reader.assets.cover = reader.read_cover(cover, span);
    }
    reader.assets
}

/// A style file of the book's own. A copy of the built-in one says nothing new.
fn read_style(folder: &Folder, path: &str, built_in: &str, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<String> {
    if !folder.has(path) {
        return None;
    }
    let file = folder.read_text(path, sources, diagnostics)?;
    let text = sources.get(file).text();
    (text != built_in).then(|| text.to_owned())
}

/// Reads the book's own `styles/epub.css` and `styles/book.typ`, if there are any.
pub fn read_styles(assets: &mut Assets, folder: &Folder, sources: &mut Sources, diagnostics: &mut Diagnostics) {
    assets.css = read_style(
        folder,
        "styles/epub.css",
        include_str!("../styles/epub.css"),
        sources,
        diagnostics,
    );
    assets.typst = read_style(
        folder,
        "styles/book.typ",
        include_str!("../styles/book.typ"),
        sources,
        diagnostics,
    );
}

struct PictureReader<'a> {
    folder: &'a Folder,
    fonts: &'a [Font],
    /// The family of text in pictures that name none.
    family: &'a str,
    /// The path of each chapter's file, to which its pictures' paths are relative.
    paths: BTreeMap<FileId, String>,
    known: BTreeMap<String, Option<AssetId>>,
    assets: Assets,
    /// The fonts for text in pictures, read when the first SVG comes.
    database: Option<Arc<resvg::usvg::fontdb::Database>>,
    diagnostics: &'a mut Diagnostics,
}

impl Visitor for PictureReader<'_> {
    fn block(&mut self, block: &mut Block) {
        if let BlockKind::Figure(figure) = &mut block.kind
            && let FigureContent::Image(image) = &mut figure.content
        {
            self.settle(image, block.span);
        }
    }

    fn inline(&mut self, inline: &mut Inline) {
        if let InlineKind::Image(image) = &mut inline.kind {
            self.settle(image, inline.span);
        }
    }
}

impl PictureReader<'_> {
    fn settle(&mut self, image: &mut Image, span: Span) {
        if image.alt.trim().is_empty() {
            self.diagnostics
                .report(
                    &codes::FIGURE_WITHOUT_ALT,
                    span,
                    "this picture says nothing to a reader who cannot see it",
                )
                .hint("write what it shows between the brackets: `![what it shows](...)`");
        }
        let source = image.source.as_str();
        if source.contains("://") || source.starts_with("//") || source.starts_with("data:") {
            self.diagnostics
                .report(
                    &codes::REMOTE_IMAGE,
                    span,
                    format!("`{}` is not a file of the manuscript", shorten(source)),
                )
                .hint("save the picture in the manuscript, for instance under `images/`");
            return;
        }
        let chapter = self.paths.get(&span.file).map_or("", String::as_str);
        let folder = chapter.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = normal_path(folder, source);
        image.asset = self.read(&path, source, Some(span));
    }

    /// The picture at a path inside the manuscript; `typed` is how the author wrote it.
    fn read(&mut self, path: &str, typed: &str, span: Option<Span>) -> Option<AssetId> {
        if let Some(known) = self.known.get(path) {
            return *known;
        }
        let found = self.load(path, typed, span).map(|picture| {
            self.assets.pictures.push(picture);
            AssetId(self.assets.pictures.len() - 1)
        });
        self.known.insert(path.to_owned(), found);
        found
    }

    /// The cover. Shops take PNG and JPEG; an SVG can be drawn for them, but nothing here makes one of GIF and WebP.
    fn read_cover(&mut self, path: &str, span: Option<Span>) -> Option<AssetId> {
        let asset = self.read(path, path, span)?;
        let format = self.assets.pictures.get(asset.0)?.format;
        if matches!(format, PictureFormat::Gif | PictureFormat::Webp) {
            let name = if format == PictureFormat::Gif { "GIF" } else { "WebP" };
            self.diagnostics
                .report(
                    &codes::BAD_VALUE,
                    span,
                    format!("`{path}` is a {name} picture, which shops do not take as a cover"),
                )
                .hint("save it as PNG or JPEG");
            return None;
        }
        Some(asset)
    }

    fn load(&mut self, path: &str, typed: &str, span: Option<Span>) -> Option<Picture> {
        let bytes = match self.folder.read_bytes(path) {
            Ok(bytes) => bytes,
            Err(fault) if fault.code == &codes::UNREADABLE => {
                self.report_missing(path, typed, span);
                return None;
            }
            Err(fault) => {
                fault.report(typed, span, self.diagnostics);
                return None;
            }
        };
        let picture = self.decode(path, bytes);
        if picture.is_none() {
            self.diagnostics
                .report(
                    &codes::UNKNOWN_IMAGE,
                    span,
                    format!("`{typed}` is not a picture that can be read"),
                )
                .hint("a picture is a whole PNG, JPEG, GIF, WebP or SVG file with at most 100 million pixels");
        }
        picture
    }

    fn report_missing(&mut self, path: &str, typed: &str, span: Option<Span>) {
        let folder = path.rsplit_once('/').map_or("images", |(folder, _)| folder);
        let there = self
            .folder
            .files_in(folder, &[".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"]);
        let diagnostic = self
            .diagnostics
            .report(&codes::MISSING_IMAGE, span, format!("there is no picture `{typed}`"));
        if let Some(near) = crate::diag::nearest(path, there.iter().map(String::as_str)) {
            diagnostic.hint(format!("did you mean `{near}`?"));
        }
    }

    fn decode(&mut self, path: &str, bytes: Vec<u8>) -> Option<Picture> {
        let picture = |format, width, height, bytes| Picture {
            path: path.to_owned(),
            format,
            width,
            height,
            bytes: Arc::new(bytes),
        };
        let format = match imagesize::image_type(&bytes) {
            Ok(imagesize::ImageType::Png) => PictureFormat::Png,
            Ok(imagesize::ImageType::Jpeg) => PictureFormat::Jpeg,
            Ok(imagesize::ImageType::Gif) => PictureFormat::Gif,
            Ok(imagesize::ImageType::Webp) => PictureFormat::Webp,
            _ => {
                let (bytes, width, height) = self.settle_svg(&bytes)?;
                return Some(picture(PictureFormat::Svg, width, height, bytes));
            }
        };
        let size = imagesize::blob_size(&bytes).ok()?;
        let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
        let pixels = u64::from(width) * u64::from(height);
        ((1..=MOST_PIXELS).contains(&pixels) && is_whole(format, &bytes)).then(|| picture(format, width, height, bytes))
    }

    /// An SVG with nothing left to run, to load or to look up: usvg resolves styles, drops scripts, and sets text in the
    /// embedded fonts as outlines, so that it looks the same in every output and cannot reach out of the book.
    fn settle_svg(&mut self, bytes: &[u8]) -> Option<(Vec<u8>, u32, u32)> {
        use resvg::usvg;
        let database = self
            .database
            .get_or_insert_with(|| Arc::new(font_database(self.fonts)))
            .clone();
        let options = usvg::Options {
            fontdb: database,
            font_family: self.family.to_owned(),
            image_href_resolver: usvg::ImageHrefResolver {
                resolve_string: Box::new(|_, _| None),
                ..usvg::ImageHrefResolver::default()
            },
            ..usvg::Options::default()
        };
        let tree = usvg::Tree::from_data(bytes, &options).ok()?;
        let size = tree.size().to_int_size();
        let text = without_idle_ids(&tree.to_string(&usvg::WriteOptions::default()));
        // Kindle asks for it, and a picture that is shown smaller has to be scaled and not cut.
        let (width, height) = (tree.size().width(), tree.size().height());
        let text = text.replacen("<svg ", &format!("<svg viewBox=\"0 0 {width} {height}\" "), 1);
        Some((text.into_bytes(), size.width(), size.height()))
    }
}

/// An SVG without the ids that nothing in it refers to: they may be doubled, or no XML names.
fn without_idle_ids(svg: &str) -> String {
    let mut text = String::with_capacity(svg.len());
    let mut rest = svg;
    while let Some((before, after)) = rest.split_once(" id=\"") {
        let (id, behind) = after.split_once('"').unwrap_or((after, ""));
        text.push_str(before);
        if svg.contains(&format!("#{id})")) || svg.contains(&format!("\"#{id}\"")) {
            text.push_str(&format!(" id=\"{id}\""));
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// How many pixels a picture may have. A page of 12 by 18 in has 20 million of them at 300 an inch, and readers refuse more.
const MOST_PIXELS: u64 = 100_000_000;

/// Whether the file of a picture is there to its end. Readers show nothing of a broken one, and validators do not look.
fn is_whole(format: PictureFormat, bytes: &[u8]) -> bool {
    match format {
        PictureFormat::Png => decode_png(bytes).is_some(),
        // A JPEG ends with the marker EOI (ITU-T T.81, B.1.1.3); some programs write padding behind it.
        PictureFormat::Jpeg => bytes.windows(2).rev().take(4096).any(|pair| pair == [0xFF, 0xD9]),
        // A GIF ends with its trailer (GIF89a, section 27).
        PictureFormat::Gif => bytes.last() == Some(&0x3B),
        // The header of a RIFF file tells its length.
        PictureFormat::Webp => {
            let length = bytes
                .get(4..8)
                .and_then(|length| length.try_into().ok())
                .map(u32::from_le_bytes);
            length.is_some_and(|length| bytes.len() >= length as usize + 8)
        }
        PictureFormat::Svg => true,
    }
}

/// Reads a PNG to its end; its pixels are not kept.
fn decode_png(bytes: &[u8]) -> Option<()> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().ok()?;
    while reader.next_row().ok()?.is_some() {}
    reader.finish().ok()
}

/// The fonts as usvg wants them.
pub fn font_database(fonts: &[Font]) -> resvg::usvg::fontdb::Database {
    let mut database = resvg::usvg::fontdb::Database::new();
    for font in fonts {
        let data: Arc<dyn AsRef<[u8]> + Send + Sync> = match &font.data {
            FontData::Static(bytes) => Arc::new(*bytes),
            FontData::Owned(bytes) => Arc::new(SharedBytes(bytes.clone())),
        };
        database.load_font_source(resvg::usvg::fontdb::Source::Binary(data));
    }
    database
}

/// Bytes that are shared without being copied.
struct SharedBytes(Arc<Vec<u8>>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A path from a folder without `.` and `..`; `..` above the manuscript stays, and is refused when it is read. One that begins
/// with `/` counts from the manuscript's folder, as GitHub and sites have it.
fn normal_path(folder: &str, path: &str) -> String {
    let folder = if path.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let mut outside = 0;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => outside += 1,
            ".." => {}
            name => parts.push(name),
        }
    }
    let above = "../".repeat(outside);
    format!("{above}{}", parts.join("/"))
}

/// A text cut to what fits a message.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
