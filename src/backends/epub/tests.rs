//! An edition with every kind of node, made by hand.

use super::export;
use crate::assets::{AssetId, Assets, Font, FontData, FontRole, Picture, PictureFormat, built_in_fonts};
use crate::diag::Diagnostics;
use crate::document::block::AdmonitionKind;
use crate::document::*;
use crate::edition::{Edition, Terms};
use crate::listings::{Class, Token};
use crate::manuscript::Settings;
use crate::math::Formula;
use crate::source::{FileId, Sources, Span};
use crate::theme::{Colour, Colours, Families, Pair, Sizes, Theme};
use std::io::Read;
use std::sync::Arc;

/// A PNG of one transparent pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x56\xc7\x2f\x0d\0\0\0\0IEND\xaeB`\x82";

fn theme() -> Theme {
    let pair = |light, dark| Pair {
        light: Colour::parse(light).unwrap(),
        dark: Colour::parse(dark).unwrap(),
    };
    Theme {
        families: Families {
            text: "Source Serif 4".to_owned(),
            sans: "Source Sans 3".to_owned(),
            mono: "Source Code Pro".to_owned(),
            math: "STIX Two Math".to_owned(),
        },
        sizes: Sizes {
            text: 10.2,
            leading: 14.2,
            code: 8.4,
            table: 8.8,
            caption: 8.8,
            note: 8.2,
            head: 8.4,
            chapter: 27.0,
            section: 14.5,
            subsection: 11.2,
            figure: 8.6,
        },
        colours: Colours {
            text: pair("#1a1a1a", "#d8dade"),
            page: pair("#ffffff", "#16181c"),
            accent: pair("#1f5673", "#7fb7d6"),
            link: pair("#1b5e8a", "#86bdec"),
            muted: pair("#5b6068", "#9aa1ab"),
            rule: pair("#c9ced6", "#3d434c"),
            code: pair("#f5f6f8", "#1f2329"),
            highlighted: pair("#fdf1cf", "#3b3520"),
            tokens: [
                (Class::Keyword, pair("#8a2252", "#e58fb5")),
                (Class::Function, pair("#1d4f91", "#8db9f2")),
                (Class::Number, pair("#8a4b00", "#e6b06c")),
                (Class::String, pair("#2b6321", "#9bcb86")),
                (Class::Comment, pair("#5a5f66", "#9aa3ad")),
            ]
            .into(),
        },
        inks: Default::default(),
    }
}

struct Maker(FileId);

impl Maker {
    fn span(&self) -> Span {
        Span::new(self.0, 0..1)
    }

    fn inline(&self, kind: InlineKind) -> Inline {
        Inline::new(self.span(), kind)
    }

    fn text(&self, text: &str) -> Inline {
        Inline::text(self.span(), text)
    }

    fn block(&self, kind: BlockKind) -> Block {
        Block::new(self.span(), kind)
    }

    fn paragraph(&self, text: &str) -> Block {
        self.block(BlockKind::Paragraph(vec![self.text(text)]))
    }

    fn with_id(&self, id: &str, kind: BlockKind) -> Block {
        Block {
            attributes: Attributes::with_id(id),
            ..self.block(kind)
        }
    }

    fn link(&self, content: Vec<Inline>, target: Target) -> Inline {
        self.inline(InlineKind::Link(Link {
            content,
            target,
            title: "A \"title\"".to_owned(),
        }))
    }

    fn image(&self, asset: Option<usize>) -> Image {
        Image {
            source: "images/x.png".to_owned(),
            alt: "A <pixel>".to_owned(),
            title: String::new(),
            width: Some("60%".to_owned()),
            asset: asset.map(AssetId),
        }
    }

    fn cell(&self, text: &str, columns: u16, rows: u16) -> Cell {
        Cell {
            blocks: if text.is_empty() {
                Vec::new()
            } else {
                vec![self.paragraph(text)]
            },
            columns,
            rows,
            header: false,
        }
    }

