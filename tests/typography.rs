//! Pages as they are laid out, held against the rules of setting pages: those of this repository's book keep all, and for
//! each rule a small book shows that it can be broken, and another that it need not be.

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

/// How many pages there are, and how far down they are filled: pages that a chapter goes on from, those with no room for
/// another line, for another three; and the same of facing pages that both end with text.
fn measured(kind: PdfEdition, pages: &Pages, faults: usize) -> String {
    let goes_on = pages.pages.iter().filter(|page| page.chapter.is_some() && !page.last);
    let free: Vec<f64> = goes_on.map(|page| rules::lines_free(pages, page)).collect();
    let ends = |page| rules::text_end(pages, page).map(|_| rules::lines_free(pages, page));
    let spreads: Vec<f64> = rules::spreads(pages)
        .filter_map(|(left, right)| Some((ends(left)? - ends(right)?).abs()))
        .collect();
    let within = |lines: f64, found: &[f64]| found.iter().filter(|free| **free < lines).count();
    format!(
        "{}: {} pages, {faults} faults; of {} pages that go on, {} have no room for a line, {} none for three; \
         of {} spreads that end with text, {} differ by less than a line, {} by less than three",
        kind.name(),
        pages.pages.len(),
        free.len(),
        within(1.0, &free),
        within(3.0, &free),
        spreads.len(),
        within(1.0, &spreads),
        within(3.0, &spreads),
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

/// A book of one chapter on small pages, with a template of its own.
fn small_book(text: &str, template: &str) -> (tempfile::TempDir, Book) {
    let folder = support::one_chapter(&format!("# Chapter\n\n{text}\n"));
    let settings = "[book]\ntitle = \"T\"\nauthors = [\"A\"]\nlanguage = \"en\"\n[print]\nwidth = \"5in\"\nheight = \"5in\"\n";
    std::fs::write(folder.path().join("book.toml"), settings).expect("book.toml");
    std::fs::create_dir(folder.path().join("styles")).expect("a folder");
    std::fs::write(folder.path().join("styles/book.typ"), template).expect("a template");
    for (name, height) in [("tall.svg", 200), ("low.svg", 70)] {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"{height}\"><rect width=\"200\" height=\"{height}\"/></svg>"
        );
        std::fs::write(folder.path().join(name), svg).expect("a picture");
    }
    let book = Book::read(folder.path());
    (folder, book)
}

/// The rules that a small book breaks.
fn broken(text: &str, template: &str) -> Vec<&'static str> {
    let (_folder, mut book) = small_book(text, template);
    let said = support::said(&book);
    let pages = Press::new().lay(&book.edition, PdfEdition::Print, &mut book.diagnostics);
    let pages = pages.unwrap_or_else(|error| panic!("{error}: {said}"));
    rules::judge(&pages).iter().map(|fault| fault.rule).collect()
}

/// Holds that a text, behind more and more lines, breaks a rule somewhere with a template and nowhere without.
fn can_be_broken(rule: &str, text: &str, template: &str) {
    let behind = |lines: usize| "A line.\n\n".repeat(lines) + text;
    let breaks = |lines: usize, template: &str| broken(&behind(lines), template).contains(&rule);
    assert!((1..16).any(|lines| breaks(lines, template)), "nothing breaks {rule}");
    for lines in 1..16 {
        assert!(!breaks(lines, ""), "{rule} is broken behind {lines} lines");
    }
}

const LONG: &str = "Every page of a book is a small agreement between those who write, those who set and those who read, and each of \
    them keeps it best by not being noticed at all while the others go about their own work on the very same lines.";

/// Without the care that Typst takes of first and last lines.
const CARELESS: &str = "#let before = book\n#let book(body) = before({\n  set text(costs: (widow: 0%, orphan: 0%))\n  body\n})\n";

#[test]
fn a_formula_that_is_too_wide_stands_in_the_margin() {
    let formula = |terms: usize| format!("Text.\n\n$$ x = {} $$\n", vec!["\\alpha"; terms].join(" + "));
    assert!(broken(&formula(60), "").contains(&"line-in-margin"));
    assert!(!broken(&formula(4), "").contains(&"line-in-margin"));
}

/// What a build of both PDFs says of a small book.
fn told(text: &str) -> String {
    let (folder, mut book) = small_book(text, "");
    book.pdf(PdfEdition::Print);
    book.pdf(PdfEdition::Screen);
    book.messages(folder.path())
}

