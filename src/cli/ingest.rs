//! `publish ingest`: a reply, a model's or a co-author's, taken into the manuscript.

use super::IngestArgs;
use super::messages::Messages;
use publish::contents::Contents;
use publish::diag::{Diagnostics, codes};
use publish::edition::Edition;
use publish::ingest::write::{self, Written};
use publish::ingest::{self, Change, Options};
use publish::manuscript::Folder;
use publish::source::Span;
use publish::{Error, check, manuscript};
use std::io::Read as _;
use std::process::ExitCode;

/// The largest reply that is read, in bytes: more than any model writes.
const LARGEST: u64 = 16 << 20;

pub(super) fn run(args: &IngestArgs) -> ExitCode {
    let messages = Messages::new(&args.common).aside(args.dry_run);
    let Some(folder) = messages.open() else {
        return ExitCode::FAILURE;
    };
    let bytes = match read(args) {
        Ok(bytes) => bytes,
        Err(error) => {
            messages.fail(&error);
            return ExitCode::FAILURE;
        }
    };
    match take_in(args, &folder, &bytes, &messages) {
        Ok(code) => code,
        Err(error) => {
            messages.fail(&error);
            ExitCode::FAILURE
        }
    }
}

/// The reply's bytes.
fn read(args: &IngestArgs) -> Result<Vec<u8>, Error> {
    let reading = |error| Error::caused(format!("reading {}", args.reply.display()), error);
    let mut bytes = Vec::new();
    if args.reply.as_os_str() == "-" {
        std::io::stdin().take(LARGEST + 1).read_to_end(&mut bytes).map_err(reading)?;
    } else {
        let file = std::fs::File::open(&args.reply).map_err(reading)?;
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(reading)?;
    }
    if bytes.len() as u64 > LARGEST {
        return Err(Error::new(format!(
            "reading {}: it has more than {} MB, which no reply has",
            args.reply.display(),
            LARGEST >> 20
        )));
    }
    Ok(bytes)
}

fn take_in(args: &IngestArgs, folder: &Folder, bytes: &[u8], messages: &Messages<'_>) -> Result<ExitCode, Error> {
    let date = args.date.clone().unwrap_or_else(today);
    // First of all, so that whatever comes, the reply is not lost.
    let kept = if args.dry_run {
        None
    } else {
        Some(write::keep_reply(folder, bytes, &date)?)
    };
    // What is wrong with the manuscript as it is has nothing to do with the reply.
    let mut ignored = Diagnostics::default();
    let mut edition = Edition::bind(manuscript::read(folder.clone(), &mut ignored), None, &mut ignored);
    let mut diagnostics = Diagnostics::default();
    let shown = if args.reply.as_os_str() == "-" {
        "the reply".to_owned()
    } else {
        args.reply.display().to_string()
    };
    let changes = match ingest::decode(bytes) {
        Ok(text) => {
            let reply = edition.sources.add(shown, text);
            let contents = Contents::of(&edition);
            let chapter = match chapter(args, &contents, &edition) {
                Ok(chapter) => chapter,
                Err(text) => {
                    messages.say(&text);
                    return Ok(ExitCode::from(2));
                }
            };
            let options = Options {
                chapter,
                force: args.force,
                by: args.by.clone(),
                date,
                tails: args.tails.map(Into::into),
                hash: write::hash(bytes),
            };
            ingest::take_in(&edition, &contents, folder, reply, &options, &mut diagnostics)
        }
        Err(at) => {
            let valid = String::from_utf8_lossy(bytes.get(..at).unwrap_or_default()).into_owned();
            let reply = edition.sources.add(shown, valid);
            diagnostics
                .report(
                    &codes::NOT_UTF8,
                    Span::new(reply, at..at),
                    format!("byte {at} of the reply is not UTF-8"),
                )
                .hint("save the reply as UTF-8");
            Vec::new()
        }
    };
    let good = messages.weigh(&mut diagnostics, &edition.settings);
    messages.show(&mut diagnostics, &edition.sources, None);
    if let Some(kept) = &kept {
        messages.say(&format!("the reply is kept as {}\n", folder.shown_path(kept)));
    }
    if args.dry_run {
        show_changes(&changes, folder, messages);
        return Ok(exit(good));
    }
    if !good {
        messages.say("nothing else was written\n");
        return Ok(ExitCode::FAILURE);
    }
    let written = write::write(folder, &changes)?;
    show_written(&written, &changes, folder, messages);
    check_written(&written, folder, messages);
    Ok(ExitCode::SUCCESS)
}

