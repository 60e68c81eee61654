//! Messages for editors and scripts.

use crate::diag::{Code, Diagnostics, codes, reasons};
use crate::source::{Sources, Span};
use serde_json::json;
use std::fmt::Write as _;

/// The messages as JSON, one object a line.
///
/// Lines and columns count from 1; `start` and `end` are bytes of the file.
pub fn json(diagnostics: &Diagnostics, sources: &Sources) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.iter() {
        let place = diagnostic.span.map(|span| place(span, sources));
        let line = json!({
            "code": diagnostic.code.name,
            "severity": diagnostic.severity.name(),
            "message": diagnostic.message,
            "hints": diagnostic.hints,
            "place": place,
        });
        let _ = writeln!(text, "{line}");
    }
    text
}

/// What is known of codes as JSON, one object a line.
pub fn codes_json<'a>(codes: impl IntoIterator<Item = &'a Code>) -> String {
    let mut text = String::new();
    for code in codes {
        let line = json!({
            "code": code.name,
            "severity": code.severity.name(),
            "reason": code.reason,
            "text": reasons::text(code),
            "check_only": codes::OF_CHECK.contains(&code),
            "may_be_weighed": reasons::may_be_weighed(code),
            "may_be_allowed": reasons::may_be_allowed(code),
        });
        let _ = writeln!(text, "{line}");
    }
    text
}

/// A place as JSON.
pub fn place(span: Span, sources: &Sources) -> serde_json::Value {
    let source = sources.get(span.file);
    let (start, end) = (source.position(span.start as usize), source.position(span.end as usize));
    json!({
        "file": source.path(),
        "line": start.line, "column": start.column,
        "end_line": end.line, "end_column": end.column,
        "start": span.start, "end": span.end,
    })
}
