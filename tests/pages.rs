//! The pages of this repository's book, as they are laid out, held against the rules of setting pages.

mod support;

use publish::backends::pdf::Press;
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
        if let Ok(n) = std::env::var("DUMP") {
            let n: usize = n.parse().unwrap();
            for l in &pages.pages[n - 1].lines {
                eprintln!("{l:?}");
            }
            for l in &pages.pages[n - 1].shapes {
                eprintln!("{l:?}");
            }
            eprintln!("{:?}", pages.pages[n - 1].block);
        }
        let faults = rules::judge(&pages);
        eprintln!("{}: {} pages, {} faults", kind.name(), pages.pages.len(), faults.len());
        failures.extend(faults.iter().map(|fault| shown(&book, kind, fault)));
    }
    assert!(failures.is_empty(), "{} faults:\n{}", failures.len(), failures.join("\n"));
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
