//! What a template may speak of: names and values, gathered from a bound book.
//!
//! Every value is one line that opens no fence, except where it says that it may have paragraphs.

use super::fences::{one_line, prose};
use super::references::{self, Target};
use super::{Book, Subject};
use crate::backends::pdf;
use crate::contents::{Planned, PlannedSection, key, section};
use crate::document::inline::plain_text;
use crate::document::walk::{Node, query, query_chapter};
use crate::document::{BlockKind, Chapter, Document, InlineKind};
use crate::manuscript::Settings;
use crate::manuscript::brief::CodeStyle;
use serde::Serialize;
use std::collections::BTreeSet;

/// The most messages about a chapter that a brief repeats.
const MOST_PROBLEMS: usize = 40;

/// All that a template may speak of.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Context {
    book: BookContext,
    brief: BriefContext,
    contract: ContractContext,
    code: CodeContext,
    /// The parts with their chapters.
    outline: Vec<PartContext>,
    /// The chapter that the brief is about; none in the master brief.
    chapter: Option<ChapterContext>,
    /// The section, where only one is asked for.
    section: Option<SectionContext>,
    /// The chapters that are written, without the one that the brief is about.
    finished: Vec<FinishedContext>,
    /// Terms that earlier chapters define.
    terms: Vec<String>,
    /// The keys of the bibliography; none without one.
    bibliography: Option<Vec<String>>,
    /// Whether the chapters that are there have index marks.
    index: bool,
}

#[derive(Debug, Clone, Serialize)]
struct BookContext {
    title: String,
    subtitle: Option<String>,
    authors: Vec<String>,
    /// May have paragraphs.
    description: Option<String>,
    /// The language in English: `German`.
    language: String,
    /// `de-CH`
    language_tag: String,
    /// What `{{name}}` in the text stands for.
    variables: Vec<Variable>,
}

#[derive(Debug, Clone, Serialize)]
struct Variable {
    name: String,
    value: String,
}

