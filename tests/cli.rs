//! The command as somebody meets it: in an empty folder, with a mistake, in a script.

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
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_new_book_builds_at_once_and_says_what_it_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = publish(folder.path(), &["new", "my-book"]);
    assert!(made.status.success(), "{}", said(&made));
    let book = folder.path().join("my-book");
    let built = publish(&book, &["--strict"]);
    assert_eq!(built.status.code(), Some(0), "{}", said(&built));
    for name in ["a-small-book.epub", "a-small-book-print.pdf", "a-small-book-screen.pdf"] {
        assert!(book.join("dist").join(name).exists(), "{name}");
        assert!(said(&built).contains(name), "{}", said(&built));
    }
    support::epubcheck(&book.join("dist/a-small-book.epub"));
    let again = publish(folder.path(), &["new", "my-book"]);
    assert_eq!(again.status.code(), Some(1));
}

#[test]
fn an_empty_folder_gets_advice() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = publish(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("error[no-manuscript]"), "{}", said(&output));
    assert!(said(&output).contains("publish new"), "{}", said(&output));
}

#[test]
fn a_wrong_command_line_is_code_2() {
    let folder = tempfile::tempdir().expect("a folder");
    for args in [
        &["--format", "docx"][..],
        &["--chapters", "5-3"],
        &["nonsense"],
        &["check", "--explain", "no-such-code"],
    ] {
        assert_eq!(publish(folder.path(), args).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn a_failed_build_leaves_the_earlier_output_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    publish(folder.path(), &["new", "book"]);
    let book = folder.path().join("book");
    assert!(publish(&book, &["--format", "epub"]).status.success());
    let path = book.join("dist/a-small-book.epub");
    let before = std::fs::read(&path).expect("the EPUB");
    std::fs::write(
        book.join("manuscript/02-broken.md"),
        "# Broken\n\n![x](images/none.png)\n\n[](#nowhere)\n",
    )
    .expect("a chapter");
    let output = publish(&book, &["--format", "epub"]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(said.contains("02-broken.md:3:1 error[missing-image]"), "{said}");
    assert!(said.contains("02-broken.md:5:1 error[unknown-reference]"), "{said}");
    assert_eq!(std::fs::read(&path).expect("the EPUB"), before);
}

#[test]
fn messages_for_programs_are_one_object_a_line() {
    let folder = tempfile::tempdir().expect("a folder");
    publish(folder.path(), &["new", "book"]);
    let book = folder.path().join("book");
    std::fs::write(book.join("manuscript/02-more.md"), "# More\n\n[gone](gone.md)\n").expect("a chapter");
    let output = publish(&book, &["tree", "--message-format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    // Who asks whether all is well has to know of a link that leads nowhere.
    let output = publish(&book, &["check", "--message-format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let lines = String::from_utf8(output.stdout).expect("text");
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().expect("a message")).expect("an object");
    assert_eq!(first["code"], "dead-link");
    assert_eq!(first["severity"], "error");
    assert_eq!(first["place"]["line"], 3);
    let settings = book.join("manuscript/book.toml");
    let text = std::fs::read_to_string(&settings).expect("book.toml") + "\n[check]\ndead-link = \"warning\"\n";
    std::fs::write(&settings, text).expect("book.toml");
    assert_eq!(publish(&book, &["check"]).status.code(), Some(0));
    assert_eq!(publish(&book, &["check", "--strict"]).status.code(), Some(1));
}

#[test]
fn messages_for_code_hosts_name_paths_from_the_working_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    publish(folder.path(), &["new", "book"]);
    let book = folder.path().join("book");
    std::fs::write(book.join("manuscript/02-more.md"), "# More\n\n[gone](gone.md)\n").expect("a chapter");
    let whole = std::fs::canonicalize(book.join("manuscript")).expect("the real path");
    let whole = whole.to_str().expect("a path in UTF-8");
    for manuscript in ["manuscript", whole] {
        let output = publish(&book, &["check", "--format", "github", "--manuscript", manuscript]);
        let lines = String::from_utf8(output.stdout).expect("text");
        let expected = "::error file=manuscript/02-more.md,line=3,col=1,endLine=3,endColumn=16,title=dead-link::";
        assert!(lines.starts_with(expected), "{lines}");
    }
    // A build says the same, and one document holds what failed as well.
    std::fs::write(book.join("dist"), "no folder").expect("a file");
    let output = publish(&book, &["--format", "epub", "--message-format", "sarif"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one document");
    let run = &document["runs"][0];
    assert_eq!(run["results"][0]["ruleId"], "dead-link");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn what_is_allowed_in_one_place_stops_no_strict_build() {
    let folder = tempfile::tempdir().expect("a folder");
    publish(folder.path(), &["new", "book"]);
    let book = folder.path().join("book");
    let chapter = book.join("manuscript/02-more.md");
    let text = "# More\n\n<!-- allow: dead-link: the page comes later -->\n\n[gone](gone.md)\n";
    std::fs::write(&chapter, text).expect("a chapter");
    let output = publish(&book, &["--format", "epub", "--strict"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    std::fs::write(&chapter, text.replace("[gone](gone.md)", "gone")).expect("a chapter");
    let output = publish(&book, &["check", "--strict"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("error[unused-suppression]"), "{}", said(&output));
    // A draft leaves out what could be said of other chapters.
    let draft = publish(&book, &["--format", "epub", "--strict", "--chapters", "1"]);
    assert_eq!(draft.status.code(), Some(0), "{}", said(&draft));
}

#[test]
fn the_tree_is_json() {
    let folder = tempfile::tempdir().expect("a folder");
    publish(folder.path(), &["new", "book"]);
    let output = publish(&folder.path().join("book"), &["tree"]);
    let tree: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(tree.to_string().contains("First Steps"));
}

#[test]
fn a_draft_of_one_chapter_keeps_the_numbers_of_the_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    publish(folder.path(), &["new", "book"]);
    let book = folder.path().join("book");
    std::fs::write(book.join("manuscript/02-more.md"), "# More\n\nSee [](#fig-way).\n").expect("a chapter");
    let output = publish(&book, &["--format", "epub", "--chapters", "2"]);
    assert!(output.status.success(), "{}", said(&output));
    let epub = std::fs::read(book.join("dist/a-small-book-draft.epub")).expect("the EPUB");
    let chapters: Vec<(String, String)> = support::entries(&epub);
    assert!(
        !chapters.iter().any(|(name, _)| name.ends_with("01-first-steps.xhtml")),
        "a chapter that was not asked for"
    );
    let (_, more) = chapters
        .iter()
        .find(|(name, _)| name.ends_with("02-more.xhtml"))
        .expect("the chapter");
    assert!(
        more.contains("<span class=\"digits\">2</span>") && more.contains("Figure\u{a0}1.1"),
        "{more}"
    );
}

#[test]
fn a_described_diagram_is_drawn_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "# T\n\n```diagram stack {#fig-a}\n- top\n- bottom\n```\n\n```diagram flow {#fig-b}\nno arrow\n```\n";
    std::fs::write(folder.path().join("a.md"), text).expect("a chapter");
    let foreign = "# T\n\n```mermaid\nflowchart LR\nno arrow here\n```\n\n```diagram flow {#fig-good}\na → b\n```\n";
    std::fs::write(folder.path().join("foreign.md"), foreign).expect("a chapter");
    let first = publish(folder.path(), &["figure", "a.md", "--message-format", "sarif"]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let svg = String::from_utf8(first.stdout).expect("text");
    assert!(svg.starts_with("<svg ") && svg.contains(">bottom</text>"), "{svg}");
    let outlined = publish(folder.path(), &["figure", "a.md", "--id", "fig-a", "--outlines"]);
    assert!(
        !String::from_utf8_lossy(&outlined.stdout).contains("<text"),
        "{}",
        said(&outlined)
    );

    let dark = ["figure", "a.md", "--theme", "dark", "--width", "12cm", "--out", "a.png"];
    let drawn = publish(folder.path(), &dark);
    assert_eq!(drawn.status.code(), Some(0), "{}", said(&drawn));
    let png = std::fs::read(folder.path().join("a.png")).expect("the picture");
    assert!(png.starts_with(b"\x89PNG"));

    for (args, expected) in [
        (&["figure", "a.md", "--id", "fig-b"][..], "a.md:9:1 error[bad-diagram]"),
        (&["figure", "a.md", "--id", "fig-c"], "did you mean `fig-"),
        (&["figure", "foreign.md"], "foreign.md:5:1 error[bad-diagram]"),
        (&["figure", "a.md", "--out", "a.gif"], ".svg or .png"),
        (&["figure", "none.md"], "reading none.md"),
    ] {
        let output = publish(folder.path(), args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(said(&output).contains(expected), "{}", said(&output));
    }
    assert!(!folder.path().join("a.gif").exists());
}

#[test]
fn a_diagram_may_come_from_standard_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(env!("CARGO_BIN_EXE_publish"))
        .args(["figure", "-"])
        .current_dir(folder.path())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the command");
    let mut input = child.stdin.take().expect("its input");
    std::io::Write::write_all(
        &mut input,
        b"Imagine a stack: source \xe2\x86\x92 bytecode \xe2\x86\x92 PVM.\n",
    )
    .expect("a sentence");
    drop(input);
    let output = child.wait_with_output().expect("its end");
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains(">bytecode</text>"));
}

#[test]
fn codes_are_explained_one_or_all_to_people_and_to_programs() {
    let folder = tempfile::tempdir().expect("a folder");
    let printed = |args: &[&str]| {
        let output = publish(folder.path(), args);
        assert!(output.status.success(), "{args:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let page = printed(&["check", "--explain", "typed-reference"]);
    assert!(
        page.contains("For example") && page.contains("<!-- allow: typed-reference: "),
        "{page}"
    );
    let all = printed(&["check", "--explain"]);
    assert!(all.contains("\nwide-code (warning)\n    A listing"), "{all}");
    let objects = printed(&["check", "--format", "json", "--explain"]);
    for line in objects.lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(all.contains(object["code"].as_str().expect("a name")), "{line}");
    }
    assert_eq!(objects.lines().count(), publish::diag::codes::ALL.len());
}

/// A new book whose EPUB lists the printed pages.
fn book_with_page_list() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(publish(folder.path(), &["new", "."]).status.success());
    let settings = folder.path().join("manuscript/book.toml");
    let text = std::fs::read_to_string(&settings).expect("book.toml") + "\n[epub]\npage-list = true\n";
    std::fs::write(settings, text).expect("book.toml");
    folder
}

#[test]
fn a_page_list_is_the_same_whatever_else_is_built() {
    let folder = book_with_page_list();
    let build = |args: &[&str]| {
        let built = publish(folder.path(), args);
        assert!(built.status.success(), "{}", said(&built));
    };
    build(&[]);
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("a file");
    let epub = read("dist/a-small-book.epub");
    let lists = |bytes: &[u8]| support::entries(bytes).iter().any(|(_, text)| text.contains("page-list"));
    assert!(lists(&epub));
    build(&["--format", "epub", "--out", "alone"]);
    assert!(epub == read("alone/a-small-book.epub"));
    build(&["--format", "epub", "--edition", "screen", "--out", "screen"]);
    assert!(epub == read("screen/a-small-book.epub"));
    // The printed book does not change by being listed, and a draft has not its pages.
    build(&["--edition", "print", "--out", "listed"]);
    let settings = folder.path().join("manuscript/book.toml");
    let text = std::fs::read_to_string(&settings).expect("book.toml");
    build(&["--format", "epub", "--chapters", "1", "--out", "draft"]);
    assert!(!lists(&read("draft/a-small-book-draft.epub")));
    std::fs::write(settings, text.replace("page-list = true", "page-list = false")).expect("book.toml");
    build(&["--edition", "print", "--out", "unlisted"]);
    assert!(read("listed/a-small-book-print.pdf") == read("unlisted/a-small-book-print.pdf"));
}

#[test]
fn pages_that_cannot_be_set_cannot_be_listed() {
    let folder = book_with_page_list();
    std::fs::create_dir(folder.path().join("styles")).expect("a folder");
    std::fs::write(folder.path().join("styles/book.typ"), "#let ornament = unknown-name\n").expect("a template");
    let built = publish(folder.path(), &["--format", "epub"]);
    assert_eq!(built.status.code(), Some(1));
    let told = said(&built);
    assert!(
        told.contains("error[typst]") && told.contains("error[no-page-list]"),
        "{told}"
    );
    assert!(told.contains("page-list = true\n") && told.contains("hint: mend"), "{told}");
    assert!(!folder.path().join("dist").exists());
}

#[test]
fn a_sample_is_built_by_itself_or_where_the_editions_list_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let built = |args: &[&str]| {
        let out = tempfile::tempdir().expect("a folder");
        let place = out.path().to_str().expect("a path").to_owned();
        let output = publish(folder.path(), &[args, &["--out", &place]].concat());
        let mut names: Vec<String> = std::fs::read_dir(out.path())
            .expect("the folder")
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| name != "manifest.json")
            .collect();
        names.sort();
        (output.status.code(), names.join(" "), said(&output))
    };
    let settings = "[book]\ntitle = \"T\"\nauthors = [\"A\"]\nlanguage = \"en\"\n";
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("book.toml", settings);
    write("01-one.md", "# One\n\nText.\n");
    write("02-two.md", "# Two\n\nText.\n");
    let (code, names, said) = built(&["--sample"]);
    assert_eq!((code, names.as_str()), (Some(1), ""), "{said}");
    assert!(said.contains("error[missing-key]") && said.contains("[sample]"), "{said}");

    write(
        "book.toml",
        &format!("{settings}[sample]\nchapters = [\"1\"]\n[editions]\nepub = [\"full\", \"sample\"]\n"),
    );
    assert_eq!(built(&["--sample"]).1, "t-sample.epub t-sample.pdf");
    assert_eq!(built(&["--sample", "--edition", "print"]).1, "t-sample-print.pdf");
    assert_eq!(built(&["--format", "epub"]).1, "t-sample.epub t.epub");
    assert_eq!(built(&["--format", "epub", "--chapters", "2"]).1, "t-draft.epub");
    assert_eq!(built(&["--format", "pdf"]).1, "t-print.pdf t-screen.pdf");
    assert_eq!(built(&["--sample", "--chapters", "1"]).0, Some(2));
}

#[test]
fn the_screen_edition_may_have_a_page_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(publish(folder.path(), &["new", "."]).status.success());
    let settings = folder.path().join("manuscript/book.toml");
    let text = std::fs::read_to_string(&settings).expect("book.toml");
    let boxes = |name: &str| {
        let pdf = std::fs::read(folder.path().join("dist").join(name)).expect("a PDF");
        let document = lopdf::Document::load_mem(&pdf).expect("a PDF");
        let page = document.page_iter().next().expect("a page");
        let page = document.get_dictionary(page).expect("a page");
        let sides = page.get(b"MediaBox").and_then(lopdf::Object::as_array).expect("a box");
        sides.iter().filter_map(|side| side.as_float().ok()).collect::<Vec<f32>>()
    };
    let with = |screen: &str| std::fs::write(&settings, format!("{text}\n[screen]\n{screen}\n")).expect("book.toml");
    with("width = \"6in\"\nheight = \"8in\"\ninside = \"0.5in\"\noutside = \"0.5in\"");
    let built = publish(folder.path(), &["--format", "pdf"]);
    assert!(built.status.success(), "{}", said(&built));
    assert_eq!(boxes("a-small-book-screen.pdf"), [0.0, 0.0, 432.0, 576.0]);
    assert_eq!(boxes("a-small-book-print.pdf"), [0.0, 0.0, 504.0, 666.0]);
    with("width = \"2in\"\nhieght = \"8in\"\ninside = \"auto\"");
    let told = said(&publish(folder.path(), &["check"]));
    for told_of in ["less than 2 in", "did you mean `height`?", "`auto` is not a length"] {
        assert!(told.contains(told_of), "{told}");
    }
}

#[test]
fn a_workflow_gets_all_books_or_none() {
    let folder = tempfile::tempdir().expect("a folder");
    for book in ["books/salt", "books/bread"] {
        assert!(publish(folder.path(), &["new", book]).status.success());
    }
    let listed = publish(folder.path(), &["list", "--json"]);
    assert_eq!(listed.status.code(), Some(0), "{}", said(&listed));
    let text = String::from_utf8(listed.stdout).expect("text");
    // More than one line would not do as the value of a workflow's output.
    assert_eq!(text.lines().count(), 1, "{text}");
    let books: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(books[0]["path"], "books/bread/manuscript");
    assert_eq!(books[1]["path"], "books/salt/manuscript");
    assert_eq!(books[1]["name"], "a-small-book");
    assert_eq!(books[1]["title"], "A Small Book");
    for path in ["books/bread/manuscript", "books/salt/manuscript"] {
        let checked = publish(folder.path(), &["check", "--manuscript", path]);
        assert_eq!(checked.status.code(), Some(0), "{}", said(&checked));
    }

    std::fs::write(folder.path().join("books/salt/manuscript/book.toml"), "[bok]\n").expect("a file");
    let broken = publish(folder.path(), &["list", "--json"]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(broken.stdout.is_empty());
    assert!(
        said(&broken).contains("books/salt/manuscript/book.toml:1:"),
        "{}",
        said(&broken)
    );

    std::fs::create_dir(folder.path().join("none")).expect("a folder");
    let none = publish(folder.path(), &["list", "none", "--json"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(
        none.stdout.is_empty() && said(&none).contains("error[no-manuscript]"),
        "{}",
        said(&none)
    );
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let printed = publish(folder.path(), &["man"]);
    assert_eq!(printed.status.code(), Some(0), "{}", said(&printed));
    let written = publish(folder.path(), &["man", "--out", "share/man1"]);
    assert_eq!(written.status.code(), Some(0), "{}", said(&written));
    let pages = folder.path().join("share/man1");
    let root = std::fs::read(pages.join("publish.1")).expect("the first page");
    assert_eq!(root, printed.stdout);
    let root = String::from_utf8(root).expect("text");
    let named = root.lines().filter_map(|line| line.strip_suffix("(1)"));
    let named: Vec<&str> = named.filter(|name| !name.contains(' ')).collect();
    assert!(named.len() > 10, "{named:?}");
    for name in named {
        let name = name.replace("\\-", "-");
        let page = std::fs::read_to_string(pages.join(format!("{name}.1"))).expect("the page that is named");
        assert!(page.contains("SYNOPSIS"), "{name}");
    }
}

#[test]
fn the_version_says_what_was_compiled() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = format!("publish {}\n", env!("CARGO_PKG_VERSION"));
    let short = publish(folder.path(), &["-V"]);
    assert_eq!(String::from_utf8_lossy(&short.stdout), line);
    let long = publish(folder.path(), &["--version"]);
    let long = String::from_utf8_lossy(&long.stdout).into_owned();
    assert!(long.starts_with(&line) && long.contains("\ncommit "), "{long}");
    for library in ["typst 0.", "epub-builder 0.", "pulldown-cmark 0.", "resvg 0.", "zip "] {
        assert!(long.contains(&format!("\n{library}")), "{long}");
    }
}

#[test]
fn all_files_of_a_build_say_the_same_of_what_made_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("book");
    assert!(publish(folder.path(), &["new", "book"]).status.success());
    let toml = book.join("manuscript/book.toml");
    let text = std::fs::read_to_string(&toml).expect("book.toml");
    std::fs::write(&toml, text.replace("[print]\n", "[print]\npaper = \"0.0025in\"\n")).expect("book.toml");
    support::git(&book, &["init", "-q"]);
    support::git(&book, &["add", "."]);
    support::git(&book, &["commit", "-q", "-m", "One"]);
    let built = publish(&book, &["--format", "all,cover"]);
    assert!(built.status.success(), "{}", said(&built));
    let manifest = std::fs::read_to_string(book.join("dist/manifest.json")).expect("the manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let text = |key: &str| manifest[key].as_str().expect("a text").to_owned();
    let identification = text("identification");
    let commit = text("commit");
    assert_eq!(commit.len(), 40, "{commit}");
    assert_eq!(identification, format!("{}, manuscript {}", text("tool"), &commit[..12]));
    let files = manifest["files"].as_array().expect("files");
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        let name = file["name"].as_str().expect("a name");
        let bytes = std::fs::read(book.join("dist").join(name)).expect("a file");
        let found = publish::release::difference::identification(&bytes);
        assert_eq!(found.as_ref(), Some(&identification), "{name}");
        assert!(
            !name.ends_with(".pdf") || metadata(&bytes).contains(&identification),
            "{name}"
        );
    }
}

/// The metadata (XMP) of a PDF.
fn metadata(pdf: &[u8]) -> String {
    let document = lopdf::Document::load_mem(pdf).expect("a PDF");
    let catalog = document.catalog().expect("a catalog");
    let metadata = catalog
        .get(b"Metadata")
        .and_then(lopdf::Object::as_reference)
        .expect("metadata");
    let stream = document
        .get_object(metadata)
        .and_then(lopdf::Object::as_stream)
        .expect("a stream");
    String::from_utf8(stream.get_plain_content().expect("its text")).expect("text")
}
