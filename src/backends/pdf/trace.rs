//! From a place in a virtual Typst file back to the author's Markdown.

use crate::diag::{Diagnostics, Severity, codes};
use crate::source::Span;
use std::collections::BTreeMap;
use typst::diag::{Severity as TypstSeverity, SourceDiagnostic};
use typst::syntax::DiagSpan;
use typst::{World, WorldExt};

/// Which Markdown each place of the virtual files was written from: for every file, offsets in rising order.
#[derive(Debug, Default, Clone)]
pub(super) struct Trace {
    files: BTreeMap<String, Vec<(usize, Span)>>,
}

impl Trace {
    /// Takes a file's offsets; they rise, because the file was written from its beginning to its end.
    pub(super) fn add(&mut self, path: &str, offsets: Vec<(usize, Span)>) {
        self.files.insert(path.to_owned(), offsets);
    }

    /// The Markdown of the last node that begins at or before a byte of a virtual file.
    pub(super) fn span(&self, path: &str, offset: usize) -> Option<Span> {
        let offsets = self.files.get(path)?;
        let after = offsets.partition_point(|(start, _)| *start <= offset);
        offsets.get(after.saturating_sub(1)).map(|(_, span)| *span)
    }

    /// Reports what Typst has to say, each message at the Markdown it is about, with at most this severity.
    pub(super) fn report(&self, world: &dyn World, messages: &[SourceDiagnostic], most: Severity, diagnostics: &mut Diagnostics) {
        for message in messages {
            let severity = match message.severity {
                TypstSeverity::Error => Severity::Error,
                TypstSeverity::Warning => Severity::Warning,
            };
            let diagnostic = diagnostics.report(&codes::TYPST, self.place(world, message), message.message.as_str());
            diagnostic.severity = severity.min(most);
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

    fn resolve(&self, world: &dyn World, span: DiagSpan) -> Option<Span> {
        let file = span.id()?;
        let path = file.get().vpath().get_with_slash();
        // Only chapters lead back to the manuscript.
        self.files.get(path)?;
        self.span(path, world.range(span)?.start)
    }
}
