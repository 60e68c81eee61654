//! Our layouts against those of Graphviz: the same nodes and edges, crossings counted in the same way.

use super::Drawing;
use super::kinds::flow;
use super::promises::{Random, drawn, gallery};
use super::scene::{Area, Ink, Part, Point};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// A line with its ends: the numbers of nodes.
struct Line {
    from: usize,
    to: usize,
    points: Vec<Point>,
}

/// What a drawing shows as a graph: boxes with their slots, and lines.
struct Seen {
    nodes: BTreeMap<usize, (Area, Vec<usize>)>,
    within: BTreeMap<usize, usize>,
    lines: Vec<Line>,
}

fn see(drawing: &Drawing) -> Seen {
    let mut seen = Seen {
        nodes: BTreeMap::new(),
        within: BTreeMap::new(),
        lines: Vec::new(),
    };
    for shape in &drawing.scene.shapes {
        match (&shape.ink, shape.part) {
            (Ink::Box { area, .. }, Part::Node(node)) => {
                seen.nodes.entry(node).or_insert((*area, Vec::new()));
            }
            (Ink::Polygon { points, .. }, Part::Node(node)) => {
                seen.nodes.entry(node).or_insert((bounds(points), Vec::new()));
            }
            (Ink::Box { .. }, Part::Slot { node, within }) => {
                seen.within.insert(node, within);
                if let Some((_, slots)) = seen.nodes.get_mut(&within) {
                    slots.push(node);
                }
            }
            (Ink::Line { points, .. }, Part::Edge { from, to }) => seen.lines.push(Line {
                from,
                to,
                points: points.clone(),
            }),
            _ => {}
        }
    }
    let within = |end: usize| seen.within.get(&end).copied().unwrap_or(end);
    seen.lines.retain(|line| within(line.from) != within(line.to));
    seen
}

fn bounds(points: &[Point]) -> Area {
    let (mut low, mut high) = (points[0], points[0]);
    for point in points {
        low = Point::new(low.x.min(point.x), low.y.min(point.y));
        high = Point::new(high.x.max(point.x), high.y.max(point.y));
    }
    Area {
        x: low.x,
        y: low.y,
        width: high.x - low.x,
        height: high.y - low.y,
    }
}

impl Seen {
    /// The edges, each once, also where a gap makes several lines of one.
    fn edges(&self) -> Vec<(usize, usize)> {
        let mut edges: Vec<(usize, usize)> = self.lines.iter().map(|line| (line.from, line.to)).collect();
        edges.dedup();
        edges
    }

    /// Where lines bend; branches of one line that bend together do so once.
    fn bends(&self) -> usize {
        let inner = self
            .lines
            .iter()
            .flat_map(|line| line.points.iter().skip(1).take(line.points.len() - 2));
        let round = |point: &Point| ((point.x * 100.0).round() as i64, (point.y * 100.0).round() as i64);
        inner.map(round).collect::<BTreeSet<_>>().len()
    }

    /// The graph for dot: nodes of the same sizes, slots as fields with ports.
    fn dot(&self) -> String {
        let mut text = String::from("digraph {\n");
        for (node, (area, slots)) in &self.nodes {
            let size = format!(
                "fixedsize=true width={:.3} height={:.3}",
                area.width / 72.0,
                area.height / 72.0
            );
            let fields: String = slots.iter().map(|slot| format!("|<s{slot}>")).collect();
            let shape = if slots.is_empty() {
                "shape=box label=\"\"".to_owned()
            } else {
                format!("shape=record label=\"<h>{fields}\"")
            };
            writeln!(text, "n{node} [{shape} {size}]").unwrap();
        }
        let end = |end: usize| match self.within.get(&end) {
            Some(node) => format!("n{node}:s{end}"),
            None if self.nodes.get(&end).is_some_and(|(_, slots)| !slots.is_empty()) => format!("n{end}:h"),
            None => format!("n{end}"),
        };
        for (from, to) in self.edges() {
            writeln!(text, "{} -> {}", end(from), end(to)).unwrap();
        }
        text + "}\n"
    }
}

/// Where lines of different edges cross, their ends apart.
fn crossings(lines: &[&[Point]]) -> usize {
    let mut count = 0;
    for (at, line) in lines.iter().enumerate() {
        for other in &lines[at + 1..] {
            for ends in line.windows(2) {
                count += other.windows(2).filter(|others| cross(ends, others)).count();
            }
        }
    }
    count
}

fn cross(a: &[Point], b: &[Point]) -> bool {
    let side = |line: &[Point], point: Point| {
        let area = (line[1].x - line[0].x) * (point.y - line[0].y) - (line[1].y - line[0].y) * (point.x - line[0].x);
        if area.abs() < 1e-9 { 0.0 } else { area.signum() }
    };
    side(a, b[0]) * side(a, b[1]) < 0.0 && side(b, a[0]) * side(b, a[1]) < 0.0
}

