//! The page list: in every kind of place the pages of the print edition begin where their first words stand.
//!
//! A folder in `tests/pages` is a book of one chapter, `in.md`, on small pages, and what its EPUB says of them, `expected.txt`:
//! a line for each page with the file, the elements in which the mark stands, and the words before and behind it. A folder
//! may have a `book.toml` and further files. With `UPDATE_CASES=1` the expected files are written anew; look at the pages
//! before keeping them.

mod support;

use publish::backends::epub;
use publish::diag::Severity;
use publish::manuscript::settings::PdfEdition;
use publish::source::Span;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::Book;

/// Small pages, so that a short text has many.
const SETTINGS: &str = "[book]\ntitle = \"Small Pages\"\nauthors = [\"A\"]\nlanguage = \"en\"\n\n\
    [print]\nwidth = \"4.4in\"\nheight = \"4.6in\"\ninside = \"0.5in\"\noutside = \"0.5in\"\ntop = \"0.6in\"\nbottom = \"0.5in\"\n\n\
    [epub]\npage-list = true\n";

/// A page as the EPUB lists it.
struct Listed {
    label: String,
    file: String,
    /// The elements in which its mark stands, from the outermost.
    path: Vec<String>,
    /// What stands before the mark in its file.
    before: String,
    /// What stands behind it.
    after: String,
    /// Whether a figure with a picture is the next thing.
    figure: bool,
    /// What may stand on the page before its own text: captions of figures, and heads of tables.
    ahead: Vec<String>,
    /// What tables that float say.
    tables: Vec<String>,
}

/// The pages that the EPUB lists, in its order.
fn listed(epub: &[u8]) -> Vec<Listed> {
    let entries = support::entries(epub);
    let text_of = |name: &str| {
        let found = entries.iter().find(|(entry, _)| entry.ends_with(&format!("/{name}")));
        found.map(|(_, text)| text.as_str()).unwrap_or_else(|| panic!("no {name}"))
    };
    let navigation = support::parse_xml("nav.xhtml", text_of("nav.xhtml"));
    let list = navigation.descendants().find(|node| is_type(node, "page-list"));
    let list = list.expect("a page list");
    assert_eq!(list.attribute("hidden"), Some("hidden"));
    let links = list
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/1999/xhtml", "a")));
    links
        .map(|link| {
            let label = link.text().expect("a number").to_owned();
            let (file, id) = link.attribute("href").and_then(|href| href.split_once('#')).expect("a place");
            find(label, file, text_of(file), id)
        })
        .collect()
}

fn is_type(node: &roxmltree::Node<'_, '_>, name: &str) -> bool {
    node.attribute(("http://www.idpf.org/2007/ops", "type")) == Some(name)
}

fn find(label: String, file: &str, text: &str, id: &str) -> Listed {
    let page = support::parse_xml(file, text);
    let mark = page.descendants().find(|node| node.attribute("id") == Some(id));
    let mark = mark.unwrap_or_else(|| panic!("{file} has no {id}"));
    assert!(
        is_type(&mark, "pagebreak") && mark.attribute("role") == Some("doc-pagebreak"),
        "{file}#{id}"
    );
    assert_eq!(mark.attribute("aria-label"), Some(label.as_str()));
    assert!(!mark.has_children());
    let mut path: Vec<String> = mark
        .ancestors()
        .skip(1)
        .map(|node| node.tag_name().name().to_owned())
        .collect();
    path.retain(|name| !["", "html", "body"].contains(&name.as_str()));
    path.reverse();
    let (mut before, mut after, mut passed, mut figure) = (String::new(), String::new(), false, None);
    for node in page.root_element().last_element_child().expect("a body").descendants() {
        passed |= node == mark;
        let name = node.tag_name().name();
        if passed
            && node != mark
            && figure.is_none()
            && (node.is_element() && name != "span" || !node.text().unwrap_or("").trim().is_empty())
        {
            figure = Some(name == "figure" && node.attribute("class") == Some("figure"));
        }
        let hidden = |node: roxmltree::Node<'_, '_>| {
            node.tag_name().name() == "svg" || node.attribute("class") == Some("noteref") || node.tag_name().name() == "nav"
        };
        let side = if passed { &mut after } else { &mut before };
        match node.text().filter(|_| node.is_text() && !node.ancestors().any(hidden)) {
            Some(text) => side.push_str(text),
            None if name == "math" || is_type(&node, "footnotes") => side.push('∎'),
            None if ["p", "li", "td", "th", "h1", "h2", "h3", "div", "figcaption", "dt", "dd"].contains(&name) => side.push(' '),
            None => {}
        }
    }
    Listed {
        label,
        file: file.to_owned(),
        path,
        before,
        after,
        figure: figure == Some(true),
        ahead: ahead(&page),
        tables: tables(&page),
    }
}

