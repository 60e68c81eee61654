//! Headings as replies have them, and the entries of the outline that they may mean.
//!
//! A heading is read in every form that models give it: with `#`, underlined, as HTML, as a line in bold, as a line that
//! begins with a number; with backslashes before its punctuation, without a space behind its marks, with a number or not.
//! Titles are compared by their [`key`], in which case, spaces, hyphens, quotes, code marks and `&` do not count.

use super::reply::Line;
use crate::manuscript::contract::Contract;
use crate::manuscript::outline::{Entry, Outline};
use crate::source::Sources;
use crate::titles::{Typed, fold, split_part};

/// How a heading is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// With `#`, an underline or HTML: a heading whatever it says.
    Marked,
    /// With `##` and no space behind it, or with a backslash before it: a heading where the outline has it.
    Damaged,
    /// A line in bold.
    Bold,
    /// A line that begins with a number or with `Chapter`.
    Plain,
}

/// What looks like a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) style: Style,
    /// From 1 to 6; `None` for a line that is not marked as a heading.
    pub(super) level: Option<u8>,
    /// The title as Markdown, without marks of emphasis around it; with its number.
    pub(super) title: String,
    /// `{#sec-x}`, with the braces; empty if there are none.
    pub(super) braces: String,
    /// How many lines it takes.
    pub(super) lines: usize,
}

impl Seen {
    /// The number before the title, if the rest is a title, and that rest.
    pub(super) fn parts(&self) -> (Vec<u32>, &str) {
        match Typed::read(&self.title) {
            Some(typed) => (
                typed.groups.clone(),
                self.title.get(typed.length..).unwrap_or_default().trim(),
            ),
            None => (Vec::new(), self.title.trim()),
        }
    }

    /// The title without a number that is certainly one, for a heading that the outline does not have.
    pub(super) fn bare_title(&self) -> &str {
        let typed = Typed::read(&self.title).filter(|typed| typed.certain && typed.groups.len() > 1);
        let from = typed.map_or(0, |typed| typed.length);
        self.title.get(from..).unwrap_or_default().trim()
    }
}

/// The heading that begins at a line, if one does.
pub(super) fn read(lines: &[Line], at: usize) -> Option<Seen> {
    let line = lines.get(at)?;
    let text = line.text.trim();
    // A title longer than this is a paragraph.
    if text.is_empty() || text.len() > 300 || line.code {
        return None;
    }
    let outer = line.text.len() - line.text.trim_start().len();
    let blank = |at: Option<usize>| {
        at.and_then(|at| lines.get(at))
            .is_none_or(|line| line.is_blank() || line.code)
    };
    let (above, below) = (blank(at.checked_sub(1)), blank(at.checked_add(1)));
    if outer >= 4 {
        return None;
    }
    hashes(text)
        .or_else(|| html(text))
        .or_else(|| underlined(lines, at, text).filter(|_| above || ends_paragraph(lines, at)))
        .or_else(|| bold(text))
        .or_else(|| plain(text).filter(|_| above && below))
}

/// Whether the line above one is a heading, an underline or a ruler, so that a paragraph begins at it.
fn ends_paragraph(lines: &[Line], at: usize) -> bool {
    let above = at
        .checked_sub(1)
        .and_then(|at| lines.get(at))
        .map_or("", |line| line.text.trim());
    above.starts_with('#') || above.chars().all(|letter| matches!(letter, '=' | '-' | '*' | '_'))
}

fn seen(style: Style, level: Option<u8>, title: &str) -> Option<Seen> {
    let (title, braces) = split_braces(title.trim());
    let title = clean_title(title);
    (!title.is_empty()).then(|| Seen {
        style,
        level,
        title,
        braces: braces.to_owned(),
        lines: 1,
    })
}

