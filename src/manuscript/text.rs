//! Text: the characters between markup, gathered until markup comes, and what stands in them that is no markup to
//! CommonMark: `{{variable}}`, citations, bare addresses, and footnotes that nobody wrote.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::bare;
use super::citations;
use super::stack::{Frame, Kind, Stack};
use crate::diag::{codes, nearest};
use crate::document::{Citation, CitationItem, Inline, InlineKind, Link, Target};
use crate::passes::is_outside;
use std::borrow::Cow;
use std::ops::Range;

/// Text that is being gathered.
#[derive(Debug, Default)]
pub(super) struct TextRun {
    run: Run,
}

/// Text with the places in the source that it came from.
#[derive(Debug, Default, Clone)]
pub(super) struct Run {
    /// The characters.
    pub(super) text: String,
    /// From the first byte in the source to the last.
    pub(super) range: Range<usize>,
    /// Where the text's bytes come from: from each of these (a byte of the text, a byte of the source) on, one by one.
    pieces: Vec<(usize, usize)>,
}

impl TextRun {
    pub(super) fn is_empty(&self) -> bool {
        self.run.text.is_empty()
    }

    /// Where the text ends in the source, if there is any.
    pub(super) fn end(&self) -> Option<usize> {
        (!self.is_empty()).then_some(self.run.range.end)
    }

    pub(super) fn ends_with_space(&self) -> bool {
        self.run.text.ends_with(' ')
    }

    /// Adds a line break, if the text may be a citation that goes on in the next line, of which `rest` is the text.
    pub(super) fn push_line_break(&mut self, rest: &str, range: Range<usize>) -> bool {
        let goes_on = citations::is_open(&self.run.text, rest);
        if goes_on {
            let kept = self.run.text.trim_end_matches(' ').len();
            self.run.text.truncate(kept);
            self.run.pieces.retain(|(at, _)| *at <= kept);
            self.run.pieces.push((kept, range.start));
            self.run.text.push('\n');
            self.run.range.end = self.run.range.end.max(range.end);
        }
        goes_on
    }

    /// Adds text that came from a range of the source.
    pub(super) fn push(&mut self, text: &str, range: Range<usize>) {
        let run = &mut self.run;
        if text.is_empty() {
            return;
        }
        if run.text.is_empty() {
            run.range = range.clone();
        }
        let continues = run
            .pieces
            .last()
            .is_some_and(|(at, source)| range.start.checked_sub(*source) == run.text.len().checked_sub(*at));
        if !continues || range.len() != text.len() {
            run.pieces.push((run.text.len(), range.start));
        }
        run.text.push_str(text);
        run.range.end = run.range.end.max(range.end);
    }

    /// The text with its place, or all that is known of it if something in it may want to be read.
    pub(super) fn take_plain(&mut self) -> Result<(String, Range<usize>), Run> {
        let mut before = 0;
        let is_plain = self.run.text.bytes().all(|byte| {
            let is_plain = !matches!(byte, b'[' | b'{' | b'@' | b'\t' | b'\r') && (byte != b' ' || before != b' ');
            before = byte;
            is_plain
        });
        if !is_plain || bare::may_be_in(&self.run.text) {
            return Err(std::mem::take(&mut self.run));
        }
        self.run.pieces.clear();
        Ok((std::mem::take(&mut self.run.text), self.run.range.clone()))
    }
}

impl Run {
    /// Where a range of the text stands in the source; where it is not typed as it is, the place of the whole text.
    fn source(&self, range: Range<usize>, source: &str) -> Range<usize> {
        let place = self.mapped(range.clone());
        let is_true = self
            .text
            .get(range)
            .is_some_and(|text| source.get(place.clone()) == Some(text));
        if is_true { place } else { self.range.clone() }
    }

    /// A part of the text by itself.
    fn part(&self, range: Range<usize>) -> Self {
        let place = self.mapped(range.clone());
        let inside = |(at, _): &&(usize, usize)| *at > range.start && *at < range.end;
        let mut pieces = vec![(0, place.start)];
        pieces.extend(
            self.pieces
                .iter()
                .filter(inside)
                .map(|(at, source)| (at - range.start, *source)),
        );
        Self {
            text: self.text.get(range).unwrap_or_default().to_owned(),
            range: place,
            pieces,
        }
    }

