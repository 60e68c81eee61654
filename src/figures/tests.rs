//! What a figure must be, computed on its scene.

use super::scene::{Area, Ink, Part, Point};
use super::*;
use crate::assets::built_in_fonts;
use crate::source::Sources;
use crate::theme::{Colour, Colours, Families, Pair, Sizes};

/// The measure of the tests: a page of 6 by 9 in.
const MEASURE: f64 = 324.0;

fn theme() -> Theme {
    let pair = |light: &str| {
        let light = Colour::parse(light).unwrap();
        Pair { light, dark: light }
    };
    let name = str::to_owned;
    Theme {
        families: Families {
            text: name("Source Serif 4"),
            sans: name("Source Sans 3"),
            mono: name("Source Code Pro"),
            math: name("STIX Math"),
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
            text: pair("#1a1a1a"),
            page: pair("#ffffff"),
            accent: pair("#1f5673"),
            link: pair("#1b5e8a"),
            muted: pair("#5b6068"),
            rule: pair("#c9ced6"),
            code: pair("#f5f6f8"),
            highlighted: pair("#fdf1cf"),
            tokens: BTreeMap::new(),
        },
    }
}

fn span() -> Span {
    Span::new(Sources::default().add("a.md", ""), 0..0)
}

/// Draws one description in a document of its own.
fn drawn_in(kind: &str, body: &str, measure: f64) -> (BlockKind, Vec<String>) {
    let diagram = Diagram {
        kind: kind.to_owned(),
        body: body.to_owned(),
        lines: body.lines().map(|_| span()).collect(),
        caption: Vec::new(),
    };
    let fonts = built_in_fonts();
    let theme = theme();
    let mut diagnostics = Diagnostics::default();
    let mut artist = Artist {
        theme: &theme,
        fonts: &fonts,
        measure,
        diagnostics: &mut diagnostics,
        typesetter: None,
        laid: BTreeMap::new(),
    };
    let block = artist.diagram(diagram, &Attributes::default(), span());
    let messages = diagnostics
        .iter()
        .map(|found| format!("{}: {}", found.code.name, found.message))
        .collect();
    (block, messages)
}

fn drawn(kind: &str, body: &str) -> (Drawing, Vec<String>) {
    match drawn_in(kind, body, MEASURE) {
        (
            BlockKind::Figure(Figure {
                content: FigureContent::Drawing(drawing),
                ..
            }),
            messages,
        ) => ((*drawing).clone(), messages),
        (_, messages) => panic!("{body}: {messages:?}"),
    }
}

