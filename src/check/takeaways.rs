//! `missing-takeaways`, `misplaced-takeaways`, `takeaways-count`: each chapter ends with what is to be remembered of it.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::narrative::shown;
use super::outline::Pairing;
use crate::diag::{Diagnostics, codes};
use crate::document::inline::plain_text;
use crate::document::{Block, BlockKind, Chapter, List, Section};
use crate::edition::Edition;
use crate::manuscript::contract::Contract;

/// Holds each numbered chapter to its takeaways, in a book that has an outline or a contract.
///
/// Of a chapter none of whose sections is written yet nothing is asked.
pub(super) fn takeaways(edition: &Edition, pairings: &[Pairing<'_>], diagnostics: &mut Diagnostics) {
    let contract = &edition.settings.contract;
    if edition.outline.is_none() && !contract.given {
        return;
    }
    for (chapter, pairing) in edition.document.chapters().zip(pairings) {
        if chapter.numbered && !pairing.is_unwritten() {
            check(chapter, contract, diagnostics);
        }
    }
}

fn check(chapter: &Chapter, contract: &Contract, diagnostics: &mut Diagnostics) {
    let sections: Vec<&Section> = sections(&chapter.blocks).collect();
    let is_takeaways = |section: &&&Section| contract.is_takeaways(&plain_text(&section.title));
    let title = &contract.takeaways_title;
    if let Some(found) = sections.iter().rfind(is_takeaways) {
        if let Some(last) = sections.last().filter(|last| !is_takeaways(last)) {
            let last = plain_text(&last.title);
            report_misplaced(found, &format!("is followed by `{last}`"), diagnostics);
        }
        check_points(found, contract, diagnostics);
    } else if let Some((found, parent)) = subsection(&sections, contract) {
        let parent = plain_text(&parent.title);
        report_misplaced(found, &format!("is a subsection of `{parent}`"), diagnostics);
        check_points(found, contract, diagnostics);
    } else {
        diagnostics
            .report(
                &codes::MISSING_TAKEAWAYS,
                chapter.span,
                format!("the chapter does not end with a section `{title}`"),
            )
            .hint(format!(
                "write `## {title}` at its end, with a list of {} points",
                shown(&contract.takeaways)
            ));
    }
}

fn sections(blocks: &[Block]) -> impl Iterator<Item = &Section> {
    blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Section(section) => Some(section),
        _ => None,
    })
}

/// The takeaways where they stand one level too deep, with the section they stand in.
fn subsection<'a>(above: &[&'a Section], contract: &Contract) -> Option<(&'a Section, &'a Section)> {
    above.iter().rev().find_map(|parent| {
        let found = sections(&parent.blocks).find(|section| contract.is_takeaways(&plain_text(&section.title)));
        Some((found?, *parent))
    })
}

fn report_misplaced(section: &Section, found: &str, diagnostics: &mut Diagnostics) {
    let title = plain_text(&section.title);
    diagnostics
        .report(
            &codes::MISPLACED_TAKEAWAYS,
            section.heading_span,
            format!("`{title}` {found}, and a chapter ends with it"),
        )
        .hint("make it the last section of the chapter");
}

/// One list of bullets, with as many points as the contract asks for.
fn check_points(section: &Section, contract: &Contract, diagnostics: &mut Diagnostics) {
    let mut lists = Vec::new();
    collect_lists(&section.blocks, &mut lists);
    let asked = format!("one list of {} bullets", shown(&contract.takeaways));
    let found = match lists.as_slice() {
        [] => "have no list".to_owned(),
        [list] if list.start.is_some() => "have a numbered list".to_owned(),
        [list] if contract.takeaways.contains(&list.items.len()) => return,
        [list] => format!(
            "have {} point{}",
            list.items.len(),
            if list.items.len() == 1 { "" } else { "s" }
        ),
        lists => format!("have {} lists", lists.len()),
    };
    diagnostics
        .report(
            &codes::TAKEAWAYS_COUNT,
            section.heading_span,
            format!("the takeaways {found}, and the contract asks for {asked}"),
        )
        .hint("say each thing to be remembered in a point of its own");
}

fn collect_lists<'a>(blocks: &'a [Block], lists: &mut Vec<&'a List>) {
    for block in blocks {
        match &block.kind {
            BlockKind::List(list) => lists.push(list),
            BlockKind::Group(blocks) => collect_lists(blocks, lists),
            _ => {}
        }
    }
}
