//! `publish check` and `publish tree`: read everything, build nothing.

use super::messages::Messages;
use super::{CheckArgs, CommonArgs};
use publish::check;
use publish::diag::{Code, Diagnostics, codes, nearest, reasons, render};
use publish::document::show;
use publish::edition::Edition;
use publish::manuscript;
use std::process::ExitCode;

pub(super) fn run(args: &CheckArgs) -> ExitCode {
    let messages = Messages::new(&args.common).format(args.format);
    if let Some(name) = &args.explain {
        return explain(name, &messages);
    }
    match read(&messages, true) {
        Some(_) => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
    }
}

pub(super) fn tree(args: &CommonArgs) -> ExitCode {
    let messages = Messages::new(args).aside(true);
    let Some(edition) = read(&messages, false) else {
        return ExitCode::FAILURE;
    };
    messages.print(&show::json(&edition.document, &edition.sources));
    ExitCode::SUCCESS
}

/// The edition, with every message shown, those of the rules too if they are to be applied; `None` when there were errors.
fn read(messages: &Messages<'_>, apply_rules: bool) -> Option<Edition> {
    let folder = messages.open()?;
    let mut diagnostics = Diagnostics::default();
    let manuscript = manuscript::read(folder, &mut diagnostics);
    let edition = Edition::bind(manuscript, None, &mut diagnostics);
    if apply_rules {
        check::rules(&edition, &mut diagnostics);
        // A build keeps the text of a link that leads nowhere; who asks whether all is well has to know.
        diagnostics.raise(&codes::DEAD_LINK);
    }
    diagnostics.report_unused(apply_rules);
    let good = messages.weigh(&mut diagnostics, &edition.settings);
    messages.show(&mut diagnostics, &edition.sources, None);
    good.then_some(edition)
}

/// Explains a code, or gives all of them for `list`.
fn explain(name: &str, messages: &Messages<'_>) -> ExitCode {
    let wanted: Vec<&Code> = match name {
        "list" => codes::ALL.to_vec(),
        _ => codes::find(name).into_iter().collect(),
    };
    if !wanted.is_empty() {
        messages.print(&match (messages.json(), wanted.as_slice()) {
            (true, _) => render::codes_json(wanted),
            (false, [code]) => reasons::explain(code),
            (false, _) => reasons::overview(),
        });
        return ExitCode::SUCCESS;
    }
    let names: Vec<&str> = codes::ALL.iter().map(|code| code.name).collect();
    let hint = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`publish check --explain` lists all codes".to_owned(),
    };
    messages.say(&format!("error: there is no code `{name}`\n  hint: {hint}\n"));
    ExitCode::from(2)
}
