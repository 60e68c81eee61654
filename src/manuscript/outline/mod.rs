//! outline.md: the table of contents with a note for each bullet, which is the contract that the chapters keep.
//!
//! Read are parts (`### Part I: Title`), chapters (`#### 1. Title`) and sections (`- **1.1. Title** - note`). A title may be
//! bold or not, with or without a number; the note follows a dash or a colon, goes on in the lines below, or is absent.
//! Behind a title that is not bold, a colon begins a note only if a full stop ends it, because titles have colons too.
//! Bullets may have any mark, numbers or boxes to tick, and those below a bullet are its subsections; headings below a
//! chapter's may stand in place of bullets.
//!
//! Which level of heading is what follows from the headings themselves: those that begin with `Part` and a number (in any
//! language whose word is known), and those at their level, are parts; the next level below holds chapters. Without such
//! words chapters are the headings that are numbered 1, 2, 3 through the outline, and parts what stands above them; without
//! numbers a single heading above the others is the book's title, and the next level holds chapters. Bullets above the first part describe the book's front matter;
//! those directly below a part, or in an outline without chapter headings, are chapters.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod lines;
mod numbers;
mod titles;

use self::lines::{Line, LineKind};
use crate::diag::{Diagnostics, codes};
use crate::document::inline::plain_text;
use crate::document::{Chapter, Document};
use crate::source::{FileId, Sources, Span};
use crate::titles::{fold, split_number, split_part, split_possible};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, VecDeque};

/// What outline.md says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline {
    /// The parts in order; chapters before the first part stand in one without a title.
    pub parts: Vec<OutlinePart>,
}

/// `### Part I: The Python Landscape`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutlinePart {
    /// The title without `Part I:`, and its place; `None` for what stands before the first part.
    pub title: Option<(String, Span)>,
    /// The number as typed: `I`.
    pub number: Option<String>,
    /// The chapters in order.
    pub chapters: Vec<Entry>,
}

/// A chapter or a section of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The whole line.
    pub span: Span,
    /// The number as typed: `6. 10`
    pub number: Option<String>,
    /// The title without number and markup. Empty for the front matter, which has the book's own title.
    pub title: String,
    /// The title as a heading has it in Markdown, without its number: ``Logging Done Properly: `logging` ``.
    pub markdown: String,
    /// What it is to cover.
    pub note: Option<String>,
    /// A chapter's sections, a section's subsections.
    pub entries: Vec<Entry>,
}

impl Entry {
    /// A short name for what the outline asks for here: twelve hexadecimal digits that change when the title, a section or
    /// a note does, and not when numbers or spaces do.
    pub fn fingerprint(&self) -> String {
        let mut text = String::new();
        self.add_words(&mut text);
        let digest = Sha256::digest(text.as_bytes());
        digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Adds the words of the entry and of those below it, a line each.
    fn add_words(&self, text: &mut String) {
        for words in [Some(&self.title), self.note.as_ref()] {
            text.extend(
                words
                    .into_iter()
                    .flat_map(|words| words.split_whitespace())
                    .flat_map(|word| [word, " "]),
            );
            text.push('\n');
        }
        for entry in &self.entries {
            entry.add_words(text);
        }
    }
}

impl Outline {
    /// All chapters in order.
    pub fn chapters(&self) -> impl Iterator<Item = &Entry> {
        self.parts.iter().flat_map(|part| &part.chapters)
    }

    /// The entry of each chapter of a document that this outline has put in order, chapter by chapter.
    pub fn entries_of<'a>(&'a self, document: &Document) -> Vec<Option<&'a Entry>> {
        let mut by_title: BTreeMap<String, VecDeque<&Entry>> = BTreeMap::new();
        let mut front = VecDeque::new();
        for entry in self.chapters() {
            match entry.title.as_str() {
                "" => front.push_back(entry),
                title => by_title.entry(fold(title)).or_default().push_back(entry),
            }
        }
        let holds = front_file(document);
        let entry_of = |chapter: &Chapter| {
            if holds == Some(chapter.path.as_str())
                && let Some(entry) = front.pop_front()
            {
                return Some(entry);
            }
            by_title.get_mut(&key(chapter))?.pop_front()
        };
        document.chapters().map(entry_of).collect()
    }
}

