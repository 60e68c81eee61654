//! `tree`: what stands below what.
//!
//! ```text
//! - `Module`
//!   - `FunctionDef`: `greet`
//!     - `Return`
//!   - `Expr`
//! ```
//!
//! Nested bullets are branches; text after `: ` is smaller. The tree grows from the top or from the left, whichever fits; one
//! that is too wide for both is an indented list, and so are folders, whose names end with a slash: `` `Lib/` ``.
//!
//! ```text
//! class A
//! class B(A): overrides `run`
//! class C(A)
//! class D(B, C)
//! MRO: D, B, C, A, object
//! ```
//!
//! Class lines are a hierarchy with the bases above. Every base has a line of its own, except `object`. `MRO:` says in which
//! order Python looks into the classes of the first one; it is checked against what Python would find (C3), and its numbers
//! stand in the boxes. A hierarchy for which Python finds no order is a fault.

mod classes;
mod outline;
mod tidy;

use super::Laid;
use crate::figures::Space;
use crate::figures::bullets::{self, Bullet, Wording};
use crate::figures::graph::Graph;
use crate::figures::language::{Description, Fault, Line, enumerate};
use crate::figures::look::EDGE;
use crate::figures::text::{SMALLEST, Typesetter};
use crate::source::Span;
use classes::Classes;

/// A tree, or a hierarchy of classes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    /// Bullets.
    Branches(Branches),
    /// Class lines.
    Classes(Classes),
}

/// Nodes below one another.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branches {
    nodes: Vec<Bullet>,
    /// Whether it is an indented list, since its author drew it so or since it shows folders.
    listed: bool,
    /// Whether lines have the arrowhead of inheritance.
    inherits: bool,
}

const EXPECTED: &str = "`- Label: text`, an indented bullet for what is below it, or lines such as `class D(B, C)`";
/// More nodes than a page can show; a bound on what reading and layout may cost.
const MOST: usize = 200;

/// Reads bullets or class lines.
pub(crate) fn read(description: &Description, whole: Span) -> Result<Tree, Vec<Fault>> {
    let is_class = |line: &Line| line.text.starts_with("class ") || line.text.starts_with("MRO:");
    if description.lines.first().is_some_and(is_class) {
        return classes::read(description, whole).map(Tree::Classes);
    }
    let wording = Wording {
        kind: "tree",
        expected: EXPECTED,
        most: MOST,
    };
    let nodes = bullets::read(&description.lines, whole, wording)?;
    if nodes.iter().all(|node| node.parent.is_none()) {
        return Err(vec![Fault {
            span: whole,
            message: "nothing of this tree stands below anything else".to_owned(),
            expected: format!("expected {EXPECTED}"),
        }]);
    }
    let listed = nodes.iter().any(|node| node.label.plain().ends_with('/'));
    Ok(Tree::Branches(Branches {
        nodes,
        listed,
        inherits: false,
    }))
}

impl Tree {
    /// A tree that its author drew as an indented list.
    pub(crate) fn drawn(nodes: Vec<Bullet>) -> Self {
        Self::Branches(Branches {
            nodes,
            listed: true,
            inherits: false,
        })
    }

    /// A title made of the roots, or of the class whose order is shown.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Branches(branches) => branches.title(),
            Self::Classes(classes) => classes.title(),
        }
    }

    /// The structure in words.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Branches(branches) => branches.describe(),
            Self::Classes(classes) => classes.describe(),
        }
    }

    /// From the top, from the left, or as an indented list.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        match self {
            Self::Branches(branches) => branches.lay_out(typesetter, size, space),
            Self::Classes(classes) => match classes.form() {
                classes::Form::Branches(branches) => branches.lay_out(typesetter, size, space),
                classes::Form::Graph(graph) => Graph::lay_out(&graph, typesetter, size, space),
            },
        }
    }
}

impl Branches {
    fn roots(&self) -> Vec<String> {
        let roots = self.nodes.iter().filter(|node| node.parent.is_none());
        roots.map(|node| node.label.plain()).collect()
    }

    fn title(&self) -> String {
        match self.roots().as_slice() {
            [root] => format!("Tree of {root}"),
            roots => format!("Trees of {}", enumerate(roots)),
        }
    }

    fn describe(&self) -> String {
        let mut sentences = Vec::new();
        let children = bullets::children(&self.nodes);
        for (node, children) in self.nodes.iter().zip(&children).filter(|(_, children)| !children.is_empty()) {
            let below = children.iter().filter_map(|child| self.nodes.get(*child)).map(Bullet::say);
            let below: Vec<String> = below.collect();
            sentences.push(format!(
                "below {} {} {}",
                node.label.plain(),
                be(below.len()),
                enumerate(&below)
            ));
        }
        let roots: Vec<String> = self
            .nodes
            .iter()
            .filter(|node| node.parent.is_none())
            .map(Bullet::say)
            .collect();
        let name = if roots.len() == 1 { "A tree" } else { "Trees" };
        format!("{name} from {}: {}.", enumerate(&roots), sentences.join("; "))
    }

    /// Boxes as long as they are readable, then an indented list, smaller where it must be.
    fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        let full = size.max(SMALLEST);
        let middle = (full + SMALLEST) / 2.0;
        if !self.listed {
            for size in [full, middle] {
                if let Some(scene) = tidy::lay_out(self, typesetter, size, space) {
                    return Laid { scene, dense: false };
                }
            }
        }
        let mut last = None;
        let [roomy, tight] = outline::RISES;
        for (size, rise) in [(full, roomy), (middle, roomy), (SMALLEST, roomy), (SMALLEST, tight)] {
            let scene = outline::lay_out(self, typesetter, size, rise, space.width);
            if space.holds(&scene) {
                return Laid { scene, dense: false };
            }
            last = Some(scene);
        }
        Laid {
            scene: last.unwrap_or_default(),
            dense: true,
        }
    }
}

