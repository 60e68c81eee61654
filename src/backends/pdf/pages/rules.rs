//! The rules of setting pages, each a function of its own over [`Pages`].
//!
//! They are those that books on typography agree on: the *Chicago Manual of Style*, Bringhurst's *Elements of Typographic
//! Style*, Tschichold's essays. What a rule counts is said at the rule. A fault names the page, the place in the manuscript,
//! what is wrong and by how much.

use super::{Kind, Line, Page, Pages};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A rule that a page breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Which rule: `widow`.
    pub rule: &'static str,
    /// The number of the page in the book, from 1.
    pub page: usize,
    /// What stands on the page as its number.
    pub label: String,
    /// The block of the manuscript that it is about.
    pub span: Option<Span>,
    /// What is wrong.
    pub message: String,
}

/// A rule: its name, and what finds where it is broken.
pub type Rule = (&'static str, fn(&Pages) -> Vec<Fault>);

/// All rules.
pub const ALL: &[Rule] = &[
    ("line-in-margin", line_in_margin),
    ("widow", widow),
    ("orphan", orphan),
    ("low-heading", low_heading),
    ("short-page", short_page),
    ("broken-statement", broken_statement),
    ("lone-code-line", lone_code_line),
    ("figure-in-listing", figure_in_listing),
    ("lone-row", lone_row),
    ("figure-in-table", figure_in_table),
    ("far-from-reference", far_from_reference),
    ("off-the-grid", off_the_grid),
    ("uneven-spread", uneven_spread),
    ("running-head", running_head),
    ("hyphens-in-a-row", hyphens_in_a_row),
    ("ragged-numbers", ragged_numbers),
];

/// The faults of all rules, in order of pages.
pub fn judge(pages: &Pages) -> Vec<Fault> {
    let mut faults: Vec<Fault> = ALL.iter().flat_map(|(_, rule)| rule(pages)).collect();
    faults.sort_by_key(|fault| fault.page);
    faults
}

/// By how much anything may be beside its place, in pt: neither Typst nor a press is exact beyond this.
pub(in crate::backends::pdf) const HAIR: f64 = 0.3;

/// By how much a rule along an edge may be beside it: half of its width.
pub(in crate::backends::pdf) const RULE: f64 = 1.05;

fn fault(rule: &'static str, page: &Page, span: Option<Span>, message: String) -> Fault {
    Fault {
        rule,
        page: page.number,
        label: page.label.clone(),
        span,
        message,
    }
}

/// The first words of a line, to find it by.
fn beginning(line: &Line) -> String {
    let mut words: String = line.text.trim().chars().take(32).collect();
    if line.text.trim().chars().count() > 32 {
        words.push('…');
    }
    words
}

/// No line of text and no picture, box or rule reaches out of the rectangle of the text.
///
/// A mark at a line's end may hang into the margin, as it does in good setting, and a rule along an edge stands half on
/// either side of it.
pub fn line_in_margin(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for page in &pages.pages {
        let block = page.block;
        for line in page.lines.iter().filter(|line| line.kind != Kind::Foot) {
            let over = (line.right - line.hang - block.right).max(block.left - line.left - line.size * 0.5);
            let below = line.baseline - block.bottom;
            if over > HAIR || below > HAIR {
                let (over, side) = if over > HAIR {
                    (over, "margin")
                } else {
                    (below, "foot margin")
                };
                let message = format!("a line reaches {over:.1} pt into the {side}: {}", beginning(line));
                faults.push(fault("line-in-margin", page, line.span, message));
            }
        }
        for shape in &page.shapes {
            let over = (shape.area.right - block.right)
                .max(block.left - shape.area.left)
                .max(shape.area.bottom - block.bottom);
            if over > RULE && page.chapter.is_some() {
                let what = if shape.picture { "a picture" } else { "a box or rule" };
                let message = format!("{what} reaches {over:.1} pt into the margin");
                faults.push(fault("line-in-margin", page, shape.span, message));
            }
        }
    }
    faults
}

/// The lines of each paragraph, by page: where paragraphs are broken, two entries follow each other.
fn paragraphs(pages: &Pages, kinds: &[Kind]) -> BTreeMap<Span, Vec<(usize, Vec<Line>)>> {
    let mut found: BTreeMap<Span, Vec<(usize, Vec<Line>)>> = BTreeMap::new();
    for (at, page) in pages.pages.iter().enumerate() {
        for line in page.lines.iter().filter(|line| kinds.contains(&line.kind)) {
            let Some(span) = line.span else { continue };
            let parts = found.entry(span).or_default();
            match parts.last_mut() {
                Some((last, lines)) if *last == at => lines.push(line.clone()),
                _ => parts.push((at, vec![line.clone()])),
            }
        }
    }
    found
}

/// How many rows lines stand on: those on one baseline are one.
fn rows(lines: &[Line]) -> usize {
    let mut rows = 0;
    let mut before = f64::NEG_INFINITY;
    for line in lines {
        if (line.baseline - before).abs() > line.size * 0.5 {
            rows += 1;
        }
        before = line.baseline;
    }
    rows
}

/// Broken blocks with the page before and the page after each break, and the lines on either side.
fn broken(pages: &Pages, kinds: &[Kind], mut see: impl FnMut(Span, (&Page, &[Line]), (&Page, &[Line]))) {
    for (span, parts) in paragraphs(pages, kinds) {
        for pair in parts.windows(2) {
            if let [(first, above), (second, below)] = pair
                && let (Some(first), Some(second)) = (pages.pages.get(*first), pages.pages.get(*second))
                && second.number == first.number + 1
            {
                see(span, (first, above.as_slice()), (second, below.as_slice()));
            }
        }
    }
}

/// A page does not begin with the last line of a paragraph alone (a widow).
pub fn widow(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    broken(pages, &[Kind::Text, Kind::Note], |span, _, (page, lines)| {
        if rows(lines) == 1
            && let Some(line) = lines.first()
        {
            let message = format!("the page begins with the last line of a paragraph: {}", beginning(line));
            faults.push(fault("widow", page, Some(span), message));
        }
    });
    faults
}

/// A page does not end with the first line of a paragraph alone (an orphan).
pub fn orphan(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    broken(pages, &[Kind::Text, Kind::Note], |span, (page, lines), _| {
        if rows(lines) == 1
            && let Some(line) = lines.first()
        {
            let message = format!("the page ends with the first line of a paragraph: {}", beginning(line));
            faults.push(fault("orphan", page, Some(span), message));
        }
    });
    faults
}

/// A heading has at least two lines below it on its page, or a picture. Where a chapter ends there need not be so many, and
/// below a heading without text there are none.
pub fn low_heading(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for page in pages.pages.iter().filter(|page| !page.last) {
        let next = pages.pages.get(page.number).and_then(|next| next.body().next());
        let leads = |at: usize| {
            page.body()
                .nth(at + 1)
                .or(next)
                .is_some_and(|line| line.kind != Kind::Heading)
        };
        let headings = page
            .body()
            .enumerate()
            .filter(|(at, line)| line.kind == Kind::Heading && leads(*at));
        for (_, heading) in headings {
            let below = |baseline: f64| baseline > heading.baseline + 1.0;
            let lines: Vec<Line> = page
                .body()
                .filter(|line| line.kind != Kind::Heading && below(line.baseline))
                .cloned()
                .collect();
            let picture = page.shapes.iter().any(|shape| shape.picture && below(shape.area.top));
            if rows(&lines) < 2 && !picture {
                let message = format!(
                    "a heading stands in the last two lines of a page, with {} below it: {}",
                    rows(&lines),
                    beginning(heading)
                );
                faults.push(fault("low-heading", page, heading.span, message));
            }
        }
    }
    faults
}

/// The least share of a page that is in use.
pub(in crate::backends::pdf) const LEAST_FULL: f64 = 1.0 / 3.0;

/// A page is at least a third full, unless a chapter ends on it.
pub fn short_page(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for page in pages.pages.iter().filter(|page| page.chapter.is_some() && !page.last) {
        let full = page.fullness();
        if full < LEAST_FULL {
            let span = page.body().last().and_then(|line| line.span);
            let message = format!("only {:.0}% of the page is in use", full * 100.0);
            faults.push(fault("short-page", page, span, message));
        }
    }
    faults
}

/// Lines of code as the code has them: a line that goes on below is one with what it begins.
fn code_lines(lines: &[Line], numbered: bool) -> Vec<&Line> {
    let begins = |line: &&Line| !line.text.trim_start().starts_with('↪');
    let mut whole: Vec<&Line> = Vec::new();
    for line in lines.iter().filter(begins) {
        // Runs that are far apart in one row are one line.
        let same = whole.last().is_some_and(|last| (last.baseline - line.baseline).abs() < 1.0);
        let text = line.text.trim();
        let blank = text.is_empty() || numbered && text.chars().all(|letter| letter.is_ascii_digit());
        if !same && !blank {
            whole.push(line);
        }
    }
    whole
}

/// How many lines before a break are looked at for a better place.
const REACH: usize = 10;

/// A listing that goes over a page is broken before a statement, where there is one near.
///
/// A statement begins where a line neither closes nor continues what stands before it and is not moved in deeper than that;
/// code without any, such as data, may end anywhere, and so may what a program prints.
pub fn broken_statement(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut printed: BTreeMap<Span, usize> = BTreeMap::new();
    broken(pages, &[Kind::Code], |span, (page, above), (_, below)| {
        let Some(code) = pages.code.get(&span) else { return };
        let at = printed.entry(span).or_default();
        let here = code_lines(above, code.numbered).len();
        *at += here;
        let code = &code.lines;
        let filled: Vec<(usize, &str)> = code
            .iter()
            .map(String::as_str)
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .collect();
        let begins = |at: usize| {
            let before = |number: usize| {
                number
                    .checked_sub(1)
                    .and_then(|before| code.get(before))
                    .map_or("", String::as_str)
            };
            filled
                .get(at)
                .is_some_and(|(number, line)| super::super::listing::begins_statement(before(*number), line))
        };
        let goes_on = below.first().is_some_and(|line| line.text.trim_start().starts_with('↪'));
        // On this page, with enough lines before it.
        let first = at.saturating_sub(here) + 3;
        let better = (first.max(at.saturating_sub(REACH))..*at).rev().find(|at| begins(*at));
        if (goes_on || !begins(*at))
            && let Some((number, line)) = better.and_then(|at| filled.get(at))
        {
            let message = format!(
                "the page breaks a statement of a listing before `{}`; it could end before line {}, `{}`",
                filled.get(*at).map_or("", |(_, line)| line.trim()),
                number + 1,
                line.trim()
            );
            faults.push(fault("broken-statement", page, Some(span), message));
        }
    });
    faults
}

/// A listing leaves no line alone on a page.
pub fn lone_code_line(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    broken(pages, &[Kind::Code], |span, above, below| {
        let numbered = pages.code.get(&span).is_some_and(|code| code.numbered);
        for (page, lines) in [above, below] {
            if let [line] = code_lines(lines, numbered).as_slice() {
                let message = format!("one line of a listing is alone on its page: {}", beginning(line));
                faults.push(fault("lone-code-line", page, Some(span), message));
            }
        }
    });
    faults
}

/// No figure and no table stands between two parts of a listing: a reader takes it for the listing's end.
pub fn figure_in_listing(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    in_listings(pages, |page, _, listing, line| {
        let message = format!(
            "a figure or table stands in the middle of a listing, beside: {}",
            beginning(line)
        );
        faults.push(fault("figure-in-listing", page, Some(listing), message));
    });
    faults
}

/// The figures that stand between two parts of a listing, as far as it is known where they come from, and the listings.
pub(in crate::backends::pdf) fn figures_in_listings(pages: &Pages) -> Vec<(Option<Span>, Span)> {
    let mut found = Vec::new();
    in_listings(pages, |_, figure, listing, _| found.push((figure, listing)));
    found
}

fn in_listings(pages: &Pages, mut see: impl FnMut(&Page, Option<Span>, Span, &Line)) {
    broken(pages, &[Kind::Code], |listing, (first, above), (second, below)| {
        if let (Some(last), Some(next)) = (above.last(), below.first()) {
            for figure in shown(first, |height| height > last.baseline) {
                see(first, figure, listing, last);
            }
            for figure in shown(second, |height| height < next.baseline) {
                see(second, figure, listing, next);
            }
        }
    });
}

/// A table that goes over a page leaves no row alone on one.
pub fn lone_row(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for table in divided(pages) {
        for (page, rows) in [table.above, table.below] {
            if rows.iter().map(|(row, _)| row).collect::<BTreeSet<_>>().len() == 1
                && let Some((_, line)) = rows.first()
            {
                let message = format!("one row of a table is alone on its page: {}", beginning(line));
                faults.push(fault("lone-row", page, Some(table.span), message));
            }
        }
    }
    faults
}

/// No figure and no other table stands between two parts of a table.
pub fn figure_in_table(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for table in divided(pages) {
        let ((first, above), (second, below)) = (&table.above, &table.below);
        let (Some((_, last)), Some((_, next))) = (above.last(), below.first()) else {
            continue;
        };
        let behind = shown(first, |height| height > last.baseline);
        let before = shown(second, |height| height < next.baseline);
        // A caption is repeated with the head.
        if behind.iter().chain(&before).any(|shown| *shown != Some(table.span)) {
            let message = format!(
                "a figure or table stands in the middle of a table, before: {}",
                beginning(next)
            );
            faults.push(fault("figure-in-table", second, Some(table.span), message));
        }
    }
    faults
}

/// The tables that are badly divided and could stand on one page.
pub(in crate::backends::pdf) fn badly_divided(pages: &Pages) -> BTreeSet<Span> {
    let faults = lone_row(pages).into_iter().chain(figure_in_table(pages));
    let tables: BTreeSet<Span> = faults.filter_map(|fault| fault.span).collect();
    let height = |table: &Divided| {
        let part = |(page, rows): &Rows| {
            let heights = rows.iter().map(|(_, line)| line.baseline);
            let top = heights.clone().fold(page.block.bottom, f64::min);
            heights.fold(top, f64::max) - top
        };
        // Caption and head, and the row at either side.
        part(&table.above) + part(&table.below) + 5.0 * pages.leading
    };
    divided(pages)
        .iter()
        .filter(|table| tables.contains(&table.span))
        .filter(|table| height(table) < (table.above.0.block.bottom - table.above.0.block.top) * 0.9)
        .map(|table| table.span)
        .collect()
}

/// The rows on a page, each of their lines with the row's number.
type Rows<'a> = (&'a Page, Vec<(usize, &'a Line)>);

/// A table that is divided over two pages.
struct Divided<'a> {
    span: Span,
    above: Rows<'a>,
    below: Rows<'a>,
}

fn divided(pages: &Pages) -> Vec<Divided<'_>> {
    let mut parts: BTreeMap<Span, Vec<Rows>> = BTreeMap::new();
    for page in &pages.pages {
        for line in page.lines.iter().filter(|line| line.kind == Kind::Cell) {
            let Some(row) = line.span.and_then(|span| pages.rows.get(&span)) else {
                continue;
            };
            let parts = parts.entry(row.table).or_default();
            match parts.last_mut() {
                Some((last, rows)) if last.number == page.number => rows.push((row.at, line)),
                _ => parts.push((page, vec![(row.at, line)])),
            }
        }
    }
    let pairs = parts.into_iter().flat_map(|(span, parts)| {
        let pairs: Vec<Divided> = parts
            .windows(2)
            .filter_map(|pair| match pair {
                [above, below] => Some(Divided {
                    span,
                    above: above.clone(),
                    below: below.clone(),
                }),
                _ => None,
            })
            .collect();
        pairs
    });
    pairs.collect()
}

