//! Figures: a described diagram becomes a vector drawing.
//!
//! Gets the [`Diagram`]s of a document and the chains of arrows in its sentences, gives [`Drawing`]s in their place. The
//! way is the same for every kind: description → model ([`kinds`]) → layout → [`scene`] → [`svg`]. Numbers, captions and
//! ids are left alone. What cannot be drawn stays as a listing of its description, so that nothing is lost.

mod bullets;
mod drawn_tree;
mod graph;
mod kinds;
mod language;
mod layout;
#[cfg(test)]
mod promises;
pub mod scene;
mod sentence;
pub mod svg;
#[cfg(test)]
mod tests;
mod text;

use crate::assets::Font;
use crate::diag::{Diagnostics, codes, nearest};
use crate::document::{Attributes, Block, BlockKind, Diagram, Document, Figure, FigureContent, Listing, inline};
use crate::source::Span;
use crate::theme::Theme;
use kinds::Model;
use scene::Scene;
use std::collections::BTreeMap;
use std::sync::Arc;
use text::Typesetter;

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
    /// The same laid out for a narrow screen, if the scene is wider than [`NARROW`] and not too dense for either.
    pub narrow: Option<Arc<Scene>>,
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
    let mut artist = Artist {
        theme,
        fonts,
        page,
        diagnostics,
        typesetter: None,
        laid: BTreeMap::new(),
    };
    for chapter in document.chapters_mut() {
        artist.blocks(&mut chapter.blocks, true);
        for note in &mut chapter.notes {
            artist.blocks(&mut note.blocks, false);
        }
    }
}

/// Draws, and remembers what was drawn.
struct Artist<'a> {
    theme: &'a Theme,
    fonts: &'a [Font],
    page: Space,
    diagnostics: &'a mut Diagnostics,
    /// Opened with the first figure: a book without any pays nothing.
    typesetter: Option<Typesetter<'a>>,
    /// By model: identical descriptions are laid out once.
    laid: BTreeMap<String, Arc<Scenes>>,
}

/// A model in its places, for the page and for a narrow screen.
struct Scenes {
    wide: Arc<Scene>,
    narrow: Option<Arc<Scene>>,
    dense: bool,
    missing: Vec<char>,
}

impl<'a> Artist<'a> {
    /// Draws in blocks and all that is in them; `sentences` is whether a figure may follow a paragraph here.
    fn blocks(&mut self, blocks: &mut Vec<Block>, sentences: bool) {
        let mut figures: Vec<(usize, Block)> = Vec::new();
        for (at, block) in blocks.iter_mut().enumerate() {
            self.block(block, sentences);
            if let (BlockKind::Paragraph(inlines), true) = (&block.kind, sentences) {
                for found in sentence::find(inlines) {
                    let model = Model::Flow(found.flow);
                    let title = if found.title.is_empty() { model.title() } else { found.title };
                    let drawing = self.drawing(&model, title, None, block.span);
                    let figure = figure(drawing, Vec::new());
                    figures.push((at, Block::new(block.span, BlockKind::Figure(figure))));
                }
            }
        }
        if figures.is_empty() {
            return;
        }
        let mut figures = figures.into_iter().peekable();
        let before = std::mem::take(blocks);
        blocks.reserve(before.len() + figures.len());
        for (at, block) in before.into_iter().enumerate() {
            blocks.push(block);
            while let Some((_, figure)) = figures.next_if(|(paragraph, _)| *paragraph == at) {
                blocks.push(figure);
            }
        }
    }

    fn block(&mut self, block: &mut Block, sentences: bool) {
        match &mut block.kind {
            BlockKind::Diagram(diagram) => {
                let diagram = std::mem::replace(
                    diagram,
                    Diagram {
                        kind: String::new(),
                        body: String::new(),
                        lines: Vec::new(),
                        caption: Vec::new(),
                    },
                );
                block.kind = self.diagram(diagram, &block.attributes, block.span);
            }
            BlockKind::Section(section) => self.blocks(&mut section.blocks, sentences),
            BlockKind::Quote(blocks) | BlockKind::Group(blocks) => self.blocks(blocks, sentences),
            BlockKind::Admonition(admonition) => self.blocks(&mut admonition.blocks, sentences),
            BlockKind::Details { blocks, .. } => self.blocks(blocks, sentences),
            BlockKind::List(list) => list
                .items
                .iter_mut()
                .for_each(|item| self.blocks(&mut item.blocks, sentences)),
            BlockKind::Definitions(definitions) => {
                for meaning in definitions.iter_mut().flat_map(|definition| &mut definition.meanings) {
                    self.blocks(meaning, sentences);
                }
            }
            // A sentence in a cell or under a picture has no room for a figure; a diagram is drawn wherever it stands.
            BlockKind::Table(table) => {
                let rows = table.head.iter_mut().chain(&mut table.body);
                rows.flat_map(|row| &mut row.cells)
                    .for_each(|cell| self.blocks(&mut cell.blocks, false));
            }
            BlockKind::Figure(figure) => {
                if let FigureContent::Blocks(blocks) = &mut figure.content {
                    self.blocks(blocks, false);
                }
            }
            BlockKind::Paragraph(_)
            | BlockKind::Heading(_)
            | BlockKind::Listing(_)
            | BlockKind::Output(_)
            | BlockKind::Math(_)
            | BlockKind::Rule => {}
        }
    }