fn be(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

#[cfg(test)]
mod tests {
    use crate::figures::promises::{NAMES, Random, drawn, hold_any_label, hold_at_random, refuse};
    use crate::figures::scene::{Ink, Part};
    use std::collections::BTreeMap;

    fn random_tree(random: &mut Random) -> String {
        let mut body = format!("- {}\n", NAMES[random.below(16)]);
        let mut depth = 0;
        for _ in 0..1 + random.below(24) {
            depth = (1 + random.below(depth + 2)).min(depth + 1).min(6);
            let text = [
                "",
                "",
                "",
                ": text",
                ": a text that is longer than its label, as they often are",
            ][random.below(5)];
            body.push_str(&format!("{}- {}{text}\n", "  ".repeat(depth), NAMES[random.below(16)]));
        }
        body
    }

    fn random_classes(random: &mut Random) -> String {
        let mut body = String::from("class A0\n");
        for at in 1..2 + random.below(12) {
            let mut bases: Vec<usize> = (0..random.below(3)).map(|_| random.below(at)).collect();
            // Younger classes first: that is the way to have an order.
            bases.sort_unstable_by(|a, b| b.cmp(a));
            bases.dedup();
            let bases: Vec<String> = bases.iter().map(|base| format!("A{base}")).collect();
            let text = ["", "", ": overrides `run`, and says so at length"][random.below(3)];
            let name = format!("A{at}");
            body.push_str(&match bases.is_empty() {
                true => format!("class {name}{text}\n"),
                false => format!("class {name}({}){text}\n", bases.join(", ")),
            });
        }
        if random.below(2) == 0 {
            body.push_str("class Last(A0, object)\n");
        }
        body
    }

    #[test]
    fn random_trees_keep_every_promise() {
        hold_at_random("tree", 0, random_tree);
    }

    #[test]
    fn random_classes_keep_every_promise() {
        hold_at_random("tree", 0, random_classes);
    }

    #[test]
    fn any_label_stays_in_its_place() {
        hold_any_label(
            "tree",
            &[
                "- L: L\n  - L\n  - a: L",
                "- a/: L\n  - L: L\n    - b: L",
                "class A: L\nclass B(A): L",
            ],
        );
    }

    #[test]
    fn what_cannot_be_read_is_reported_and_kept() {
        let lines = |line: fn(usize) -> String| (0..30_000).map(line).collect::<String>();
        refuse(
            "tree",
            &[
                ("", "this tree is empty"),
                ("- a", "stands below anything"),
                ("- a\n- b", "stands below anything"),
                ("text", "not a bullet"),
                ("- a\n  - ", "no label"),
                ("- a\n  - `b", "a backtick opens code"),
                ("- a\n    - b\n  - c", "stands below none before it"),
                ("- a\n  - b\nTitle: late", "before all other lines"),
                (
                    &lines(|at| format!("{}- {at}\n", " ".repeat(at % 99))),
                    "more than 200 bullets",
                ),
            ],
        );
    }

    /// The boxes of a drawing by their text.
    fn boxes(body: &str) -> BTreeMap<String, (f64, f64)> {
        let (drawing, _) = drawn("tree", body);
        let mut areas = BTreeMap::new();
        let mut found = BTreeMap::new();
        for shape in &drawing.scene.shapes {
            match (&shape.ink, shape.part) {
                (Ink::Box { area, .. }, Part::Node(node)) => {
                    areas.insert(node, area.centre());
                }
                (Ink::Text { line, .. }, Part::Node(node)) => {
                    let text = line.spans.iter().map(|span| span.text.as_str()).collect();
                    found.insert(text, (areas[&node].x, areas[&node].y));
                }
                _ => {}
            }
        }
        found
    }

    #[test]
    fn a_small_tree_grows_from_the_top() {
        let boxes = boxes("- root\n  - left\n    - leaf\n  - right");
        assert!((boxes["root"].0 - (boxes["left"].0 + boxes["right"].0) / 2.0).abs() < 0.01);
        assert!((boxes["left"].1 - boxes["right"].1).abs() < 0.01);
        assert!(boxes["leaf"].1 > boxes["left"].1);
    }

    #[test]
    fn forty_files_fit_on_a_page() {
        let files: String = (1..40).map(|at| format!("  - `file{at}.py`\n")).collect();
        let (_, messages) = drawn("tree", &format!("- `folder/`\n{files}"));
        assert_eq!(messages, Vec::<String>::new());
    }

    #[test]
    fn names_may_stand_there_twice() {
        let (drawing, _) = drawn("tree", "- Add\n  - Name\n  - Name");
        assert_eq!(drawing.description, "A tree from Add: below Add are Name and Name.");
        assert_eq!(drawing.title, "Tree of Add");
    }

    #[test]
    fn folders_are_an_indented_list() {
        let boxes = boxes("- `Lib/`\n  - `json/`\n    - `decoder.py`\n  - `os.py`");
        let heights: Vec<f64> = ["Lib/", "json/", "decoder.py", "os.py"]
            .iter()
            .map(|name| boxes[*name].1)
            .collect();
        assert!(heights.is_sorted());
    }
}