/// The blocks with a picture or a caption in a part of a page, each once.
fn shown(page: &Page, within: impl Fn(f64) -> bool) -> BTreeSet<Option<Span>> {
    let pictures = page.shapes.iter().filter(|shape| shape.picture);
    let pictures = pictures.filter(|shape| within(shape.area.bottom) && within(shape.area.top));
    let captions = page
        .lines
        .iter()
        .filter(|line| line.kind == Kind::Caption && within(line.baseline));
    pictures
        .map(|shape| shape.span)
        .chain(captions.map(|line| line.span))
        .collect()
}

/// A figure, table or listing stands on the page of what stands before it in the manuscript, or on the next; and at most a
/// turn of the leaf after the text of its section that first refers to it.
pub fn far_from_reference(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    let extents = extents(pages);
    let page_at = |at: usize| pages.pages.get(at);
    // The page on which a block says a name, or else begins.
    let says = |span: Span, name: &str| {
        let (first, last) = *extents.get(&span)?;
        let named = |page: &&Page| {
            page.lines
                .iter()
                .any(|line| line.span == Some(span) && line.text.contains(name))
        };
        let within = pages.pages.get(first..=last).unwrap_or_default();
        within.iter().find(named).or(page_at(first))
    };
    for placed in &pages.numbered {
        let Some(page) = extents.get(&placed.span).and_then(|(first, _)| page_at(*first)) else {
            continue;
        };
        let referred = placed.reference.and_then(|span| says(span, &placed.name));
        let before = placed.before.and_then(|span| page_at(extents.get(&span)?.1));
        let is_next = |from: &Page| page.number <= from.number + 1;
        let most = if pages.facing { 2 } else { 3 };
        let is_turned = |from: &Page| page.number <= from.number + most || page.number / 2 <= from.number / 2 + 1;
        let far = match (before, referred) {
            (Some(from), _) if !is_next(from) => Some((from, "the text before it")),
            (_, Some(from)) if !is_turned(from) => Some((from, "the text that refers to it")),
            _ => None,
        };
        if let Some((from, what)) = far {
            let message = format!(
                "{} stands {} pages after {what} on page {}; it belongs closer to that in the manuscript, or smaller",
                placed.name,
                page.number - from.number,
                from.label
            );
            faults.push(fault("far-from-reference", page, Some(placed.span), message));
        }
    }
    faults
}