fn hashes(text: &str) -> Option<Seen> {
    let bare = text.strip_prefix('\\').filter(|rest| rest.starts_with('#'));
    let mut rest = bare.unwrap_or(text);
    let mut level = 0_u8;
    // Each of the marks may have a backslash of its own.
    while let Some(next) = rest.strip_prefix('#').or_else(|| rest.strip_prefix("\\#")) {
        rest = next;
        level = level.saturating_add(1);
    }
    if !(1..=6).contains(&level) {
        return None;
    }
    let spaced = rest.starts_with([' ', '\t']);
    let style = if spaced && bare.is_none() {
        Style::Marked
    } else {
        Style::Damaged
    };
    if !spaced && level == 1 {
        return None;
    }
    let body = rest.trim();
    let closed = body.trim_end_matches('#');
    let body = if closed.ends_with([' ', '\t']) { closed } else { body };
    seen(style, Some(level), body)
}

fn html(text: &str) -> Option<Seen> {
    let lower = text.get(..2).filter(|start| start.eq_ignore_ascii_case("<h"))?;
    let rest = text.get(lower.len()..)?;
    let level = rest.chars().next()?.to_digit(10).and_then(|digit| u8::try_from(digit).ok())?;
    let (_, body) = rest.split_once('>')?;
    let body = body.get(..body.rfind("</")?)?;
    (1..=6).contains(&level).then_some(())?;
    seen(Style::Marked, Some(level), body)
}

fn underlined(lines: &[Line], at: usize, text: &str) -> Option<Seen> {
    let below = lines.get(at.checked_add(1)?).filter(|line| !line.code)?.text.trim();
    let level = match below.bytes().next()? {
        b'=' if below.len() > 1 && below.bytes().all(|byte| byte == b'=') => 1,
        b'-' if below.len() > 1 && below.bytes().all(|byte| byte == b'-') => 2,
        _ => return None,
    };
    // Nor is a list, a table, a quote or a ruler with a line below it.
    if text.starts_with(['-', '>', '|', '`', '~', '+', '=']) || text.starts_with("* ") || text.contains('|') {
        return None;
    }
    seen(Style::Marked, Some(level), text).map(|found| Seen { lines: 2, ..found })
}

/// `**1.1. Title**`, `**1.1.** Title`, `- **1.1. Title**`, `__Title__`, each also with a colon behind it.
fn bold(text: &str) -> Option<Seen> {
    let item = ["- ", "* ", "+ "].iter().find_map(|mark| text.strip_prefix(mark));
    let body = item.unwrap_or(text).trim();
    let (body, braces) = split_braces(body);
    let body = body.trim_end_matches(':').trim_end();
    let mark = ["**", "__"].into_iter().find(|mark| body.starts_with(mark))?;
    let inner = body.get(mark.len()..)?;
    let whole = inner.strip_suffix(mark).filter(|inner| !inner.contains(mark));
    let title = match whole {
        Some(title) => title.to_owned(),
        // The number alone is bold.
        None => {
            let (number, rest) = inner.split_once(mark)?;
            let number = number.trim().trim_end_matches([':', '.']).replace('\\', "");
            let digits = !number.is_empty() && number.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
            digits.then(|| format!("{number}. {}", rest.trim().trim_matches('*').trim()))?
        }
    };
    let found = seen(Style::Bold, None, &title)?;
    // An item of a list is a heading only with a number.
    (item.is_none() || Typed::read(&found.title).is_some()).then(|| Seen {
        braces: if braces.is_empty() {
            found.braces.clone()
        } else {
            braces.to_owned()
        },
        ..found
    })
}

/// The lines with a line of its own for every heading that has its text behind it, `- **1.1. Title** - text`; `None` where
/// the outline's sections are in none.
pub(super) fn split_run_in(lines: &[Line], targets: &Targets) -> Option<Vec<Line>> {
    let mut split = Vec::new();
    let mut any = false;
    for line in lines {
        match run_in(&line.text, targets) {
            Some((heading, text)) => {
                any = true;
                let new = |text: String| Line { text, ..line.clone() };
                split.extend([new(String::new()), new(heading), new(String::new()), new(text)]);
            }
            None => split.push(line.clone()),
        }
    }
    any.then_some(split)
}

