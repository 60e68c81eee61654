//! Pictures and drawings at their size on the page.

use super::{Place, Writer};
use crate::assets::{AssetId, PictureFormat};
use crate::backends::pdf::fit::{Fit, Room};
use crate::backends::pdf::leaf::push_string;
use crate::backends::pdf::origins::Standing;
use crate::backends::pdf::world::Content;
use crate::document::block::{Figure, FigureContent};
use crate::document::inline::Width;
use crate::document::{Block, Image};
use crate::edition::figure_space;
use crate::figures::Drawing;
use crate::source::Span;
use std::fmt::Write as _;

/// Which share of the text's height makes a figure a tall one, which floats.
const TALL_FIGURE: f64 = 0.34;

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
            FigureContent::Image(image) => self.picture(image),
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

    /// A picture at its size on the page; `None` where it could not be read.
    fn picture(&mut self, image: &Image) -> Option<Shown> {
        let id = image.asset?;
        let picture = self.book.edition.assets.pictures.get(id.0)?;
        let path = format!("/picture/{}.{}", id.0, picture.format.extension());
        self.media
            .entry(path.clone())
            .or_insert_with(|| Content::Bytes(picture.bytes.clone()));
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
        let shown = self.fit(path, &image.alt, width, width * high / wide);
        Some(Shown {
            picture: Some(id),
            ..shown
        })
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
        match self.picture(image) {
            Some(mut shown) => {
                // Without a width of the author's, a picture in a line is no taller than the line.
                let line = f64::from(self.book.edition.theme.sizes.text) * 1.2;
                if image.width.is_none() && shown.height > line {
                    shown.width *= line / shown.height;
                    shown.height = line;
                }
                self.wrap("#inline-picture", |writer| writer.push_image(&shown, span));
            }
            None => self.write_absent(image),
        }
    }
}
