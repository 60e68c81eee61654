//! The PDF backend: an [`Edition`] becomes Typst source in memory, Typst sets the pages, and a PDF comes out.
//!
//! Gets an edition in which everything is settled, gives the bytes of a PDF. Nothing here numbers, resolves or reads.
//!
//! - [`markup`] writes a virtual file a chapter. Text of the manuscript stands in it only as string literals, so that
//!   nothing an author types can be read as Typst.
//! - `styles/book.typ` is the template: every function that a chapter calls. A book's own is put after it.
//! - [`address`] says where the line of an address may end.
//! - [`world`] holds files and fonts in memory; [`trace`] leads a message of Typst back to the author's line.
//! - [`grid`] gives Typst the one function that its own language cannot say: blocks that take whole lines.
//! - [`index`] puts the entries of an index in columns.
//! - [`pages`] reads what was laid out, and has the rules for it; [`mends`] has pages set again where that helps.
//! - Where the EPUB is to list the printed pages, [`origins`] keeps what each text was written for, and [`starts`] finds where
//!   the pages begin.
//!
//! A [`Press`] kept between two builds sets again only what changed.

mod address;
mod fit;
mod front;
mod grid;
mod index;
mod leaf;
mod listing;
mod markup;
mod mends;
mod metrics;
mod origins;
pub mod pages;
mod starts;
mod table;
mod trace;
mod world;
mod wrap;

pub use wrap::wrap;

pub use fit::{Fit, Room, columns};

use super::Output;
use super::page_list::{self, PageList};
use crate::Error;
use crate::diag::{Diagnostics, Severity, codes};
use crate::document::{Medium, only};
use crate::edition::Edition;
use crate::manuscript::settings::PdfEdition;
use crate::press::Finish;
use crate::press::inks::{Inks, Separation};
use crate::press::profile::Colour;
use crate::provenance;
use mends::Mends;
use trace::Trace;
use typst::World;
use typst::diag::SourceDiagnostic;
use typst::ecow::EcoVec;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};
use world::{BookWorld, Content};

/// How many builds a result of Typst that was not used again is kept for.
const KEPT_BUILDS: usize = 5;

/// Sets one edition as a PDF.
pub fn export(edition: &Edition, kind: PdfEdition, diagnostics: &mut Diagnostics) -> Result<Output, Error> {
    Press::new().export(edition, kind, diagnostics)
}

/// The Typst files of an edition as path and text, drawings included; with the book's fonts and pictures beside them,
/// Typst alone makes the pages from `/main.typ`, without the grid of lines and without what is mended afterwards.
pub fn typst_source(edition: &Edition, kind: PdfEdition) -> Vec<(String, String)> {
    let view = edition.view(medium(kind));
    let (files, _) = markup::write(view.as_ref().unwrap_or(edition), kind, &Mends::default());
    let texts = files.into_iter().filter_map(|file| match file.content {
        Content::Text(text) => Some((file.path, text)),
        Content::Bytes(_) => None,
    });
    texts.collect()
}

/// How code, pictures and tables fit the pages of an edition, in order of place in each chapter. Only what is too wide is
/// told of code and tables, and all is told of pictures.
pub fn fits(edition: &Edition, kind: PdfEdition) -> Vec<Fit> {
    let view = edition.view(medium(kind));
    markup::fits(view.as_ref().unwrap_or(edition), kind)
}

fn medium(kind: PdfEdition) -> Medium {
    match kind {
        PdfEdition::Print => Medium::Print,
        PdfEdition::Screen => Medium::Screen,
    }
}

/// A press that keeps what it set, so that a rebuild in the same process costs little more than what changed.
pub struct Press {
    world: BookWorld,
}

impl std::fmt::Debug for Press {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Press").finish_non_exhaustive()
    }
}

impl Default for Press {
    fn default() -> Self {
        Self::new()
    }
}

impl Press {
    /// A press that has set nothing yet.
    pub fn new() -> Self {
        Self { world: BookWorld::new() }
    }

    /// Sets one edition as a PDF.
    pub fn export(&mut self, edition: &Edition, kind: PdfEdition, diagnostics: &mut Diagnostics) -> Result<Output, Error> {
        let layout = self.lay_out(edition, kind, diagnostics)?;
        self.print(edition, &layout, diagnostics)
    }

