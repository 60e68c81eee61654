//! From the document to what is to be run: each listing with its program, its runner and what is expected of it.

use super::compare;
use super::runner::{command_line, find};
use super::versions::{self, Condition};
use crate::diag::{Diagnostic, codes, nearest};
use crate::document::walk::{Node, query};
use crate::document::{Attributes, Block, BlockKind, Listing};
use crate::manuscript::Manuscript;
use crate::manuscript::runners::{Limits, Runner};
use crate::source::{Sources, Span};
use std::collections::BTreeMap;
use std::path::Path;

/// All listings that are marked `run`, in the order of the book.
#[derive(Debug)]
pub struct Plan {
    /// The listings.
    pub cases: Vec<Case>,
    /// What runs them, by language.
    pub(super) tools: BTreeMap<String, Tool>,
    /// How long and how large they may grow.
    pub limits: Limits,
}

/// A listing that is marked `run`.
#[derive(Debug)]
pub struct Case {
    /// `{#id}`
    pub id: Option<String>,
    /// The line that opens it.
    pub span: Span,
    /// What is to be done.
    pub(super) ready: Ready,
}

#[derive(Debug)]
pub(super) enum Ready {
    Program(Program),
    /// `skip="why"`
    Skip(String),
    /// It cannot be run, for a reason that the author can mend.
    Fault(Diagnostic),
}

/// A program, and what is expected of it.
#[derive(Debug)]
pub(super) struct Program {
    /// The name of its tool.
    pub(super) tool: String,
    /// The listing with its setups before it.
    pub(super) text: String,
    /// The setups alone, where there are any.
    pub(super) setups: Option<String>,
    pub(super) expected: Option<Expected>,
    pub(super) raises: Option<String>,
    pub(super) versions: Vec<Condition>,
}

/// The `output` block below a listing.
#[derive(Debug)]
pub(super) struct Expected {
    /// The whole block.
    pub(super) span: Span,
    pub(super) lines: Vec<String>,
}

/// What runs the listings of a language.
#[derive(Debug)]
pub(super) struct Tool {
    /// The program and its arguments.
    pub(super) line: Vec<String>,
    /// The name of the listing's file.
    pub(super) file: String,
    /// How its version is found out.
    pub(super) question: Question,
    /// Whether errors look like Python's.
    pub(super) python: bool,
}

#[derive(Debug)]
pub(super) enum Question {
    /// By a program in its language.
    Program(&'static str),
    /// By a command.
    Command(Vec<String>),
    /// Nobody knows how.
    Unknown,
}

/// A command that would be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The command as one would type it.
    pub command: String,
    /// For how many listings.
    pub listings: usize,
}

impl Plan {
    /// The plan for a manuscript's listings.
    pub fn make(manuscript: &Manuscript) -> Self {
        let listings = Listings::of(manuscript);
        let mut plan = Self {
            cases: Vec::new(),
            tools: BTreeMap::new(),
            limits: manuscript.settings.test.clone(),
        };
        for found in listings.list.iter().filter(|found| found.listing.run.is_some()) {
            let ready = ready(found, &listings, manuscript, &mut plan.tools);
            plan.cases.push(Case {
                id: found.attributes.id.clone(),
                span: found.place,
                ready: ready.unwrap_or_else(Ready::Fault),
            });
        }
        plan
    }

    /// Keeps only the listings with these ids; the error is an id that no listing has, with the nearest one that has.
    pub fn keep(&mut self, ids: &[String]) -> Result<(), (String, Option<String>)> {
        let known = || self.cases.iter().filter_map(|case| case.id.as_deref());
        if let Some(unknown) = ids.iter().find(|id| !known().any(|other| other == *id)) {
            return Err((unknown.clone(), nearest(unknown, known()).map(str::to_owned)));
        }
        self.cases.retain(|case| case.id.as_ref().is_some_and(|id| ids.contains(id)));
        Ok(())
    }

    /// The commands that would be run, by language.
    pub fn uses(&self) -> Vec<Use> {
        let count = |name: &String| {
            let programs = self.cases.iter().filter_map(|case| case.program());
            programs.filter(|program| program.tool == *name).count()
        };
        let uses = self.tools.iter().map(|(name, tool)| Use {
            command: tool.line.iter().map(|part| quoted(part)).collect::<Vec<_>>().join(" "),
            listings: count(name),
        });
        uses.filter(|used| used.listings > 0).collect()
    }
}

impl Case {
    pub(super) fn program(&self) -> Option<&Program> {
        match &self.ready {
            Ready::Program(program) => Some(program),
            Ready::Skip(_) | Ready::Fault(_) => None,
        }
    }

    /// The id, or where a listing without one stands.
    pub fn name(&self, sources: &Sources) -> String {
        let line = || format!("{}:{}", sources.get(self.span.file).path(), sources.position(self.span).line);
        self.id.clone().unwrap_or_else(line)
    }
}

