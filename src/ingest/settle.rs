//! The drafts of a reply made ready for their files: repetitions joined, in the outline's order, without words to the user.

use super::headings::{self, Style, Targets, key};
use super::pieces::{Draft, Piece, Reader, What};
use super::reply::Line;
use super::{Place, tails};
use crate::diag::{Diagnostics, codes};

impl Reader<'_> {
    /// The drafts, settled.
    pub(super) fn finish(self) -> Vec<Draft> {
        let (targets, place, diagnostics) = (self.targets, self.place, self.diagnostics);
        let mut drafts = self.drafts;
        let count = drafts.len();
        for (at, draft) in drafts.iter_mut().enumerate() {
            farewell(draft, at + 1 == count, &place, diagnostics);
            for piece in &mut draft.pieces {
                tidy(&mut piece.lines);
            }
            join_repeated(draft, targets, &place, diagnostics);
            draft
                .pieces
                .retain(|piece| piece.what != What::Opening || !piece.lines.is_empty());
            order(draft, targets, &place, diagnostics);
            report_missing(draft, targets, &place, diagnostics);
        }
        drafts.sort_by_key(|draft| draft.chapter);
        drafts
    }
}

/// Takes off what no text begins or ends with, and makes one blank line of several.
pub(super) fn tidy(lines: &mut Vec<Line>) {
    tails::trim_start(lines);
    tails::trim_end(lines);
    unindent(lines);
    lines.dedup_by(|line, before| !line.code && !before.code && line.is_blank() && before.is_blank());
}

/// Takes the indentation off the text below a bullet that was a heading; not where it hides what would be headings.
fn unindent(lines: &mut Vec<Line>) {
    let indent = |line: &Line| line.text.len() - line.text.trim_start_matches(' ').len();
    let shared = lines.iter().filter(|line| !line.is_blank()).map(indent).min().unwrap_or(0);
    if shared < 2 || lines.iter().all(|line| line.code) {
        return;
    }
    let cut = |line: &Line| Line {
        text: line.text.get(indent(line).min(shared)..).unwrap_or_default().to_owned(),
        ..line.clone()
    };
    let plain: Vec<Line> = lines.iter().map(cut).collect();
    let is_heading = |at: usize| headings::read(&plain, at).is_some_and(|seen| seen.style == Style::Marked);
    if !(0..plain.len()).any(is_heading) {
        *lines = plain;
    }
}

/// Takes off what speaks to the user.
fn farewell(draft: &mut Draft, last: bool, place: &Place, diagnostics: &mut Diagnostics) {
    let count = draft.pieces.len();
    for (at, piece) in draft.pieces.iter_mut().enumerate() {
        let Some(gone) = tails::take_farewell(&mut piece.lines, last && at + 1 == count) else {
            continue;
        };
        let lines = place.lines(gone.clone());
        let message = format!("what speaks to you and not to the reader, {lines}, is left out");
        diagnostics.report(&codes::REPLY_TAIL, place.span(gone), message);
    }
}

/// Makes one of pieces that stand twice.
fn join_repeated(draft: &mut Draft, targets: &Targets, place: &Place, diagnostics: &mut Diagnostics) {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut known: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for piece in std::mem::take(&mut draft.pieces) {
        let name = format!("{:?}", piece.what);
        let Some(first) = known.get(&name).and_then(|at| pieces.get_mut(*at)) else {
            known.insert(name, pieces.len());
            pieces.push(piece);
            continue;
        };
        if first.lines.is_empty() || piece.lines.is_empty() || piece.body() == first.body() {
            if first.lines.is_empty() {
                *first = piece;
            }
            continue;
        }
        let title = title(&piece, draft.chapter, targets);
        let span = place.span(piece.at.clone());
        if begins_alike(first, &piece) {
            let (kept, lost) = if piece.body().len() >= first.body().len() {
                (piece, first.clone())
            } else {
                (first.clone(), piece)
            };
            let gone = lost.at.start..lost.lines.last().map_or(lost.at.end, |line| line.at.end);
            let message = format!(
                "{title} stands twice; the longer text is taken, and {} left out",
                place.lines(gone)
            );
            diagnostics.report(&codes::REPLY_REPEATED, span, message);
            *first = kept;
        } else {
            diagnostics
                .report(
                    &codes::REPLY_REPEATED,
                    span,
                    format!("{title} stands twice; the second text follows the first"),
                )
                .hint("read the place where they meet");
            let at = piece.at.start..piece.at.start;
            first.lines.push(Line {
                text: String::new(),
                at,
                code: false,
            });
            first.lines.extend(piece.lines);
        }
    }
    draft.pieces = pieces;
}

