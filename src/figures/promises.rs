//! What every figure must be, computed on its scene; what the tests of each kind share.
//!
//! The figures of `tests/books/gallery` are the examples; each kind adds random ones, labels of every sort, and lines that
//! cannot be read.

use super::kinds::Model;
use super::language::{Description, Line, description};
use super::scene::{Area, Ink, Part, Point};
use super::text::Typesetter;
use super::*;
use crate::assets::built_in_fonts;
use crate::document::walk::{Node, query_blocks};
use crate::document::{Block, BlockKind, Diagram, Figure, FigureContent, Listing};
use crate::manuscript;
use crate::raster;
use crate::source::{Sources, Span};
use std::collections::BTreeMap;
use std::path::Path;

/// The measures for which figures are tested: a page of 6 by 9 in, one of 7 by 9.25 in.
pub(crate) const PAGES: [Space; 2] = [
    Space {
        width: 324.0,
        height: 420.0,
    },
    Space {
        width: 387.0,
        height: 442.0,
    },
];

pub(crate) fn span() -> Span {
    Span::new(Sources::default().add("a.md", ""), 0..0)
}

/// A line in a place of its own.
pub(crate) fn line(text: &str) -> Line<'_> {
    Line {
        text,
        indent: 0,
        span: span(),
    }
}

/// A description in a place of its own.
pub(crate) fn described(body: &str) -> Description<'_> {
    description(body, &[], span())
}

/// The drawings of a folder of `tests/drawings`, made of characters: name and text.
pub(crate) fn drawings(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drawings").join(folder);
    let mut found: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                std::fs::read_to_string(path).unwrap(),
            )
        })
        .collect();
    found.sort();
    assert!(found.len() > 5);
    found
}

/// What every drawing made of characters must be: read, and in its places as every figure is.
pub(crate) fn hold_drawings(folder: &str, read: impl Fn(&str) -> Option<Model>) {
    let (fonts, theme) = (built_in_fonts(), Theme::built_in());
    let typesetter = Typesetter::new(&fonts, &theme);
    for (name, text) in drawings(folder) {
        let model = read(&text).unwrap_or_else(|| panic!("{name} is not read"));
        for space in PAGES.into_iter().chain([Space::NARROW]) {
            let laid = model.lay_out(&typesetter, 8.6, space);
            assert!(!laid.dense, "{name} is dense");
            assert_eq!(faults(&laid.scene, space, false), Vec::<String>::new(), "{name}");
        }
    }
}

/// Draws one description in a document of its own; gives the block and the messages. What the kind `text` describes is drawn
/// with characters.
pub(crate) fn drawn_in(kind: &str, body: &str, page: Space) -> (BlockKind, Vec<String>) {
    let kind = match kind {
        "text" => BlockKind::Listing(Listing {
            code: body.to_owned(),
            ..Listing::default()
        }),
        _ => BlockKind::Diagram(Diagram {
            kind: kind.to_owned(),
            body: body.to_owned(),
            lines: body.lines().map(|_| span()).collect(),
            caption: Vec::new(),
        }),
    };
    let mut blocks = vec![Block::new(span(), kind)];
    let mut diagnostics = Diagnostics::default();
    Artist::new(&Theme::built_in(), &built_in_fonts(), page, &mut diagnostics).blocks(&mut blocks, false);
    let block = blocks.remove(0).kind;
    let messages = diagnostics
        .iter()
        .map(|found| format!("{}: {}", found.code.name, found.message))
        .collect();
    (block, messages)
}

/// Draws one description that can be read; gives the drawing and the messages.
pub(crate) fn drawn(kind: &str, body: &str) -> (Drawing, Vec<String>) {
    drawn_on(kind, body, PAGES[0])
}

