//! Diagnostics: what an author can mend, as data.
//!
//! A stage never prints and never stops at the first fault: it adds a [`Diagnostic`] to the [`Diagnostics`] it was given
//! and goes on with the best it can make of the input. [`render`] shows the whole list, in order of place, for people or
//! for programs. What an author allows in one place is a [`Suppression`], which goes with the messages and is applied when
//! they are weighed, whoever has reported them. Every code stands in [`codes`] with its severity and the reason for it, and
//! [`reasons`] say more.

pub mod codes;
pub mod reasons;
pub mod render;
mod suppression;

pub use codes::Code;
pub use suppression::Suppression;

use crate::source::Span;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never stops a build.
    Note,
    /// Something was lost or looks wrong; `--strict` makes it an error.
    Warning,
    /// The book cannot be built as written.
    Error,
}

impl Severity {
    /// The word that messages use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One message to the author: what is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of fault it is.
    pub code: &'static Code,
    /// Its weight: the code's own, unless book.toml or `--strict` changed it.
    pub severity: Severity,
    /// The place, if there is one.
    pub span: Option<Span>,
    /// What was found and what was expected, as a clause without a full stop.
    pub message: String,
    /// What the author can do.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// A message with the code's own severity.
    pub fn new(code: &'static Code, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            span: span.into(),
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// Adds a hint.
    pub fn hint(&mut self, hint: impl Into<String>) -> &mut Self {
        self.hints.push(hint.into());
        self
    }
}

/// All that a run has to say, in the order in which it was found.
#[derive(Debug, Default, Clone)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    suppressions: Vec<Suppression>,
}

impl Diagnostics {
    /// Adds a message at a place, with the code's own severity.
    pub fn report(&mut self, code: &'static Code, span: impl Into<Option<Span>>, message: impl Into<String>) -> &mut Diagnostic {
        let at = self.list.len();
        self.list.push(Diagnostic::new(code, span, message));
        &mut self.list[at]
    }

    /// Gives the messages the weights that `[check]` of book.toml names for their codes; `off` drops them. What would
    /// leave the book wrong or unbuildable stays an error whatever book.toml says. What the manuscript itself allows goes
    /// first, so that it is no matter of weights.
    pub fn weigh(&mut self, weights: &std::collections::BTreeMap<String, String>) {
        self.silence();
        self.list.retain_mut(|diagnostic| {
            if diagnostic.code.severity == Severity::Error {
                return true;
            }
            match weights.get(diagnostic.code.name).map(String::as_str) {
                Some("off") => return false,
                Some("note") => diagnostic.severity = Severity::Note,
                Some("warning") => diagnostic.severity = Severity::Warning,
                Some("error") => diagnostic.severity = Severity::Error,
                _ => {}
            }
            true
        });
    }

    /// Adds what an author allows in one place.
    pub fn suppress(&mut self, suppression: Suppression) {
        self.suppressions.push(suppression);
    }

    /// Drops the messages that are allowed where they stand. May be called again when more has been reported.
    pub fn silence(&mut self) {
        if self.suppressions.is_empty() {
            return;
        }
        let suppressions = &mut self.suppressions;
        self.list.retain(|diagnostic| !suppression::allow(suppressions, diagnostic));
    }

    /// Reports what is allowed and never happens. For the end, when everything that could report something has run; what
    /// only `publish check` would report counts where `checked` says that it has.
    pub fn report_unused(&mut self, checked: bool) {
        self.silence();
        for suppression in std::mem::take(&mut self.suppressions) {
            suppression.report_unused(checked, self);
        }
    }

    /// Makes errors of all messages with this code; book.toml may give them another weight again.
    pub fn raise(&mut self, code: &'static Code) {
        for diagnostic in self.list.iter_mut().filter(|diagnostic| diagnostic.code == code) {
            diagnostic.severity = Severity::Error;
        }
    }

    /// Keeps only the messages that a condition holds for.
    pub fn keep(&mut self, wanted: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(wanted);
    }

    /// Adds the messages of another run.
    pub fn append(&mut self, mut other: Self) {
        self.list.append(&mut other.list);
        self.suppressions.append(&mut other.suppressions);
    }

    /// Drops all but errors, for `--quiet`.
    pub fn keep_errors(&mut self) {
        self.list.retain(|diagnostic| diagnostic.severity == Severity::Error);
    }

    /// Makes every warning an error, for `--strict`.
    pub fn make_strict(&mut self) {
        for diagnostic in &mut self.list {
            if diagnostic.severity == Severity::Warning {
                diagnostic.severity = Severity::Error;
            }
        }
    }

    /// Whether anything stops the build.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// How many messages have this weight.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// The messages in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Puts the messages in order of place (those without a place first) and drops exact repetitions.
    pub fn sort(&mut self) {
        self.list
            .sort_by_key(|diagnostic| diagnostic.span.map(|span| (span.file, span.start, span.end)));
        self.list.dedup();
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, messages: I) {
        self.list.extend(messages);
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(messages: I) -> Self {
        Self {
            list: messages.into_iter().collect(),
            ..Self::default()
        }
    }
}

/// The candidate nearest to `name`, if one is near enough to be what was meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    // The comparison is total: the scores are finite.
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))?;
    (best.0 > 0.78).then_some(best.1)
}