/// A heading of the outline and the text behind it.
fn run_in(line: &str, targets: &Targets) -> Option<(String, String)> {
    let text = line.trim();
    let body = ["- ", "* ", "+ "]
        .iter()
        .find_map(|mark| text.strip_prefix(mark))
        .unwrap_or(text);
    let (title, rest) = body.strip_prefix("**")?.split_once("**")?;
    let rest = rest.trim_start_matches([' ', '-', '–', '—', ':', '.']);
    let seen = seen(Style::Bold, None, title.trim_end_matches(':'))?;
    let known = targets.titled(&seen).any(|target| target.section.is_some());
    // A note of the outline is shorter than what is written about it.
    (known && rest.len() > 60).then(|| (format!("**{title}**"), rest.to_owned()))
}

fn plain(text: &str) -> Option<Seen> {
    let found = seen(Style::Plain, None, text)?;
    let numbered = Typed::read(&found.title).is_some() || chapter_alone(&found.title).is_some();
    (numbered && text.len() < 160).then_some(found)
}

/// The braces at the end of a heading.
fn split_braces(text: &str) -> (&str, &str) {
    let split = text
        .rfind('{')
        .filter(|_| text.ends_with('}'))
        .and_then(|at| text.split_at_checked(at));
    match split {
        Some((title, braces)) if braces.starts_with("{#") || braces.starts_with("{.") || braces == "{-}" => {
            (title.trim_end(), braces)
        }
        _ => (text, ""),
    }
}

/// A title without links, tags, backslashes before punctuation, emphasis around all of it, emoji before it.
fn clean_title(text: &str) -> String {
    let text = without_tags(&unescape(text));
    let mut title = without_links(&text);
    loop {
        let trimmed = title.trim().trim_end_matches(':').trim_end();
        let inner = ["***", "**", "__", "*", "_"].iter().find_map(|mark| {
            let inner = trimmed.strip_prefix(mark)?.strip_suffix(mark)?;
            // `__init__` is a name, `*a* and *b*` is no whole.
            let name = *mark != "*" && mark.starts_with('_') && !inner.contains(' ');
            (!inner.is_empty() && !inner.contains(mark) && !name).then(|| inner.to_owned())
        });
        match inner {
            Some(inner) => title = inner,
            None => {
                title = trimmed.to_owned();
                break;
            }
        }
    }
    // `**1.1.** Title` in a heading.
    if let Some((number, rest)) = title.strip_prefix("**").and_then(|rest| rest.split_once("**"))
        && !number.is_empty()
        && number
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ' ' | ':'))
    {
        title = format!("{} {}", number.trim(), rest.trim());
    }
    let is_start = |letter: char| {
        letter.is_alphanumeric() || letter.is_ascii_punctuation() || matches!(letter, '“' | '‘' | '«' | '„' | '¿' | '¡')
    };
    title.trim_start_matches(|letter: char| !is_start(letter)).trim().to_owned()
}

/// Takes away the backslashes that stand before punctuation outside of code.
fn unescape(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut code = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        code ^= letter == '`';
        let escapes = letter == '\\'
            && !code
            && letters
                .peek()
                .is_some_and(|next| matches!(next, '.' | '#' | '-' | '(' | ')' | '!' | '&' | '+' | ':'));
        if !escapes {
            clean.push(letter);
        }
    }
    clean
}

/// Takes away tags such as `<a id="x"></a>` outside of code.
fn without_tags(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '`']) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        clean.push_str(before);
        let end = if after.starts_with('`') {
            after.get(1..).and_then(|inner| inner.find('`')).map(|end| (end + 2, true))
        } else {
            let tag = after
                .get(1..)
                .is_some_and(|inner| inner.starts_with(|letter: char| letter == '/' || letter.is_ascii_alphabetic()));
            after.find('>').filter(|_| tag).map(|end| (end + 1, false))
        };
        let (length, keep) = end.unwrap_or((1, true));
        let (piece, next) = after.split_at_checked(length).unwrap_or((after, ""));
        if keep {
            clean.push_str(piece);
        }
        rest = next;
    }
    clean.push_str(rest);
    clean
}