    /// Sets the pages of one edition, to be printed or to be looked at.
    pub fn lay_out(&mut self, edition: &Edition, kind: PdfEdition, diagnostics: &mut Diagnostics) -> Result<Layout, Error> {
        let view = edition.view(medium(kind));
        let laid = self.set(view.as_ref().unwrap_or(edition), kind, diagnostics)?;
        Ok(Layout { kind, view, laid })
    }

    /// Makes a PDF of pages that this press has set last.
    pub fn print(&self, edition: &Edition, layout: &Layout, diagnostics: &mut Diagnostics) -> Result<Output, Error> {
        let edition = layout.view.as_ref().unwrap_or(edition);
        layout.laid.tell(edition, layout.kind, diagnostics);
        let bytes = self.convert(edition, layout.kind, &layout.laid.document, &layout.laid.trace, diagnostics)?;
        let bytes = match layout.kind {
            PdfEdition::Print => finish(edition).apply(bytes)?,
            PdfEdition::Screen => bytes,
        };
        Ok(Output {
            bytes,
            pages: Some(layout.pages()),
        })
    }

    /// Where in the whole edition each page begins that this press has set last. Empty, unless it is the print edition of a
    /// book that asks for a page list.
    pub fn page_list(&self, edition: &Edition, layout: &Layout) -> PageList {
        let kept = layout
            .view
            .as_ref()
            .map(|_| only::kept(&edition.document, medium(layout.kind)));
        let shown = layout.view.as_ref().unwrap_or(edition);
        starts::page_list(&layout.laid.document, &layout.laid.trace, &self.world, shown, kept.as_deref())
    }

    /// Sets the pages of the print edition for the page list. Where that fails, what is told stands beside the setting.
    pub fn lay_out_for_list(&mut self, edition: &Edition, diagnostics: &mut Diagnostics) -> Result<Layout, Error> {
        let layout = self.lay_out(edition, PdfEdition::Print, diagnostics);
        if layout.is_err() {
            page_list::report_failure(edition, diagnostics);
        }
        layout
    }

    /// How many pages an edition has, or `None` where Typst cannot set it, which making the PDF then tells.
    pub fn pages(&mut self, edition: &Edition, kind: PdfEdition) -> Option<usize> {
        let layout = self.lay_out(edition, kind, &mut Diagnostics::default());
        layout.ok().map(|layout| layout.pages())
    }

    /// Sets the pages of an edition and reads them as they were laid out.
    pub fn lay(&mut self, edition: &Edition, kind: PdfEdition, diagnostics: &mut Diagnostics) -> Result<pages::Pages, Error> {
        Ok(self.lay_out(edition, kind, diagnostics)?.laid.pages)
    }

    /// Sets the pages, and sets them again where that mends something.
    fn set(&mut self, edition: &Edition, kind: PdfEdition, diagnostics: &mut Diagnostics) -> Result<Laid, Error> {
        self.world.set_fonts(&edition.assets.fonts);
        let mut mends = Mends::default();
        let mut best: Option<Laid> = None;
        for _ in 0..=mends::MOST_ROUNDS {
            let (files, trace) = markup::write(edition, kind, &mends);
            self.world.set_files(files);
            let result = typst::compile::<PagedDocument>(&self.world);
            let document = match result.output {
                Ok(document) => document,
                Err(errors) => {
                    trace.report(&self.world, &result.warnings, Severity::Warning, diagnostics);
                    trace.report(&self.world, &errors, Severity::Error, diagnostics);
                    return Err(failure("setting the pages", &errors));
                }
            };
            let pages = pages::read(&document, edition, kind, &self.world, &trace);
            let goes_on = mends.take(&pages);
            let laid = Laid {
                faults: Mends::faults(&pages),
                document,
                trace,
                pages,
                warnings: result.warnings,
                sources: self.world.sources(),
            };
            // Mending one page may harm another; what harmed is not kept.
            if best.as_ref().is_none_or(|best| laid.faults <= best.faults) {
                best = Some(laid);
            }
            if !goes_on {
                break;
            }
        }
        typst::comemo::evict(KEPT_BUILDS);
        let laid = best.ok_or_else(|| Error::new("setting the pages"))?;
        // Places in what is kept are those of the files that it was set from.
        self.world.restore(laid.sources.clone());
        laid.trace.report(&self.world, &laid.warnings, Severity::Warning, diagnostics);
        Ok(laid)
    }

