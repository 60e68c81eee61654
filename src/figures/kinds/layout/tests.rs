//! Layouts read, described and drawn.

use super::*;
use crate::figures::promises::{NAMES, Random, described, drawn, hold_any_label, hold_at_random, hold_when_narrow, refuse, span};
use crate::figures::scene::{Ink, Part};

fn model(body: &str) -> Layout {
    read(&described(body), span()).unwrap()
}

fn random_layout(random: &mut Random) -> String {
    let (mut body, mut offset) = (String::new(), [0_i32, -16, -8][random.below(3)]);
    let (narrow, count) = (random.below(3) == 0, 1 + random.below(14));
    if narrow {
        body.push_str("Row: 8\n");
    }
    let mut brace = String::new();
    for at in 0..count {
        if random.below(7) == 0 && (offset % 8 == 0 || !narrow) {
            body.push_str(&format!("Pointer: {}\n", NAMES[random.below(16)]));
        }
        if random.below(3) == 0 {
            let inner = NAMES[random.below(16)];
            let outer = NAMES[random.below(16)];
            brace = match random.below(3) {
                0 => String::new(),
                1 => format!(" [{inner}]"),
                _ if inner == outer => format!(" [{inner}]"),
                _ => format!(" [{inner} in {at}] [{outer} around {at}]"),
            };
        }
        let size = if narrow {
            [4, 8][random.below(2)].min(8 - offset.rem_euclid(8))
        } else {
            8
        };
        let last = offset.rem_euclid(8) + size >= 8;
        let target = match random.below(4) {
            0 if last || !narrow => format!(" → {}", NAMES[random.below(16)]),
            _ => String::new(),
        };
        let note = ["", "", ": a note", ": a note that is so long that it is broken"][random.below(4)];
        let name = [NAMES[random.below(16)], "padding", "*strong*", "`ob_item[n]`"][random.below(4)];
        body.push_str(&format!("{offset}  {size}  {name}{target}{note}{brace}\n"));
        offset += size;
    }
    body
}

#[test]
fn random_layouts_keep_every_promise() {
    hold_at_random("layout", 2, random_layout);
}

#[test]
fn the_gallery_is_readable_on_a_narrow_screen() {
    hold_when_narrow("layout");
}

#[test]
fn the_longest_layout_is_drawn() {
    let body: String = (0..200)
        .map(|at| format!("{} 8 field {at} [brace {}] [outer]\n", 8 * at, at / 3))
        .collect();
    assert!(drawn("layout", &body).0.verbatim.is_none());
}

#[test]
fn any_label_stays_in_its_place() {
    hold_any_label(
        "layout",
        &[
            "Pointer: L\n0 8 L [L] [outer L]\n8 8 b [outer L]",
            "0 8 a → L: L [L]\nPointer: L\n8 8 L [L]",
            "Row: 8\n0 4 L\n4 4 L",
        ],
    );
}

