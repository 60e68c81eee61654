//! Trees that an author drew with characters: they become `tree` figures.
//!
//! ```text
//! package/                  package/
//! ├── __init__.py           |-- __init__.py     # comment
//! └── core/                 `-- core/
//!     └── parser.py             `-- parser.py   <-- comment
//!
//! package/
//!     __init__.py
//!     core/
//!         parser.py
//! ```
//!
//! Lines with a branch (`├──`, `└──`, `|--`, `` `-- ``, `+--`, `\--`) stand below the line whose branch is the next to the left.
//! Lines without any branches are a tree only if everything that has something below it ends with a slash. What follows `#`,
//! `<--` or `←` is a text. Nothing is guessed: one line that does not fit, and all of it stays what it was, a listing.

use super::bullets::Bullet;
use super::kinds::{Model, tree::Tree};
use super::language::{Label, label};

/// More lines than a page can show.
const MOST: usize = 200;
/// No name or comment is longer, in characters.
const LONGEST: usize = 200;

/// The tree that is drawn in a listing, if all of it clearly is one.
///
/// The places of the lines are not needed: what is read here cannot be faulty.
pub(crate) fn read(code: &str) -> Option<Model> {
    if code.lines().nth(MOST).is_some() {
        return None;
    }
    let lines: Vec<Line> = code.lines().map(line).collect::<Option<_>>()?;
    let branched = lines.iter().any(|line| matches!(line, Line::Branch(..)));
    let entries = if branched { by_branches(&lines)? } else { by_indents(&lines)? };
    if entries.iter().all(|entry| entry.parent.is_none()) {
        return None;
    }
    // Where many names are those of files or of programs, the others are as well.
    let paths = entries.iter().filter(|entry| is_path(entry.name)).count();
    let code = entries.iter().filter(|entry| is_code(entry.name)).count();
    let (files, programs) = (4 * paths >= entries.len(), 2 * code >= entries.len());
    let bullets = entries.iter().map(|entry| {
        let one_word = !entry.name.contains(char::is_whitespace);
        let mut name = Label::default();
        name.push(entry.name, files || (programs && one_word) || is_code(entry.name));
        Bullet {
            label: name,
            text: label(&entry.text).unwrap_or_else(|| plain(&entry.text)),
            parent: entry.parent,
        }
    });
    Some(Model::Tree(Tree::drawn(bullets.collect())))
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Line<'a> {
    Blank,
    /// Upright lines alone.
    Bars,
    /// A name after a branch, with the branch's column.
    Branch(usize, Said<'a>),
    /// A name without a branch, with its column.
    Plain(usize, Said<'a>),
    /// A comment that goes on from the line before.
    More(&'a str),
}

/// A name and a comment.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Said<'a> {
    name: &'a str,
    text: &'a str,
}

/// A node.
struct Entry<'a> {
    name: &'a str,
    text: String,
    parent: Option<usize>,
}

/// Reads a line; `None` if it cannot be one of a tree.
fn line(raw: &str) -> Option<Line<'_>> {
    let raw = raw.trim_end();
    let mut column = 0;
    let mut bars = false;
    let mut rest = raw;
    while let Some(first) = rest.chars().next() {
        if let Some(name) = branch(rest) {
            return Some(Line::Branch(column, said(name)?));
        }
        match first {
            '\t' => column += 4 - column % 4,
            '│' | '┃' | '┊' | '|' => {
                bars = true;
                column += 1;
            }
            first if first.is_whitespace() => column += 1,
            _ => break,
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    if rest.is_empty() {
        return Some(if bars { Line::Bars } else { Line::Blank });
    }
    if let Some(comment) = rest.strip_prefix("# ").filter(|_| column > 0) {
        return (comment.chars().count() <= LONGEST).then_some(Line::More(comment.trim()));
    }
    // A name beside an upright line has lost its branch.
    if bars {
        return None;
    }
    Some(Line::Plain(column, said(rest)?))
}

/// What follows a branch, if `text` begins with one.
fn branch(text: &str) -> Option<&str> {
    let first = text.chars().next()?;
    let least = match first {
        '├' | '└' | '╰' | '┣' | '┗' => 1,
        '|' | '`' | '+' | '\\' => 2,
        _ => return None,
    };
    let rest = text.get(first.len_utf8()..)?;
    let name = rest.trim_start_matches(['─', '━', '╴', '-']);
    let dashes = rest.get(..rest.len() - name.len())?.chars().count();
    (dashes >= least).then_some(name)
}

/// Takes a name and its comment apart; `None` if this is no name.
fn said(text: &str) -> Option<Said<'_>> {
    let text = text.trim();
    let marks = ["#", "<--", "<-", "←"];
    let comment = marks
        .iter()
        .filter_map(|mark| {
            let mut found = text.match_indices(mark);
            let apart = |at: usize| text.get(..at).is_some_and(|before| before.ends_with(char::is_whitespace));
            found.find(|(at, _)| apart(*at)).map(|(at, mark)| (at, at + mark.len()))
        })
        // The longer of two marks at one place comes first.
        .min_by_key(|(at, end)| (*at, usize::MAX - *end));
    let (name, text) = match comment {
        Some((at, end)) => (text.get(..at)?.trim(), text.get(end..)?.trim()),
        None => (text, ""),
    };
    let drawn = |character: char| matches!(character, '\u{2500}'..='\u{257f}');
    let begins = name.chars().next()?;
    let odd = name.contains(drawn) || name.contains("--") || matches!(begins, '-' | '+' | '|' | '>' | '*' | '=' | '\\');
    let long = name.chars().count() > LONGEST || text.chars().count() > LONGEST;
    (!odd && !long).then_some(Said { name, text })
}

/// A tree whose lines have branches, below roots that have none.
fn by_branches<'a>(lines: &[Line<'a>]) -> Option<Vec<Entry<'a>>> {
    let mut entries: Vec<Entry> = Vec::new();
    // The branches that may have others below them: columns and entries; a root has none.
    let mut open: Vec<(Option<usize>, usize)> = Vec::new();
    let mut after_blank = true;
    for line in lines {
        match *line {
            Line::Blank => {
                after_blank = true;
                continue;
            }
            Line::Bars => {}
            Line::More(comment) => go_on(&mut entries, comment)?,
            Line::Plain(..) if !after_blank => return None,
            Line::Plain(_, said) => {
                if let Some(root) = entries.first_mut().filter(|root| is_count(said.name) && root.text.is_empty()) {
                    root.text = said.name.to_owned();
                } else {
                    open = vec![(None, entries.len())];
                    entries.push(Entry::new(said, None));
                }
            }
            Line::Branch(column, said) => {
                let deepest = open.last().and_then(|(column, _)| *column);
                while open.last().is_some_and(|(of, _)| of.is_some_and(|of| of > column)) {
                    open.pop();
                }
                let same = open.last().is_some_and(|(of, _)| *of == Some(column));
                // Further to the left, a branch must continue a line that is there.
                if deepest.is_some_and(|deepest| deepest > column) && !same {
                    return None;
                }
                if same {
                    open.pop();
                }
                let parent = open.last().map(|(_, entry)| *entry);
                open.push((Some(column), entries.len()));
                entries.push(Entry::new(said, parent));
            }
        }
        after_blank = false;
    }
    // A root without branches is a line of something else.
    let bare = |at: usize| entries.iter().all(|entry| entry.parent != Some(at));
    let rootless = entries
        .iter()
        .enumerate()
        .any(|(at, entry)| entry.parent.is_none() && bare(at));
    let rooted = lines.iter().any(|line| matches!(line, Line::Plain(..)));
    (!(rooted && rootless)).then_some(entries)
}