    /// Turns pages into a PDF.
    ///
    /// The screen edition claims PDF/UA-1 and, if the book has a date, which an archive file must (ISO 19005-2, 6.6.2),
    /// PDF/A-2a. Where the book breaks a rule of theirs, such as text that no font
    /// can show, each fault is a warning and the file is made without the claim: a book that can be read is better than none.
    fn convert(
        &self,
        edition: &Edition,
        kind: PdfEdition,
        document: &PagedDocument,
        trace: &Trace,
        diagnostics: &mut Diagnostics,
    ) -> Result<Vec<u8>, Error> {
        let world: &dyn World = &self.world;
        let claimed = match kind {
            PdfEdition::Print => None,
            PdfEdition::Screen if front::date_of(edition).is_some() => Some(&[PdfStandard::Ua_1, PdfStandard::A_2a][..]),
            PdfEdition::Screen => Some(&[PdfStandard::Ua_1][..]),
        };
        if let Some(standards) = claimed.and_then(|list| PdfStandards::new(list).ok()) {
            match typst_pdf::pdf(document, &options(edition, kind, standards)) {
                Ok(bytes) => return Ok(bytes),
                Err(mut errors) => {
                    diagnostics
                        .report(
                            &codes::NOT_PDF_UA,
                            None,
                            "the screen PDF is written without the claim to be PDF/UA-1",
                        )
                        .hint("it is claimed once the other messages, such as those on glyphs, are mended");
                    // Characters that no font has were reported before, each once and at its place.
                    errors.retain(|error| !error.message.contains("could not be displayed with font"));
                    trace.report(world, &errors, Severity::Warning, diagnostics);
                }
            }
        }
        typst_pdf::pdf(document, &options(edition, kind, PdfStandards::default())).map_err(|errors| {
            trace.report(world, &errors, Severity::Error, diagnostics);
            failure("writing the PDF", &errors)
        })
    }
}

/// Pages that are set.
struct Laid {
    document: PagedDocument,
    trace: Trace,
    pages: pages::Pages,
    warnings: EcoVec<SourceDiagnostic>,
    /// The files that they were set from.
    sources: world::Sources,
    /// How many faults they have of those that another round may mend.
    faults: usize,
}

impl Laid {
    /// Reports what only the author can mend, once: of the print edition where that is made, else of the other, whose lines
    /// break where those of print do.
    fn tell(&self, edition: &Edition, kind: PdfEdition, diagnostics: &mut Diagnostics) {
        let editions = &edition.settings.editions;
        if kind == PdfEdition::Print || !editions.contains(&PdfEdition::Print) {
            pages::messages::report(&self.pages, diagnostics);
        }
    }
}

/// The pages of an edition, set and not yet printed.
pub struct Layout {
    kind: PdfEdition,
    /// The edition as this output shows it, where that is not all of it.
    view: Option<Edition>,
    laid: Laid,
}

impl std::fmt::Debug for Layout {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Layout")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Layout {
    /// How many pages there are.
    pub fn pages(&self) -> usize {
        self.laid.document.pages().len()
    }
}

/// Options under which the same book gives the same bytes: nothing is taken from the clock or from the machine.
fn options(edition: &Edition, kind: PdfEdition, standards: PdfStandards) -> PdfOptions {
    let settings = &edition.settings;
    let identity = settings.identifier.as_deref().unwrap_or(&settings.title);
    PdfOptions {
        ident: Smart::Custom(format!("{identity}#{}", kind.name())),
        creator: Smart::Custom(Some(provenance::identification(edition))),
        timestamp: None,
        page_ranges: None,
        standards,
        tagged: kind == PdfEdition::Screen,
        pretty: false,
    }
}

/// What the press needs beside the pages: its inks, and marks where it asks for them.
fn finish(edition: &Edition) -> Finish {
    let inks = match edition.settings.printed_colours() {
        Colour::Grey => Some(Inks::Grey),
        Colour::Cmyk => Some(Inks::Cmyk),
        Colour::Rgb | Colour::Spot => None,
    };
    Finish {
        separation: inks.map(|inks| Separation {
            inks,
            black: Some(edition.theme.colours.text.light.rgb),
            mixed: edition.theme.inks.clone(),
        }),
        marks: edition.settings.print.crop_marks,
    }
}

fn failure(doing: &str, errors: &EcoVec<SourceDiagnostic>) -> Error {
    match errors.first() {
        Some(first) => Error::caused(doing, first.message.to_string()),
        None => Error::new(doing),
    }
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