/// Each may have paragraphs, but for the rules.
#[derive(Debug, Clone, Serialize)]
struct BriefContext {
    role: String,
    task: String,
    audience: String,
    purpose: String,
    tone: String,
    rules: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct ContractContext {
    /// `2 to 4`
    paragraphs: String,
    /// `5 to 10`
    takeaways: String,
    takeaways_title: String,
}

#[derive(Debug, Clone, Serialize)]
struct CodeContext {
    /// Whether listings of a reply are written as ` ``startpython `.
    markers: bool,
    /// The languages whose listings can be run.
    runners: Vec<String>,
    /// How many characters of code a line of the printed page holds.
    width: usize,
}

#[derive(Debug, Clone, Serialize)]
struct PartContext {
    /// `Part II: Core`; none for chapters that stand in no part.
    title: Option<String>,
    chapters: Vec<ChapterContext>,
}

#[derive(Debug, Clone, Serialize)]
struct ChapterContext {
    number: Option<String>,
    title: String,
    /// What stands behind `# `.
    heading: String,
    /// `3. Variables`
    name: String,
    part: Option<String>,
    note: Option<String>,
    /// `planned`, `begun` or `written`
    state: &'static str,
    /// Whether the brief is about it.
    current: bool,
    sections: Vec<SectionContext>,
    /// What is there of it, where the brief is about it.
    present: Option<PresentContext>,
}

#[derive(Debug, Clone, Serialize)]
struct SectionContext {
    number: Option<String>,
    title: String,
    /// What stands behind `## `.
    heading: String,
    note: Option<String>,
    points: Vec<PointContext>,
    written: bool,
    /// Whether it is to be written.
    asked: bool,
}

#[derive(Debug, Clone, Serialize)]
struct PointContext {
    title: String,
    note: Option<String>,
}

/// What is there of a chapter.
#[derive(Debug, Clone, Serialize)]
struct PresentContext {
    file: String,
    /// The headings that are not there yet.
    missing: Vec<String>,
    /// The sections that the outline does not have.
    extra: Vec<String>,
    /// What has an id.
    targets: Vec<Target>,
    /// What `publish check` says of it.
    problems: Vec<String>,
    /// The whole file, where it is wanted.
    text: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct FinishedContext {
    name: String,
    title: String,
    /// Whether it stands before the chapter that the brief is about; in the master brief all do.
    before: bool,
    takeaways: Vec<String>,
    targets: Vec<Target>,
}

/// Gathers what the templates may speak of.
pub(super) fn gather(book: &Book, subject: Subject, bibliography: Option<Vec<String>>) -> Context {
    let asked = match subject {
        Subject::Master => None,
        Subject::Chapter { found, .. } => Some(found),
    };
    let current = asked.map(|found| found.chapter);
    let chapters = book.contents.chapters.iter().enumerate();
    let chapters: Vec<ChapterContext> = chapters
        .map(|(at, planned)| {
            let section = asked.filter(|_| current == Some(at)).and_then(|found| found.section);
            chapter_context(planned, current == Some(at), section)
        })
        .collect();
    let mut chapter = current.and_then(|at| chapters.get(at)).cloned();
    let section = asked.and_then(|found| chapter.as_ref()?.sections.get(found.section?).cloned());
    if let (Some(chapter), Subject::Chapter { found, with_text }) = (&mut chapter, subject) {
        let planned = book.contents.chapters.get(found.chapter);
        chapter.present = planned.and_then(|planned| present(planned, book, with_text));
    }
    let settings = &book.edition.settings;
    Context {
        book: book_context(settings),
        brief: brief_context(settings),
        contract: ContractContext {
            paragraphs: range(&settings.contract.paragraphs),
            takeaways: range(&settings.contract.takeaways),
            takeaways_title: one_line(&settings.contract.takeaways_title),
        },
        code: code_context(book),
        outline: parts(chapters),
        chapter,
        section,
        finished: finished(book, current),
        terms: terms(book, current),
        bibliography,
        index: has_index(&book.edition.document),
    }
}

fn book_context(settings: &Settings) -> BookContext {
    BookContext {
        title: one_line(&settings.title),
        subtitle: settings.subtitle.as_deref().map(one_line),
        authors: settings.authors.iter().map(|author| one_line(author)).collect(),
        description: settings.description.as_deref().map(prose),
        language: language_name(&settings.language),
        language_tag: one_line(&settings.language),
        variables: settings
            .variables
            .iter()
            .map(|(name, value)| Variable {
                name: one_line(name),
                value: one_line(value),
            })
            .collect(),
    }
}

/// What book.toml says under `[brief]`; what it does not say, in words that suit any book.
fn brief_context(settings: &Settings) -> BriefContext {
    let (brief, title) = (&settings.brief, one_line(&settings.title));
    let or = |said: &Option<String>, general: String| said.as_deref().map_or(general, prose);
    let described = settings
        .description
        .as_deref()
        .map_or_else(String::new, |text| format!(" The book says of itself: {}", one_line(text)));
    BriefContext {
        role: or(
            &brief.role,
            format!(
                "You are an authority on the subject of *{title}*. You have practised it for decades and taught it as long, \
                 and you know both how it works underneath and where learners go wrong."
            ),
        ),
        task: or(
            &brief.task,
            format!(
                "Write *{title}* chapter by chapter, each when it is asked for. Follow the outline exactly and cover every \
                 bullet of it in full depth, with clear explanations, described diagrams, examples that work, and advice \
                 where there is a choice."
            ),
        ),
        audience: or(
            &brief.audience,
            format!("People who use the subject already and have no deep model of it yet.{described}"),
        ),
        purpose: or(
            &brief.purpose,
            "Afterwards they can say what will happen and why, and decide well where they guessed before.".to_owned(),
        ),
        tone: or(
            &brief.tone,
            "Authoritative and approachable: exact in substance, plain in words, without praise of the subject or of the reader."
                .to_owned(),
        ),
        rules: brief.rules.iter().map(|rule| one_line(rule)).collect(),
    }
}

fn code_context(book: &Book) -> CodeContext {
    let settings = &book.edition.settings;
    let mut runners: BTreeSet<&str> = ["python", "bash", "sh"].into();
    runners.extend(settings.runners.keys().map(String::as_str));
    CodeContext {
        markers: settings.brief.code == CodeStyle::Markers,
        runners: runners.into_iter().map(one_line).collect(),
        width: pdf::columns(&book.edition).clamp(20, 200),
    }
}

fn has_index(document: &Document) -> bool {
    let mut found = false;
    query(document, |_, node| {
        found |= matches!(node, Node::Inline(inline) if matches!(inline.kind, InlineKind::IndexMark(_)));
    });
    found
}

fn range(range: &std::ops::RangeInclusive<usize>) -> String {
    match (range.start(), range.end()) {
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least} to {most}"),
    }
}

fn chapter_context(planned: &Planned, current: bool, section: Option<usize>) -> ChapterContext {
    let sections = planned.sections.iter().enumerate();
    ChapterContext {
        number: planned.number.clone(),
        title: one_line(&planned.title),
        heading: one_line(&planned.heading),
        name: one_line(&planned.name()),
        part: planned.part.as_deref().map(one_line),
        note: planned.note.as_deref().map(one_line),
        state: match planned.place {
            None => "planned",
            Some(_) if planned.written() < planned.sections.len() => "begun",
            Some(_) => "written",
        },
        current,
        sections: sections
            .map(|(at, planned)| section_context(planned, current && section.is_none_or(|section| section == at)))
            .collect(),
        present: None,
    }
}

fn section_context(planned: &PlannedSection, asked: bool) -> SectionContext {
    let points = planned.points.iter().map(|(title, note)| PointContext {
        title: one_line(title),
        note: note.as_deref().map(one_line),
    });
    SectionContext {
        number: planned.number.clone(),
        title: one_line(&planned.title),
        heading: one_line(&planned.heading),
        note: planned.note.as_deref().map(one_line),
        points: points.collect(),
        written: planned.written,
        asked,
    }
}

/// Chapters by their parts, which are those of neighbours.
fn parts(chapters: Vec<ChapterContext>) -> Vec<PartContext> {
    let mut parts: Vec<PartContext> = Vec::new();
    for chapter in chapters {
        match parts.last_mut() {
            Some(part) if part.title == chapter.part => part.chapters.push(chapter),
            _ => parts.push(PartContext {
                title: chapter.part.clone(),
                chapters: vec![chapter],
            }),
        }
    }
    parts
}

/// What is there of a chapter; `None` where nothing is.
fn present(planned: &Planned, book: &Book, with_text: bool) -> Option<PresentContext> {
    let chapter = book.edition.document.chapters().nth(planned.place?)?;
    let contract = &book.edition.settings.contract;
    let own: Vec<String> = chapter
        .blocks
        .iter()
        .filter_map(section)
        .map(|section| plain_text(&section.title))
        .collect();
    let missing = planned.sections.iter().filter(|section| !section.written);
    let mut missing: Vec<String> = missing.map(|section| one_line(&section.heading)).collect();
    if !own.iter().any(|title| contract.is_takeaways(title)) {
        missing.push(one_line(&contract.takeaways_title));
    }
    let keys: BTreeSet<String> = planned.sections.iter().map(|section| key(&section.title)).collect();
    let extra = own
        .iter()
        .filter(|title| !contract.is_takeaways(title) && !keys.contains(&key(title)));
    let sources = &book.edition.sources;
    let problems = book.found.iter().filter_map(|message| {
        let span = message.span.filter(|span| span.file == chapter.file)?;
        let (line, weight) = (sources.position(span).line, message.severity.name());
        Some(one_line(&format!("line {line}: {weight}: {}", message.message)))
    });
    Some(PresentContext {
        file: one_line(&chapter.path),
        missing,
        extra: extra.map(|title| one_line(title)).collect(),
        targets: references::targets(chapter, book, true),
        problems: problems.take(MOST_PROBLEMS).collect(),
        text: with_text.then(|| sources.get(chapter.file).text().to_owned()),
    })
}

/// The chapters that are written, with what they leave their readers with.
fn finished(book: &Book, current: Option<usize>) -> Vec<FinishedContext> {
    let chapters: Vec<&Chapter> = book.edition.document.chapters().collect();
    let planned = book.contents.chapters.iter().enumerate();
    planned
        .filter(|(at, _)| Some(*at) != current)
        .filter_map(|(at, planned)| {
            let chapter = chapters.get(planned.place?)?;
            Some(FinishedContext {
                name: one_line(&planned.name()),
                title: one_line(&planned.title),
                before: current.is_none_or(|current| at < current),
                takeaways: takeaways(chapter, book),
                targets: references::targets(chapter, book, false),
            })
        })
        .collect()
}

/// The points of the list at the end of a chapter, as they are typed.
fn takeaways(chapter: &Chapter, book: &Book) -> Vec<String> {
    let contract = &book.edition.settings.contract;
    let sections = chapter.blocks.iter().filter_map(section);
    let lists = sections
        .filter(|section| contract.is_takeaways(&plain_text(&section.title)))
        .flat_map(|section| &section.blocks)
        .filter_map(|block| match &block.kind {
            BlockKind::List(list) => Some(list),
            _ => None,
        });
    let points = lists.flat_map(|list| &list.items).map(|item| {
        let text = book.edition.sources.text(item.span).trim();
        let bare = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
        one_line(bare.strip_prefix(['-', '*', '+', '.', ')']).unwrap_or(text))
    });
    points.collect()
}

/// The terms that chapters before this one define: those of definition lists, and abbreviations.
fn terms(book: &Book, current: Option<usize>) -> Vec<String> {
    let chapters: Vec<&Chapter> = book.edition.document.chapters().collect();
    let before = book.contents.chapters.iter().take(current.unwrap_or(usize::MAX));
    let mut terms: Vec<String> = Vec::new();
    for chapter in before.filter_map(|planned| chapters.get(planned.place?)) {
        query_chapter(chapter, &mut |node| match node {
            Node::Block(block) => {
                if let BlockKind::Definitions(definitions) = &block.kind {
                    terms.extend(
                        definitions
                            .iter()
                            .flat_map(|definition| &definition.terms)
                            .map(|term| one_line(&plain_text(term))),
                    );
                }
                if let BlockKind::Glossary(entries) = &block.kind {
                    let all = entries.iter().flat_map(|entry| &entry.terms);
                    terms.extend(all.map(|term| one_line(&plain_text(&term.content))));
                }
            }
            Node::Inline(inline) => {
                if let InlineKind::Abbreviation { content, title } = &inline.kind {
                    terms.push(one_line(&format!("{} ({title})", plain_text(content))));
                }
            }
        });
    }
    let mut seen = BTreeSet::new();
    terms.retain(|term| !term.is_empty() && seen.insert(term.clone()));
    terms
}

/// A language by its tag, in English; the tag itself where it is none of these.
fn language_name(tag: &str) -> String {
    const NAMES: [(&str, &str); 24] = [
        ("ar", "Arabic"),
        ("cs", "Czech"),
        ("da", "Danish"),
        ("de", "German"),
        ("el", "Greek"),
        ("en", "English"),
        ("es", "Spanish"),
        ("fi", "Finnish"),
        ("fr", "French"),
        ("he", "Hebrew"),
        ("hu", "Hungarian"),
        ("it", "Italian"),
        ("ja", "Japanese"),
        ("ko", "Korean"),
        ("nb", "Norwegian"),
        ("nl", "Dutch"),
        ("no", "Norwegian"),
        ("pl", "Polish"),
        ("pt", "Portuguese"),
        ("ru", "Russian"),
        ("sv", "Swedish"),
        ("tr", "Turkish"),
        ("uk", "Ukrainian"),
        ("zh", "Chinese"),
    ];
    let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let known = NAMES.iter().find(|(name, _)| *name == primary);
    known.map_or_else(|| one_line(tag), |(_, name)| (*name).to_owned())
}
