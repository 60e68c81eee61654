//! Preflight: what a press or a store would refuse in a finished file, and by which rule.
//!
//! Gets the bytes of any PDF, whoever made it, and a [`Profile`]; gives [`Finding`]s. EPUBs are judged by [`epub`]. Each names the rule, what was found, what
//! is asked for, where, and who says so. What a page prints is measured by going over all that it draws, so margins
//! are those of the ink and not those that somebody meant.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod epub;
mod ink;
mod pdf;
#[cfg(test)]
mod tests;

use super::profile::{Feature, Profile, Source};
use super::store::Weight;
use kurbo::Rect;
use pdf::{Facts, PageFacts, Unread};
use std::collections::BTreeSet;

/// Lengths that differ by less than this, in pt, are equal: files are written with three decimals.
const TOLERANCE: f64 = 0.1;

/// Something that a press or a store would refuse, or show otherwise than meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which of the profile's rules it is about: `margins`.
    pub rule: &'static str,
    /// What was found and what is asked for, as a clause without a full stop.
    pub message: String,
    /// The pages where it was found, counted from 1 as they lie in the file; none where it is about the whole.
    pub pages: BTreeSet<usize>,
    /// The files of an EPUB where it was found; none where it is about the whole.
    pub files: BTreeSet<String>,
    /// What becomes of a book with that.
    pub weight: Weight,
    /// Who says so.
    pub source: Source,
}

impl Finding {
    fn new(rule: &'static str, source: &Source, message: String) -> Self {
        Self {
            rule,
            message,
            pages: BTreeSet::new(),
            files: BTreeSet::new(),
            weight: Weight::default(),
            source: source.clone(),
        }
    }

    fn on(mut self, pages: impl IntoIterator<Item = usize>) -> Self {
        self.pages.extend(pages);
        self
    }

    fn in_files<'a>(mut self, files: impl IntoIterator<Item = &'a String>) -> Self {
        self.files.extend(files.into_iter().cloned());
        self
    }

    /// The pages or files in words: `page 3`, `pages 3, 5–9`, `a.xhtml, b.xhtml`; empty for the whole file.
    pub fn places(&self) -> String {
        if self.pages.is_empty() {
            return self.file_names();
        }
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for page in &self.pages {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == *page => *last = *page,
                _ => runs.push((*page, *page)),
            }
        }
        let shown: Vec<String> = runs
            .iter()
            .take(8)
            .map(|(first, last)| {
                if first == last {
                    first.to_string()
                } else {
                    format!("{first}–{last}")
                }
            })
            .collect();
        let more = if runs.len() > shown.len() { ", …" } else { "" };
        match self.pages.len() {
            1 => format!("page {}", shown.concat()),
            _ => format!("pages {}{more}", shown.join(", ")),
        }
    }

    /// The first files by name, and how many more there are.
    fn file_names(&self) -> String {
        const MOST: usize = 3;
        let shown: Vec<&str> = self.files.iter().take(MOST).map(String::as_str).collect();
        match self.files.len().saturating_sub(MOST) {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }
}

/// Judges a PDF; no finding means that nothing in it is known to be refused.
///
/// What is judged is the inside of a book, one page after another, the first of which is a right-hand one.
pub fn judge_pdf(bytes: Vec<u8>, profile: &Profile) -> Vec<Finding> {
    let size = bytes.len() as u64;
    let source = &profile.file.source;
    let facts = match pdf::read(bytes) {
        Ok(facts) => facts,
        Err(Unread::Encrypted) => {
            return vec![Finding::new("file", source, "the file asks for a password".to_owned())];
        }
        Err(Unread::Invalid) => {
            return vec![Finding::new(
                "file",
                source,
                "the file is no PDF, or a damaged one".to_owned(),
            )];
        }
    };
    let mut findings = Vec::new();
    judge_size(size, profile, &mut findings);
    judge_pages(&facts, profile, &mut findings);
    judge_boxes(&facts, profile, &mut findings);
    judge_margins(&facts, profile, &mut findings);
    judge_contents(&facts, profile, &mut findings);
    findings
}

fn judge_size(size: u64, profile: &Profile, findings: &mut Vec<Finding>) {
    if let Some(largest) = profile.file.largest.filter(|largest| size > *largest) {
        let message = format!(
            "the file has {} MB, and {} MB are the most",
            size / 1_000_000,
            largest / 1_000_000
        );
        findings.push(Finding::new("file", &profile.file.source, message));
    }
}