const PICTURES: &[(&str, &str, &str)] = &[
    ("pipeline", "flow", "source → AST → bytecode → execution"),
    (
        "import",
        "flow",
        "`import spam` → Is .pyc fresh?\nIs .pyc fresh? → read `spam.pyc`: yes\nIs .pyc fresh? → compile `spam.py`: no\ncompile `spam.py` → write `.pyc`\nread `spam.pyc` → execute module\nwrite `.pyc` → execute module",
    ),
    (
        "gc",
        "flow",
        "allocate object → count > threshold?\ncount > threshold? → continue: no\ncount > threshold? → copy refcounts: yes\ncopy refcounts → subtract internal references → Reachable from outside?\nReachable from outside? → keep, move to next generation: yes\nReachable from outside? → run finalizers: no\nrun finalizers → clear references\nclear references ⇢ allocate object: memory reused",
    ),
    (
        "long",
        "flow",
        "characters → tokens → concrete syntax → AST → symbol table → control flow graph → bytecode → code object → frame → evaluation loop",
    ),
    (
        "labels",
        "flow",
        "source → tokens: tokenize\ntokens → AST: parse\nAST → code object: compile\ncode object → result: run",
    ),
    (
        "groups",
        "flow",
        "source → lexer → parser → AST\nAST → compiler → code object → loop\nloop → loop: next instruction\nloop ⇢ allocator\nGroup Front end: lexer, parser, AST\nGroup Back end: compiler, code object\nGroup Runtime: loop, allocator",
    ),
    (
        "cycle",
        "flow",
        "fetch → decode → execute → fetch: next\nexecute → Error?\nError? → unwind: yes\nError? → fetch: no\nunwind → unwind: frame by frame",
    ),
    (
        "fan",
        "flow",
        "a → b\na → c\na → d\na → e\nb → z\nc → z\nd → z\ne → z\na ⇢ z: directly",
    ),
    (
        "cross",
        "flow",
        "a → x\na → y\nb → y\nb → z\nc → x\nc → z\nx → end\ny → end\nz → end\nlonely → other",
    ),
    (
        "callstack",
        "stack",
        "- `fib(1)`: running\n  - n: 1\n- `fib(2)`: waiting for `fib(1)`\n  - n: 2\n  - partial: none yet\n- `fib(3)`: waiting\n  - n: 3\n- `<module>`: waiting for `fib(3)`\nGrows: up",
    ),
    (
        "layers",
        "stack",
        "- Your program\n- Standard library: pure Python modules and C extensions\n- Interpreter: compiler, evaluation loop, object model, garbage collector and everything else that a running program needs\n- C runtime: libc, malloc\n- Operating system",
    ),
    ("plain", "stack", "- Python code\n- Bytecode\n- C\n- Machine code"),
    (
        "heap",
        "stack",
        "- Stack frames: locals, return addresses\n- free\n- Heap: objects\nGrows: down",
    ),
    (
        "wrap",
        "flow",
        "a very long label that has to be broken into several lines → second `PyImport_ImportModuleLevelObject` call\na very long label that has to be broken into several lines → third: with a label that is long too\nthird → second `PyImport_ImportModuleLevelObject` call",
    ),
    (
        "states",
        "flow",
        "Load module → In `sys.modules`?\nIn `sys.modules`? → return it: yes\nIn `sys.modules`? → find spec: no\nfind spec → Found?\nFound? → create module → execute → return it\nFound? → raise `ModuleNotFoundError`: no\nGroup Finder: find spec, Found?\nGroup Loader: create module, execute",
    ),
    ("odd", "flow", "漢字の流れ → العربية → emoji 🐍 → `<&\"]]>` → β ≤ γ"),
];

/// Writes the figures of these tests as PNG pictures, to be looked at: `cargo test --lib figures -- --ignored pictures`.
#[test]
#[ignore = "writes to the temporary folder, for the eye"]
fn pictures() {
    let folder = std::env::temp_dir().join("figures");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, kind, body) in PICTURES {
        let (drawing, messages) = drawn(kind, body);
        std::fs::write(
            folder.join(format!("{name}.txt")),
            format!("{}\n{}\n{messages:?}", drawing.title, drawing.description),
        )
        .unwrap();
        write_picture(&folder.join(format!("{name}.png")), &svg::print(&drawing, &theme()));
        if let Some(narrow) = drawing.narrow.clone() {
            let narrow = Drawing {
                scene: narrow,
                narrow: None,
                ..drawing
            };
            write_picture(&folder.join(format!("{name}-narrow.png")), &svg::inline(&narrow, "x"));
        }
    }
}

fn write_picture(path: &std::path::Path, svg: &str) {
    use resvg::{tiny_skia, usvg};
    let mut options = usvg::Options::default();
    for font in built_in_fonts() {
        options.fontdb_mut().load_font_data(font.data.bytes().to_vec());
    }
    let tree = usvg::Tree::from_str(svg, &options).unwrap();
    let scale = 2.5;
    let size = tree.size();
    let mut pixmap = tiny_skia::Pixmap::new((size.width() * scale) as u32 + 1, (size.height() * scale) as u32 + 1).unwrap();
    pixmap.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.save_png(path).unwrap();
}

