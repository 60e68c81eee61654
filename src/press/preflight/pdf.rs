//! What a PDF is and holds, as far as presses ask.

use super::ink::{self, Ink};
use crate::press::profile::{Colour, Feature};
use hayro_interpret::InterpreterCache;
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Dict, Name, Object, Rect, Stream};
use hayro_syntax::page::{Page, Resources};
use hayro_syntax::{LoadPdfError, Pdf};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a file.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The pages in order.
    pub(super) pages: Vec<PageFacts>,
    /// What it holds beside its pages, with the pages where it does, counted from 1; none for what belongs to no page.
    pub(super) features: BTreeMap<Feature, BTreeSet<usize>>,
    /// The fonts that are not embedded, by name, with their pages.
    pub(super) loose_fonts: BTreeMap<String, BTreeSet<usize>>,
    /// The colour spaces that are used, with their pages.
    pub(super) colours: BTreeMap<Colour, BTreeSet<usize>>,
}

/// What is known of a page; lengths in pt.
#[derive(Debug)]
pub(super) struct PageFacts {
    /// The MediaBox (ISO 32000-1, 14.11.2).
    pub(super) media: Rect,
    /// The TrimBox; that of the page as a whole where there is none.
    pub(super) trim: Rect,
    /// Whether the file says where the page is trimmed.
    pub(super) has_trim: bool,
    /// What is printed on it.
    pub(super) ink: Ink,
}

/// Why a file could not be looked into.
pub(super) enum Unread {
    /// It wants a password.
    Encrypted,
    /// It is no PDF, or a damaged one.
    Invalid,
}

/// Resources of forms within forms are looked into so deep.
const DEEPEST_FORM: usize = 12;

/// So many pictures and forms of a page are looked at.
const MOST_OBJECTS: usize = 5000;

/// Reads a file.
pub(super) fn read(bytes: Vec<u8>) -> Result<Facts, Unread> {
    let encrypted = holds(&bytes, b"/Encrypt");
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Unread::Encrypted,
        LoadPdfError::Invalid => Unread::Invalid,
    })?;
    let mut facts = Facts::default();
    if encrypted {
        facts.features.entry(Feature::Encryption).or_default();
    }
    of_the_whole(&pdf, &mut facts);
    let cache = InterpreterCache::new();
    for (at, page) in pdf.pages().iter().enumerate() {
        let number = at + 1;
        let mut reader = PageReader {
            number,
            left: MOST_OBJECTS,
            facts: &mut facts,
        };
        reader.read(page);
        let media = page.media_box();
        let trim = page.raw().get::<Rect>(b"TrimBox");
        facts.pages.push(PageFacts {
            media,
            trim: trim.unwrap_or(media),
            has_trim: trim.is_some(),
            ink: ink::of_page(page, &cache),
        });
    }
    Ok(facts)
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

/// What belongs to no page: bookmarks, forms, actions at opening, attachments.
fn of_the_whole(pdf: &Pdf, facts: &mut Facts) {
    let Some(catalog) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) else {
        return;
    };
    let names = catalog.get::<Dict<'_>>(b"Names");
    let in_names = |key: &str| names.as_ref().is_some_and(|names| names.contains_key(key));
    let outlines = catalog.get::<Dict<'_>>(b"Outlines");
    let all = [
        (
            Feature::Bookmarks,
            outlines.is_some_and(|outlines| outlines.contains_key("First")),
        ),
        (Feature::Forms, catalog.contains_key("AcroForm")),
        (
            Feature::Actions,
            catalog.contains_key("AA") || in_names("JavaScript") || has_action(&catalog),
        ),
        (Feature::Attachments, in_names("EmbeddedFiles") || catalog.contains_key("AF")),
    ];
    for (feature, found) in all {
        if found {
            facts.features.entry(feature).or_default();
        }
    }
}

/// A file may name the page that it opens at; anything else that happens at opening is an action.
fn has_action(catalog: &Dict<'_>) -> bool {
    match catalog.get::<Object<'_>>(b"OpenAction") {
        Some(Object::Dict(action)) => action.get::<Name<'_>>(b"S").is_some_and(|kind| kind.as_ref() != b"GoTo"),
        _ => false,
    }
}