/// `[Title](#title)` as `Title`.
fn without_links(text: &str) -> String {
    let link = text
        .trim()
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|rest| rest.split_once("]("));
    link.filter(|(title, _)| !title.contains('['))
        .map_or_else(|| text.to_owned(), |(title, _)| title.to_owned())
}

/// `Chapter 3`, a number without a title.
fn chapter_alone(title: &str) -> Option<u32> {
    let (word, number) = title.split_once([' ', '\u{a0}'])?;
    let words = ["chapter", "kapitel", "chapitre", "capítulo", "capitolo", "hoofdstuk"];
    let number = number.trim().trim_end_matches(['.', ':']);
    words
        .contains(&word.to_lowercase().as_str())
        .then(|| number.parse().ok())
        .flatten()
}

/// A title as titles are compared: its letters and digits alone, `+` and `#`, without words that join others.
pub(super) fn key(title: &str) -> String {
    let folded = fold(title);
    let words = folded
        .split([' ', '-', '/', '—'])
        .filter(|word| !matches!(*word, "and" | "und" | "et"));
    words
        .flat_map(str::chars)
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, '+' | '#'))
        .collect()
}

/// A title without `(continued)` at its end, if it has that.
pub(super) fn continued(title: &str) -> Option<&str> {
    let trimmed = title.trim().trim_end_matches(['.', '*', '_']).trim_end();
    let lower = trimmed.to_lowercase();
    let marks = [
        "continued",
        "cont.",
        "cont",
        "cont'd",
        "cont’d",
        "continuation",
        "fortsetzung",
        "suite",
    ];
    let inner = lower.strip_suffix([')', ']']).unwrap_or(&lower);
    let mark = marks.iter().find(|mark| inner.ends_with(**mark))?;
    let length = mark.len() + lower.len() - inner.len();
    // Lower case may have another length than what was typed; then nothing is taken off.
    let start = trimmed.len().checked_sub(length)?;
    let rest = trimmed.get(..start)?.trim_end();
    let rest = rest.strip_suffix(['(', '[', ',', '–', '—', '-', ':'])?.trim_end();
    (!rest.is_empty()).then_some(rest)
}

/// What of the outline a heading may mean.
#[derive(Debug)]
pub(super) struct Target {
    /// Which chapter, counted from 0.
    pub(super) chapter: usize,
    /// Which section of it, counted from 0; `None` for the chapter itself.
    pub(super) section: Option<usize>,
    /// The title in words.
    pub(super) title: String,
    /// The title as Markdown.
    pub(super) heading: String,
    /// The number by position: `[3]`, `[3, 1]`; empty in a chapter without one.
    pub(super) number: Vec<u32>,
    key: String,
    /// The bullets below a section: keys and titles as Markdown.
    pub(super) below: Vec<(String, String)>,
}

/// The outline's entries, by which headings are known.
#[derive(Debug, Default)]
pub(super) struct Targets {
    pub(super) all: Vec<Target>,
    parts: Vec<String>,
    book: String,
    takeaways: String,
}

/// How surely a heading is one of the outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    No,
    /// By words that a sentence or a list might have too.
    Weak,
    /// By its title, though it could also be a comment in code.
    Comment,
    Strong,
}

impl Targets {
    pub(super) fn new(outline: &Outline, sources: &Sources, book: &str, contract: &Contract) -> Self {
        let mut targets = Self {
            book: key(book),
            takeaways: contract.takeaways_title.clone(),
            parts: outline
                .parts
                .iter()
                .filter_map(|part| part.title.as_ref())
                .map(|(title, _)| key(title))
                .collect(),
            ..Self::default()
        };
        let numbered = outline.chapters().any(|chapter| chapter.number.is_some());
        let mut count = 0;
        for (at, chapter) in outline.chapters().enumerate() {
            let has_number = if numbered {
                chapter.number.is_some()
            } else {
                !chapter.title.is_empty()
            };
            count += u32::from(has_number);
            let number = if has_number { vec![count] } else { Vec::new() };
            targets.all.push(target(at, None, chapter, number.clone(), sources));
            for (section, entry) in chapter.entries.iter().enumerate() {
                let mut number = number.clone();
                if has_number {
                    number.push(u32::try_from(section + 1).unwrap_or(u32::MAX));
                }
                targets.all.push(target(at, Some(section), entry, number, sources));
            }
        }
        targets
    }