#[test]
fn what_cannot_be_read_is_reported_and_kept() {
    let many: String = (0..201).map(|at| format!("{at} 1 a\n")).collect();
    refuse(
        "layout",
        &[
            ("", "no fields"),
            ("`ob_type` 8", "is not the offset"),
            ("0", "an offset and nothing else"),
            ("0 `ob_type`", "is not the size"),
            ("0 0 a", "is not the size"),
            ("0 ob_type a", "is not the size"),
            ("0 8", "has no name"),
            ("0 8 a → b → c", "more than one target"),
            ("0 8 a →", "points to nothing"),
            ("0 8 a: b → c: d", "two notes"),
            ("0 8 a []", "a brace has no name"),
            ("0 8 a [b] [b]", "twice"),
            ("0 8 a [b] [c] [d] [e] [f]", "5 braces"),
            ("0 8 `a", "a backtick opens"),
            ("8 8 a\n0 8 b", "before the one above it"),
            ("0 8 a\n4 8 b", "they overlap"),
            ("0 4 a\n8 8 b", "as in `4  4  padding`"),
            ("0 8 a\n? 8 b", "expected it to begin at 8"),
            ("? 8 a", "the first field has no offset"),
            ("0 8 a\nTotal: 16", "take 8 bytes, not 16"),
            ("0 n a\nTotal: 16", "cannot be checked"),
            ("0 8 a\nTotal: many", "not a number above 0"),
            ("Total: 8\n0 8 a\nTotal: 8", "a second time"),
            ("0 8 a\nPointer: p", "no field follows"),
            ("Pointer: p\nPointer: q\n0 8 a", "same field"),
            ("Pointer:\n0 8 a", "has no name"),
            ("Unit: words\n0 8 a", "no unit"),
            ("Unit: bits\nUnit: bits\n0 8 a", "a second time"),
            ("0 8 a [x]\n8 8 b [x] [y]\n16 8 c [y]", "begins inside of"),
            ("0 8 a [y]\n8 8 b [x] [y]\n16 8 c [x]", "cross"),
            ("Row: 8\n0 4 a\n4 8 b", "over the end of a row"),
            ("Row: 8\n0 4 a → x\n4 4 b", "in the middle of a row"),
            ("Row: 8\n0 4 a\nPointer: p\n4 4 b", "into the middle of a row"),
            (&many, "more than 200 fields"),
        ],
    );
}

#[test]
fn fields_that_name_a_brace_share_it() {
    let layout = model("0 8 a [in] [out]\n8 8 `b[n]` [in] [out]\n16 8 c [out]\n24 8 d");
    let braces: Vec<_> = layout
        .braces
        .iter()
        .map(|brace| (brace.label.plain(), brace.first, brace.last))
        .collect();
    assert_eq!(braces, [("in".to_owned(), 0, 1), ("out".to_owned(), 0, 2)]);
    assert_eq!(layout.name(1), "b[n]");
}

#[test]
fn numbers_keep_the_form_in_which_they_are_written() {
    let layout = model("-0x10 8 a\n−8 8 b\n0 8*n c\n… n+1 d\n? ? e");
    let texts: Vec<_> = layout.fields.iter().map(|field| field.describe("bytes")).collect();
    assert_eq!(
        texts,
        [
            "at −0x10 a, 8 bytes",
            "at −8 b, 8 bytes",
            "at 0 c, 8 × n bytes",
            "d, n + 1 bytes",
            "e, of a size that varies",
        ]
    );
}

#[test]
fn small_fields_stand_side_by_side_as_wide_as_they_are() {
    let layout = model("Row: 8\n0 8 a\n8 1 b\n9 3 c\n12 4 d");
    assert_eq!(layout.rows, [1, 3]);
    let shares: Vec<f64> = layout.fields.iter().map(|field| field.share * 8.0).collect();
    assert_eq!(shares, [8.0, 1.0, 3.0, 4.0]);
}

#[test]
fn a_pointer_ends_where_its_field_begins() {
    let (drawing, _) = drawn("layout", "-8 8 before\nPointer: p\n0 8 after");
    let top = drawing.scene.shapes.iter().find_map(|shape| match (&shape.ink, shape.part) {
        (Ink::Box { area, .. }, Part::Node(1)) => Some((area.x, area.y)),
        _ => None,
    });
    let tip = drawing.scene.shapes.iter().find_map(|shape| match &shape.ink {
        Ink::Polygon { points, .. } => points.first().map(|point| (point.x, point.y)),
        _ => None,
    });
    assert_eq!(tip, top);
    assert!(drawing.description.ends_with("p points to the beginning of after."));
}

#[test]
fn a_target_that_is_a_field_is_that_field() {
    let (drawing, _) = drawn("layout", "0 8 next → items\n8 8 size\n16 ? items");
    let edges: Vec<Part> = drawing.scene.shapes.iter().map(|shape| shape.part).collect();
    assert!(edges.contains(&Part::Edge { from: 0, to: 2 }));
}