/// Notes what a page and the forms drawn on it use.
struct PageReader<'f> {
    number: usize,
    /// How many more pictures and forms are looked at: forms that hold one another would have no end.
    left: usize,
    facts: &'f mut Facts,
}

impl PageReader<'_> {
    fn read(&mut self, page: &Page<'_>) {
        if page
            .raw()
            .get::<Array<'_>>(b"Annots")
            .is_some_and(|list| list.raw_iter().next().is_some())
        {
            self.feature(Feature::Annotations);
        }
        if page.raw().contains_key("AA") {
            self.feature(Feature::Actions);
        }
        if is_transparent(page.raw()) {
            self.feature(Feature::Transparency);
        }
        let mut operations = page.typed_operations();
        while let Some(operation) = operations.next() {
            self.colour_of(&operation, page.resources());
        }
        self.resources(page.resources(), 0);
    }

    fn feature(&mut self, feature: Feature) {
        self.facts.features.entry(feature).or_default().insert(self.number);
    }

    fn colour(&mut self, colour: Colour) {
        self.facts.colours.entry(colour).or_default().insert(self.number);
    }

    fn colour_of(&mut self, operation: &TypedInstruction<'_, '_>, resources: &Resources<'_>) {
        match operation {
            TypedInstruction::StrokeColorDeviceGray(_) | TypedInstruction::NonStrokeColorDeviceGray(_) => {
                self.colour(Colour::Grey);
            }
            // Black, white and grey in three equal parts are still made of three colours, which presses count.
            TypedInstruction::StrokeColorDeviceRgb(_) | TypedInstruction::NonStrokeColorDeviceRgb(_) => self.colour(Colour::Rgb),
            TypedInstruction::StrokeColorCmyk(_) | TypedInstruction::NonStrokeColorCmyk(_) => self.colour(Colour::Cmyk),
            TypedInstruction::ColorSpaceStroke(space) => self.named_space(space.0, resources),
            TypedInstruction::ColorSpaceNonStroke(space) => self.named_space(space.0, resources),
            _ => {}
        }
    }

    fn named_space(&mut self, name: &Name<'_>, resources: &Resources<'_>) {
        let space = resources.get_color_space(name).unwrap_or_else(|| Object::Name(name.clone()));
        self.space(&space, 0);
    }

    /// A colour space (ISO 32000-1, 8.6).
    fn space(&mut self, space: &Object<'_>, depth: usize) {
        if depth > 4 {
            return;
        }
        match space {
            Object::Name(name) => match name.as_ref() {
                b"DeviceGray" | b"CalGray" | b"G" => self.colour(Colour::Grey),
                b"DeviceRGB" | b"CalRGB" | b"RGB" => self.colour(Colour::Rgb),
                b"DeviceCMYK" | b"CMYK" => self.colour(Colour::Cmyk),
                _ => {}
            },
            Object::Array(array) => {
                let mut items = array.iter::<Object<'_>>();
                let Some(Object::Name(kind)) = items.next() else { return };
                let second = items.next();
                match (kind.as_ref(), second) {
                    (b"ICCBased", Some(Object::Stream(profile))) => match profile.dict().get::<i32>(b"N") {
                        Some(1) => self.colour(Colour::Grey),
                        Some(4) => self.colour(Colour::Cmyk),
                        _ => self.colour(Colour::Rgb),
                    },
                    (b"CalRGB" | b"Lab", _) => self.colour(Colour::Rgb),
                    (b"CalGray", _) => self.colour(Colour::Grey),
                    (b"Separation" | b"DeviceN", _) => self.colour(Colour::Spot),
                    (b"Indexed" | b"Pattern", Some(base)) => self.space(&base, depth + 1),
                    _ => self.space(&Object::Name(kind), depth + 1),
                }
            }
            _ => {}
        }
    }

    /// Fonts, pictures and forms.
    fn resources(&mut self, resources: &Resources<'_>, depth: usize) {
        for (_, font) in entries(&resources.fonts) {
            self.font(&font);
        }
        for (_, state) in entries(&resources.ext_g_states) {
            if makes_transparent(&state) {
                self.feature(Feature::Transparency);
            }
        }
        let names: Vec<Name<'_>> = resources.x_objects.keys().collect();
        for name in names {
            if let Some(stream) = resources.x_objects.get::<Stream<'_>>(name.as_ref()) {
                self.x_object(&stream, resources, depth);
            }
        }
    }

    fn x_object(&mut self, stream: &Stream<'_>, parent: &Resources<'_>, depth: usize) {
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        let dict = stream.dict();
        match dict.get::<Name<'_>>(b"Subtype").as_ref().map(AsRef::as_ref) {
            Some(b"Image") => {
                if dict.contains_key("SMask") {
                    self.feature(Feature::Transparency);
                }
                if let Some(space) = dict.get::<Object<'_>>(b"ColorSpace") {
                    self.space(&space, 0);
                }
            }
            Some(b"Form") if depth < DEEPEST_FORM => {
                if is_transparent(dict) {
                    self.feature(Feature::Transparency);
                }
                let own = dict.get::<Dict<'_>>(b"Resources").unwrap_or_else(Dict::empty);
                let inner = Resources::from_parent(own, parent.clone());
                if let Ok(content) = stream.decoded() {
                    let mut operations = TypedIter::new(&content);
                    while let Some(operation) = operations.next() {
                        self.colour_of(&operation, &inner);
                    }
                }
                self.resources(&inner, depth + 1);
            }
            _ => {}
        }
    }

    /// Notes a font without a font file (ISO 32000-1, 9.9). Type 3 fonts are made of drawings, which are in the file.
    fn font(&mut self, font: &Dict<'_>) {
        let kind = font.get::<Name<'_>>(b"Subtype");
        if kind.is_some_and(|kind| kind.as_ref() == b"Type3") {
            return;
        }
        let descendant = font
            .get::<Array<'_>>(b"DescendantFonts")
            .and_then(|list| list.iter::<Dict<'_>>().next());
        let holder = descendant.as_ref().unwrap_or(font);
        let embedded = holder.get::<Dict<'_>>(b"FontDescriptor").is_some_and(|descriptor| {
            ["FontFile", "FontFile2", "FontFile3"]
                .iter()
                .any(|key| descriptor.contains_key(key))
        });
        if !embedded {
            let name = font.get::<Name<'_>>(b"BaseFont");
            let name = name.map_or_else(|| "a font without a name".to_owned(), |name| name.as_str().to_owned());
            self.facts.loose_fonts.entry(name).or_default().insert(self.number);
        }
    }
}

