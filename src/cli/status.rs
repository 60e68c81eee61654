//! `publish status`: what is written, missing, failing and stale, as a table or as JSON.

use super::messages::Messages;
use super::{MessageFormat, StatusArgs, StatusFormat};
use publish::diag::Diagnostics;
use publish::manuscript;
use publish::status::table::{self, Screen};
use publish::status::{self, disclosure};
use std::io::IsTerminal as _;
use std::process::ExitCode;

/// As wide as a table gets: beyond, the eye loses its line.
const WIDEST: usize = 140;

pub(super) fn run(args: &StatusArgs) -> ExitCode {
    let messages = Messages::new(&args.common);
    let Some(folder) = messages.open() else {
        return ExitCode::FAILURE;
    };
    let mut diagnostics = Diagnostics::default();
    let manuscript = manuscript::read(folder, &mut diagnostics);
    let status = status::of(manuscript, args.common.strict, diagnostics);
    if let Some(path) = &status.damaged {
        messages.say(&format!(
            "note: {path} cannot be read and is ignored; the next `publish test` writes it anew\n"
        ));
    }
    let json = args.format == StatusFormat::Json || args.common.message_format == MessageFormat::Json;
    let text = match (args.disclosure, json) {
        (false, false) => Ok(table::write(&status, screen())),
        (true, false) => Ok(disclosure::write(&disclosure::of(&status))),
        (false, true) => serde_json::to_string_pretty(&status),
        (true, true) => serde_json::to_string_pretty(&disclosure::of(&status)),
    };
    match text {
        Ok(text) => {
            messages.print(text.trim_end());
            messages.print("\n");
            ExitCode::SUCCESS
        }
        Err(error) => {
            messages.fail(&publish::Error::caused("writing JSON", error));
            ExitCode::FAILURE
        }
    }
}

/// Where the table goes.
fn screen() -> Screen {
    if !std::io::stdout().is_terminal() {
        return Screen::Pipe;
    }
    let columns = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
    Screen::Terminal(columns.clamp(1, WIDEST))
}
