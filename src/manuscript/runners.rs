//! What book.toml says of running listings, for `publish test`: `[runners]` and `[test]`.
//!
//! ```toml
//! [runners]
//! python = ["python3.12"]                                   # the listing's file is the last argument
//! c = ["sh", "-c", "cc {file} -o prog && ./prog"]           # or stands where `{file}` does
//! node = { command = ["node"], version = ["node", "--version"], file = "listing.mjs" }
//!
//! [test]
//! time-limit = "10s"
//! memory-limit = "1GB"
//! jobs = 4
//! ```
//!
//! A program with a `/` in its name is looked for from the manuscript's folder, others as a shell would. Python and Bash
//! have runners without a word in book.toml.

use crate::diag::{Diagnostics, codes};
use crate::keys::Table;
use std::collections::BTreeMap;
use std::time::Duration;
use toml::de::DeValue;

/// What runs the listings of a language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runner {
    /// The program and its arguments. `{file}` is the name of the listing's file; where no argument has it, it comes last.
    pub command: Vec<String>,
    /// `version`: a command that prints the version which `versions` of a listing speaks of. Python and Bash are asked in
    /// their own language; a runner of another language that does not say how cannot be asked.
    pub version: Vec<String>,
    /// `file`: the name of the listing's file, where the language's usual one does not do.
    pub file: Option<String>,
}

/// How long and how large a listing may grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// `time-limit`: `10s`, `500ms`, `2min`; default 10 s.
    pub time: Duration,
    /// `memory-limit`, in bytes of address space a process: `512MB`, `2GB`, or `none` for programs that reserve more than
    /// they use; default 1 GB. Where the system knows no such limit, it is without effect.
    pub memory: Option<u64>,
    /// `jobs`: how many listings run at once; 0, the default, is as many as there are processors.
    pub jobs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(10),
            memory: Some(1 << 30),
            jobs: 0,
        }
    }
}

