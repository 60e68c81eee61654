//! Input that nobody writes on purpose: it gives a message or comes out as typed, never a panic, never a broken book.

mod support;

use publish::backends::pdf;
use publish::diag::Severity;
use publish::manuscript::settings::PdfEdition;
use support::{Book, one_chapter, one_chapter_bytes};

/// Texts that mean something in Typst, in XML, in HTML or in Markdown.
const NASTY: &[&str] = &[
    r#"#import "x""#,
    "]",
    "[",
    "\\",
    "$",
    "*",
    "_",
    "`",
    "#",
    "@",
    "<",
    ">",
    "&",
    "\"",
    "'",
    "#{panic()}",
    "]]>",
    "<!--",
    "-->",
    "<!-- allow: dead-link, x: y -->",
    "{{",
    "}}",
    "//",
    "/*",
    "~",
    "=",
    "-",
    "+",
    "\u{202e}",
    "$#sys.version$",
    "\\u{41}",
    "&amp;",
    "<x>",
    "#eval(\"1\")",
    "](",
    "![",
    "@label",
];

/// A chapter with `text` in every place where text can stand.
fn everywhere(text: &str) -> String {
    let cell = text.replace('|', "\\|");
    let attribute = text.replace('"', "'");
    format!(
        "# Title {text}\n\nParagraph {text} end, *{text}*, **x {text} x**, `{text}`, [link {text}](https://example.org/ \"{attribute}\").\n\n\
         ## Section {text}\n\n- item {text}\n\n1. one {text}\n\n> quote {text}\n\n> [!NOTE]\n> note {text}\n\n\
         | head {cell} | b |\n|---|---|\n| {cell} | b |\n\nTable: caption {text} {{#tbl-t}}\n\nTerm {text}\n: meaning {text}\n\n\
         ```python {{#lst-l caption=\"caption {attribute}\"}}\n{text}\n```\n\n```output\n{text}\n```\n\nNote.[^n]\n\n[^n]: foot {text}\n\n\
         ```diagram stack {{#fig-f caption=\"caption {attribute}\"}}\n- label {text}\n- other\n```\n\n<kbd>{text}</kbd>\n"
    )
}

/// Chapters that nest deeply, run on without end, or leave things open.
fn boundless() -> Vec<String> {
    let deep = |open: &str| format!("# T\n\n{}x\n", open.repeat(10_000));
    let lists: String = (0..500).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect();
    vec![
        deep("> "),
        deep("<div>"),
        deep("*"),
        deep("["),
        deep("<b>"),
        deep("- "),
        deep("`"),
        deep("$"),
        deep("![["),
        deep("&"),
        format!("# T\n\n{lists}"),
        format!("# T\n\n{}\n", "word ".repeat(400_000)),
        "# T\n\n```python\nnever closed".to_owned(),
        "# T\n\n<table><tr><td>never closed".to_owned(),
        "# T\n\n<!-- never closed".to_owned(),
        "# T\n\n- ```\n  x\n".to_owned(),
        "\u{feff}# T\r\n\r\nx\r\ny\r\n".to_owned(),
        "# T\n\n\u{0}\u{1}\u{fffe}\n".to_owned(),
    ]
}

#[test]
fn text_that_looks_like_code_is_set_as_text_everywhere() {
    for text in NASTY {
        let folder = one_chapter(&everywhere(text));
        let mut book = Book::read(folder.path());
        let epub = book.epub();
        for (name, content) in support::entries(&epub)
            .into_iter()
            .filter(|(name, _)| name.ends_with("xhtml"))
        {
            support::parse_xml(&format!("{text:?} in {name}"), &content);
        }
        for kind in [PdfEdition::Print, PdfEdition::Screen] {
            book.pdf(kind);
        }
        let said = book.messages(folder.path());
        assert!(!said.contains("[typst]"), "{text:?}: {said}");
    }
}

#[test]
fn code_in_a_listing_comes_out_as_the_characters_typed() {
    let code = NASTY.join(" ");
    let folder = one_chapter(&format!("# T\n\n```text\n{code}\n```\n"));
    let mut book = Book::read(folder.path());
    let epub = book.epub();
    let chapter = support::entries(&epub)
        .into_iter()
        .find(|(name, _)| name.ends_with("/01-chapter.xhtml"))
        .expect("the chapter")
        .1;
    let tree = support::parse_xml("01-chapter.xhtml", &chapter);
    let pre = tree
        .descendants()
        .find(|node| node.tag_name().name() == "pre")
        .expect("a listing");
    let text: String = pre
        .descendants()
        .filter_map(|node| node.text().filter(|_| node.is_text()))
        .collect();
    assert!(text.contains(&code), "{text}");
}

