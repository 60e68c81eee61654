//! What Markdown and HTML become, in a short notation.

use super::markdown::{ChapterFile, read};
use crate::diag::Diagnostics;
use crate::document::walk::MAX_DEPTH;
use crate::document::*;
use crate::manuscript::Settings;
use crate::source::Sources;

struct Read {
    chapter: ChapterFile,
    diagnostics: Diagnostics,
    sources: Sources,
}

fn read_text(text: &str) -> Read {
    let mut settings = Settings::default();
    settings.variables.insert("version".into(), "3.14".into());
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let file = sources.add("02-the-parser.md", text);
    let chapter = read(&sources, file, "02-the-parser.md", &settings, &mut diagnostics);
    Read {
        chapter,
        diagnostics,
        sources,
    }
}

impl Read {
    fn codes(&self) -> Vec<String> {
        let position = |at| self.sources.position(at);
        let code = |diagnostic: &crate::diag::Diagnostic| {
            let at = diagnostic
                .span
                .map(position)
                .map_or_else(String::new, |at| format!("{}:{} ", at.line, at.column));
            format!("{at}{}", diagnostic.code.name)
        };
        self.diagnostics.iter().map(code).collect()
    }
}

/// The blocks of a text, in a short notation.
fn tree(text: &str) -> String {
    blocks(&read_text(text).chapter.chapter.blocks)
}

fn blocks(list: &[Block]) -> String {
    list.iter().map(block).collect::<Vec<_>>().join(" ")
}

fn block(block: &Block) -> String {
    let text = match &block.kind {
        BlockKind::IndexMarks(marks) => format!("marks({})", inlines(marks)),
        BlockKind::Glossary(_) => "glossary".to_owned(),
        BlockKind::Index(_) => "index".into(),
        BlockKind::Bibliography(works) => format!("bibliography of {}", works.len()),
        BlockKind::Paragraph(content) => format!("p({})", inlines(content)),
        BlockKind::Heading(heading) => format!("h{}({})", heading.level, inlines(&heading.title)),
        BlockKind::Section(_) => "section".into(),
        BlockKind::Listing(listing) => {
            let caption = inlines(&listing.caption);
            format!(
                "listing[{}]({:?}{caption})",
                listing.language.as_deref().unwrap_or_default(),
                listing.code
            )
        }
        BlockKind::Output(text) => format!("output({text:?})"),
        BlockKind::Diagram(diagram) => format!("diagram[{}]({:?})", diagram.kind, diagram.body),
        BlockKind::Figure(figure) => {
            let content = match &figure.content {
                FigureContent::Image(image) => format!("{}|{}", image.source, image.width.as_deref().unwrap_or_default()),
                FigureContent::Drawing(_) => "drawing".into(),
                FigureContent::Blocks(content) => blocks(content),
            };
            format!("figure({content} / {})", inlines(&figure.caption))
        }
        BlockKind::Table(table) => {
            let rows = |rows: &[Row]| {
                let cells = |row: &Row| {
                    row.cells
                        .iter()
                        .map(|cell| blocks(&cell.blocks))
                        .collect::<Vec<_>>()
                        .join(" | ")
                };
                rows.iter().map(cells).collect::<Vec<_>>().join(" // ")
            };
            format!(
                "table({} == {} / {})",
                rows(&table.head),
                rows(&table.body),
                inlines(&table.caption)
            )
        }
        BlockKind::Quote(content) => format!("quote({})", blocks(content)),
        BlockKind::Admonition(admonition) => format!("{}({})", admonition.kind.name(), blocks(&admonition.blocks)),
        BlockKind::List(list) => {
            let item = |item: &Item| {
                format!(
                    "{}{}",
                    item.task.map_or("", |done| if done { "x " } else { "o " }),
                    blocks(&item.blocks)
                )
            };
            let items = list.items.iter().map(item).collect::<Vec<_>>().join("; ");
            let kind = if list.start.is_some() { "ol" } else { "ul" };
            format!("{kind}{}({items})", if list.loose { "+" } else { "" })
        }
        BlockKind::Definitions(definitions) => {
            let one = |definition: &Definition| {
                let terms = definition
                    .terms
                    .iter()
                    .map(|term| inlines(term))
                    .collect::<Vec<_>>()
                    .join(",");
                let meanings = definition
                    .meanings
                    .iter()
                    .map(|meaning| blocks(meaning))
                    .collect::<Vec<_>>()
                    .join(",");
                format!("{terms}={meanings}")
            };
            format!("dl({})", definitions.iter().map(one).collect::<Vec<_>>().join("; "))
        }
        BlockKind::Math(formula) => format!("math({})", formula.latex),
        BlockKind::Rule => "hr".into(),
        BlockKind::Details {
            summary,
            blocks: content,
        } => format!("details({} / {})", inlines(summary), blocks(content)),
        BlockKind::Group(content) => format!("group({})", blocks(content)),
    };
    format!("{text}{}", braces(Some(&block.attributes)))
}

