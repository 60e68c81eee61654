//! A small book made by hand, with every kind of node, for the tests of this backend.

use crate::assets::{AssetId, Assets, Picture, PictureFormat, built_in_fonts};
use crate::diag::Diagnostics;
use crate::document::block::{
    Admonition, AdmonitionKind, Alignment, Cell, Definition, Diagram, Figure, FigureContent, Heading, Item, List, Listing, Row,
    Table,
};
use crate::document::{
    Attributes, Block, BlockKind, Chapter, Document, Image, Inline, InlineKind, Link, Note, Part, Reference, Target,
};
use crate::edition::{Edition, Terms, figure_space};
use crate::manuscript::Settings;
use crate::math::Formula;
use crate::source::{FileId, Sources, Span};
use crate::theme::Theme;
use crate::{figures, listings, math, passes};
use std::sync::Arc;

const LOREM: [&str; 4] = [
    "When you type a name at the prompt and press the return key, a long chain of small machines begins to turn. The text \
     becomes tokens, the tokens become a tree, the tree becomes bytecode, and the bytecode is handed to a loop that has been \
     running, in one form or another, since the winter of 1989.",
    "None of this is hidden on purpose. Every stage can be looked at from within the language itself, which is rare among its \
     contemporaries, and most of what looks like magic turns out to be a dictionary lookup performed at the right moment.",
    "A reference is not an object, and a name is not a variable in the sense that a C programmer would give to the word. \
     Keeping these apart costs nothing once the habit is there, and saves whole afternoons of misunderstanding.",
    "The internationalisation of identifiers, the representation of integers, and the implementation of comprehensions are \
     three examples of decisions whose consequences were understood only decades afterwards.",
];

fn file() -> FileId {
    Sources::default().add("a.md", "")
}

pub(super) fn span() -> Span {
    Span::new(file(), 0..1)
}

pub(super) fn inline(kind: InlineKind) -> Inline {
    Inline::new(span(), kind)
}

pub(super) fn text(text: &str) -> Inline {
    Inline::text(span(), text)
}

pub(super) fn code(code: &str) -> Inline {
    inline(InlineKind::Code(code.to_owned()))
}

pub(super) fn block(kind: BlockKind) -> Block {
    Block::new(span(), kind)
}

pub(super) fn paragraph(content: &str) -> Block {
    block(BlockKind::Paragraph(vec![text(content)]))
}

pub(super) fn inlines(content: Vec<Inline>) -> Block {
    block(BlockKind::Paragraph(content))
}

fn with_id(id: &str, kind: BlockKind) -> Block {
    Block {
        attributes: Attributes::with_id(id),
        ..block(kind)
    }
}

fn lorem(count: usize) -> impl Iterator<Item = Block> {
    (0..count).map(|at| paragraph(LOREM.get(at % LOREM.len()).copied().unwrap_or_default()))
}

fn heading(level: u8, title: &str) -> Block {
    let slug = title.to_lowercase().replace(' ', "-");
    let title = vec![text(title)];
    block(BlockKind::Heading(Heading { level, title, slug }))
}

fn link(content: Vec<Inline>, target: Target) -> Inline {
    inline(InlineKind::Link(Link {
        content,
        target,
        title: String::new(),
    }))
}

fn reference(id: &str) -> Inline {
    inline(InlineKind::Reference(Reference {
        target: Target::Unresolved(format!("#{id}")),
        text: String::new(),
    }))
}

fn note(label: &str) -> Inline {
    inline(InlineKind::NoteLabel(label.to_owned()))
}

pub(super) fn listing(code: &str) -> Listing {
    Listing {
        language: Some("python".to_owned()),
        code: code.to_owned(),
        ..Listing::default()
    }
}

pub(super) fn cell(content: Vec<Inline>) -> Cell {
    Cell {
        blocks: vec![inlines(content)],
        columns: 1,
        rows: 1,
        header: false,
    }
}

pub(super) fn row(cells: &[&str]) -> Row {
    let cells = cells.iter().map(|content| {
        let content = match content.strip_prefix('`') {
            Some(inner) => code(inner.trim_end_matches('`')),
            None => text(content),
        };
        cell(vec![content])
    });
    Row { cells: cells.collect() }
}

