//! Drawings with rulers that are read, and others that are not.

use super::*;
use crate::figures::kinds::layout::Layout;
use crate::figures::language::Label;
use crate::figures::promises::{drawings, hold_drawings};

fn layout(name: &str) -> Layout {
    let (_, text) = drawings("rulers").into_iter().find(|(found, _)| found == name).unwrap();
    match read(&text) {
        Some(Model::Layout(layout)) => layout,
        other => panic!("{name}: {other:?}"),
    }
}

fn braces(layout: &Layout) -> Vec<(String, usize, usize)> {
    let braces = layout.braces.iter();
    braces.map(|brace| (brace.label.plain(), brace.first, brace.last)).collect()
}

#[test]
fn every_drawing_is_drawn_and_keeps_every_promise() {
    assert!(drawings("rulers").len() > 12);
    hold_drawings("rulers", read);
}

#[test]
fn what_is_no_drawing_stays_text() {
    let others = drawings("not-rulers");
    assert!(others.len() > 12);
    for (name, text) in others {
        assert_eq!(read(&text), None, "{name}");
    }
}

#[test]
fn braces_hold_the_rows_between_their_ends() {
    let slots = layout("slots");
    let found = braces(&slots);
    let expected = [
        ("PyGC_Head (16 bytes)", 0, 1),
        ("PyObject_HEAD", 2, 3),
        ("slots", 4, 6),
        ("__basicsize__", 2, 6),
    ];
    assert_eq!(found, expected.map(|(name, first, last)| (name.to_owned(), first, last)));
    assert_eq!(slots.pointers[0].label.plain(), "Point instance");
    assert_eq!(slots.pointers[0].field, 2);
}

#[test]
fn what_stands_in_parentheses_at_a_brace_is_a_note_of_its_row() {
    let int = layout("int");
    assert_eq!(braces(&int), [("PyObject_VAR_HEAD (24 bytes)".to_owned(), 0, 2)]);
    assert_eq!(int.fields[2].note.plain(), "8 bytes: number of digits, with the sign");
    assert_eq!(int.fields[3].note.plain(), "4 bytes a digit");
    let tuple = layout("tuple");
    let names: Vec<String> = braces(&tuple).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["PyObject_VAR_HEAD (24 bytes)", "as many as the tuple has items"]);
}

#[test]
fn what_points_from_the_right_points() {
    let frames = layout("pointed");
    let pointers: Vec<_> = frames
        .pointers
        .iter()
        .map(|pointer| (pointer.label.plain(), pointer.field))
        .collect();
    assert_eq!(pointers, [("stack_pointer".to_owned(), 1), ("stack_base".to_owned(), 3)]);
    assert_eq!(layout("address").fields.len(), 3);
    let noted = layout("noted");
    assert_eq!(noted.preface.plain(), "With pointers of 8 bytes:");
    assert!(noted.pointers.is_empty());
    assert_eq!(noted.fields[1].note.plain(), "where the attributes are (8 bytes)");
}

#[test]
fn words_below_one_another_are_fields_and_sentences_are_one() {
    let keys = layout("keys");
    let names: Vec<String> = keys.fields.iter().map(|field| field.label.plain()).collect();
    assert_eq!(
        names,
        [
            "dk_refcnt",
            "dk_usable",
            "dk_nentries",
            "dk_indices[]",
            "entries, in the order of insertion"
        ]
    );
}

#[test]
fn an_arrow_to_a_word_is_a_target_and_to_a_sentence_a_note() {
    let set = layout("set");
    assert_eq!(set.fields[4].target.as_ref().map(Label::plain), Some("table".to_owned()));
    assert_eq!(set.fields[3].note.plain(), "active entries");
    assert!(set.fields[3].label.runs[0].code);
    assert_eq!(
        layout("offsets").fields[1].target.as_ref().map(Label::plain),
        Some("float".to_owned())
    );
}

#[test]
fn fields_are_as_wide_as_they_are_drawn() {
    let packet = layout("packet");
    assert_eq!(packet.rows, [4, 3, 1, 1]);
    let bits: Vec<f64> = packet.fields.iter().map(|field| field.share * 32.0).collect();
    assert_eq!(bits, [4.0, 4.0, 8.0, 16.0, 16.0, 3.0, 13.0, 32.0, 32.0]);
    let numbers: Vec<&str> = packet.marks.iter().map(|(_, number)| number.as_str()).collect();
    assert_eq!(numbers, ["0", "8", "16", "24", "31"]);
    assert_eq!(layout("threaded").rows, [1, 4, 1, 1, 1]);
}

#[test]
fn any_text_is_read_or_not_and_never_a_panic() {
    for (_, text) in drawings("rulers").into_iter().chain(drawings("not-rulers")) {
        let lines: Vec<&str> = text.lines().collect();
        for skip in 0..lines.len() {
            read(&lines[skip..].join("\n"));
            let cut: Vec<String> = lines.iter().map(|line| line.chars().skip(skip).collect()).collect();
            read(&cut.join("\n"));
            let short: Vec<String> = lines.iter().map(|line| line.chars().take(3 * skip).collect()).collect();
            read(&short.join("\n"));
        }
    }
    read(&"+--+\n|  |\n".repeat(100_000));
    read(&"+-".repeat(100_000));
}