/// A tree of indented names: folders, which end with a slash, and what is in them.
fn by_indents<'a>(lines: &[Line<'a>]) -> Option<Vec<Entry<'a>>> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    for line in lines {
        match *line {
            Line::Blank => {}
            Line::More(comment) => go_on(&mut entries, comment)?,
            Line::Bars | Line::Branch(..) => return None,
            Line::Plain(column, said) => {
                let before = open.last().map(|(of, _)| *of);
                while open.last().is_some_and(|(of, _)| *of > column) {
                    open.pop();
                }
                let same = open.last().is_some_and(|(of, _)| *of == column);
                if before.is_some_and(|before| before > column) && !same {
                    return None;
                }
                if same {
                    open.pop();
                }
                let parent = open.last().map(|(_, entry)| *entry);
                let holds = |at: usize| entries.get(at).is_some_and(|entry| entry.name.ends_with('/'));
                let dots = matches!(said.name, "..." | "…");
                if !parent.is_none_or(holds) || !(is_file(said.name) || dots) {
                    return None;
                }
                open.push((column, entries.len()));
                entries.push(Entry::new(said, parent));
            }
        }
    }
    Some(entries)
}

impl<'a> Entry<'a> {
    fn new(said: Said<'a>, parent: Option<usize>) -> Self {
        Self {
            name: said.name,
            text: said.text.to_owned(),
            parent,
        }
    }
}