    pub(super) fn chapter(&self, chapter: usize) -> Option<&Target> {
        self.all
            .iter()
            .find(|target| target.chapter == chapter && target.section.is_none())
    }

    pub(super) fn section(&self, chapter: usize, section: usize) -> Option<&Target> {
        self.all
            .iter()
            .find(|target| target.chapter == chapter && target.section == Some(section))
    }

    pub(super) fn sections(&self, chapter: usize) -> impl Iterator<Item = &Target> {
        self.all
            .iter()
            .filter(move |target| target.chapter == chapter && target.section.is_some())
    }

    /// Those whose titles a heading has, with or without what may be its number.
    pub(super) fn titled<'a>(&'a self, seen: &Seen) -> impl Iterator<Item = &'a Target> + use<'a> {
        let title = continued(&seen.title).unwrap_or(&seen.title);
        let whole = key(title);
        let bare = Typed::read(title).map(|typed| key(title.get(typed.length..).unwrap_or_default()));
        self.all
            .iter()
            .filter(move |target| !target.key.is_empty() && (target.key == whole || Some(&target.key) == bare.as_ref()))
    }

    /// The one whose number a heading has, where its title is much the same, or where there is no title.
    pub(super) fn near(&self, seen: &Seen) -> Option<&Target> {
        if let Some(number) = chapter_alone(&seen.title) {
            return self.all.iter().find(|target| target.number == [number]);
        }
        let (number, title) = seen.parts();
        let target = self.all.iter().find(|target| !number.is_empty() && target.number == number)?;
        is_near(&key(continued(title).unwrap_or(title)), &target.key).then_some(target)
    }

    /// Whether a title is that of the list at the end of a chapter, in words that several use for it.
    pub(super) fn is_takeaways(&self, seen: &Seen) -> bool {
        let found = key(seen.parts().1);
        let own = key(&self.takeaways);
        !found.is_empty() && (found == own || found.contains("takeaway") && found.len() < own.len() + 40 || key(&seen.title) == own)
    }

    /// The heading of that list.
    pub(super) fn takeaways(&self) -> &str {
        &self.takeaways
    }

    /// Whether a heading is that of the book or of a part.
    pub(super) fn is_above(&self, seen: &Seen) -> bool {
        let found = key(&seen.title);
        let part = split_part(&seen.title).is_some() && seen.style != Style::Plain;
        !found.is_empty() && (part || found == self.book || self.parts.contains(&found))
    }

    /// How surely a heading is the outline's.
    pub(super) fn strength(&self, seen: &Seen) -> Strength {
        let titled = self.titled(seen).next().is_some();
        let numbered = !seen.parts().0.is_empty();
        if !titled && self.near(seen).is_none() {
            return Strength::No;
        }
        match seen.style {
            Style::Plain => Strength::Weak,
            Style::Bold if !numbered => Strength::Weak,
            Style::Bold => Strength::Strong,
            Style::Marked | Style::Damaged if seen.level == Some(1) && !numbered => Strength::Comment,
            Style::Marked | Style::Damaged => Strength::Strong,
        }
    }
}

/// Whether two titles are much the same.
fn is_near(found: &str, wanted: &str) -> bool {
    let shorter = found.chars().count().min(wanted.chars().count());
    let within = shorter > 5 && (wanted.contains(found) || found.contains(wanted));
    // What is compared letter by letter is short.
    found.len() < 300
        && wanted.len() < 300
        && (within || strsim::normalized_levenshtein(found, wanted) >= 0.5 || strsim::jaro_winkler(found, wanted) >= 0.88)
}

fn target(chapter: usize, section: Option<usize>, entry: &Entry, number: Vec<u32>, sources: &Sources) -> Target {
    Target {
        chapter,
        section,
        title: entry.title.clone(),
        heading: markup(entry, sources),
        number,
        key: key(&entry.title),
        below: entry
            .entries
            .iter()
            .map(|entry| (key(&entry.title), markup(entry, sources)))
            .collect(),
    }
}