    /// A paragraph with every kind of inline.
    fn inlines(&self) -> Block {
        let prose = "Every object in CPython begins with the same two words, and so does the story of how it is found, \
                     counted and, in the end, set free. ";
        let one = |text: &str| vec![self.text(text)];
        let here = Target::Internal {
            chapter: 0,
            id: Some("21-history".to_owned()),
        };
        let inlines = vec![
            self.text(prose),
            self.text("Text & <more>\u{1} "),
            self.inline(InlineKind::SoftBreak),
            self.inline(InlineKind::Emphasis(one("emphasis"))),
            self.text(", "),
            self.inline(InlineKind::Strong(vec![self.inline(InlineKind::Emphasis(one("strong")))])),
            self.inline(InlineKind::LineBreak),
            self.inline(InlineKind::Strikethrough(one("struck"))),
            self.text(" E = mc"),
            self.inline(InlineKind::Superscript(one("2"))),
            self.text(" H"),
            self.inline(InlineKind::Subscript(one("2"))),
            self.text("O, press "),
            self.inline(InlineKind::Keyboard(one("Ctrl"))),
            self.text("+"),
            self.inline(InlineKind::Keyboard(one("C"))),
            self.text(" to stop the "),
            self.inline(InlineKind::Abbreviation {
                content: one("GIL"),
                title: "Global Interpreter Lock".to_owned(),
            }),
            self.inline(InlineKind::Span(one(" span "))),
            self.inline(InlineKind::Code("a < b".to_owned())),
            self.text(" and "),
            self.inline(InlineKind::Math(Formula {
                latex: "a < b".to_owned(),
                display: false,
                tree: None,
            })),
            self.text(", a "),
            self.link(one("web link"), Target::External("https://example.org/a b?x=1&y".to_owned())),
            self.text(", an "),
            // A link and a note inside of a link.
            self.link(
                vec![
                    self.link(one("inner"), here.clone()),
                    self.inline(InlineKind::Note { index: 0, occurrence: 1 }),
                ],
                here.clone(),
            ),
            self.link(one(" script"), Target::External("javascript:alert(1)".to_owned())),
            self.link(one(" nowhere"), Target::Unresolved("x.md".to_owned())),
            self.link(
                one(" lost"),
                Target::Internal {
                    chapter: 1,
                    id: Some("no-such-id".to_owned()),
                },
            ),
            self.link(one(" part "), Target::Part { part: 1 }),
            self.inline(InlineKind::Reference(Reference {
                target: here,
                text: "Section\u{A0}2.1".to_owned(),
            })),
            self.inline(InlineKind::Image(self.image(Some(0)))),
            self.inline(InlineKind::Image(self.image(None))),
            self.inline(InlineKind::NoteLabel("undefined".to_owned())),
            self.text(" A note"),
            self.inline(InlineKind::Note { index: 1, occurrence: 1 }),
            self.text(" and again."),
            self.inline(InlineKind::Note { index: 1, occurrence: 2 }),
            Inline {
                attributes: Some(Box::new(Attributes::with_id("here"))),
                ..self.inline(InlineKind::Anchor)
            },
        ];
        self.block(BlockKind::Paragraph(inlines))
    }

    fn listing(&self) -> Listing {
        let code = "def fetch(cell):  # a comment that is far too long for the line of any telephone in the world\n    return \"\"\"two\n\nlines\"\"\" if cell < 42 else None";
        let token = |text: &str, class| {
            let start = code.find(text).unwrap();
            Token {
                start: start as u32,
                end: (start + text.len()) as u32,
                class,
            }
        };
        Listing {
            language: Some("python".to_owned()),
            code: code.to_owned(),
            caption: vec![self.text("A closure & its cell")],
            number: Some("2.1".to_owned()),
            line_numbers: true,
            highlighted: vec![2],
            tokens: vec![
                token("def", Class::Keyword),
                token("fetch", Class::Function),
                token(
                    "# a comment that is far too long for the line of any telephone in the world",
                    Class::Comment,
                ),
                token("return", Class::Keyword),
                token("\"\"\"two\n\nlines\"\"\"", Class::String),
                token("42", Class::Number),
            ],
            ..Listing::default()
        }
    }

    fn table(&self) -> Table {
        let head = [("Name", 1, 1), ("", 1, 1), ("Size", 1, 1)];
        let rows = [
            vec![("int", 1, 2), ("A whole number, however large it may be", 1, 1), ("28", 1, 1)],
            vec![("spans beyond", 9, 9)],
            vec![("short", 1, 1)],
        ];
        let row = |cells: &[(&str, u16, u16)]| Row {
            cells: cells
                .iter()
                .map(|(text, columns, rows)| self.cell(text, *columns, *rows))
                .collect(),
        };
        Table {
            columns: vec![Alignment::Left, Alignment::Center, Alignment::Right],
            head: vec![row(&head)],
            body: rows.iter().map(|cells| row(cells)).collect(),
            caption: vec![self.text("Sizes")],
            number: Some("2.1".to_owned()),
        }
    }

