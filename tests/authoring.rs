//! The whole loop of writing to an outline: outline, brief, reply, check, book.

mod support;

use std::path::Path;
use std::process::{Command, Output};

fn publish(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_publish"))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn from_an_outline_to_a_brief_to_a_reply_to_a_book() {
    let folder = tempfile::tempdir().expect("a folder");
    let manuscript = folder.path().join("manuscript");
    std::fs::create_dir(&manuscript).expect("a folder");
    let settings = "[book]\ntitle = \"Python Under the Hood\"\nauthors = [\"A\"]\nlanguage = \"en\"\n";
    std::fs::write(manuscript.join("book.toml"), settings).expect("book.toml");
    let outline = support::root().join("tests/outlines/python-under-the-hood/outline.md");
    std::fs::copy(outline, manuscript.join("outline.md")).expect("the outline");

    // The brief of the chapter has its headings, what each is to cover, and what the contract asks for.
    let brief = publish(folder.path(), &["prompt", "3"]);
    assert!(brief.status.success(), "{}", said(&brief));
    let text = String::from_utf8_lossy(&brief.stdout).into_owned();
    let headings = [
        "Name Binding: Names vs. Objects",
        "Variable Lifetime & Identity",
        "The LEGB Name Resolution Rule",
        "Scope Introspection",
        "Namespaces",
        "Key Takeaways",
    ];
    for heading in headings {
        assert!(text.contains(heading), "the brief lacks {heading}");
    }
    assert!(
        text.contains("which objects they reference") || text.contains("names (identifiers)"),
        "{text}"
    );

    // The reply comes as replies do: with a plan before it, a question behind it, and its own idea of a heading.
    let reply = support::root().join("tests/replies/a-whole-chapter/reply.md");
    let reply = reply.to_str().expect("a path");
    let taken = publish(folder.path(), &["ingest", reply, "--by", "A model", "--date", "2026-01-02"]);
    assert!(taken.status.success(), "{}", said(&taken));
    let chapter = manuscript.join("03-variables-scope-and-namespaces.md");
    let written = std::fs::read_to_string(chapter).expect("the chapter");
    let found: Vec<&str> = written.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(found, headings);
    assert!(!written.contains("startpython") && !written.contains("Would you like") && !written.contains("Internal debate"));

    // It keeps the contract, and what the outline is told of itself is no fault of the chapter's.
    let checked = publish(folder.path(), &["check", "--format", "json"]);
    assert!(checked.status.success(), "{}", said(&checked));
    let lines = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(!lines.contains("03-variables"), "{lines}");

    // The status counts it, and its origin is on record.
    let status = publish(folder.path(), &["status", "--format", "json"]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).expect("the status");
    assert!(status.to_string().contains("Variables, Scope, and Namespaces"));
    let disclosure = said(&publish(folder.path(), &["status", "--disclosure"]));
    assert!(
        disclosure.contains("A model") && disclosure.contains("2026-01-02"),
        "{disclosure}"
    );

    // The next brief knows what this chapter has said.
    let next = publish(folder.path(), &["prompt", "4"]);
    let text = String::from_utf8_lossy(&next.stdout).into_owned();
    assert!(text.contains("Variables, Scope, and Namespaces"), "{text}");

    let built = publish(folder.path(), &[]);
    assert!(built.status.success(), "{}", said(&built));
    support::epubcheck(&folder.path().join("dist/python-under-the-hood.epub"));
    assert!(folder.path().join("dist/python-under-the-hood-print.pdf").exists());
}
