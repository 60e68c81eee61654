//! `publish man`: the manual pages.

use clap::Command;
use publish::{Error, release};
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(command: &Command, out: Option<&Path>) -> ExitCode {
    let done = match out {
        Some(folder) => pages(command).and_then(|pages| write(folder, &pages)),
        None => page(command).and_then(|page| print(&page)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing more can be done where standard error is gone too.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print(page: &[u8]) -> Result<(), Error> {
    let written = std::io::stdout().write_all(page);
    written.map_err(|error| Error::caused("printing the manual page", error))
}

fn write(folder: &Path, pages: &[(String, Vec<u8>)]) -> Result<(), Error> {
    let files: Vec<(String, &[u8])> = pages.iter().map(|(name, page)| (name.clone(), page.as_slice())).collect();
    release::write(folder, &files).map(|_| ())
}

/// The page of the whole command, and one for each of its commands: `publish.1`, `publish-check.1`.
fn pages(command: &Command) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut command = command.clone();
    // Gives each command the name of the whole before its own.
    command.build();
    let parts = command.get_subcommands().filter(|part| part.get_name() != "help");
    let named = parts.map(|part| (part.get_display_name().unwrap_or_else(|| part.get_name()).to_owned(), part));
    std::iter::once(("publish".to_owned(), &command))
        .chain(named)
        .map(|(name, part)| Ok((format!("{name}.1"), page(part)?)))
        .collect()
}

fn page(command: &Command) -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    // No date: the page is the same whenever it is made.
    let written = clap_mangen::Man::new(command.clone())
        .source(concat!("publish ", env!("CARGO_PKG_VERSION")))
        .manual("publish")
        .render(&mut page);
    written.map_err(|error| Error::caused("writing the manual page", error))?;
    Ok(page)
}
