//! Every example of the CommonMark specification makes a well-formed chapter, and EPUBCheck finds no fault in any of them.

mod support;

use support::Book;

#[test]
fn every_example_of_the_specification_is_well_formed_xhtml() {
    let Some(validators) = support::validators() else { return };
    let spec = std::fs::read_to_string(validators.join("node_modules/commonmark-spec/spec.txt")).expect("the specification");
    let examples = examples(&spec);
    assert!(examples.len() > 600, "only {} examples were found", examples.len());
    // One book with a chapter for each example costs one EPUB and not six hundred.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = "[book]\ntitle = \"CommonMark\"\nauthors = [\"A\"]\nlanguage = \"en\"\n";
    std::fs::write(folder.path().join("book.toml"), settings).expect("book.toml");
    for (at, example) in examples.iter().enumerate() {
        std::fs::write(
            folder.path().join(format!("{at:03}.md")),
            format!("# Example {at}\n\n{example}"),
        )
        .expect("a chapter");
    }
    let mut book = Book::read(folder.path());
    let epub = book.epub();
    let mut chapters = 0;
    for (name, text) in support::entries(&epub) {
        if name.ends_with(".xhtml") || name.ends_with(".opf") || name.ends_with(".ncx") {
            support::parse_xml(&name, &text);
            chapters += usize::from(text.contains("<h1"));
        }
    }
    assert!(
        chapters >= examples.len(),
        "{chapters} chapters for {} examples",
        examples.len()
    );
    let path = folder.path().join("commonmark.epub");
    std::fs::write(&path, &epub).expect("the EPUB");
    support::epubcheck(&path);
}

/// The Markdown of each example; the specification writes tabs as arrows.
fn examples(spec: &str) -> Vec<String> {
    let fence = "`".repeat(32);
    let mut examples = Vec::new();
    let mut lines = spec.lines();
    while let Some(line) = lines.next() {
        if line.starts_with(&format!("{fence} example")) {
            let markdown: Vec<&str> = lines.by_ref().take_while(|line| *line != ".").collect();
            examples.push(markdown.join("\n").replace('→', "\t") + "\n");
            lines.by_ref().find(|line| *line == fence);
        }
    }
    examples
}
