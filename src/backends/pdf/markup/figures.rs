//! Pictures and drawings at their size on the page.

use super::{Place, Writer};
use crate::assets::{AssetId, PictureFormat};
use crate::backends::pdf::fit::{Fit, Room};
use crate::backends::pdf::leaf::push_string;
use crate::backends::pdf::origins::Standing;
use crate::backends::pdf::world::Content;
use crate::document::block::{Figure, FigureContent};
use crate::document::inline::Width;
use crate::document::{Block, Image, Inline, InlineKind};
use crate::edition::figure_space;
use crate::figures::Drawing;
use crate::source::Span;
use std::fmt::Write as _;

/// Which share of the text's height makes a figure a tall one, which floats.
const TALL_FIGURE: f64 = 0.34;

/// The most lines that a picture may be high to be a sign among those of a line.
const ICON: f64 = 2.0;

/// Which share of the measure a picture takes that has lines of its own.
const WHOLE_LINE: f64 = 0.6;

/// An image at its size on the page.
struct Shown {
    path: String,
    /// Which picture of the manuscript it is; `None` for a drawing.
    picture: Option<AssetId>,
    alt: String,
    /// In pt.
    width: f64,
    /// In pt.
    height: f64,
}

impl Writer<'_, '_> {
    /// Writes a figure where it stands. A tall one that is numbered may move to the head or foot of a page, unless a line
    /// leads directly to it (`led`).
    pub(super) fn write_figure(&mut self, figure: &Figure, block: &Block, led: bool) {
        let attributes = &block.attributes;
        let term = self.book.edition.terms.figure;
        let shown = match &figure.content {
            FigureContent::Image(image) => self.picture(image, self.natural_size(image)),
            FigureContent::Drawing(drawing) => Some(self.drawing(drawing)),
            FigureContent::Blocks(_) => None,
        };
        let floats = !led && self.depth == 0 && figure.number.is_some();
        let is_tall = |shown: &Shown| shown.height > self.text_height() * TALL_FIGURE;
        let mends = self.book.mends;
        let wants_to = mends.afloat.contains(&block.span) || shown.as_ref().is_some_and(is_tall);
        let floats = floats && wants_to && !mends.still.contains(&block.span);
        let (call, standing) = match &figure.content {
            FigureContent::Blocks(_) => ("#framed(", Standing::Text),
            _ if floats && mends.at_foot.contains(&block.span) => ("#sunk(", Standing::Float),
            _ if floats => ("#floated(", Standing::Float),
            _ => ("#figured(", Standing::Text),
        };
        self.code(call);
        self.standing(standing, |writer| {
            writer.caption(term, figure.number.as_deref(), &figure.caption, attributes);
            writer.out.push_str(")[");
            match (&figure.content, shown) {
                (FigureContent::Blocks(blocks), _) => writer.inside(0.0, |writer| writer.write_blocks(blocks)),
                (FigureContent::Image(image), None) => writer.write_absent(image),
                (_, Some(shown)) => writer.push_image(&shown, block.span),
                (FigureContent::Drawing(_), None) => {}
            }
            writer.close();
        });
        self.out.push(']');
        self.floated = standing == Standing::Float;
    }

    pub(super) fn text_height(&self) -> f64 {
        let print = &self.book.edition.settings.print;
        print.height - print.top - print.bottom
    }

    fn drawing(&mut self, drawing: &Drawing) -> Shown {
        let svg = crate::figures::svg::print(drawing, &self.book.edition.theme);
        let path = format!("/fig/{:032x}.svg", typst::utils::hash128(&svg));
        self.media.insert(path.clone(), Content::Text(svg));
        self.fit(
            path,
            &drawing.description,
            f64::from(drawing.width),
            f64::from(drawing.height),
        )
    }

    /// A picture with this size, or with as much of it as there is room for; `None` where it could not be read.
    fn picture(&mut self, image: &Image, size: Option<(f64, f64)>) -> Option<Shown> {
        let id = image.asset?;
        let picture = self.book.edition.assets.pictures.get(id.0)?;
        let path = format!("/picture/{}.{}", id.0, picture.format.extension());
        let (width, height) = size?;
        self.media
            .entry(path.clone())
            .or_insert_with(|| Content::Bytes(picture.bytes.clone()));
        let shown = self.fit(path, &image.alt, width, height);
        Some(Shown {
            picture: Some(id),
            ..shown
        })
    }

    /// The size that a picture has where there is room for it, in pt; `None` where it could not be read.
    fn natural_size(&self, image: &Image) -> Option<(f64, f64)> {
        let picture = self.book.edition.assets.pictures.get(image.asset?.0)?;
        // Raster pictures at 150 px an inch, vector ones as CSS has them, 96.
        let scale = if picture.format == PictureFormat::Svg {
            0.75
        } else {
            72.0 / 150.0
        };
        let (wide, high) = (f64::from(picture.width.max(1)), f64::from(picture.height.max(1)));
        let width = match image.width() {
            Some(Width::Percent(percent)) => percent / 100.0 * self.measure,
            // As CSS has them, 96 to an inch.
            Some(Width::Px(px)) => px * 0.75,
            None => wide * scale,
        };
        Some((width, width * high / wide))
    }