#[test]
fn an_author_is_told_once_what_stands_in_the_margin() {
    let said = told(&format!("Text.\n\n$$ {} $$\n", vec!["\\alpha"; 30].join(" + ")));
    let expected = "01-chapter.md:5:1 warning[line-in-margin]: page 1: a line reaches 140.2 pt into the margin: 𝛼+𝛼+𝛼+𝛼+𝛼+𝛼+𝛼+𝛼+𝛼+𝛼+𝛼+𝛼+𝛼+𝛼+𝛼+𝛼+…\n";
    assert!(said.starts_with(expected), "{said}");
    assert_eq!(said.matches("line-in-margin").count(), 1, "{said}");
}

#[test]
fn an_author_is_told_of_the_figure_before_which_a_page_stays_empty() {
    let said =
        told("![First](tall.svg){width=\"100%\"}\n\nA line.\n\nTwo.\n\nThree.\n\nFour.\n\n![Second](tall.svg){width=\"100%\"}\n");
    let expected = "01-chapter.md:13:1 note[short-page]: page 3: only 17% of the page is in use";
    assert!(said.contains(expected), "{said}");
    assert_eq!(said.matches("short-page").count(), 1, "{said}");
}

#[test]
fn lines_of_a_paragraph_are_not_left_alone() {
    let quote = format!("> {LONG} {LONG}\n");
    can_be_broken("widow", &quote, CARELESS);
    can_be_broken("orphan", &quote, CARELESS);
}

#[test]
fn a_last_line_that_its_note_pushes_over_takes_another_with_it() {
    let text = format!("{LONG} {LONG} And the last line has a note.[^1]\n\n[^1]: {LONG}\n");
    for lines in 1..16 {
        assert!(
            !broken(&("A line.\n\n".repeat(lines) + &text), "").contains(&"widow"),
            "behind {lines} lines"
        );
    }
}

#[test]
fn a_heading_has_two_lines_below_it() {
    let careless = "#let section(level, number, name, mark, title) = block(sticky: false, {\n  [#metadata(none)#label(mark)]\n  \
        [#heading(level: level, title)#label(name)]\n})\n";
    can_be_broken(
        "low-heading",
        &format!("## Heading\n\n{LONG}\n"),
        &format!("{CARELESS}{careless}"),
    );
}

#[test]
fn a_page_is_a_third_full_unless_a_chapter_ends_there() {
    let pictures =
        "![First](tall.svg){width=\"100%\"}\n\nA line.\n\nTwo.\n\nThree.\n\nFour.\n\n![Second](tall.svg){width=\"100%\"}\n";
    assert!(broken(pictures, "").contains(&"short-page"));
    let low = pictures.replace("tall", "low");
    assert!(!broken(&low, "").contains(&"short-page"));
}

const CODE: &str = "```python\ndef first(one, two):\n    if one:\n        return two\n    two += one\n    return two\n\ndef second(one):\n    \
    one *= 2\n    one += 1\n    return one\n\nprint(first(1, 2))\nprint(second(3))\nprint(second(4))\n```\n";

/// Code that breaks wherever a page ends.
const LOOSE: &str =
    "#let chunk(body) = block(width: 100%, spacing: sizes.code * 0.32, body)\n#let lead(indented, body) = par(body)\n";

#[test]
fn a_listing_is_broken_before_a_statement_and_leaves_no_line_alone() {
    let careless = format!("{CARELESS}{LOOSE}");
    can_be_broken("broken-statement", CODE, &careless);
    can_be_broken("lone-code-line", CODE, &careless);
}

#[test]
fn no_figure_stands_in_a_listing() {
    // A picture of the template's own, of which nobody knows where it comes from, cannot be moved.
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='200' height='200'><rect width='200' height='200'/></svg>";
    let always = format!("#let framed(..) = place(top, float: true, image(bytes(\"{svg}\"), format: \"svg\"))\n");
    let code = CODE.replace("print(second(3))\n", &"print(second(3))\n".repeat(9));
    let text = format!("<figure><p>Text</p><figcaption>Caption</figcaption></figure>\n\n{code}");
    can_be_broken("figure-in-listing", &text, &always);
}

/// A table that takes more than half of a small page.
fn table(rows: usize) -> String {
    let row = |at: usize| format!("| {at} | words in a cell |\n");
    let rows: String = (0..rows).map(row).collect();
    format!("| a | b |\n|---|---|\n{rows}\nTable: Rows {{#tbl-a}}\n\n{LONG}\n")
}

/// Tables are divided wherever a page ends, and stay where they are written.
const DIVIDED: &str =
    "#let tabular(caption, size, breakable, narrow, body) = { caption-text(caption); body }\n#let floating(body) = body\n";

