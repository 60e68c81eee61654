//! What an author can rely on: text arrives as typed, lines and columns fit, the same book gives the same bytes.

use super::sample::*;
use super::*;
use crate::assets::AssetId;
use crate::backends::page_list::Place;
use crate::document::{Block, BlockKind, Cell, Document, Image, InlineKind, Item, Link, List, Row, Table, Target};
use crate::math::Formula;

#[test]
fn the_sample_is_set_without_a_message() {
    let edition = edition();
    for kind in [PdfEdition::Print, PdfEdition::Screen] {
        let mut diagnostics = Diagnostics::default();
        let output = export(&edition, kind, &mut diagnostics);
        let messages: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect();
        assert_eq!(messages, Vec::<String>::new());
        assert!(output.unwrap().pages.unwrap() > 10);
    }
}

/// A small book with a `styles/book.typ` of its own.
fn with_template(template: &str) -> Edition {
    let blocks = vec![paragraph("One."), block(BlockKind::Rule), paragraph("Two.")];
    let mut edition = edition_of(Document {
        parts: vec![part(None, vec![chapter("a.md", "A", blocks)])],
    });
    edition.assets.typst = Some(template.to_owned());
    edition
}

#[test]
fn a_template_of_the_books_own_takes_effect() {
    let edition = with_template("#let ornament = align(center)[Leaf and Vine]\n");
    assert!(page_text(&edition, PdfEdition::Screen).contains("LeafandVine"));
    // It may also put rules around all that the built-in one does.
    let edition = with_template("#let before = book\n#let book(body) = {\n  show \"Two\": [Deux]\n  before(body)\n}\n");
    assert!(page_text(&edition, PdfEdition::Print).contains("Deux"));
}

