//! The kinds of diagram: a file each, with its notation, its model, its description in words and its layout.
//!
//! A new kind comes in here: a file with `read`, `describe` and `lay_out`, a variant of [`Model`], and a line in each
//! `match` of this file.

pub(crate) mod flow;
pub(crate) mod stack;

use super::language::{Description, Fault};
use super::scene::Scene;
use super::text::Typesetter;
use crate::source::Span;

/// A kind of diagram, by the word after `diagram`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Layers on top of one another.
    Stack,
    /// What leads to what.
    Flow,
    /// A kind that the notation has and this version does not draw.
    Later,
}

impl Kind {
    /// The names of all kinds, in the order of the notation.
    pub(crate) const NAMES: [(&'static str, Kind); 12] = [
        ("stack", Kind::Stack),
        ("flow", Kind::Flow),
        ("layout", Kind::Later),
        ("refs", Kind::Later),
        ("tree", Kind::Later),
        ("timeline", Kind::Later),
        ("lanes", Kind::Later),
        ("sequence", Kind::Later),
        ("states", Kind::Later),
        ("cycle", Kind::Later),
        ("cells", Kind::Later),
        ("nest", Kind::Later),
    ];

    /// The kind with this name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }
}

/// What a description says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Model {
    /// Layers.
    Stack(stack::Stack),
    /// Nodes and arrows.
    Flow(flow::Flow),
}

/// A model with its shapes in place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Laid {
    /// The shapes.
    pub(crate) scene: Scene,
    /// Whether it had to be made smaller than is readable.
    pub(crate) dense: bool,
}

/// Reads a description of a kind that is drawn; `whole` is the place of the block. `None` for a kind that is not.
pub(crate) fn read(kind: Kind, description: &Description, whole: Span) -> Option<Result<Model, Vec<Fault>>> {
    match kind {
        Kind::Stack => Some(stack::read(description, whole).map(Model::Stack)),
        Kind::Flow => Some(flow::read(description, whole).map(Model::Flow)),
        Kind::Later => None,
    }
}

impl Model {
    /// A title for a figure that its author gave none.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Stack(stack) => stack.title(),
            Self::Flow(flow) => flow.title(),
        }
    }

    /// The structure in words, for those who do not see it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Stack(stack) => stack.describe(),
            Self::Flow(flow) => flow.describe(),
        }
    }

    /// Puts everything in its place within `measure` pt, with labels of `size` pt.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, measure: f64) -> Laid {
        let mut laid = match self {
            Self::Stack(stack) => stack.lay_out(typesetter, size, measure),
            Self::Flow(flow) => flow.lay_out(typesetter, size, measure),
        };
        fit(&mut laid, measure);
        laid
    }
}

/// The height of a page of text in measures; a figure that is higher would not fit on one.
pub(crate) const PAGE: f64 = 1.45;

/// Whatever no layout could bring to the page is made smaller, which [`Laid::dense`] then says.
fn fit(laid: &mut Laid, measure: f64) {
    let scene = &laid.scene;
    let factor = (measure / scene.width.max(1.0)).min(measure * PAGE / scene.height.max(1.0));
    // Half a hundredth of a point over is rounding.
    if factor < 0.9999 {
        laid.scene.scale(factor);
        laid.dense = true;
    }
}
