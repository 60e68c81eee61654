//! What holds for the figures of every kind.

use super::promises::{PAGES, bounds, drawn, drawn_in, faults_of, gallery, refuse, span};
use super::scene::{Fill, Ink, Point, Shape};
use super::*;
use crate::assets::built_in_fonts;
use crate::document::{Block, BlockKind, Figure, FigureContent};
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
fn a_long_description_that_cannot_be_read_has_that_fault_alone() {
    let body = "- a\n".repeat(150) + "no bullet";
    let (_, messages) = drawn_in("stack", &body, PAGES[0]);
    assert!(
        messages.iter().all(|message| message.starts_with("bad-diagram")),
        "{messages:?}"
    );
}

/// How light a colour is, from 0 to 1 (WCAG 2.2, relative luminance); in grey, nothing but this is left of it.
fn luminance(colour: Colour) -> f64 {
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    let [red, green, blue] = colour.rgb.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The fill of what a text stands on: the foremost shape behind it.
fn ground(scene: &Scene, text: usize) -> Fill {
    let behind = scene.shapes[..text]
        .iter()
        .rev()
        .find_map(|shape| fill_at(shape, middle(scene, text)?));
    behind.unwrap_or(Fill::Page)
}

fn middle(scene: &Scene, text: usize) -> Option<Point> {
    match &scene.shapes[text].ink {
        Ink::Text { at, line, .. } => Some(Point::new(at.x + line.width / 2.0, at.y - 2.0)),
        _ => None,
    }
}

/// A shape's fill, if it covers a point.
fn fill_at(shape: &Shape, point: Point) -> Option<Fill> {
    let (area, fill) = match &shape.ink {
        Ink::Box { area, fill, .. } => (*area, *fill),
        Ink::Polygon { points, fill, .. } => (bounds(points), *fill),
        _ => return None,
    };
    let behind = area.x < point.x && point.x < area.right() && area.y < point.y && point.y < area.bottom();
    behind.then_some(fill)
}

#[test]
fn letters_hold_four_and_a_half_to_one_in_colour_in_grey_and_on_a_dark_page() {
    let theme = Theme::built_in();
    for (name, kind, body) in gallery() {
        let scene = drawn(&kind, &body).0.scene;
        for colours in [svg::Colours::Light(&theme), svg::Colours::Dark(&theme)] {
            for (at, shape) in scene.shapes.iter().enumerate() {
                let Ink::Text { tone, line, .. } = &shape.ink else { continue };
                let (ink, ground) = (colours.fill(Fill::Solid(*tone)), colours.fill(ground(&scene, at)));
                let text = line.spans.first().map(|span| &span.text);
                assert!(
                    contrast(ink, ground) >= 4.5,
                    "{name}, {text:?}: {} on {}",
                    ink.hex(),
                    ground.hex()
                );
            }
        }
    }
}

/// The share of its own colour that a text stands on: tints within tints add up.
fn share_behind(scene: &Scene, text: usize) -> f64 {
    let Some(point) = middle(scene, text) else { return 0.0 };
    let clear = scene.shapes[..text].iter().map(|shape| match fill_at(shape, point) {
        Some(Fill::Tint(_, share)) => 1.0 - f64::from(share) / 100.0,
        Some(Fill::Solid(_)) => 0.0,
        Some(Fill::Page) | None => 1.0,
    });
    1.0 - clear.product::<f64>()
}

#[test]
fn letters_of_the_readers_own_colour_hold_it_too() {
    let theme = Theme::built_in();
    for (name, kind, body) in gallery() {
        let drawing = drawn(&kind, &body).0;
        for scene in [Some(&drawing.scene), drawing.narrow.as_ref()].into_iter().flatten() {
            let share = (0..scene.shapes.len()).map(|at| share_behind(scene, at)).fold(0.0, f64::max);
            for (ink, page) in [
                (theme.colours.text.light, theme.colours.page.light),
                (theme.colours.text.dark, theme.colours.page.dark),
            ] {
                let mix = |at: usize| f64::from(ink.rgb[at]) * share + f64::from(page.rgb[at]) * (1.0 - share);
                let ground = Colour {
                    rgb: [0, 1, 2].map(|at| mix(at) as u8),
                };
                assert!(contrast(ink, ground) >= 4.5, "{name}: {share} of {}", ink.hex());
            }
        }
    }
}

/// Pixels for each pt of the reference pictures.
const SCALE: f32 = 1.5;

/// The pictures in `tests/references` were looked at; what is drawn now may differ from them by what another version of a
/// rasteriser would change. With `UPDATE_REFERENCES=1` they are made anew: look at them before you keep them.
#[test]
fn the_gallery_looks_as_its_references_do() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references");
    let update = std::env::var_os("UPDATE_REFERENCES").is_some();
    let (theme, fonts) = (Theme::built_in(), built_in_fonts());
    let paint = svg::Paint {
        colours: svg::Colours::Light(&theme),
        outlines: None,
    };
    let (mut faults, mut expected) = (Vec::new(), Vec::new());
    for (id, kind, body) in gallery() {
        let wide = drawn(&kind, &body).0;
        let narrow = wide.narrow.clone().map(|scene| Drawing { scene, ..wide.clone() });
        for (name, drawing) in [(format!("{id}.png"), Some(wide)), (format!("{id}-narrow.png"), narrow)] {
            let Some(drawing) = drawing else { continue };
            let picture = picture::pixels(&drawing, paint, &fonts, SCALE).unwrap();
            let path = folder.join(&name);
            if update {
                picture.save_png(&path).unwrap();
            }
            match resvg::tiny_skia::Pixmap::load_png(&path) {
                Ok(reference) => faults.extend(difference(&picture, &reference).map(|fault| format!("{name}: {fault}"))),
                Err(error) => faults.push(format!("{name}: {error}")),
            }
            expected.push(name);
        }
    }
    for entry in std::fs::read_dir(&folder).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if name.ends_with(".png") && !expected.contains(&name) {
            faults.push(format!("{name} is the reference of no figure"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// How two pictures differ, if by more than the smoothing of edges.
fn difference(picture: &resvg::tiny_skia::Pixmap, reference: &resvg::tiny_skia::Pixmap) -> Option<String> {
    let size = |of: &resvg::tiny_skia::Pixmap| (of.width(), of.height());
    if size(picture) != size(reference) {
        return Some(format!("{:?} pixels instead of {:?}", size(picture), size(reference)));
    }
    let pairs = picture.data().chunks(4).zip(reference.data().chunks(4));
    let differs = |(a, b): &(&[u8], &[u8])| a.iter().zip(b.iter()).any(|(a, b)| a.abs_diff(*b) > 64);
    let count = pairs.filter(differs).count();
    let all = picture.data().len() / 4;
    (count * 2000 > all).then(|| format!("{count} of {all} pixels differ"))
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
            planned: None,
            span: None,
            title: None,
            number: None,
            id: String::new(),
            chapters: vec![crate::document::Chapter {
                file: span().file,
                path: "a.md".to_owned(),
                kind: crate::document::ChapterKind::Chapter,
                span: span(),
                title: Vec::new(),
                slug: String::new(),
                numbered: true,
                planned: None,
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
        assert_eq!(svg::inline(&once, "f", None), svg::inline(&again, "f", None));
    }
}

#[test]
fn on_a_narrow_screen_letters_are_readable_or_the_figure_scrolls() {
    for (name, kind, body) in gallery() {
        let drawing = drawn(&kind, &body).0;
        let Some(narrow) = drawing.narrow.as_deref() else { continue };
        let sizes = narrow.shapes.iter().filter_map(|shape| match &shape.ink {
            Ink::Text { line, .. } => line.spans.iter().map(|span| span.size).reduce(f64::min),
            _ => None,
        });
        let least = sizes.fold(f64::MAX, f64::min);
        assert!(least >= text::SMALLEST - 1e-6, "{name}: {least} pt");
        let scrolls = svg::inline(&drawing, "x", None).contains("scrolls");
        assert_eq!(scrolls, narrow.width > NARROW + 0.01, "{name}");
    }
}