/// The first and the last page of each block, counted from 0. What the index shows belongs to no block.
fn extents(pages: &Pages) -> BTreeMap<Span, (usize, usize)> {
    let mut found: BTreeMap<Span, (usize, usize)> = BTreeMap::new();
    for (at, page) in pages.pages.iter().enumerate() {
        let lines = page.lines.iter().filter_map(|line| line.span);
        for span in lines.chain(page.shapes.iter().filter_map(|shape| shape.span)) {
            found.entry(span).or_insert((at, at)).1 = at;
        }
    }
    found
}

/// Lines of running text stand on the lines of one grid, so that they are at the same height on both sides of a leaf and
/// of a spread.
///
/// The grid is that of the theme's leading, from the last line of a page upwards. Lists, quotes and tables keep their own
/// distances and give back the grid behind them.
pub fn off_the_grid(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for page in pages.pages.iter().filter(|page| page.chapter.is_some()) {
        let off = |line: &Line| {
            let lines = (page.block.bottom - line.baseline - DESCENT * pages.size) / pages.leading;
            (lines - lines.round()) * pages.leading
        };
        let mut running = page.lines.iter().filter(|line| is_running(pages, line));
        if let Some(line) = running.find(|line| off(line).abs() > HAIR) {
            let message = format!(
                "a line of text stands {:.1} pt off the grid of lines: {}",
                off(line),
                beginning(line)
            );
            faults.push(fault("off-the-grid", page, line.span, message));
        }
    }
    faults
}