/// What stands in a scene, for comparison.
struct Seen {
    nodes: Vec<(usize, Area)>,
    lines: Vec<(usize, usize, Point, Point)>,
    labels: Vec<Area>,
    texts: Vec<(Part, Area, f64)>,
}

fn see(scene: &Scene) -> Seen {
    let mut seen = Seen {
        nodes: Vec::new(),
        lines: Vec::new(),
        labels: Vec::new(),
        texts: Vec::new(),
    };
    for shape in &scene.shapes {
        match (&shape.ink, shape.part) {
            (Ink::Box { area, .. }, Part::Node(at)) => seen.nodes.push((at, *area)),
            (Ink::Polygon { points, .. }, Part::Node(at)) => seen.nodes.push((at, bounds(points))),
            (Ink::Line { points, .. }, Part::Edge { from, to }) => {
                seen.lines.extend(points.windows(2).map(|ends| (from, to, ends[0], ends[1])));
            }
            (Ink::Polygon { points, .. }, Part::Edge { from, to }) => seen.lines.push((from, to, points[0], points[0])),
            (Ink::Text { at, line, .. }, part) => {
                let size = line.spans.iter().map(|span| span.size).fold(0.0, f64::max);
                let least = line.spans.iter().map(|span| span.size).fold(f64::MAX, f64::min);
                let area = Area {
                    x: at.x,
                    y: at.y - 0.72 * size,
                    width: line.width,
                    height: 0.94 * size,
                };
                seen.texts.push((part, area, least));
                if !matches!(part, Part::Node(_)) {
                    seen.labels.push(area);
                }
            }
            _ => {}
        }
    }
    seen
}

fn bounds(points: &[Point]) -> Area {
    let fold = |pick: fn(&Point) -> f64, by: fn(f64, f64) -> f64, start| points.iter().map(pick).fold(start, by);
    let (x, y) = (fold(|p| p.x, f64::min, f64::MAX), fold(|p| p.y, f64::min, f64::MAX));
    Area {
        x,
        y,
        width: fold(|p| p.x, f64::max, f64::MIN) - x,
        height: fold(|p| p.y, f64::max, f64::MIN) - y,
    }
}

fn overlap(a: &Area, b: &Area) -> bool {
    a.x + 0.01 < b.right() && b.x + 0.01 < a.right() && a.y + 0.01 < b.bottom() && b.y + 0.01 < a.bottom()
}

fn meets(a: Point, b: Point, area: &Area) -> bool {
    let line = Area {
        x: a.x.min(b.x) - 0.2,
        y: a.y.min(b.y) - 0.2,
        width: (a.x - b.x).abs() + 0.4,
        height: (a.y - b.y).abs() + 0.4,
    };
    overlap(&line, area)
}

