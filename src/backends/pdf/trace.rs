//! From a place in a virtual Typst file back to the author's Markdown.

use super::markup::TEMPLATE_PATH;
use super::origins::{Origin, Origins};
use crate::diag::{Diagnostics, Severity, codes};
use crate::source::Span;
use std::collections::BTreeMap;
use typst::diag::{Severity as TypstSeverity, SourceDiagnostic};
use typst::syntax::{self, DiagSpan};
use typst::{World, WorldExt};

/// Which Markdown each place of the virtual files was written from: for every file, offsets in rising order.
#[derive(Debug, Default, Clone)]
pub(super) struct Trace {
    files: BTreeMap<String, Vec<(usize, Span)>>,
    /// Where the letters of each file come from, in order of place, if that was kept.
    origins: BTreeMap<String, Vec<Origin>>,
    /// Where in the template's file the book's own `styles/book.typ` begins, if there is one.
    own_template: Option<usize>,
}

impl Trace {
    /// Takes a file's offsets; they rise, because the file was written from its beginning to its end.
    pub(super) fn add(&mut self, path: &str, offsets: Vec<(usize, Span)>) {
        self.files.insert(path.to_owned(), offsets);
    }

    /// Takes where a file's letters come from; they were noted from its beginning to its end.
    pub(super) fn add_origins(&mut self, path: &str, origins: Option<Origins>) {
        if let Some(origins) = origins {
            self.origins.insert(path.to_owned(), origins.list);
        }
    }

    /// For each file, in order of their names, where its letters come from.
    pub(super) fn origins(&self) -> impl Iterator<Item = (&str, &[Origin])> {
        self.origins.iter().map(|(path, list)| (path.as_str(), list.as_slice()))
    }

    /// Takes where in the template's file the book's own part begins.
    pub(super) fn own_template(&mut self, start: usize) {
        self.own_template = Some(start);
    }

    /// The Markdown of the last node that begins at or before a byte of a virtual file.
    pub(super) fn span(&self, path: &str, offset: usize) -> Option<Span> {
        let offsets = self.files.get(path)?;
        let after = offsets.partition_point(|(start, _)| *start <= offset);
        offsets.get(after.saturating_sub(1)).map(|(_, span)| *span)
    }

    /// The chapter, from 0, and the Markdown that a place of a virtual file was written from. The main file belongs to no
    /// chapter, and what stands in it before the first part or chapter comes from nowhere.
    pub(super) fn chapter_and_span(&self, world: &dyn World, span: syntax::Span) -> Option<(Option<usize>, Span)> {
        let path = span.id()?.get().vpath().get_with_slash().to_owned();
        let (first, _) = self.files.get(&path)?.first()?;
        let at = world.range(DiagSpan::from(span))?.start;
        if at < *first {
            return None;
        }
        Some((super::markup::chapter_of(&path), self.span(&path, at)?))
    }

    /// Reports what Typst has to say, each message at the Markdown it is about, with at most this severity.
    pub(super) fn report(&self, world: &dyn World, messages: &[SourceDiagnostic], most: Severity, diagnostics: &mut Diagnostics) {
        for message in messages {
            let severity = match message.severity {
                TypstSeverity::Error => Severity::Error,
                TypstSeverity::Warning => Severity::Warning,
            };
            // A fault of the book's own template is not one of the chapter that happens to call it.
            let own = self.own_line(world, message.span);
            let place = if own.is_some() { None } else { self.place(world, message) };
            let diagnostic = diagnostics.report(&codes::TYPST, place, message.message.as_str());
            diagnostic.severity = severity.min(most);
            if let Some(line) = own {
                diagnostic.hint(format!("this is line {line} of the book's own `styles/book.typ`"));
            }
            for hint in &message.hints {
                diagnostic.hint(hint.v.as_str());
            }
        }
    }

    /// The Markdown that a message is about: its own place, or that of the innermost call that stands in a chapter.
    fn place(&self, world: &dyn World, message: &SourceDiagnostic) -> Option<Span> {
        let calls = message.trace.iter().map(|call| DiagSpan::from(call.span));
        std::iter::once(message.span)
            .chain(calls)
            .find_map(|span| self.resolve(world, span))
    }

    /// The line, from 1, of the book's own template that a place lies in.
    fn own_line(&self, world: &dyn World, span: DiagSpan) -> Option<usize> {
        let start = self.own_template?;
        let file = span.id()?;
        if file.get().vpath().get_with_slash() != TEMPLATE_PATH {
            return None;
        }
        let at = world.range(span)?.start;
        let source = world.source(file).ok()?;
        let before = source.text().get(start..at)?;
        Some(before.matches('\n').count() + 1)
    }

    fn resolve(&self, world: &dyn World, span: DiagSpan) -> Option<Span> {
        let file = span.id()?;
        let path = file.get().vpath().get_with_slash();
        // Only chapters lead back to the manuscript.
        self.files.get(path)?;
        self.span(path, world.range(span)?.start)
    }
}