#[test]
fn a_table_leaves_no_row_alone() {
    can_be_broken("lone-row", &table(9), DIVIDED);
}

#[test]
fn nothing_stands_in_the_middle_of_a_table() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='200' height='60'><rect width='200' height='60'/></svg>";
    let always = format!("{DIVIDED}#let framed(..) = place(top, float: true, image(bytes(\"{svg}\"), format: \"svg\"))\n");
    let text = format!(
        "{}\n<figure><p>Text</p><figcaption>Caption</figcaption></figure>\n\n{LONG}\n",
        table(9)
    );
    can_be_broken("figure-in-table", &text, &always);
}

#[test]
fn a_figure_that_floats_finds_a_place_beside_a_listing() {
    let code = CODE.replace("print(second(3))\n", &"print(second(3))\n".repeat(9));
    for lines in 1..16 {
        let text = format!(
            "{}![A](tall.svg \"Caption\"){{#fig-a}}\n\n{code}\n{LONG}\n\n{code}",
            "A line.\n\n".repeat(lines)
        );
        assert!(!broken(&text, "").contains(&"figure-in-listing"), "behind {lines} lines");
    }
}

#[test]
fn a_figure_stands_near_the_text_that_refers_to_it() {
    let text = |between: usize| {
        let between = format!("{LONG} {LONG}\n\n").repeat(between);
        format!("## Section\n\nSee [](#fig-a).\n\n{between}![A picture](low.svg \"Caption\"){{#fig-a}}\n\n{LONG}\n")
    };
    assert!(broken(&text(12), "").contains(&"far-from-reference"));
    assert!(!broken(&text(1), "").contains(&"far-from-reference"));
}

#[test]
fn text_stands_on_the_grid_behind_whatever_is_no_text() {
    let code = CODE.replace("print(second(4))\n", "");
    let blocks = [
        "- One.\n- Two.\n",
        "> Said.\n",
        "| a | b |\n|---|---|\n| c | d |\n",
        "![A](low.svg)\n",
        &code,
        "$$ x $$\n",
        "---\n",
    ];
    let text: String = blocks.iter().map(|block| format!("{LONG}\n\n{block}\n")).collect();
    let careless = "#let set-off(room, body) = block(above: 7.3pt, below: 7.3pt, body)\n";
    can_be_broken("off-the-grid", &format!("{text}{LONG}\n"), careless);
}

#[test]
fn facing_pages_end_on_the_same_line() {
    let text = format!(
        "{}---\n\n{}",
        format!("{LONG}\n\n").repeat(2),
        format!("{LONG} {LONG}\n\n").repeat(12)
    );
    can_be_broken("uneven-spread", &text, "#let ornament = colbreak()\n");
}

#[test]
fn running_heads_say_where_a_page_is() {
    let text = format!("## One\n\n{}## Two\n\n{LONG}\n", format!("{LONG}\n\n").repeat(12));
    // Without the mark by which sections are counted.
    let careless = "#let section(level, number, name, mark, title) = block[#heading(level: level, title)#label(name)]\n";
    assert!(broken(&text, careless).contains(&"running-head"));
    assert!(!broken(&text, "").contains(&"running-head"));
}

#[test]
fn three_lines_in_a_row_do_not_end_with_hyphens() {
    let words = "internationalization ".repeat(60);
    let careless = "#let before = book\n#let book(body) = before({\n  set text(costs: (hyphenation: 0%))\n  body\n})\n#let calm(body) = body\n";
    assert!(broken(&words, careless).contains(&"hyphens-in-a-row"));
    assert!(!broken(&format!("{LONG} {LONG} {LONG}"), "").contains(&"hyphens-in-a-row"));
}

#[test]
fn numbers_in_a_table_stand_below_one_another() {
    let table = "| What | How many |\n|---|---|\n| one | 9 |\n| other | 1024 |\n";
    let careless = "#let before = tabular\n#let tabular(..parts) = {\n  set table.cell(align: left)\n  before(..parts)\n}\n";
    assert!(broken(table, careless).contains(&"ragged-numbers"));
    assert!(!broken(table, "").contains(&"ragged-numbers"));
}

#[test]
fn every_rule_has_a_name_of_its_own_and_a_test() {
    let tests = include_str!("typography.rs");
    let mut names: Vec<&str> = rules::ALL.iter().map(|(name, _)| *name).collect();
    for name in &names {
        assert!(tests.contains(&format!("\"{name}\"")), "no test breaks {name}");
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), rules::ALL.len());
}