fn judge_pages(facts: &Facts, profile: &Profile, findings: &mut Vec<Finding>) {
    let count = facts.pages.len();
    let rules = &profile.pages;
    let mut say = |message: String| findings.push(Finding::new("pages", &rules.source, message));
    if let Some(least) = rules.least.filter(|least| count < *least) {
        say(format!("the book has {count} pages, and {least} are the least"));
    }
    if let Some(most) = rules.most.filter(|most| count > *most) {
        say(format!("the book has {count} pages, and {most} are the most"));
    }
    if rules.even && !count.is_multiple_of(2) {
        say(format!("the book has {count} pages, and their number must be even"));
    }
}

/// Where the page is trimmed, whether all are trimmed alike, and whether the bleed is as asked for.
fn judge_boxes(facts: &Facts, profile: &Profile, findings: &mut Vec<Finding>) {
    let Some(first) = facts.pages.first() else { return };
    let source = profile.bleed.as_ref().map_or(&profile.file.source, |bleed| &bleed.source);
    let size = |page: &PageFacts| (page.trim.width(), page.trim.height());
    let (width, height) = size(first);
    let others: Vec<usize> = numbered(facts)
        .filter(|(_, page)| {
            let (w, h) = size(page);
            (w - width).abs() > TOLERANCE || (h - height).abs() > TOLERANCE
        })
        .map(|(number, _)| number)
        .collect();
    if !others.is_empty() {
        let message = format!(
            "these pages are trimmed to another size than the first one, {} × {} in",
            inches(width),
            inches(height)
        );
        findings.push(Finding::new("trim", source, message).on(others));
    }
    judge_bleed(facts, profile, findings);
    if profile.file.forbidden.contains(&Feature::Marks) {
        let marked = numbered(facts).filter(|(_, page)| has_marks(page, profile));
        let pages: Vec<usize> = marked.map(|(number, _)| number).collect();
        if !pages.is_empty() {
            let message = "there is something to print outside of the bleed, such as crop marks, and it is not allowed".to_owned();
            findings.push(Finding::new("marks", source, message).on(pages));
        }
    }
}

/// What reaches over the trimmed edge has to reach as far as the bleed.
fn judge_bleed(facts: &Facts, profile: &Profile, findings: &mut Vec<Finding>) {
    let Some(bleed) = &profile.bleed else { return };
    let mut short = Vec::new();
    for (number, page) in numbered(facts) {
        let Some(ink) = page.ink.area else { continue };
        let wanted = grown(page, [bleed.top, bleed.bottom, bleed.outside, bleed.inside], number);
        let media = rect(page.media);
        let trim = rect(page.trim);
        let over = [
            (ink.x0 - trim.x0, wanted.x0 - media.x0, trim.x0 - wanted.x0),
            (trim.x1 - ink.x1, media.x1 - wanted.x1, wanted.x1 - trim.x1),
            (ink.y0 - trim.y0, wanted.y0 - media.y0, trim.y0 - wanted.y0),
            (trim.y1 - ink.y1, media.y1 - wanted.y1, wanted.y1 - trim.y1),
        ];
        // Ink at the very edge is meant to run over it.
        if over
            .iter()
            .any(|(inside, room, asked)| *inside < TOLERANCE && *asked > 0.0 && *room < -TOLERANCE)
        {
            short.push(number);
        }
    }
    if !short.is_empty() {
        let message = format!(
            "something runs to the edge of the page, and the file has no bleed of {} in there",
            inches(bleed.outside.max(bleed.top))
        );
        findings.push(Finding::new("bleed", &bleed.source, message).on(short));
    }
}

/// The trimmed page with some lengths added: at the top, at the bottom, outside, inside.
fn grown(page: &PageFacts, [top, bottom, outside, inside]: [f64; 4], number: usize) -> Rect {
    let (left, right) = if number.is_multiple_of(2) {
        (outside, inside)
    } else {
        (inside, outside)
    };
    let trim = rect(page.trim);
    Rect::new(trim.x0 - left, trim.y0 - bottom, trim.x1 + right, trim.y1 + top)
}

fn has_marks(page: &PageFacts, profile: &Profile) -> bool {
    let Some(ink) = page.ink.area.filter(|_| page.has_trim) else {
        return false;
    };
    let most = profile
        .bleed
        .as_ref()
        .map_or(0.0, |bleed| bleed.top.max(bleed.bottom).max(bleed.outside).max(bleed.inside));
    let allowed = rect(page.trim).inflate(most + 1.0, most + 1.0);
    ink.x0 < allowed.x0 || ink.y0 < allowed.y0 || ink.x1 > allowed.x1 || ink.y1 > allowed.y1
}