/// A part of a command as one would type it in a shell.
fn quoted(part: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./=:+,@%".contains(letter);
    if !part.is_empty() && part.chars().all(plain) {
        part.to_owned()
    } else {
        format!("'{}'", part.replace('\'', "'\\''"))
    }
}

/// A listing of the document.
struct Found<'a> {
    /// Its chapter, from 0.
    chapter: usize,
    place: Span,
    attributes: &'a Attributes,
    listing: &'a Listing,
    output: Option<(Span, &'a str)>,
}

struct Listings<'a> {
    list: Vec<Found<'a>>,
    /// The paths of the chapters.
    paths: Vec<&'a str>,
}

impl<'a> Listings<'a> {
    fn of(manuscript: &'a Manuscript) -> Self {
        let mut list: Vec<Found<'a>> = Vec::new();
        let mut previous_is_listing = false;
        query(&manuscript.document, |chapter, node| {
            let Node::Block(block) = node else { return };
            match (&block.kind, list.last_mut()) {
                (BlockKind::Output(text), Some(last)) if previous_is_listing => last.output = Some((block.span, text)),
                (BlockKind::Listing(listing), _) => list.push(Found {
                    chapter,
                    place: first_line(block, &manuscript.sources),
                    attributes: &block.attributes,
                    listing,
                    output: None,
                }),
                _ => {}
            }
            previous_is_listing = matches!(block.kind, BlockKind::Listing(_));
        });
        let paths = manuscript.document.chapters().map(|chapter| chapter.path.as_str()).collect();
        Self { list, paths }
    }

    /// The listing that has an id, as a chapter sees it: that of its own, else the only one of the book. The error is the
    /// paths of two chapters that have one.
    fn find(&self, id: &str, chapter: usize) -> Result<Option<&Found<'a>>, [&'a str; 2]> {
        let named = || self.list.iter().filter(|found| found.attributes.id.as_deref() == Some(id));
        if let Some(own) = named().find(|found| found.chapter == chapter) {
            return Ok(Some(own));
        }
        match (named().next(), named().nth(1)) {
            (Some(first), Some(second)) if first.chapter != second.chapter => {
                Err([first, second].map(|found| self.paths.get(found.chapter).copied().unwrap_or_default()))
            }
            (first, _) => Ok(first),
        }
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        self.list.iter().filter_map(|found| found.attributes.id.as_deref())
    }
}

fn first_line(block: &Block, sources: &Sources) -> Span {
    let line = sources.text(block.span).lines().next().unwrap_or_default();
    block.span.slice(0..line.len())
}

/// What is to be done with a listing; the error is why it cannot be.
fn ready(
    found: &Found<'_>,
    listings: &Listings<'_>,
    manuscript: &Manuscript,
    tools: &mut BTreeMap<String, Tool>,
) -> Result<Ready, Diagnostic> {
    let run = found.listing.run.clone().unwrap_or_default();
    if let Some(why) = run.skip {
        return Ok(Ready::Skip(why));
    }
    let language = canonical(found.listing, &manuscript.settings.runners);
    if !tools.contains_key(&language) {
        tools.insert(language.clone(), tool(&language, found.place, manuscript)?);
    }
    let versions = run.versions.as_deref().map(versions::conditions).transpose();
    let versions = versions.map_err(|bad| {
        let message = format!("`{bad}` is not a condition that a version could meet");
        let hint = "write `>=`, `>`, `<=`, `<`, `==` or `!=` and a version, with commas between: `versions=\">=3.12,<4\"`";
        fault(&codes::BAD_VERSIONS, found.place, message, hint)
    })?;
    let expected = found.output.map(|(span, text)| Expected {
        span,
        lines: compare::lines(text),
    });
    let setups = setups(found, listings, &language, manuscript)?;
    let code = found.listing.program();
    Ok(Ready::Program(Program {
        text: format!("{}{code}\n", setups.as_deref().unwrap_or_default()),
        setups,
        tool: language,
        expected,
        raises: run.raises,
        versions: versions.unwrap_or_default(),
    }))
}

fn fault(code: &'static crate::diag::Code, place: Span, message: String, hint: impl Into<String>) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(code, place, message);
    diagnostic.hint(hint);
    diagnostic
}

/// The language by its usual name, unless book.toml has a runner for the name that was written.
fn canonical(listing: &Listing, runners: &BTreeMap<String, Runner>) -> String {
    let written = listing.language.as_deref().unwrap_or_default();
    if runners.contains_key(written) {
        return written.to_owned();
    }
    let lower = written.to_lowercase();
    match lower.as_str() {
        "py" | "python3" | "py3" => "python".to_owned(),
        "js" | "node" => "javascript".to_owned(),
        "shell" => "bash".to_owned(),
        _ => lower,
    }
}