/// Reads `[runners]`.
pub(super) fn read(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> BTreeMap<String, Runner> {
    let mut runners = BTreeMap::new();
    for (language, value, span) in table.entries() {
        let runner = match value {
            DeValue::Table(_) => table.table(language, diagnostics).map(|entry| {
                entry.check(&["command", "version", "file"], diagnostics);
                Runner {
                    command: entry.strings("command", diagnostics),
                    version: entry.strings("version", diagnostics),
                    file: file(&entry, diagnostics),
                }
            }),
            _ => Some(Runner {
                command: table.strings(language, diagnostics),
                ..Runner::default()
            }),
        };
        let runner = runner.unwrap_or_default();
        if runner.command.is_empty() {
            diagnostics
                .report(
                    &codes::MISSING_KEY,
                    span,
                    format!("the runner of `{language}` has no command"),
                )
                .hint(format!("write `{language} = [\"program\", \"argument\"]`"));
        } else {
            runners.insert(language.to_owned(), runner);
        }
    }
    runners
}

/// A plain name: it becomes part of a command.
fn file(entry: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> Option<String> {
    let name = entry.string("file", diagnostics)?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    if name.starts_with(['.', '-']) || !name.chars().all(plain) {
        diagnostics
            .report(
                &codes::BAD_VALUE,
                entry.place("file"),
                format!("`{name}` cannot be the name of a listing's file"),
            )
            .hint("write letters, digits, `_`, `-` and `.`: `listing.mjs`");
        return None;
    }
    Some(name)
}

/// Reads `[test]`.
pub(super) fn read_limits(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> Limits {
    table.check(&["time-limit", "memory-limit", "jobs"], diagnostics);
    let mut limits = Limits::default();
    if let Some(text) = table.string("time-limit", diagnostics) {
        match duration(&text) {
            Some(time) => limits.time = time,
            None => {
                let message = format!("`{text}` is not a time between 100 ms and an hour");
                let diagnostic = diagnostics.report(&codes::BAD_VALUE, table.place("time-limit"), message);
                diagnostic.hint("write a number and a unit: `10s`, `500ms` or `2min`");
            }
        }
    }
    if let Some(text) = table.string("memory-limit", diagnostics) {
        match bytes(&text) {
            _ if text == "none" => limits.memory = None,
            Some(memory) => limits.memory = Some(memory),
            None => {
                let message = format!("`{text}` is not an amount of memory from 16 MB on");
                let diagnostic = diagnostics.report(&codes::BAD_VALUE, table.place("memory-limit"), message);
                diagnostic.hint("write a number and a unit, `512MB` or `2GB`, or `none`");
            }
        }
    }
    if let Some(number) = table.number("jobs", diagnostics) {
        if number.fract() == 0.0 && (1.0..=256.0).contains(&number) {
            limits.jobs = number as usize;
        } else {
            let message = "`jobs` is not a whole number from 1 to 256";
            diagnostics.report(&codes::BAD_VALUE, table.place("jobs"), message);
        }
    }
    limits
}

fn number_with_unit(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    units.iter().find_map(|(unit, factor)| {
        let number = text.trim().strip_suffix(unit)?.trim_end();
        let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number: f64 = number.parse().ok().filter(|_| plain)?;
        Some(number * factor)
    })
}

fn duration(text: &str) -> Option<Duration> {
    let seconds = number_with_unit(text, &[("ms", 0.001), ("min", 60.0), ("s", 1.0)])?;
    (0.1..=3600.0).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}

fn bytes(text: &str) -> Option<u64> {
    let units = [("MB", 1_048_576.0), ("GB", 1_073_741_824.0)];
    let bytes = number_with_unit(text, &units)?;
    (16_777_216.0..=1e15).contains(&bytes).then_some(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manuscript::settings;
    use crate::source::Sources;

    fn read_text(text: &str) -> (settings::Settings, Vec<String>) {
        let mut sources = Sources::default();
        let book = "[book]\ntitle = \"T\"\nauthors = \"A\"\nlanguage = \"en\"\n";
        let file = sources.add("book.toml", format!("{book}{text}"));
        let mut diagnostics = Diagnostics::default();
        let settings = settings::read(&sources, file, &mut diagnostics);
        let messages = diagnostics
            .iter()
            .map(|found| format!("{}: {}", found.code.name, found.message));
        (settings, messages.collect())
    }

    #[test]
    fn runners_are_a_command_or_a_table() {
        let (settings, messages) = read_text(
            "[runners]\nc = [\"sh\", \"-c\", \"cc {file}\"]\njs = { command = \"node\", file = \"a.mjs\" }\n\
             [test]\ntime-limit = \"1.5s\"\nmemory-limit = \"2GB\"\njobs = 3\n",
        );
        assert_eq!(messages, [""; 0]);
        assert_eq!(settings.runners["c"].command, ["sh", "-c", "cc {file}"]);
        assert_eq!(settings.runners["js"].file.as_deref(), Some("a.mjs"));
        let expected = Limits {
            time: Duration::from_millis(1500),
            memory: Some(2 << 30),
            jobs: 3,
        };
        assert_eq!(settings.test, expected);
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let (_, messages) = read_text(
            "[runners]\na = []\nb = { comand = \"b\" }\nc = { command = \"c\", file = \"../c\" }\n\
             [test]\ntime-limit = \"10\"\nmemory-limit = \"1KB\"\njobs = 0\n",
        );
        assert_eq!(
            messages,
            [
                "missing-key: the runner of `a` has no command",
                "unknown-key: `comand` is not a key of [b]",
                "missing-key: the runner of `b` has no command",
                "bad-value: `../c` cannot be the name of a listing's file",
                "bad-value: `10` is not a time between 100 ms and an hour",
                "bad-value: `1KB` is not an amount of memory from 16 MB on",
                "bad-value: `jobs` is not a whole number from 1 to 256",
            ]
        );
    }
}