pub(super) fn table(head: &[&str], body: &[&[&str]]) -> Table {
    Table {
        columns: vec![Alignment::Natural; head.len()],
        head: vec![row(head)],
        body: body.iter().map(|cells| row(cells)).collect(),
        caption: Vec::new(),
        number: None,
    }
}

fn item(task: Option<bool>, blocks: Vec<Block>) -> Item {
    Item {
        span: span(),
        task,
        blocks,
    }
}

fn bullets(items: &[&str]) -> Block {
    block(BlockKind::List(List {
        start: None,
        loose: false,
        items: items.iter().map(|content| item(None, vec![paragraph(content)])).collect(),
    }))
}

fn admonition(kind: AdmonitionKind, blocks: Vec<Block>) -> Block {
    block(BlockKind::Admonition(Admonition { kind, blocks }))
}

pub(super) fn chapter(path: &str, title: &str, blocks: Vec<Block>) -> Chapter {
    Chapter {
        file: file(),
        path: path.to_owned(),
        kind: crate::document::ChapterKind::of(path),
        span: span(),
        title: vec![text(title)],
        slug: title.to_lowercase().replace(' ', "-"),
        numbered: true,
        planned: None,
        number: None,
        id: String::new(),
        blocks,
        notes: Vec::new(),
        language: None,
    }
}

pub(super) fn part(title: Option<&str>, chapters: Vec<Chapter>) -> Part {
    Part {
        planned: None,
        span: title.map(|_| span()),
        title: title.map(|title| vec![text(title)]),
        number: None,
        id: String::new(),
        chapters,
    }
}

const CELL: &str = "def counter(start: int = 0):\n    \"\"\"Return a function that counts.\"\"\"\n    count = start\n\n    \
def step(by=1):  # the cell keeps `count` alive\n        nonlocal count\n        count += by\n        return count\n\n    \
return step\n\n\ntick = counter(10)\nprint(tick(), tick(5), [name for name in tick.__code__.co_freevars if not name.startswith(\"_\")])";

fn listings_part() -> Vec<Block> {
    let mut captioned = listing(CELL);
    captioned.caption = vec![text("A closure and its cell, with "), code("nonlocal")];
    let mut numbered = listing("import dis\n\n\ndef add(a, b):\n    return a + b\n\n\ndis.dis(add)");
    numbered.line_numbers = true;
    numbered.highlighted = vec![4, 5];
    vec![
        inlines(vec![
            text("The closure in "),
            reference("lst-cell"),
            text(" keeps one variable alive, and "),
            code("tick.__closure__[0].cell_contents"),
            text(" shows it. Compare "),
            reference("fig-stack"),
            text(" and "),
            reference("tbl-far"),
            text("."),
        ]),
        with_id("lst-cell", BlockKind::Listing(captioned)),
        block(BlockKind::Output("11 16 ['count']".to_owned())),
        paragraph(LOREM[1]),
        block(BlockKind::Listing(numbered)),
        paragraph(LOREM[2]),
    ]
}

fn diagram() -> Block {
    let body = "Title: A stack\nAlt: Three layers, source above bytecode above the machine.\nsource → bytecode: compiler\nbytecode → machine: loop";
    with_id(
        "fig-stack",
        BlockKind::Diagram(Diagram {
            kind: "flow".to_owned(),
            body: body.to_owned(),
            lines: body.lines().map(|_| span()).collect(),
            caption: vec![text(
                "From source to machine, in three layers that know nothing of one another",
            )],
        }),
    )
}

fn picture() -> Block {
    let image = Image {
        source: "images/x.svg".to_owned(),
        alt: "A blue square".to_owned(),
        title: String::new(),
        width: Some("30%".to_owned()),
        asset: Some(AssetId(0)),
    };
    block(BlockKind::Figure(Figure {
        content: FigureContent::Image(image),
        caption: vec![text("A picture")],
        number: None,
    }))
}

