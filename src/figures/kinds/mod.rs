//! The kinds of diagram: a file each, with its notation, its model, its description in words and its layout.
//!
//! A new kind comes in here: a file with a model that has `read`, `title`, `describe` and `lay_out`, and a line in the table
//! below.

pub(crate) mod cells;
pub(crate) mod classes;
pub(crate) mod cycle;
pub(crate) mod flow;
pub(crate) mod lanes;
pub(crate) mod layout;
pub(crate) mod nest;
pub(crate) mod network;
pub(crate) mod refs;
pub(crate) mod sequence;
pub(crate) mod stack;
pub(crate) mod states;
pub(crate) mod timeline;
pub(crate) mod tree;

use super::Space;
use super::language::{Description, Fault};
use super::scene::Scene;
use super::text::Typesetter;
use crate::source::Span;

/// Declares the kinds: those that have no notation of their own; then the word after `diagram`, and the model in its module.
macro_rules! kinds {
    (
        $($(#[doc = $other_doc:literal])* $other:ident($other_module:ident))*
        ; $($(#[doc = $doc:literal])* $name:literal $kind:ident($module:ident))*
    ) => {
        /// What a description says.
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) enum Model {
            $($(#[doc = $doc])* $kind($module::$kind),)*
            $($(#[doc = $other_doc])* $other($other_module::$other),)*
        }

        /// The names of all kinds, in the order of the notation.
        pub(crate) const NAMES: &[&str] = &[$($name),*];

        /// Reads a description of the kind with this name; `whole` is the place of the block. `None` if there is no such
        /// kind.
        pub(crate) fn read(name: &str, description: &Description, whole: Span) -> Option<Result<Model, Vec<Fault>>> {
            match name {
                $($name => Some($module::read(description, whole).map(Model::$kind)),)*
                _ => None,
            }
        }

        impl Model {
            /// A title for a figure that its author gave none.
            pub(crate) fn title(&self) -> String {
                match self {
                    $(Self::$kind(model) => model.title(),)*
                    $(Self::$other(model) => model.title(),)*
                }
            }

            /// The structure in words, for those who do not see it.
            pub(crate) fn describe(&self) -> String {
                match self {
                    $(Self::$kind(model) => model.describe(),)*
                    $(Self::$other(model) => model.describe(),)*
                }
            }

            /// Puts everything in its place within a space, with labels of `size` pt, or smaller ones where it must be. What
            /// no layout could bring there is larger than the space, which [`Laid::dense`] then says.
            pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
                match self {
                    $(Self::$kind(model) => model.lay_out(typesetter, size, space),)*
                    $(Self::$other(model) => model.lay_out(typesetter, size, space),)*
                }
            }
        }
    };
}

kinds! {
    /// Boxes of several shapes, and lines of several sorts.
    Network(network)
    /// Classes with their members and relations.
    Classes(classes)
    ;
    /// Layers on top of one another.
    "stack" Stack(stack)
    /// What leads to what.
    "flow" Flow(flow)
    /// Fields in memory.
    "layout" Layout(layout)
    /// Names, objects and references.
    "refs" Refs(refs)
    /// What stands below what.
    "tree" Tree(tree)
    /// What happened when.
    "timeline" Timeline(timeline)
    /// Who is in which state when.
    "lanes" Lanes(lanes)
    /// Who sends what to whom, in order.
    "sequence" Sequence(sequence)
    /// States and what leads from one to another.
    "states" States(states)
    /// Steps that come round again.
    "cycle" Cycle(cycle)
    /// Rows of cells.
    "cells" Cells(cells)
    /// Boxes inside one another.
    "nest" Nest(nest)
}

/// A model with its shapes in place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Laid {
    /// The shapes.
    pub(crate) scene: Scene,
    /// Whether it has no room at a readable size.
    pub(crate) dense: bool,
}

impl Laid {
    /// Makes smaller whatever no layout could bring to the page; then it is dense.
    pub(crate) fn fit(&mut self, space: Space) {
        let factor = space.factor(&self.scene);
        // Half a hundredth of a point over is rounding.
        if factor < 0.9999 {
            self.scene.scale(factor);
            self.dense = true;
        }
    }
}