/// Whether a file of this name holds what the outline says of the front matter.
pub(super) fn holds_front_matter(path: &str) -> bool {
    ["introduction.md", "preface.md"].contains(&path)
}

/// The file of a document that holds what the outline says of the front matter: the introduction, else the preface.
pub fn front_file(document: &Document) -> Option<&str> {
    let paths = || document.chapters().map(|chapter| chapter.path.as_str());
    let is_introduction = |path: &&str| *path == "introduction.md";
    let introduction = paths().find(is_introduction);
    introduction.or_else(|| paths().find(|path| holds_front_matter(path)))
}

/// What a chapter's title is looked up by.
pub(super) fn key(chapter: &Chapter) -> String {
    fold(split_number(&plain_text(&chapter.title)).1)
}

/// Reads an outline; what cannot be read is reported.
pub fn read(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Outline {
    let lines = lines::lines(sources, file, diagnostics);
    let mut reader = Reader {
        outline: Outline::default(),
        levels: Levels::of(&lines),
        open: Vec::new(),
        diagnostics,
    };
    for (at, line) in lines.iter().enumerate() {
        reader.line(line, lines.get(at + 1));
    }
    let mut outline = reader.outline;
    numbers::settle(&mut outline);
    numbers::check(&outline, sources, diagnostics);
    check_titles(&outline, sources, diagnostics);
    if outline.chapters().next().is_none() {
        diagnostics
            .report(&codes::OUTLINE_SYNTAX, Span::new(file, 0..0), "the outline names no chapter")
            .hint("write parts as `### Part I: Title`, chapters as `#### 1. Title`, sections as `- **1.1. Title** - note`");
    }
    outline
}

/// Which levels of heading hold what.
struct Levels {
    part: Option<u8>,
    /// `None` where bullets hold the chapters.
    chapter: Option<u8>,
}

impl Levels {
    fn of(lines: &[Line]) -> Self {
        let headings = || {
            lines.iter().filter_map(|line| match line.kind {
                LineKind::Heading(level) => Some((level, line)),
                LineKind::Bullet(_) => None,
            })
        };
        let below = |above: u8| headings().map(|(level, _)| level).filter(|level| *level > above).min();
        if let Some((part, _)) = headings().find(|(_, line)| split_part(&titles::plain(&line.text)).is_some()) {
            return Self {
                part: Some(part),
                chapter: below(part),
            };
        }
        let Some(top) = headings().map(|(level, _)| level).min() else {
            return Self {
                part: None,
                chapter: None,
            };
        };
        let more = headings().filter(|(level, _)| *level == top).count() > 1;
        if let Some(chapter) = numbered_level(lines) {
            // What stands above numbered chapters are parts, but for the book's title, which stands alone.
            let above = headings().map(|(level, _)| level).filter(|level| *level < chapter).max();
            return Self {
                part: above.filter(|above| *above > top || more),
                chapter: Some(chapter),
            };
        }
        let bullets = lines.iter().any(|line| matches!(line.kind, LineKind::Bullet(_)));
        // A single heading above all others is the book's title.
        let chapter = match below(top) {
            _ if more => Some(top),
            Some(below) => Some(below),
            None if bullets => None,
            None => Some(top),
        };
        Self { part: None, chapter }
    }
}

/// The level of headings that are numbered 1, 2, 3 through the whole outline, and so are chapters.
fn numbered_level(lines: &[Line]) -> Option<u8> {
    let number = |line: &Line| {
        let LineKind::Heading(level) = line.kind else { return None };
        match numbers::groups(split_possible(&titles::plain(&line.text)).0?).as_slice() {
            [number] => Some((level, *number)),
            _ => None,
        }
    };
    let mut numbered = lines.iter().filter_map(number);
    let (level, _) = numbered.next().filter(|(_, first)| *first <= 1)?;
    // Where numbers begin anew they are those of sections.
    let goes_on = numbered.all(|(other, number)| other != level || number > 1);
    goes_on.then_some(level)
}

/// How deep entries nest at most, a chapter's sections being the first; no page could show more.
const MOST_ENTRIES: usize = 8;

/// What is being read.
struct Reader<'a> {
    outline: Outline,
    levels: Levels,
    /// The entries that still take others: a chapter, its last section, and so on.
    open: Vec<LineKind>,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn line(&mut self, line: &Line, next: Option<&Line>) {
        match (line.kind, self.levels.chapter) {
            (LineKind::Heading(level), _) if self.levels.part == Some(level) => self.part(line, next),
            (LineKind::Heading(level), Some(chapter)) if level == chapter => self.chapter(line),
            (LineKind::Heading(level), Some(chapter)) if level > chapter => self.section(line),
            // The book's own title.
            (LineKind::Heading(_), _) => self.open.clear(),
            (LineKind::Bullet(_), chapter) => {
                let in_part = self.outline.parts.last().is_some_and(|part| part.title.is_some());
                while self.open.last().is_some_and(|open| !takes(*open, line.kind)) {
                    self.open.pop();
                }
                if self.open.is_empty() && (in_part || chapter.is_none()) {
                    self.chapter(line);
                } else {
                    self.section(line);
                }
            }
        }
    }

    fn part(&mut self, line: &Line, next: Option<&Line>) {
        self.open.clear();
        let title = titles::plain(&line.text);
        let (number, title) = match split_part(&title) {
            Some((number, title)) => (Some(number.to_owned()), title.to_owned()),
            None => (None, title),
        };
        let first = !self.outline.parts.iter().any(|part| part.title.is_some());
        let holds_chapter = next.is_some_and(|next| match next.kind {
            LineKind::Heading(level) => Some(level) == self.levels.chapter,
            LineKind::Bullet(_) => false,
        });
        if number.is_none() && first && !holds_chapter {
            // The book's own title, which stands at the level of the parts.
            return;
        }
        if title.is_empty() {
            self.diagnostics
                .report(&codes::OUTLINE_SYNTAX, line.span, "this part has a number and no title")
                .hint("write `### Part I: Title`");
        }
        self.outline.parts.push(OutlinePart {
            title: Some((title, line.span)),
            number,
            chapters: Vec::new(),
        });
    }

    fn chapter(&mut self, line: &Line) {
        let entry = self.entry(line);
        if let Some(part) = last_part(&mut self.outline) {
            part.chapters.push(entry);
            self.open = vec![line.kind];
        }
    }

    /// Adds a section to the last chapter, or a subsection to its last section; without a chapter, to the front matter.
    fn section(&mut self, line: &Line) {
        while self.open.last().is_some_and(|open| !takes(*open, line.kind)) || self.open.len() > MOST_ENTRIES {
            self.open.pop();
        }
        let entry = self.entry(line);
        let Some(part) = last_part(&mut self.outline) else { return };
        if part.chapters.is_empty() {
            part.chapters.push(front_matter(line.span));
        }
        let Some(mut parent) = part.chapters.last_mut() else { return };
        if self.open.is_empty() {
            self.open.push(LineKind::Heading(0));
        }
        for _ in 1..self.open.len() {
            match parent.entries.last() {
                Some(_) => {}
                None => break,
            }
            let Some(last) = parent.entries.last_mut() else { return };
            parent = last;
        }
        parent.entries.push(entry);
        self.open.push(line.kind);
    }

    fn entry(&mut self, line: &Line) -> Entry {
        let entry = titles::entry(line);
        if entry
            .title
            .chars()
            .all(|character| character.is_ascii_digit() || ".) ".contains(character))
        {
            self.diagnostics
                .report(
                    &codes::OUTLINE_SYNTAX,
                    line.span,
                    "this line of the outline has a number and no title",
                )
                .hint("write `**1.1. Title** - note`");
        } else if titles::is_left_open(&line.text) {
            self.diagnostics
                .report(&codes::OUTLINE_SYNTAX, line.span, "the bold type of this title is not closed")
                .hint("write `**1.1. Title** - note`");
        }
        entry
    }
}