/// The letters of all tables of a file with their captions, in alphabetical order: print reads cells line by line.
fn tables(page: &roxmltree::Document<'_>) -> Vec<String> {
    let of = page
        .descendants()
        .filter(|node| {
            node.descendants()
                .any(|inner| inner.has_tag_name((node.tag_name().namespace().unwrap_or(""), "table")))
        })
        .filter(|node| node.tag_name().name() == "figure" || node.attribute("class").is_some_and(|class| class.contains("table")));
    of.map(|node| sorted(&letters(&text_of(node)))).collect()
}

fn text_of(node: roxmltree::Node<'_, '_>) -> String {
    node.descendants()
        .filter_map(|node| node.text().filter(|_| node.is_text()))
        .collect()
}

fn sorted(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// The letters of all captions and table heads of a file.
fn ahead(page: &roxmltree::Document<'_>) -> Vec<String> {
    let of = page
        .descendants()
        .filter(|node| ["figcaption", "thead"].contains(&node.tag_name().name()));
    of.map(|node| letters(&text_of(node)))
        .filter(|text| !text.is_empty())
        .collect()
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// One line for a page.
fn line(page: &Listed) -> String {
    let short = |word: &&str| match word.char_indices().nth(24) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => (*word).to_owned(),
    };
    let before = words(&page.before);
    let last = before.iter().skip(before.len().saturating_sub(3)).map(|word| {
        let turned: String = word.chars().rev().collect();
        short(&turned.as_str()).chars().rev().collect::<String>()
    });
    let before = last.collect::<Vec<_>>().join(" ");
    let after = words(&page.after).iter().take(6).map(short).collect::<Vec<_>>().join(" ");
    format!(
        "{:<4} {} {}: {before} | {after}\n",
        page.label,
        page.file,
        page.path.join(" ")
    )
}

/// The cases as chapters of one book, which EPUBCheck and Ace judge.
#[test]
fn all_kinds_together_make_an_epub_without_fault() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut names = Vec::new();
    for case in folders() {
        let name = format!("{}.md", case.file_name().expect("a name").to_string_lossy());
        // The keys of one book's sources are nothing to another's.
        let text = std::fs::read_to_string(case.join("in.md")).expect("in.md").replace("[@", "[");
        std::fs::write(folder.path().join(&name), text).expect("a chapter");
        names.push(format!("{name:?}"));
    }
    let chapters = format!("language = \"en\"\nchapters = [{}]", names.join(", "));
    let settings = SETTINGS.replace("language = \"en\"", &chapters);
    std::fs::write(folder.path().join("book.toml"), settings).expect("book.toml");
    let mut book = Book::read(folder.path());
    let path = folder.path().join("book.epub");
    std::fs::write(&path, book.epub()).expect("the EPUB");
    assert_eq!(book.messages(folder.path()), "");
    support::epubcheck(&path);
    support::ace(&path);
}

fn folders() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(support::root().join("tests/pages")).expect("the cases");
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    folders
}