fn braces(attributes: Option<&Attributes>) -> String {
    let Some(attributes) = attributes else { return String::new() };
    let id = attributes.id.iter().map(|id| format!("#{id}"));
    let classes = attributes.classes.iter().map(|class| format!(".{class}"));
    let pairs = attributes.pairs.iter().map(|(key, value)| format!("{key}={value}"));
    let language = attributes.language.iter().map(|language| format!("@{language}"));
    id.chain(classes).chain(pairs).chain(language).collect()
}

fn inlines(list: &[Inline]) -> String {
    list.iter().map(inline).collect()
}

fn inline(inline: &Inline) -> String {
    let text = match &inline.kind {
        InlineKind::Text(text) => text.clone(),
        InlineKind::SoftBreak => "~".into(),
        InlineKind::LineBreak => "\\".into(),
        InlineKind::Emphasis(content) => format!("<em {}>", inlines(content)),
        InlineKind::Strong(content) => format!("<b {}>", inlines(content)),
        InlineKind::Strikethrough(content) => format!("<s {}>", inlines(content)),
        InlineKind::Superscript(content) => format!("<sup {}>", inlines(content)),
        InlineKind::Subscript(content) => format!("<sub {}>", inlines(content)),
        InlineKind::Keyboard(content) => format!("<kbd {}>", inlines(content)),
        InlineKind::Abbreviation { content, title } => format!("<abbr {}={title}>", inlines(content)),
        InlineKind::Span(content) => format!("<span {}>", inlines(content)),
        InlineKind::Code(text) => format!("`{text}`"),
        InlineKind::Math(formula) => format!("${}$", formula.latex),
        InlineKind::Link(link) => format!("<a {} → {:?}>", inlines(&link.content), target(&link.target)),
        InlineKind::Reference(reference) => format!("<ref {}>", target(&reference.target)),
        InlineKind::Image(image) => format!("<img {} {:?} {:?}>", image.source, image.alt, image.title),
        InlineKind::NoteLabel(label) => format!("<note {label}>"),
        InlineKind::Note { .. } => "<note>".into(),
        InlineKind::Anchor => "<anchor>".into(),
        InlineKind::IndexMark(_) => "<mark>".into(),
        InlineKind::Citation(citation) => format!("<cite {}>", citation.typed),
    };
    format!("{text}{}", braces(inline.attributes.as_deref()))
}

fn target(target: &Target) -> &str {
    match target {
        Target::Unresolved(target) | Target::External(target) => target,
        Target::Internal { .. } | Target::Part { .. } => "resolved",
    }
}

#[test]
fn html_nests_around_markdown_over_blank_lines() {
    assert_eq!(
        tree("<div class=\"x\">\n\nSome *text*\n\n- item\n\n</div>\n\nafter"),
        "group(p(Some <em text>) ul(p(item))).x p(after)"
    );
    assert_eq!(
        tree("<details><summary>Sum <b>m</b></summary>\n\n> quote\n\n</details>"),
        "details(Sum <b m> / quote(p(quote)))"
    );
    // An inline element around blocks goes on in each of them, as in a browser.
    assert_eq!(tree("<b>\n\none\n\ntwo\n\n</b>\n\nthree"), "p(<b one>) p(<b two>) p(three)");
    assert_eq!(tree("<em>a <div>b</div> c</em> d"), "p(<em a >) group(p(<em b>)) p(<em c> d)");
}

