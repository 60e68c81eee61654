//! Books for a store: what the build and `publish preflight` say of EPUBs, our own and others, and the page that lists all rules.

mod support;

use publish::diag::codes;
use publish::press::Profile;
use publish::press::preflight::epub::Book;
use publish::press::store::Weight;
use publish::press::told::Told;
use std::path::Path;
use std::process::{Command, Output};

/// A book with a figure and with `[epub]` as given.
fn book(epub: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let manuscript = folder.path().join("manuscript");
    std::fs::create_dir(&manuscript).expect("a folder");
    let settings = format!("[book]\ntitle = \"Sold\"\nauthors = [\"A\"]\nlanguage = \"en\"\n\n[epub]\n{epub}\n");
    std::fs::write(manuscript.join("book.toml"), settings).expect("book.toml");
    let wide = "a rather long name of a thing → another rather long name of a thing → the last of these rather long names";
    let text = format!("# One\n\nText.\n\n```diagram flow\n{wide}\n```\n\n## Deep\n\n### Deeper\n\nText.\n");
    std::fs::write(manuscript.join("01-one.md"), text).expect("a chapter");
    folder
}

fn publish(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_publish"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the command")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_build_says_what_the_stores_that_a_book_names_would_not_show() {
    let folder = book("stores = [\"kdp\", \"kobo\", \"apple\", \"google\"]");
    let output = publish(folder.path(), &["--format", "epub"]);
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("warning[preflight]: Kindle: there are letters in SVG"),
        "{said}"
    );
    assert!(said.contains("hint: `figure-text = \"outlines\"` under [epub]"), "{said}");
    // Fonts are embedded in a format that all of them show, and nothing is said of what is only advised.
    assert!(!said.contains("fonts are") && !said.contains("ISBN"), "{said}");
    let epub = std::fs::read(folder.path().join("dist/sold.epub")).expect("the EPUB");
    let archive = zip::ZipArchive::new(std::io::Cursor::new(epub)).expect("a zip archive");
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    assert!(names.iter().any(|name| name.ends_with(".otf")), "{names:?}");
    assert!(!names.iter().any(|name| name.ends_with(".woff2")), "{names:?}");

    let folder = book("stores = [\"kdp\", \"kobo\", \"apple\", \"google\"]\nfigure-text = \"outlines\"");
    let output = publish(folder.path(), &["--format", "epub"]);
    let said = text(&output.stderr);
    assert!(output.status.success() && !said.contains("preflight"), "{said}");
    support::epubcheck(&folder.path().join("dist/sold.epub"));
}