    /// What a described diagram becomes: a figure, or a listing of its description.
    fn diagram(&mut self, diagram: Diagram, attributes: &Attributes, span: Span) -> BlockKind {
        let description = language::description(&diagram.body, &diagram.lines, span);
        let model = match kinds::read(&diagram.kind, &description, span) {
            None => {
                self.report_unknown(&diagram.kind, span);
                return listing(diagram, span);
            }
            Some(Err(faults)) => {
                for fault in faults {
                    let message = format!("{}; {}", fault.message, fault.expected);
                    self.diagnostics.report(&codes::BAD_DIAGRAM, fault.span, message);
                }
                return listing(diagram, span);
            }
            Some(Ok(model)) => model,
        };
        let caption = inline::plain_text(&diagram.caption);
        let alt = description.alt.or_else(|| attributes.get("alt").map(str::to_owned));
        let title = match description.title {
            Some(title) => title,
            None if caption.trim().is_empty() => model.title(),
            None => caption.trim().to_owned(),
        };
        let drawing = self.drawing(&model, title, alt, span);
        BlockKind::Figure(figure(drawing, diagram.caption))
    }

    fn report_unknown(&mut self, name: &str, span: Span) {
        let kinds = kinds::NAMES;
        let message = match (name.is_empty(), nearest(name, kinds.iter().copied())) {
            (true, _) => format!("this diagram has no kind; expected one of {}", kinds.join(", ")),
            (false, Some(near)) => format!("there is no diagram kind `{name}`; the nearest is `{near}`"),
            (false, None) => format!("there is no diagram kind `{name}`; expected one of {}", kinds.join(", ")),
        };
        self.diagnostics.report(&codes::UNKNOWN_DIAGRAM, span, message);
    }

    fn drawing(&mut self, model: &Model, title: String, alt: Option<String>, span: Span) -> Drawing {
        let scenes = self.scenes(model);
        if scenes.dense {
            let message = format!(
                "this figure does not fit a measure of {:.0} pt with text of 7 pt",
                self.page.width
            );
            self.diagnostics.report(&codes::DENSE_DIAGRAM, span, message);
        }
        if !scenes.missing.is_empty() {
            let named: Vec<String> = scenes
                .missing
                .iter()
                .take(5)
                .map(|c| format!("{c} (U+{:04X})", u32::from(*c)))
                .collect();
            let more = if scenes.missing.len() > 5 { " and others" } else { "" };
            let message = format!("no embedded font has {}{more}", named.join(", "));
            self.diagnostics.report(&codes::MISSING_GLYPH, span, message);
        }
        Drawing {
            title,
            description: alt.unwrap_or_else(|| model.describe()),
            width: scenes.wide.width as f32,
            height: scenes.wide.height as f32,
            text_size: self.theme.sizes.text,
            scene: Arc::clone(&scenes.wide),
            narrow: scenes.narrow.clone(),
        }
    }

    fn scenes(&mut self, model: &Model) -> Arc<Scenes> {
        let key = format!("{model:?}");
        if let Some(known) = self.laid.get(&key) {
            return Arc::clone(known);
        }
        let (fonts, theme) = (self.fonts, self.theme);
        let typesetter = self.typesetter.get_or_insert_with(|| Typesetter::new(fonts, theme));
        let size = f64::from(theme.sizes.figure).max(text::SMALLEST);
        let wide = model.lay_out(typesetter, size, self.page);
        // What is too dense for the page is so for a phone, where the same picture can at least be enlarged.
        let narrow = (wide.scene.width > NARROW && !wide.dense).then(|| model.lay_out(typesetter, size, Space::NARROW).scene);
        let scenes = Arc::new(Scenes {
            wide: Arc::new(wide.scene),
            narrow: narrow.map(Arc::new),
            dense: wide.dense,
            missing: typesetter.take_missing(),
        });
        self.laid.insert(key, Arc::clone(&scenes));
        scenes
    }
}

fn figure(drawing: Drawing, caption: Vec<crate::document::Inline>) -> Figure {
    Figure {
        content: FigureContent::Drawing(Arc::new(drawing)),
        caption,
        number: None,
    }
}

/// The description as it stands in the source, in place of a drawing.
fn listing(diagram: Diagram, span: Span) -> BlockKind {
    BlockKind::Listing(Listing {
        language: Some("diagram".to_owned()),
        code_start: diagram.lines.first().map_or(span.start, |line| line.start),
        code: diagram.body,
        caption: diagram.caption,
        ..Listing::default()
    })
}
