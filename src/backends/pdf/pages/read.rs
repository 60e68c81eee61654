//! From the frames of Typst to lines.

use super::places::{Place, Places};
use super::{Area, Kind, Line, Page, Pages, Shape};
use crate::backends::pdf::front;
use crate::backends::pdf::trace::Trace;
use crate::edition::Edition;
use crate::manuscript::settings::PdfEdition;
use crate::source::Span;
use std::collections::BTreeMap;
use typst::World;
use typst::introspection::{Location, Tag};
use typst::layout::{Abs, Frame, FrameItem, Point};
use typst::math::EquationElem;
use typst::model::{FootnoteEntry, Numbering};
use typst::syntax;
use typst::text::TextItem;
use typst_layout::PagedDocument;

/// By how much two runs of one line may be apart, as a share of their size; what is farther away is a line of its own.
const WIDEST_GAP: f64 = 1.2;

/// Reads the pages of a document that was set from an edition.
pub(in crate::backends::pdf) fn read(
    document: &PagedDocument,
    edition: &Edition,
    kind: PdfEdition,
    world: &dyn World,
    trace: &Trace,
) -> Pages {
    let mut pages = Pages {
        leading: f64::from(edition.theme.sizes.leading),
        size: f64::from(edition.theme.sizes.text),
        facing: kind == PdfEdition::Print,
        ..Pages::default()
    };
    let places = Places::of(edition, &mut pages);
    let mut reader = Reader {
        places,
        world,
        trace,
        code_family: edition.theme.families.mono.to_lowercase(),
        formula: None,
        note: None,
        known: BTreeMap::new(),
    };
    for (at, laid) in document.pages().iter().enumerate() {
        let mut page = Page {
            number: at + 1,
            label: label(laid),
            block: front::text_area(edition, kind, at + 1),
            ..Page::default()
        };
        reader.page(&laid.frame, &mut page);
        let mut lines: Vec<&mut Line> = page.lines.iter_mut().collect();
        adopt(&mut lines);
        lines.reverse();
        adopt(&mut lines);
        pages.pages.push(page);
    }
    ends(&mut pages.pages);
    pages
}

/// What stands on a page as its number.
fn label(page: &typst_layout::Page) -> String {
    match &page.numbering {
        Some(Numbering::Pattern(pattern)) => pattern.apply(None, &[page.number]).map(String::from).unwrap_or_default(),
        _ => page.number.to_string(),
    }
}

/// Shows every item of a frame, with its place on the page.
pub(in crate::backends::pdf) fn visit<'a>(frame: &'a Frame, origin: Point, see: &mut impl FnMut(Point, &'a FrameItem)) {
    for (at, item) in frame.items() {
        let point = origin + *at;
        match item {
            FrameItem::Group(group) => {
                let moved = Point::new(group.transform.tx, group.transform.ty);
                visit(&group.frame, point + moved, see);
            }
            item => see(point, item),
        }
    }
}

/// Makes lines of code that are coloured to their ends, whose places Typst does not keep, part of the code before them.
fn adopt(lines: &mut [&mut Line]) {
    let mut code: Option<Span> = None;
    for line in lines {
        match (line.kind, line.span, code) {
            (Kind::Code, Some(span), _) => code = Some(span),
            (Kind::Other, None, Some(span)) if line.code => {
                (line.kind, line.span) = (Kind::Code, Some(span));
            }
            _ => code = None,
        }
    }
}

/// Marks the first and the last page of each chapter.
fn ends(pages: &mut [Page]) {
    let mut before = None;
    for page in pages.iter_mut().filter(|page| page.chapter.is_some()) {
        page.first = page.chapter != before;
        before = page.chapter;
    }
    let mut after = None;
    for page in pages.iter_mut().rev().filter(|page| page.chapter.is_some()) {
        page.last = page.chapter != after;
        after = page.chapter;
    }
}

struct Reader<'a> {
    places: Places,
    world: &'a dyn World,
    trace: &'a Trace,
    code_family: String,
    /// The formula that is being read.
    formula: Option<(Location, syntax::Span)>,
    /// The footnote that is being read.
    note: Option<Location>,
    /// Places of Typst that were looked up already: those of one run of text share one.
    known: BTreeMap<u64, Option<(Option<usize>, Span)>>,
}