/// Everything that must hold in any scene; what does not, in words.
fn faults(scene: &Scene, measure: f64, dense: bool) -> Vec<String> {
    let seen = see(scene);
    let mut faults = Vec::new();
    let stacked = |a: usize, b: usize| a.max(b) >> 16 == a.min(b) + 1;
    for (at, (a, area)) in seen.nodes.iter().enumerate() {
        for (b, other) in seen.nodes.iter().skip(at + 1) {
            if overlap(area, other) && !stacked(*a, *b) {
                faults.push(format!("node {a} lies on node {b}"));
            }
        }
        for (from, to, start, end) in &seen.lines {
            if from != a && to != a && meets(*start, *end, area) {
                faults.push(format!("the edge {from} to {to} passes node {a}"));
            }
        }
        for label in &seen.labels {
            if overlap(label, area) {
                faults.push(format!("a label lies on node {a}"));
            }
        }
    }
    for (at, label) in seen.labels.iter().enumerate() {
        if seen.labels.iter().skip(at + 1).any(|other| overlap(label, other)) {
            faults.push("a label lies on a label".to_owned());
        }
        for (from, to, start, end) in &seen.lines {
            if meets(*start, *end, label) {
                faults.push(format!("the edge {from} to {to} runs through a label"));
            }
        }
    }
    for (part, area, size) in &seen.texts {
        if let Part::Node(node) = part {
            let boxed = seen.nodes.iter().find(|(at, _)| at == node).map(|(_, area)| *area).unwrap();
            let inside = area.x > boxed.x && area.right() < boxed.right() && area.y > boxed.y && area.bottom() < boxed.bottom();
            if !inside {
                faults.push(format!("text leaves node {node}"));
            }
        }
        if *size < 7.0 - 1e-6 && !dense {
            faults.push(format!("text of {size} pt"));
        }
        if area.x < 0.0 || area.y < 0.0 || area.right() > scene.width || area.bottom() > scene.height {
            faults.push(format!(
                "text {part:?} leaves the figure: {area:?} in {} {}",
                scene.width, scene.height
            ));
        }
    }
    if scene.width > measure + 0.01 || scene.height > measure * kinds::PAGE + 0.01 {
        faults.push(format!("the figure is {} by {} pt", scene.width, scene.height));
    }
    faults
}

#[test]
fn the_hand_written_figures_keep_every_promise() {
    for (name, kind, body) in PICTURES {
        let (drawing, messages) = drawn(kind, body);
        assert_eq!(faults(&drawing.scene, MEASURE, false), Vec::<String>::new(), "{name}");
        if let Some(narrow) = drawing.narrow.as_deref() {
            assert_eq!(faults(narrow, NARROW, true), Vec::<String>::new(), "{name}, narrow");
        }
        assert!(
            messages.iter().all(|message| message.starts_with("missing-glyph")),
            "{name}: {messages:?}"
        );
    }
}

/// A small generator, the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

const NAMES: [&str; 16] = [
    "source",
    "lexer",
    "`parser`",
    "AST",
    "is it fresh?",
    "compile the module",
    "`code`",
    "loop",
    "frame",
    "GC",
    "allocator",
    "arena",
    "pool",
    "ready?",
    "`sys.modules`",
    "a result that is returned",
];

fn random_flow(seed: usize) -> String {
    let mut random = Random(seed as u64);
    let nodes = 2 + random.below(14);
    let edges = 1 + random.below(nodes + 5);
    let mut body = String::new();
    let mut used = Vec::new();
    for _ in 0..edges {
        let (from, to) = (random.below(nodes), random.below(nodes));
        used.extend([from, to]);
        let arrow = if random.below(5) == 0 { "⇢" } else { "→" };
        let label = ["", "", "", ": yes", ": no", ": a longer label"][random.below(6)];
        body.push_str(&format!("{} {arrow} {}{label}\n", NAMES[from], NAMES[to]));
    }
    if random.below(3) == 0 {
        used.sort_unstable();
        used.dedup();
        let members: Vec<&str> = used
            .iter()
            .filter(|_| random.below(3) == 0)
            .map(|node| NAMES[*node])
            .collect();
        if !members.is_empty() {
            body.push_str(&format!("Group Loader: {}\n", members.join(", ")));
        }
    }
    body
}

fn random_stack(seed: usize) -> String {
    let mut random = Random(seed as u64);
    let mut body = String::new();
    for _ in 0..1 + random.below(7) {
        let text = [
            "",
            ": text",
            ": a text that goes on for so long that it has to be broken into at least two lines",
        ][random.below(3)];
        body.push_str(&format!("- {}{text}\n", NAMES[random.below(16)]));
        for _ in 0..random.below(3) {
            body.push_str(&format!("  - {}: {}\n", NAMES[random.below(16)], NAMES[random.below(16)]));
        }
    }
    body.push_str(["", "Grows: up\n", "Grows: down\n"][random.below(3)]);
    body
}

