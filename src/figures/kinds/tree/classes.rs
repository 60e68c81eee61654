//! Class lines: a hierarchy, and the order in which Python looks into it.

use super::{Branches, EXPECTED};
use crate::figures::bullets::Bullet;
use crate::figures::graph::{Edge, End, Graph, Node, Shape, Way};
use crate::figures::language::{Description, Fault, Label, Line, enumerate, list, outside_code, split_at_arrows, suggestion};
use crate::figures::scene::Head;
use crate::source::Span;
use std::collections::BTreeMap;

/// A hierarchy of classes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Classes {
    classes: Vec<Class>,
    /// The method resolution order of its first class.
    order: Option<Vec<usize>>,
}

/// `class D(B, C): text`
#[derive(Debug, Clone, PartialEq)]
struct Class {
    name: String,
    text: Label,
    /// In Python's order; a class without a base has none, even if `object` is in the hierarchy.
    bases: Vec<usize>,
}

const CLASS: &str = "expected `class D(B, C)` or `class D(B, C): text`";
const MRO: &str = "expected `MRO: D, B, C, A, object`";
/// The class that all others inherit from.
const OBJECT: &str = "object";
/// More classes than a page can show; a bound on what the search for their orders may cost.
const MOST: usize = 80;
/// More bases than a page can show.
const MOST_BASES: usize = 200;

/// What a class line says, and where.
struct Read<'a> {
    line: Line<'a>,
    name: String,
    bases: Vec<String>,
    text: Label,
}

/// Reads class lines and an order.
pub(super) fn read(description: &Description, whole: Span) -> Result<Classes, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut lines: Vec<Read> = Vec::new();
    for line in description.lines.iter().filter(|line| !is_order(line)) {
        match read_class(line) {
            Ok(class) => lines.push(class),
            Err(fault) => faults.push(fault),
        }
        if lines.len() > MOST {
            return Err(vec![Fault {
                span: whole,
                message: format!("this hierarchy has more than {MOST} classes"),
                expected: format!("expected at most {MOST}; no page can show more"),
            }]);
        }
    }
    if lines.is_empty() && faults.is_empty() {
        faults.push(Fault {
            span: whole,
            message: "this hierarchy has no classes".to_owned(),
            expected: CLASS.to_owned(),
        });
    }
    let count: usize = lines.iter().map(|class| class.bases.len()).sum();
    if count > MOST_BASES {
        faults.push(Fault {
            span: whole,
            message: format!("the classes of this hierarchy have more than {MOST_BASES} bases"),
            expected: format!("expected at most {MOST_BASES}; no page can show more"),
        });
    }
    let mut classes = Classes::default();
    if faults.is_empty() {
        faults.extend(classes.connect(&lines));
    }
    if faults.is_empty() && lines.len() < 2 && lines.iter().all(|class| class.bases.is_empty()) {
        faults.push(Fault {
            span: whole,
            message: "no class of this hierarchy inherits from another".to_owned(),
            expected: CLASS.to_owned(),
        });
    }
    if faults.is_empty() {
        faults.extend(classes.check_orders(description, &lines, whole));
    }
    if faults.is_empty()
        && let Form::Graph(graph) = classes.form()
        && graph.extent().is_none()
    {
        faults.push(Fault {
            span: whole,
            message: "too many lines of this hierarchy pass other classes".to_owned(),
            expected: "expected what a page can show: divide it into several figures".to_owned(),
        });
    }
    faults.sort_by_key(|fault| fault.span);
    if faults.is_empty() { Ok(classes) } else { Err(faults) }
}

fn is_order(line: &Line) -> bool {
    line.text.starts_with("MRO:")
}

