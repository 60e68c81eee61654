//! A finished PDF in the inks of a press: black alone, or cyan, magenta, yellow and black.
//!
//! Typst writes what a screen shows, colours of red, green and blue. Gets such a PDF and gives the same pages with colours
//! of [`Inks`]; letters, lines, boxes and everything else stay as they are. What it cannot turn, such as a gradient made by
//! a program or a picture of 16 bits, stays as it was, and [`preflight`](super::preflight) finds it there.
//!
//! - [`Separation`] turns one colour.
//! - [`pictures`] turns pixels.

mod pictures;

use crate::Error;
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::{BTreeMap, BTreeSet};

/// The inks that a press prints with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inks {
    /// Black and its tints.
    Grey,
    /// Cyan, magenta, yellow and black.
    Cmyk,
}

/// The most ink that lies on one place, as the sum of four shares. Presses ask for 2.4 to 3; with more, paper does not dry.
const MOST_INK: f32 = 2.4;

/// How colours become inks.
///
/// Without a profile of paper and press, which only the printer has, colours are made by the plain rule of ISO 32000-1,
/// 10.3.4 with all of the black that three colours have in common printed as black, so that grey text needs one plate alone.
/// A colour that must be exact is named in `mixed`.
#[derive(Debug, Clone, PartialEq)]
pub struct Separation {
    /// With which inks.
    pub inks: Inks,
    /// What is printed as solid black whatever it is on a screen: the colour of text, which would else be a raster of dots.
    pub black: Option<[u8; 3]>,
    /// Colours that are mixed as they are told: red, green and blue to shares of cyan, magenta, yellow and black, 0 to 1.
    pub mixed: BTreeMap<[u8; 3], [f32; 4]>,
}

impl Separation {
    /// A separation that follows the plain rule for every colour.
    pub fn new(inks: Inks) -> Self {
        Self {
            inks,
            black: None,
            mixed: BTreeMap::new(),
        }
    }

    /// The shares of ink of a colour of red, green and blue, 0 to 1: one share of white for grey as `DeviceGray` counts it,
    /// four shares of ink for CMYK.
    fn shares(&self, rgb: [f32; 3]) -> Vec<f32> {
        let bytes = rgb.map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8);
        let black = self.black == Some(bytes);
        match self.inks {
            Inks::Grey if black => vec![0.0],
            Inks::Grey => match self.mixed.get(&bytes) {
                Some([cyan, magenta, yellow, black]) => {
                    // ISO 32000-1, 10.3.3.
                    vec![1.0 - (0.3 * cyan + 0.59 * magenta + 0.11 * yellow + black).min(1.0)]
                }
                None => vec![rounded(grey(rgb))],
            },
            Inks::Cmyk if black => vec![0.0, 0.0, 0.0, 1.0],
            Inks::Cmyk => match self.mixed.get(&bytes) {
                Some(mixed) => mixed.to_vec(),
                None => cmyk(rgb).map(rounded).to_vec(),
            },
        }
    }

    /// The operator that sets a colour in these inks (ISO 32000-1, table 74).
    fn operator(&self, stroke: bool) -> &'static str {
        match (self.inks, stroke) {
            (Inks::Grey, false) => "g",
            (Inks::Grey, true) => "G",
            (Inks::Cmyk, false) => "k",
            (Inks::Cmyk, true) => "K",
        }
    }

    fn space(&self) -> &'static str {
        match self.inks {
            Inks::Grey => "DeviceGray",
            Inks::Cmyk => "DeviceCMYK",
        }
    }
}

/// The grey that is as light as a colour: its luminance (IEC 61966-2-1), on the scale of sRGB.
fn grey(rgb: [f32; 3]) -> f32 {
    let [red, green, blue] = rgb.map(linear);
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    if luminance <= 0.003_130_8 {
        luminance * 12.92
    } else {
        1.055 * luminance.powf(1.0 / 2.4) - 0.055
    }
}

