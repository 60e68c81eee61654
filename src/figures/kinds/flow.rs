//! `flow`: what leads to what.
//!
//! ```text
//! import → Is `.pyc` fresh?
//! Is `.pyc` fresh? → load it: yes
//! Is `.pyc` fresh? → compile → load it: no
//! Group Loader: load it, compile
//! ```
//!
//! Every arrow line is a chain of names; identical names are one node. Text after the last `: ` is the label of the
//! line's last edge, a trailing `?` makes a decision, `⇢` or `-->` is a weaker arrow, and `Group` frames nodes.

use super::Laid;
use crate::figures::Space;
use crate::figures::graph::read::{Net, Reader, Wording};
use crate::figures::graph::{Graph, Shape};
use crate::figures::language::{Arrow, Description, Fault, Label, enumerate};
use crate::figures::text::Typesetter;
use crate::source::Span;

/// Names, arrows and groups.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Flow {
    net: Net,
}

const WORDING: Wording = Wording {
    kind: "flow",
    names: "nodes",
    expected: "expected `a → b`, `a → b: label` or `Group name: a, b`",
};

/// Reads arrow lines and groups.
pub(crate) fn read(description: &Description, whole: Span) -> Result<Flow, Vec<Fault>> {
    let mut reader = Reader::new(WORDING);
    let mut faults = Vec::new();
    reader.read(&description.lines, whole, &mut faults);
    let flow = Flow { net: reader.net };
    if faults.is_empty() && flow.graph().extent().is_none() {
        faults.push(WORDING.too_long(whole));
    }
    if faults.is_empty() { Ok(flow) } else { Err(faults) }
}

fn is_decision(label: &Label) -> bool {
    label.runs.last().is_some_and(|run| !run.code && run.text.ends_with('?'))
}

impl Flow {
    /// A chain without branches: `a → b → c` of a sentence. `None` if there is more of it than a page can show.
    pub(crate) fn chain(labels: Vec<Label>, arrows: &[Arrow]) -> Option<Self> {
        let mut reader = Reader::new(WORDING);
        let nodes: Vec<usize> = labels.into_iter().map(|label| reader.node(label)).collect();
        for (ends, arrow) in nodes.windows(2).zip(arrows) {
            if let [from, to] = *ends {
                reader.join(from, to, *arrow == Arrow::Weak, None);
            }
        }
        let within = reader.excess().is_none();
        let flow = Self { net: reader.net };
        (within && flow.graph().extent().is_some()).then_some(flow)
    }

    /// A title made of where the flow begins and ends.
    pub(crate) fn title(&self) -> String {
        match (self.net.ends(false).as_slice(), self.net.ends(true).as_slice()) {
            ([first], [last]) => format!("From {first} to {last}"),
            ([first], _) => format!("Flow from {first}"),
            _ => format!("Flow around {}", self.net.name(0)),
        }
    }

    /// Nodes and edges in words, in the author's order.
    pub(crate) fn describe(&self) -> String {
        let (first, last) = (self.net.ends(false), self.net.ends(true));
        let mut text = match (first.len(), last.len()) {
            (1..=3, 1..=3) => format!("A flow from {} to {}", enumerate(&first), enumerate(&last)),
            (1..=3, _) => format!("A flow from {}", enumerate(&first)),
            _ => format!("A flow of {} steps", self.net.nodes.len()),
        };
        let mut sentences = Vec::new();
        for node in 0..self.net.nodes.len() {
            let leads = |weak: bool| -> Vec<String> {
                let edges = self.net.edges.iter().filter(|edge| edge.from == node && edge.weak == weak);
                edges
                    .map(|edge| {
                        let to = if edge.to == node {
                            "itself".to_owned()
                        } else {
                            self.net.name(edge.to)
                        };
                        match &edge.label {
                            Some(label) => format!("{to} ({})", label.plain()),
                            None => to,
                        }
                    })
                    .collect()
            };
            let (plain, weak) = (leads(false), leads(true));
            let name = self.net.name(node);
            match (plain.is_empty(), weak.is_empty()) {
                (true, true) => {}
                (false, true) => sentences.push(format!("{name} leads to {}", enumerate(&plain))),
                (true, false) => sentences.push(format!("{name} leads by a dashed arrow to {}", enumerate(&weak))),
                (false, false) => sentences.push(format!(
                    "{name} leads to {}, and by a dashed arrow to {}",
                    enumerate(&plain),
                    enumerate(&weak)
                )),
            }
        }
        sentences.extend(self.net.describe_groups());
        text.push_str(": ");
        text.push_str(&sentences.join("; "));
        text.push('.');
        text
    }

    /// The graph that is drawn.
    fn graph(&self) -> Graph {
        let shape = |label: &Label| if is_decision(label) { Shape::Decision } else { Shape::Box };
        self.net.graph(shape)
    }

    /// Tries both directions, narrower labels, rows for chains, then smaller text, and keeps the best that fits.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        self.graph().lay_out(typesetter, size, space)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::document::BlockKind;
    use crate::figures::promises::{NAMES, PAGES, Random, drawn, drawn_in, hold_any_label, hold_at_random, refuse};

    pub(crate) fn random_flow(random: &mut Random) -> String {
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

    #[test]
    fn random_flows_keep_every_promise() {
        hold_at_random("flow", 6, random_flow);
    }

    #[test]
    fn any_label_stays_in_its_place() {
        hold_any_label("flow", &["L → b: L\nb → L\nb → b", "a → L"]);
    }

    #[test]
    fn what_cannot_be_read_is_reported_and_kept() {
        refuse(
            "flow",
            &[
                ("", "this flow has no arrows"),
                ("alone", "no arrow"),
                ("a → → b", "no name"),
                ("→ b", "before the first arrow"),
                ("a → b:", "nothing follows the colon"),
                ("a → `b", "a backtick opens code"),
                ("a → b\nGroup X: a, c", "no arrow line names `c`"),
                ("a → b\nGroup X: a\nGroup Y: a", "already in the group `X`"),
                ("a → b\nTitle: late", "before all other lines"),
            ],
        );
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
        assert!(drawing.scene.width <= PAGES[0].width + 0.01);
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
            (lines(|at| format!("a{at} → b{at}\n")), "more than 250 nodes"),
            (lines(|at| format!("a → b: {at}\n")), "more than 600 arrows"),
            (lines(|at| format!("a{at} → ")) + "b", "more than 250 nodes"),
            (format!("a → b\n{unknown}"), "names `none such`"),
            (long_arrows(245, 340), "pass other nodes"),
            (long_arrows(248, 0) + &framed, "pass other nodes"),
            (format!("a → b{}x", ": ".repeat(100_000)), "more than 500 characters"),
        ];
        for (body, expected) in cases {
            refuse("flow", &[(&body, expected)]);
        }
    }

    #[test]
    fn the_largest_flows_are_drawn() {
        let mut random = Random(3);
        let tangle: String = (0..150).map(|at| format!("n{} → n{}\n", at % 30, random.below(30))).collect();
        let star: String = (1..250).map(|at| format!("n0 → n{at}\nn{at} ⇢ n0\n")).collect();
        for (name, body) in [("long", long_arrows(60, 27)), ("star", star), ("tangle", tangle)] {
            let (block, messages) = drawn_in("flow", &body, PAGES[0]);
            assert!(matches!(block, BlockKind::Figure(_)), "{name}: {messages:?}");
        }
    }
}