fn read_class<'a>(line: &Line<'a>) -> Result<Read<'a>, Fault> {
    let Some(rest) = line.text.strip_prefix("class ") else {
        return Err(line.fault(
            "this line of a tree of classes is neither a class nor `MRO:`",
            format!("expected {EXPECTED}"),
        ));
    };
    let (head, text) = match outside_code(rest, ":").next() {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default()),
        None => (rest, ""),
    };
    let text = line.label(text)?;
    // `class D(B, C):` is Python; `: pass` and `: ...` say no more than the colon.
    let text = if matches!(text.plain().as_str(), "pass" | "...") {
        Label::default()
    } else {
        text
    };
    let head = head.trim();
    let (name, bases) = match head.split_once('(') {
        None => (head, Vec::new()),
        Some((name, bases)) => {
            let Some(bases) = bases.trim_end().strip_suffix(')') else {
                return Err(line.fault("nothing closes the parenthesis of this class", CLASS));
            };
            let bases = if bases.trim().is_empty() { Vec::new() } else { list(bases) };
            (name.trim(), bases)
        }
    };
    for name in [name].into_iter().chain(bases.iter().copied()) {
        let identifier = |part: &str| {
            let begins = part.chars().next().is_some_and(|first| first == '_' || first.is_alphabetic());
            begins && part.chars().all(|character| character == '_' || character.is_alphanumeric())
        };
        if !name.split('.').all(identifier) {
            return Err(line.fault(format!("`{}` is not the name of a class", name.replace('`', "")), CLASS));
        }
        line.label(name)?;
    }
    Ok(Read {
        line: *line,
        name: name.to_owned(),
        bases: bases.into_iter().map(str::to_owned).collect(),
        text,
    })
}

