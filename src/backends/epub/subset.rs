//! Fonts with no more letters than the book has.
//!
//! Gets a font and the characters that are shown, gives a font of the same glyph numbers in which only the glyphs that these
//! characters can become have outlines. A character that is not shown leaves the table of characters, so that a reading system
//! sets it in a font of its own instead of showing nothing. Kerning, ligatures and metrics stay as they are.
//!
//! A subset is a modified font, and licences with a reserved name do not let that name be used for one (SIL Open Font License
//! 1.1, condition 3): it gets a name of its own, and keeps what its authors say of their rights.
//!
//! `skera`, the subsetter of the Fontations project, does this but for the outlines of CFF, which are cut here.

use skera::{Plan, SubsetFlags, subset_font};
use std::collections::BTreeSet;
use write_fonts::FontBuilder;
use write_fonts::from_obj::ToOwnedTable;
use write_fonts::read::collections::IntSet;
use write_fonts::read::types::{GlyphId, NameId, Tag};
use write_fonts::read::{FontRef, TableProvider};
use write_fonts::tables::name::{Name, NameRecord};

const CFF: Tag = Tag::new(b"CFF ");

/// The font with what these characters need, or `None` where it has to be embedded whole. `name` is what it is called then.
pub(super) fn subset(font: &[u8], characters: &BTreeSet<char>, name: &str) -> Option<Vec<u8>> {
    let source = FontRef::new(font).ok()?;
    let cff = source.table_data(CFF);
    // Some licences do not allow a part of a font (OpenType, `OS/2`: `fsType`, bit 8).
    if source.os2().is_ok_and(|os2| os2.fs_type() & 0x0100 != 0) {
        return None;
    }
    if cff.is_none() && source.glyf().is_err() {
        return None;
    }
    // A damaged font may make the subsetter stumble; it is embedded as it came then.
    let cut = || {
        let plan = plan(&source, characters)?;
        let small = subset_font(&source, &plan).ok()?;
        Some((plan, small))
    };
    let (plan, small) = std::panic::catch_unwind(cut).ok()??;
    let small = FontRef::new(&small).ok()?;
    let mut builder = FontBuilder::new();
    if let Some(cff) = cff {
        let kept: BTreeSet<u32> = plan.old_to_new_glyph_mapping().map(|(glyph, _)| glyph.to_u32()).collect();
        builder.add_raw(CFF, cut_charstrings(cff.as_bytes(), &kept, name)?);
    }
    builder.add_table(&renamed(&source, name)?).ok()?;
    builder.copy_missing_tables(small);
    Some(builder.build())
}

/// What is to stay. The first and the last glyph always do, so that their number does not change.
fn plan(font: &FontRef<'_>, characters: &BTreeSet<char>) -> Option<Plan> {
    let last = font.maxp().ok()?.num_glyphs().checked_sub(1)?;
    let ends: IntSet<GlyphId> = [GlyphId::NOTDEF, GlyphId::from(last)].into_iter().collect();
    let characters: IntSet<u32> = characters.iter().map(|character| u32::from(*character)).collect();
    let mut plan = Plan::new(
        &ends,
        &characters,
        font,
        SubsetFlags::SUBSET_FLAGS_RETAIN_GIDS | SubsetFlags::SUBSET_FLAGS_NOTDEF_OUTLINE,
        &[Tag::new(b"DSIG")].into_iter().collect(),
        &IntSet::all(),
        &IntSet::all(),
        &IntSet::all(),
        &IntSet::all(),
    );
    plan.set_no_subset_tables(&[CFF, Tag::new(b"MATH")].into_iter().collect());
    Some(plan)
}

/// The outlines of CFF (Adobe Technical Note 5176): in the index of charstrings every glyph that is not needed is `endchar`
/// alone. The index gets shorter where it stands, and zeros follow, which cost nothing in an archive; so nothing else moves.
fn cut_charstrings(cff: &[u8], kept: &BTreeSet<u32>, name: &str) -> Option<Vec<u8>> {
    const ENDCHAR: &[u8] = &[14];
    let names = Index::read(cff, usize::from(*cff.get(2)?))?;
    let dictionaries = Index::read(cff, names.end)?;
    let charstrings = Index::read(cff, charstrings_at(dictionaries.items.first()?.slice(cff)?)?)?;
    let mut items = Vec::with_capacity(charstrings.items.len());
    for (glyph, item) in charstrings.items.iter().enumerate() {
        let needed = kept.contains(&u32::try_from(glyph).ok()?);
        items.push(if needed { item.slice(cff)? } else { ENDCHAR });
    }
    let index = written(&items)?;
    let mut out = cff.to_vec();
    let place = out.get_mut(charstrings.start..charstrings.end)?;
    place.fill(0);
    place.get_mut(..index.len())?.copy_from_slice(&index);
    // The font's name stands here once more, and may be no longer than it was.
    let item = names.items.first()?;
    for (at, place) in item.0.clone().enumerate() {
        let byte = name.as_bytes().get(at).copied().filter(u8::is_ascii_alphanumeric);
        *out.get_mut(place)? = byte.unwrap_or(b'-');
    }
    Some(out)
}

