//! Figures: a described diagram becomes a vector drawing.
//!
//! Gets the [`Diagram`](crate::document::Diagram)s of a document and the chains of arrows in its sentences, gives
//! [`Drawing`]s in their place. The way is the same for every kind: description → model ([`kinds`]) → layout → [`scene`] →
//! [`svg`]. Numbers, captions and ids are left alone. What manuscripts already draw with characters is read as well. What
//! cannot be drawn leaves its description in a frame, so that nothing is lost.

mod artist;
mod bullets;
mod captions;
mod doubts;
mod drawn_tree;
mod graph;
pub(crate) mod kinds;
mod language;
mod layout;
mod look;
mod mermaid;
mod outlines;
pub mod picture;
#[cfg(test)]
mod promises;
mod rulers;
pub mod scene;
mod sentence;
pub mod svg;
#[cfg(test)]
mod tests;
mod text;
mod verbatim;
#[cfg(test)]
mod yardstick;

use crate::assets::Font;
use crate::diag::Diagnostics;
use crate::document::Document;
use crate::theme::Theme;
use artist::Artist;
use scene::Scene;
use std::sync::Arc;

/// A figure with nothing left to decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// What the figure is, in a few words.
    pub title: String,
    /// What it shows, for those who do not see it.
    pub description: String,
    /// The width at which it was laid out, in pt.
    pub width: f32,
    /// The height, in pt.
    pub height: f32,
    /// The size of the running text around it, in pt: what an em is on screen.
    pub text_size: f32,
    /// The shapes, for the page; figures of the same description share them.
    pub scene: Arc<Scene>,
    /// The same laid out for a narrow screen, if the scene is wider than [`NARROW`] and not too dense for the page. It is wider
    /// than the screen where there is no other way to keep its text readable; then it scrolls.
    pub narrow: Option<Arc<Scene>>,
    /// The characters of a drawing that is made of them.
    pub verbatim: Option<Verbatim>,
}

/// A drawing made of characters; on screen it stays text, which scrolls.
#[derive(Debug, Clone, PartialEq)]
pub struct Verbatim {
    /// The characters.
    pub code: String,
    /// Whether they are a description that could not be drawn.
    pub undrawn: bool,
}

/// The measure of a narrow screen, in pt: 320 px.
pub const NARROW: f64 = 240.0;

/// The room for a figure, in pt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Space {
    /// The measure: the width of the text around it.
    pub width: f64,
    /// How high a figure may be.
    pub height: f64,
}

impl Space {
    /// A narrow screen, on which one can scroll, but should see a whole figure.
    const NARROW: Self = Self {
        width: NARROW,
        height: 2.5 * NARROW,
    };

    /// More room than any figure needs.
    const ANY: Self = Self {
        width: f64::INFINITY,
        height: f64::INFINITY,
    };

    /// Whether a scene has room in it.
    pub(crate) fn holds(&self, scene: &Scene) -> bool {
        scene.width <= self.width && scene.height <= self.height
    }

    /// What a scene's measures are to be multiplied by to fill the space in one direction.
    pub(crate) fn factor(&self, scene: &Scene) -> f64 {
        (self.width / scene.width.max(1.0)).min(self.height / scene.height.max(1.0))
    }
}

/// Draws every described diagram of a document; `page` is the room on a printed page.
pub fn draw(document: &mut Document, theme: &Theme, fonts: &[Font], page: Space, diagnostics: &mut Diagnostics) {
    let mut artist = Artist::new(theme, fonts, page, diagnostics);
    for chapter in document.chapters_mut() {
        artist.blocks(&mut chapter.blocks, true);
        for note in &mut chapter.notes {
            artist.blocks(&mut note.blocks, false);
        }
    }
}
