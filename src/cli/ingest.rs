//! `publish ingest`: take a reply into the manuscript, and say what became of it.

use super::messages::Messages;
use super::{IngestArgs, Tails};
use publish::diag::{Diagnostic, Diagnostics, Severity, codes};
use publish::edition::Edition;
use publish::ingest::{self, Plan, Planned, Request, write};
use publish::manuscript::{self, Folder, Manuscript};
use publish::source::{FileId, Sources, Span};
use publish::{Error, check};
use similar::TextDiff;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

/// The exit code for a command line that is wrong.
const WRONG: u8 = 2;

pub(super) fn run(args: &IngestArgs) -> ExitCode {
    let messages = Messages::new(&args.common);
    let (name, bytes) = match read_reply(&args.reply) {
        Ok(reply) => reply,
        Err(error) => {
            messages.fail(&error);
            return ExitCode::from(WRONG);
        }
    };
    let Some(folder) = messages.open() else {
        return ExitCode::FAILURE;
    };
    let mut said = Diagnostics::default();
    let mut manuscript = manuscript::read(folder.clone(), &mut said);
    // What is wrong in chapters is no matter here, but nothing is right without book.toml and the outline.
    said.keep(|found| is_of_book(found, &manuscript.sources));
    let usable = said.is_empty();
    let mut diagnostics = said;
    let request = request(args, &bytes);
    let file = add_reply(&name, &bytes, &mut manuscript.sources, &mut diagnostics);
    let files = files(&folder);
    let plan = file
        .filter(|_| usable)
        .and_then(|file| ingest::plan(&manuscript, &files, file, &request, &mut diagnostics));
    let good = messages.weigh(&mut diagnostics, &manuscript.settings);
    let plan = plan.filter(|_| good);
    let done = Done {
        args,
        messages: &messages,
        folder: &folder,
        request: &request,
        files: &files,
    };
    if args.dry_run {
        done.show_differences(&manuscript, plan.as_ref(), &mut diagnostics)
    } else {
        done.write(&manuscript, plan, &bytes, file, &mut diagnostics)
    }
}

/// Whether a message says that book.toml or the outline cannot be read as it is.
fn is_of_book(found: &Diagnostic, sources: &Sources) -> bool {
    let of_book = |span: Span| {
        let path = sources.get(span.file).path();
        path.ends_with("book.toml") || path.ends_with("outline.md")
    };
    found.severity == Severity::Error && found.span.is_some_and(of_book)
}

/// The reply's name and bytes.
fn read_reply(path: &Path) -> Result<(String, Vec<u8>), Error> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        let limit = ingest::LARGEST as u64 + 1;
        std::io::stdin()
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(|error| Error::caused("reading standard input", error))?;
        return Ok(("standard input".to_owned(), bytes));
    }
    let reading = |error| Error::caused(format!("reading {}", path.display()), error);
    let file = std::fs::File::open(path).map_err(reading)?;
    let mut bytes = Vec::new();
    file.take(ingest::LARGEST as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(reading)?;
    Ok((path.to_string_lossy().replace('\\', "/"), bytes))
}

fn request(args: &IngestArgs, bytes: &[u8]) -> Request {
    Request {
        chapter: args.chapter.clone(),
        force: args.force,
        by: args.by.clone().filter(|by| !by.trim().is_empty()),
        date: args.date.clone().unwrap_or_else(today),
        tails: args.tails.map(|tails| match tails {
            Tails::Keep => manuscript::ingest::Tails::Keep,
            Tails::Strip => manuscript::ingest::Tails::Strip,
        }),
        hash: write::hash(bytes),
    }
}

/// Today, in universal time.
fn today() -> String {
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or(0));
    let day = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    day.format("%Y-%m-%d").to_string()
}

/// Makes the reply one of the sources; what is no text or too much of it is told.
fn add_reply(name: &str, bytes: &[u8], sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<FileId> {
    if bytes.len() > ingest::LARGEST {
        let message = format!("`{name}` has more than {} MB, and no reply has", ingest::LARGEST >> 20);
        diagnostics.report(&codes::TOO_LARGE, None, message);
        return None;
    }
    match ingest::decode(bytes) {
        Ok(text) => Some(sources.add(name, text)),
        Err(at) => {
            let message = format!("byte {at} of `{name}` is neither UTF-8 nor UTF-16");
            diagnostics
                .report(&codes::NOT_UTF8, None, message)
                .hint("save the reply as UTF-8");
            None
        }
    }
}

/// The Markdown files of the manuscript as they are.
fn files(folder: &Folder) -> BTreeMap<String, String> {
    let read = |path: String| {
        let text = String::from_utf8(folder.read_bytes(&path).ok()?).ok()?;
        Some((path, text))
    };
    folder.markdown_files().into_iter().filter_map(read).collect()
}

/// What is done with a plan.
struct Done<'a> {
    args: &'a IngestArgs,
    messages: &'a Messages<'a>,
    folder: &'a Folder,
    request: &'a Request,
    files: &'a BTreeMap<String, String>,
}

