//! What setups print by themselves.
//!
//! A listing and its setups become one program, and what the setups print is not the listing's: it is shown where they
//! stand, if anywhere. Nothing in what a program has printed tells where the listing's part begins, so the setups are run
//! alone first, once for all listings that name them, and what they print is left out at the beginning.

use super::plan::{Program, Tool};
use super::runner::{self, End, Job};
use crate::manuscript::runners::Limits;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What the setups of a run have printed, by their tool and their text.
#[derive(Debug, Default)]
pub(super) struct Setups<'a> {
    printed: Mutex<BTreeMap<(&'a str, &'a str), Printed>>,
}

/// What one of them has printed; whoever comes first runs it, and others wait.
type Printed = Arc<OnceLock<Vec<u8>>>;

impl<'a> Setups<'a> {
    /// What the setups of a program print when they are run alone. Nothing where there are none, and where they are no
    /// program by themselves, as functions of C are not.
    pub(super) fn printed(&self, program: &'a Program, tool: &Tool, limits: &Limits) -> Vec<u8> {
        let Some(text) = program.setups.as_deref() else {
            return Vec::new();
        };
        let key = (program.tool.as_str(), text);
        let mut printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        let place = Arc::clone(printed.entry(key).or_default());
        // Others may look up theirs while these run.
        drop(printed);
        let run = || {
            let (line, file) = (&tool.line, &tool.file);
            let done = runner::run(Job { line, file, text }, limits);
            match done.end {
                End::Exit(status) if status.success() => done.output,
                _ => Vec::new(),
            }
        };
        place.get_or_init(run).clone()
    }
}