/// How many lines of text have room between the lowest line of a page and its foot, or its notes.
pub fn lines_free(pages: &Pages, page: &Page) -> f64 {
    let notes = page.lines.iter().filter(|line| line.kind == Kind::Note);
    // What parts notes from text takes about a line.
    let tops = notes.map(|line| line.baseline - line.size - pages.leading);
    let end = tops.fold(page.block.bottom, f64::min);
    let last = lowest(page).map_or(page.block.top, |line| line.baseline + DESCENT * pages.size);
    let shapes = page
        .shapes
        .iter()
        .map(|shape| shape.area.bottom)
        .filter(|bottom| *bottom <= end);
    ((end - shapes.fold(last, f64::max)) / pages.leading).max(0.0)
}

/// The lowest line of a page, notes left aside.
fn lowest(page: &Page) -> Option<&Line> {
    let inside = |line: &&Line| !matches!(line.kind, Kind::Head | Kind::Foot | Kind::Note);
    let lines = page.lines.iter().filter(inside);
    lines.max_by(|a, b| a.baseline.total_cmp(&b.baseline))
}

/// From the baseline of a line to its lower edge, as a share of its size; as in the template.
const DESCENT: f64 = 0.24;

/// Whether a line is one of running text in its full size.
fn is_running(pages: &Pages, line: &Line) -> bool {
    line.kind == Kind::Text && line.span.is_some_and(|span| pages.running.contains(&span))
}

