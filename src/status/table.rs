//! The status of a book as a table for people.
//!
//! On a terminal it has bars and fits its width: what matters least leaves first, and titles are cut. Elsewhere, in a file
//! or a pipe, there are no bars, every column is there and titles are whole.

use super::{Problems, Row, State, Status, Tests};
use unicode_width::UnicodeWidthStr as _;

/// Where the table goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// A terminal with this many columns.
    Terminal(usize),
    /// A file or a pipe.
    Pipe,
}

/// What stands between columns.
const GAP: &str = "  ";
/// How much of a title is worth more than another column.
const TITLE: usize = 20;
/// The least that is left of titles.
const LEAST_TITLE: usize = 12;
/// The cells of a bar.
const BAR: usize = 8;

/// A column.
struct Column {
    head: &'static str,
    /// Whether it stands at the right.
    right: bool,
    /// Which column leaves first when there is no room: the one with the most; 0 stays.
    leaves: u8,
    cells: Vec<String>,
}

/// Writes the table.
pub fn write(status: &Status, screen: Screen) -> String {
    let mut columns = columns(status, screen);
    if let Screen::Terminal(width) = screen {
        fit(&mut columns, width);
    }
    let mut text = format!("{}\n{}\n\n", title(status), summary(status, screen));
    let widths: Vec<usize> = columns.iter().map(width).collect();
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&columns).zip(&widths);
        let padded = padded.map(|((cell, column), width)| pad(cell, *width, column.right));
        padded.collect::<Vec<_>>().join(GAP).trim_end().to_owned() + "\n"
    };
    text += &line(columns.iter().map(|column| column.head).collect());
    for at in 0..rows {
        // The sums, and what is no chapter's, stand apart.
        if at == status.chapters.len() {
            let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            text += &line(rule.iter().map(String::as_str).collect());
        }
        text += &line(
            columns
                .iter()
                .map(|column| column.cells.get(at).map_or("", String::as_str))
                .collect(),
        );
    }
    text += &legend(status, &columns);
    text
}

fn title(status: &Status) -> &str {
    let title = status.title.trim();
    if title.is_empty() { "(a book without a title)" } else { title }
}

/// How much of the book is there, in a line.
fn summary(status: &Status, screen: Screen) -> String {
    let totals = &status.totals;
    let bar = match screen {
        Screen::Terminal(_) => bar(totals.sections_written, totals.sections) + " ",
        Screen::Pipe => String::new(),
    };
    format!(
        "{bar}{} of {}, {} of {}, {}",
        totals.chapters_written,
        number(totals.chapters, "chapter"),
        totals.sections_written,
        number(totals.sections, "section"),
        number(totals.counted.words, "word"),
    )
}

fn columns(status: &Status, screen: Screen) -> Vec<Column> {
    let totals = &status.totals;
    let sections = |written: usize, planned: usize| match screen {
        _ if planned == 0 => "-".to_owned(),
        Screen::Terminal(_) => format!("{} {written}/{planned}", bar(written, planned)),
        Screen::Pipe => format!("{written}/{planned}"),
    };
    let number = Column::new("", |row| row.number.clone().unwrap_or_default(), status, ["", ""]);
    let title = Column::new("Chapter", |row| row.title.clone(), status, ["(elsewhere)", "Total"]);
    let how_far = Column::new("State", state, status, ["", ""]);
    let sum = sections(totals.sections_written, totals.sections);
    let there = |row: &Row| sections(row.sections.written, row.sections.planned);
    let there = Column::new("Sections", there, status, ["", &sum]);
    let mut columns = vec![number.right(), title, how_far.leaves(3), there];
    columns.extend(counts(status));
    columns
}

/// The columns with numbers; a chapter that is not written has none.
fn counts(status: &Status) -> [Column; 5] {
    let totals = &status.totals;
    let column = |head: &'static str, cell: &dyn Fn(&Row) -> String, elsewhere: &str, sum: &str| {
        let cell = |row: &Row| if row.file.is_some() { cell(row) } else { String::new() };
        Column::new(head, cell, status, [elsewhere, sum]).right()
    };
    let sums = &totals.counted;
    [
        column("Words", &|row| grouped(row.counted.words), "", &grouped(sums.words)),
        column("Code", &|row| grouped(row.counted.code_lines), "", &grouped(sums.code_lines)).leaves(5),
        column("Tests", &|row| tests(&row.tests), "", &tests(&totals.tests)),
        column("Figures", &|row| grouped(row.counted.figures), "", &grouped(sums.figures)).leaves(4),
        column(
            "Problems",
            &|row| problems(&row.problems),
            &problems(&status.elsewhere),
            &problems(&totals.problems),
        ),
    ]
}

impl Column {
    /// A column with a cell a chapter, one for what is wrong elsewhere, if anything is, and the sum.
    fn new(head: &'static str, cell: impl Fn(&Row) -> String, status: &Status, [elsewhere, sum]: [&str; 2]) -> Self {
        let extra = (status.elsewhere != Problems::default()).then(|| elsewhere.to_owned());
        let cells = status.chapters.iter().map(cell).chain(extra).chain([sum.to_owned()]);
        Self {
            head,
            right: false,
            leaves: 0,
            cells: cells.collect(),
        }
    }

    fn right(self) -> Self {
        Self { right: true, ..self }
    }

    fn leaves(self, leaves: u8) -> Self {
        Self { leaves, ..self }
    }
}