/// An entry's title as Markdown: as the outline's line has it, with its code marks.
fn markup(entry: &Entry, sources: &Sources) -> String {
    let line = sources.text(entry.span).replace("**", "");
    let plain = |text: &str| text.replace('`', "");
    // The title's words stand in the line with marks of code between them.
    let starts = line.char_indices().map(|(at, _)| at);
    for start in starts {
        let rest = line.get(start..).unwrap_or_default();
        if !plain(rest).starts_with(&entry.title) || rest.starts_with(' ') {
            continue;
        }
        let mut left = entry.title.len();
        let mut end = 0;
        for letter in rest.chars() {
            if left == 0 && letter != '`' {
                break;
            }
            left -= if letter == '`' { 0 } else { letter.len_utf8() };
            end += letter.len_utf8();
        }
        let found = rest.get(..end).unwrap_or_default();
        if found.matches('`').count() % 2 == 0 {
            return escaped(found, &entry.title);
        }
    }
    escaped(&entry.title, &entry.title)
}

/// A title that Markdown reads as these words.
fn escaped(markup: &str, title: &str) -> String {
    if rendered(markup) == title {
        return markup.to_owned();
    }
    let mut text = String::new();
    let mut code = false;
    for letter in markup.chars() {
        code ^= letter == '`';
        if !code
            && matches!(
                letter,
                '*' | '_' | '[' | ']' | '<' | '>' | '#' | '\\' | '{' | '}' | '&' | '$' | '~'
            )
        {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

/// The words of a heading as Markdown reads it.
fn rendered(markup: &str) -> String {
    use pulldown_cmark::{Event, Options, Parser};
    let source = format!("# {markup}\n");
    let events = Parser::new_ext(
        &source,
        Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH | Options::ENABLE_HEADING_ATTRIBUTES,
    );
    events
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.into_string()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::reply;

    fn title(text: &str) -> Option<(Option<u8>, String)> {
        read(&reply::lines(text), 0).map(|seen| (seen.level, seen.title))
    }

    #[test]
    fn headings_are_read_in_every_form() {
        let expected = |level: Option<u8>| Some((level, "1.1. Title".to_owned()));
        for text in [
            "## 1.1. Title",
            "## 1\\.1\\. Title ##",
            "\\## 1.1. Title",
            "##1.1. Title",
            "## **1.1. Title**",
            "## 📦 1.1. Title",
            "<h2>1.1. Title</h2>",
            "## **1.1.** Title",
            "## <a id=\"x\"></a>1.1. Title:",
            "1.1. Title\n---",
        ] {
            assert_eq!(title(text), expected(Some(2)), "{text}");
        }
        for text in [
            "**1.1. Title**",
            "**1\\.1\\. Title**:",
            "- **1.1. Title**",
            "1.1. Title",
            "1\\.1\\. Title",
            "**1.1.** Title",
        ] {
            assert_eq!(title(text), expected(None), "{text}");
        }
        for text in ["Text", "#!/bin/sh", "- item", "**a** and **b**", "| a |\n---"] {
            assert_eq!(title(text), None, "{text}");
        }
        assert_eq!(
            title("## `__init__` \\& _x_").map(|found| found.1),
            Some("`__init__` & _x_".to_owned())
        );
    }

    #[test]
    fn keys_know_no_typography() {
        for title in [
            "Built‑ins & \"Friends\"",
            "built-ins and “friends”",
            "Built-Ins And `Friends`",
        ] {
            assert_eq!(key(title), "builtinsfriends");
        }
        assert_ne!(key("C"), key("C++"));
    }

    #[test]
    fn what_is_continued_is_known() {
        assert_eq!(continued("3.3. Rules (continued)"), Some("3.3. Rules"));
        assert_eq!(continued("Rules, cont."), Some("Rules"));
        assert_eq!(continued("To be continued"), None);
        assert_eq!(continued("Rules"), None);
    }
}
