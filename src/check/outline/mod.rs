//! The chapters keep the headings that the outline promises: each there, once, in order, at its level, and no other where the
//! outline names them.
//!
//! Gets the document with its sections and the outline; gives messages, one for each mistake: a heading of another name is
//! told as renamed, not as one that is missing and one too many, and a section of another chapter as moved. Titles are
//! compared without their numbers; a difference of case, hyphen, apostrophe or `&` is told as a matter of spelling. Where
//! the outline names no sections, or none below a section, a chapter may have what it likes.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod matching;
mod report;
mod tree;

pub(super) use self::matching::Pairing;

use self::matching::Fate;
use self::tree::Tree;
use crate::diag::Diagnostics;
use crate::document::{Chapter, Document};
use crate::manuscript::Settings;
use crate::manuscript::outline::{Entry, Outline};
use crate::source::Sources;
use crate::titles::{fold, split_number};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Compares the headings of every chapter that exists with those of the outline.
pub fn outline(document: &Document, outline: &Outline, settings: &Settings, sources: &Sources, diagnostics: &mut Diagnostics) {
    let renamed = renamed_titles(settings);
    let pairings = compare(document, Some(outline), settings, &renamed);
    let takeaways = &settings.contract.takeaways_title;
    for pairing in &pairings {
        report::chapter(pairing, takeaways, sources, diagnostics);
    }
    report::elsewhere(&pairings, diagnostics);
}

/// What the outline promises of each chapter, chapter by chapter, and which headings keep it.
pub(super) fn compare<'a>(
    document: &Document,
    outline: Option<&Outline>,
    settings: &Settings,
    renamed: &'a BTreeMap<String, String>,
) -> Vec<Pairing<'a>> {
    let entries = outline.map(|outline| outline.entries_of(document)).unwrap_or_default();
    let entries = entries.into_iter().chain(std::iter::repeat(None));
    let pair = |(chapter, entry): (&Chapter, Option<&Entry>)| {
        let promised = entry.map(Tree::promised).unwrap_or_default();
        Pairing::new(Tree::written(chapter), promised, renamed)
    };
    let mut pairings: Vec<Pairing<'_>> = document.chapters().zip(entries).map(pair).collect();
    for pairing in &mut pairings {
        set_aside(pairing, settings);
    }
    match_elsewhere(&mut pairings);
    for pairing in &mut pairings {
        pairing.match_renamed();
    }
    pairings
}

/// The titles that [errata] corrects: the old ones, as titles are compared, to the new ones. Those that differ in their
/// number alone are none.
pub(super) fn renamed_titles(settings: &Settings) -> BTreeMap<String, String> {
    let bare = |title: &str| split_number(title).1.replace('`', "");
    let pairs = settings
        .errata
        .iter()
        .map(|(old, erratum)| (fold(&bare(old)), bare(&erratum.title)));
    pairs.filter(|(old, new)| *old != fold(new)).collect()
}

/// Sets headings aside that are no matter of the promises: the takeaways, and those that stand twice.
fn set_aside(pairing: &mut Pairing<'_>, settings: &Settings) {
    // Subsections of one name below different sections are no repetition.
    let kept: BTreeSet<(usize, &str)> = (1..pairing.promised.nodes.len())
        .filter_map(|promise| pairing.written.nodes.get(pairing.heading_of(promise)?))
        .map(|node| (node.parent, node.folded.as_str()))
        .collect();
    let mut takeaways = Vec::new();
    let mut repeated = Vec::new();
    for (at, node) in pairing.written.nodes.iter().enumerate().skip(1) {
        if !pairing.is_free(at) {
            continue;
        }
        if settings.contract.is_takeaways(&node.title) {
            takeaways.push(at);
        }
        if kept.contains(&(node.parent, node.folded.as_str())) {
            repeated.push(at);
        }
    }
    pairing.explained.extend(takeaways);
    pairing.explained.extend(&repeated);
    pairing.repeated = repeated;
}

/// Finds the sections that are missing from one chapter in another.
fn match_elsewhere(pairings: &mut [Pairing<'_>]) {
    let mut sections: BTreeMap<String, VecDeque<(usize, usize)>> = BTreeMap::new();
    for (chapter, pairing) in pairings.iter().enumerate() {
        for (heading, node) in pairing.written.nodes.iter().enumerate() {
            if node.depth == 1 && pairing.is_free(heading) {
                sections.entry(node.folded.clone()).or_default().push_back((chapter, heading));
            }
        }
    }
    for at in 0..pairings.len() {
        let Some(pairing) = pairings.get_mut(at) else { continue };
        let missing: Vec<(usize, String)> = pairing
            .promised
            .nodes
            .iter()
            .enumerate()
            .filter(|(promise, node)| node.depth == 1 && pairing.is_missing(*promise))
            .map(|(promise, node)| (promise, node.folded.clone()))
            .collect();
        for (promise, folded) in missing {
            let Some((chapter, heading)) = sections.get_mut(&folded).and_then(VecDeque::pop_front) else {
                continue;
            };
            if let Some(pairing) = pairings.get_mut(at) {
                pairing.settle(promise, Fate::Elsewhere(chapter, heading));
            }
            if let Some(other) = pairings.get_mut(chapter) {
                other.explained.insert(heading);
            }
        }
    }
}