#[test]
fn stores_that_are_not_known_are_told_with_the_nearest_name() {
    let folder =
        book("stores = [\"kobe\", \"kindle\", \"lulu\", \"house\"]\n\n[profiles.house.epub.fonts]\nrule = \"font-format\"");
    let said = text(&publish(folder.path(), &["check"]).stderr);
    for told in [
        "there is no store `kobe`",
        "did you mean `kobo`?",
        "did you mean `kdp`?",
        "the profile `lulu` says nothing of EPUBs",
        "there is no rule `font-format` for EPUBs",
        "did you mean `font-formats`?",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    let own = "stores = [\"house\"]\n\n[profiles.house]\nname = \"Our shop\"\nas-of = \"2026-01-02\"\n\n[profiles.house.epub.isbn]\n\
               source = \"letter\"\n\n[profiles.house.sources.letter]\ntitle = \"Their letter\"";
    let output = publish(book(own).path(), &["--format", "epub"]);
    let said = text(&output.stderr);
    let told = "Our shop: the book is not identified by its ISBN; without one the file's name has to have it\n  hint: Our shop, as of 2026-01-02: “Their letter”";
    assert!(output.status.success() && said.contains(told), "{said}");
}

#[test]
fn an_epub_is_judged_for_all_stores_or_for_those_that_are_named() {
    let folder = book("");
    assert!(publish(folder.path(), &["--format", "epub"]).status.success());
    let judged = |arguments: &[&str]| {
        let output = publish(folder.path(), &[&["preflight", "dist/sold.epub"], arguments].concat());
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, told, _) = judged(&[]);
    assert_eq!(code, Some(1));
    for store in ["Apple Books, as of", "Kindle, as of", "Kobo, as of"] {
        assert!(told.contains(store), "{told}");
    }
    assert!(told.contains("svg-text (lost)") && !told.contains("font-formats"), "{told}");
    // Advice alone is no fault.
    let (code, told, said) = judged(&["--profile", "apple", "--profile", "google"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("picture-pixels (advised)") && said.contains("one thing is advised"),
        "{told}{said}"
    );
    let (_, told, _) = judged(&["--profile", "kobo", "--message-format", "json"]);
    let first: serde_json::Value = serde_json::from_str(told.lines().next().expect("a line")).expect("JSON");
    assert_eq!(first["profile"], "Kobo");
    assert_eq!(first["weight"], "advised");
    assert!(
        first["source"]["url"].as_str().is_some_and(|url| url.contains("kobolabs")),
        "{first}"
    );

    for (arguments, told) in [
        (
            &["dist/sold.epub", "--profile", "lulu"],
            "is an EPUB, and `lulu` says nothing of EPUBs",
        ),
        (&["a.pdf", "--profile", "apple"], "is a PDF, and `apple` is a store of EPUBs"),
        (&["a.pdf", "--profile", "appel"], "did you mean `apple`?"),
    ] {
        std::fs::write(folder.path().join("a.pdf"), "%PDF-1.7").expect("a file");
        let output = publish(folder.path(), &[&["preflight"][..], arguments].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(told), "{}", text(&output.stderr));
    }
    let output = publish(folder.path(), &["preflight", "a.pdf"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no press is named"), "{}", text(&output.stderr));
    let output = publish(folder.path(), &["preflight", "manuscript/book.toml", "--profile", "kobo"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("is neither a PDF nor an EPUB"),
        "{}",
        text(&output.stderr)
    );
}

/// This repository's own books, as they come out for Kindle.
#[test]
fn a_book_with_figures_as_outlines_loses_nothing_at_kindle() {
    let mut gallery = support::Book::read(&support::root().join("tests/books/gallery"));
    gallery.edition.settings.outlines = true;
    gallery.edition.settings.stores = vec![Profile::built_in("kdp").expect("a profile")];
    let kindle = gallery.edition.settings.stores[0].epub.clone().expect("a store");
    let findings = Book::read(&gallery.epub()).judge(&kindle);
    let lost: Vec<String> = findings
        .iter()
        .filter(|finding| finding.weight != Weight::Advised)
        .map(|finding| format!("{}: {} ({})", finding.rule, finding.message, finding.places()))
        .collect();
    assert_eq!(lost, [""; 0]);
}

#[test]
fn an_epub_says_what_readers_can_expect_and_claims_nothing_by_itself() {
    let mut gallery = support::Book::read(&support::root().join("tests/books/gallery"));
    let entries = support::entries(&gallery.epub());
    let (_, package) = entries.iter().find(|(name, _)| name.ends_with(".opf")).expect("a package");
    for property in [
        "accessMode",
        "accessibilityFeature",
        "accessibilityHazard",
        "accessModeSufficient",
        "accessibilitySummary",
    ] {
        assert!(
            package.contains(&format!("property=\"schema:{property}\">")),
            "{property}: {package}"
        );
    }
    assert!(
        !package.contains("conformsTo") && !package.contains("certifiedBy"),
        "{package}"
    );
}

#[test]
fn what_a_publisher_claims_of_accessibility_is_in_the_package() {
    let claim = "conforms-to = \"EPUB Accessibility 1.1 - WCAG 2.2 Level AA\"\ncertified-by = \"House & Co\"";
    let folder = book(claim);
    let output = publish(folder.path(), &["--format", "epub"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let path = folder.path().join("dist/sold.epub");
    let entries = support::entries(&std::fs::read(&path).expect("the EPUB"));
    let (_, package) = entries.iter().find(|(name, _)| name.ends_with(".opf")).expect("a package");
    for meta in [
        ">EPUB Accessibility 1.1 - WCAG 2.2 Level AA</meta>",
        "refines=\"#conformance\">House &amp; Co</meta>",
    ] {
        assert!(package.contains(meta), "{package}");
    }
    support::epubcheck(&path);
    for (claim, told) in [
        ("conforms-to = \"WCAG 2.2 AA\"", "write it to the letter"),
        (
            "conforms-to = \"EPUB Accessibility 1.1 - WCAG 2.1 Level A\"",
            "names nobody who has evaluated the book",
        ),
        ("certified-by = \"Us\"", "belongs to a claim, and there is none"),
    ] {
        let said = text(&publish(book(claim).path(), &["check"]).stderr);
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn the_pages_that_are_listed_are_those_of_the_printed_books_isbn() {
    let folder = book("page-list = true");
    let settings = folder.path().join("manuscript/book.toml");
    let toml = std::fs::read_to_string(&settings).expect("book.toml");
    let numbers = "[book]\nisbn = { print = \"978-3-16-148410-0\", epub = \"978-0-306-40615-7\" }";
    std::fs::write(&settings, toml.replace("[book]", numbers)).expect("book.toml");
    let output = publish(folder.path(), &["--format", "epub"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let path = folder.path().join("dist/sold.epub");
    let entries = support::entries(&std::fs::read(&path).expect("the EPUB"));
    let (_, package) = entries.iter().find(|(name, _)| name.ends_with(".opf")).expect("a package");
    assert!(
        package.contains("pageBreakSource\">urn:isbn:9783161484100</meta>"),
        "{package}"
    );
    assert!(package.contains(">urn:isbn:9780306406157</dc:identifier>"), "{package}");
    support::epubcheck(&path);
}

/// Where the page of rules stands.
const PAGE: &str = "docs/rules.md";
/// What stands around the tables that are made from the profiles.
const MARKS: [&str; 2] = [
    "<!-- From src/press/profiles; UPDATE_CASES=1 cargo test --test stores writes it anew. -->",
    "<!-- End of what is made from the profiles. -->",
];

/// Where print rules are tested.
const PRINT_FILE: &str = "src/press/preflight/tests.rs";
/// The tests of print rules.
const PRINT_TESTS: &[(&[&str], &str)] = &[
    (&["pages"], "the_number_of_pages_has_limits"),
    (&["bleed"], "what_runs_to_the_edge_needs_the_bleed"),
    (&["margins"], "margins_are_measured_at_the_ink_and_the_spine_changes_sides"),
    (&["marks"], "crop_marks_and_sizes_that_differ_are_seen"),
    (
        &["file", "fonts", "colours", "pictures"],
        "fonts_colours_pictures_and_what_else_a_file_holds_are_seen",
    ),
];

/// The tests of rules for EPUBs, in `src/press/preflight/epub/tests.rs`.
const EPUB_TESTS: &[(&[&str], &str)] = &[
    (&["file-size"], "a_file_may_be_too_large"),
    (&["encryption"], "what_is_encrypted_is_not_taken_and_obfuscated_fonts_are"),
    (
        &["picture-pixels", "picture-formats", "transparency"],
        "pictures_are_judged_by_format_size_and_transparency",
    ),
    (&["picture-colours"], "pictures_in_the_inks_of_a_press_are_not_taken"),
    (
        &[
            "cover",
            "cover-pixels",
            "cover-proportion",
            "cover-formats",
            "cover-page",
            "cover-name",
            "cover-links",
            "svg-images",
        ],
        "the_cover_is_judged_by_its_picture_and_its_page",
    ),
    (
        &["contents-depth", "contents-page"],
        "contents_are_to_be_reached_and_no_deeper_than_they_are_shown",
    ),
    (
        &[
            "alternatives",
            "elements",
            "nested-tables",
            "font-formats",
            "svg-text",
            "svg-count",
            "svg-view-box",
        ],
        "kindle_says_what_it_does_not_show",
    ),
    (
        &[
            "document-size",
            "inline-styles",
            "svg-size",
            "svg-pages",
            "file-names",
            "isbn",
        ],
        "kobo_and_google_have_wishes_of_their_own",
    ),
];

/// The place of the test of a rule; that it is there is looked up.
fn tested_by(rule: &Told, epub: bool) -> String {
    let (file, tests) = match (epub, rule.rule) {
        (true, _) => ("src/press/preflight/epub/tests.rs", EPUB_TESTS),
        (false, "cover") => {
            let name = "a_cover_wraps_the_pages_of_the_print_edition_and_its_barcode_can_be_read";
            return place("tests/press.rs", name);
        }
        (false, "file") if rule.asks.contains("MB") => return place(PRINT_FILE, "a_pdf_may_be_too_large"),
        (false, _) => (PRINT_FILE, PRINT_TESTS),
    };
    let found = tests.iter().find(|(rules, _)| rules.contains(&rule.rule));
    let (_, name) = found.unwrap_or_else(|| panic!("the rule {} has no test", rule.rule));
    place(file, name)
}

fn place(file: &str, name: &str) -> String {
    let source = std::fs::read_to_string(support::root().join(file)).expect(file);
    assert!(source.contains(&format!("fn {name}(")), "there is no test {name} in {file}");
    format!("`{file}::{name}`")
}

/// The tables of all profiles.
fn tables() -> String {
    let mut out = String::new();
    for name in Profile::names() {
        let profile = Profile::built_in(name).expect("a profile");
        let epub_name = profile.epub.as_ref().map(|store| store.name.clone());
        for (title, rules, epub) in [
            (Some(&profile.name), profile.print_rules(), false),
            (epub_name.as_ref(), profile.epub_rules(), true),
        ] {
            if let Some(title) = title.filter(|_| !rules.is_empty()) {
                let kind = if epub { "an EPUB" } else { "print" };
                out.push_str(&format!(
                    "### {title}\n\nThe profile `{name}` for {kind}, as of {}.\n\n",
                    profile.as_of
                ));
                out.push_str("| Rule | What is asked for | Without it | Who says so | Tested by |\n|---|---|---|---|---|\n");
                for rule in &rules {
                    out.push_str(&row(rule, epub));
                }
                out.push('\n');
            }
        }
    }
    out
}

fn row(rule: &Told, epub: bool) -> String {
    let source = match &rule.source.url {
        Some(url) => format!("[{}]({url}), {}", rule.source.title, rule.source.kind),
        None => format!("{}, {}", rule.source.title, rule.source.kind),
    };
    format!(
        "| `{}` | {} | {} | {source} | {} |\n",
        rule.rule,
        rule.asks,
        rule.weight.name(),
        tested_by(rule, epub)
    )
}

#[test]
fn the_page_of_rules_says_what_the_profiles_say() {
    let path = support::root().join(PAGE);
    let page = std::fs::read_to_string(&path).expect(PAGE);
    let [begin, end] = MARKS;
    let (before, rest) = page.split_once(begin).expect("the mark where the tables begin");
    let (_, after) = rest.split_once(end).expect("the mark where they end");
    let wanted = format!("{before}{begin}\n\n{}{end}{after}", tables());
    let mut failures = Vec::new();
    support::compare(&path, &wanted, &mut failures);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// In the tables that are written by hand, the last column names tests and the one before it codes.
#[test]
fn the_page_of_rules_names_tests_and_codes_that_there_are() {
    let page = std::fs::read_to_string(support::root().join(PAGE)).expect(PAGE);
    let by_hand = page.split(MARKS[0]).next().unwrap_or_default();
    let rows: Vec<Vec<&str>> = by_hand
        .lines()
        .filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'))
        .map(|line| line.split('|').collect())
        .collect();
    assert!(rows.len() > 20, "the page has lost its tables");
    for row in rows {
        let [.., told, tests] = row.as_slice() else {
            panic!("a row of one cell: {row:?}");
        };
        for code in quoted(told) {
            assert!(codes::ALL.iter().any(|known| known.name == code), "there is no code {code}");
        }
        for test in quoted(tests) {
            match test.split_once("::") {
                Some((file, name)) => {
                    place(file, name);
                }
                None => assert!(support::root().join(test).exists(), "there is no {test}"),
            }
        }
    }
}

/// What stands between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}