/// Where a top dictionary says that the charstrings are: the number before operator 17 (Technical Note 5176, section 9).
fn charstrings_at(dictionary: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut last = None;
    let byte = |at: usize| dictionary.get(at).copied();
    while let Some(first) = byte(at) {
        let number = |count: usize| -> Option<i32> {
            let bytes = dictionary.get(at + 1..=at + count)?;
            Some(bytes.iter().fold(0_i32, |sum, byte| sum.wrapping_shl(8) | i32::from(*byte)))
        };
        let length = match first {
            17 => return usize::try_from(last?).ok(),
            12 => 2,
            0..=21 => 1,
            28 => {
                last = number(2);
                3
            }
            29 => {
                last = number(4);
                5
            }
            // A real number ends with half a byte of ones.
            30 => {
                let end = dictionary
                    .get(at + 1..)?
                    .iter()
                    .position(|byte| byte & 0x0f == 0x0f || byte >> 4 == 0x0f)?;
                end + 2
            }
            32..=246 => {
                last = Some(i32::from(first) - 139);
                1
            }
            247..=250 => {
                last = Some((i32::from(first) - 247) * 256 + i32::from(byte(at + 1)?) + 108);
                2
            }
            251..=254 => {
                last = Some(-(i32::from(first) - 251) * 256 - i32::from(byte(at + 1)?) - 108);
                2
            }
            _ => return None,
        };
        at += length;
    }
    None
}

/// Where an item of an index is.
struct Item(std::ops::Range<usize>);

impl Item {
    fn slice<'a>(&self, table: &'a [u8]) -> Option<&'a [u8]> {
        table.get(self.0.clone())
    }
}

/// An index of CFF (Technical Note 5176, section 5): a count, the size of its offsets, the offsets, the items.
struct Index {
    start: usize,
    end: usize,
    items: Vec<Item>,
}