/// The dictionaries of a dictionary.
fn entries<'a>(dict: &Dict<'a>) -> Vec<(String, Dict<'a>)> {
    let keys: Vec<Name<'a>> = dict.keys().collect();
    keys.into_iter()
        .filter_map(|key| Some((key.as_str().to_owned(), dict.get::<Dict<'a>>(key.as_ref())?)))
        .collect()
}

fn is_transparent(dict: &Dict<'_>) -> bool {
    let group = dict.get::<Dict<'_>>(b"Group");
    group.is_some_and(|group| {
        group
            .get::<Name<'_>>(b"S")
            .is_some_and(|kind| kind.as_ref() == b"Transparency")
    })
}

/// Whether a state of graphics blends what is drawn with what is below it (ISO 32000-1, 11.6).
fn makes_transparent(state: &Dict<'_>) -> bool {
    let opaque = |key: &str| state.get::<f32>(key).is_none_or(|alpha| alpha >= 1.0);
    let normal = state
        .get::<Name<'_>>(b"BM")
        .is_none_or(|mode| [b"Normal".as_slice(), b"Compatible".as_slice()].contains(&mode.as_ref()));
    let masked = matches!(state.get::<Object<'_>>(b"SMask"), Some(Object::Dict(_)));
    !opaque("ca") || !opaque("CA") || !normal || masked
}