impl Reader<'_> {
    fn page(&mut self, frame: &Frame, page: &mut Page) {
        // What goes on from the page before stands at the foot of this one, behind its text.
        (self.formula, self.note) = (None, None);
        visit(frame, Point::zero(), &mut |point, item| match item {
            FrameItem::Text(run) => self.run(point, run, page),
            FrameItem::Shape(shape, span) => {
                let bounds = shape.geometry.bbox(None);
                let size = bounds.size();
                self.shape(area(point + bounds.min, size.x, size.y), false, *span, page);
            }
            FrameItem::Image(_, size, span) => {
                self.shape(area(point, size.x, size.y), true, *span, page);
            }
            FrameItem::Tag(tag) => self.tag(tag),
            FrameItem::Group(_) | FrameItem::Link(..) => {}
        });
    }

    /// Notes where a formula or a footnote begins and ends.
    fn tag(&mut self, tag: &Tag) {
        match tag {
            Tag::Start(element, _) if element.is::<EquationElem>() => {
                self.formula = element.location().map(|location| (location, element.span()));
            }
            Tag::Start(element, _) if element.is::<FootnoteEntry>() => self.note = element.location(),
            Tag::Start(..) => {}
            Tag::End(location, ..) => {
                self.formula.take_if(|(begun, _)| begun == location);
                self.note.take_if(|begun| begun == location);
            }
        }
    }

    fn shape(&mut self, area: Area, picture: bool, span: syntax::Span, page: &mut Page) {
        let (chapter, span) = self.place(span);
        page.chapter = page.chapter.or(chapter);
        let place = span.and_then(|span| self.places.find(span));
        let span = place.map(|place| place.block);
        page.shapes.push(Shape { picture, area, span });
    }

    /// Adds a run of text to the line that it goes on, or begins a line with it.
    fn run(&mut self, point: Point, run: &TextItem, page: &mut Page) {
        let Some(glyph) = run.glyphs.first() else { return };
        // What a formula is made of has no place of its own.
        let (chapter, span) = self.place(self.formula.map_or(glyph.span.0, |(_, span)| span));
        let (baseline, left) = (point.y.to_pt(), point.x.to_pt());
        let (kind, block) = match baseline {
            y if y < page.block.top => (Kind::Head, None),
            y if y > page.block.bottom + 2.0 => (Kind::Foot, None),
            _ => self.kind(chapter, span, run),
        };
        if !matches!(kind, Kind::Head | Kind::Foot) {
            let own = span.and_then(|span| self.places.find(span)).filter(|_| kind == Kind::Title);
            page.chapter = page.chapter.or(chapter).or(own.map(|place| place.chapter));
        }
        let line = Line {
            kind,
            span: block,
            left,
            right: left + run.width().to_pt(),
            hang: hang(run),
            baseline,
            size: run.size.to_pt(),
            code: self.is_code(run),
            hyphenated: run.text.trim_end().ends_with(['-', '\u{ad}', '\u{2010}', '\u{2011}']),
            text: run.text.to_string(),
        };
        match page.lines.last_mut() {
            Some(last) if goes_on(last, &line) => join(last, line),
            _ => page.lines.push(line),
        }
    }

    /// What a run is, and the block that it belongs to.
    fn kind(&self, chapter: Option<usize>, span: Option<Span>, run: &TextItem) -> (Kind, Option<Span>) {
        let place = span.and_then(|span| self.places.find(span));
        // The title stands in the main file, which belongs to no chapter.
        let belongs = |place: &Place| Some(place.chapter) == chapter || chapter.is_none() && place.kind == Kind::Title;
        let Some(place) = place.filter(belongs) else {
            // Addresses in footnotes come from no place of their own.
            let kind = if self.note.is_some() { Kind::Note } else { Kind::Other };
            return (kind, None);
        };
        match place.kind {
            // The address of a link is a note of print, and comes from the middle of the text.
            Kind::Text | Kind::Cell | Kind::Caption | Kind::Heading if self.note.is_some() => (Kind::Note, None),
            Kind::Code if !self.is_code(run) => (Kind::Caption, Some(place.block)),
            kind => (kind, Some(place.block)),
        }
    }

    fn is_code(&self, run: &TextItem) -> bool {
        run.font.font().info().family.as_str().to_lowercase() == self.code_family
    }

    /// The chapter and the Markdown that a place of Typst was written from.
    fn place(&mut self, span: syntax::Span) -> (Option<usize>, Option<Span>) {
        if span.is_detached() {
            return (None, None);
        }
        let (world, trace) = (self.world, self.trace);
        let found = self
            .known
            .entry(span.into_raw().get())
            .or_insert_with(|| trace.chapter_and_span(world, span));
        match found {
            Some((chapter, span)) => (*chapter, Some(*span)),
            None => (None, None),
        }
    }
}

fn area(point: Point, width: Abs, height: Abs) -> Area {
    let (left, top) = (point.x.to_pt(), point.y.to_pt());
    Area {
        left,
        top,
        right: left + width.to_pt(),
        bottom: top + height.to_pt(),
    }
}

/// By how much the last mark of a run may hang into the margin: not more than itself, and letters not at all. A space behind it
/// is no part of the line.
fn hang(run: &TextItem) -> f64 {
    let text = run.text.as_str();
    let spaces = text.chars().rev().take_while(|last| last.is_whitespace()).count();
    let marks = text.trim_end().ends_with(|last: char| !last.is_alphanumeric());
    let hanging = run.glyphs.iter().rev().take(spaces + usize::from(marks));
    hanging.map(|glyph| glyph.x_advance.at(run.size).to_pt()).sum()
}

/// Whether a run goes on with a line.
fn goes_on(line: &Line, run: &Line) -> bool {
    // Marks above and below the line are shifted by less than half of it.
    let level = (line.baseline - run.baseline).abs() < 0.45 * line.size.max(run.size);
    let gap = run.left - line.right;
    // Words of one cell follow each other closely; what is farther away is the next cell.
    let most = if line.kind == Kind::Cell {
        1.0
    } else {
        WIDEST_GAP * line.size.max(run.size)
    };
    let next_cell = line.kind == Kind::Cell && run.kind == Kind::Cell && line.span != run.span;
    level && gap > -1.0 && gap < most && !next_cell
}

fn join(line: &mut Line, run: Line) {
    // Numbers of lists and captions are words of the template; what follows them says what the line is.
    if line.kind == Kind::Other || line.kind == Kind::Note && line.span.is_none() {
        (line.kind, line.span) = (run.kind, run.span);
    }
    line.right = run.right;
    line.hang = run.hang;
    line.hyphenated = run.hyphenated;
    line.text.push_str(&run.text);
}
