//! `publish status`

use super::StatusArgs;
use std::process::ExitCode;

pub(super) fn run(_args: &StatusArgs) -> ExitCode {
    ExitCode::SUCCESS
}