/// Whether a line below an open one belongs to it.
fn takes(open: LineKind, line: LineKind) -> bool {
    match (open, line) {
        (LineKind::Heading(open), LineKind::Heading(level)) => open < level,
        (LineKind::Heading(_), LineKind::Bullet(_)) => true,
        (LineKind::Bullet(_), LineKind::Heading(_)) => false,
        (LineKind::Bullet(open), LineKind::Bullet(column)) => open + 2 <= column,
    }
}

fn front_matter(span: Span) -> Entry {
    Entry {
        span,
        number: None,
        title: String::new(),
        markdown: String::new(),
        note: None,
        entries: Vec::new(),
    }
}

/// The last part; where there is none yet, one without a title is made.
fn last_part(outline: &mut Outline) -> Option<&mut OutlinePart> {
    if outline.parts.is_empty() {
        outline.parts.push(OutlinePart::default());
    }
    outline.parts.last_mut()
}

/// Two chapters of one title cannot be told apart, nor can two sections side by side.
fn check_titles(outline: &Outline, sources: &Sources, diagnostics: &mut Diagnostics) {
    check_siblings(outline.chapters(), "in the outline", sources, diagnostics);
    for chapter in outline.chapters() {
        check_below(chapter, "in this chapter of the outline", sources, diagnostics);
    }
}

