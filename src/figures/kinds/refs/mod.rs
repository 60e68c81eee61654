//! `refs`: names, objects, and what refers to what.
//!
//! ```text
//! Names: a, b
//! a → L
//! b → L
//! L = list, refcount 2
//! L[0] → I
//! I = int 7
//! Frame f: x
//! x ⇢ L
//! ```
//!
//! `Names: a, b`, or `Frame f: a, b` for several namespaces, has the names. `L = list, refcount 2` says what the object `L`
//! is: its type, then further words; an object without such a line shows its own name. `a → L` is a reference from a name,
//! from an object (`L → M`), or from a slot of an object: `L[0]`, `L.attribute` or `D["key"]`; it leads to an object, or to
//! a slot of one. `⇢` or `-->` is a weak reference, which does not count. A name in two namespaces is written with the
//! namespace's: `f.x`.
//!
//! `refcount 2` must be the number of references that lead to the object, unless some of them are not drawn, which
//! `refcount 2 + …` or `refcount ≥ 2` says.

mod read;
#[cfg(test)]
mod tests;

pub(crate) use read::read;

use super::Laid;
use crate::figures::Space;
use crate::figures::graph::{self, Edge, End, Graph, Node, Shape, Way};
use crate::figures::language::{Label, enumerate};
use crate::figures::text::Typesetter;

/// Namespaces, objects and references in the author's order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Refs {
    spaces: Vec<Namespace>,
    objects: Vec<Object>,
    references: Vec<Reference>,
}

/// Names that are bound together.
#[derive(Debug, Clone, PartialEq)]
struct Namespace {
    label: Label,
    names: Vec<Label>,
}

/// What names refer to.
#[derive(Debug, Clone, PartialEq)]
struct Object {
    /// What the description calls it.
    handle: Label,
    /// What it is.
    label: Label,
    words: Label,
    /// Slots as they are written: `[0]`, `.attribute`.
    slots: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Reference {
    from: Source,
    to: Target,
    weak: bool,
}

/// A name of a namespace, or an object or one of its slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Name { space: usize, name: usize },
    Object(Target),
}

/// An object, or one of its slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    object: usize,
    slot: Option<usize>,
}

impl Refs {
    fn handle(&self, object: usize) -> String {
        self.objects
            .get(object)
            .map(|object| object.handle.plain())
            .unwrap_or_default()
    }

    /// What the description calls the end of a reference.
    fn target_name(&self, target: Target) -> String {
        let slots = self.objects.get(target.object).map(|object| &object.slots);
        let slot = target.slot.and_then(|slot| slots?.get(slot));
        self.handle(target.object) + slot.map_or("", String::as_str)
    }

    fn source_name(&self, source: Source) -> String {
        match source {
            Source::Object(target) => self.target_name(target),
            Source::Name { space, name } => {
                let Some(space) = self.spaces.get(space) else {
                    return String::new();
                };
                let plain = space.names.get(name).map(Label::plain).unwrap_or_default();
                let shared = |other: &&Namespace| other.names.iter().any(|name| name.plain() == plain);
                match self.spaces.iter().filter(shared).count() {
                    0 | 1 => plain,
                    _ => format!("{} of {}", plain, space.label.plain()),
                }
            }
        }
    }

    /// A title made of the names.
    pub(crate) fn title(&self) -> String {
        let mut names: Vec<String> = Vec::new();
        for name in self.spaces.iter().flat_map(|space| &space.names).map(Label::plain) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        match names.len() {
            0 => format!("References around {}", self.handle(0)),
            1..=3 => format!(
                "What {} refer{} to",
                enumerate(&names),
                if names.len() == 1 { "s" } else { "" }
            ),
            _ => "Names and objects".to_owned(),
        }
    }

    /// What refers to what, in words.
    pub(crate) fn describe(&self) -> String {
        let mut sentences = Vec::new();
        for space in &self.spaces {
            let names: Vec<String> = space.names.iter().map(Label::plain).collect();
            let head = match space.label.plain().as_str() {
                "Names" => "the names are".to_owned(),
                frame => format!("the names of {frame} are"),
            };
            sentences.push(format!("{head} {}", enumerate(&names)));
        }
        for object in self.objects.iter().filter(|object| object.handle != object.label) {
            let words = if object.words.is_empty() {
                String::new()
            } else {
                format!(", {}", object.words.plain())
            };
            sentences.push(format!("{} is {}{words}", object.handle.plain(), object.label.plain()));
        }
        let mut by_source: Vec<(Source, Vec<&Reference>)> = Vec::new();
        for reference in &self.references {
            match by_source.iter_mut().find(|(from, _)| *from == reference.from) {
                Some((_, references)) => references.push(reference),
                None => by_source.push((reference.from, vec![reference])),
            }
        }
        for (from, references) in by_source {
            for weak in [false, true] {
                let to: Vec<String> = references
                    .iter()
                    .filter(|reference| reference.weak == weak)
                    .map(|reference| self.target_name(reference.to))
                    .collect();
                if !to.is_empty() {
                    let how = if weak { "refers weakly to" } else { "refers to" };
                    sentences.push(format!("{} {how} {}", self.source_name(from), enumerate(&to)));
                }
            }
        }
        format!("Names and objects: {}.", sentences.join("; "))
    }

    /// The graph that is drawn: namespaces, which come first, then objects.
    fn graph(&self) -> Graph {
        let spaces = self.spaces.iter().map(|space| Node {
            strong: true,
            slots: space.names.clone(),
            first: true,
            ..Node::new(Shape::Pale, space.label.clone())
        });
        let shown = |slot: &String| {
            code(
                slot.strip_prefix('[')
                    .and_then(|slot| slot.strip_suffix(']'))
                    .unwrap_or(slot.trim_start_matches('.')),
            )
        };
        let objects = self.objects.iter().map(|object| Node {
            words: object.words.clone(),
            slots: object.slots.iter().map(shown).collect(),
            ..Node::new(Shape::Box, object.label.clone())
        });
        let target = |target: Target| End {
            node: self.spaces.len() + target.object,
            slot: target.slot,
        };
        let edges = self.references.iter().map(|reference| {
            let from = match reference.from {
                Source::Object(object) => target(object),
                Source::Name { space, name } => End {
                    node: space,
                    slot: Some(name),
                },
            };
            graph::Edge {
                dashed: reference.weak,
                ..Edge::new(from, target(reference.to))
            }
        });
        Graph {
            nodes: spaces.chain(objects).collect(),
            edges: edges.collect(),
            groups: Vec::new(),
            way: Way::Across,
        }
    }

    /// Puts names at the left and objects to the right of them, or below one another where that is too wide.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        self.graph().lay_out(typesetter, size, space)
    }
}

fn code(text: &str) -> Label {
    let mut label = Label::default();
    label.push(text, true);
    label.trim_end();
    label
}
