//! The rules of `publish check`: every folder in `tests/rules` is a code, with two books in it: `met`, of which `messages.txt`
//! says what is told, and `kept`, of which nothing with that code is told.
//!
//! A book is `in.md` alone, or a whole manuscript with a book.toml. With `UPDATE_CASES=1` the expected files are written
//! anew; read the change before keeping it.
//!
//! Every folder in `tests/outlines` is an outline alone, with what its author is told of it in `messages.txt` and, where that
//! matters, how it is read in `read.txt`.

mod support;

use publish::check;
use publish::diag::{Diagnostics, codes, render};
use publish::manuscript::outline::{self, Entry};
use publish::source::Sources;
use std::collections::BTreeSet;
use std::path::Path;
use support::Book;

#[test]
fn every_rule_is_met_and_kept() {
    let rules = support::root().join("tests/rules");
    let mut found = BTreeSet::new();
    let mut failures = Vec::new();
    for entry in std::fs::read_dir(&rules).expect("the rules").flatten() {
        let name = entry.file_name().into_string().expect("a name");
        let code = format!("[{name}]: ");
        let met = check(&entry.path().join("met"));
        if !met.contains(&code) {
            failures.push(format!("{name}/met does not meet the rule:\n{met}"));
        }
        support::compare(&entry.path().join("met/messages.txt"), &met, &mut failures);
        let kept = check(&entry.path().join("kept"));
        if kept.contains(&code) {
            failures.push(format!("{name}/kept meets the rule:\n{kept}"));
        }
        found.insert(name);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let missing: Vec<_> = codes::OF_CHECK.iter().filter(|code| !found.contains(code.name)).collect();
    assert!(missing.is_empty(), "there are no cases for {missing:?}");
}

/// What `publish check` says of a book, weighed as its book.toml asks.
fn check(case: &Path) -> String {
    let text = std::fs::read(case.join("in.md"));
    let single = text.map(|text| support::one_chapter_bytes(&text));
    let folder = single.as_ref().map_or(case, |folder| folder.path());
    let mut book = Book::read(folder);
    check::rules(&book.edition, &mut book.diagnostics);
    book.diagnostics.raise(&codes::DEAD_LINK);
    book.diagnostics.report_unused(true);
    book.diagnostics.weigh(&book.edition.settings.check);
    book.diagnostics.sort();
    let shown = format!("{}/", folder.to_string_lossy());
    render::human(&book.diagnostics, &book.edition.sources, false).replace(&shown, "")
}

#[test]
fn every_outline_is_read_and_told_what_it_deserves() {
    let mut failures = Vec::new();
    for entry in std::fs::read_dir(support::root().join("tests/outlines"))
        .expect("outlines")
        .flatten()
    {
        let folder = entry.path();
        let text = std::fs::read_to_string(folder.join("outline.md")).expect("an outline");
        let mut sources = Sources::default();
        let file = sources.add("outline.md", text);
        let mut diagnostics = Diagnostics::default();
        let outline = outline::read(&sources, file, &mut diagnostics);
        diagnostics.sort();
        let said = render::human(&diagnostics, &sources, false);
        support::compare(&folder.join("messages.txt"), &said, &mut failures);
        let mut read = String::new();
        for part in &outline.parts {
            let title = part.title.as_ref().map_or("", |(title, _)| title);
            read.push_str(&format!("part {} {title}\n", part.number.as_deref().unwrap_or("-")));
            part.chapters.iter().for_each(|chapter| show(chapter, 1, &mut read));
        }
        if folder.join("read.txt").exists() {
            support::compare(&folder.join("read.txt"), &read, &mut failures);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// An entry as it is read: number, title, Markdown of the title where that is another, note.
fn show(entry: &Entry, depth: usize, read: &mut String) {
    let number = entry.number.as_deref().unwrap_or("-");
    read.push_str(&format!("{}{number} {}", "  ".repeat(depth), entry.title));
    if entry.markdown != entry.title {
        read.push_str(&format!(" = {}", entry.markdown));
    }
    if let Some(note) = &entry.note {
        read.push_str(&format!(" | {note}"));
    }
    read.push('\n');
    entry.entries.iter().for_each(|below| show(below, depth + 1, read));
}

/// A book whose chapters keep the outline, heading by heading: level and title, a chapter's own first.
const KEPT: [&[(usize, &str)]; 3] = [
    &[
        (1, "Names"),
        (2, "Binding Objects"),
        (2, "Scope"),
        (3, "Locals"),
        (3, "Enclosing Frames"),
        (3, "Builtins"),
        (2, "Lifetime"),
    ],
    &[
        (1, "Imports"),
        (2, "Finders"),
        (2, "Circularity"),
        (3, "Half a Module"),
        (2, "Hooks"),
        (2, "Reloading"),
    ],
    &[(1, "Types"), (2, "Protocols"), (2, "Generic Classes"), (2, "Stub Files")],
];

type Headings = Vec<Vec<(usize, &'static str)>>;

/// What is told of chapters with these headings, a line each.
fn told(headings: &Headings) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: String, text: String| std::fs::write(folder.path().join(name), text).expect("a file");
    let settings = "[book]\ntitle = \"T\"\nauthors = [\"A\"]\nlanguage = \"en\"\n[check]\nheading-skip = \"off\"\n";
    write("book.toml".to_owned(), settings.to_owned());
    let mut outline = "# T\n".to_owned();
    for (level, title) in KEPT.iter().copied().flatten() {
        match level {
            1 => outline.push_str(&format!("\n## {title}\n\n")),
            level => outline.push_str(&format!("{}- {title} - note\n", "  ".repeat(level - 2))),
        }
    }
    write("outline.md".to_owned(), outline);
    for (at, chapter) in headings.iter().enumerate() {
        let lines = chapter
            .iter()
            .map(|(level, title)| format!("{} {title}\n\n", "#".repeat(*level)));
        write(format!("{at:02}.md"), lines.collect());
    }
    let mut book = Book::read(folder.path());
    book.diagnostics.weigh(&book.edition.settings.check);
    let said = book.diagnostics.iter();
    said.map(|said| format!("{}: {}", said.code.name, said.message)).collect()
}

/// The block of a heading: it, and what stands below it.
fn block(chapter: &[(usize, &'static str)], at: usize) -> std::ops::Range<usize> {
    let level = chapter[at].0;
    let below = chapter[at + 1..].iter().take_while(|heading| heading.0 > level).count();
    at..at + 1 + below
}

#[test]
fn one_mistake_about_the_outline_gives_one_message() {
    let kept: Headings = KEPT.iter().map(|chapter| chapter.to_vec()).collect();
    assert_eq!(told(&kept), Vec::<String>::new());
    let mut failures = Vec::new();
    for (number, chapter) in kept.iter().enumerate() {
        for at in 1..chapter.len() {
            let (level, title) = chapter[at];
            let lines = block(chapter, at);
            let mut mistakes: Vec<(&str, &str, Headings)> = Vec::new();
            let mut add = |name, code, change: &dyn Fn(&mut Headings)| {
                let mut headings = kept.clone();
                change(&mut headings);
                mistakes.push((name, code, headings));
            };
            add("is gone", "outline-missing", &|book| {
                book[number].remove(at);
            });
            add("is gone with all below it", "outline-missing", &|book| {
                drop(book[number].drain(lines.clone()))
            });
            add("is called otherwise", "outline-renamed", &|book| {
                book[number][at].1 = "Wholly Unlike"
            });
            add("stands twice", "outline-twice", &|book| {
                book[number].insert(at, (level, title))
            });
            add("stands twice, apart", "outline-twice", &|book| {
                book[number].insert(lines.end, (level, title))
            });
            add("is preceded by another", "outline-extra", &|book| {
                book[number].insert(at, (level, "Wholly Unlike"))
            });
            if level == 2 {
                add("stands in another chapter", "outline-order", &|book| {
                    let moved: Vec<_> = book[number].drain(lines.clone()).collect();
                    book[(number + 1) % 3].extend(moved);
                });
                // Below the chapter's title the first heading makes the first section, whatever its level.
                if at > 1 {
                    add("stands a level lower", "outline-level", &|book| book[number][at].0 = 3);
                }
            } else {
                add("stands a level higher", "outline-level", &|book| book[number][at].0 = 2);
            }
            if lines.end < chapter.len() && chapter[lines.end].0 == level {
                add("stands behind the next", "outline-order", &|book| {
                    let next = block(chapter, lines.end);
                    let moved: Vec<_> = book[number].drain(lines.clone()).collect();
                    let to = next.end - moved.len();
                    book[number].splice(to..to, moved);
                });
            }
            for (name, code, headings) in mistakes {
                let told = told(&headings);
                if told.len() != 1 || !told[0].starts_with(code) {
                    failures.push(format!("`{title}` {name}:\n  {}", told.join("\n  ")));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
