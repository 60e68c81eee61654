//! What holds for the figures of every kind.

use super::promises::{PAGES, drawn, faults_of, gallery, refuse, span};
use super::*;
use crate::assets::built_in_fonts;
use crate::theme::Colour;

#[test]
fn the_gallery_keeps_every_promise() {
    let gallery = gallery();
    assert!(gallery.len() > 15, "the gallery has only {} figures", gallery.len());
    for (id, kind, body) in gallery {
        assert_eq!(faults_of(&kind, &body, false), Vec::<String>::new(), "{id}");
    }
}

#[test]
fn an_unknown_kind_is_named_with_the_nearest() {
    refuse("folw", &[("a → b", "the nearest is `flow`")]);
    refuse("", &[("a → b", "expected one of stack, flow")]);
}

#[test]
fn print_holds_four_and_a_half_to_one() {
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    let light = |colour: Colour| {
        let [red, green, blue] = colour.rgb.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let hex = |text: &str, attribute: &str| {
        let from = text.find(&format!(" {attribute}=\"#"))? + attribute.len() + 3;
        Colour::parse(text.get(from..from + 7)?)
    };
    for (name, kind, body) in gallery() {
        let svg = svg::print(&drawn(&kind, &body).0, &Theme::built_in());
        let inks: Vec<f64> = svg
            .lines()
            .filter(|line| line.starts_with("<text"))
            .filter_map(|line| hex(line, "fill"))
            .map(light)
            .collect();
        let grounds: Vec<f64> = svg
            .lines()
            .filter(|line| line.contains("stroke="))
            .filter_map(|line| hex(line, "fill"))
            .map(light)
            // Text outside of boxes stands on the page.
            .chain([light(Theme::built_in().colours.page.light)])
            .collect();
        assert!(!inks.is_empty());
        for ink in &inks {
            for ground in &grounds {
                assert!((ground + 0.05) / (ink + 0.05) >= 4.5, "{name}");
            }
        }
    }
}

fn paragraph(text: &str) -> Block {
    Block::new(
        span(),
        BlockKind::Paragraph(vec![crate::document::Inline::text(span(), text)]),
    )
}

/// The blocks of a chapter after all figures are drawn.
fn drawn_blocks(blocks: Vec<Block>) -> Vec<Block> {
    let mut document = Document {
        parts: vec![crate::document::Part {
            span: None,
            title: None,
            number: None,
            id: String::new(),
            chapters: vec![crate::document::Chapter {
                file: span().file,
                path: "a.md".to_owned(),
                span: span(),
                title: Vec::new(),
                slug: String::new(),
                numbered: true,
                number: None,
                id: String::new(),
                blocks,
                notes: Vec::new(),
                language: None,
            }],
        }],
    };
    draw(
        &mut document,
        &Theme::built_in(),
        &built_in_fonts(),
        PAGES[0],
        &mut Diagnostics::default(),
    );
    std::mem::take(&mut document.parts[0].chapters[0].blocks)
}

#[test]
fn a_sentence_keeps_its_place_and_the_figure_follows_it() {
    let sentence = "Imagine a layered stack: Source → Parser → Bytecode → PVM.";
    let blocks = drawn_blocks(vec![paragraph(sentence), Block::new(span(), BlockKind::Rule)]);
    assert_eq!(blocks[0], paragraph(sentence));
    let BlockKind::Figure(figure) = &blocks[1].kind else {
        panic!()
    };
    let FigureContent::Drawing(drawing) = &figure.content else {
        panic!()
    };
    assert_eq!(drawing.title, "A layered stack");
    assert!(
        drawing
            .description
            .starts_with("A flow from Source to PVM: Source leads to Parser;")
    );
    assert_eq!(blocks[2].kind, BlockKind::Rule);
}

#[test]
fn many_sentences_are_drawn_in_one_pass() {
    let sentence = "Imagine a way: a → b → c. Picture a way back: c → b → a.";
    let blocks = drawn_blocks(vec![paragraph(sentence); 4_000]);
    assert_eq!(blocks.len(), 3 * 4_000);
    for three in blocks.chunks(3) {
        let titles: Vec<&str> = three.iter().filter_map(title).collect();
        assert_eq!(three[0], paragraph(sentence));
        assert_eq!(titles, ["A way", "A way back"]);
    }
}

fn title(block: &Block) -> Option<&str> {
    match &block.kind {
        BlockKind::Figure(Figure {
            content: FigureContent::Drawing(drawing),
            ..
        }) => Some(&drawing.title),
        _ => None,
    }
}

#[test]
fn the_same_description_gives_the_same_bytes() {
    for (_, kind, body) in gallery() {
        let (once, again) = (drawn(&kind, &body).0, drawn(&kind, &body).0);
        assert_eq!(svg::print(&once, &Theme::built_in()), svg::print(&again, &Theme::built_in()));
        assert_eq!(svg::inline(&once, "f"), svg::inline(&again, "f"));
    }
}
