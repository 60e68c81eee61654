//! Messages that an author allows in one place.

use super::{Code, Diagnostic, Diagnostics, Severity, codes};
use crate::source::Span;

/// A code that is not to be told in one block of the manuscript: `<!-- allow: dead-link: the page comes with the book -->`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    code: &'static Code,
    place: Span,
    covers: Span,
    used: bool,
}

impl Suppression {
    /// A suppression that is written at `place` and is about what begins in `covers`.
    ///
    /// `None` for a code that cannot be allowed: an error would leave the book wrong, and what is wrong with the comment
    /// itself would stay so.
    pub fn new(code: &'static Code, place: Span, covers: Span) -> Option<Self> {
        Self::may_be(code).then_some(Self {
            code,
            place,
            covers,
            used: false,
        })
    }

    /// Whether a code may be allowed at all.
    pub fn may_be(code: &Code) -> bool {
        code.severity != Severity::Error && !codes::OF_SUPPRESSIONS.contains(&code)
    }

    /// Whether a message is one of those that this is about.
    fn covers(&self, diagnostic: &Diagnostic) -> bool {
        let inside = |span: Span| span.file == self.covers.file && (self.covers.start..self.covers.end).contains(&span.start);
        diagnostic.code == self.code && diagnostic.span.is_some_and(inside)
    }

    /// Says that nothing was silenced, if so and if the rule was applied at all.
    pub(super) fn report_unused(&self, checked: bool, diagnostics: &mut Diagnostics) {
        let applied = checked || !codes::OF_CHECK.contains(&self.code);
        if !self.used && applied {
            diagnostics
                .report(
                    &codes::UNUSED_SUPPRESSION,
                    self.place,
                    format!(
                        "nothing in the block that this comment is about is reported as `{}`",
                        self.code.name
                    ),
                )
                .hint("take it out of the comment, or put the comment directly above the block that it is about");
        }
    }
}

/// Whether any of the suppressions is about a message; all that are have been of use.
pub(super) fn allow(suppressions: &mut [Suppression], diagnostic: &Diagnostic) -> bool {
    let mut allowed = false;
    for suppression in suppressions.iter_mut().filter(|suppression| suppression.covers(diagnostic)) {
        suppression.used = true;
        allowed = true;
    }
    allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn what_is_reported_later_is_silenced_too() {
        let mut sources = Sources::default();
        let file = sources.add("a.md", "");
        let mut diagnostics = Diagnostics::default();
        let (place, block) = (Span::new(file, 0..4), Span::new(file, 5..9));
        diagnostics.suppress(Suppression::new(&codes::DEAD_LINK, place, block).expect("a warning's code"));
        for start in [5, 8, 9] {
            diagnostics.report(&codes::DEAD_LINK, Span::new(file, start..start + 1), "gone");
            diagnostics.report(&codes::UNUSED_NOTE, Span::new(file, start..start + 1), "unused");
            diagnostics.silence();
        }
        diagnostics.report_unused(true);
        let said: Vec<_> = diagnostics
            .iter()
            .map(|found| (found.code.name, found.span.map(|span| span.start)))
            .collect();
        let expected = [("unused-note", 5), ("unused-note", 8), ("dead-link", 9), ("unused-note", 9)];
        assert_eq!(said, expected.map(|(name, start)| (name, Some(start))));
    }

    #[test]
    fn errors_cannot_be_allowed() {
        let mut sources = Sources::default();
        let span = Span::new(sources.add("a.md", ""), 0..0);
        assert_eq!(Suppression::new(&codes::MISSING_IMAGE, span, span), None);
        assert_eq!(Suppression::new(&codes::UNUSED_SUPPRESSION, span, span), None);
    }
}