impl Done<'_> {
    fn show_differences(&self, manuscript: &Manuscript, plan: Option<&Plan>, diagnostics: &mut Diagnostics) -> ExitCode {
        self.messages.show(diagnostics, &manuscript.sources, None);
        let Some(plan) = plan else {
            self.say("nothing would be written\n");
            return ExitCode::FAILURE;
        };
        for file in &plan.files {
            let old = self.files.get(&file.path).map_or("", String::as_str);
            let path = self.shown(&file.path);
            let from = if old.is_empty() {
                "/dev/null".to_owned()
            } else {
                path.clone()
            };
            let text = difference(old, &file.text, &from, &path);
            if self.messages.json() {
                self.messages
                    .tell(&format!("{}\n", serde_json::json!({ "file": path, "difference": text })));
            } else if self.messages.human() {
                self.messages.print(&text);
            }
        }
        self.say_same(plan);
        ExitCode::SUCCESS
    }

    fn write(
        &self,
        manuscript: &Manuscript,
        plan: Option<Plan>,
        bytes: &[u8],
        reply: Option<FileId>,
        diagnostics: &mut Diagnostics,
    ) -> ExitCode {
        let planned = plan.as_ref().map_or(&[][..], |plan| plan.files.as_slice());
        let written = match write::write(self.folder, planned, bytes, &self.request.date) {
            Ok(written) => written,
            Err(error) => {
                self.messages.show(diagnostics, &manuscript.sources, Some(&error));
                return ExitCode::FAILURE;
            }
        };
        let kept = self.shown_real(&written.reply);
        let Some(plan) = plan else {
            self.messages.show(diagnostics, &manuscript.sources, None);
            self.say(&format!("no chapter was written; the reply is kept as {kept}\n"));
            return ExitCode::FAILURE;
        };
        let good = self.check(manuscript, &plan, reply, diagnostics);
        for (file, old) in plan.files.iter().zip(&written.old) {
            self.tell(file, old.as_deref().map(|old| self.shown_real(old)));
        }
        self.say_same(&plan);
        if self.request.by.is_none() && manuscript.settings.ingest.by.is_none() && !plan.files.is_empty() {
            self.say("who wrote it is not recorded; `--by NAME` does that, or `by` in [ingest] of book.toml\n");
        }
        self.say(&format!("the reply is kept as {kept}\n"));
        if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// Reads the manuscript again and shows what `publish check` says of the files that were written, with what was said of
    /// the reply. `true` when there is no error.
    fn check(&self, manuscript: &Manuscript, plan: &Plan, reply: Option<FileId>, diagnostics: &mut Diagnostics) -> bool {
        let mut said = Diagnostics::default();
        let mut edition = Edition::bind(manuscript::read(self.folder.clone(), &mut said), None, &mut said);
        check::rules(&edition, &mut said);
        said.raise(&codes::DEAD_LINK);
        said.report_unused(true);
        let here = |found: &Diagnostic| {
            let file = found.span.map(|span| edition.sources.get(span.file).path().to_owned());
            plan.files.iter().any(|planned| {
                // What the reply lacks and what it has too much was told with its own lines.
                let about = |title: &String| found.message.contains(&format!("`{title}`"));
                let twice =
                    [&codes::OUTLINE_MISSING, &codes::OUTLINE_EXTRA].contains(&found.code) && planned.told.iter().any(about);
                file.as_ref() == Some(&self.shown(&planned.path)) && !twice
            })
        };
        said.keep(here);
        let mut good = self.messages.weigh(&mut said, &edition.settings);
        // The reply is no file of the manuscript that was read again; its messages move over to the new sources.
        if let Some(reply) = reply {
            let source = manuscript.sources.get(reply);
            let file = edition.sources.add(source.path(), source.text());
            for found in diagnostics.iter() {
                let span = found.span.map(|span| Span { file, ..span });
                said.extend([Diagnostic { span, ..found.clone() }]);
            }
        }
        good &= !diagnostics.has_errors();
        self.messages.show(&mut said, &edition.sources, None);
        good
    }

    /// One line for a file that was written.
    fn tell(&self, file: &Planned, old: Option<String>) {
        let path = self.shown(&file.path);
        let (some, all) = file.sections;
        if self.messages.json() {
            let line = serde_json::json!({ "file": path, "sections": some, "planned": all, "words": file.words, "old": old });
            self.messages.tell(&format!("{line}\n"));
            return;
        }
        let old = old.map_or_else(String::new, |old| format!(", the old text in {old}"));
        let noun = if all == 1 { "section" } else { "sections" };
        self.say(&format!(
            "{path}  {}: {some} of {all} {noun}, {} words{old}\n",
            file.title, file.words
        ));
    }

    fn say_same(&self, plan: &Plan) {
        for path in &plan.same {
            self.say(&format!("{}  has all this already and stays as it is\n", self.shown(path)));
        }
    }

    fn say(&self, text: &str) {
        if !self.args.common.quiet && self.messages.human() {
            self.messages.say(text);
        }
    }

    /// The path of a file of the manuscript as messages show it.
    fn shown(&self, path: &str) -> String {
        match self.folder.shown() {
            "" | "." => path.to_owned(),
            folder => format!("{folder}/{path}"),
        }
    }

    fn shown_real(&self, path: &Path) -> String {
        let inner = path.strip_prefix(self.folder.root()).unwrap_or(path);
        self.shown(&inner.to_string_lossy().replace('\\', "/"))
    }
}

/// The difference of two texts in the unified form.
fn difference(old: &str, new: &str, from: &str, to: &str) -> String {
    let difference = TextDiff::from_lines(old, new);
    difference.unified_diff().context_radius(3).header(from, to).to_string()
}
