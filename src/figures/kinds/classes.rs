//! Classes: boxes with compartments, and what relates them. Drawn for class diagrams of [Mermaid](crate::figures::mermaid);
//! the kind has no notation of its own.
//!
//! Inheritance points up: a line with a triangle is laid out from the class at which the triangle stands, whichever way it
//! was written, so that bases stand above (or before) what derives from them.

use super::Laid;
use crate::figures::Space;
use crate::figures::graph::{self, Graph, Shape, Way};
use crate::figures::language::{Label, enumerate};
use crate::figures::scene::{Fill, Head, Tone};
use crate::figures::text::Typesetter;

/// Classes in the author's order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Classes {
    /// The classes.
    pub(crate) classes: Vec<Class>,
    /// What relates them.
    pub(crate) relations: Vec<Relation>,
    /// Frames around classes.
    pub(crate) packages: Vec<Package>,
    /// Remarks about the whole.
    pub(crate) notes: Vec<Label>,
}

/// A class.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Class {
    /// Its name.
    pub(crate) name: Label,
    /// `interface`, `abstract`, `enumeration`
    pub(crate) annotation: Option<Label>,
    /// What it holds.
    pub(crate) attributes: Vec<Member>,
    /// What it does.
    pub(crate) methods: Vec<Member>,
    /// Remarks about it.
    pub(crate) notes: Vec<Label>,
    /// The number of the frame around it.
    pub(crate) package: Option<usize>,
}

impl Class {
    /// A class of which no more than the name is known.
    pub(crate) fn named(name: Label) -> Self {
        Self {
            name,
            annotation: None,
            attributes: Vec::new(),
            methods: Vec::new(),
            notes: Vec::new(),
            package: None,
        }
    }

    /// How many lines and notes it has.
    pub(crate) fn size(&self) -> usize {
        self.attributes.len() + self.methods.len() + self.notes.len()
    }
}

/// An attribute or a method.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    /// As it is shown.
    pub(crate) label: Label,
}

/// A frame around classes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: Label,
}

/// What stands at the end of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Nothing.
    None,
    /// Two strokes: can be reached from the other end.
    Arrow,
    /// A hollow triangle: what the other end derives from or implements.
    Triangle,
    /// A filled diamond: the whole that the other end is part of and does not outlive.
    Whole,
    /// A hollow diamond: the whole that the other end is part of.
    Shared,
}

impl End {
    fn head(self) -> Head {
        match self {
            Self::None => Head::None,
            Self::Arrow => Head::Open,
            Self::Triangle => Head::Hollow,
            Self::Whole => Head::Diamond(Fill::Solid(Tone::Muted)),
            Self::Shared => Head::Diamond(Fill::Page),
        }
    }
}

/// What relates two classes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Relation {
    /// The number of a class.
    pub(crate) from: usize,
    /// The number of a class.
    pub(crate) to: usize,
    /// What stands at the first.
    pub(crate) tail: End,
    /// What stands at the second.
    pub(crate) head: End,
    /// Whether the line is dashed: it implements, or depends.
    pub(crate) dashed: bool,
    /// What is said of it.
    pub(crate) label: Option<Label>,
    /// How many there are of the first.
    pub(crate) tail_count: Option<Label>,
    /// How many there are of the second.
    pub(crate) head_count: Option<Label>,
}

impl Relation {
    /// The same from the other end.
    fn turned(&self) -> Self {
        Self {
            from: self.to,
            to: self.from,
            tail: self.head,
            head: self.tail,
            tail_count: self.head_count.clone(),
            head_count: self.tail_count.clone(),
            ..self.clone()
        }
    }

    /// All that is written at a line from a class to itself, whose ends are too near one another for texts of their own.
    fn around(&self) -> Option<Label> {
        let mut around = self.label.clone().unwrap_or_default();
        let counts = [&self.tail_count, &self.head_count].into_iter().flatten();
        for (at, count) in counts.enumerate() {
            let before = match (at, around.is_empty()) {
                (_, true) => "",
                (0, false) => ", ",
                (_, false) => " – ",
            };
            around.push(before, false);
            count.runs.iter().for_each(|run| around.push(&run.text, run.code));
        }
        Some(around).filter(|around| !around.is_empty())
    }

    /// The same with a triangle, or else a diamond, at its beginning.
    fn leading(&self) -> Self {
        let is_whole = |end: End| matches!(end, End::Whole | End::Shared);
        let turn = (self.head == End::Triangle && self.tail != End::Triangle) || (is_whole(self.head) && self.tail == End::None);
        if turn { self.turned() } else { self.clone() }
    }
}

impl Classes {
    fn name(&self, class: usize) -> String {
        self.classes.get(class).map(|class| class.name.plain()).unwrap_or_default()
    }

    /// A title made of the classes' names.
    pub(crate) fn title(&self) -> String {
        let names: Vec<String> = self.classes.iter().map(|class| class.name.plain()).collect();
        match names.as_slice() {
            [one] => format!("The class {one}"),
            names if names.len() < 4 => format!("The classes {}", enumerate(names)),
            names => format!("{} classes around {}", names.len(), self.name(self.centre())),
        }
    }

    /// The class with most relations, the first of them.
    fn centre(&self) -> usize {
        let count = |class: usize| {
            let ends = self.relations.iter().flat_map(|relation| [relation.from, relation.to]);
            ends.filter(|end| *end == class).count()
        };
        let classes = 0..self.classes.len();
        classes
            .max_by_key(|class| (count(*class), usize::MAX - class))
            .unwrap_or_default()
    }