/// Whether two texts begin with the same words, as where a model has begun a section anew.
fn begins_alike(a: &Piece, b: &Piece) -> bool {
    let start = |piece: &Piece| -> String {
        let line = piece.lines.iter().find(|line| !line.is_blank());
        key(line.map_or("", |line| line.text.as_str())).chars().take(40).collect()
    };
    let (a, b) = (start(a), start(b));
    !a.is_empty() && !b.is_empty() && (a.starts_with(&b) || b.starts_with(&a) || strsim::normalized_levenshtein(&a, &b) > 0.7)
}

/// A piece as messages name it.
fn title(piece: &Piece, chapter: usize, targets: &Targets) -> String {
    match &piece.what {
        What::Opening => "the opening of the chapter".to_owned(),
        What::Section(section) => {
            let target = targets.section(chapter, *section);
            format!("`{}`", target.map_or("a section", |target| target.title.as_str()))
        }
        What::Extra(_) | What::Takeaways | What::Tail(_) => format!("`{}`", piece.heading.as_deref().unwrap_or_default()),
    }
}

/// Puts the pieces into the outline's order.
fn order(draft: &mut Draft, targets: &Targets, place: &Place, diagnostics: &mut Diagnostics) {
    let mut highest = None;
    let mut told = false;
    for piece in &draft.pieces {
        let What::Section(section) = piece.what else { continue };
        if highest.is_some_and(|highest| section < highest) && !told {
            told = true;
            let name = title(piece, draft.chapter, targets);
            diagnostics
                .report(
                    &codes::REPLY_ORDER,
                    place.span(piece.at.clone()),
                    format!("{name} does not stand where the outline has it"),
                )
                .hint("the sections were put into the outline's order");
        }
        highest = highest.max(Some(section));
    }
    // What the outline does not have goes with what it follows.
    let mut last = 0;
    let mut ranked: Vec<(usize, Piece)> = Vec::new();
    for piece in std::mem::take(&mut draft.pieces) {
        last = match piece.what {
            What::Opening => 0,
            What::Section(section) => section + 1,
            What::Extra(_) => last,
            What::Takeaways => usize::MAX - 1,
            What::Tail(_) => usize::MAX,
        };
        ranked.push((last, piece));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    draft.pieces = ranked.into_iter().map(|(_, piece)| piece).collect();
}

/// Tells which sections a whole chapter lacks.
fn report_missing(draft: &Draft, targets: &Targets, place: &Place, diagnostics: &mut Diagnostics) {
    let Some(at) = draft.title.clone() else { return };
    let has = |section: usize| draft.pieces.iter().any(|piece| piece.what == What::Section(section));
    let missing: Vec<String> = targets
        .sections(draft.chapter)
        .filter(|target| target.section.is_some_and(|section| !has(section)))
        .map(|target| format!("`{}`", target.title))
        .collect();
    if missing.is_empty() {
        return;
    }
    let shown: Vec<&str> = missing.iter().take(4).map(String::as_str).collect();
    let more = if missing.len() > shown.len() {
        format!(" and {} more", missing.len() - shown.len())
    } else {
        String::new()
    };
    diagnostics
        .report(
            &codes::REPLY_MISSING,
            place.span(at),
            format!(
                "the reply lacks {} of the outline: {}{more}",
                count(missing.len()),
                shown.join(", ")
            ),
        )
        .hint("ask for what is missing; a reply with one section goes into its place in the chapter");
}

fn count(sections: usize) -> String {
    format!("{sections} section{}", if sections == 1 { "" } else { "s" })
}