#[test]
fn html_elements_become_nodes() {
    assert_eq!(
        tree("H<sub>2</sub>O <kbd>Tab</kbd> <abbr title=\"a &amp; b\">AB</abbr><br>x <code>f(<i>y</i>)</code> <q>z</q>"),
        "p(H<sub 2>O <kbd Tab> <abbr AB=a & b>\\x `f(`<em `y`>`)` \"z\")"
    );
    assert_eq!(
        tree("<table><caption>C</caption><thead><tr><th>A<th>B<tbody><tr><td colspan=2 id=c>x<tr><td>y<td>z</table>"),
        "table(p(A) | p(B) == p(<anchor>#cx) // p(y) | p(z) / C)"
    );
    assert_eq!(
        tree("<pre><code class=\"language-py\">if a &lt; b:\n\n    c\n</code></pre>"),
        "listing[py](\"if a < b:\\n\\n    c\")"
    );
    assert_eq!(
        tree(
            "<figure id=\"fig-a\"><img src=\"a%20b.png\" alt=\"A\" width=\"50%\"><figcaption>The <em>cap</em></figcaption></figure>"
        ),
        "figure(a b.png|50% / The <em cap>)#fig-a"
    );
    assert_eq!(
        tree("<dl><dt>T<dd>M<dd>N</dl>\n<ul><li>a<li>b</ul>"),
        "dl(T=p(M),p(N)) ul(p(a); p(b))"
    );
    assert_eq!(
        tree("<p align=\"center\">\n  <a href=\"x\"><img src=\"b.png\" alt=\"\"></a>\n  text\n</p>"),
        "p(<a <img b.png \"\" \"\"> → \"x\">~text).center"
    );
    assert_eq!(
        tree("| a |\n|---|\n| <ul><li>x<li>y</ul> |"),
        "table(p(a) == ul(p(x); p(y)) / )"
    );
}

#[test]
fn unclosed_and_stray_tags_are_mended_and_reported() {
    let read = read_text("x <b>bold\n\n> <div>\n> in\n\nout </i>\n\n<p>no <li>report");
    assert_eq!(
        blocks(&read.chapter.chapter.blocks),
        "p(x <b bold>) quote(group(p(in))) p(out ) p(no) ul(p(report))".replace("out ", "out")
    );
    assert_eq!(read.codes(), ["1:3 unclosed-html", "3:3 unclosed-html", "6:5 unclosed-html"]);
    // The headings of a chapter do not vanish into an element that somebody forgot to close.
    assert_eq!(tree("# T\n\n<div>\n\n## A\n\ntext"), "h2(A) p(text)");
    let cut = read_text("<div\n\nclass=x>");
    assert_eq!(blocks(&cut.chapter.chapter.blocks), "p(<div) p(class=x>)");
    assert_eq!(cut.codes(), ["1:1 unclosed-html"]);
}

#[test]
fn what_is_active_or_unknown_is_reported() {
    let read = read_text(
        "a<script>x()</script>b [t](JavaScript:x) <span onclick=\"y\">s</span>\n\n<iframe>\n\nlost\n\n</iframe>\n\n<marquee>m<foo>n</foo></marquee>\n\n<!-- a -- b --><!-- index: GIL -->",
    );
    assert_eq!(blocks(&read.chapter.chapter.blocks), "p(ab t s) p(mn<mark>)");
    let codes = [
        "1:2 active-html",
        "1:24 active-html",
        "1:42 active-html",
        "3:1 active-html",
        // Told once for the file, when it has been read.
        "9:1 unknown-html",
    ];
    assert_eq!(read.codes(), codes);
}

#[test]
fn fences_carry_attributes_also_on_a_bullet_s_line() {
    let read = read_text(
        "- ```python {#lst-x caption=\"A *cell*\" hl=\"2\" run}\n  code\n  more\n  ```\n  ```output\n  out\n  ```\n- ~~~\n  open",
    );
    assert_eq!(
        blocks(&read.chapter.chapter.blocks),
        "ul(listing[python](\"code\\nmore\"A <em cell>)#lst-x output(\"out\"); listing[](\"open\"))"
    );
    assert_eq!(read.codes(), ["8:3 unclosed-fence"]);
    let mut starts = Vec::new();
    crate::document::walk::query_chapter(&read.chapter.chapter, &mut |node| {
        if let crate::document::walk::Node::Block(Block {
            kind: BlockKind::Listing(listing),
            ..
        }) = node
        {
            starts.push((
                listing.code_start as usize,
                listing.highlighted.clone(),
                listing.run.is_some(),
            ));
        }
    });
    let text = read
        .sources
        .iter()
        .next()
        .map(|(_, source)| source.text())
        .unwrap_or_default();
    assert!(text[starts[0].0..].starts_with("code\n") && text[starts[1].0..].starts_with("open"));
    assert_eq!((&starts[0].1, starts[0].2), (&vec![2], true));
}