    /// Classes, their members and relations in words.
    pub(crate) fn describe(&self) -> String {
        let mut sentences: Vec<String> = self.classes.iter().map(describe_class).collect();
        sentences.extend(
            self.relations
                .iter()
                .map(|relation| self.describe_relation(&relation.leading())),
        );
        for (at, package) in self.packages.iter().enumerate() {
            let members = self.classes.iter().filter(|class| class.package == Some(at));
            let members: Vec<String> = members.map(|class| class.name.plain()).collect();
            if !members.is_empty() {
                sentences.push(format!("{} holds {}", package.name.plain(), enumerate(&members)));
            }
        }
        sentences.extend(self.notes.iter().map(|note| format!("note: {}", note.plain())));
        let count = match self.classes.len() {
            1 => "A class".to_owned(),
            count => format!("{count} classes"),
        };
        format!("{count}: {}.", sentences.join("; "))
    }

    fn describe_relation(&self, relation: &Relation) -> String {
        let (from, to) = (self.name(relation.from), self.name(relation.to));
        let mut text = match (relation.tail, relation.dashed, relation.head) {
            (End::Triangle, false, _) => format!("{to} derives from {from}"),
            (End::Triangle, true, _) => format!("{to} implements {from}"),
            (End::Whole, ..) => format!("{from} is composed of {to}"),
            (End::Shared, ..) => format!("{from} has {to}"),
            (_, false, End::Arrow) => format!("{from} refers to {to}"),
            (_, true, End::Arrow) => format!("{from} depends on {to}"),
            (End::Arrow, false, _) => format!("{to} refers to {from}"),
            (End::Arrow, true, _) => format!("{to} depends on {from}"),
            _ => format!("{from} is related to {to}"),
        };
        if let Some(label) = &relation.label {
            text.push_str(&format!(" ({})", label.plain()));
        }
        let counts = [(&relation.tail_count, from), (&relation.head_count, to)];
        for (count, class) in counts {
            if let Some(count) = count {
                text.push_str(&format!(", {} {class}", count.plain()));
            }
        }
        text
    }

    /// The graph that is drawn: notes are boxes of their own.
    fn graph(&self) -> Graph {
        let mut nodes: Vec<graph::Node> = self.classes.iter().map(node).collect();
        let mut edges: Vec<graph::Edge> = self.relations.iter().map(|relation| edge(&relation.leading())).collect();
        for (at, class) in self.classes.iter().enumerate() {
            for note in &class.notes {
                edges.push(graph::Edge {
                    dashed: true,
                    head: Head::None,
                    ..graph::Edge::new(graph::End::node(at), graph::End::node(nodes.len()))
                });
                nodes.push(graph::Node {
                    group: class.package,
                    fixed: true,
                    ..graph::Node::new(Shape::Pale, note.clone())
                });
            }
        }
        nodes.extend(self.notes.iter().map(|note| graph::Node {
            fixed: true,
            ..graph::Node::new(Shape::Pale, note.clone())
        }));
        Graph {
            nodes,
            edges,
            groups: self.packages.iter().map(|package| package.name.clone()).collect(),
            way: Way::Down,
        }
    }

    /// Whether a page has room for the lines of it all.
    pub(crate) fn has_room(&self) -> bool {
        let graph = self.graph();
        graph.nodes.len() <= graph::MOST_NODES && graph.edges.len() <= graph::MOST_EDGES && graph.extent().is_some()
    }

    /// Puts the classes in their places.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        self.graph().lay_out(typesetter, size, space)
    }
}

fn describe_class(class: &Class) -> String {
    let mut text = class.name.plain();
    if let Some(annotation) = &class.annotation {
        text.push_str(&format!(" ({})", annotation.plain()));
    }
    let plain = |members: &[Member]| members.iter().map(|member| member.label.plain()).collect::<Vec<_>>();
    let members: Vec<String> = [plain(&class.attributes), plain(&class.methods)].concat();
    if !members.is_empty() {
        text.push_str(&format!(" with {}", enumerate(&members)));
    }
    for note in &class.notes {
        text.push_str(&format!(", note: {}", note.plain()));
    }
    text
}

fn node(class: &Class) -> graph::Node {
    let rows = |members: &[Member]| members.iter().map(|member| member.label.clone()).collect::<Vec<_>>();
    let compartments = [rows(&class.attributes), rows(&class.methods)];
    let mut words = Label::default();
    if let Some(annotation) = &class.annotation {
        words.push(&format!("«{}»", annotation.plain()), false);
    }
    graph::Node {
        strong: true,
        fixed: true,
        words,
        compartments: compartments.into_iter().filter(|rows| !rows.is_empty()).collect(),
        group: class.package,
        ..graph::Node::new(Shape::Box, class.name.clone())
    }
}

fn edge(relation: &Relation) -> graph::Edge {
    graph::Edge {
        labels: match relation.from == relation.to {
            true => [None, relation.around(), None],
            false => [
                relation.tail_count.clone(),
                relation.label.clone(),
                relation.head_count.clone(),
            ],
        },
        dashed: relation.dashed,
        tail: relation.tail.head(),
        head: relation.head.head(),
        ..graph::Edge::new(graph::End::node(relation.from), graph::End::node(relation.to))
    }
}