impl Index {
    fn read(table: &[u8], start: usize) -> Option<Self> {
        let count = usize::from(u16::from_be_bytes([*table.get(start)?, *table.get(start + 1)?]));
        if count == 0 {
            return Some(Self {
                start,
                end: start + 2,
                items: Vec::new(),
            });
        }
        let size = usize::from(*table.get(start + 2)?);
        if !(1..=4).contains(&size) {
            return None;
        }
        // Offsets count from the byte before the items.
        let base = start + 3 + (count + 1) * size - 1;
        let offset = |at: usize| -> Option<usize> {
            let bytes = table.get(start + 3 + at * size..start + 3 + (at + 1) * size)?;
            base.checked_add(bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
        };
        let mut items = Vec::with_capacity(count);
        let mut from = offset(0)?;
        for at in 1..=count {
            let to = offset(at)?;
            table.get(from..to)?;
            items.push(Item(from..to));
            from = to;
        }
        Some(Self { start, end: from, items })
    }
}

/// An index with these items.
fn written(items: &[&[u8]]) -> Option<Vec<u8>> {
    let length: usize = items.iter().map(|item| item.len()).sum();
    let size = (1..=4).find(|size| length + 1 < 1_usize << (8 * size))?;
    let mut out = u16::try_from(items.len()).ok()?.to_be_bytes().to_vec();
    out.push(u8::try_from(size).ok()?);
    let mut offset = 1_u32;
    let mut push = |offset: u32| out.extend_from_slice(offset.to_be_bytes().get(4 - size..).unwrap_or_default());
    push(offset);
    for item in items {
        offset += u32::try_from(item.len()).ok()?;
        push(offset);
    }
    for item in items {
        out.extend_from_slice(item);
    }
    Some(out)
}

/// The table of names with a name of its own, and with what the authors say of their rights (OpenType, `name`: ids 0, 7 to 14).
fn renamed(font: &FontRef<'_>, name: &str) -> Option<Name> {
    let old: Name = font.name().ok()?.to_owned_table();
    let own = |id: NameId| match id.to_u16() {
        1 | 3 | 4 | 16 => Some(name.to_owned()),
        2 | 17 => Some("Regular".to_owned()),
        6 => Some(name.replace(' ', "-")),
        _ => None,
    };
    let records = old.name_record.into_iter().filter_map(|record| {
        let rights = matches!(record.name_id.to_u16(), 0 | 5 | 7..=14);
        let string = match own(record.name_id) {
            Some(string) => string,
            None if rights => record.string.as_str().to_owned(),
            None => return None,
        };
        Some(NameRecord::new(
            record.platform_id,
            record.encoding_id,
            record.language_id,
            record.name_id,
            string.into(),
        ))
    });
    Some(Name::new(records.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIF: &[u8] = include_bytes!("../../../fonts/SourceSerif4-Regular.otf");

    fn characters(text: &str) -> BTreeSet<char> {
        text.chars().collect()
    }

    /// The length and the points of a glyph's outline.
    fn outline(font: &[u8], character: char) -> Option<(usize, u16)> {
        struct Count(usize);
        impl ttf_parser::OutlineBuilder for Count {
            fn move_to(&mut self, _: f32, _: f32) {
                self.0 += 1;
            }
            fn line_to(&mut self, _: f32, _: f32) {
                self.0 += 1;
            }
            fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {
                self.0 += 1;
            }
            fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {
                self.0 += 1;
            }
            fn close(&mut self) {}
        }
        let face = ttf_parser::Face::parse(font, 0).expect("a font");
        let glyph = face.glyph_index(character)?;
        let mut count = Count(0);
        face.outline_glyph(glyph, &mut count);
        Some((count.0, face.glyph_hor_advance(glyph)?))
    }

    #[test]
    fn what_is_shown_keeps_its_outline_and_what_is_not_leaves_the_font() {
        let small = subset(SERIF, &characters("Hamburgefonstiv, fi!"), "Book Face 1").expect("a subset");
        for character in "Hamburgefonstiv, fi!".chars() {
            assert_eq!(outline(&small, character), outline(SERIF, character), "{character}");
        }
        assert_eq!(outline(&small, 'Z'), None);
    }

    #[test]
    fn letters_still_join_and_move_together() {
        let small = subset(SERIF, &characters("AVfi"), "Book Face 1").expect("a subset");
        let shaped = |font: &[u8], text: &str| -> Vec<(u32, i32)> {
            let face = rustybuzz::Face::from_slice(font, 0).expect("a font");
            let mut buffer = rustybuzz::UnicodeBuffer::new();
            buffer.push_str(text);
            let shaped = rustybuzz::shape(&face, &[], buffer);
            let glyphs = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
            glyphs.map(|(glyph, position)| (glyph.glyph_id, position.x_advance)).collect()
        };
        for text in ["AV", "fi"] {
            assert_eq!(shaped(&small, text), shaped(SERIF, text));
        }
        // The glyph of two letters has no character of its own, and has its outline all the same.
        let face = ttf_parser::Face::parse(&small, 0).expect("a font");
        let whole = ttf_parser::Face::parse(SERIF, 0).expect("a font");
        let Some((joined, _)) = shaped(SERIF, "fi").first().copied() else {
            panic!("nothing was set")
        };
        let glyph = ttf_parser::GlyphId(u16::try_from(joined).expect("a glyph"));
        assert_eq!(face.glyph_bounding_box(glyph), whole.glyph_bounding_box(glyph));
    }

    #[test]
    fn the_reserved_name_is_gone_and_the_authors_rights_are_still_told() {
        let small = subset(SERIF, &characters("a"), "Book Face 1").expect("a subset");
        let face = ttf_parser::Face::parse(&small, 0).expect("a font");
        let names: Vec<(u16, String)> = face
            .names()
            .into_iter()
            .filter_map(|name| Some((name.name_id, name.to_string()?)))
            .collect();
        let of = |id: u16| names.iter().find(|(at, _)| *at == id).map(|(_, text)| text.as_str());
        assert_eq!(of(1), Some("Book Face 1"));
        assert!(of(0).is_some_and(|text| text.contains("Adobe")), "{names:?}");
        assert!(
            names
                .iter()
                .all(|(id, text)| [0, 7, 13].contains(id) || !text.contains("Source")),
            "{names:?}"
        );
    }

    #[test]
    fn most_of_a_font_goes() {
        let small = subset(SERIF, &characters("abc"), "Book Face 1").expect("a subset");
        let mut packed = flate(&small);
        packed.shrink_to_fit();
        assert!(
            packed.len() * 2 < flate(SERIF).len(),
            "{} of {}",
            packed.len(),
            flate(SERIF).len()
        );
    }

    fn flate(bytes: &[u8]) -> Vec<u8> {
        use std::io::Write as _;
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file("font", options).expect("an archive");
        zip.write_all(bytes).expect("an archive");
        zip.finish().expect("an archive").into_inner()
    }

    #[test]
    fn no_bytes_at_all_make_it_stumble() {
        let wanted = characters("abcfi");
        assert_eq!(subset(b"", &wanted, "x"), None);
        let mut font = SERIF.to_vec();
        let mut state = 7_u64;
        for _ in 0..3000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(state >> 33).expect("a place") % font.len();
            let old = std::mem::replace(&mut font[at], (state >> 25) as u8);
            let _ = subset(&font, &wanted, "x");
            if state & 3 != 0 {
                font[at] = old;
            }
        }
        for end in (0..SERIF.len()).step_by(997) {
            let _ = subset(&SERIF[..end], &wanted, "x");
        }
    }
}
