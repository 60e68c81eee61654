//! What each stage costs on this repository's book, and on 4 and 16 copies of it: `cargo bench`.
//!
//! CPU time of the process (all threads), the least of several runs. The growth from 1 to 16 copies is shown, and what a
//! rebuild after one edited paragraph costs beside a first build.

use publish::backends::pdf::{self, Press};
use publish::backends::{Output, epub};
use publish::diag::Diagnostics;
use publish::document::walk::{self, Visitor};
use publish::document::{Inline, InlineKind};
use publish::edition::Edition;
use publish::manuscript::settings::PdfEdition;
use publish::manuscript::{self, Folder};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// As in the command itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut out = std::io::stdout();
    let mut say = |line: String| writeln!(out, "{line}").expect("standard output");
    let mut epub_costs = Vec::new();
    for copies in [1, 4, 16] {
        let folder = copies_of_the_book(copies);
        let runs = if copies == 16 { 3 } else { 7 };
        let read = least(runs, || read(folder.path()));
        let bound = least(runs, || bind(folder.path()));
        let edition = bind(folder.path());
        let made = least(runs, || epub_of(&edition));
        let all = least(runs, || epub_of(&bind(folder.path())));
        epub_costs.push(all.0);
        say(format!(
            "{copies:>2}x  read {:>6.1} ms   read and bound {:>6.1} ms   EPUB {:>6.1} ms   manuscript to EPUB {:>6.1} ms",
            read.0, bound.0, made.0, all.0
        ));
        let set = least(if copies == 16 { 1 } else { 3 }, || {
            let output = pdf_of(&edition);
            comemo::evict(0);
            output
        });
        say(format!(
            "     PDF {:>8.1} ms, {} pages, peak memory so far {} MB",
            set.0,
            set.1.pages.unwrap_or(0),
            peak_memory()
        ));
    }
    say(format!(
        "EPUB from 1x to 16x: {:.2} of linear",
        epub_costs[2] / epub_costs[0] / 16.0
    ));
    rebuild(&mut say);
}

/// One paragraph edited, in the same process.
fn rebuild(say: &mut impl FnMut(String)) {
    let folder = copies_of_the_book(4);
    let mut edition = bind(folder.path());
    comemo::evict(0);
    let mut press = Press::new();
    let first = cost(|| {
        press
            .export(&edition, PdfEdition::Print, &mut Diagnostics::default())
            .expect("a PDF")
    });
    let mut rebuilds = Vec::new();
    for round in 0..5 {
        walk::walk(&mut edition.document, &mut EditOne { at: 40, round });
        rebuilds.push(
            cost(|| {
                press
                    .export(&edition, PdfEdition::Print, &mut Diagnostics::default())
                    .expect("a PDF")
            })
            .0,
        );
    }
    rebuilds.sort_by(f64::total_cmp);
    say(format!(
        "4x  first build {:.0} ms, after one edited paragraph {:.0} ms ({:.2})",
        first.0,
        rebuilds[2],
        rebuilds[2] / first.0
    ));
}

/// Adds a word to one run of text.
struct EditOne {
    at: i32,
    round: i32,
}

impl Visitor for EditOne {
    fn inline(&mut self, inline: &mut Inline) {
        if let InlineKind::Text(text) = &mut inline.kind
            && text.len() > 100
        {
            self.at -= 1;
            if self.at == 0 {
                text.push_str(&format!(" And edit {}.", self.round));
            }
        }
    }
}

fn read(folder: &Path) -> manuscript::Manuscript {
    manuscript::read(Folder::open(folder).expect("a book"), &mut Diagnostics::default())
}

fn bind(folder: &Path) -> Edition {
    let mut diagnostics = Diagnostics::default();
    let manuscript = manuscript::read(Folder::open(folder).expect("a book"), &mut diagnostics);
    Edition::bind(manuscript, None, &mut diagnostics)
}

fn epub_of(edition: &Edition) -> Output {
    epub::export(edition, &mut Diagnostics::default()).expect("an EPUB")
}

fn pdf_of(edition: &Edition) -> Output {
    pdf::export(edition, PdfEdition::Print, &mut Diagnostics::default()).expect("a PDF")
}

/// The book, its chapters copied under new names and ids.
fn copies_of_the_book(copies: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let book = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("manuscript");
    std::fs::write(
        folder.path().join("book.toml"),
        "[book]\ntitle = \"Copies\"\nauthors = [\"A\"]\nlanguage = \"en\"\n",
    )
    .expect("book.toml");
    for entry in std::fs::read_dir(book).expect("the book").flatten() {
        let name = entry.file_name().into_string().expect("a name");
        if !name.ends_with(".md") || name == "outline.md" {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).expect("a chapter");
        for copy in 0..copies {
            let text = text
                .replace("{#", &format!("{{#c{copy}-"))
                .replace("](#", &format!("](#c{copy}-"));
            std::fs::write(folder.path().join(format!("{copy:02}-{name}")), text).expect("a chapter");
        }
    }
    folder
}

/// The least CPU time of several runs in ms, and what the last one gave.
fn least<T>(runs: usize, mut run: impl FnMut() -> T) -> (f64, T) {
    let mut best = cost(&mut run);
    for _ in 1..runs {
        let next = cost(&mut run);
        best = (best.0.min(next.0), next.1);
    }
    best
}

fn cost<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let before = cpu_time::ProcessTime::now();
    let value = run();
    (before.elapsed().as_secs_f64() * 1000.0, value)
}

/// The peak of resident memory in MB (Linux: VmHWM).
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1))
        .and_then(|field| field.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}
