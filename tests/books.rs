//! Whole books: this repository's own and those in `tests/books`, each built twice, compared byte for byte, and judged by
//! EPUBCheck, by Ace, by two reading systems in a browser, by a validator of PDF/UA-1, and by readers that are not Typst.

mod support;

use page_validation::{ValidationOptions, ValidationProfile, validate_pdf_bytes};
use publish::diag::{Severity, render};
use publish::manuscript::settings::PdfEdition;
use std::path::Path;
use std::process::Command;
use support::Book;

#[test]
fn this_repositorys_book_is_whole() {
    judge(&support::root().join("manuscript"));
}

#[test]
fn every_book_of_the_tests_is_whole() {
    let mut books = 0;
    let mut folders: Vec<_> = std::fs::read_dir(support::root().join("tests/books"))
        .expect("the books")
        .flatten()
        .collect();
    folders.sort_by_key(|folder| folder.path());
    for folder in folders.iter().filter(|folder| folder.path().is_dir()) {
        judge(&folder.path());
        books += 1;
    }
    assert!(books > 0, "there is no book in tests/books");
}

fn judge(folder: &Path) {
    let (mut first, mut second) = (Book::read(folder), Book::read(folder));
    let said = render::human(&first.diagnostics, &first.edition.sources, false);
    assert_eq!(first.diagnostics.count(Severity::Error), 0, "{said}");
    let output = tempfile::tempdir().expect("a temporary folder");

    let epub = first.epub();
    assert!(
        epub == second.epub(),
        "the EPUB of {} differs when it is built twice",
        folder.display()
    );
    let path = output.path().join("book.epub");
    std::fs::write(&path, epub).expect("the EPUB");
    judge_sample(&mut first, output.path());
    std::thread::scope(|scope| {
        // The browsers wait more than they work, so the PDFs are made meanwhile.
        scope.spawn(|| {
            support::epubcheck(&path);
            support::ace(&path);
            support::read_in_browsers(&path);
        });
        judge_pdfs(&mut first, &mut second, folder, output.path());
    });
}

/// The sample of a book that has one.
fn judge_sample(book: &mut Book, output: &Path) {
    let Some(edition) = publish::sample::of(&book.edition) else {
        return;
    };
    let sample = publish::backends::epub::export(&edition, &mut book.diagnostics).expect("an EPUB");
    let path = output.join("sample.epub");
    std::fs::write(&path, sample.bytes).expect("the EPUB");
    support::epubcheck(&path);
    support::ace(&path);
    let pdf = publish::backends::pdf::export(&edition, PdfEdition::Screen, &mut book.diagnostics).expect("a PDF");
    is_accessible(&pdf.bytes);
}

fn judge_pdfs(first: &mut Book, second: &mut Book, folder: &Path, output: &Path) {
    for kind in [PdfEdition::Print, PdfEdition::Screen] {
        let pdf = first.pdf(kind);
        assert!(
            pdf == second.pdf(kind),
            "the {} PDF of {} differs when it is built twice",
            kind.name(),
            folder.display()
        );
        if kind == PdfEdition::Screen {
            is_accessible(&pdf);
        }
        let path = output.join(format!("{}.pdf", kind.name()));
        std::fs::write(&path, pdf).expect("the PDF");
        check_structure(&path, kind, first);
    }
}

/// PDF/UA-1 (ISO 14289-1).
fn is_accessible(pdf: &[u8]) {
    let options = ValidationOptions::default().profile(ValidationProfile::PdfUa1);
    let report = validate_pdf_bytes(pdf, &options).expect("a report");
    let text = format!("{report:?}");
    assert!(
        report.is_compliant,
        "the screen PDF is not PDF/UA-1:\n{}",
        text.chars().take(4000).collect::<String>()
    );
}

/// Page size, embedded fonts, title, language, tags, bookmarks, page labels and links, as pikepdf reads them.
fn check_structure(path: &Path, kind: PdfEdition, book: &Book) {
    let Some(validators) = support::validators() else { return };
    let settings = &book.edition.settings;
    let output = Command::new(validators.join("bin/python"))
        .arg(support::root().join("tests/validators/check_pdf.py"))
        .arg(path)
        .arg(kind.name())
        .args([settings.title.as_str(), &settings.language])
        .args([settings.print.width.to_string(), settings.print.height.to_string()])
        .output()
        .expect("Python");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} PDF: {said}", kind.name());
}