/// Adds a line to the last comment; `None` if there is none, or it is too long.
fn go_on(entries: &mut [Entry], comment: &str) -> Option<()> {
    let last = entries.last_mut().filter(|entry| !entry.text.is_empty())?;
    last.text.push(' ');
    last.text.push_str(comment);
    (last.text.chars().count() <= LONGEST).then_some(())
}

/// `3 directories, 5 files`, with which the command `tree` ends.
fn is_count(name: &str) -> bool {
    let words: Vec<&str> = name.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let known = |word: &&str| {
        word.bytes().all(|byte| byte.is_ascii_digit()) || matches!(*word, "directory" | "directories" | "file" | "files")
    };
    words.len() > 1 && words.iter().all(known)
}

/// A name as files and folders have it.
fn is_file(name: &str) -> bool {
    name.chars()
        .all(|character| character.is_alphanumeric() || matches!(character, '_' | '.' | '-' | '/' | '@' | '+' | '~' | '*'))
}

/// A folder, or a file with an extension.
fn is_path(name: &str) -> bool {
    let extended = name.rsplit_once('.').is_some_and(|(_, extension)| {
        (1..=6).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    is_file(name) && (name.ends_with('/') || extended)
}

/// Text as it stands, with its backticks.
fn plain(text: &str) -> Label {
    let mut label = Label::default();
    label.push(text, false);
    label.trim_end();
    label
}

/// A name as programs have it: `PyObject_Call`, `ValueError`, `os.path`, `f(a, b)`.
fn is_code(name: &str) -> bool {
    let called = name
        .split_once('(')
        .filter(|(function, _)| !function.is_empty() && name.ends_with(')'));
    let word = called.map_or(name, |(function, _)| function);
    let mut pairs = word.chars().zip(word.chars().skip(1));
    let mixed = pairs.any(|(a, b)| a.is_lowercase() && b.is_uppercase());
    let marked = called.is_some() || word.contains(['_', '.', '[', '/', '@', '=']);
    !word.contains(char::is_whitespace) && (mixed || marked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::promises::{drawings, hold_drawings};

    #[test]
    fn trees_are_read_and_keep_every_promise() {
        hold_drawings("trees", read);
    }

    #[test]
    fn everything_else_is_left_alone() {
        for (name, code) in drawings("not-trees") {
            assert_eq!(read(&code), None, "{name}");
        }
    }

    #[test]
    fn no_line_is_lost() {
        for (name, code) in drawings("trees") {
            let description = read(&code).unwrap().describe();
            let words = code
                .split(|character: char| !character.is_alphanumeric())
                .filter(|word| !word.is_empty());
            for word in words {
                assert!(description.contains(word), "{name}: {word}");
            }
        }
    }

    #[test]
    fn branches_say_what_stands_below_what() {
        let code = "pkg/\n├── a.py      # first\n│             # and more\n│\n├── sub/\n│   └── b.py  <-- second\n└── c.py\n";
        assert_eq!(
            read(code).unwrap().describe(),
            "A tree from pkg/: below pkg/ are a.py (first and more), sub/ and c.py; below sub/ is b.py (second)."
        );
        let ascii = "pkg/\n|-- a.py\n|-- sub/\n|   `-- b.py\n`-- c.py\n";
        assert_eq!(
            read(ascii).unwrap().describe(),
            "A tree from pkg/: below pkg/ are a.py, sub/ and c.py; below sub/ is b.py."
        );
        let indented = "pkg/\n  a.py\n  sub/\n    b.py  # second\n  c.py\n";
        assert_eq!(
            read(indented).unwrap().describe(),
            "A tree from pkg/: below pkg/ are a.py, sub/ and c.py; below sub/ is b.py (second)."
        );
    }

    #[test]
    fn one_line_that_does_not_fit_leaves_all_of_it() {
        for code in [
            "",
            "pkg/",
            "├──",
            "pkg/\n├── a\nand text\n",
            "pkg/\n├── a\n  └── b\n └── c\n",
            "pkg/\n    ├── a\n  ├── b\n",
            "pkg/\n├── a ── b\n",
            "pkg/\n  a b\n",
            "def f():\n    return 1\n",
            "pkg\n    a\n",
            &"├── a\n".repeat(300),
            &format!("pkg/\n├── {}\n", "a".repeat(1000)),
        ] {
            assert_eq!(read(code), None, "{code}");
        }
    }
}