    fn mapped(&self, range: Range<usize>) -> Range<usize> {
        let at = |offset: usize| {
            let piece = self.pieces.partition_point(|(start, _)| *start <= offset);
            let (start, source) = piece
                .checked_sub(1)
                .and_then(|piece| self.pieces.get(piece))
                .copied()
                .unwrap_or_default();
            source + (offset - start)
        };
        let start = at(range.start);
        let last = if range.is_empty() { start } else { at(range.end - 1) + 1 };
        start..last.clamp(start, self.range.end.max(start))
    }

    /// Whether the character at this byte was typed with a backslash before it.
    fn is_escaped(&self, at: usize, source: &str) -> bool {
        let piece = self.pieces.binary_search_by_key(&at, |(start, _)| *start).ok();
        let from = piece
            .and_then(|piece| self.pieces.get(piece))
            .and_then(|(_, from)| from.checked_sub(1));
        from.and_then(|before| source.as_bytes().get(before)) == Some(&b'\\')
    }
}

/// The inlines that a run of text is: mostly one.
pub(super) fn read(stack: &mut Stack, run: Run) -> Vec<Inline> {
    if !may_lead(stack) {
        return read_lines(stack, run);
    }
    let is_escaped = |at| run.is_escaped(at, stack.source);
    let mut addresses = bare::find(&run.text, is_escaped);
    let keys = &stack.settings.citation_keys;
    let mut citations = if run.text.contains('@') {
        citations::find(&run.text, keys, is_escaped)
    } else {
        Vec::new()
    };
    // An `@` in an address cites nothing, and an address in the brackets of a citation is a part of that.
    citations.retain(|citation| !addresses.iter().any(|address| address.contains(&citation.range.start)));
    addresses.retain(|address| !citations.iter().any(|citation| citation.range.contains(&address.start)));
    let mut found: Vec<(Range<usize>, Option<citations::Found>)> = addresses.into_iter().map(|range| (range, None)).collect();
    found.extend(citations.into_iter().map(|citation| (citation.range.clone(), Some(citation))));
    found.sort_by_key(|(range, _)| range.start);
    let mut inlines = Vec::new();
    let mut done = 0;
    for (range, citation) in found {
        if range.start > done {
            inlines.extend(read_lines(stack, run.part(done..range.start)));
        }
        done = range.end;
        match citation {
            Some(citation) => {
                stack.notations.citations = true;
                inlines.push(as_inline(stack, &run, citation));
            }
            None => inlines.extend(as_link(stack, run.part(range))),
        }
    }
    if done == 0 {
        return read_lines(stack, run);
    }
    if done < run.text.len() {
        inlines.extend(read_lines(stack, run.part(done..run.text.len())));
    }
    inlines
}

/// The link that a bare address is; its text, where nobody could follow it.
fn as_link(stack: &mut Stack, run: Run) -> Vec<Inline> {
    let text = with_variables(stack, &run.text, run.range.clone()).into_owned();
    let target = if text.starts_with("www.") {
        format!("http://{text}")
    } else {
        text.clone()
    };
    if !is_outside(&target) {
        return read_lines(stack, run);
    }
    let span = stack.span(run.range);
    let link = Link {
        content: vec![Inline::text(span, text)],
        target: Target::Unresolved(target),
        title: String::new(),
    };
    vec![Inline::new(span, InlineKind::Link(link))]
}

/// Whether a citation or an address may stand here: not in code, nor in what is a link already.
fn may_lead(stack: &Stack) -> bool {
    !stack.frames.iter().any(|frame| {
        matches!(
            frame.kind,
            Kind::Pre { .. } | Kind::Code | Kind::Keyboard | Kind::Link { .. } | Kind::Image { .. }
        )
    })
}