fn exit(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The chapter that `--chapter` names, counted from 0.
fn chapter(args: &IngestArgs, contents: &Contents, edition: &Edition) -> Result<Option<usize>, String> {
    let Some(name) = &args.chapter else { return Ok(None) };
    match contents.find(name, &edition.document) {
        Ok(found) => Ok(Some(found.chapter)),
        Err(near) => {
            let hint = near.map_or_else(String::new, |near| format!("  hint: did you mean `{near}`?\n"));
            Err(format!("error: the outline has no chapter `{name}`\n{hint}"))
        }
    }
}

/// Today, in UTC; the day that SOURCE_DATE_EPOCH names where builds are to be the same.
fn today() -> String {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
    let now = || {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(0))
    };
    let time = chrono::DateTime::from_timestamp(fixed.unwrap_or_else(now), 0).unwrap_or_default();
    time.format("%Y-%m-%d").to_string()
}

/// What would be written, as a unified difference.
fn show_changes(changes: &[Change], folder: &Folder, messages: &Messages<'_>) {
    let mut any = false;
    for change in changes {
        let before = change.before.as_deref().unwrap_or_default();
        if before == change.after {
            continue;
        }
        any = true;
        let path = folder.shown_path(&change.path);
        let old = if change.before.is_some() { path.as_str() } else { "/dev/null" };
        let difference = similar::TextDiff::from_lines(before, &change.after);
        messages.print(&difference.unified_diff().header(old, &path).to_string());
    }
    if !any {
        messages.say("nothing would be written\n");
    }
}

fn show_written(written: &[Written], changes: &[Change], folder: &Folder, messages: &Messages<'_>) {
    for file in written {
        let path = folder.shown_path(&file.path);
        if messages.json() {
            let line = serde_json::json!({ "file": path, "new": file.new, "kept": file.kept.as_deref().map(|kept| folder.shown_path(kept)) });
            messages.tell(&format!("{line}\n"));
            continue;
        }
        let kept = file
            .kept
            .as_deref()
            .map_or_else(String::new, |kept| format!("; the old file is {}", folder.shown_path(kept)));
        messages.say(&format!(
            "{path} {}{kept}\n",
            if file.new { "is new" } else { "has new text" }
        ));
    }
    if written.is_empty() && !changes.is_empty() {
        messages.say("the manuscript has this text already; nothing was written\n");
    }
}

/// What `publish check` says of the files that were written.
fn check_written(written: &[Written], folder: &Folder, messages: &Messages<'_>) {
    if written.is_empty() {
        return;
    }
    let mut diagnostics = Diagnostics::default();
    let manuscript = manuscript::read(folder.clone(), &mut diagnostics);
    let edition = Edition::bind(manuscript, None, &mut diagnostics);
    check::rules(&edition, &mut diagnostics);
    diagnostics.raise(&codes::DEAD_LINK);
    diagnostics.report_unused(true);
    let paths: Vec<String> = written.iter().map(|file| folder.shown_path(&file.path)).collect();
    let concerns =
        |span: Option<Span>| span.is_some_and(|span| paths.iter().any(|path| path == edition.sources.get(span.file).path()));
    diagnostics.keep(|diagnostic| concerns(diagnostic.span));
    messages.weigh(&mut diagnostics, &edition.settings);
    messages.show(&mut diagnostics, &edition.sources, None);
}
