//! `publish [build]`: the manuscript's books, written to `dist/`.

use super::messages::Messages;
use super::preflight::source_of;
use super::{BuildArgs, Format};
use indicatif::{ProgressBar, ProgressStyle};
use publish::backends::{Output, epub, pdf};
use publish::diag::{Diagnostics, codes};
use publish::edition::Edition;
use publish::manuscript::Folder;
use publish::manuscript::settings::PdfEdition;
use publish::press::store::Weight;
use publish::release::manifest::{Entry, Manifest};
use publish::{Error, manuscript, press, provenance, release, sample};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// One file to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    Epub,
    Pdf(PdfEdition),
    Cover,
    SampleEpub,
    SamplePdf(PdfEdition),
}

impl Job {
    fn is_of_sample(self) -> bool {
        matches!(self, Self::SampleEpub | Self::SamplePdf(_))
    }
}

/// A file that was made, and how long it took.
pub(super) struct Made {
    pub(super) name: String,
    pub(super) output: Output,
    time: Duration,
}

/// What a run has made, in memory.
pub(super) struct Built {
    pub(super) edition: Edition,
    pub(super) diagnostics: Diagnostics,
    pub(super) made: Vec<Made>,
    /// Why a file could not be made.
    pub(super) failure: Option<Error>,
}

/// What to make of which manuscript.
pub(super) struct Order<'a> {
    pub(super) folder: &'a Folder,
    pub(super) args: &'a BuildArgs,
    /// The commit of the manuscript, where it is known.
    pub(super) commit: Option<String>,
    /// Of all files that could be made, which are, by their names.
    pub(super) wanted: &'a dyn Fn(&str) -> bool,
}

pub(super) fn run(args: &BuildArgs) -> ExitCode {
    let messages = Messages::new(&args.common);
    let Some(folder) = messages.open() else {
        return ExitCode::FAILURE;
    };
    let order = Order {
        folder: &folder,
        args,
        commit: provenance::commit_of(folder.root()),
        wanted: &|_| true,
    };
    let Built {
        edition,
        mut diagnostics,
        made,
        failure,
    } = build(&order, &messages);
    let good = messages.weigh(&mut diagnostics, &edition.settings);
    let written = match failure {
        Some(error) => Err(error),
        None if good => write(args, &edition, &made),
        None => Ok(Vec::new()),
    };
    messages.show(&mut diagnostics, &edition.sources, written.as_ref().err());
    match written {
        Ok(paths) if good => {
            show_files(&paths, &made, args, &messages);
            ExitCode::SUCCESS
        }
        _ => {
            messages.say("nothing was written; what was built before is as it was\n");
            ExitCode::FAILURE
        }
    }
}

/// Makes what is wanted, and writes nothing.
pub(super) fn build(order: &Order<'_>, messages: &Messages<'_>) -> Built {
    let bar = bar(messages);
    bar.set_message("reading the manuscript");
    let (edition, mut diagnostics) = bind(order, None, messages);
    let draft = order.args.chapters.is_some();
    let wanted = |job: &Job| (order.wanted)(&name(&edition, *job, draft));
    let jobs: Vec<Job> = jobs(order.args, &edition).into_iter().filter(wanted).collect();
    let (edition, mut diagnostics) = match gutter(order, &edition, &jobs, &bar, messages) {
        Some(bound) => bound,
        None => (edition, std::mem::take(&mut diagnostics)),
    };
    let sample = sample_of(&edition, &jobs, &mut diagnostics);
    bar.set_length(jobs.len() as u64 + 1);
    let mut made = Vec::new();
    let mut failure = None;
    if messages.weigh(&mut diagnostics, &edition.settings) {
        let mut printed = Printed::default();
        for job in jobs {
            bar.inc(1);
            bar.set_message(format!("making {}", name(&edition, job, draft)));
            let edition = sample.as_ref().filter(|_| job.is_of_sample()).unwrap_or(&edition);
            match make(edition, job, draft, (&made, &mut printed), &mut diagnostics) {
                Ok(file) => made.push(file),
                Err(error) => failure = Some(error),
            }
        }
    }
    bar.finish_and_clear();
    if !draft {
        // A draft leaves out chapters, and with them what may be said of them.
        diagnostics.report_unused(false);
    }
    Built {
        edition,
        diagnostics,
        made,
        failure,
    }
}

