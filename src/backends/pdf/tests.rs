//! What an author can rely on: text arrives as typed, lines and columns fit, the same book gives the same bytes.

use super::sample::*;
use super::*;
use crate::assets::AssetId;
use crate::document::{Block, BlockKind, Document, Image, InlineKind, Link, Target};
use crate::math::Formula;

/// Writes the sample where a person can look at it, when asked.
#[test]
fn the_sample_is_set_without_a_message() {
    let edition = edition();
    for kind in [PdfEdition::Print, PdfEdition::Screen] {
        let mut diagnostics = Diagnostics::default();
        if let Some(folder) = std::env::var_os("PUBLISH_SAMPLE") {
            for (path, text) in typst_source(&edition, kind) {
                let path = std::path::Path::new(&folder)
                    .join(kind.name())
                    .join(path.trim_start_matches('/'));
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
        }
        let output = export(&edition, kind, &mut diagnostics);
        let messages: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect();
        assert_eq!(messages, Vec::<String>::new());
        let output = output.unwrap();
        assert!(output.pages.unwrap() > 10);
        if let Some(folder) = std::env::var_os("PUBLISH_SAMPLE") {
            std::fs::write(
                std::path::Path::new(&folder).join(format!("{}.pdf", kind.name())),
                output.bytes,
            )
            .unwrap();
        }
    }
}

/// Strings that would do something if they were read as Typst.
const NASTY: &[&str] = &[
    "#import \"x\": *",
    "]#panic()[",
    "\\",
    "\\\"#",
    "$x$ *bold* _it_ `raw` ```raw```",
    "\"",
    "#{ let x = 1 }",
    "// not /* a comment */",
    "= Title",
    "- item + item / term: x",
    "<label> @ref ~ -- --- ...",
    "https://example.org/?a=\"b\"#c",
    "λ→漢字 \u{1f40d} e\u{301} \u{2011} \u{a0}\u{2028}x",
    "\")]}; #sys.version",
];

fn frame_text(frame: &typst::layout::Frame, out: &mut String) {
    for (_, item) in frame.items() {
        match item {
            typst::layout::FrameItem::Text(run) => out.push_str(&run.text),
            typst::layout::FrameItem::Group(group) => frame_text(&group.frame, out),
            _ => {}
        }
    }
}

/// What the pages say, without the spaces at which lines may have been broken.
fn page_text(edition: &Edition, kind: PdfEdition) -> String {
    let mut diagnostics = Diagnostics::default();
    let (document, _) = Press::new().set(edition, kind, &mut diagnostics).unwrap();
    assert_eq!(
        diagnostics.iter().map(|said| said.message.as_str()).collect::<Vec<_>>(),
        Vec::<&str>::new()
    );
    let mut text = String::new();
    for page in document.pages() {
        frame_text(&page.frame, &mut text);
    }
    text.split_whitespace().collect()
}

/// Every kind of leaf, each with the same text.
fn leaves(nasty: &str) -> Vec<Block> {
    let said = || vec![text(nasty)];
    let mut captioned = listing(nasty);
    captioned.caption = said();
    let mut titled = table(&[nasty], &[&[nasty]]);
    titled.caption = said();
    let link = |target| {
        inlines(vec![inline(InlineKind::Link(Link {
            content: said(),
            target,
            title: nasty.to_owned(),
        }))])
    };
    let formula = |display| Formula {
        latex: nasty.to_owned(),
        display,
        tree: None,
    };
    vec![
        paragraph(nasty),
        inlines(vec![
            inline(InlineKind::Emphasis(said())),
            code(nasty),
            inline(InlineKind::Keyboard(said())),
        ]),
        inlines(vec![inline(InlineKind::Math(formula(false)))]),
        block(BlockKind::Math(formula(true))),
        block(BlockKind::Listing(captioned)),
        block(BlockKind::Output(nasty.to_owned())),
        block(BlockKind::Table(titled)),
        link(Target::External(format!("https://example.org/{nasty}"))),
        link(Target::Unresolved(nasty.to_owned())),
        block(BlockKind::Details {
            summary: said(),
            blocks: vec![paragraph(nasty)],
        }),
        inlines(vec![inline(InlineKind::Image(Image {
            source: nasty.to_owned(),
            alt: nasty.to_owned(),
            title: String::new(),
            width: Some(nasty.to_owned()),
            asset: Some(AssetId(0)),
        }))]),
    ]
}

#[test]
fn text_arrives_as_typed_through_every_leaf() {
    let chapters = NASTY
        .iter()
        .enumerate()
        .map(|(at, nasty)| chapter(&format!("{at}.md"), nasty, leaves(nasty)));
    let edition = edition_of(Document {
        parts: vec![part(Some(NASTY[0]), chapters.collect())],
    });
    for kind in [PdfEdition::Print, PdfEdition::Screen] {
        let text = page_text(&edition, kind);
        for nasty in NASTY {
            let bare: String = nasty.split_whitespace().collect();
            // Fifteen leaves, once more in the contents, in the title and over the pages that follow.
            let found = text.matches(&bare).count();
            assert!(
                found >= 15,
                "{nasty:?} was found {found} times in the {} edition",
                kind.name()
            );
        }
    }
}

#[test]
fn an_id_may_hold_anything() {
    for nasty in NASTY {
        let mut target = paragraph("here");
        target.attributes.id = Some((*nasty).to_owned());
        let to = |id: &str| Target::Internal {
            chapter: 0,
            id: Some(id.to_owned()),
        };
        let mut edition = edition_of(Document {
            parts: vec![part(None, vec![chapter("a.md", "A", vec![target])])],
        });
        // After the passes, so that nothing has been tidied up.
        let link = |target| {
            inline(InlineKind::Link(Link {
                content: vec![text("there")],
                target,
                title: String::new(),
            }))
        };
        let lost = link(to("nowhere"));
        let beyond = link(Target::Internal { chapter: 99, id: None });
        for chapter in edition.document.chapters_mut() {
            chapter
                .blocks
                .push(inlines(vec![link(to(nasty)), lost.clone(), beyond.clone()]));
        }
        page_text(&edition, PdfEdition::Screen);
    }
}

#[test]
fn the_same_book_gives_the_same_bytes_from_a_new_press_and_a_used_one() {
    let edition = edition();
    let mut diagnostics = Diagnostics::default();
    let first = export(&edition, PdfEdition::Screen, &mut diagnostics).unwrap();
    let mut press = Press::new();
    press
        .export(
            &edition_of(Document {
                parts: vec![part(None, vec![chapter("a.md", "A", vec![paragraph("x")])])],
            }),
            PdfEdition::Print,
            &mut diagnostics,
        )
        .unwrap();
    let second = press.export(&edition, PdfEdition::Screen, &mut diagnostics).unwrap();
    assert!(first == second);
}

#[test]
fn a_print_edition_has_no_annotations_and_no_bookmarks() {
    let output = export(&edition(), PdfEdition::Print, &mut Diagnostics::default()).unwrap();
    for key in ["/Annots", "/Outlines", "/StructTreeRoot"] {
        assert!(!contains(&output.bytes, key), "{key}");
    }
    let output = export(&edition(), PdfEdition::Screen, &mut Diagnostics::default()).unwrap();
    assert!(contains(&output.bytes, "/Annots") && contains(&output.bytes, "/Outlines"));
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn the_screen_edition_keeps_what_it_claims() {
    use page_validation::{ValidationOptions, ValidationProfile, validate_pdf_bytes};
    let output = export(&edition(), PdfEdition::Screen, &mut Diagnostics::default()).unwrap();
    for profile in [ValidationProfile::PdfUa1, ValidationProfile::PdfA2a] {
        let report = validate_pdf_bytes(&output.bytes, &ValidationOptions::default().profile(profile));
        let report = report.unwrap();
        assert!(report.is_compliant, "{:?}", report.failures);
    }
}
