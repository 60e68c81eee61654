//! What no kind of today uses, but those of tomorrow may: compartments, heads of all sorts, labels at ends.

use super::*;
use crate::assets::built_in_fonts;
use crate::figures::language::label;
use crate::figures::promises::{PAGES, Random, faults, picture};
use crate::figures::scene::{Fill, Ink, Tone};
use crate::theme::Theme;

fn named(text: &str) -> Label {
    label(text).unwrap()
}

fn class(name: &str, members: &[&str]) -> Node {
    let rows = |rows: &[&str]| rows.iter().map(|row| named(row)).collect();
    let (fields, methods): (Vec<&str>, Vec<&str>) = members.iter().partition(|member| !member.ends_with(")`"));
    Node {
        strong: true,
        compartments: vec![rows(&fields), rows(&methods)],
        ..Node::new(Shape::Box, named(name))
    }
}

fn edge(from: usize, to: usize, head: Head) -> Edge {
    Edge {
        head,
        ..Edge::new(End::node(from), End::node(to))
    }
}

fn classes() -> Graph {
    Graph {
        nodes: vec![
            class("`PyObject`", &["`ob_refcnt`", "`ob_type`"]),
            class("`PyVarObject`", &["`ob_size`"]),
            class("`PyListObject`", &["`ob_item`", "`allocated`", "`append(item)`"]),
            class("`PyDictObject`", &["`ma_used`", "`ma_keys`", "`ma_values`"]),
            class("`PyTypeObject`", &["`tp_name`", "`tp_basicsize`", "`tp_dealloc(self)`"]),
        ],
        edges: vec![
            edge(1, 0, Head::Hollow),
            edge(2, 1, Head::Hollow),
            edge(3, 0, Head::Hollow),
            Edge {
                labels: [Some(named("n")), Some(named("is of")), Some(named("1"))],
                dashed: true,
                ..edge(0, 4, Head::Open)
            },
            Edge {
                labels: [Some(named("1")), None, Some(named("0..n"))],
                tail: Head::Diamond(Fill::Solid(Tone::Muted)),
                ..edge(2, 0, Head::None)
            },
        ],
        groups: Vec::new(),
        way: Way::Any,
    }
}

fn scenes(graph: &Graph) -> Vec<(Laid, Space)> {
    let (fonts, theme) = (built_in_fonts(), Theme::built_in());
    let typesetter = Typesetter::new(&fonts, &theme);
    let spaces = [PAGES[0], PAGES[1], Space::NARROW];
    spaces.map(|space| (graph.lay_out(&typesetter, 8.6, space), space)).into()
}

#[test]
fn classes_have_compartments_and_their_lines_heads_and_labels_at_both_ends() {
    for (laid, space) in scenes(&classes()) {
        assert!(!laid.dense);
        assert_eq!(faults(&laid.scene, space, false), Vec::<String>::new());
        let texts = laid.scene.shapes.iter().filter(|shape| shape.part == Part::EdgeLabel);
        assert_eq!(texts.count(), 5);
        let hollow = laid.scene.shapes.iter().filter(|shape| {
            matches!(
                (&shape.ink, shape.part),
                (Ink::Polygon { fill: Fill::Page, .. }, Part::Edge { .. })
            )
        });
        assert_eq!(hollow.count(), 3);
    }
}

#[test]
fn labels_at_ends_keep_every_promise() {
    for seed in 0..100 {
        let mut random = Random(seed);
        let nodes = 2 + random.below(7);
        let mut graph = Graph::default();
        for node in 0..nodes {
            let members = ["`first`", "`second`", "`call()`"];
            let name = format!("`Class{node}`");
            let members = &members[..random.below(4)];
            graph.nodes.push(if random.below(3) == 0 {
                Node::new(Shape::Rounded, named(&name))
            } else {
                class(&name, members)
            });
        }
        for _ in 0..1 + random.below(nodes + 2) {
            let (from, to) = (random.below(nodes), random.below(nodes));
            let mut text = |word: &str| (random.below(2) == 0 && from != to).then(|| named(word));
            let labels = [text("1"), text("holds"), text("0..n")];
            graph.edges.push(Edge {
                labels,
                ..edge(from, to, Head::Hollow)
            });
        }
        for (laid, space) in scenes(&graph) {
            if !laid.dense {
                assert_eq!(faults(&laid.scene, space, false), Vec::<String>::new(), "{seed}");
            }
        }
    }
}

/// The classes as a picture, to be looked at.
#[test]
#[ignore = "writes to the temporary folder, for the eye"]
fn pictures() {
    for (number, (laid, _)) in scenes(&classes()).into_iter().enumerate() {
        picture(&format!("graph-classes-{number}"), laid.scene);
    }
}
