//! What Markdown and HTML become, in a short notation.

use super::markdown::{ChapterFile, read};
use crate::diag::Diagnostics;
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
fn probe() {
    let Ok(path) = std::env::var("PROBE") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    for part in text.split("\n%%\n") {
        let read = read_text(part);
        eprintln!(
            "--- {part}\n=== {}\n    title {:?} slug {:?} id {:?}",
            blocks(&read.chapter.chapter.blocks),
            inlines(&read.chapter.chapter.title),
            read.chapter.chapter.slug,
            read.chapter.chapter.id
        );
        for note in &read.chapter.chapter.notes {
            eprintln!("    note {} {}", note.label, blocks(&note.blocks));
        }
        for d in read.diagnostics.iter() {
            let p = read.sources.position(d.span.unwrap());
            eprintln!(
                "    {}:{} {} {} «{}» {:?}",
                p.line,
                p.column,
                d.code.name,
                d.message,
                read.sources.text(d.span.unwrap()),
                d.hints
            );
        }
    }
}
