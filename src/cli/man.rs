//! `publish man`: the manual, a page for each command.

use super::{Cli, ManArgs};
use clap::CommandFactory as _;
use clap_mangen::Man;
use publish::{Error, release};
use std::io::{self, Write as _};
use std::process::ExitCode;

/// What `publish(1)` says beyond the help.
const MORE: &str = include_str!("man.roff");

pub(super) fn run(args: &ManArgs) -> ExitCode {
    let done = match &args.out {
        Some(folder) => pages().and_then(|pages| {
            let files: Vec<(String, &[u8])> = pages.iter().map(|(name, page)| (name.clone(), page.as_slice())).collect();
            release::write(folder, &files)?;
            let told = format!(
                "{} pages are in {}: `man -l {}`",
                files.len(),
                folder.display(),
                folder.join("publish.1").display()
            );
            // A closed standard error leaves nobody to tell.
            let _ = writeln!(io::stderr(), "{told}");
            Ok(())
        }),
        None => page(&root()).map(|page| {
            // A reader that stopped reading has what it wants.
            let _ = io::stdout().write_all(&page);
        }),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The command with all that it inherits.
fn root() -> clap::Command {
    // The long form of the version says what was compiled; the manual is the same for every build.
    let version = env!("CARGO_PKG_VERSION");
    let mut command = Cli::command().disable_help_subcommand(true).long_version(version);
    command.build();
    command
}

/// All pages, by the names of their files.
fn pages() -> Result<Vec<(String, Vec<u8>)>, Error> {
    let root = root();
    let visible = root.get_subcommands().filter(|command| !command.is_hide_set());
    std::iter::once(&root)
        .chain(visible)
        .map(|command| Ok((Man::new(command.clone()).get_filename(), page(command)?)))
        .collect()
}

fn page(command: &clap::Command) -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    let man = Man::new(command.clone())
        .source(concat!("publish ", env!("CARGO_PKG_VERSION")))
        .manual("Manual of publish");
    man.render(&mut page)
        .map_err(|error| Error::caused("writing the manual", error))?;
    page.extend_from_slice(match command.get_name() {
        "publish" => MORE.as_bytes(),
        _ => b".SH \"SEE ALSO\"\n\\fBpublish\\fR(1)\n",
    });
    Ok(page)
}