fn drawn_on(kind: &str, body: &str, page: Space) -> (Drawing, Vec<String>) {
    match drawn_in(kind, body, page) {
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

/// The faults of a description's drawing on every page and on a narrow screen. A figure that is reported as dense may have
/// small text; `dense` is whether that may be.
pub(crate) fn faults_of(kind: &str, body: &str, dense: bool) -> Vec<String> {
    let mut found = Vec::new();
    for page in PAGES {
        let (drawing, messages) = drawn_on(kind, body, page);
        let reported = messages.iter().any(|message| message.starts_with("dense-diagram"));
        if drawing.verbatim.is_some() && kind != "text" {
            found.push(format!("not drawn: {messages:?}"));
        }
        if reported && !dense {
            found.push(format!("{:?}", messages));
        }
        found.extend(faults(&drawing.scene, page, reported));
        found.extend(order_faults(kind, &drawing.scene));
        if let Some(narrow) = drawing.narrow.as_deref() {
            // What has no room there scrolls, at a readable size.
            let space = Space {
                width: narrow.width,
                height: narrow.height,
            };
            let narrow = faults(narrow, space, false);
            found.extend(narrow.into_iter().map(|fault| format!("narrow: {fault}")));
        }
    }
    found
}

/// Two hundred random descriptions of a kind keep every promise; of these, at most `dense` may be too dense for a page.
pub(crate) fn hold_at_random(kind: &str, dense: usize, random: impl Fn(&mut Random) -> String) {
    let (mut found, mut crowded) = (Vec::new(), 0);
    for seed in 0..200 {
        let body = random(&mut Random(seed));
        let (_, messages) = drawn(kind, &body);
        crowded += usize::from(messages.iter().any(|message| message.starts_with("dense-diagram")));
        let faults = faults_of(kind, &body, true);
        found.extend(faults.into_iter().map(|fault| format!("{seed}: {fault}\n{body}")));
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
    assert!(crowded <= dense, "{crowded} of 200 random figures are too dense");
}

/// Labels of every sort stay in their places, and the SVG is well formed; each `L` of the templates is the label.
pub(crate) fn hold_any_label(kind: &str, templates: &[&str]) {
    let long = "wort".repeat(75);
    let many = "many words ".repeat(27);
    let labels = [
        "漢字かな交じり文の長いラベル",
        "العربية",
        "👩‍💻 e\u{301}",
        "<&\"]]>",
        "`]]>` & `<b>`",
        &long,
        many.trim(),
        "\u{7}",
    ];
    for (label, template) in labels
        .iter()
        .flat_map(|label| templates.iter().map(move |template| (label, template)))
    {
        let body = template.replace('L', label);
        let (drawing, _) = drawn(kind, &body);
        assert_eq!(faults_of(kind, &body, true), Vec::<String>::new(), "{body}");
        for text in [
            svg::print(&drawing, &Theme::built_in()),
            format!("<div>{}</div>", svg::inline(&drawing, "c1-f1", None)),
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

/// Descriptions that cannot be read: each is kept as it was typed, and the message has these words.
pub(crate) fn refuse(kind: &str, cases: &[(&str, &str)]) {
    for (body, expected) in cases {
        let (block, messages) = drawn_in(kind, body, PAGES[0]);
        assert!(
            messages.iter().any(|message| message.contains(expected)),
            "{body}\n{messages:?}"
        );
        let kept = match &block {
            BlockKind::Listing(listing) => Some(listing.code.as_str()),
            BlockKind::Figure(Figure {
                content: FigureContent::Drawing(drawing),
                ..
            }) => drawing.verbatim.as_ref().map(|verbatim| verbatim.code.as_str()),
            _ => None,
        };
        assert!(kept == Some(body) || body.trim().is_empty() && kept == Some("…"), "{body}");
    }
}

/// The gallery's figures of a kind keep every promise on a narrow screen as well, with text that is no smaller.
pub(crate) fn hold_when_narrow(kind: &str) {
    for (id, _, body) in gallery().into_iter().filter(|(_, of, _)| of == kind) {
        let (drawing, _) = drawn(kind, &body);
        let scene = drawing.narrow.as_deref().unwrap_or(&drawing.scene);
        assert_eq!(faults(scene, Space::NARROW, false), Vec::<String>::new(), "{id}");
    }
}

/// The described diagrams of the gallery: id, kind and body.
pub(crate) fn gallery() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/books/gallery");
    let folder = manuscript::Folder::open(&folder).expect("the gallery");
    let mut diagnostics = Diagnostics::default();
    let read = manuscript::read(folder, &mut diagnostics);
    let mut found = Vec::new();
    for chapter in read.document.chapters() {
        query_blocks(&chapter.blocks, &mut |node| {
            let Node::Block(block) = node else { return };
            let (kind, body) = match &block.kind {
                BlockKind::Diagram(diagram) => (diagram.kind.clone(), &diagram.body),
                BlockKind::Listing(listing) => ("text".to_owned(), &listing.code),
                _ => return,
            };
            let id = block.attributes.id.clone();
            let id = id.unwrap_or_else(|| panic!("a figure of the gallery has no id: {body}"));
            found.push((id, kind, body.clone()));
        });
    }
    found
}

/// Writes the figures of the gallery as PNG pictures, to be looked at, to the folder `figures` among the temporary ones:
/// `cargo test --lib pictures -- --ignored`, with `FIGURES=tree` only those whose id has this word.
#[test]
#[ignore = "writes to the temporary folder, for the eye"]
fn pictures() {
    let folder = std::env::temp_dir().join("figures");
    std::fs::create_dir_all(&folder).unwrap();
    let wanted = std::env::var("FIGURES").unwrap_or_default();
    for (id, kind, body) in gallery().into_iter().filter(|(id, ..)| id.contains(&wanted)) {
        let (drawing, messages) = drawn(&kind, &body);
        let words = format!("{}\n{}\n{messages:?}", drawing.title, drawing.description);
        std::fs::write(folder.join(format!("{id}.txt")), words).unwrap();
        write_picture(&folder.join(format!("{id}.png")), &svg::print(&drawing, &Theme::built_in()));
        if let Some(narrow) = drawing.narrow.clone() {
            let narrow = Drawing {
                scene: narrow,
                narrow: None,
                ..drawing
            };
            write_picture(&folder.join(format!("{id}-narrow.png")), &svg::inline(&narrow, "x", None));
        }
    }
}

/// Writes one scene as a PNG picture.
pub(crate) fn picture(name: &str, scene: scene::Scene) {
    let folder = std::env::temp_dir().join("figures");
    std::fs::create_dir_all(&folder).unwrap();
    let drawing = Drawing {
        title: String::new(),
        description: String::new(),
        width: scene.width as f32,
        height: scene.height as f32,
        text_size: 10.0,
        scene: Arc::new(scene),
        narrow: None,
        verbatim: None,
    };
    write_picture(&folder.join(format!("{name}.png")), &svg::print(&drawing, &Theme::built_in()));
}

fn write_picture(path: &Path, svg: &str) {
    let tree = raster::read(svg, &built_in_fonts()).unwrap();
    let picture = raster::draw(&tree, 2.5, resvg::tiny_skia::Color::WHITE).unwrap();
    picture.save_png(path).unwrap();
}

/// What stands in a scene, for comparison.
struct Seen {
    /// Boxes, and the boxes around them.
    nodes: Vec<(usize, Area)>,
    within: BTreeMap<usize, usize>,
    /// The pieces of edges.
    lines: Vec<(usize, usize, Point, Point)>,
    /// The pieces of all other lines.
    marks: Vec<(Point, Point)>,
    labels: Vec<Area>,
    texts: Vec<(Part, Area, f64)>,
}

fn see(scene: &Scene) -> Seen {
    let mut seen = Seen {
        nodes: Vec::new(),
        within: BTreeMap::new(),
        lines: Vec::new(),
        marks: Vec::new(),
        labels: Vec::new(),
        texts: Vec::new(),
    };
    for shape in &scene.shapes {
        if let Part::Slot { node, within } = shape.part {
            seen.within.insert(node, within);
        }
        match (&shape.ink, shape.part) {
            (Ink::Box { area, .. }, Part::Node(at) | Part::Slot { node: at, .. }) => seen.nodes.push((at, *area)),
            (Ink::Polygon { points, .. }, Part::Node(at) | Part::Slot { node: at, .. }) => seen.nodes.push((at, bounds(points))),
            (Ink::Line { points, .. }, Part::Edge { from, to }) => {
                seen.lines.extend(points.windows(2).map(|ends| (from, to, ends[0], ends[1])));
            }
            (Ink::Polygon { points, .. }, Part::Edge { from, to }) => seen.lines.push((from, to, points[0], points[0])),
            // What a frame's outline runs through looks struck out, like what any other line does.
            (
                Ink::Box {
                    area, stroke: Some(_), ..
                },
                Part::Group(_),
            ) => {
                let (left, right, top, bottom) = (area.x, area.right(), area.y, area.bottom());
                let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
                let corners = corners.map(|(x, y)| Point::new(x, y));
                seen.marks.extend(corners.windows(2).map(|ends| (ends[0], ends[1])));
            }
            (Ink::Line { points, .. }, Part::Mark | Part::EdgeLabel) => {
                seen.marks.extend(points.windows(2).map(|ends| (ends[0], ends[1])));
            }
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
                if !matches!(part, Part::Node(_) | Part::Slot { .. }) {
                    seen.labels.push(area);
                }
            }
            _ => {}
        }
    }
    seen
}

impl Seen {
    /// Whether one box stands within the other, at any depth.
    fn nested(&self, a: usize, b: usize) -> bool {
        let around = |mut inner: usize, outer: usize| {
            while let Some(next) = self.within.get(&inner) {
                inner = *next;
                if inner == outer {
                    return true;
                }
            }
            false
        };
        around(a, b) || around(b, a)
    }
}

/// The area of some points.
pub(crate) fn bounds(points: &[Point]) -> Area {
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
    if (a.x - b.x).abs() > 0.01 && (a.y - b.y).abs() > 0.01 {
        return crosses(a, b, area);
    }
    let line = Area {
        x: a.x.min(b.x) - 0.2,
        y: a.y.min(b.y) - 0.2,
        width: (a.x - b.x).abs() + 0.4,
        height: (a.y - b.y).abs() + 0.4,
    };
    overlap(&line, area)
}

/// Everything that must hold in any scene; what does not, in words.
pub(crate) fn faults(scene: &Scene, page: Space, dense: bool) -> Vec<String> {
    let seen = see(scene);
    let mut faults = Vec::new();
    for (at, (a, area)) in seen.nodes.iter().enumerate() {
        for (b, other) in seen.nodes.iter().skip(at + 1) {
            if a != b && overlap(area, other) && !seen.nested(*a, *b) {
                faults.push(format!("node {a} lies on node {b}"));
            }
        }
        if let Some(outer) = seen.within.get(a) {
            let around = seen.nodes.iter().find(|(at, _)| at == outer).map(|(_, area)| *area);
            if !around.is_some_and(|around| contains(&around, area)) {
                faults.push(format!("node {a} leaves node {outer}, which it stands in"));
            }
        }
        for (from, to, start, end) in &seen.lines {
            let own = [from, to].into_iter().any(|end| end == a || seen.nested(*end, *a));
            if !own && meets(*start, *end, area) {
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
        if seen.marks.iter().any(|(start, end)| meets(*start, *end, label)) {
            faults.push("a line runs through a label".to_owned());
        }
    }
    for (at, (part, area, size)) in seen.texts.iter().enumerate() {
        if let Part::Node(node) | Part::Slot { node, .. } = part {
            let boxed = seen.nodes.iter().find(|(at, _)| at == node).map(|(_, area)| *area);
            // A box without an outline of its own holds its text as well as any other.
            if !boxed.is_some_and(|boxed| contains(&boxed, area)) {
                faults.push(format!("text leaves node {node}"));
            }
            if seen.texts.iter().skip(at + 1).any(|(_, other, _)| overlap(area, other)) {
                faults.push(format!("text of node {node} lies on other text"));
            }
            let inner = seen.nodes.iter().filter(|(inner, _)| seen.within.get(inner) == Some(node));
            if inner.clone().any(|(_, inner)| overlap(area, inner)) {
                faults.push(format!("text of node {node} lies on a box in it"));
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
    if scene.width > page.width + 0.01 || scene.height > page.height + 0.01 {
        faults.push(format!("the figure is {} by {} pt", scene.width, scene.height));
    }
    faults
}

/// Whether a slanted line runs through an area: what is left of it between the sides, if that is anything.
fn crosses(a: Point, b: Point, area: &Area) -> bool {
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    let sides = [
        (a.x, b.x, area.x - 0.2, area.right() + 0.2),
        (a.y, b.y, area.y - 0.2, area.bottom() + 0.2),
    ];
    for (from, to, low, high) in sides {
        let (first, second) = ((low - from) / (to - from), (high - from) / (to - from));
        enters = enters.max(first.min(second));
        leaves = leaves.min(first.max(second));
    }
    enters < leaves
}

/// Equal things are spaced equally and stand in line; what does not, in words.
///
/// - Layers and slots below one another, and boxes beside one another in a box, have equal gaps.
/// - A graph has ranks along one of its axes: boxes that share a stretch of it have one centre there.
/// - An arrow is straight or plainly bent: no step of it is so short that it looks like a slip.
pub(crate) fn order_faults(kind: &str, scene: &Scene) -> Vec<String> {
    let seen = see(scene);
    let mut faults = Vec::new();
    match kind {
        "stack" => faults.extend(gap_faults(&seen, false)),
        "nest" => faults.extend(gap_faults(&seen, true)),
        "flow" | "states" | "refs" => faults.extend(rank_fault(&seen)),
        _ => {}
    }
    for shape in &scene.shapes {
        let (Ink::Line { points, .. }, Part::Edge { from, to }) = (&shape.ink, shape.part) else {
            continue;
        };
        for piece in points.windows(4) {
            let step = (piece[1].x - piece[2].x).abs().max((piece[1].y - piece[2].y).abs());
            if step < LEAST_STEP {
                faults.push(format!("the edge {from} to {to} has a step of {step:.2} pt"));
            }
        }
    }
    faults
}

/// A shorter piece of a line, in pt, looks like a slip.
const LEAST_STEP: f64 = 1.0;

/// Boxes that stand in one box beside or below one another, whose gaps differ.
fn gap_faults(seen: &Seen, across: bool) -> Vec<String> {
    let key = |value: f64| (value * 20.0).round() as i64;
    let span = |area: &Area| if across { (area.x, area.width) } else { (area.y, area.height) };
    let mut lines: BTreeMap<(Option<usize>, i64, i64), Vec<Area>> = BTreeMap::new();
    for (node, area) in &seen.nodes {
        let (at, size) = if across { (area.y, area.height) } else { (area.x, area.width) };
        let place = (seen.within.get(node).copied(), key(at), key(size));
        lines.entry(place).or_default().push(*area);
    }
    let mut faults = Vec::new();
    for line in lines.values_mut().filter(|line| line.len() > 2) {
        line.sort_by(|a, b| span(a).0.total_cmp(&span(b).0));
        let ends = line
            .windows(2)
            .map(|pair| span(&pair[1]).0 - span(&pair[0]).0 - span(&pair[0]).1);
        // A wide one holds the dots that stand for more.
        let gaps: Vec<f64> = ends.filter(|gap| *gap < 20.0).collect();
        if gaps.iter().any(|gap| (gap - gaps[0]).abs() > 0.05) {
            faults.push(format!("gaps of one line differ: {gaps:.2?}"));
        }
    }
    faults
}

/// The boxes of a graph that share a stretch of both axes with another whose centre is elsewhere.
fn rank_fault(seen: &Seen) -> Option<String> {
    let outer: Vec<&Area> = seen
        .nodes
        .iter()
        .filter(|(node, _)| !seen.within.contains_key(node))
        .map(|(_, area)| area)
        .collect();
    let slips = |centre: fn(&Area) -> f64, size: fn(&Area) -> f64| {
        let pairs = outer
            .iter()
            .enumerate()
            .flat_map(|(at, a)| outer.iter().skip(at + 1).map(move |b| (*a, *b)));
        pairs
            .filter(|(a, b)| {
                let apart = (centre(a) - centre(b)).abs();
                apart > 0.05 && apart < (size(a) + size(b)) / 2.0 - 0.05
            })
            .count()
    };
    let (across, down) = (
        slips(|area| area.centre().x, |area| area.width),
        slips(|area| area.centre().y, |area| area.height),
    );
    (across > 0 && down > 0).then(|| format!("{across} and {down} boxes stand in no rank"))
}

fn contains(outer: &Area, inner: &Area) -> bool {
    inner.x > outer.x - 0.01
        && inner.right() < outer.right() + 0.01
        && inner.y > outer.y - 0.01
        && inner.bottom() < outer.bottom() + 0.01
}

/// A small generator, the same on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below a limit.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// Names for random figures.
pub(crate) const NAMES: [&str; 16] = [
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
