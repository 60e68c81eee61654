//! The way through the blocks of a document: what among them is drawn, and what they become.
//!
//! Finds described diagrams, drawings made of characters, their captions, and chains of arrows in sentences; tells what is
//! wrong with them; and lays out every model once for the page and once for a narrow screen.

use super::kinds::{self, Model};
use super::scene::Scene;
use super::text::{self, Typesetter};
use super::{Drawing, NARROW, Space, Verbatim, captions, doubts, drawn_tree, language, mermaid, rulers, sentence, verbatim};
use crate::assets::Font;
use crate::diag::{Diagnostics, codes, nearest};
use crate::document::{Attributes, Block, BlockKind, Diagram, Figure, FigureContent, Inline, Listing, inline};
use crate::source::Span;
use crate::theme::Theme;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a list, a quotation or another container takes of the measure at the most, in pt.
const INSET: f64 = 26.0;
/// However deep a figure stands, it is drawn for at least this measure, in pt.
const LEAST: f64 = 60.0;

/// Draws, and remembers what was drawn.
pub(super) struct Artist<'a> {
    theme: &'a Theme,
    fonts: &'a [Font],
    page: Space,
    diagnostics: &'a mut Diagnostics,
    /// Opened with the first figure: a book without any pays nothing.
    typesetter: Option<Typesetter<'a>>,
    /// By page and model: identical descriptions are laid out once.
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
    pub(super) fn new(theme: &'a Theme, fonts: &'a [Font], page: Space, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            theme,
            fonts,
            page,
            diagnostics,
            typesetter: None,
            laid: BTreeMap::new(),
        }
    }

    /// Draws in blocks and all that is in them; `sentences` is whether a figure may follow a paragraph here.
    pub(super) fn blocks(&mut self, blocks: &mut Vec<Block>, sentences: bool) {
        self.take_captions(blocks);
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

    /// Makes of each bold or italic line above a drawing its caption.
    fn take_captions(&mut self, blocks: &mut Vec<Block>) {
        let mut taken = vec![false; blocks.len()];
        for at in 1..blocks.len() {
            let [.., above, block] = blocks.get_mut(..=at).unwrap_or_default() else {
                continue;
            };
            if !is_drawn(block) {
                continue;
            }
            let Some((caption, announced)) = captions::read(above) else {
                continue;
            };
            if self.take_caption(block, caption, announced)
                && let Some(taken) = taken.get_mut(at - 1)
            {
                *taken = true;
            }
        }
        if taken.contains(&true) {
            let mut taken = taken.into_iter();
            blocks.retain(|_| !taken.next().unwrap_or_default());
        }
    }

    /// Gives a caption to a block that has none, if it is or can become a figure.
    fn take_caption(&mut self, block: &mut Block, caption: Vec<Inline>, announced: bool) -> bool {
        match &mut block.kind {
            BlockKind::Diagram(diagram) if diagram.caption.is_empty() => {
                diagram.caption = caption;
                true
            }
            BlockKind::Listing(listing) if listing.caption.is_empty() => {
                listing.caption = caption;
                let figure = self.drawn_listing(listing, announced, block.span);
                match figure {
                    Some(figure) => block.kind = BlockKind::Figure(figure),
                    None => listing.caption.clear(),
                }
                matches!(block.kind, BlockKind::Figure(_))
            }
            _ => false,
        }
    }

    /// The figure that a listing draws with characters, if it does.
    fn drawn_listing(&mut self, listing: &Listing, announced: bool, span: Span) -> Option<Figure> {
        if let Some(model) = rulers::read(&listing.code).or_else(|| drawn_tree::read(&listing.code)) {
            let caption = inline::plain_text(&listing.caption).trim().to_owned();
            let title = if caption.is_empty() { model.title() } else { caption };
            let drawing = self.drawing(&model, title, None, span);
            return Some(figure(drawing, listing.caption.clone()));
        }
        verbatim::is_drawing(&listing.code, announced).then(|| {
            let drawing = self.verbatim(&listing.code, &listing.caption, false, span);
            figure(drawing, listing.caption.clone())
        })
    }

    /// A drawing made of characters, or a description that could not be drawn.
    fn verbatim(&mut self, code: &str, caption: &[Inline], undrawn: bool, span: Span) -> Drawing {
        let (size, page) = (f64::from(self.theme.sizes.code), self.page);
        let typesetter = self.typesetter();
        let laid = verbatim::lay_out(code, undrawn, typesetter, size, page);
        let missing = typesetter.take_missing();
        // What was wrong with a description has been told; how long it is, is no second fault.
        self.report_scene(laid.dense && !undrawn, &missing, span);
        let description = match undrawn {
            true => format!("This figure could not be drawn. It was described so: {}", code.trim()),
            false => verbatim::describe(code),
        };
        let caption = inline::plain_text(caption).trim().to_owned();
        Drawing {
            title: if caption.is_empty() {
                "A drawing made of characters".to_owned()
            } else {
                caption
            },
            description,
            width: laid.scene.width as f32,
            height: laid.scene.height as f32,
            text_size: self.theme.sizes.text,
            scene: Arc::new(laid.scene),
            narrow: None,
            verbatim: Some(Verbatim {
                code: code.to_owned(),
                undrawn,
            }),
        }
    }

    /// Draws for a measure of which a container takes some.
    fn inside(&mut self, taken: f64, content: impl FnOnce(&mut Self)) {
        let width = self.page.width;
        self.page.width = (width - taken).max(LEAST);
        content(self);
        self.page.width = width;
    }

    fn block(&mut self, block: &mut Block, sentences: bool) {
        if is_drawn(block)
            && let BlockKind::Listing(listing) = &block.kind
            && let Some(figure) = self.drawn_listing(listing, false, block.span)
        {
            block.kind = BlockKind::Figure(figure);
        }
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
            BlockKind::Group(blocks) => self.blocks(blocks, sentences),
            BlockKind::Quote(blocks) | BlockKind::Details { blocks, .. } => {
                self.inside(INSET, |artist| artist.blocks(blocks, sentences));
            }
            BlockKind::Admonition(admonition) => {
                self.inside(INSET, |artist| artist.blocks(&mut admonition.blocks, sentences));
            }
            BlockKind::List(list) => self.inside(INSET, |artist| {
                list.items
                    .iter_mut()
                    .for_each(|item| artist.blocks(&mut item.blocks, sentences));
            }),
            BlockKind::Definitions(definitions) => self.inside(INSET, |artist| {
                for meaning in definitions.iter_mut().flat_map(|definition| &mut definition.meanings) {
                    artist.blocks(meaning, sentences);
                }
            }),
            // A sentence in a cell or under a picture has no room for a figure; a diagram is drawn wherever it stands.
            BlockKind::Table(table) => {
                let columns = table.columns.len().max(1) as f64;
                let taken = self.page.width * (1.0 - 1.0 / columns);
                let rows = table.head.iter_mut().chain(&mut table.body);
                self.inside(taken, |artist| {
                    rows.flat_map(|row| &mut row.cells)
                        .for_each(|cell| artist.blocks(&mut cell.blocks, false));
                });
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
            | BlockKind::Bibliography(_)
            | BlockKind::Glossary(_)
            | BlockKind::IndexMarks(_)
            | BlockKind::Index(_)
            | BlockKind::Rule => {}
        }
    }

    /// What a described diagram becomes: a figure, in which its description stands if it could not be drawn.
    fn diagram(&mut self, diagram: Diagram, attributes: &Attributes, span: Span) -> BlockKind {
        let Some(read) = read(&diagram, span) else {
            self.report_unknown(&diagram.kind, span);
            return self.placeholder(diagram, span);
        };
        let (model, title, alt) = match read {
            Err(faults) => {
                for fault in faults {
                    let message = format!("{}; {}", fault.message, fault.expected);
                    self.diagnostics.report(&codes::BAD_DIAGRAM, fault.span, message);
                }
                // What other tools draw is complete as it stands; the author's own notation is not.
                return if diagram.kind == mermaid::NAME {
                    listing(diagram, span)
                } else {
                    self.placeholder(diagram, span)
                };
            }
            Ok(read) => {
                for (span, message) in read.looks {
                    self.diagnostics.report(&codes::DIAGRAM_LOOKS, span, message);
                }
                for (span, message) in read.doubts {
                    self.diagnostics.report(&codes::DOUBTFUL_DIAGRAM, span, message);
                }
                (read.model, read.title, read.alt)
            }
        };
        let caption = inline::plain_text(&diagram.caption);
        let alt = alt.or_else(|| attributes.get("alt").map(str::to_owned));
        let title = match title {
            Some(title) => title,
            None if caption.trim().is_empty() => model.title(),
            None => caption.trim().to_owned(),
        };
        let drawing = self.drawing(&model, title, alt, span);
        BlockKind::Figure(figure(drawing, diagram.caption))
    }

    /// What stands in the place of a figure that could not be drawn: its description in a dashed frame, so that references
    /// to it lead to something and nobody takes the book for finished.
    fn placeholder(&mut self, diagram: Diagram, span: Span) -> BlockKind {
        let described = match diagram.body.trim() {
            "" => "…",
            _ => &diagram.body,
        };
        let drawing = self.verbatim(described, &diagram.caption, true, span);
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
        self.report_scene(scenes.dense, &scenes.missing, span);
        Drawing {
            title,
            description: alt.unwrap_or_else(|| model.describe()),
            width: scenes.wide.width as f32,
            height: scenes.wide.height as f32,
            text_size: self.theme.sizes.text,
            scene: Arc::clone(&scenes.wide),
            narrow: scenes.narrow.clone(),
            verbatim: None,
        }
    }

    /// Tells what is wrong with a figure in its places.
    fn report_scene(&mut self, dense: bool, missing: &[char], span: Span) {
        if dense {
            let message = format!(
                "this figure does not fit a measure of {:.0} pt with text of 7 pt",
                self.page.width
            );
            self.diagnostics
                .report(&codes::DENSE_DIAGRAM, span, message)
                .hint("divide it into two figures, or shorten its labels");
        }
        if !missing.is_empty() {
            let named: Vec<String> = missing
                .iter()
                .take(5)
                .map(|c| format!("{c} (U+{:04X})", u32::from(*c)))
                .collect();
            let more = if missing.len() > 5 { " and others" } else { "" };
            let message = format!("no embedded font has {}{more}", named.join(", "));
            self.diagnostics.report(&codes::MISSING_GLYPH, span, message);
        }
    }

    fn typesetter(&mut self) -> &Typesetter<'a> {
        let (fonts, theme) = (self.fonts, self.theme);
        self.typesetter.get_or_insert_with(|| Typesetter::new(fonts, theme))
    }

    fn scenes(&mut self, model: &Model) -> Arc<Scenes> {
        let key = format!("{:?} {model:?}", self.page);
        if let Some(known) = self.laid.get(&key) {
            return Arc::clone(known);
        }
        let (size, page) = (f64::from(self.theme.sizes.figure).max(text::SMALLEST), self.page);
        let typesetter = self.typesetter();
        let mut wide = model.lay_out(typesetter, size, page);
        wide.fit(page);
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

/// Reads a diagram in its own notation, or in that of Mermaid. `None` if there is no such kind.
fn read(diagram: &Diagram, span: Span) -> Option<Result<mermaid::Read, Vec<language::Fault>>> {
    if diagram.kind == mermaid::NAME {
        return Some(mermaid::read(&diagram.body, &diagram.lines, span));
    }
    let description = language::description(&diagram.body, &diagram.lines, span);
    let model = kinds::read(&diagram.kind, &description, span)?;
    let doubts = doubts::find(&diagram.kind, &description);
    Some(model.map(|model| mermaid::Read {
        model,
        title: description.title,
        alt: description.alt,
        looks: Vec::new(),
        doubts,
    }))
}

fn figure(drawing: Drawing, caption: Vec<Inline>) -> Figure {
    Figure {
        content: FigureContent::Drawing(Arc::new(drawing)),
        caption,
        number: None,
    }
}

/// A block of Mermaid that stays what it was.
fn listing(diagram: Diagram, span: Span) -> BlockKind {
    BlockKind::Listing(Listing {
        language: Some(diagram.kind),
        code_start: diagram.lines.first().map_or(span.start, |line| line.start),
        code: diagram.body,
        caption: diagram.caption,
        ..Listing::default()
    })
}

/// Whether a block may be a drawing: a described diagram, or code without a language that is nothing but code.
fn is_drawn(block: &Block) -> bool {
    match &block.kind {
        BlockKind::Diagram(_) => true,
        BlockKind::Listing(listing) => {
            let plain = listing.language.as_deref().is_none_or(|language| PLAIN.contains(&language));
            let code = listing.line_numbers || listing.run.is_some() || !listing.highlighted.is_empty();
            // Who gives it the id of a listing says what it is.
            let named = block.attributes.id.as_deref().is_some_and(|id| id.starts_with("lst-"));
            plain && !code && !named
        }
        _ => false,
    }
}

/// The languages that are none.
const PLAIN: [&str; 4] = ["text", "txt", "plaintext", "ascii"];