fn linear(part: f32) -> f32 {
    if part <= 0.040_45 {
        part / 12.92
    } else {
        ((part + 0.055) / 1.055).powf(2.4)
    }
}

/// Cyan, magenta, yellow and black of a colour, with no more ink than dries.
fn cmyk(rgb: [f32; 3]) -> [f32; 4] {
    let [red, green, blue] = rgb.map(|part| part.clamp(0.0, 1.0));
    let light = red.max(green).max(blue);
    let black = 1.0 - light;
    if light <= 0.0 {
        return [0.0, 0.0, 0.0, 1.0];
    }
    let colours = [red, green, blue].map(|part| (light - part) / light);
    let sum: f32 = colours.iter().sum();
    let scale = if sum > 0.0 { ((MOST_INK - black) / sum).min(1.0) } else { 1.0 };
    let [cyan, magenta, yellow] = colours.map(|part| part * scale);
    [cyan, magenta, yellow, black]
}

/// Three digits are finer than any press, and keep the file small.
fn rounded(share: f32) -> f32 {
    (share * 1000.0).round() / 1000.0
}

/// What a name in a page's resources stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Space {
    Grey,
    Rgb,
    Other,
}

/// Turns the colours of a PDF.
///
/// # Errors
/// Where the bytes are no PDF.
pub fn separate(document: &mut Document, separation: &Separation) -> Result<(), Error> {
    let content = contents(document);
    for (id, spaces) in &content {
        let plain = match document.get_object(*id).and_then(Object::as_stream) {
            Ok(stream) => stream.get_plain_content().map_err(failed)?,
            Err(_) => continue,
        };
        let turned = turn(&plain, spaces, separation)?;
        if let Ok(stream) = document.get_object_mut(*id).and_then(Object::as_stream_mut) {
            stream.set_plain_content(turned);
            stream.compress().map_err(failed)?;
        }
    }
    pictures::separate(document, separation)?;
    shadings(document, separation);
    forget_spaces(document, separation);
    document.prune_objects();
    Ok(())
}

fn failed(error: lopdf::Error) -> Error {
    Error::caused("turning the colours of the PDF into inks", error.to_string())
}