impl Classes {
    /// Makes classes of lines, which may stand in any order; gives what cannot be.
    fn connect(&mut self, lines: &[Read]) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
        for read in lines {
            if by_name.insert(&read.name, self.classes.len()).is_some() {
                faults.push(read.line.fault(
                    format!("the class `{}` is defined a second time", read.name),
                    "expected one line for each class",
                ));
            }
            self.classes.push(Class {
                name: read.name.clone(),
                text: read.text.clone(),
                bases: Vec::new(),
            });
        }
        let named = lines.iter().flat_map(|read| &read.bases).any(|base| base == OBJECT);
        if named && !by_name.contains_key(OBJECT) {
            by_name.insert(OBJECT, self.classes.len());
            self.push_object();
        }
        for (at, read) in lines.iter().enumerate() {
            if read.name == OBJECT && !read.bases.is_empty() {
                faults.push(read.line.fault("`object` inherits from nothing", "expected `class object`"));
            }
            for (place, base) in read.bases.iter().enumerate() {
                if read.bases.iter().take(place).any(|before| before == base) {
                    let message = format!("`{}` has the base `{base}` twice", read.name);
                    faults.push(read.line.fault(message, "expected every base once"));
                    continue;
                }
                let Some(found) = by_name.get(base.as_str()).copied() else {
                    let near = suggestion(base, by_name.keys().copied());
                    faults.push(read.line.fault(
                        format!("`{}` inherits from `{base}`, which has no line", read.name),
                        format!("expected `class {base}`{near}"),
                    ));
                    continue;
                };
                if found == at {
                    faults.push(read.line.fault(
                        format!("the class `{}` inherits from itself", read.name),
                        "expected other classes as its bases",
                    ));
                } else if let Some(class) = self.classes.get_mut(at) {
                    class.bases.push(found);
                }
            }
        }
        faults
    }

    fn push_object(&mut self) {
        self.classes.push(Class {
            name: OBJECT.to_owned(),
            text: Label::default(),
            bases: Vec::new(),
        });
    }

    fn name(&self, class: usize) -> String {
        // `object` may be in an order without being in the hierarchy.
        self.classes.get(class).map_or(OBJECT, |class| &class.name).to_owned()
    }

    fn object(&self) -> usize {
        let known = self.classes.iter().position(|class| class.name == OBJECT);
        known.unwrap_or(self.classes.len())
    }

    /// The method resolution order of every class, by C3 (Barrett and others, 1996), as Python has it.
    fn orders(&self) -> Result<BTreeMap<usize, Vec<usize>>, Refusal> {
        let object = self.object();
        let mut orders = BTreeMap::from([(object, vec![object])]);
        loop {
            let before = orders.len();
            for (at, class) in self.classes.iter().enumerate() {
                if orders.contains_key(&at) || !class.bases.iter().all(|base| orders.contains_key(base)) {
                    continue;
                }
                let bases = if class.bases.is_empty() {
                    vec![object]
                } else {
                    class.bases.clone()
                };
                let mut rows: Vec<Vec<usize>> = bases.iter().filter_map(|base| orders.get(base)).cloned().collect();
                rows.push(bases);
                let mut order = merge(rows).map_err(|stuck| self.refused(at, &stuck))?;
                order.insert(0, at);
                orders.insert(at, order);
            }
            if orders.len() == before {
                break;
            }
        }
        match (0..self.classes.len()).find(|at| !orders.contains_key(at)) {
            Some(at) => Err(self.circular(at, &orders)),
            None => Ok(orders),
        }
    }

    /// Finds all orders, and holds the one that is written against them.
    fn check_orders(&mut self, description: &Description, lines: &[Read], whole: Span) -> Vec<Fault> {
        let orders = match self.orders() {
            Ok(orders) => orders,
            Err(refusal) => {
                return vec![Fault {
                    span: lines.get(refusal.at).map_or(whole, |read| read.line.span),
                    message: refusal.message,
                    expected: refusal.expected.to_owned(),
                }];
            }
        };
        let written: Vec<&Line> = description.lines.iter().filter(|line| is_order(line)).collect();
        let mut faults = Vec::new();
        if let Some(line) = written.first() {
            faults.extend(self.read_order(line, &orders).err());
        }
        if let Some(line) = written.get(1) {
            faults.push(line.fault("`MRO:` stands here a second time", "expected it once"));
        }
        faults
    }

    /// Of the stuck classes each would have to come before another.
    fn refused(&self, at: usize, stuck: &[usize]) -> Refusal {
        let names: Vec<String> = stuck.iter().map(|class| format!("`{}`", self.name(*class))).collect();
        let bases = self.classes.get(at).map(|class| class.bases.as_slice()).unwrap_or_default();
        let bases: Vec<String> = bases.iter().map(|base| self.name(*base)).collect();
        let other = if names.len() == 2 { "the other" } else { "another" };
        Refusal {
            at,
            message: format!(
                "Python refuses `class {}({})`, since there is no order of its bases: of {}, each would have to come before {other}",
                self.name(at),
                bases.join(", "),
                enumerate(&names)
            ),
            expected: "expected bases in an order that agrees with those of their own bases (C3)",
        }
    }

    /// A class that has no order and is not refused is among its own bases, or has such a base.
    fn circular(&self, mut at: usize, orders: &BTreeMap<usize, Vec<usize>>) -> Refusal {
        let mut way: Vec<usize> = Vec::new();
        while !way.contains(&at) {
            way.push(at);
            let bases = self.classes.get(at).map(|class| class.bases.as_slice()).unwrap_or_default();
            match bases.iter().find(|base| !orders.contains_key(base)) {
                Some(base) => at = *base,
                None => break,
            }
        }
        let others = way.iter().skip_while(|class| **class != at).skip(1);
        let others: Vec<String> = others.map(|class| format!("`{}`", self.name(*class))).collect();
        Refusal {
            at,
            message: format!(
                "the class `{}` inherits from itself by way of {}",
                self.name(at),
                enumerate(&others)
            ),
            expected: "expected bases that do not inherit from the class",
        }
    }

    /// Reads an order and checks it.
    fn read_order(&mut self, line: &Line, orders: &BTreeMap<usize, Vec<usize>>) -> Result<(), Fault> {
        let text = line.text.strip_prefix("MRO:").unwrap_or_default();
        let (by_arrows, arrows) = split_at_arrows(text);
        let names = if arrows.is_empty() { list(text) } else { by_arrows };
        let object = self.object();
        let mut order = Vec::new();
        for name in names {
            let name = line.label(name)?.plain();
            if name.is_empty() {
                return Err(line.fault("a name is missing in this order", MRO));
            }
            let known = self.classes.iter().position(|class| class.name == name);
            let Some(class) = known.or_else(|| (name == OBJECT).then_some(object)) else {
                let near = suggestion(&name, self.classes.iter().map(|class| class.name.as_str()));
                let message = format!("there is no class `{name}` in this hierarchy");
                return Err(line.fault(message, format!("expected names of class lines{near}")));
            };
            order.push(class);
        }
        let right = order.first().and_then(|first| orders.get(first)).cloned().unwrap_or_default();
        let (last, shorter) = right.split_last().unwrap_or((&object, &[]));
        // Many write the order without the class at its end.
        if order != right && !(*last == object && order == shorter) {
            let say = |order: &[usize]| order.iter().map(|class| self.name(*class)).collect::<Vec<_>>().join(", ");
            let first = order.first().map(|first| self.name(*first)).unwrap_or_default();
            return Err(line.fault(
                format!("the MRO of `{first}` is not {}", say(&order)),
                format!("expected what Python finds: `MRO: {}`", say(&right)),
            ));
        }
        if order.contains(&object) && object == self.classes.len() {
            self.push_object();
        }
        self.order = Some(order);
        Ok(())
    }

    /// The bases that lines are drawn to: those of its line, or `object`, if that is in the hierarchy.
    fn bases(&self, at: usize) -> Vec<usize> {
        let bases = self.classes.get(at).map(|class| class.bases.clone()).unwrap_or_default();
        let object = self.object();
        match bases.is_empty() && object < self.classes.len() && object != at {
            true => vec![object],
            false => bases,
        }
    }

    pub(super) fn title(&self) -> String {
        match (&self.order, self.classes.as_slice()) {
            (Some(order), _) => format!("MRO of {}", order.first().map(|first| self.name(*first)).unwrap_or_default()),
            (None, [first, .., last]) => format!("Classes from {} to {}", first.name, last.name),
            (None, _) => "Classes".to_owned(),
        }
    }

    pub(super) fn describe(&self) -> String {
        let mut sentences = Vec::new();
        for (at, class) in self.classes.iter().enumerate() {
            let bases: Vec<String> = self.bases(at).iter().map(|base| self.name(*base)).collect();
            let text = if class.text.is_empty() {
                String::new()
            } else {
                format!(" ({})", class.text.plain())
            };
            match (bases.is_empty(), text.is_empty()) {
                (false, _) => sentences.push(format!("{}{text} inherits from {}", class.name, enumerate(&bases))),
                (true, false) => sentences.push(format!("{}{text} has no base", class.name)),
                // It is named as a base of others.
                (true, true) => {}
            }
        }
        let mut text = format!("Classes and their bases: {}.", sentences.join("; "));
        if let Some(order) = &self.order {
            let names: Vec<String> = order.iter().map(|class| self.name(*class)).collect();
            let first = names.first().cloned().unwrap_or_default();
            text.push_str(&format!(" The method resolution order of {first}: {}.", names.join(", ")));
        }
        text
    }

    /// What is said below a class's name: its place in the order, and its text.
    fn words(&self, at: usize) -> Label {
        let mut words = self.classes.get(at).map(|class| class.text.clone()).unwrap_or_default();
        let place = self
            .order
            .as_ref()
            .and_then(|order| order.iter().position(|class| *class == at));
        if let Some(place) = place {
            let number = format!("MRO {}", place + 1);
            words.push(if words.is_empty() { "" } else { ", " }, false);
            // What belongs together stays in one line.
            words.push(&number.replace(' ', "\u{a0}"), false);
        }
        words
    }

    /// As a tree if no class has several bases, else as a graph.
    pub(super) fn form(&self) -> Form {
        let bases: Vec<Vec<usize>> = (0..self.classes.len()).map(|at| self.bases(at)).collect();
        if bases.iter().all(|bases| bases.len() < 2) {
            return Form::Branches(self.branches(&bases));
        }
        let nodes = self.classes.iter().enumerate().map(|(at, class)| Node {
            words: self.words(at),
            ..Node::new(Shape::Box, code(&class.name))
        });
        let edges = bases.iter().enumerate().flat_map(|(at, bases)| {
            bases.iter().map(move |base| Edge {
                tail: Head::Hollow,
                head: Head::None,
                ..Edge::new(End::node(*base), End::node(at))
            })
        });
        Form::Graph(Graph {
            nodes: nodes.collect(),
            edges: edges.collect(),
            groups: Vec::new(),
            way: Way::Down,
        })
    }

    /// Every class below its base.
    fn branches(&self, bases: &[Vec<usize>]) -> Branches {
        let base = |at: usize| bases.get(at).and_then(|bases| bases.first()).copied();
        let mut nodes: Vec<Bullet> = Vec::new();
        // Classes still to come, the next one last, with the place of the base among the nodes.
        let below = |of: Option<usize>| (0..self.classes.len()).rev().filter(move |at| base(*at) == of);
        let mut open: Vec<(usize, Option<usize>)> = below(None).map(|at| (at, None)).collect();
        while let Some((at, parent)) = open.pop() {
            let place = nodes.len();
            nodes.push(Bullet {
                label: code(&self.name(at)),
                text: self.words(at),
                parent,
            });
            open.extend(below(Some(at)).map(|at| (at, Some(place))));
        }
        Branches {
            nodes,
            listed: false,
            inherits: true,
        }
    }
}