/// What is printed has to stay within the margins, unless it bleeds.
fn judge_margins(facts: &Facts, profile: &Profile, findings: &mut Vec<Finding>) {
    let margins = &profile.margins;
    let bleeds = facts.pages.iter().any(runs_out);
    let outside = if bleeds { margins.outside_with_bleed } else { margins.outside };
    let inside = margins.inside_of(facts.pages.len());
    let (mut near_edge, mut near_spine) = (Vec::new(), Vec::new());
    let (mut least_edge, mut least_spine) = (f64::MAX, f64::MAX);
    for (number, page) in numbered(facts) {
        let Some(ink) = page.ink.area.filter(|_| !runs_out(page)) else {
            continue;
        };
        let trim = rect(page.trim);
        let (left, right) = (ink.x0 - trim.x0, trim.x1 - ink.x1);
        let (spine, fore) = if number.is_multiple_of(2) {
            (right, left)
        } else {
            (left, right)
        };
        let edge = fore.min(ink.y0 - trim.y0).min(trim.y1 - ink.y1);
        if edge < outside - TOLERANCE {
            near_edge.push(number);
            least_edge = least_edge.min(edge);
        }
        if spine < inside - TOLERANCE {
            near_spine.push(number);
            least_spine = least_spine.min(spine);
        }
    }
    if !near_edge.is_empty() {
        let message = format!(
            "what is printed comes as near as {} in to an outer edge, and {} in are the least",
            inches(least_edge),
            inches(outside)
        );
        findings.push(Finding::new("margins", &margins.source, message).on(near_edge));
    }
    if !near_spine.is_empty() {
        let message = format!(
            "what is printed comes as near as {} in to the spine, and {} in are the least for {} pages",
            inches(least_spine),
            inches(inside),
            facts.pages.len()
        );
        findings.push(Finding::new("margins", &margins.source, message).on(near_spine));
    }
}

/// Whether something on the page runs to one of its trimmed edges or over it.
fn runs_out(page: &PageFacts) -> bool {
    let Some(ink) = page.ink.area else { return false };
    let trim = rect(page.trim);
    ink.x0 < trim.x0 + TOLERANCE || ink.y0 < trim.y0 + TOLERANCE || ink.x1 > trim.x1 - TOLERANCE || ink.y1 > trim.y1 - TOLERANCE
}

/// Fonts, colours, pictures, and what a file holds beside its pages.
fn judge_contents(facts: &Facts, profile: &Profile, findings: &mut Vec<Finding>) {
    let rules = &profile.file;
    let say = |rule, message| Finding::new(rule, &rules.source, message);
    if rules.fonts_embedded {
        for (font, pages) in &facts.loose_fonts {
            let message = format!("the font {font} is not embedded");
            findings.push(say("fonts", message).on(pages.iter().copied()));
        }
    }
    for (colour, pages) in &facts.colours {
        if !rules.colours.is_empty() && !rules.colours.contains(colour) {
            let allowed: Vec<&str> = rules.colours.iter().map(|colour| colour.name()).collect();
            let message = format!("colours are {}, and {} is asked for", colour.name(), allowed.join(" or "));
            findings.push(say("colours", message).on(pages.iter().copied()));
        }
    }
    if let Some(least) = rules.dpi {
        // A pixel more or less from rounding is no fault.
        let coarse = |page: &PageFacts| page.ink.resolutions.iter().any(|dpi| *dpi < least - 1.0);
        let pages: Vec<usize> = numbered(facts)
            .filter(|(_, page)| coarse(page))
            .map(|(number, _)| number)
            .collect();
        let worst = facts
            .pages
            .iter()
            .flat_map(|page| &page.ink.resolutions)
            .copied()
            .fold(f64::MAX, f64::min);
        if !pages.is_empty() {
            let message = format!("a picture has {worst:.0} pixels an inch at its printed size, and {least:.0} are the least");
            findings.push(say("pictures", message).on(pages));
        }
    }
    for (feature, pages) in &facts.features {
        if rules.forbidden.contains(feature) {
            let message = format!("the file holds {}, which is not allowed", feature.name());
            findings.push(say("file", message).on(pages.iter().copied()));
        }
    }
}

fn numbered(facts: &Facts) -> impl Iterator<Item = (usize, &PageFacts)> {
    facts.pages.iter().enumerate().map(|(at, page)| (at + 1, page))
}

fn rect(area: hayro_syntax::object::Rect) -> Rect {
    Rect::new(area.x0, area.y0, area.x1, area.y1)
}

/// A length in inches, as presses give it.
fn inches(points: f64) -> String {
    let text = format!("{:.3}", points / 72.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