fn check_below(entry: &Entry, place: &str, sources: &Sources, diagnostics: &mut Diagnostics) {
    check_siblings(entry.entries.iter(), place, sources, diagnostics);
    for below in &entry.entries {
        check_below(below, "below one section of the outline", sources, diagnostics);
    }
}

fn check_siblings<'a>(entries: impl Iterator<Item = &'a Entry>, place: &str, sources: &Sources, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for entry in entries.filter(|entry| !entry.title.is_empty()) {
        let Some(first) = seen.insert(fold(&entry.title), entry.span) else {
            continue;
        };
        let line = sources.position(first).line;
        diagnostics
            .report(
                &codes::OUTLINE_DUPLICATE,
                entry.span,
                format!("`{}` stands twice {place}, first in line {line}", entry.title),
            )
            .hint("give each a title of its own, or remove one");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(text: &str) -> (Outline, usize) {
        let mut sources = Sources::default();
        let file = sources.add("outline.md", text);
        let mut diagnostics = Diagnostics::default();
        let outline = read(&sources, file, &mut diagnostics);
        (outline, diagnostics.iter().count())
    }

    #[test]
    fn parts_chapters_and_sections_are_told_apart() {
        let (outline, messages) = outline(
            "## A Book\n\n- Purpose\n\n### Part I: One\n\n#### 1. First\n\n- **1.1. What: `x` & Why?** - Covers it.\n\
             - **1.2. How**: Too.\n\n### Summary And Appendix\n\n#### Appendix\n\n- **Glossary** - Terms.\n",
        );
        assert_eq!(messages, 0);
        let titles: Vec<_> = outline
            .parts
            .iter()
            .map(|part| part.title.as_ref().map(|(title, _)| title.as_str()))
            .collect();
        assert_eq!(titles, [None, Some("One"), Some("Summary And Appendix")]);
        let first = &outline.parts[1].chapters[0];
        assert_eq!((first.number.as_deref(), first.title.as_str()), (Some("1"), "First"));
        assert_eq!(first.entries[0].title, "What: x & Why?");
        assert_eq!(first.entries[1].note.as_deref(), Some("Too."));
        assert_eq!(outline.parts[0].chapters[0].entries[0].title, "Purpose");
    }

    #[test]
    fn a_fingerprint_changes_with_the_words_alone() {
        let print = |text: &str| outline(text).0.parts[0].chapters[0].fingerprint();
        let first = print("# B\n\n## 1. A\n\n- **1.1. X** - One  two.\n");
        assert_eq!(first, print("# B\n\n## 7. A\n\n- **X**: One two.\n"));
        assert_ne!(first, print("# B\n\n## 1. A\n\n- **1.1. X** - One.\n"));
        assert_ne!(first, print("# B\n\n## 1. A\n\n- **1.1. X** - One two.\n- Y\n"));
        assert_eq!(first.len(), 12);
    }

    #[test]
    fn numbers_that_disagree_with_the_position_are_told() {
        let (_, messages) = outline("# B\n\n## 1. A\n\n- **1.1. X** - x\n- **1.1. Y** - y\n- **1. 3. Z** - z\n");
        assert_eq!(messages, 2);
    }

    #[test]
    fn headings_may_stand_in_place_of_bullets_and_there_may_be_no_parts() {
        let (outline, messages) = outline("# Book\n\n## First\n\n### One\n\n### Two\n\n## Second\n");
        assert_eq!(messages, 0);
        assert_eq!(outline.chapters().count(), 2);
        assert_eq!(outline.parts[0].chapters[0].entries.len(), 2);
    }
}