#[test]
fn random_figures_keep_every_promise() {
    let mut found = Vec::new();
    for seed in 0..200 {
        for (kind, body) in [("flow", random_flow(seed)), ("stack", random_stack(seed))] {
            let (drawing, messages) = drawn(kind, &body);
            let dense = messages.iter().any(|message| message.starts_with("dense-diagram"));
            for fault in faults(&drawing.scene, MEASURE, dense) {
                found.push(format!("{kind} {seed}: {fault}"));
            }
            if let Some(narrow) = drawing.narrow.as_deref() {
                found.extend(
                    faults(narrow, NARROW, true)
                        .into_iter()
                        .map(|fault| format!("{kind} {seed} narrow: {fault}")),
                );
            }
        }
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

#[test]
fn two_hundred_nodes_are_drawn_with_a_warning() {
    let mut random = Random(7);
    let mut body = String::new();
    for at in 1..200 {
        body.push_str(&format!("node {} → node {at}\n", random.below(at)));
        if at % 3 == 0 {
            body.push_str(&format!("node {} → node {}: back\n", random.below(at), random.below(at)));
        }
    }
    let (drawing, messages) = drawn("flow", &body);
    assert!(messages.iter().any(|message| message.starts_with("dense-diagram")));
    assert!(drawing.scene.width <= MEASURE + 0.01);
}

/// `count` nodes in a chain, and as many arrows as `long` from one node to another far away, there or back.
fn long_arrows(count: usize, long: usize) -> String {
    let mut random = Random(11);
    let mut body = String::new();
    for at in 1..count {
        body.push_str(&format!("n{} → n{at}\n", at - 1));
    }
    for _ in 0..long {
        let (from, to) = (random.below(count / 3), count - 1 - random.below(count / 3));
        let (from, to) = if random.below(4) == 0 { (to, from) } else { (from, to) };
        body.push_str(&format!("n{from} → n{to}: far\n"));
    }
    body
}

#[test]
fn what_no_page_can_show_is_refused_before_it_costs_anything() {
    let lines = |line: fn(usize) -> String| (0..30_000).map(line).collect::<String>();
    let unknown = "Group G: none such\n".repeat(30_000);
    let framed: String = (0..124).map(|at| format!("Group G{at}: n{at}, n{}\n", 247 - at)).collect();
    let cases = [
        ("flow", lines(|at| format!("a{at} → b{at}\n")), "more than 250 nodes"),
        ("flow", lines(|at| format!("a → b: {at}\n")), "more than 600 arrows"),
        ("flow", lines(|at| format!("a{at} → ")) + "b", "more than 250 nodes"),
        ("flow", format!("a → b\n{unknown}"), "names `none such`"),
        ("flow", long_arrows(245, 340), "pass other nodes"),
        ("flow", long_arrows(248, 0) + &framed, "pass other nodes"),
        ("flow", format!("a → b{}x", ": ".repeat(100_000)), "more than 500 characters"),
        ("stack", format!("- b{}x", ": ".repeat(100_000)), "more than 500 characters"),
        ("stack", lines(|at| format!("- {at}\n")), "more than 200 layers"),
        (
            "stack",
            "- a\n".to_owned() + &lines(|at| format!("  - {at}\n")),
            "more than 200 layers",
        ),
    ];
    for (kind, body, expected) in cases {
        let (block, messages) = drawn_in(kind, &body, MEASURE);
        assert!(
            messages.iter().any(|message| message.contains(expected)),
            "{expected}: {messages:?}"
        );
        assert!(matches!(block, BlockKind::Listing(_)), "{expected}");
    }
    let names: String = (0..20_000).map(|at| format!("a{at} → ")).collect();
    assert_eq!(drawn_blocks(vec![paragraph(&format!("Imagine a way: {names}b."))]).len(), 1);
}

#[test]
fn the_largest_flows_are_drawn() {
    let mut random = Random(3);
    let tangle: String = (0..150).map(|at| format!("n{} → n{}\n", at % 30, random.below(30))).collect();
    let star: String = (1..250).map(|at| format!("n0 → n{at}\nn{at} ⇢ n0\n")).collect();
    for (name, body) in [("long", long_arrows(60, 27)), ("star", star), ("tangle", tangle)] {
        let (block, messages) = drawn_in("flow", &body, MEASURE);
        assert!(matches!(block, BlockKind::Figure(_)), "{name}: {messages:?}");
    }
}

#[test]
fn what_cannot_be_read_is_reported_and_kept() {
    let cases = [
        ("flow", "", "this flow has no arrows"),
        ("flow", "alone", "no arrow"),
        ("flow", "a → → b", "no name"),
        ("flow", "→ b", "before the first arrow"),
        ("flow", "a → b:", "nothing follows the colon"),
        ("flow", "a → `b", "a backtick opens code"),
        ("flow", "a → b\nGroup X: a, c", "no arrow line names `c`"),
        ("flow", "a → b\nGroup X: a\nGroup Y: a", "already in the group `X`"),
        ("flow", "a → b\nTitle: late", "before all other lines"),
        ("stack", "", "no layers"),
        ("stack", "text", "not a bullet"),
        ("stack", "- ", "no label"),
        ("stack", "- a\nGrows: sideways", "cannot grow"),
        ("stack", "- a\n  - b\n    - c", "nested in a slot"),
        ("tree", "- a", "cannot be drawn yet"),
        ("folw", "a → b", "the nearest is `flow`"),
    ];
    for (kind, body, expected) in cases {
        let (block, messages) = drawn_in(kind, body, MEASURE);
        assert!(
            messages.iter().any(|message| message.contains(expected)),
            "{body}: {messages:?}"
        );
        assert!(matches!(block, BlockKind::Listing(listing) if listing.code == body), "{body}");
    }
}

#[test]
fn any_label_stays_in_its_box_and_the_svg_is_well_formed() {
    let long = "wort".repeat(75);
    let many = "many words ".repeat(30);
    for label in [
        "漢字かな交じり文の長いラベル",
        "العربية",
        "👩‍💻 e\u{301}",
        "<&\"]]>",
        "`]]>` & `<b>`",
        &long,
        &many,
        "\u{7}",
    ] {
        for (kind, body) in [
            ("flow", format!("{label} → b: {}\nb → {label}\nb → b", label.trim_end())),
            ("flow", format!("a → {label}")),
            ("stack", format!("- {label}: {label}\n  - {label}\nGrows: up")),
        ] {
            let (drawing, messages) = drawn(kind, &body);
            let dense = messages.iter().any(|message| message.starts_with("dense-diagram"));
            assert_eq!(faults(&drawing.scene, MEASURE, dense), Vec::<String>::new(), "{body}");
            for text in [
                svg::print(&drawing, &theme()),
                format!("<div>{}</div>", svg::inline(&drawing, "c1-f1")),
            ] {
                let tree = roxmltree::Document::parse(&text).unwrap();
                let mut ids: Vec<_> = tree.descendants().filter_map(|node| node.attribute("id")).collect();
                let count = ids.len();
                ids.sort_unstable();
                ids.dedup();
                assert_eq!(ids.len(), count);
            }
        }
    }
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
    for (name, kind, body) in PICTURES {
        let svg = svg::print(&drawn(kind, body).0, &theme());
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
            .collect();
        assert!(!inks.is_empty() && !grounds.is_empty());
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
        &theme(),
        &built_in_fonts(),
        MEASURE,
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
    for (_, kind, body) in PICTURES {
        let (once, again) = (drawn(kind, body).0, drawn(kind, body).0);
        assert_eq!(svg::print(&once, &theme()), svg::print(&again, &theme()));
        assert_eq!(svg::inline(&once, "f"), svg::inline(&again, "f"));
    }
}