    fn item(&self, task: Option<bool>, text: &str) -> Item {
        Item {
            span: self.span(),
            task,
            blocks: vec![self.paragraph(text)],
        }
    }

    fn list(&self, start: Option<u64>, loose: bool, tasks: bool) -> Block {
        let task = |done| tasks.then_some(done);
        let mut items = vec![
            self.item(
                task(true),
                "One that is done and runs on over the line's end on a small telephone",
            ),
            self.item(task(false), "Two"),
        ];
        items[1].blocks.push(self.block(BlockKind::List(List {
            start: None,
            loose: false,
            items: vec![self.item(None, "Nested")],
        })));
        self.block(BlockKind::List(List { start, loose, items }))
    }

    fn admonition(&self, kind: AdmonitionKind) -> Block {
        self.block(BlockKind::Admonition(Admonition {
            kind,
            blocks: vec![self.paragraph("The lock is held while bytecode runs, and given up while waiting for the disk.")],
        }))
    }

    /// Every kind of block.
    fn blocks(&self) -> Vec<Block> {
        let image = FigureContent::Image(self.image(Some(0)));
        vec![
            self.inlines(),
            self.paragraph("A second paragraph follows the first, so that one sees how they part from each other on the page."),
            self.with_id("lst-cell", BlockKind::Listing(self.listing())),
            self.block(BlockKind::Output("None\n<output>".to_owned())),
            self.block(BlockKind::Listing(Listing {
                code: "$ python -m dis\n".to_owned(),
                ..Listing::default()
            })),
            self.with_id("tbl-x", BlockKind::Table(self.table())),
            self.with_id(
                "fig-x",
                BlockKind::Figure(Figure {
                    content: image.clone(),
                    caption: vec![self.text("A figure")],
                    number: Some("2.1".to_owned()),
                }),
            ),
            self.block(BlockKind::Figure(Figure {
                content: FigureContent::Blocks(vec![self.paragraph("In a figure")]),
                caption: Vec::new(),
                number: None,
            })),
            self.block(BlockKind::Diagram(Diagram {
                kind: "flow".to_owned(),
                body: "a → b".to_owned(),
                lines: vec![self.span()],
                caption: Vec::new(),
            })),
            self.block(BlockKind::Quote(vec![
                self.paragraph("There should be one, and preferably only one, obvious way to do it."),
                self.block(BlockKind::Heading(Heading {
                    level: 1,
                    title: vec![self.text("A heading in a quote")],
                    slug: "q".to_owned(),
                })),
                self.block(BlockKind::Heading(Heading {
                    level: 1,
                    title: Vec::new(),
                    slug: String::new(),
                })),
            ])),
            self.admonition(AdmonitionKind::Note),
            self.admonition(AdmonitionKind::Tip),
            self.admonition(AdmonitionKind::Important),
            self.admonition(AdmonitionKind::Warning),
            self.admonition(AdmonitionKind::Caution),
            self.list(None, false, false),
            self.list(Some(3), true, false),
            self.list(None, false, true),
            self.block(BlockKind::Definitions(vec![
                Definition {
                    terms: vec![vec![self.text("refcount")], vec![self.text("reference count")]],
                    meanings: vec![vec![self.paragraph("How many names an object has.")]],
                },
                Definition::default(),
            ])),
            self.block(BlockKind::Math(Formula {
                latex: "x^2".to_owned(),
                display: true,
                tree: Some(Box::new(crate::math::Node::Row(Vec::new()))),
            })),
            self.block(BlockKind::Rule),
            self.block(BlockKind::Details {
                summary: vec![self.link(vec![self.text("More")], Target::External("https://example.org".to_owned()))],
                blocks: vec![self.paragraph("Hidden")],
            }),
            self.block(BlockKind::Group(vec![self.paragraph("Grouped")])),
        ]
    }

    fn section(&self, depth: u8, number: Option<&str>, title: &str, id: &str, blocks: Vec<Block>) -> Block {
        self.with_id(
            id,
            BlockKind::Section(Section {
                depth,
                heading_span: self.span(),
                title: vec![self.text(title)],
                slug: id.to_owned(),
                number: number.map(str::to_owned),
                blocks,
            }),
        )
    }