#[test]
fn every_line_of_a_diagram_has_its_place() {
    let read = read_text("> ```diagram flow {#fig-a caption=\"C\"}\n> a → b\n>\n> b → c\n> ```");
    let Some(Block {
        kind: BlockKind::Quote(content),
        ..
    }) = read.chapter.chapter.blocks.first()
    else {
        panic!("a quote was expected");
    };
    let Some(BlockKind::Diagram(diagram)) = content.first().map(|block| &block.kind) else {
        panic!("a diagram was expected");
    };
    assert_eq!((diagram.kind.as_str(), inlines(&diagram.caption).as_str()), ("flow", "C"));
    let lines: Vec<&str> = diagram.lines.iter().map(|span| read.sources.text(*span)).collect();
    assert_eq!(lines, ["a → b", "", "b → c"]);
}

#[test]
fn pictures_and_tables_take_captions_and_attributes() {
    assert_eq!(
        tree("![a *b*](x%20y.svg \"Cap *tion*\"){#fig-x width=\"60%\" .wide}"),
        "figure(x y.svg|60% / Cap <em tion>)#fig-x.wide"
    );
    assert_eq!(tree("see ![a](x.svg){.icon} here"), "p(see <img x.svg \"a\" \"\">.icon here)");
    assert_eq!(tree("| ![a](x.svg) |\n|---|"), "table(p(<img x.svg \"a\" \"\">) ==  / )");
    let table = "| a |\n|---|\n| b |\n";
    let expected = "table(p(a) == p(b) / Cap <em tion>)#tbl-x";
    for text in [
        format!("{table}\nTable: Cap *tion* {{#tbl-x}}"),
        format!("{table}Table: Cap *tion* {{#tbl-x}}"),
        format!("Table: Cap *tion* {{#tbl-x}}\n\n{table}"),
    ] {
        assert_eq!(tree(&text), expected, "{text}");
    }
    let stray = read_text("Table: of nothing\n\ntext\n\n```output\nx\n```");
    assert_eq!(stray.codes(), ["1:1 stray-caption", "5:1 stray-output"]);
}

#[test]
fn the_first_heading_is_the_title_and_slugs_are_those_of_the_source() {
    let read = read_text("[Back](a.md) <a id=\"top\"></a>\n\n## 1. The *Parser* {#parser}\n\n### Foo\n\n<h3>Foo</h3>\n\n> # Foo");
    let chapter = &read.chapter.chapter;
    assert_eq!(inlines(&chapter.title), "1. The <em Parser>");
    assert_eq!((chapter.slug.as_str(), chapter.id.as_str()), ("1-the-parser", "parser"));
    assert_eq!(
        blocks(&chapter.blocks),
        "p(<a Back → \"a.md\"> <anchor>#top) h3(Foo) h3(Foo) quote(h1(Foo))"
    );
    let mut slugs = Vec::new();
    crate::document::walk::query_chapter(chapter, &mut |node| {
        if let crate::document::walk::Node::Block(Block {
            kind: BlockKind::Heading(heading),
            ..
        }) = node
        {
            slugs.push(heading.slug.clone());
        }
    });
    assert_eq!(slugs, ["foo", "foo-1", "foo-2"]);
    let centred = read_text("<div align=\"center\">\n\n# Title\n\n</div>\n\ntext")
        .chapter
        .chapter;
    assert_eq!(
        (inlines(&centred.title).as_str(), blocks(&centred.blocks).as_str()),
        ("Title", "p(text)")
    );
}

#[test]
fn front_matter_is_consumed() {
    let read = read_text(
        "---\ntitle: \"My: title\"\npart: Basics\nnumbered: no\ndate: 2026-01-01\ntags:\n  - a\nlangauge: de\n---\n\ntext",
    );
    let file = &read.chapter;
    assert_eq!(
        (inlines(&file.chapter.title).as_str(), blocks(&file.chapter.blocks).as_str()),
        ("My: title", "p(text)")
    );
    assert_eq!(
        (file.part.as_deref(), file.numbered, file.chapter.numbered),
        (Some("Basics"), Some(false), false)
    );
    assert_eq!(read.codes(), ["8:1 front-matter"]);
    // A file that begins with a thematic break has no front matter.
    assert_eq!(
        tree("---\n\nProse: yes, and more.\n\n---\n"),
        "hr p(Prose: yes, and more.) hr"
    );
    assert_eq!(inlines(&read_text("text").chapter.chapter.title), "The parser");
}

