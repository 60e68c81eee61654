//! Sessions at a console: prompts, what was typed, and what the machine answered.
//!
//! Gets a listing; gives the typed lines as one piece of code, so that a block typed over several prompts is parsed as a
//! whole, and carries the tokens of that code back to where its lines stand in the listing.

use super::{Class, Token};

/// Which prompts a session has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prompts {
    /// `>>> ` and `... `
    Python,
    /// `$ ` at a line's start only, since the block may as well be a script.
    Script,
    /// `$ `, also after a name or path such as `(venv) ada@host:~$ `, and `# ` or `% `.
    Shell,
}

/// A listing that is a session.
pub(super) struct Session {
    /// What was typed, each line with its line break.
    typed: String,
    lines: Vec<Line>,
}

/// A line that was typed.
struct Line {
    /// Where its prompt stands in the listing; empty for a line that goes on without one.
    prompt: std::ops::Range<usize>,
    /// Where its text begins in the listing.
    start: usize,
    /// Where its text begins in `typed`.
    typed: usize,
}

/// Takes a session apart; `None` if the code does not begin like one.
pub(super) fn read(prompts: Prompts, code: &str) -> Option<Session> {
    let first = code.lines().find(|line| !line.trim().is_empty())?;
    // A console block may open with output; the other languages are scripts unless their first line has a prompt.
    match prompts {
        Prompts::Shell => code.lines().find_map(|line| prompt(prompts, line, false))?,
        Prompts::Python | Prompts::Script => prompt(prompts, first, false)?,
    };
    let mut session = Session {
        typed: String::new(),
        lines: Vec::new(),
    };
    let mut open = false;
    let mut start = 0;
    for line in code.split_inclusive('\n') {
        if let Some(length) = prompt(prompts, line, open) {
            let text = line.get(length..).unwrap_or_default();
            session.lines.push(Line {
                prompt: start..start + line.get(..length).unwrap_or_default().trim_end().len(),
                start: start + length,
                typed: session.typed.len(),
            });
            session.typed.push_str(text);
            open = prompts == Prompts::Python || text.trim_end().ends_with('\\');
        } else {
            open = false;
        }
        start += line.len();
    }
    Some(session)
}

/// How many bytes of a line are its prompt; `None` if the line was not typed. `open` says that the line before goes on.
fn prompt(prompts: Prompts, line: &str, open: bool) -> Option<usize> {
    let line = line.trim_end_matches(['\n', '\r']);
    let starts = |mark: &str| match line.strip_prefix(mark)? {
        "" => Some(mark.len()),
        rest => rest.starts_with(' ').then_some(mark.len() + 1),
    };
    match prompts {
        Prompts::Python => starts(">>>").or_else(|| open.then(|| starts("..."))?),
        Prompts::Script | Prompts::Shell if open => Some(starts(">").unwrap_or(0)),
        Prompts::Script => starts("$"),
        Prompts::Shell => starts("$")
            .or_else(|| starts("#"))
            .or_else(|| starts("%"))
            .or_else(|| named_prompt(line)),
    }
}

/// The length of `(venv) ada@host:~/book$ `.
fn named_prompt(line: &str) -> Option<usize> {
    let length = line.find("$ ")? + 2;
    let name = line.get(..length - 2)?;
    let name = match name.strip_prefix('(') {
        Some(rest) => rest.split_once(") ").map_or(name, |(_, name)| name),
        None => name,
    };
    (!name.contains(char::is_whitespace) && !name.contains(['"', '\'', '=', '`'])).then_some(length)
}

impl Session {
    /// The session's tokens: prompts, and what `highlight` finds in the typed text.
    pub(super) fn tokens(&self, highlight: impl FnOnce(&str) -> Vec<Token>) -> Vec<Token> {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let mut found = highlight(&self.typed).into_iter().peekable();
        let mut tokens = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            if !line.prompt.is_empty() {
                tokens.push(Token {
                    start: narrow(line.prompt.start),
                    end: narrow(line.prompt.end),
                    class: Class::Prompt,
                });
            }
            // A token never crosses a line break, so it belongs to the line in which it begins.
            let end = narrow(self.lines.get(at + 1).map_or(self.typed.len(), |next| next.typed));
            let (from, to) = (narrow(line.typed), narrow(line.start));
            while let Some(token) = found.next_if(|token| token.start < end) {
                tokens.push(Token {
                    start: token.start - from + to,
                    end: token.end - from + to,
                    class: token.class,
                });
            }
        }
        tokens
    }
}