/// How many lines a page may leave free although text goes on: those that have to stay together.
const UNEVEN: f64 = 2.1;

/// Two facing pages end on the same line where the text allows.
///
/// What keeps lines together may leave two lines free. More are free only where the next page begins with what is not broken
/// over pages: a heading, a picture, a table, a listing, or a line or two that lead to one.
pub fn uneven_spread(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (left, right) in spreads(pages) {
        let (Some(one), Some(other)) = (text_end(pages, left), text_end(pages, right)) else {
            continue;
        };
        let (free, other_free) = (lines_free(pages, left), lines_free(pages, right));
        let (page, line) = if free > other_free { (left, one) } else { (right, other) };
        let apart = (free - other_free).abs();
        if apart > UNEVEN && text_goes_on(pages, page) {
            let message = format!(
                "facing pages {} and {} end {apart:.1} lines apart although text goes on: {}",
                left.label,
                right.label,
                beginning(line)
            );
            faults.push(fault("uneven-spread", page, line.span, message));
        }
    }
    faults
}

/// Whether the page behind this one begins with text that might be broken: three lines of one paragraph.
fn text_goes_on(pages: &Pages, page: &Page) -> bool {
    let Some(next) = pages.pages.get(page.number) else {
        return false;
    };
    let mut body = next.body();
    let Some(first) = body.next().filter(|line| is_running(pages, line)) else {
        return false;
    };
    let more: Vec<&Line> = body.take(2).collect();
    let above = next
        .shapes
        .iter()
        .any(|shape| shape.area.bottom < first.baseline && shape.area.top > next.block.top - 1.0);
    !above && more.len() == 2 && more.iter().all(|line| line.span == first.span)
}