fn bar(messages: &Messages<'_>) -> ProgressBar {
    let bar = if messages.interactive() {
        ProgressBar::new(3)
    } else {
        ProgressBar::hidden()
    };
    let style = ProgressStyle::with_template("{bar:24} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar
}

/// Reads the manuscript and settles the edition, with a margin at the spine, in pt, if it is known by now.
fn bind(order: &Order<'_>, inside: Option<f64>, messages: &Messages<'_>) -> (Edition, Diagnostics) {
    let Order { folder, args, .. } = order;
    let start = Instant::now();
    let mut diagnostics = Diagnostics::default();
    let mut manuscript = manuscript::read((*folder).clone(), &mut diagnostics);
    if let Some(inside) = inside {
        manuscript.settings.print.inside = inside;
    }
    let read = start.elapsed();
    let mut edition = Edition::bind(manuscript, args.chapters.as_ref(), &mut diagnostics);
    edition.commit.clone_from(&order.commit);
    if args.common.verbose {
        let bound = start.elapsed() - read;
        messages.say(&format!(
            "read in {} ms, bound in {} ms\n",
            read.as_millis(),
            bound.as_millis()
        ));
    }
    (edition, diagnostics)
}

/// The margin at the spine that a press asks for grows with the number of pages, and the pages grow with the margin: sets
/// the book until both agree. Gives the edition that does, if it is another one.
///
/// The margin only ever grows here, and a profile has a last one, so this comes to an end.
fn gutter(
    order: &Order<'_>,
    edition: &Edition,
    jobs: &[Job],
    bar: &ProgressBar,
    messages: &Messages<'_>,
) -> Option<(Edition, Diagnostics)> {
    let listed = edition.settings.page_list.is_some();
    let counts = |job: &Job| match job {
        Job::Pdf(PdfEdition::Print) | Job::Cover => true,
        Job::Epub => listed,
        Job::Pdf(PdfEdition::Screen) | Job::SampleEpub | Job::SamplePdf(_) => false,
    };
    if !edition.settings.print.auto_inside || !jobs.iter().any(counts) {
        return None;
    }
    bar.set_message("finding the margin at the spine");
    let mut press = pdf::Press::new();
    let mut found: Option<(Edition, Diagnostics)> = None;
    loop {
        let current = found.as_ref().map_or(edition, |(edition, _)| edition);
        let pages = press.pages(current, PdfEdition::Print)?;
        let needed = current.settings.gutter(pages).unwrap_or(0.0);
        if needed <= current.settings.print.inside {
            return found;
        }
        found = Some(bind(order, Some(needed), messages));
    }
}

/// What the press would refuse of the print PDF, and the stores of the EPUB.
fn preflight(edition: &Edition, job: Job, output: &Output, diagnostics: &mut Diagnostics) {
    if job == Job::Epub {
        return preflight_epub(edition, output, diagnostics);
    }
    let Some(profile) = edition
        .settings
        .profile
        .as_ref()
        .filter(|_| job == Job::Pdf(PdfEdition::Print))
    else {
        return;
    };
    for finding in press::preflight::judge_pdf(output.bytes.clone(), profile) {
        let places = finding.places();
        let on = if places.is_empty() {
            String::new()
        } else {
            format!(" on {places}")
        };
        diagnostics
            .report(&codes::PREFLIGHT, None, format!("{}{on}", finding.message))
            .hint(source_of(&finding, &profile.name, &profile.as_of));
    }
}

/// What stores would refuse or lose; what they only advise is for `publish preflight` to say.
fn preflight_epub(edition: &Edition, output: &Output, diagnostics: &mut Diagnostics) {
    if edition.settings.stores.is_empty() {
        return;
    }
    let book = press::preflight::epub::Book::read(&output.bytes);
    for profile in &edition.settings.stores {
        let Some(store) = &profile.epub else { continue };
        for finding in book.judge(store).iter().filter(|finding| finding.weight != Weight::Advised) {
            let places = finding.places();
            let place = if places.is_empty() {
                String::new()
            } else {
                format!(" ({places})")
            };
            let message = format!("{}: {}{place}", store.name, finding.message);
            let diagnostic = diagnostics.report(&codes::PREFLIGHT, None, message);
            diagnostic.hint(source_of(finding, &store.name, &profile.as_of));
            if matches!(finding.rule, "svg-text" | "svg-view-box") {
                diagnostic.hint("`figure-text = \"outlines\"` under [epub] makes figures that it shows");
            }
        }
    }
}

/// What is to be made: the formats asked for, in a fixed order, each once.
fn jobs(args: &BuildArgs, edition: &Edition) -> Vec<Job> {
    let asked = |format| args.format.contains(&format) || args.format.contains(&Format::All);
    // To ask for an edition is to ask for a PDF.
    let (epub, pdf) = match (args.format.is_empty(), args.edition.is_empty()) {
        (true, true) => (true, true),
        (true, false) => (false, true),
        (false, _) => (asked(Format::Epub), asked(Format::Pdf)),
    };
    let named: Vec<PdfEdition> = args.edition.iter().map(|edition| (*edition).into()).collect();
    let settings = &edition.settings;
    if args.sample {
        let kinds = if named.is_empty() { vec![PdfEdition::Screen] } else { named };
        let pdfs = kinds.into_iter().filter(|_| pdf).map(Job::SamplePdf);
        return epub.then_some(Job::SampleEpub).into_iter().chain(pdfs).collect();
    }
    let mut jobs = Vec::new();
    if epub {
        // A draft is of the book, whatever else is built.
        jobs.extend((settings.full_epub || args.chapters.is_some()).then_some(Job::Epub));
    }
    if pdf {
        let editions = if named.is_empty() { &settings.editions } else { &named };
        jobs.extend(
            [PdfEdition::Print, PdfEdition::Screen]
                .into_iter()
                .filter(|kind| editions.contains(kind))
                .map(Job::Pdf),
        );
    }
    if args.chapters.is_none() {
        let sample = settings.sample_editions;
        jobs.extend((epub && sample.epub).then_some(Job::SampleEpub));
        let pdf = pdf && sample.pdf && named.is_empty();
        jobs.extend(pdf.then_some(Job::SamplePdf(PdfEdition::Screen)));
    }
    if asked_for(args, Format::Cover) {
        jobs.push(Job::Cover);
    }
    jobs
}

/// The sample, if any of the files is of it.
fn sample_of(edition: &Edition, jobs: &[Job], diagnostics: &mut Diagnostics) -> Option<Edition> {
    if !jobs.iter().any(|job| job.is_of_sample()) {
        return None;
    }
    let sample = sample::of(edition);
    // What is wrong with book.toml may have been told already, with its place.
    if sample.is_none() && !diagnostics.has_errors() {
        diagnostics
            .report(
                &codes::MISSING_KEY,
                None,
                "book.toml has no [sample], so nobody can say what is in it",
            )
            .hint("write `[sample]`, and below it `chapters = [\"introduction\", \"1\"]`");
    }
    sample
}

/// Whether a format is named on the command line.
fn asked_for(args: &BuildArgs, format: Format) -> bool {
    args.format.contains(&format)
}

/// The file's name: the title in the form of a slug, and for PDFs the edition.
///
/// A draft of some chapters does not take the place of the whole book.
fn name(edition: &Edition, job: Job, draft: bool) -> String {
    let slug = publish::manuscript::slugs::stem(&edition.settings.title);
    let slug = if draft { format!("{slug}-draft") } else { slug };
    match job {
        Job::Epub => format!("{slug}.epub"),
        Job::Pdf(kind) => format!("{slug}-{}.pdf", kind.name()),
        Job::Cover => format!("{slug}-cover.pdf"),
        Job::SampleEpub => format!("{slug}-sample.epub"),
        Job::SamplePdf(PdfEdition::Screen) => format!("{slug}-sample.pdf"),
        Job::SamplePdf(PdfEdition::Print) => format!("{slug}-sample-print.pdf"),
    }
}

/// The names of all files that a build makes when nothing else is asked for.
pub(super) fn names(edition: &Edition) -> Vec<String> {
    let settings = &edition.settings;
    let pdfs = settings.editions.iter().map(|kind| Job::Pdf(*kind));
    let samples = settings.sample_editions;
    settings
        .full_epub
        .then_some(Job::Epub)
        .into_iter()
        .chain(pdfs)
        .chain(samples.epub.then_some(Job::SampleEpub))
        .chain(samples.pdf.then_some(Job::SamplePdf(PdfEdition::Screen)))
        .map(|job| name(edition, job, false))
        .collect()
}

/// The name of the book's first file.
pub(super) fn main_name(edition: &Edition) -> String {
    name(edition, Job::Epub, false)
}

/// The pages of the print edition, which two files of a run may need: set once, by whoever comes first.
#[derive(Default)]
struct Printed {
    layout: Option<(pdf::Press, pdf::Layout)>,
}

impl Printed {
    fn lay_out(&mut self, edition: &Edition, diagnostics: &mut Diagnostics) -> Result<&(pdf::Press, pdf::Layout), Error> {
        let layout = match self.layout.take() {
            Some(layout) => layout,
            None => {
                let mut press = pdf::Press::new();
                let layout = press.lay_out_for_list(edition, diagnostics)?;
                (press, layout)
            }
        };
        Ok(self.layout.insert(layout))
    }

    fn epub(&mut self, edition: &Edition, diagnostics: &mut Diagnostics) -> Result<Output, Error> {
        let (press, layout) = self.lay_out(edition, diagnostics)?;
        let list = press.page_list(edition, layout);
        epub::export_with(edition, Some(&list), diagnostics)
    }

    fn pdf(&mut self, edition: &Edition, diagnostics: &mut Diagnostics) -> Result<Output, Error> {
        let (press, layout) = self.lay_out(edition, diagnostics)?;
        press.print(edition, layout, diagnostics)
    }
}

fn make(
    edition: &Edition,
    job: Job,
    draft: bool,
    (made, printed): (&[Made], &mut Printed),
    diagnostics: &mut Diagnostics,
) -> Result<Made, Error> {
    let start = Instant::now();
    let listed = edition.settings.page_list.is_some();
    let output = match job {
        Job::Epub if listed => printed.epub(edition, diagnostics)?,
        Job::Pdf(PdfEdition::Print) if listed => printed.pdf(edition, diagnostics)?,
        Job::Epub | Job::SampleEpub => epub::export(edition, diagnostics)?,
        Job::Pdf(kind) | Job::SamplePdf(kind) => pdf::export(edition, kind, diagnostics)?,
        Job::Cover => pdf::wrap(edition, printed_pages(edition, draft, made)?)?,
    };
    // A draft has not the pages of the book.
    if !draft {
        preflight(edition, job, &output, diagnostics);
    }
    Ok(Made {
        name: name(edition, job, draft),
        output,
        time: start.elapsed(),
    })
}

/// How many pages the print edition has: that of this run, or one that is set to be counted.
fn printed_pages(edition: &Edition, draft: bool, made: &[Made]) -> Result<usize, Error> {
    if draft {
        return Err(Error::new(
            "making the cover: a draft of some chapters has not the pages of the book",
        ));
    }
    let print = name(edition, Job::Pdf(PdfEdition::Print), draft);
    let made = made.iter().find(|file| file.name == print).and_then(|file| file.output.pages);
    made.or_else(|| pdf::Press::new().pages(edition, PdfEdition::Print))
        .ok_or_else(|| Error::new("making the cover: the print edition cannot be set, so its pages are not known"))
}

/// Writes all files, and gives their paths. Beside them stands a manifest, unless they are a draft.
fn write(args: &BuildArgs, edition: &Edition, made: &[Made]) -> Result<Vec<PathBuf>, Error> {
    let mut files: Vec<(String, &[u8])> = made
        .iter()
        .map(|file| (file.name.clone(), file.output.bytes.as_slice()))
        .collect();
    let manifest = manifest(args, edition, made).to_json();
    if args.chapters.is_none() {
        files.push((release::manifest::NAME.to_owned(), manifest.as_bytes()));
    }
    release::write(&args.out, &files)
}

/// What was made, and what of an earlier build is as it was.
fn manifest(args: &BuildArgs, edition: &Edition, made: &[Made]) -> Manifest {
    let entry = |file: &Made| Entry::of(&file.name, &file.output.bytes, file.output.pages);
    let manifest = Manifest {
        title: edition.settings.title.clone(),
        tool: provenance::tool(),
        commit: edition.commit.clone(),
        identification: provenance::identification(edition),
        files: made.iter().map(entry).collect(),
    };
    manifest.joined(&args.out)
}

/// One line for each file.
fn show_files(paths: &[PathBuf], made: &[Made], args: &BuildArgs, messages: &Messages<'_>) {
    for (path, file) in paths.iter().zip(made) {
        let size = file.output.bytes.len();
        if messages.json() {
            let line = serde_json::json!({ "file": path, "bytes": size, "pages": file.output.pages, "milliseconds": file.time.as_millis() });
            messages.tell(&format!("{line}\n"));
        } else if !args.common.quiet {
            let pages = file.output.pages.map_or_else(String::new, |pages| match pages {
                1 => ", 1 page".to_owned(),
                pages => format!(", {pages} pages"),
            });
            let kilobytes = size.div_ceil(1000);
            messages.say(&format!(
                "{}  {kilobytes} kB{pages}, {:.1} s\n",
                path.display(),
                file.time.as_secs_f64()
            ));
        }
    }
}
