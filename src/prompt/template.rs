//! Templates: the words of a brief, in the notation of Jinja.
//!
//! Each of the built-in ones may be overridden by a file of the same name in the manuscript's folder `prompts/`: the two
//! that a brief begins with, [`CHAPTER`] and [`MASTER`], and those that they include. A name that is not there is an error,
//! so that no brief lacks something in silence. Comments stand between `{##` and `##}`, since `{#` begins an id here.

use super::context::Context;
use super::fences;
use crate::diag::{Diagnostics, codes, nearest};
use crate::manuscript::Folder;
use crate::source::{FileId, Sources, Span};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use std::collections::BTreeMap;
use std::error::Error as _;
use std::ops::Range;

/// The template of a chapter's brief.
pub const CHAPTER: &str = "chapter.md";
/// The template of the brief of a whole book.
pub const MASTER: &str = "master.md";

/// The built-in templates.
const BUILT_IN: [(&str, &str); 7] = [
    (CHAPTER, include_str!("templates/chapter.md")),
    (MASTER, include_str!("templates/master.md")),
    ("book.md", include_str!("templates/book.md")),
    ("method.md", include_str!("templates/method.md")),
    ("answer.md", include_str!("templates/answer.md")),
    ("dialect.md", include_str!("templates/dialect.md")),
    ("diagrams.md", include_str!("templates/diagrams.md")),
];

/// How many steps filling in a template may take: a hundred times what the largest of books needs.
const MOST_STEPS: u64 = 20_000_000;

/// The names of the built-in templates, without their endings.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| name.trim_end_matches(".md"))
}

/// A built-in template, by its name without ending.
pub fn built_in(name: &str) -> Option<&'static str> {
    let found = BUILT_IN.iter().find(|(known, _)| known.trim_end_matches(".md") == name);
    found.map(|(_, text)| *text)
}

/// The templates of a book.
#[derive(Debug)]
pub(super) struct Templates {
    environment: Environment<'static>,
    /// The files of those that the manuscript has.
    files: BTreeMap<String, FileId>,
}

/// Reads the templates of a manuscript, and takes the built-in ones for those that it does not have; `None` when one cannot
/// be read, which is reported.
pub(super) fn read(folder: &Folder, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<Templates> {
    let mut templates = Templates {
        environment: environment(),
        files: BTreeMap::new(),
    };
    let mut good = true;
    for path in folder.files_in("prompts", &[".md"]) {
        let name = path.trim_start_matches("prompts/").to_owned();
        let Some(file) = folder.read_text(&path, sources, diagnostics) else {
            good = false;
            continue;
        };
        templates.files.insert(name.clone(), file);
        let text = sources.get(file).text().to_owned();
        if let Err(error) = templates.environment.add_template_owned(name, text) {
            templates.report(&error, sources, diagnostics);
            good = false;
        }
    }
    for (name, text) in BUILT_IN.iter().filter(|(name, _)| !templates.files.contains_key(*name)) {
        if let Err(error) = templates.environment.add_template(name, text) {
            templates.report(&error, sources, diagnostics);
            good = false;
        }
    }
    good.then_some(templates)
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // In Jinja `{#` begins a comment, and in the Markdown of a book an id. These settings cannot contradict one another.
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).comment_delimiters("{##", "##}");
    if let Ok(syntax) = syntax.build() {
        environment.set_syntax(syntax);
    }
    environment.set_debug(true);
    environment.set_fuel(Some(MOST_STEPS));
    environment.add_filter("fenced", |text: &str, label: Option<&str>| {
        fences::fenced(text, label.unwrap_or_default())
    });
    environment
}

impl Templates {
    /// Fills in a template; `None` when it is at fault, which is reported.
    pub(super) fn fill_in(
        &self,
        name: &str,
        context: &Context,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        let template = self.environment.get_template(name);
        let filled = template.and_then(|template| template.render(Value::from(Serde(context))));
        filled.map_err(|error| self.report(&error, sources, diagnostics)).ok()
    }

    /// Says what is wrong with a template, where, and what may have been meant.
    fn report(&self, error: &minijinja::Error, sources: &Sources, diagnostics: &mut Diagnostics) {
        let error = deepest(error);
        let file = error.name().and_then(|name| self.files.get(name)).copied();
        let span = file.map(|file| place(error, file, sources));
        let code = span.map(|span| sources.text(span)).unwrap_or_default();
        let (message, hint) = words(error, code, &self.names());
        let message = match (span, error.name()) {
            (None, Some(name)) => format!("{message}, in the template {name}"),
            _ => message,
        };
        let diagnostic = diagnostics.report(&codes::BAD_TEMPLATE, span, message);
        if let Some(hint) = hint {
            diagnostic.hint(hint);
        }
    }

    fn names(&self) -> Vec<String> {
        let own = self.files.keys().cloned();
        own.chain(BUILT_IN.iter().map(|(name, _)| (*name).to_owned())).collect()
    }
}

/// The error that caused the others: that of an included template, not that it could not be included.
fn deepest(error: &minijinja::Error) -> &minijinja::Error {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<minijinja::Error>());
    match cause {
        Some(cause) if cause.name().is_some() => deepest(cause),
        _ => error,
    }
}