/// Pages that face each other and on both of which a chapter goes on.
pub fn spreads(pages: &Pages) -> impl Iterator<Item = (&Page, &Page)> {
    let goes_on = |page: &Page| page.chapter.is_some() && !page.last;
    let facing = pages.facing;
    pages.pages.windows(2).filter_map(move |pair| match pair {
        [left, right] if facing && left.is_left() && goes_on(left) && goes_on(right) => Some((left, right)),
        _ => None,
    })
}

/// The last line of a page where that is one of running text.
pub fn text_end<'a>(pages: &Pages, page: &'a Page) -> Option<&'a Line> {
    let line = lowest(page)?;
    let notes = page.lines.iter().any(|line| line.kind == Kind::Note);
    let is_lower = |area: &super::Area| area.bottom > line.baseline + line.size && area.bottom - area.top > 1.0;
    let below = page
        .shapes
        .iter()
        .any(|shape| is_lower(&shape.area) && (!notes || shape.picture));
    (is_running(pages, line) && !below).then_some(line)
}

/// The running head of a left-hand page says which chapter it is, that of a right-hand page the last section that begins on
/// it or before it; both have the page's number at the outer edge. Pages on which a chapter opens, and pages without text,
/// have none.
pub fn running_head(pages: &Pages) -> Vec<Fault> {
    let extents = extents(pages);
    let mut faults = Vec::new();
    for page in &pages.pages {
        let head: String = page
            .lines
            .iter()
            .filter(|line| line.kind == Kind::Head)
            .map(|line| line.text.as_str())
            .collect();
        let head: String = head.split_whitespace().collect();
        let wanted = match page.chapter {
            Some(chapter) if !page.first => wanted_head(pages, &extents, page, chapter),
            _ => String::new(),
        };
        if head != wanted {
            let message = format!("the running head is `{head}` and has to be `{wanted}`");
            faults.push(fault(
                "running-head",
                page,
                page.body().next().and_then(|line| line.span),
                message,
            ));
        }
    }
    faults
}