fn as_inline(stack: &Stack, run: &Run, found: citations::Found) -> Inline {
    let place = |range: Range<usize>| stack.span(run.source(range, stack.source));
    let typed = run.text.get(found.range.clone()).unwrap_or_default().replace('\n', " ");
    let items = found.items.into_iter().map(|item| CitationItem {
        span: place(item.range),
        key: item.key,
        without_author: item.without_author,
        prefix: item.prefix,
        locator: item.locator,
        suffix: item.suffix,
    });
    let citation = Citation {
        typed,
        in_text: found.in_text,
        items: items.collect(),
    };
    Inline::new(place(found.range), InlineKind::Citation(citation))
}

/// Text without citations, in which lines may end.
fn read_lines(stack: &mut Stack, run: Run) -> Vec<Inline> {
    let in_pre = stack.frames.iter().any(|frame| matches!(frame.kind, Kind::Pre { .. }));
    if in_pre || !run.text.contains('\n') {
        return read_line(stack, run, in_pre);
    }
    let mut inlines = Vec::new();
    let mut start = 0;
    for line in run.text.split('\n') {
        if start > 0 {
            let span = stack.span(run.mapped(start - 1..start));
            inlines.push(Inline::new(span, InlineKind::SoftBreak));
        }
        if !line.is_empty() {
            inlines.extend(read_line(stack, run.part(start..start + line.len()), false));
        }
        start += line.len() + 1;
    }
    inlines
}

fn read_line(stack: &mut Stack, run: Run, in_pre: bool) -> Vec<Inline> {
    let mut run = run;
    let is_code = |frame: &Frame| matches!(frame.kind, Kind::Pre { .. } | Kind::Code);
    if stack.frames.iter().any(is_code) {
        // As within backticks, all stays as it is typed.
        if !in_pre {
            run.text = with_single_blanks(&run.text);
        }
        let span = stack.span(run.range);
        return vec![Inline::text(span, run.text)];
    }
    if run.text.contains("[^") {
        if matches!(stack.frames.first().map(|frame| &frame.kind), Some(Kind::Line)) {
            return with_notes(stack, &run);
        }
        report_notes(stack, &run);
    }
    if run.text.contains("{{") {
        run.text = substitute(stack, &run);
    }
    if !in_pre && (run.text.contains("  ") || run.text.contains(['\t', '\r'])) {
        run.text = with_single_blanks(&run.text);
    }
    let span = stack.span(run.range);
    vec![Inline::text(span, run.text)]
}

/// Text with one space for several, as a page shows it.
fn with_single_blanks(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' ' | '\t' | '\r' if result.ends_with(' ') => {}
            ' ' | '\t' | '\r' => result.push(' '),
            _ => result.push(character),
        }
    }
    result
}

/// Puts the values of variables into a text that stands at `range` as a whole, such as a link's target.
pub(super) fn with_variables<'t>(stack: &mut Stack, text: &'t str, range: Range<usize>) -> Cow<'t, str> {
    if !text.contains("{{") {
        return Cow::Borrowed(text);
    }
    let run = Run {
        text: text.to_owned(),
        pieces: vec![(0, range.start)],
        range,
    };
    Cow::Owned(substitute(stack, &run))
}

/// The text with every `{{name}}` replaced. What does not look like a name between braces is left alone.
fn substitute(stack: &mut Stack, run: &Run) -> String {
    let text = run.text.as_str();
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    while let Some(open) = text.get(done..).and_then(|rest| rest.find("{{")).map(|at| done + at) {
        result.push_str(text.get(done..open).unwrap_or_default());
        let Some(name) = variable(text.get(open + 2..).unwrap_or_default()) else {
            result.push('{');
            done = open + 1;
            continue;
        };
        let end = open + 2 + name.len() + 2;
        let whole = text.get(open..end).unwrap_or_default();
        done = end;
        let name = name.trim();
        if run.is_escaped(open, stack.source) {
            result.push_str(whole);
        } else if name.starts_with('#') {
            let message = format!("`{whole}` is another tool's notation; it is kept as typed");
            let at = run.source(open..end, stack.source);
            let path = name.strip_prefix("#include").map(|path| path.trim().to_owned());
            if let (Some(diagnostic), Some(path)) = (stack.report(&codes::NOT_SUPPORTED, at, message), path) {
                diagnostic.hint(format!("write `<!-- include: {path} -->` on a line of its own"));
            }
            result.push_str(whole);
        } else if let Some(value) = stack.settings.variables.get(name) {
            result.push_str(value);
        } else {
            result.push_str(whole);
            report_variable(stack, name, run.source(open..end, stack.source));
        }
    }
    result.push_str(text.get(done..).unwrap_or_default());
    result
}

