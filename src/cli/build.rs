//! `publish [build]`: the manuscript's books, written to `dist/`.

use super::messages::Messages;
use super::{BuildArgs, Format};
use indicatif::{ProgressBar, ProgressStyle};
use publish::backends::{Output, epub, pdf};
use publish::diag::Diagnostics;
use publish::edition::Edition;
use publish::manuscript::settings::PdfEdition;
use publish::{Error, manuscript, release};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// One file to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    Epub,
    Pdf(PdfEdition),
}

/// A file that was made, and how long it took.
struct Made {
    name: String,
    output: Output,
    time: Duration,
}

pub(super) fn run(args: &BuildArgs) -> ExitCode {
    let messages = Messages::new(&args.common);
    let Some(folder) = messages.open() else {
        return ExitCode::FAILURE;
    };
    let bar = if messages.interactive() {
        ProgressBar::new(3)
    } else {
        ProgressBar::hidden()
    };
    let style = ProgressStyle::with_template("{bar:24} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar.set_message("reading the manuscript");

    let start = Instant::now();
    let mut diagnostics = Diagnostics::default();
    let manuscript = manuscript::read(folder, &mut diagnostics);
    let read = start.elapsed();
    let edition = Edition::bind(manuscript, args.chapters.as_ref(), &mut diagnostics);
    if args.common.verbose {
        let bound = start.elapsed() - read;
        messages.say(&format!(
            "read in {} ms, bound in {} ms\n",
            read.as_millis(),
            bound.as_millis()
        ));
    }
    let draft = args.chapters.is_some();
    let jobs = jobs(args, &edition);
    bar.set_length(jobs.len() as u64 + 1);
    let mut made = Vec::new();
    let mut failure = None;
    if messages.weigh(&mut diagnostics, &edition.settings) {
        for job in jobs {
            bar.inc(1);
            bar.set_message(format!("making {}", name(&edition, job, draft)));
            match make(&edition, job, draft, &mut diagnostics) {
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
    let good = messages.weigh(&mut diagnostics, &edition.settings);
    let written = match failure {
        Some(error) => Err(error),
        None if good => write(args, &made),
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

/// What is to be made: the formats asked for, in a fixed order, each once.
fn jobs(args: &BuildArgs, edition: &Edition) -> Vec<Job> {
    let asked = |format| args.format.contains(&format) || args.format.contains(&Format::All);
    // To ask for an edition is to ask for a PDF.
    let (epub, pdf) = match (args.format.is_empty(), args.edition.is_empty()) {
        (true, true) => (true, true),
        (true, false) => (false, true),
        (false, _) => (asked(Format::Epub), asked(Format::Pdf)),
    };
    let mut jobs = Vec::new();
    if epub {
        jobs.push(Job::Epub);
    }
    if pdf {
        let named: Vec<PdfEdition> = args.edition.iter().map(|edition| (*edition).into()).collect();
        let editions = if named.is_empty() {
            &edition.settings.editions
        } else {
            &named
        };
        jobs.extend(
            [PdfEdition::Print, PdfEdition::Screen]
                .into_iter()
                .filter(|kind| editions.contains(kind))
                .map(Job::Pdf),
        );
    }
    jobs
}

/// The file's name: the title in the form of a slug, and for PDFs the edition.
///
/// A draft of some chapters does not take the place of the whole book.
fn name(edition: &Edition, job: Job, draft: bool) -> String {
    let slug = publish::manuscript::slugs::slug(&edition.settings.title);
    let slug = file_stem(&slug);
    let slug = if draft { format!("{slug}-draft") } else { slug };
    match job {
        Job::Epub => format!("{slug}.epub"),
        Job::Pdf(kind) => format!("{slug}-{}.pdf", kind.name()),
    }
}

/// A slug that any file system takes as a name: no longer than 100 bytes, without dashes at its ends.
fn file_stem(slug: &str) -> String {
    let mut stem = slug.trim_matches('-').to_owned();
    while stem.len() > 100 {
        stem.pop();
    }
    if stem.is_empty() { "book".to_owned() } else { stem }
}

fn make(edition: &Edition, job: Job, draft: bool, diagnostics: &mut Diagnostics) -> Result<Made, Error> {
    let start = Instant::now();
    let output = match job {
        Job::Epub => epub::export(edition, diagnostics)?,
        Job::Pdf(kind) => pdf::export(edition, kind, diagnostics)?,
    };
    Ok(Made {
        name: name(edition, job, draft),
        output,
        time: start.elapsed(),
    })
}

/// Writes all files, and gives their paths.
fn write(args: &BuildArgs, made: &[Made]) -> Result<Vec<PathBuf>, Error> {
    let files: Vec<(String, &[u8])> = made
        .iter()
        .map(|file| (file.name.clone(), file.output.bytes.as_slice()))
        .collect();
    release::write(&args.out, &files)
}

/// One line for each file.
fn show_files(paths: &[PathBuf], made: &[Made], args: &BuildArgs, messages: &Messages<'_>) {
    for (path, file) in paths.iter().zip(made) {
        let size = file.output.bytes.len();
        if messages.json() {
            let line = serde_json::json!({ "file": path, "bytes": size, "pages": file.output.pages, "milliseconds": file.time.as_millis() });
            messages.tell(&format!("{line}\n"));
        } else if !args.common.quiet {
            let pages = file.output.pages.map_or_else(String::new, |pages| format!(", {pages} pages"));
            let kilobytes = size.div_ceil(1000);
            messages.say(&format!(
                "{}  {kilobytes} kB{pages}, {:.1} s\n",
                path.display(),
                file.time.as_secs_f64()
            ));
        }
    }
}