#[test]
fn a_fault_in_the_books_own_template_is_told_without_a_place_in_the_manuscript() {
    for faulty in ["// A line.\n#let ornament = unknown-name\n", "// A line.\n#let ornament(\n"] {
        let mut diagnostics = Diagnostics::default();
        assert!(export(&with_template(faulty), PdfEdition::Print, &mut diagnostics).is_err());
        assert!(!diagnostics.is_empty());
        for said in diagnostics.iter() {
            assert_eq!((said.code.name, said.span), ("typst", None));
            assert_eq!(said.hints[0], "this is line 2 of the book's own `styles/book.typ`");
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
    let document = Press::new().set(edition, kind, &mut diagnostics).unwrap().document;
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
        // A stream whose last byte is a carriage return looks to the validator as if it ended a byte earlier.
        let misread = contains(&output.bytes, "\r\nendstream");
        let told = report
            .failures
            .iter()
            .filter(|failure| !(misread && failure.rule_id == "ISO 19005-2:2011:6.1.7.1:1"));
        let told: Vec<_> = told.collect();
        assert!(told.is_empty() && (report.is_compliant || misread), "{told:?}");
    }
    // An archive file must have a date; a book without one still claims to be accessible, without a message.
    let mut undated = edition();
    undated.settings.date = None;
    let mut diagnostics = Diagnostics::default();
    let output = export(&undated, PdfEdition::Screen, &mut diagnostics).unwrap();
    let options = ValidationOptions::default().profile(ValidationProfile::PdfUa1);
    assert!(diagnostics.is_empty() && validate_pdf_bytes(&output.bytes, &options).unwrap().is_compliant);
}

#[test]
fn a_message_leads_back_to_the_markdown() {
    let mut sources = crate::source::Sources::default();
    let file = sources.add("01.md", "One.\n\nTwo.\n");
    let at = |range| crate::source::Span::new(file, range);
    let blocks = [(0..4, "One."), (6..10, "Two.")].map(|(range, said)| {
        let text = crate::document::Inline::text(at(range.clone()), said);
        Block::new(at(range), BlockKind::Paragraph(vec![text]))
    });
    let edition = edition_of(Document {
        parts: vec![part(None, vec![chapter("01.md", "A", blocks.into())])],
    });
    let (files, trace) = markup::write(&edition, PdfEdition::Print, &Mends::default());
    let source = files.iter().find(|file| file.path == "/chapter/001.typ").unwrap();
    let Content::Text(source) = &source.content else {
        panic!("no source")
    };
    let two = source.find("Two.").unwrap();
    assert_eq!(trace.span("/chapter/001.typ", two), Some(at(6..10)));
    assert_eq!(trace.span("/book.typ", 0), None);
}

#[test]
fn what_is_nested_too_deep_is_set_flat() {
    let mut words = vec![text("qqq")];
    for depth in 0..crate::document::walk::MAX_DEPTH {
        words = vec![inline(match depth % 3 {
            0 => InlineKind::Emphasis(words),
            1 => InlineKind::Superscript(words),
            _ => InlineKind::Keyboard(words),
        })];
    }
    let mut blocks = vec![inlines(words)];
    for depth in 0..crate::document::walk::MAX_DEPTH {
        blocks = match depth % 3 {
            0 => vec![block(BlockKind::Quote(blocks))],
            1 => vec![block(BlockKind::List(List {
                start: Some(1),
                loose: true,
                items: vec![Item {
                    span: span(),
                    task: None,
                    blocks,
                }],
            }))],
            _ => vec![block(BlockKind::Table(Table {
                body: vec![Row {
                    cells: vec![Cell {
                        blocks,
                        columns: 1,
                        rows: 1,
                        header: false,
                    }],
                }],
                ..table(&["x"], &[])
            }))],
        };
    }
    let edition = edition_of(Document {
        parts: vec![part(None, vec![chapter("a.md", "A", blocks)])],
    });
    assert!(page_text(&edition, PdfEdition::Screen).contains("qqq"));
}

#[test]
fn a_row_higher_than_a_page_loses_nothing() {
    let long: Vec<String> = (0..900).map(|at| format!("word{at}")).collect();
    let long = long.join(" ");
    let mut tall = table(&["Key", "Value", "Other"], &[&["a", &long, "b"], &["c", "d", "e"]]);
    tall.body[0].cells[0].rows = 99;
    tall.body[0].cells[1].columns = 99;
    let edition = edition_of(Document {
        parts: vec![part(None, vec![chapter("a.md", "A", vec![block(BlockKind::Table(tall))])])],
    });
    let text = page_text(&edition, PdfEdition::Print);
    assert!((0..900).all(|at| text.contains(&format!("word{at}"))));
}

/// A book of these blocks alone.
fn of_blocks(blocks: Vec<Block>) -> Edition {
    edition_of(Document {
        parts: vec![part(None, vec![chapter("a.md", "A", blocks)])],
    })
}

/// The lines of text on the pages, as Typst has set them.
fn set_lines(frame: &typst::layout::Frame, out: &mut Vec<String>) {
    for (_, item) in frame.items() {
        match item {
            typst::layout::FrameItem::Text(run) => out.push(run.text.to_string()),
            typst::layout::FrameItem::Group(group) => set_lines(&group.frame, out),
            _ => {}
        }
    }
}

/// What contains a listing or an output, by how it looks in the manuscript.
fn containers() -> Vec<fn(Block) -> Block> {
    let in_list = |block_| {
        let blocks = vec![block_];
        let (task, span) = (None, span());
        let items = vec![Item { span, task, blocks }];
        block(BlockKind::List(List {
            start: Some(1),
            loose: false,
            items,
        }))
    };
    let numbered = |mut block: Block| {
        if let BlockKind::Listing(listing) = &mut block.kind {
            listing.line_numbers = true;
        }
        block
    };
    let in_cell = |block_| {
        let mut table = table(&["Key", "Value"], &[&["a", "b"]]);
        table.body[0].cells[1].blocks = vec![block_];
        block(BlockKind::Table(table))
    };
    vec![|block| block, numbered, in_list, in_cell, |block_| {
        block(BlockKind::Quote(vec![block_]))
    }]
}

#[test]
fn as_many_characters_as_are_said_to_fit_stand_on_one_line_and_one_more_does_not() {
    let code = |length: usize| block(BlockKind::Listing(listing(&"x".repeat(length))));
    let output = |length: usize| block(BlockKind::Output("x".repeat(length)));
    for contain in containers() {
        for make in [&code as &dyn Fn(usize) -> Block, &output] {
            for kind in [PdfEdition::Print, PdfEdition::Screen] {
                let found = fits(&of_blocks(vec![contain(make(400))]), kind);
                let [
                    Fit {
                        room: Room::Code { fitting, longest, .. },
                        ..
                    },
                ] = found.as_slice()
                else {
                    panic!("{found:?}");
                };
                assert_eq!(*longest, 400);
                let printed = |length: usize| {
                    let edition = of_blocks(vec![contain(make(length))]);
                    let told = fits(&edition, kind).len();
                    let document = Press::new()
                        .set(&edition, kind, &mut Diagnostics::default())
                        .unwrap()
                        .document;
                    let mut lines = Vec::new();
                    for page in document.pages() {
                        set_lines(&page.frame, &mut lines);
                    }
                    lines.retain(|line| line.chars().all(|letter| letter == 'x'));
                    (told, lines)
                };
                assert_eq!(printed(*fitting), (0, vec!["x".repeat(*fitting)]));
                let (told, lines) = printed(fitting + 1);
                assert_eq!((told, lines), (1, vec!["x".repeat(*fitting), "x".to_owned()]));
            }
        }
    }
}

#[test]
fn words_that_just_fit_a_column_are_set() {
    let words: Vec<String> = (8..40).map(|length| "0".repeat(length)).collect();
    let tables = words
        .iter()
        .map(|word| block(BlockKind::Table(table(&["A", "B", "C"], &[&[word, word, word]]))));
    let edition = of_blocks(tables.collect());
    export(&edition, PdfEdition::Print, &mut Diagnostics::default()).unwrap();
}

#[test]
fn what_is_kept_together_is_no_taller_than_a_page() {
    let long = |word: &str, count: usize, between: &str| {
        let words: Vec<String> = (0..count).map(|at| format!("{word}{at}x")).collect();
        words.join(between)
    };
    let mut cells = table(&[&long("h", 900, " "), "b"], &[&["a", "b"], &["c", "d"]]);
    cells.body[0].cells[0].blocks = vec![block(BlockKind::Listing(listing(&long("l", 90, "\n"))))];
    let broken = (0..90).flat_map(|at| [text(&format!("b{at}x")), inline(InlineKind::LineBreak)]);
    let broken: Vec<_> = broken.collect();
    cells.body[1].cells[1].blocks = vec![inlines(broken.clone())];
    let item = Item {
        span: span(),
        task: None,
        blocks: vec![inlines(broken)],
    };
    let list = List {
        start: None,
        loose: false,
        items: vec![item],
    };
    let edition = of_blocks(vec![
        block(BlockKind::Table(cells)),
        block(BlockKind::Listing(listing(&long("w", 900, "_")))),
        block(BlockKind::Output(long("o", 900, "_"))),
        block(BlockKind::List(list)),
    ]);
    let document = Press::new()
        .set(&edition, PdfEdition::Print, &mut Diagnostics::default())
        .unwrap()
        .document;
    for page in document.pages() {
        let bottom = page.frame.height();
        assert!(lowest(&page.frame) <= bottom, "text below the page");
    }
}

/// Where the lowest text of a frame stands.
fn lowest(frame: &typst::layout::Frame) -> typst::layout::Abs {
    let mut low = typst::layout::Abs::zero();
    for (place, item) in frame.items() {
        let depth = match item {
            typst::layout::FrameItem::Text(_) => typst::layout::Abs::zero(),
            typst::layout::FrameItem::Group(group) => lowest(&group.frame),
            _ => continue,
        };
        low = low.max(place.y + depth);
    }
    low
}

#[test]
fn blank_pages_are_numbered_like_those_before_them() {
    let layout = Press::new()
        .lay_out(&edition(), PdfEdition::Print, &mut Diagnostics::default())
        .unwrap();
    let patterns: Vec<String> = layout
        .laid
        .document
        .pages()
        .iter()
        .map(|page| format!("{:?}", page.numbering))
        .collect();
    let front = patterns.iter().take_while(|pattern| *pattern == &patterns[0]).count();
    assert!(front > 0 && front < patterns.len());
    assert!(
        patterns[front..].iter().all(|pattern| pattern == &patterns[front]),
        "{patterns:?}"
    );
}

#[test]
fn pages_are_set_alike_whether_they_are_listed_or_not() {
    let mut edition = edition();
    let (plain, mut press) = (
        export(&edition, PdfEdition::Print, &mut Diagnostics::default()).unwrap(),
        Press::new(),
    );
    edition.settings.page_list = Some(span());
    let layout = press
        .lay_out(&edition, PdfEdition::Print, &mut Diagnostics::default())
        .unwrap();
    let listed = press.print(&edition, &layout, &mut Diagnostics::default()).unwrap();
    assert!(plain == listed);
    // Every page is there, in the order of the text.
    let pages = press.page_list(&edition, &layout).pages;
    assert_eq!(Some(pages.len()), plain.pages);
    let places = pages.iter().filter_map(|page| match page.place {
        Place::Text { node, offset } => Some((node, offset)),
        Place::Title | Place::Copyright | Place::Contents | Place::Part(_) => None,
    });
    let places: Vec<_> = places.collect();
    assert!(places.is_sorted() && places.len() > 10, "{places:?}");
}