/// What stands before `}}` if that could be a variable's name, with the spaces around it.
fn variable(rest: &str) -> Option<&str> {
    // A name is short: there is no need to look further.
    let end = rest.bytes().take(200).position(|byte| matches!(byte, b'}' | b'{'))?;
    let inner = rest.get(..end)?;
    rest.get(end..)?.strip_prefix("}}")?;
    let name = inner.trim();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_directive = name.starts_with('#') && name.len() > 1;
    (is_directive || !name.is_empty() && name.chars().all(is_name)).then_some(inner)
}

fn report_variable(stack: &mut Stack, name: &str, at: Range<usize>) {
    let settings = stack.settings;
    // To TOML a dot is a table's, unless the key stands in quotes.
    let key = if name.contains('.') {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    };
    let known = nearest(name, settings.variables.keys().map(String::as_str));
    let message = format!("`{name}` is not a key of [variables] in book.toml");
    if let Some(diagnostic) = stack.report(&codes::UNKNOWN_VARIABLE, at, message) {
        match known {
            Some(known) => diagnostic.hint(format!("did you mean `{{{{{known}}}}}`?")),
            None => diagnostic.hint(format!(
                "add `{key} = \"...\"` under [variables], or write `\\{{{{` for the braces themselves"
            )),
        };
    }
}

/// The label of a footnote if `rest`, which follows a `[^`, begins with one.
fn label(rest: &str) -> Option<&str> {
    let end = rest.bytes().take(1000).position(|byte| matches!(byte, b']' | b'['))?;
    let label = rest.get(..end)?;
    let is_label = !label.is_empty() && !label.contains(char::is_whitespace) && rest.as_bytes().get(end) == Some(&b']');
    is_label.then_some(label)
}

/// A footnote's mark that is still text belongs to a footnote that is not in the file.
fn report_notes(stack: &mut Stack, run: &Run) {
    for (open, _) in run.text.match_indices("[^") {
        let Some(label) = label(run.text.get(open + 2..).unwrap_or_default()) else {
            continue;
        };
        if !run.is_escaped(open, stack.source) {
            let at = run.source(open..open + label.len() + 3, stack.source);
            let message = format!("no footnote in this file begins with `[^{label}]:`; the mark is kept as text");
            if let Some(diagnostic) = stack.report(&codes::UNDEFINED_NOTE, at, message) {
                diagnostic.hint(format!(
                    "add a line `[^{label}]: ...`, or write `\\[^{label}]` if it is not a footnote"
                ));
            }
        }
    }
}

/// In a caption, which is parsed apart from the file's footnotes, every mark is taken for one.
fn with_notes(stack: &mut Stack, run: &Run) -> Vec<Inline> {
    let mut inlines = Vec::new();
    let mut done = 0;
    let part = |stack: &mut Stack, range: Range<usize>| {
        let text = run.text.get(range.clone()).unwrap_or_default();
        let at = run.source(range, stack.source);
        let text = with_variables(stack, text, at.clone()).into_owned();
        Inline::text(stack.span(at), text)
    };
    for (open, _) in run.text.match_indices("[^") {
        let Some(label) = label(run.text.get(open + 2..).unwrap_or_default()) else {
            continue;
        };
        if run.is_escaped(open, stack.source) {
            continue;
        }
        if open > done {
            inlines.push(part(stack, done..open));
        }
        done = open + label.len() + 3;
        let span = stack.span(run.source(open..done, stack.source));
        inlines.push(Inline::new(span, InlineKind::NoteLabel(note_label(label))));
    }
    if done < run.text.len() {
        inlines.push(part(stack, done..run.text.len()));
    }
    inlines
}

/// A footnote's label as it is compared: CommonMark's labels differ neither in case nor in blanks.
pub(super) fn note_label(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
