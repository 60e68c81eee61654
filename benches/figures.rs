//! What figures cost beside Graphviz: `cargo bench --bench figures`.
//!
//! Two hundred ordinary flows, read, laid out for a page and for a phone and written as SVG for both, against one
//! `dot -Tsvg` over the same graphs; and one graph of 200 nodes and 400 edges, which no page can show well. CPU time, the
//! least of several runs.

use publish::assets::built_in_fonts;
use publish::diag::Diagnostics;
use publish::document::walk::{Node, query_blocks};
use publish::document::{BlockKind, Document, FigureContent};
use publish::figures::{self, Space, svg};
use publish::manuscript::{self, Folder};
use publish::theme::Theme;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// From name to name, with a label.
type Edges = Vec<(String, String, &'static str)>;

/// A page of 6 by 9 in.
const PAGE: Space = Space {
    width: 324.0,
    height: 420.0,
};

/// As in the command itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut out = std::io::stdout();
    let mut say = |line: String| writeln!(out, "{line}").expect("standard output");
    let mut random = Random(1);
    let ordinary: Vec<Edges> = (0..200).map(|_| tree(&mut random, 12, 4, true)).collect();
    let large = vec![tree(&mut random, 1, 0, false), graph(&mut random, 200, 400)];
    for (name, graphs, runs) in [("200 ordinary figures", &ordinary, 7), ("200 nodes, 400 edges", &large, 3)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (ours, drawn) = least(runs, &read(folder.path(), graphs));
        let theirs = dot(folder.path(), graphs, runs);
        say(match theirs {
            Some(theirs) => format!(
                "{name}: {ours:.1} ms, {drawn} drawn; dot {theirs:.1} ms; {:.2} of it",
                ours / theirs
            ),
            None => format!("{name}: {ours:.1} ms, {drawn} drawn; dot is NOT installed"),
        });
    }
}

/// A document with a figure for each graph.
fn read(folder: &Path, graphs: &[Edges]) -> Document {
    let mut chapter = "# Figures\n".to_owned();
    for edges in graphs {
        chapter.push_str("\n```diagram flow\n");
        for (from, to, label) in edges {
            let label = if label.is_empty() {
                String::new()
            } else {
                format!(": {label}")
            };
            writeln!(chapter, "{from} → {to}{label}").expect("memory");
        }
        chapter.push_str("```\n");
    }
    let settings = "[book]\ntitle = \"Figures\"\nauthors = [\"A\"]\nlanguage = \"en\"\n";
    std::fs::write(folder.join("book.toml"), settings).expect("book.toml");
    std::fs::write(folder.join("figures.md"), chapter).expect("a chapter");
    manuscript::read(Folder::open(folder).expect("a book"), &mut Diagnostics::default()).document
}

/// The least CPU time in ms of drawing and of writing both pictures of each figure, and how many there were.
fn least(runs: usize, document: &Document) -> (f64, usize) {
    let (fonts, theme) = (built_in_fonts(), Theme::built_in());
    let costs = (0..runs).map(|_| {
        let mut document = document.clone();
        let before = cpu_time::ProcessTime::now();
        figures::draw(&mut document, &theme, &fonts, PAGE, &mut Diagnostics::default());
        let mut drawn = 0;
        for chapter in document.chapters() {
            query_blocks(&chapter.blocks, &mut |node| {
                if let Node::Block(block) = node
                    && let BlockKind::Figure(figure) = &block.kind
                    && let FigureContent::Drawing(drawing) = &figure.content
                {
                    let written = svg::print(drawing, &theme).len() + svg::inline(drawing, "f", None).len();
                    drawn += usize::from(written > 0);
                }
            });
        }
        (before.elapsed().as_secs_f64() * 1000.0, drawn)
    });
    costs.min_by(|a, b| a.0.total_cmp(&b.0)).expect("a run")
}

/// The least CPU time in ms of one `dot -Tsvg` over all graphs.
fn dot(folder: &Path, graphs: &[Edges], runs: usize) -> Option<f64> {
    let mut text = String::new();
    for edges in graphs {
        text.push_str("digraph { node [shape=box]\n");
        for (from, to, label) in edges {
            writeln!(text, "\"{from}\" -> \"{to}\" [label=\"{label}\"]").expect("memory");
        }
        text.push_str("}\n");
    }
    std::fs::write(folder.join("graphs.dot"), text).expect("the graphs");
    let costs: Option<Vec<f64>> = (0..runs)
        .map(|_| {
            // What a child costs is known to its shell, to the millisecond.
            let script = "TIMEFORMAT='%U %S'; time dot -Tsvg graphs.dot >/dev/null";
            let output = Command::new("bash").arg("-c").arg(script).current_dir(folder).output().ok()?;
            let told = String::from_utf8(output.stderr).ok()?;
            let seconds: Vec<f64> = told.lines().last()?.split(' ').map_while(|word| word.parse().ok()).collect();
            output.status.success().then(|| seconds.iter().sum::<f64>() * 1000.0)
        })
        .collect();
    costs?.into_iter().min_by(f64::total_cmp)
}

const NAMES: [&str; 12] = [
    "source",
    "lexer",
    "parser",
    "syntax tree",
    "is it fresh?",
    "compile the module",
    "code object",
    "loop",
    "frame",
    "garbage collector",
    "allocator",
    "a result that is returned",
];

/// Nodes each of which an earlier one leads to, and some edges more.
fn tree(random: &mut Random, most: usize, more: usize, labels: bool) -> Edges {
    let nodes = most.min(5 + random.below(most));
    let first = random.below(NAMES.len());
    let name = |node: usize| NAMES[(first + node) % NAMES.len()].to_owned();
    let mut edges = vec![(name(0), name(1), "")];
    let label = |random: &mut Random| {
        if labels {
            ["", "", "", "yes", "no", "a longer label"][random.below(6)]
        } else {
            ""
        }
    };
    for node in 2..nodes {
        edges.push((name(random.below(node)), name(node), label(random)));
    }
    for _ in 0..random.below(more + 1) {
        edges.push((name(random.below(nodes)), name(random.below(nodes)), label(random)));
    }
    edges
}

/// A graph without structure.
fn graph(random: &mut Random, nodes: usize, count: usize) -> Edges {
    let mut edges: Edges = (1..nodes)
        .map(|node| (format!("n{}", random.below(node)), format!("n{node}"), ""))
        .collect();
    while edges.len() < count {
        let (a, b) = (random.below(nodes), random.below(nodes));
        edges.push((format!("n{}", a.min(b)), format!("n{}", a.max(b)), ""));
    }
    edges
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