/// How a hierarchy is drawn.
pub(super) enum Form {
    /// No class has several bases.
    Branches(Branches),
    /// Some have.
    Graph(Graph),
}

/// Why there is no order for a class.
struct Refusal {
    at: usize,
    message: String,
    expected: &'static str,
}

fn code(name: &str) -> Label {
    let mut label = Label::default();
    label.push(name, true);
    label
}

/// Merges orders: again and again the first class of a row that is not behind another in any row. If there is none, those
/// that stand in one another's way.
fn merge(mut rows: Vec<Vec<usize>>) -> Result<Vec<usize>, Vec<usize>> {
    let mut merged = Vec::new();
    loop {
        rows.retain(|row| !row.is_empty());
        if rows.is_empty() {
            return Ok(merged);
        }
        // The class that must come before this one, if there is one.
        let before = |class: usize| {
            let row = rows.iter().find(|row| row.iter().skip(1).any(|behind| *behind == class))?;
            row.first().copied()
        };
        let free = rows
            .iter()
            .filter_map(|row| row.first().copied())
            .find(|first| before(*first).is_none());
        let Some(free) = free else {
            let mut way: Vec<usize> = Vec::new();
            let mut at = rows.first().and_then(|row| row.first()).copied();
            while let Some(class) = at.filter(|class| !way.contains(class)) {
                way.push(class);
                at = before(class);
            }
            let ring = way.iter().position(|class| Some(*class) == at).unwrap_or_default();
            return Err(way.split_off(ring));
        };
        merged.push(free);
        for row in &mut rows {
            row.retain(|class| *class != free);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::figures::promises::{drawn, refuse};

    #[test]
    fn a_diamond_has_the_order_of_python() {
        let body = "class A\nclass B(A)\nclass C(A)\nclass D(B, C)\nMRO: D, B, C, A, object";
        let (drawing, messages) = drawn("tree", body);
        assert_eq!(messages, Vec::<String>::new());
        assert_eq!(drawing.title, "MRO of D");
        assert_eq!(
            drawing.description,
            "Classes and their bases: A inherits from object; B inherits from A; C inherits from A; D inherits from B and C. \
             The method resolution order of D: D, B, C, A, object."
        );
    }

    #[test]
    fn an_order_is_the_one_that_python_finds() {
        // As in the documentation of Python 2.3's method resolution order, the second example.
        let body = "class O(object)\nclass A(B, C)\nclass B(E, D)\nclass C(D, F)\nclass D(O)\nclass E(O)\nclass F(O)\n";
        let right = "MRO: A, B, E, C, D, F, O, object";
        drawn("tree", &format!("{body}{right}"));
        drawn("tree", &format!("{body}MRO: `A` → B → E → C → D → F → O"));
        refuse("tree", &[(&format!("{body}MRO: A, B, C, D, E, F, O"), &format!("`{right}`"))]);
    }

    #[test]
    fn large_hierarchies_are_drawn_or_refused() {
        let all = |at: usize, from: usize| (from..at).rev().map(|base| format!("A{base}")).collect::<Vec<_>>().join(", ");
        let class = |at: usize, bases: String| match bases.is_empty() {
            true => format!("class A{at}\n"),
            false => format!("class A{at}({bases})\n"),
        };
        let ladder: String = (0..80).map(|at| class(at, all(at, at.saturating_sub(2)))).collect();
        drawn("tree", &ladder);
        let dense: String = (0..80).map(|at| class(at, all(at, 0))).collect();
        refuse("tree", &[(&dense, "more than 200 bases")]);
    }

    #[test]
    fn hierarchies_have_the_orders_that_python_gives_them() {
        let hierarchies = include_str!("../../../../tests/hierarchies.txt");
        let mut count = 0;
        for line in hierarchies.lines().filter(|line| !line.starts_with('#')) {
            let (classes, order) = line.split_once(" = ").unwrap();
            let body: String = classes.split(' ').map(|class| format!("class {class}\n")).collect();
            let last = classes.rsplit(' ').next().unwrap();
            if order == "refused" {
                refuse(
                    "tree",
                    &[(&body, &format!("Python refuses `class {}`", last.replace(',', ", ")))],
                );
            } else {
                let body = format!("{body}MRO: {}", order.replace(' ', ", "));
                let (_, messages) = drawn("tree", &body);
                assert!(
                    messages.iter().all(|message| message.starts_with("dense")),
                    "{body} {messages:?}"
                );
            }
            count += 1;
        }
        assert!(count > 100);
    }

    #[test]
    fn what_cannot_be_a_hierarchy_is_reported_and_kept() {
        let lines: String = (0..200).map(|at| format!("class A{at}\n")).collect();
        let crossed = "class A\nclass B\nclass X(A, B)\nclass Y(B, A)\nclass Z(X, Y)";
        refuse(
            "tree",
            &[
                ("class A", "no class of this hierarchy inherits"),
                ("MRO: A", "no classes"),
                ("class A\nclass A(B)\nclass B", "`A` is defined a second time"),
                ("class A(A)", "`A` inherits from itself"),
                (
                    "class A(B)\nclass B(C)\nclass C(A)",
                    "`A` inherits from itself by way of `B` and `C`",
                ),
                (
                    "class Base\nclass A(Bass)",
                    "`A` inherits from `Bass`, which has no line; expected `class Bass`; the nearest is `Base`",
                ),
                ("class A\nclass B(A, A)", "the base `A` twice"),
                ("class A\nclass B(A", "nothing closes the parenthesis"),
                ("class A\nclass B(1)", "`1` is not the name of a class"),
                ("class A\nclass B(A, metaclass=M)", "`metaclass=M` is not the name"),
                ("class A\nclass B(A): `x", "a backtick opens code"),
                ("class A\n- b", "neither a class nor"),
                ("class A\nclass B(A)\nMRO: B, C", "there is no class `C`"),
                ("class A\nclass B(A)\nMRO: B, , A", "a name is missing"),
                ("class A\nclass B(A)\nMRO: B, A\nMRO: B, A", "a second time"),
                (
                    "class A\nclass B(A)\nMRO: A, B",
                    "the MRO of `A` is not A, B; expected what Python finds: `MRO: A, object`",
                ),
                (
                    crossed,
                    "Python refuses `class Z(X, Y)`, since there is no order of its bases: of `A` and `B`, each would have to come before the other",
                ),
                ("class A\nclass B(A)\nclass C(A, B)", "Python refuses `class C(A, B)`"),
                ("class A\nclass object(A)", "`object` inherits from nothing"),
                (&lines, "more than 80 classes"),
            ],
        );
    }
}