fn wanted_head(pages: &Pages, extents: &BTreeMap<Span, (usize, usize)>, page: &Page, chapter: usize) -> String {
    let Some(heads) = pages.heads.get(chapter) else {
        return String::new();
    };
    if pages.facing && page.is_left() {
        return format!("{}{}", page.label, heads.chapter);
    }
    let begun = |span: Span| extents.get(&span).is_some_and(|(first, _)| *first < page.number);
    let section = heads.sections.iter().rev().find(|(span, _)| begun(*span));
    format!("{}{}", section.map_or(&heads.chapter, |(_, title)| title), page.label)
}

/// No more than two lines that follow one another end with hyphens.
pub fn hyphens_in_a_row(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (span, parts) in paragraphs(pages, &[Kind::Text, Kind::Note, Kind::Cell]) {
        let mut row = 0;
        for (at, lines) in parts {
            for line in lines {
                row = if line.hyphenated { row + 1 } else { 0 };
                if row == 3
                    && let Some(page) = pages.pages.get(at)
                {
                    let message = format!(
                        "three lines in a row end with hyphens, the last of them: {}",
                        beginning(&line)
                    );
                    faults.push(fault("hyphens-in-a-row", page, Some(span), message));
                }
            }
        }
    }
    faults
}

/// Numbers below one another in a table stand with their last digits below one another, where they have as many decimals.
pub fn ragged_numbers(pages: &Pages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for column in &pages.columns {
        for page in &pages.pages {
            let mut edges: BTreeMap<usize, f64> = BTreeMap::new();
            let cells = page
                .lines
                .iter()
                .filter(|line| line.span.is_some_and(|span| column.cells.contains(&span)));
            for line in cells {
                let decimals = line.text.split_once('.').map_or(0, |(_, decimals)| decimals.chars().count());
                let edge = *edges.entry(decimals).or_insert(line.right);
                if (edge - line.right).abs() > HAIR {
                    let message = format!(
                        "the numbers in column {} of a table do not stand below one another: `{}` ends {:.1} pt beside the first",
                        column.column,
                        line.text.trim(),
                        (edge - line.right).abs()
                    );
                    faults.push(fault("ragged-numbers", page, Some(column.table), message));
                    break;
                }
            }
        }
    }
    faults
}