fn tables_part() -> Vec<Block> {
    let mut types = table(
        &["Type", "Mutable", "Literal", "What it is for"],
        &[
            &[
                "`int`",
                "no",
                "`42`",
                "Whole numbers of any size; the interpreter keeps the small ones ready",
            ],
            &[
                "`list`",
                "yes",
                "`[1, 2]`",
                "A sequence that grows at its end, kept in one block of pointers",
            ],
            &[
                "`dict`",
                "yes",
                "`{\"a\": 1}`",
                "A map that remembers in which order its keys came",
            ],
            &["`frozenset`", "no", "`frozenset({1})`", "A set that may be a key itself"],
        ],
    );
    types.caption = vec![text("Some built-in types")];
    types.columns[1] = Alignment::Center;
    let wide = table(
        &[
            "PYTHONOPTIMIZE",
            "a_very_long_identifier_that_nobody_would_type_twice_in_a_row",
            "Default",
            "Since",
            "Effect",
            "See also",
        ],
        &[&[
            "`-O`",
            "`sys.flags.optimize.level.of.the.running.interpreter`",
            "0",
            "1.5",
            "Removes assertions",
            "PYTHONDONTWRITEBYTECODE",
        ]],
    );
    vec![
        with_id("tbl-types", BlockKind::Table(types)),
        paragraph(LOREM[3]),
        block(BlockKind::Table(wide)),
        paragraph(LOREM[0]),
    ]
}

fn small_blocks() -> Vec<Block> {
    let nested = item(
        None,
        vec![
            paragraph("A second, which has others below it:"),
            bullets(&["one", "two", "three"]),
        ],
    );
    vec![
        bullets(&[
            "A first point",
            "A second one that is long enough to need more than a single line of this fairly wide measure of text",
            "A third",
        ]),
        block(BlockKind::List(List {
            start: Some(9),
            loose: true,
            items: vec![
                item(
                    None,
                    vec![paragraph(LOREM[2]), paragraph("And more of it, in a second paragraph.")],
                ),
                nested,
            ],
        })),
        block(BlockKind::List(List {
            start: None,
            loose: false,
            items: vec![
                item(Some(true), vec![paragraph("Read the source")]),
                item(Some(false), vec![paragraph("Write the patch")]),
            ],
        })),
        admonition(AdmonitionKind::Note, vec![paragraph(LOREM[1])]),
        admonition(
            AdmonitionKind::Warning,
            vec![
                paragraph("Never do this:"),
                block(BlockKind::Listing(listing("eval(input())"))),
            ],
        ),
        block(BlockKind::Quote(vec![paragraph(LOREM[3]), paragraph("Somebody wise")])),
        block(BlockKind::Definitions(vec![Definition {
            terms: vec![vec![text("Bytecode")]],
            meanings: vec![vec![paragraph("What the compiler makes and the loop eats.")]],
        }])),
        block(BlockKind::Details {
            summary: vec![text("More about this")],
            blocks: vec![paragraph(LOREM[1])],
        }),
        block(BlockKind::Rule),
        block(BlockKind::Math(Formula {
            latex: "e^{i\\pi} + 1 = 0".to_owned(),
            display: true,
            tree: None,
        })),
    ]
}

fn words() -> Block {
    inlines(vec![
        text("Words may be "),
        inline(InlineKind::Emphasis(vec![text("stressed")])),
        text(", "),
        inline(InlineKind::Strong(vec![text("strong")])),
        text(", "),
        inline(InlineKind::Strikethrough(vec![text("struck")])),
        text(", H"),
        inline(InlineKind::Subscript(vec![text("2")])),
        text("O, x"),
        inline(InlineKind::Superscript(vec![text("2")])),
        text("; press "),
        inline(InlineKind::Keyboard(vec![text("Ctrl")])),
        text("; the "),
        inline(InlineKind::Abbreviation {
            content: vec![text("GIL")],
            title: "Global Interpreter Lock".to_owned(),
        }),
        text(";"),
        inline(InlineKind::SoftBreak),
        text("a note"),
        note("gil"),
        text(" and again"),
        note("gil"),
        text(" and another"),
        note("other"),
        text("; see "),
        link(
            vec![text("the documentation")],
            Target::External("https://docs.python.org/3/library/dis.html#dis.dis".to_owned()),
        ),
        text(", "),
        link(
            vec![text("https://python.org")],
            Target::External("https://python.org/".to_owned()),
        ),
        text(" or "),
        link(vec![text("what comes later")], Target::Unresolved("#far-away".to_owned())),
        text("."),
        inline(InlineKind::LineBreak),
        text("A new line."),
    ])
}