#[test]
fn every_kind_of_beginning_is_marked_where_its_folder_expects() {
    let mut failures = Vec::new();
    for case in folders() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("book.toml"), SETTINGS).expect("book.toml");
        for entry in std::fs::read_dir(&case).expect("the case").flatten() {
            let name = entry.file_name().into_string().expect("a name");
            let name = if name == "in.md" { "01-chapter.md".to_owned() } else { name };
            if name != "expected.txt" {
                std::fs::copy(entry.path(), folder.path().join(name)).expect("a copy");
            }
        }
        let mut book = Book::read(folder.path());
        let epub = book.epub();
        let said = book.messages(folder.path());
        assert_eq!(said, "", "{}", case.display());
        if let Some(looked) = std::env::var_os("KEEP_PAGES") {
            let name = case.file_name().expect("a name").to_string_lossy().into_owned();
            std::fs::write(Path::new(&looked).join(name + ".pdf"), book.pdf(PdfEdition::Print)).expect("the PDF");
        }
        let found: String = listed(&epub).iter().map(line).collect();
        support::compare(&case.join("expected.txt"), &found, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Reads a book and switches its page list on.
fn with_page_list(folder: &Path) -> Book {
    let mut book = Book::read(folder);
    assert_eq!(book.diagnostics.count(Severity::Error), 0);
    let (file, _) = book.edition.sources.iter().next().expect("a file");
    book.edition.settings.page_list = Some(Span::new(file, 0..0));
    book
}

/// What stands on each page of a PDF between the margins, as PDFium reads it; `None` without the validators.
fn printed(book: &mut Book) -> Option<Vec<String>> {
    let python = support::validators()?.join("bin/python");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("print.pdf");
    std::fs::write(&path, book.pdf(PdfEdition::Print)).expect("the PDF");
    let script = "import sys, json, pypdfium2
top, bottom = map(float, sys.argv[2:])
pages = []
for page in pypdfium2.PdfDocument(sys.argv[1]):
    width, height = page.get_size()
    pages.append(page.get_textpage().get_text_bounded(0, bottom, width, height - top))
json.dump(pages, sys.stdout)";
    let print = &book.edition.settings.print;
    let output = Command::new(python)
        .args(["-c", script])
        .arg(&path)
        .args([(print.top - 12.0).to_string(), (print.bottom - 4.0).to_string()])
        .output()
        .expect("Python");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    Some(serde_json::from_slice(&output.stdout).expect("the pages"))
}

/// The letters of a text in lower case: what two ways of reading the same page agree on.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A text without what only print says: the numbers of pages behind references.
fn without_page_numbers(text: &str) -> String {
    let mut plain = String::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let numbered = words
            .peek()
            .is_some_and(|next| next.starts_with(|letter: char| letter.is_ascii_digit()));
        if word.trim_start_matches('(') != "page" || !numbered {
            plain.push_str(word);
            plain.push(' ');
        }
    }
    plain
}

/// Whether a page's text begins with the words behind its mark. A word divided between two pages is marked behind its end;
/// a figure or a table that floats, the repeated head of a table and a repeated entry of the index stand before the text.
fn begins(page: &str, listed: &Listed) -> bool {
    let repeated = |line: &&str| line.trim_end().ends_with("(continued)");
    let page: String = page.lines().skip_while(repeated).flat_map(|line| [line, "\n"]).collect();
    // Formulas are letters of another kind in print, and which notes follow the text differs.
    let wanted = letters(&without_page_numbers(listed.after.split('∎').next().unwrap_or_default()));
    let wanted = wanted.strip_prefix("chapter").unwrap_or(&wanted);
    let wanted: String = wanted.chars().take(24).collect();
    let body = letters(&without_page_numbers(&page));
    let last = words(&listed.before).last().map(|word| letters(word)).unwrap_or_default();
    let found = body.match_indices(&wanted).any(|(at, _)| {
        let start = &body[..at];
        let divided = |start: &str| last.len() > start.len() && last.ends_with(start);
        let behind = |ahead: &String| start.strip_prefix(ahead.as_str()).is_some_and(divided);
        divided(start)
            || at == 0
            || listed
                .ahead
                .iter()
                .any(|ahead| start.ends_with(ahead.as_str()) || behind(ahead))
            || listed.tables.contains(&sorted(start))
    });
    found || listed.figure && body.contains(&wanted)
}

/// Holds every mark of a book's EPUB against the page of its PDF that it names. Gives how many pages there are.
fn agree(folder: &Path) -> usize {
    let mut book = with_page_list(folder);
    let Some(pages) = printed(&mut book) else { return 0 };
    let list = listed(&epub::export(&book.edition, &mut book.diagnostics).expect("an EPUB").bytes);
    let mut failures = Vec::new();
    // Every page is counted, and blank ones at the end alone are not listed.
    let blank_end = pages.iter().rev().take_while(|text| text.trim().is_empty()).count();
    assert_eq!(list.len(), pages.len() - blank_end);
    for (listed, page) in list.iter().zip(&pages) {
        let front = ["title.xhtml", "copyright.xhtml", "nav.xhtml"].contains(&listed.file.as_str());
        if front || page.trim().is_empty() {
            continue;
        }
        if !begins(page, listed) {
            let start: String = page.chars().take(120).collect();
            failures.push(format!("{}    the page begins: {start:?}", line(listed)));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} pages:\n{}",
        failures.len(),
        list.len(),
        failures.join("\n")
    );
    list.len()
}

#[test]
fn the_words_behind_each_mark_are_the_first_of_that_page() {
    if support::validators().is_none() {
        return;
    }
    let pages = agree(&support::root().join("manuscript"));
    assert!(pages > 100, "{pages}");
}

#[test]
fn the_same_holds_for_a_book_of_every_notation() {
    agree(&support::root().join("tests/books/dialect"));
}