/// How far a chapter is, and whether the outline went on without it.
fn state(row: &Row) -> String {
    let word = match row.state {
        State::Planned => "planned",
        State::Begun => "begun",
        State::Written => "written",
        State::Drafted => "drafted",
        State::Reviewed => "reviewed",
    };
    if row.stale == Some(true) {
        format!("{word}*")
    } else {
        word.to_owned()
    }
}

/// Passed, failed and not run; a dash where there is nothing to run.
fn tests(tests: &Tests) -> String {
    three([tests.passed, tests.failed, tests.not_run])
}

/// Errors, warnings and notes; a dash where there are none.
fn problems(problems: &Problems) -> String {
    three([problems.errors, problems.warnings, problems.notes])
}

fn three(counts: [usize; 3]) -> String {
    if counts == [0; 3] {
        return "-".to_owned();
    }
    counts.map(|count| count.to_string()).join("/")
}

/// What the columns hold that their heads cannot say.
fn legend(status: &Status, columns: &[Column]) -> String {
    let has = |head: &str| columns.iter().any(|column| column.head == head);
    let mut text = "\nTests: passed/failed/not run. Problems: errors/warnings/notes.".to_owned();
    if has("Code") {
        text += " Code: lines.";
    }
    text.push('\n');
    let stale = status.chapters.iter().filter(|row| row.stale == Some(true));
    let names: Vec<&str> = stale.map(|row| row.title.as_str()).collect();
    if !names.is_empty() {
        text += &format!("* The outline has changed since the text came in: {}.\n", names.join("; "));
    }
    text
}

/// Lets columns leave until the rest has room, and cuts titles to what is left.
fn fit(columns: &mut Vec<Column>, room: usize) {
    let others = |columns: &[Column]| {
        let widths = columns.iter().filter(|column| column.head != "Chapter").map(width);
        widths.sum::<usize>() + GAP.len() * columns.len().saturating_sub(1)
    };
    let titles = columns.iter().find(|column| column.head == "Chapter").map_or(0, width);
    while others(columns) + TITLE.min(titles) > room {
        let first = columns.iter().enumerate().max_by_key(|(_, column)| column.leaves);
        match first.filter(|(_, column)| column.leaves > 0).map(|(at, _)| at) {
            Some(at) => drop(columns.remove(at)),
            None => break,
        }
    }
    let left = room.saturating_sub(others(columns)).max(LEAST_TITLE);
    if let Some(titles) = columns.iter_mut().find(|column| column.head == "Chapter") {
        for cell in &mut titles.cells {
            *cell = cut(cell, left);
        }
    }
}

fn width(column: &Column) -> usize {
    let cells = column.cells.iter().map(|cell| cell.width());
    cells.max().unwrap_or(0).max(column.head.width())
}

fn pad(cell: &str, width: usize, right: bool) -> String {
    let space = " ".repeat(width.saturating_sub(cell.width()));
    if right { space + cell } else { format!("{cell}{space}") }
}

/// Text cut to a width, with an ellipsis where something is missing.
pub(super) fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        let longer = format!("{kept}{letter}");
        if longer.width() + 1 > room {
            break;
        }
        kept = longer;
    }
    kept.trim_end().to_owned() + "…"
}

/// A bar of blocks; it is full only when nothing is missing, and empty only when nothing is there.
fn bar(part: usize, whole: usize) -> String {
    let full = match (part, whole) {
        (0, 0) => BAR,
        (0, _) => 0,
        (part, whole) if part >= whole => BAR,
        (part, whole) => (part * BAR / whole).clamp(1, BAR - 1),
    };
    "█".repeat(full) + &"░".repeat(BAR - full)
}

/// `12,345`
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 word`, `2 words`
pub(super) fn number(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_when_all_is_there() {
        for (part, whole, full) in [(0, 0, 8), (0, 5, 0), (1, 100, 1), (99, 100, 7), (5, 5, 8), (6, 5, 8)] {
            assert_eq!(bar(part, whole).matches('█').count(), full, "{part} of {whole}");
        }
    }

    #[test]
    fn titles_are_cut_by_what_is_seen_of_them() {
        assert_eq!(cut("Variables", 9), "Variables");
        assert_eq!(cut("Variables, Scope", 11), "Variables,…");
        assert_eq!(cut("変数とスコープ", 8), "変数と…");
        assert_eq!(grouped(1234567), "1,234,567");
    }

    #[test]
    fn a_table_fits_its_terminal() {
        let row = |title: &str| Row {
            number: Some("12".to_owned()),
            title: title.to_owned(),
            file: Some("x.md".to_owned()),
            state: State::Reviewed,
            stale: Some(true),
            ..Row::default()
        };
        let chapters = vec![
            row("A title that is longer than any column of a table has any right to be"),
            row("B"),
        ];
        let status = Status {
            title: "T".to_owned(),
            authors: Vec::new(),
            totals: super::super::Totals::of(&chapters, Problems::default()),
            chapters,
            elsewhere: Problems::default(),
            damaged: None,
        };
        for columns in [64, 80, 100, 120, 200] {
            let text = write(&status, Screen::Terminal(columns));
            let table = text.lines().skip(3).take_while(|line| !line.is_empty());
            assert!(table.clone().count() == 5, "{text}");
            for line in table {
                assert!(line.width() <= columns, "{columns}: {line}");
            }
        }
        assert!(write(&status, Screen::Pipe).contains("right to be"));
    }
}
