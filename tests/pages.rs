//! The pages of this repository's book, as they are laid out, held against the rules of setting pages.

mod support;

use publish::backends::pdf::Press;
use publish::backends::pdf::pages::Pages;
use publish::backends::pdf::pages::rules::{self, Fault};
use publish::manuscript::settings::PdfEdition;
use support::Book;

#[test]
fn the_pages_of_this_repositorys_book_keep_the_rules() {
    // Another manuscript, such as a draft, is judged with PUBLISH_PAGES=folder.
    let folder = std::env::var_os("PUBLISH_PAGES").map_or_else(|| support::root().join("manuscript"), Into::into);
    let mut book = Book::read(&folder);
    let mut failures = Vec::new();
    for kind in [PdfEdition::Print, PdfEdition::Screen] {
        let pages = Press::new().lay(&book.edition, kind, &mut book.diagnostics).expect("pages");
        assert!(pages.pages.len() > 10, "there are only {} pages", pages.pages.len());
        let faults = rules::judge(&pages);
        support::say(&measured(kind, &pages, faults.len()));
        failures.extend(faults.iter().map(|fault| shown(&book, kind, fault)));
    }
    assert!(failures.is_empty(), "{} faults:\n{}", failures.len(), failures.join("\n"));
}

/// How many pages there are, and how their text ends: of the pairs of facing pages those that both end with text, those of
/// them that end on the same line, and those that are a line or two apart.
fn measured(kind: PdfEdition, pages: &Pages, faults: usize) -> String {
    let ends: Vec<f64> = rules::spreads(pages)
        .filter_map(|(left, right)| Some((rules::text_end(pages, left)?, rules::text_end(pages, right)?)))
        .map(|(left, right)| (left.baseline - right.baseline).abs() / pages.leading)
        .collect();
    let within = |lines: f64| ends.iter().filter(|apart| **apart < lines + 0.1).count();
    format!(
        "{}: {} pages, {faults} faults; {} spreads, {} end with text on both sides, {} of them on one line, {} within two lines",
        kind.name(),
        pages.pages.len(),
        rules::spreads(pages).count(),
        ends.len(),
        within(0.0),
        within(2.0)
    )
}

/// A fault with its page and its line: `print, page 12 (30): 03-scope.md:41: widow: ...`.
fn shown(book: &Book, kind: PdfEdition, fault: &Fault) -> String {
    let place = fault.span.map_or_else(String::new, |span| {
        let sources = &book.edition.sources;
        format!("{}:{}: ", sources.get(span.file).path(), sources.position(span).line)
    });
    let Fault {
        rule,
        page,
        label,
        message,
        ..
    } = fault;
    format!("{}, page {label} ({page}): {place}{rule}: {message}", kind.name())
}