/// Every stream of drawing operators, with the colour spaces that its names stand for.
fn contents(document: &Document) -> BTreeMap<ObjectId, BTreeMap<Vec<u8>, Space>> {
    let mut found = BTreeMap::new();
    for page in document.page_iter() {
        let mut spaces = BTreeMap::new();
        if let Ok((own, inherited)) = document.get_page_resources(page) {
            for id in inherited {
                if let Ok(resources) = document.get_dictionary(id) {
                    read_spaces(document, resources, &mut spaces);
                }
            }
            if let Some(own) = own {
                read_spaces(document, own, &mut spaces);
            }
        }
        for id in document.get_page_contents(page) {
            found.insert(id, spaces.clone());
        }
    }
    for (id, object) in &document.objects {
        match object {
            Object::Stream(stream) if is_drawing(&stream.dict) => {
                found.insert(*id, spaces_of(document, &stream.dict));
            }
            // A font whose letters are drawings, as those of emoji are (ISO 32000-1, 9.6.5).
            Object::Dictionary(font) if is_named(font, b"Type3") => {
                let spaces = spaces_of(document, font);
                let letters = font
                    .get_deref(b"CharProcs", document)
                    .and_then(Object::as_dict)
                    .map(|letters| letters.iter().filter_map(|(_, letter)| letter.as_reference().ok()).collect());
                for letter in letters.unwrap_or_else(|_| Vec::new()) {
                    found.insert(letter, spaces.clone());
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a stream is a form or a tile of a pattern (ISO 32000-1, 8.10 and 8.7.3).
fn is_drawing(dictionary: &Dictionary) -> bool {
    let tiles = dictionary
        .get(b"PatternType")
        .and_then(Object::as_i64)
        .is_ok_and(|kind| kind == 1);
    tiles || is_named(dictionary, b"Form")
}

/// Whether a dictionary is of a `Subtype`.
fn is_named(dictionary: &Dictionary, subtype: &[u8]) -> bool {
    let found = dictionary.get(b"Subtype").and_then(Object::as_name);
    found.is_ok_and(|name| name == subtype)
}

fn spaces_of(document: &Document, dictionary: &Dictionary) -> BTreeMap<Vec<u8>, Space> {
    let mut spaces = BTreeMap::new();
    if let Ok(resources) = dictionary.get_deref(b"Resources", document).and_then(Object::as_dict) {
        read_spaces(document, resources, &mut spaces);
    }
    spaces
}

fn read_spaces(document: &Document, resources: &Dictionary, spaces: &mut BTreeMap<Vec<u8>, Space>) {
    let Ok(named) = resources.get_deref(b"ColorSpace", document).and_then(Object::as_dict) else {
        return;
    };
    for (name, space) in named {
        spaces.insert(name.clone(), read_space(document, space));
    }
}

/// What a colour space is, by how many parts its colours have (ISO 32000-1, 8.6).
fn read_space(document: &Document, space: &Object) -> Space {
    let Ok((_, space)) = document.dereference(space) else {
        return Space::Other;
    };
    match space {
        Object::Name(name) => match name.as_slice() {
            b"DeviceRGB" | b"CalRGB" | b"RGB" => Space::Rgb,
            b"DeviceGray" | b"CalGray" | b"G" => Space::Grey,
            _ => Space::Other,
        },
        Object::Array(parts) => match (parts.first().map(Object::as_name), parts.get(1)) {
            (Some(Ok(b"ICCBased")), Some(profile)) => {
                let count = document
                    .dereference(profile)
                    .and_then(|(_, profile)| profile.as_stream())
                    .and_then(|profile| profile.dict.get(b"N"))
                    .and_then(Object::as_i64);
                match count {
                    Ok(1) => Space::Grey,
                    Ok(3) => Space::Rgb,
                    _ => Space::Other,
                }
            }
            (Some(Ok(b"CalRGB" | b"DeviceRGB")), _) => Space::Rgb,
            (Some(Ok(b"CalGray" | b"DeviceGray")), _) => Space::Grey,
            _ => Space::Other,
        },
        _ => Space::Other,
    }
}

/// The space that is current, for fills and for strokes.
#[derive(Debug, Clone, Copy)]
struct Current {
    fill: Space,
    stroke: Space,
}

/// Turns the colours of one stream of operators.
fn turn(plain: &[u8], spaces: &BTreeMap<Vec<u8>, Space>, separation: &Separation) -> Result<Vec<u8>, Error> {
    let mut content = Content::decode(plain).map_err(failed)?;
    let mut now = Current {
        fill: Space::Grey,
        stroke: Space::Grey,
    };
    let mut saved = Vec::new();
    let mut operations = Vec::with_capacity(content.operations.len());
    for operation in content.operations {
        let stroke = operation.operator.starts_with(|letter: char| letter.is_ascii_uppercase());
        match operation.operator.as_str() {
            "q" => saved.push(now),
            "Q" => now = saved.pop().unwrap_or(now),
            "cs" | "CS" => {
                let space = match operation.operands.first().map(Object::as_name) {
                    Some(Ok(b"DeviceRGB")) => Space::Rgb,
                    Some(Ok(b"DeviceGray")) => Space::Grey,
                    Some(Ok(name)) => spaces.get(name).copied().unwrap_or(Space::Other),
                    _ => Space::Other,
                };
                *(if stroke { &mut now.stroke } else { &mut now.fill }) = space;
                if space != Space::Other {
                    // A space begins with black (ISO 32000-1, 8.6.5.1).
                    operations.push(colour(&[0.0], stroke, separation));
                    continue;
                }
            }
            "sc" | "SC" | "scn" | "SCN" => {
                let space = if stroke { now.stroke } else { now.fill };
                if let Some(parts) = parts(&operation, space) {
                    push_colour(&mut operations, colour(&parts, stroke, separation));
                    continue;
                }
            }
            "rg" | "RG" => {
                if let Some(parts) = parts(&operation, Space::Rgb) {
                    push_colour(&mut operations, colour(&parts, stroke, separation));
                    continue;
                }
            }
            "g" | "G" => {
                if let Some(parts) = parts(&operation, Space::Grey) {
                    push_colour(&mut operations, colour(&parts, stroke, separation));
                    continue;
                }
            }
            _ => {}
        }
        operations.push(operation);
    }
    content = Content { operations };
    content.encode().map_err(failed)
}

/// Adds an operator that sets a colour; one directly before it that sets the same kind of colour has no effect and goes.
fn push_colour(operations: &mut Vec<Operation>, operation: Operation) {
    if operations.last().is_some_and(|last| last.operator == operation.operator) {
        operations.pop();
    }
    operations.push(operation);
}

/// The numbers of an operator, if they are as many as its space has.
fn parts(operation: &Operation, space: Space) -> Option<Vec<f32>> {
    let parts: Vec<f32> = operation
        .operands
        .iter()
        .map(|operand| operand.as_float().ok())
        .collect::<Option<_>>()?;
    let wanted = match space {
        Space::Grey => 1,
        Space::Rgb => 3,
        Space::Other => return None,
    };
    (parts.len() == wanted).then_some(parts)
}

/// The operator that sets a colour given as grey or as red, green and blue.
fn colour(parts: &[f32], stroke: bool, separation: &Separation) -> Operation {
    let shares = separation.shares(rgb(parts));
    let operands = shares.into_iter().map(Object::Real).collect();
    Operation::new(separation.operator(stroke), operands)
}

fn rgb(parts: &[f32]) -> [f32; 3] {
    match parts {
        [red, green, blue] => [*red, *green, *blue],
        [grey] => [*grey; 3],
        _ => [0.0; 3],
    }
}

/// Turns gradients whose colours stand at their ends (ISO 32000-1, 8.7.4 and 7.10.3 to 7.10.4).
fn shadings(document: &mut Document, separation: &Separation) {
    let shadings: Vec<(ObjectId, Space)> = document
        .objects
        .iter()
        .filter_map(|(id, object)| {
            let dictionary = match object {
                Object::Dictionary(dictionary) => dictionary,
                Object::Stream(stream) => &stream.dict,
                _ => return None,
            };
            dictionary.get(b"ShadingType").ok()?;
            Some((*id, read_space(document, dictionary.get(b"ColorSpace").ok()?)))
        })
        .collect();
    for (id, space) in shadings {
        let colours = match space {
            Space::Other => continue,
            Space::Grey => "DeviceGray",
            Space::Rgb => separation.space(),
        };
        if space == Space::Rgb {
            let Some(functions) = functions(document, id) else { continue };
            for function in functions {
                turn_function(document, function, separation);
            }
        }
        if let Some(dictionary) = dictionary_of(document, id) {
            dictionary.set("ColorSpace", Object::Name(colours.into()));
            dictionary.remove(b"Background");
        }
    }
}

/// Turns the two ends of a function, and says how many parts they have now.
fn turn_function(document: &mut Document, id: ObjectId, separation: &Separation) {
    let Some(dictionary) = dictionary_of(document, id) else {
        return;
    };
    for key in [b"C0".as_slice(), b"C1"] {
        let ends: Option<Vec<f32>> = dictionary
            .get(key)
            .and_then(Object::as_array)
            .ok()
            .and_then(|ends| ends.iter().map(|end| end.as_float().ok()).collect());
        if let Some(ends) = ends {
            let turned = separation.shares(rgb(&ends)).into_iter().map(Object::Real);
            dictionary.set(key, turned.collect::<Vec<_>>());
        }
    }
    if dictionary.has(b"Range") {
        let count = separation.shares([0.0; 3]).len();
        let ends = (0..2 * count).map(|at| Object::from(i64::from(at % 2 == 1)));
        dictionary.set("Range", ends.collect::<Vec<_>>());
    }
}

/// The dictionary that an object is or has.
fn dictionary_of(document: &mut Document, id: ObjectId) -> Option<&mut Dictionary> {
    match document.get_object_mut(id).ok()? {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&mut stream.dict),
        _ => None,
    }
}

/// The functions of a gradient that go from one colour to another, or join such; `None` where it has others too.
fn functions(document: &Document, shading: ObjectId) -> Option<BTreeSet<ObjectId>> {
    let object = document.get_object(shading).ok()?;
    let dictionary = object
        .as_dict()
        .or_else(|_| object.as_stream().map(|stream| &stream.dict))
        .ok()?;
    let mut found = BTreeSet::new();
    let mut open = vec![dictionary.get(b"Function").and_then(Object::as_reference).ok()?];
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let function = document.get_object(id).and_then(Object::as_dict).ok()?;
        found.insert(id);
        match function.get(b"FunctionType").and_then(Object::as_i64).ok()? {
            2 if function.has(b"C0") && function.has(b"C1") => {}
            3 => {
                let parts = function.get_deref(b"Functions", document).and_then(Object::as_array).ok()?;
                for part in parts {
                    open.push(part.as_reference().ok()?);
                }
            }
            _ => return None,
        }
    }
    Some(found)
}

/// Takes the names of spaces that nothing names any more out of resources, so that no profile of a screen stays in the file.
fn forget_spaces(document: &mut Document, separation: &Separation) {
    let ids: Vec<ObjectId> = document.objects.keys().copied().collect();
    for id in ids {
        turn_group_space(document, id, separation);
        let Some(spaces) = named_spaces(document, id) else { continue };
        let gone: Vec<Vec<u8>> = spaces
            .iter()
            .filter(|(_, space)| read_space(document, space) != Space::Other)
            .map(|(name, _)| name.clone())
            .collect();
        if let Some(spaces) = named_spaces_mut(document, id) {
            for name in &gone {
                spaces.remove(name);
            }
        }
    }
}

/// Groups blend in a space of their own (ISO 32000-1, 11.6.6): that of a screen becomes that of the inks.
fn turn_group_space(document: &mut Document, id: ObjectId, separation: &Separation) {
    let space = |object: &Object| -> Option<Space> {
        let dictionary = object
            .as_dict()
            .or_else(|_| object.as_stream().map(|stream| &stream.dict))
            .ok()?;
        let group = dictionary.get(b"Group").and_then(Object::as_dict).ok()?;
        Some(read_space(document, group.get(b"CS").ok()?))
    };
    let colours = match document.get_object(id).ok().and_then(space) {
        Some(Space::Grey) => "DeviceGray",
        Some(Space::Rgb) => separation.space(),
        Some(Space::Other) | None => return,
    };
    let group = dictionary_of(document, id).and_then(|dictionary| dictionary.get_mut(b"Group").and_then(Object::as_dict_mut).ok());
    if let Some(group) = group {
        group.set("CS", Object::Name(colours.into()));
    }
}

/// The named colour spaces of resources that stand in an object, or are one.
fn named_spaces(document: &Document, id: ObjectId) -> Option<&Dictionary> {
    let object = document.get_object(id).ok()?;
    let dictionary = object
        .as_dict()
        .or_else(|_| object.as_stream().map(|stream| &stream.dict))
        .ok()?;
    let resources = dictionary.get(b"Resources").and_then(Object::as_dict).unwrap_or(dictionary);
    resources.get(b"ColorSpace").and_then(Object::as_dict).ok()
}

fn named_spaces_mut(document: &mut Document, id: ObjectId) -> Option<&mut Dictionary> {
    let dictionary = dictionary_of(document, id)?;
    let resources = if dictionary.get(b"Resources").and_then(Object::as_dict).is_ok() {
        dictionary.get_mut(b"Resources").and_then(Object::as_dict_mut).ok()?
    } else {
        dictionary
    };
    resources.get_mut(b"ColorSpace").and_then(Object::as_dict_mut).ok()
}

#[cfg(test)]
mod tests;