/// The lines of each graph as dot draws them, splines as short straight pieces; `None` without dot.
fn drawn_by_dot(graphs: &str) -> Option<Vec<Vec<Vec<Point>>>> {
    let child = Command::new("dot")
        .arg("-Tplain")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = child.ok()?;
    let mut stdin = child.stdin.take().unwrap();
    let graphs = graphs.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(graphs.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (mut found, mut lines) = (Vec::new(), Vec::new());
    for line in text.lines() {
        if line == "stop" {
            found.push(std::mem::take(&mut lines));
        } else if let Some(edge) = line.strip_prefix("edge ") {
            let numbers: Vec<f64> = edge.split(' ').skip(2).map_while(|word| word.parse().ok()).collect();
            let count = numbers[0] as usize;
            let points: Vec<Point> = numbers[1..=2 * count]
                .chunks(2)
                .map(|at| Point::new(at[0] * 72.0, at[1] * 72.0))
                .collect();
            lines.push(sampled(&points));
        }
    }
    Some(found)
}

/// A row of cubic curves as a row of straight pieces.
fn sampled(points: &[Point]) -> Vec<Point> {
    let mut found = vec![points[0]];
    for curve in points.windows(4).step_by(3) {
        for step in 1..=16 {
            let (t, u) = (f64::from(step) / 16.0, 1.0 - f64::from(step) / 16.0);
            let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
            let sum = |pick: fn(&Point) -> f64| curve.iter().zip(weights).map(|(point, weight)| pick(point) * weight).sum();
            found.push(Point::new(sum(|point| point.x), sum(|point| point.y)));
        }
    }
    found
}

/// The figures that are measured: those of the gallery that are graphs, and random ones.
fn figures() -> Vec<(String, Seen)> {
    let graphs = gallery()
        .into_iter()
        .filter(|(_, kind, _)| ["flow", "refs", "states", "tree"].contains(&kind.as_str()));
    let random = (0..60).map(|seed| {
        let body = flow::tests::random_flow(&mut Random(1_000 + seed));
        (format!("random {seed}"), "flow".to_owned(), body)
    });
    let large = (0..60).map(|seed| {
        (
            format!("large {seed}"),
            "flow".to_owned(),
            large_flow(&mut Random(2_000 + seed)),
        )
    });
    graphs
        .chain(random)
        .chain(large)
        .map(|(id, kind, body)| (id, see(&drawn(&kind, &body).0)))
        .collect()
}

/// More nodes than most figures have, in a tree with further edges.
fn large_flow(random: &mut Random) -> String {
    let nodes = 8 + random.below(20);
    let mut body = String::new();
    for node in 1..nodes {
        writeln!(body, "n{} → n{node}", random.below(node)).unwrap();
    }
    for _ in 0..2 + random.below(nodes * 2 / 3) {
        let (from, to) = (random.below(nodes), random.below(nodes));
        writeln!(body, "n{from} → n{to}").unwrap();
    }
    body
}

#[test]
fn lines_cross_no_more_than_those_of_graphviz_and_bend_little() {
    let figures = figures();
    let graphs: String = figures.iter().map(|(_, seen)| seen.dot()).collect();
    let Some(theirs) = drawn_by_dot(&graphs) else {
        let mut stderr = std::io::stderr();
        let message = "\n!!! dot is not installed: layouts are NOT tested against Graphviz\n";
        stderr.write_all(message.as_bytes()).unwrap();
        assert!(std::env::var_os("CI").is_none(), "dot is not installed");
        return;
    };
    assert_eq!(figures.len(), theirs.len());
    let (mut ours, mut dots, mut bends, mut edges) = (0, 0, 0, 0);
    let mut worse = Vec::new();
    for ((id, seen), their) in figures.iter().zip(&theirs) {
        let our: Vec<&[Point]> = seen.lines.iter().map(|line| line.points.as_slice()).collect();
        let their: Vec<&[Point]> = their.iter().map(Vec::as_slice).collect();
        let (our, their) = (crossings(&our), crossings(&their));
        if our > their + 1 {
            worse.push(format!("{id}: {our} crossings, {their} by dot"));
        }
        ours += our;
        dots += their;
        bends += seen.bends();
        edges += seen.edges().len();
    }
    let figures = figures.len();
    let worse = worse.join("\n");
    assert!(
        ours as f64 <= 1.2 * dots as f64,
        "{ours} crossings of {figures} figures, {dots} by dot:\n{worse}"
    );
    assert!(bends as f64 <= 1.6 * edges as f64, "{bends} bends of {edges} edges");
}