    /// The size of a picture in a line, as [`Self::natural_size`] has it; but one that is so small, 96 px to an inch, that it
    /// is a sign among those of the line is no taller than the line.
    pub(super) fn inline_size(&self, image: &Image) -> Option<(f64, f64)> {
        let picture = self.book.edition.assets.pictures.get(image.asset?.0)?;
        let (width, height) = self.natural_size(image)?;
        let line = self.line_height();
        let is_icon = image.width().is_none() && f64::from(picture.height) * 0.75 <= line * ICON;
        let shrink = if is_icon { (line / height).min(1.0) } else { 1.0 };
        Some((width * shrink, height * shrink))
    }

    pub(super) fn line_height(&self) -> f64 {
        f64::from(self.book.edition.theme.sizes.text) * 1.2
    }

    /// Shrinks a picture to the measure, and to most of a page's height.
    fn fit(&self, path: String, alt: &str, width: f64, height: f64) -> Shown {
        let shrink = (self.measure / width.max(1.0))
            .min(figure_space(&self.book.edition.settings.print).height / height.max(1.0))
            .min(1.0);
        Shown {
            path,
            picture: None,
            alt: alt.to_owned(),
            width: width * shrink,
            height: height * shrink,
        }
    }

    fn push_image(&mut self, shown: &Shown, span: Span) {
        if let (Some(fits), Some(asset)) = (&mut self.fits, shown.picture) {
            let (width, measure) = (shown.width, self.measure);
            let room = Room::Picture { asset, width, measure };
            fits.push(Fit { span, room });
        }
        self.code("#");
        self.note_origin(0, 0);
        self.out.push_str("image(");
        push_string(&mut self.out, &shown.path);
        self.out.push_str(", alt: ");
        push_string(&mut self.out, &shown.alt);
        let _ = write!(self.out, ", width: {:.3}pt)", shown.width);
    }

    /// The description of a picture that could not be read.
    fn write_absent(&mut self, image: &Image) {
        self.wrap("#absent", |writer| writer.text(&image.alt));
    }

    pub(super) fn write_inline_image(&mut self, image: &Image, span: Span) {
        if self.place == Place::Title {
            self.text(&image.alt);
            return;
        }
        match self.picture(image, self.inline_size(image)) {
            Some(shown) if self.is_displayed_picture(image) => {
                let alone = self.depth == 0 && self.place == Place::Text;
                let head = if alone { "#picture-between" } else { "#picture-within" };
                self.wrap(head, |writer| writer.push_image(&shown, span));
            }
            Some(shown) if shown.height > self.line_height() => {
                let head = format!("#tall-picture({:.3}pt)", shown.height);
                self.wrap(&head, |writer| writer.push_image(&shown, span));
            }
            Some(shown) => self.wrap("#inline-picture", |writer| writer.push_image(&shown, span)),
            None => self.write_absent(image),
        }
    }

    /// From which byte on each of some inlines is to be written, `None` where not at all: directly before or behind a
    /// picture that has lines of its own a line ends anyway.
    pub(super) fn begins(&self, inlines: &[Inline]) -> Vec<Option<usize>> {
        let mut begins = vec![Some(0); inlines.len()];
        if self.place == Place::Title {
            return begins;
        }
        for at in 0..inlines.len() {
            if !self.is_displayed(&inlines[at]) {
                continue;
            }
            let is_blank = |at: &usize| match &inlines[*at].kind {
                InlineKind::SoftBreak | InlineKind::LineBreak => true,
                InlineKind::Text(text) => text.trim_matches(' ').is_empty(),
                _ => false,
            };
            let above = (0..at).rev().take_while(is_blank);
            let below = (at + 1..inlines.len()).take_while(is_blank);
            above.chain(below).for_each(|blank| begins[blank] = None);
            let next = (at + 1..inlines.len()).find(|at| !is_blank(at));
            if let Some((at, InlineKind::Text(text))) = next.map(|at| (at, &inlines[at].kind)) {
                begins[at] = Some(text.len() - text.trim_start_matches(' ').len());
            }
        }
        begins
    }

    /// Whether an inline is nothing but a picture that has lines of its own, such as a link around one.
    fn is_displayed(&self, inline: &Inline) -> bool {
        match &inline.kind {
            InlineKind::Image(image) => self.is_displayed_picture(image),
            kind => matches!(kind.content(), Some([only]) if self.is_displayed(only)),
        }
    }

    /// Whether a picture leaves no room beside it that text would be read in.
    fn is_displayed_picture(&self, image: &Image) -> bool {
        let size = self.inline_size(image);
        size.is_some_and(|(width, height)| height > self.line_height() && width > self.measure * WHOLE_LINE)
    }
}
