//! `publish preflight`: what a press or a store would refuse in a finished file.

use super::PreflightArgs;
use super::messages::Messages;
use publish::Error;
use publish::press::Profile;
use publish::press::preflight::epub::Book;
use publish::press::preflight::{Finding, judge_pdf};
use publish::press::store::Weight;
use std::path::Path;
use std::process::ExitCode;

/// The command line is wrong.
const WRONG: u8 = 2;

/// What kind of a file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pdf,
    Epub,
}

pub(super) fn run(args: &PreflightArgs) -> ExitCode {
    let messages = Messages::new(&args.common);
    let mut profiles = Vec::new();
    for name in &args.profile {
        match Profile::built_in(name) {
            Some(profile) => profiles.push((name.as_str(), profile)),
            None => return unknown(name, &messages),
        }
    }
    let bytes = match std::fs::read(&args.file) {
        Ok(bytes) => bytes,
        Err(error) => {
            messages.fail(&Error::caused(format!("reading {}", args.file.display()), error));
            return ExitCode::FAILURE;
        }
    };
    let Some(kind) = kind(&bytes, &args.file) else {
        messages.fail(&Error::new(format!("{} is neither a PDF nor an EPUB", args.file.display())));
        return ExitCode::FAILURE;
    };
    if let Some(message) = unfit(kind, &profiles, &args.file) {
        messages.say(&message);
        return ExitCode::from(WRONG);
    }
    let good = match kind {
        Kind::Pdf => pdf(bytes, &profiles, args, &messages),
        Kind::Epub => epub(&bytes, profiles, args, &messages),
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn unknown(name: &str, messages: &Messages<'_>) -> ExitCode {
    let hint = match Profile::nearest(name) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the profiles are {}", Profile::names().collect::<Vec<_>>().join(", ")),
    };
    messages.say(&format!("error: there is no profile `{name}`\n  hint: {hint}\n"));
    ExitCode::from(WRONG)
}

/// What a file is: by how it begins, else by its name; `None` for what is neither.
fn kind(bytes: &[u8], path: &Path) -> Option<Kind> {
    let named = |end: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(end));
    // A PDF may begin a little later (ISO 32000-1, annex H).
    let is_pdf = bytes.get(..1024).unwrap_or(bytes).windows(5).any(|begin| begin == b"%PDF-");
    if bytes.starts_with(b"PK\x03\x04") {
        Some(Kind::Epub)
    } else if is_pdf || named("pdf") {
        Some(Kind::Pdf)
    } else {
        named("epub").then_some(Kind::Epub)
    }
}

/// Why the profiles do not fit the file; `None` where they do.
fn unfit(kind: Kind, profiles: &[(&str, Profile)], file: &Path) -> Option<String> {
    let file = file.display();
    let (presses, stores) = (Profile::presses().join(", "), Profile::stores().join(", "));
    if kind == Kind::Pdf && profiles.is_empty() {
        return Some(format!(
            "error: {file} is a PDF, and no press is named to judge it for\n  hint: name one by `--profile`: {presses}\n"
        ));
    }
    profiles.iter().find_map(|(name, profile)| match kind {
        Kind::Pdf if !profile.prints => Some(format!(
            "error: {file} is a PDF, and `{name}` is a store of EPUBs\n  hint: the presses are {presses}\n"
        )),
        Kind::Epub if profile.epub.is_none() => Some(format!(
            "error: {file} is an EPUB, and `{name}` says nothing of EPUBs\n  hint: the stores are {stores}\n"
        )),
        Kind::Pdf | Kind::Epub => None,
    })
}

/// Says what presses find in a PDF; whether there is nothing.
fn pdf(bytes: Vec<u8>, profiles: &[(&str, Profile)], args: &PreflightArgs, messages: &Messages<'_>) -> bool {
    let mut good = true;
    for (_, profile) in profiles {
        let findings = judge_pdf(bytes.clone(), profile);
        good &= tell(&findings, &profile.name, profile, args, messages);
    }
    good
}

/// Says what stores find in an EPUB, without a name all of them; whether there is nothing.
fn epub(bytes: &[u8], profiles: Vec<(&str, Profile)>, args: &PreflightArgs, messages: &Messages<'_>) -> bool {
    let named: Vec<Profile> = profiles.into_iter().map(|(_, profile)| profile).collect();
    let all = || Profile::stores().into_iter().filter_map(Profile::built_in).collect();
    let profiles = if named.is_empty() { all() } else { named };
    let book = Book::read(bytes);
    let mut good = true;
    for profile in &profiles {
        let Some(store) = &profile.epub else { continue };
        good &= tell(&book.judge(store), &store.name, profile, args, messages);
        if !book.is_readable() {
            break;
        }
    }
    good
}

/// Tells what was found; whether the file would be taken as it is meant.
fn tell(findings: &[Finding], name: &str, profile: &Profile, args: &PreflightArgs, messages: &Messages<'_>) -> bool {
    for finding in findings {
        messages.print(&if messages.json() {
            json(finding, name, profile)
        } else {
            shown(finding, name, profile)
        });
    }
    let good = findings.iter().all(|finding| finding.weight == Weight::Advised);
    if good {
        let advice = match findings.len() {
            0 => String::new(),
            1 => "; one thing is advised".to_owned(),
            count => format!("; {count} things are advised"),
        };
        messages.say(&format!(
            "{}: nothing that {name} is known to refuse, as of {}{advice}\n",
            args.file.display(),
            profile.as_of
        ));
    }
    good
}

/// A finding for people.
fn shown(finding: &Finding, name: &str, profile: &Profile) -> String {
    let places = finding.places();
    let place = if places.is_empty() { "the file".to_owned() } else { places };
    let source = source_of(finding, name, &profile.as_of);
    let weight = match finding.weight {
        Weight::Refused => String::new(),
        Weight::Lost | Weight::Advised => format!(" ({})", finding.weight.name()),
    };
    format!("{place}: {}{weight}: {}\n  {source}\n", finding.rule, finding.message)
}

fn json(finding: &Finding, name: &str, profile: &Profile) -> String {
    let line = serde_json::json!({
        "profile": name,
        "as-of": profile.as_of,
        "rule": finding.rule,
        "weight": finding.weight.name(),
        "message": finding.message,
        "pages": finding.pages,
        "files": finding.files,
        "source": { "title": finding.source.title, "url": finding.source.url, "kind": finding.source.kind },
    });
    format!("{line}\n")
}

/// Who says that: `KDP paperback, as of 2026-11-25: “Set Trim Size” (the vendor's page, https://...)`.
pub(super) fn source_of(finding: &Finding, name: &str, as_of: &str) -> String {
    let source = &finding.source;
    let mut text = name.to_owned();
    if !as_of.is_empty() {
        text.push_str(&format!(", as of {as_of}"));
    }
    if !source.title.is_empty() {
        text.push_str(&format!(": “{}”", source.title));
    }
    let details: Vec<&str> = [Some(source.kind.as_str()), source.url.as_deref()]
        .into_iter()
        .flatten()
        .filter(|detail| !detail.is_empty())
        .collect();
    if !details.is_empty() {
        text.push_str(&format!(" ({})", details.join(", ")));
    }
    text
}