#[test]
fn variables_are_replaced_in_text_but_not_in_code() {
    let read = read_text("{{version}} [{{ version }}](x/{{version}}) `{{version}}` \\{{version}} {{versoin}}");
    assert_eq!(
        blocks(&read.chapter.chapter.blocks),
        "p(3.14 <a 3.14 → \"x/3.14\"> `{{version}}` {{version}} {{versoin}})"
    );
    assert_eq!(read.codes(), ["1:71 unknown-variable"]);
    let hints: Vec<&String> = read.diagnostics.iter().flat_map(|diagnostic| &diagnostic.hints).collect();
    assert_eq!(hints, ["did you mean `{{version}}`?"]);
}

#[test]
fn notes_references_and_citations() {
    let read = read_text("A[^X] and [^none], [](#fig-x), [@pep659], \\[^no].\n\n[^x]: The *note*.");
    assert_eq!(
        blocks(&read.chapter.chapter.blocks),
        "p(A<note x> and [^none], <ref #fig-x>, <cite [@pep659]>, [^no].)"
    );
    let notes = &read.chapter.chapter.notes;
    assert_eq!(
        (notes[0].label.as_str(), blocks(&notes[0].blocks).as_str()),
        ("x", "p(The <em note>.)")
    );
    let mut codes = read.codes();
    codes.sort();
    assert_eq!(codes, ["1:11 undefined-note"]);
}

#[test]
fn blocks_of_the_dialect() {
    assert_eq!(
        tree("> [!TIP]\n> a\n\n> **Note:** b\n\n> **Warning**: c\n\n> **Bold** d"),
        "tip(p(a)) note(p(b)) warning(p(c)) quote(p(<b Bold> d))"
    );
    assert_eq!(
        tree("$$ x^2 $$\n\n```math\ny\n```\n\n$a$ for $5 and US$10"),
        "math(x^2) math(y) p($a$ for $5 and US$10)"
    );
    assert_eq!(tree("T\n: m\n\n- [x] a\n\n- [ ] b"), "dl(T=p(m)) ul+(x p(a); o p(b))");
}

#[test]
fn control_characters_are_left_out_and_reported() {
    let read = read_text("a\u{7}b\u{0}c &#1;d");
    assert_eq!(blocks(&read.chapter.chapter.blocks), "p(ab\u{FFFD}c d)");
    assert_eq!(read.codes(), ["1:2 control-character", "1:7 control-character"]);
}

#[test]
fn depth_is_limited_and_said_once() {
    fn depth(blocks: &[Block]) -> usize {
        let inner = |block: &Block| match &block.kind {
            BlockKind::Quote(inner) | BlockKind::Group(inner) => depth(inner),
            BlockKind::List(list) => list.items.iter().map(|item| depth(&item.blocks)).max().unwrap_or_default(),
            BlockKind::Paragraph(content) => inline_depth(content),
            _ => 0,
        };
        blocks.iter().map(|block| 1 + inner(block)).max().unwrap_or_default()
    }
    fn inline_depth(inlines: &[Inline]) -> usize {
        let inner = |inline: &Inline| match &inline.kind {
            InlineKind::Emphasis(inner) | InlineKind::Strong(inner) => inline_depth(inner),
            _ => 0,
        };
        inlines.iter().map(|inline| 1 + inner(inline)).max().unwrap_or_default()
    }
    for text in [
        format!("{} *deep*", ">".repeat(10_000)),
        format!("{} *deep*", "- ".repeat(10_000)),
        format!("{}*deep*{}", "<div>\n\n".repeat(10_000), "\n\n</div>".repeat(10_000)),
        format!("{}deep{}", "*a **b ".repeat(5_000), "c** d*".repeat(5_000)),
        format!("{}deep{}", "<b>".repeat(10_000), "</b>".repeat(10_000)),
    ] {
        let read = read_text(&text);
        let found = depth(&read.chapter.chapter.blocks);
        assert!((MAX_DEPTH - 2..=MAX_DEPTH).contains(&found), "{found}");
        assert!(tree(&text).contains("deep"));
        let deep = read.codes().iter().filter(|code| code.ends_with("too-deep")).count();
        assert_eq!(deep, 1, "{}", &text[..20]);
    }
}
