use super::*;
use crate::contents::Contents;
use crate::document::BlockKind;
use crate::figures::kinds;
use crate::manuscript;
use std::path::Path;

/// A book in a temporary folder, from the names and texts of its files.
fn book(files: &[(&str, &str)]) -> (tempfile::TempDir, Book, Diagnostics) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let (book, diagnostics) = open(folder.path());
    (folder, book, diagnostics)
}

fn open(folder: &Path) -> (Book, Diagnostics) {
    let folder = Folder::open(folder).expect("book.toml");
    let mut diagnostics = Diagnostics::default();
    let manuscript = manuscript::read(folder, &mut diagnostics);
    let book = Book::bind(manuscript, &mut diagnostics);
    (book, diagnostics)
}

fn chapter(book: &Book, name: &str) -> Subject {
    Subject::Chapter {
        found: book.contents.find(name, &book.edition.document).expect("a chapter"),
        with_text: true,
    }
}

const SETTINGS: (&str, &str) = ("book.toml", "[book]\ntitle = \"T\"\nauthors = [\"A\"]\nlanguage = \"en\"\n");

#[test]
fn every_example_of_the_briefs_is_right() {
    let (_folder, mut first, mut messages) = book(&[SETTINGS, ("outline.md", "# T\n\n## 1. One\n\n- **1.1. A** - b\n")]);
    let subject = chapter(&first, "1");
    let text = write(&mut first, subject, &mut messages).expect("a brief");
    // The dialect's example is held by a fence of its own; the diagrams stand in the brief itself.
    let example = text.split("````markdown\n## A Section").nth(1).expect("the example");
    let example = example.split("\n````\n").next().expect("its end");
    let diagrams = text.split("\n## Diagrams\n").nth(1).expect("the diagrams");
    let diagrams = diagrams.split("\n## ").next().expect("their end");
    let examples = format!("# Examples\n\n## A Section{example}\n\n## Diagrams\n{diagrams}");
    let (_folder, second, _) = book(&[SETTINGS, ("examples.md", &examples)]);
    let found: Vec<_> = second.found.iter().map(|message| &message.message).collect();
    assert!(found.is_empty(), "{found:?}");
    let mut drawn = 0;
    query(&second.edition.document, |_, node| {
        if let Node::Block(block) = node {
            drawn += usize::from(matches!(block.kind, BlockKind::Figure(_)));
        }
    });
    assert_eq!(drawn, kinds::NAMES.len() + 1);
    for name in kinds::NAMES {
        assert!(
            diagrams.contains(&format!("\n`{name}`, ")) && diagrams.contains(&format!("```diagram {name} ")),
            "{name}"
        );
    }
}

#[test]
fn nothing_that_an_author_wrote_closes_a_fence() {
    let outline = "# T\n\n## 1. ```` One\n\n- **```` A** - ~~~~ b\n- ~~~ c\n\n## 2. Two\n";
    let text = "# ```` One\n\n## ```` A\n\n````` \n`````\n\n~~~~~~text\n````\n~~~~~~\n\n## Key Takeaways\n\n- ```` x\n";
    let settings = format!("{}[brief]\nrole = \"```\\nyou\"\nrules = [\"~~~~ a\\nb\"]\n", SETTINGS.1);
    let (_folder, mut book, mut messages) = book(&[("book.toml", &settings), ("outline.md", outline), ("01-one.md", text)]);
    for name in ["1", "2"] {
        let subject = chapter(&book, name);
        let text = write(&mut book, subject, &mut messages).expect("a brief");
        assert!(fences::is_closed(&text), "{text}");
    }
    let text = write(&mut book, Subject::Master, &mut messages).expect("a brief");
    assert!(fences::is_closed(&text), "{text}");
}

#[test]
fn a_template_may_use_every_name_that_is_there() {
    let outline = "# T\n\n## 1. One\n\n- **1.1. A** - b\n  - c - d\n\n## 2. Two\n";
    let files = [
        SETTINGS,
        ("outline.md", outline),
        ("01-one.md", "# One\n\n## A {#sec-a}\n\nx\n"),
        ("02-two.md", "# Two\n\n- x\n"),
    ];
    let (_folder, book, _) = book(&files);
    let context = context::gather(&book, chapter(&book, "1"), Some(vec!["x".to_owned()]));
    let mut unknown = Vec::new();
    find_names(&serde_json::to_value(&context).expect("JSON"), &mut unknown);
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(template::NAMES.is_sorted());
}

fn find_names(value: &serde_json::Value, unknown: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(list) => list.iter().for_each(|item| find_names(item, unknown)),
        serde_json::Value::Object(map) => {
            for (name, value) in map {
                if !template::NAMES.contains(&name.as_str()) {
                    unknown.push(name.clone());
                }
                find_names(value, unknown);
            }
        }
        _ => {}
    }
}

#[test]
fn a_chapter_is_found_by_whatever_names_it() {
    let outline = "# T\n\n- Purpose\n\n## 1. One Thing\n\n- **1.1. A** - b\n- **1.2. B & C** - b\n\n## 2. Two\n";
    let files = [
        SETTINGS,
        ("outline.md", outline),
        ("07-first.md", "# One Thing\n\nx\n"),
        ("introduction.md", "# Hello\n\nx\n"),
    ];
    let (_folder, book, _) = book(&files);
    let find = |name: &str| Contents::find(&book.contents, name, &book.edition.document);
    let whole = |chapter| Ok(Found { chapter, section: None });
    for name in [
        "1",
        "One Thing",
        "1. one thing",
        "one-thing",
        "07-first.md",
        "07-first",
        "chapter 1: One thing",
    ] {
        assert_eq!(find(name), whole(1), "{name}");
    }
    assert_eq!(find("introduction"), whole(0));
    assert_eq!(find("2"), whole(2));
    let section = Found {
        chapter: 1,
        section: Some(1),
    };
    assert_eq!(find("1.2"), Ok(section));
    assert_eq!(find("b and c"), Ok(section));
    assert_eq!(find("One Thin"), Err(Some("One Thing".to_owned())));
    assert_eq!(find("3"), Err(None));
}