/// Where an error is: what it speaks of, else its line.
fn place(error: &minijinja::Error, file: FileId, sources: &Sources) -> Span {
    let text = sources.get(file).text();
    let is_undefined = error.kind() == ErrorKind::UndefinedError;
    let range = error
        .range()
        .map(|range| if is_undefined { before_filter(range, text) } else { range });
    if let Some(range) = range.filter(|range| text.get(range.clone()).is_some_and(|code| !code.trim().is_empty())) {
        return Span::new(file, range);
    }
    let mut start = 0;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        if Some(at + 1) == error.line() {
            return Span::new(file, start..start + line.trim_end().len());
        }
        start += line.len();
    }
    Span::new(file, 0..0)
}

/// What a filter is applied to, where the place is a filter's name and what it was given is at fault; else the place itself.
fn before_filter(range: Range<usize>, text: &str) -> Range<usize> {
    let before = text.get(..range.start).unwrap_or_default().trim_end();
    let Some(given) = before.strip_suffix('|') else { return range };
    let start = ["{{", "{%"].iter().filter_map(|open| given.rfind(open)).max();
    match start.map(|start| start + 2) {
        Some(start) => {
            let lead = given.len() - given.get(start..).unwrap_or_default().trim_start().len();
            lead..given.trim_end().len()
        }
        None => range,
    }
}

/// An error in words, with a hint. `code` is what it speaks of.
fn words(error: &minijinja::Error, code: &str, templates: &[String]) -> (String, Option<String>) {
    let detail = error.detail().unwrap_or_default();
    match error.kind() {
        ErrorKind::UndefinedError => undefined(code),
        ErrorKind::UnknownFilter => (
            format!("there is no filter `{}`", first_name(code)),
            Some("the filters are those of Jinja, and `fenced(\"label\")`".to_owned()),
        ),
        ErrorKind::UnknownFunction | ErrorKind::UnknownTest => {
            (format!("there is nothing called `{}` to ask", first_name(code)), None)
        }
        ErrorKind::TemplateNotFound => {
            let name = quoted(detail).or_else(|| quoted(code)).unwrap_or(code);
            let hint = match nearest(name, templates.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the templates are {}", templates.join(", ")),
            };
            (format!("there is no template `{name}`"), Some(hint))
        }
        ErrorKind::OutOfFuel => (
            "this template goes on and on".to_owned(),
            Some("see whether loops stand inside one another, or a template includes itself".to_owned()),
        ),
        ErrorKind::SyntaxError => (
            format!("this template cannot be read: {detail}"),
            Some("it is written in the notation of Jinja: {{ name }}, {% if name %} ... {% endif %}".to_owned()),
        ),
        kind => {
            let detail = if detail.is_empty() {
                kind.to_string()
            } else {
                detail.to_owned()
            };
            (format!("this template cannot be filled in: {detail}"), None)
        }
    }
}

/// The name that a piece of a template begins with.
fn first_name(code: &str) -> &str {
    let end = code.find(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
    code.get(..end.unwrap_or(code.len())).unwrap_or_default()
}

/// The first text in quotation marks.
fn quoted(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('"')?;
    rest.split_once('"').map(|(inside, _)| inside)
}

/// What is said of a name that a brief does not have.
fn undefined(code: &str) -> (String, Option<String>) {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let names: Vec<&str> = code
        .split(|letter: char| !is_name(letter))
        .filter(|name| !name.starts_with(|letter: char| letter.is_numeric()))
        .filter(|name| !name.is_empty() && !WORDS.contains(name))
        .collect();
    // What stands before a dot may be a name of the template's own.
    match names.iter().rev().find(|name| !NAMES.contains(name)) {
        Some(name) => {
            let hint = match nearest(name, NAMES.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`publish prompt --template` prints a template that uses all there is".to_owned(),
            };
            (format!("a brief has nothing called `{name}`"), Some(hint))
        }
        None => (
            format!("this brief has no `{}`", code.trim()),
            Some(format!(
                "not every brief and not every entry has it; ask first: `{{% if {} %}}`",
                names.first().copied().unwrap_or("chapter")
            )),
        ),
    }
}

/// Words of the notation itself.
const WORDS: &[&str] = &[
    "for", "in", "if", "elif", "else", "not", "and", "or", "is", "set", "loop", "none", "true", "false",
];

/// All names that templates may use.
pub(super) const NAMES: &[&str] = &[
    "asked",
    "audience",
    "authors",
    "before",
    "bibliography",
    "book",
    "brief",
    "chapter",
    "chapters",
    "code",
    "contract",
    "current",
    "description",
    "extra",
    "file",
    "finished",
    "heading",
    "index",
    "kind",
    "language",
    "language_tag",
    "markers",
    "missing",
    "name",
    "note",
    "number",
    "outline",
    "paragraphs",
    "part",
    "points",
    "present",
    "problems",
    "purpose",
    "role",
    "rules",
    "runners",
    "section",
    "sections",
    "state",
    "subtitle",
    "takeaways",
    "takeaways_title",
    "target",
    "targets",
    "task",
    "terms",
    "text",
    "title",
    "tone",
    "value",
    "variables",
    "width",
    "written",
];