fn notes() -> Vec<Note> {
    let note = |label: &str, blocks| Note {
        span: span(),
        label: label.to_owned(),
        number: 0,
        blocks,
        references: 0,
    };
    vec![
        note("gil", vec![paragraph(LOREM[1])]),
        note("other", vec![inlines(vec![text("With "), code("code"), text(" in it.")])]),
    ]
}

pub(super) fn document() -> Document {
    let mut second: Vec<Block> = lorem(2).collect();
    second.extend([heading(2, "The Path of a Statement"), words()]);
    second.extend(lorem(3));
    second.push(diagram());
    second.extend([heading(
        2,
        "Names, Objects, and a Title So Long That It Needs a Second Line in This Size",
    )]);
    second.extend(lorem(2));
    second.extend([heading(3, "A Subsection on Cells")]);
    second.extend(listings_part());
    second.extend([heading(2, "Small Blocks")]);
    second.extend(small_blocks());
    second.extend([heading(2, "Tables")]);
    second.extend(tables_part());
    second.extend([
        picture(),
        heading(2, "Key Takeaways"),
        bullets(&[
            "Names are not objects",
            "Everything is an object",
            "Bytecode is not machine code",
        ]),
    ]);
    let mut second = chapter("02-model.md", "The Execution Model", second);
    second.notes = notes();

    let mut third: Vec<Block> = lorem(7).collect();
    let mut far = table(&["Name", "Value"], &[]);
    far.body = (0..90).map(|at| row(&[&format!("key {at}"), LOREM[at % 4]])).collect();
    third.extend([heading(2, "Far Away"), with_id("tbl-far", BlockKind::Table(far))]);
    third.extend(lorem(9));
    let first = chapter(
        "01-landscape.md",
        "The Python Landscape",
        lorem(1).chain([heading(2, "What Python Is")]).chain(lorem(12)).collect(),
    );
    let mut introduction = chapter("introduction.md", "Introduction", lorem(4).collect());
    introduction.numbered = false;
    Document {
        parts: vec![
            part(None, vec![introduction]),
            part(Some("The Python Landscape"), vec![first]),
            part(
                Some("How It Runs"),
                vec![second, chapter("03-data.md", "Data, and Where It Lives", third)],
            ),
        ],
    }
}

pub(super) fn edition_of(mut document: Document) -> Edition {
    let settings = Settings {
        title: "Python Under the Hood".to_owned(),
        subtitle: Some("What happens between the prompt and the processor".to_owned()),
        authors: vec!["Ada Writer".to_owned(), "Guy Coder".to_owned()],
        language: "en-GB".to_owned(),
        identifier: Some("urn:isbn:9780000000002".to_owned()),
        date: Some("2026-11-22".to_owned()),
        publisher: Some("The Press".to_owned()),
        rights: Some("© 2026 Ada Writer. All rights reserved.".to_owned()),
        edition: Some("First edition".to_owned()),
        colophon: Some("Set in Source Serif and Source Sans.\nMade with publish.".to_owned()),
        ..Settings::default()
    };
    // Without typography, so that text stays as it is written here.
    let mut diagnostics = Diagnostics::default();
    let (theme, fonts) = (Theme::built_in(), built_in_fonts());
    math::parse(&mut document, &mut diagnostics);
    figures::draw(&mut document, &theme, &fonts, figure_space(&settings.print), &mut diagnostics);
    passes::sections::nest_and_number(&mut document, &settings.contract, &mut diagnostics);
    passes::references::resolve(&mut document, &settings, &mut diagnostics);
    passes::notes::order(&mut document, &mut diagnostics);
    listings::highlight(&mut document);
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"200\"><rect width=\"200\" height=\"200\" fill=\"#1f5673\"/></svg>";
    Edition {
        bibliography: Default::default(),
        divided: false,
        outline: None,
        ledgers: Default::default(),
        terms: Terms::of(&settings.language),
        theme,
        document,
        assets: Assets {
            pictures: vec![Picture {
                path: "images/x.svg".to_owned(),
                format: PictureFormat::Svg,
                width: 200,
                height: 200,
                bytes: Arc::new(svg.as_bytes().to_vec()),
            }],
            fonts,
            ..Assets::default()
        },
        sources: Sources::default(),
        commit: None,
        settings,
    }
}

pub(super) fn edition() -> Edition {
    edition_of(document())
}