#[test]
fn all_of_it_together_makes_an_epub_without_fault() {
    let nasty = NASTY.iter().map(|text| everywhere(text));
    let chapters: Vec<_> = nasty
        .chain(boundless())
        .map(|text| ("in.md".to_owned(), text.into_bytes()))
        .collect();
    support::judge_together(&chapters, |_, _| {});
}

#[test]
fn deep_nesting_long_lines_and_open_ends_do_not_break_the_build() {
    for input in boundless() {
        let folder = one_chapter(&input);
        let mut book = Book::read(folder.path());
        let epub = book.epub();
        for (name, content) in support::entries(&epub)
            .into_iter()
            .filter(|(name, _)| name.ends_with("xhtml"))
        {
            let shown: String = input.chars().take(40).collect();
            support::parse_xml(&format!("{shown:?} in {name}"), &content);
        }
    }
}

#[test]
fn bytes_that_are_not_text_are_an_error_with_a_place() {
    let folder = one_chapter_bytes(b"# Title\n\ncaf\xe9\n");
    let mut book = Book::read(folder.path());
    assert!(book.diagnostics.has_errors());
    let said = book.messages(folder.path());
    assert!(said.contains("01-chapter.md:3:4 error[not-utf8]"), "{said}");
}

#[test]
fn a_line_of_fifty_megabytes_is_refused_with_a_message() {
    let folder = one_chapter_bytes(&vec![b'a'; 50 << 20]);
    let mut book = Book::read(folder.path());
    let said = book.messages(folder.path());
    assert!(said.contains("error[too-large]"), "{said}");
}

#[test]
fn scripts_never_reach_the_epub() {
    let folder = one_chapter(
        "# T\n\n<script>alert(1)</script>\n\n<p onclick=\"alert(2)\">kept</p>\n\n<iframe src=\"https://x.example\"></iframe>\n\n[a](javascript:alert(3)) <a href=\"javascript:alert(4)\">b</a>\n",
    );
    let mut book = Book::read(folder.path());
    let epub = book.epub();
    for (name, content) in support::entries(&epub) {
        assert!(
            !content.contains("alert(") && !content.contains("<iframe") && !content.contains("<script"),
            "{name}: {content}"
        );
    }
    assert!(
        book.diagnostics
            .iter()
            .filter(|found| found.code.name == "active-html")
            .count()
            >= 4
    );
    assert_eq!(book.diagnostics.count(Severity::Error), 0);
}

#[test]
fn a_character_without_a_glyph_costs_the_claim_and_not_the_book() {
    let folder = one_chapter("# T\n\nA rocket \u{1F680}.\n");
    let mut book = Book::read(folder.path());
    assert!(!book.pdf(PdfEdition::Screen).is_empty());
    let said = book.messages(folder.path());
    assert!(
        said.contains("[missing-glyph]") && said.contains("warning[not-pdf-ua]"),
        "{said}"
    );
}

#[test]
fn no_word_is_lost_on_the_way_to_either_book() {
    let places = include_str!("support/every-place.md");
    let mut words = Vec::new();
    let mut text = String::new();
    for piece in places.split("@@") {
        let word = format!("word{}x", words.len());
        text.push_str(piece);
        text.push_str(&word);
        words.push(word);
    }
    assert!(words.len() > 50, "only {} words", words.len());
    let folder = one_chapter(&text);
    let mut book = Book::read(folder.path());
    let epub = book.epub();
    let chapters = support::entries(&epub)
        .into_iter()
        .filter(|(name, _)| name.ends_with("01-chapter.xhtml"));
    let xhtml: String = chapters.map(|(_, text)| text).collect();
    let files = pdf::typst_source(&book.edition, PdfEdition::Print);
    let typst: String = files.into_iter().map(|(_, text)| text).collect();
    for word in &words {
        assert!(xhtml.contains(word.as_str()), "{word} is not in the EPUB:\n{text}");
        assert!(typst.contains(word.as_str()), "{word} is not in the PDF:\n{text}");
    }
}
