//! `publish preflight`: what a press would refuse in a finished file.

use super::PreflightArgs;
use super::messages::Messages;
use publish::Error;
use publish::diag::nearest;
use publish::press::Profile;
use publish::press::preflight::{Finding, judge_pdf};
use std::process::ExitCode;

pub(super) fn run(args: &PreflightArgs) -> ExitCode {
    let messages = Messages::new(&args.common);
    let Some(profile) = Profile::built_in(&args.profile) else {
        let names: Vec<&str> = Profile::names().collect();
        let hint = match nearest(&args.profile, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the profiles are {}", names.join(", ")),
        };
        messages.say(&format!("error: there is no profile `{}`\n  hint: {hint}\n", args.profile));
        return ExitCode::from(2);
    };
    let bytes = match std::fs::read(&args.file) {
        Ok(bytes) => bytes,
        Err(error) => {
            messages.fail(&Error::caused(format!("reading {}", args.file.display()), error));
            return ExitCode::FAILURE;
        }
    };
    let findings = judge_pdf(bytes, &profile);
    for finding in &findings {
        messages.print(&if messages.json() {
            json(finding, &profile)
        } else {
            shown(finding, &profile)
        });
    }
    if findings.is_empty() {
        messages.say(&format!(
            "{}: nothing that {} is known to refuse, as of {}\n",
            args.file.display(),
            profile.name,
            profile.as_of
        ));
        return ExitCode::SUCCESS;
    }
    ExitCode::FAILURE
}

/// A finding for people.
fn shown(finding: &Finding, profile: &Profile) -> String {
    let places = finding.places();
    let place = if places.is_empty() { "the file".to_owned() } else { places };
    let source = source_of(finding, profile);
    format!("{place}: {}: {}\n  {source}\n", finding.rule, finding.message)
}

fn json(finding: &Finding, profile: &Profile) -> String {
    let line = serde_json::json!({
        "profile": profile.name,
        "as-of": profile.as_of,
        "rule": finding.rule,
        "message": finding.message,
        "pages": finding.pages,
        "source": { "title": finding.source.title, "url": finding.source.url, "kind": finding.source.kind },
    });
    format!("{line}\n")
}

/// Who says that: `KDP paperback, as of 2026-11-25: “Set Trim Size” (the vendor's page, https://...)`.
pub(super) fn source_of(finding: &Finding, profile: &Profile) -> String {
    let source = &finding.source;
    let mut text = profile.name.clone();
    if !profile.as_of.is_empty() {
        text.push_str(&format!(", as of {}", profile.as_of));
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
