//! Messages as SARIF, which code hosts and editors read.

use super::{extent, path_from, with_hints};
use crate::diag::{Code, Diagnostic, Diagnostics, reasons};
use crate::error::Error;
use crate::source::{Sources, Span};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// The messages as one document of SARIF 2.1.0 with one run, and what failed that is not the manuscript's fault.
///
/// Addresses of files are relative to the folder `base`. Lines and columns count from 1, columns in characters; a region
/// ends before `endColumn`.
pub fn sarif(diagnostics: &Diagnostics, sources: &Sources, base: &Path, failure: Option<&Error>) -> String {
    let rules = rules(diagnostics);
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| result(diagnostic, &rules, sources, base))
        .collect();
    let mut invocation = json!({ "executionSuccessful": failure.is_none() });
    if let Some(error) = failure {
        invocation["toolExecutionNotifications"] = json!([{ "level": "error", "message": { "text": error.to_string() } }]);
    }
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "publish",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|code| rule(code)).collect::<Vec<_>>(),
            }},
            "invocations": [invocation],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{document:#}\n")
}

/// The codes that the messages have, each once, in order of name.
fn rules(diagnostics: &Diagnostics) -> Vec<&'static Code> {
    let mut rules: Vec<&'static Code> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    rules.sort_by_key(|code| code.name);
    rules.dedup();
    rules
}

/// A code as a rule. SARIF 2.1.0, section 3.58.6, has the words for levels that messages use.
fn rule(code: &Code) -> Value {
    let help = reasons::explain(code);
    json!({
        "id": code.name,
        "name": in_capitals(code.name),
        "shortDescription": { "text": reasons::first_sentence(code.reason) },
        "fullDescription": { "text": code.reason },
        "help": { "text": help, "markdown": help },
        "defaultConfiguration": { "level": code.severity.name() },
    })
}

fn result(diagnostic: &Diagnostic, rules: &[&'static Code], sources: &Sources, base: &Path) -> Value {
    let mut result = json!({
        "ruleId": diagnostic.code.name,
        "ruleIndex": rules.iter().position(|code| *code == diagnostic.code),
        "level": diagnostic.severity.name(),
        "message": { "text": with_hints(diagnostic) },
    });
    if let Some(span) = diagnostic.span {
        result["locations"] = json!([location(span, sources, base)]);
    }
    result
}

fn location(span: Span, sources: &Sources, base: &Path) -> Value {
    let (start, end) = extent(span, sources);
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": address(&path_from(base, span, sources)) },
        "region": {
            "startLine": start.line, "startColumn": start.column,
            "endLine": end.line, "endColumn": end.column,
        },
    }})
}

/// `FigureWithoutAlt` of `figure-without-alt`, the form that SARIF 2.1.0, section 3.49.7, shows for names.
fn in_capitals(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    name.split('-').map(capital).collect()
}

/// A path as an address (RFC 3986, section 3.3); one from the root of a file system says that it is a file's.
fn address(path: &str) -> String {
    let mut address = String::new();
    if path.starts_with('/') {
        address.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_addresses() {
        assert_eq!(address("manuscript/01 λ:a.md"), "manuscript/01%20%CE%BB%3Aa.md");
        assert_eq!(address("/a/b#.md"), "file:///a/b%23.md");
    }

    #[test]
    fn a_failure_is_told_in_the_document() {
        let failure = Error::new("writing dist/book.epub");
        let text = sarif(&Diagnostics::default(), &Sources::default(), Path::new("/"), Some(&failure));
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let invocation = &document["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        assert_eq!(
            invocation["toolExecutionNotifications"][0]["message"]["text"],
            "writing dist/book.epub"
        );
        assert_eq!(document["runs"][0]["results"], json!([]));
    }
}