    fn chapter(&self, path: &str, title: &str, number: Option<&str>) -> Chapter {
        let mut blocks = vec![self.paragraph("Opening words that lead into the chapter.")];
        let deeper = self.section(2, None, "Deeper", "deeper", self.blocks());
        blocks.push(self.section(
            1,
            number.map(|_| "2.1"),
            "History & more",
            "21-history",
            vec![self.paragraph("Told."), deeper],
        ));
        blocks.push(self.section(1, None, "", "empty", vec![self.paragraph("Under an empty heading.")]));
        // The same id again, which may be written once only.
        blocks.push(self.section(1, None, "Note 1", "21-history", Vec::new()));
        let note = |label: &str, number| Note {
            span: self.span(),
            label: label.to_owned(),
            number,
            blocks: vec![self.paragraph("What the note says, with a good many words so that it wraps.")],
            references: 1,
        };
        Chapter {
            file: self.0,
            path: path.to_owned(),
            kind: crate::document::ChapterKind::of(path),
            span: self.span(),
            title: vec![self.text(title)],
            slug: String::new(),
            numbered: number.is_some(),
            planned: None,
            number: number.map(str::to_owned),
            id: "top".to_owned(),
            blocks,
            notes: vec![note("a", 1), note("b", 2), note("never referred to", 3)],
            language: Some("en".to_owned()),
        }
    }
}

fn edition() -> Edition {
    let mut sources = Sources::default();
    let maker = Maker(sources.add("a.md", "a"));
    let part = |title: Option<&str>, number: Option<&str>, chapters| Part {
        planned: None,
        span: None,
        title: title.map(|title| vec![maker.text(title)]),
        number: number.map(str::to_owned),
        id: "part-1".to_owned(),
        chapters,
    };
    let picture = Picture {
        path: "images/x y.png".to_owned(),
        format: PictureFormat::Png,
        width: 1,
        height: 1,
        bytes: Arc::new(PIXEL.to_vec()),
    };
    Edition {
        bibliography: Default::default(),
        commit: None,
        divided: false,
        outline: None,
        ledgers: Default::default(),
        settings: Settings {
            title: "Python & Co. <Under> the Hood".to_owned(),
            subtitle: Some("How the interpreter works, from source to bytecode and back".to_owned()),
            authors: vec!["Ada Writer".to_owned(), "Charles B.".to_owned()],
            language: "en".to_owned(),
            date: Some("2026-03-01".to_owned()),
            publisher: Some("A & B".to_owned()),
            rights: Some("© 2026 Ada Writer. CC BY-SA 4.0.".to_owned()),
            description: Some("A book.".to_owned()),
            subjects: vec!["Python".to_owned()],
            ..Settings::default()
        },
        theme: theme(),
        terms: Terms::of("en"),
        document: Document {
            parts: vec![
                part(None, None, vec![maker.chapter("introduction.md", "Introduction", None)]),
                part(
                    Some("The Python Landscape"),
                    Some("I"),
                    vec![
                        maker.chapter("02 execution.md", "The Execution Model", Some("2")),
                        maker.chapter("cover.md", "", Some("3")),
                    ],
                ),
                part(Some(""), None, vec![maker.chapter("nav.md", "", None)]),
            ],
        },
        assets: Assets {
            pictures: vec![picture],
            fonts: built_in_fonts(),
            ..Assets::default()
        },
        sources,
    }
}

fn entries(bytes: &[u8]) -> Vec<(String, Vec<u8>, zip::CompressionMethod)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut entries = Vec::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        let name = entry.name().unwrap().into_owned();
        entries.push((name, content, entry.compression()));
    }
    entries
}

#[test]
fn every_kind_of_node_becomes_well_formed_xml_with_ids_that_are_unique_and_links_that_lead_somewhere() {
    let mut diagnostics = Diagnostics::default();
    let output = export(&edition(), &mut diagnostics).unwrap();
    let mut pages = 0;
    for (name, content, _) in entries(&output.bytes) {
        if !name.ends_with(".xhtml") {
            continue;
        }
        pages += 1;
        let text = String::from_utf8(content).unwrap();
        let options = roxmltree::ParsingOptions {
            allow_dtd: true,
            ..roxmltree::ParsingOptions::default()
        };
        let tree =
            roxmltree::Document::parse_with_options(&text, options).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        let mut ids = std::collections::BTreeSet::new();
        for node in tree.descendants() {
            if let Some(id) = node.attribute("id") {
                assert!(ids.insert(id), "{name} has the id {id} twice");
            }
        }
        for link in tree.descendants().filter(|node| node.has_tag_name("a")) {
            assert!(
                !link.ancestors().skip(1).any(|node| node.has_tag_name("a")),
                "{name} has a link in a link"
            );
            let fragment = link.attribute("href").and_then(|href| href.strip_prefix('#'));
            assert!(fragment.is_none_or(|id| ids.contains(id)), "{name}: {fragment:?}");
        }
    }
    assert_eq!(pages, 10);
    assert!(diagnostics.iter().all(|diagnostic| diagnostic.code.name == "dead-link"));
    assert_eq!(diagnostics.iter().count(), 4, "one script in each chapter");
}

