//! The command `publish`: runs what was asked and turns the outcome into an exit code.

mod cli;

use std::process::ExitCode;

/// A book is a great many small pieces of text; to allocate and free them costs less with this than with the system's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