/// The setups of a listing, each on lines of its own, the one that comes first in front.
fn setups(
    found: &Found<'_>,
    listings: &Listings<'_>,
    language: &str,
    manuscript: &Manuscript,
) -> Result<Option<String>, Diagnostic> {
    let mut parts = Vec::new();
    let mut seen: Vec<&str> = found.attributes.id.as_deref().into_iter().collect();
    let mut setup = found.listing.run.as_ref().and_then(|run| run.setup.as_deref());
    let mut chapter = found.chapter;
    while let Some(id) = setup {
        if seen.contains(&id) {
            let message = format!("the setups of this listing come back to `{id}`, so none of them could be the first");
            let hint = "let one of them have no `setup`";
            return Err(fault(&codes::UNKNOWN_SETUP, found.place, message, hint));
        }
        let other = match listings.find(id, chapter) {
            Ok(other) => other,
            Err([first, second]) => {
                let message = format!("`setup` names `{id}`, and there is one in {first} and one in {second}");
                let hint = "give the listing that is meant an id of its own";
                return Err(fault(&codes::UNKNOWN_SETUP, found.place, message, hint));
            }
        };
        let Some(other) = other else {
            let hint = match nearest(id, listings.ids()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "give the listing that is to run first an id, `{#lst-first}`, and name that".to_owned(),
            };
            let message = format!("`setup` names `{id}`, and no listing has that id");
            return Err(fault(&codes::UNKNOWN_SETUP, found.place, message, hint));
        };
        if canonical(other.listing, &manuscript.settings.runners) != language {
            let message = format!("`setup` names `{id}`, which is in another language");
            let hint = "both become one program";
            return Err(fault(&codes::UNKNOWN_SETUP, found.place, message, hint));
        }
        seen.push(id);
        chapter = other.chapter;
        parts.push(format!("{}\n", other.listing.program()));
        setup = other.listing.run.as_ref().and_then(|run| run.setup.as_deref());
    }
    parts.reverse();
    Ok((!parts.is_empty()).then(|| parts.concat()))
}

/// The tool for a language: that of book.toml, else a usual one.
fn tool(language: &str, place: Span, manuscript: &Manuscript) -> Result<Tool, Diagnostic> {
    let usual = match language {
        "python" => "python3",
        "bash" | "sh" => language,
        _ => "",
    };
    let runner = manuscript.settings.runners.get(language).cloned().or_else(|| {
        (!usual.is_empty()).then(|| Runner {
            command: vec![usual.to_owned()],
            ..Runner::default()
        })
    });
    let Some(runner) = runner else {
        let (message, hint) = if language.is_empty() {
            let message = "this listing is marked `run`, but its fence names no language".to_owned();
            (
                message,
                "write the language directly behind the fence: ```` ```python {run} ````".to_owned(),
            )
        } else {
            let message = format!("book.toml names no runner for `{language}`");
            (
                message,
                format!("write it below `[runners]`: `{language} = {}`", example(language)),
            )
        };
        return Err(fault(&codes::NO_RUNNER, place, message, hint));
    };
    let file = runner.file.clone().unwrap_or_else(|| file_name(language));
    let root = manuscript.folder.root();
    let question = match language {
        _ if !runner.version.is_empty() => Question::Command(resolved(&runner.version, root, place)?),
        "python" => Question::Program("import platform\nprint(platform.python_version())\n"),
        "bash" => Question::Program("echo \"$BASH_VERSION\"\n"),
        _ => Question::Unknown,
    };
    Ok(Tool {
        line: command_line(&resolved(&runner.command, root, place)?, &file),
        question,
        python: file.ends_with(".py"),
        file,
    })
}

/// A runner that somebody might want.
fn example(language: &str) -> &'static str {
    match language {
        "c" => "[\"sh\", \"-c\", \"cc {file} -o prog && ./prog\"]",
        "javascript" => "[\"node\"]",
        "rust" => "[\"sh\", \"-c\", \"rustc {file} -o prog && ./prog\"]",
        _ => "[\"program\", \"{file}\"]",
    }
}

/// A command whose program is there.
fn resolved(command: &[String], root: &Path, place: Span) -> Result<Vec<String>, Diagnostic> {
    let mut line = command.to_vec();
    let program = line.first_mut();
    let name = program.as_deref().cloned().unwrap_or_default();
    match (find(&name, root), program) {
        // A name without a folder stays as it is: some programs ask for the name that they were called by.
        (Some(path), Some(program)) if name.contains('/') => *program = path.to_string_lossy().into_owned(),
        (Some(_), _) => {}
        (None, _) => {
            let message = format!("the program `{name}`, which is to run this listing, is not on this machine");
            let hint = if name.contains(' ') {
                "write the program and its arguments as a list: `[\"program\", \"argument\"]`"
            } else {
                "install it, or name another one below `[runners]` in book.toml"
            };
            return Err(fault(&codes::NO_RUNNER, place, message, hint));
        }
    }
    Ok(line)
}

/// What a listing's file is usually called.
fn file_name(language: &str) -> String {
    let ending = match language {
        "python" => "py",
        "bash" => "sh",
        "javascript" => "js",
        "typescript" => "ts",
        "rust" => "rs",
        "ruby" => "rb",
        "perl" => "pl",
        "haskell" => "hs",
        "c++" => "cpp",
        plain if !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) => plain,
        _ => "txt",
    };
    format!("listing.{ending}")
}