#[test]
fn the_archive_is_as_readers_want_it_and_the_same_every_time() {
    let output = export(&edition(), &mut Diagnostics::default()).unwrap();
    assert!(output.bytes == export(&edition(), &mut Diagnostics::default()).unwrap().bytes);
    let entries = entries(&output.bytes);
    let (name, content, compression) = &entries[0];
    assert_eq!(
        (name.as_str(), content.as_slice()),
        ("mimetype", b"application/epub+zip".as_slice())
    );
    assert_eq!(*compression, zip::CompressionMethod::Stored);
    let mut names: Vec<&str> = entries.iter().map(|(name, ..)| name.as_str()).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "no file stands twice in the archive");
    assert!(
        names.contains(&"OEBPS/cover-2.xhtml"),
        "a chapter called cover keeps a page of its own"
    );
}

#[test]
fn a_font_of_the_book_serves_for_what_the_families_of_the_theme_lack_and_only_then() {
    let further = |text: &str| {
        let mut edition = edition();
        let math = built_in_fonts().into_iter().find(|font| font.role == FontRole::Math).unwrap();
        let own = Font {
            family: "Further".to_owned(),
            role: FontRole::Text,
            name: "Further.otf".to_owned(),
            data: FontData::Owned(std::sync::Arc::new(math.data.bytes().to_vec())),
            ..math
        };
        edition.assets.fonts.insert(0, own);
        edition.document.parts.truncate(1);
        let chapter = &mut edition.document.parts[0].chapters[0];
        let words = Inline::new(chapter.span, InlineKind::Text(text.to_owned()));
        chapter.blocks = vec![Block::new(chapter.span, BlockKind::Paragraph(vec![words]))];
        let output = export(&edition, &mut Diagnostics::default()).unwrap();
        let entries = entries(&output.bytes);
        let css = entries.iter().find(|(name, ..)| name.ends_with(".css")).unwrap();
        let named = String::from_utf8_lossy(&css.1).matches("\"Further\"").count();
        let is_there = entries.iter().any(|(name, ..)| name.to_lowercase().ends_with("/further.otf"));
        (named > 5, is_there)
    };
    assert_eq!(further("Plain"), (false, false));
    assert_eq!(further("Surface \u{2230}"), (true, true));
}

#[test]
fn the_painted_cover_shows_the_title() {
    let cover = |title: &str| {
        let mut edition = edition();
        edition.settings.title = title.to_owned();
        let output = export(&edition, &mut Diagnostics::default()).unwrap();
        let cover = entries(&output.bytes)
            .into_iter()
            .find(|(name, ..)| name == "OEBPS/images/cover.png");
        cover.unwrap().1
    };
    // Of the same length, so that only the letters differ.
    assert!(cover("Ada") != cover("Abc"));
}

#[test]
fn an_svg_cover_is_drawn_for_the_shops() {
    let mut edition = edition();
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"300\" height=\"400\"><rect width=\"300\" height=\"200\" fill=\"#f00\"/></svg>";
    edition.assets.cover = Some(AssetId(edition.assets.pictures.len()));
    edition.assets.pictures.push(Picture {
        path: "cover.svg".to_owned(),
        format: PictureFormat::Svg,
        width: 300,
        height: 400,
        bytes: Arc::new(svg.as_bytes().to_vec()),
    });
    let output = export(&edition, &mut Diagnostics::default()).unwrap();
    let entries = entries(&output.bytes);
    let cover = entries.iter().find(|(name, ..)| name == "OEBPS/images/cover.png").unwrap();
    let picture = resvg::tiny_skia::Pixmap::decode_png(&cover.1).unwrap();
    assert_eq!((picture.width(), picture.height()), (1600, 2133));
    let colour = |y| picture.pixel(800, y).map(|pixel| (pixel.red(), pixel.green(), pixel.blue()));
    assert_eq!((colour(100), colour(2000)), (Some((255, 0, 0)), Some((255, 255, 255))));
    assert!(!entries.iter().any(|(name, ..)| name == "OEBPS/images/cover.svg"));
}
